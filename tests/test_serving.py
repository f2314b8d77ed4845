"""What a module-level ``__getattr__`` serves, compared with what Python gets from it."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.facts.extract import extract

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
    except (AttributeError, KeyError, ImportError, UnboundLocalError, ValueError):
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
    st.just(["module, last = PAIRS[name]", "return getattr(importlib.import_module(module), last)"]),
    st.just(
        ["path, _, last = PATHS[name].rpartition('.')", "return getattr(importlib.import_module(path), last)"]
    ),
    st.sampled_from(["not where", "where is None", "where == 'yard'", "where != 'kiln'"]).map(
        lambda test: [
            "where = HOMES.get(name)",
            f"if {test}:",
            "    raise AttributeError(name)",
            "return getattr(importlib.import_module(where), name)",
        ]
    ),
    st.just(
        [
            "if (last := RENAMED.get(name)) is not None:",
            "    return getattr(importlib.import_module(f'ki{\"ln\"}'), last)",
            "raise AttributeError(name)",
        ]
    ),
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
import functools
import importlib
import yard
from kiln import B as _B

other = None
LISTED = {"A", "C"}
TABLE = {"B": _B, "D": yard.D}
PAIRS = {"A": ("kiln", "A"), "C": ("yard", "D"), "E": ("kiln", "E")}
PATHS = {"A": "yard.C", "D": "yard.D"}
HOMES: dict[str, str] = {"A": "kiln", "D": "yard", "E": ""}
RENAMED = {"C": "A", "E": "B"}


def __getattr__(name):
    if name not in ("A", "B", "C", "D", "E"):
        raise AttributeError(name)
"""


FORMS = (
    ("def __getattr__(name):", ""),
    ("def __getattr__(name, /):", ""),
    ("def _look(name):", "__getattr__ = _look"),
    ("def _look(name):", "_other = _look\n__getattr__ = _other"),
    ("def _look(name):", "__getattr__ = lambda one: _look(one)"),
    ("def _look(name):", "def __getattr__(attribute):\n    return _look(attribute)"),
    ("def _look(other, name):", "__getattr__ = functools.partial(_look, TABLE)"),
    ("def _look(name, *, other):", "__getattr__ = functools.partial(_look, other=TABLE)"),
    ("def _make(other=None):\n  def _look(name):", "  return _look\n__getattr__ = _make()"),
    ("def _make(PATHS):\n  def _look(name):", "  return other, _look\nother, __getattr__ = _make(PATHS)"),
    ("def _make():\n  def _look(name):", "  return lambda one: _look(one)\n__getattr__ = _make()"),
)
"""The ways to a module's ``__getattr__`` with some block as its body: what stands before it, and behind."""


@given(blocks, st.sampled_from(FORMS))
def test_it_is_what_python_gets(block: list[str], form: tuple[str, str]) -> None:
    start, end = form
    source = BEFORE.replace("def __getattr__(name):", start) + "\n".join(indented(block)) + f"\n{end}\n"
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
        ("return kiln.A if name == 'A' else yard.D", (("A", "kiln.A"),)),
        ("where: str = 'yard'\n return getattr(import_module(where), name)", (("*", "yard"),)),
        ("found: object\n if name == 'A':\n  found = kiln.A\n  return found", (("A", "kiln.A"),)),
        (
            "for m in (kiln, yard):\n  if hasattr(m, name):\n   found = getattr(m, name)\n   break\n"
            " else:\n  raise AttributeError\n return found",
            (("*", "kiln"), ("*", "yard")),
        ),
        ("while True:\n  return name", ()),
        ("raise ImportError(f'{name} is {TEXTS[name]} now')", ()),
        (
            "return getattr(yard, TEXTS.get(name, name))",
            (("A", "yard.kiln.A"), ("C", "yard.B"), ("*", "yard")),
        ),
        ("return globals()[TEXTS[name]]", (("A", ":kiln.A"), ("C", ":B"))),
        ("return load(TEXTS[name])", (("A", "kiln.A"),)),
        ("return load(*TABLE[name], 3)", (("A", "kiln.A"), ("D", ".yard.D"))),
        (
            "mod, attr = TABLE[name]\n return getattr(import_module(mod, __name__), attr)",
            (("A", "kiln.A"), ("D", ".yard.D")),
        ),
        (
            "found = TABLE.get(name)\n if found:\n  return getattr(import_module(found[0]), found[1])",
            (("A", "kiln.A"), ("D", ".yard.D")),
        ),
        (
            "path, attr = TEXTS[name].rsplit('.', 1)\n return getattr(import_module(path), attr)",
            (("A", "kiln.A"),),
        ),
        (
            "module = import_module('.' + HOMES[name], __name__)\n return getattr(module, name)",
            (("A", ".one.A"), ("B", ".two.B")),
        ),
        (
            "if name in HOMES:\n  return getattr(import_module(f'{TOP}.{HOMES[name]}'), name)",
            (("A", "top.one.A"), ("B", "top.two.B")),
        ),
        (
            "if (found := TABLE.get(name)) is None:\n  raise AttributeError\n module, last = found\n"
            " return getattr(import_module(module, __name__), last)",
            (("A", "kiln.A"), ("D", ".yard.D")),
        ),
        (
            "if name in HOMES:\n  found = kiln.A if name == 'A' else yard.D\n  return found",
            (("A", "kiln.A"), ("B", "yard.D")),
        ),
        ("if name in HOMES:\n  return kiln.A if 'A' == name else yard.D", (("A", "kiln.A"), ("B", "yard.D"))),
        (
            "return getattr(import_module(f'{__name__}.{HOMES[name]}'), name)",
            (("A", ".one.A"), ("B", ".two.B")),
        ),
        ("return getattr(sys.modules[__name__], TEXTS[name])", (("A", ":kiln.A"), ("C", ":B"))),
        (
            "package, module = PLACED.get(name, (None, None))\n if module == '':\n  return import_module(package)\n"
            " return getattr(import_module(module, package=package), name)",
            (("C", "three"), ("A", "pkg.sub.one.A"), ("B", ".two.B")),
        ),
        (
            "where = HOMES.get(name)\n if not where:\n  raise AttributeError\n return getattr(yard, name)",
            (("A", "yard.A"), ("B", "yard.B")),
        ),
        (
            "if HOMES.get(name) is not None:\n  return getattr(yard, name)\n raise AttributeError",
            (("A", "yard.A"), ("B", "yard.B")),
        ),
        (
            "return import_attr(name, HOMES[name], __spec__.parent)",
            (("A", "one.A"), ("A", ".one.A"), ("B", "two.B"), ("B", ".two.B")),
        ),
        ("return import_string(f'{HOMES[name]}.{name}')", (("A", "one.A"), ("B", "two.B"))),
        ("if name == 'A':\n  class kiln: ...\n  return kiln", ()),
        ("if name == 'A':\n  import pkg.kiln\n  return pkg.kiln.A", (("A", "pkg.kiln.A"),)),
        ("if name == 'A':\n  import pkg.kiln as it\n  return it.A", (("A", "pkg.kiln.A"),)),
        ("match name:\n  case 'A' | 'B':\n   return getattr(kiln, name)", (("A", "kiln.A"), ("B", "kiln.B"))),
        ("match name:\n  case ('A' | 'B') as it:\n   return kiln.A", (("A", "kiln.A"), ("B", "kiln.A"))),
        ("match name:\n  case 'A' | 1:\n   return getattr(kiln, name)", (("*", "kiln"),)),
        ("return import_module(f'.{name}', __name__)", ()),
        ("return getattr(CHANGED, name)", ()),
        ("if name in HOMES:\n  return import_module(f'.{name}', __name__)", (("A", ".A"), ("B", ".B"))),
    ],
)
def test_further_forms(body: str, expected: tuple[tuple[str, str], ...]) -> None:
    source = (
        "import kiln, yard\nCHANGED = {'A'}\nCHANGED.update(dir(yard))\nTEXTS = {'A': 'kiln.A', 'C': 'B'}\n"
        "TABLE = {'A': ('kiln', 'A'), 'D': ('.yard', 'D')}\nHOMES: dict[str, str] = {'A': 'one', 'B': 'two'}\n"
        "TOP = 'top'\nPLACED = {'A': ('pkg.sub', '.one'), 'B': (__spec__.parent, '.two'), 'C': ('three', '')}\n"
        f"def __getattr__(name):\n {body}\n"
    )
    assert served(source) == expected


def test_what_is_attached() -> None:
    source = "__getattr__, __dir__, _ = attach(__name__, ['c'], submod_attrs={'kiln': ['A', 'B'], 'yard': ['C']})\n"
    assert served(source) == (("A", ".kiln.A"), ("B", ".kiln.B"), ("C", ".yard.C"))


def test_no_circle_and_no_flood_of_ways_is_followed_for_ever() -> None:
    circle = "T = {'A': U['A']}\nU = {'A': T['A']}\ndef __getattr__(name):\n return T[name]\n"
    assert served(circle) == ()
    either = (
        "T = {'A': U['A'] or kiln.A}\nU = {'A': T['A'] or kiln.A}\ndef __getattr__(name):\n return T[name]\n"
    )
    assert served(f"import kiln\n{either}") == (("A", "kiln.A"),)
    assert served("_one = _two\n_two = _one\n__getattr__ = _one\n") == ()
    steps = " x = x.a or x.b or x.c or x.d\n" * 16
    flood = f"import kiln\ndef __getattr__(name):\n if name == 'A':\n  return kiln.A\n x = kiln\n{steps} return x\n"
    assert served(flood) == (("A", "kiln.A"),)
