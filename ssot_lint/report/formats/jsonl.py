"""Findings → one JSON object for each, on a line of its own, with the keys that ``json`` gives it."""

from __future__ import annotations

from ssot_lint.report.formats.json import data, dumps
from ssot_lint.report.view import View


def render(view: View) -> str:
    """The lines, each with its end; nothing when nothing was found."""
    return "".join(f"{dumps(data(finding, view))}\n" for finding in view.findings)
