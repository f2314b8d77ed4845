"""A project that is judged again and again → its verdict, by way of what the time before has left in memory.

It is the work of a run and no other: the same memory, the same judgements, the same rules about what still holds. What
is on the disk is looked at once, and again after ``look_again``.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping
from functools import partial
from typing import NamedTuple

from ssot_lint.cache.memory import Memory, Verdict
from ssot_lint.cache.resident import Resident
from ssot_lint.cache.store import Store
from ssot_lint.engine import first_look, run
from ssot_lint.engine.fix import FixOptions, Repaired, fix
from ssot_lint.engine.judge import judge
from ssot_lint.engine.report import Report, report
from ssot_lint.engine.request import Request
from ssot_lint.engine.standing import Lost, StandingVerdict, may_stand
from ssot_lint.engine.why import Step, why
from ssot_lint.facts.parse import deep
from ssot_lint.findings.baseline_file import NONE, named
from ssot_lint.gather.questions import holds_nothing
from ssot_lint.links import rounds
from ssot_lint.links.index import Index
from ssot_lint.model.errors import Damaged
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import Progress, RunOptions
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.looked import Looked
from ssot_lint.sources.overlay import Overlay
from ssot_lint.sources.tree import Tree, is_source


class Unsaved(NamedTuple):
    """What editors hold of a project, by path. ``added`` are those of the files that the disk does not have."""

    new: Mapping[str, bytes]
    added: Collection[str] = ()


class WarmVerdict(NamedTuple):
    """The verdict on one state. ``questions`` are those that files were asked, as text."""

    request: Request
    verdict: Verdict
    questions: tuple[str, ...]

    def matters(self, path: str, data: bytes) -> bool:
        """Whether a file is one of the project, and these bytes hold any name that contracts go by."""
        return path in self.verdict.paths and not holds_nothing(self.questions, data)

    def report(self, also: tuple[Finding, ...] = (), only: Collection[str] | None = None) -> Report:
        """The report on some files, or on all, with findings that somebody else has made."""
        request = self.request if only is None else self.request._replace(wanted=only.__contains__)
        found = (one for one in (*self.verdict.found, *also) if request.wants(one.path))
        verdict = self.verdict._replace(found=tuple(sorted(found, key=lambda one: (one.path, one.span))))
        settings = request.settings
        baseline = named(settings, request.tree) if settings.baseline else NONE
        return report(request, verdict, baseline, "")


class _Taken(NamedTuple):
    """What a standing verdict is about. ``looks``: how often the disk had changed. ``edited`` are the files that have
    ever changed since the last run that began with all of them."""

    settings: Settings
    texts: Unsaved
    looks: int
    edited: frozenset[str] = frozenset()


class _Wanted(NamedTuple):
    """What is to be judged: a state, by which memory, and how. ``first`` as in ``Warm.judged``."""

    request: Request
    store: Resident
    texts: Unsaved
    how: RunOptions
    first: Collection[str] | None


class Warm:
    """One project. Its calls follow each other; they do not overlap."""

    def __init__(self, root: str) -> None:
        self.disk = Looked(Disk(os.path.realpath(root)))
        self._store: Resident | None = None
        self._built: tuple[Settings, Index] | None = None
        self._standing: StandingVerdict | None = None
        self._taken: _Taken | None = None

    def judged(
        self,
        settings: Settings,
        texts: Unsaved,
        progress: Progress | None = None,
        first: Collection[str] | None = None,
    ) -> WarmVerdict:
        """The verdict on the disk and, over it, these texts. ``progress`` may raise to give up; what was known before
        is known still. ``first``: these files are waited for (None: all); of others the verdict may be ``open``, until
        somebody asks for it. Unusable as with ``run.check``."""
        how = RunOptions(workers=1, progress=progress)
        store = self._begun(settings, progress)
        # What is compared with the next texts must stay, whatever the caller does with these.
        texts = Unsaved(dict(texts.new), frozenset(texts.added))
        wanted = _Wanted(Request(settings, self._tree(texts), {}), store, texts, how, first)
        try:
            return deep(partial(self._judged, wanted))
        except Damaged:
            return deep(partial(self._judged, wanted._replace(store=self._anew_begun())))

    def index(self, settings: Settings, texts: Unsaved) -> Index:
        """The index of that state, which has just been judged."""
        if self._standing is not None:
            return self._standing.index
        if self._built is None or self._built[0] != settings:
            how = RunOptions(workers=1)
            memory = Memory(settings, self._tree(texts), self._begun(settings))
            memory.look(holds_nothing)
            self._built = settings, deep(lambda: rounds.build(settings, memory, {}, how))
        return self._built[1]

    def why(self, settings: Settings, texts: Unsaved, path: str, line: int) -> tuple[Step, ...]:
        """The reasoning about one line of that state."""
        request, index = Request(settings, self._tree(texts), {}), self.index(settings, texts)
        return deep(partial(why, request, path, line, index))

    def fixed(self, settings: Settings, texts: Unsaved, wanted: FixOptions) -> Repaired:
        """That state, repaired as far as it is wanted. Nothing is written."""
        how = RunOptions(workers=1)
        return fix(settings, self._tree(texts), wanted, how=how, store=self._begun(settings))

    def _tree(self, texts: Unsaved) -> Tree:
        return Overlay(self.disk, texts.new, (), texts.added) if texts.new else self.disk

    @property
    def is_begun(self) -> bool:
        """Whether all has been looked at once, so that what follows is quick."""
        return self._store is not None

    def _begun(self, settings: Settings, progress: Progress | None = None) -> Resident:
        """The memory; at first that of the last run on the disk, which is brought up to date there."""
        if self._store is None:
            folder = run.own_folder(settings.root)
            with contextlib.closing(Store(folder)) as store:
                is_kept = store.keeps and not store.trouble
                is_new = is_kept and Memory(settings, self.disk, store).is_empty
            is_done = is_new and first_look.look(settings, len(self.disk.contents().files), progress)
            if is_kept and not is_done:
                run.check(settings, how=RunOptions(workers=1, cache=True, progress=progress))
            self._store = Resident(Store(folder) if is_kept else None)
        return self._store

    def _anew_begun(self) -> Resident:
        """An empty memory, where a program that knows our checksums, but not our data, has written the store."""
        self._store, self._standing = Resident(), None
        return self._store

    def _judged(self, wanted: _Wanted) -> WarmVerdict:
        found = self._edited(wanted)
        if found is not None:
            return found
        request, store, texts, how, _ = wanted
        settings, self._standing = request.settings, None
        memory = Memory(settings, request.tree, store)
        verdict = memory.verdict(None) if memory.look(holds_nothing) else None
        if verdict is None:
            verdict = self._anew(request, memory, store, texts, how)
        else:
            memory.remember()
            if self._built is not None and self._built[0] != settings:
                self._built = None
        store.save()
        return WarmVerdict(request, verdict, memory.questions)

    def _anew(
        self, request: Request, memory: Memory, store: Resident, texts: Unsaved, how: RunOptions
    ) -> Verdict:
        """The verdict, made anew of what is remembered; with what the next one can begin with."""
        settings = request.settings
        fresh = judge(request, memory, how)
        memory.remember(fresh.relevant, verdict=fresh.verdict, **fresh.pieces)
        self._built = settings, fresh.built
        # By now all has been asked for that the next judgement needs.
        store.settle()
        if may_stand(settings, fresh):
            self._standing = StandingVerdict(settings, fresh)
            self._taken = _Taken(settings, texts, self.disk.looks, frozenset(texts.new))
        return fresh.verdict

    def prepare(self, settings: Settings, texts: Unsaved) -> bool:
        """Does beforehand, for that state, which has just been judged, a part of what the next judgement would begin
        with; false where nothing is left."""
        store = self._store
        if store is None:
            return False
        try:
            if self._standing is not None:
                return deep(self._standing.prepare)
            return deep(partial(self._prepared, settings, texts, store))
        except Damaged:
            # The next judgement begins without it. That takes too long to do it here.
            self._anew_begun()
            return False

    def _prepared(self, settings: Settings, texts: Unsaved, store: Resident) -> bool:
        texts = Unsaved(dict(texts.new), frozenset(texts.added))
        request = Request(settings, self._tree(texts), {})
        memory = Memory(settings, request.tree, store)
        memory.look(holds_nothing)
        self._anew(request, memory, store, texts, RunOptions(workers=1))
        store.save()
        return self._standing is not None

    def _edited(self, wanted: _Wanted) -> WarmVerdict | None:
        """The verdict after what was edited since the last one; None where more has changed than files that are there
        still."""
        request, store, texts, how, first = wanted
        standing, taken = self._standing, self._taken
        if standing is None or taken is None or request.settings != taken.settings:
            return None
        before, now = taken.texts.new, texts.new
        paths = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
        if texts.added != taken.texts.added or not all(map(is_source, paths)):
            return None
        if self.disk.looks != taken.looks:
            memory = Memory(request.settings, request.tree, store)
            memory.look(holds_nothing)
            if memory.moved != {} or memory.changed is None:
                return None
            paths.update(memory.changed, taken.edited)
        if how.progress is not None and paths:
            how.progress("check", 0, len(paths))
        files = {path for path in paths if standing.has(path)}
        self._taken = _Taken(request.settings, texts, self.disk.looks, taken.edited | files)
        try:
            verdict = standing.edited(request, files, how, first)
        except Lost:
            return None
        finally:
            if not standing.is_whole:
                self._standing = None
        return WarmVerdict(request, verdict, standing.questions)


__all__ = ["Unsaved", "Warm", "WarmVerdict"]
