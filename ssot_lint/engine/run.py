"""The one way in for every front end: orders the work and returns findings. Prints nothing itself.

What the last run found is recalled where nothing has changed; only else is anything imported that judges.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.cache.codec import Damaged
from ssot_lint.cache.memory import FOLDER, Memory, Verdict
from ssot_lint.cache.store import Store
from ssot_lint.findings import excuses, selection, suppress
from ssot_lint.findings.suppress import Suppressed, at_fault
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import How
from ssot_lint.model.rules import CODES
from ssot_lint.settings import patterns
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import git
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.tree import Tree

if TYPE_CHECKING:
    from ssot_lint.engine.why import Step
    from ssot_lint.findings.baseline import Baseline, Debt
    from ssot_lint.links.index import Index


def _none() -> tuple[Suppressed, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. ``findings`` are sorted by path, line, column, code; ``files`` counts those judged,
    ``indexed`` those that the project has.

    ``notes`` are sentences for a person (stderr): git not usable, rules that a contract leaves off. ``at_fault`` names
    the contracts that do not hold, whatever is reported of them. ``debt`` says what
    became of all that the baseline holds, and is None where there is none. ``excused`` gives what was found and is
    not reported, sorted like ``findings``, with what excuses it: comments, exemptions, the baseline. It is made when
    it is asked for, as few formats do.
    """

    findings: tuple[Finding, ...]
    files: int
    indexed: int
    notes: tuple[str, ...] = ()
    debt: Debt | None = None
    at_fault: frozenset[str] = frozenset()
    excused: Callable[[], tuple[Suppressed, ...]] = field(default=_none, repr=False, compare=False)


def check(
    settings: Settings,
    *,
    paths: Sequence[str] | None = None,
    buffers: Mapping[str, bytes] | None = None,
    how: How | None = None,
    tree: Tree | None = None,
    baseline: Baseline | None = None,
) -> Report:
    """Judge a state of the project: ``tree``, or what is on the disk. ``paths`` (files or folders relative to the root)
    narrows what is reported, never what is indexed; None judges all. ``buffers`` replaces files by unsaved bytes, by
    relative path. ``baseline`` stands for the one that the settings name; Unusable when that cannot be read."""
    how = how or How()
    tree = tree or Disk(os.path.realpath(settings.root))
    if baseline is None and settings.baseline:
        from ssot_lint.findings.baseline import named

        baseline = named(settings, tree)
    # Who does not believe in the filter would not believe in what is remembered, either.
    cached = how.cache and how.prefilter
    folder = (how.folder or _own_folder(settings.root)) if cached else None
    try:
        with contextlib.closing(Store(folder)) as store:
            return _check(settings, tree, store, paths, buffers or {}, how, baseline)
    except Damaged:
        # Somebody has written the store who knows our checksums, and not our data.
        return _check(settings, tree, Store(folder, empty=True), paths, buffers or {}, how, baseline)


def _own_folder(root: Path) -> str | None:
    """Where a project keeps what runs remember; None where a state in git has no place on the disk but git's own."""
    return None if git.is_bare(str(root)) or not os.path.isdir(root) else os.path.join(root, FOLDER)


def _check(
    settings: Settings,
    tree: Tree,
    store: Store,
    paths: Sequence[str] | None,
    buffers: Mapping[str, bytes],
    how: How,
    baseline: Baseline | None,
) -> Report:
    memory = Memory(settings, tree, store, buffers)
    wanted = asked_for(paths) if paths is not None else None
    with how.profile.stage("look at the disk"):
        is_same = memory.look(_holds_nothing)
        verdict = memory.verdict(wanted) if is_same else None
    if verdict is None:
        verdict = _judged(settings, memory, buffers, wanted, how)
    else:
        memory.remember()
    with how.profile.stage("remember"):
        store.save()
    how.profile.count("files of the project", len(verdict.paths))
    with how.profile.stage("excuse and select"):
        return _reported(settings, tree, verdict, wanted, store, buffers, baseline)


def _reported(
    settings: Settings,
    tree: Tree,
    verdict: Verdict,
    wanted: Callable[[str], bool] | None,
    store: Store,
    buffers: Mapping[str, bytes],
    baseline: Baseline | None,
) -> Report:
    """What is left of a verdict when all is excused that may be, and nothing is shown that was not asked for."""
    is_wanted = wanted or _all
    found = [*filter(lambda one: is_wanted(one.path), verdict.found)]
    found += (one for one in verdict.about if wanted is None or wanted(one.path))
    parts = Parts(settings)
    doubtful = frozenset(name for _, name in at_fault(verdict.about))
    outcomes = excuses.excused(parts, dict(verdict.comments), found, wanted, doubtful)
    kept = selection.numbered(
        parts, (one for part, outcome in outcomes for one in selection.selected(part, outcome.kept))
    )
    suppressed = [one for _, outcome in outcomes for one in outcome.suppressed]
    debt = None
    new, recorded = kept, list[Suppressed]()
    if baseline is not None and baseline.file:
        left = [one for _, outcome in outcomes for one in outcome.kept]
        exempted = [(one.finding, one.by) for one in suppressed if one.kind == "exemption"]
        state = _State(settings, tree, buffers, wanted is None)
        debt = _debt(state, verdict, left, exempted, baseline)
        new, old = _told_apart(kept, debt)
        recorded = [
            Suppressed(
                one, f"baseline {settings.baseline or os.path.basename(baseline.file)}", "it was there before"
            )
            for one in old
        ]
    idle = (
        sentence
        for part in parts.each()
        for sentence in patterns.idle(part, ("per-path-ignores",), verdict.paths, tree.is_folder)
    )
    notes = (*verdict.notes, *idle)
    if store.trouble:
        notes = (
            *notes,
            f"nothing is remembered for the next run: {store.folder} cannot be used ({store.trouble})",
        )
    return Report(
        findings=tuple(new),
        files=sum(map(is_wanted, verdict.paths)),
        indexed=len(verdict.paths),
        notes=notes,
        debt=debt,
        at_fault=doubtful,
        excused=partial(_told, parts, kept, suppressed, recorded),
    )


class _State(NamedTuple):
    """What is judged. ``whole``: all of its files were asked for."""

    settings: Settings
    tree: Tree
    buffers: Mapping[str, bytes]
    whole: bool


def _debt(
    state: _State,
    verdict: Verdict,
    found: Sequence[Finding],
    exempted: Sequence[tuple[Finding, str]],
    baseline: Baseline,
) -> Debt:
    """What of the findings the baseline holds, whatever of them is selected."""
    from ssot_lint.findings.baseline import compared, files, is_narrowed, sources
    from ssot_lint.findings.reach import Reach

    on_disk = sources(state.settings, state.tree, frozenset(verdict.paths))

    def source(path: str) -> bytes | None:
        return state.buffers[path] if path in state.buffers else on_disk(path)

    reach = None
    if state.whole and not state.buffers and not is_narrowed(state.settings):
        reach = Reach(
            state.settings,
            paths=frozenset(verdict.paths),
            broken=frozenset(one.path for one in verdict.found if one.code == "SOT900"),
            faults=at_fault(verdict.about),
            files=files(state.tree, source),
            found_by=baseline.found_by,
        )
    return compared(state.settings, baseline, found, source, reach, exempted)


def _told_apart(found: Iterable[Finding], debt: Debt) -> tuple[list[Finding], list[Finding]]:
    """The findings that are new, and those that the baseline excuses."""
    known = Counter(selection.place(finding) for _, finding in debt.kept)
    new: list[Finding] = []
    old: list[Finding] = []
    for finding in found:
        place = selection.place(finding)
        (old if known[place] else new).append(finding)
        known[place] -= known[place] > 0
    return new, old


def _told(
    parts: Parts,
    kept: Sequence[Finding],
    suppressed: Sequence[Suppressed],
    recorded: Sequence[Suppressed],
) -> tuple[Suppressed, ...]:
    """What is suppressed, as it would be reported if it were not.

    Among equals the ordinals go on behind those that are kept: what is kept has the same fingerprint whether
    anybody asks for the rest, and no two are equal.
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


def _holds_nothing(questions: Iterable[str], data: bytes) -> bool:
    from ssot_lint.gather.questions import holds_nothing

    return holds_nothing(questions, data)


def _judged(
    settings: Settings,
    memory: Memory,
    buffers: Mapping[str, bytes],
    wanted: Callable[[str], bool] | None,
    how: How,
) -> Verdict:
    from ssot_lint.engine.judge import verdict
    from ssot_lint.facts.parse import EXHAUSTED, deep

    def work() -> Verdict:
        found, pieces, relevant = verdict(settings, memory, buffers, wanted, how)
        # What is found is not lost because it cannot be kept.
        with how.profile.stage("remember"), contextlib.suppress(*EXHAUSTED):
            memory.remember(relevant, **pieces)
        return found

    return deep(work)


def why(settings: Settings, path: str, line: int) -> tuple[Step, ...]:
    """Every step of the reasoning about one line: what its names are bound to, through which file, and what is
    reported there or why nothing is."""
    from ssot_lint.engine import judge
    from ssot_lint.engine.why import Judged, steps
    from ssot_lint.facts.parse import deep
    from ssot_lint.links import rounds
    from ssot_lint.rules.health import contract_health
    from ssot_lint.sources.tree import Unreadable

    def work() -> tuple[Step, ...]:
        tree = Disk(os.path.realpath(settings.root))
        built = rounds.build(settings, Memory(settings, tree, Store(None)), {}, How())
        paths = [path] if path in built.project.by_path else []
        found = [
            finding
            for one in judge.judged(settings, tree, built, paths, {}, How(workers=1))
            for finding in one.findings
        ]
        found += contract_health.findings(settings, built)
        parts = Parts(settings)
        outcomes = excuses.excused(parts, built.comments, found, None)
        shown = {one for part, outcome in outcomes for one in selection.selected(part, outcome.kept)}
        excused = [one for _, outcome in outcomes for one in outcome.suppressed]
        excused += _recorded(settings, built, [one for _, outcome in outcomes for one in outcome.kept])
        world = built.by_member.get(parts.folder(path), built)
        try:
            length = len(tree.read(path, parts.limit(path)).splitlines())
        except Unreadable:
            length = None
        return tuple(steps(world, settings, path, line, Judged(found, excused, shown), length))

    return deep(work)


def _recorded(settings: Settings, built: Index, found: Sequence[Finding]) -> list[suppress.Suppressed]:
    """The findings that the baseline of the settings excuses."""
    if not settings.baseline:
        return []
    from ssot_lint.findings.baseline import compared, named, sources

    disk = Disk(os.path.realpath(settings.root))
    source = sources(settings, disk, frozenset(file.path for file in built.listing.files))
    debt = compared(settings, named(settings, disk), found, source, None)
    return [
        suppress.Suppressed(finding, f"the baseline {settings.baseline}", "it was there before")
        for _, finding in debt.kept
    ]


def _all(path: str) -> bool:
    return True


def asked_for(paths: Sequence[str]) -> Callable[[str], bool]:
    """Whether a file is one of some files, or lies in one of some folders."""
    exact = {path.rstrip("/") for path in paths}
    if exact & {".", ""}:
        return _all
    folders = tuple(f"{path}/" for path in exact)
    return lambda path: path in exact or path.startswith(folders)


__all__ = ["CODES", "How", "Report", "check", "why"]
