"""What functions and classes of one file look like: what they hand out, and how they keep an instance. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from ssot_lint.facts.flow import MUTATORS
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.scopes import Scope, all_arguments, pairs
from ssot_lint.facts.syntax import below, children, path_of
from ssot_lint.model.facts import Class, Function, Ref, Value, Write
from ssot_lint.model.sharing import Shape

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CHANGERS = MUTATORS | frozenset(
    "pop remove discard clear popitem popleft sort reverse rotate subtract difference_update intersection_update"
    " symmetric_difference_update move_to_end __setitem__ __delitem__ __iadd__ __ior__".split()
)
"""Methods of the standard containers that change them."""

# -- functions


def function_facts(reading: Reading) -> Iterator[Function]:
    """The functions that may hand out what was asked for, and those asked for by name."""
    handed: dict[int, list[Value]] = {}
    for site in reading.walked.of(ast.Return, ast.Yield):
        value = getattr(site.node, "value", None)
        if value is not None and reading.kinds(value):
            handed.setdefault(id(site.scope.node), []).append(reading.value(value, site.scope))
    for site in reading.walked.of(*FUNCTIONS):
        node = site.node
        assert isinstance(node, FUNCTIONS)
        returns = handed.get(id(node), [])
        wraps = node.name in reading.names and keeps_instance(node)
        if not returns and node.name not in reading.names and not wraps:
            continue
        required = len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults)
        defaulted = [
            argument.arg for argument in [*node.args.posonlyargs, *node.args.args][max(required, 0) :]
        ]
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
            tuple(_with_stars(node.args)),
            tuple(defaulted),
            decorators(reading, node.decorator_list, site.scope),
            tuple(returns),
            isinstance(node, ast.AsyncFunctionDef),
            wraps,
        )


def decorators(reading: Reading, nodes: list[ast.expr], scope: Scope) -> tuple[Ref, ...]:
    found = (reading.ref(node.func if isinstance(node, ast.Call) else node, scope) for node in nodes)
    return tuple(ref for ref in found if ref is not None)


def keeps_instance(node: AnyFunction) -> bool:
    """Whether a decorator of classes keeps the one instance that its argument makes.

    It, or a function in it that takes the class, calls its own first parameter: and an inner function stores
    what that gives in a name or container that outlives the call, or hands out what was made before; or what
    was made is returned in the class's stead. One instance for each of the arguments is not meant.
    """
    parts = below(node)
    called = {
        part.func.id for part in parts if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }
    takers = [part for part in parts if isinstance(part, FUNCTIONS)]
    # Nothing that they take is made: so it is with nearly all functions.
    return any(_keeps(taker) for taker in takers if called & {*_taken(taker)})


def _taken(taker: AnyFunction) -> list[str]:
    """The first parameter's name, if there is one."""
    return [argument.arg for argument in [*taker.args.posonlyargs, *taker.args.args][:1]]


def _keeps(taker: AnyFunction) -> bool:
    """The same about the one function that takes the class."""
    (taken,) = _taken(taker)
    parts = below(taker)
    if not any(isinstance(part, ast.Call) and path_of(part.func) == [taken] for part in parts):
        return False
    inner = [one for one in parts if isinstance(one, (*FUNCTIONS, ast.Lambda)) and one is not taker]
    later = {id(part) for one in inner for part in below(one)}
    early: set[str] = set()
    for target, value, _ in _stores(parts):
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
    method = view_of(function)
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


# -- classes


def class_facts(reading: Reading, writes: Iterable[Write]) -> Iterator[Class]:
    """The classes asked for, those with a base that was, and those whose attributes something is stored into."""
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
        wanted = node.name in reading.names or qualname in stored
        if not wanted and not any(reading.kinds(base) for base in node.bases):
            continue
        keyword = next((k.value for k in node.keywords if k.arg == "metaclass"), None)
        metaclass = reading.ref(keyword, site.scope) if keyword is not None else None
        views = views_of(node)
        shape, line = shape_of(node, views)
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
            tuple(sorted(fresh(node, views))),
            tuple(_makers(views)),
            parameters=_parameters(node),
            kept=kept.get(qualname, ""),
        )


def _kept_objects(reading: Reading) -> dict[str, str]:
    """The classes of which the module has an object from import on, each with that object's name."""
    found: dict[str, str] = {}
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign))
        if site.scope.deferred or site.scope.kind not in ("module", "class"):
            continue
        for target in site.node.targets if isinstance(site.node, ast.Assign) else [site.node.target]:
            for single, value in pairs(target, site.node.value):
                called = reading.ref(value.func, site.scope) if isinstance(value, ast.Call) else None
                if isinstance(single, ast.Name) and called is not None and len(called.targets) == 1:
                    found.setdefault(called.targets[0].lstrip(":"), single.id)
    return found


def methods_of(node: ast.ClassDef) -> Iterator[AnyFunction]:
    todo: list[ast.stmt] = list(node.body)
    while todo:
        part = todo.pop(0)
        if isinstance(part, FUNCTIONS):
            yield part
        elif isinstance(part, (ast.If, ast.Try, ast.With)):
            todo[:0] = [*part.body, *getattr(part, "orelse", [])]


def _parameters(node: ast.ClassDef) -> tuple[str, ...] | None:
    """What the class is called with, as far as its own ``__init__`` or ``__new__`` tells."""
    for method in methods_of(node):
        if method.name in ("__init__", "__new__"):
            return tuple(_with_stars(method.args))[1:]
    return None


def _with_stars(arguments: ast.arguments) -> Iterator[str]:
    """The names of all parameters, those that take the rest with their stars."""
    stars = {id(arguments.vararg): "*", id(arguments.kwarg): "**"}
    return (stars.get(id(one), "") + one.arg for one in all_arguments(arguments))


Store = tuple[ast.expr, ast.expr, int]
"""The target of an assignment, its value and its line."""


@dataclass(frozen=True)
class View:
    """A function as its class sees it. ``receiver``: the name of its object or class, if it has one; ``of_class``:
    that is the class. What takes a look at all of the function is found when it is asked for, once."""

    owner: ast.ClassDef | None
    node: AnyFunction
    receiver: str
    of_class: bool

    @cached_property
    def parts(self) -> list[ast.AST]:
        return below(self.node)

    @cached_property
    def stores(self) -> list[Store]:
        return list(_stores(self.parts))

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


def view_of(node: AnyFunction, owner: ast.ClassDef | None = None) -> View:
    names = decorated(node)
    static = "staticmethod" in names or owner is None
    arguments = [*node.args.posonlyargs, *node.args.args]
    of_class = "classmethod" in names or node.name in OF_CLASS
    receiver = arguments[0].arg if arguments and not static else ""
    return View(owner, node, receiver, of_class)


def views_of(node: ast.ClassDef) -> list[View]:
    """The methods of a class as it sees them."""
    return [view_of(method, node) for method in methods_of(node)]


OF_CLASS = ("__new__", "__init_subclass__", "__class_getitem__")


def decorated(node: AnyFunction) -> set[str]:
    return {(path_of(decorator) or [""])[-1] for decorator in node.decorator_list}


def is_own_class(expression: ast.expr, view: View) -> bool:
    """Whether an expression in a method is its class: ``cls``, the name, ``type(self)``, ``self.__class__``."""
    if view.owner is None:
        return False
    path = path_of(expression)
    if path in ([view.owner.name], ["__class__"]) or (view.receiver and path == [view.receiver, "__class__"]):
        return True
    if path is not None:
        return view.of_class and bool(view.receiver) and path == [view.receiver]
    if (
        isinstance(expression, ast.Call)
        and path_of(expression.func) == ["type"]
        and len(expression.args) == 1
    ):
        return path_of(expression.args[0]) == [view.receiver]
    return False


_STORING = frozenset({ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Call})


def _stores(parts: Iterable[ast.AST]) -> Iterator[Store]:
    """Every target of an assignment among nodes; ``setattr`` and ``setdefault`` too."""
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
    """``setattr(owner, "name", value)``, also as ``object.__setattr__``, as the assignment that it is."""
    if (path_of(node.func) or [""])[-1] not in ("setattr", "__setattr__") or len(node.args) != 3:
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


def key_names(keys: list[ast.expr], view: View) -> set[str]:
    """The names in keys, and those in what the function's local variables among them were made from."""
    found: set[str] = set()
    todo: list[ast.AST] = list(keys)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.expr) and is_own_class(node, view):
            continue
        if isinstance(node, ast.Name) and node.id not in found:
            found.add(node.id)
            todo.extend(view.locals.get(node.id, ()))
        # What is called is no part of the key: `str` in `str(name)`.
        called = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        todo.extend(child for child in children(node) if child is not called)
    return found


# -- singletons

_SHAPES: tuple[Shape, ...] = ("new", "getter", "self", "borg", "call")


def shape_of(node: ast.ClassDef, views: Iterable[View]) -> tuple[Shape, int]:
    """How a class keeps one instance of itself (see ``Class``), and the line that does it.

    One instance for each of some keys is none: a key that holds no more than the class is no key.
    """
    own = _own_names(node)
    found: dict[Shape, int] = {}
    views = list(views)
    for view in views:
        for kind, line, target in _kept(view, own):
            if kind == "self" and _is_the_only(target, view, views):
                kind = "getter"
            found.setdefault(kind, line)
    return next(((kind, found[kind]) for kind in _SHAPES if kind in found), ("", 0))


def _is_the_only(target: ast.expr, view: View, views: Iterable[View]) -> bool:
    """Whether an object that stores itself is the only one: no other can be made then, or it is handed out instead."""
    slot = (path_of(target) or [""])[-1]
    for part in view.parts:
        if isinstance(part, ast.If) and _names(part.test, slot):
            if any(isinstance(one, ast.Raise) for one in below(part)):
                return True
    return any(
        isinstance(part, ast.Call) and is_own_class(part.func, one)
        for one in views
        if one is not view and any(_names(part, slot) for part in one.node.body)
        for part in one.parts
    )


def _names(node: ast.AST, slot: str) -> bool:
    return any(slot in (getattr(one, "id", ""), getattr(one, "attr", "")) for one in below(node))


def _kept(view: View, own: set[str]) -> Iterator[tuple[Shape, int, ast.expr]]:
    """The stores of a method that keep an instance, each as a shape, its line and its target."""
    called = {
        target.id
        for target, value, _ in view.stores
        if isinstance(target, ast.Name) and _is_call_on(value, view)
    }
    for target, value, line in view.stores:
        if isinstance(target, ast.Attribute) and target.attr == "__dict__":
            if (path_of(target.value) or [""])[0] in {view.receiver, *view.made} - {""} and _is_common(
                value, view, own
            ):
                yield "borg", line, target
            continue
        is_called = _is_call_on(value, view) or (isinstance(value, ast.Name) and value.id in called)
        if view.node.name == "__call__" and is_called and _outlives(target, view, own, receiver=True):
            yield "call", line, target
        if not _outlives(target, view, own):
            continue
        itself = bool(view.receiver) and not view.of_class and path_of(value) == [view.receiver]
        if itself or makes(value, view, view.made):
            yield "self" if itself else "new" if view.node.name == "__new__" else "getter", line, target


def _outlives(target: ast.expr, view: View, own: set[str], *, receiver: bool = False) -> bool:
    """Whether what is stored here is what every later call finds: on the class, or in a global, by no key.

    ``receiver``: attributes of the method's own object count too, as in a metaclass or a decorator."""
    base = base_of(target)
    if isinstance(base, ast.Attribute):
        mine = bool(view.receiver) and path_of(base.value) == [view.receiver]
        shared = is_own_class(base.value, view) or (mine and receiver)
        shared = shared or (mine and base is not target and base.attr in own)
    elif isinstance(base, ast.Name):
        shared = base.id in view.globals or (base is not target and base.id not in view.locals)
    else:
        shared = False
    if not shared or base is target:
        return shared
    assert view.owner is not None
    return not key_names(keys_of(target), view) - ({view.receiver} if receiver else set())


def _own_names(node: ast.ClassDef) -> set[str]:
    """The names that a class body assigns."""
    body: list[ast.stmt] = [part for part in node.body if not isinstance(part, (*FUNCTIONS, ast.ClassDef))]
    return {
        target.id
        for target, _, _ in _stores(below(ast.Module(body=body, type_ignores=[])))
        if isinstance(target, ast.Name)
    }


def makes(value: ast.expr, view: View, made: set[str]) -> bool:
    """Whether a value is a new instance of the class whose method this is."""
    if isinstance(value, ast.Name):
        return value.id in made
    if isinstance(value, (ast.Await, ast.NamedExpr)):
        return makes(value.value, view, made)
    if isinstance(value, ast.IfExp):
        return makes(value.body, view, made) or makes(value.orelse, view, made)
    if isinstance(value, ast.BoolOp):
        return any(makes(part, view, made) for part in value.values)
    if not isinstance(value, ast.Call):
        return False
    if is_own_class(value.func, view):
        return True
    if isinstance(value.func, ast.Attribute) and value.func.attr == "__new__":
        # `super().__new__(cls)`, `object.__new__(cls)`, `cls.__new__(cls)`.
        return view.node.name == "__new__" or any(is_own_class(part, view) for part in value.args[:1])
    return False


def _is_call_on(value: ast.expr, view: View) -> bool:
    """Whether a value is what ``super().__call__(…)`` or a call of the object's own attribute gives."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    path = path_of(value.func)
    return value.func.attr == "__call__" or (path is not None and len(path) == 2 and path[0] == view.receiver)


def _is_common(value: ast.expr, view: View, own: set[str]) -> bool:
    """Whether a value is one object for all instances: an attribute of the class, or a global."""
    if isinstance(value, ast.Attribute):
        mine = path_of(value.value) == [view.receiver] and value.attr in own
        return mine or is_own_class(value.value, view)
    return isinstance(value, ast.Name) and value.id not in view.locals


def _makers(views: Iterable[View]) -> Iterator[str]:
    """The methods that return a new instance of their class: alternate constructors."""
    for view in views:
        if view.node.name.startswith("__") or not {"classmethod", "staticmethod"} & decorated(view.node):
            continue
        for inner in view.parts:
            if isinstance(inner, (ast.Return, ast.Yield)) and inner.value is not None:
                if makes(inner.value, view, view.made):
                    yield view.node.name
                    break


# -- what an instance makes for itself


_EARLY = ("__new__", "__init__", "__post_init__", "__attrs_post_init__", "model_post_init")


def fresh(node: ast.ClassDef, views: Iterable[View]) -> set[str]:
    """The attributes that every new instance gets of its own: bound in ``__init__``, or in what that calls."""
    methods = {view.node.name: view for view in views}
    found: set[str] = set()
    todo = [name for name in _EARLY if name in methods]
    for name in todo:
        view = methods[name]
        receivers = view.made if name == "__new__" else {view.receiver} - {""}
        bound, called = always(view.node.body, receivers, node.name)
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
            for target, value, _ in _stores(below(part)):
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
