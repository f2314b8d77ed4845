"""Findings → the lines that several formats share: headlines, the evidence, the table of codes, the summary."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.keys import printable
from ssot_lint.model import Finding
from ssot_lint.report.paint import Paint
from ssot_lint.report.view import View, at, count, place, rows

PLAIN = Paint(False)

_NAMES = ("SOT1", "SOT201", "SOT202")
"""Findings whose name is one for the symbol. In others it is that of a factory, a subclass, an attribute."""


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


def by_way(finding: Finding, places: Sequence[str] | None = None) -> str:
    """How the name that is written leads to the symbol. ``places`` are the hops of the chain, as they are shown."""
    way = ", ".join(places or [at(hop.path, hop.line) for hop in finding.chain])
    if not finding.spelled or not finding.resolved or finding.spelled == finding.resolved:
        return f"by way of {way}"
    verb = "is" if finding.code.startswith(_NAMES) else "leads to"
    return f"`{printable(finding.spelled)}` {verb} `{printable(finding.resolved)}` by way of {way}"


def notes(finding: Finding) -> list[str]:
    """What is said below a headline where there is no source: the way to the symbol, the help, the reason."""
    hops = [f"{at(hop.path, hop.line)} {printable(hop.text)}".rstrip() for hop in finding.chain]
    lines = [by_way(finding), *(f"  {hop}" for hop in hops)] if len(hops) > 1 else hops
    if finding.advice:
        lines.append(f"help: {printable(finding.advice)}")
    if finding.reason:
        lines.append(f"reason: {printable(finding.reason)}")
    return lines


def brief(finding: Finding) -> str:
    """What is wrong and what to do, on one line, as the flake8 plugin says it."""
    return printable("; ".join(filter(None, (finding.message, finding.advice))))
