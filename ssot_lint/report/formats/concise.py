"""Findings → one line for each, as flake8 prints them, and a summary."""

from __future__ import annotations

from ssot_lint.report.formats.logs import harmless
from ssot_lint.report.lines import headline, sections, statistics, summary
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import View


def render(view: View) -> str:
    """The lines, each with its end. Nothing at all when nothing was found and the user wants quiet."""
    paint = Paint(view.colour)
    lines = statistics(view, paint) if view.statistics else []
    for heading, findings in () if view.statistics else sections(view, paint):
        lines += [*heading, *(headline(one, paint) for one in findings), *([""] if heading else [])]
    return "".join(f"{harmless(line)}\n" for line in [*lines, *summary(view, paint)])
