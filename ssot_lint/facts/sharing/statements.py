"""The functions and classes of one file, as sharing sees them. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.definitions.bodies import bodies_of, methods_of
from ssot_lint.facts.definitions.functions import keeps_instance
from ssot_lint.facts.definitions.singletons import fresh, shape_of
from ssot_lint.facts.scopes import Scope
from ssot_lint.facts.sharing.names import CONTAINERS, Names
from ssot_lint.facts.sharing.slots import assignments
from ssot_lint.facts.syntax import FUNCTIONS, all_arguments, last_name, path_of, positional
from ssot_lint.model.sharing import ClassSharing, Fill, FunctionSharing, Touch


def functions_of(names: Names) -> Iterator[FunctionSharing]:
    makes: dict[int, dict[str, None]] = {}
    back: set[int] = set()
    for site in names.walked.of(ast.Return):
        value = getattr(site.node, "value", None)
        owner = site.scope
        if value is None or owner.kind != "function":
            continue
        form, paths = names.value(value, owner)
        if form == "call":
            makes.setdefault(id(owner.node), {}).update(dict.fromkeys(paths))
        bounds = owner.bounds.get(value.id, ()) if isinstance(value, ast.Name) else ()
        if any(bound.how == "param" or _wraps(bound.site.node) for bound in bounds):
            back.add(id(owner.node))
    callers = _callers(names)
    for site in names.walked.of(*FUNCTIONS):
        node = site.node
        assert isinstance(node, FUNCTIONS)
        nested = site.scope.kind not in ("module", "class") or site.scope.deferred
        if nested and id(node) not in back:
            continue
        owner_name = site.scope.qualname if site.scope.kind == "class" else ""
        decorators = tuple(
            target
            for decorator in node.decorator_list
            for target in names.paths(
                decorator.func if isinstance(decorator, ast.Call) else decorator, site.scope
            )[0]
        )
        parameters = len(all_arguments(node.args))
        bound = bool(owner_name) and "?staticmethod" not in decorators
        yield FunctionSharing(
            names.lines.name_span(node, node.name),
            site.scope.inside(node.name),
            owner_name,
            decorators,
            tuple(makes.get(id(node), ())),
            parameters > (1 if bound else 0),
            id(node) in back,
            not nested and node.name in callers and keeps_instance(node),
        )


def _wraps(node: ast.AST) -> bool:
    """Whether a function stands for another one, as the function that a decorator returns does."""
    decorators = node.decorator_list if isinstance(node, FUNCTIONS) else []
    return any(isinstance(one, ast.Call) and last_name(one.func) == "wraps" for one in decorators)


def _callers(names: Names) -> set[str]:
    """The outermost functions in which something calls the first parameter of a function."""
    found = set()
    for site in names.walked.of(ast.Call):
        func = getattr(site.node, "func", None)
        if isinstance(func, ast.Name) and (seen := site.scope.lookup(func.id)) is not None:
            node = seen[0].node
            if isinstance(node, FUNCTIONS) and func.id in {one.arg for one in positional(node.args)[:1]}:
                found.add(names.place(site.scope)[1])
    return found


def classes_of(names: Names, keepers: frozenset[str]) -> Iterator[ClassSharing]:
    contextual: dict[str, set[str]] = {}
    containers: dict[str, set[str]] = {}
    for site, target, value, _ in assignments(names):
        if not isinstance(target, ast.Attribute) or not site.scope.deferred or value is None:
            continue
        targets, via = names.paths(target, site.scope)
        if via != "self":
            continue
        form, _ = names.value(value, site.scope)
        klass, _, name = targets[0][1:].rpartition(".")
        if form in ("context", "weak"):
            contextual.setdefault(klass, set()).add(name)
        elif form == "container":
            containers.setdefault(klass, set()).add(name)
    for owner, name in _body_containers(names):
        containers.setdefault(owner, set()).add(name)
    for site in names.walked.of(ast.ClassDef):
        node = site.node
        assert isinstance(node, ast.ClassDef)
        qualname = site.scope.inside(node.name)
        methods = list(methods_of(node))
        bodies = bodies_of(node)
        shape, line = shape_of(node, bodies) if qualname in keepers else ("", 0)
        yield ClassSharing(
            names.lines.name_span(node, node.name),
            qualname,
            tuple(target for base in node.bases for target in _base(names, base, site.scope)),
            tuple(target for one in _metaclasses(node) for target in names.paths(one, site.scope)[0]),
            tuple(
                target
                for one in node.decorator_list
                for target in names.paths(one.func if isinstance(one, ast.Call) else one, site.scope)[0]
            ),
            shape,
            line,
            tuple(dict.fromkeys(method.name for method in methods)),
            tuple(sorted(contextual.get(qualname, ()))),
            tuple(sorted(containers.get(qualname, ()))),
            tuple(sorted(fresh(node, bodies))),
            tuple(flag for method in methods if method.name == "__init__" for flag in _flags(method)),
        )


def _metaclasses(node: ast.ClassDef) -> Iterator[ast.expr]:
    """The metaclasses that a class names, also in the ways that work on every Python."""
    yield from (one.value for one in node.keywords if one.arg == "metaclass")
    for one in [*node.bases, *node.decorator_list]:
        if isinstance(one, ast.Call) and one.args:
            if last_name(one.func) in ("with_metaclass", "add_metaclass"):
                yield one.args[0]


def _body_containers(names: Names) -> Iterator[tuple[str, str]]:
    """The names that class bodies bind to a container, or to a field whose factory makes a container; with their
    class."""
    for site, target, value, _ in assignments(names):
        if site.scope.kind != "class" or not isinstance(target, ast.Name) or value is None:
            continue
        if names.value(value, site.scope)[0] == "container" or _makes_container(names, value, site.scope):
            yield site.scope.qualname, target.id


def _makes_container(names: Names, field: ast.expr, scope: Scope) -> bool:
    if not isinstance(field, ast.Call):
        return False
    factories = [one.value for one in field.keywords if one.arg in ("factory", "default_factory")]
    if last_name(field.func) == "Factory":
        factories += field.args[:1]
    for one in factories:
        if isinstance(one, ast.Lambda):
            return names.value(one.body, scope)[0] == "container"
        if isinstance(one, ast.Call) and last_name(one.func) == "partial" and one.args:
            one = one.args[0]
        if set(names.paths(one, scope)[0]) & CONTAINERS:
            return True
    return False


def _base(names: Names, base: ast.expr, scope: Scope) -> tuple[str, ...]:
    """The targets of a base; ``?`` for a base that is no path."""
    while isinstance(base, ast.Subscript):
        base = base.value
    return names.paths(base, scope)[0] or ("?",)


def _flags(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str, str]]:
    """The attributes that ``__init__`` binds to a parameter which is false by default."""
    plain = positional(node.args)
    first = len(plain) - len(node.args.defaults)
    defaults = {
        plain[first + number].arg: (str(first + number - 1), default)
        for number, default in enumerate(node.args.defaults)
    }
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default is not None:
            defaults[argument.arg] = ("", default)
    for statement in node.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            path, value = path_of(statement.targets[0]), statement.value
            if path is None or len(path) != 2 or path[0] != "self" or not isinstance(value, ast.Name):
                continue
            position, default_value = defaults.get(value.id, ("", None))
            if isinstance(default_value, ast.Constant) and not default_value.value:
                yield path[1], position, value.id


def keepers(touches: tuple[Touch, ...], fills: tuple[Fill, ...]) -> frozenset[str]:
    """The classes whose methods store something where all of their objects find it."""
    found = {fill.outer.rpartition(".")[0] for fill in fills}
    for touch in touches:
        klass, _, method = touch.outer.rpartition(".")
        stores = touch.how in ("set", "item", "augment", "memo") or touch.target.endswith(".setdefault")
        if klass and stores:
            last = touch.target.rpartition(".")[2]
            if touch.via != "self" or last == "__dict__" or touch.how == "item" or method == "__call__":
                found.add(klass)
    return frozenset(found)
