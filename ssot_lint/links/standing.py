"""The index of a project and the files that were edited → the same index, as it is by now. It reads these files alone.

A run makes its index anew from what is remembered. Here it stays, and only what an edit touches is taken in: the facts
of the edited files, the answers of links that depend on them, and what links tell of further names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from ssot_lint.cache.memory import NamesHeld
from ssot_lint.cache.resident import Resident
from ssot_lint.cache.store import digest
from ssot_lint.facts.outline import linking
from ssot_lint.gather.answers import Gathered, KnownFile, Task, bytes_of
from ssot_lint.gather.questions import Question, held
from ssot_lint.gather.replay import facts_about
from ssot_lint.links.index import Index
from ssot_lint.links.needed import Names
from ssot_lint.links.rounds import Building
from ssot_lint.model.asked import ANYWHERE, is_name
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import Comment, File
from ssot_lint.sources.tree import Tree


class KeyedFacts(NamedTuple):
    """The key of a file's facts, and these."""

    key: str
    facts: Facts


class TakenEdits(NamedTuple):
    """By path what files that have changed said before and what they say now; None where they did not matter, or do
    not. ``is_linked``: no path leads anywhere else than before. ``is_spoken``: all contracts are spoken of by the same
    names as before."""

    before: Mapping[str, KeyedFacts | None]
    now: Mapping[str, KeyedFacts | None]
    is_linked: bool
    is_spoken: bool


class _News(NamedTuple):
    """What an edited file says. ``names`` are those that its bytes hold, None where it does not matter for any."""

    path: str
    names: frozenset[str] | None
    comments: tuple[Comment, ...]
    known: KnownFile | None


MANY = 200
"""In so many files is looked at a time."""


class Lost(Exception):
    """What has changed is more than can be taken in one by one."""


class Standing:
    """The index of ``building``; nothing else may change it. After ``Lost`` or any other exception, throw this object
    away."""

    def __init__(self, building: Building) -> None:
        self._building = building
        self._recent = Resident()
        """The facts that were made lately: people undo what they have typed."""
        self._linking: dict[str, tuple[str, tuple[object, object]]] = {}
        """By path the key of facts, and what links read of these."""
        self._told: Names = dict(self.index.learned)
        self._now = self._merged()
        self._is_prepared = False

    @property
    def index(self) -> Index:
        return self._building.index

    @property
    def questions(self) -> tuple[str, ...]:
        """All that files are asked, as text."""
        return self._building.question.text, self._now.text

    def has(self, path: str) -> bool:
        """Whether a path is that of a file of the project."""
        return path in self._building.by_path

    def prepare(self) -> bool:
        """Does a part of what an edit may have to begin with; false where nothing is left. Links tell what they tell,
        and files of which modules they speak."""
        if not self._is_prepared:
            self._building.told()
            self._building.spoken()
            self._is_prepared = True
            return True
        return self._building.mentions().ask(self._silent(), self._read, MANY)

    def _silent(self) -> list[str]:
        """The files of which it is not known of which modules they speak."""
        return sorted(self._building.mentions().silent - self.index.unreadable.keys())

    def file(self, path: str) -> File:
        return self._building.by_path[path]

    def take(self, tree: Tree, paths: Iterable[str]) -> TakenEdits:
        """Takes in the files at some paths, which are files of the project as it was."""
        building, index = self._building, self.index
        building.source = replace(building.source, tree=tree)
        news = [one for one in map(self._news, paths) if one is not None]
        before: dict[str, KeyedFacts | None] = {}
        is_linked, is_as_told = True, True
        for one in news:
            before.setdefault(one.path, self.said(one.path))
            links_as_before, needs_as_before = self._reads_as_before(one)
            is_linked &= links_as_before
            is_as_told &= links_as_before and needs_as_before
            self._hear(one)
        spoken = dict(index.spoken)
        building.link()
        if not is_as_told:
            is_linked = self._go_on(before, is_linked)
        if not is_linked:
            index.spoken.clear()
        if index.is_more:
            building.be_deaf(self._told)
        index.speaking.clear()
        index.plain.clear()
        building.done(building.teller.needed().keys())
        self._recent.save()
        now = {path: self.said(path) for path in before}
        return TakenEdits(before, now, is_linked, spoken == index.spoken)

    def _merged(self) -> Question:
        """All names that were ever told, in one question."""
        return replace(self._building.question, learned=dict(self.index.learned))

    def said(self, path: str) -> KeyedFacts | None:
        """What a file says; None where it does not matter."""
        module = self._building.modules.get(path)
        return KeyedFacts(self.index.keys[path], module.facts) if module is not None else None

    # -- what an edited file says

    def _news(self, path: str) -> _News | None:
        """What is new of a file; None where that is nothing."""
        building, index = self._building, self.index
        data = self._read(path)
        content = digest(data)
        if building.memory.contents.get(path) == content and index.contents.get(path, content) == content:
            return None
        if path in index.unreadable:
            raise Lost
        building.memory.contents[path] = content
        what = held(building.question, data), held(self._now, data)
        building.mentioning.forget(path)
        names = frozenset(name for one in what for name in one.names)
        matters = bool(names) or any(one.special for one in what)
        none = frozenset[str]()
        asked, derived = index.asked.get(path, none), index.derived.get(path, none)
        some = names | (asked - building.held.get(path, none) - derived)
        comments = _comments(what)
        known = None
        if matters or some:
            known = facts_about(self._recent, building.question, path, data, content, some)
            if known is None:
                raise Lost
            comments = known.facts.comments or comments
        return _News(path, names if matters else None, comments, known)

    def _read(self, path: str) -> bytes:
        data = bytes_of(self._building.source, Task(path))
        if isinstance(data, Gathered):
            raise Lost
        return data

    def _reads_as_before(self, one: _News) -> tuple[bool, bool]:
        """Whether links read of a file what they have read before: what it says, and what it needs and is asked for."""
        module = self._building.modules.get(one.path)
        if module is None or one.known is None:
            is_so = module is None and one.known is None
            return is_so, is_so
        says, needs = self._linked(one.path, self.index.keys[one.path], module.facts)
        says_now, needs_now = self._linked(one.path, one.known.key, one.known.facts)
        is_asked = self._building.held.get(one.path) == one.names
        return says == says_now, needs == needs_now and is_asked

    def _linked(self, path: str, key: str, facts: Facts) -> tuple[object, object]:
        if path not in self._linking or self._linking[path][0] != key:
            self._linking[path] = key, linking(facts)
        return self._linking[path][1]

    def _hear(self, one: _News) -> None:
        """Takes in what is new of a file."""
        building, index, path = self._building, self.index, one.path
        if one.names is None:
            building.held.pop(path, None)
        else:
            building.held[path] = one.names
        index.comments.pop(path, None)
        if one.comments:
            index.comments[path] = one.comments
        if one.known is not None:
            building.take(one.known)
            return
        building.modules.pop(path, None)
        for names in (index.asked, index.derived):
            names.pop(path, None)
        for words in (index.contents, index.keys):
            words.pop(path, None)

    # -- what links tell

    def _go_on(self, before: dict[str, KeyedFacts | None], is_linked: bool) -> bool:
        """Asks files for what links tell, until that is nothing new, and says whether all paths lead where they have
        led: for ``is_linked`` they do so at first. ``before`` takes what these files have said."""
        building, index = self._building, self.index
        while True:
            names, missing = building.told(anew=not is_linked)
            new, wanted = index.untold(names), index.unasked(missing, {})
            if not new and not wanted:
                break
            index.learn(new)
            self._now = self._merged()
            self._ask(new, wanted, before)
            building.link()
            is_linked = False
        self._told, index.is_more = names, names != index.learned
        return is_linked

    def _ask(self, new: Names, wanted: Names, before: dict[str, KeyedFacts | None]) -> None:
        building, index, none = self._building, self.index, frozenset[str]()
        question = replace(building.question, learned=new)
        for path in sorted(self._reaching(new) | wanted.keys()):
            if path in index.unreadable:
                continue
            data = self._read(path)
            content = digest(data)
            if building.memory.contents.get(path, content) != content:
                raise Lost
            names = frozenset(held(question, data).names)
            if names:
                building.held[path] = building.held.get(path, none) | names
            asked, derived = index.asked.get(path, none), index.derived.get(path, none)
            some = names | wanted.get(path, none)
            if some <= asked:
                continue
            known = facts_about(
                self._recent, building.question, path, data, content, some | (asked - derived)
            )
            if known is None:
                raise Lost
            before.setdefault(path, self.said(path))
            building.take(known)
            if known.facts.comments:
                index.comments[path] = known.facts.comments

    def _reaching(self, new: Names) -> set[str]:
        """The files that may hold some further names."""
        parts = frozenset[str]().union(*new.values())
        if ANYWHERE in parts or not all(map(is_name, new)):
            raise Lost
        silent = self._silent()
        self._building.mentions().ask(silent, self._read, len(silent))
        return self._building.mentions().reaching(new)


def _comments(what: Collection[NamesHeld]) -> tuple[Comment, ...]:
    return next((one.comments for one in what if one.comments), ())
