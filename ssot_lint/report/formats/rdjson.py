"""Findings → the Reviewdog Diagnostic Format as one JSON object. Its columns count bytes of UTF-8, from 1."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.finding import Finding, Span
from ssot_lint.report.json_text import dumps
from ssot_lint.report.lines import notes
from ssot_lint.report.terminal.excerpt import with_source
from ssot_lint.report.view import View

_SOURCE = {"name": "ssot-lint"}
_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(view: View) -> str:
    """The object, with each diagnostic on a line of its own."""
    rows = ",".join(f"\n    {dumps(one)}" for one in diagnostics(view))
    end = "\n  " if rows else ""
    return f'{{\n  "source": {dumps(_SOURCE)},\n  "diagnostics": [{rows}{end}]\n}}\n'


def lines(view: View) -> str:
    """``rdjsonl``: a diagnostic on each line; nothing when nothing was found."""
    return "".join(f"{dumps(one)}\n" for one in diagnostics(view))


def diagnostics(view: View) -> Iterator[dict[str, object]]:
    """A diagnostic for each finding."""
    for finding, lines in with_source(view):
        yield _diagnostic(finding, lines)


def _diagnostic(finding: Finding, lines: list[str]) -> dict[str, object]:
    return {
        "message": "\n".join([finding.message, *notes(finding)]),
        "location": {"path": finding.path, "range": _range(finding.span, lines)},
        "severity": _SEVERITIES[finding.severity],
        "source": _SOURCE,
        "code": {"value": finding.code},
        **({"suggestions": suggestions} if (suggestions := _suggestions(finding, lines)) else {}),
        "related_locations": [
            {
                "message": hop.text,
                "location": {"path": hop.path, "range": {"start": {"line": max(hop.line, 1)}}},
            }
            for hop in finding.chain
        ],
    }


def _suggestions(finding: Finding, lines: list[str]) -> list[dict[str, object]]:
    """The edits of a fix, where all of them are in the file of the finding: a suggestion has no path."""
    fix = finding.fix
    if fix is None or fix.removes or any(edit.path != finding.path for edit in fix.edits):
        return []
    # The line behind the last is a place for an edit, too.
    whole = [*lines, ""]
    return [{"range": _range(edit.span, whole), "text": edit.text} for edit in fix.edits]


def _range(span: Span, lines: list[str]) -> dict[str, dict[str, int]]:
    """Start and end (exclusive). Columns count bytes, so they are left out where the source does not have these lines;
    a range without columns stands for whole lines."""
    first, last = max(span.line, 1), max(span.end_line, span.line, 1)
    if span.line < 1 or last > len(lines):
        return {"start": {"line": first}, "end": {"line": last}}
    start = {"line": first, "column": _column(lines[first - 1], span.column)}
    end = {"line": last, "column": _column(lines[last - 1], span.end_column)}
    return {"start": start, "end": max(start, end, key=lambda place: (place["line"], place["column"]))}


def _column(line: str, column: int) -> int:
    """A column in bytes from 1, at most the column behind the last character."""
    return len(line[:column].encode("utf-8", "surrogatepass")) + 1
