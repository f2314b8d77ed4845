"""A place in a test → the reason why it must stay, if the test is about the old path itself. Pure."""

from __future__ import annotations

import ast

from ssot_lint.facts.scopes import Site
from ssot_lint.facts.syntax import path_of
from ssot_lint.fixes.repair import Repair
from ssot_lint.fixes.source import Unfixable

_EXPECTING = ("raises", "assertRaises")
_FAILING = ("ImportError", "ModuleNotFoundError", "AttributeError")
_WARNING = ("warns", "assertWarns", "deprecated_call")
_COMPARING = ("assertIs", "assertIsNot", "assertEqual", "assertNotEqual")


def must_not_be_one(repair: Repair, site: Site, *, is_import: bool) -> None:
    """Unfixable, where a test is about the old path itself: it compares two names of the symbol, or puts them beside
    each other for someone who does, or expects an import to fail or to warn. ``is_import``: the old path is looked up
    at this place."""
    if repair.module.file.tests:
        _must_not_be_beside(repair, site)
    for around in site.ancestors():
        node = around.node
        if isinstance(node, ast.Compare):
            _must_differ(repair, around, [node.left, *node.comparators])
        if isinstance(node, ast.Call) and (path_of(node.func) or [""])[-1] in _COMPARING:
            _must_differ(repair, around, node.args)
        if is_import and isinstance(node, (ast.With, ast.AsyncWith)):
            if any(_expects(item.context_expr) for item in node.items):
                raise Unfixable(f"line {node.lineno} expects something of this very import")
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return


def _must_not_be_beside(repair: Repair, site: Site) -> None:
    """Unfixable, where another spelling of the symbol stands beside one, in one row or call."""
    around = site.parent
    if around is not None and isinstance(around.node, ast.keyword):
        around = around.parent
    sides = _row_of(around.node) if around is not None else []
    spelled = {".".join(path_of(one) or ()) for one in sides if _names_symbol(repair, site, one)}
    if len(spelled) > 1:
        raise Unfixable(
            f"line {getattr(site.node, 'lineno', 0)} puts two names of one thing beside each other"
        )


def _row_of(node: ast.AST) -> list[ast.expr]:
    """The expressions that stand side by side in one that holds several."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return node.elts
    if isinstance(node, ast.Dict):
        return [*filter(None, node.keys), *node.values]
    if isinstance(node, ast.Call):
        return [*node.args, *(one.value for one in node.keywords)]
    return []


def _must_differ(repair: Repair, site: Site, sides: list[ast.expr]) -> None:
    """Unfixable, where two of the expressions are the symbol."""
    if sum(_names_symbol(repair, site, one) for one in sides) > 1:
        raise Unfixable(f"line {getattr(site.node, 'lineno', 0)} compares two names of one thing")


def _names_symbol(repair: Repair, site: Site, node: ast.expr) -> bool:
    """Whether an expression is a path to the symbol, by an import of the file."""
    path = path_of(node)
    seen = site.scope.lookup(path[0]) if path else None
    if path is None or seen is None:
        return False
    links = (
        repair.links.path(repair.absolute(".".join([bound.target, *path[1:]])))
        for bound in seen[1]
        if bound.target
    )
    return any(link is not None and link.kind == "symbol" and not link.rest for link in links)


def _expects(call: ast.expr) -> bool:
    """Whether a ``with`` expects an import to fail or to warn."""
    if not isinstance(call, ast.Call):
        return False
    called = (path_of(call.func) or [""])[-1]
    kinds = [one for arg in call.args for one in (arg.elts if isinstance(arg, ast.Tuple) else [arg])]
    fails = any((path_of(one) or [""])[-1] in _FAILING for one in kinds)
    return called in _WARNING or (called in _EXPECTING and fails)
