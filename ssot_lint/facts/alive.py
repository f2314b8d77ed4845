"""The bindings of a name in a scope → those that are in force where it is read. Pure."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from ssot_lint.facts.replaced import Position, Replacement, end_of, replaces, start_of
from ssot_lint.facts.scopes import BLOCKS, Bound, Scope, Site
from ssot_lint.facts.syntax import FUNCTIONS

CHOICES = frozenset(["cases", "handlers"])
"""The fields that hold branches of which one runs."""


def replacements(scope: Scope, name: str) -> Sequence[Replacement]:
    """Where in a scope statements of it have replaced what a name of it stood for, in the order of these places."""
    if name not in scope.replacements:
        # Another call of a function may bind again what is not its own.
        own = [one for one in scope.bounds.get(name, ()) if one.site.scope is scope]
        done = set[int]()
        found = [part for one in own for part in _replacements(one, name, done)] if len(own) > 1 else []
        scope.replacements[name] = tuple(sorted(found, key=_SINCE))
    return scope.replacements[name]


def _replacements(bound: Bound, name: str, done: set[int]) -> Iterator[Replacement]:
    """Those by the statements around a binding. ``done``: the statements that were looked at already."""
    inner = bound.site
    for outer in bound.site.ancestors():
        node, is_scope = inner.node, isinstance(outer.node, _SCOPES)
        if bound.how in ("with", "loop") and inner is bound.site and isinstance(node, _ENTERING):
            yield _replacement(inner, start_of(node.body[0]), end_of(node.body[-1]), for_good=False)
        if id(inner) in done:
            return
        done.add(id(inner))
        body = getattr(outer.node, inner.field) if inner.field in BLOCKS else None
        if isinstance(body, list) and replaces(node, name):
            yield _replacement(inner, end_of(node), end_of(body[-1]), is_scope)
        if is_scope:
            return
        inner = outer


def _replacement(site: Site, since: Position, until: Position, for_good: bool) -> Replacement:
    return Replacement(start_of(site.node), since, until, for_good, "loop" in site.guards)


_SINCE = attrgetter("since")

_SCOPES = (ast.Module, ast.ClassDef, *FUNCTIONS)

_ENTERING = (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)
"""Statements that bind a name before their body runs."""


def _unreplaced(bounds: list[Bound], name: str, load: Site, *, below: bool) -> list[Bound]:
    """The bindings that no statement has replaced by the time a name is read. ``below``: it is read in the same run of
    the same body. Else a loop around both may have come around meanwhile."""
    owner = bounds[0].site.scope.owner(name)
    found, at = replacements(owner, name), start_of(load.node)
    index = bisect_right(found, at, key=_SINCE) - 1
    while index >= 0 and not (found[index].holds(at) and (below or not found[index].in_loop)):
        index -= 1
    done = found[index].by if index >= 0 else (0, 0)
    return [one for one in bounds if one.site.scope is not owner or start_of(one.site.node) >= done]


def _is_elsewhere(bound: Bound, load: Site) -> bool:
    """Whether a binding stands in another branch of an ``if``, ``match`` or ``try`` than the load, so that it has not
    run when the load does."""
    scope = bound.site.scope
    if scope.globals or scope.nonlocals:
        # Another call of the function may have bound the name.
        return False
    above: dict[int, Site] = {}
    inner = load
    for outer in load.ancestors():
        above[id(outer.node)] = inner
        inner = outer
    inner = bound.site
    for outer in bound.site.ancestors():
        if id(outer.node) in above:
            return _are_apart(outer, inner, above[id(outer.node)]) and "loop" not in outer.guards
        if outer.scope is not scope:
            return False
        inner = outer
    return False


def _are_apart(outer: Site, one: Site, other: Site) -> bool:
    """Whether of two sites right inside of a statement only one can run."""
    fields = {one.field, other.field}
    if isinstance(outer.node, ast.If):
        return fields == {"body", "orelse"}
    if isinstance(outer.node, (ast.Try, ast.Match)) and one.node is not other.node and len(fields) == 1:
        return fields <= CHOICES
    return fields == {"handlers", "orelse"}


def is_above(bound: Bound, line: int) -> bool:
    """Whether a binding comes before a load in the same body: not that of the statement which the load is in."""
    last = getattr(bound.site.node, "end_lineno", bound.line)
    return bound.how != "declare" and (last if bound.how in _AT_ITS_END else bound.line) < line


_AT_ITS_END = frozenset(["assign", "unpack", "class", "def"])
"""Bindings that are made when the statement has run."""


def alive(bounds: list[Bound], name: str, line: int, load: Site | None = None) -> list[Bound]:
    """The bindings of a name that a load may see: the last one that has certainly run, and all after it.

    ``line``: only what stands above it counts (a load in the same body, run from top to bottom); 0: all do.
    """
    if load is not None and load.parent is not None and isinstance(load.parent.node, ast.AugAssign):
        # `name |= …` adds to what the name stood for before.
        bounds = [bound for bound in bounds if bound.site is not load.parent] or bounds
    if load is not None and any(bound.site.guards for bound in bounds):
        bounds = [bound for bound in bounds if not bound.site.guards or not _is_elsewhere(bound, load)]
    if len(bounds) < 2:
        return bounds
    if load is not None:
        bounds = _unreplaced(bounds, name, load, below=bool(line)) or bounds
    order = {id(bound): number for number, bound in enumerate(bounds)}
    seen = sorted(bounds, key=lambda bound: (bound.line, order[id(bound)]))
    seen = [bound for bound in seen if bound.how != "declare"] or seen
    if line:
        seen = [
            one for one in seen if is_above(one, line) or (one.line == line and one.how not in _AT_ITS_END)
        ] or seen
    for index in range(len(seen) - 1, -1, -1):
        bound = seen[index]
        if bound.how == "delete":
            rest = seen[index + 1 :]
            return rest or seen[:index] or seen
        if not bound.site.guards and not bound.site.attempts and bound.site.scope.kind != "function":
            return seen[index:]
        if not bound.site.guards and not bound.site.attempts and line:
            return seen[index:]
    return seen
