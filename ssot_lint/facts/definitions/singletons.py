"""A class statement → how it keeps one instance of itself, and what each of its instances makes for itself. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.facts.definitions.bodies import (
    MAKERS,
    Body,
    base_of,
    is_own_class,
    key_names,
    keys_of,
    makes,
    stores_in,
)
from ssot_lint.facts.syntax import FUNCTIONS, below, last_name, path_of
from ssot_lint.model.sharing import Shape

_SHAPES: tuple[Shape, ...] = ("new", "getter", "self", "borg", "call")


def shape_of(node: ast.ClassDef, bodies: Iterable[Body]) -> tuple[Shape, int]:
    """How a class keeps one instance of itself (see ``Class``), and the line that does it.

    An instance for each key does not count, unless the key holds no more than the class.
    """
    own = _own_names(node)
    found: dict[Shape, int] = {}
    bodies = list(bodies)
    for body in bodies:
        for kind, line, target in _kept(body, own):
            if kind == "self" and _is_the_only(target, body, bodies):
                kind = "getter"
            found.setdefault(kind, line)
    return next(((kind, found[kind]) for kind in _SHAPES if kind in found), ("", 0))


def _is_the_only(target: ast.expr, body: Body, bodies: Iterable[Body]) -> bool:
    """Whether an object that stores itself is the only one: from then on no other can be made, or it is handed out
    instead."""
    slot = last_name(target)
    for part in body.parts:
        if isinstance(part, ast.If) and _names(part.test, slot):
            if any(isinstance(one, ast.Raise) for one in below(part)):
                return True
    return any(
        isinstance(part, ast.Call) and is_own_class(part.func, one)
        for one in bodies
        if one is not body and any(_names(part, slot) for part in one.node.body)
        for part in one.parts
    )


def _names(node: ast.AST, slot: str) -> bool:
    return any(slot in (getattr(one, "id", ""), getattr(one, "attr", "")) for one in below(node))


def _kept(body: Body, own: set[str]) -> Iterator[tuple[Shape, int, ast.expr]]:
    """The stores of a method that keep an instance, each as a shape, its line and its target."""
    called = {
        target.id
        for target, value, _ in body.stores
        if isinstance(target, ast.Name) and _is_call_on(value, body)
    }
    for target, value, line in body.stores:
        if isinstance(target, ast.Attribute) and target.attr == "__dict__":
            if (path_of(target.value) or [""])[0] in {body.receiver, *body.made} - {""} and _is_common(
                value, body, own
            ):
                yield "borg", line, target
            continue
        is_called = _is_call_on(value, body) or (isinstance(value, ast.Name) and value.id in called)
        if body.node.name == "__call__" and is_called and _outlives(target, body, own, receiver=True):
            yield "call", line, target
        if not _outlives(target, body, own):
            continue
        itself = bool(body.receiver) and not body.of_class and path_of(value) == [body.receiver]
        if itself or makes(value, body):
            yield "self" if itself else "new" if body.node.name == "__new__" else "getter", line, target


def _outlives(target: ast.expr, body: Body, own: set[str], *, receiver: bool = False) -> bool:
    """Whether every later call finds what is stored here: on the class, or in a global, and by no key. ``receiver``:
    attributes of the method's own object count too, as in a metaclass or a decorator."""
    base = base_of(target)
    if isinstance(base, ast.Attribute):
        mine = bool(body.receiver) and path_of(base.value) == [body.receiver]
        shared = is_own_class(base.value, body) or (mine and receiver)
        shared = shared or (mine and base is not target and base.attr in own)
    elif isinstance(base, ast.Name):
        shared = base.id in body.globals or (base is not target and base.id not in body.locals)
    else:
        shared = False
    if not shared or base is target:
        return shared
    assert body.owner is not None
    return not key_names(keys_of(target), body) - ({body.receiver} if receiver else set())


def _own_names(node: ast.ClassDef) -> set[str]:
    """The names that a class body assigns."""
    body: list[ast.stmt] = [part for part in node.body if not isinstance(part, (*FUNCTIONS, ast.ClassDef))]
    return {
        target.id
        for target, _, _ in stores_in(below(ast.Module(body=body, type_ignores=[])))
        if isinstance(target, ast.Name)
    }


def _is_call_on(value: ast.expr, body: Body) -> bool:
    """Whether a value is the result of ``super().__call__(…)``, or of a call of the object's own attribute."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    path = path_of(value.func)
    return value.func.attr == "__call__" or (path is not None and len(path) == 2 and path[0] == body.receiver)


def _is_common(value: ast.expr, body: Body, own: set[str]) -> bool:
    """Whether a value is one object for all instances: an attribute of the class, or a global."""
    if isinstance(value, ast.Attribute):
        mine = path_of(value.value) == [body.receiver] and value.attr in own
        return mine or is_own_class(value.value, body)
    return isinstance(value, ast.Name) and value.id not in body.locals


def fresh(node: ast.ClassDef, bodies: Iterable[Body]) -> set[str]:
    """The attributes that every new instance gets of its own: bound in ``__init__``, or in what that calls."""
    methods = {body.node.name: body for body in bodies}
    found: set[str] = set()
    todo = [name for name in MAKERS if name in methods]
    for name in todo:
        body = methods[name]
        receivers = body.made if name == "__new__" else {body.receiver} - {""}
        bound, called = always(body.node.body, receivers, node.name)
        found |= bound
        todo.extend(name for name in sorted(called) if name in methods and name not in todo)
    return found


def always(body: list[ast.stmt], receivers: set[str], owner: str) -> tuple[set[str], set[str]]:
    """The attributes that statements bind whatever happens, and the methods that they call."""
    bound: set[str] = set()
    called: set[str] = set()
    for part in body:
        blocks: list[list[ast.stmt]] = []
        if isinstance(part, (ast.With, ast.AsyncWith)):
            blocks = [part.body]
        elif isinstance(part, ast.Try):
            blocks = [[*part.body, *part.orelse, *part.finalbody]]
        elif isinstance(part, ast.If) and part.orelse:
            blocks = [part.body, part.orelse]
        elif isinstance(part, (ast.Assign, ast.AnnAssign, ast.Expr)):
            for target, value, _ in stores_in(below(part)):
                path, source = path_of(target), path_of(value)
                if path is None or len(path) != 2 or path[0] not in receivers:
                    continue
                # `self.items = Route.items` is a second name for what the class has.
                if not (source and source[-1] == path[1] and source[0] in {owner, "cls", *receivers}):
                    bound.add(path[1])
            if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
                path = path_of(part.value.func)
                if path and len(path) == 2 and path[0] in receivers:
                    called.add(path[1])
        if blocks:
            found = [always(block, receivers, owner) for block in blocks]
            bound |= set.intersection(*(one for one, _ in found))
            called |= set.intersection(*(one for _, one in found))
    return bound, called
