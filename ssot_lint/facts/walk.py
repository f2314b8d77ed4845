"""A syntax tree, or a statement of it → its sites, with scopes that know what binds each name. Pure.

The walk has its own stack, so that no depth of nesting is a danger.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from ssot_lint.facts.scopes import Bound, BoundBy, Scope, Site, Sites, Walked
from ssot_lint.facts.statements import STATEMENTS
from ssot_lint.facts.syntax import FIELDS, all_arguments, imported, is_main, pairs

IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError")


BROAD_ERRORS = ("Exception", "BaseException")


def handled(handler: ast.ExceptHandler) -> str:
    """Whether a handler catches a failing import: ``import``, ``any`` (broader) or nothing."""
    if handler.type is None:
        return "any"
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "") for kind in kinds]
    if any(name in IMPORT_ERRORS for name in names):
        return "import"
    return "any" if any(name in BROAD_ERRORS for name in names) else ""


def guard_of(test: ast.expr) -> str:
    """What an ``if`` test says of its body: ``typing``, ``not-typing``, ``main`` or just ``if``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return "not-typing" if guard_of(test.operand) == "typing" else "if"
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        # All parts hold in the body. What is behind it may be reached whatever some of them say.
        parts = [guard_of(part) for part in test.values]
        return next((part for part in parts if part in ("typing", "main")), "if")
    name = test.id if isinstance(test, ast.Name) else getattr(test, "attr", "")
    if name == "TYPE_CHECKING":
        return "typing"
    return "main" if is_main(test) else "if"


def walk(tree: ast.Module) -> Walked:
    """Every site of a tree, with scopes complete for all names."""
    root = module_site(tree)
    sites: Sites = defaultdict(list)
    stack = [root]
    while stack:
        stack += reversed(reach(stack.pop(), sites))
    return Walked(sites, sites, {}, root.scope)


def module_site(tree: ast.Module) -> Site:
    """The place of a module, in a scope in which nothing is bound yet."""
    return Site(tree, None, "", Scope("module", "", None, deferred=False, node=tree), (), ())


def reach(statement: Site, sites: Sites) -> list[Site]:
    """Adds the sites of a statement, and binds in their scopes what it binds. The statements right inside of it are
    not walked, but given back with their places."""
    inside, parts = opened(statement, sites)
    spread(parts, sites)
    return inside


def opened(statement: Site, sites: Sites) -> tuple[list[Site], list[Site]]:
    """Adds the site of a statement alone, and binds what it binds itself. Gives the statements right inside of it, and
    its expressions and patterns: all with their places, and none of them walked."""
    kind = type(statement.node)
    sites[kind].append(statement)
    inside: list[Site] = []
    parts: list[Site] = []
    for site in _CHILDREN[kind](statement):
        (inside if type(site.node) in STATEMENTS else parts).append(site)
    return inside, parts


def spread(parts: Sequence[Site], sites: Sites) -> None:
    """Adds the sites of expressions and patterns, with all below them, and binds what these bind."""
    stack = [*reversed(parts)]
    while stack:
        site = stack.pop()
        kind = type(site.node)
        sites[kind].append(site)
        children = _CHILDREN[kind](site)
        children.reverse()
        stack += children


Child = tuple[str, object, Scope, str, tuple[str, ...]]
"""The name of a field, what it holds, the scope and the guard in which that is seen, and its attempts."""


def _nothing(site: Site) -> list[Site]:
    return []


def _unchanged(kind: type[ast.AST]) -> Callable[[Site], list[Site]]:
    """What is right below most nodes: nothing changes for it."""
    fields = FIELDS[kind]

    def children(site: Site) -> list[Site]:
        node, scope, guards, attempts = site.node, site.scope, site.guards, site.attempts
        found: list[Site] = []
        for name in fields:
            value = getattr(node, name)
            if value.__class__ is list:
                for child in value:
                    if child is not None:
                        found.append(Site(child, site, name, scope, guards, attempts))
            elif value is not None:
                found.append(Site(value, site, name, scope, guards, attempts))
        return found

    return children


def _changed(visitor: Callable[[Site], Iterator[Child]]) -> Callable[[Site], list[Site]]:
    """What is right below a node that binds a name, or makes a scope or a guard."""

    def children(site: Site) -> list[Site]:
        found: list[Site] = []
        for name, value, scope, guard, attempts in visitor(site):
            guards = (*site.guards, guard) if guard else site.guards
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST):
                    found.append(Site(child, site, name, scope, guards, attempts))
        return found

    return children


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
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    for name, target in imported(node):
        if name != "*":
            site.scope.bind(name, Bound("import", site, target=target))
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


def _case(site: Site) -> Iterator[Child]:
    yield _in(site, "pattern", site.scope)
    yield _in(site, "guard", site.scope)
    yield _in(site, "body", site.scope, "case")


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
    ast.ImportFrom: _import,
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
    ast.match_case: _case,
    ast.Try: _try,
}
for _name, _visitor in (("TryStar", _try), ("TypeAlias", _type_alias)):
    if hasattr(ast, _name):
        _VISITORS[getattr(ast, _name)] = _visitor

_CHILDREN: dict[type[ast.AST], Callable[[Site], list[Site]]] = {
    kind: _changed(_VISITORS[kind]) if kind in _VISITORS else _unchanged(kind) if fields else _nothing
    for kind, fields in FIELDS.items()
}
