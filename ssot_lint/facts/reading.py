"""One file's tree, read: with scopes and flow put together, an expression becomes a plain value. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ssot_lint.facts import reflection
from ssot_lint.facts.alive import alive, is_above
from ssot_lint.facts.callers import keeps
from ssot_lint.facts.flow import Kinds, kinds
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.scopes import Bound, Scope, Site, Walked
from ssot_lint.facts.syntax import all_arguments, children, locals_of, path_of, waits
from ssot_lint.model.facts import NESTS, Form, Ref, Value
from ssot_lint.model.finding import Span

Targets = tuple[tuple[str, ...], bool]
"""All that a name may stand for, and whether it certainly does."""


@dataclass(slots=True)
class Reading:
    """One file, read: its sites and scopes, the kinds of its names, and how its expressions become values."""

    walked: Walked
    names: Mapping[str, Kinds]
    asked: frozenset[str]
    lines: Lines
    at: dict[int, Site] = field(default_factory=dict)
    given: dict[int, dict[str, list[ast.expr]]] = field(default_factory=dict)
    modules: dict[int, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for sites in self.walked.sites.values():
            self.at.update({id(site.node): site for site in sites})

    def kinds(self, node: ast.AST | None) -> Kinds:
        return kinds(node, self.names)

    def ref(self, node: ast.expr, scope: Scope) -> Ref | None:
        """The plain path that an expression is, with what scopes say it stands for."""
        parts = path_of(node)
        if parts is None:
            return None
        return self._ref(node, parts, *self.targets(parts[0], scope, node))

    def asked_ref(self, node: ast.expr, scope: Scope) -> Ref | None:
        """The same, but only of a path that speaks of what was asked for. Most paths do not, and cost little."""
        parts = path_of(node)
        if parts is None:
            return None
        targets, sure = self.targets(parts[0], scope, node)
        return self._ref(node, parts, targets, sure) if self._speaks(parts, targets) else None

    def _ref(self, node: ast.expr, parts: list[str], targets: tuple[str, ...], sure: bool) -> Ref:
        rest = ".".join(parts[1:])
        found = tuple([reflection.attribute_of(target, rest) for target in targets]) if rest else targets
        return Ref(self.lines.span(node), ".".join(parts), found, sure)

    def _module_of(self, bound: Bound, owner: Scope) -> str | None:
        """The module that a name holds because it is bound to an import by a literal name."""
        if bound.how != "assign" or not isinstance(bound.value, (ast.Call, ast.Subscript)):
            return None
        if id(bound) not in self.modules:
            # In `load = load("a.b")` the name is asked about while it is being found out: then it holds none.
            self.modules[id(bound)] = None
            self.modules[id(bound)] = self.dynamic_module(bound.value, owner)
        return self.modules[id(bound)]

    def _held(self, value: ast.expr, owner: Scope, depth: int) -> tuple[str, ...]:
        """What a local name holds because it is bound to a plain path."""
        parts = path_of(value)
        if parts is None:
            return ()
        targets, _ = self.targets(parts[0], owner, value, depth)
        rest = ".".join(parts[1:])
        return tuple(
            reflection.attribute_of(target, rest) for target in targets if not target.startswith("?")
        )

    def targets(self, name: str, scope: Scope, place: ast.AST | None, depth: int = 0) -> Targets:
        """What a name may stand for in a scope, as targets, and whether it is certain. ``place``: where it is read."""
        seen = scope.lookup(name)
        if seen is None:
            return (f"?{name}",), True
        owner, bounds = seen
        if len(bounds) > 1:
            # `name |= …` changes the object and leaves the name to it.
            bounds = [one for one in bounds if not _adds(one)] or bounds
        here = scope
        while here.kind in ("comprehension", "types") and here is not owner and here.parent is not None:
            here = here.parent
        at = getattr(place, "lineno", 0)
        if owner.kind == "class" and here is owner and not any(is_above(bound, at) for bound in bounds):
            # A class body takes the module's name until it binds its own, as in `N = N`.
            bounded = name in owner.module.bounds
            return self.targets(name, owner.module, None, depth) if bounded else ((f"?{name}",), True)
        before = here is owner and not (owner.kind == "module" and scope.deferred)
        live = alive(bounds, name, at if before else 0, self.at.get(id(place)))
        found: dict[str, None] = {}
        plain = True
        for bound in live:
            module = self._module_of(bound, owner)
            if bound.how == "import":
                found[bound.target] = None
            elif module is not None:
                found[module] = None
            elif owner.kind == "function" and depth < 5 and (choices := _paths_among(bound)):
                held = [self._held(one, owner, depth + 1) for one in choices]
                found.update(dict.fromkeys(target for some in held for target in some))
                plain = plain and all(held)
            elif owner.kind == "module" and bound.how in ("assign", "alias", "class", "def", "unpack"):
                found[f":{name}"] = None
            elif bound.how in ("class", "def"):
                found[f":{owner.inside(name)}"] = None
            else:
                plain = False
        return tuple(found), plain and len(found) == 1

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """An expression as a value, as deep as its form is plain."""
        span, suspect = self.lines.span(node), bool(self.kinds(node))
        of = _VALUES.get(type(node))
        made = of(self, node, scope, span, suspect) if of is not None else None
        return made if made is not None else Value(span, "other", suspect=suspect)

    def reflected(self, node: ast.AST, scope: Scope) -> Ref | None:
        """The path of what was asked for, where that is got by a literal name, or from a module that is."""
        if isinstance(node, ast.Attribute):
            name = node.attr
        else:
            got = reflection.access(node, scope, self)
            if got is None and reflection.module(node, scope, self) is None:
                return None
            name = got.name if got is not None else ""
        if name and self.asked.isdisjoint(name.split(".")):
            return None
        targets = reflection.reached(node, scope, self)
        if not targets or not any(self._speaks([], [target]) for target in targets):
            return None
        return Ref(self.lines.span(node), targets[0].lstrip(reflection.OWN), targets, len(targets) == 1)

    def dynamic_module(self, node: ast.AST, scope: Scope) -> str | None:
        """The module that an expression imports by a literal name; relative names keep their dots."""
        return reflection.module(node, scope, self)

    def paths(self, node: ast.AST, scope: Scope, itself: ast.AST | None = None) -> set[str]:
        """The paths in an expression, and those in what its local variables were made from; not what it calls.
        ``itself`` is what is kept under the expression: that is no key to itself, whatever it was made from."""
        found: set[str] = set()
        kept = _roots(itself) if self.kinds(itself) else frozenset[str]()
        todo: list[ast.AST] = [node]
        while todo and len(found) < 64:
            one = todo.pop()
            path = path_of(one)
            if path is not None:
                if ".".join(path) not in found:
                    found.add(".".join(path))
                    todo.extend(self._local(path[0], scope) if path[0] not in kept else ())
                continue
            called = one.func if isinstance(one, ast.Call) else None
            if isinstance(called, ast.Attribute):
                todo.append(called.value)
            todo.extend(child for child in children(one) if child is not called)
        return found

    def _local(self, name: str, scope: Scope) -> list[ast.expr]:
        """What a local name of the functions around is given. Whole functions are searched, not only what is kept of
        them."""
        inner: Scope | None = scope
        while inner is not None:
            if inner.kind == "function" and inner.node is not None:
                known = self.given.get(id(inner.node))
                if known is None:
                    known = self.given[id(inner.node)] = locals_of(inner.node)
                if name in known:
                    return known[name]
            inner = inner.parent
        return []

    def literal(self, node: ast.AST | None, scope: Scope) -> str | None:
        """A string that stands here, or that the one assignment of a name gives."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.Name):
            seen = scope.lookup(node.id)
            if seen is not None and len(seen[1]) == 1 and isinstance(seen[1][0].value, ast.Constant):
                return self.literal(seen[1][0].value, scope)
        return None

    def plain(self, ref: Ref) -> bool:
        """Whether a path speaks of what was asked for, by its own parts or by those of its targets."""
        return self._speaks(ref.spelled.split("."), ref.targets)

    def _speaks(self, parts: list[str], targets: Iterable[str]) -> bool:
        return not self.asked.isdisjoint(parts) or any(
            not self.asked.isdisjoint(target.strip(":?").split(".")) for target in targets
        )

    def within(self, scope: Scope) -> tuple[str, str]:
        """The qualified names of the class around a place and of the method of it, if any."""
        inner: Scope | None = scope
        method = ""
        while inner is not None:
            if inner.kind == "class":
                return inner.qualname, method
            if inner.kind == "function":
                method = inner.qualname
            inner = inner.parent
        return "", ""


def _roots(node: ast.AST | None) -> frozenset[str]:
    """The names that the paths in an expression begin with, but for what it calls and gives to calls."""
    found, todo = set[str](), [node] if node is not None else []
    while todo:
        one = todo.pop()
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif not isinstance(one, ast.Call):
            todo.extend(children(one))
    return frozenset(found)


def _choices(value: ast.expr | None) -> list[ast.expr]:
    """The expressions of which a value is one: ``a`` and ``b`` of ``a or b`` and of ``a if test else b``."""
    if isinstance(value, ast.BoolOp):
        return [choice for one in value.values for choice in _choices(one)]
    if isinstance(value, ast.IfExp):
        return [*_choices(value.body), *_choices(value.orelse)]
    return [] if value is None else [value]


def _paths_among(bound: Bound) -> list[ast.expr]:
    """What an assignment gives a name, one of several; nothing where none of it is a path."""
    choices = _choices(bound.value) if bound.how == "assign" else []
    return choices if any(path_of(one) is not None for one in choices) else []


def _adds(bound: Bound) -> bool:
    return isinstance(bound.site.node, ast.AugAssign) and isinstance(bound.site.node.op, ast.BitOr)


def _of_path(
    reading: Reading, node: ast.Name | ast.Attribute, scope: Scope, span: Span, suspect: bool
) -> Value | None:
    ref = reading.ref(node, scope) or reading.reflected(node, scope)
    if ref is not None:
        return Value(span, "path", ref, suspect=suspect)
    if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Call, ast.Await)):
        made = reading.value(node.value, scope)
        inner = made.parts[0] if made.form == "await" else made
        if inner.form == "call" and (inner.ref is not None or inner.parts[0].form == "member"):
            return Value(span, "member", Ref(span, node.attr, (), False), (made,), suspect)
    return None


def _of_subscript(
    reading: Reading, node: ast.Subscript, scope: Scope, span: Span, suspect: bool
) -> Value | None:
    ref = reading.reflected(node, scope)
    if ref is not None:
        return Value(span, "path", ref, suspect=suspect)
    if not isinstance(node.value, (ast.Name, ast.Attribute)):
        return None
    # `Box[int]` is `Box`, if it is a class at all; an item of a container is for inference.
    ref = reading.ref(node.value, scope)
    if ref is not None and ref.targets and reading.plain(ref):
        return Value(span, "generic", ref, suspect=suspect)
    literal = isinstance(node.slice, (ast.Constant, ast.UnaryOp))
    return Value(span, "entry" if literal else "item", ref, suspect=suspect)


def _of_call(reading: Reading, node: ast.Call, scope: Scope, span: Span, suspect: bool) -> Value:
    ref = reading.reflected(node, scope)
    if ref is not None:
        return Value(span, "path", ref, suspect=suspect)
    callee = reading.value(node.func, scope)
    name = (callee.ref.spelled if callee.ref else "").rpartition(".")[2]
    if not node.args and not node.keywords and name in EMPTY:
        return Value(span, "empty", callee.ref, suspect=suspect)
    held = _of_keeper(reading, node, callee, name, scope)
    if held is not None:
        return held
    return Value(span, "call", callee.ref if callee.form != "member" else None, (callee,), suspect)


def _of_keeper(reading: Reading, node: ast.Call, callee: Value, name: str, scope: Scope) -> Value | None:
    """The value of a call that gives a container, or a thing that keeps what it is given, with what was asked for in
    it. None for other calls."""
    if callee.ref is None or len(callee.ref.targets) != 1:
        return None
    span, target = reading.lines.span(node), callee.ref.targets[0]
    slots = {str(number): argument for number, argument in enumerate(node.args)}
    slots |= {keyword.arg or "**": keyword.value for keyword in node.keywords}
    if target == "?map" and "0" in slots and reading.kinds(slots["0"]):
        function = reading.value(slots["0"], scope)
        made = Value(function.span, "call", function.ref, (function,), function.suspect)
        return Value(span, "lazy", None, (made,), True)
    whole = target in [f"{library}{name}" for library in CONTAINERS.get(name, ())]
    given = [
        value
        for slot, value in slots.items()
        if reading.kinds(value) and (whole or keeps(target.removeprefix("?"), slot))
    ]
    held = tuple(part for one in given for part in _spread(reading.value(one, scope)))
    return Value(span, "container", None, held, bool(reading.kinds(node))) if held or whole else None


def _of_comprehension(
    reading: Reading, node: _Comprehension, scope: Scope, span: Span, suspect: bool
) -> Value | None:
    made = node.value if isinstance(node, ast.DictComp) else node.elt
    if not reading.kinds(made):
        return None
    form: Form = "lazy" if isinstance(node, ast.GeneratorExp) else "container"
    return Value(span, form, None, (reading.value(made, scope),), suspect)


def _of_operation(reading: Reading, node: ast.BinOp, scope: Scope, span: Span, suspect: bool) -> Value | None:
    if not suspect:
        return None
    sides = [reading.value(side, scope) for side in (node.left, node.right) if reading.kinds(side)]
    return Value(span, "container", None, tuple(part for side in sides for part in _spread(side)), True)


def _of_same(reading: Reading, node: _Same, scope: Scope, span: Span, suspect: bool) -> Value:
    form: Form = "await" if isinstance(node, ast.Await) else "same"
    return Value(span, form, None, (reading.value(node.value, scope),), suspect)


def _of_yield(reading: Reading, node: ast.Yield, scope: Scope, span: Span, suspect: bool) -> Value | None:
    """What is waited for in a generator that a decorator drives."""
    if node.value is None or not waits(scope.node):
        return None
    return Value(span, "await", None, (reading.value(node.value, scope),), suspect)


def _of_either(
    reading: Reading, node: ast.IfExp | ast.BoolOp, scope: Scope, span: Span, suspect: bool
) -> Value:
    if isinstance(node, ast.IfExp):
        parts = [reading.value(part, scope) for part in (node.body, node.orelse)]
    elif isinstance(node.op, ast.Or):
        parts = [reading.value(part, scope) for part in node.values]
    else:
        # All but the last count where they are false, which neither a class is nor most objects are.
        parts = [Value(reading.lines.span(part), "other") for part in node.values[:-1]]
        parts.append(reading.value(node.values[-1], scope))
    return Value(span, "either", None, tuple(parts), suspect)


def _of_display(reading: Reading, node: _Display, scope: Scope, span: Span, suspect: bool) -> Value:
    parts = node.values if isinstance(node, ast.Dict) else node.elts
    if not parts and not isinstance(node, ast.Tuple):
        return Value(span, "empty")
    inner = tuple([reading.value(part, scope) for part in parts if reading.kinds(part)])
    return Value(span, "tuple" if isinstance(node, ast.Tuple) else "container", None, inner, suspect)


def _of_constant(
    reading: Reading, node: ast.Constant, scope: Scope, span: Span, suspect: bool
) -> Value | None:
    if node.value is None:
        return Value(span, "none")
    return Value(span, "string") if isinstance(node.value, str) else None


def _of_lambda(reading: Reading, node: ast.Lambda, scope: Scope, span: Span, suspect: bool) -> Value:
    body = reading.at.get(id(node.body))
    returned = reading.value(node.body, body.scope if body is not None else scope)
    places = ((reading.lines.span(one), one.arg) for one in all_arguments(node.args))
    names = (Value(place, "path", Ref(place, name)) for place, name in places)
    return Value(span, "lambda", None, (returned, *names), suspect)


_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_Same = ast.Await | ast.NamedExpr | ast.Starred
_Display = ast.List | ast.Tuple | ast.Set | ast.Dict

_VALUES: Mapping[type[ast.AST], Callable[[Reading, Any, Scope, Span, bool], Value | None]] = {
    **dict.fromkeys((ast.Name, ast.Attribute), _of_path),
    ast.Subscript: _of_subscript,
    ast.Call: _of_call,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), _of_comprehension),
    ast.BinOp: _of_operation,
    **dict.fromkeys((ast.Await, ast.NamedExpr, ast.Starred), _of_same),
    **dict.fromkeys((ast.IfExp, ast.BoolOp), _of_either),
    **dict.fromkeys((ast.List, ast.Tuple, ast.Set, ast.Dict), _of_display),
    ast.Constant: _of_constant,
    ast.Lambda: _of_lambda,
    ast.Yield: _of_yield,
}
"""How an expression becomes a value, by its type; None where it is of the form ``other`` with nothing in it."""

CONTAINERS = {
    **dict.fromkeys(["dict", "list", "set", "tuple", "frozenset"], ("?",)),
    **dict.fromkeys(["deque", "OrderedDict"], ("?", "collections.")),
    "MappingProxyType": ("?", "types."),
}
"""What makes a container of what it is given, with where it comes from: ``?`` for a name that no file binds."""


def _spread(value: Value) -> tuple[Value, ...]:
    """The values in a literal that is copied into a container."""
    return value.parts if value.form in NESTS else (value,)


EMPTY = frozenset(
    [
        "dict",
        "list",
        "set",
        "defaultdict",
        "deque",
        "OrderedDict",
        "Counter",
        "WeakValueDictionary",
        "WeakKeyDictionary",
    ]
)
