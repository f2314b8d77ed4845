"""Findings → the log of a step of GitHub Actions, with workflow commands that become annotations.

GitHub shows ten annotations of each level for a step and drops the rest silently. So the worst come first, a notice
says how many more there are, and the log below it has the rest, folded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssot_lint.model.finding import Finding
from ssot_lint.report.ci_log import escaped, harmless
from ssot_lint.report.lines import PLAIN, headline, notes, summary
from ssot_lint.report.view import View, count, ranked

LIMIT = 10
"""So many annotations of each level GitHub shows for a step."""

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}

_ROOM = {"error": LIMIT, "warning": LIMIT, "info": LIMIT - 1}
"""One of the ten notices is kept for the number of the rest."""

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render(view: View) -> str:
    """The commands, the rest, and a summary. GitHub writes the text of annotations into the log, too."""
    shown, rest = _parted(view.findings)
    lines = [_annotation(finding) for finding in shown]
    if rest:
        lines += _rest(rest)
    return "".join(f"{line}\n" for line in [*lines, *summary(view, PLAIN)])


def _parted(findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings that GitHub will show, and the others."""
    room = dict(_ROOM)
    shown: list[Finding] = []
    rest: list[Finding] = []
    for finding in ranked(findings):
        room[finding.severity] -= 1
        (shown if room[finding.severity] >= 0 else rest).append(finding)
    return shown, rest


def _annotation(finding: Finding) -> str:
    span = finding.span
    line = max(span.line, 1)
    last = max(span.end_line, line)
    properties = {
        "title": f"{finding.code} {finding.name}",
        "file": finding.path,
        "line": str(line),
        "endLine": str(last),
    }
    if line == last:
        # GitHub refuses columns of different lines.
        properties["col"] = str(span.column + 1)
        properties["endColumn"] = str(max(span.end_column, span.column) + 1)
    return _command(
        _LEVELS[finding.severity], properties, "\n".join([headline(finding, PLAIN), *notes(finding)])
    )


def _command(name: str, properties: dict[str, str], text: str) -> str:
    words = ",".join(f"{key}={escaped(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{name} {words}::{escaped(text, _DATA)}"


def _rest(findings: Sequence[Finding]) -> Iterator[str]:
    levels = [finding.severity for finding in findings]
    numbers = ", ".join(count(levels.count(level), level) for level in _LEVELS if level in levels)
    more = f"{count(len(findings), 'more finding')} ({numbers})"
    yield _command(
        "notice", {"title": "ssot-lint"}, f"{more}: in the log of this step, where no annotation has room"
    )
    yield f"::group::{more}"
    for finding in findings:
        yield harmless(headline(finding, PLAIN))
        yield from (harmless(f"    {line}") for line in notes(finding))
    yield "::endgroup::"
