"""A text that parses and what became of it → which of its findings still have their lines, and where. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from ssot_lint.model.finding import Finding

_ENDS = re.compile(rb"\r\n|\r|\n")

_MOST = 500
"""Of a change over more lines nothing in between is looked for."""


def moved(findings: Iterable[Finding], old: bytes, new: bytes) -> Iterator[Finding]:
    """The findings whose lines are all in the new text as they were in the old one, at their places there."""
    places = _places(_ENDS.split(old), _ENDS.split(new))
    for one in findings:
        span = one.span
        first, last = max(span.line, 1), max(span.end_line, span.line, 1)
        now = [places.get(line) for line in range(first, last + 1)]
        start = now[0]
        if start is not None and now == [*range(start, start + len(now))]:
            shift = start - first
            yield one._replace(
                span=span._replace(line=span.line + shift, end_line=span.end_line + shift), fix=None
            )


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
