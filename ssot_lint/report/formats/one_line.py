"""Findings → one line for each: for people, and as flake8 and pylint print them, for tools that read those."""

from __future__ import annotations

from collections.abc import Iterable

from ssot_lint.model.wording import printable
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.lines import brief, headline, sections, statistics, summary
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import View, at, place


def concise(view: View) -> str:
    """The lines; an empty text when nothing was found and ``quiet`` is set."""
    paint = Paint(view.colour)
    lines = statistics(view, paint) if view.statistics else []
    for heading, findings in () if view.statistics else sections(view, paint):
        lines += [*heading, *(headline(one, paint) for one in findings), *([""] if heading else [])]
    return _text([*lines, *summary(view, paint)])


def flake8(view: View) -> str:
    """``path:line:column: CODE text`` for each finding, and nothing else."""
    return _text(f"{place(finding)}: {finding.code} {brief(finding)}" for finding in view.findings)


def pylint(view: View) -> str:
    """``path:line: [CODE(name), scope] text`` for each finding, as ``pylint --output-format=parseable`` prints them."""
    return _text(
        f"{at(finding.path, finding.span.line)}: "
        f"[{finding.code}({finding.name}), {printable(finding.scope)}] {brief(finding)}"
        for finding in view.findings
    )


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{harmless(line)}\n" for line in lines)
