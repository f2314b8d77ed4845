"""One walked file → what the paths in it lead to, and what is kept under them. Pure."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ssot_lint.facts.definitions.bodies import body_of
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.scopes import Scope, Walked
from ssot_lint.facts.syntax import FUNCTIONS, AnyFunction, defaults, last_name, path_of, positional, text_of
from ssot_lint.model.sharing import Keeps, Via

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


WEAK = frozenset(["weakref.WeakKeyDictionary", "weakref.WeakValueDictionary", "weakref.WeakSet"])


_LITERALS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


_OF_CLASS = ("__new__", "__init_subclass__", "__class_getitem__")


_DEPTH = 5


_PLAINEST: tuple[Keeps, ...] = ("context", "weak", "container", "call", "path")
"""If a name may have several values, the first of these forms decides."""


@dataclass(slots=True)
class Names:
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
        plain = positional(node.args)
        klass = outer if outer.kind == "class" else outer.parent if outer.kind == "types" else None
        if klass is not None and klass.kind == "class" and plain and plain[0].arg == name:
            decorated = {last_name(decorator) for decorator in node.decorator_list}
            if "staticmethod" in decorated:
                return UNKNOWN
            via: Via = "cls" if "classmethod" in decorated or node.name in _OF_CLASS else "self"
            return (f":{klass.qualname}",), via
        if not owner.parent or owner.parent.deferred or name not in defaulted(node):
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
        elif isinstance(node, ast.Subscript) and is_globals(node):
            targets, via = (f":{text_of(node.slice)}",), ""
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
            name = "__dict__" if node.func.id == "vars" else text_of(given[1]) if len(given) > 1 else ""
            return (given[0], name) if name else None
        if isinstance(node, ast.Subscript) and (name := text_of(node.slice)):
            inner = self.step(node.value, scope)
            if inner is not None and inner[1] == "__dict__":
                return inner[0], name
        return None

    def is_path(self, node: ast.AST, scope: Scope) -> bool:
        if isinstance(node, (ast.Name, ast.Attribute)):
            return True
        if isinstance(node, ast.Subscript) and is_globals(node):
            return True
        return isinstance(node, (ast.Call, ast.Subscript)) and self.step(node, scope) is not None

    def is_part(self, node: ast.AST, parent: ast.AST, scope: Scope) -> bool:
        """Whether a path is only a part of the path around it."""
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
            name = last_name(node.func)
            if name == "hasattr" and len(node.args) == 2:
                node = ast.Attribute(node.args[0], text_of(node.args[1]) or "", ast.Load())
            elif name in ("len", "bool", "any") and len(node.args) == 1:
                node = node.args[0]
            elif name == "get" and isinstance(node.func, ast.Attribute) and node.args:
                node = ast.Subscript(node.func.value, node.args[0], ast.Load())
        if isinstance(node, ast.Subscript) and not self.is_path(node, scope) and text_of(node.slice):
            node = node.value
        return set(self.paths(node, scope)[0])

    def binds(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a method binds any attribute."""
        if id(node) not in self.binding:
            stores = body_of(node).stores
            self.binding[id(node)] = any(isinstance(target, ast.Attribute) for target, _, _ in stores)
        return self.binding[id(node)]

    def place(self, scope: Scope) -> tuple[str, str, int]:
        """The qualified names of the innermost and the outermost function around a place, and how many functions are
        below the outermost."""
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


def is_globals(node: ast.Subscript) -> bool:
    called = node.value.func if isinstance(node.value, ast.Call) else None
    return path_of(called) == ["globals"] and bool(text_of(node.slice))


def defaulted(node: AnyFunction) -> dict[str, tuple[ast.arg, ast.expr]]:
    """The parameters that have a container or the result of a call as their default."""
    return {
        argument.arg: (argument, default)
        for argument, default in defaults(node.args)
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
    """The call whose result a local variable holds, if it is bound only once."""
    seen = scope.lookup(node.id)
    if seen is None or seen[0].kind != "function" or len(seen[1]) != 1:
        return None
    bound = seen[1][0]
    value = bound.value
    return value if bound.how == "assign" and isinstance(value, (ast.Call, ast.Await)) else None
