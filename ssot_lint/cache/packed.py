"""Facts ↔ bytes, one line for each field, of which only those are read that are asked for. Pure."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, get_type_hints

from ssot_lint.cache.codec import encode, loads, read, shape
from ssot_lint.model import facts as record
from ssot_lint.model import literals, methods, sharing, signatures
from ssot_lint.model.errors import Damaged
from ssot_lint.model.facts import Facts

SHAPE = shape(record, sharing, signatures, literals, methods)
"""Changes whenever facts are other records than before."""

_FIELDS = tuple(Facts.__dataclass_fields__)
_PLACES = {name: place for place, name in enumerate(_FIELDS)}
_EMPTY = {name: encode(getattr(Facts(), name)) for name in _FIELDS}
_KINDS: dict[str, Any] = {}


def pack(facts: Facts) -> bytes:
    """The facts as bytes: equal facts have equal bytes."""
    return b"\n".join(encode(getattr(facts, name)) for name in _FIELDS)


def unpack(data: bytes) -> Facts:
    """The facts of those bytes. Raises ``Damaged``, also when a field is asked for that does not fit its type."""
    return _Packed(data)


def kept(facts: Facts, data: bytes) -> Facts:
    """Facts with the bytes that were made from them: neither has to be made again."""
    return _Kept(facts, data)


def later(read: Callable[[], bytes]) -> Facts:
    """The same, of bytes that are read when the first field is asked for."""
    return _Packed(read)


def packed(facts: Facts) -> bytes:
    """The bytes of facts, which need not be made where facts were made from them."""
    return facts.load() if isinstance(facts, _Packed) else pack(facts)


class _Packed(Facts):
    """Facts whose fields are made when they are first asked for: most files are asked for few. There are very many
    files, and so only the bytes are kept, and the fields that were asked for."""

    __slots__ = ("_data",)
    _data: bytes | Callable[[], bytes]

    def __init__(self, data: bytes | Callable[[], bytes]) -> None:
        object.__setattr__(self, "_data", data if callable(data) else _whole(data))

    def load(self) -> bytes:
        """The bytes of all fields. Raises ``Damaged``."""
        if callable(self._data):
            object.__setattr__(self, "_data", _whole(self._data()))
        assert not callable(self._data)
        return self._data

    def __getattr__(self, name: str) -> object:
        # Reached only while the field has no value yet.
        place = _PLACES.get(name)
        if place is None:
            raise AttributeError(name)
        line = self.load().split(b"\n", place + 1)[place]
        if line == _EMPTY[name]:
            value = getattr(_NOTHING, name)
        else:
            if not _KINDS:
                _KINDS.update(get_type_hints(Facts))
            value = read(_KINDS[name], loads(line))
        object.__setattr__(self, name, value)
        return value

    def forget(self) -> None:
        for name in _FIELDS:
            with suppress(AttributeError):
                object.__delattr__(self, name)

    def may_mention(self, name: str) -> bool:
        # ASCII is written as it is.
        return not name.isascii() or name.encode() in self.load()


class _Kept(_Packed):
    """The facts of a file that is being edited. All of its fields are read at each edit, so they stay unpacked."""

    __slots__ = ()

    def __init__(self, facts: Facts, data: bytes) -> None:
        super().__init__(data)
        for name in _FIELDS:
            object.__setattr__(self, name, getattr(facts, name))

    def forget(self) -> None:
        """Nothing is let go of."""


def _whole(data: bytes) -> bytes:
    if data.count(b"\n") != len(_FIELDS) - 1:
        raise Damaged("not the fields of facts")
    return data


_NOTHING = Facts()
