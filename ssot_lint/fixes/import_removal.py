"""An imported name → edits that take it out of its statement, or the statement with it. Pure.

No comment is lost.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from ssot_lint.fixes.imports import COMMENT, ImportStatement, block, must_be_alone
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit, Span

_SAID = re.compile(r"[ \t]*,?[ \t]*(#.*)", re.DOTALL)
"""A comment behind a name, with the comma before it."""
_AFTER = re.compile(r"[ \t]*,?[ \t]*")
_CONTINUED = re.compile(r"(?:[ \t,]|\\(?:\r\n|\r|\n))*")
"""What may stand between two names outside of brackets."""


def given_up(source: FileText, statement: ImportStatement, alias: ast.alias) -> list[Edit]:
    """The same as ``dropped``, together with a condition that has nothing else below it."""
    above = statement.site.parent
    node = above.node if above is not None else None
    if above is None or not isinstance(node, ast.If) or node.orelse or len(block(above)) == 1:
        return dropped(source, statement, alias)
    span = source.span(node)
    is_plain = source.row(span.line)[: span.column + 2].strip() == "if"
    if (
        not is_plain
        or len(node.body) > 1
        or len(statement.node.names) > 1
        or source.said(*_rows(source, span))
    ):
        return dropped(source, statement, alias)
    return [source.rows_away(span.line, span.end_line)]


def _rows(source: FileText, span: Span) -> tuple[int, int]:
    """The offsets at which the rows of a span begin and end."""
    return source.offset(span.line, 0), source.offset(span.end_line, len(source.row(span.end_line)))


def dropped(source: FileText, statement: ImportStatement, alias: ast.alias, carried: str = "") -> list[Edit]:
    """Edits that remove a name from an import, or the whole statement if it imports nothing else. No comment is lost;
    one is ``carried`` with the name."""
    node = statement.node
    if len(node.names) == 1:
        return [_without(source, statement)]
    names = node.names
    place = names.index(alias)
    start, end = source.offset(*source.span(alias)[:2]), source.offset(*source.span(alias)[2:])
    text = source.text
    after = _AFTER.match(text, end)
    assert after is not None
    has_comma = "," in after[0]
    edits: list[Edit] = []
    if place + 1 < len(names) and (not has_comma or _is_continued(source, names, place, after.end())):
        behind = source.offset(*source.span(names[place + 1])[:2])
        if source.said(end, behind):
            raise Unfixable("a comment stands between a name and its comma")
        return [source.edit(source.slice(start, behind), "")]
    if not has_comma:
        # The last of all: the comma before it goes, too.
        before = source.offset(*source.span(names[place - 1])[2:])
        comma = source.found(",", before)
        gap = text[comma + 1 : start]
        if _CONTINUED.fullmatch(text[before:start]):
            return [source.edit(source.slice(before, end), "")]
        if "\n" not in gap and "\r" not in gap:
            return [source.edit(source.slice(comma, end), "")]
        edits.append(source.edit(source.slice(comma, comma + 1), ""))
    line = source.span(alias).line
    head = text[source.offset(line, 0) : start]
    finish = after.end() if has_comma else end
    last = source.offset(line, len(source.row(line)))
    is_apart = line == source.span(alias).end_line and not head.strip()
    if is_apart and COMMENT.fullmatch(text[finish:last]):
        edits += _row_away(source, statement, line, carried)
    else:
        edits.append(source.edit(source.slice(start, finish), ""))
    return edits


def _row_away(source: FileText, statement: ImportStatement, line: int, carried: str) -> list[Edit]:
    """Edits that remove the line of a name within a statement. The comments there and above it go above the
    statement: they are not about the name that comes next."""
    top = source.span(statement.node)
    first = line
    while first - 1 > top.line and source.row(first - 1).strip().startswith("#"):
        first -= 1
    end = source.offset(line, len(source.row(line)))
    said = [one for one in source.said(source.offset(first, 0), end) if one != carried]
    edits = [source.edit(Span(first if said else line, 0, line + 1, 0), "")]
    if said:
        row = source.row(top.line)
        indent = row[: len(row) - len(row.lstrip())]
        rows = "".join(f"{indent}{one}\n" for one in said)
        edits.append(source.edit(Span(top.line, 0, top.line, 0), rows))
    return edits


def _is_continued(source: FileText, names: Sequence[ast.alias], place: int, end: int) -> bool:
    """Whether a name has its line for itself, among the names, and a backslash ends that at an offset."""
    line = source.span(names[place]).line
    is_first = not place or source.span(names[place - 1]).end_line < line
    return is_first and source.text[end : source.offset(line, len(source.row(line)))].strip() == "\\"


def _without(source: FileText, statement: ImportStatement) -> Edit:
    """The edit that removes a whole statement. Its comments stay in its place."""
    node = statement.node
    must_be_alone(source, node)
    span = source.span(node)
    start, end = source.offset(*span[:2]), source.offset(*span[2:])
    rows = f"\n{source.row(span.line)[: span.column]}"
    if len(block(statement.site)) == 1:
        return source.edit(span, rows.join([*source.said(start, end), "pass"]))
    _, last = _rows(source, span)
    said = source.said(start, last)
    if said:
        return source.edit(source.slice(start, last), rows.join(said))
    return source.rows_away(span.line, span.end_line)


def said_of(source: FileText, statement: ImportStatement, alias: ast.alias) -> str:
    """The comment that stands behind a name alone on its line, unless it only tells tools what to make of the line."""
    span = source.span(alias)
    row, names = source.row(span.line), statement.node.names
    if span.line != span.end_line or any(
        source.span(one).line == span.line for one in names if one is not alias
    ):
        return ""
    if len(names) > 1 and span.line == source.span(statement.node).end_line:
        # What stands behind the last line is said of the whole statement.
        return ""
    if _SAID.fullmatch(row[span.end_column :]) is None:
        return ""
    return "".join(source.said(source.offset(*span[2:]), source.offset(span.line, len(row))))
