"""A project → its files with what each seems to say, and the index of some contracts in it. Nothing of it is run.

What a sketch says is a guess that decides which names are worth a contract. Whatever is counted comes from the engine.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from ssot_lint.cache.memory import Memory
from ssot_lint.cache.store import Store
from ssot_lint.discovery.declared.variants import of_contracts_alone
from ssot_lint.discovery.naming import is_in_tests, is_set_aside
from ssot_lint.discovery.shortlist import importers
from ssot_lint.discovery.sketch import Sketch, sketch
from ssot_lint.engine import run
from ssot_lint.engine.report import Report
from ssot_lint.facts.parse import deep
from ssot_lint.findings.baseline_file import NONE
from ssot_lint.gather.answers import Source, Task
from ssot_lint.gather.processes import Crew
from ssot_lint.gather.questions import holds_nothing
from ssot_lint.gather.sketches import gather_sketches
from ssot_lint.links import rounds
from ssot_lint.links.index import Index
from ssot_lint.model.contracts import Contract
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import File
from ssot_lint.model.options import Progress, RunOptions
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import disk
from ssot_lint.sources import listing as files

T = TypeVar("T")

ENOUGH: Final = 600
"""So many files are worth the start of other processes."""
_PART: Final = 100


class LookedFile(NamedTuple):
    """A file, what its bytes seem to say, and whether nobody works on it: a copy, a program's or somebody else's."""

    file: File
    sketch: Sketch
    set_aside: bool

    @property
    def is_ours(self) -> bool:
        """Whether a contract may protect what stands in it."""
        return not (self.file.tests or self.set_aside or is_in_tests(self.file.path)) and self.file.has_name


@dataclass(frozen=True)
class SketchedProject:
    """A project with the sketches of its files. ``folder`` is where its runs remember facts, so that each takes from
    the ones before what it can; ``None`` where nothing is remembered."""

    settings: Settings
    listing: files.Listing
    looked: tuple[LookedFile, ...]
    workers: int | None
    progress: Progress | None
    folder: str | None

    def index(self, contracts: Sequence[Contract], *, copies: bool = False) -> Index:
        """The index of some contracts alone. ``copies``: with the sketches of the definitions that a contract may
        protect: tests repeat each other, and that is no matter here."""
        settings = of_contracts_alone(self.settings, contracts)
        how = RunOptions(self.workers, progress=self.progress, inferring=False)
        store = Store(self.folder)

        def work() -> Index:
            memory = Memory(settings, disk.Disk(os.path.realpath(settings.root)), store)
            memory.look(holds_nothing)
            index = rounds.build(settings, memory, {}, how)
            if copies:
                self._sketch(index, memory)
            return index

        try:
            index = deep(work)
            store.save()
            return index
        finally:
            store.close()

    def _sketch(self, index: Index, memory: Memory) -> None:
        ours = [one.file.path for one in self.looked if one.is_ours and one.file.path not in index.unreadable]
        found = gather_sketches(
            memory,
            Source(memory.tree, self.settings.max_file_size, None),
            [Task(path) for path in ours if path.endswith(".py")],
            self.workers,
            partial(self.progress or _silent, "index"),
        )
        index.take_sketches(found)

    def check(self, settings: Settings) -> Report:
        """What a run with other settings finds, whatever a baseline holds."""
        how = RunOptions(
            self.workers, cache=self.folder is not None, folder=self.folder, progress=self.progress
        )
        return run.check(settings, how=how, baseline=NONE)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises Unreadable."""
        return disk.read(self.settings.root, path, self.settings.max_file_size)

    def lines(self, path: str) -> Sequence[bytes]:
        """The lines of a file; none where it cannot be read."""
        data = _bytes((self.settings.root, self.settings.max_file_size), path)
        return data.splitlines() if data is not None else ()

    def each(
        self, function: Callable[[bytes], T], wanted: Sequence[File], stage: str
    ) -> list[tuple[File, T]]:
        """What a function gives for the bytes of some files, in their order, without those that cannot be read."""
        return _each(self.settings, function, wanted, self.workers, partial(self.progress or _silent, stage))


def sketched(
    settings: Settings,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    folder: str | None = None,
) -> SketchedProject:
    """Looks at all files of a project."""
    listing = files.listing(settings)
    found = _each(settings, sketch, listing.files, workers, partial(progress or _silent, "look"))
    looked = tuple(LookedFile(file, one, one.generated or is_set_aside(file.path)) for file, one in found)
    return SketchedProject(settings, listing, looked, workers, progress, folder)


def importers_of(looked: Sequence[LookedFile]) -> Counter[str]:
    """How many files that somebody works on import a dotted path."""
    return importers((one.file, one.sketch) for one in looked if not one.set_aside)


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _each(
    settings: Settings,
    function: Callable[[bytes], T],
    wanted: Sequence[File],
    workers: int | None,
    done: Callable[[int, int], None],
) -> list[tuple[File, T]]:
    """Where a process has died, its part is done here."""
    where = (settings.root, settings.max_file_size)
    parts = [wanted[at : at + _PART] for at in range(0, len(wanted), _PART)]
    work = partial(_of_part, where, function)
    results: list[tuple[File, T]] = []
    with Crew(workers) as crew:
        count = crew.worth(len(wanted), ENOUGH)
        given = crew.results(work, parts, count) if count > 1 else ((part, work(part)) for part in parts)
        finished = 0
        for part, result in given:
            results += [one for one in (result if result is not None else work(part)) if one is not None]
            finished += len(part)
            done(finished, len(wanted))
    return results


def _of_part(
    where: tuple[Path, int], function: Callable[[bytes], T], part: Sequence[File]
) -> list[tuple[File, T] | None]:
    return [
        (file, function(data)) if (data := _bytes(where, file.path)) is not None else None for file in part
    ]


def _bytes(where: tuple[Path, int], path: str) -> bytes | None:
    root, limit = where
    try:
        return disk.read(root, path, limit)
    except Unreadable:
        return None
