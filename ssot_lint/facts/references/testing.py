"""A place → whether a test asserts what stands there. Pure."""

from __future__ import annotations

import ast

from ssot_lint.facts.scopes import Site


def is_asserted(site: Site) -> bool:
    """Whether a place stands in an ``assert``, or in what a method such as ``assertEqual`` is given."""
    for one in (site, *site.ancestors()):
        node = one.node
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name.startswith("assert"):
                return True
        if isinstance(node, ast.stmt):
            return False
    return False
