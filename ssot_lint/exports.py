"""What one file says that it exports: ``__all__``. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.nodes import path_of
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
    them where some are computed, or where there may be no such list."""
    found: list[str] | None = None
    line = 0
    for node, is_certain in _statements(tree.body):
        values: list[ast.expr] = []
        if isinstance(node, ast.Assign) and any(path_of(target) == ["__all__"] for target in node.targets):
            found, values = _begun(found, is_certain), [node.value]
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)) and path_of(node.target) == ["__all__"]:
            found = found if isinstance(node, ast.AugAssign) else _begun(found, is_certain)
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


def _begun(found: list[str] | None, is_certain: bool) -> list[str]:
    """What there is before a list is bound: nothing, if it certainly is, or else what there is without it."""
    return [] if is_certain else [OTHERS] if found is None else found


def _statements(body: Iterable[ast.stmt], is_certain: bool = True) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements that bind names of the module, and whether they certainly run."""
    for node in body:
        yield node, is_certain
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            inner = [getattr(node, "body", []), *(one.body for one in getattr(node, "handlers", []))]
            for block in (*inner, getattr(node, "orelse", []), getattr(node, "finalbody", [])):
                yield from _statements(block, False)


def _is_literal(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, _LITERAL) or (isinstance(function, ast.Name) and function.id in _COPIES)
