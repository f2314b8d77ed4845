"""Findings → XML as Checkstyle writes it, which many tools read."""

from __future__ import annotations

from itertools import groupby

from ssot_lint.model.finding import Finding
from ssot_lint.report.formats.xml import HEADER, tag
from ssot_lint.report.lines import brief
from ssot_lint.report.view import View


def render(view: View) -> str:
    """A ``file`` for each file with findings, an ``error`` for each finding, whatever its severity."""
    lines = []
    for path, found in groupby(view.findings, key=lambda finding: finding.path):
        errors = "".join(f"    <{_error(finding)}/>\n" for finding in found)
        lines.append(f"  <{tag('file', name=path)}>\n{errors}  </file>\n")
    return f'{HEADER}<checkstyle version="4.3">\n{"".join(lines)}</checkstyle>\n'


def _error(finding: Finding) -> str:
    return tag(
        "error",
        line=max(finding.span.line, 1),
        column=finding.span.column + 1,
        severity=finding.severity,
        message=brief(finding),
        source=f"ssot-lint.{finding.code}",
    )
