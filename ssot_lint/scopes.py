"""A syntax tree to sites and scopes: what each name is bound by, and the circumstances of each place. One file, pure.

Scoping follows the language reference (4.2 Naming and binding), PEP 572 for the walrus in comprehensions and
PEP 695 for type parameters. A ``keep`` predicate prunes statements that cannot matter.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ssot_lint.model import Where

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
IMPORT_ERRORS = {"ImportError": "import", "ModuleNotFoundError": "import"}
BROAD_ERRORS = {"Exception": "any", "BaseException": "any"}


@dataclass(eq=False, slots=True)
class Site:
    """A node in its place: the parent's site, the parent's field that holds it, its scope and its guards."""

    node: ast.AST
    parent: Site | None
    field: str
    scope: Scope
    guards: tuple[str, ...]
    attempt: int

    @property
    def where(self) -> Where:
        return Where(self.scope.qualname, self.scope.innermost, self.scope.deferred, self.guards)

    def ancestors(self) -> Iterator[Site]:
        site = self.parent
        while site is not None:
            yield site
            site = site.parent


@dataclass(eq=False, slots=True)
class Bound:
    """One binding of a name in a scope: how, at which site, and the expression or import target it is given."""

    how: str
    site: Site
    value: ast.expr | None = None
    target: str = ""


@dataclass(eq=False, slots=True)
class Scope:
    """A namespace. ``kind``: module, class, function, comprehension or types."""

    kind: str
    qualname: str
    parent: Scope | None
    deferred: bool
    bounds: dict[str, list[Bound]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)

    @property
    def innermost(self) -> str:
        scope = self
        while scope.kind in ("comprehension", "types") and scope.parent is not None:
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
            for scope in self.enclosing():
                if scope.kind == "function" and name in scope.bounds:
                    return scope
        return self

    def enclosing(self) -> Iterator[Scope]:
        scope = self.parent
        while scope is not None:
            yield scope
            scope = scope.parent

    def lookup(self, name: str) -> tuple[Scope, list[Bound]] | None:
        """The scope whose binding a load of the name sees, with all bindings there; None if nothing binds it."""
        if name in self.globals:
            return (self.module, self.module.bounds[name]) if name in self.module.bounds else None
        if name in self.bounds and name not in self.nonlocals:
            return self, self.bounds[name]
        class_visible = self.kind == "types"
        for scope in self.enclosing():
            if name in scope.bounds and (scope.kind != "class" or class_visible):
                return scope, scope.bounds[name]
            if name in scope.globals:
                return (scope.module, scope.module.bounds[name]) if name in scope.module.bounds else None
            class_visible = class_visible and scope.kind == "types"
        return None


@dataclass(frozen=True, slots=True)
class Walked:
    """All kept sites, by node type, in source order; and the module's scope."""

    sites: dict[type[ast.AST], list[Site]]
    module: Scope

    def of(self, *kinds: type[ast.AST]) -> Iterator[Site]:
        for kind in kinds:
            yield from self.sites.get(kind, ())


def pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Single targets of an assignment with the value of each, where the shapes of both sides tell it."""
    if isinstance(target, ast.Starred):
        yield target.value, None
    elif isinstance(target, ast.Tuple | ast.List):
        parts: list[ast.expr | None] = [None] * len(target.elts)
        plain = isinstance(value, ast.Tuple | ast.List) and not any(
            isinstance(part, ast.Starred) for part in [*value.elts, *target.elts]
        )
        if plain and isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(parts):
            parts = list(value.elts)
        for element, part in zip(target.elts, parts, strict=True):
            yield from pairs(element, part)
    else:
        yield target, value


def handled(handler: ast.ExceptHandler) -> str:
    """Whether a handler catches a failing import: ``import``, ``any`` (broader) or nothing."""
    if handler.type is None:
        return "any"
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "") for kind in kinds]
    for table in (IMPORT_ERRORS, BROAD_ERRORS):
        for name in names:
            if name in table:
                return table[name]
    return ""


def import_target(module: str, name: str) -> str:
    if not name or name == "*":
        return module
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


def walk(tree: ast.Module, keep: Callable[[ast.stmt], bool]) -> Walked:
    """Every site of the tree whose statement ``keep`` wants, with scopes complete for the names in them."""
    module = Scope("module", "", None, deferred=False)
    walker = _Walker(keep, {})
    root = Site(tree, None, "", module, (), 0)
    walker.record(root)
    walker.body(tree.body, root, "body", module, (), 0)
    return Walked(walker.sites, module)


@dataclass(slots=True)
class _Walker:
    keep: Callable[[ast.stmt], bool]
    sites: dict[type[ast.AST], list[Site]]

    def record(self, site: Site) -> None:
        self.sites.setdefault(type(site.node), []).append(site)

    def body(
        self,
        statements: list[ast.stmt],
        parent: Site,
        name: str,
        scope: Scope,
        guards: tuple[str, ...],
        attempt: int,
    ) -> None:
        for statement in statements:
            if self.keep(statement):
                self.visit(statement, parent, name, scope, guards, attempt)

    def visit(
        self, node: ast.AST, parent: Site, name: str, scope: Scope, guards: tuple[str, ...], attempt: int
    ) -> None:
        site = Site(node, parent, name, scope, guards, attempt)
        self.record(site)
        special = _VISITORS.get(type(node))
        if special is not None:
            special(self, site)
        else:
            self.children(site)

    def children(self, site: Site, *skip: str) -> None:
        for name, value in ast.iter_fields(site.node):
            if name not in skip:
                self.child(site, name, value, site.scope)

    def child(
        self,
        site: Site,
        name: str,
        value: object,
        scope: Scope,
        guards: tuple[str, ...] | None = None,
        attempt: int | None = None,
    ) -> None:
        """Visit what one field holds, in the given scope and circumstances (by default the site's own)."""
        guards = site.guards if guards is None else guards
        attempt = site.attempt if attempt is None else attempt
        if isinstance(value, ast.AST):
            self.visit(value, site, name, scope, guards, attempt)
        elif isinstance(value, list):
            if value and isinstance(value[0], ast.stmt):
                self.body(value, site, name, scope, guards, attempt)
            else:
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item, site, name, scope, guards, attempt)


def _types_scope(walker: _Walker, site: Site) -> Scope:
    parameters = getattr(site.node, "type_params", None)
    if not parameters:
        return site.scope
    scope = Scope("types", site.scope.qualname, site.scope, site.scope.deferred)
    for parameter in parameters:
        scope.bind(parameter.name, Bound("other", site))
        walker.child(site, "type_params", parameter, scope)
    return scope


def _visit_function(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, Function)
    site.scope.bind(node.name, Bound("def", site))
    walker.child(site, "decorator_list", node.decorator_list, site.scope)
    outer = _types_scope(walker, site)
    inner = Scope("function", site.scope.inside(node.name), outer, deferred=True)
    _visit_arguments(walker, site, node.args, outer, inner)
    walker.child(site, "returns", node.returns, outer)
    walker.child(site, "body", node.body, inner)


def _visit_lambda(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.Lambda)
    inner = Scope("function", site.scope.inside("<lambda>"), site.scope, deferred=True)
    _visit_arguments(walker, site, node.args, site.scope, inner)
    walker.child(site, "body", node.body, inner)


def _visit_arguments(
    walker: _Walker, site: Site, arguments: ast.arguments, outer: Scope, inner: Scope
) -> None:
    for default in [*arguments.defaults, *arguments.kw_defaults]:
        walker.child(site, "default", default, outer)
    for argument in all_arguments(arguments):
        inner.bind(argument.arg, Bound("param", site))
        walker.child(site, "annotation", argument.annotation, outer)


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter, in the order of the signature."""
    plain = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg:
        plain.append(arguments.vararg)
    plain.extend(arguments.kwonlyargs)
    if arguments.kwarg:
        plain.append(arguments.kwarg)
    return plain


def _visit_class(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.ClassDef)
    site.scope.bind(node.name, Bound("class", site))
    walker.child(site, "decorator_list", node.decorator_list, site.scope)
    outer = _types_scope(walker, site)
    walker.child(site, "bases", node.bases, outer)
    walker.child(site, "keywords", node.keywords, outer)
    inner = Scope("class", site.scope.inside(node.name), outer, site.scope.deferred)
    walker.child(site, "body", node.body, inner)


def _visit_comprehension(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, COMPREHENSIONS)
    inner = Scope("comprehension", site.scope.qualname, site.scope, site.scope.deferred)
    for index, generator in enumerate(node.generators):
        walker.child(site, "iter", generator.iter, inner if index else site.scope)
        walker.child(site, "target", generator.target, inner)
        walker.child(site, "ifs", generator.ifs, inner)
    for name in ("elt", "key", "value"):
        walker.child(site, name, getattr(node, name, None), inner)


def _visit_import(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.Import)
    for alias in node.names:
        bound = alias.asname or alias.name.partition(".")[0]
        site.scope.bind(bound, Bound("import", site, target=alias.name if alias.asname else bound))


def _visit_import_from(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.ImportFrom)
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name != "*":
            target = import_target(module, alias.name)
            site.scope.bind(alias.asname or alias.name, Bound("import", site, target=target))


def _visit_assign(walker: _Walker, site: Site) -> None:
    node = site.node
    if isinstance(node, ast.Assign):
        for target in node.targets:
            _bind_pairs(site, target, node.value)
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        how = "assign" if node.value is not None else "declare"
        site.scope.bind(node.target.id, Bound(how, site, node.value))
    walker.children(site)


def _bind_pairs(site: Site, target: ast.expr, value: ast.expr | None) -> None:
    for single, part in pairs(target, value):
        if isinstance(single, ast.Name):
            site.scope.bind(single.id, Bound("assign" if part is not None else "other", site, part))


def _visit_type_alias(walker: _Walker, site: Site) -> None:
    name = getattr(site.node, "name", None)
    value = getattr(site.node, "value", None)
    if isinstance(name, ast.Name):
        site.scope.bind(name.id, Bound("alias", site, value))
    scope = _types_scope(walker, site)
    walker.child(site, "value", value, scope)


def _visit_walrus(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.NamedExpr)
    scope = site.scope
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    scope.bind(node.target.id, Bound("assign", site, node.value))
    walker.child(site, "value", node.value, site.scope)


def _visit_name(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.Name)
    direct = site.parent is not None and isinstance(site.parent.node, ast.Assign | ast.AnnAssign)
    if isinstance(node.ctx, ast.Store) and not direct and not _under_assignment(site):
        site.scope.bind(node.id, Bound("other", site))


def _under_assignment(site: Site) -> bool:
    """Whether a stored name stands in a tuple or star that belongs to an assignment, which has bound it already."""
    for ancestor in site.ancestors():
        if not isinstance(ancestor.node, ast.Tuple | ast.List | ast.Starred):
            return isinstance(ancestor.node, ast.Assign)
    return False


def _visit_global(walker: _Walker, site: Site) -> None:
    if isinstance(site.node, ast.Global):
        site.scope.globals.update(site.node.names)
    elif isinstance(site.node, ast.Nonlocal):
        site.scope.nonlocals.update(site.node.names)


def _visit_handler(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.ExceptHandler)
    if node.name:
        site.scope.bind(node.name, Bound("other", site))
    walker.children(site)


def _visit_capture(walker: _Walker, site: Site) -> None:
    name = getattr(site.node, "name", None) or getattr(site.node, "rest", None)
    if name:
        site.scope.bind(name, Bound("other", site))
    walker.children(site)


def _visit_if(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.If)
    walker.child(site, "test", node.test, site.scope)
    guard = guard_of(node.test)
    walker.child(site, "body", node.body, site.scope, (*site.guards, guard))
    other = "if" if guard != "not-typing" else "typing"
    walker.child(site, "orelse", node.orelse, site.scope, (*site.guards, other))


def guard_of(test: ast.expr) -> str:
    """What an ``if`` test says of its body: ``typing``, ``not-typing``, ``main`` or just ``if``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return "not-typing" if guard_of(test.operand) == "typing" else "if"
    if isinstance(test, ast.Name) and test.id == "TYPE_CHECKING":
        return "typing"
    if isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING":
        return "typing"
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        sides = [test.left, *test.comparators]
        named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
        if named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides):
            return "main"
    return "if"


def _visit_try(walker: _Walker, site: Site) -> None:
    node = site.node
    assert isinstance(node, ast.Try) or type(node).__name__ == "TryStar"
    handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
    caught = {id(handler): handled(handler) for handler in handlers}
    line = getattr(node, "lineno", 0) if any(caught.values()) else site.attempt
    attempted = (*site.guards, "try")
    for name in ("body", "orelse"):
        walker.child(site, name, getattr(node, name), site.scope, attempted, line)
    for handler in handlers:
        kind = caught[id(handler)]
        guards = (*site.guards, f"handler-{kind}" if kind else "handler")
        walker.child(site, "handlers", handler, site.scope, guards, line if kind else site.attempt)
    walker.child(site, "finalbody", getattr(node, "finalbody", []), site.scope)


_VISITORS: dict[type[ast.AST], Callable[[_Walker, Site], None]] = {
    ast.FunctionDef: _visit_function,
    ast.AsyncFunctionDef: _visit_function,
    ast.Lambda: _visit_lambda,
    ast.ClassDef: _visit_class,
    ast.ListComp: _visit_comprehension,
    ast.SetComp: _visit_comprehension,
    ast.DictComp: _visit_comprehension,
    ast.GeneratorExp: _visit_comprehension,
    ast.Import: _visit_import,
    ast.ImportFrom: _visit_import_from,
    ast.Assign: _visit_assign,
    ast.AnnAssign: _visit_assign,
    ast.NamedExpr: _visit_walrus,
    ast.Name: _visit_name,
    ast.Global: _visit_global,
    ast.Nonlocal: _visit_global,
    ast.ExceptHandler: _visit_handler,
    ast.MatchAs: _visit_capture,
    ast.MatchStar: _visit_capture,
    ast.MatchMapping: _visit_capture,
    ast.If: _visit_if,
    ast.Try: _visit_try,
}
for _name, _visitor in (("TryStar", _visit_try), ("TypeAlias", _visit_type_alias)):
    if hasattr(ast, _name):
        _VISITORS[getattr(ast, _name)] = _visitor
