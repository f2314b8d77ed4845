"""Files and a question → the facts of those that it concerns: from memory, in this process, in several, on a cluster.

The one seam where facts come from. What is in memory was made by the same functions from the same bytes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import NamedTuple, TypeGuard

from ssot_lint.cache.memory import NOTHING, UNREADABLE, Memory, NamesHeld
from ssot_lint.cache.packed import SHAPE, later, pack, unpack
from ssot_lint.cache.store import digest
from ssot_lint.facts.extract import VERSION, extract
from ssot_lint.facts.outline import linking, outlined
from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH, deep, undisturbed
from ssot_lint.gather.cluster import Cluster
from ssot_lint.gather.processes import Crew
from ssot_lint.gather.questions import Question, held
from ssot_lint.model.errors import Damaged, Unreadable
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import Comment
from ssot_lint.settings.members import Parts
from ssot_lint.sources import tree as trees

ENOUGH = 600
"""So many files are worth the start of other processes."""

FILES = 100
BYTES = 4_000_000
"""Of so many files, or of files of so many bytes, is what a cluster is sent at once: a second or some of work."""

Workers = Crew | Cluster


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes of files are: in a state of the project, each of at most ``limit``, or what its own part says.
    ``looking``: nobody asks more than what their bytes hold, and under which key their facts would be."""

    tree: trees.Tree
    limit: int
    parts: Parts | None = None
    looking: bool = False

    def limit_of(self, path: str) -> int:
        return self.limit if self.parts is None else self.parts.limit(path)

    def only(self, tasks: Sequence[Task]) -> Source:
        """The same, as far as it is needed for some files."""
        return replace(self, tree=self.tree.only([task.path for task in tasks]))


@dataclass(frozen=True, slots=True)
class Task:
    """One file, with the names that were asked of it before and those that it is asked for whatever it holds.
    ``data`` are its bytes, where these are not saved."""

    path: str
    old: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one file gave. ``content`` is the digest of its bytes. ``packed`` are its facts about ``asked``; None
    where it does not matter, where nothing new was asked, or where they are in the store."""

    path: str
    content: str
    held: NamesHeld = NOTHING
    asked: frozenset[str] = frozenset()
    packed: bytes | None = None
    key: str = ""
    """That of the facts in the store."""
    problem: str = ""
    seconds: float = field(default=0.0, compare=False)
    """Processor time that the facts have cost."""


def gather(
    memory: Memory,
    source: Source,
    question: Question,
    tasks: Iterable[Task],
    workers: Workers,
    done: Callable[[int, int], None],
) -> Iterator[Gathered]:
    """The answers, in no certain order. ``done`` is called with the number of files that are through, and of all."""
    memory.begin(question.text)
    rest = []
    for task in tasks:
        known = _remembered(memory, question, task) if task.data is None else None
        if known is None:
            rest.append(task)
        else:
            yield known
    if memory.answers:
        # Most of them are as they were, and the store has their facts though the question is a new one.
        by_path = {task.path: task for task in rest}
        rest = []
        looking = replace(source, looking=True)
        # They are read here, whoever makes facts of them.
        with Crew() if isinstance(workers, Cluster) else nullcontext(workers) as crew:
            for got in _shared_out(looking, question, list(by_path.values()), crew, done):
                packed = memory.store.get(got.key) if got.key else None
                if got.key and packed is None:
                    rest.append(by_path[got.path])
                else:
                    memory.learn(question.text, got.path, got.content, got.held)
                    yield replace(got, packed=packed)
    paths = {task.path: task.path for task in rest}
    for got in _shared_out(source, question, rest, workers, done):
        # Under a name that is there already: what comes from another process is a copy of everything.
        memory.learn(question.text, paths[got.path], got.content, got.held)
        if got.packed is not None:
            key = _key(question, got.content, got.asked)
            memory.store.put(key, got.packed)
            got = replace(got, key=key)
        yield got


class Taken(NamedTuple):
    """The facts of one file about the names that it was ``asked``. ``content`` and ``key`` as in ``Gathered``;
    ``seconds`` is nothing where they were known."""

    path: str
    content: str
    asked: frozenset[str]
    facts: Facts
    key: str
    seconds: float = 0.0


def taken(got: Gathered) -> Taken | None:
    """What was gathered of a file, if these are facts. Raises Damaged."""
    if got.packed is None:
        return None
    return Taken(got.path, got.content, got.asked, unpack(got.packed), got.key, got.seconds)


@dataclass(slots=True)
class Again:
    """What is gathered when each file is asked what it was asked in the end of the last run. ``held`` are the names
    that the bytes of files hold, ``unreadable`` and ``comments`` are as in an index. ``is_linked``: whatever links
    read is as it was."""

    memory: Memory
    taken: list[Taken] = field(default_factory=list)
    held: dict[str, frozenset[str]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    comments: dict[str, tuple[Comment, ...]] = field(default_factory=dict)
    is_linked: bool = True
    news: list[tuple[str, str, str, NamesHeld]] = field(default_factory=list)
    """Of files that have changed: question, path, content, and what is held."""

    def whole(self, needed: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """What each file must be asked in the end, with what links need of it."""
        paths = self.held.keys() | {path for path in needed if path not in self.unreadable}
        none = frozenset[str]()
        return {path: self.held.get(path, none) | needed.get(path, none) for path in paths}

    def keep(self) -> None:
        """Takes note of it all: the last run's questions have the same answers, but for the files that changed."""
        for text in self.memory.answers:
            self.memory.begin(text)
        for new in self.news:
            self.memory.learn(*new)


def again(
    memory: Memory,
    source: Source,
    question: Question,
    asked: Mapping[str, tuple[frozenset[str], str]],
    buffers: Mapping[str, bytes],
) -> Again | None:
    """The facts that a run ends with which learns what the last one has learned: about what each file was ``asked`` in
    the end of that (the keys of the facts are with it), and of what has changed about the names that it holds by now.
    None where that is not known."""
    changed, last, moved = memory.changed, memory.last, memory.moved
    if changed is None or last is None or moved is None or not memory.answers:
        return None
    gone = {path for path, (_, now) in moved.items() if now is None}
    others = {*changed, *gone}
    found = Again(memory, comments={path: own for path, own in last.comments if path not in others})
    # Where there are other modules, a path may lead elsewhere though all that is said stays the same.
    found.is_linked = not moved
    before = _names_held(
        (path, what) for answers in memory.answers.values() for path, what in answers.items()
    )
    found.held.update((path, some) for path, some in before.items() if path not in others)
    questions = {text: Question.of(text) for text in memory.answers} if changed else {}
    none = frozenset[str]()
    for path in changed:
        data = _read(source, Task(path, data=buffers.get(path)))
        if isinstance(data, Gathered):
            return None
        content = digest(data)
        news = {text: held(one, data) for text, one in questions.items()}
        found.news += ((text, path, content, what) for text, what in news.items())
        found.comments.update((path, what.comments) for what in news.values() if what.comments)
        found.held.update(_names_held((path, what) for what in news.values()))
        old_asked, old_key = asked.get(path, (none, ""))
        some = found.held.get(path, none) | (old_asked - before.get(path, none))
        if path not in found.held and not some:
            found.is_linked &= path not in asked
            continue
        new = _known(memory, question, path, data, content, some)
        if new is None:
            return None
        old = memory.store.get(old_key) if before.get(path) == found.held.get(path) else None
        found.is_linked &= old is not None and linking(unpack(old)) == linking(new.facts)
        if new.facts.comments:
            found.comments[path] = new.facts.comments
        found.taken.append(new)
    for path, (some, key) in asked.items():
        if path not in others:
            content = memory.contents.get(path, "")
            if not content or key not in memory.store:
                return None
            found.taken.append(Taken(path, content, some, later(partial(_stored, memory, key)), key))
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


def _known(
    memory: Memory, question: Question, path: str, data: bytes, content: str, asked: frozenset[str]
) -> Taken | None:
    """The facts of a file with these bytes about some names, from the store or made now."""
    key = _key(question, content, asked)
    packed, seconds = memory.store.get(key), 0.0
    if packed is None:
        # A file that holds no name may matter all the same: for that it is asked as in the first round.
        for one in (question, replace(question, learned={})):
            got = answer(one, Task(path, wanted=asked), data)
            if got.packed is not None:
                break
        packed, seconds = got.packed, got.seconds
        if packed is None or got.asked != asked:
            return None
        memory.store.put(key, packed)
    return Taken(path, content, asked, unpack(packed), key, seconds)


def _stored(memory: Memory, key: str) -> bytes:
    packed = memory.store.get(key)
    if packed is None:
        raise Damaged("the store no longer holds what it held")
    return packed


@cache
def _dialect(sharing: bool) -> str:
    return digest("facts", VERSION, SHAPE, sys.version_info[:3], sharing)


def dialect(question: Question) -> str:
    """What the facts of all files depend on: also the grammar, which is that of the running Python."""
    return _dialect(question.sharing)


def _key(question: Question, content: str, asked: frozenset[str]) -> str:
    """All that facts depend on."""
    return digest(dialect(question), content, sorted(asked))


def _remembered(memory: Memory, question: Question, task: Task) -> Gathered | None:
    content = memory.contents.get(task.path, "")
    what = memory.held(question.text, task.path)
    if what is None:
        return None
    if content.startswith(UNREADABLE):
        return Gathered(task.path, content, problem=content.removeprefix(UNREADABLE))
    asked = _concerned(question, task, what)
    if asked is None:
        return Gathered(task.path, content, what)
    key = _key(question, content, asked)
    packed = memory.store.get(key)
    return Gathered(task.path, content, what, asked, packed, key) if packed is not None else None


def _concerned(question: Question, task: Task, what: NamesHeld) -> frozenset[str] | None:
    """The names that a file is to be asked for; None where its facts are known, or do not matter."""
    asked = task.old | task.wanted | frozenset(what.names)
    if question.learned is None:
        return asked if what.names or what.special or question.sharing else None
    return None if asked <= task.old else asked


def _shared_out(
    source: Source,
    question: Question,
    tasks: Sequence[Task],
    workers: Workers,
    done: Callable[[int, int], None],
) -> Iterator[Gathered]:
    if isinstance(workers, Cluster):
        yield from _sent_out(source, question, tasks, workers, done)
        return
    count = workers.worth(len(tasks), ENOUGH)
    if count <= 1:
        for number, task in enumerate(tasks):
            if number % 100 == 0:
                done(number, len(tasks))
            yield one(source, question, task)
        return
    size = max(1, min(100, len(tasks) // (4 * count)))
    chunks = (tasks[start : start + size] for start in range(0, len(tasks), size))
    parts = ((source.only(chunk), chunk) for chunk in chunks)
    through = 0
    for (own, chunk), answers in workers.results(partial(many, question), parts, count):
        # A file that kills a worker is found by asking for each of the chunk alone.
        yield from answers if answers is not None else [_alone(own, question, task) for task in chunk]
        through += len(chunk)
        done(through, len(tasks))


def many(question: Question, part: tuple[Source, Sequence[Task]]) -> list[Gathered]:
    """The answers for one chunk, in a worker."""
    source, tasks = part
    return deep(lambda: [one(source, question, task) for task in tasks])


def _alone(source: Source, question: Question, task: Task) -> Gathered:
    with Crew() as crew:
        for _, answers in crew.results(partial(many, question), [(source, [task])], 1):
            if answers is not None:
                return answers[0]
    return Gathered(task.path, "", problem="cannot be analysed: the process that read it died")


Chunk = Sequence[tuple[Task, Gathered]]
"""What a cluster is asked at once: files, with what must be said of each besides its facts."""


def _sent_out(
    source: Source,
    question: Question,
    tasks: Sequence[Task],
    cluster: Cluster,
    done: Callable[[int, int], None],
) -> Iterator[Gathered]:
    """The answers of a cluster. Files are read here, and those that matter are sent."""
    settled: list[Gathered] = []
    left: list[Task] = []
    through = 0
    if tasks:
        done(through, len(tasks))
    for chunk, answers in cluster.answers(_parts(source, question, tasks, settled)):
        for (task, seen), got in zip(chunk, _in_turn(answers, len(chunk)), strict=True):
            if _is_whole(got, seen):
                yield got
            else:
                left.append(task)
        yield from settled
        through += len(chunk) + len(settled)
        settled.clear()
        done(through, len(tasks))
    yield from settled
    # Nothing is lost: what a cluster does not answer, or not well, is read again and answered here.
    with Crew() as crew:
        yield from _shared_out(source, question, left, crew, done)


def _parts(
    source: Source, question: Question, tasks: Sequence[Task], settled: list[Gathered]
) -> Iterator[tuple[Chunk, Callable[[], list[Gathered]]]]:
    """Chunks, with the work that each is. ``settled`` gets the files that need no work."""
    chunk: list[tuple[Task, Gathered]] = []
    sent: list[Task] = []
    size = 0
    for task in tasks:
        try:
            data = _read(source, task)
            if isinstance(data, Gathered):
                settled.append(data)
                continue
            seen, matters = _seen(question, task, data)
        except EXHAUSTED:
            settled.append(Gathered(task.path, "", problem=TOO_MUCH))
            continue
        if not matters:
            settled.append(seen)
            continue
        chunk.append((task, seen))
        sent.append(replace(task, data=data))
        size += len(data)
        if len(chunk) >= FILES or size >= BYTES:
            yield chunk, partial(many_read, question, sent)
            chunk, sent, size = [], [], 0
    if chunk:
        yield chunk, partial(many_read, question, sent)


def _in_turn(answers: object, count: int) -> Sequence[object]:
    return answers if isinstance(answers, list) and len(answers) == count else [None] * count


def _is_whole(got: object, seen: Gathered) -> TypeGuard[Gathered]:
    """Whether facts have come, of that file and those bytes, and about what was asked."""
    if (
        not isinstance(got, Gathered)
        or not isinstance(got.packed, bytes)
        or replace(got, packed=None) != seen
    ):
        return False
    try:
        # How much is too much for a machine is not the same everywhere: here it is as without a cluster.
        return not unpack(got.packed).problem
    except Damaged:
        return False


def many_read(question: Question, tasks: Sequence[Task]) -> list[Gathered]:
    """The answers for one chunk of files whose bytes are given, in a worker of a cluster. Pure."""
    return [answer(question, task, task.data) for task in tasks if task.data is not None]


def one(source: Source, question: Question, task: Task) -> Gathered:
    """What one file says. Never raises for what a file holds."""
    try:
        data = _read(source, task)
        if isinstance(data, Gathered):
            return data
        if source.looking:
            seen, matters = _seen(question, task, data)
            return replace(seen, key=_key(question, seen.content, seen.asked) if matters else "")
        return answer(question, task, data)
    except EXHAUSTED:
        return Gathered(task.path, "", problem=TOO_MUCH)


def _read(source: Source, task: Task) -> bytes | Gathered:
    """The bytes of a file; where it cannot be read, all that it says."""
    if task.data is not None:
        return task.data
    try:
        return source.tree.read(task.path, source.limit_of(task.path))
    except Unreadable as problem:
        return Gathered(task.path, f"{UNREADABLE}{problem}", problem=str(problem))


def answer(question: Question, task: Task, data: bytes) -> Gathered:
    """What a file with these bytes says. Pure."""
    began = time.process_time()
    seen, matters = _seen(question, task, data)
    if not matters:
        return seen
    try:
        with undisturbed():
            facts = outlined(extract(data, seen.asked, sharing=question.sharing), seen.asked)
        packed = pack(facts)
    except EXHAUSTED:
        # One broken file never stops a run.
        facts = Facts(problem=TOO_MUCH, problem_line=1)
        packed = pack(facts)
    if facts.problem and not question.filtered:
        # What cannot be parsed matters to those alone whose names its bytes hold.
        seen = replace(seen, held=held(replace(question, filtered=True), data))
        if _concerned(question, task, seen.held) is None:
            return replace(seen, asked=frozenset())
    return replace(seen, packed=packed, seconds=time.process_time() - began)


def _seen(question: Question, task: Task, data: bytes) -> tuple[Gathered, bool]:
    """What a file's bytes say before they are parsed, and whether they have to be."""
    what = held(question, data)
    asked = _concerned(question, task, what)
    return Gathered(task.path, digest(data), what, asked or frozenset()), asked is not None
