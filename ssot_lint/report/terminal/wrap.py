"""Pieces of a sentence → lines that fit into a terminal. No piece is ever broken. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ssot_lint.report.terminal.excerpt import cells

_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def wrapped(pieces: Iterable[str], width: int, hang: int) -> list[str]:
    """The pieces with a blank between them, in lines of at most ``width`` cells, unless a piece alone is longer. Each
    line after the first is indented by ``hang`` blanks, or by fewer where a piece needs the room. Colours take no
    cells. Width 0: all on one line."""
    if not width:
        return [" ".join(pieces)]
    lines: list[str] = []
    used = 0
    for piece in pieces:
        size = cells(_COLOUR.sub("", piece))
        if lines and used + 1 + size <= width:
            lines[-1] += f" {piece}"
            used += 1 + size
        else:
            indent = max(min(hang, width - size), 0) if lines else 0
            lines.append(" " * indent + piece)
            used = indent + size
    return lines
