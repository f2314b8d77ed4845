"""Files and a question → the facts of those that it concerns: from memory, in this process, in several, on a cluster.

The one seam where facts come from. What is in memory was made by the same functions from the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TypeGuard

from ssot_lint.cache.memory import UNREADABLE, Memory
from ssot_lint.cache.packed import unpack
from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH, deep
from ssot_lint.gather.answers import Gathered, Source, Task, answer, bytes_of, concerned, key_of, one, seen_of
from ssot_lint.gather.cluster import Cluster
from ssot_lint.gather.processes import Crew
from ssot_lint.gather.questions import Question
from ssot_lint.model.errors import Damaged

ENOUGH = 600
"""For so many files it is worth while to start other processes."""

FILES = 100
BYTES = 4_000_000
"""A cluster is sent so many files at once, or files of so many bytes: about a second of work."""

Workers = Crew | Cluster


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
        known = _remembered(memory, source, question, task) if task.data is None else None
        if known is None:
            rest.append(task)
        else:
            yield known
    if source.looking or not memory.store.is_empty:
        # The store has the facts of most of them, whoever asked: they depend on the bytes and the names alone.
        by_path = {task.path: task for task in rest}
        rest = []
        looking = replace(source, looking=True)
        # They are read here, wherever their facts are made.
        with Crew() if isinstance(workers, Cluster) else nullcontext(workers) as crew:
            for got in _shared_out(looking, question, list(by_path.values()), crew, done):
                is_wanted = bool(got.key) and not source.looking
                packed = memory.store.get(got.key) if is_wanted else None
                if is_wanted and packed is None:
                    rest.append(by_path[got.path])
                else:
                    memory.learn(question.text, got.path, got.content, got.held)
                    yield replace(got, packed=packed)
    paths = {task.path: task.path for task in rest}
    for got in _shared_out(source, question, rest, workers, done):
        # Under a name that is there already: what comes from another process is a copy of everything.
        memory.learn(question.text, paths[got.path], got.content, got.held)
        if got.packed is not None:
            key = key_of(question, got.content, got.asked)
            memory.store.put(key, got.packed)
            got = replace(got, key=key)
        yield got


def _remembered(memory: Memory, source: Source, question: Question, task: Task) -> Gathered | None:
    content = memory.contents.get(task.path, "")
    what = memory.held(question.text, task.path)
    if what is None:
        return None
    if content.startswith(UNREADABLE):
        return Gathered(task.path, content, problem=content.removeprefix(UNREADABLE))
    asked = concerned(question, task, what)
    if asked is None or source.looking:
        return Gathered(task.path, content, what)
    key = key_of(question, content, asked)
    packed = memory.store.get(key)
    return Gathered(task.path, content, what, asked, packed, key) if packed is not None else None


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
"""What a cluster is asked at once: files, each with all that must be said of it besides its facts."""


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
            data = bytes_of(source, task)
            if isinstance(data, Gathered):
                settled.append(data)
                continue
            seen, matters = seen_of(question, task, data)
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
