"""A syntax tree to sites and scopes: what each name is bound by, and the circumstances of each place. One file, pure.

Scoping follows the language reference (4.2 Naming and binding), PEP 572 for the walrus in comprehensions and
PEP 695 for type parameters. A ``keep`` predicate prunes nodes that cannot matter; the walk has its own stack,
so that no depth of nesting is a danger.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from ssot_lint.facts.syntax import FIELDS
from ssot_lint.model.facts import Level, Where

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError")
BROAD_ERRORS = ("Exception", "BaseException")


@dataclass(eq=False, slots=True)
class Site:
    """A node in its place: the parent's site, the parent's field that holds it, its scope and circumstances.

    ``guards`` are the compound statements around it, outermost first: ``if``, ``typing``, ``main``, ``loop``,
    ``with``, ``try``, ``handler`` …. ``attempts`` are the ``try`` statements that catch a failing import:
    ``12:body``, ``12:import`` or ``12:any`` (the handler) with the line of the ``try``.
    """

    node: ast.AST
    parent: Site | None
    field: str
    scope: Scope
    guards: tuple[str, ...]
    attempts: tuple[str, ...]

    @property
    def where(self) -> Where:
        scope = self.scope
        return Where(scope.qualname, scope.innermost, scope.deferred, self.guards, self.attempts)

    def ancestors(self) -> Iterator[Site]:
        site = self.parent
        while site is not None:
            yield site
            site = site.parent


BoundBy = Literal[
    "assign",  # ``=``, ``:=``, or an annotation with a value; ``value`` is exactly what the name gets
    "unpack",  # the same, where the name gets a part of ``value``
    "declare",  # an annotation without a value
    "alias",  # ``type A = …`` (PEP 695)
    "import",  # ``target`` is the module, or the name in it
    "class",  # a class statement
    "def",  # a function statement
    "param",  # a parameter; ``value`` is its annotation
    "loop",  # ``for``, also in a comprehension; ``value`` is what the loop goes through
    "with",  # ``value`` is what is entered
    "delete",  # ``del``
    "other",  # ``+=``, ``except … as``, a pattern, or a type parameter
]
"""How a name is bound in a scope."""


@dataclass(eq=False, slots=True)
class Bound:
    """One binding of a name in a scope: how, at which site, and the expression or import target it is given."""

    how: BoundBy
    site: Site
    value: ast.expr | None = None
    target: str = ""

    @property
    def line(self) -> int:
        return getattr(self.site.node, "lineno", 0)


Space = Literal[
    Level,
    "comprehension",
    "types",  # the type parameters of a class, function or alias (PEP 695)
]
"""What a namespace belongs to."""


@dataclass(eq=False, slots=True)
class Scope:
    """A namespace."""

    kind: Space
    qualname: str
    parent: Scope | None
    deferred: bool
    node: ast.AST | None = None
    bounds: dict[str, list[Bound]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)

    @property
    def innermost(self) -> Level:
        scope = self
        while scope.kind == "comprehension" or scope.kind == "types":
            assert scope.parent is not None
            scope = scope.parent
        return scope.kind

    @property
    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def inside(self, name: str) -> str:
        return f"{self.qualname}.{name}" if self.qualname else name

    def bind(self, name: str, bound: Bound) -> None:
        self.owner(name).bounds.setdefault(name, []).append(bound)

    def owner(self, name: str) -> Scope:
        """The scope in which a binding of the name here takes effect."""
        if name in self.globals:
            return self.module
        if name in self.nonlocals:
            functions = [scope for scope in self.enclosing() if scope.kind == "function"]
            bound = [scope for scope in functions if name in scope.bounds]
            return (bound or functions or [self])[0]
        return self

    def enclosing(self) -> Iterator[Scope]:
        scope = self.parent
        while scope is not None:
            yield scope
            scope = scope.parent

    def lookup(self, name: str) -> tuple[Scope, list[Bound]] | None:
        """The scope whose binding a load of the name sees, with all bindings there; None if nothing binds it."""
        scope: Scope | None = self
        class_visible = True
        while scope is not None:
            if name in scope.globals:
                module = scope.module
                return (module, module.bounds[name]) if name in module.bounds else None
            if name in scope.bounds and (scope.kind != "class" or class_visible):
                return scope, scope.bounds[name]
            # A class body's names are seen by what stands in it directly, not from within its functions.
            class_visible = class_visible and scope.kind == "types"
            scope = scope.parent
        return None


@dataclass(frozen=True, slots=True)
class Walked:
    """All kept sites, by node type, in source order; and the module's scope."""

    sites: dict[type[ast.AST], list[Site]]
    module: Scope

    def of(self, *kinds: type[ast.AST]) -> Iterator[Site]:
        for kind in kinds:
            yield from self.sites.get(kind, ())

    def release(self) -> None:
        """Lets go of the tree: scopes know sites, which know their scopes, and a collector would have to find that."""
        for sites in self.sites.values():
            for site in sites:
                if site.scope.bounds:
                    site.scope.bounds.clear()


def pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Single targets of an assignment with the value of each, where the shapes of both sides tell it."""
    if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        yield target, value
        return
    todo = [(target, value)]
    while todo:
        target, value = todo.pop()
        if isinstance(target, ast.Starred):
            todo.append((target.value, None))
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(parts):
                if not any(isinstance(part, ast.Starred) for part in [*value.elts, *target.elts]):
                    parts = list(value.elts)
            todo.extend(reversed(list(zip(target.elts, parts, strict=True))))
        else:
            yield target, value


def handled(handler: ast.ExceptHandler) -> str:
    """Whether a handler catches a failing import: ``import``, ``any`` (broader) or nothing."""
    if handler.type is None:
        return "any"
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "") for kind in kinds]
    if any(name in IMPORT_ERRORS for name in names):
        return "import"
    return "any" if any(name in BROAD_ERRORS for name in names) else ""


def import_target(module: str, name: str) -> str:
    if not name or name == "*":
        return module
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


def from_package(module: str, package: str) -> str:
    """A module's name that may begin with dots, as ``import_module`` reads it beside the name of a package; nothing
    where it leads out of that."""
    rest = module.lstrip(".")
    dots = len(module) - len(rest)
    if not dots or not package:
        return module
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - dots + 1], rest]) if dots <= len(parts) else ""


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter, in the order of the signature."""
    plain = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg:
        plain.append(arguments.vararg)
    plain.extend(arguments.kwonlyargs)
    if arguments.kwarg:
        plain.append(arguments.kwarg)
    return plain


def defaults(arguments: ast.arguments | None) -> list[tuple[ast.arg, ast.expr | None]]:
    """The parameters that have a default, with it; and the keyword-only ones, which may have none."""
    if arguments is None or not (arguments.defaults or arguments.kwonlyargs):
        return []
    plain = [*arguments.posonlyargs, *arguments.args]
    given = zip(reversed(plain), reversed(arguments.defaults), strict=False)
    return [*given, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]


def guard_of(test: ast.expr) -> str:
    """What an ``if`` test says of its body: ``typing``, ``not-typing``, ``main`` or just ``if``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return "not-typing" if guard_of(test.operand) == "typing" else "if"
    name = test.id if isinstance(test, ast.Name) else getattr(test, "attr", "")
    if name == "TYPE_CHECKING":
        return "typing"
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        sides = [test.left, *test.comparators]
        named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
        if named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides):
            return "main"
    return "if"


def walk(tree: ast.Module, keep: Callable[[ast.AST], bool]) -> Walked:
    """Every site of the tree that ``keep`` wants, with scopes complete for the names in them.

    ``keep`` goes by lines: what is wanted of a statement or expression on one line is all that is below it.
    """
    module = Scope("module", "", None, deferred=False, node=tree)
    root = Site(tree, None, "", module, (), ())
    sites: defaultdict[type[ast.AST], list[Site]] = defaultdict(list)
    stack = [root]
    while stack:
        site = stack.pop()
        node = site.node
        kind = type(node)
        sites[kind].append(site)
        visitor = _VISITORS.get(kind)
        if visitor is None and not FIELDS[kind]:
            continue
        line = getattr(node, "lineno", None)
        whole = line is not None and line == getattr(node, "end_lineno", None)
        children: list[Site] = []
        if visitor is None:
            # Most nodes: nothing changes for what is below them.
            scope, guards, attempts = site.scope, site.guards, site.attempts
            for name in FIELDS[kind]:
                value = getattr(node, name)
                if isinstance(value, ast.AST):
                    if whole or keep(value):
                        children.append(Site(value, site, name, scope, guards, attempts))
                elif isinstance(value, list):
                    for child in value:
                        if isinstance(child, ast.AST) and (whole or keep(child)):
                            children.append(Site(child, site, name, scope, guards, attempts))
        else:
            for name, value, scope, guard, attempts in visitor(site):
                guards = (*site.guards, guard) if guard else site.guards
                for child in value if isinstance(value, list) else (value,):
                    if isinstance(child, ast.AST) and (whole or keep(child)):
                        children.append(Site(child, site, name, scope, guards, attempts))
        children.reverse()
        stack += children
    return Walked(sites, module)


Child = tuple[str, object, Scope, str, tuple[str, ...]]
"""A field's name, what it holds, the scope and the guard it is seen in, and its attempts."""


def _plain(site: Site) -> Iterator[Child]:
    for name in FIELDS[type(site.node)]:
        yield _in(site, name, site.scope)


def _in(site: Site, name: str, scope: Scope, guard: str = "") -> Child:
    return name, getattr(site.node, name, None), scope, guard, site.attempts


def _types_scope(site: Site) -> Scope:
    parameters = getattr(site.node, "type_params", None)
    if not parameters:
        return site.scope
    scope = Scope("types", site.scope.qualname, site.scope, site.scope.deferred)
    for parameter in parameters:
        scope.bind(parameter.name, Bound("other", site))
    return scope


def _function(site: Site) -> Iterator[Child]:
    node = site.node
    name = "<lambda>" if isinstance(node, ast.Lambda) else getattr(node, "name", "")
    if not isinstance(node, ast.Lambda):
        site.scope.bind(name, Bound("def", site))
        yield _in(site, "decorator_list", site.scope)
    outer = _types_scope(site)
    inner = Scope("function", site.scope.inside(name), outer, deferred=True, node=node)
    arguments = getattr(node, "args", None)
    assert isinstance(arguments, ast.arguments)
    yield "type_params", getattr(node, "type_params", []), outer, "", site.attempts
    yield "default", [*arguments.defaults, *arguments.kw_defaults], site.scope, "default", site.attempts
    for argument in all_arguments(arguments):
        inner.bind(argument.arg, Bound("param", site, argument.annotation))
        yield "annotation", argument.annotation, outer, "", site.attempts
    yield "annotation", getattr(node, "returns", None), outer, "", site.attempts
    # What a function does when it is called is not under the guards that are around its definition.
    body = getattr(node, "body", None)
    for child in body if isinstance(body, list) else [body]:
        yield "body", child, inner, "", ()


def _class(site: Site) -> Iterator[Child]:
    node = site.node
    assert isinstance(node, ast.ClassDef)
    site.scope.bind(node.name, Bound("class", site))
    outer = _types_scope(site)
    inner = Scope("class", site.scope.inside(node.name), outer, site.scope.deferred, node)
    yield _in(site, "decorator_list", site.scope)
    yield _in(site, "type_params", outer)
    yield _in(site, "bases", outer)
    yield _in(site, "keywords", outer)
    yield _in(site, "body", inner)


def _comprehension(site: Site) -> Iterator[Child]:
    inner = Scope("comprehension", site.scope.qualname, site.scope, site.scope.deferred, site.node)
    for index, generator in enumerate(getattr(site.node, "generators", [])):
        for target, _ in pairs(generator.target, None):
            if isinstance(target, ast.Name):
                inner.bind(target.id, Bound("loop", site, generator.iter))
        yield "iter", generator.iter, inner if index else site.scope, "", site.attempts
        yield "target", generator.target, inner, "", site.attempts
        yield "ifs", generator.ifs, inner, "", site.attempts
    for name in ("elt", "key", "value"):
        yield _in(site, name, inner)


def _import(site: Site) -> Iterator[Child]:
    node = site.node
    assert isinstance(node, ast.Import)
    for alias in node.names:
        bound = alias.asname or alias.name.partition(".")[0]
        site.scope.bind(bound, Bound("import", site, target=alias.name if alias.asname else bound))
    return iter(())


def _import_from(site: Site) -> Iterator[Child]:
    node = site.node
    assert isinstance(node, ast.ImportFrom)
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name != "*":
            target = import_target(module, alias.name)
            site.scope.bind(alias.asname or alias.name, Bound("import", site, target=target))
    return iter(())


def _assign(site: Site) -> Iterator[Child]:
    node = site.node
    if isinstance(node, ast.Assign):
        for target in node.targets:
            for single, value in pairs(target, node.value):
                if isinstance(single, ast.Name):
                    site.scope.bind(
                        single.id, Bound("assign" if value else "unpack", site, value or node.value)
                    )
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        how: BoundBy = "assign" if node.value is not None else "declare"
        site.scope.bind(node.target.id, Bound(how, site, node.value))
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        site.scope.bind(node.target.id, Bound("other", site))
    yield from _plain(site)


def _type_alias(site: Site) -> Iterator[Child]:
    name, value = getattr(site.node, "name", None), getattr(site.node, "value", None)
    if isinstance(name, ast.Name) and isinstance(value, ast.expr):
        site.scope.bind(name.id, Bound("alias", site, value))
    scope = _types_scope(site)
    yield _in(site, "type_params", scope)
    yield _in(site, "value", scope)


def _walrus(site: Site) -> Iterator[Child]:
    node = site.node
    assert isinstance(node, ast.NamedExpr)
    scope = site.scope
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    scope.bind(node.target.id, Bound("assign", site, node.value))
    yield _in(site, "value", site.scope)


def _for(site: Site) -> Iterator[Child]:
    node = site.node
    assert isinstance(node, (ast.For, ast.AsyncFor))
    for target, _ in pairs(node.target, None):
        if isinstance(target, ast.Name):
            site.scope.bind(target.id, Bound("loop", site, node.iter))
    yield _in(site, "target", site.scope)
    yield _in(site, "iter", site.scope)
    yield _in(site, "body", site.scope, "loop")
    yield _in(site, "orelse", site.scope, "loop")


def _while(site: Site) -> Iterator[Child]:
    yield _in(site, "test", site.scope)
    yield _in(site, "body", site.scope, "loop")
    yield _in(site, "orelse", site.scope, "loop")


def _with(site: Site) -> Iterator[Child]:
    node = site.node
    assert isinstance(node, (ast.With, ast.AsyncWith))
    for item in node.items:
        if item.optional_vars is not None:
            for target, _ in pairs(item.optional_vars, None):
                if isinstance(target, ast.Name):
                    site.scope.bind(target.id, Bound("with", site, item.context_expr))
        yield "context_expr", item.context_expr, site.scope, "", site.attempts
        yield "optional_vars", item.optional_vars, site.scope, "", site.attempts
    yield _in(site, "body", site.scope, "with")


def _delete(site: Site) -> Iterator[Child]:
    for target in getattr(site.node, "targets", []):
        if isinstance(target, ast.Name):
            site.scope.bind(target.id, Bound("delete", site))
    yield from _plain(site)


def _global(site: Site) -> Iterator[Child]:
    if isinstance(site.node, ast.Global):
        site.scope.globals.update(site.node.names)
    elif isinstance(site.node, ast.Nonlocal):
        site.scope.nonlocals.update(site.node.names)
    return iter(())


def _capture(site: Site) -> Iterator[Child]:
    """``except … as name``, and the captures of patterns."""
    name = getattr(site.node, "name", None) or getattr(site.node, "rest", None)
    if name:
        site.scope.bind(name, Bound("other", site))
    yield from _plain(site)


def _if(site: Site) -> Iterator[Child]:
    node = site.node
    assert isinstance(node, ast.If)
    guard = guard_of(node.test)
    yield _in(site, "test", site.scope)
    yield _in(site, "body", site.scope, guard)
    yield _in(site, "orelse", site.scope, {"not-typing": "typing", "typing": "not-typing"}.get(guard, "else"))


def _try(site: Site) -> Iterator[Child]:
    handlers: list[ast.ExceptHandler] = getattr(site.node, "handlers", [])
    caught = [(handler, handled(handler)) for handler in handlers]
    line = getattr(site.node, "lineno", 0)
    attempts = (*site.attempts, f"{line}:body") if any(kind for _, kind in caught) else site.attempts
    for name in ("body", "orelse"):
        yield name, getattr(site.node, name), site.scope, "try", attempts
    for handler, kind in caught:
        inner = (*site.attempts, f"{line}:{kind}") if kind else site.attempts
        yield "handlers", handler, site.scope, "handler", inner
    yield _in(site, "finalbody", site.scope)


_VISITORS: dict[type[ast.AST], Callable[[Site], Iterator[Child]]] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _function,
    ast.ClassDef: _class,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Assign: _assign,
    ast.AnnAssign: _assign,
    ast.AugAssign: _assign,
    ast.NamedExpr: _walrus,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Delete: _delete,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.ExceptHandler: _capture,
    ast.MatchAs: _capture,
    ast.MatchStar: _capture,
    ast.MatchMapping: _capture,
    ast.If: _if,
    ast.Try: _try,
}
for _name, _visitor in (("TryStar", _try), ("TypeAlias", _type_alias)):
    if hasattr(ast, _name):
        _VISITORS[getattr(ast, _name)] = _visitor
