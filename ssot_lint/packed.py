"""Facts ↔ bytes, one line for each field, of which only those are read that somebody asks for. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

from ssot_lint import record
from ssot_lint.codec import Damaged, encode, loads, read, shape
from ssot_lint.record import Facts

SHAPE = shape(record)
"""Changes whenever facts are other records than before."""

_FIELDS = tuple(Facts.__dataclass_fields__)
_EMPTY = {name: encode(getattr(Facts(), name)) for name in _FIELDS}
_KINDS: dict[str, Any] = {}


def pack(facts: Facts) -> bytes:
    """The facts as bytes, which say the same as the facts: equal ones have equal bytes."""
    return b"\n".join(encode(getattr(facts, name)) for name in _FIELDS)


def unpack(data: bytes) -> Facts:
    """The facts of those bytes. Raises ``Damaged``, also when a field is asked for that does not fit its type."""
    facts = _Packed(lambda: data)
    facts.load()
    return facts


def later(read: Callable[[], bytes]) -> Facts:
    """The same, of bytes that are read when something is asked for."""
    return _Packed(read)


class _Packed(Facts):
    """Facts whose fields are made when they are first asked for: of most files few are."""

    __slots__ = ("_lines", "_read")
    _lines: dict[str, bytes] | None
    _read: Callable[[], bytes]

    def __init__(self, read: Callable[[], bytes]) -> None:
        object.__setattr__(self, "_read", read)
        object.__setattr__(self, "_lines", None)

    def load(self) -> dict[str, bytes]:
        """The bytes of all fields. Raises ``Damaged``."""
        if self._lines is None:
            lines = self._read().split(b"\n")
            if len(lines) != len(_FIELDS):
                raise Damaged("not the fields of facts")
            object.__setattr__(self, "_lines", dict(zip(_FIELDS, lines, strict=True)))
        assert self._lines is not None
        return self._lines

    def __getattr__(self, name: str) -> object:
        # Reached only while the field has no value yet.
        if name not in _EMPTY:
            raise AttributeError(name)
        line = self.load()[name]
        if line == _EMPTY[name]:
            value = getattr(_NOTHING, name)
        else:
            if not _KINDS:
                _KINDS.update(get_type_hints(Facts))
            value = read(_KINDS[name], loads(line))
        object.__setattr__(self, name, value)
        return value

    def may_mention(self, name: str) -> bool:
        # ASCII is written as it is.
        lines = self.load()
        return not name.isascii() or any(name.encode() in lines[field] for field in ("imports", "uses"))


_NOTHING = Facts()
