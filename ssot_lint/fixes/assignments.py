"""An assignment that gives the symbol another name → a fix: the code uses the symbol's own name instead. Pure."""

from __future__ import annotations

import ast

from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.syntax import path_of
from ssot_lint.fixes import names
from ssot_lint.fixes.repair import Repair
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit, Fix, Span, Tier


def fixed(repair: Repair) -> Fix:
    """Removes the assignment at the place of the finding, and puts its value wherever the file uses its name. That is
    safe in a function, and for a private name of a module that no other file uses, unless a comment goes with it."""
    source = repair.source
    site, name, value = _assignment(repair)
    scope = site.scope
    if scope.kind == "class":
        raise Unfixable(f"`{name.id}` is an attribute of the class")
    if scope.owner(name.id) is not scope or scope.kind not in ("function", "module"):
        raise Unfixable(f"`{name.id}` is declared global or nonlocal")
    if len(scope.bounds.get(name.id, ())) > 1:
        raise Unfixable(f"`{name.id}` is bound more than once here")
    repair.must_be_symbol(repair.finding.span)
    path = path_of(value)
    if path is None or source.piece(source.span(value)) != ".".join(path):
        raise Unfixable(f"`{name.id}` is given more than a plain name")
    is_private = name.id.startswith("_") and not name.id.startswith("__")
    tier: Tier = "safe" if scope.kind == "function" or is_private else "unsafe"
    if scope.kind == "module":
        repair.must_be_free(name.id)
    names.may_go(source, scope, name.id)
    sites = [one for one in names.uses(source, scope, name.id) if one.node is not name]
    _must_not_change(repair, _source_of(site, path), path)
    for one in sites:
        _must_be_same(site, one, name.id, path)
    edits = [source.edit(span, ".".join(path)) for span in _spans(source, sites, name.id)]
    if scope.kind == "module" and names.exported(source, name.id) is not None:
        if tier == "safe":
            raise Unfixable(f"`__all__` names `{name.id}`")
        edits.append(unexported(source, name.id))
    gone = _gone(source, site)
    if source.said(source.offset(*gone.span[:2]), source.offset(*gone.span[2:])):
        # What is said of the name goes with it.
        tier = "unsafe"
    edits.append(gone)
    retires = (f"{repair.module.name}.{name.id}",) if scope.kind == "module" else ()
    return repair.fix(f"use {'.'.join(path)} itself", edits, tier, retires=retires)


def _comes_before(site: Site, use: Site) -> bool:
    """Whether the assignment has run when a name is used: the use stands after it in the same block, or in a function
    that is called later."""
    place = use
    for around in use.ancestors():
        if site.parent is not None and around.node is site.parent.node:
            is_later = use.scope is not site.scope and use.scope.deferred
            is_behind = getattr(use.node, "lineno", 0) > (getattr(site.node, "end_lineno", 0) or 0)
            return place.field == site.field and (is_behind or is_later)
        place = around
    return False


def _source_of(site: Site, path: list[str]) -> Scope:
    """The scope that binds the first name of the value. Unfixable, where it binds that name more than once."""
    known = site.scope.lookup(path[0])
    if known is None:
        raise Unfixable(f"nothing in the file binds `{path[0]}`")
    if len(known[1]) > 1 and not all(one.how == "import" for one in known[1]):
        raise Unfixable(f"`{path[0]}` is bound more than once")
    return known[0]


def _must_be_same(site: Site, use: Site, name: str, path: list[str]) -> None:
    """Unfixable, where the name may not have its value yet at a use, or where the path of the value means something
    else there."""
    line = getattr(use.node, "lineno", 0)
    if not _comes_before(site, use):
        raise Unfixable(f"line {line} may come before `{name}` has its value")
    seen = use.scope.lookup(path[0])
    if seen is None or seen[0] is not _source_of(site, path):
        raise Unfixable(f"`{path[0]}` is something else in line {line}")


def _must_not_change(repair: Repair, scope: Scope, path: list[str]) -> None:
    """Unfixable, where a test or other code replaces the value: the name would still have the old one."""
    for bound in scope.bounds[path[0]]:
        if bound.how == "import":
            repair.must_not_be_patched(repair.absolute(".".join([bound.target, *path[1:]])))
    if scope.kind == "module":
        repair.must_not_be_patched(".".join([repair.module.name, *path]))


def _assignment(repair: Repair) -> tuple[Site, ast.Name, ast.expr]:
    """The statement at the place of the finding, its target and its value."""
    for site in repair.source.walked.of(ast.Assign, ast.AnnAssign):
        node = site.node
        assert isinstance(node, (ast.Assign, ast.AnnAssign))
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and node.value is not None:
            if repair.finding.span in (repair.source.span(targets[0]), repair.source.span(node)):
                return site, targets[0], node.value
    raise Unfixable("the name is given in a way that cannot be changed")


def _spans(source: FileText, sites: list[Site], name: str) -> list[Span]:
    found = []
    for one in sites:
        span = source.span(one.node)
        if source.piece(span) != name:
            raise Unfixable(f"line {span.line} spells `{name}` in a way that cannot be changed")
        found.append(span)
    return found


def _gone(source: FileText, site: Site) -> Edit:
    """The edit that removes a statement and the comment after it; it writes ``pass`` where the block would be empty."""
    span = source.span(site.node)
    row, end = source.row(span.line), source.row(span.end_line)
    behind = end[span.end_column :].strip()
    if row[: span.column].strip() or (behind and not behind.startswith("#")):
        raise Unfixable("several statements share the assignment's line")
    parent = site.parent
    bodies = (
        [getattr(parent.node, field, None) for field in ("body", "orelse", "finalbody")] if parent else []
    )
    if any(isinstance(body, list) and body == [site.node] for body in bodies) and not isinstance(
        parent.node if parent else None, ast.Module
    ):
        return source.edit(span, "pass")
    first, last = span.line, span.end_line
    is_last = last >= len(source.rows) or not source.row(last + 1).strip()
    above = first
    while above > 1 and source.row(above - 1).strip().startswith("#"):
        above -= 1
    if is_last and (above == 1 or not source.row(above - 1).strip()):
        # A paragraph of its own: with the words about it.
        first = above
    return source.rows_away(first, last)


def unexported(source: FileText, name: str) -> Edit:
    """The edit that removes a name from ``__all__``."""
    constant = names.exported(source, name)
    assert constant is not None
    span = source.span(constant)
    start, end = source.offset(*span[:2]), source.offset(*span[2:])
    text = source.text
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    if text[end : end + 1] == ",":
        end += 1
        row_rest = text[end : source.offset(span.end_line, len(source.row(span.end_line)))]
        if not source.row(span.line)[: span.column].strip() and not row_rest.strip():
            return source.edit(Span(span.line, 0, span.end_line + 1, 0), "")
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        return source.edit(source.slice(start, end), "")
    before = start
    while before and text[before - 1] in " \t\r\n":
        before -= 1
    if before and text[before - 1] == ",":
        return source.edit(source.slice(before - 1, source.offset(*span[2:])), "")
    return source.edit(span, "")


def uses_of(source: FileText, scope: Scope, name: str) -> list[Site]:
    """The places that read a name of a scope."""
    return [
        one for one in names.uses(source, scope, name) if isinstance(getattr(one.node, "ctx", None), ast.Load)
    ]
