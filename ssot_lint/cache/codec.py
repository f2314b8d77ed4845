"""Frozen values ↔ JSON, by the types of their fields. Pure; knows no class of ours by name.

A value is an array of its fields in order. What comes in from a disk is data: where it does not fit the types
``Damaged`` is raised, and nothing but the classes that the caller names is ever made.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import chain, islice
from operator import attrgetter
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ssot_lint.model.errors import Damaged

T = TypeVar("T")

Decoder = Callable[[Sequence[Any]], Sequence[Any]]

_PLAIN = (str, int, bool, float)


def encode(value: object) -> bytes:
    """The JSON of a value, on one line and in ASCII."""
    return json.dumps(value, default=_row, separators=(",", ":")).encode("ascii")


def decode(cls: type[T], data: bytes) -> T:
    """The value of that class. Raises Damaged."""
    made: T = read(cls, loads(data))
    return made


def loads(data: bytes) -> Any:
    """The plain JSON. Raises Damaged."""
    try:
        # The library would look at the first bytes of each of thousands of lines for another encoding.
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from None


def read(kind: Any, row: Any) -> Any:
    """A value of a class, or of another type that fields have, from plain JSON. Raises Damaged."""
    try:
        (value,) = _decoder(kind)([row])
        return value
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Damaged(str(error)) from None


def shape(*modules: types.ModuleType) -> str:
    """The fields of all classes of some modules, as their sources have them, and the members of all literal types."""
    named = [(name, one) for module in modules for name, one in sorted(vars(module).items())]
    classes = ((name, getattr(one, "__annotations__", None)) for name, one in named if isinstance(one, type))
    return repr([*classes, *((name, get_args(one)) for name, one in named if get_origin(one) is Literal)])


def _row(value: object) -> object:
    cls: Any = type(value)
    return _getter(cls)(value)


@cache
def _getter(cls: type) -> Callable[[object], object]:
    names = _fields(cls)
    if len(names) == 1:
        return lambda value: [getattr(value, names[0])]
    return attrgetter(*names)


def _fields(cls: type) -> tuple[str, ...]:
    fields: Mapping[str, object] | tuple[str, ...] | None = getattr(cls, "__dataclass_fields__", None)
    if fields is None:
        fields = getattr(cls, "_fields", None)
    if fields is None:
        raise TypeError(f"{cls.__name__} has no fields")
    return tuple(fields)


@cache
def _decoder(kind: Any) -> Decoder:
    """The function that makes values of a type out of JSON, a column of them at once: there are thousands, and what
    looks at one column is done in C."""
    if kind in _PLAIN:
        return _exactly(kind)
    origin, of = get_origin(kind), get_args(kind)
    if origin is tuple and len(of) == 2 and of[1] is Ellipsis:
        return _many(_decoder(of[0]))
    if origin is tuple:
        return _rows(len(of), lambda: [*map(_decoder, of)], tuple)
    if origin is Literal:
        return _one_of({one: one for one in of})
    if origin in (Union, types.UnionType):
        (inner,) = (_decoder(one) for one in of if one is not type(None))
        return _perhaps(inner)
    if isinstance(kind, type) and (hasattr(kind, "__dataclass_fields__") or hasattr(kind, "_fields")):
        return _made(kind)
    raise TypeError(f"no way to read {kind}")


def _exactly(kind: type) -> Decoder:
    expected = {kind}

    def check(column: Sequence[Any]) -> Sequence[Any]:
        if not {*map(type, column)} <= expected:
            raise TypeError(f"expected {kind.__name__}")
        return column

    return check


def _many(inner: Decoder) -> Decoder:
    lists = _exactly(list)

    def made(column: Sequence[Any]) -> Sequence[Any]:
        flat = [*chain.from_iterable(lists(column))]
        if not flat:
            return [()] * len(column)
        values = inner(flat)
        if values is flat:
            return [*map(tuple, column)]
        rest = iter(values)
        return [tuple(islice(rest, len(one))) if one else () for one in column]

    return made


def _one_of(known: Mapping[Any, Any]) -> Decoder:
    return lambda column: [*map(known.__getitem__, column)]


def _perhaps(inner: Decoder) -> Decoder:
    def made(column: Sequence[Any]) -> Sequence[Any]:
        rest = iter(inner([one for one in column if one is not None]))
        return [None if one is None else next(rest) for one in column]

    return made


def _made(cls: type) -> Decoder:
    names = _fields(cls)

    @cache
    def inner() -> Sequence[Decoder]:
        # Only when there is a value, for a class may have fields of itself.
        hints = get_type_hints(cls)
        return [_decoder(hints[name]) for name in names]

    if hasattr(cls, "__dataclass_fields__"):
        return _rows(len(names), inner, lambda row: cls(*row))
    # What a named tuple does beside that is done already.
    return _rows(len(names), inner, partial(tuple.__new__, cls))


def _rows(length: int, inner: Callable[[], Sequence[Decoder]], make: Callable[[Any], Any]) -> Decoder:
    lists, lengths = _exactly(list), {length}

    def made(column: Sequence[Any]) -> Sequence[Any]:
        if not column:
            return column
        if not {*map(len, lists(column))} <= lengths:
            raise TypeError(f"expected arrays of {length}")
        fields = [read(one) for read, one in zip(inner(), zip(*column, strict=True), strict=True)]
        return [*map(make, zip(*fields, strict=True))]

    return made
