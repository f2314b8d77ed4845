"""The files of a project → classes with many faces, as candidates for contracts, the most evident first.

Two passes: sketches of all files tell which names are worth a closer look (``shortlist``), and the files that hold
these names are parsed (``sightings``). Files are read here; everything else is pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from ssot_lint.discovery.candidates import Candidate, candidates
from ssot_lint.discovery.shortlist import counts_of, mentions, shortlist
from ssot_lint.discovery.sightings import Sighting, pattern_of, sight
from ssot_lint.discovery.sketch import Sketch, sketch
from ssot_lint.facts.parse import deep, undisturbed
from ssot_lint.gather.processes import Crew
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import File
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import disk
from ssot_lint.sources import listing as files

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, the number of files that are done, and the number of all files."""

ENOUGH: Final = 600
"""So many files are worth the start of other processes."""
_PART: Final = 100


def discover(
    settings: Settings, *, workers: int | None = None, progress: Progress | None = None
) -> tuple[tuple[Candidate, ...], files.Listing]:
    """The candidates of a project, the most evident first, and the files that were looked at. None of them is run."""
    listing = files.listing(settings)
    say = progress or _silent
    where = (settings.root, settings.max_file_size)
    with Crew(workers) as crew:
        looked = _shared_out(partial(_sketched, where), listing.files, crew, partial(say, "look"))
        sketches = [one for one in looked if one is not None]
        asked = shortlist(sketches)
        if not asked:
            return (), listing
        mentioned = [file for file, seen in sketches if mentions(seen, asked)]
        work = partial(_sighted, where, pattern_of(asked))
        sightings = _shared_out(work, mentioned, crew, partial(say, "read"))
    return candidates([one for one in sightings if one is not None], counts_of(sketches)), listing


def _silent(phase: str, done: int, total: int) -> None:
    pass


def _shared_out(
    function: Callable[[Sequence[File]], list[T]],
    work: Sequence[File],
    crew: Crew,
    done: Callable[[int, int], None],
) -> list[T]:
    """The results of the function for all files, in their order. Where a process has died, its part is done here."""
    parts = [work[at : at + _PART] for at in range(0, len(work), _PART)]
    count = crew.worth(len(work), ENOUGH)
    given = crew.results(function, parts, count) if count > 1 else ((part, function(part)) for part in parts)
    results: list[T] = []
    for part, result in given:
        results += result if result is not None else function(part)
        done(len(results), len(work))
    return results


def _sketched(where: tuple[Path, int], part: Sequence[File]) -> list[tuple[File, Sketch] | None]:
    return [(file, sketch(data)) if (data := _bytes(where, file)) is not None else None for file in part]


def _sighted(
    where: tuple[Path, int], pattern: re.Pattern[bytes], part: Sequence[File]
) -> list[Sighting | None]:
    def work() -> list[Sighting | None]:
        with undisturbed():
            return [
                sight(file, data, pattern) if (data := _bytes(where, file)) is not None else None
                for file in part
            ]

    return deep(work)


def _bytes(where: tuple[Path, int], file: File) -> bytes | None:
    root, limit = where
    try:
        return disk.read(root, file.path, limit)
    except Unreadable:
        return None
