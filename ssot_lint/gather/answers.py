"""One file and a question → what it says. It reads that file, and knows no other."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from ssot_lint.cache.memory import NOTHING, UNREADABLE, NamesHeld
from ssot_lint.cache.packed import SHAPE, pack, unpack
from ssot_lint.cache.store import digest
from ssot_lint.facts.extract import VERSION, extract
from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH, undisturbed
from ssot_lint.facts.prefilter import mentioned
from ssot_lint.gather.questions import Question, held
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.facts import Facts
from ssot_lint.settings.members import Parts
from ssot_lint.sources import tree as trees


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes of files are: in a state of the project. A file has at most ``limit`` bytes, or what its own part
    allows. ``looking``: only what the bytes hold is wanted, and the key that the facts would have."""

    tree: trees.Tree
    limit: int
    parts: Parts | None = None
    looking: bool = False

    def limit_of(self, path: str) -> int:
        return self.limit if self.parts is None else self.parts.limit(path)

    def only(self, tasks: Sequence[Task]) -> Source:
        """The same, as far as some files need it."""
        return replace(self, tree=self.tree.only([task.path for task in tasks]))


@dataclass(frozen=True, slots=True)
class Task:
    """One file, with the names that it was asked for before, and those that it is asked for whatever it holds. ``data``
    are its bytes, if they are not saved."""

    path: str
    old: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one file gave. ``content`` is the digest of its bytes. ``packed`` are its facts about ``asked``; None where
    the file does not matter, where nothing new was asked, or where the facts are in the store."""

    path: str
    content: str
    held: NamesHeld = NOTHING
    asked: frozenset[str] = frozenset()
    packed: bytes | None = None
    key: str = ""
    """The key of the facts in the store."""
    problem: str = ""
    mentioned: frozenset[str] | None = None
    """The parts of the question that the file mentions; None where it was not asked, or the answer was remembered."""
    seconds: float = field(default=0.0, compare=False)
    """The processor time that the facts took."""


class KnownFile(NamedTuple):
    """The facts of one file about the names ``asked``, and about ``derived``, see ``Facts``. ``content`` and ``key`` as
    in ``Gathered``; ``seconds`` is 0 where the facts were known."""

    path: str
    content: str
    asked: frozenset[str]
    derived: frozenset[str]
    facts: Facts
    key: str
    seconds: float = 0.0


def taken(got: Gathered) -> KnownFile | None:
    """What was gathered of a file, if these are facts. Raises Damaged."""
    if got.packed is None:
        return None
    facts = unpack(got.packed)
    return KnownFile(got.path, got.content, got.asked, frozenset(facts.derived), facts, got.key, got.seconds)


def one(source: Source, question: Question, task: Task) -> Gathered:
    """What one file says. It never raises because of what a file holds."""
    try:
        data = bytes_of(source, task)
        if isinstance(data, Gathered):
            return data
        if source.looking:
            seen, matters = seen_of(question, task, data)
            return replace(seen, key=key_of(question, seen.content, seen.asked) if matters else "")
        return answer(question, task, data)
    except EXHAUSTED:
        return Gathered(task.path, "", problem=TOO_MUCH)


def bytes_of(source: Source, task: Task) -> bytes | Gathered:
    """The bytes of a file; if it cannot be read, all that there is to say of it."""
    limit = source.limit_of(task.path)
    try:
        if task.data is None:
            return source.tree.read(task.path, limit)
        if len(task.data) > limit:
            raise Unreadable(f"is larger than {limit} bytes")
        return task.data
    except Unreadable as problem:
        return Gathered(task.path, f"{UNREADABLE}{problem}", problem=str(problem))


def answer(question: Question, task: Task, data: bytes) -> Gathered:
    """What a file with these bytes says. Pure."""
    return told(question, task, data)[0]


def told(question: Question, task: Task, data: bytes) -> tuple[Gathered, Facts | None]:
    """The same, with the facts that were packed, if any were. Pure."""
    began = time.process_time()
    seen, matters = seen_of(question, task, data)
    if not matters:
        return seen, None
    try:
        with undisturbed():
            facts = extract(data, seen.asked, sharing=question.sharing)
        packed = pack(facts)
    except EXHAUSTED:
        # One broken file never stops a run.
        facts = Facts(problem=TOO_MUCH, problem_line=1)
        packed = pack(facts)
    if facts.problem and not question.filtered:
        # What cannot be parsed matters to those alone whose names its bytes hold.
        seen = replace(seen, held=held(replace(question, filtered=True), data))
        if concerned(question, task, seen.held) is None:
            return replace(seen, asked=frozenset()), None
    return replace(seen, packed=packed, seconds=time.process_time() - began), facts


def seen_of(question: Question, task: Task, data: bytes) -> tuple[Gathered, bool]:
    """What a file's bytes say before they are parsed, and whether they have to be parsed."""
    what = held(question, data)
    asked = concerned(question, task, what)
    parts = mentioned(data, question.mentioning) if question.parts else None
    return Gathered(task.path, digest(data), what, asked or frozenset(), mentioned=parts), asked is not None


def concerned(question: Question, task: Task, what: NamesHeld) -> frozenset[str] | None:
    """The names to ask a file for; None where its facts are known, or do not matter."""
    asked = task.old | task.wanted | frozenset(what.names)
    if question.learned is None:
        return asked if what.names or what.special or question.sharing else None
    return None if asked <= task.old else asked


def key_of(question: Question, content: str, asked: frozenset[str]) -> str:
    """The key of facts: all that they depend on."""
    return digest(dialect(question), content, sorted(asked))


@cache
def _dialect(sharing: bool) -> str:
    return digest("facts", VERSION, SHAPE, sys.version_info[:3], sharing)


def dialect(question: Question) -> str:
    """What the facts of all files depend on: also the grammar, which is that of the running Python."""
    return _dialect(question.sharing)
