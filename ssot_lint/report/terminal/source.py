"""Findings → the same, each with the lines of its file: for formats that show or measure them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.model.finding import Finding
from ssot_lint.report.terminal.excerpt import lines_of
from ssot_lint.report.view import View


def with_source(view: View, findings: Iterable[Finding] | None = None) -> Iterator[tuple[Finding, list[str]]]:
    """Each of some findings, or of all, and the lines of its file, none where it cannot be read. Findings of a file
    stand together: one is kept at a time."""
    path: str | None = None
    lines: list[str] = []
    for finding in view.findings if findings is None else findings:
        if finding.path != path:
            path = finding.path
            data = view.source(path)
            lines = lines_of(data) if data is not None else []
        yield finding, lines
