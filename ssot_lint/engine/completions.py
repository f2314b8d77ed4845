"""A text and a place in it → the words that may stand there: canonical names and retired ones in Python, and in
settings keys, codes and dotted paths of the project. Pure, but for what it is given to ask.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ssot_lint.model.contracts import KINDS, ClassContract, Contract, GatewayContract
from ssot_lint.model.finding import File
from ssot_lint.model.rules import CODES
from ssot_lint.settings.fields import Key, keys_of
from ssot_lint.settings.settings import Exemption, Settings

_WORD = re.compile(r"[^\W\d]\w*\Z")
_PATTERN = re.compile(r"[*?\[\].]")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]*?)\s*\]")
_CONTRACT = re.compile(r"^\s*\[(?:tool\.ssot-lint\.)?contracts\.[\"']?([^\]\"']+)[\"']?\]")
_KEY = re.compile(r"\s*([\w\"'.-]+?)\s*=\s*(.*)\Z", re.DOTALL)
_STRING = re.compile(r"[\"']([^\"']*)\Z")
_OPENS = re.compile(r"#|\"{3}|'{3}|\"|'")
_CLOSES = {
    "#": re.compile(r"[^\n]*\n"),
    '"""': re.compile(r'(?:\\.|[^\\])*?"{3}', re.DOTALL),
    "'''": re.compile(r"(?:\\.|[^\\])*?'{3}", re.DOTALL),
    # One that is not closed ends with its line.
    '"': re.compile(r'(?:\\.|[^\\"\n])*["\n]', re.DOTALL),
    "'": re.compile(r"(?:\\.|[^\\'\n])*['\n]", re.DOTALL),
}
"""By what begins a comment or a string: the rest of it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word that may stand behind what was typed; ``typed`` letters before the place belong to it. ``is_retired``: it
    is struck through, and ``text`` is what is to be written. ``module``: what has to be imported from there."""

    label: str
    text: str
    typed: int
    about: str
    kind: str
    is_retired: bool = False
    module: str = ""


def in_python(
    contracts: Iterable[Contract], above: str, known: str, own: Collection[str] = ()
) -> list[Proposal]:
    """What may stand behind the part ``above`` of a text. ``known`` is the whole text: what it imports already is not
    imported again. ``own``: the names of its module, from which it imports nothing."""
    before = above.rpartition("\n")[2]
    word = _WORD.search(before)
    if word is None or before[: word.start()].endswith(".") or not _is_code(above):
        return []
    typed, found = word[0], list[Proposal]()
    is_import = before.lstrip().startswith(("from ", "import ")) or _is_in_import(above)

    def source(module: str, name: str) -> str | None:
        """What a name has to be imported from, if it must be; None where it cannot."""
        is_bound = _binds(known, name)
        if module in own and not is_import:
            return "" if is_bound or _imports(known, r"[.\w]+", name) else None
        return "" if is_import or is_bound or _imports(known, re.escape(module), name) else module

    for contract in contracts:
        if isinstance(contract, GatewayContract):
            # Its names are those of others.
            continue
        for path in contract.named("canonical"):
            module, _, name = path.rpartition(".")
            added = source(module, name)
            if module and added is not None and name.lower().startswith(typed.lower()):
                about = f"{path}: canonical of contract {contract.name}"
                found.append(Proposal(name, name, len(typed), about, "class", module=added))
        module, _, name = contract.symbol.rpartition(".")
        added = source(module, name)
        for retired in contract.named("retired") if module and added is not None else ():
            if _PATTERN.search(retired) or not retired.lower().startswith(typed.lower()):
                continue
            about = f"retired for {contract.symbol}"
            found.append(Proposal(retired, name, len(typed), about, "class", True, added or ""))
    return found


def _is_code(above: str) -> bool:
    """Whether the end of a text is neither in a comment nor in a string."""
    at = 0
    while opened := _OPENS.search(above, at):
        mark = opened[0]
        close = _CLOSES[mark].match(above, opened.end())
        if close is None:
            return False
        at = close.end()
    return True


def _is_in_import(above: str) -> bool:
    """Whether the end of a text is in the parentheses of an import."""
    opened = above.rfind("(")
    line = above[above.rfind("\n", 0, opened) + 1 : opened] if opened >= 0 else ""
    return (
        ")" not in above[opened:] and line.lstrip().startswith("from ") and line.rstrip().endswith(" import")
    )


def _imports(text: str, module: str, name: str) -> bool:
    """Whether a text imports a name, as far as a look tells, from a module that the pattern ``module`` matches."""
    pattern = rf"^from {module} import (?:\([^)]*|[^\n#]*)\b{re.escape(name)}\b(?! as )"
    return re.search(pattern, text, re.MULTILINE) is not None


def _binds(text: str, name: str) -> bool:
    """Whether a text defines a name for all of it, as far as a look tells."""
    word = re.escape(name)
    pattern = rf"^(?:(?:async\s+)?def\s+{word}\b|class\s+{word}\b|{word}\s*(?::[^=\n]*)?=(?!=))"
    return re.search(pattern, text, re.MULTILINE) is not None


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
    found = {name for file in files if file.has_name for name in file.names}
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
