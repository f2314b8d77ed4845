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
from ssot_lint.engine.judgements import judged, unparsable, world_of
from ssot_lint.engine.request import Request
from ssot_lint.engine.still_valid import Now, used_elsewhere, written_elsewhere
from ssot_lint.engine.traces import KnownFacts
from ssot_lint.facts.outline import moved_from
from ssot_lint.facts.prefilter import Words, present
from ssot_lint.links.conclusions import EVERYTHING
from ssot_lint.links.index import Index
from ssot_lint.links.project import CONTRACT, USERS, WRITERS, Project
from ssot_lint.links.standing import KeyedFacts, Lost, Standing, TakenEdits
from ssot_lint.links.users import mentions
from ssot_lint.model.finding import Finding, Hop
from ssot_lint.model.options import RunOptions
from ssot_lint.rules.health import contract_health
from ssot_lint.settings.members import Parts, looks_for_copies
from ssot_lint.settings.settings import Settings


class _Row(NamedTuple):
    """A judgement: the key of the facts that it was made from, and what was touched for it."""

    key: str
    touched: frozenset[str]
    findings: tuple[Finding, ...]


class _Known(NamedTuple):
    """What a project knows of all files at once: see ``Project``."""

    users: Mapping[str, tuple[Hop, ...]]
    mentions: Mapping[str, dict[str, list[Hop]]]
    writers: Mapping[str, list[str]]
    given: Mapping[str, frozenset[str]] | None

    @classmethod
    def of(cls, project: Project) -> _Known:
        return cls(project.users, project.mentions, project.writers, project.given)

    def restore(
        self,
        project: Project,
        pairs: Collection[tuple[KeyedFacts | None, KeyedFacts | None]],
        used: Collection[str],
    ) -> None:
        """It is known still, but for what the edited files say or have said. ``used`` are the paths whose users may be
        others by now."""
        every = [said.facts for pair in pairs for said in pair if said is not None]
        names = {target.rpartition(".")[2] for facts in every for target, _, _ in mentions(facts)}
        written = {one.name for facts in every for one in facts.writes}
        project.users = {path: hops for path, hops in self.users.items() if path not in used}
        project.mentions = {name: found for name, found in self.mentions.items() if name not in names}
        project.writers = {name: paths for name, paths in self.writers.items() if name not in written}
        if all(_leads(old) == _leads(new) for old, new in pairs):
            project.given = self.given


class StandingVerdict:
    """What was found, file by file. After an exception it is of no use any more, but for one while files are judged:
    then these are judged by the next call."""

    def __init__(self, settings: Settings, fresh: FreshVerdict) -> None:
        self._settings = settings
        self._standing = Standing(fresh.building)
        self._rows = dict(_rows(fresh))
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

    def prepare(self) -> None:
        """Looks beforehand at what links tell, which an edit of what is imported asks for."""
        project = self.index.project
        known = _Known.of(project)
        self._standing.prepare()
        if self.index.world is None:
            known.restore(project, (), ())

    def edited(self, request: Request, paths: Collection[str], how: RunOptions) -> Verdict:
        """The verdict after edits of some files, which are files of the project as it was. Raises Lost."""
        if paths:
            self._take(request, paths)
        if paths or self._rows.keys() != self.index.keys.keys():
            self._judge(request, how)
        return self.verdict

    def _take(self, request: Request, paths: Collection[str]) -> None:
        """Takes in the edits, and forgets the judgements that may be others by now."""
        self.is_whole = False
        known = _Known.of(self.index.project)
        change = self._standing.take(request.tree, paths)
        changed = {path for path in change.before if _words(change.before[path]) != _words(change.now[path])}
        before, now = self._compared(change)
        used = used_elsewhere(changed, before, now)
        if used is not None and self.index.world is None:
            known.restore(
                self.index.project, [(change.before[path], change.now[path]) for path in changed], used
            )
        moved = self._moved(change, changed)
        other = changed - moved.keys()
        bad = {*other, *([EVERYTHING] if other else ())}
        if not bad.isdisjoint(self._basis):
            self._rows.clear()
        self._basis = _basis(self.index)
        signs = []
        for sign, others in ((USERS, used), (WRITERS, written_elsewhere(changed, before, now))):
            bad.update(sign + one for one in others or ())
            signs += [sign] if others is None else []
        for path, row in [*self._rows.items()]:
            if (
                path not in self.index.keys
                or row.key != self.index.keys[path]
                or not bad.isdisjoint(row.touched)
                or (signs and any(one.startswith(tuple(signs)) for one in row.touched))
                or any(_shows(row.findings, *one) for one in moved.items())
            ):
                del self._rows[path]
        self._forget_unconcerned(change.before.keys() if change.is_spoken else self._rows.keys())
        self.is_whole = True

    def _moved(self, change: TakenEdits, changed: Collection[str]) -> dict[str, float]:
        """The files that say what they have said, if only on other lines, with the first of these lines."""
        found = {}
        for path in changed:
            old, new = change.before[path], change.now[path]
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
                del self._rows[path]

    def _compared(self, change: TakenEdits) -> tuple[Mapping[str, KnownFacts], Now]:
        """The facts that were there before, and the project now, as far as they have changed."""
        before, now = (
            {path: KnownFacts(said.key, "") for path, said in some.items() if said is not None}
            for some in (change.before, change.now)
        )
        facts = {
            said.key: said.facts for some in (change.before, change.now) for said in some.values() if said
        }
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

    def _judge(self, request: Request, how: RunOptions) -> None:
        index = self.index
        missing = [path for path in index.project.by_path if path not in self._rows]
        for one in judged(request, index, missing, how):
            if one.torn:
                raise Lost
            self._rows[one.path] = _Row(index.keys[one.path], frozenset(one.touched), one.findings)
        found = [unparsable(path, problem, 1) for path, problem in index.unreadable.items()]
        found += (finding for row in self._rows.values() for finding in row.findings)
        about = tuple(contract_health.findings(self._settings, index))
        if any(links.lost for one in index.worlds for links in one.links):
            raise Lost
        self.verdict = self.verdict._replace(
            found=tuple(sorted(found, key=lambda one: (one.path, one.span))),
            about=about,
            comments=tuple(sorted(index.comments.items())),
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
            yield path, _Row(key, frozenset(touched), tuple(found.get(path, ())))


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


def _leads(said: KeyedFacts | None) -> object:
    return said.facts.leads if said is not None else ()


__all__ = ["Lost", "StandingVerdict", "may_stand"]
