"""Findings → a Code Quality report for GitLab: one JSON array."""

from __future__ import annotations

from ssot_lint.model.finding import Finding
from ssot_lint.report.json_text import dumps
from ssot_lint.report.view import View, identities

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(view: View) -> str:
    """The array, with each finding on a line of its own. Fingerprints are unique: of several issues
    with the same fingerprint GitLab shows one."""
    rows = [
        f"\n  {dumps(_issue(finding, identity))}"
        for finding, identity in zip(view.findings, identities(view.findings), strict=True)
    ]
    return f"[{','.join(rows)}\n]\n" if rows else "[]\n"


def _issue(finding: Finding, identity: str) -> dict[str, object]:
    span = finding.span
    line = max(span.line, 1)
    return {
        "description": finding.message,
        "check_name": f"{finding.code} {finding.name}",
        "fingerprint": identity,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": finding.path,
            "positions": {
                "begin": {"line": line, "column": span.column + 1},
                "end": {"line": max(span.end_line, line), "column": span.end_column + 1},
            },
        },
    }
