"""A file's bytes → its text and its tree for edits, and edits → new bytes. Pure.

Places are lines and columns in code points, as in findings. Edits change nothing else in the file: encoding, byte order
mark, line ends and comments stay.
"""

from __future__ import annotations

import ast
import codecs
import contextlib
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.parse import parse
from ssot_lint.facts.quoted import unquote
from ssot_lint.facts.scopes import Site, Walked
from ssot_lint.facts.syntax import words_of
from ssot_lint.facts.walk import walk
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.finding import Edit, Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_END = re.compile(r"\r\n|\r|\n\Z")
_ANY_END = re.compile(r"\r\n|\r")
_FOR_TOOLS = re.compile(r"#\s*(?:noqa|isort|type|pragma|pyright|mypy|ssot)\b", re.IGNORECASE)
"""What a comment begins with that tells tools what to make of its line."""


class Unfixable(Exception):
    """The reason why a fix is not possible, as the end of a sentence. ``elsewhere``: the reason lies in another file
    than the one that would change. ``awaited``: so it does, and goes away with other findings."""

    def __init__(self, reason: str, *, elsewhere: bool = False, awaited: bool = False) -> None:
        super().__init__(reason)
        self.elsewhere = elsewhere or awaited
        self.awaited = awaited


class FileText:
    """One file. Raises Unfixable if encoding its text again would not give the same bytes, and, when the tree is first
    asked for, if the file does not parse."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.mark = data.startswith(codecs.BOM_UTF8)
        try:
            self.encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            self.encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
            self.text = data.removeprefix(codecs.BOM_UTF8).decode(self.encoding)
            if self._encoded(self.text) != data:
                raise Unfixable("the file's encoding cannot be written as it was read")
        except (SyntaxError, UnicodeError, LookupError):
            raise Unfixable("the file's encoding is not what it says") from None
        self.lines = Lines(data)
        self.rows: list[str] = _LINE.findall(self.text)
        """The lines of the text with their ends."""

    @cached_property
    def tree(self) -> ast.Module:
        try:
            return parse(self.data)
        except Unparsable as problem:
            raise Unfixable(f"the file {problem.message}") from None

    @cached_property
    def walked(self) -> Walked:
        """All places of the tree with their scopes; quoted types are parsed, too."""
        while True:
            walked = walk(self.tree)
            known = {word for site in walked.of(ast.Constant) for word in _words(site)}
            if not [site for site in walked.of(ast.Constant) if unquote(site, known, self.lines)]:
                return walked

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """The comments of the text, with the offsets at which they begin."""
        found = []
        text = _ANY_END.sub("\n", self.text)
        with contextlib.suppress(tokenize.TokenError, SyntaxError):
            for token in tokenize.generate_tokens(io.StringIO(text).readline):
                if token.type == tokenize.COMMENT:
                    found.append((self.offset(*token.start), token.string.rstrip()))
        return found

    def said(self, start: int, end: int) -> list[str]:
        """The comments between two offsets, but for those that only tell tools what to make of their line."""
        return [one for at, one in self.comments if start <= at < end and not _FOR_TOOLS.match(one)]

    def found(self, letter: str, start: int) -> int:
        """The offset of the first such letter of the code behind an offset."""
        place = self.text.index(letter, start)
        for at, one in self.comments:
            if at <= place < at + len(one):
                return self.found(letter, at + len(one))
        return place

    @cached_property
    def ends(self) -> list[int]:
        """The offsets at which the lines end; the first is 0, as the end of an empty line before the first."""
        found = [0]
        for row in self.rows:
            found.append(found[-1] + len(row))
        return found

    def span(self, node: ast.AST) -> Span:
        return self.lines.span(node)

    def offset(self, line: int, column: int) -> int:
        """A place as a number of code points from the beginning of the text."""
        return self.ends[min(line - 1, len(self.rows))] + column

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset."""
        line = min(bisect_right(self.ends, offset), max(len(self.rows), 1))
        if offset == len(self.text) and self.rows and _END.search(self.rows[-1]):
            return len(self.rows) + 1, 0
        return line, offset - self.ends[line - 1]

    def slice(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(*self.place(start), *self.place(end))

    def piece(self, span: Span) -> str:
        return self.text[self.offset(*span[:2]) : self.offset(*span[2:])]

    def row(self, line: int) -> str:
        """A line of the text, without its end."""
        return _END.sub("", self.rows[line - 1]).rstrip("\r\n") if 0 < line <= len(self.rows) else ""

    def rows_away(self, first: int, last: int) -> Edit:
        """The edit that removes some lines. Of the gaps before and after them the larger one stays."""
        before, behind = first, last
        while before > 1 and not self.row(before - 1).strip():
            before -= 1
        while behind < len(self.rows) and not self.row(behind + 1).strip():
            behind += 1
        if behind >= len(self.rows):
            first, last = before, behind
        elif before == 1 or (before < first and first - before >= behind - last > 0):
            last = behind
        elif before < first and (behind > last or behind == len(self.rows)):
            first = before
        if last >= len(self.rows) and self.rows and not self.rows[-1].endswith(("\n", "\r")):
            # The last line has no end; neither has the one that is the last then.
            start = (first - 1, len(self.row(first - 1))) if first > 1 else (1, 0)
            return self.edit(Span(*start, len(self.rows), len(self.rows[-1])), "")
        return self.edit(Span(first, 0, last + 1, 0), "")

    def edit(self, span: Span, text: str) -> Edit:
        return Edit(self.path, span, text)

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """The bytes after some edits. Unfixable, where two of them overlap, or where the encoding lacks a letter."""
        pieces: list[str] = []
        last = 0
        ordered = sorted(
            {(self.offset(*one.span[:2]), self.offset(*one.span[2:]), one.text) for one in edits}
        )
        for start, end, text in ordered:
            if start < last:
                raise Unfixable("two changes overlap")
            pieces += [
                self.text[last:start],
                text.replace("\n", self._newline(start)) if "\n" in text else text,
            ]
            last = end
        try:
            return self._encoded("".join([*pieces, self.text[last:]]))
        except UnicodeEncodeError:
            raise Unfixable(f"the file's encoding ({self.encoding}) lacks a letter of the name") from None

    def _newline(self, offset: int) -> str:
        """The end of the line at an offset, or of the line above, or of any line."""
        line = self.place(offset)[0]
        for number in (line, line - 1, *range(1, len(self.rows) + 1)):
            end = _END.search(self.rows[number - 1]) if 0 < number <= len(self.rows) else None
            if end is not None:
                return end[0]
        return "\n"

    def _encoded(self, text: str) -> bytes:
        return (codecs.BOM_UTF8 if self.mark else b"") + text.encode(self.encoding)


def _words(site: Site) -> list[str]:
    value = getattr(site.node, "value", None)
    return words_of(value) if isinstance(value, str) else []
