"""A module → the paths of all that its statements bind, and those of its classes. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.facts.syntax import FUNCTIONS


def named_in(tree: ast.Module) -> tuple[str, ...]:
    """Such as ``Hub``, ``Hub.close``, ``LIMIT``; in alphabetical order."""
    return tuple(sorted(set(_named(tree.body))))


def _named(body: Iterable[ast.AST], above: str = "") -> Iterator[str]:
    """``body``: statements and what is in them, of one scope, which the path ``above`` leads to."""
    todo = [*body]
    while todo:
        node = todo.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield f"{above}{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from _named(node.body, f"{above}{node.name}.")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield f"{above}{node.id}"
        elif isinstance(node, ast.alias) and node.name != "*":
            yield f"{above}{node.asname or node.name.partition('.')[0]}"
        elif not isinstance(node, _OWN_SCOPES):
            todo += ast.iter_child_nodes(node)


_OWN_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
