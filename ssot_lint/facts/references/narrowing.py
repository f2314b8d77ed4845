"""A place and an expression → what ``isinstance`` around the place says that the expression is there. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import bounds_of
from ssot_lint.facts.references.origins import annotated, told, union, words
from ssot_lint.facts.scopes import BLOCKS, Scope, Site
from ssot_lint.facts.syntax import last_name, path_of
from ssot_lint.model.methods import UNKNOWN, Origins, Telling


class ClassTest(NamedTuple):
    """A call of ``isinstance`` that decides whether a place is reached. ``holds``: it is, where that is true."""

    node: ast.Call
    holds: bool


def narrowed(reading: Reading, site: Site, value: ast.expr, found: Origins) -> Origins:
    """What an expression is at a place, by the tests around it that ask for its class."""
    if path_of(value) is None:
        return found
    for test in _tests(site, words(value)):
        if _is_bound_since(reading, value, site.scope, test.node.lineno):
            return found
        asked = _classes(reading, test.node, site.scope)
        if test.holds:
            return told(asked, Telling(test.node.lineno, words(test.node)))
        targets = {one.target for one in asked.found} if asked.sure else set[str]()
        found = found._replace(found=tuple([one for one in found.found if one.target not in targets]))
    return found


def _classes(reading: Reading, test: ast.Call, scope: Scope) -> Origins:
    """The classes that a test asks for, as objects of them."""
    if len(test.args) != 2:
        return UNKNOWN
    classes = test.args[1]
    parts = classes.elts if isinstance(classes, ast.Tuple) else [classes]
    return union(annotated(reading, one, scope) for one in parts)


def _tests(site: Site, text: str) -> Iterator[ClassTest]:
    """The tests of an expression around a place, the nearest first."""
    inner = site
    for outer in site.ancestors():
        node = outer.node
        block = getattr(node, inner.field) if inner.field in BLOCKS else None
        if isinstance(block, list):
            yield from _above(block, inner.node, text)
        if outer.scope is not site.scope:
            return
        if isinstance(node, (ast.If, ast.IfExp, ast.While)) and inner.field in ("body", "orelse"):
            yield from _of_test(node.test, text, holds=inner.field == "body")
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for one in node.values:
                if one is inner.node:
                    break
                yield from _of_test(one, text, holds=True)
        inner = outer


def _above(block: list[ast.stmt], node: ast.AST, text: str) -> Iterator[ClassTest]:
    """The tests above a statement in its block, after which only one outcome goes on."""
    above = block[: next((number for number, one in enumerate(block) if one is node), 0)]
    for one in reversed(above):
        if isinstance(one, ast.Assert):
            yield from _of_test(one.test, text, holds=True)
        elif isinstance(one, ast.If) and not one.orelse and isinstance(one.body[-1], _LEAVING):
            yield from _of_test(one.test, text, holds=False)


_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _of_test(node: ast.expr, text: str, *, holds: bool) -> Iterator[ClassTest]:
    """The tests of an expression in a condition, where that certainly is true or false."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _of_test(node.operand, text, holds=not holds)
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) is holds:
        for one in node.values:
            yield from _of_test(one, text, holds=holds)
    elif isinstance(node, ast.Call) and last_name(node.func) == "isinstance" and node.args:
        if words(node.args[0]) == text:
            yield ClassTest(node, holds)


def _is_bound_since(reading: Reading, value: ast.expr, scope: Scope, line: int) -> bool:
    """Whether the name that an expression begins with may be another thing than on a line above."""
    while isinstance(value, ast.Attribute):
        value = value.value
    seen = bounds_of(reading, value, scope) if isinstance(value, ast.Name) else None
    return seen is not None and any(bound.line >= line for bound in seen[1])
