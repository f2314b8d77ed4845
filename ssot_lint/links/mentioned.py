"""Of which modules each file speaks, and so where a name can be that a module has. Pure.

It is asked once, remembered from run to run, and asked again of files with other bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from ssot_lint.facts.prefilter import PACKAGE, Words, mentioned
from ssot_lint.links.module import parts_of
from ssot_lint.model.errors import Damaged
from ssot_lint.model.finding import File

FEW = 100
"""So many files may be asked in each run of which modules they speak, before that is remembered anew."""


class Mentions(NamedTuple):
    """Of which modules files speak: each file with the digest of its bytes, and with places in ``parts``, the last
    parts of the names of all modules (see ``prefilter.mentioned``). What other bytes speak of is not known."""

    parts: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[int, ...]], ...]

    def of(self, contents: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
        """By path the parts in each file that has these contents still. Raises Damaged."""
        size = len(self.parts)
        for path, content, places in self.rows:
            if content and contents.get(path) == content:
                if not all(0 <= place < size for place in places):
                    raise Damaged("places of other parts")
                yield path, [self.parts[place] for place in places]


@lru_cache(maxsize=2)
def _as_words(parts: frozenset[str]) -> Words:
    return Words.of(parts)


class Mentioning:
    """What is known of it in one run. ``parts`` are the last parts of modules of which files have been asked; of the
    files in ``silent`` it is not known which of them they mention."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = files
        self.parts = frozenset[str]()
        self.silent = {*files}
        self._by_part: dict[str, set[str]] = {}
        self._heard = 0
        """How many files have told it in this run."""
        self._known = 0
        """So many do so before it is remembered anew."""

    def begin(self) -> None:
        """From now on files are asked for all modules of the project."""
        self.parts = frozenset(part for file in self._files.values() for part in parts_of(file)) - {PACKAGE}

    def recall(self, last: Mentions | None, contents: Mapping[str, str]) -> None:
        """Takes over what the last run knew of files that have the same contents still. Raises Damaged."""
        if last is None:
            self.begin()
            return
        self.parts, self._known = frozenset(last.parts) - {PACKAGE}, FEW
        for path, parts in last.of(contents):
            self._take(path, parts)

    def hear(self, path: str, parts: Iterable[str]) -> None:
        """Takes in which parts a file mentions."""
        self._heard += self._take(path, parts)

    def _take(self, path: str, parts: Iterable[str]) -> bool:
        is_new = path in self.silent
        if is_new:
            self.silent.discard(path)
            for part in parts:
                self._by_part.setdefault(part, set()).add(path)
        return is_new

    def ask(self, paths: Sequence[str], read: Callable[[str], bytes], most: int) -> bool:
        """Asks some of the silent files, at most so many. Whether others are left."""
        for path in paths[:most]:
            self.hear(path, mentioned(read(path), _as_words(self.parts)))
        return len(paths) > most

    def forget(self, path: str) -> None:
        """A file has other bytes by now: what it mentions is to be asked."""
        if path not in self.silent:
            for paths in self._by_part.values():
                paths.discard(path)
            self.silent.add(path)

    def reaching(self, learned: Mapping[str, frozenset[str]]) -> set[str]:
        """The files that may reach one of some learned names, each with the parts of the modules that have it."""
        parts = frozenset[str]().union(*learned.values())
        if not parts <= self.parts | {PACKAGE}:
            return {*self._files}
        found = self.silent.copy()
        for part in parts:
            found.update(self._by_part.get(part, ()))
        return found

    def is_mentioned(self, file: File, by: AbstractSet[str]) -> bool:
        """Whether one of some other files, that are not silent, may speak of the module of a file."""
        nobody, itself = set[str](), {file.path}
        return any(not (self._by_part.get(part, nobody) & by) <= itself for part in parts_of(file))

    def news(self, contents: Mapping[str, str]) -> Mentions | None:
        """What the next run is to know; None where it knows enough. ``contents`` are by path the digests of the
        bytes."""
        if self._heard <= self._known:
            return None
        table = sorted(self.parts | {PACKAGE})
        rows: dict[str, list[int]] = {
            path: [] for path in sorted(self._files.keys() - self.silent) if path in contents
        }
        for place, part in enumerate(table):
            for path in self._by_part.get(part, ()):
                if path in rows:
                    rows[path].append(place)
        return Mentions(tuple(table), tuple((path, contents[path], tuple(own)) for path, own in rows.items()))
