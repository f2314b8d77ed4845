"""A file's bytes → the names that it seems to define, to rename, to import and to call, by regular expressions.

Nothing is parsed, so strings and comments are taken for code now and then. A sketch says which names are worth a
closer look, and never more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ssot_lint.discovery.primitives import GROUPS

_CLASS = re.compile(rb"^class[ \t]+(\w+)", re.MULTILINE)
_VALUE = re.compile(
    rb"^@(?:\w+\.)?(?:dataclass|define|frozen|s)\b[^\n]*\n(?:@[^\n]*\n)*class[ \t]+(\w+)"
    rb"|^class[ \t]+(\w+)[ \t]*\([^)\n]*\b(?:BaseModel|NamedTuple|TypedDict|Protocol"
    rb"|\w*(?:Exception|Error|Enum))\b",
    re.MULTILINE,
)
_SETTINGS = re.compile(rb"^class[ \t]+(\w+)[ \t]*\([^)\n]*BaseSettings\b", re.MULTILINE)
_RENAMED = re.compile(
    rb"^([A-Z_]\w*)(?:[ \t]*:[ \t]*[\w.\"'\[\]]+)?[ \t]*=[ \t]*(?:\w+\.)*(_*[A-Z]\w*)[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
_IMPORT = re.compile(rb"^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]*)", re.MULTILINE)
_IMPORTED = re.compile(r"(\*|\w+)(?:\s+as\s+(\w+))?")
_REMARK = re.compile(r"#[^\n]*")
_CALL = re.compile(rb"\b(?<!class )(_*[A-Z]\w*[a-z]\w*)\(")
_GETTER = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_PLAIN = re.compile(rb"^[ \t]*import[ \t]+([^\n#;]+)", re.MULTILINE)
_DERIVED = re.compile(rb"^class[ \t]+(\w+)[ \t]*\(([^)]{1,400})\)[ \t]*:", re.MULTILINE)
_BASE = re.compile(rb"(?:^|,)\s*([A-Za-z_][\w.]*)\s*(?=,|$|\[)")
_MEMBER = re.compile(
    rb"^[ \t]+[A-Z][A-Z0-9_]*[ \t]*(?::[^=\n]+)?=[ \t]*[\"']([^\"'\n]{2,60})[\"'],?[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
_TOP = re.compile(rb"^(?:class[ \t]+(\w+)|[A-Za-z_@])", re.MULTILINE)
_BLOCK = re.compile(rb"^(?:(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|[A-Za-z_@])", re.MULTILINE)
_SPOKEN = re.compile(rb"\b(\w+)\(|->[ \t]*[\"']?(?:\w+\.)*(\w+)")
"""What is called, and what a function says that it returns."""
_CHOICES = re.compile(
    rb"^(\w+)(?:[ \t]*:[^=\n]+)?[ \t]*=[ \t]*(?:\w+\.)?Literal\[([^\]]{4,2000})\]", re.MULTILINE
)
_QUOTED = re.compile(rb"[\"']([^\"'\n]{2,60})[\"']")
_GENERATED = re.compile(
    rb"@generated|\bDO NOT EDIT\b|\b(?:auto-?)?generated (?:by|from|file|code|automatically)\b", re.I
)
_HEAD = 600
"""Bytes at the beginning of a file that say where it comes from."""

FEWEST = 3
"""A list of fewer strings is no vocabulary that is worth a contract."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """``renamed`` has (new name, old name) of assignments at module level, ``imported`` has (module as written, name,
    bound name), each once, with ``*`` for all. ``called`` are names that look like those of classes, ``values`` are
    classes that may be built everywhere, ``settings`` classes that read the environment of the process."""

    classes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    imported: tuple[tuple[str, str, str], ...] = ()
    called: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    bases: tuple[tuple[str, str], ...] = ()
    """Classes at module level, each with a base as it is written."""
    listed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Classes and ``Literal`` aliases that list strings, with what they list."""
    modules: tuple[str, ...] = ()
    """What ``import`` statements without ``from`` name."""
    touched: tuple[str, ...] = ()
    """The groups of primitives that it seems to touch, see ``primitives``."""
    wrapping: tuple[tuple[str, str], ...] = ()
    """Functions and classes at module level that seem to stand for a group of primitives, each with the group first."""
    generated: bool = False


def sketch(data: bytes) -> Sketch:
    """What the bytes seem to say. Whatever they are, something is returned."""
    touched = tuple(name for name, group in GROUPS.items() if group.shows(data))
    imported = tuple(sorted(_imports(data)))
    return Sketch(
        _once(_CLASS, data),
        tuple(sorted({_text(one or other) for one, other in _VALUE.findall(data)})),
        tuple(sorted({(_text(new), _text(old)) for new, old in _RENAMED.findall(data) if new != old})),
        imported,
        _once(_CALL, data),
        _once(_GETTER, data),
        _once(_SETTINGS, data) if b"BaseSettings" in data else (),
        tuple(sorted(_bases(data))),
        tuple(_listed(data)),
        tuple(
            sorted(
                {
                    part.split()[0]
                    for one in _PLAIN.findall(data)
                    for part in _text(one).split(",")
                    if part.split()
                }
            )
        ),
        touched,
        tuple(_wrapping(data, touched, imported)),
        any(b"#" in line and _GENERATED.search(line) for line in data[:_HEAD].splitlines()),
    )


def _wrapping(
    data: bytes, touched: Iterable[str], imported: Iterable[tuple[str, str, str]]
) -> Iterator[tuple[str, str]]:
    """What stands for a group: it touches the group itself, or it speaks of something that is called like what does."""
    blocks = [*_blocks(data)] if touched else []
    for name in touched:
        group = GROUPS[name]
        bound = [one for module, _, one in imported if group.is_of(module)]
        bound += [one.partition(".")[0] for one in group.modules]
        used = re.compile(rf"\b(?:{'|'.join(map(re.escape, bound))})[.(]".encode()) if bound else None
        for own, block in blocks:
            touches = group.sign.search(block) or (used is not None and used.search(block))
            spoken = (_text(one or other) for one, other in _SPOKEN.findall(block))
            if touches or any(word != own and group.wraps.fullmatch(word.lstrip("_")) for word in spoken):
                yield name, own


def _blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The functions and classes at module level, each with its text."""
    starts = [*_BLOCK.finditer(data)]
    for number, start in enumerate(starts, 1):
        if start[1]:
            end = starts[number].start() if number < len(starts) else len(data)
            yield _text(start[1]), data[start.end() : end]


def _bases(data: bytes) -> set[tuple[str, str]]:
    return {
        (_text(name), _text(base)) for name, bases in _DERIVED.findall(data) for base in _BASE.findall(bases)
    }


def _listed(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    found: dict[str, list[str]] = defaultdict(list)
    members = list(_MEMBER.finditer(data))
    if len(members) >= FEWEST:
        tops = list(_TOP.finditer(data))
        starts = [one.start() for one in tops]
        for member in members:
            at = bisect_right(starts, member.start()) - 1
            if at >= 0 and tops[at][1]:
                found[_text(tops[at][1])].append(_text(member[1]))
    for name, listed in _CHOICES.findall(data) if b"Literal[" in data else ():
        found[_text(name)] += map(_text, _QUOTED.findall(listed))
    for owner, values in sorted(found.items()):
        if len({*values}) >= FEWEST:
            yield owner, tuple(dict.fromkeys(values))


def _imports(data: bytes) -> set[tuple[str, str, str]]:
    found = set()
    for module, names in _IMPORT.findall(data):
        listed = _REMARK.sub("", _text(names)).strip("() \t\r\n\\")
        for part in listed.split(","):
            match = _IMPORTED.match(part.strip(" \t\r\n\\"))
            if match is not None:
                found.add((_text(module), match[1], match[2] or match[1]))
    return found


def _once(pattern: re.Pattern[bytes], data: bytes) -> tuple[str, ...]:
    return tuple(sorted({_text(name) for name in pattern.findall(data)}))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
