"""The annotations of parameters that one file was asked for by name. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Scope
from ssot_lint.facts.syntax import FUNCTIONS, all_arguments, last_name
from ssot_lint.model.facts import Annotation, Value


def annotation_facts(reading: Reading) -> Iterator[Annotation]:
    for site in reading.walked.of(*FUNCTIONS):
        node = site.node
        assert isinstance(node, FUNCTIONS)
        for one in all_arguments(node.args):
            if one.arg in reading.asked:
                values = tuple(_values(reading, one.annotation, site.scope)) if one.annotation else ()
                span = reading.lines.span(one)
                yield Annotation(span, site.scope.inside(node.name), one.arg, site.where, values)
    yield from _fields(reading)


def _fields(reading: Reading) -> Iterator[Annotation]:
    """What classes declare in their bodies: a dataclass takes it as a parameter."""
    for site in reading.walked.of(ast.AnnAssign):
        node = site.node
        assert isinstance(node, ast.AnnAssign)
        if site.scope.kind != "class" or not isinstance(node.target, ast.Name):
            continue
        hint = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
        if node.target.id in reading.asked and last_name(hint) != "ClassVar":
            values = tuple(_values(reading, node.annotation, site.scope))
            span = reading.lines.span(node.target)
            yield Annotation(span, site.scope.qualname, node.target.id, site.where, values)


_AROUND = frozenset("Optional Union Annotated InitVar Required NotRequired ReadOnly Final".split())
"""What an annotation may have around the types that it lets a thing be."""


def _values(reading: Reading, node: ast.expr, scope: Scope) -> Iterator[Value]:
    """All that an annotation lets a thing be."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _values(reading, node.left, scope)
        yield from _values(reading, node.right, scope)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        inner = _unquoted(node, node.value)
        if inner is not None:
            yield from _values(reading, inner, scope)
            return
    around = last_name(node.value) if isinstance(node, ast.Subscript) else ""
    if isinstance(node, ast.Subscript) and around in _AROUND:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts if around in ("Optional", "Union") else parts[:1]:
            yield from _values(reading, part, scope)
        return
    yield reading.value(node, scope)


def _unquoted(node: ast.Constant, text: str) -> ast.expr | None:
    """What is in quotes, as if it stood in their place."""
    try:
        inner = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for one in ast.walk(inner):
        ast.copy_location(one, node)
    return inner
