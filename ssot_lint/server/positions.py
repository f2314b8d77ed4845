"""Places in texts: lines as Python counts them, and columns in the unit that a client counts in. Pure.

pygls is not asked: it takes form feeds and other marks for ends of lines, which neither Python nor the protocol does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Literal

Unit = Literal["utf-8", "utf-16", "utf-32"]
"""What a client counts columns in."""

UNITS: tuple[Unit, ...] = ("utf-8", "utf-16", "utf-32")

_ENDS = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """The lines of a text, without their ends."""
    return _ENDS.split(text)


def ends_of(text: str) -> Iterator[str]:
    """What the lines of a text end with."""
    return (end[0] for end in _ENDS.finditer(text))


def width(text: str, unit: Unit) -> int:
    """How many units a piece of a line has."""
    if unit == "utf-32" or text.isascii():
        return len(text)
    if unit == "utf-16":
        return len(text) + sum(letter > "\uffff" for letter in text)
    return len(text.encode("utf-8", "surrogatepass"))


def to_client(lines: Sequence[str], line: int, column: int, unit: Unit) -> tuple[int, int]:
    """A place of ours (lines from 1, columns in code points) as a client counts it, from 0."""
    row = max(line - 1, 0)
    text = lines[row] if row < len(lines) else ""
    if row == 0 and text.startswith("\ufeff"):
        # Findings do not count a byte order mark.
        column += 1
    return row, width(text[:column], unit) + max(column - len(text), 0)


def from_client(lines: Sequence[str], row: int, units: int, unit: Unit) -> tuple[int, int]:
    """A client's place as ``to_client`` takes it, but for the line, which counts from 0. What lies beyond the text is
    its end."""
    if row >= len(lines):
        row, units = max(len(lines) - 1, 0), sys.maxsize
    text = lines[row] if lines else ""
    column = _column(text, units, unit)
    return row, max(column - 1, 0) if row == 0 and text.startswith("\ufeff") else column


def _column(text: str, units: int, unit: Unit) -> int:
    """How many code points of a line a client's column has before it."""
    if text.isascii() or unit == "utf-32":
        return min(units, len(text))
    column = 0
    while column < len(text) and units > 0:
        units -= width(text[column], unit)
        column += 1
    return column


def offset(text: str, row: int, units: int, unit: Unit) -> int:
    """A client's place as a number of code points from the beginning of a text."""
    start, number = 0, 0
    for end in _ENDS.finditer(text):
        if number == row:
            line = text[start : end.start()]
            return start + _column(line, units, unit)
        start, number = end.end(), number + 1
    return start + _column(text[start:], units, unit) if number == row else len(text)
