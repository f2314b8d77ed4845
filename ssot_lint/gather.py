"""Paths and the names to ask for → the facts of those files, in this process or in several. Reads sources."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from ssot_lint import comments, files
from ssot_lint.facts import extract
from ssot_lint.model import Comment, Facts
from ssot_lint.parallel import begin, quiet_fork, workers
from ssot_lint.parse import deep
from ssot_lint.words import is_special, present, reachable

ENOUGH = 600
"""So many files are worth the start of other processes."""

_OURS = re.compile(rb"(?i)ssot")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every file of one round. ``words`` and ``patterns`` are the contracts' own names;
    ``learned`` are names that linking has found, each with the last parts of the modules that bind it."""

    root: Path
    limit: int
    state: bool = False
    words: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()
    learned: Mapping[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One file, with the names that were asked of it before and those that it is asked for whatever it holds."""

    path: str
    old: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one file gave. ``facts`` is None where it does not matter, or where nothing new was asked."""

    path: str
    asked: frozenset[str]
    facts: Facts | None = None
    comments: tuple[Comment, ...] = ()
    problem: str = ""


def gather(
    question: Question, tasks: Sequence[Task], jobs: int | None, done: Callable[[int], None]
) -> Iterator[Gathered]:
    """The answers, in the order of the tasks. ``done`` is called with the number of files that are through."""
    count = workers(jobs, len(tasks), ENOUGH)
    if count <= 1:
        for number, task in enumerate(tasks):
            if number % 100 == 0:
                done(number)
            yield one(question, task)
        return
    size = max(1, min(100, len(tasks) // (4 * count)))
    chunks = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    with ProcessPoolExecutor(count, multiprocessing.get_context(method), initializer=begin) as pool:
        with quiet_fork():
            futures = [pool.submit(many, question, chunk) for chunk in chunks]
        try:
            for number, (future, chunk) in enumerate(zip(futures, chunks, strict=True)):
                try:
                    yield from future.result()
                except (BrokenProcessPool, MemoryError):
                    # A file that kills a worker is found by asking for each of the chunk alone.
                    yield from (_alone(question, task) for task in chunk)
                done(min(len(tasks), (number + 1) * size))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def many(question: Question, tasks: Sequence[Task]) -> list[Gathered]:
    """The answers for one chunk, in a worker."""
    return deep(lambda: [one(question, task) for task in tasks])


def _alone(question: Question, task: Task) -> Gathered:
    try:
        with ProcessPoolExecutor(1, initializer=begin) as pool:
            return pool.submit(many, question, [task]).result()[0]
    except BrokenProcessPool:
        return Gathered(task.path, task.old, problem="cannot be analysed: the process that read it died")


def one(question: Question, task: Task) -> Gathered:
    """What one file says. Never raises for what a file holds."""
    try:
        data = task.data if task.data is not None else files.read(question.root, task.path, question.limit)
    except files.Unreadable as problem:
        return Gathered(task.path, frozenset(), problem=str(problem))
    if question.learned is None:
        asked = present(data, question.words, question.patterns)
        matters = bool(asked) or question.state or (bool(question.words) and is_special(data))
    else:
        asked = task.old | task.wanted | reachable(data, question.learned)
        matters = not asked <= task.old
    if not matters:
        # A file that is not judged can still hold an excuse, which then is unused.
        spoken = comments.read(data) if question.learned is None and _OURS.search(data) else ()
        return Gathered(task.path, asked, comments=spoken)
    try:
        facts = extract(data, asked, state=question.state)
    except (RecursionError, MemoryError):
        # One broken file never stops a run.
        facts = Facts(problem="is nested too deeply, or too large, to be analysed", problem_line=1)
    return Gathered(task.path, asked, facts, facts.comments)
