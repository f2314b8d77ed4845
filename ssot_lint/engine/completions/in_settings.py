"""A settings file and a place in it → the words that may stand there: tables, keys, codes, choices, and dotted paths of
the project. Pure, but for what it is given to ask.

What is typed is no TOML yet: the text above the place tells which table it belongs to, and the whole text which kind a
contract is of.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from ssot_lint.engine.completions.proposal import Proposal
from ssot_lint.engine.completions.toml_place import Keys, TomlRead, read, toml_place
from ssot_lint.model.contracts import KINDS, ClassContract
from ssot_lint.model.finding import File
from ssot_lint.model.packs import PACKS, PREFIX
from ssot_lint.model.rules import CODES
from ssot_lint.settings.documents import TABLE
from ssot_lint.settings.fields import NUMBER, Key, keys_of
from ssot_lint.settings.settings import Exemption, Settings

_CONTRACTS, _EXEMPTIONS = "contracts", "exemptions"
_OF_NAMES = ("path", "module", "pattern", "primitive")
"""The forms of strings that are dotted paths of modules, or of names in them."""
_NAMES = frozenset(["symbol", "use"])
"""The keys that hold such a path, though their form allows other texts."""


def in_settings(
    lines: Sequence[str],
    row: int,
    column: int,
    *,
    is_pyproject: bool,
    files: Callable[[], Iterable[File]],
    source: Callable[[str], bytes | None],
) -> list[Proposal]:
    """What may stand in a line, which counts from 0, behind a column. ``files`` gives those of the project; ``source``
    the bytes of one."""
    at = toml_place("\n".join((*lines[:row], lines[row][:column])))
    if at is None:
        return []
    whole = read("\n".join(lines))
    above = TABLE if is_pyproject else ()
    if at.what == "header":
        return [*_headers(".".join(above), at.typed)]
    if at.keys[: len(above)] != above:
        return []
    keys = at.keys[len(above) :]
    if at.what == "key":
        # Of exemptions each has the same keys; elsewhere none is set twice.
        done = {one[-1] for one in whole.keys if one[:-1] == at.keys and keys[:1] != (_EXEMPTIONS,)}
        return [*_keys(_kind_of(whole, above, keys), keys, at.typed, at.quote, done)]
    if keys[:1] == (_EXEMPTIONS,) and keys[1:] == ("contract",):
        names = (one[-1] for one in whole.tables if one[:-1] == (*above, _CONTRACTS))
        return [*_values(names, at.typed, at.quote)]
    if len(keys) == 3 and keys[0] == _CONTRACTS and keys[2] == "kind":
        return [*_values(KINDS, at.typed, at.quote)]
    key = _key(_kind_of(whole, above, keys), keys)
    return [*_of_key(key, at.typed, at.quote, files, source)] if key is not None else []


def _kind_of(whole: TomlRead, above: Keys, keys: Keys) -> type:
    """The record of the contract that some keys lead into."""
    kind = whole.texts.get((*above, *keys[:2], "kind"), ClassContract.kind)
    return KINDS.get(kind, ClassContract)


def _record(kind: type, keys: Keys) -> Mapping[str, Key] | None:
    """The keys of the table that some keys lead to; None where it has none of ours."""
    match keys:
        case ():
            return keys_of(Settings)
        case ("contracts", _):
            return keys_of(kind)
        case ("exemptions",):
            return keys_of(Exemption)
    return None


def _key(kind: type, keys: Keys) -> Key | None:
    """The key whose value some keys lead to, or to a part of it."""
    for end in (1, 2):
        record = _record(kind, keys[:-end]) if len(keys) >= end else None
        key = record.get(keys[-end]) if record is not None else None
        if key is not None and (end == 1 or key.names):
            return key
    return None


def _headers(above: str, typed: str) -> Iterator[Proposal]:
    """The tables whose headers may go on so."""
    top = keys_of(Settings)
    start = f"{above}." if above else ""
    tables = {above: "The settings of ssot-lint."} if above else {}
    for name in (_CONTRACTS, _EXEMPTIONS, *(name for name, key in top.items() if key.names == "code")):
        # Each contract has a table, whose name follows.
        tables[f"{start}{name}{'.' if name == _CONTRACTS else ''}"] = top[name].help
    for one, about in tables.items():
        if one.startswith(typed) and one != typed:
            yield Proposal(one, one, len(typed), about, "key")


def _keys(kind: type, keys: Keys, typed: str, quote: str, done: Collection[str]) -> Iterator[Proposal]:
    """The keys that may stand in the table that some keys lead to, but for those that are set."""
    behind = " = " if not quote else ""
    record = _record(kind, keys)
    if record is None:
        key = _key(kind, keys) if keys else None
        for code, rule in _codes(typed) if key is not None and key.names == "code" else ():
            yield Proposal(code, f"{code}{behind}", len(typed), rule, "value")
        return
    known = {name: key.help for name, key in record.items()}
    if keys[:1] == (_CONTRACTS,):
        known["kind"] = "What is protected."
    for name, about in known.items():
        if name.startswith(typed) and name not in done:
            goes_on = "." if name == _CONTRACTS and not quote else behind
            yield Proposal(name, f"{name}{goes_on}", len(typed), about, "key")


def _of_key(
    key: Key,
    typed: str,
    quote: str,
    files: Callable[[], Iterable[File]],
    source: Callable[[str], bytes | None],
) -> Iterator[Proposal]:
    """The values that a key may have."""
    if key.shape.types == (bool,):
        yield from _values(("true", "false"), typed, '"', key.help) if not quote else ()
    elif key.choices and key.shape is not NUMBER:
        yield from _values(key.choices, typed, quote, key.help)
    elif key.form == "code":
        for code, rule in _codes(typed):
            yield Proposal(code, code if quote else f'"{code}"', len(typed), rule, "value")
    elif quote and key.form == "module-pattern":
        yield from _paths(_modules(typed, files()), typed)
    elif quote and (key.form in _OF_NAMES or key.name in _NAMES):
        if key.form == "primitive":
            packs = [f"{PREFIX}{name}" for name in PACKS]
            yield from _values(packs, typed, quote)
        yield from _paths(_dotted(typed, files(), source), typed)


def _values(words: Iterable[str], typed: str, quote: str, about: str = "") -> Iterator[Proposal]:
    """Words that are strings; where no quote is open they bring their own."""
    for word in words:
        if word.startswith(typed):
            yield Proposal(word, word if quote else f'"{word}"', len(typed), about, "value")


def _paths(paths: Iterable[str], typed: str) -> Iterator[Proposal]:
    return (Proposal(path, path, len(typed), "", "path") for path in paths)


def _codes(typed: str) -> Iterator[tuple[str, str]]:
    """The codes that begin so, with the names of their rules."""
    return ((code, rule) for code, rule in CODES.items() if code.startswith(typed.upper()))


def _dotted(typed: str, files: Iterable[File], source: Callable[[str], bytes | None]) -> Iterator[str]:
    """The modules that begin so, and the names in a module, or in a class of one, that is typed already."""
    by_name = {name: file for file in files if file.has_name for name in file.names}
    inside = typed.rpartition(".")[0]
    parts = inside.split(".")
    heads = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    module = next((head for head in heads if head in by_name), "")
    if module:
        names = _names(
            source(by_name[module].path), [one for one in inside[len(module) + 1 :].split(".") if one]
        )
        found = dict.fromkeys(f"{inside}.{name}" for name in names)
        yield from (path for path in found if path.startswith(typed))
    yield from _modules(typed, by_name.values())


def _modules(typed: str, files: Iterable[File]) -> list[str]:
    """The modules whose names go on from what is typed."""
    found = {name for file in files if file.has_name for name in file.names}
    return sorted(name for name in found if name.startswith(typed) and name != typed)


def _names(data: bytes | None, classes: Sequence[str]) -> Iterator[str]:
    """The classes, functions and plain names of a module, or of a class in it."""
    try:
        body = ast.parse(data or b"").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for name in classes:
        body = [
            inner for one in body if isinstance(one, ast.ClassDef) and one.name == name for inner in one.body
        ]
    for one in body:
        if isinstance(one, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield one.name
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(one, ast.ImportFrom) and not classes:
            # What a facade takes from elsewhere is mostly what is meant.
            yield from (alias.asname or alias.name for alias in one.names if alias.name != "*")


__all__ = ["in_settings"]
