"""The verdict on a project → the report: what is left when all is excused that may be. Judges nothing.

What few runs need is imported where it is needed: a run that finds nothing changed starts without it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ssot_lint.cache.memory import Verdict
from ssot_lint.engine.request import Request
from ssot_lint.findings import selection, suppress
from ssot_lint.findings.suppress import Extent, Suppressed, Suppression, at_fault
from ssot_lint.model.finding import Finding
from ssot_lint.model.rules import UNPARSABLE
from ssot_lint.settings import patterns
from ssot_lint.settings.members import Part, Parts

if TYPE_CHECKING:
    from ssot_lint.findings.baseline import Debt
    from ssot_lint.findings.baseline_file import Baseline


def _none() -> tuple[Suppressed, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. ``findings`` are sorted by path, line, column, code; ``files`` counts those judged,
    ``indexed`` those that the project has.

    ``notes`` are sentences for a person (stderr): git not usable, rules that a contract leaves off. ``at_fault`` names
    the contracts that do not hold, whatever is reported of them. ``debt`` says what became of all that the baseline
    holds, and is None where there is none. ``excused`` gives what was found and is not reported, sorted like
    ``findings``, with what excuses it: comments, exemptions, the baseline. It is made when it is asked for, as few
    formats do.
    """

    findings: tuple[Finding, ...]
    files: int
    indexed: int
    notes: tuple[str, ...] = ()
    debt: Debt | None = None
    at_fault: frozenset[str] = frozenset()
    excused: Callable[[], tuple[Suppressed, ...]] = field(default=_none, repr=False, compare=False)


def report(request: Request, verdict: Verdict, baseline: Baseline | None, trouble: str) -> Report:
    """What is left of a verdict, of the files that are wanted. ``trouble`` says why nothing is remembered, if so."""
    parts = Parts(request.settings)
    found = [one for one in (*verdict.found, *verdict.about) if request.wants(one.path)]
    doubtful = frozenset(name for _, name in at_fault(verdict.about))
    settled = suppress.by_part(parts, found, dict(verdict.comments), Extent(request.wanted, doubtful))
    kept = selection.numbered(
        parts, (one for part, own in settled for one in selection.selected(part, own.kept))
    )
    suppressed = [one for _, own in settled for one in own.suppressed]
    debt = None
    new, recorded = kept, list[Suppressed]()
    if baseline is not None and baseline.file:
        debt = debt_of(request, verdict, settled, baseline)
        new, recorded = _told_apart(kept, debt, request.settings.baseline or os.path.basename(baseline.file))
    idle = (
        sentence
        for part in parts.each()
        for sentence in patterns.idle(part, ("per-path-ignores",), verdict.paths, request.tree.is_folder)
    )
    return Report(
        findings=tuple(new),
        files=len(verdict.paths) if request.wanted is None else sum(map(request.wanted, verdict.paths)),
        indexed=len(verdict.paths),
        notes=(*verdict.notes, *idle, *filter(None, [trouble])),
        debt=debt,
        at_fault=doubtful,
        excused=partial(_graded, parts, kept, suppressed, recorded),
    )


def debt_of(
    request: Request, verdict: Verdict, settled: Iterable[tuple[Part, Suppression]], baseline: Baseline
) -> Debt:
    """What of the findings the baseline holds, whatever of them is selected."""
    from ssot_lint.findings.baseline import compared, files, is_narrowed, sources
    from ssot_lint.findings.reach import Reach

    paths = frozenset(verdict.paths)
    on_disk = sources(request.settings, request.tree, paths)

    def source(path: str) -> bytes | None:
        return request.buffers[path] if path in request.buffers else on_disk(path)

    reach = None
    if request.wanted is None and not request.buffers and not is_narrowed(request.settings):
        reach = Reach(
            request.settings,
            paths=paths,
            broken=frozenset(one.path for one in verdict.found if one.code == UNPARSABLE),
            faults=at_fault(verdict.about),
            files=files(request.tree, source),
            found_by=baseline.found_by,
        )
    kept = [one for _, own in settled for one in own.kept]
    exempted = [one for _, own in settled for one in own.suppressed if one.kind == "exemption"]
    return compared(request.settings, baseline, kept, source, reach, exempted)


def in_baseline(finding: Finding, name: str) -> Suppressed:
    """A finding that the baseline of this name excuses."""
    return Suppressed(finding, "baseline", name, "it was there before")


def _told_apart(found: Iterable[Finding], debt: Debt, name: str) -> tuple[list[Finding], list[Suppressed]]:
    """The findings that are new, and those that the baseline of this name excuses."""
    known = Counter(selection.place(finding) for _, finding in debt.kept)
    new: list[Finding] = []
    old: list[Suppressed] = []
    for finding in found:
        place = selection.place(finding)
        if known[place]:
            known[place] -= 1
            old.append(in_baseline(finding, name))
        else:
            new.append(finding)
    return new, old


def _graded(
    parts: Parts,
    kept: Sequence[Finding],
    suppressed: Sequence[Suppressed],
    recorded: Sequence[Suppressed],
) -> tuple[Suppressed, ...]:
    """What is suppressed, as it would be reported if it were not.

    Among equals the ordinals go on behind those that are kept: what is kept has the same fingerprint whether
    the rest is asked for or not, and no two are equal.
    """
    selected = [
        one._replace(finding=selection.graded(parts.of(one.finding.path), one.finding))
        for one in suppressed
        if selection.is_selected(parts.of(one.finding.path), one.finding)
    ]
    selected.sort(key=lambda one: selection.place(one.finding))
    numbered = selection.numbered(parts, (one.finding for one in selected), behind=kept)
    excused = [one._replace(finding=found) for one, found in zip(selected, numbered, strict=True)]
    return tuple(sorted((*excused, *recorded), key=lambda one: selection.place(one.finding)))
