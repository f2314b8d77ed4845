"""A project as it was last judged, and the files that were edited → the verdict on it now. Prints nothing.

Only that is judged anew which is new, or depends on what has changed. What depends on what is decided as from one run
to the next (``still_valid``); but nothing is put together again that has stayed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ssot_lint.cache.memory import Verdict
from ssot_lint.cache.packed import packed
from ssot_lint.engine.judge import FreshVerdict
from ssot_lint.engine.judgements import Judge, unparsable, world_of
from ssot_lint.engine.request import Request
from ssot_lint.engine.still_valid import Now, used_elsewhere, written_elsewhere
from ssot_lint.engine.traces import KnownFacts
from ssot_lint.facts.outline import moved_from
from ssot_lint.facts.prefilter import Words, present
from ssot_lint.inference.ask import prepare as prepare_inference
from ssot_lint.links.conclusions import EVERYTHING
from ssot_lint.links.index import Index
from ssot_lint.links.project import CONTRACT, USERS, WRITERS, Project
from ssot_lint.links.standing import KeyedFacts, Lost, Standing
from ssot_lint.links.users import ByPath, renew
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.rules.health import contract_health
from ssot_lint.settings.members import Parts, looks_for_copies
from ssot_lint.settings.settings import Settings


class _Row(NamedTuple):
    """A judgement: the key of the facts that it was made from, and what was touched for it. ``edits``: how often edits
    had been taken in."""

    key: str
    touched: frozenset[str]
    findings: tuple[Finding, ...]
    edits: int = 0


_Pair = tuple[KeyedFacts | None, KeyedFacts | None]
"""What a file has said, and what it says."""


class _Known(NamedTuple):
    """What a project knows of all files at once: see ``Project``."""

    users: ByPath
    mentions: Mapping[str, ByPath]
    writers: Mapping[str, list[str]]

    @classmethod
    def of(cls, project: Project) -> _Known:
        return cls(project.users, project.mentions, project.writers)

    def restore(self, project: Project, pairs: Mapping[str, _Pair]) -> None:
        """It is known still, with what the edited files say now."""
        every = [said.facts for pair in pairs.values() for said in pair if said is not None]
        written = {one.name for facts in every for one in facts.writes}
        renew(project, self.users, self.mentions, pairs.keys())
        project.writers = {name: paths for name, paths in self.writers.items() if name not in written}


class StandingVerdict:
    """What was found, file by file. What an edit may have changed is judged in two steps: first the files that are
    asked for, and the others when there is time. Until then these keep what was found in them last.

    After an exception it is of no use any more, but for one while files are judged: then the next call goes on."""

    def __init__(self, settings: Settings, fresh: FreshVerdict) -> None:
        self._settings = settings
        self._standing = Standing(fresh.building)
        self._rows = dict(_rows(fresh))
        self._last: dict[str, tuple[Finding, ...]] = {}
        """What was found last in the files that are to be judged anew."""
        self._judging: Judge | None = None
        """Judges files of the present state; None before the first file of it is judged."""
        self._edits = 0
        self._settled = 0
        """How many of the edits the judgements have heard of."""
        self._before: dict[str, KeyedFacts | None] = {}
        """What the files that were edited since had said until then."""
        self._is_spoken = True
        """Whether all contracts are spoken of by the same names as then."""
        self._basis = _basis(self.index)
        self.verdict = fresh.verdict
        self.is_whole = True
        """Whether the index is that of the texts that were last given."""

    @property
    def index(self) -> Index:
        return self._standing.index

    @property
    def questions(self) -> tuple[str, ...]:
        return self._standing.questions

    def has(self, path: str) -> bool:
        """Whether a path is that of a file of the project."""
        return self._standing.has(path)

    def prepare(self) -> bool:
        """Does beforehand a part of what an edit may have to begin with; false where nothing is left."""
        project = self.index.project
        known = _Known.of(project)
        is_left = self._standing.prepare()
        if self.index.world is None:
            known.restore(project, {})
        if not is_left:
            prepare_inference()
        return is_left

    def edited(
        self,
        request: Request,
        paths: Collection[str],
        how: RunOptions,
        first: Collection[str] | None = None,
    ) -> Verdict:
        """The verdict after edits of some files, which are files of the project as it was. Of what is to be judged only
        the files in ``first`` are (None: all); the others are ``open``. Raises Lost."""
        if paths:
            self._take(request, paths)
        if first is None or not paths:
            self._settle()
        if paths or self.verdict.open or self._open():
            self._judge(request, how, first)
        return self.verdict

    def _open(self) -> list[str]:
        """The files that are to be judged, or may be."""
        rows, edits = self._rows, self._edits
        if self._settled == edits:
            return [path for path in self.index.project.by_path if path not in rows]
        return [path for path in self.index.project.by_path if path not in rows or rows[path].edits < edits]

    def _take(self, request: Request, paths: Collection[str]) -> None:
        """Takes in the edits. What they change besides the edited files is for ``_settle`` to tell."""
        self.is_whole, self._judging = False, None
        project = self.index.project
        known = _Known.of(project)
        change = self._standing.take(request.tree, paths)
        pairs = _changed(change.before, change.now)
        if self.index.world is None:
            if used_elsewhere(pairs.keys(), *self._compared(pairs)) is not None:
                known.restore(project, pairs)
        for path, said in change.before.items():
            self._before.setdefault(path, said)
            if path not in self.index.keys:
                self._rows.pop(path, None)
        self._is_spoken &= change.is_spoken
        self._basis |= _basis(self.index)
        self._edits += 1
        self.is_whole = True

    def _settle(self) -> None:
        """Forgets the judgements that may be others since the last time: the edits in between count as one."""
        if self._settled == self._edits:
            return
        now = {path: self._standing.said(path) for path in self._before}
        pairs = _changed(self._before, now)
        compared = self._compared(pairs)
        moved = self._moved(pairs)
        other = pairs.keys() - moved.keys()
        bad = {*other, *([EVERYTHING] if other else ())}
        is_other = not bad.isdisjoint(self._basis)
        signs = []
        for sign, others in (
            (USERS, used_elsewhere(pairs.keys(), *compared)),
            (WRITERS, written_elsewhere(pairs.keys(), *compared)),
        ):
            bad.update(sign + one for one in others or ())
            signs += [sign] if others is None else []
        for path, row in [*self._rows.items()]:
            # What was judged of the state as it is holds; that of a state in between is compared with nothing.
            if row.edits < self._edits and (
                is_other
                or row.edits > self._settled
                or row.key != self.index.keys[path]
                or not bad.isdisjoint(row.touched)
                or (signs and any(one.startswith(tuple(signs)) for one in row.touched))
                or any(_shows(row.findings, *one) for one in moved.items())
            ):
                self._forget(path)
        self._forget_unconcerned(now if self._is_spoken else self._rows.keys())
        self._last = {path: found for path, found in self._last.items() if path in self.index.keys}
        self._before, self._is_spoken, self._basis = {}, True, _basis(self.index)
        self._settled = self._edits

    def _forget(self, path: str) -> None:
        """Forgets the judgement of a file, but for what was found."""
        self._last[path] = self._rows.pop(path).findings

    def _moved(self, pairs: Mapping[str, _Pair]) -> dict[str, float]:
        """The files that say what they have said, if only on other lines, with the first of these lines."""
        found = {}
        for path, (old, new) in pairs.items():
            # Comparing all facts takes long, and is needed only where other judgements depend on this file.
            if old is None or new is None or not self._matters(path):
                continue
            first = moved_from(old.facts, new.facts)
            if first is not None:
                found[path] = first
        return found

    def _matters(self, path: str) -> bool:
        """Whether any judgement but its own depends on a file."""
        depend = (one for one, row in self._rows.items() if one != path and path in row.touched)
        return path in self._basis or next(depend, None) is not None

    def _forget_unconcerned(self, paths: Iterable[str]) -> None:
        """Forgets the judgements of files to which other contracts matter by now."""
        worlds = world_of(self.index, self._settings)
        for path in [path for path in paths if path in self._rows]:
            world = worlds(path)
            now = {CONTRACT + links.contract.name for links in world.links if world.concerns(links, path)}
            if now != {one for one in self._rows[path].touched if one.startswith(CONTRACT)}:
                self._forget(path)

    def _compared(self, pairs: Mapping[str, _Pair]) -> tuple[Mapping[str, KnownFacts], Now]:
        """The facts that were there before, and the project now, as far as they have changed."""
        before, now = (
            {path: KnownFacts(said.key, "") for path, pair in pairs.items() if (said := pair[place])}
            for place in (0, 1)
        )
        facts = {said.key: said.facts for pair in pairs.values() for said in pair if said}
        has_one_world = self.index.world is None
        return before, Now(
            now,
            facts.get,
            [one.project for one in self.index.worlds],
            (),
            lambda path: [self._standing.file(path)] if has_one_world else [],
            (),
            self._speaking,
            lambda path: (),
        )

    def _speaking(self, word: str) -> Collection[str]:
        """The files whose facts hold a word."""
        if not word.isascii():
            return self.index.keys.keys()
        words = Words.of([word])
        return [
            path
            for path, module in self.index.project.by_path.items()
            if present(packed(module.facts), words)
        ]

    def _judge(self, request: Request, how: RunOptions, first: Collection[str] | None) -> None:
        index, todo = self.index, self._open()
        if self._judging is None:
            self._judging = Judge(request, index)
        wanted = [path for path in todo if first is None or path in first]
        for number, path in enumerate(wanted):
            if how.progress is not None:
                how.progress("check", number, len(wanted))
            one = self._judging.judgement(path)
            if one.torn:
                raise Lost
            self._rows[path] = _Row(
                index.keys[path], frozenset(one.touched), _in_order(one.findings), self._edits
            )
            self._last.pop(path, None)
        left = {*todo}.difference(wanted)
        rest = tuple(sorted(left))
        found: dict[str, tuple[Finding, ...]] = {
            path: (unparsable(path, problem, 1),) for path, problem in index.unreadable.items()
        }
        found.update((path, row.findings) for path, row in self._rows.items())
        found.update((path, self._last.get(path, ())) for path in rest if path not in self._rows)
        about = tuple(contract_health.findings(self._settings, index, request.tree.unseen))
        if not rest:
            self._judging = None
        if any(links.lost for one in index.worlds for links in one.links):
            raise Lost
        self.verdict = self.verdict._replace(
            found=tuple(one for path in sorted(found) for one in found[path]),
            about=about,
            open=rest,
            # What excuses something goes with what was found.
            comments=tuple(
                sorted(
                    (path, own)
                    for comments, is_open in ((index.comments.items(), False), (self.verdict.comments, True))
                    for path, own in comments
                    if (path in left) == is_open
                )
            ),
        )


def may_stand(settings: Settings, fresh: FreshVerdict) -> bool:
    """Whether what is found in a file is a matter of that file and of what its judgement has looked at."""
    shared = any(part.settings.singletons == "all" for part in Parts(settings).each())
    lost = any(links.lost for one in fresh.built.worlds for links in one.links)
    return fresh.built.is_whole and not (shared or lost or looks_for_copies(settings) or fresh.verdict.open)


def _rows(fresh: FreshVerdict) -> Iterator[tuple[str, _Row]]:
    found: dict[str, list[Finding]] = {}
    for finding in fresh.verdict.found:
        found.setdefault(finding.path, []).append(finding)
    for path, (key, touched) in fresh.touched.items():
        if key:
            yield path, _Row(key, frozenset(touched), _in_order(found.get(path, ())))


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: one.span))


def _changed(
    before: Mapping[str, KeyedFacts | None], now: Mapping[str, KeyedFacts | None]
) -> dict[str, _Pair]:
    """By path what files have said and say, of those that say something else."""
    return {path: (old, now[path]) for path, old in before.items() if _words(old) != _words(now[path])}


def _shows(findings: Iterable[Finding], path: str, first: float) -> bool:
    """Whether findings show a place in a file, at or behind a line."""
    return any(
        path in one.message
        or path in one.advice
        or any(hop.path == path and hop.line >= first for hop in one.chain)
        for one in findings
    )


def _basis(index: Index) -> frozenset[str]:
    """What all judgements depend on."""
    return frozenset[str]().union(*(links.basis for one in index.worlds for links in one.links))


def _words(said: KeyedFacts | None) -> bytes | None:
    return packed(said.facts) if said is not None else None


__all__ = ["Lost", "StandingVerdict", "may_stand"]
