"""What a module-level ``__getattr__`` serves, compared with what Python gets from it."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.facts import extract

NAMES = ("A", "B", "C", "D", "E")
MODULES = ("kiln", "yard")
"""Modules that have some of the names."""
HAS = {"kiln": ("A", "B", "C"), "yard": ("C", "D")}


def served(source: str) -> tuple[tuple[str, str], ...]:
    facts = extract(source.encode(), frozenset(NAMES))
    assert not facts.problem, source
    return tuple((name, target) for name, target, _ in facts.forwards)


def of(name: str, forwards: tuple[tuple[str, str], ...]) -> set[str]:
    """The objects that a name may be, by their paths, where they exist."""
    targets = {
        target if key == name else f"{target}.{name}" for key, target in forwards if key in (name, "*")
    }
    return {target for target in targets if target.partition(".")[2] in HAS.get(target.partition(".")[0], ())}


@pytest.fixture(scope="module", autouse=True)
def modules() -> Iterator[None]:
    for module, names in HAS.items():
        made = types.ModuleType(module)
        for name in names:
            setattr(made, name, f"{module}.{name}")
        sys.modules[module] = made
    yield
    for module in HAS:
        del sys.modules[module]


def got(source: str, name: str) -> str:
    """What Python gets: a path, or nothing."""
    module = types.ModuleType("tested")
    exec(compile(source, "tested.py", "exec"), module.__dict__)
    try:
        value = module.__getattr__(name)
    except (AttributeError, KeyError, ImportError, UnboundLocalError):
        return ""
    return value if isinstance(value, str) else ""


names = st.sampled_from(NAMES)
several = st.lists(names, min_size=1, max_size=3).map(lambda some: ", ".join(f'"{one}"' for one in some))
modules_ = st.sampled_from(MODULES)

collections = st.one_of(
    several.map(lambda some: f"({some},)"),
    several.map(lambda some: f"frozenset({{{some}}})"),
    several.map(lambda some: f"[{some}]"),
    st.sampled_from(["LISTED", "TABLE", "TABLE.keys()", 'LISTED | {"E"}']),
)
tests = st.recursive(
    st.one_of(
        names.map(lambda name: f'name == "{name}"'),
        names.map(lambda name: f'"{name}" != name'),
        collections.map(lambda some: f"name in {some}"),
        collections.map(lambda some: f"name not in {some}"),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=3,
)
ends = st.one_of(
    st.just(["raise AttributeError(name)"]),
    st.tuples(modules_, names).map(lambda two: [f"from {two[0]} import {two[1]} as it", "return it"]),
    st.tuples(modules_, names).map(lambda two: [f"import {two[0]}", f"return {two[0]}.{two[1]}"]),
    modules_.map(lambda module: [f"import {module} as m", "return getattr(m, name)"]),
    modules_.map(lambda module: [f"return getattr(importlib.import_module('{module}'), name)"]),
    modules_.map(lambda module: [f"import {module}", f"found = getattr({module}, name)", "return found"]),
    st.tuples(modules_, names).map(lambda two: [f"from {two[0]} import {two[1]}", "return locals()[name]"]),
    st.just(["return TABLE[name]"]),
    st.just(
        ["try:", "    return TABLE[name]", "except KeyError:", "    raise AttributeError(name) from None"]
    ),
)


def indented(block: list[str]) -> list[str]:
    return [f"    {line}" for line in block]


def branching(test: str, yes: list[str], no: list[str] | None) -> list[str]:
    otherwise = ["else:", *indented(no)] if no is not None else []
    return [f"if {test}:", *indented(yes), *otherwise]


def matching(cases: list[tuple[str, list[str]]]) -> list[str]:
    lines = ["match name:"]
    for name, block in cases:
        lines += indented([f'case "{name}":', *indented(block)])
    return lines


blocks = st.recursive(
    ends,
    lambda inner: st.one_of(
        st.tuples(tests, inner, st.none() | inner).map(lambda three: branching(*three)),
        st.lists(st.tuples(names, inner), min_size=1, max_size=3).map(matching),
        st.tuples(inner, inner).map(lambda two: [*branching("True", ["pass"], None), *two[0], *two[1]]),
        st.tuples(tests, inner, inner).map(lambda three: [*branching(three[0], three[1], None), *three[2]]),
    ),
    max_leaves=5,
)

BEFORE = """\
import importlib
import yard
from kiln import B as _B

LISTED = {"A", "C"}
TABLE = {"B": _B, "D": yard.D}


def __getattr__(name):
    if name not in ("A", "B", "C", "D", "E"):
        raise AttributeError(name)
"""


@given(blocks)
def test_it_is_what_python_gets(block: list[str]) -> None:
    source = BEFORE + "\n".join(indented(block)) + "\n"
    forwards = served(source)
    for name in NAMES:
        value = got(source, name)
        assert of(name, forwards) == ({value} if value else set()), (name, forwards, source)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if name == 'A':\n  from kiln import A\n  return A()", ()),
        ("from kiln import A\n return name", ()),
        (
            "if name.startswith('_'):\n  raise AttributeError(name)\n return getattr(yard, name)",
            (("*", "yard"),),
        ),
        ("if name in CHANGED:\n  return getattr(yard, name)", (("*", "yard"),)),
        ("from . import impl\n return getattr(impl, name)", (("*", ".impl"),)),
        (
            "for m in (kiln, yard):\n  if hasattr(m, name):\n   return getattr(m, name)",
            (("*", "kiln"), ("*", "yard")),
        ),
        ("if name in ('A', 'B'):\n  return yard.__dict__[name]", (("A", "yard.A"), ("B", "yard.B"))),
        ("return {'A': kiln.A, 'B': yard.X}.get(name)", (("A", "kiln.A"), ("B", "yard.X"))),
        ("with lock:\n  if 'A' == name:\n   return cast('type', kiln.A)", (("A", "kiln.A"),)),
        ("return kiln.A if name == 'A' else yard.D", ()),
        ("while True:\n  return name", ()),
    ],
)
def test_further_forms(body: str, expected: tuple[tuple[str, str], ...]) -> None:
    source = (
        f"import kiln, yard\nCHANGED = {{'A'}}\nCHANGED.update(dir(yard))\ndef __getattr__(name):\n {body}\n"
    )
    assert served(source) == expected
