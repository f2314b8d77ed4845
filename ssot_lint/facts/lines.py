"""The text of one file: which lines hold which names, and columns in letters. Pure."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable
from itertools import accumulate

from ssot_lint.facts.prefilter import is_plain
from ssot_lint.model.finding import Span

ALWAYS = ("__all__", "__getattr__")
"""Names that matter in every file that has one of the names asked for."""

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
        self.searched: set[str] = set()
        self.hits = {bisect_right(self.starts, match.start()) for match in _STAR.finditer(self.search)}

    def find(self, names: Iterable[str]) -> bool:
        """Looks for further names, which then tell which nodes can matter. Whether they stand on further lines."""
        text = self.search
        before = len(self.hits)
        for word in {*names, *ALWAYS} - self.searched:
            self.searched.add(word)
            start = text.find(word)
            while start >= 0:
                end = start + len(word)
                if _is_letter(text[start - 1 : start]) or _is_letter(text[end : end + 1]):
                    start = text.find(word, max(end, start + 1))
                else:
                    line = bisect_right(self.starts, start)
                    self.hits.add(line)
                    # One on a line is enough.
                    start = text.find(word, self.starts[line])
        return len(self.hits) > before

    def keeper(self, names: Collection[str], forced: frozenset[str]) -> Callable[[ast.AST], bool]:
        """Whether a node can matter: some line of it holds one of the names, or it is a class asked for."""
        # A byte for each line: a search in bytes is quicker than one in numbers.
        wanted = bytearray(len(self.starts) + 1)
        for line in self.hits:
            wanted[line] = 1

        def keep(node: ast.AST) -> bool:
            first = getattr(node, "lineno", None)
            if first is None:
                return True
            last = getattr(node, "end_lineno", first) or first
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                if node.decorator_list:
                    first = min(first, node.decorator_list[0].lineno)
                if node.name in names and (node.name in forced or isinstance(node, ast.ClassDef)):
                    wanted[first : last + 1] = b"\1" * (last + 1 - first)
            return wanted.find(1, first, last + 1) >= 0

        return keep

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

    def span(self, node: ast.AST) -> Span:
        line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
        column, end_column = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
        end, end_column = end or line, column if end_column is None else end_column
        return Span(line, self.column(line, column), end, self.column(end, end_column))

    def name_span(self, node: ast.AST, name: str) -> Span:
        """The place of a ``def``'s or ``class``'s name, behind its keyword."""
        line = getattr(node, "lineno", 1)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        start = self.column(line, getattr(node, "col_offset", 0))
        return Span(line, start, line, max(start + 1, len(text.rstrip())))
