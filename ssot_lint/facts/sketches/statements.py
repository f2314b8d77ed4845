"""The statements of one body → a row of words for each header, and the names that the body binds. Pure, and quick."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ssot_lint.facts.sketches.expressions import SPELLERS, parameters, spell
from ssot_lint.facts.syntax import FUNCTIONS

Row = list[str]
"""The kind of a statement, and the words of its header, see ``expressions``."""


class SketchedBody:
    """What has been read of one body: its ``rows``, how many of its own statements there are (``counted``), the names
    that it binds (``owned``), and whether it awaits."""

    __slots__ = ("asynchronous", "counted", "depth", "owned", "rows", "shared")

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.owned: set[str] = set()
        self.shared: set[str] = set()
        """The names of the module that it binds."""
        self.counted = 0
        self.depth = 0
        self.asynchronous = False

    def read(self, statements: Iterable[ast.stmt]) -> None:
        """Takes in statements, and all that stand in them."""
        for one in statements:
            read = _READERS.get(one.__class__)
            if read is None:
                self.row(one.__class__.__name__, one)
            else:
                read(self, one)

    def row(self, kind: str, *nodes: ast.AST | None) -> Row:
        row = [kind]
        say, own = row.append, self.owned.add
        for node in nodes:
            if node is not None:
                SPELLERS.get(node.__class__, spell)(node, say, own)
        self.rows.append(row)
        if not self.depth:
            self.counted += 1
        return row


def is_stub(node: ast.stmt) -> bool:
    """Whether a statement says nothing: ``pass``, a docstring, dots, or that something is not implemented."""
    if node.__class__ is ast.Expr:
        return node.value.__class__ is ast.Constant
    if node.__class__ is ast.Raise:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return node.__class__ in _SILENT


_SILENT = frozenset((ast.Pass, ast.Global, ast.Nonlocal))


def _expression(body: SketchedBody, node: ast.Expr) -> None:
    if not is_stub(node):
        body.row("Expr", node.value)


def _raise(body: SketchedBody, node: ast.Raise) -> None:
    if not is_stub(node):
        body.row("Raise", node.exc)


def _assign(body: SketchedBody, node: ast.Assign) -> None:
    body.row("Assign", *node.targets, node.value)


def _annotated(body: SketchedBody, node: ast.AnnAssign) -> None:
    if node.value is not None:
        body.row("Assign", node.target, node.value)
    elif isinstance(node.target, ast.Name):
        body.owned.add(node.target.id)


def _assert(body: SketchedBody, node: ast.Assert) -> None:
    # What it says when it fails is a literal, however it is put together.
    body.row("Assert", node.test)


def _global(body: SketchedBody, node: ast.Global | ast.Nonlocal) -> None:
    body.shared.update(node.names)


def _import(body: SketchedBody, node: ast.Import | ast.ImportFrom) -> None:
    row = body.row("Import")
    row.append(f".{getattr(node, 'module', None) or ''}")
    for one in node.names:
        row.append(f".{one.name}")
        if one.asname:
            body.owned.add(one.asname)


def _if(body: SketchedBody, node: ast.If | ast.While) -> None:
    body.row(node.__class__.__name__, node.test)
    body.read(node.body)
    body.read(node.orelse)


def _for(body: SketchedBody, node: ast.For | ast.AsyncFor) -> None:
    body.row("For", node.target, node.iter)
    body.read(node.body)
    body.read(node.orelse)
    body.asynchronous |= node.__class__ is ast.AsyncFor


def _with(body: SketchedBody, node: ast.With | ast.AsyncWith) -> None:
    row = body.row("With")
    for item in node.items:
        spell(item.context_expr, row.append, body.owned.add)
        if item.optional_vars is not None:
            spell(item.optional_vars, row.append, body.owned.add)
    body.read(node.body)
    body.asynchronous |= node.__class__ is ast.AsyncWith


def _try(body: SketchedBody, node: Any) -> None:
    body.row("Try")
    body.read(node.body)
    for handler in node.handlers:
        body.row("Except", handler.type)
        if handler.name:
            body.owned.add(handler.name)
        body.read(handler.body)
    body.read(node.orelse)
    body.read(node.finalbody)


def _match(body: SketchedBody, node: ast.Match) -> None:
    body.row("Match", node.subject)
    for case in node.cases:
        body.row("Case", case.pattern, case.guard)
        body.read(case.body)


def _function(body: SketchedBody, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    body.owned.add(node.name)
    row = body.row("Function")
    row.append(f"+{parameters(node.args, body.owned.add)}")
    _nested(body, node.body)
    body.asynchronous |= node.__class__ is ast.AsyncFunctionDef


def _class(body: SketchedBody, node: ast.ClassDef) -> None:
    body.owned.add(node.name)
    body.row("Class", *node.bases)
    _nested(body, node.body)


def _nested(body: SketchedBody, statements: Sequence[ast.stmt]) -> None:
    body.depth += 1
    body.read(statements)
    body.depth -= 1


_Reader = Callable[[SketchedBody, Any], None]
_READERS: Mapping[type, _Reader] = {
    ast.Expr: _expression,
    ast.Raise: _raise,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Pass: lambda body, node: None,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.If: _if,
    ast.While: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    getattr(ast, "TryStar", ast.Try): _try,
    ast.Match: _match,
    **dict.fromkeys(FUNCTIONS, _function),
    ast.ClassDef: _class,
}
