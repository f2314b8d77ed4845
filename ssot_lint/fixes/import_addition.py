"""A name that a file needs → edits that import it: in a statement of its own, in one that is there, or in the place of
another name. Pure.

No statement that stays changes its place. A new import goes where isort or ruff would sort it, if the statements around
it are sorted: plain imports before from-imports, modules and names by their letters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ssot_lint.facts.scopes import Site
from ssot_lint.facts.syntax import module_of
from ssot_lint.fixes.import_order import NAME_ORDERS, AnyImport, order_of, position
from ssot_lint.fixes.import_removal import dropped, said_of
from ssot_lint.fixes.imports import ImportStatement, block, is_alone, run_of
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit, Span

_AFTER = re.compile(r"[ \t]*,?[ \t]*")
_FROM = re.compile(r"from(?:\s|\\\n)*([.\w]+(?:\s*\.\s*\w+)*)")

_EXCUSES = (
    (re.compile(r"#\s*noqa:[\sA-Z\d,]*\bE402\b", re.IGNORECASE), "noqa: E402"),
    (re.compile(r"\bisort:\s*skip\b"), "isort: skip"),
)
"""What excuses the place of an import, as a pattern in its comments and as a comment of another one."""

WIDTH = 88
"""Lines of imports may be so long, or as long as the longest line of the file is."""


def exchanged(
    source: FileText, statement: ImportStatement, alias: ast.alias, module: str, name: str
) -> list[Edit]:
    """Edits that import a name from a module (or, without a name, the module itself) instead of what an alias imports;
    the new import takes the place of a statement that imports nothing else."""
    if len(statement.node.names) > 1:
        said = said_of(source, statement, alias)
        return [*dropped(source, statement, alias, said), *added(source, statement, module, name, said)]
    if isinstance(statement.node, ast.Import):
        more = added(source, statement, module, name)
        if not any(one.text.endswith("\n") for one in more):
            return [*dropped(source, statement, alias), *more]
    return replaced(source, statement, alias, module, name)


def replaced(
    source: FileText, statement: ImportStatement, alias: ast.alias, module: str, name: str
) -> list[Edit]:
    """Edits that replace the only name of an import by a name from another module. The statement moves if the imports
    around it are sorted and it would be out of order."""
    node = statement.node
    span = source.span(node)
    if isinstance(node, ast.ImportFrom) and name:
        edits = _renamed(source, node, alias, module, name)
    else:
        edits = [source.edit(span, f"from {module} import {name}" if name else f"import {module}")]
    run = run_of(source, statement)
    others = [one for one in run if one is not node]
    place = run.index(node)
    target = position(others, module, name) if order_of(run) is not None else None
    if (
        target is None
        or target == place
        or span.line != span.end_line
        or not is_alone(source, node)
        or source.row(span.line - 1).strip().startswith("#")
    ):
        return edits
    if any(not is_alone(source, one) for one in others):
        return edits
    row = source.row(span.line)
    moved = _within(row, span.line, edits)
    return [source.edit(Span(span.line, 0, span.line + 1, 0), ""), _inserted(source, others, target, moved)]


def _renamed(source: FileText, node: ast.ImportFrom, alias: ast.alias, module: str, name: str) -> list[Edit]:
    found = _FROM.match(source.text, source.offset(*source.span(node)[:2]))
    if found is None:
        raise Unfixable("the import is spelled in a way that cannot be changed")
    edits = []
    if found[1] != module:
        edits.append(source.edit(source.slice(found.start(1), found.end(1)), module))
    if source.piece(source.span(alias)) != name:
        edits.append(source.edit(source.span(alias), name))
    return edits


def _within(row: str, line: int, edits: Sequence[Edit]) -> str:
    """A line after some edits."""
    for one in sorted(edits, key=lambda one: one.span, reverse=True):
        row = row[: one.span.column] + one.text + row[one.span.end_column :]
    return row


def _inserted(source: FileText, run: Sequence[AnyImport], place: int, row: str) -> Edit:
    """The edit that inserts a line before one of some imports, or after the last."""
    if place < len(run):
        line = source.span(run[place]).line
        while place and source.row(line - 1).strip().startswith("#"):
            line -= 1
        return source.edit(Span(line, 0, line, 0), f"{row}\n")
    return _behind(source, run[-1], row)


def _behind(source: FileText, node: ast.stmt, row: str) -> Edit:
    line = source.span(node).end_line
    if line >= len(source.rows) and not source.rows[-1].endswith(("\n", "\r")):
        end = len(source.rows[-1])
        return source.edit(Span(line, end, line, end), f"\n{row}")
    return source.edit(Span(line + 1, 0, line + 1, 0), f"{row}\n")


# -- to import something more


def added(source: FileText, anchor: ImportStatement, module: str, name: str, said: str = "") -> list[Edit]:
    """Edits that import a name from a module (or, without a name, the module itself) in the block of another import.
    Whatever needs the name comes after that import. ``said``: a comment about the name, which gets a line of its
    own."""
    body = block(anchor.site)
    place = body.index(anchor.node)
    if name and not said:
        for one in _mergeable(source, body, module):
            if body.index(one) <= place or one in run_of(source, anchor):
                return _joined(source, one, name)
    run = run_of(source, anchor)
    if any(not is_alone(source, one) for one in run):
        raise Unfixable("several statements share the import's line")
    indent = source.row(anchor.node.lineno)[: source.span(anchor.node).column]
    row = f"{indent}from {module} import {name}" if name else f"{indent}import {module}"
    row += f"  {said}" if said else _excuse(source, anchor.node)
    target = position(run, module, name)
    if target is None:
        target = run.index(anchor.node) + 1
    return [_inserted(source, run, target, row)]


def _excuse(source: FileText, node: AnyImport) -> str:
    """The comment for an import that stands beside another one, if that has an excuse for its place."""
    span = source.span(node)
    comments = " ".join(
        f"#{source.row(line).partition('#')[2]}" for line in range(span.line, span.end_line + 1)
    )
    return "".join(f"  # {said}" for pattern, said in _EXCUSES if pattern.search(comments))


def merged(source: FileText, site: Site, module: str, name: str) -> list[Edit] | None:
    """Edits that add a name to an import from that module, in the same block and before a statement; None where there
    is no such import."""
    body = block(site)
    for one in _mergeable(source, body[: body.index(_statement(site))], module):
        return _joined(source, one, name)
    return None


def _statement(site: Site) -> ast.stmt:
    assert isinstance(site.node, ast.stmt)
    return site.node


def _mergeable(source: FileText, body: Sequence[ast.stmt], module: str) -> Iterator[ast.ImportFrom]:
    for one in body:
        if isinstance(one, ast.ImportFrom) and module_of(one) == module and one.names[0].name != "*":
            if is_alone(source, one):
                yield one


def _joined(source: FileText, node: ast.ImportFrom, name: str) -> list[Edit]:
    """Edits that add a name to a list of imported names."""
    names = [one.name for one in node.names]
    if any(one.name == name and one.asname is None for one in node.names):
        return []
    order = next((each for each in NAME_ORDERS if [*map(each, names)] == sorted(map(each, names))), None)
    place = len(names)
    if order is not None:
        place = next((number for number, one in enumerate(names) if order(one) > order(name)), len(names))
    first, last = source.span(node.names[0]), source.span(node.names[-1])
    text = source.piece(source.span(node))
    if "\n" not in text and "\r" not in text:
        return _on_one_line(source, node, place, name)
    is_column = (
        all(not source.row(span.line)[: span.column].strip() for span in map(source.span, node.names))
        and first.line != source.span(node).line
    )
    indent = source.row(first.line)[: first.column]
    if place < len(names):
        span = source.span(node.names[place])
        gap = f",\n{indent}" if is_column else ", "
        return [source.edit(Span(*span[:2], *span[:2]), f"{name}{gap}")]
    end = source.offset(*last[2:])
    after = _AFTER.match(source.text, end)
    assert after is not None
    if is_column and "," in after[0]:
        return [source.edit(Span(last.end_line + 1, 0, last.end_line + 1, 0), f"{indent}{name},\n")]
    gap = f",\n{indent}" if is_column else ", "
    return [source.edit(source.slice(end, end), f"{gap}{name}")]


def _on_one_line(source: FileText, node: ast.ImportFrom, place: int, name: str) -> list[Edit]:
    span = source.span(node)
    row = source.row(span.line)
    limit = max([WIDTH, *(len(source.row(line)) for line in range(1, len(source.rows) + 1))])
    is_bracketed = source.text[
        source.offset(*source.span(node.names[-1])[2:]) : source.offset(*span[2:])
    ].strip()
    if len(row) + len(name) + 2 > min(limit, 120) and not is_bracketed:
        indent = row[: span.column]
        words = [source.piece(source.span(one)) for one in node.names]
        words.insert(place, name)
        first, last = source.span(node.names[0]), source.span(node.names[-1])
        listed = "".join(f"{indent}    {word},\n" for word in words)
        return [source.edit(Span(*first[:2], *last[2:]), f"(\n{listed}{indent})")]
    if place < len(node.names):
        at = source.span(node.names[place])
        return [source.edit(Span(*at[:2], *at[:2]), f"{name}, ")]
    end = source.span(node.names[-1])
    return [source.edit(Span(*end[2:], *end[2:]), f", {name}")]
