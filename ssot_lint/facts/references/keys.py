"""One file → the literals by which it asks for something, also where they are put together from others. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import folded
from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.model.asked import KEYED, behind
from ssot_lint.model.facts import INSIDE, ITEM, Folded
from ssot_lint.model.finding import Span


def key_facts(whole: Callable[[], Reading], lines: Lines, asked: frozenset[str]) -> tuple[Folded, ...]:
    """The keys in the file, if it holds a name of what has keys. ``whole`` gives the whole tree, read."""
    if not any(lines.of(one) for one in behind(KEYED, asked)):
        return ()
    reading = whole()
    found = [
        *_of_items(reading),
        *(one for site in reading.walked.of(ast.Call) for one in _of_call(reading, site)),
    ]
    return tuple(sorted(found))


def _of_items(reading: Reading) -> Iterator[Folded]:
    for site in reading.walked.of(ast.Subscript):
        assert isinstance(site.node, ast.Subscript)
        yield from _text(reading, reading.lines.span(site.node.value), ITEM, site.node.slice, site.scope)
    for site in reading.walked.of(ast.Compare):
        assert isinstance(site.node, ast.Compare)
        if len(site.node.ops) == 1 and isinstance(site.node.ops[0], (ast.In, ast.NotIn)):
            span = reading.lines.span(site.node.comparators[0])
            yield from _text(reading, span, ITEM, site.node.left, site.scope)
    for site in reading.walked.of(ast.AugAssign):
        assert isinstance(site.node, ast.AugAssign)
        span = reading.lines.span(site.node.target)
        yield from _of_display(reading, span, site.node.value, site.scope)


def _of_call(reading: Reading, site: Site) -> Iterator[Folded]:
    node = site.node
    assert isinstance(node, ast.Call)
    given = [(str(number), one) for number, one in enumerate(node.args)]
    given += [(one.arg, one.value) for one in node.keywords if one.arg is not None]
    span = reading.lines.span(node)
    for slot, value in given:
        yield from _text(reading, span, slot, value, site.scope)
        yield from _of_display(reading, span, value, site.scope)


def _text(reading: Reading, span: Span, slot: str, node: ast.expr, scope: Scope) -> Iterator[Folded]:
    text = folded(reading, node, scope)
    if text is not None:
        yield Folded(span, slot, text)


def _of_display(reading: Reading, span: Span, node: ast.expr, scope: Scope) -> Iterator[Folded]:
    for key in node.keys if isinstance(node, ast.Dict) else ():
        if key is not None:
            yield from _text(reading, span, INSIDE, key, scope)
