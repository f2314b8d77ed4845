"""The text of one file: which lines hold which words, and columns in letters. Pure."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from ssot_lint.facts.prefilter import is_plain
from ssot_lint.model.finding import Span

_MANY = 64
"""So many words are searched for, each by itself; the others are looked up among all that stand in the file."""

_WORD = re.compile(r"\w+")
_STAR = re.compile(r"import(?<!\wimport)[\s\\]*\*")
"""The pattern begins with what it looks for: that is many times quicker than to begin with a boundary."""

_LINE = re.compile(r"\r\n|\r|\n")


def _decoded(data: bytes) -> str:
    """The text as Python would read it, or as latin-1 where its cookie is wrong: then it does not parse anyway."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return data.decode("latin-1")


def _is_letter(text: str) -> bool:
    """Whether a character next to a name makes it a longer one."""
    return text == "_" or text.isalnum()


class Lines:
    """The lines of a file: which hold which names, and columns in code points."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        text = data.decode("ascii") if is_plain(data) else _decoded(data)
        self.ascii = text.isascii()
        text = text.removeprefix("\ufeff")
        self.lines: list[str] = _LINE.split(text) if "\r" in text else text.split("\n")
        plain = self.lines
        if not self.ascii:
            plain = [line if line.isascii() else unicodedata.normalize("NFKC", line) for line in plain]
        self.search = text if self.ascii and "\r" not in text else "\n".join(plain)
        searched = self.lines if self.search is text else self.search.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in searched)]
        self.found: dict[str, tuple[int, ...]] = {}

    @property
    def stars(self) -> tuple[int, ...]:
        """The lines on which all names of a module are imported."""
        return tuple(bisect_right(self.starts, match.start()) for match in _STAR.finditer(self.search))

    def of(self, word: str) -> tuple[int, ...]:
        """The lines on which a word stands."""
        if word not in self.found:
            is_listed = len(self.found) >= _MANY and _WORD.fullmatch(word) is not None
            self.found[word] = tuple(self._listed.get(word, ())) if is_listed else self._searched(word)
        return self.found[word]

    def _searched(self, word: str) -> tuple[int, ...]:
        text, found = self.search, []
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if _is_letter(text[start - 1 : start]) or _is_letter(text[end : end + 1]):
                start = text.find(word, max(end, start + 1))
            else:
                line = bisect_right(self.starts, start)
                found.append(line)
                # One on a line is enough.
                start = text.find(word, self.starts[line])
        return tuple(found)

    @cached_property
    def _listed(self) -> dict[str, list[int]]:
        """All words, with their lines."""
        found: dict[str, list[int]] = {}
        for line, text in enumerate(self.search.split("\n"), 1):
            for word in {*_WORD.findall(text)}:
                found.setdefault(word, []).append(line)
        return found

    def column(self, line: int, column: int) -> int:
        """A UTF-8 column as code points."""
        if self.ascii or line > len(self.lines):
            return column
        text = self.lines[line - 1]
        if text.isascii():
            return min(column, len(text))
        return len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))

    def in_bytes(self, span: Span) -> Span:
        """A span with its columns in UTF-8 bytes, as syntax trees count them."""
        if self.ascii:
            return span

        def byte(line: int, column: int) -> int:
            text = self.lines[line - 1] if line <= len(self.lines) else ""
            return len(text[:column].encode("utf-8", "surrogatepass"))

        return Span(
            span.line, byte(span.line, span.column), span.end_line, byte(span.end_line, span.end_column)
        )

    def source(self) -> str:
        """The text with plain newlines, its lines where they were."""
        return "\n".join(self.lines)

    def text(self, first: int, last: int) -> str:
        """Some lines, with names as Python knows them."""
        return self.search[self.starts[first - 1] : self.starts[min(last, len(self.starts) - 1)]]

    def span(self, node: ast.AST) -> Span:
        line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
        column, end_column = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
        end, end_column = end or line, column if end_column is None else end_column
        return Span(line, self.column(line, column), end, self.column(end, end_column))

    def between(self, since: tuple[int, int], until: tuple[int, int]) -> Span:
        """From one place to another, whose columns are in bytes."""
        return Span(since[0], self.column(*since), until[0], self.column(*until))

    def name_span(self, node: ast.AST, name: str) -> Span:
        """The place of a ``def``'s or ``class``'s name, behind its keyword."""
        line = getattr(node, "lineno", 1)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        start = self.column(line, getattr(node, "col_offset", 0))
        return Span(line, start, line, max(start + 1, len(text.rstrip())))
