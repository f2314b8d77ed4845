"""Findings → the Reviewdog Diagnostic Format, one diagnostic a line."""

from __future__ import annotations

from ssot_lint.report.formats.json import dumps
from ssot_lint.report.formats.rdjson import diagnostics
from ssot_lint.report.view import View


def render(view: View) -> str:
    """The lines, each with its end; nothing when nothing was found."""
    return "".join(f"{dumps(one)}\n" for one in diagnostics(view))
