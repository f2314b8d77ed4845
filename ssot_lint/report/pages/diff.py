"""The lines of a diff → the text that shows it."""

from __future__ import annotations

from collections.abc import Iterable

from ssot_lint.report.terminal.paint import Paint


def render(lines: Iterable[str], paint: Paint) -> str:
    """The diff, coloured as git does it; empty where nothing changes."""
    return "".join(f"{_painted(line, paint)}\n" for line in lines)


def _painted(line: str, paint: Paint) -> str:
    if line.startswith(("--- ", "+++ ")):
        return paint.title(line)
    if line.startswith("@@"):
        return paint.label(line)
    if line.startswith("+"):
        return paint.good(line)
    return paint.level(line, "error") if line.startswith("-") else line
