"""What one file says that it exports: ``__all__``. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.reading import path_of
from ssot_lint.record import OTHERS

_LITERAL = (
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.BinOp,
    ast.Starred,
    ast.Constant,
    ast.operator,
    ast.expr_context,
)
_COPIES = ("list", "tuple", "set", "sorted")


def exported(tree: ast.Module) -> tuple[tuple[str, ...] | None, int]:
    """The names in ``__all__``, as far as they are literal, and the line of its first binding. ``OTHERS`` is one of
    them where some are computed."""
    found: list[str] | None = None
    line = 0
    for node in _statements(tree.body):
        values: list[ast.expr] = []
        if isinstance(node, ast.Assign) and any(path_of(target) == ["__all__"] for target in node.targets):
            found, values = [], [node.value]
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)) and path_of(node.target) == ["__all__"]:
            found = found if isinstance(node, ast.AugAssign) else []
            values = [node.value] if node.value is not None else []
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if (path_of(node.value.func) or [""])[0] == "__all__":
                values = list(node.value.args)
        if values:
            line = line or node.lineno
            found = found if found is not None else []
            for value in values:
                for part in ast.walk(value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        found.append(part.value)
                    elif not _is_literal(part) and OTHERS not in found:
                        found.append(OTHERS)
    return (tuple(found) if found is not None else None), line


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that bind names of the module, also those behind a condition."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            inner = [getattr(node, "body", []), *(one.body for one in getattr(node, "handlers", []))]
            for block in (*inner, getattr(node, "orelse", []), getattr(node, "finalbody", [])):
                yield from _statements(block)


def _is_literal(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, _LITERAL) or (isinstance(function, ast.Name) and function.id in _COPIES)
