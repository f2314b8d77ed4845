"""What functions, classes and containers of one file look like: what they hand out, keep and write to. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ssot_lint.flow import MUTATORS
from ssot_lint.model import Class, Function, Ref, Slot, Value, Write
from ssot_lint.reading import Reading, path_of
from ssot_lint.scopes import Bound, Scope, Site, all_arguments, pairs

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CHANGERS = MUTATORS | frozenset(
    ["pop", "remove", "discard", "clear", "popitem", "popleft", "sort", "reverse", "rotate", "subtract"]
    + ["difference_update", "intersection_update", "symmetric_difference_update", "move_to_end"]
    + ["__setitem__", "__delitem__", "__iadd__", "__ior__"]
)
"""Methods of the standard containers that change them."""

_KEYED = frozenset(["setdefault", "__setitem__", "pop", "__delitem__"])
"""Those whose first argument is a key."""

_HELPERS = frozenset(
    "heappush heappop heapify heapreplace heappushpop insort insort_left insort_right shuffle".split()
)
"""Functions of the standard library that change their first argument."""


# -- functions


def function_facts(reading: Reading) -> Iterator[Function]:
    """The functions that may hand out what was asked for, and those asked for by name."""
    handed: dict[int, list[Value]] = {}
    yields: set[int] = set()
    for site in reading.walked.of(ast.Return, ast.Yield):
        value = getattr(site.node, "value", None)
        if isinstance(site.node, ast.Yield):
            yields.add(id(site.scope.node))
        if value is not None and (reading.kinds(value) or reading.everything):
            handed.setdefault(id(site.scope.node), []).append(reading.value(value, site.scope))
    for site in reading.walked.of(*FUNCTIONS):
        node = site.node
        assert isinstance(node, FUNCTIONS)
        returns = handed.get(id(node), [])
        wraps = (reading.everything or node.name in reading.names) and keeps_instance(node)
        if not returns and node.name not in reading.names and not wraps:
            continue
        plain = all_arguments(node.args)
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
            tuple(argument.arg for argument in plain),
            tuple(defaulted),
            decorators(reading, node.decorator_list, site.scope),
            tuple(returns),
            isinstance(node, ast.AsyncFunctionDef),
            id(node) in yields,
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
    return any(_keeps(inner) for inner in ast.walk(node) if isinstance(inner, FUNCTIONS))


def _keeps(taker: AnyFunction) -> bool:
    """The same about the one function that takes the class."""
    parameters = [*taker.args.posonlyargs, *taker.args.args]
    if not parameters:
        return False
    taken = parameters[0].arg
    inner = [one for one in ast.walk(taker) if isinstance(one, (*FUNCTIONS, ast.Lambda)) and one is not taker]
    below = {id(part) for one in inner for part in ast.walk(one)}
    early: set[str] = set()
    for target, value, _ in _stores(taker):
        if isinstance(target, ast.Name) and id(value) not in below and _calls(value, taken):
            early.add(target.id)
    for part in ast.walk(taker):
        if isinstance(part, ast.Return) and part.value is not None and id(part) not in below:
            if _calls(part.value, taken) or (isinstance(part.value, ast.Name) and part.value.id in early):
                return True
        if isinstance(part, ast.Name) and id(part) in below and part.id in early:
            return True
    return any(_stores_made(one, taken) for one in inner if isinstance(one, FUNCTIONS))


def _stores_made(function: AnyFunction, taken: str) -> bool:
    """Whether a function stores what a call of ``taken`` gives where the next call finds it."""
    method = _plain_view(function)
    outer = {name for part in ast.walk(function) if isinstance(part, ast.Nonlocal) for name in part.names}
    made = {
        target.id
        for target, value, _ in _stores(function)
        if isinstance(target, ast.Name) and _calls(value, taken)
    }
    for target, value, _ in _stores(function):
        if not (_calls(value, taken) or (isinstance(value, ast.Name) and value.id in made)):
            continue
        if isinstance(target, ast.Name):
            if target.id in outer | method.globals:
                return True
            continue
        root = path_of(_base(target))
        if root is None or root[0] in method.locals:
            continue
        if not _key_names(_keys(target), method) - {taken}:
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
    for site in reading.walked.of(ast.ClassDef):
        node = site.node
        assert isinstance(node, ast.ClassDef)
        qualname = site.scope.inside(node.name)
        wanted = reading.everything or node.name in reading.names or qualname in stored
        if not wanted and not any(reading.kinds(base) for base in node.bases):
            continue
        keyword = next((k.value for k in node.keywords if k.arg == "metaclass"), None)
        metaclass = reading.ref(keyword, site.scope) if keyword is not None else None
        shape, line = shape_of(node)
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
            tuple(sorted(_fresh(node))),
            tuple(makers_of(node)),
            parameters=_parameters(node),
        )


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
            stars = {id(method.args.vararg): "*", id(method.args.kwarg): "**"}
            return tuple(stars.get(id(one), "") + one.arg for one in all_arguments(method.args)[1:])
    return None


@dataclass(frozen=True, slots=True)
class _View:
    """A function as its class sees it. ``receiver``: the name of its object or class, if it has one; ``of_class``:
    that is the class; ``locals`` has the values of its local names, ``globals`` what it declares to be global."""

    owner: ast.ClassDef | None
    node: AnyFunction
    receiver: str
    of_class: bool
    locals: dict[str, list[ast.expr]]
    globals: frozenset[str]


def _plain_view(node: AnyFunction, owner: ast.ClassDef | None = None) -> _View:
    known: dict[str, list[ast.expr]] = {argument.arg: [] for argument in all_arguments(node.args)}
    declared: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            declared.update(part.names if isinstance(part, ast.Global) else ())
    for target, value, _ in _stores(node):
        if isinstance(target, ast.Name) and target.id not in declared:
            known.setdefault(target.id, []).append(value)
    names = _decorated(node)
    static = "staticmethod" in names or owner is None
    arguments = [*node.args.posonlyargs, *node.args.args]
    of_class = "classmethod" in names or node.name in _OF_CLASS
    receiver = arguments[0].arg if arguments and not static else ""
    return _View(owner, node, receiver, of_class, known, frozenset(declared))


_OF_CLASS = ("__new__", "__init_subclass__", "__class_getitem__")


def _decorated(node: AnyFunction) -> set[str]:
    return {(path_of(decorator) or [""])[-1] for decorator in node.decorator_list}


def _is_own_class(expression: ast.expr, view: _View) -> bool:
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


def _stores(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, int]]:
    """Every target of an assignment below a node, with its value and line; ``setattr`` and ``setdefault`` too."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                for single, value in pairs(target, inner.value):
                    yield single, value if value is not None else inner.value, inner.lineno
        elif isinstance(inner, (ast.AnnAssign, ast.NamedExpr)) and inner.value is not None:
            yield inner.target, inner.value, inner.lineno
        elif isinstance(inner, ast.Call):
            attribute = _set_attribute(inner)
            if attribute is not None:
                yield *attribute, inner.lineno
            elif isinstance(inner.func, ast.Attribute) and len(inner.args) == 2:
                if inner.func.attr in ("setdefault", "__setitem__"):
                    item = ast.Subscript(value=inner.func.value, slice=inner.args[0], ctx=ast.Store())
                    yield item, inner.args[1], inner.lineno


def _set_attribute(node: ast.Call) -> tuple[ast.Attribute, ast.expr] | None:
    """``setattr(owner, "name", value)``, also as ``object.__setattr__``, as the assignment that it is."""
    if (path_of(node.func) or [""])[-1] not in ("setattr", "__setattr__") or len(node.args) != 3:
        return None
    owner, name, value = node.args
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    made = ast.Attribute(value=owner, attr=name.value, ctx=ast.Store())
    return ast.copy_location(made, node), value


def _base(target: ast.expr) -> ast.expr:
    """What is subscripted in the end: ``a.b`` in ``a.b[c][d]``."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def _keys(target: ast.expr) -> list[ast.expr]:
    keys = []
    while isinstance(target, ast.Subscript):
        keys.append(target.slice)
        target = target.value
    return keys


def _key_names(keys: list[ast.expr], view: _View) -> set[str]:
    """The names in keys, and those in what the function's local variables among them were made from."""
    found: set[str] = set()
    todo: list[ast.AST] = list(keys)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.expr) and _is_own_class(node, view):
            continue
        if isinstance(node, ast.Name) and node.id not in found:
            found.add(node.id)
            todo.extend(view.locals.get(node.id, ()))
        # What is called is no part of the key: `str` in `str(name)`.
        called = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        todo.extend(child for child in ast.iter_child_nodes(node) if child is not called)
    return found


# -- singletons


def shape_of(node: ast.ClassDef) -> tuple[str, int]:
    """How a class keeps one instance of itself (see ``model.Class``), and the line that does it.

    One instance for each of some keys is none: a key that holds no more than the class is no key.
    """
    found: dict[str, int] = {}
    for method in methods_of(node):
        for kind, line in _kept(_plain_view(method, node)):
            found.setdefault(kind, line)
    return next(((kind, found[kind]) for kind in ("new", "getter", "borg", "call") if kind in found), ("", 0))


def _kept(view: _View) -> Iterator[tuple[str, int]]:
    """The stores of a method that keep an instance, each as a shape and its line."""
    assert view.owner is not None
    own = _own_names(view.owner)
    made = _made(view)
    called = {
        target.id
        for target, value, _ in _stores(view.node)
        if isinstance(target, ast.Name) and _is_call_on(value, view)
    }
    for target, value, line in _stores(view.node):
        if isinstance(target, ast.Attribute) and target.attr == "__dict__":
            if (path_of(target.value) or [""])[0] in {view.receiver, *made} - {""} and _is_common(
                value, view, own
            ):
                yield "borg", line
            continue
        is_called = _is_call_on(value, view) or (isinstance(value, ast.Name) and value.id in called)
        if view.node.name == "__call__" and is_called and _outlives(target, view, own, receiver=True):
            yield "call", line
        if not _outlives(target, view, own):
            continue
        itself = bool(view.receiver) and not view.of_class and path_of(value) == [view.receiver]
        if itself or _makes(value, view, made):
            yield "new" if view.node.name == "__new__" else "getter", line


def _outlives(target: ast.expr, view: _View, own: set[str], *, receiver: bool = False) -> bool:
    """Whether what is stored here is what every later call finds: on the class, or in a global, by no key.

    ``receiver``: attributes of the method's own object count too, as in a metaclass or a decorator."""
    base = _base(target)
    if isinstance(base, ast.Attribute):
        mine = bool(view.receiver) and path_of(base.value) == [view.receiver]
        shared = _is_own_class(base.value, view) or (mine and receiver)
        shared = shared or (mine and base is not target and base.attr in own)
    elif isinstance(base, ast.Name):
        shared = base.id in view.globals or (base is not target and base.id not in view.locals)
    else:
        shared = False
    if not shared or base is target:
        return shared
    assert view.owner is not None
    return not _key_names(_keys(target), view) - ({view.receiver} if receiver else set())


def _own_names(node: ast.ClassDef) -> set[str]:
    """The names that a class body assigns."""
    body: list[ast.stmt] = [part for part in node.body if not isinstance(part, (*FUNCTIONS, ast.ClassDef))]
    return {
        target.id
        for target, _, _ in _stores(ast.Module(body=body, type_ignores=[]))
        if isinstance(target, ast.Name)
    }


def _made(view: _View) -> set[str]:
    """The local names of a method that hold a new instance of its class."""
    found: set[str] = set()
    for _ in range(2):
        for name, values in view.locals.items():
            if any(_makes(value, view, found) for value in values):
                found.add(name)
    return found


def _makes(value: ast.expr, view: _View, made: set[str]) -> bool:
    """Whether a value is a new instance of the class whose method this is."""
    if isinstance(value, ast.Name):
        return value.id in made
    if isinstance(value, (ast.Await, ast.NamedExpr)):
        return _makes(value.value, view, made)
    if isinstance(value, ast.IfExp):
        return _makes(value.body, view, made) or _makes(value.orelse, view, made)
    if isinstance(value, ast.BoolOp):
        return any(_makes(part, view, made) for part in value.values)
    if not isinstance(value, ast.Call):
        return False
    if _is_own_class(value.func, view):
        return True
    if isinstance(value.func, ast.Attribute) and value.func.attr == "__new__":
        # `super().__new__(cls)`, `object.__new__(cls)`, `cls.__new__(cls)`.
        return view.node.name == "__new__" or any(_is_own_class(part, view) for part in value.args[:1])
    return False


def _is_call_on(value: ast.expr, view: _View) -> bool:
    """Whether a value is what ``super().__call__(…)`` or a call of the object's own attribute gives."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    path = path_of(value.func)
    return value.func.attr == "__call__" or (path is not None and len(path) == 2 and path[0] == view.receiver)


def _is_common(value: ast.expr, view: _View, own: set[str]) -> bool:
    """Whether a value is one object for all instances: an attribute of the class, or a global."""
    if isinstance(value, ast.Attribute):
        mine = path_of(value.value) == [view.receiver] and value.attr in own
        return mine or _is_own_class(value.value, view)
    return isinstance(value, ast.Name) and value.id not in view.locals


def makers_of(node: ast.ClassDef) -> Iterator[str]:
    """The methods that return a new instance of their class: alternate constructors."""
    for method in methods_of(node):
        if method.name.startswith("__") or not {"classmethod", "staticmethod"} & _decorated(method):
            continue
        view = _plain_view(method, node)
        made = _made(view)
        for inner in ast.walk(method):
            if isinstance(inner, (ast.Return, ast.Yield)) and inner.value is not None:
                if _makes(inner.value, view, made):
                    yield method.name
                    break


# -- what an instance makes for itself


_EARLY = ("__new__", "__init__", "__post_init__", "__attrs_post_init__", "model_post_init")


def _fresh(node: ast.ClassDef) -> set[str]:
    """The attributes that every new instance gets of its own: bound in ``__init__``, or in what that calls."""
    methods = {method.name: method for method in methods_of(node)}
    found: set[str] = set()
    todo = [name for name in _EARLY if name in methods]
    for name in todo:
        view = _plain_view(methods[name], node)
        receivers = _made(view) if name == "__new__" else {view.receiver} - {""}
        bound, called = _always(methods[name].body, receivers, node.name)
        found |= bound
        todo.extend(name for name in sorted(called) if name in methods and name not in todo)
    return found


def _always(body: list[ast.stmt], receivers: set[str], owner: str) -> tuple[set[str], set[str]]:
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
            for target, value, _ in _stores(part):
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
            found = [_always(block, receivers, owner) for block in blocks]
            bound |= set.intersection(*(one for one, _ in found))
            called |= set.intersection(*(one for _, one in found))
    return bound, called


# -- containers


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
    words = {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node.annotation)}
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
    """What a value at module or class level is, as a place to keep things in: see ``model.Slot``."""
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


@dataclass(frozen=True, slots=True)
class Change:
    """A change of what an expression holds. ``base`` is the expression (an attribute itself where ``how`` is
    ``rebind``), ``keys`` the expressions that tell where in it, ``value`` what is put there; ``how`` as in ``Write``."""

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
                    yield from _put(_base(single), "item", _keys(single), value)
                elif isinstance(single, ast.Attribute):
                    yield Change(single, "rebind", (), value)
    elif isinstance(node, ast.AugAssign):
        if isinstance(node.target, ast.Subscript):
            yield from _put(_base(node.target), "item", _keys(node.target), node.value)
        else:
            # `+=` changes a list or a set where it is, whatever it binds besides.
            yield from _put(node.target, "augment", [], node.value)
    elif isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                yield Change(_base(target), "item", tuple(_keys(target)))
    elif isinstance(node, ast.Call):
        attribute = _set_attribute(node)
        if attribute is not None:
            yield Change(attribute[0], "rebind", (), attribute[1])
        elif isinstance(node.func, ast.Attribute) and node.func.attr in CHANGERS:
            yield from _by_method(node, node.func)
        elif node.args and (path_of(node.func) or [""])[-1] in _HELPERS:
            yield Change(_base(node.args[0]), "append", tuple(_keys(node.args[0])), node.args[-1])


def _by_method(node: ast.Call, function: ast.Attribute) -> Iterator[Change]:
    keys = _keys(function.value)
    base = _base(function.value)
    if isinstance(base, ast.Call) and isinstance(base.func, ast.Attribute) and base.func.attr == "setdefault":
        # `kept.setdefault(key, []).append(value)` puts the value into `kept`.
        keys += base.args[:1]
        base = _base(base.func.value)
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
    forced = _is_forced(reading, site.scope)
    if not (carried or held or forced or reading.everything):
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
        if itself or _makes(value, view, _made(view)):
            return Value(reading.lines.span(value), "own")
    return reading.value(value, at.scope if at is not None else scope)


def _method_around(scope: Scope | None) -> _View | None:
    """The method that a place is in, with its class."""
    while scope is not None:
        above = _beyond_types(scope)
        if scope.kind == "function" and above is not None and isinstance(scope.node, FUNCTIONS):
            if isinstance(above.node, ast.ClassDef):
                return _plain_view(scope.node, above.node)
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
        isinstance(part, ast.Return) and path_of(part.value) == [value.id] for part in ast.walk(scope.node)
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
    names = _decorated(scope.node)
    if not arguments or arguments[0].arg != name or "staticmethod" in names:
        return None
    of_class = "classmethod" in names or scope.node.name in _OF_CLASS
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
