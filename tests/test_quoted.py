"""Where a reference stands that is in quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.facts.extract import extract

HEAD = "from app import Hub\n"


def places(source: str) -> list[tuple[int, int, int]]:
    """Line, column and end of each use of the class."""
    facts = extract((HEAD + source).encode(), frozenset({"Hub"}))
    spans = [use.ref.span for use in facts.uses]
    return [(span.line, span.column, span.end_column) for span in spans]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('x: "Hub"\n', [(2, 4, 7)]),
        ('x: "list[Hub] | Hub"\n', [(2, 9, 12), (2, 16, 19)]),
        ("é: r'''Hub'''\n", [(2, 7, 10)]),
        ('x: "é[Hub]"\n', [(2, 6, 9)]),
        ('x: """\n  Hub |\n  é[Hub]\n"""\n', [(3, 2, 5), (4, 4, 7)]),
        ("x: \"list['Hub']\"\n", [(2, 10, 13)]),
        # Escapes and pieces: the string itself.
        ('x: "\\x48ub | Hub"\n', [(2, 3, 17), (2, 3, 17)]),
        ('x: "Hub" "[int]"\n', [(2, 3, 16)]),
        # No Python: nothing.
        ('x: "Hub of all"\n', []),
        ('x: "Hub)("\n', []),
    ],
)
def test_it_stands_at_its_place_inside_of_the_string(
    source: str, expected: list[tuple[int, int, int]]
) -> None:
    assert places(source) == expected


TYPES = st.recursive(
    st.sampled_from(["Hub", "int", "é"]),
    lambda inner: st.one_of(
        st.builds("{}[{}]".format, st.sampled_from(["list", "Optional"]), inner),
        st.builds("{} | {}".format, inner, inner),
        st.builds("dict[{}, {}]".format, inner, inner),
    ),
)


@given(TYPES, st.sampled_from(["x: {}\n", "def f(a: {}): ...\n", "def f(*a, é=1) -> {}: ...\n"]))
def test_in_quotes_the_references_are_those_without(kind: str, form: str) -> None:
    plain = places(form.format(kind))
    quoted = places(form.format(f'"{kind}"'))
    assert quoted == [(line, column + 1, end + 1) for line, column, end in plain]


@pytest.mark.parametrize("kind", ["Desk", "far.Desk", "Hub"])
def test_in_quotes_a_function_says_the_same_of_what_it_returns(kind: str) -> None:
    """Also where the type is none of the names: what it hands out may be."""

    def said(annotation: str) -> tuple[str, str, tuple[str, ...]]:
        source = f"def take(x) -> {annotation}:\n    return Hub(x)\n"
        (function,) = extract((HEAD + source).encode(), frozenset({"Hub"})).functions
        last = function.returns[-1]
        assert last.ref is not None
        return last.form, last.ref.spelled, last.ref.targets

    assert said(kind)[:2] == ("typed", kind)
    assert said(f'"{kind}"') == said(kind)
