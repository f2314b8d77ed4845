"""Findings → text for people: the line at fault, the way from its name to the canonical one, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.keys import printable
from ssot_lint.model import Finding
from ssot_lint.report.excerpt import excerpt, lines_of
from ssot_lint.report.lines import headline, sections, statistics, summary
from ssot_lint.report.paint import Paint
from ssot_lint.report.view import View, at

_LEAST = 20
"""Cells of source that are shown even in the narrowest terminal."""

_NAMES = ("SOT1", "SOT201", "SOT202")
"""Findings whose name is one for the symbol. In others it is that of a factory, a subclass, an attribute."""


def render(view: View) -> str:
    """The blocks of all findings, an empty line after each, and a summary."""
    paint = Paint(view.colour)
    if view.statistics:
        lines = statistics(view, paint)
    else:
        lines = []
        for heading, findings in sections(view, paint):
            lines += [*heading, ""] if heading else []
            for finding, source in _with_source(view, findings):
                lines += [headline(finding, paint), *_block(finding, source, view.width, paint), ""]
    return "".join(f"{line}\n" for line in [*lines, *summary(view, paint)])


def _with_source(view: View, findings: Iterable[Finding]) -> Iterator[tuple[Finding, list[str]]]:
    """Each finding and the lines of its file. Findings of a file stand together: one is kept at a time."""
    path: str | None = None
    lines: list[str] = []
    for finding in findings:
        if finding.path != path:
            path = finding.path
            data = view.source(path)
            lines = lines_of(data) if data is not None else []
        yield finding, lines


def _block(finding: Finding, source: list[str], width: int, paint: Paint) -> Iterator[str]:
    """All that is said below the headline."""
    number = str(finding.span.line)
    margin = " " * len(number)
    piece = excerpt(source, finding.span, max(width - len(margin) - 3, _LEAST))
    if piece is not None:
        bar = paint.aside(f"{margin} |")
        marks = piece.marks.lstrip()
        yield bar
        yield f"{paint.aside(f'{number} |')} {piece.line}".rstrip()
        yield f"{bar} {' ' * (len(piece.marks) - len(marks))}{paint.level(marks, finding.severity)}"
    note = f"{margin} {paint.aside('=')}"
    hops = [f"{paint.place(at(hop.path, hop.line))} {printable(hop.text)}".rstrip() for hop in finding.chain]
    if len(hops) == 1:
        yield f"{note} {hops[0]}"
    elif hops:
        yield f"{note} {_sentence(finding)}"
        yield from (f"{margin}     {hop}" for hop in hops)
    if finding.advice:
        yield f"{note} {paint.label('help:')} {printable(finding.advice)}"
    if finding.reason:
        yield f"{note} {paint.label('reason:')} {printable(finding.reason)}"


def _sentence(finding: Finding) -> str:
    """How the name that is written leads to the symbol."""
    way = ", ".join(at(hop.path, hop.line) for hop in finding.chain)
    if not finding.spelled or not finding.resolved or finding.spelled == finding.resolved:
        return f"by way of {way}"
    verb = "is" if finding.code.startswith(_NAMES) else "leads to"
    return f"`{printable(finding.spelled)}` {verb} `{printable(finding.resolved)}` by way of {way}"
