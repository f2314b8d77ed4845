"""A tree and the names asked for → the part of it that matters, and all names that may hold one of these. Pure."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from ssot_lint.facts.definitions.bodies import base_of
from ssot_lint.facts.definitions.changing import changes
from ssot_lint.facts.definitions.holders import holder_of
from ssot_lint.facts.flow import CLASS, NOTHING, Kinds, kinds, speaks, spread
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.quoted import around, settings_of, unquote
from ssot_lint.facts.scopes import Scope, Site, Walked
from ssot_lint.facts.syntax import FUNCTIONS, arguments_of, below, called, path_of, targets_of
from ssot_lint.facts.walk import walk

PASSES = 6
"""Each pass finds the lines of the names that the one before has found to matter."""


def followed(tree: ast.Module, lines: Lines, asked: frozenset[str]) -> tuple[Walked, dict[str, Kinds]]:
    """The part of the tree that matters, and all names that may hold what was asked for, or tell what does."""
    names: dict[str, Kinds] = dict.fromkeys(asked, CLASS)
    lines.find(names)
    walked = _walked(tree, lines, names, asked)
    more = names
    for number in range(1, 2 * PASSES + 1):
        more = _settle(walked, asked, names)
        extra = _roots(walked, names) | _kept_roots(walked, names, asked)
        if more.keys() == names.keys() and extra <= names.keys():
            break
        known = names.keys()
        names = {**more, **{name: more.get(name, NOTHING) for name in extra}}
        further = lines.find(names)
        if number == PASSES:
            # A chain of names that is longer than some passes is followed at once, by a look at everything.
            walked.release()
            walked = _walked(tree, lines, names, asked, all_of_it=True)
        elif number < PASSES and (further or _has_class(walked, names.keys() - known)):
            walked.release()
            walked = _walked(tree, lines, names, asked)
    return walked, more


def _walked(
    tree: ast.Module,
    lines: Lines,
    names: Mapping[str, Kinds],
    asked: frozenset[str],
    *,
    all_of_it: bool = False,
) -> Walked:
    """The part of the tree that matters, or all of it, with types taken out of their quotes."""
    keep = _everything if all_of_it else lines.keeper(names, asked)
    walked = walk(tree, keep)
    while unquote(walked, names, lines):
        walked.release()
        walked = walk(tree, keep)
    return walked


def _everything(node: ast.AST) -> bool:
    return True


def _has_class(walked: Walked, names: Collection[str]) -> bool:
    """Whether a class of the file has one of the names: every line of it matters, then."""
    return any(getattr(site.node, "name", "") in names for site in walked.of(ast.ClassDef))


def _settle(walked: Walked, asked: frozenset[str], names: Mapping[str, Kinds]) -> dict[str, Kinds]:
    found = dict(names)
    while True:
        more = spread(walked, asked.__contains__, found)
        if more == found:
            return found
        found = more


def _roots(walked: Walked, names: Mapping[str, Kinds]) -> set[str]:
    """Names whose binding must be seen to judge what is known: roots of paths, callees that get what flows."""
    found = set(_getters_roots(walked))
    for roots in _ROOTS:
        found.update(roots(walked, names))
    return found - {"self", "cls"}


Roots = Iterator[str]


def _of_attributes(walked: Walked, names: Mapping[str, Kinds]) -> Roots:
    for site in walked.of(ast.Attribute):
        assert isinstance(site.node, ast.Attribute)
        if site.node.attr in names:
            root = path_of(site.node)
            yield from root[:1] if root else _names_in(site.node)


def _of_calls(walked: Walked, names: Mapping[str, Kinds]) -> Roots:
    for site in walked.of(ast.Call):
        assert isinstance(site.node, ast.Call)
        arguments = arguments_of(site.node)
        if any(speaks(argument, names) for argument in arguments):
            yield from _first_names(site.node.func, *arguments)


def _of_strings(walked: Walked, names: Mapping[str, Kinds]) -> Roots:
    for site in walked.of(ast.Constant):
        assert isinstance(site.node, ast.Constant)
        if isinstance(site.node.value, str) and speaks(site.node, names):
            yield from around(site)
            # What it is a part of may be used elsewhere, and be made elsewhere.
            yield from _first_names(*settings_of(site))
    for site in walked.of(ast.Name):
        assert isinstance(site.node, ast.Name)
        seen = site.scope.lookup(site.node.id) if site.node.id in names else None
        if seen is not None and len(seen[1]) == 1 and isinstance(seen[1][0].value, ast.Constant):
            yield from around(site)


def _of_assignments(walked: Walked, names: Mapping[str, Kinds]) -> Roots:
    for site in walked.of(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        value = site.node.value
        if site.scope.kind == "class" and kinds(value, names):
            yield site.scope.qualname.rpartition(".")[2]
        targets = targets_of(site.node)
        if value is not None and any(isinstance(one, ast.Name) and one.id in names for one in targets):
            # What a name holds is looked up where that is a path, or a module imported by its name.
            yield from _first_names(base_of(value), called(value))


def _of_statements(walked: Walked, names: Mapping[str, Kinds]) -> Roots:
    for site in walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        if site.node.name in names:
            kept = [keyword.value for keyword in site.node.keywords]
            for path in map(path_of, map(called, [*site.node.decorator_list, *site.node.bases, *kept])):
                yield from {path[0], path[-1]} if path else ()
    for site in walked.of(*FUNCTIONS):
        assert isinstance(site.node, FUNCTIONS)
        if names.get(site.node.name):
            # By its class, other files get at what a method hands out.
            yield from [site.scope.qualname.rpartition(".")[2]] if site.scope.kind == "class" else ()
            yield from _first_names(*map(called, site.node.decorator_list))


_ROOTS = (_of_attributes, _of_calls, _of_strings, _of_assignments, _of_statements)


def _first_names(*nodes: ast.expr) -> Roots:
    """The names that paths begin with."""
    yield from (path[0] for path in map(path_of, nodes) if path)


def _getters_roots(walked: Walked) -> set[str]:
    """The names in what is bound to the module's ``__getattr__``, and in the functions of the file that take part in
    it."""
    found: set[str] = set()
    functions: dict[str, ast.AST] = {}
    for site in walked.of(ast.FunctionDef, ast.Assign, ast.AnnAssign):
        node = site.node
        if site.scope.kind != "module":
            continue
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = targets_of(node)
            if any(
                isinstance(one, ast.Name) and one.id == "__getattr__" for top in targets for one in below(top)
            ):
                found |= _names_in(node)
    todo = found | {"__getattr__"}
    while todo:
        more = set[str]().union(*(_names_in(functions.pop(name)) for name in todo & functions.keys()))
        todo = more - found
        found |= more
    return found


def _kept_roots(walked: Walked, names: Mapping[str, Kinds], asked: frozenset[str]) -> set[str]:
    """Names that tell how long a thing lives: what the asked classes change and make, closures' own functions."""
    found: set[str] = set()
    inside: dict[int, bool] = {}
    for site in walked.of(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Call, ast.Delete):
        scope = site.scope
        if id(scope) not in inside:
            inside[id(scope)] = _is_in_class(scope, asked)
        if inside[id(scope)]:
            found.update(_changed(site))
        elif isinstance(site.node, ast.Assign):
            found.update(_holding_functions(site.node, scope, names))
        if scope.deferred and any(kinds(change.value, names) for change in changes(site.node)):
            # How long an object lives that keeps something.
            around = (one for one in (scope, *scope.enclosing()) if one.kind == "class")
            found.update(one.qualname.rpartition(".")[2] for one in around)
    for site in walked.of(ast.Nonlocal):
        assert isinstance(site.node, ast.Nonlocal)
        owners = (site.scope.owner(name) for name in site.node.names if name in names)
        found.update(getattr(owner.node, "name", "") for owner in owners)
    return found - {"", "self", "cls"}


def _changed(site: Site) -> Roots:
    """The names of what a place in an asked class changes, or calls in the body of the class."""
    scope = site.scope
    for change in changes(site.node):
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


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in below(node) if isinstance(inner, ast.Name)}
