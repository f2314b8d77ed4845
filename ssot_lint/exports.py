"""What one file says that it exports: ``__all__``. Pure."""

from __future__ import annotations

import ast

from ssot_lint.reading import path_of


def exported(tree: ast.Module) -> tuple[tuple[str, ...] | None, int]:
    """The names in ``__all__``, as far as they are literal, and the line of its first binding."""
    found: list[str] | None = None
    line = 0
    for node in tree.body:
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
    return (tuple(found) if found is not None else None), line
