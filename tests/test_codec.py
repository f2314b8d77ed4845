"""Values and bytes: what is put there comes back equal, and of anything else nothing comes but ``Damaged``."""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.cache import memory
from ssot_lint.cache.codec import decode, encode
from ssot_lint.cache.packed import LINES, pack, unpack
from ssot_lint.engine import traces
from ssot_lint.model import facts as record
from ssot_lint.model import finding, sharing
from ssot_lint.model.errors import Damaged
from ssot_lint.model.facts import Facts
from ssot_lint.sources import listing

TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
"""Lone surrogates are in it: file names hold them."""
NUMBERS = st.integers() | st.sampled_from([0, -1, 1 << 63, 10**4000])
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: NUMBERS,
    bool: st.booleans(),
    type(None): st.none(),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


def values(kind: Any, depth: int = 3) -> st.SearchStrategy[Any]:
    """Values of a type, of classes as deep as that."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, of = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(of)
    if origin is tuple and of[-1] is Ellipsis:
        most = 2 if depth > 0 else 0
        return st.lists(values(of[0], depth), max_size=most).map(tuple) if most else st.just(())
    if origin is tuple:
        return st.tuples(*(values(one, depth) for one in of))
    if origin in (Union, types.UnionType):
        (inner,) = (one for one in of if one is not type(None))
        return st.none() | values(inner, depth) if depth > 0 else st.none()
    hints = get_type_hints(kind)
    return st.deferred(lambda: st.builds(kind, **{name: values(of, depth - 1) for name, of in hints.items()}))


def _classes(module: types.ModuleType) -> list[type]:
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and one.__module__ == module.__name__
        and (is_dataclass(one) or hasattr(one, "_fields"))
    ]


CLASSES = [
    *_classes(finding),
    *_classes(record),
    *_classes(sharing),
    *(one for one in _classes(memory) if one.__name__ != "Memory"),
    *_classes(traces),
    listing.Listing,
]


def same(one: object, other: object) -> bool:
    """Equal, and of the same types all through: True is no 1 here, and a tuple of numbers no span."""
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


SETTINGS = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@SETTINGS
@given(data=st.data())
def test_a_value_comes_back(cls: type, data: st.DataObject) -> None:
    value = data.draw(values(cls))
    written = encode(value)
    assert written.isascii()
    assert b"\n" not in written
    assert same(decode(cls, written), value)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@SETTINGS
@given(data=st.data(), other=JSON, path=st.lists(st.integers(0, 20), max_size=6))
def test_other_data_is_damaged_or_a_whole_value(
    cls: type, data: st.DataObject, other: object, path: list[int]
) -> None:
    top = [json.loads(encode(data.draw(values(cls))))]
    holder, at = top, 0
    for number in path:
        if isinstance(holder[at], list) and holder[at]:
            holder, at = holder[at], number % len(holder[at])
    holder[at] = other
    try:
        value = decode(cls, json.dumps(top[0]).encode())
    except Damaged:
        return
    assert same(decode(cls, encode(value)), value)


@SETTINGS
@given(data=st.binary() | st.text().map(str.encode))
def test_bytes_that_are_no_value_are_damaged(data: bytes) -> None:
    for cls in (finding.Finding, memory.Verdict, Facts):
        with pytest.raises(Damaged):
            decode(cls, data)


@pytest.mark.parametrize(
    "data",
    [b"[" * 100_000, b"9" * 5000, b"\xff", b"", b"NaN", b"[1e999]", b'{"a":1}'],
    ids=lambda data: ascii(data[:10]),
)
def test_hostile_bytes_are_damaged(data: bytes) -> None:
    for cls in (finding.Span, finding.Finding, Facts):
        with pytest.raises(Damaged):
            decode(cls, data)
    whole = pack(Facts()).split(b"\n")
    assert {*LINES} == {"outer", *Facts.__dataclass_fields__}
    for number, name in enumerate(LINES):
        read = unpack(b"\n".join([*whole[:number], data, *whole[number + 1 :]]))
        with pytest.raises(Damaged):
            getattr(read, name)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=values(Facts))
def test_packed_facts_are_the_facts(facts: Facts) -> None:
    packed = pack(facts)
    read = unpack(packed)
    assert all(same(getattr(read, name), getattr(facts, name)) for name in Facts.__dataclass_fields__)
    assert pack(read) == pack(unpack(packed)) == packed
    with pytest.raises(AttributeError):
        read.nothing  # type: ignore[attr-defined]  # noqa: B018


@SETTINGS
@given(facts=values(Facts), at=st.integers(0, 1 << 20), other=st.binary(max_size=3))
def test_spoiled_facts_are_damaged_or_whole(facts: Facts, at: int, other: bytes) -> None:
    packed = pack(facts)
    at %= len(packed)
    try:
        read = unpack(packed[:at] + other + packed[at + 1 :])
        got = Facts(*(getattr(read, name) for name in Facts.__dataclass_fields__))
    except Damaged:
        return
    assert pack(got) == pack(unpack(pack(got)))
