"""A node of a syntax tree → the nodes below it. Pure, and quick: whole classes are looked through."""

from __future__ import annotations

import ast

_PLAIN = frozenset(
    "ctx op ops id attr arg asname module level kind simple is_async conversion type_comment type_ignores rest"
    " kwd_attrs tag str".split()
)
"""Fields that hold no node, or one of those that stand for an operator and have no place."""

_LEAVES = frozenset(
    "Name Constant Pass Break Continue Global Nonlocal Import ImportFrom MatchStar MatchSingleton".split()
)

FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: () if kind.__name__ in _LEAVES else tuple(field for field in kind._fields if field not in _PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""The fields of each type below which there can be expressions, statements or their parts, in their order.

What an import names is no node here, and no operator is, nor the context of a name."""


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below one, in the order of its fields."""
    found: list[ast.AST] = []
    for field in FIELDS[type(node)]:
        value = getattr(node, field)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [child for child in value if isinstance(child, ast.AST)]
    return found


def below(node: ast.AST) -> list[ast.AST]:
    """A node and all that is below it, level by level, as ``ast.walk`` has it."""
    found = [node]
    for one in found:
        for field in FIELDS[type(one)]:
            value = getattr(one, field)
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                for child in value:
                    if isinstance(child, ast.AST):
                        found.append(child)
    return found


def path_of(node: ast.AST | None) -> list[str] | None:
    """The parts of a plain dotted path, or None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    parts.reverse()
    return parts
