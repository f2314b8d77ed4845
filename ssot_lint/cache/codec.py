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
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from ssot_lint.model.errors import Damaged

T = TypeVar("T")

Decoder = Callable[[Any], Any]

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
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from None


def read(kind: Any, row: Any) -> Any:
    """A value of a class, or of another type that fields have, from plain JSON. Raises Damaged."""
    try:
        return _decoder(kind)(row)
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
    """The function that makes a value of a type out of JSON."""
    if kind in _PLAIN:
        return _exactly(kind)
    origin, of = get_origin(kind), get_args(kind)
    if origin is tuple and len(of) == 2 and of[1] is Ellipsis:
        return _alike(of[0]) if of[0] in _PLAIN else _many(_decoder(of[0]))
    if origin is tuple:
        return _few(tuple(map(_decoder, of)))
    if origin is Literal:
        return {one: one for one in of}.__getitem__
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


def _alike(kind: type) -> Decoder:
    expected = {kind}

    def made(row: Any) -> tuple[Any, ...]:
        if type(row) is not list or not {*map(type, row)} <= expected:
            raise TypeError(f"expected an array of {kind.__name__}")
        return tuple(row)

    return made


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
    kinds: list[type | None] = []
    others: list[tuple[int, Decoder, bool]] = []

    def made(row: Any) -> Any:
        if not kinds:
            # Only now, for a class may have fields of itself.
            for at, hint in enumerate(map(get_type_hints(cls).__getitem__, names)):
                kinds.append(_json_of(hint))
                if hint not in _PLAIN:
                    others.append((at, _decoder(hint), get_args(hint)[1:] == (Ellipsis,)))
        if type(row) is not list or len(row) != len(names):
            raise TypeError(f"expected the fields of {cls.__name__}")
        if [*map(type, row)] != kinds and not all(
            kind is None or type(one) is kind for one, kind in zip(row, kinds, strict=True)
        ):
            raise TypeError(f"expected other fields of {cls.__name__}")
        for at, inner, may_be_empty in others:
            # Most are, where they may.
            row[at] = inner(row[at]) if row[at] or not may_be_empty else ()
        return cls(*row)

    return made


def _json_of(kind: Any) -> type | None:
    """The type that JSON gives a value, if that is certain."""
    if kind in _PLAIN:
        return cast(type, kind)
    if get_origin(kind) is Literal:
        return type(get_args(kind)[0])
    return None if get_origin(kind) in (Union, types.UnionType) else list
