"""A place → the names that must be seen to judge what flows there. Pure.

They hold nothing themselves. Of most it matters what they are, as of the roots of paths and of callees that get what
flows: there the bindings must be seen which the place sees. Of some it matters what becomes of them, wherever that is,
as they tell how long a thing lives.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ssot_lint.facts.definitions.bodies import base_of
from ssot_lint.facts.definitions.changing import CHANGING, changes, puts
from ssot_lint.facts.definitions.holders import holder_of
from ssot_lint.facts.flow import Kinds, kinds, speaks
from ssot_lint.facts.quoted import around, settings_of
from ssot_lint.facts.scopes import Scope, Site, Sites
from ssot_lint.facts.syntax import (
    CLASSES,
    FUNCTIONS,
    all_arguments,
    arguments_of,
    below,
    called,
    path_of,
    targets_of,
)

Names = Mapping[str, Kinds]
Roots = Iterator[str]


def roots_of(sites: Sites, names: Names, asked: frozenset[str]) -> set[str]:
    """The names whose bindings must be seen for the places of a statement that speaks of the names."""
    found = {root for kind in sites.keys() & _ROOTS.keys() for root in _ROOTS[kind](sites[kind], names)}
    for kind in FUNCTIONS:
        found.update(name for site in sites.get(kind, ()) for name in _of_parameters(site.node, asked))
    found.update(_of_fields(sites.get(ast.AnnAssign, ()), asked))
    return found - _OWN


def holders_of(sites: Sites, names: Names, asked: frozenset[str]) -> set[str]:
    """The names of which all must be seen for these places: of what holds what flows there, or is made of it."""
    found = {one for kind in sites.keys() & _HOLDERS.keys() for one in _HOLDERS[kind](sites[kind], names)}
    for kind in sites.keys() & _KEEPING.keys():
        found.update(_of_keeping(sites[kind], names, asked, _KEEPING[kind]))
    for site in sites.get(ast.Nonlocal, ()):
        found.update(_holding(site, names))
    return found - _OWN


def callees_of(sites: Sites, names: Names, defined: Collection[str]) -> set[str]:
    """The functions among those that the file defines, by their names, which the places of a statement give something
    that speaks."""
    found: set[str] = set()
    for site in sites.get(ast.Call, ()):
        assert isinstance(site.node, ast.Call)
        function = site.node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if name in defined and any(speaks(one, names) for one in arguments_of(site.node)):
            found.add(name)
    return found


def bases_of(sites: Sites, names: Names, defined: Collection[str]) -> set[str]:
    """The classes and functions among those that the file defines, by their names, which classes are made from as
    parts of others, as ``Outer.Inner``."""
    made = _made_from(sites.get(ast.ClassDef, ()), names)
    return {path[-1] for path in made if len(path) > 1 and path[-1] in defined}


def filled_by(nodes: Iterable[ast.AST]) -> set[str]:
    """The roots of what functions put something into that they are given."""
    functions = (node for node in nodes if isinstance(node, FUNCTIONS))
    return {*_first_names(*(put.base for one in functions for put in puts(one, None)))} - _OWN


def changed_in_classes(sites: Sites, asked: frozenset[str]) -> set[str]:
    """The roots of what the places of a statement change in classes that were asked for, whatever they speak of."""
    inside: dict[int, bool] = {}
    found: set[str] = set()
    for kind in CHANGING:
        for site in sites.get(kind, ()):
            scope = site.scope
            if id(scope) not in inside:
                inside[id(scope)] = _is_in_class(scope, asked)
            if inside[id(scope)]:
                found.update(_changed(site))
    return found - _OWN


_OWN = frozenset(["", "self", "cls"])


def _of_attributes(sites: Sequence[Site], names: Names) -> Roots:
    for site in sites:
        if site.node.attr in names:  # type: ignore[attr-defined]
            root = path_of(site.node)
            yield from root[:1] if root else names_in(site.node)


def _of_calls(sites: Sequence[Site], names: Names) -> Roots:
    for site in sites:
        assert isinstance(site.node, ast.Call)
        arguments = arguments_of(site.node)
        if _names_an_attribute(site.node, names):
            yield from _first_names(site.node.func, *arguments)
        for argument in arguments:
            if speaks(argument, names):
                yield from _first_names(site.node.func, *arguments)
                break


def _names_an_attribute(node: ast.Call, names: Names) -> bool:
    """Whether a keyword names an attribute, as in ``patch.multiple(os, environ={})``."""
    path = path_of(node.func)
    return (
        path is not None
        and path[-2:] == ["patch", "multiple"]
        and any(one.arg in names for one in node.keywords)
    )


def _is_setting(site: Site, names: Names) -> bool:
    """Whether a place is a string with one of the names that is given to something."""
    assert isinstance(site.node, ast.Constant)
    is_alone = site.parent is not None and isinstance(site.parent.node, ast.Expr)
    return isinstance(site.node.value, str) and not is_alone and speaks(site.node, names)


def _of_strings(sites: Sequence[Site], names: Names) -> Roots:
    for site in sites:
        if _is_setting(site, names):
            yield from around(site)
            yield from names_in(_whole_of(site))


def _whole_of(site: Site) -> ast.AST:
    """The expression that puts a string together of which a place is a piece; itself, where there is none."""
    inner = site
    while inner.parent is not None and isinstance(inner.parent.node, (ast.JoinedStr, ast.BinOp)):
        inner = inner.parent
    return inner.node


def _of_settings(sites: Sequence[Site], names: Names) -> Roots:
    """What a string is a part of may be used elsewhere, and be made elsewhere."""
    for site in sites:
        if _is_setting(site, names):
            yield from _first_names(*settings_of(site))


def _of_names(sites: Sequence[Site], names: Names) -> Roots:
    for site in sites:
        name = site.node.id  # type: ignore[attr-defined]
        seen = site.scope.lookup(name) if name in names else None
        if seen is not None and len(seen[1]) == 1 and isinstance(seen[1][0].value, ast.Constant):
            yield from around(site)


def _of_assignments(sites: Sequence[Site], names: Names) -> Roots:
    for site in sites:
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        value = site.node.value
        targets = targets_of(site.node)
        if value is not None and any(isinstance(one, ast.Name) and one.id in names for one in targets):
            # What a name holds is looked up where that is a path, or a module imported by its name.
            yield from _first_names(base_of(value), called(value))


def _of_values(sites: Sequence[Site], names: Names) -> Roots:
    """The classes whose bodies give a name to something."""
    for site in sites:
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        if site.scope.kind == "class" and kinds(site.node.value, names):
            yield site.scope.qualname.rpartition(".")[2]


def _of_classes(sites: Sequence[Site], names: Names) -> Roots:
    return (path[0] for path in _made_from(sites, names))


def _made_from(sites: Sequence[Site], names: Names) -> Iterator[list[str]]:
    """The paths of what classes are made from, and made by."""
    for site in sites:
        assert isinstance(site.node, ast.ClassDef)
        if site.node.name in names or CLASSES in names:
            kept = [keyword.value for keyword in site.node.keywords]
            bases = [one.value if isinstance(one, ast.Subscript) else one for one in site.node.bases]
            paths = map(path_of, map(called, [*site.node.decorator_list, *bases, *kept]))
            yield from (path for path in paths if path)


def _of_functions(sites: Sequence[Site], names: Names) -> Roots:
    for site in sites:
        assert isinstance(site.node, FUNCTIONS)
        if names.get(site.node.name):
            yield from _first_names(*map(called, site.node.decorator_list))


def _of_methods(sites: Sequence[Site], names: Names) -> Roots:
    """By its class, other files get at what a method hands out."""
    for site in sites:
        assert isinstance(site.node, FUNCTIONS)
        if site.scope.kind == "class" and names.get(site.node.name):
            yield site.scope.qualname.rpartition(".")[2]


_ROOTS: dict[type[ast.AST], Callable[[Sequence[Site], Names], Roots]] = {
    ast.Attribute: _of_attributes,
    ast.Call: _of_calls,
    ast.Constant: _of_strings,
    ast.Name: _of_names,
    **dict.fromkeys((ast.Assign, ast.AnnAssign, ast.NamedExpr), _of_assignments),
    ast.ClassDef: _of_classes,
    **dict.fromkeys(FUNCTIONS, _of_functions),
}
"""By the type of the node: the roots of some places of a statement."""

_HOLDERS: dict[type[ast.AST], Callable[[Sequence[Site], Names], Roots]] = {
    ast.Constant: _of_settings,
    **dict.fromkeys((ast.Assign, ast.AnnAssign, ast.NamedExpr), _of_values),
    **dict.fromkeys(FUNCTIONS, _of_methods),
}
"""The same for what holds what flows there."""


def _of_parameters(node: Any, asked: frozenset[str]) -> Roots:
    """The names in the annotations of parameters that were asked for."""
    for one in all_arguments(node.args):
        if one.arg in asked and one.annotation is not None:
            yield from names_in(one.annotation)


def _of_fields(sites: Sequence[Site], asked: frozenset[str]) -> Roots:
    """The names in what classes declare of fields that were asked for."""
    for site in sites:
        assert isinstance(site.node, ast.AnnAssign)
        target = site.node.target
        if site.scope.kind == "class" and isinstance(target, ast.Name) and target.id in asked:
            yield from names_in(site.node.annotation)


def _first_names(*nodes: ast.expr) -> Roots:
    """The names that paths begin with."""
    yield from (path[0] for path in map(path_of, nodes) if path)


def getters_roots(sites: Iterable[Site]) -> set[str]:
    """The names in what is bound to the module's ``__getattr__``, and in the functions of the file that take part in
    it. ``sites``: functions and assignments of the module."""
    found: set[str] = set()
    functions: dict[str, ast.AST] = {}
    for site in sites:
        node = site.node
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = targets_of(node)
            if any(
                isinstance(one, ast.Name) and one.id == "__getattr__" for top in targets for one in below(top)
            ):
                found |= names_in(node)
    todo = found | {"__getattr__"}
    while todo:
        more = set[str]().union(*(names_in(functions.pop(name)) for name in todo & functions.keys()))
        todo = more - found
        found |= more
    return found


# -- how long things live

_KEEPING: dict[type[ast.AST], Callable[[Any], Sequence[ast.expr | None]]] = {
    **dict.fromkeys((ast.Assign, ast.AnnAssign, ast.AugAssign), lambda node: [node.value]),
    ast.Call: arguments_of,
    ast.Delete: lambda node: [],
}
"""Places that may change what is kept; each gives the values of which one, or a part of it, may be put there."""


def _of_keeping(
    sites: Sequence[Site],
    names: Names,
    asked: frozenset[str],
    value_of: Callable[[Any], Sequence[ast.expr | None]],
) -> Roots:
    for site in sites:
        if any(kinds(value, names) for value in value_of(site.node)):
            yield from _kept(site, names, _is_in_class(site.scope, asked))


def _kept(site: Site, names: Names, is_in_class: bool) -> Roots:
    """The classes around what keeps something, and closures' own functions."""
    scope = site.scope
    if isinstance(site.node, ast.Assign) and not is_in_class:
        yield from _holding_functions(site.node, scope, names)
    if scope.deferred and any(kinds(change.value, names) for change in changes(site.node)):
        # How long an object lives that keeps something.
        around = (one for one in (scope, *scope.enclosing()) if one.kind == "class")
        yield from (one.qualname.rpartition(".")[2] for one in around)


def _holding(site: Site, names: Names) -> Roots:
    """The outer functions whose variables a function binds."""
    assert isinstance(site.node, ast.Nonlocal)
    owners = (site.scope.owner(name) for name in site.node.names if name in names)
    yield from (getattr(owner.node, "name", "") for owner in owners)


def _changed(site: Site) -> Roots:
    """The names of what a place in an asked class changes, or calls in the body of the class."""
    scope = site.scope
    for change in changes(site.node):
        path = path_of(change.base)
        if path is not None and path[0] in ("self", "cls"):
            continue
        root = path_of(_beginning(holder_of(change.base, scope).base))
        seen = scope.lookup(root[0]) if root else None
        if root and (seen is None or seen[0].kind != "function"):
            yield root[0]
        elif seen is not None and len(seen[1]) == 1 and seen[1][0].value is not None:
            # A local name for it.
            yield from _first_names(_beginning(seen[1][0].value))
    if scope.kind == "class" and isinstance(site.node, ast.Call):
        yield from _first_names(site.node.func)


def _holding_functions(node: ast.Assign, scope: Scope, names: Mapping[str, Kinds]) -> Roots:
    """The outer functions whose container a statement fills."""
    for target in node.targets:
        root = path_of(target.value) if isinstance(target, ast.Subscript) else None
        seen = scope.lookup(root[0]) if root and root[0] in names else None
        if seen is not None and seen[0].kind == "function" and seen[0] is not scope:
            yield getattr(seen[0].node, "name", "")


def _beginning(node: ast.expr) -> ast.expr:
    """The path at which the calls and items of an expression begin."""
    while path_of(node) is None and isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def _is_in_class(scope: Scope, asked: frozenset[str]) -> bool:
    return any(
        one.kind == "class" and one.qualname.rpartition(".")[2] in asked
        for one in (scope, *scope.enclosing())
    )


def names_in(node: ast.AST) -> set[str]:
    """The names in an expression or statement."""
    return {inner.id for inner in below(node) if isinstance(inner, ast.Name)}
