"""Findings → lines as ``pylint --output-format=parseable`` prints them, for tools that read those."""

from __future__ import annotations

from ssot_lint.report.formats.logs import harmless
from ssot_lint.report.lines import brief
from ssot_lint.report.view import View, at
from ssot_lint.settings.fields import printable


def render(view: View) -> str:
    """``path:line: [CODE(name), scope] text`` for each finding, and nothing else."""
    lines = (
        f"{at(finding.path, finding.span.line)}: "
        f"[{finding.code}({finding.name}), {printable(finding.scope)}] {brief(finding)}"
        for finding in view.findings
    )
    return "".join(f"{harmless(line)}\n" for line in lines)
