"""A settings file and a place in it → the words that may stand there: keys, codes, choices, and dotted paths of the
project. Pure, but for what it is given to ask.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.engine.completions.proposal import Proposal
from ssot_lint.model.contracts import KINDS, ClassContract
from ssot_lint.model.finding import File
from ssot_lint.model.rules import CODES
from ssot_lint.settings.fields import Key, keys_of
from ssot_lint.settings.settings import Exemption, Settings

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]*?)\s*\]")
_CONTRACT = re.compile(r"^\s*\[(?:tool\.ssot-lint\.)?contracts\.[\"']?([^\]\"']+)[\"']?\]")
_KEY = re.compile(r"\s*([\w\"'.-]+?)\s*=\s*(.*)\Z", re.DOTALL)
_STRING = re.compile(r"[\"']([^\"']*)\Z")


def in_settings(
    lines: Sequence[str],
    row: int,
    before: str,
    *,
    is_pyproject: bool,
    files: Iterable[File],
    source: Callable[[str], bytes | None],
) -> list[Proposal]:
    """What may stand in a settings file behind the part ``before`` of the line ``row``, from 0. ``files`` are those of
    the project; ``source`` gives the bytes of one."""
    around = _table(lines[:row], is_pyproject)
    if around is None:
        return []
    string = _STRING.search(before) if before.count('"') % 2 or before.count("'") % 2 else None
    if string is None:
        return _keys(around, _name_of(lines[:row], before), before)
    typed, name = string[1], _name_of(lines[:row], before)
    key = around.of or around.keys.get(name)
    if name == "kind" and around.is_contract:
        return [Proposal(one, one, len(typed), "", "value") for one in KINDS if one.startswith(typed)]
    if name == "contract":
        found = dict.fromkeys(one for line in lines for one in _CONTRACT.findall(line))
        return [Proposal(one, one, len(typed), "", "value") for one in found if one.startswith(typed)]
    if key is None:
        return []
    if key.choices:
        return [Proposal(one, one, len(typed), key.help, "value") for one in key.choices]
    if key.form == "code":
        return _codes(typed)
    if key.form == "module-pattern":
        return [Proposal(path, path, len(typed), "", "path") for path in _modules(typed, files)]
    if key.form in ("path", "module", "pattern") or name == "symbol":
        return [Proposal(path, path, len(typed), "", "path") for path in _dotted(typed, files, source)]
    return []


def _keys(around: _Table, name: str, before: str) -> list[Proposal]:
    """The keys that may stand behind the part ``before`` of a line."""
    word = re.search(r"[\w-]*\Z", before)
    typed = word[0] if word else ""
    rest = before[: len(before) - len(typed)].rstrip()
    key = around.keys.get(name)
    if rest and key is not None and key.names == "code" and rest[-1:] in "{,":
        return _codes(typed, " = ")
    if rest:
        return []
    if around.of is not None:
        return _codes(typed, " = ") if around.of.names == "code" else []
    found = [
        Proposal(one.name, f"{one.name} = ", len(typed), one.help, "key")
        for one in around.keys.values()
        if one.name.startswith(typed)
    ]
    if around.is_contract and "kind".startswith(typed):
        found.append(Proposal("kind", "kind = ", len(typed), "What is protected.", "key"))
    return found


def _codes(typed: str, behind: str = "") -> list[Proposal]:
    return [
        Proposal(code, f"{code}{behind}", len(typed), rule, "value")
        for code, rule in CODES.items()
        if code.startswith(typed.upper())
    ]


class _Table(NamedTuple):
    """The table that a place belongs to. ``of``: the key whose value it is, if its own keys are codes or any words."""

    keys: Mapping[str, Key]
    is_contract: bool = False
    of: Key | None = None


def _table(lines: Sequence[str], is_pyproject: bool) -> _Table | None:
    """The table that a place belongs to; None where it is none of ours."""
    parts: list[str] = ["tool", "ssot-lint"] if not is_pyproject else []
    kind = ClassContract.kind
    for number in range(len(lines) - 1, -1, -1):
        header = _HEADER.match(lines[number])
        if header:
            parts += re.findall(r'"[^"]*"|\'[^\']*\'|[\w-]+', header[2])
            break
        key = _KEY.match(lines[number])
        if key and key[1] == "kind":
            kind = key[2].strip().strip("\"'")
    if parts[:2] != ["tool", "ssot-lint"]:
        return None
    top = keys_of(Settings)
    match parts[2:]:
        case []:
            return _Table(top)
        case ["contracts", _]:
            record: type = KINDS.get(kind, ClassContract)
            return _Table(keys_of(record), is_contract=True)
        case ["exemptions"]:
            return _Table(keys_of(Exemption))
        case [name] if name in top:
            return _Table({}, of=top[name])
        case _:
            return _Table({})


def _name_of(lines: Sequence[str], before: str) -> str:
    """The key whose value a place is in: on its line, or on one above where an array begins."""
    key = _KEY.match(before)
    if key:
        return key[1].strip("\"'")
    for line in reversed(lines):
        key = _KEY.match(line)
        if key or _HEADER.match(line):
            return key[1].strip("\"'") if key else ""
    return ""


def _dotted(typed: str, files: Iterable[File], source: Callable[[str], bytes | None]) -> Iterator[str]:
    """The modules that begin so, and the names in a module that is typed already."""
    by_name = {name: file for file in files for name in file.names}
    inside = typed.rpartition(".")[0]
    if inside in by_name:
        yield from (
            f"{inside}.{name}"
            for name in _names(source(by_name[inside].path))
            if f"{inside}.{name}".startswith(typed)
        )
    yield from _modules(typed, by_name.values())


def _modules(typed: str, files: Iterable[File]) -> list[str]:
    """The modules whose names go on from what is typed."""
    found = {name for file in files for name in file.names}
    return sorted(name for name in found if name.startswith(typed) and name != typed)


def _names(data: bytes | None) -> Iterator[str]:
    """The classes, functions and plain names of a module."""
    try:
        body = ast.parse(data or b"").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for one in body:
        if isinstance(one, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield one.name
        elif isinstance(one, ast.Assign):
            yield from (target.id for target in one.targets if isinstance(target, ast.Name))


__all__ = ["in_settings"]
