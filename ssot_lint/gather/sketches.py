"""Files → their sketches: from the store, or made now, in this process or in several.

A sketch depends on the bytes of its file alone, so it is kept beside facts, under a key of its own: it is there whoever
asked for it, and whatever contracts there are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ssot_lint.cache import codec
from ssot_lint.cache.memory import Memory
from ssot_lint.cache.store import digest
from ssot_lint.facts.parse import EXHAUSTED, deep, undisturbed
from ssot_lint.facts.sketches.sketches import VERSION, sketches_of
from ssot_lint.gather.answers import Gathered, Source, Task, bytes_of
from ssot_lint.gather.processes import Crew
from ssot_lint.model import sketches
from ssot_lint.model.sketches import FileSketch

ENOUGH = 200
"""For so many files it is worth while to start other processes."""


class Sketched(NamedTuple):
    """The sketch of one file. ``content`` is the digest of its bytes; empty where it cannot be read."""

    path: str
    content: str
    packed: bytes


def gather_sketches(
    memory: Memory,
    source: Source,
    tasks: Iterable[Task],
    workers: int | None,
    done: Callable[[int, int], None],
) -> dict[str, FileSketch]:
    """The sketches by path, of all files that can be read. ``done`` is called with the number of files that are
    through, and of all."""
    found: dict[str, FileSketch] = {}
    rest = []
    for task in tasks:
        content = memory.contents.get(task.path, "") if task.data is None else digest(task.data)
        packed = memory.store.get(_key(content)) if content else None
        if packed is None:
            rest.append(task)
        else:
            found[task.path] = codec.decode(FileSketch, packed)
    for one in _made(source, rest, workers, done):
        if not one.content:
            continue
        memory.store.put(_key(one.content), one.packed)
        if memory.contents.get(one.path, one.content) != one.content:
            memory.doubt(one.path)
        found[one.path] = codec.decode(FileSketch, one.packed)
    return found


def _made(
    source: Source, tasks: Sequence[Task], workers: int | None, done: Callable[[int, int], None]
) -> Iterator[Sketched]:
    with Crew(workers) as crew:
        count = crew.worth(len(tasks), ENOUGH)
        if count <= 1:
            yield from _many((source, tasks))
            return
        size = max(1, min(100, len(tasks) // (4 * count)))
        chunks = (tasks[start : start + size] for start in range(0, len(tasks), size))
        through = 0
        for part, answers in crew.results(_many, ((source.only(chunk), chunk) for chunk in chunks), count):
            yield from answers or ()
            through += len(part[1])
            done(through, len(tasks))


def _many(part: tuple[Source, Sequence[Task]]) -> list[Sketched]:
    source, tasks = part
    return deep(lambda: [_one(source, task) for task in tasks])


def _one(source: Source, task: Task) -> Sketched:
    """The sketch of one file. What asks too much is not compared."""
    try:
        data = bytes_of(source, task)
        if isinstance(data, Gathered):
            return Sketched(task.path, "", b"")
        with undisturbed():
            return Sketched(task.path, digest(data), codec.encode(sketches_of(data)))
    except EXHAUSTED:
        return Sketched(task.path, "", b"")


@cache
def _dialect() -> str:
    return digest("sketches", VERSION, codec.shape(sketches), sys.version_info[:3])


def _key(content: str) -> str:
    return digest(_dialect(), content)
