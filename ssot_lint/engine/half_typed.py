"""A text that parses and what became of it → where its lines are now, and which of its findings still have theirs.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from ssot_lint.model.finding import Finding, Hop, Span

_ENDS = re.compile(rb"\r\n|\r|\n")

_MOST = 500
"""Of a change over more lines nothing in between is looked for."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the lines of an old text are in a new one, as far as they are there as they were, and the other way about.
    Lines count from 1. ``last`` is the last line of the new text."""

    now: Mapping[int, int]
    before: Mapping[int, int]
    last: int

    def span(self, old: Span) -> Span | None:
        """A piece of the old text in the new one; None where not all of its lines are there."""
        first, last = max(old.line, 1), max(old.end_line, old.line, 1)
        lines = [self.now.get(line) for line in range(first, last + 1)]
        start = lines[0]
        if start is None or lines != [*range(start, start + len(lines))]:
            return None
        return old._replace(line=old.line + start - first, end_line=old.end_line + start - first)

    def line(self, old: int) -> int:
        """The line of the new text in which a line of the old one is or, where it is gone, would be: as far behind what
        was above it as ever, and not behind what was below it."""
        if old in self.now:
            return self.now[old]
        above = max((line for line in self.now if line < old), default=0)
        below = min((line for line in self.now if line > old), default=0)
        found = self.now.get(above, 0) + old - above
        most = self.now[below] - 1 if below else self.last
        return max(min(found, most), self.now.get(above, 0), 1)


def moves(old: bytes, new: bytes) -> Moves:
    """Where the lines of one text are in another."""
    was, now = _ENDS.split(old), _ENDS.split(new)
    there = _places(was, now)
    return Moves(there, {place: line for line, place in there.items()}, len(now))


def moved(findings: Iterable[Finding], there: Moves) -> Iterator[Finding]:
    """The findings whose lines are all in the new text as they were in the old one, at their places there."""
    for one in findings:
        span = there.span(one.span)
        if span is not None:
            yield one._replace(span=span, fix=None)


def with_moved_chains(findings: Iterable[Finding], by_path: Mapping[str, Moves]) -> Iterator[Finding]:
    """Findings whose evidence is shown where it is in the new texts."""

    def now(hop: Hop) -> Hop:
        there = by_path.get(hop.path)
        return hop._replace(line=there.line(hop.line)) if there is not None else hop

    for one in findings:
        is_elsewhere = by_path and any(hop.path in by_path for hop in one.chain)
        yield one._replace(chain=tuple(map(now, one.chain))) if is_elsewhere else one


def _places(old: list[bytes], new: list[bytes]) -> dict[int, int]:
    """Where the lines of a text are in another, as far as they are there; both count from 1."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    behind = 0
    while behind < min(len(old), len(new)) - same and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    found = {line: line for line in range(1, same + 1)}
    was, now = old[same : len(old) - behind], new[same : len(new) - behind]
    if len(was) + len(now) <= _MOST:
        for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
            found |= {same + block.a + at + 1: same + block.b + at + 1 for at in range(block.size)}
    found |= {len(old) - at: len(new) - at for at in range(behind)}
    return found
