"""Facts ↔ bytes, one line for each field, of which only those are read that are asked for. Pure.

Most bindings are of functions, and most files are asked for those of the module alone: so these have a line of their
own, and the line of the others says which places they have among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, get_type_hints

from ssot_lint.cache.codec import encode, loads, read, shape
from ssot_lint.model import facts as record
from ssot_lint.model import literals, methods, sharing, signatures
from ssot_lint.model.errors import Damaged
from ssot_lint.model.facts import Binding, Facts, FileOutline

_FIELDS = tuple(Facts.__dataclass_fields__)
_OUTER, _INNER = "outer", "bindings"
_FIRST = ("outline", "problem", "forwards", _OUTER, "imports")
"""What is asked of most files: what comes first is found soonest."""

LINES = tuple(dict.fromkeys([*_FIRST, *_FIELDS]))
_PLACES = {name: place for place, name in enumerate(LINES)}

SHAPE = shape(record, sharing, signatures, literals, methods) + repr(LINES)
"""Changes whenever facts are other records than before, or are written in other lines."""

_KINDS: dict[str, Any] = {}


class _Inner(NamedTuple):
    """The bindings of functions and classes. ``places`` are those of the others among all."""

    places: tuple[int, ...]
    bindings: tuple[Binding, ...]

    def all_of(self, outer: Sequence[Binding]) -> tuple[Binding, ...]:
        """All bindings in their order. Raises ``Damaged``."""
        if not self.places and not outer:
            return self.bindings
        found = dict(zip(self.places, outer, strict=False))
        size = len(outer) + len(self.bindings)
        if not len(found) == len(outer) == len(self.places) or not found.keys() <= {*range(size)}:
            raise Damaged("not the places of bindings")
        rest = iter(self.bindings)
        return tuple([found[place] if place in found else next(rest) for place in range(size)])


def pack(facts: Facts) -> bytes:
    """The facts as bytes: equal facts have equal bytes."""
    return b"\n".join(encode(_line(facts, name)) for name in LINES)


def _line(facts: Facts, name: str) -> object:
    if name != _INNER:
        return getattr(facts, name)
    places = tuple([place for place, one in enumerate(facts.bindings) if one.of_module])
    return _Inner(places, tuple([one for one in facts.bindings if not one.of_module]))


_EMPTY = {name: encode(_line(Facts(), name)) for name in LINES}


def unpack(data: bytes) -> Facts:
    """The facts of those bytes. Raises ``Damaged``, also when a field is asked for that does not fit its type."""
    return _Packed(data)


def kept(facts: Facts, data: bytes) -> Facts:
    """Facts with the bytes that were made from them: neither has to be made again."""
    return _Kept(facts, data)


def later(read: Callable[[], bytes]) -> Facts:
    """The same, of bytes that are read when the first field is asked for."""
    return _Packed(read)


class Outlines(NamedTuple):
    """Outlines of facts, with the keys of these. To read each from its facts takes longer."""

    rows: tuple[tuple[str, FileOutline], ...]


def with_outline(facts: Facts, outline: FileOutline) -> Facts:
    """Facts with their outline, which then need not be read for that."""
    return _Outlined(facts, outline) if isinstance(facts, _Packed) else facts


def packed(facts: Facts) -> bytes:
    """The bytes of facts, which need not be made where facts were made from them."""
    return facts.load() if isinstance(facts, _Packed) else pack(facts)


class _Packed(Facts):
    """Facts whose fields are made when they are first asked for: most files are asked for few. There are very many
    files, and so only the bytes are kept, and the fields that were asked for."""

    __slots__ = ("_data", "_outer")
    _data: bytes | Callable[[], bytes]
    _outer: tuple[Binding, ...]

    def __init__(self, data: bytes | Callable[[], bytes]) -> None:
        object.__setattr__(self, "_data", data if callable(data) else _whole(data))

    def load(self) -> bytes:
        """The bytes of all fields. Raises ``Damaged``."""
        if callable(self._data):
            object.__setattr__(self, "_data", _whole(self._data()))
        assert not callable(self._data)
        return self._data

    @property
    def outer(self) -> tuple[Binding, ...]:
        return self._outer

    def __getattr__(self, name: str) -> object:
        # Reached only while the field has no value yet.
        if name == "_outer":
            value = self._read(_OUTER)
        elif name not in _PLACES:
            raise AttributeError(name)
        else:
            value = self._read(name)
            if isinstance(value, _Inner):
                value = value.all_of(self.outer)
        object.__setattr__(self, name, value)
        return value

    def _read(self, name: str) -> object:
        place = _PLACES[name]
        line = self.load().split(b"\n", place + 1)[place]
        if line == _EMPTY[name]:
            return getattr(_NOTHING, name)
        if not _KINDS:
            _KINDS.update({**get_type_hints(Facts), _OUTER: tuple[Binding, ...], _INNER: _Inner})
        return read(_KINDS[name], loads(line))

    def forget(self) -> None:
        for name in ("_outer", *_FIELDS):
            with suppress(AttributeError):
                object.__delattr__(self, name)

    def may_mention(self, name: str) -> bool:
        # ASCII is written as it is.
        return not name.isascii() or name.encode() in self.load()


class _Outlined(_Packed):
    """The facts of a file of which most runs read nothing but the outline."""

    __slots__ = ("_known",)
    _known: FileOutline

    def __init__(self, facts: _Packed, outline: FileOutline) -> None:
        super().__init__(facts._data)
        object.__setattr__(self, "_known", outline)
        object.__setattr__(self, "outline", outline)

    def forget(self) -> None:
        super().forget()
        object.__setattr__(self, "outline", self._known)


class _Kept(_Packed):
    """The facts of a file that is being edited. All of its fields are read at each edit, so they stay unpacked."""

    __slots__ = ()

    def __init__(self, facts: Facts, data: bytes) -> None:
        super().__init__(data)
        object.__setattr__(self, "_outer", facts.outer)
        for name in _FIELDS:
            object.__setattr__(self, name, getattr(facts, name))

    def forget(self) -> None:
        """Nothing is let go of."""


def _whole(data: bytes) -> bytes:
    if data.count(b"\n") != len(LINES) - 1:
        raise Damaged("not the fields of facts")
    return data


_NOTHING = Facts()
