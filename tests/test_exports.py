"""What a module exports, compared with what Python says."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.facts.definitions.exports import exported
from ssot_lint.model.facts import OTHERS

NAMES = st.sampled_from(["Hub", "Door", "key", "lamp"])
HOLDERS = st.sampled_from(["one", "two", "__all__"])
HEAD = (
    "class Hub: pass\nclass Door: pass\nfrom itertools import chain\none = []\ntwo = ['lamp']\n__all__ = []\n"
)


def listed(names: list[str]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


LITERALS = st.lists(NAMES, max_size=3).map(listed)
VALUES = st.recursive(
    st.one_of(LITERALS, HOLDERS.map(lambda one: f"list({one})"), st.just("'Hub key'.split()")),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"{two[0]} + {two[1]}"),
        inner.map(lambda one: f"[*{one}, 'Hub']"),
        inner.map(lambda one: f"sorted(tuple({one}))"),
        inner.map(lambda one: f"[one for one in {one}]" if one.startswith("[") and "*" not in one else one),
        st.tuples(inner, inner).map(lambda two: f"sum([{two[0]}, {two[1]}], [])"),
        st.tuples(inner, inner).map(lambda two: f"list(chain({two[0]}, {two[1]}))"),
        st.just("[kind.__name__ for kind in (Hub, Door)]"),
        st.just("list({'key': 1, 'Door': 2})"),
        inner.map(lambda one: f"({one}).copy()"),
    ),
    max_leaves=4,
)
STATEMENTS = st.one_of(
    st.tuples(HOLDERS, VALUES).map(lambda two: f"{two[0]} = {two[1]}"),
    st.tuples(HOLDERS, HOLDERS).map(lambda two: f"{two[0]} = {two[1]}"),
    st.tuples(HOLDERS, VALUES).map(lambda two: f"{two[0]} += {two[1]}"),
    st.tuples(HOLDERS, NAMES).map(lambda two: f"{two[0]}.append('{two[1]}')"),
    st.tuples(HOLDERS, VALUES).map(lambda two: f"{two[0]}.extend({two[1]})"),
    st.tuples(HOLDERS, NAMES).map(lambda two: f"{two[0]}.insert(0, '{two[1]}')"),
    st.tuples(HOLDERS, LITERALS).map(lambda two: f"for it in {two[1]}:\n    {two[0]}.append(it)"),
    st.tuples(HOLDERS, HOLDERS).map(lambda two: f"{two[0]}, {two[1]} = [], ['key']"),
    st.tuples(HOLDERS, HOLDERS, VALUES).map(lambda all_: f"{all_[0]} = {all_[1]} = {all_[2]}"),
)


@given(st.lists(STATEMENTS, max_size=6))
def test_it_is_what_python_exports(statements: list[str]) -> None:
    source = HEAD + "\n".join(statements) + "\n"
    space: dict[str, object] = {}
    exec(compile(source, "tested.py", "exec"), space)
    names, line = exported(ast.parse(source))
    expected = space["__all__"]
    assert isinstance(expected, list)
    assert names is not None
    assert set(names) == set(expected), source
    assert line == 6


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("__all__ = dir()", [OTHERS]),
        ("__all__ = ['A', *find()]", ["A", OTHERS]),
        ("__all__ = ['A'] if x else ['B']", [OTHERS, "A", "B"]),
        ("__all__ = find() or ['A']", [OTHERS, "A"]),
        ("__all__ = ['A']\nif x:\n  __all__ += ['B']", ["A", "B"]),
        ("if x:\n  __all__ = ['A']", [OTHERS, "A"]),
        ("if x:\n  __all__ = ['A']\nelse:\n  __all__ = ['B']", [OTHERS, "A", "B"]),
        ("try:\n  __all__ = ['A']\nexcept E:\n  __all__ = ['B']", [OTHERS, "A", "B"]),
        ("try:\n  pass\nfinally:\n  __all__ = ['A']", [OTHERS, "A"]),
        ("while x:\n  __all__ = ['A']", [OTHERS, "A"]),
        ("for x in y:\n  __all__ = ['A']\nelse:\n  __all__ = ['B']", [OTHERS, "A", "B"]),
        ("with x:\n  __all__ = ['A']", ["A"]),
        ("import b\n__all__ = b.__all__ + ['A']", ["*b", "A"]),
        ("from . import b\n__all__ = ['A', *b.__all__]", ["A", "*.b"]),
        ("from .b import __all__ as names\n__all__ = names + ['A']", ["*.b", "A"]),
        ("from .b import *\nfrom .b import __all__", ["*.b"]),
        ("import a.b\n__all__ = []\n__all__.extend(a.b.__all__)", ["*a.b"]),
        ("from . import a, b\n__all__ = []\nfor m in (a, b):\n  __all__ += m.__all__", ["*.a", "*.b"]),
        ("from . import a, b\n__all__ = sum([m.__all__ for m in (a, b)], [])", [OTHERS]),
        ("__all__ = sum((a.__all__, ['A']), [])", [OTHERS, "A"]),
        ("__all__ = [f'{x}' for x in ('A',)]", [OTHERS]),
        ("__all__ = [x for x in ('A', 'B') if good(x)]", [OTHERS]),
        ("names = ['A']\nnames.remove('A')\n__all__ = names", []),
        ("names = ['A']\nshuffle(names)\n__all__ = names", ["A"]),
        ("__all__ = ['A']\ndel __all__", None),
        ("TABLE = {'A': 1}\n__all__ = list(TABLE)", ["A"]),
        ("TABLE = {'A': 1}\n__all__ = [*TABLE.keys()]", ["A"]),
        ("__all__ = 'A,B'.split(',')", ["A", "B"]),
        ("__all__ = 'A B'.split(None)", ["A", "B"]),
        ("__all__ = 'A,B'.split('')", [OTHERS]),
        ("__all__ = 'A,B'.split(',', 1)", [OTHERS]),
        ("__all__ = 'A,B'.split(comma)", [OTHERS]),
        ("A = 'B'\n__all__ = [A]", ["B"]),
        ("__all__: list[str]", None),
        ("__all__ = __all__", [OTHERS]),
        ("x = x\n__all__ = [x]", [OTHERS]),
        ("x = y\ny = x\n__all__ = [x, *y]", [OTHERS]),
        ("def f():\n  __all__ = ['A']", None),
    ],
)
def test_what_is_told(source: str, expected: list[str] | None) -> None:
    names, _ = exported(ast.parse(source))
    assert (list(names) if names is not None else None) == expected
