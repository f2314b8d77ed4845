"""A settings file's bytes and what is to be added → its new bytes, with comments and order kept; the only user of
tomlkit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ssot_lint.model.errors import Unusable
from ssot_lint.settings.documents import TABLE, Document, Flaw
from ssot_lint.settings.settings import PYPROJECT
from ssot_lint.sources.writing import appended, newline_of


def table_of(name: str) -> str:
    """What stands before ``contracts`` in the names of a settings file's tables."""
    return f"{'.'.join(TABLE)}." if name == PYPROJECT else ""


def with_contracts(old: bytes, name: str, texts: Sequence[str]) -> bytes:
    """A settings file with further contracts, each a table in TOML as ``table_of`` begins it. Unusable where the file
    cannot take them."""
    whole = "\n".join(texts)
    wanted = _merged(_content(old, name), _content(whole.encode(), name))
    new = appended(old, whole)
    if _content_or_none(new) == wanted:
        return new
    new = _inserted(old, name, texts)
    if _content_or_none(new) != wanted:
        raise Unusable(f"no contract can be added to {name}: write it there by hand")
    return new


def _inserted(old: bytes, name: str, texts: Sequence[str]) -> bytes:
    """The contracts within a table that is written in a way of its own, as an inline table is."""
    import tomlkit

    def edit(document: Any) -> None:
        holder = document
        for key in (*(TABLE if name == PYPROJECT else ()), "contracts"):
            if key not in holder:
                holder[key] = tomlkit.inline_table() if _is_inline(holder) else tomlkit.table(True)
            holder = holder[key]
        for text in texts:
            part: Any = tomlkit.parse(text)
            for key in (*(TABLE if name == PYPROJECT else ()), "contracts"):
                part = part[key]
            for own, contract in part.items():
                if not _is_inline(holder):
                    holder[own] = contract
                    continue
                holder[own] = tomlkit.inline_table()
                holder[own].update(contract.unwrap())

    return _edited(old, name, edit)


def with_retired(old: bytes, name: str, contract: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """A settings file in which a contract has further retired names, each with a comment. A name that is there already
    and has no comment gets its own. Unusable where the contract is not declared in this file."""
    import tomlkit
    from tomlkit.items import Array

    def edit(document: Any) -> None:
        holder = document
        for key in (*(TABLE if name == PYPROJECT else ()), "contracts", contract):
            if key not in holder:
                raise Unusable(f"{name} does not declare the contract {contract}")
            holder = holder[key]
        present = [str(one) for one in holder.get("retired", ())]
        told = _comments(holder.get("retired"))
        notes = dict(rows)
        array: Array = tomlkit.array()
        for one in [*present, *(new for new, _ in rows if new not in present)]:
            comment = told.get(one) or notes.get(one)
            array.add_line(one, indent="    ", comment=comment)
        array.add_line(indent="")
        if "retired" in holder:
            holder["retired"] = array
        else:
            _insert_after(holder, "retired", array)

    return _edited(old, name, edit)


def _insert_after(holder: Any, key: str, value: Any) -> None:
    """Puts a key behind the last plain one of a table; before the comments and blank lines at its end."""
    import tomlkit

    body = getattr(getattr(holder, "value", None), "body", None)
    plain = [one for one, _ in body or () if one is not None]
    insert = getattr(getattr(holder, "value", None), "_insert_after", None)
    if plain and callable(insert):
        insert(plain[-1].key, tomlkit.key(key), value)
    else:
        holder[key] = value


def _comments(array: Any) -> dict[str, str]:
    """The comments on the lines of a list, by the string before each."""
    found: dict[str, str] = {}
    last = ""
    for group in getattr(array, "_value", ()):
        if getattr(group, "value", None) is not None:
            last = str(group.value)
        if getattr(group, "comment", None) is not None and last:
            found.setdefault(last, str(group.comment.trivia.comment).lstrip("# "))
    return found


def _edited(old: bytes, name: str, edit: Any) -> bytes:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
    try:
        document = tomlkit.parse(old.decode("utf-8-sig"))
        edit(document)
        text = tomlkit.dumps(document)
    except (TOMLKitError, UnicodeDecodeError, TypeError, AttributeError, ValueError, KeyError) as error:
        raise Unusable(f"{name} cannot be edited ({error}): change it by hand") from None
    end = newline_of(old)
    lines = text.replace("\r\n", "\n")
    return mark + (lines.replace("\n", end) if end != "\n" else lines).encode()


def _is_inline(item: Any) -> bool:
    from tomlkit.items import InlineTable

    return isinstance(item, InlineTable)


def _content(data: bytes, name: str) -> Mapping[str, object]:
    content = Document(data).content
    if isinstance(content, Flaw):
        raise Unusable(f"{name}:{content.line}: {content.message}")
    return content


def _content_or_none(data: bytes) -> Mapping[str, object] | None:
    content = Document(data).content
    return None if isinstance(content, Flaw) else content


def _merged(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    found = dict(old)
    for key, value in new.items():
        before = found.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        found[key] = _merged(before, value) if both else value  # type: ignore[arg-type]
    return found
