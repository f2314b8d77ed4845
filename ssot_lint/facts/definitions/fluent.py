"""A method → whether each call of it gives the object that it was called on. Pure."""

from __future__ import annotations

import ast

from ssot_lint.facts.definitions.bodies import Body
from ssot_lint.facts.syntax import FUNCTIONS, children, last_name

_HARMLESS = frozenset(["final", "override"])
"""Decorators that give back the method they are given."""


def gives_itself(body: Body) -> bool:
    """Whether a method certainly returns its own object, whatever it does before."""
    node, receiver = body.node, body.receiver
    if not receiver or body.of_class or any(last_name(one) not in _HARMLESS for one in node.decorator_list):
        return False
    todo: list[ast.AST] = [*node.body]
    for one in todo:
        if isinstance(one, (ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(one, ast.Return) and not _is(one.value, receiver):
            return False
        if not isinstance(one, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            todo += children(one)
    return _returns_at_its_end(node.body) and not _is_bound(receiver, body)


def _is(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_bound(name: str, body: Body) -> bool:
    """Whether anything in a method gives its receiver another meaning."""
    return any(
        (isinstance(one, ast.Name) and one.id == name and not isinstance(one.ctx, ast.Load))
        or name in (getattr(one, "name", None), getattr(one, "rest", None))
        for one in body.parts
    )


def _returns_at_its_end(block: list[ast.stmt]) -> bool:
    """Whether a block ends by returning: who falls out of a function gets None."""
    last = block[-1]
    if isinstance(last, ast.If):
        return _returns_at_its_end(last.body) and bool(last.orelse) and _returns_at_its_end(last.orelse)
    return isinstance(last, ast.Return)
