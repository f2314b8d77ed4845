"""The steps of the reasoning about a line → text for people, below the line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ssot_lint.engine.why import Step
from ssot_lint.model.finding import Span
from ssot_lint.model.wording import printable
from ssot_lint.report.terminal.excerpt import excerpt
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.terminal.wrap import wrapped
from ssot_lint.report.view import at

_HOP = 4
"""Blanks before a hop."""

_HANG = 2
"""Further blanks before the second and later lines of a sentence."""


def render(
    steps: Iterable[Step], place: str, source: Sequence[str], width: int, wrap: bool, paint: Paint
) -> str:
    """The place, its line of the source, and below it the steps; hops are indented. ``width`` in cells."""
    path, _, number = place.rpartition(":")
    margin = " " * len(number)
    lines = [paint.place(printable(place))]
    piece = excerpt(list(source), Span(int(number), 0, int(number), 0), max(width - len(margin) - 3, 20))
    if piece is not None:
        bar = paint.aside(f"{margin} |")
        lines += [bar, f"{paint.aside(f'{number} |')} {piece.line}".rstrip(), bar]
    for step in steps:
        here = step.depth == 0 and (step.path, step.line) == (path, int(number))
        where = [] if here else [paint.place(at(step.path, step.line))]
        first, *more = [*where, *printable(step.text).split(" ")]
        indent = len(margin) + 3 + _HOP * step.depth
        start = " " * indent if step.depth else f"{margin} {paint.aside('=')} "
        lines += wrapped([f"{start}{first}", *more], width if wrap else 0, indent + _HANG)
    return "".join(f"{line}\n" for line in lines)
