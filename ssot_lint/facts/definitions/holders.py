"""An expression that something is done to → the path that it begins with, and the keys from there on. Pure.

Python has many spellings for one place: `kept[a][b]`, `kept.get(a)[b]`, a local name for `kept[a]`,
`globals()["kept"]`, `getattr(mod, "kept")`, `vars(mod)["kept"]`. The plain path is found wherever there is one.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from ssot_lint.facts.scopes import Bound, Scope

DEPTH = 8
"""So many local names are followed, each to the next."""

_KEYED = frozenset(["get", "setdefault", "pop", "__getitem__"])
"""Methods of mappings that give what is kept under their first argument."""


class Holder(NamedTuple):
    """``base`` is an expression in ``scope``; ``keys`` tell where in it."""

    base: ast.expr
    keys: tuple[ast.expr, ...]
    scope: Scope


def holder_of(node: ast.expr, scope: Scope) -> Holder:
    """What an expression is a part of, or another name for."""
    keys: list[ast.expr] = []
    for _ in range(DEPTH):
        node = _inside(node, keys, scope)
        bounds = _local(node, scope)
        found = [one for one in bounds if _leads_on(one.value) or _is_variable(one.value, scope)]
        if len(found) != 1 or not all(one is found[0] or _is_stored_back(one) for one in bounds):
            break
        # `inner = kept[key]`: what is done to `inner` is done to `kept`.
        assert found[0].value is not None
        node, scope = found[0].value, found[0].site.scope
    return Holder(node, tuple(keys), scope)


def _inside(node: ast.expr, keys: list[ast.expr], scope: Scope) -> ast.expr:
    """The object that is subscripted, or in which something is looked up, in the end."""
    while True:
        plain = plainly(node, scope)
        if plain is not None:
            node = plain
        elif isinstance(node, ast.Subscript):
            keys.append(node.slice)
            node = node.value
        elif isinstance(node, ast.NamedExpr):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if _is_variable(node, scope):
                return node.func.value
            if node.func.attr not in _KEYED or not node.args:
                return node
            keys.append(node.args[0])
            node = node.func.value
        else:
            return node


def _is_variable(node: ast.expr | None, scope: Scope) -> bool:
    """Whether an expression asks a ``ContextVar`` of the file for what it holds."""
    if not isinstance(node, ast.Call) or node.args or node.keywords:
        return False
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr != "get" or not isinstance(func.value, ast.Name):
        return False
    seen = scope.lookup(func.value.id)
    values = [one.value for one in seen[1]] if seen is not None else []
    called = [value.func for value in values if isinstance(value, ast.Call)]
    plain = (one.value if isinstance(one, ast.Subscript) else one for one in called)
    return any(getattr(one, "attr", getattr(one, "id", "")) == "ContextVar" for one in plain)


def plainly(node: ast.expr, scope: Scope) -> ast.expr | None:
    """The path that an expression reaches by a literal name; None where it reaches none."""
    made: ast.expr | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        name, owner = node.slice.value, node.value
        if isinstance(name, str) and name.isidentifier():
            if isinstance(owner, ast.Attribute) and owner.attr == "__dict__":
                made = ast.Attribute(value=owner.value, attr=name, ctx=ast.Load())
            elif _is_call(owner, "vars", 1):
                assert isinstance(owner, ast.Call)
                made = ast.Attribute(value=owner.args[0], attr=name, ctx=ast.Load())
            elif _is_call(owner, "globals", 0) and _is_global(name, scope):
                made = ast.Name(id=name, ctx=ast.Load())
    elif (
        isinstance(node, ast.Call) and len(node.args) in (2, 3) and _is_call(node, "getattr", len(node.args))
    ):
        wanted = node.args[1]
        if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str) and wanted.value.isidentifier():
            made = ast.Attribute(value=node.args[0], attr=wanted.value, ctx=ast.Load())
    return ast.copy_location(made, node) if made is not None else None


def _is_call(node: ast.expr, name: str, arguments: int) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
        and len(node.args) == arguments
        and not node.keywords
    )


def _is_global(name: str, scope: Scope) -> bool:
    """Whether a name means the module's variable here, too."""
    seen = scope.lookup(name)
    return seen is None or seen[0].kind == "module"


def _local(node: ast.expr, scope: Scope) -> list[Bound]:
    """The assignments that bind a name of a function; none where something else binds it, too."""
    seen = scope.lookup(node.id) if isinstance(node, ast.Name) else None
    if seen is None or seen[0].kind != "function" or any(one.how != "assign" for one in seen[1]):
        return []
    return seen[1]


def _leads_on(value: ast.expr | None) -> bool:
    """Whether a value is a part of something."""
    if isinstance(value, ast.NamedExpr):
        return _leads_on(value.value)
    if isinstance(value, ast.BoolOp):
        return False
    if isinstance(value, ast.Call):
        keyed = isinstance(value.func, ast.Attribute) and value.func.attr in _KEYED and bool(value.args)
        return keyed or _is_call(value, "getattr", 2) or _is_call(value, "getattr", 3)
    return isinstance(value, ast.Subscript)


def _is_stored_back(bound: Bound) -> bool:
    """Whether an assignment puts what it binds into something, too: ``inner = kept[key] = {}``; or binds None."""
    node = bound.site.node
    if isinstance(bound.value, ast.Constant) and bound.value.value is None:
        return True
    return isinstance(node, ast.Assign) and any(isinstance(one, ast.Subscript) for one in node.targets)
