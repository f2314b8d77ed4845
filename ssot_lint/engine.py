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
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from ssot_lint import suppress
from ssot_lint.codec import Damaged
from ssot_lint.config import Settings
from ssot_lint.globs import matches
from ssot_lint.how import How
from ssot_lint.memory import FOLDER, Memory, Verdict
from ssot_lint.model import Comment, Finding
from ssot_lint.rules import CODES
from ssot_lint.store import Store
from ssot_lint.suppress import Suppressed

if TYPE_CHECKING:
    from ssot_lint.why import Step


def _none() -> tuple[Suppressed, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. ``findings`` are sorted by path, line, column, code; ``files`` counts those judged,
    ``indexed`` those that the project has.

    ``notes`` are sentences for a person (stderr): git not usable, rules that a contract leaves off. ``excused``
    gives what was found and suppressed, sorted like ``findings``, with what suppresses it; it is made when it is
    asked for, as few formats do.
    """

    findings: tuple[Finding, ...]
    files: int
    indexed: int
    notes: tuple[str, ...] = ()
    excused: Callable[[], tuple[Suppressed, ...]] = field(default=_none, repr=False, compare=False)


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
    outcome = _suppressed(settings, dict(verdict.comments), found, wanted)
    kept = _numbered(_selected(settings, outcome.kept))
    notes = verdict.notes
    if store.trouble:
        notes = (
            *notes,
            f"nothing is remembered for the next run: {store.folder} cannot be used ({store.trouble})",
        )
    return Report(
        findings=tuple(kept),
        files=sum(map(is_wanted, verdict.paths)),
        indexed=len(verdict.paths),
        notes=notes,
        excused=partial(_excused, settings, kept, outcome.suppressed),
    )


def _excused(
    settings: Settings, kept: Sequence[Finding], suppressed: Sequence[Suppressed]
) -> tuple[Suppressed, ...]:
    """What is suppressed, as it would be reported if it were not.

    Among equals the ordinals go on behind those that are kept: what is kept has the same fingerprint whether
    anybody asks for the rest, and no two are equal.
    """
    selected = [
        replace(one, finding=_graded(settings, one.finding))
        for one in suppressed
        if _is_selected(settings, one.finding)
    ]
    selected.sort(key=lambda one: _place(one.finding))
    numbered = _numbered((one.finding for one in selected), behind=kept)
    return tuple(replace(one, finding=found) for one, found in zip(selected, numbered, strict=True))


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
        outcome = _suppressed(settings, built.comments, found, None)
        shown = set(_selected(settings, outcome.kept))
        return tuple(steps(built, settings, path, line, found, outcome.suppressed, shown))

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
    settings: Settings,
    comments: Mapping[str, tuple[Comment, ...]],
    found: Iterable[Finding],
    wanted: Callable[[str], bool] | None,
) -> suppress.Outcome:
    return suppress.apply(
        sorted(found, key=_place),
        comments,
        settings,
        datetime.date.today(),
        whole=wanted is None,
        judged=wanted or _all,
        codes=CODES,
    )


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.span, finding.code, finding.contract, finding.message


def _selected(settings: Settings, found: Iterable[Finding]) -> list[Finding]:
    """What ``select``, ``ignore`` and ``per-path-ignores`` leave, with the severity that the settings give."""
    return [_graded(settings, finding) for finding in found if _is_selected(settings, finding)]


def _is_selected(settings: Settings, finding: Finding) -> bool:
    if not finding.code.startswith(settings.select) or finding.code.startswith(settings.ignore or ("\0",)):
        return False
    return not any(
        finding.code.startswith(codes)
        for glob, codes in settings.per_path_ignores.items()
        if codes and matches(glob, finding.path)
    )


def _graded(settings: Settings, finding: Finding) -> Finding:
    """The longest prefix that ``severity`` names decides; "may" stays a warning unless its own code is named."""
    named = [code for code in settings.severity if finding.code.startswith(code)]
    if not named:
        return finding
    return replace(finding, severity=settings.severity[max(named, key=len)])


def _numbered(found: Iterable[Finding], behind: Iterable[Finding] = ()) -> list[Finding]:
    """Findings with fingerprints: what they are about, and an ordinal among equals. No line, no path.

    The ordinals go on where those of ``behind`` end.
    """
    counts = Counter(map(_about, behind))
    numbered = []
    for finding in sorted(found, key=_place):
        key = _about(finding)
        text = "\0".join([*key, str(counts[key])]).encode("utf-8", "surrogatepass")
        counts[key] += 1
        numbered.append(replace(finding, fingerprint=hashlib.sha256(text).hexdigest()[:24]))
    return numbered


def _about(finding: Finding) -> tuple[str, ...]:
    module = finding.module or finding.path
    return finding.contract, finding.code, module, finding.scope, finding.symbol, finding.spelled


__all__ = ["CODES", "How", "Report", "check", "why"]
