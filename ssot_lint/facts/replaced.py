"""One statement → whether it certainly gives a name to something else than before. Pure.

This is definite assignment, as the language specifications of Java and C# have it: a statement replaces what a name
stood for where each way through it binds the name, or never comes to its end.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ssot_lint.facts.syntax import FUNCTIONS, bound_name, pairs, targets_of

LEAVING = (ast.Return, ast.Raise, ast.Continue)
"""Statements that never come to their end."""


class _Ways(NamedTuple):
    """Whether the name is bound anew on each way that comes to the end, and on each that a ``break`` takes."""

    end: bool
    breaks: bool = True


Position = tuple[int, int]
"""The line and the column, in bytes, of a place."""


class Replacement(NamedTuple):
    """A piece of a body in which a statement, which begins at ``by``, has certainly replaced what a name stood for
    before. ``for_good``: it ends with the scope. ``in_loop``: the statement may run again."""

    by: Position
    since: Position
    until: Position
    for_good: bool
    in_loop: bool

    def holds(self, at: Position) -> bool:
        return self.since <= at < self.until


def start_of(node: ast.AST) -> Position:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def end_of(node: ast.AST) -> Position:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


def replaces(node: ast.AST, name: str) -> bool:
    """Whether a statement replaces what a name stood for."""
    return _ways(node, name).end


def _block(body: Sequence[ast.AST], name: str) -> _Ways:
    end, breaks = False, True
    for one in body:
        ways = _ways(one, name)
        breaks = breaks and (end or ways.breaks)
        end = end or ways.end
    return _Ways(end, breaks)


def _ways(node: ast.AST, name: str) -> _Ways:
    if isinstance(node, LEAVING):
        return _Ways(True)
    if isinstance(node, ast.Break):
        return _Ways(True, breaks=False)
    if isinstance(node, ast.If):
        return _in_all([_block(node.body, name), _block(node.orelse, name)], _walrus(node.test, name))
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
        return _of_loop(node, name)
    if isinstance(node, ast.Match):
        return _of_match(node, name)
    if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
        return _of_try(node, name)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return _of_with(node, name)
    return _Ways(name in _bound_by(node) or _walrus(node, name))


def _in_all(branches: Sequence[_Ways], before: bool) -> _Ways:
    """The ways through a statement of whose branches one runs. ``before``: the name is bound before that is chosen."""
    return _Ways(before or all(one.end for one in branches), before or all(one.breaks for one in branches))


def _of_loop(node: ast.For | ast.AsyncFor | ast.While, name: str) -> _Ways:
    body, orelse = _block(node.body, name), _block(node.orelse, name)
    is_endless = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)
    before = _walrus(node.test if isinstance(node, ast.While) else node.iter, name)
    # It is left by a `break`, or when there is no more to do: then `else` runs.
    return _Ways(before or (body.breaks and (is_endless or orelse.end)), before or orelse.breaks)


def _of_match(node: ast.Match, name: str) -> _Ways:
    before = _walrus(node.subject, name)
    branches = [_block(case.body, name) for case in node.cases]
    last = node.cases[-1]
    if last.guard is not None or not _fits_all(last.pattern):
        branches.append(_Ways(False))
    return _in_all(branches, before)


def _fits_all(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return _fits_all(pattern.patterns[-1])
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _fits_all(pattern.pattern))


def _of_try(node: ast.AST, name: str) -> _Ways:
    body, orelse = _block(getattr(node, "body", []), name), _block(getattr(node, "orelse", []), name)
    handlers = [_block(one.body, name) for one in getattr(node, "handlers", [])]
    final = _block(getattr(node, "finalbody", []), name)
    end = (body.end or orelse.end) and all(one.end for one in handlers)
    breaks = body.breaks and orelse.breaks and all(one.breaks for one in handlers)
    return _Ways(final.end or end, final.breaks and (final.end or breaks))


def _of_with(node: ast.With | ast.AsyncWith, name: str) -> _Ways:
    targets = [
        target
        for item in node.items
        if item.optional_vars is not None
        for target, _ in pairs(item.optional_vars, None)
    ]
    before = any(isinstance(one, ast.Name) and one.id == name for one in targets)
    before = before or any(_walrus(item.context_expr, name) for item in node.items)
    # What is entered may swallow an exception, so that the body is left before it has bound the name.
    return _Ways(before, before or _block(node.body, name).breaks)


def _bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a plain statement binds."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield str(getattr(node, "name", ""))
    elif isinstance(node, ast.Import):
        yield from map(bound_name, node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (one.asname or one.name for one in node.names)
    elif isinstance(node, ast.Assign) or (isinstance(node, ast.AnnAssign) and node.value is not None):
        # `A = A` changes nothing.
        same = node.value.id if isinstance(node.value, ast.Name) else ""
        for whole in targets_of(node):
            found = (one.id for one, _ in pairs(whole, None) if isinstance(one, ast.Name))
            yield from (one for one in found if one != same)
    elif type(node).__name__ == "TypeAlias":
        yield from (getattr(one, "id", "") for one in [getattr(node, "name", None)])


def _walrus(node: ast.AST | None, name: str) -> bool:
    """Whether an assignment expression binds a name before all else in an expression, or in a plain statement."""
    while node is not None:
        if isinstance(node, ast.NamedExpr) and node.target.id == name:
            return True
        first = _FIRST.get(type(node))
        found = getattr(node, first) if first else None
        node = found[0] if isinstance(found, list) else found
    return False


_FIRST: dict[type[ast.AST], str] = {
    ast.Assert: "test",
    ast.Assign: "value",
    ast.Await: "value",
    ast.BoolOp: "values",
    ast.Compare: "left",
    ast.Expr: "value",
    ast.NamedExpr: "value",
    ast.UnaryOp: "operand",
}
"""The field of a node that is evaluated first."""
