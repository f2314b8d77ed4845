"""A function → whether it keeps what it makes, and hands out later what it has kept. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ssot_lint.facts.definitions.bodies import Store, stores_in
from ssot_lint.facts.syntax import FUNCTIONS, AnyFunction, below, children, last_name, pairs

_LOOPS = (ast.For, ast.AsyncFor)


def hands_out_kept(node: AnyFunction) -> bool:
    """Whether a function may hand out what another call of it has made: it returns what it finds somewhere, or else
    something new, which it puts away first. What it makes is kept, then, and no call is sure to make one."""
    parts = _own_parts(node)
    stores = [*stores_in(parts)]
    found = _found(parts, stores)
    returned = [one.value for one in parts if isinstance(one, ast.Return) and one.value is not None]
    return any(_is_found(one, found) for one in returned) and any(
        isinstance(one, ast.Name) and _is_made(one.id, stores) and _is_put_away(one.id, parts, stores)
        for one in returned
    )


def _own_parts(node: AnyFunction) -> list[ast.AST]:
    """All that a function does itself, and not what a function in it does."""
    found: list[ast.AST] = []
    todo: list[ast.AST] = [*node.body]
    while todo:
        one = todo.pop()
        found.append(one)
        if not isinstance(one, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            todo += children(one)
    return found


def _found(parts: Iterable[ast.AST], stores: Iterable[Store]) -> frozenset[str]:
    """The local names that may hold what was there before the call."""
    names = {target.id for target, value, _ in stores if isinstance(target, ast.Name) and _is_lookup(value)}
    for one in parts:
        if isinstance(one, _LOOPS):
            names |= {target.id for target, _ in pairs(one.target, None) if isinstance(target, ast.Name)}
    return frozenset(names)


def _is_found(node: ast.expr, found: frozenset[str]) -> bool:
    return node.id in found if isinstance(node, ast.Name) else _is_lookup(node)


def _is_lookup(node: ast.expr) -> bool:
    """Whether an expression gets what is kept somewhere: an attribute, an item, or what ``get`` finds."""
    if isinstance(node, ast.Call):
        return last_name(node.func) == "getattr" or (
            isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        )
    return isinstance(node, (ast.Attribute, ast.Subscript))


def _is_made(name: str, stores: Iterable[Store]) -> bool:
    """Whether a name is given what a call makes."""
    return any(
        isinstance(target, ast.Name) and target.id == name and not _is_lookup(value) and _calls(value)
        for target, value, _ in stores
    )


def _calls(value: ast.expr) -> bool:
    return any(isinstance(one, ast.Call) for one in below(value))


def _is_put_away(name: str, parts: Iterable[ast.AST], stores: Iterable[Store]) -> bool:
    """Whether what a name holds is also stored in something, or given to a method of something."""
    own = {id(value) for target, value, _ in stores if isinstance(target, ast.Name) and target.id == name}
    for target, value, _ in stores:
        is_it = id(value) in own or (isinstance(value, ast.Name) and value.id == name)
        if is_it and isinstance(target, (ast.Attribute, ast.Subscript)):
            return True
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and any(isinstance(given, ast.Name) and given.id == name for given in one.args)
        for one in parts
    )
