"""Places in texts: lines as Python counts them, and columns in the unit that a client counts in. Pure.

pygls is not asked: it takes form feeds and other marks for ends of lines, which neither Python nor the protocol does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Unit = Literal["utf-8", "utf-16", "utf-32"]
"""What a client counts columns in."""

UNITS: tuple[Unit, ...] = ("utf-8", "utf-16", "utf-32")

_ENDS = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """The lines of a text, without their ends."""
    return _ENDS.split(text)


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
    """A client's place as a line from 0 and a column in code points. What lies beyond the text is its end."""
    if row >= len(lines):
        return max(len(lines) - 1, 0), len(lines[-1]) if lines else 0
    text = lines[row]
    if text.isascii() or unit == "utf-32":
        return row, min(units, len(text))
    column = 0
    while column < len(text) and units > 0:
        units -= width(text[column], unit)
        column += 1
    return row, column


def offset(text: str, row: int, units: int, unit: Unit) -> int:
    """A client's place as a number of code points from the beginning of a text."""
    start, number = 0, 0
    for end in _ENDS.finditer(text):
        if number == row:
            line = text[start : end.start()]
            return start + from_client([line], 0, units, unit)[1]
        start, number = end.end(), number + 1
    return start + from_client([text[start:]], 0, units, unit)[1] if number == row else len(text)
