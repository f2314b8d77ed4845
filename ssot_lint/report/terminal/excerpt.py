"""Bytes of a file and a span → the line at fault and the marks under it, fit for a terminal. Pure."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.wording import printable

if TYPE_CHECKING:
    from ssot_lint.report.view import View

TAB = 4
"""How many cells a tab stands for, at most."""

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"[ \t\f]*(#|$)")
_LINE_END = re.compile("\r\n|\r|\n")
_CUT = "..."


class Excerpt(NamedTuple):
    """``line`` is the piece of the source that is shown; ``marks`` has a ``^`` under each cell at fault."""

    line: str
    marks: str


def lines_of(data: bytes) -> list[str]:
    """The lines as Python counts them: only CR, LF and CR LF end a line. Bytes that cannot be decoded are escaped."""
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    text = _decode(data)
    return _LINE_END.split(text) if "\r" in text else text.split("\n")


def _decode(data: bytes) -> str:
    for line in data[:4096].splitlines()[:2]:
        found = _COOKIE.match(line)
        if found:
            try:
                return data.decode(found[1].decode("ascii"), "backslashreplace")
            except (LookupError, ValueError):
                break
        if not _NO_CODE.match(line):
            break
    return data.decode("utf-8", "backslashreplace")


def with_source(view: View, findings: Iterable[Finding] | None = None) -> Iterator[tuple[Finding, list[str]]]:
    """Each of ``findings`` (None: all of the view) with the lines of its file, none where the file cannot be read. The
    findings of a file stand together, so only one file is held at a time."""
    path: str | None = None
    lines: list[str] = []
    for finding in view.findings if findings is None else findings:
        if finding.path != path:
            path = finding.path
            data = view.source(path)
            lines = lines_of(data) if data is not None else []
        yield finding, lines


def excerpt(lines: list[str], span: Span, width: int) -> Excerpt | None:
    """The first line of ``span``, at most ``width`` cells of it; None when there is no such line.

    A line that is too long is cut on both sides, so that the beginning of the span is shown.
    """
    if not 1 <= span.line <= len(lines):
        return None
    text = lines[span.line - 1]
    start = min(span.column, len(text))
    end = len(text.rstrip()) if span.end_line > span.line else min(span.end_column, len(text))
    end = max(end, start + 1)
    # Only the neighbourhood is looked at: a line may be megabytes long.
    first = max(0, start - width)
    shown = list(_cells(text[first : start + width]))
    start, end = start - first, end - first
    before, shown, after = _window(shown, start, width, first > 0, len(text) > first + len(shown))
    head = _CUT if before or first else ""
    start, end = start - before, min(end - before, len(shown))
    blank = len(head) + _width(shown[:start])
    marked = _width(shown[start:end])
    line = head + "".join(cell.text for cell in shown) + (_CUT if after else "")
    return Excerpt(line.rstrip(), " " * blank + "^" * max(marked, 1))


class _Cell(NamedTuple):
    """One character as it is shown, and how many cells of the terminal it takes."""

    text: str
    width: int


def _window(
    cells: list[_Cell], start: int, width: int, cut_before: bool, cut_after: bool
) -> tuple[int, list[_Cell], bool]:
    """How many cells are cut before, those that are kept, and whether any are cut after."""
    if not cut_before and not cut_after and _width(cells) <= width:
        return 0, cells, False
    room = max(width - 2 * len(_CUT), 1)
    # A third of the room for what stands before the fault, the rest for the fault and what follows it.
    before, used = start, 0
    while before > 0 and used + cells[before - 1].width <= room // 3:
        before -= 1
        used += cells[before].width
    after = start
    while after < len(cells) and used + cells[after].width <= room:
        used += cells[after].width
        after += 1
    # What is left over at the end of a line is used before the fault.
    while before > 0 and used + cells[before - 1].width <= room:
        before -= 1
        used += cells[before].width
    return before, cells[before:after], cut_after or after < len(cells)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return _width(_cells(text))


def _width(cells: Iterable[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _cells(text: str) -> Iterable[_Cell]:
    at = 0
    for character in text:
        cell = _cell(character, at)
        at += cell.width
        yield cell


def _cell(character: str, at: int) -> _Cell:
    if " " <= character <= "~":
        return _Cell(character, 1)
    if character == "\t":
        blanks = TAB - at % TAB
        return _Cell(" " * blanks, blanks)
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return _Cell(character, 0)
    if character.isprintable():
        return _Cell(character, 2 if unicodedata.east_asian_width(character) in "WF" else 1)
    shown = printable(character)
    return _Cell(shown, len(shown))
