"""What one file keeps things in, and every place that changes such a thing: slots and writes. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from ssot_lint.facts.definitions.changing import Change, changes, fills, given, puts, rooted
from ssot_lint.facts.definitions.classes import (
    FUNCTIONS,
    OF_CLASS,
    AnyFunction,
    View,
    decorated,
    makes,
    methods_of,
    view_of,
)
from ssot_lint.facts.definitions.holders import holder_of
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Bound, Scope, Site, all_arguments, pairs
from ssot_lint.facts.syntax import below, path_of
from ssot_lint.model.facts import Owner, Ref, Value, Write
from ssot_lint.model.sharing import Keeps, Slot


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
                form = form_of(reading, value, site.scope) if isinstance(single, ast.Name) else None
                if isinstance(single, ast.Name) and form is not None:
                    yield Slot(reading.lines.span(single), single.id, site.scope.qualname, form, declared)
    for site in reading.walked.of(*FUNCTIONS):
        assert isinstance(site.node, FUNCTIONS)
        for argument, default in defaults_of(site.node):
            if form_of(reading, default, site.scope) == "container" and not _is_rebound(site.node, argument):
                owner = site.scope.inside(site.node.name)
                yield Slot(reading.lines.span(argument), argument.arg, owner, "default")


def _is_rebound(function: AnyFunction, argument: ast.arg) -> bool:
    """Whether a function gives one of its parameters another value: ``data = dict(data)``."""
    return any(
        isinstance(part, ast.Name) and part.id == argument.arg and isinstance(part.ctx, ast.Store)
        for part in below(function)
    )


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
    "dict list set bytearray defaultdict deque OrderedDict Counter ChainMap UserDict UserList array fromkeys"
    " Queue SimpleQueue LifoQueue PriorityQueue JoinableQueue SimpleNamespace"
    " LRUCache TTLCache LFUCache FIFOCache RRCache TLRUCache SortedDict SortedList SortedSet".split()
)
_DEFAULTING = frozenset("ContextVar ib attrib field".split())
"""What has a default that is not copied for each thread, context or object."""

_CONTEXTUAL = frozenset("ContextVar local Local LocalProxy LocalStack".split())
_WEAK = frozenset("WeakKeyDictionary WeakValueDictionary WeakSet".split())
_LIBRARIES = frozenset(
    "collections array weakref threading contextvars werkzeug asgiref builtins"
    " queue asyncio types cachetools sortedcontainers attr attrs".split()
)
"""The modules that have them."""


def form_of(reading: Reading, value: ast.expr | None, scope: Scope) -> Keeps | None:
    """What a value at module or class level is, as a place to keep things in: None where it is none."""
    if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return "container"
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return "container" if isinstance(value.left, ast.List) or isinstance(value.right, ast.List) else None
    if isinstance(value, ast.Constant) and value.value is None:
        return "none"
    if not isinstance(value, ast.Call):
        return None
    function = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    ref = reading.ref(function, scope)
    if ref is None:
        return None
    target = ref.targets[0] if ref.targets else ""
    called = target.rpartition(".")[2].lstrip("?")
    if target.startswith(":"):
        return "context" if _is_local_storage(reading, target[1:]) else None
    if not target.startswith("?") and target.partition(".")[0] not in _LIBRARIES:
        return None
    if called in _CONTAINERS or (called in _DEFAULTING and _is_shared_default(value, called)):
        return "container"
    return "context" if called in _CONTEXTUAL else "weak" if called in _WEAK else None


def _is_shared_default(call: ast.Call, called: str) -> bool:
    """Whether what a call makes has a literal container as its default, which is one for all."""
    found = [one.value for one in call.keywords if one.arg == "default"]
    found += call.args[:1] if called in ("ib", "attrib") else []
    return any(isinstance(one, (ast.List, ast.Dict, ast.Set)) or _is_new(one) for one in found)


def _is_new(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and (path_of(node.func) or [""])[-1] in _CONTAINERS


def _is_local_storage(reading: Reading, qualname: str) -> bool:
    """Whether a class of the file is a ``threading.local``."""
    for bound in reading.walked.module.bounds.get(qualname, ()):
        for base in getattr(bound.site.node, "bases", ()):
            if (path_of(base) or [""])[-1] in _CONTEXTUAL:
                return True
    return False


# -- what is stored where


def write_facts(reading: Reading) -> Iterator[Write]:
    """Changes of attributes, items and containers, as far as they or their values matter."""
    for site in reading.walked.of(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Call, ast.Delete):
        for change in changes(site.node):
            write = _write(reading, site, change, site.scope)
            if write is not None:
                yield write
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign))
        for change in fills(site.node) if site.scope.deferred else ():
            write = _write(reading, site, change, site.scope) if _is_shared(site, change) else None
            # An object that binds its attribute anew has one of its own.
            if write is not None and write.owner != "self" and write.value is not None:
                yield write
    for site in reading.walked.of(ast.Call):
        for change, scope in _by_own_function(reading, site):
            write = _write(reading, site, change, scope)
            if write is not None:
                yield write


def _is_shared(site: Site, change: Change) -> bool:
    """Whether what an assignment binds is not a variable of the function around it."""
    return not isinstance(change.base, ast.Name) or change.base.id in site.scope.globals


def _by_own_function(reading: Reading, site: Site) -> Iterator[tuple[Change, Scope]]:
    """What a call of a function of this file changes, with the scope in which that holds what it says.

    What the function itself knows to be an instance is judged there."""
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
    """The class of the file of which a variable of the module or of a class has an instance, with its plain path."""
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
    place = _place(reading, base, scope, rebind)
    if place is None and not held:
        return None
    if not carried and change.value is not None and _hands_back(site.scope, change.value):
        return None
    owner, name, klass, ref = place or ("attribute", getattr(base, "attr", ""), "", None)
    paths: set[str] = set()
    for key in (*change.keys, *further):
        paths |= reading.paths(key, site.scope)
    value = _stored(reading, change.value, site.scope) if change.value is not None else None
    of = reading.value(holder, scope) if holder is not None and held else None
    span = reading.lines.span(base if rebind and not _is_call(site) else site.node)
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


Place = tuple[Owner, str, str, Ref | None]
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
        own = _receiver_of(node.id, owner) if len(bounds) == 1 else None
        if own is not None and own[0] == "self":
            return ("self", "", own[1], ref) if _is_container(owner) else None
        default = next((one for argument, one in defaults_of(owner.node) if argument.arg == node.id), None)
        return _default_place(reading, node, default, owner, depth) if len(bounds) == 1 else None
    alias = _alias(node.id, scope)
    if alias is not None:
        return _place(reading, alias[0], alias[1], False, depth + 1)
    if owner is not scope and is_kept(reading, owner):
        return "kept", node.id, "", ref
    return None


def _is_container(method: Scope) -> bool:
    """Whether a method's class is a container itself: ``self[key] = value``."""
    above = _beyond_types(method)
    bases = getattr(above.node, "bases", ()) if above is not None else ()
    plain = (base.value if isinstance(base, ast.Subscript) else base for base in bases)
    return any((path_of(base) or [""])[-1] in _CONTAINERS for base in plain)


def _default_place(
    reading: Reading, node: ast.Name, default: ast.expr | None, owner: Scope, depth: int
) -> Place | None:
    """What a parameter holds that a call need not give: a container made for all calls, or another name for one."""
    above = _beyond_types(owner) or owner
    if form_of(reading, default, above) == "container":
        return "default", node.id, "", reading.ref(node, owner)
    if isinstance(default, (ast.Name, ast.Attribute)):
        return _place(reading, default, above, False, depth + 1)
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


OfClass = tuple[Literal["self", "class"], str]
"""An instance of a class, or the class itself; and its qualified name."""


def class_of(reading: Reading, node: ast.expr, scope: Scope, depth: int = 0) -> OfClass | None:
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


def _receiver_of(name: str, scope: Scope) -> OfClass | None:
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


def _annotated(reading: Reading, bound: Bound, scope: Scope, depth: int) -> OfClass | None:
    """The class that a parameter is annotated with, plainly or in quotes."""
    annotation = bound.value
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.Name(id=annotation.value.strip(), ctx=ast.Load())
    above = _beyond_types(scope)
    if not isinstance(annotation, ast.Name) or above is None:
        return None
    found = class_of(reading, annotation, above, depth + 1)
    return ("self", found[1]) if found is not None and found[0] == "class" else None
