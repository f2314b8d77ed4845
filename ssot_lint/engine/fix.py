"""A state of a project → the state in which what can be repaired is repaired. Writes nothing: see ``FileEdit``.

It goes by passes. In each the findings are planned, those fixes that go together are done in memory, and the changed
state is judged: what does not keep its promise is not done. A fix is done whole or not at all.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

from ssot_lint.cache.memory import Memory
from ssot_lint.cache.store import Store
from ssot_lint.engine.judge import judge
from ssot_lint.engine.plan import Planner, Plans, Readers
from ssot_lint.engine.report import Report, report
from ssot_lint.engine.request import Request
from ssot_lint.engine.run import own_folder
from ssot_lint.facts.parse import deep, parse
from ssot_lint.findings.baseline_file import NONE
from ssot_lint.fixes.merge import applied, merged
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.links.index import Index
from ssot_lint.model.errors import Damaged, Unparsable, Unreadable
from ssot_lint.model.finding import Finding, Fix, Span, Tier
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.overlay import Overlay
from ssot_lint.sources.tree import Tree

PASSES = 10

Chosen = Callable[[Finding], bool]
"""Whether a finding shall be fixed, if it can be."""


@dataclass(frozen=True, slots=True)
class FixOptions:
    """What shall be done. ``tiers`` are those that may be applied. ``chosen`` tells which findings shall be fixed;
    ``asks`` chooses among those that can be, with their fixes: it is asked once for each. ``passes``: how often what
    is in the way of something else is planned anew. ``closed`` are files that nothing may change, with the reasons: a
    fix that would is not done at all."""

    tiers: frozenset[Tier] = frozenset(["safe"])
    removes_shims: bool = False
    chosen: Chosen = field(default=lambda finding: True)
    asks: Callable[[Sequence[Finding]], Sequence[Finding]] = field(default=lambda findings: findings)
    passes: int = PASSES
    closed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repaired:
    """``old`` and ``new`` are the bytes of the files that change; no bytes where a file is ``removed``. ``done``
    are the findings that are gone, with their fixes; ``left`` those that were chosen and are there still, with a fix
    that says why. ``report`` is that of the new state, without a baseline; ``idle`` are findings about the settings
    that the fixes have brought."""

    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    removed: frozenset[str]
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]
    report: Report
    idle: tuple[Finding, ...] = ()


class _Judged(NamedTuple):
    report: Report
    built: Index


_Key = tuple[str, str, str]
"""The path, the code and the contract of findings."""


def fix(
    settings: Settings,
    tree: Tree,
    wanted: FixOptions,
    *,
    mentions: Callable[[str], str] = lambda path: "",
    how: RunOptions | None = None,
    store: Store | None = None,
) -> Repaired:
    """Repairs a state as far as it is wanted. ``store``: one in memory, in place of that on the disk."""
    how = how or RunOptions()
    if store is not None:
        return deep(_Fixing(settings, tree, wanted, mentions, how, store).repaired)
    folder = (how.folder or own_folder(settings.root)) if how.cache else None
    with ExitStack() as end:
        # What one pass has read the next one does not read again, whether or not it is kept.
        place = folder or end.enter_context(tempfile.TemporaryDirectory(prefix="ssot-lint-"))

        def work(*, empty: bool) -> Repaired:
            with contextlib.closing(Store(place, empty=empty)) as store:
                found = deep(_Fixing(settings, tree, wanted, mentions, how, store).repaired)
                if folder is not None:
                    store.save()
                return found

        try:
            return work(empty=False)
        except Damaged:
            # A program that knows our checksums, but not our data, has written the store.
            return work(empty=True)


class _Fixing:
    """The work on one project. ``buffers`` are the files that have changed so far."""

    def __init__(
        self,
        settings: Settings,
        tree: Tree,
        wanted: FixOptions,
        mentions: Callable[[str], str],
        how: RunOptions,
        store: Store,
    ) -> None:
        self.settings, self.tree, self.wanted, self.how, self.store = settings, tree, wanted, how, store
        self.mentions = mentions
        self.parts = Parts(settings)
        self.buffers: dict[str, bytes] = {}
        self.removed: set[str] = set()
        self.plans: Plans = {}
        self.disk: dict[str, bytes | None] = {}
        self.done: list[Finding] = []
        self.failed: dict[tuple[_Key, str], str] = {}
        """Fixes that did not keep their promise, by the finding and what was to be done, and why."""
        self.asked: dict[tuple[_Key, str, Span], bool] = {}

    def repaired(self) -> Repaired:
        before = now = self.judged({}, ())
        planned = self.planned(now)
        for number in range(self.wanted.passes):
            ready = self.agreed([one for one in planned if self.is_ready(one)])
            if not ready:
                break
            if self.how.progress is not None:
                self.how.progress("fix", number + 1, self.wanted.passes)
            now = self.passed(now, ready) or now
            planned = self.planned(now)
        left = [self.explained(one) for one in planned if self.wanted.chosen(one) and one.contract]
        old = {path: self.read_disk(path) or b"" for path in self.buffers}
        new = {path: data for path, data in self.buffers.items() if data != old[path] or path in self.removed}
        idle = _new(before.report, now.report, about=True)
        return Repaired(
            {path: old[path] for path in new},
            new,
            frozenset(self.removed),
            tuple(self.done),
            tuple(left),
            now.report,
            tuple(idle),
        )

    # -- one pass

    def passed(self, now: _Judged, ready: Sequence[Finding]) -> _Judged | None:
        """Does what goes together and keeps its promises; the state behind it, or None where nothing was done."""
        chosen = merged(ready).chosen
        while chosen:
            changed, chosen = self.applied(chosen)
            if not chosen:
                return None
            removed = {path for one in chosen if one.fix is not None for path in one.fix.removes}
            then = self.judged({**self.buffers, **changed}, self.removed | removed)
            broken = self.broken(now.report, then.report, chosen)
            if not broken:
                self.buffers.update(changed)
                self.removed |= removed
                self.done += chosen
                return then
            for one, reason in broken:
                self.failed[_name(one)] = reason
            gone = {id(one) for one, _ in broken}
            chosen = [one for one in chosen if id(one) not in gone]
        return None

    def applied(self, chosen: list[Finding]) -> tuple[dict[str, bytes], list[Finding]]:
        """The bytes of what changes, and the findings whose fixes could be applied: each file parses."""
        while chosen:
            paths = {one.path for finding in chosen if finding.fix for one in finding.fix.edits}
            sources = {path: FileText(path, self.read(path) or b"") for path in paths}
            problem = bad = ""
            changed: dict[str, bytes] = {}
            try:
                changed = applied(chosen, sources)
                for path, data in changed.items():
                    bad = path
                    parse(data)
                return changed, chosen
            except Unfixable as reason:
                bad, _, problem = str(reason).rpartition(": ")
            except Unparsable as reason:
                problem = f"the file would not parse: it {reason.message}"
            for one in chosen:
                if one.fix is not None and any(edit.path == bad for edit in one.fix.edits):
                    self.failed[_name(one)] = problem
            chosen = [one for one in chosen if _name(one) not in self.failed]
        return {}, []

    def broken(self, before: Report, after: Report, chosen: Sequence[Finding]) -> list[tuple[Finding, str]]:
        """The fixes that do not keep their promise: what they shall take away is there still, or something new is."""
        was, now = _counted(before.findings), _counted(after.findings)
        claimed = Counter(_key(one) for one in chosen)
        broken: dict[int, tuple[Finding, str]] = {}
        for one in chosen:
            key = _key(one)
            if now[key] > was[key] - claimed[key]:
                broken[id(one)] = one, "the finding would still be there"
        for new in _new(before, after):
            reason = f"{new.code} would come up in {new.path}:{new.span.line}"
            touching = [one for one in chosen if _touches(one, new.path)]
            if not touching and _was_there(before, new):
                continue
            touching = touching or [one for one in chosen if one.contract == new.contract] or list(chosen)
            for one in touching:
                broken.setdefault(id(one), (one, reason))
        return list(broken.values())

    # -- which findings

    def planned(self, now: _Judged) -> list[Finding]:
        planner = Planner(
            self.settings,
            now.built,
            Readers(self.read, self.mentions),
            self.how,
            plans=self.plans,
            removes_shims=self.wanted.removes_shims,
        )
        return planner.planned(now.report.findings, self.wanted.chosen)

    def is_ready(self, finding: Finding) -> bool:
        """Whether a finding can be fixed now, and shall be."""
        made = finding.fix
        if made is None or made.tier == "display" or not self.is_allowed(finding, made):
            return False
        if self.closed_by(finding):
            return False
        return self.wanted.chosen(finding) and _name(finding) not in self.failed

    def closed_by(self, finding: Finding) -> str:
        """Why the fix of a finding may not change one of its files; empty where it may change all of them."""
        closed = self.wanted.closed
        return next((f"{path} {closed[path]}" for path in sorted(closed) if _touches(finding, path)), "")

    def agreed(self, ready: list[Finding]) -> list[Finding]:
        """Those of the findings that a person agrees to."""
        new = [one for one in ready if (*_name(one), one.span) not in self.asked]
        agreed = {id(one) for one in (self.wanted.asks(new) if new else ())}
        self.asked.update({(*_name(one), one.span): id(one) in agreed for one in new})
        return [one for one in ready if self.asked[(*_name(one), one.span)]]

    def is_allowed(self, finding: Finding, made: Fix) -> bool:
        return made.tier in self.wanted.tiers or (finding.code == "SOT105" and self.wanted.removes_shims)

    def explained(self, finding: Finding) -> Finding:
        """A finding that is left, with the reason where its fix did not keep its promise."""
        reason = self.failed.get(_name(finding)) or self.closed_by(finding)
        return finding if not reason else finding._replace(fix=Fix("display", reason))

    # -- states

    def judged(self, new: Mapping[str, bytes], removed: Collection[str]) -> _Judged:
        tree = Overlay(self.tree, new, removed) if new else self.tree
        request = Request(self.settings, tree, {})
        memory = Memory(self.settings, tree, self.store)
        memory.look(lambda questions, data: False)
        fresh = judge(request, memory, self.how)
        # The next state differs from this one by little, and that of the disk is this one once all is written.
        memory.remember(fresh.relevant, verdict=fresh.verdict, **fresh.pieces)
        return _Judged(report(request, fresh.verdict, NONE, ""), fresh.built)

    def read(self, path: str) -> bytes | None:
        return self.buffers[path] if path in self.buffers else self.read_disk(path)

    def read_disk(self, path: str) -> bytes | None:
        """What is on the disk: the same bytes for the whole of the work."""
        if path not in self.disk:
            try:
                self.disk[path] = self.tree.read(path, self.parts.limit(path))
            except Unreadable:
                self.disk[path] = None
        return self.disk[path]


def _key(finding: Finding) -> _Key:
    return finding.path, finding.code, finding.contract


def _name(finding: Finding) -> tuple[_Key, str]:
    """A finding with what is to be done, so that it is the same in the next pass."""
    return _key(finding), f"{finding.scope} {finding.spelled} {finding.fix.message if finding.fix else ''}"


def _counted(findings: Iterable[Finding]) -> Counter[_Key]:
    return Counter(map(_key, findings))


def _touches(finding: Finding, path: str) -> bool:
    made = finding.fix
    return made is not None and (path in made.removes or any(one.path == path for one in made.edits))


def _was_there(before: Report, new: Finding) -> bool:
    """Whether a finding is one of before, in a file that has not changed, under the code that it has by now: a shim
    whose last importer goes is only another name."""
    place = new.path, new.contract, new.span
    return any((one.path, one.contract, one.span) == place for one in before.findings)


def _new(before: Report, after: Report, *, about: bool = False) -> list[Finding]:
    """The findings that are new by path, code and contract. ``about``: those about the lint itself, or the others."""
    was = _counted(before.findings)
    found = []
    for one in after.findings:
        if one.code.startswith("SOT9") is not about:
            continue
        was[_key(one)] -= 1
        if was[_key(one)] < 0:
            found.append(one)
    return found
