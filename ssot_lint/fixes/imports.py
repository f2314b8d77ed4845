"""The import statements of one file: which there are, what stands around them, and how they spell a module. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.facts.scopes import Site
from ssot_lint.facts.syntax import module_of
from ssot_lint.fixes.import_order import AnyImport
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Span

COMMENT = re.compile(r"[ \t]*(#.*)?")
"""What may stand behind a statement that is alone on its lines."""


@dataclass(frozen=True, eq=False)
class ImportStatement:
    """An import statement in its block."""

    site: Site
    node: AnyImport

    @property
    def module(self) -> str:
        """What a from-import takes names from, with its dots; nothing for a plain import."""
        return module_of(self.node) if isinstance(self.node, ast.ImportFrom) else ""


def statements(source: FileText) -> Iterator[ImportStatement]:
    for site in source.walked.of(ast.Import, ast.ImportFrom):
        assert isinstance(site.node, (ast.Import, ast.ImportFrom))
        yield ImportStatement(site, site.node)


def at(source: FileText, span: Span) -> tuple[ImportStatement, ast.alias] | None:
    """The import statement at a place, and the name in it."""
    for one in statements(source):
        for alias in one.node.names:
            if source.span(alias) == span:
                return one, alias
    return None


def block(site: Site) -> list[ast.stmt]:
    """The statements of the block in which a statement stands."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(site.parent.node if site.parent is not None else None, field, None)
        if isinstance(body, list) and site.node in body:
            return body
    raise Unfixable("the import stands where no other can be put")


def is_alone(source: FileText, node: ast.stmt) -> bool:
    """Whether no other statement shares the lines of a statement."""
    span = source.span(node)
    before = source.row(span.line)[: span.column]
    behind = source.row(span.end_line)[span.end_column :]
    above = source.row(span.line - 1) if span.line > 1 else ""
    return not before.strip() and COMMENT.fullmatch(behind) is not None and not above.endswith("\\")


def must_be_alone(source: FileText, node: ast.stmt) -> None:
    if not is_alone(source, node):
        raise Unfixable("several statements share the import's line")


# -- a run of imports


def run_of(source: FileText, statement: ImportStatement) -> list[AnyImport]:
    """The imports around an import, with nothing but comments between them."""
    body = block(statement.site)
    place = body.index(statement.node)
    first = last = place
    while first and _follows(source, body[first - 1], body[first]):
        first -= 1
    while last + 1 < len(body) and _follows(source, body[last], body[last + 1]):
        last += 1
    return [one for one in body[first : last + 1] if isinstance(one, (ast.Import, ast.ImportFrom))]


def _follows(source: FileText, before: ast.stmt, after: ast.stmt) -> bool:
    if not all(isinstance(one, (ast.Import, ast.ImportFrom)) for one in (before, after)):
        return False
    between = range((before.end_lineno or before.lineno) + 1, after.lineno)
    return all(source.row(line).strip().startswith("#") for line in between)


def is_beside(source: FileText, statement: ImportStatement, node: ast.AST) -> bool:
    """Whether nothing but imports and comments stands between an import and another one."""
    return any(one is node for one in run_of(source, statement))


# -- how a module is spelled


def spelled(module: str, like: str, package: Sequence[str]) -> str:
    """The path of a module as a file of a package would spell it: relative if ``like`` is relative, as far as
    possible."""
    if not like.startswith("."):
        return module
    parts = module.split(".")
    common = 0
    while common < min(len(parts), len(package)) and parts[common] == package[common]:
        common += 1
    if not common:
        return module
    return "." * (len(package) - common + 1) + ".".join(parts[common:])
