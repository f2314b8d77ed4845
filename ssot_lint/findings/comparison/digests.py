"""Pieces of a syntax tree → digests that are the same wherever they stand, in every Python, and for any formatter."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator

from ssot_lint.findings.comparison.blocks import BLOCKS, Definition, level

_LENGTH = 12
"""Hexadecimal digits of a digest: it only tells findings apart that are equal in all else, and may be short."""

_SILENT = frozenset("ctx kind type_comment type_ignores str".split())
"""Fields that formatters and versions of Python change, or that carry no meaning."""

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_HEADER = frozenset("args returns decorator_list type_params".split())


def of_names(tree: ast.Module) -> str:
    """The digest of the names that a file binds at its level."""
    bound: set[str] = set()
    for one in level(tree):
        if isinstance(one, Definition):
            bound.add(one.name)
        elif isinstance(one, (ast.Import, ast.ImportFrom)):
            bound.update(alias.asname or alias.name for alias in one.names)
        elif isinstance(one, (ast.Assign, ast.AnnAssign)):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            bound.update(target.id for target in targets if isinstance(target, ast.Name))
    return _in_short("\0".join(sorted(bound)))


def of_text(line: bytes) -> str:
    """The digest of a line, whatever its indentation."""
    return _in_short(" ".join(line.decode("utf-8", "replace").split()))


def _in_short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def of_alias(statement: ast.stmt, alias: ast.alias) -> str:
    """The digest of one name of an import."""
    source = ""
    if isinstance(statement, ast.ImportFrom):
        source = f"{'.' * statement.level}{statement.module or ''}"
    return _in_short(f"import\0{source}\0{alias.name}\0{alias.asname or ''}")


def of_each(statement: ast.stmt, names: tuple[str, ...]) -> Iterator[str]:
    """The digest of a statement, and those of the names that it imports."""
    yield of_statement(statement, names)
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (of_alias(statement, alias) for alias in statement.names)


def of_statement(node: ast.stmt, names: tuple[str, ...]) -> str:
    """The digest of a statement without the blocks in it. ``names`` lead to the definition around it."""
    return _digest(node, names, inner=False)


def of_body(node: ast.stmt, names: tuple[str, ...]) -> str:
    """The digest of a definition without its name and docstring, and without the header of a function whose body is
    more than a statement. ``names`` lead to it, and end with its own."""
    return _digest(node, names, inner=True)


def _digest(top: ast.stmt, names: tuple[str, ...], *, inner: bool) -> str:
    """The digest of a statement; ``inner``: with the blocks in it. ``names`` lead to the definition around it: what
    stands for them is how far off they are, so that the definition may get another name."""
    own = {name: f"\0{number}" for number, name in enumerate(reversed(names))}
    told: list[str] = []
    # From the last to the first. A stack of our own, for trees may be deep.
    todo: list[object] = [top]
    while todo:
        one = todo.pop()
        if not isinstance(one, ast.AST):
            told.append(str(one))
            continue
        if isinstance(one, ast.Constant):
            told.append(_constant(one.value))
            continue
        told.append(f"({type(one).__name__}")
        todo.append(")")
        for field in reversed(one._fields):
            value = getattr(one, field, None)
            if field in _SILENT or value is None or value == []:
                continue
            if one is top and ((field == "name" and isinstance(one, Definition)) or not inner):
                if field in ("name", *BLOCKS):
                    continue
            if field in _HEADER and one is top and inner and _is_told_by_its_body(one):
                # A function may get another name and other parameters, and keep its body.
                continue
            if isinstance(one, ast.Name) and field == "id":
                value = own.get(one.id, one.id)
            todo += reversed([field, *_items(one, field, value)])
    return _in_short("\x01".join(told))


def _items(node: ast.AST, field: str, value: object) -> Iterable[object]:
    if not isinstance(value, list):
        return (value,)
    if field == "names" and isinstance(node, (ast.Import, ast.ImportFrom)):
        return sorted(value, key=lambda alias: (alias.name, alias.asname or ""))
    if field == "targets" and isinstance(node, ast.Delete) and len(value) == 1:
        # `del (a, b)` is `del a, b` to formatters.
        return value[0].elts if isinstance(value[0], ast.Tuple) else value
    if isinstance(node, ast.JoinedStr):
        # Some versions of 3.12 put an empty text between two braces.
        return [one for one in value if not (isinstance(one, ast.Constant) and one.value == "")]
    if field == "body" and isinstance(node, Definition) and _is_docstring(value[0]):
        return value[1:]
    return value


def _is_told_by_its_body(node: ast.AST) -> bool:
    """Whether a definition is a function whose body, without a docstring, is more than one statement."""
    return isinstance(node, _Function) and len(node.body) - _is_docstring(node.body[0]) > 1


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _constant(value: object) -> str:
    # Very long integers have no decimal digits in Python.
    text = hex(value) if type(value) is int else repr(value)
    return f"{type(value).__name__} {text}"
