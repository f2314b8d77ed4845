"""A text and a place in it → the words that may stand there: canonical names and retired ones in Python, and in
settings keys, codes and dotted paths of the project. Pure, but for what it is given to ask.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ssot_lint.model.contracts import KINDS, ClassContract, Contract
from ssot_lint.model.finding import File
from ssot_lint.model.rules import CODES
from ssot_lint.settings.fields import Key, keys_of
from ssot_lint.settings.settings import Exemption, Settings

_WORD = re.compile(r"[^\W\d]\w*\Z")
_PATTERN = re.compile(r"[*?\[\].]")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]*?)\s*\]")
_KEY = re.compile(r"\s*([\w\"'.-]+?)\s*=\s*(.*)\Z", re.DOTALL)
_STRING = re.compile(r"[\"']([^\"']*)\Z")


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


def in_python(contracts: Iterable[Contract], before: str, known: str) -> list[Proposal]:
    """What may stand behind the part ``before`` of a line. ``known`` is the text of the file: what it imports
    already is not imported again."""
    word = _WORD.search(before)
    if word is None or before[: word.start()].endswith("."):
        return []
    typed, found = word[0], list[Proposal]()
    is_import = before.lstrip().startswith(("from ", "import "))
    for contract in contracts:
        module, _, name = contract.symbol.rpartition(".")
        if not isinstance(contract, ClassContract) or not name:
            continue
        is_there = is_import or _imports(known, module, name)
        about = f"{contract.symbol}: canonical of contract {contract.name}"
        if name.lower().startswith(typed.lower()):
            kind = "class"
            found.append(Proposal(name, name, len(typed), about, kind, module="" if is_there else module))
        for retired in contract.named("retired"):
            if _PATTERN.search(retired) or not retired.lower().startswith(typed.lower()):
                continue
            about = f"retired for {contract.symbol}"
            found.append(
                Proposal(retired, name, len(typed), about, "class", True, "" if is_there else module)
            )
    return found


def _imports(text: str, module: str, name: str) -> bool:
    """Whether a text imports a name from a module, as far as a look tells."""
    pattern = rf"^from {re.escape(module)} import (?:\([^)]*|[^\n#]*)\b{re.escape(name)}\b(?! as )"
    return re.search(pattern, text, re.MULTILINE) is not None


def import_line(text: str) -> int:
    """The line, from 0, before which a further import can stand."""
    last = depth = 0
    opened = ""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text)):
        bare = line.strip()
        if opened:
            opened, last = ("", number + 1) if opened in bare else (opened, last)
        elif depth:
            depth += bare.count("(") - bare.count(")")
            last = number + 1
        elif line.startswith(("import ", "from ")):
            depth = bare.partition("#")[0].count("(") - bare.partition("#")[0].count(")")
            last = number + 1
        elif bare[:3] in ('"""', "'''") and not last:
            opened = "" if bare.count(bare[:3]) > 1 else bare[:3]
            last = last if opened else number + 1
        elif bare and not bare.startswith("#"):
            break
        elif bare.startswith("#") and not last and number < 2:
            last = number + 1
    return last


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
    table = _table(lines[:row], is_pyproject)
    if table is None:
        return []
    string = _STRING.search(before) if before.count('"') % 2 or before.count("'") % 2 else None
    if string is None:
        word = re.search(r"[\w-]*\Z", before)
        typed = word[0] if word else ""
        if before[: len(before) - len(typed)].strip():
            return []
        return [
            Proposal(key.name, f"{key.name} = ", len(typed), key.help, "key")
            for key in table.values()
            if key.name.startswith(typed)
        ]
    name = _name_of(lines[:row], before)
    key = table.get(name)
    typed = string[1]
    if key is not None and key.choices:
        return [Proposal(one, one, len(typed), key.help, "value") for one in key.choices]
    if name in ("select", "ignore", "code", "tests-ignore") or (key is not None and key.form == "code"):
        return [
            Proposal(code, code, len(typed), rule, "value")
            for code, rule in CODES.items()
            if code.startswith(typed.upper())
        ]
    return [Proposal(path, path, len(typed), "", "path") for path in _dotted(typed, files, source)]


def _table(lines: Sequence[str], is_pyproject: bool) -> Mapping[str, Key] | None:
    """The keys of the table that a place belongs to; None where it is none of ours."""
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
    match parts[2:]:
        case []:
            return keys_of(Settings)
        case ["contracts", _]:
            record: type = KINDS.get(kind, ClassContract)
            return keys_of(record)
        case ["exemptions"]:
            return keys_of(Exemption)
        case _:
            return {}


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
    yield from sorted(name for name in by_name if name.startswith(typed) and name != typed)


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
