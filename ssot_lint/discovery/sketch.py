"""A file's bytes → the names that it seems to define, to rename, to import and to call, by regular expressions.

Nothing is parsed, so strings and comments are taken for code now and then. A sketch says which names are worth a
closer look (``sightings``), and never more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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


def sketch(data: bytes) -> Sketch:
    """What the bytes seem to say. Whatever they are, something is returned."""
    return Sketch(
        _once(_CLASS, data),
        tuple(sorted({_text(one or other) for one, other in _VALUE.findall(data)})),
        tuple(sorted({(_text(new), _text(old)) for new, old in _RENAMED.findall(data) if new != old})),
        tuple(sorted(_imports(data))),
        _once(_CALL, data),
        _once(_GETTER, data),
        _once(_SETTINGS, data),
    )


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
