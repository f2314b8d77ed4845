"""A ``try`` around an import of the symbol → a fix that keeps only the import, if the import cannot fail. Pure."""

from __future__ import annotations

import ast

from ssot_lint.facts.scopes import Site
from ssot_lint.facts.walk import handled
from ssot_lint.fixes import import_addition, own_name
from ssot_lint.fixes.repair import Repair
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Fix, Span


def fixed(repair: Repair) -> Fix:
    """Removes the ``try`` and keeps the imports in its body."""
    source = repair.source
    site = _try(repair)
    node = site.node
    assert isinstance(node, ast.Try)
    bound = _bound(repair, node)
    if repair.module.file.module and repair.around.graph.reaches(repair.home, repair.module.file.module):
        raise Unfixable(
            f"{repair.home} imports this module, and may not be ready when this one asks", elsewhere=True
        )
    reason = repair.around.graph.fails(repair.home)
    if reason:
        raise Unfixable(f"the import may fail: {reason}", elsewhere=True)
    span = source.span(node)
    row = source.row(span.line)
    first, last = source.span(node.body[0]), source.span(node.body[-1])
    inner = source.row(first.line)[: first.column]
    if row[: span.column].strip() or first.line == span.line or inner.strip():
        raise Unfixable("several statements share the line of the `try`")
    whole = Span(span.line, 0, span.end_line + 1, 0)
    message = f"import {repair.name} without a fallback"
    if bound == {repair.name}:
        merged = import_addition.merged(source, site, repair.home, repair.name)
        if merged is not None:
            said = _said(source, row[: span.column], span.line, span.end_line)
            gone = whole if said else _with_gap(source, whole)
            return repair.fix(message, [*merged, source.edit(gone, said)])
    indent = row[: span.column]
    rows = [source.row(line) for line in range(first.line, last.end_line + 1)]
    text = "".join(f"{indent}{one.removeprefix(inner)}\n" if one.strip() else "\n" for one in rows)
    above = _said(source, indent, span.line, first.line - 1)
    below = _said(source, indent, last.end_line + 1, span.end_line)
    again = own_name.again(repair, site) if repair.name in bound else []
    return repair.fix(message, [source.edit(whole, f"{above}{text}{below}"), *again])


def _said(source: FileText, indent: str, first: int, last: int) -> str:
    """The comments in some lines, each on a line of its own."""
    found = source.said(source.offset(first, 0), source.offset(last + 1, 0))
    return "".join(f"{indent}{one}\n" for one in found)


def _bound(repair: Repair, node: ast.Try) -> set[str]:
    """The names under which the ``try`` imports the symbol. Unfixable, where it does anything else."""
    if node.orelse or node.finalbody:
        raise Unfixable("the `try` has more than an import and its fallback")
    if len(node.handlers) != 1 or handled(node.handlers[0]) == "":
        raise Unfixable("the `try` catches more than a failing import")
    bound: set[str] = set()
    for one in node.body:
        if not isinstance(one, ast.ImportFrom) or any(alias.name == "*" for alias in one.names):
            raise Unfixable("the `try` does more than import names")
        for alias in one.names:
            dots = "." * one.level
            module = f"{dots}{one.module or ''}"
            path = repair.absolute(f"{module}{'' if module.endswith('.') else '.'}{alias.name}")
            if path != repair.canonical:
                raise Unfixable(f"the `try` imports `{alias.name}`, too, which may not be there")
            bound.add(alias.asname or alias.name)
    for stmt in node.handlers[0].body:
        if not _only_binds(stmt, bound):
            raise Unfixable(f"the fallback in line {stmt.lineno} does more than bind the name")
    return bound


def _with_gap(source: FileText, span: Span) -> Span:
    """Some lines, together with the empty lines before them where empty lines follow, too."""
    line = span.line
    if not source.row(span.end_line).strip():
        while line > 1 and not source.row(line - 1).strip():
            line -= 1
    return Span(line, 0, span.end_line, 0)


def _try(repair: Repair) -> Site:
    """The innermost ``try`` that has the place of the finding in a handler: what the handler tries is another one."""
    line = repair.finding.span.line
    found = [
        site
        for site in repair.source.walked.of(ast.Try)
        if isinstance(site.node, ast.Try)
        and any(one.lineno <= line <= (one.end_lineno or one.lineno) for one in site.node.handlers)
    ]
    if not found:
        raise Unfixable("the fallback is not that of a `try`")
    return max(found, key=lambda site: getattr(site.node, "lineno", 0))


def _only_binds(stmt: ast.stmt, names: set[str]) -> bool:
    if isinstance(stmt, ast.Pass):
        return True
    if isinstance(stmt, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in stmt.names} <= names
    if isinstance(stmt, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return stmt.name in names
    if isinstance(stmt, ast.Assign):
        targets = [one.id for one in stmt.targets if isinstance(one, ast.Name)]
        plain = isinstance(stmt.value, (ast.Constant, ast.Name, ast.Attribute))
        return plain and len(targets) == len(stmt.targets) and set(targets) <= names
    return False
