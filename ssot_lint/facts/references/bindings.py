"""The imports of one file, and the statements that give its names a value. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from ssot_lint.facts.alive import replacements
from ssot_lint.facts.definitions.owners import is_kept
from ssot_lint.facts.flow import MAKING
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.reflection import OWN, Stored, reached, space, stored
from ssot_lint.facts.replaced import Replacement, start_of
from ssot_lint.facts.scopes import COMPREHENSIONS, Site
from ssot_lint.facts.syntax import FUNCTIONS, arguments_of, defaults, module_of, pairs, path_of, singles
from ssot_lint.model.facts import Binding, Binds, Import, Ref, Value
from ssot_lint.model.finding import Span


def import_facts(reading: Reading) -> Iterator[Import]:
    for site in reading.walked.of(ast.Import, ast.ImportFrom):
        node = site.node
        assert isinstance(node, (ast.Import, ast.ImportFrom))
        module = module_of(node) if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            bound = alias.asname or (alias.name if module else alias.name.partition(".")[0])
            words = {*module.split("."), *alias.name.split("."), bound}
            if alias.name != "*" and not words & reading.names.keys():
                continue
            where = site.where
            if bound in site.scope.globals:
                where = where._replace(scope="")
            names = (module, alias.name) if module else (alias.name, "")
            lasts = not any(one.for_good for one in _gone(site, bound))
            yield Import(reading.lines.span(alias), *names, bound, alias.asname is not None, where, lasts)


def _gone(site: Site, name: str) -> list[Replacement]:
    """Where what a statement binds a name to is replaced."""
    own = site.scope
    found = replacements(own, name) if own.owner(name) is own else ()
    return [one for one in found if one.by > start_of(site.node)]


def _replaced(reading: Reading, site: Site, binding: Binding) -> Binding:
    """A binding with where it is replaced."""
    found = _gone(site, binding.name)
    if not found:
        return binding
    spans = tuple(reading.lines.between(one.since, one.until) for one in found)
    return binding._replace(gone=spans, lasts=not any(one.for_good for one in found))


def binding_facts(reading: Reading) -> Iterator[Binding]:
    """The statements that bind a name which matters, or bind a name to something that does."""
    yield from _by_assignments(reading)
    yield from _by_aliases(reading)
    yield from _by_definitions(reading)
    yield from _by_others(reading)
    yield from _by_defaults(reading)
    yield from _by_calls(reading)


def _by_assignments(reading: Reading) -> Iterator[Binding]:
    for site in reading.walked.spoken(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        node = site.node
        assert isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        for single, part in singles(node):
            assert node.value is not None
            for one in _binding(reading, _certain(site), single, part, node.value):
                yield _replaced(reading, site, one) if one.how in ("assign", "nonlocal") else one


def _certain(site: Site) -> Site:
    """The place of an assignment, under one guard more where the expression around a walrus may leave it out."""
    inner = site
    while inner.parent is not None and isinstance(inner.node, ast.expr):
        outer = inner.parent.node
        if isinstance(outer, COMPREHENSIONS):
            return replace(site, guards=(*site.guards, "loop"))
        if (isinstance(outer, ast.BoolOp) and inner.node is not outer.values[0]) or (
            isinstance(outer, ast.IfExp) and inner.field != "test"
        ):
            return replace(site, guards=(*site.guards, "if"))
        inner = inner.parent
    return site


def _by_aliases(reading: Reading) -> Iterator[Binding]:
    for site in reading.walked.of(*(kind for kind in (getattr(ast, "TypeAlias", None),) if kind)):
        name, value = getattr(site.node, "name", None), getattr(site.node, "value", None)
        if isinstance(name, ast.Name) and isinstance(value, ast.expr):
            made = reading.value(value, site.scope)
            one = Binding(reading.lines.span(name), name.id, "alias", site.where, made)
            yield _replaced(reading, site, one)


def _by_definitions(reading: Reading) -> Iterator[Binding]:
    for site in reading.walked.spoken(ast.ClassDef, *FUNCTIONS):
        name = str(getattr(site.node, "name", ""))
        if name in reading.names:
            is_class = isinstance(site.node, ast.ClassDef)
            span = reading.lines.name_span(site.node, name)
            made = Binding(span, name, "class" if is_class else "def", site.where)
            yield _replaced(reading, site, made)
            yield from _of_module(site, span, name)
        for decorator in getattr(site.node, "decorator_list", ())[:1]:
            # What this makes of the definition is what the name is bound to; inference has no expression for that.
            if not reading.kinds(decorator).isdisjoint(MAKING):
                callee = reading.value(decorator, site.scope)
                given = Value(callee.span, "call", callee.ref, (callee,))
                yield Binding(callee.span, name, "decorated", site.where, given)


def _by_others(reading: Reading) -> Iterator[Binding]:
    for site in reading.walked.spoken(*_OTHERS):
        for name, node, part in _other_targets(site.node):
            if name in reading.names:
                value = reading.value(part, site.scope) if part is not None else None
                how = _OTHERS[type(site.node)]
                where = site.where
                if how == "loop":
                    # There may be nothing to go through.
                    where = where._replace(guards=(*where.guards, "loop"))
                made = Binding(reading.lines.span(node), name, how, where, value)
                yield _replaced(reading, site, made)
                yield from _of_module(site, reading.lines.span(node), name)
    for site in reading.walked.spoken(*_CATCHING):
        caught = getattr(site.node, "name", None) or getattr(site.node, "rest", None) or ""
        if caught in reading.names and site.scope.kind in ("module", "class"):
            guard = "handler" if isinstance(site.node, ast.ExceptHandler) else "case"
            where = site.where._replace(guards=(*site.where.guards, guard))
            yield Binding(reading.lines.span(site.node), caught, "caught", where)
        if caught in reading.names:
            yield from _of_module(site, reading.lines.span(site.node), caught)


def _of_module(site: Site, span: Span, name: str) -> Iterator[Binding]:
    """A name of the module that a statement inside of a function, which declares it global, gives to something."""
    if name in site.scope.globals and site.scope.kind != "module":
        yield Binding(span, name, "global", site.where)


def _by_defaults(reading: Reading) -> Iterator[Binding]:
    for site in reading.walked.spoken(*FUNCTIONS, ast.Lambda):
        assert isinstance(site.node, (*FUNCTIONS, ast.Lambda))
        for argument, default in defaults(site.node.args):
            if reading.kinds(default):
                value = reading.value(default, site.scope)
                yield Binding(reading.lines.span(argument), argument.arg, "default", site.where, value)


def _by_calls(reading: Reading) -> Iterator[Binding]:
    """``setattr(mod, "A", N)`` and ``globals().setdefault("a", N)`` bind a name; a decorator binds what it is given."""
    for site in reading.walked.spoken(ast.Call):
        assert isinstance(site.node, ast.Call)
        for one in stored(site.node, site.scope, reading):
            if reading.kinds(one.value) or one.name in reading.names:
                yield from _stored(reading, site, reading.lines.span(site.node), one)
        if site.field == "decorator_list" and site.parent is not None:
            decorated = str(getattr(site.parent.node, "name", ""))
            for given in arguments_of(site.node):
                if reading.kinds(given):
                    value = reading.value(given, site.scope)
                    yield Binding(reading.lines.span(given), decorated, "given", site.where, value)


_OTHERS: dict[type[ast.AST], Binds] = {
    **dict.fromkeys((ast.For, ast.AsyncFor), "loop"),
    **dict.fromkeys((ast.With, ast.AsyncWith), "with"),
    ast.Delete: "delete",
}
"""How statements bind names that are no assignments."""

_CATCHING = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)
"""What binds a name that stands in no expression."""


def _other_targets(node: ast.AST) -> Iterator[tuple[str, ast.AST, ast.expr | None]]:
    if isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, target, None
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        for target, _ in pairs(node.target, None):
            if isinstance(target, ast.Name):
                yield target.id, target, node.iter
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            for target, _ in pairs(item.optional_vars, None) if item.optional_vars is not None else ():
                if isinstance(target, ast.Name):
                    whole = item.context_expr if target is item.optional_vars else None
                    yield target.id, target, whole


def _binding(
    reading: Reading, site: Site, target: ast.expr, part: ast.expr | None, whole: ast.expr
) -> Iterator[Binding]:
    """The binding of one target of an assignment, if it or its value matters."""
    value = part if part is not None else whole
    carries = bool(reading.kinds(value))
    named = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
    if not (carries or named in reading.names or isinstance(target, ast.Subscript)):
        return
    made = reading.value(value, site.scope) if part is not None else Value(reading.lines.span(value), "other")
    span = reading.lines.span(target)
    if isinstance(target, ast.Name):
        scope = site.scope
        how: Binds = "assign"
        if target.id in scope.globals and scope.kind != "module":
            how = "global"
        elif target.id in scope.nonlocals:
            how = "kept" if is_kept(reading, scope.owner(target.id)) else "nonlocal"
        yield Binding(span, target.id, how, site.where, made)
    elif isinstance(target, ast.Attribute):
        targets = reached(target.value, site.scope, reading)
        if targets == (OWN,):
            yield Binding(span, target.attr, "key", site.where, made)
        else:
            owner = reading.ref(target.value, site.scope) or _owner(reading, target.value, targets)
            yield Binding(span, target.attr, "attribute", site.where, made, owner)
    elif isinstance(target, ast.Subscript):
        if carries and path_of(target.value) == ["sys", "modules"]:
            yield Binding(span, ast.unparse(target.slice), "module", site.where, made)
        name = reading.literal(target.slice, site.scope)
        if name and (carries or name in reading.names):
            yield from _stored(
                reading,
                site,
                span,
                Stored(space(target.value, site.scope, reading), target.value, name, value),
            )


def _stored(reading: Reading, site: Site, span: Span, one: Stored) -> Iterator[Binding]:
    made = reading.value(one.value, site.scope)
    if one.holders == (OWN,):
        yield Binding(span, one.name, "key", site.where, made)
    else:
        yield Binding(span, one.name, "attribute", site.where, made, _owner(reading, one.holder, one.holders))


def _owner(reading: Reading, node: ast.expr, targets: tuple[str, ...]) -> Ref | None:
    """The object whose attribute is set."""
    path = ".".join(path_of(node) or targets[:1])
    return Ref(reading.lines.span(node), path, targets) if path else None
