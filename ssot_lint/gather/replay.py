"""The last questions of the last run, asked again: files that have not changed answer from memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ssot_lint.cache.memory import UNREADABLE, Memory, NamesHeld
from ssot_lint.cache.packed import kept, later, unpack
from ssot_lint.cache.store import Store, digest
from ssot_lint.facts.outline import linking
from ssot_lint.gather.answers import Gathered, KnownFile, Source, Task, bytes_of, key_of, told
from ssot_lint.gather.questions import Question, held
from ssot_lint.model.errors import Damaged
from ssot_lint.model.finding import Comment


@dataclass(slots=True)
class Replay:
    """What is gathered when each file is asked its last question of the last run. ``held`` are the names that the bytes
    of files hold, ``unreadable`` and ``comments`` are as in an index. ``is_linked``: all that links read is as it
    was."""

    memory: Memory
    taken: list[KnownFile] = field(default_factory=list)
    held: dict[str, frozenset[str]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    comments: dict[str, tuple[Comment, ...]] = field(default_factory=dict)
    is_linked: bool = True
    news: list[tuple[str, str, str, NamesHeld]] = field(default_factory=list)
    """Of files that have changed: question, path, content, and what is held."""

    def whole(self, needed: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """The names that each file must be asked for in the end, with those that links need of it."""
        paths = self.held.keys() | {path for path in needed if path not in self.unreadable}
        none = frozenset[str]()
        return {path: self.held.get(path, none) | needed.get(path, none) for path in paths}

    def keep(self) -> None:
        """Takes note of it all: the last run's questions have the same answers, but for the files that changed."""
        for text in self.memory.answers:
            self.memory.begin(text)
        for new in self.news:
            self.memory.learn(*new)


def replay(
    memory: Memory,
    source: Source,
    question: Question,
    asked: Mapping[str, tuple[frozenset[str], frozenset[str], str]],
    buffers: Mapping[str, bytes],
) -> Replay | None:
    """The facts with which a run ends that learns what the last run has learned. Files that have not changed were
    ``asked`` for the first names there, the second of which are derived, and their facts have the key there; files that
    have changed are asked for the names that they hold now. None where the last run is not known.
    """
    changed, last, moved = memory.changed, memory.last, memory.moved
    if changed is None or last is None or moved is None or not memory.answers:
        return None
    gone = {path for path, (_, now) in moved.items() if now is None}
    others = {*changed, *gone}
    found = Replay(memory, comments={path: own for path, own in last.comments if path not in others})
    # Where there are other modules, a path may lead elsewhere though all that is said stays the same.
    found.is_linked = not moved
    before = _names_held(
        (path, what) for answers in memory.answers.values() for path, what in answers.items()
    )
    found.held.update((path, some) for path, some in before.items() if path not in others)
    questions = {text: Question.of(text) for text in memory.answers} if changed else {}
    none = frozenset[str]()
    for path in changed:
        data = bytes_of(source, Task(path, data=buffers.get(path)))
        if isinstance(data, Gathered):
            return None
        content = digest(data)
        news = {text: held(one, data) for text, one in questions.items()}
        found.news += ((text, path, content, what) for text, what in news.items())
        found.comments.update((path, what.comments) for what in news.values() if what.comments)
        found.held.update(_names_held((path, what) for what in news.values()))
        old_asked, old_derived, old_key = asked.get(path, (none, none, ""))
        some = found.held.get(path, none) | (old_asked - before.get(path, none) - old_derived)
        if path not in found.held and not some:
            found.is_linked &= path not in asked
            continue
        new = facts_about(memory.store, question, path, data, content, some)
        if new is None:
            return None
        old = memory.store.get(old_key) if before.get(path) == found.held.get(path) else None
        found.is_linked &= old is not None and linking(unpack(old)) == linking(new.facts)
        if new.facts.comments:
            found.comments[path] = new.facts.comments
        found.taken.append(new)
    for path, (some, derived, key) in asked.items():
        if path not in others:
            content = memory.contents.get(path, "")
            if not content or key not in memory.store:
                return None
            facts = memory.store.made(key, partial(later, partial(_stored, memory.store, key)))
            found.taken.append(KnownFile(path, content, some, derived, facts, key))
    for path, content in memory.contents.items():
        if content.startswith(UNREADABLE):
            found.unreadable[path] = content.removeprefix(UNREADABLE)
    return found


def _names_held(answers: Iterable[tuple[str, NamesHeld]]) -> dict[str, frozenset[str]]:
    """By path the names that a file holds, of files that matter."""
    found: dict[str, set[str]] = {}
    for path, what in answers:
        if what.names or what.special:
            found.setdefault(path, set()).update(what.names)
    return {path: frozenset(names) for path, names in found.items()}


def facts_about(
    store: Store, question: Question, path: str, data: bytes, content: str, asked: frozenset[str]
) -> KnownFile | None:
    """The facts of a file with these bytes about some names, from the store or made now. None where it is not asked
    so."""
    key = key_of(question, content, asked)
    packed, facts, seconds = store.get(key), None, 0.0
    if packed is None:
        # A file that holds no name may matter all the same: for that it is asked as in the first round.
        for one in (question, replace(question, learned={})):
            got, facts = told(one, Task(path, wanted=asked), data)
            if got.packed is not None:
                break
        packed, seconds = got.packed, got.seconds
        if packed is None or got.asked != asked:
            return None
        store.put(key, packed)
    facts = unpack(packed) if facts is None else kept(facts, packed)
    return KnownFile(path, content, asked, frozenset(facts.derived), facts, key, seconds)


def _stored(store: Store, key: str) -> bytes:
    packed = store.get(key)
    if packed is None:
        raise Damaged("the store no longer holds what it held")
    return packed
