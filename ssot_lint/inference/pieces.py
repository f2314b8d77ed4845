"""A file's text in pieces: its outline, and its functions, each parsed only when it is looked into. Pure.

Where few functions of a file matter, most of the time goes into parsing the others. Functions are found by their
lines: only in a long string or a bracket, or behind a backslash, can a line of a function begin further left than
its body does. Strings and backslashes are seen; what is cut inside of a bracket does not parse.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_DEF = re.compile(r"\n([ \t]*)((?:async[ \t]+)?def)[ \t]+([^\W\d]\w*)")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*')
_LONG = ('"""', "'''")
_STORED = re.compile(r"\.[\s\\]*([^\W\d]\w*)(?=[ \t]*(?:[^\w \t(]|in\b))")
_OUTWARD = re.compile(r"\bglobal\b|^[ \t]*class\b", re.M)


@dataclass(slots=True, eq=False)
class Piece:
    """The text of one function, from the line of its ``def``."""

    text: str
    line: int

    @property
    def end(self) -> int:
        return self.line + self.text.count("\n")

    @property
    def is_outward(self) -> bool:
        """Whether the function may bind more than its own names and attributes of things."""
        text = self.text
        return ("global" in text or "class" in text) and _OUTWARD.search(text) is not None

    def stored(self) -> set[str]:
        """The attributes that the function may assign to."""
        text = self.text if self.text.isascii() else unicodedata.normalize("NFKC", self.text)
        return set(_STORED.findall(text))

    def fill(self, stub: Any) -> None:
        """Makes the statement that stands for the function in the outline the function itself."""
        if self.text[0] in " \t":
            text = f"{chr(10) * (self.line - 2)}if 1:\n{self.text}"
            found = getattr(ast.parse(text).body[0], "body", [])
        else:
            found = ast.parse("\n" * (self.line - 1) + self.text).body
        if len(found) != 1:
            raise SyntaxError("this is more than a function")
        for name in ("args", "body", "returns", "type_params", "end_lineno", "end_col_offset"):
            if hasattr(found[0], name):
                setattr(stub, name, getattr(found[0], name))


class Outline:
    """The tree of a file in which statements that do nothing stand for its functions, but for those on the lines
    that are ``asked`` about. ``closed`` has the functions behind the statements, by their lines. Raises SyntaxError
    where the text cannot be cut; ``whole``: it is not."""

    def __init__(self, text: str, asked: Sequence[int], *, whole: bool = False) -> None:
        self.text = text
        self.closed: dict[int, Piece] = {}
        self.stored: dict[str, list[int]] | None = None
        parts: list[str] = []
        at, line = 0, 1
        for head, start, end in () if whole else _functions(text):
            line += text.count("\n", at, start)
            piece = Piece(text[start:end], line)
            if piece.is_outward or any_between(asked, line, piece.end):
                parts.append(text[at:end])
            else:
                self.closed[line] = piece
                newlines = "\n" * (piece.end - line)
                parts += [text[at:start], f"{head[1]}{head[2]} {head[3]}(): 0", newlines]
            at, line = end, piece.end
        parts.append(text[at:])
        self.tree = ast.parse("".join(parts))

    def storing(self, name: str) -> Sequence[int]:
        """The functions that were closed and may give something an attribute of this name."""
        if self.stored is None:
            self.stored = {}
            for line, piece in self.closed.items():
                for stored in piece.stored():
                    self.stored.setdefault(stored, []).append(line)
        return self.stored.get(name, ())


def lines_of(text: str, word: str) -> Iterator[int]:
    """The lines of a text that hold a word."""
    line, counted = 1, 0
    at = text.find(word)
    while at >= 0:
        line += text.count("\n", counted, at)
        counted = at
        yield line
        at = text.find(word, at + 1)


def any_between(lines: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= last


def _functions(text: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """The outermost functions of a text: how each begins, its place, and where the next line behind it does."""
    if "\f" in text:
        # It hides how far a line is indented.
        return
    # Every line begins behind a newline: a pattern that begins with a character is found fast.
    text = f"\n{text}"
    strings = _long_strings(text)
    starts = [start for start, _ in strings]

    def hidden(at: int) -> int:
        """The end of the long string or of the continued line in which a line ends, or 0."""
        number = bisect_right(starts, at) - 1
        if number >= 0 and at < strings[number][1]:
            return strings[number][1]
        return at + 1 if text[at - 1] == "\\" else 0

    at = 0
    while True:
        head = _DEF.search(text, at)
        if head is None:
            return
        at = hidden(head.start())
        if at:
            continue
        # A line that is not further right, and neither empty nor a comment nor the end of what is in brackets.
        outer = re.compile(rf"\n(?!{head[1]}[ \t])[ \t]*[^\s#)\]}}]")
        found = outer.search(text, head.end())
        while found is not None and hidden(found.start()):
            found = outer.search(text, hidden(found.start()))
        at = found.start() if found is not None else len(text)
        yield head, head.start(), at


def _long_strings(text: str) -> list[tuple[int, int]]:
    """The places of strings in three quotes."""
    found: list[tuple[int, int]] = []
    nearest = dict.fromkeys(_LONG, 0)
    at = 0
    while True:
        for quotes, place in nearest.items():
            if 0 <= place < at or not at:
                nearest[quotes] = text.find(quotes, at)
        near = [place for place in nearest.values() if place >= 0]
        if not near:
            return found
        # What is before it on its line tells whether it is in a comment or in another string.
        line = max(text.rfind("\n", 0, min(near)) + 1, at)
        while line > at and text[line - 2 : line] == "\\\n":
            line = max(text.rfind("\n", 0, line - 1) + 1, at)
        token = _TOKEN.search(text, line)
        while token is not None and token[0] not in _LONG:
            token = _TOKEN.search(text, token.end())
        if token is None:
            return found
        end = text.find(token[0], token.end())
        while end > 0 and _is_escaped(text, end):
            end = text.find(token[0], end + 1)
        if end < 0:
            return found
        at = end + 3
        found.append((token.start(), at))


def _is_escaped(text: str, at: int) -> bool:
    before = text[max(0, at - 100) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
