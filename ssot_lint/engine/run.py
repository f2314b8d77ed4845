"""The one way in for every front end: it orders the work and returns findings. Prints nothing itself.

Where nothing has changed, what the last run found is recalled, and nothing is imported that judges.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ssot_lint.cache.memory import FOLDER, Memory, Verdict
from ssot_lint.cache.store import Store
from ssot_lint.engine.report import Report, report
from ssot_lint.engine.request import Request, asked_for
from ssot_lint.gather.collector import seldom_collected
from ssot_lint.model.errors import Damaged
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import git
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.tree import Tree

if TYPE_CHECKING:
    from ssot_lint.engine.why import Step
    from ssot_lint.findings.baseline_file import Baseline


def check(
    settings: Settings,
    *,
    paths: Sequence[str] | None = None,
    buffers: Mapping[str, bytes] | None = None,
    how: RunOptions | None = None,
    tree: Tree | None = None,
    baseline: Baseline | None = None,
) -> Report:
    """Judge a state of the project: ``tree``, or what is on the disk. ``paths`` (files or folders relative to the root)
    narrows what is reported, never what is indexed; None judges all. ``buffers`` replaces files by unsaved bytes, by
    relative path. ``baseline`` stands for the one that the settings name; Unusable when that cannot be read."""
    how = how or RunOptions()
    tree = tree or Disk(os.path.realpath(settings.root))
    if baseline is None and settings.baseline:
        from ssot_lint.findings.baseline_file import named

        baseline = named(settings, tree)
    request = Request(settings, tree, buffers or {}, asked_for(paths) if paths is not None else None)
    # A run without the prefilter does not trust what is remembered, either.
    cached = how.cache and how.prefilter
    folder = (how.folder or own_folder(settings.root)) if cached else None
    with seldom_collected():
        try:
            with contextlib.closing(Store(folder)) as store:
                return _check(request, store, baseline, how)
        except Damaged:
            # A program that knows our checksums, but not our data, has written the store.
            return _check(request, Store(folder, empty=True), baseline, how)


def own_folder(root: Path) -> str | None:
    """Where a project keeps what runs remember; None where a state in git has no place on the disk but git's own."""
    return None if git.is_bare(str(root)) or not os.path.isdir(root) else os.path.join(root, FOLDER)


def _check(request: Request, store: Store, baseline: Baseline | None, how: RunOptions) -> Report:
    memory = Memory(request.settings, request.tree, store, request.buffers)
    with how.profile.stage("look at the disk"):
        is_same = memory.look(_holds_nothing)
        verdict = memory.verdict(request.wanted) if is_same else None
    if verdict is not None and how.fixes and not verdict.is_planned:
        verdict = None
    if verdict is None:
        verdict = _judged(request, memory, how)
    else:
        memory.remember()
    with how.profile.stage("remember"):
        store.save()
    how.profile.count("files of the project", len(verdict.paths))
    with how.profile.stage("excuse and select"):
        return report(request, verdict, baseline, store.trouble and _FORGOTTEN.format(store))


_FORGOTTEN = "nothing is remembered for the next run: {0.folder} cannot be used ({0.trouble})"


def _holds_nothing(questions: Iterable[str], data: bytes) -> bool:
    from ssot_lint.gather.questions import holds_nothing

    return holds_nothing(questions, data)


def _judged(request: Request, memory: Memory, how: RunOptions) -> Verdict:
    from ssot_lint.engine.judge import judge
    from ssot_lint.facts.parse import EXHAUSTED, deep

    def work() -> Verdict:
        verdict, pieces, relevant, built, *_ = judge(request, memory, how)
        if how.fixes:
            from ssot_lint.engine.plan import with_fixes

            with how.profile.stage("plan fixes"):
                verdict = with_fixes(request, built, verdict, how)
        # Findings are reported also when they cannot be remembered.
        with how.profile.stage("remember"), contextlib.suppress(*EXHAUSTED):
            memory.remember(relevant, verdict=verdict, **pieces)
        return verdict

    return deep(work)


def why(settings: Settings, path: str, line: int) -> tuple[Step, ...]:
    """Every step of the reasoning about one line: what its names are bound to, through which file, and what is
    reported there or why nothing is."""
    from ssot_lint.engine.why import why
    from ssot_lint.facts.parse import deep

    return deep(partial(why, Request(settings, Disk(os.path.realpath(settings.root)), {}), path, line))


__all__ = ["check", "why"]
