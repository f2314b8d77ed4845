"""Findings → lines as flake8 prints them by default, for tools that read those."""

from __future__ import annotations

from ssot_lint.report.formats.logs import harmless
from ssot_lint.report.lines import brief
from ssot_lint.report.view import View, place


def render(view: View) -> str:
    """``path:line:column: CODE text`` for each finding, and nothing else."""
    lines = (f"{place(finding)}: {finding.code} {brief(finding)}" for finding in view.findings)
    return "".join(f"{harmless(line)}\n" for line in lines)
