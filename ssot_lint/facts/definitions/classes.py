"""The class statements of one file that matter. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.facts.definitions.bodies import Body, bodies_of, decorated, makes, methods_of
from ssot_lint.facts.definitions.fluent import gives_itself
from ssot_lint.facts.definitions.functions import decorators, with_stars
from ssot_lint.facts.definitions.keeping import hands_out_kept
from ssot_lint.facts.definitions.singletons import fresh, shape_of
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.syntax import (
    CLASSES,
    FUNCTIONS,
    AnyFunction,
    called,
    children,
    last_name,
    pairs,
    path_of,
    targets_of,
)
from ssot_lint.model.facts import Class, Method, Write
from ssot_lint.model.signatures import Signature, parameters_of


def class_facts(reading: Reading, writes: Iterable[Write]) -> Iterator[Class]:
    """The classes asked for, those with a base that was asked for, and those whose attributes something is stored
    into."""
    stored = {write.klass for write in writes if write.owner in ("self", "class")}
    bases = {
        site.scope.inside(site.node.name): [".".join(path_of(base) or []) for base in site.node.bases]
        for site in reading.walked.of(ast.ClassDef)
        if isinstance(site.node, ast.ClassDef)
    }
    todo = [*stored]
    for qualname in todo:
        # Whether a container is made for each instance may be told by a base.
        todo.extend(base for base in bases.get(qualname, ()) if base and base not in stored)
        stored.update(bases.get(qualname, ()))
    kept = _kept_objects(reading) if stored else {}
    for site in reading.walked.of(ast.ClassDef):
        node = site.node
        assert isinstance(node, ast.ClassDef)
        qualname = site.scope.inside(node.name)
        wanted = node.name in reading.names or qualname in stored or CLASSES in reading.asked
        if not wanted and not any(reading.kinds(base) for base in node.bases):
            continue
        keyword = next((k.value for k in node.keywords if k.arg == "metaclass"), None)
        metaclass = reading.ref(keyword, site.scope) if keyword is not None else None
        bodies = bodies_of(node)
        shape, line = shape_of(node, bodies)
        yield Class(
            reading.lines.name_span(node, node.name),
            node.name,
            qualname,
            site.where,
            tuple(reading.value(base, site.scope) for base in node.bases),
            metaclass,
            decorators(reading, node.decorator_list, site.scope),
            shape,
            line,
            tuple(sorted(fresh(node, bodies))),
            tuple(_makers(bodies)),
            parameters=_parameters(node),
            kept=kept.get(qualname, ""),
            methods=tuple(_method(reading, one) for one in methods_of(node)),
            names=tuple(sorted(_names(node))),
            fluent=tuple(_fluent(bodies)),
        )


def _kept_objects(reading: Reading) -> dict[str, str]:
    """The classes of which importing the module makes an object, each with the name that the object has."""
    found: dict[str, str] = {}
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign))
        if site.scope.deferred or site.scope.kind not in ("module", "class"):
            continue
        if "main" in site.guards or "typing" in site.guards:
            continue
        for target in targets_of(site.node):
            for single, value in pairs(target, site.node.value):
                called = reading.ref(value.func, site.scope) if isinstance(value, ast.Call) else None
                if isinstance(single, ast.Name) and called is not None and len(called.targets) == 1:
                    found.setdefault(called.targets[0].lstrip(":"), single.id)
    return found


def _parameters(node: ast.ClassDef) -> tuple[str, ...] | None:
    """What the class is called with, as far as its own ``__init__`` or ``__new__`` tells."""
    for method in methods_of(node):
        if method.name in ("__init__", "__new__"):
            return tuple(with_stars(method.args))[1:]
    return None


def _method(reading: Reading, node: AnyFunction) -> Method:
    signature = Signature(tuple(parameters_of(node.args)), isinstance(node, ast.AsyncFunctionDef))
    decorators = tuple(last_name(called(one)) for one in node.decorator_list)
    return Method(reading.lines.name_span(node, node.name), node.name, signature, decorators)


def _names(node: ast.ClassDef) -> set[str]:
    """What the body of a class binds besides methods."""
    found: set[str] = set()
    todo: list[ast.AST] = list(node.body)
    for one in todo:
        if isinstance(one, ast.ClassDef):
            found.add(one.name)
        elif isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load):
            found.add(one.id)
        elif isinstance(one, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in one.names}
        elif not isinstance(one, (*FUNCTIONS, ast.Lambda)):
            todo += children(one)
    return found


def _fluent(bodies: Iterable[Body]) -> Iterator[str]:
    """The methods that give back the object that they are called on, by each of their statements."""
    found: dict[str, bool] = {}
    for body in bodies:
        # What a type checker is told in addition is no statement that runs.
        if "overload" not in decorated(body.node):
            found[body.node.name] = found.get(body.node.name, True) and gives_itself(body)
    return (name for name, does in found.items() if does)


def _makers(bodies: Iterable[Body]) -> Iterator[str]:
    """The methods that return a new instance of their class: alternate constructors. One that may hand out what it has
    kept is none: a call of it may build nothing."""
    for body in bodies:
        if body.node.name.startswith("__") or not {"classmethod", "staticmethod"} & decorated(body.node):
            continue
        if hands_out_kept(body.node):
            continue
        for inner in body.parts:
            if isinstance(inner, (ast.Return, ast.Yield)) and inner.value is not None:
                if makes(inner.value, body):
                    yield body.node.name
                    break
