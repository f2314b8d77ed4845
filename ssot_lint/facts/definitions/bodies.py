"""The body of a function as its class sees it: what it stores, and which names are its own. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from ssot_lint.facts.flow import MUTATORS
from ssot_lint.facts.syntax import (
    FUNCTIONS,
    AnyFunction,
    all_arguments,
    below,
    children,
    last_name,
    pairs,
    path_of,
    positional,
)

CHANGERS = MUTATORS | frozenset(
    "pop remove discard clear popitem popleft sort reverse rotate subtract difference_update intersection_update"
    " symmetric_difference_update move_to_end __setitem__ __delitem__ __iadd__ __ior__".split()
)
"""Methods of the standard containers that change them."""

MAKERS = (
    "__new__",
    "__init__",
    "__post_init__",
    "__attrs_pre_init__",
    "__attrs_post_init__",
    "model_post_init",
)
"""Methods that run while an object is made: those of Python, dataclasses, attrs and pydantic."""

OF_CLASS = ("__new__", "__init_subclass__", "__class_getitem__")


@dataclass(frozen=True)
class Body:
    """A function as its class sees it. ``receiver``: the name of its object or class, if it has one; ``of_class``: the
    receiver is the class. What needs a look at the whole function is found when it is first asked for."""

    owner: ast.ClassDef | None
    node: AnyFunction
    receiver: str
    of_class: bool

    @cached_property
    def parts(self) -> list[ast.AST]:
        return below(self.node)

    @cached_property
    def stores(self) -> list[Store]:
        return list(stores_in(self.parts))

    @cached_property
    def globals(self) -> frozenset[str]:
        """What the function declares to be global."""
        return frozenset(name for part in self.parts if isinstance(part, ast.Global) for name in part.names)

    @cached_property
    def locals(self) -> dict[str, list[ast.expr]]:
        """The local names, with the values that they are given."""
        known: dict[str, list[ast.expr]] = {argument.arg: [] for argument in all_arguments(self.node.args)}
        for target, value, _ in self.stores:
            if isinstance(target, ast.Name) and target.id not in self.globals:
                known.setdefault(target.id, []).append(value)
        return known

    @cached_property
    def made(self) -> set[str]:
        """The local names that hold a new instance of the class."""
        found: set[str] = set()
        for _ in range(2):
            for name, values in self.locals.items():
                if any(makes(value, self, found) for value in values):
                    found.add(name)
        return found


def body_of(node: AnyFunction, owner: ast.ClassDef | None = None) -> Body:
    names = decorated(node)
    static = "staticmethod" in names or owner is None
    arguments = positional(node.args)
    of_class = "classmethod" in names or node.name in OF_CLASS
    receiver = arguments[0].arg if arguments and not static else ""
    return Body(owner, node, receiver, of_class)


def bodies_of(node: ast.ClassDef) -> list[Body]:
    """The methods of a class as it sees them."""
    return [body_of(method, node) for method in methods_of(node)]


def methods_of(node: ast.ClassDef) -> Iterator[AnyFunction]:
    todo: list[ast.stmt] = list(node.body)
    while todo:
        part = todo.pop(0)
        if isinstance(part, FUNCTIONS):
            yield part
        elif isinstance(part, (ast.If, ast.Try, ast.With)):
            todo[:0] = [*part.body, *getattr(part, "orelse", [])]


def decorated(node: AnyFunction) -> set[str]:
    return {last_name(decorator) for decorator in node.decorator_list}


def is_own_class(expression: ast.expr, body: Body) -> bool:
    """Whether an expression in a method is its class: ``cls``, the name, ``type(self)``, ``self.__class__``."""
    if body.owner is None:
        return False
    path = path_of(expression)
    if path in ([body.owner.name], ["__class__"]) or (body.receiver and path == [body.receiver, "__class__"]):
        return True
    if path is not None:
        return body.of_class and bool(body.receiver) and path == [body.receiver]
    if (
        isinstance(expression, ast.Call)
        and path_of(expression.func) == ["type"]
        and len(expression.args) == 1
    ):
        return path_of(expression.args[0]) == [body.receiver]
    return False


Store = tuple[ast.expr, ast.expr, int]
"""The target of an assignment, its value and its line."""

_STORING = frozenset({ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Call})


def stores_in(parts: Iterable[ast.AST]) -> Iterator[Store]:
    """Every store among some nodes: assignments, ``setattr`` and ``setdefault``."""
    for inner in parts:
        if type(inner) not in _STORING:
            continue
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                for single, value in pairs(target, inner.value):
                    yield single, value if value is not None else inner.value, inner.lineno
        elif isinstance(inner, (ast.AnnAssign, ast.NamedExpr)) and inner.value is not None:
            yield inner.target, inner.value, inner.lineno
        elif isinstance(inner, ast.Call):
            attribute = set_attribute(inner)
            if attribute is not None:
                yield *attribute, inner.lineno
            elif isinstance(inner.func, ast.Attribute) and len(inner.args) == 2:
                if inner.func.attr in ("setdefault", "__setitem__"):
                    item = ast.Subscript(value=inner.func.value, slice=inner.args[0], ctx=ast.Store())
                    yield item, inner.args[1], inner.lineno


def set_attribute(node: ast.Call) -> tuple[ast.Attribute, ast.expr] | None:
    """``setattr(owner, "name", value)``, also as ``object.__setattr__``, as the assignment which that is."""
    if last_name(node.func) not in ("setattr", "__setattr__") or len(node.args) != 3:
        return None
    owner, name, value = node.args
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    made = ast.Attribute(value=owner, attr=name.value, ctx=ast.Store())
    return ast.copy_location(made, node), value


def _is_item(target: ast.expr) -> TypeGuard[ast.Subscript]:
    """Whether an expression is an item of something; ``globals()["a"]`` is a variable."""
    if not isinstance(target, ast.Subscript):
        return False
    called = path_of(target.value.func) if isinstance(target.value, ast.Call) else None
    return called not in (["globals"], ["vars"])


def base_of(target: ast.expr) -> ast.expr:
    """What is subscripted in the end: ``a.b`` in ``a.b[c][d]``, and ``globals()["a"]`` in ``globals()["a"][b]``."""
    while _is_item(target):
        target = target.value
    return target


def keys_of(target: ast.expr) -> list[ast.expr]:
    keys = []
    while _is_item(target):
        keys.append(target.slice)
        target = target.value
    return keys


def key_names(keys: list[ast.expr], body: Body) -> set[str]:
    """The names in keys, and the names in what local variables among these were made from."""
    found: set[str] = set()
    todo: list[ast.AST] = list(keys)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.expr) and is_own_class(node, body):
            continue
        if isinstance(node, ast.Name) and node.id not in found:
            found.add(node.id)
            todo.extend(body.locals.get(node.id, ()))
        # What is called is no part of the key: `str` in `str(name)`.
        called = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        todo.extend(child for child in children(node) if child is not called)
    return found


def makes(value: ast.expr, body: Body, made: set[str] | None = None) -> bool:
    """Whether a value is a new instance of the class that owns this method. ``made``: the local names that are known to
    hold one, where that is still being found out."""
    if isinstance(value, ast.Name):
        # To know all of them takes a look at the whole function, which most values do not need.
        return value.id in (body.made if made is None else made)
    if isinstance(value, (ast.Await, ast.NamedExpr)):
        return makes(value.value, body, made)
    if isinstance(value, ast.IfExp):
        return makes(value.body, body, made) or makes(value.orelse, body, made)
    if isinstance(value, ast.BoolOp):
        return any(makes(part, body, made) for part in value.values)
    if not isinstance(value, ast.Call):
        return False
    if is_own_class(value.func, body):
        return True
    if isinstance(value.func, ast.Attribute) and value.func.attr == "__new__":
        # `super().__new__(cls)`, `object.__new__(cls)`, `cls.__new__(cls)`.
        return body.node.name == "__new__" or any(is_own_class(part, body) for part in value.args[:1])
    return False
