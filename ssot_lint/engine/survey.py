"""A state of a project → its report together with the index that it was made from, for whoever counts beside judging.

What runs remember is used and renewed, as in ``run``.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from ssot_lint.cache.memory import Memory
from ssot_lint.cache.store import Store
from ssot_lint.engine.judge import judge
from ssot_lint.engine.report import Report, report
from ssot_lint.engine.request import Request
from ssot_lint.engine.run import own_folder
from ssot_lint.facts.parse import deep
from ssot_lint.findings.baseline_file import NONE
from ssot_lint.gather.questions import holds_nothing
from ssot_lint.links import rounds
from ssot_lint.links.index import Index
from ssot_lint.model.errors import Damaged
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.tree import Tree

T = TypeVar("T")


class StateSurvey(NamedTuple):
    """``report`` is that of all files, without a baseline; ``built`` the index of the same state."""

    request: Request
    report: Report
    built: Index


def surveyed(
    settings: Settings, how: RunOptions, use: Callable[[StateSurvey], T], tree: Tree | None = None
) -> T:
    """What is made of the survey of a state, or of what is on the disk. ``use`` runs on a large stack, while the store
    is open that facts come from."""
    request = Request(settings, tree or Disk(os.path.realpath(settings.root)), {})
    folder = (how.folder or own_folder(settings.root)) if how.cache else None
    try:
        with contextlib.closing(Store(folder)) as store:
            return _of(request, store, how, use)
    except Damaged:
        # A program that knows our checksums, but not our data, has written the store.
        return _of(request, Store(folder, empty=True), how, use)


def _of(request: Request, store: Store, how: RunOptions, use: Callable[[StateSurvey], T]) -> T:
    memory = Memory(request.settings, request.tree, store)
    verdict = memory.verdict(None) if memory.look(holds_nothing) else None

    def work() -> T:
        if verdict is None:
            fresh = judge(request, memory, how)
            memory.remember(fresh.relevant, verdict=fresh.verdict, **fresh.pieces)
            found, built = fresh.verdict, fresh.built
        else:
            found, built = verdict, rounds.build(request.settings, memory, {}, how)
            memory.remember()
        store.save()
        return use(StateSurvey(request, report(request, found, NONE, ""), built))

    return deep(work)


__all__ = ["StateSurvey", "surveyed"]
