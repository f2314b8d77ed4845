"""Findings → XML as Checkstyle writes it, which many tools read."""

from __future__ import annotations

from itertools import groupby

from ssot_lint.report.lines import brief
from ssot_lint.report.view import View
from ssot_lint.report.xml_text import add, document


def render(view: View) -> str:
    """A ``file`` for each file with findings, an ``error`` for each finding, whatever its severity."""
    root = add(None, "checkstyle", version="4.3")
    for path, found in groupby(view.findings, key=lambda finding: finding.path):
        file = add(root, "file", name=path)
        for finding in found:
            add(
                file,
                "error",
                line=max(finding.span.line, 1),
                column=finding.span.column + 1,
                severity=finding.severity,
                message=brief(finding),
                source=f"ssot-lint.{finding.code}",
            )
    return document(root)
