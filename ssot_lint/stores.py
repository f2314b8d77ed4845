"""What one file keeps things in, and every place that changes such a thing: slots and writes. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.nodes import below, path_of
from ssot_lint.reading import Reading
from ssot_lint.record import Ref, Slot, Value, Write
from ssot_lint.scopes import Bound, Scope, Site, all_arguments, pairs
from ssot_lint.shapes import (
    CHANGERS,
    FUNCTIONS,
    OF_CLASS,
    AnyFunction,
    View,
    base_of,
    decorated,
    keys_of,
    makes,
    set_attribute,
    view_of,
)


def slot_facts(reading: Reading) -> Iterator[Slot]:
    """Module-level names, class attributes and defaults of parameters that hold a container or an empty place."""
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        node = site.node
        assert isinstance(node, (ast.Assign, ast.AnnAssign))
        if node.value is None or site.scope.kind not in ("module", "class") or site.scope.deferred:
            continue
        declared = (
            isinstance(node, ast.AnnAssign) and site.scope.kind == "class" and not _is_class_variable(node)
        )
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for single, value in pairs(target, node.value):
                form = form_of(reading, value, site.scope) if isinstance(single, ast.Name) else ""
                if isinstance(single, ast.Name) and form:
                    yield Slot(reading.lines.span(single), single.id, site.scope.qualname, form, declared)
    for site in reading.walked.of(*FUNCTIONS):
        assert isinstance(site.node, FUNCTIONS)
        for argument, default in defaults_of(site.node):
            if form_of(reading, default, site.scope) == "container":
                owner = site.scope.inside(site.node.name)
                yield Slot(reading.lines.span(argument), argument.arg, owner, "default")


def _is_class_variable(node: ast.AnnAssign) -> bool:
    words = {getattr(part, "attr", getattr(part, "id", "")) for part in below(node.annotation)}
    if isinstance(node.annotation, ast.Constant):
        words.update(str(node.annotation.value).replace(".", " ").replace("[", " ").split())
    return "ClassVar" in words


def defaults_of(node: AnyFunction) -> Iterator[tuple[ast.arg, ast.expr]]:
    """The parameters that have a default, each with it."""
    plain = [*node.args.posonlyargs, *node.args.args]
    yield from zip(reversed(plain), reversed(node.args.defaults), strict=False)
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default is not None:
            yield argument, default


_CONTAINERS = frozenset(
    "dict list set bytearray defaultdict deque OrderedDict Counter ChainMap UserDict UserList array fromkeys".split()
)
_CONTEXTUAL = frozenset("ContextVar local Local LocalProxy LocalStack".split())
_WEAK = frozenset("WeakKeyDictionary WeakValueDictionary WeakSet".split())
_LIBRARIES = frozenset("collections array weakref threading contextvars werkzeug asgiref builtins".split())
"""The modules that have them."""


def form_of(reading: Reading, value: ast.expr | None, scope: Scope) -> str:
    """What a value at module or class level is, as a place to keep things in: see ``record.Slot``."""
    if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return "container"
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return "container" if isinstance(value.left, ast.List) or isinstance(value.right, ast.List) else ""
    if isinstance(value, ast.Constant) and value.value is None:
        return "none"
    if not isinstance(value, ast.Call):
        return ""
    function = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    ref = reading.ref(function, scope)
    if ref is None:
        return ""
    target = ref.targets[0] if ref.targets else ""
    called = target.rpartition(".")[2].lstrip("?")
    if target.startswith(":"):
        return "context" if _is_local_storage(reading, target[1:]) else ""
    if not target.startswith("?") and target.partition(".")[0] not in _LIBRARIES:
        return ""
    if called in _CONTAINERS:
        return "container"
    return "context" if called in _CONTEXTUAL else "weak" if called in _WEAK else ""


def _is_local_storage(reading: Reading, qualname: str) -> bool:
    """Whether a class of the file is a ``threading.local``."""
    for bound in reading.walked.module.bounds.get(qualname, ()):
        for base in getattr(bound.site.node, "bases", ()):
            if (path_of(base) or [""])[-1] in _CONTEXTUAL:
                return True
    return False


# -- what is stored where

_KEYED = frozenset(["setdefault", "__setitem__", "pop", "__delitem__"])
"""Those whose first argument is a key."""

_HELPERS = frozenset(
    "heappush heappop heapify heapreplace heappushpop insort insort_left insort_right shuffle".split()
)
"""Functions of the standard library that change their first argument."""


class Change(NamedTuple):
    """A change of what an expression holds. ``base`` is the expression (an attribute itself where ``how`` is
    ``rebind``), ``keys`` the expressions that tell where in it, ``value`` what is put there; ``how`` is as in
    ``Write``."""

    base: ast.expr
    how: str
    keys: tuple[ast.expr, ...] = ()
    value: ast.expr | None = None


def changes(node: ast.AST) -> Iterator[Change]:
    """What a statement or a call changes, without what is below it."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for single, part in pairs(target, node.value):
                value = part if part is not None else node.value
                if isinstance(single, ast.Subscript):
                    yield from _put(base_of(single), "item", keys_of(single), value)
                elif isinstance(single, ast.Attribute):
                    yield Change(single, "rebind", (), value)
    elif isinstance(node, ast.AugAssign):
        if isinstance(node.target, ast.Subscript):
            yield from _put(base_of(node.target), "item", keys_of(node.target), node.value)
        else:
            # `+=` changes a list or a set where it is, whatever it binds besides.
            yield from _put(node.target, "augment", [], node.value)
    elif isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                yield Change(base_of(target), "item", tuple(keys_of(target)))
    elif isinstance(node, ast.Call):
        attribute = set_attribute(node)
        if attribute is not None:
            yield Change(attribute[0], "rebind", (), attribute[1])
        elif isinstance(node.func, ast.Attribute) and node.func.attr in CHANGERS:
            yield from _by_method(node, node.func)
        elif node.args and (path_of(node.func) or [""])[-1] in _HELPERS:
            yield Change(base_of(node.args[0]), "append", tuple(keys_of(node.args[0])), node.args[-1])


def _by_method(node: ast.Call, function: ast.Attribute) -> Iterator[Change]:
    keys = keys_of(function.value)
    base = base_of(function.value)
    if isinstance(base, ast.Call) and isinstance(base.func, ast.Attribute) and base.func.attr == "setdefault":
        # `kept.setdefault(key, []).append(value)` puts the value into `kept`.
        keys += base.args[:1]
        base = base_of(base.func.value)
    if function.attr in _KEYED:
        keys += node.args[:1]
    yield from _put(base, function.attr, keys, node.args[-1] if node.args else None)
    for keyword in node.keywords:
        yield from _put(base, function.attr, keys, keyword.value)


def _put(base: ast.expr, how: str, keys: list[ast.expr], value: ast.expr | None) -> Iterator[Change]:
    """One change for each thing that a literal puts there, with the keys that the literal gives it."""
    todo = [(tuple(keys), value)]
    while todo:
        above, one = todo.pop()
        if isinstance(one, ast.Dict) and one.values:
            todo.extend(
                ((*above, key) if key is not None else above, part)
                for key, part in zip(one.keys, one.values, strict=True)
            )
        elif isinstance(one, (ast.List, ast.Tuple, ast.Set)) and one.elts:
            todo.extend((above, part) for part in one.elts)
        elif isinstance(one, ast.DictComp):
            todo.append(((*above, one.key), one.value))
        elif isinstance(one, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            todo.append((above, one.elt))
        else:
            yield Change(base, how, above, one)


def write_facts(reading: Reading) -> Iterator[Write]:
    """Changes of attributes, items and containers, as far as they or their values matter."""
    for site in reading.walked.of(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Call, ast.Delete):
        for change in changes(site.node):
            write = _write(reading, site, change)
            if write is not None:
                yield write


def _write(reading: Reading, site: Site, change: Change) -> Write | None:
    carried = bool(reading.kinds(change.value))
    holder = change.base.value if isinstance(change.base, ast.Attribute) else None
    held = reading.kinds(holder)
    if not (carried or held or _is_forced(reading, site.scope)):
        return None
    place = _place(reading, change.base, site.scope, change.how == "rebind")
    if place is None and not held:
        return None
    if not carried and change.value is not None and _hands_back(site.scope, change.value):
        return None
    owner, name, klass, ref = place or ("attribute", getattr(change.base, "attr", ""), "", None)
    paths: set[str] = set()
    for key in change.keys:
        paths |= reading.paths(key, site.scope)
    value = _stored(reading, change.value, site.scope) if change.value is not None else None
    of = reading.value(holder, site.scope) if holder is not None and held else None
    span = reading.lines.span(change.base if change.how == "rebind" and not _is_call(site) else site.node)
    return Write(span, owner, name, change.how, klass, site.where, ref, tuple(sorted(paths)), value, of)


def _is_call(site: Site) -> bool:
    return isinstance(site.node, ast.Call)


def _stored(reading: Reading, value: ast.expr, scope: Scope) -> Value:
    """A value that is put somewhere; ``own`` where it is an instance of the class around, just made or itself."""
    at = reading.at.get(id(value))
    inner: Scope | None = at.scope if at is not None else scope
    view = _method_around(inner)
    if view is not None:
        itself = bool(view.receiver) and not view.of_class and path_of(value) == [view.receiver]
        if itself or makes(value, view, view.made):
            return Value(reading.lines.span(value), "own")
    return reading.value(value, at.scope if at is not None else scope)


def _method_around(scope: Scope | None) -> View | None:
    """The method that a place is in, with its class."""
    while scope is not None:
        above = _beyond_types(scope)
        if scope.kind == "function" and above is not None and isinstance(scope.node, FUNCTIONS):
            if isinstance(above.node, ast.ClassDef):
                return view_of(scope.node, above.node)
        scope = scope.parent
    return None


def _beyond_types(scope: Scope) -> Scope | None:
    above = scope.parent
    while above is not None and above.kind == "types":
        above = above.parent
    return above


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


Place = tuple[str, str, str, Ref | None]
"""``owner``, ``name``, ``klass`` and ``target`` of a ``Write``."""


def _place(reading: Reading, node: ast.expr, scope: Scope, rebind: bool, depth: int = 0) -> Place | None:
    """Whose attribute or which name an expression is; None where it is nobody's that outlives the call."""
    if depth > 5:
        return None
    if isinstance(node, ast.Name):
        return None if rebind else _name_place(reading, node, scope, depth)
    if not isinstance(node, ast.Attribute):
        return None
    own = class_of(reading, node.value, scope)
    ref = reading.ref(node, scope)
    if own is not None:
        return own[0], node.attr, own[1], ref
    if isinstance(node.value, ast.Subscript) and path_of(node.value.value) == ["sys", "modules"]:
        if path_of(node.value.slice) == ["__name__"]:
            target = (f":{node.attr}",)
            return "attribute", node.attr, "", Ref(reading.lines.span(node), node.attr, target)
    path = path_of(node)
    if path is None or ref is None:
        return None
    return ("attribute", node.attr, "", ref) if ref.targets and path != ["sys", "modules"] else None


def _name_place(reading: Reading, node: ast.Name, scope: Scope, depth: int) -> Place | None:
    seen = scope.lookup(node.id)
    ref = reading.ref(node, scope)
    if seen is not None and seen[0].kind == "class":
        return "class", node.id, seen[0].qualname, ref
    if seen is None or seen[0].kind == "module" or any(bound.how == "import" for bound in seen[1]):
        return "name", node.id, "", ref
    owner, bounds = seen
    if isinstance(owner.node, FUNCTIONS) and any(bound.how == "param" for bound in bounds):
        for argument, default in defaults_of(owner.node):
            above = _beyond_types(owner)
            if argument.arg == node.id and form_of(reading, default, above or owner) == "container":
                return ("default", node.id, "", ref) if len(bounds) == 1 else None
        return None
    alias = _alias(node.id, scope)
    if alias is not None:
        return _place(reading, alias[0], alias[1], False, depth + 1)
    if owner is not scope and is_kept(reading, owner):
        return "kept", node.id, "", ref
    return None


def _alias(name: str, scope: Scope) -> tuple[ast.expr, Scope] | None:
    """The path that a local name is another name for, where one assignment binds it."""
    seen = scope.lookup(name)
    if seen is None or seen[0].kind != "function" or len(seen[1]) != 1:
        return None
    bound: Bound = seen[1][0]
    if bound.how != "assign" or not isinstance(bound.value, (ast.Name, ast.Attribute)):
        return None
    return bound.value, bound.site.scope


def is_kept(reading: Reading, scope: Scope) -> bool:
    """Whether the variables of a function live as long as the module: it is called when that is imported."""
    above = _beyond_types(scope)
    name = getattr(scope.node, "name", "")
    if above is None or above.deferred or not name:
        return False
    return any(
        not site.scope.deferred and (path_of(getattr(site.node, "func", None)) or [""])[-1] == name
        for site in reading.walked.of(ast.Call)
    )


def class_of(reading: Reading, node: ast.expr, scope: Scope, depth: int = 0) -> tuple[str, str] | None:
    """Of which class of the file an expression is an instance (``self``) or that class (``class``), by qualname.

    That is ``self`` and ``cls`` under whatever name, the class's own name, ``type(self)``, ``super()``, and
    what a local variable or a parameter with such an annotation holds.
    """
    if depth > 5:
        return None
    if isinstance(node, ast.Attribute) and node.attr == "__class__":
        found = class_of(reading, node.value, scope, depth + 1)
        return ("class", found[1]) if found is not None else None
    if isinstance(node, ast.Call):
        called = path_of(node.func)
        if called == ["super"]:
            klass, _ = reading.within(scope)
            return ("class", klass) if klass else None
        if called == ["type"] and len(node.args) == 1:
            found = class_of(reading, node.args[0], scope, depth + 1)
            return ("class", found[1]) if found is not None else None
        return None
    if not isinstance(node, ast.Name):
        return None
    if node.id == "__class__":
        klass, _ = reading.within(scope)
        return ("class", klass) if klass else None
    seen = scope.lookup(node.id)
    if seen is None:
        return None
    owner, bounds = seen
    if bounds and all(bound.how == "class" for bound in bounds):
        return "class", owner.inside(node.id)
    if owner.kind != "function" or len(bounds) != 1:
        return None
    bound = bounds[0]
    if bound.how == "param":
        return _receiver_of(node.id, owner) or _annotated(reading, bound, owner, depth)
    if bound.how != "assign" or bound.value is None:
        return None
    if isinstance(bound.value, ast.Call):
        made = class_of(reading, bound.value.func, bound.site.scope, depth + 1)
        if made is not None and made[0] == "class":
            return "self", made[1]
    return class_of(reading, bound.value, bound.site.scope, depth + 1)


def _receiver_of(name: str, scope: Scope) -> tuple[str, str] | None:
    """The class of a method's first parameter."""
    above = _beyond_types(scope)
    if above is None or not isinstance(above.node, ast.ClassDef) or not isinstance(scope.node, FUNCTIONS):
        return None
    arguments = [*scope.node.args.posonlyargs, *scope.node.args.args]
    names = decorated(scope.node)
    if not arguments or arguments[0].arg != name or "staticmethod" in names:
        return None
    of_class = "classmethod" in names or scope.node.name in OF_CLASS
    return "class" if of_class else "self", above.qualname


def _annotated(reading: Reading, bound: Bound, scope: Scope, depth: int) -> tuple[str, str] | None:
    """The class that a parameter is annotated with, plainly or in quotes."""
    annotation = bound.value
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.Name(id=annotation.value.strip(), ctx=ast.Load())
    above = _beyond_types(scope)
    if not isinstance(annotation, ast.Name) or above is None:
        return None
    found = class_of(reading, annotation, above, depth + 1)
    return ("self", found[1]) if found is not None and found[0] == "class" else None
