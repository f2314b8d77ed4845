"""Frozen values ↔ JSON, by the types of their fields. Pure; knows no class of ours by name.

A value is an array of its fields in order. What comes in from a disk is data: where it does not fit the types
``Damaged`` is raised, and nothing but the classes that the caller names is ever made.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

Decoder = Callable[[Any], Any]

_PLAIN = (str, int, bool, float)


class Damaged(Exception):
    """Data from a store that is not what was put there."""


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
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from None


def read(kind: Any, row: Any) -> Any:
    """A value of a class, or of another type that fields have, from plain JSON. Raises Damaged."""
    try:
        return _decoder(kind)(row)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Damaged(str(error)) from None


def shape(module: types.ModuleType) -> str:
    """The fields of all classes of a module, as its source has them."""
    classes = ((name, one) for name, one in sorted(vars(module).items()) if isinstance(one, type))
    return repr([(name, getattr(one, "__annotations__", None)) for name, one in classes])


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
    """What makes a value of a type out of JSON."""
    if kind in _PLAIN:
        return _exactly(kind)
    origin, of = get_origin(kind), get_args(kind)
    if origin is tuple and len(of) == 2 and of[1] is Ellipsis:
        return _many(_decoder(of[0])) if of[0] is not str else _words
    if origin is tuple:
        return _few(tuple(map(_decoder, of)))
    if origin in (Union, types.UnionType):
        (inner,) = (_decoder(one) for one in of if one is not type(None))
        return lambda row: None if row is None else inner(row)
    if isinstance(kind, type) and (hasattr(kind, "__dataclass_fields__") or hasattr(kind, "_fields")):
        return _made(kind)
    raise TypeError(f"no way to read {kind}")


def _exactly(kind: type) -> Decoder:
    def check(row: Any) -> Any:
        if type(row) is not kind:
            raise TypeError(f"expected {kind.__name__}")
        return row

    return check


def _words(row: Any) -> tuple[str, ...]:
    if type(row) is not list or not all(type(one) is str for one in row):
        raise TypeError("expected an array of strings")
    return tuple(row)


def _many(inner: Decoder) -> Decoder:
    def made(row: Any) -> tuple[Any, ...]:
        if type(row) is not list:
            raise TypeError("expected an array")
        return tuple([inner(one) for one in row])

    return made


def _few(inner: tuple[Decoder, ...]) -> Decoder:
    def made(row: Any) -> tuple[Any, ...]:
        if type(row) is not list or len(row) != len(inner):
            raise TypeError(f"expected an array of {len(inner)}")
        return tuple([one(part) for one, part in zip(inner, row, strict=True)])

    return made


def _made(cls: type) -> Decoder:
    names = _fields(cls)
    plain: list[tuple[int, type]] = []
    others: list[tuple[int, Decoder]] = []

    def made(row: Any) -> Any:
        if not plain and not others:
            # Only now, for a class may have fields of itself.
            hints = get_type_hints(cls)
            for at, name in enumerate(names):
                if hints[name] in _PLAIN:
                    plain.append((at, hints[name]))
                else:
                    others.append((at, _decoder(hints[name])))
        if type(row) is not list or len(row) != len(names):
            raise TypeError(f"expected the fields of {cls.__name__}")
        for at, kind in plain:
            if type(row[at]) is not kind:
                raise TypeError(f"expected {kind.__name__}")
        for at, inner in others:
            row[at] = inner(row[at])
        return cls(*row)

    return made
