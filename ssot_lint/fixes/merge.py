"""The fixes of many findings → the fixes that can be done together, and the new bytes of the files. Pure.

The first fix in order wins. A fix that collides with it waits for the next pass and is planned anew there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit, Finding, Span

_WIDEST = sys.maxsize


class Choice(NamedTuple):
    """The fixes of the findings in ``chosen`` are done together; those of ``waiting`` collide with them."""

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
    """Whether an edit overlaps or touches another edit that differs from it, or changes a row beside which the other
    one puts a new row: where that belongs depends on its neighbours."""
    return any(
        one != edit
        and (
            _touch(edit.span, one.span) or _touch(_beside(edit), one.span) or _touch(edit.span, _beside(one))
        )
        for one in others
    )


def _beside(edit: Edit) -> Span:
    """The rows above and below a new row; the span of any other edit."""
    line, column, *end = edit.span
    if column or end != [line, column] or not edit.text.endswith("\n"):
        return edit.span
    return Span(line - 1, 1, line, _WIDEST)


def _touch(one: Span, other: Span) -> bool:
    return one[:2] <= other[2:] and other[:2] <= one[2:]


def applied(findings: Sequence[Finding], sources: Mapping[str, FileText]) -> dict[str, bytes]:
    """The new bytes of the files that fixes change; None for a removed file. Unfixable, where the bytes cannot be
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
