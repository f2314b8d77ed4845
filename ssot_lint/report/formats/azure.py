"""Findings → the log of a task of Azure Pipelines, with logging commands that become issues of the build.

The agent writes place, code and text of each issue into the log; the build's page shows ten errors and ten warnings of
a task, so the worst come first.
"""

from __future__ import annotations

from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import printable
from ssot_lint.report.ci_log import escaped, harmless
from ssot_lint.report.lines import PLAIN, headline, notes, summary
from ssot_lint.report.view import View, ranked

_ESCAPES = {"%": "%AZP25", ";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"}

_ISSUES = ("error", "warning")
"""The types of issues. A finding of another severity is a plain line of the log."""


def render(view: View) -> str:
    """The commands, and a summary."""
    lines = []
    for finding in ranked(view.findings):
        if finding.severity in _ISSUES:
            lines.append(_issue(finding))
        else:
            lines.append(harmless(headline(finding, PLAIN)))
            lines += [harmless(f"    {line}") for line in notes(finding)]
    return "".join(f"{line}\n" for line in [*lines, *summary(view, PLAIN)])


def _issue(finding: Finding) -> str:
    properties = {
        "type": finding.severity,
        "sourcepath": finding.path,
        "linenumber": str(max(finding.span.line, 1)),
        "columnnumber": str(finding.span.column + 1),
        "code": finding.code,
    }
    words = "".join(f"{key}={escaped(value, _ESCAPES)};" for key, value in properties.items())
    text = "\n".join([f"{finding.name} {printable(finding.message)}", *notes(finding)])
    return f"##vso[task.logissue {words}]{escaped(text, _ESCAPES)}"
