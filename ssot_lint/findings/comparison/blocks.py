"""A syntax tree → its statements and definitions, and what stands at a place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
"""The fields of a statement that hold statements."""

Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def holds(node: ast.AST, line: int, column: int) -> bool:
    """Whether a node covers a place; columns count bytes."""
    if isinstance(node, ast.match_case):
        # It has no place of its own.
        return any(holds(one, line, column) for one in (node.pattern, node.guard, *node.body) if one)
    if not isinstance(node, (ast.stmt, ast.expr, ast.pattern, ast.excepthandler, ast.alias)):
        return False
    begin = (node.lineno, node.col_offset)
    decorators = node.decorator_list if isinstance(node, Definition) else ()
    if decorators:
        begin = (decorators[0].lineno, 0)
    return begin <= (line, column) < (node.end_lineno or 0, node.end_col_offset or 0)


def blocks(node: ast.AST) -> Iterator[list[ast.AST]]:
    """The lists of statements, handlers and cases in a node."""
    for name in BLOCKS:
        block = getattr(node, name, None)
        # A lambda and a conditional expression have a body that is no block.
        if isinstance(block, list):
            yield block


def definitions(tree: ast.Module) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Each definition and the names that lead to it."""
    return ((node, names) for node, names in statements(tree) if isinstance(node, Definition))


def statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Each statement and the names that lead to the definition around it, or that it is."""
    todo: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while todo:
        node, names = todo.pop()
        if isinstance(node, Definition):
            names = (*names, node.name)
        if isinstance(node, ast.stmt):
            yield node, names
        todo += ((one, names) for block in blocks(node) for one in block)


def level(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that are in no definition, and the definitions among them."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, Definition):
            todo += (one for block in blocks(node) for one in block)


def alias_at(statement: ast.stmt, line: int, column: int) -> ast.alias | None:
    """The name at a place of an import, where it is not the statement as a whole that is meant."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return None
    if len(statement.names) == 1:
        return statement.names[0]
    return next((alias for alias in statement.names if holds(alias, line, column)), None)
