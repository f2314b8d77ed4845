"""The fixes of many findings → those that can be done together, and the bytes that come of them. Pure.

The first in order wins; what is in its way waits for the next pass, when it is planned anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit, Finding, Span


class Choice(NamedTuple):
    """``chosen`` are the findings whose fixes go together, ``waiting`` those that are in the way of these."""

    chosen: list[Finding]
    waiting: list[Finding]


def merged(findings: Iterable[Finding]) -> Choice:
    """Chooses among findings with fixes that have edits."""
    chosen: list[Finding] = []
    waiting: list[Finding] = []
    taken: dict[str, set[Edit]] = {}
    claims: dict[str, tuple[Edit, ...]] = {}
    removed: set[str] = set()
    for finding in findings:
        fix = finding.fix
        assert fix is not None
        paths = {one.path for one in fix.edits}
        is_free = (
            not paths & removed
            and not any(path in taken and path not in removed for path in fix.removes)
            and all(claims.get(claim, fix.edits) == fix.edits for claim in fix.claims)
            and not any(_collide(one, taken.get(one.path, ())) for one in fix.edits)
        )
        if not is_free:
            waiting.append(finding)
            continue
        chosen.append(finding)
        removed.update(fix.removes)
        claims.update(dict.fromkeys(fix.claims, fix.edits))
        for one in fix.edits:
            taken.setdefault(one.path, set()).add(one)
    return Choice(chosen, waiting)


def _collide(edit: Edit, others: Iterable[Edit]) -> bool:
    """Whether an edit touches another one that is not the same."""
    return any(one != edit and _touch(edit.span, one.span) for one in others)


def _touch(one: Span, other: Span) -> bool:
    return one[:2] <= other[2:] and other[:2] <= one[2:]


def applied(findings: Sequence[Finding], sources: Mapping[str, FileText]) -> dict[str, bytes]:
    """The new bytes of the files that fixes change; none for one that is removed. Unfixable, where they cannot be
    written."""
    edits: dict[str, list[Edit]] = {}
    new: dict[str, bytes] = {}
    for finding in findings:
        assert finding.fix is not None
        for one in finding.fix.edits:
            edits.setdefault(one.path, []).append(one)
        new.update(dict.fromkeys(finding.fix.removes, b""))
    for path, some in edits.items():
        try:
            new[path] = sources[path].edited(some)
        except Unfixable as reason:
            raise Unfixable(f"{path}: {reason}") from None
    return new
