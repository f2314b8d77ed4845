"""Files and a question → the facts of those that it concerns: from memory, in this process or in several.

The one seam where facts come from. What is in memory was made by the same functions from the same bytes.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from ssot_lint import files
from ssot_lint.facts import VERSION, extract
from ssot_lint.memory import NOTHING, UNREADABLE, Held, Memory
from ssot_lint.outline import outlined
from ssot_lint.packed import SHAPE, pack
from ssot_lint.parallel import begin, quiet_fork, workers
from ssot_lint.parse import deep
from ssot_lint.questions import Question, held
from ssot_lint.record import Facts
from ssot_lint.store import digest

ENOUGH = 600
"""So many files are worth the start of other processes."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes of files are: below ``root``, each of at most ``limit``."""

    root: Path
    limit: int


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
    where it does not matter, or where nothing new was asked."""

    path: str
    content: str
    held: Held = NOTHING
    asked: frozenset[str] = frozenset()
    packed: bytes | None = None
    problem: str = ""


def gather(
    memory: Memory,
    source: Source,
    question: Question,
    tasks: Iterable[Task],
    jobs: int | None,
    done: Callable[[int, int], None],
) -> Iterator[Gathered]:
    """The answers, in no certain order. ``done`` is called with the number of files that are through, and of all."""
    memory.begin(question.key)
    rest = []
    for task in tasks:
        known = _remembered(memory, question, task) if task.data is None else None
        if known is None:
            rest.append(task)
        else:
            yield known
    for got in _shared_out(source, question, rest, jobs, done):
        memory.learn(question.key, got.path, got.content, got.held)
        if got.packed is not None:
            memory.store.put(facts_key(question, got.content, got.asked), got.packed)
        yield got


def facts_key(question: Question, content: str, asked: frozenset[str]) -> str:
    """All that facts depend on: also the grammar, which is that of the running Python."""
    return digest("facts", VERSION, SHAPE, sys.version_info[:3], content, question.state, sorted(asked))


def _remembered(memory: Memory, question: Question, task: Task) -> Gathered | None:
    content = memory.contents.get(task.path, "")
    what = memory.held(question.key, task.path)
    if what is None:
        return None
    if content.startswith(UNREADABLE):
        return Gathered(task.path, content, problem=content.removeprefix(UNREADABLE))
    asked = _concerned(question, task, what)
    if asked is None:
        return Gathered(task.path, content, what)
    packed = memory.store.get(facts_key(question, content, asked))
    return Gathered(task.path, content, what, asked, packed) if packed is not None else None


def _concerned(question: Question, task: Task, what: Held) -> frozenset[str] | None:
    """The names that a file is to be asked for; None where its facts are known, or do not matter."""
    asked = task.old | task.wanted | frozenset(what.names)
    if question.learned is None:
        return asked if what.names or what.special or question.state else None
    return None if asked <= task.old else asked


def _shared_out(
    source: Source,
    question: Question,
    tasks: Sequence[Task],
    jobs: int | None,
    done: Callable[[int, int], None],
) -> Iterator[Gathered]:
    count = workers(jobs, len(tasks), ENOUGH)
    if count <= 1:
        for number, task in enumerate(tasks):
            if number % 100 == 0:
                done(number, len(tasks))
            yield one(source, question, task)
        return
    size = max(1, min(100, len(tasks) // (4 * count)))
    chunks = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    with ProcessPoolExecutor(count, multiprocessing.get_context(method), initializer=begin) as pool:
        with quiet_fork():
            futures = [pool.submit(many, source, question, chunk) for chunk in chunks]
        try:
            for number, (future, chunk) in enumerate(zip(futures, chunks, strict=True)):
                try:
                    yield from future.result()
                except (BrokenProcessPool, MemoryError):
                    # A file that kills a worker is found by asking for each of the chunk alone.
                    yield from (_alone(source, question, task) for task in chunk)
                done(min(len(tasks), (number + 1) * size), len(tasks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def many(source: Source, question: Question, tasks: Sequence[Task]) -> list[Gathered]:
    """The answers for one chunk, in a worker."""
    return deep(lambda: [one(source, question, task) for task in tasks])


def _alone(source: Source, question: Question, task: Task) -> Gathered:
    try:
        with ProcessPoolExecutor(1, initializer=begin) as pool:
            return pool.submit(many, source, question, [task]).result()[0]
    except BrokenProcessPool:
        return Gathered(task.path, "", problem="cannot be analysed: the process that read it died")


def one(source: Source, question: Question, task: Task) -> Gathered:
    """What one file says. Never raises for what a file holds."""
    try:
        data = task.data if task.data is not None else files.read(source.root, task.path, source.limit)
    except files.Unreadable as problem:
        return Gathered(task.path, f"{UNREADABLE}{problem}", problem=str(problem))
    return answer(question, task, data)


def answer(question: Question, task: Task, data: bytes) -> Gathered:
    """What a file with these bytes says. Pure."""
    what, content = held(question, data), digest(data)
    asked = _concerned(question, task, what)
    if asked is None:
        return Gathered(task.path, content, what)
    try:
        packed = pack(outlined(extract(data, asked, state=question.state), asked))
    except (RecursionError, MemoryError):
        # One broken file never stops a run.
        packed = pack(Facts(problem="is nested too deeply, or too large, to be analysed", problem_line=1))
    return Gathered(task.path, content, what, asked, packed)
