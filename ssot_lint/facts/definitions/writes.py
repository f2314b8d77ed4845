"""Every place of one file that changes what is kept: writes. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.definitions.bodies import decorated, makes, methods_of
from ssot_lint.facts.definitions.changing import CHANGING, Change, changes, fills, given, puts, rooted
from ssot_lint.facts.definitions.holders import holder_of
from ssot_lint.facts.definitions.owners import class_of, method_around, owned
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.syntax import FUNCTIONS, AnyFunction, all_arguments, below, pairs, path_of
from ssot_lint.model.facts import Value, Write


def write_facts(reading: Reading) -> Iterator[Write]:
    """Changes of attributes, items and containers, as far as they or their values matter."""
    for site in _that_may_matter(reading, *CHANGING):
        for change in changes(site.node):
            write = _write(reading, site, change, site.scope)
            if write is not None:
                yield write
    for site in _that_may_matter(reading, ast.Assign, ast.AnnAssign):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign))
        for change in fills(site.node) if site.scope.deferred else ():
            write = _write(reading, site, change, site.scope) if _is_shared(site, change) else None
            # An object that binds its attribute anew has one of its own.
            if write is not None and write.owner != "self" and write.value is not None:
                yield write
    for site in reading.walked.spoken(ast.Call):
        for change, scope in _by_own_function(reading, site):
            write = _write(reading, site, change, scope)
            if write is not None:
                yield write


def _that_may_matter(reading: Reading, *kinds: type[ast.AST]) -> Iterator[Site]:
    """The places that speak of a name which matters, and all in classes that were asked for."""
    yield from reading.walked.spoken(*kinds)
    forced: dict[int, bool] = {}
    for site in reading.walked.unspoken(*kinds):
        if id(site.scope) not in forced:
            forced[id(site.scope)] = _is_forced(reading, site.scope)
        if forced[id(site.scope)]:
            yield site


def _is_shared(site: Site, change: Change) -> bool:
    """Whether an assignment binds something other than a variable of the function around it."""
    return not isinstance(change.base, ast.Name) or change.base.id in site.scope.globals


def _by_own_function(reading: Reading, site: Site) -> Iterator[tuple[Change, Scope]]:
    """What a call of a function of this file changes, each change with the scope in which its expressions stand.

    What the function itself knows to be an instance is judged where the function stands.
    """
    node = site.node
    assert isinstance(node, ast.Call)
    if not any(reading.kinds(one) for one in (*node.args, *(keyword.value for keyword in node.keywords))):
        return
    called = _called(reading, node.func, site.scope)
    if called is None:
        return
    function, owner, receiver = called
    known = given(node, function, receiver)
    for one in puts(function, owner):
        value = known.get(one.value)
        root = (path_of(one.base) or [""])[0]
        if value is None or not reading.kinds(value) or _is_annotated(function, one.value):
            continue
        keys = tuple(known[key] for key in sorted(one.keys) if key in known)
        if root in known:
            yield Change(rooted(one.base, root, known[root]), one.how, keys, value), site.scope
        elif root not in {argument.arg for argument in all_arguments(function.args)}:
            yield Change(one.base, one.how, keys, value), reading.walked.module


def _is_annotated(function: AnyFunction, name: str) -> bool:
    return any(one.arg == name and one.annotation is not None for one in all_arguments(function.args))


Called = tuple[AnyFunction, ast.ClassDef | None, ast.expr | None]
"""A function, the class that it is a method of, and what it is called on."""


def _called(reading: Reading, node: ast.expr, scope: Scope) -> Called | None:
    """The function of this file that an expression is, where that is plain."""
    if isinstance(node, ast.Name):
        seen = scope.lookup(node.id)
        bounds = seen[1] if seen is not None else []
        function = bounds[0].site.node if len(bounds) == 1 and bounds[0].how == "def" else None
        return (function, None, None) if isinstance(function, FUNCTIONS) else None
    if not isinstance(node, ast.Attribute):
        return None
    own, receiver = class_of(reading, node.value, scope), node.value
    kept = _object_of(reading, node.value, scope) if own is None else None
    if kept is not None:
        own, receiver = ("self", kept[0]), kept[1]
    if own is None:
        return None
    how, qualname = own
    klass = _class_at(reading, qualname)
    found = _method_of(klass.node, klass.scope, node.attr) if klass is not None else None
    if found is None:
        return None
    names = decorated(found[0])
    if "staticmethod" in names:
        return (*found, None)
    return (*found, receiver) if how == "self" or "classmethod" in names else None


def _object_of(reading: Reading, node: ast.expr, scope: Scope) -> tuple[str, ast.expr] | None:
    """The class whose instance a variable of the module or of a class holds, and the plain path of the variable."""
    plain, value = node, None
    if isinstance(node, ast.Name):
        seen = scope.lookup(node.id)
        if seen is not None and seen[0].kind == "module" and len(seen[1]) == 1:
            value, scope = seen[1][0].value, seen[0]
    elif isinstance(node, ast.Attribute):
        owner = class_of(reading, node.value, scope)
        klass = _class_at(reading, owner[1]) if owner is not None and "." not in owner[1] else None
        if klass is not None and owner is not None:
            scope = klass.scope
            plain = ast.copy_location(ast.Attribute(ast.Name(owner[1], ast.Load()), node.attr), node)
            body = getattr(klass.node, "body", ())
            bound = [pair for one in body if isinstance(one, ast.Assign) for pair in _bound_in(one)]
            value = next((one for name, one in bound if name == node.attr), None)
    made = class_of(reading, value.func, scope) if isinstance(value, ast.Call) else None
    return (made[1], plain) if made is not None and made[0] == "class" else None


def _bound_in(node: ast.Assign) -> Iterator[tuple[str, ast.expr | None]]:
    for target in node.targets:
        yield from ((one.id, value) for one, value in pairs(target, node.value) if isinstance(one, ast.Name))


def _class_at(reading: Reading, qualname: str) -> Site | None:
    found = reading.walked.of(ast.ClassDef)
    return next((one for one in found if one.scope.inside(getattr(one.node, "name", "")) == qualname), None)


def _method_of(
    klass: ast.AST, scope: Scope, name: str, depth: int = 0
) -> tuple[AnyFunction, ast.ClassDef] | None:
    """A method that a class has, or inherits within the file."""
    assert isinstance(klass, ast.ClassDef)
    for method in methods_of(klass):
        if method.name == name:
            return method, klass
    for base in klass.bases if depth < 5 else ():
        seen = scope.lookup(base.id) if isinstance(base, ast.Name) else None
        above = seen[1][0].site.node if seen is not None and len(seen[1]) == 1 else None
        if isinstance(above, ast.ClassDef):
            found = _method_of(above, scope, name, depth + 1)
            if found is not None:
                return found
    return None


def _write(reading: Reading, site: Site, change: Change, scope: Scope) -> Write | None:
    carried = bool(reading.kinds(change.value))
    rebind = change.how == "rebind"
    base, further, scope = (change.base, (), scope) if rebind else holder_of(change.base, scope)
    holder = base.value if isinstance(base, ast.Attribute) else None
    held = reading.kinds(holder)
    if not (carried or held or _is_forced(reading, site.scope)):
        return None
    found = owned(reading, base, scope, rebind)
    if found is None and not held:
        return None
    if not carried and change.value is not None and _hands_back(site.scope, change.value):
        return None
    owner, name, klass, ref = found or ("attribute", getattr(base, "attr", ""), "", None)
    paths: set[str] = set()
    for key in (*change.keys, *further):
        paths |= reading.paths(key, site.scope, change.value)
    value = _stored(reading, change.value, site.scope) if change.value is not None else None
    of = reading.value(holder, scope) if holder is not None and held else None
    span = reading.lines.span(base if rebind and not _is_call(site) else site.node)
    return Write(span, owner, name, change.how, klass, site.where, ref, tuple(sorted(paths)), value, of)


def _is_call(site: Site) -> bool:
    return isinstance(site.node, ast.Call)


def _stored(reading: Reading, value: ast.expr, scope: Scope) -> Value:
    """A value that is put somewhere; of the form ``own`` if it is an instance of the class around, just made or
    itself."""
    at = reading.at.get(id(value))
    inner: Scope | None = at.scope if at is not None else scope
    body = method_around(inner)
    if body is not None:
        itself = bool(body.receiver) and not body.of_class and path_of(value) == [body.receiver]
        if itself or makes(value, body):
            return Value(reading.lines.span(value), "own")
    return reading.value(value, at.scope if at is not None else scope)


def _hands_back(scope: Scope, value: ast.expr) -> bool:
    """Whether a function stores its parameter and returns it, as decorators do that fill a registry at import."""
    if not isinstance(value, ast.Name) or not isinstance(scope.node, FUNCTIONS):
        return False
    if value.id not in {argument.arg for argument in all_arguments(scope.node.args)}:
        return False
    return any(
        isinstance(part, ast.Return) and path_of(part.value) == [value.id] for part in below(scope.node)
    )


def _is_forced(reading: Reading, scope: Scope) -> bool:
    """Whether a place is inside a class that was asked for by name."""
    klass, _ = reading.within(scope)
    return any(part in reading.asked for part in klass.split(".")) if klass else False
