"""Findings → the lines that formats for people share: headlines, the table of codes, the summary."""

from __future__ import annotations

from ssot_lint.keys import printable
from ssot_lint.model import Finding
from ssot_lint.report.paint import Paint
from ssot_lint.report.view import View, count, place, rows


def headline(finding: Finding, paint: Paint) -> str:
    """``path:line:column: CODE name message``. What is no error says so at the end."""
    code = paint.level(finding.code, finding.severity)
    level = "" if finding.severity == "error" else f" [{printable(finding.severity)}]"
    return f"{paint.place(place(finding))}: {code} {finding.name} {printable(finding.message)}{level}"


def statistics(view: View, paint: Paint) -> list[str]:
    """A line for each code: how often it was found, the code, its name."""
    table = rows(view.findings)
    digits = max((len(str(row.count)) for row in table), default=0)
    return [f"{row.count:>{digits}}  {paint.title(row.code)}  {row.name}" for row in table]


def summary(view: View, paint: Paint) -> list[str]:
    """``7 findings (5 errors, 2 warnings) in 3 files; 412 files checked``, unless the user wants quiet."""
    if view.quiet:
        return []
    checked = f"{count(view.files, 'file')} checked"
    if not view.findings:
        return [f"{paint.good('no findings')}; {checked}"]
    levels = [finding.severity for finding in view.findings]
    numbers = [count(levels.count(level), level) for level in ("error", "warning") if level in levels]
    numbers += [f"{levels.count('info')} info"] if "info" in levels else []
    total = paint.title(count(len(levels), "finding"))
    places = count(len({finding.path for finding in view.findings}), "file")
    return [f"{total} ({', '.join(numbers)}) in {places}; {checked}"]
