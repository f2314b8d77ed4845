"""A file → where it imports the symbol under its own name already, and which of these imports go. Pure."""

from __future__ import annotations

import ast

from ssot_lint.facts.scopes import Bound, Site
from ssot_lint.fixes import import_removal, imports
from ssot_lint.fixes.imports import ImportStatement
from ssot_lint.fixes.repair import Repair
from ssot_lint.model.finding import Edit


def is_symbol(repair: Repair, bound: Bound) -> bool:
    """Whether a binding is the canonical import of the symbol, outside of any ``try``."""
    return bound.how == "import" and repair.is_canonical(bound.target) and not bound.site.attempts


def is_imported(repair: Repair, statement: ImportStatement, alias: ast.alias) -> bool:
    """Whether another import already binds the symbol's own name wherever this one is seen: an earlier one, or one with
    nothing but imports between them."""
    own = statement.site
    for bound in own.scope.bounds.get(repair.name, ()):
        site = bound.site
        is_other = site.node is not own.node or (alias.asname or alias.name) != repair.name
        if not is_other or not is_symbol(repair, bound):
            continue
        is_before = getattr(site.node, "lineno", 0) < getattr(own.node, "lineno", 0)
        is_there = is_before or imports.is_beside(repair.source, statement, site.node)
        if is_there and own.guards[: len(site.guards)] == site.guards:
            return True
    return False


def again(repair: Repair, own: Site) -> list[Edit]:
    """Edits that remove the imports of the symbol which nothing needs any more once a statement imports it: those
    behind that, and those for types alone."""
    edits: list[Edit] = []
    for bound in own.scope.bounds.get(repair.name, ()):
        site, node = bound.site, bound.site.node
        if node is own.node or not isinstance(node, ast.ImportFrom) or not is_symbol(repair, bound):
            continue
        is_behind = node.lineno > getattr(own.node, "lineno", 0)
        beyond = site.guards[len(own.guards) :]
        if site.guards[: len(own.guards)] == own.guards and (is_behind or "typing" in beyond):
            alias = next(one for one in node.names if (one.asname or one.name) == repair.name)
            edits += import_removal.given_up(repair.source, ImportStatement(site, node), alias)
    return edits
