"""The functions of one file: what they hand out, and whether they keep an instance that their argument makes. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.definitions.bodies import base_of, body_of, key_names, keys_of, stores_in
from ssot_lint.facts.definitions.keeping import hands_out_kept
from ssot_lint.facts.flow import INSTANCE
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Scope
from ssot_lint.facts.syntax import (
    FUNCTIONS,
    AnyFunction,
    all_arguments,
    below,
    children,
    path_of,
    positional,
    waits,
)
from ssot_lint.model.facts import Function, Ref, Value


def function_facts(reading: Reading) -> Iterator[Function]:
    """The functions that may hand out what was asked for, and those asked for by name."""
    handed: dict[int, list[Value]] = {}
    yielding: set[int] = set()
    for site in reading.walked.spoken(ast.Return, ast.Yield):
        value = getattr(site.node, "value", None)
        if isinstance(site.node, ast.Yield) and waits(site.scope.node):
            continue
        if value is not None and (reading.kinds(value) or _may_give_back(reading, value)):
            handed.setdefault(id(site.scope.node), []).append(reading.value(value, site.scope))
            if isinstance(site.node, ast.Yield):
                yielding.add(id(site.scope.node))
    for site in reading.walked.of(*FUNCTIONS):
        node = site.node
        assert isinstance(node, FUNCTIONS)
        returns = handed.get(id(node), [])
        wraps = node.name in reading.names and keeps_instance(node)
        if not returns and node.name not in reading.names and not wraps:
            continue
        required = len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults)
        defaulted = [argument.arg for argument in positional(node.args)[max(required, 0) :]]
        defaulted += [
            argument.arg
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if default is not None
        ]
        owner = site.scope.qualname if site.scope.kind == "class" else ""
        yield Function(
            reading.lines.name_span(node, node.name),
            node.name,
            site.scope.inside(node.name),
            site.where,
            owner,
            tuple(with_stars(node.args)),
            tuple(defaulted),
            decorators(reading, node.decorator_list, site.scope),
            tuple(returns),
            isinstance(node, ast.AsyncFunctionDef) or waits(node),
            wraps,
            bool(returns) and any(not _is_none(one) and not reading.kinds(one) for one in _returned(node)),
            id(node) in yielding,
            bool(returns) and hands_out_kept(node),
        )


def _may_give_back(reading: Reading, value: ast.expr) -> bool:
    """Whether a method is called on a variable that may hold an instance: what that gives is known elsewhere."""
    value = value.value if isinstance(value, ast.Await) else value
    held = value.func.value if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else None
    return isinstance(held, ast.Name) and not reading.kinds(held).isdisjoint(INSTANCE)


def _returned(node: AnyFunction) -> Iterator[ast.expr]:
    """What a function returns itself, and none that is in it."""
    todo: list[ast.AST] = [*node.body]
    for one in todo:
        if isinstance(one, ast.Return) and one.value is not None:
            yield one.value
        elif not isinstance(one, (*FUNCTIONS, ast.ClassDef, ast.expr)):
            todo += children(one)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def decorators(reading: Reading, nodes: list[ast.expr], scope: Scope) -> tuple[Ref, ...]:
    found = (reading.ref(node.func if isinstance(node, ast.Call) else node, scope) for node in nodes)
    return tuple(ref for ref in found if ref is not None)


def keeps_instance(node: AnyFunction) -> bool:
    """Whether a decorator of classes keeps the one instance that its argument makes.

    The decorator, or a function in it that takes the class, calls its own first parameter. An inner function stores the
    result in a name or container that outlives the call, or hands out what was made before; or what was made is
    returned in place of the class. An instance for each set of arguments does not count.
    """
    parts = below(node)
    called = {
        part.func.id for part in parts if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }
    takers = [part for part in parts if isinstance(part, FUNCTIONS)]
    # Nothing that they take is made: so it is with nearly all functions.
    return any(_keeps(taker) for taker in takers if called & {*_taken(taker)})


def _taken(taker: AnyFunction) -> list[str]:
    """The name of the first parameter, if there is one."""
    return [argument.arg for argument in positional(taker.args)[:1]]


def _keeps(taker: AnyFunction) -> bool:
    """The same, of the one function that takes the class."""
    (taken,) = _taken(taker)
    parts = below(taker)
    if not any(isinstance(part, ast.Call) and path_of(part.func) == [taken] for part in parts):
        return False
    inner = [one for one in parts if isinstance(one, (*FUNCTIONS, ast.Lambda)) and one is not taker]
    later = {id(part) for one in inner for part in below(one)}
    early: set[str] = set()
    for target, value, _ in stores_in(parts):
        if isinstance(target, ast.Name) and id(value) not in later and _calls(value, taken):
            early.add(target.id)
    for part in parts:
        if isinstance(part, ast.Return) and part.value is not None and id(part) not in later:
            if _calls(part.value, taken) or (isinstance(part.value, ast.Name) and part.value.id in early):
                return True
        if isinstance(part, ast.Name) and id(part) in later and part.id in early:
            return True
    return any(_stores_made(one, taken) for one in inner if isinstance(one, FUNCTIONS))


def _stores_made(function: AnyFunction, taken: str) -> bool:
    """Whether a function stores what a call of ``taken`` gives where the next call finds it."""
    method = body_of(function)
    outer = {name for part in method.parts if isinstance(part, ast.Nonlocal) for name in part.names}
    made = {
        target.id
        for target, value, _ in method.stores
        if isinstance(target, ast.Name) and _calls(value, taken)
    }
    for target, value, _ in method.stores:
        if not (_calls(value, taken) or (isinstance(value, ast.Name) and value.id in made)):
            continue
        if isinstance(target, ast.Name):
            if target.id in outer | method.globals:
                return True
            continue
        root = path_of(base_of(target))
        if root is None or root[0] in method.locals:
            continue
        if not key_names(keys_of(target), method) - {taken}:
            return True
    return False


def _calls(value: ast.expr | None, taken: str) -> bool:
    if isinstance(value, ast.NamedExpr):
        return _calls(value.value, taken)
    if isinstance(value, (ast.BoolOp, ast.IfExp)):
        parts = value.values if isinstance(value, ast.BoolOp) else [value.body, value.orelse]
        return any(_calls(part, taken) for part in parts)
    return isinstance(value, ast.Call) and path_of(value.func) == [taken]


def with_stars(arguments: ast.arguments) -> Iterator[str]:
    """The names of all parameters; those that take the rest have their stars."""
    stars = {id(arguments.vararg): "*", id(arguments.kwarg): "**"}
    return (stars.get(id(one), "") + one.arg for one in all_arguments(arguments))
