"""What one file hands on by name: ``__all__``, and what a module-level ``__getattr__`` serves. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.reading import Reading, path_of
from ssot_lint.scopes import import_target


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


def served(reading: Reading) -> Iterator[tuple[str, str, int]]:
    """What a module-level ``__getattr__`` (PEP 562) serves: (name or ``*``, target, line)."""
    for site in reading.walked.of(ast.FunctionDef):
        node = site.node
        assert isinstance(node, ast.FunctionDef)
        if node.name != "__getattr__" or site.scope.kind != "module":
            continue
        imported: dict[str, str] = {}
        for inner in ast.walk(node):
            if isinstance(inner, ast.ImportFrom):
                module = "." * inner.level + (inner.module or "")
                for alias in inner.names:
                    target = import_target(module, alias.name)
                    imported[alias.asname or alias.name] = target
                    yield alias.asname or alias.name, target, node.lineno
            elif isinstance(inner, ast.Import):
                for alias in inner.names:
                    imported[alias.asname or alias.name.partition(".")[0]] = alias.name
            module_name = reading.dynamic_module(inner, reading.walked.module)
            if module_name is not None:
                yield "*", module_name, node.lineno
        compared = _compared(node)
        for name, value in compared:
            path = path_of(value)
            if path:
                root = imported.get(path[0])
                if root is None:
                    targets, _ = reading.targets(path[0], reading.walked.module, 0)
                    root = targets[0] if targets else None
                if root:
                    yield name, ".".join([root, *path[1:]]), node.lineno
        # `getattr(module, name)`: all that the module has.
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and path_of(inner.func) == ["getattr"] and len(inner.args) > 1:
                path = path_of(inner.args[0])
                if path and node.args.args and path_of(inner.args[1]) == [node.args.args[0].arg]:
                    targets, _ = reading.targets(path[0], reading.walked.module, 0)
                    root = imported.get(path[0]) or (targets[0] if targets else None)
                    if root and not root.startswith((":", "?")):
                        yield "*", ".".join([root, *path[1:]]), node.lineno
        yield from _table(reading, node)


def _compared(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """``if name == "A": return B``, and ``case "A": return B``."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.match_case):
            for pattern in ast.walk(inner.pattern):
                if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                    for part in inner.body:
                        if isinstance(part, ast.Return) and part.value is not None:
                            yield pattern.value, part.value
        if isinstance(inner, ast.If) and isinstance(inner.test, ast.Compare):
            literals = [
                part.value
                for side in [inner.test.left, *inner.test.comparators]
                for part in ast.walk(side)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            for part in inner.body:
                if isinstance(part, ast.Return) and part.value is not None:
                    for literal in literals:
                        yield literal, part.value


def _table(reading: Reading, node: ast.FunctionDef) -> Iterator[tuple[str, str, int]]:
    """A literal table of ``name: (module, attribute)`` or ``name: "module.attribute"`` that it looks into."""
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Name):
            continue
        for bound in reading.walked.module.bounds.get(inner.id, []):
            if not isinstance(bound.value, ast.Dict):
                continue
            for key, value in zip(bound.value.keys, bound.value.values, strict=True):
                if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                    continue
                parts = [
                    part.value
                    for part in ([value] if isinstance(value, ast.Constant) else getattr(value, "elts", []))
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
                if len(parts) == 2:
                    yield key.value, import_target(parts[0], parts[1].lstrip(".")), node.lineno
                elif len(parts) == 1:
                    target = parts[0].replace(":", ".")
                    yield key.value, target, node.lineno
                    yield key.value, import_target(target, key.value), node.lineno
