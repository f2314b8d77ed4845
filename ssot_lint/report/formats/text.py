"""Findings → text for people: the line at fault, the way from its name to the canonical one, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import printable
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.lines import headline_pieces, meaning, remedies, sections, statistics, summary
from ssot_lint.report.terminal.excerpt import cells, excerpt, with_source
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.terminal.wrap import wrapped
from ssot_lint.report.view import View, at

_PLACES = 5
"""So many places of followers are named with a finding."""

_LEAST = 20
"""At least so many cells of source are shown, even in the narrowest terminal."""

_HANG = 4
"""Blanks before the second and later lines of a sentence."""


def render(view: View) -> str:
    """The blocks of all findings, an empty line after each, and a summary."""
    paint = Paint(view.colour)
    room = view.width if view.wrap else 0
    if view.statistics:
        lines = statistics(view, paint)
    else:
        lines = []
        for heading, findings in sections(view, paint):
            lines += [*heading, ""] if heading else []
            for (finding, source), said in zip(
                with_source(view, findings), _said(view, findings), strict=True
            ):
                lines += wrapped(headline_pieces(finding, paint), room, _HANG)
                lines += [*_marked(finding, source, view.width, paint)]
                for note in (*_chain(finding, paint), *said, *_followers(view, finding)):
                    lines += _noted(finding, note, room, paint)
                lines.append("")
    lines += [line for one in summary(view, paint) for line in wrapped(one.split(" "), room, 0)]
    return "".join(f"{harmless(line)}\n" for line in lines)


def _marked(finding: Finding, source: list[str], width: int, paint: Paint) -> Iterator[str]:
    """The line at fault, with marks under the span."""
    number = str(finding.span.line)
    margin = " " * len(number)
    piece = excerpt(source, finding.span, max(width - len(margin) - 3, _LEAST))
    if piece is not None:
        bar = paint.aside(f"{margin} |")
        marks = piece.marks.lstrip()
        yield bar
        yield f"{paint.aside(f'{number} |')} {piece.line}".rstrip()
        yield f"{bar} {' ' * (len(piece.marks) - len(marks))}{paint.level(marks, finding.severity)}"


Note = tuple[str, list[str]]
"""The sign before a sentence (``=``, nothing, or a label), and the pieces of the sentence."""


def _noted(finding: Finding, note: Note, room: int, paint: Paint) -> list[str]:
    """The lines of a note below the line at fault."""
    sign, pieces = note
    start = " " * (len(str(finding.span.line)) + 1) + (paint.aside("=") if sign else " ")
    hang = len(str(finding.span.line)) + 3 + _HANG
    if sign in ("", "="):
        place, *words = pieces
        text = " ".join(words)
        # The words on a place stay together on a line, unless no line has room for them.
        together = [text] if text and cells(text) <= room - hang else words
        return wrapped([f"{start} {place}", *together], room, hang)
    return wrapped([f"{start} {paint.label(f'{sign}:')}", *pieces], room, hang)


def _chain(finding: Finding, paint: Paint) -> Iterator[Note]:
    """The way from what is written to the symbol, a line for each hop."""
    sign = "="
    if text := meaning(finding):
        yield sign, text.split(" ")
        sign = ""
    for hop in finding.chain:
        yield sign, [paint.place(at(hop.path, hop.line)), *printable(hop.text).split()]
        sign = ""


def _said(view: View, findings: Iterable[Finding]) -> Iterator[list[Note]]:
    """What to do and why it matters, for each finding. The texts of a contract are given once in each file."""
    told: set[tuple[str, str, str, str]] = set()
    for finding in findings:
        notes: list[Note] = []
        for label, text in remedies(finding):
            key = (finding.path, finding.contract, label, text)
            if key not in told or view.verbose:
                told.add(key)
                notes.append((label, text.split(" ")))
        yield notes


def _followers(view: View, finding: Finding) -> Iterator[Note]:
    """The places of the findings that follow from ``finding``."""
    group = view.followers.get(finding.fingerprint, ())
    if group:
        places = ", ".join(at(one.path, one.span.line) for one in group[:_PLACES])
        more = f" and {len(group) - _PLACES} more" if len(group) > _PLACES else ""
        yield "followers", f"{places}{more}".split(" ")
