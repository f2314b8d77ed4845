"""One file's tree → what it keeps beyond a call, and every place that does something to what is kept. Pure.

No name is asked for and nothing is decided here: which paths lead to one thing, and which of the places run
after import, is seen when the facts of all files are put together.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ssot_lint.facts.definitions.classes import (
    CHANGERS,
    FUNCTIONS,
    fresh,
    keeps_instance,
    methods_of,
    shape_of,
    view_of,
    views_of,
)
from ssot_lint.facts.reading import Lines
from ssot_lint.facts.scopes import Bound, Scope, Site, Walked, all_arguments, import_target, pairs, walk
from ssot_lint.facts.sharing.before import bound_before, comes_in, found_unset, is_of_constants
from ssot_lint.facts.syntax import below, path_of
from ssot_lint.model.sharing import (
    Act,
    ClassSharing,
    Fill,
    FilledBy,
    FunctionSharing,
    Keeps,
    Sharing,
    Slot,
    Touch,
    Via,
)

Paths = tuple[tuple[str, ...], Via]
"""Targets, and by way of what."""

UNKNOWN: Paths = ((), "")

CONTAINERS = frozenset(
    [
        "?dict",
        "?list",
        "?set",
        "?bytearray",
        "?dict.fromkeys",
        "collections.defaultdict",
        "collections.deque",
        "collections.OrderedDict",
        "collections.Counter",
        "collections.ChainMap",
    ]
)
CONTEXTS = frozenset(["contextvars.ContextVar", "threading.local", "_thread._local"])
_THREADS = frozenset("get_ident get_native_id current_thread currentThread current_task getcurrent".split())
"""Functions that tell which thread, task or greenlet runs."""
WEAK = frozenset(["weakref.WeakKeyDictionary", "weakref.WeakValueDictionary", "weakref.WeakSet"])

_SETTERS = frozenset("setattr delattr __setattr__ __delattr__".split())
_CHANGE_FIRST = frozenset(
    [
        *(f"heapq.{name}" for name in "heappush heappop heapify heapreplace heappushpop".split()),
        *(f"bisect.{name}" for name in "insort insort_left insort_right".split()),
        *(f"operator.{name}" for name in "setitem delitem iadd ior iconcat __setitem__ __delitem__".split()),
        *(f"?{kind}.{name}" for kind in ("dict", "list", "set", "bytearray") for name in CHANGERS),
        "random.shuffle",
    ]
)
"""Functions that change their first argument."""
_CHANGING = _SETTERS | {name.rpartition(".")[2] for name in _CHANGE_FIRST}
_OF_BUILTINS = frozenset(f"?{kind}.{name}" for kind in ("object", "type") for name in _SETTERS)

_LITERALS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_OF_CLASS = ("__new__", "__init_subclass__", "__class_getitem__")
_DEPTH = 5


def sharing_of(tree: ast.Module, lines: Lines) -> Sharing:
    """The state that the file keeps, and what it does to its own and to other files' state."""
    walked = walk(tree, lambda node: True)
    view = _View(walked, lines)
    fills = tuple(_fills(view))
    touches, called = _touches(view)
    return Sharing(
        tuple(_imports(walked)),
        tuple(_held(view)),
        fills,
        touches,
        tuple(_functions(view)),
        tuple(_classes(view, _keepers(touches, fills))),
        called,
    )


_PLAINEST: tuple[Keeps, ...] = ("context", "weak", "container", "call", "path")
"""Of several values that a name may have, the first of these decides."""


@dataclass(slots=True)
class _View:
    """A walked tree with what its names lead to, looked up once for each scope and name."""

    walked: Walked
    lines: Lines
    roots: dict[tuple[int, str], Paths] = field(default_factory=dict)
    places: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    binding: dict[int, bool] = field(default_factory=dict)

    def root(self, name: str, scope: Scope, depth: int = 0) -> Paths:
        key = (id(scope), name)
        if key not in self.roots:
            self.roots[key] = UNKNOWN
            self.roots[key] = self._root(name, scope, depth)
        return self.roots[key]

    def _root(self, name: str, scope: Scope, depth: int) -> Paths:
        seen = scope.lookup(name)
        if seen is None:
            return (f"?{name}",), ""
        owner, bounds = seen
        if owner.kind == "module":
            imported = {bound.target: None for bound in bounds if bound.how == "import"}
            own = {f":{name}": None for bound in bounds if bound.how != "import"}
            return (*imported, *own), ""
        if owner.kind == "class":
            return (f":{owner.inside(name)}",), ""
        if owner.kind != "function":
            return UNKNOWN
        # `+=` gives a list no other name.
        bounds = [one for one in bounds if not isinstance(one.site.node, ast.AugAssign)] or bounds
        hows = {bound.how for bound in bounds}
        if hows == {"import"}:
            return tuple({bound.target: None for bound in bounds}), ""
        if hows <= {"class", "def"}:
            return (f":{owner.inside(name)}",), ""
        if len(bounds) != 1:
            return UNKNOWN
        if hows == {"param"}:
            return self._parameter(name, owner)
        value = bounds[0].value
        if hows == {"assign"} and depth < _DEPTH and value is not None and self.is_path(value, owner):
            return self.paths(value, owner, depth + 1)
        return UNKNOWN

    def _parameter(self, name: str, owner: Scope) -> Paths:
        """What a parameter is known to hold: its method's object or class, or its default."""
        node = owner.node
        outer = owner.parent
        if not isinstance(node, FUNCTIONS) or outer is None:
            return UNKNOWN
        plain = [*node.args.posonlyargs, *node.args.args]
        klass = outer if outer.kind == "class" else outer.parent if outer.kind == "types" else None
        if klass is not None and klass.kind == "class" and plain and plain[0].arg == name:
            decorated = {(path_of(decorator) or [""])[-1] for decorator in node.decorator_list}
            if "staticmethod" in decorated:
                return UNKNOWN
            via: Via = "cls" if "classmethod" in decorated or node.name in _OF_CLASS else "self"
            return (f":{klass.qualname}",), via
        if not owner.parent or owner.parent.deferred or name not in _defaulted(node):
            return UNKNOWN
        return (f":{owner.qualname}.{name}",), "default"

    def paths(self, node: ast.expr, scope: Scope, depth: int = 0) -> Paths:
        """What a path leads to that begins with a name, with ``globals()["name"]`` or with ``type(self)``."""
        rest: list[str] = []
        while (step := self.step(node, scope)) is not None:
            node, name = step
            rest.append(name)
        rest.reverse()
        if isinstance(node, ast.Name):
            targets, via = self.root(node.id, scope, depth)
        elif isinstance(node, ast.Subscript) and _is_globals(node):
            targets, via = (f":{_text(node.slice)}",), ""
        elif isinstance(node, ast.Call) and len(node.args) == 1 and path_of(node.func) == ["type"]:
            inner = node.args[0]
            targets, via = self.root(inner.id, scope, depth) if isinstance(inner, ast.Name) else UNKNOWN
            if via != "self":
                return UNKNOWN
            via = "cls"
        else:
            return UNKNOWN
        if via == "self" and rest[:1] == ["__class__"]:
            via, rest = "cls", rest[1:]
        return tuple(".".join([target, *rest]) for target in targets), via

    def step(self, node: ast.expr, scope: Scope) -> tuple[ast.expr, str] | None:
        """The object, and the attribute of it, that an expression names in one of Python's ways."""
        if isinstance(node, ast.Attribute):
            return node.value, node.attr
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("vars", "getattr")
        ):
            given = node.args
            if not given or scope.lookup(node.func.id) is not None:
                return None
            name = "__dict__" if node.func.id == "vars" else _text(given[1]) if len(given) > 1 else ""
            return (given[0], name) if name else None
        if isinstance(node, ast.Subscript) and _text(node.slice):
            inner = self.step(node.value, scope)
            if inner is not None and inner[1] == "__dict__":
                return inner[0], _text(node.slice)
        return None

    def is_path(self, node: ast.AST, scope: Scope) -> bool:
        if isinstance(node, (ast.Name, ast.Attribute)):
            return True
        if isinstance(node, ast.Subscript) and _is_globals(node):
            return True
        return isinstance(node, (ast.Call, ast.Subscript)) and self.step(node, scope) is not None

    def is_part(self, node: ast.AST, parent: ast.AST, scope: Scope) -> bool:
        """Whether a path is but a part of the one around it."""
        step = self.step(parent, scope) if isinstance(parent, ast.expr) else None
        return step is not None and (step[0] is node or getattr(parent, "value", None) is node)

    def asked(self, node: ast.expr, scope: Scope) -> set[str]:
        """The targets that a condition on an expression asks for."""
        if isinstance(node, ast.NamedExpr):
            return self.asked(node.value, scope)
        if isinstance(node, ast.Name):
            found = scope.lookup(node.id)
            if found is not None and found[0].kind == "function":
                values = [one.value for one in found[1] if one.how == "assign" and one.value is not None]
                return {
                    path for one in values if not isinstance(one, ast.Name) for path in self.asked(one, scope)
                }
        if isinstance(node, ast.Call):
            name = (path_of(node.func) or [""])[-1]
            if name == "hasattr" and len(node.args) == 2:
                node = ast.Attribute(node.args[0], _text(node.args[1]), ast.Load())
            elif name in ("len", "bool", "any") and len(node.args) == 1:
                node = node.args[0]
            elif name == "get" and isinstance(node.func, ast.Attribute) and node.args:
                node = ast.Subscript(node.func.value, node.args[0], ast.Load())
        if isinstance(node, ast.Subscript) and not self.is_path(node, scope) and _text(node.slice):
            node = node.value
        return set(self.paths(node, scope)[0])

    def binds(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a method binds any attribute."""
        if id(node) not in self.binding:
            stores = view_of(node).stores
            self.binding[id(node)] = any(isinstance(target, ast.Attribute) for target, _, _ in stores)
        return self.binding[id(node)]

    def place(self, scope: Scope) -> tuple[str, str, int]:
        """The innermost and the outermost function around a place, and how many there are below that one."""
        key = id(scope)
        if key not in self.places:
            around = [one for one in (scope, *scope.enclosing()) if one.kind == "function"]
            found = (around[0].qualname, around[-1].qualname, len(around) - 1) if around else ("", "", 0)
            self.places[key] = found
        return self.places[key]

    def value(self, node: ast.expr | None, scope: Scope) -> tuple[Keeps, tuple[str, ...]]:
        """The form of a value and the paths that it is, or that are called for it; see ``Slot``."""
        forms: list[Keeps] = []
        called: dict[str, None] = {}
        read: dict[str, None] = {}
        todo = [node] if node is not None else []
        while todo and len(forms) < 16:
            one = todo.pop(0)
            if isinstance(one, (ast.Await, ast.NamedExpr, ast.Starred)):
                todo.append(one.value)
            elif isinstance(one, ast.IfExp):
                todo += [one.body, one.orelse]
            elif isinstance(one, ast.BoolOp):
                todo += one.values
            elif isinstance(one, ast.Call):
                targets, _ = self.paths(one.func, scope)
                forms.append(_called(targets))
                called.update(dict.fromkeys(targets))
            elif isinstance(one, ast.Name) and (made := _made_here(one, scope)) is not None:
                todo.append(made)
            elif isinstance(one, (ast.Name, ast.Attribute)):
                forms.append("path")
                read.update(dict.fromkeys(self.paths(one, scope)[0]))
            else:
                forms.append(_form(one))
        for form in _PLAINEST:
            if form in forms:
                return form, tuple(called if form == "call" else read if form == "path" else ())
        return ("none" if forms and set(forms) == {"none"} else "other"), ()


def _text(node: ast.expr) -> str:
    """The text of a literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_globals(node: ast.Subscript) -> bool:
    called = node.value.func if isinstance(node.value, ast.Call) else None
    return path_of(called) == ["globals"] and bool(_text(node.slice))


def _defaulted(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, tuple[ast.arg, ast.expr]]:
    """The parameters that have a container or the result of a call as their default."""
    plain = [*node.args.posonlyargs, *node.args.args]
    both = [
        *zip(reversed(plain), reversed(node.args.defaults), strict=False),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    return {
        argument.arg: (argument, default)
        for argument, default in both
        if isinstance(default, (*_LITERALS, ast.Call))
    }


_MADE_BY: dict[Keeps, frozenset[str]] = {"container": CONTAINERS, "context": CONTEXTS, "weak": WEAK}


def _called(targets: tuple[str, ...]) -> Keeps:
    for form, known in _MADE_BY.items():
        if any(target in known for target in targets):
            return form
    return "call"


def _form(node: ast.expr) -> Keeps:
    if isinstance(node, _LITERALS):
        return "container"
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.List):
        return "container"
    return "none" if isinstance(node, ast.Constant) and node.value is None else "other"


def _made_here(node: ast.Name, scope: Scope) -> ast.Call | ast.Await | None:
    """The call that made what a local variable holds, where it is bound but once."""
    seen = scope.lookup(node.id)
    if seen is None or seen[0].kind != "function" or len(seen[1]) != 1:
        return None
    bound = seen[1][0]
    value = bound.value
    return value if bound.how == "assign" and isinstance(value, (ast.Call, ast.Await)) else None


def _imports(walked: Walked) -> Iterator[tuple[str, str]]:
    for site in walked.of(ast.Import, ast.ImportFrom):
        node = site.node
        if site.scope.kind != "module":
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield bound, alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                yield alias.asname or alias.name, import_target(module, alias.name)


def _at_import(site: Site) -> bool:
    return (
        not site.scope.deferred
        and site.scope.kind in ("module", "class")
        and not {"main", "typing"} & set(site.guards)
    )


def _stores(view: _View) -> Iterator[tuple[Site, ast.expr, ast.expr | None, ast.expr | None]]:
    """Every single target of an assignment: its site, the target, its value, and its annotation."""
    for site in view.walked.of(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        node = site.node
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for single, value in pairs(target, node.value):
                    yield site, single, value, None
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield site, node.target, node.value, node.annotation
        elif isinstance(node, ast.NamedExpr):
            yield site, node.target, node.value, None


def _held(view: _View) -> Iterator[Slot]:
    for site, target, value, annotation in _stores(view):
        if value is None or not _at_import(site):
            continue
        owner = site.scope.qualname if site.scope.kind == "class" else ""
        name = ""
        if isinstance(target, ast.Name):
            name = target.id
        elif isinstance(target, ast.Attribute):
            # An attribute of a function, or of something else of this module.
            targets, _ = view.paths(target, site.scope)
            name = targets[0][1:] if len(targets) == 1 and targets[0].startswith(":") else ""
        elif not (
            isinstance(target, ast.Subscript)
            and path_of(target.value) == ["sys", "modules"]
            and path_of(target.slice) == ["__name__"]
        ):
            continue
        if not name and not isinstance(target, ast.Subscript):
            continue
        form, paths = view.value(value, site.scope)
        declared = bool(owner) and annotation is not None and not _is_of_class(annotation)
        span = view.lines.span(target if name else site.node)
        yield Slot(span, name, owner, form, declared, paths, _given(value))
    for site in view.walked.of(*FUNCTIONS):
        node = site.node
        if not isinstance(node, FUNCTIONS) or site.scope.deferred:
            continue
        for name, (argument, default) in _defaulted(node).items():
            form, paths = view.value(default, site.scope)
            span = view.lines.span(argument)
            qualname = site.scope.inside(node.name)
            yield Slot(span, name, qualname, form, False, paths, _given(default))


def _given(value: ast.expr) -> tuple[str, ...]:
    """The positions and keywords of a call's arguments; see ``Slot``."""
    if not isinstance(value, ast.Call):
        return ("*",)
    hidden = any(isinstance(one, ast.Starred) for one in value.args)
    slots = [str(number) for number, _ in enumerate(value.args)]
    slots += [keyword.arg or "*" for keyword in value.keywords]
    return (*slots, "*") if hidden else tuple(slots)


def _is_of_class(annotation: ast.expr) -> bool:
    text = annotation.value if isinstance(annotation, ast.Constant) else None
    if isinstance(text, str):
        return "ClassVar" in text
    inner = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return (path_of(inner) or [""])[-1] == "ClassVar"


def _fills(view: _View) -> Iterator[Fill]:
    for site, target, value, _ in _stores(view):
        scope, outer, depth = view.place(site.scope)
        if value is None or not outer:
            continue
        how, targets, via = _slot(view, target, site.scope)
        if how is None or not targets or via in ("self", "default"):
            continue
        form, paths = view.value(value, site.scope)
        if form in ("call", "container"):
            span = view.lines.span(target)
            lazy = bool(site.guards)
            yield Fill(span, targets[0], how, via, form, paths, scope, outer, depth, lazy)
    for site in view.walked.of(ast.Call):
        node = site.node
        scope, outer, depth = view.place(site.scope)
        if not isinstance(node, ast.Call) or not outer:
            continue
        named = _named_slot(view, node, site.scope)
        if named is None:
            continue
        how, slot, via, value = named
        form, paths = view.value(value, site.scope)
        if form in ("call", "container"):
            lazy = bool(site.guards) or how == "key"
            yield Fill(view.lines.span(node), slot, how, via, form, paths, scope, outer, depth, lazy)


def _slot(view: _View, target: ast.expr, scope: Scope) -> tuple[FilledBy | None, tuple[str, ...], Via]:
    """What an assignment in a function fills beyond its own variables: how, the targets, and by way of what."""
    if isinstance(target, ast.Name):
        inner = scope
        while inner.kind == "comprehension" and inner.parent is not None:
            inner = inner.parent
        if target.id in inner.globals:
            return "global", (f":{target.id}",), ""
        if target.id in inner.nonlocals:
            return "nonlocal", (f":{inner.owner(target.id).inside(target.id)}",), ""
    elif isinstance(target, ast.Attribute):
        targets, via = view.paths(target, scope)
        return "attribute", targets, via
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Call):
        if _is_globals(target):
            return "key", (f":{_text(target.slice)}",), ""
    return None, (), ""


def _named_slot(view: _View, node: ast.Call, scope: Scope) -> tuple[FilledBy, str, Via, ast.expr] | None:
    """``setattr(owner, "name", value)`` and ``globals().setdefault("name", value)``."""
    func = node.func
    if isinstance(func, ast.Name) and func.id == "setattr" and len(node.args) == 3:
        name = node.args[1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            targets, via = view.paths(node.args[0], scope)
            if targets and via not in ("self", "default"):
                return "attribute", f"{targets[0]}.{name.value}", via, node.args[2]
    elif isinstance(func, ast.Attribute) and func.attr == "setdefault" and isinstance(func.value, ast.Call):
        if path_of(func.value.func) == ["globals"] and len(node.args) == 2:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return "key", f":{name.value}", "", node.args[1]
    return None


def _touches(view: _View) -> tuple[tuple[Touch, ...], tuple[str, ...]]:
    """What places do, each thing once for each function; and the attributes that functions read of anything."""
    found: dict[tuple[object, ...], tuple[Touch, set[str]]] = {}
    called: set[str] = set()
    stars = _has_star(view)
    filled: dict[tuple[str, str], set[str]] = {}
    for site, (targets, via), how in _acts(view):
        scope, outer, depth = view.place(site.scope)
        if how == "item" and outer:
            kind = "no" if not is_of_constants(site) else "loop" if "loop" in site.guards else "one"
            for target in targets:
                filled.setdefault((scope, target), set()).add(kind)
        if outer and isinstance(site.node, ast.Attribute) and not targets:
            called.update(_of_others(site.node))
        if not targets or how is None or (targets[0].startswith("?") and not stars):
            continue
        if not outer and "main" in site.guards:
            how = "read"
        when, unset, bound = "", set(), frozenset[str]()
        if how == "read":
            # Who reads a thing does not matter, only that it is handed on.
            if via:
                continue
            scope, outer, depth = "", "", 0
        elif outer:
            when = _condition(site) if via == "self" and how in ("call", "set", "item", "augment") else ""
            unset = _unset(view, site, via)
            bound = _bound(view, site) if via == "self" else bound
        for target in targets:
            key = (target, how, via, scope, when, frozenset(unset), bound)
            if key not in found:
                line = getattr(site.node, "lineno", 1)
                touch = Touch(target, how, via, scope, outer, depth, line, when, bound=tuple(sorted(bound)))
                found[key] = touch, unset
    tables = {place for place, kinds in filled.items() if "loop" in kinds and "no" not in kinds}
    return tuple(_judged_once(list(found.values()), tables)), tuple(sorted(called))


def _judged_once(found: list[tuple[Touch, set[str]]], tables: set[tuple[str, str]]) -> Iterator[Touch]:
    """The touches, as ``memo`` where what they change, or what their function sets too, was found unset before.

    ``tables``: functions with the tables that they make from others of the module, each time alike."""
    stored: dict[str, set[str]] = {}
    for touch, _ in found:
        if touch.how in ("set", "item", "augment"):
            stored.setdefault(touch.scope, set()).add(touch.target)
    for touch, unset in found:
        changed, _, method = touch.target.rpartition(".")
        if touch.how in ("set", "item", "augment"):
            changed = touch.target
        elif touch.how != "call" or method not in CHANGERS:
            changed = ""
        once = bool(changed) and bool(unset & {changed, *stored.get(touch.scope, ())})
        if once or (touch.scope, touch.target) in tables:
            yield touch._replace(how="memo")
        else:
            asked = unset - {f":{touch.outer}"}
            yield touch._replace(unset=tuple(sorted(asked))) if touch.how == "call" and asked else touch


def _unset(view: _View, site: Site, via: Via) -> set[str]:
    """The targets that were found unset before a place, if what it does depends on no parameter."""
    found = {target for one in found_unset(site) for target in view.asked(one, site.scope)}
    if via == "self":
        # A method that puts something in its own place runs once.
        found.add(f":{view.place(site.scope)[1]}")
    if not found or comes_in(site, _receiver(site.scope) if via in ("self", "cls") else ""):
        return set()
    return found


def _receiver(scope: Scope) -> str:
    """The name of the object or class in the method around a place."""
    around = [one for one in (scope, *scope.enclosing()) if one.kind == "function"]
    node = around[-1].node if around else None
    plain = [*node.args.posonlyargs, *node.args.args] if isinstance(node, FUNCTIONS) else []
    return plain[0].arg if plain else ""


def _bound(view: _View, site: Site) -> frozenset[str]:
    """The attributes that a method's object has got of its own before a place."""
    around = [one for one in (site.scope, *site.scope.enclosing()) if one.kind == "function"]
    node = around[-1].node
    if not isinstance(node, FUNCTIONS) or not view.binds(node):
        return frozenset()
    owner = next((one.qualname for one in around[-1].enclosing() if one.kind == "class"), "")
    return bound_before(site, _receiver(site.scope), owner.rpartition(".")[2])


def _acts(view: _View) -> Iterator[tuple[Site, Paths, Act | None]]:
    """Every place that does something to a path, with the path and what it does; see ``Touch``."""
    for site in view.walked.of(ast.Name, ast.Attribute, ast.Call, ast.Subscript):
        node, parent = site.node, site.parent
        if parent is None or "typing" in site.guards:
            continue
        if isinstance(node, ast.Call):
            changed = _changed(view, node, site.scope)
            if changed is not None:
                yield site, *changed
        if not view.is_path(node, site.scope) or view.is_part(node, parent.node, site.scope):
            continue
        assert isinstance(node, ast.expr)
        paths = view.paths(node, site.scope)
        how = _how(site, parent, paths[1])
        if how in ("set", "augment") and isinstance(node, ast.Name):
            # What an import has bound to the name stays as it is.
            paths = (f":{node.id}",), ""
        yield site, paths, how


def _changed(view: _View, node: ast.Call, scope: Scope) -> tuple[Paths, Act] | None:
    """What the call of a function or method changes that is known to change its argument or the object itself."""
    func, given = node.func, node.args
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if not given or name not in _CHANGING:
        return None
    called = view.paths(func, scope)[0]
    if name not in _SETTERS:
        return (view.paths(given[0], scope), "item") if set(called) & _CHANGE_FIRST else None
    if isinstance(func, ast.Attribute) and not set(called) & _OF_BUILTINS:
        given = [func.value, *given]
    if len(given) < 2:
        return None
    targets, via = view.paths(given[0], scope)
    attribute = _text(given[1])
    how: Act = "set" if attribute else "item"
    return (tuple(f"{target}.{attribute or '__dict__'}" for target in targets), via), how


def _has_star(view: _View) -> bool:
    return any(
        alias.name == "*"
        for site in view.walked.of(ast.ImportFrom)
        if isinstance(site.node, ast.ImportFrom)
        for alias in site.node.names
    )


def _of_others(node: ast.Attribute) -> list[str]:
    """The attributes in a path, unless it begins with ``super()``."""
    names = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    return [] if isinstance(inner, ast.Call) and path_of(inner.func) == ["super"] else names


def _how(site: Site, parent: Site, via: Via) -> Act | None:
    """What is done to a path at its place; None where a local name is bound."""
    node = site.node
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        augments = isinstance(parent.node, ast.AugAssign)
        if isinstance(node, ast.Name) and not (site.scope.deferred and node.id in site.scope.globals):
            return "item" if augments and via == "default" else None
        return "augment" if augments else "set"
    if site.field == "decorator_list":
        return "decorate"
    if isinstance(parent.node, ast.Call) and site.field == "func":
        return "configure" if parent.field == "decorator_list" else "call"
    if isinstance(parent.node, ast.Call) and path_of(parent.node.func) in (["map"], ["filter"]):
        return "call" if parent.node.args[0] is node else "read"
    # What is stored into an item, or into what an item holds, changes what the path holds.
    inner, around, below = site, parent, False
    while True:
        if isinstance(around.node, ast.Subscript) and inner.field == "value":
            below = True
        elif not (below and isinstance(around.node, ast.Attribute)):
            break
        inner = around
        if inner.parent is None:
            break
        around = inner.parent
    if below:
        if not isinstance(getattr(inner.node, "ctx", None), ast.Load):
            keys = [
                one.slice for one in (inner.node, *ast.walk(inner.node)) if isinstance(one, ast.Subscript)
            ]
            return None if any(_is_of_thread(key, site.scope) for key in keys) else "item"
        if isinstance(around.node, ast.Call) and inner.field == "func":
            if isinstance(inner.node, ast.Attribute) and inner.node.attr in CHANGERS:
                return "item"
    return "read"


def _is_of_thread(key: ast.expr, scope: Scope) -> bool:
    """Whether a key is that of the running thread or task: what is kept by it is shared with none."""
    todo: list[ast.expr] = [key]
    seen: set[str] = set()
    for one in todo:
        for part in below(one):
            if isinstance(part, ast.Call) and (path_of(part.func) or [""])[-1] in _THREADS:
                return True
            if isinstance(part, ast.Name) and part.id not in seen:
                seen.add(part.id)
                found = scope.lookup(part.id)
                if found is not None and len(found[1]) == 1:
                    todo += _made_of(found[0], found[1][0])
    return False


def _made_of(scope: Scope, bound: Bound) -> list[ast.expr]:
    """What a local variable holds, or a function of the file returns."""
    if bound.how == "def":
        returns = (one for one in below(bound.site.node) if isinstance(one, ast.Return))
        return [one.value for one in returns if one.value is not None]
    return [bound.value] if bound.value is not None and scope.kind == "function" else []


def _condition(site: Site) -> str:
    """The attribute of the method's object that an ``if`` around a place asks for."""
    inner = site
    for around in site.ancestors():
        if isinstance(around.node, (*FUNCTIONS, ast.Lambda)):
            break
        if isinstance(around.node, ast.If) and inner.field == "body":
            test = around.node.test
            for part in (
                test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
            ):
                path = path_of(part)
                if path is not None and len(path) == 2 and path[0] == "self":
                    return path[1]
        inner = around
    return ""


def _keepers(touches: tuple[Touch, ...], fills: tuple[Fill, ...]) -> frozenset[str]:
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


def _functions(view: _View) -> Iterator[FunctionSharing]:
    makes: dict[int, dict[str, None]] = {}
    back: set[int] = set()
    for site in view.walked.of(ast.Return):
        value = getattr(site.node, "value", None)
        owner = site.scope
        if value is None or owner.kind != "function":
            continue
        form, paths = view.value(value, owner)
        if form == "call":
            makes.setdefault(id(owner.node), {}).update(dict.fromkeys(paths))
        bounds = owner.bounds.get(value.id, ()) if isinstance(value, ast.Name) else ()
        if any(bound.how == "param" or _wraps(bound.site.node) for bound in bounds):
            back.add(id(owner.node))
    callers = _callers(view)
    for site in view.walked.of(*FUNCTIONS):
        node = site.node
        assert isinstance(node, FUNCTIONS)
        nested = site.scope.kind not in ("module", "class") or site.scope.deferred
        if nested and id(node) not in back:
            continue
        owner_name = site.scope.qualname if site.scope.kind == "class" else ""
        decorators = tuple(
            target
            for decorator in node.decorator_list
            for target in view.paths(
                decorator.func if isinstance(decorator, ast.Call) else decorator, site.scope
            )[0]
        )
        parameters = len(all_arguments(node.args))
        bound = bool(owner_name) and "?staticmethod" not in decorators
        yield FunctionSharing(
            view.lines.name_span(node, node.name),
            site.scope.inside(node.name),
            owner_name,
            decorators,
            tuple(makes.get(id(node), ())),
            parameters > (1 if bound else 0),
            id(node) in back,
            not nested and node.name in callers and keeps_instance(node),
        )


def _wraps(node: ast.AST) -> bool:
    """Whether a function stands for another one, as what a decorator returns does."""
    decorators = node.decorator_list if isinstance(node, FUNCTIONS) else []
    return any(isinstance(one, ast.Call) and (path_of(one.func) or [""])[-1] == "wraps" for one in decorators)


def _callers(view: _View) -> set[str]:
    """The outermost functions in which something calls the first parameter of a function."""
    found = set()
    for site in view.walked.of(ast.Call):
        func = getattr(site.node, "func", None)
        if isinstance(func, ast.Name) and (seen := site.scope.lookup(func.id)) is not None:
            node = seen[0].node
            if isinstance(node, FUNCTIONS) and func.id in {
                one.arg for one in [*node.args.posonlyargs, *node.args.args][:1]
            }:
                found.add(view.place(site.scope)[1])
    return found


def _classes(view: _View, keepers: frozenset[str]) -> Iterator[ClassSharing]:
    contextual: dict[str, set[str]] = {}
    containers: dict[str, set[str]] = {}
    for site, target, value, _ in _stores(view):
        if not isinstance(target, ast.Attribute) or not site.scope.deferred or value is None:
            continue
        targets, via = view.paths(target, site.scope)
        if via != "self":
            continue
        form, _ = view.value(value, site.scope)
        klass, _, name = targets[0][1:].rpartition(".")
        if form in ("context", "weak"):
            contextual.setdefault(klass, set()).add(name)
        elif form == "container":
            containers.setdefault(klass, set()).add(name)
    for owner, name in _body_containers(view):
        containers.setdefault(owner, set()).add(name)
    for site in view.walked.of(ast.ClassDef):
        node = site.node
        assert isinstance(node, ast.ClassDef)
        qualname = site.scope.inside(node.name)
        methods = list(methods_of(node))
        views = views_of(node)
        shape, line = shape_of(node, views) if qualname in keepers else ("", 0)
        yield ClassSharing(
            view.lines.name_span(node, node.name),
            qualname,
            tuple(target for base in node.bases for target in _base(view, base, site.scope)),
            tuple(target for one in _metaclasses(node) for target in view.paths(one, site.scope)[0]),
            tuple(
                target
                for one in node.decorator_list
                for target in view.paths(one.func if isinstance(one, ast.Call) else one, site.scope)[0]
            ),
            shape,
            line,
            tuple(dict.fromkeys(method.name for method in methods)),
            tuple(sorted(contextual.get(qualname, ()))),
            tuple(sorted(containers.get(qualname, ()))),
            tuple(sorted(fresh(node, views))),
            tuple(flag for method in methods if method.name == "__init__" for flag in _flags(method)),
        )


def _metaclasses(node: ast.ClassDef) -> Iterator[ast.expr]:
    """What a class names as its metaclass, also in the way that runs on every Python."""
    yield from (one.value for one in node.keywords if one.arg == "metaclass")
    for one in [*node.bases, *node.decorator_list]:
        if isinstance(one, ast.Call) and one.args:
            if (path_of(one.func) or [""])[-1] in ("with_metaclass", "add_metaclass"):
                yield one.args[0]


def _body_containers(view: _View) -> Iterator[tuple[str, str]]:
    """The names that class bodies bind to a container, or to a field whose factory makes one; with their class."""
    for site, target, value, _ in _stores(view):
        if site.scope.kind != "class" or not isinstance(target, ast.Name) or value is None:
            continue
        if view.value(value, site.scope)[0] == "container" or _makes_container(view, value, site.scope):
            yield site.scope.qualname, target.id


def _makes_container(view: _View, field: ast.expr, scope: Scope) -> bool:
    if not isinstance(field, ast.Call):
        return False
    factories = [one.value for one in field.keywords if one.arg in ("factory", "default_factory")]
    if (path_of(field.func) or [""])[-1] == "Factory":
        factories += field.args[:1]
    for one in factories:
        if isinstance(one, ast.Lambda):
            return view.value(one.body, scope)[0] == "container"
        if isinstance(one, ast.Call) and (path_of(one.func) or [""])[-1] == "partial" and one.args:
            one = one.args[0]
        if set(view.paths(one, scope)[0]) & CONTAINERS:
            return True
    return False


def _base(view: _View, base: ast.expr, scope: Scope) -> tuple[str, ...]:
    """The targets of a base; a base that is no path is one that nothing is known of."""
    while isinstance(base, ast.Subscript):
        base = base.value
    return view.paths(base, scope)[0] or ("?",)


def _flags(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str, str]]:
    """The attributes that ``__init__`` binds to a parameter which is false by default."""
    plain = [*node.args.posonlyargs, *node.args.args]
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
