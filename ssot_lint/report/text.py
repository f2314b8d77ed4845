"""Findings → text for people: the line at fault, the way from its name to the canonical one, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.keys import printable
from ssot_lint.model import Finding
from ssot_lint.report.excerpt import excerpt
from ssot_lint.report.lines import by_way, headline, sections, statistics, summary
from ssot_lint.report.paint import Paint
from ssot_lint.report.source import with_source
from ssot_lint.report.view import View, at

_PLACES = 5
"""How many of those that follow from a finding are named."""

_LEAST = 20
"""Cells of source that are shown even in the narrowest terminal."""


def render(view: View) -> str:
    """The blocks of all findings, an empty line after each, and a summary."""
    paint = Paint(view.colour)
    if view.statistics:
        lines = statistics(view, paint)
    else:
        lines = []
        for heading, findings in sections(view, paint):
            lines += [*heading, ""] if heading else []
            for finding, source in with_source(view, findings):
                lines += [headline(finding, paint), *_block(finding, source, view.width, paint)]
                lines += [*_followers(view, finding, paint), ""]
    return "".join(f"{line}\n" for line in [*lines, *summary(view, paint)])


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
        yield f"{note} {by_way(finding)}"
        yield from (f"{margin}     {hop}" for hop in hops)
    if finding.advice:
        yield f"{note} {paint.label('help:')} {printable(finding.advice)}"
    if finding.reason:
        yield f"{note} {paint.label('reason:')} {printable(finding.reason)}"


def _followers(view: View, finding: Finding, paint: Paint) -> Iterator[str]:
    """Where the findings are that follow from one."""
    group = view.followers.get(finding.fingerprint, ())
    if group:
        margin = " " * len(str(finding.span.line))
        places = [at(one.path, one.span.line) for one in group[:_PLACES]]
        more = f" and {len(group) - _PLACES} more" if len(group) > _PLACES else ""
        yield f"{margin} {paint.aside('=')} {paint.label('followers:')} {', '.join(places)}{more}"
