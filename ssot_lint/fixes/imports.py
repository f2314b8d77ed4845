"""Import statements of one file → edits that change, add and remove imported names. Pure.

No statement that stays changes its place. A new import goes where isort or ruff would sort it, if the statements around
it are sorted: plain imports before from-imports, modules and names by their letters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.facts.scopes import Site
from ssot_lint.facts.syntax import module_of
from ssot_lint.fixes.import_order import NAME_ORDERS, AnyImport, order_of, position
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit, Span

WIDTH = 88
"""Lines of imports may be so long, or as long as the longest line of the file is."""

_COMMENT = re.compile(r"[ \t]*(#.*)?")
_SAID = re.compile(r"[ \t]*,?[ \t]*(#.*)", re.DOTALL)
"""A comment behind a name, with the comma before it."""
_AFTER = re.compile(r"[ \t]*,?[ \t]*")
_CONTINUED = re.compile(r"(?:[ \t,]|\\(?:\r\n|\r|\n))*")
"""What may stand between two names outside of brackets."""
_FROM = re.compile(r"from(?:\s|\\\n)*([.\w]+(?:\s*\.\s*\w+)*)")

_EXCUSES = (
    (re.compile(r"#\s*noqa:[\sA-Z\d,]*\bE402\b", re.IGNORECASE), "noqa: E402"),
    (re.compile(r"\bisort:\s*skip\b"), "isort: skip"),
)
"""What excuses the place of an import, as a pattern in its comments and as a comment of another one."""


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


def _is_alone(source: FileText, node: ast.stmt) -> bool:
    """Whether no other statement shares the lines of a statement."""
    span = source.span(node)
    before = source.row(span.line)[: span.column]
    behind = source.row(span.end_line)[span.end_column :]
    above = source.row(span.line - 1) if span.line > 1 else ""
    return not before.strip() and _COMMENT.fullmatch(behind) is not None and not above.endswith("\\")


def _must_be_alone(source: FileText, node: ast.stmt) -> None:
    if not _is_alone(source, node):
        raise Unfixable("several statements share the import's line")


# -- a run of imports


def _run(source: FileText, statement: ImportStatement) -> list[AnyImport]:
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
    return any(one is node for one in _run(source, statement))


# -- to take a name away


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
    if is_apart and _COMMENT.fullmatch(text[finish:last]):
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
    _must_be_alone(source, node)
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


# -- to import something else in the same place


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
    run = _run(source, statement)
    others = [one for one in run if one is not node]
    place = run.index(node)
    target = position(others, module, name) if order_of(run) is not None else None
    if (
        target is None
        or target == place
        or span.line != span.end_line
        or not _is_alone(source, node)
        or source.row(span.line - 1).strip().startswith("#")
    ):
        return edits
    if any(not _is_alone(source, one) for one in others):
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
            if body.index(one) <= place or one in _run(source, anchor):
                return _joined(source, one, name)
    run = _run(source, anchor)
    if any(not _is_alone(source, one) for one in run):
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
            if _is_alone(source, one):
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
