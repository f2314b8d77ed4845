"""A place that reaches the symbol by another name or path → a fix: it uses the canonical name and path. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.scopes import Bound, Scope, Site
from ssot_lint.facts.syntax import module_of, path_of
from ssot_lint.fixes import import_addition, import_removal, imports, names, old_path_tests, own_name, strings
from ssot_lint.fixes.import_order import AnyImport
from ssot_lint.fixes.imports import ImportStatement
from ssot_lint.fixes.repair import Repair
from ssot_lint.fixes.source import Unfixable
from ssot_lint.model.finding import Edit, Fix


def fixed(repair: Repair) -> Fix:
    """Changes the import, or the dotted path, at the place of the finding to the canonical path."""
    found = imports.at(repair.source, repair.finding.span)
    if found is not None:
        return _imported(repair, *found)
    return _reached(repair)


# -- an import


def _imported(repair: Repair, statement: ImportStatement, alias: ast.alias) -> Fix:
    node = statement.node
    if isinstance(node, ast.Import):
        raise Unfixable("a module is imported, and not the symbol")
    if alias.name == "*":
        raise Unfixable("a star import brings it; say which names the file needs")
    path = repair.absolute(f"{statement.module}{'' if statement.module.endswith('.') else '.'}{alias.name}")
    repair.link(path)
    _must_hide_no_module(repair, statement.site.scope)
    old_path_tests.must_not_be_one(repair, statement.site, is_import=True)
    _must_be_same_root(repair, path)
    scope, local = statement.site.scope, alias.asname or alias.name
    owner = scope.owner(local)
    if owner is not scope:
        raise Unfixable(f"`{local}` is declared global or nonlocal")
    if statement.site.scope.deferred:
        repair.must_look_alike(path)
    edits: list[Edit] = []
    retires: tuple[str, ...] = ()
    if local != repair.name:
        edits, retires = _renamed(repair, scope, local)
    elif scope.kind == "module" and repair.finding.code == "SOT103":
        # Whoever takes it from here would make a re-export of what is a retired name now.
        repair.must_be_free(local)
    if not _is_typing(statement.site) and not scope.deferred:
        repair.must_close_no_cycle(repair.home, path.rpartition(".")[0], path)
    edits += _changed(repair, statement, alias)
    what = f"import {repair.name} from {repair.home}"
    return repair.fix(
        what if not retires and local == repair.name else f"{what} and use it by its name",
        edits,
        retires=retires,
        claims=[_claim(repair, scope)],
    )


def _claim(repair: Repair, scope: Scope) -> str:
    """The scope that imports the symbol: two fixes with the same claim would import it twice."""
    return f"{repair.source.path}:{getattr(scope.node, 'lineno', 0)}:{repair.canonical}"


def _renamed(repair: Repair, scope: Scope, local: str) -> tuple[list[Edit], tuple[str, ...]]:
    """Edits that give a local name the symbol's name, and the dotted names that no longer exist then."""
    source, name = repair.source, repair.name
    if scope.kind == "class":
        raise Unfixable(f"`{local}` is an attribute of the class")
    if len(scope.bounds.get(local, ())) > 1:
        raise Unfixable(f"`{local}` is bound more than once here")
    retires: tuple[str, ...] = ()
    edits: list[Edit] = []
    if scope.kind == "module":
        if names.exported(source, local) is not None:
            raise Unfixable(f"`__all__` names `{local}`")
        is_new = name not in scope.bounds
        repair.must_be_free(local, but_strings=is_new)
        if is_new:
            repair.must_be_free(name)
            edits += strings.renamed(repair, local, name)
        retires = _retired(repair, scope, local)
    _must_stay_itself(repair, scope)
    names.may_go(source, scope, local)
    sites = names.uses(source, scope, local)
    names.may_become(source, scope, sites, name, lambda bound: own_name.is_symbol(repair, bound))
    for site in sites:
        old_path_tests.must_not_be_one(repair, site, is_import=False)
    return [*edits, *names.renamed(source, sites, local, name)], retires


def _must_stay_itself(repair: Repair, scope: Scope) -> None:
    """Unfixable, where a test replaces the symbol's own name in this module: code that uses another name does not see
    that."""
    if scope.kind == "module" and repair.name in scope.bounds:
        repair.must_not_be_patched(f"{repair.module.name}.{repair.name}")


def _must_hide_no_module(repair: Repair, scope: Scope) -> None:
    """Unfixable, where the symbol's name would hide a module of its package."""
    path = f"{repair.module.name}.{repair.name}"
    if scope.kind == "module" and repair.module.file.package and repair.project.is_module(path):
        raise Unfixable(f"`{path}` is a module")


def _changed(repair: Repair, statement: ImportStatement, alias: ast.alias) -> list[Edit]:
    """Edits that make the statement import the symbol instead of the old name."""
    source, name, node = repair.source, repair.name, statement.node
    assert isinstance(node, ast.ImportFrom)
    module = imports.spelled(repair.home, statement.module, repair.package)
    if own_name.is_imported(repair, statement, alias):
        return import_removal.dropped(source, statement, alias)
    again = own_name.again(repair, statement.site)
    if statement.module == module:
        return [source.edit(source.span(alias), name), *again]
    # What is said of the name stays with it, on a line of its own.
    is_said = bool(import_removal.said_of(source, statement, alias))
    for spelling in dict.fromkeys((module, repair.home)) if not is_said else ():
        merged = _merged(repair, statement, alias, spelling)
        if merged:
            return [*merged, *again]
    return [*import_addition.exchanged(source, statement, alias, module, name), *again]


def _merged(repair: Repair, statement: ImportStatement, alias: ast.alias, module: str) -> list[Edit]:
    """Edits that move the name to an earlier import from that module; none where there is no such import."""
    into = import_addition.merged(repair.source, statement.site, module, repair.name)
    return [*import_removal.dropped(repair.source, statement, alias), *into] if into is not None else []


def _is_typing(site: Site) -> bool:
    return "typing" in site.guards


def _must_be_same_root(repair: Repair, path: str) -> None:
    """Unfixable, where the file and the contract import the project by different roots."""
    file, _, _ = repair.project.split(repair.canonical)
    top = path.partition(".")[0]
    if file is None or top == repair.canonical.partition(".")[0]:
        return
    if any(name.partition(".")[0] == top for name in file.names):
        raise Unfixable(f"the file imports the project by another root, `{top}`")


# -- a dotted path


def _reached(repair: Repair) -> Fix:
    path, scope, bounds = _dotted(repair)
    target = repair.absolute(".".join([bounds[0].target, *path[1:]]))
    link = repair.links.path(target)
    behind = link.rest.count(".") + 1 if link is not None and link.rest else 0
    if behind:
        # What follows the symbol stays.
        path, target = path[:-behind], target.rsplit(".", behind)[0]
    repair.link(target)
    if len(path) < 2:
        raise Unfixable("the name is reached in a way that cannot be changed")
    _must_be_same_root(repair, target)
    sites = _alike(repair, scope, path, behind)
    by_path = isinstance(bounds[0].site.node, ast.Import) and bounds[0].target == path[0] and len(path) > 2
    if any(one.scope.deferred for one in sites):
        if by_path or scope.deferred:
            repair.must_look_alike(target)
        else:
            repair.must_not_be_patched(target)
    for one in sites:
        old_path_tests.must_not_be_one(repair, one, is_import=True)
        names.must_not_be_shown(repair.source, one, path[-1])
        if not by_path and one.parent is not None and isinstance(one.parent.node, ast.MatchValue):
            raise Unfixable(f"`{repair.name}` alone would match everything")
    if by_path:
        return _by_module(repair, scope, sites, path)
    return _by_name(repair, scope, bounds[-1], sites, path)


def _dotted(repair: Repair) -> tuple[list[str], Scope, list[Bound]]:
    """The dotted path at the place of the finding, and the imports of a scope that bind its first name."""
    source, span = repair.source, repair.finding.span
    site = next((one for one in source.walked.of(ast.Attribute) if source.span(one.node) == span), None)
    path = path_of(site.node) if site is not None else None
    if site is None and repair.finding.spelled.isidentifier():
        raise Unfixable(f"nothing in the file binds `{repair.finding.spelled}`: this fails when it runs")
    if site is None or path is None:
        raise Unfixable("the name is reached in a way that cannot be changed")
    seen = site.scope.lookup(path[0])
    if seen is None or (len(seen[1]) != 1 and not _is_plain(seen[1])):
        raise Unfixable(f"`{path[0]}` is bound more than once")
    if any(bound.how != "import" for bound in seen[1]):
        raise Unfixable(f"`{path[0]}` is no module that the file imports")
    return path, *seen


def _is_plain(bounds: list[Bound]) -> bool:
    """Whether only statements like ``import a.b`` bind a name."""
    return all(one.how == "import" and isinstance(one.site.node, ast.Import) for one in bounds)


def _alike(repair: Repair, scope: Scope, path: list[str], behind: int) -> list[Site]:
    """The places in the file that spell a path and are findings. Up to ``behind`` further names may follow the path."""
    wanted = {span for span, code in repair.spans if code == repair.finding.code} | {repair.finding.span}
    found = []
    for site in repair.source.walked.of(ast.Attribute):
        if path_of(site.node) != path:
            continue
        seen = site.scope.lookup(path[0])
        spans = {repair.source.span(one.node) for one in (site, *_attributes(site, behind))}
        if seen is not None and seen[0] is scope and not spans.isdisjoint(wanted):
            found.append(site)
    return found


def _attributes(site: Site, most: int) -> Iterator[Site]:
    """The longer and longer paths that begin with the path at a place."""
    for around in site.ancestors():
        if not most or not isinstance(around.node, ast.Attribute):
            return
        most -= 1
        yield around


def _spelled(repair: Repair, sites: list[Site], path: list[str], new: str) -> list[Edit]:
    edits = []
    for site in sites:
        span = repair.source.span(site.node)
        if repair.source.piece(span) != ".".join(path):
            raise Unfixable(f"line {span.line} spells `{'.'.join(path)}` in a way that cannot be changed")
        edits.append(repair.source.edit(span, new))
    return edits


def _by_module(repair: Repair, scope: Scope, sites: list[Site], path: list[str]) -> Fix:
    """The file imports modules by their paths, so it imports the canonical module in the same way."""
    top = repair.home.partition(".")[0]
    own = [
        ImportStatement(one.site, one.site.node)
        for one in scope.bounds[path[0]]
        if isinstance(one.site.node, ast.Import)
    ]
    if top != path[0] and any(bound.target != top for bound in scope.bounds.get(top, ())):
        raise Unfixable(f"`{top}` is something else here")
    edits = _spelled(repair, sites, path, repair.canonical)
    unused = _unused(repair, scope, own, sites, path)
    known = {alias.name for one in own for alias in one.node.names if alias.asname is None}
    if not any(f"{one}.".startswith(f"{repair.home}.") for one in known):
        repair.must_close_no_cycle(repair.home, ".".join(path[:-1]))
        if unused:
            edits += import_addition.exchanged(repair.source, *unused, repair.home, "")
        else:
            edits += import_addition.added(repair.source, own[-1], repair.home, "")
    elif unused:
        edits += import_removal.dropped(repair.source, *unused)
    retires = _retired(repair, scope, path[0]) if unused and top != path[0] else ()
    message = f"reach it by {repair.canonical}"
    return repair.fix(message, edits, retires=retires, claims=[_claim(repair, scope)])


def _retired(repair: Repair, scope: Scope, name: str) -> tuple[str, ...]:
    """The dotted name that no longer exists when a scope loses a name."""
    return (f"{repair.module.name}.{name}",) if scope.kind == "module" else ()


def _unused(
    repair: Repair, scope: Scope, own: list[ImportStatement], sites: list[Site], path: list[str]
) -> tuple[ImportStatement, ast.alias] | None:
    """The import of a module that nothing uses any more."""
    source, module = repair.source, ".".join(path[:-1])
    # The first name stays bound where the canonical path begins with it, too: only the module behind it goes.
    stays = repair.home.partition(".")[0] == path[0]
    gone_name = path[-2] if stays else path[0]
    if not repair.may_drop(scope, path[0]) or not names.is_unread(source, scope, gone_name):
        return None
    gone = {id(site.node) for site in sites}
    for site in names.uses(source, scope, path[0]):
        whole = site
        for around in site.ancestors():
            if not isinstance(around.node, ast.Attribute):
                break
            whole = around
        if any(id(one.node) in gone for one in (site, *site.ancestors())):
            continue
        spelled = path_of(whole.node) or []
        if spelled[: len(path) - 1] == path[:-1] or len(spelled) < len(path):
            return None
    for statement in own:
        for alias in statement.node.names:
            if alias.name == module and alias.asname is None:
                return statement, alias
    return None


def _by_name(repair: Repair, scope: Scope, bound: Bound, sites: list[Site], path: list[str]) -> Fix:
    """The file has a name for the module, so it imports the symbol itself."""
    source, name = repair.source, repair.name
    node = bound.site.node
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or scope.kind == "class":
        raise Unfixable(f"`{path[0]}` is no module that the file imports")
    anchor = ImportStatement(bound.site, node)
    names.may_become(source, scope, sites, name, lambda one: own_name.is_symbol(repair, one))
    _must_stay_itself(repair, scope)
    _must_hide_no_module(repair, scope)
    edits = _spelled(repair, sites, path, name)
    alias = _left_over(repair, scope, node, path[0], sites)
    if scope.bounds.get(name):
        if not all(_is_seen(one, sites) for one in scope.bounds[name]):
            raise Unfixable(f"`{name}` is imported behind the place that would need it")
        edits += import_removal.dropped(source, anchor, alias) if alias is not None else []
        message = f"use {name} itself"
    else:
        edits += _new_import(repair, scope, bound, ".".join([bound.target, *path[1:-1]]), alias)
        message = f"import {name} from {repair.home} and use it by its name"
    retires = _retired(repair, scope, path[0]) if alias is not None else ()
    return repair.fix(message, edits, retires=retires, claims=[_claim(repair, scope)])


def _left_over(
    repair: Repair, scope: Scope, node: AnyImport, name: str, sites: list[Site]
) -> ast.alias | None:
    """What binds a name in an import, if nothing needs it once some places do without it."""
    if not all(_is_at(one, sites) for one in names.uses(repair.source, scope, name)):
        return None
    if not repair.may_drop(scope, name) or not names.is_unread(repair.source, scope, name):
        return None
    return next((one for one in node.names if (one.asname or one.name) == name), None)


def _new_import(
    repair: Repair, scope: Scope, bound: Bound, module: str, alias: ast.alias | None
) -> list[Edit]:
    """Edits that import the symbol beside the import of a module, or instead of its alias."""
    node, name, spelling = bound.site.node, repair.name, repair.home
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    if not _is_typing(bound.site) and not scope.deferred:
        before = repair.absolute(module)
        # That the file can import the module does not show that the module has its names by then.
        repair.must_close_no_cycle(repair.home, "" if before == repair.home else before)
    stars = repair.around.starred(repair.module.name) if scope.kind == "module" else []
    if stars and not name.startswith("_"):
        raise Unfixable(f"{stars[0]} imports all names from here", elsewhere=True)
    if isinstance(node, ast.ImportFrom):
        spelling = imports.spelled(spelling, module_of(node), repair.package)
    anchor = ImportStatement(bound.site, node)
    if alias is not None:
        return import_addition.exchanged(repair.source, anchor, alias, spelling, name)
    return import_addition.added(repair.source, anchor, spelling, name)


def _is_at(site: Site, sites: list[Site]) -> bool:
    nodes = {id(one.node) for one in sites}
    return any(id(one.node) in nodes for one in site.ancestors())


def _is_seen(bound: Bound, sites: list[Site]) -> bool:
    """Whether an import comes before all places that would need it."""
    line = bound.line
    return (
        all(site.scope.deferred or getattr(site.node, "lineno", 0) > line for site in sites)
        and not bound.site.guards
    )
