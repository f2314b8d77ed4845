"""The one way in for every front end: orders the work and returns findings. Prints nothing itself.

What the last run found is recalled where nothing has changed; only else is anything imported that judges.
"""

from __future__ import annotations

import datetime
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ssot_lint import suppress
from ssot_lint.codec import Damaged
from ssot_lint.config import Settings
from ssot_lint.globs import matches
from ssot_lint.how import How
from ssot_lint.members import ROOT, Part, Parts
from ssot_lint.memory import FOLDER, Memory, Verdict
from ssot_lint.model import Comment, Finding
from ssot_lint.rules import CODES
from ssot_lint.store import Store

if TYPE_CHECKING:
    from ssot_lint.why import Step


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. ``findings`` are sorted by path, line, column, code; ``files`` counts those judged,
    ``indexed`` those that the project has.

    ``notes`` are sentences for a person (stderr): git not usable, rules that a contract leaves off.
    """

    findings: tuple[Finding, ...]
    files: int
    indexed: int
    notes: tuple[str, ...] = ()


def check(
    settings: Settings,
    *,
    paths: Sequence[str] | None = None,
    buffers: Mapping[str, bytes] | None = None,
    how: How | None = None,
) -> Report:
    """Judge the project. ``paths`` (files or folders relative to the root) narrows what is reported, never what
    is indexed; None judges all. ``buffers`` replaces files on disk by unsaved bytes, by relative path."""
    how = how or How()
    # Who does not believe in the filter would not believe in what is remembered, either.
    cached = how.cache and how.prefilter
    folder = (how.folder or os.path.join(settings.root, FOLDER)) if cached else None
    try:
        with closing(Store(folder)) as store:
            return _check(settings, store, paths, buffers or {}, how)
    except Damaged:
        # Somebody has written the store who knows our checksums, and not our data.
        return _check(settings, Store(folder, empty=True), paths, buffers or {}, how)


def _check(
    settings: Settings, store: Store, paths: Sequence[str] | None, buffers: Mapping[str, bytes], how: How
) -> Report:
    memory = Memory(settings, store, buffers)
    wanted = _wanted(paths)
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
        return _reported(settings, verdict, wanted, store)


def _reported(
    settings: Settings, verdict: Verdict, wanted: Callable[[str], bool] | None, store: Store
) -> Report:
    """What is left of a verdict when all is excused that may be, and nothing is shown that was not asked for."""
    is_wanted = wanted or _all
    found = [*filter(lambda one: is_wanted(one.path), verdict.found)]
    found += (one for one in verdict.about if wanted is None or wanted(one.path))
    parts = Parts(settings)
    outcomes = _suppressed(parts, dict(verdict.comments), found, wanted)
    selected = [one for part, outcome in outcomes for one in _selected(part, outcome.kept)]
    kept = _numbered(parts, selected)
    notes = verdict.notes
    if store.trouble:
        notes = (
            *notes,
            f"nothing is remembered for the next run: {store.folder} cannot be used ({store.trouble})",
        )
    return Report(tuple(kept), sum(map(is_wanted, verdict.paths)), len(verdict.paths), notes)


def _holds_nothing(questions: Iterable[str], data: bytes) -> bool:
    from ssot_lint.questions import holds_nothing

    return holds_nothing(questions, data)


def _judged(
    settings: Settings,
    memory: Memory,
    buffers: Mapping[str, bytes],
    wanted: Callable[[str], bool] | None,
    how: How,
) -> Verdict:
    from ssot_lint.judge import verdict
    from ssot_lint.parse import deep

    def work() -> Verdict:
        found, traces, relevant = verdict(settings, memory, buffers, wanted, how)
        with how.profile.stage("remember"):
            memory.remember(relevant, verdict=found, traces=traces)
        return found

    return deep(work)


def why(settings: Settings, path: str, line: int) -> tuple[Step, ...]:
    """Every step of the reasoning about one line: what its names are bound to, through which file, and what is
    reported there or why nothing is."""
    from ssot_lint import hygiene, index, judge
    from ssot_lint.parse import deep
    from ssot_lint.why import steps

    def work() -> tuple[Step, ...]:
        built = index.build(settings, Memory(settings, Store(None)), {}, How())
        paths = [path] if path in built.project.by_path else []
        found = [
            finding
            for one in judge.judged(settings, built, paths, {}, How(workers=1))
            for finding in one.findings
        ]
        found += hygiene.findings(settings, built)
        parts = Parts(settings)
        outcomes = _suppressed(parts, built.comments, found, None)
        shown = {one for part, outcome in outcomes for one in _selected(part, outcome.kept)}
        excused = [one for _, outcome in outcomes for one in outcome.suppressed]
        world = built.by_member.get(parts.folder(path), built)
        return tuple(steps(world, settings, path, line, found, excused, shown))

    return deep(work)


def _all(path: str) -> bool:
    return True


def _wanted(paths: Sequence[str] | None) -> Callable[[str], bool] | None:
    """Whether a file is asked for; None where all are."""
    if paths is None:
        return None
    exact = {path.rstrip("/") for path in paths}
    if exact & {".", ""}:
        return _all

    def wanted(path: str) -> bool:
        parts = path.split("/")
        return any("/".join(parts[:end]) in exact for end in range(1, len(parts) + 1))

    return wanted


def _suppressed(
    parts: Parts,
    comments: Mapping[str, tuple[Comment, ...]],
    found: Iterable[Finding],
    wanted: Callable[[str], bool] | None,
) -> list[tuple[Part, suppress.Outcome]]:
    """What comes of the findings, by the settings that decide about each. Paths are relative to the root all along."""
    by_part: dict[str, list[Finding]] = {part.base: [] for part in parts.each()}
    for finding in sorted(found, key=_place):
        by_part[parts.of(finding.path).base].append(finding)
    if not parts.by_folder:
        return [(parts.root, _excused(parts.root, comments, by_part[ROOT], wanted is None, wanted or _all))]
    spoken: dict[str, dict[str, tuple[Comment, ...]]] = {base: {} for base in by_part}
    for path, here in comments.items():
        spoken[parts.of(path).base][path] = here
    outcomes = []
    for part in parts.each():
        # Of a member all is known when its folder was asked for, as if it were all that there is.
        whole = wanted is None or (part.base != ROOT and wanted(part.base))
        outcomes.append((part, _excused(part, spoken[part.base], by_part[part.base], whole, wanted or _all)))
    return _once(outcomes)


def _excused(
    part: Part,
    comments: Mapping[str, tuple[Comment, ...]],
    found: Sequence[Finding],
    whole: bool,
    judged: Callable[[str], bool],
) -> suppress.Outcome:
    inside = [_at(part.inside, one) for one in found]
    outcome = suppress.apply(
        inside,
        {part.inside(path): here for path, here in comments.items()},
        part.settings,
        datetime.date.today(),
        whole=whole,
        judged=lambda path: judged(part.outside(path)),
        codes=CODES,
    )
    if not part.base:
        return outcome
    before = {id(now): one for now, one in zip(inside, found, strict=True)}

    def back(one: Finding) -> Finding:
        return before.get(id(one)) or _at(part.outside, one)

    return suppress.Outcome(
        tuple(map(back, outcome.kept)),
        tuple(replace(one, finding=back(one.finding)) for one in outcome.suppressed),
    )


def _at(moved: Callable[[str], str], finding: Finding) -> Finding:
    path = moved(finding.path)
    return finding if path == finding.path else replace(finding, path=path)


def _once(
    outcomes: Sequence[tuple[Part, suppress.Outcome]],
) -> list[tuple[Part, suppress.Outcome]]:
    """The outcomes of parts that may share exemptions, since one extends a file of another: what is wrong with such an
    exemption is said once, and that it excuses nothing only where it excuses nothing anywhere."""
    holders: dict[tuple[str, int], int] = {}
    for part, _ in outcomes:
        file = part.outside(part.settings.sources.get("exemptions", part.settings.file.name))
        for place in {(file, one.line) for one in part.settings.exemptions}:
            holders[place] = holders.get(place, 0) + 1
    said = Counter(one for _, outcome in outcomes for one in outcome.kept if one.code == UNUSED_EXEMPTION)
    seen: set[Finding] = set()
    found = []
    for part, outcome in outcomes:
        kept = []
        for one in outcome.kept:
            shared = holders.get((one.path, one.span.line), 1)
            if shared > 1 and (one in seen or (one.code == UNUSED_EXEMPTION and said[one] < shared)):
                continue
            seen.add(one)
            kept.append(one)
        found.append((part, suppress.Outcome(tuple(kept), outcome.suppressed)))
    return found


UNUSED_EXEMPTION = "SOT904"


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.span, finding.code, finding.contract, finding.message


def _selected(part: Part, found: Iterable[Finding]) -> list[Finding]:
    """What ``select``, ``ignore`` and ``per-path-ignores`` leave, with the severity that the settings give."""
    settings = part.settings
    kept = []
    for finding in found:
        if not finding.code.startswith(settings.select) or finding.code.startswith(
            settings.ignore or ("\0",)
        ):
            continue
        if any(
            finding.code.startswith(codes)
            for glob, codes in settings.per_path_ignores.items()
            if codes and matches(glob, part.inside(finding.path))
        ):
            continue
        kept.append(_graded(settings, finding))
    return kept


def _graded(settings: Settings, finding: Finding) -> Finding:
    """The longest prefix that ``severity`` names decides; "may" stays a warning unless its own code is named."""
    named = [code for code in settings.severity if finding.code.startswith(code)]
    if not named:
        return finding
    return replace(finding, severity=settings.severity[max(named, key=len)])


def _numbered(parts: Parts, found: Iterable[Finding]) -> list[Finding]:
    """Findings with fingerprints: what they are about, and an ordinal among equals. No line, no path but that of the
    member, since the modules of two may have one name."""
    counts: dict[tuple[str, ...], int] = {}
    key: tuple[str, ...]
    numbered = []
    for finding in sorted(found, key=_place):
        module = finding.module or finding.path
        key = (finding.contract, finding.code, module, finding.scope, finding.symbol, finding.spelled)
        member = parts.folder(finding.path)
        if member:
            key = (*key, member)
        ordinal = counts[key] = counts.get(key, -1) + 1
        text = "\0".join([*key, str(ordinal)]).encode("utf-8", "surrogatepass")
        numbered.append(replace(finding, fingerprint=hashlib.sha256(text).hexdigest()[:24]))
    return numbered


__all__ = ["CODES", "How", "Report", "check", "why"]
