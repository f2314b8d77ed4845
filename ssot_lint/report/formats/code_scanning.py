"""Findings → SARIF for GitHub's code scanning, which would open an alert for what is suppressed, too."""

from __future__ import annotations

from dataclasses import replace

from ssot_lint.report.formats import sarif
from ssot_lint.report.view import View


def render(view: View) -> str:
    """The same as ``sarif`` without what is excused."""
    return sarif.render(replace(view, excused=tuple))
