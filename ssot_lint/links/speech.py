"""Words → the files that speak of them. It decides to which files modules matter that have come or gone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from functools import cached_property

from ssot_lint.cache.memory import Memory
from ssot_lint.cache.packed import unpack
from ssot_lint.facts.prefilter import Words, present
from ssot_lint.links.module import stem_of
from ssot_lint.links.project import packages
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import File
from ssot_lint.settings.members import declared
from ssot_lint.settings.settings import Settings


class WordsOfFacts:
    """What the facts of a project speak of. ``keys`` has those of the facts of all files that can matter, by path."""

    def __init__(self, memory: Memory, keys: Mapping[str, str]) -> None:
        self._memory = memory
        self._keys = keys
        self._found: dict[str, frozenset[str]] = {}

    def facts(self, key: str) -> Facts | None:
        """The facts of a key."""
        packed = self._memory.store.get(key)
        return unpack(packed) if packed is not None else None

    def of(self, word: str) -> frozenset[str]:
        """The files whose facts hold a word."""
        if word not in self._found:
            self._found[word] = self._speaking(frozenset([word]))
        return self._found[word]

    def _speaking(self, words: frozenset[str]) -> frozenset[str]:
        if not all(word.isascii() for word in words):
            # Facts are kept in ASCII, and such a word is written in another way there.
            return frozenset(self._keys)
        pieces = ((path, self._memory.store.get(key)) for path, key in self._keys.items())
        wanted = Words.of(words)
        return frozenset(path for path, piece in pieces if piece is None or present(piece, wanted))

    def elsewhere(self, settings: Settings, inferring: Iterable[str]) -> Collection[str] | None:
        """The files from which a path may lead elsewhere than in the last run, since modules have come or gone. Their
        facts speak of such a module; for files that inference has looked at (``inferring``) the whole text counts.
        None where that may be all files."""
        moved = self._memory.moved
        if not moved:
            return ()
        files = [file for path in moved for file in self.names(path)]
        if settings.workspace or self._is_around(files):
            # A package can be reached by dots alone, and what members see of each other is a matter of all names.
            return None
        words = frozenset(name.rpartition(".")[2] for name in self._other_names(files))
        contracts = repr([one for own in declared(settings).values() for one in own])
        if not words.isdisjoint(re.findall(r"\w+", contracts)):
            return None
        if not words:
            return ()
        found, wanted = {*self._speaking(words)}, Words.of(words)
        for path in {*inferring} - found:
            with suppress(Unreadable):
                if present(self._memory.tree.read(path, settings.max_file_size), wanted):
                    found.add(path)
        return found

    def names(self, path: str) -> Collection[File]:
        """A file as it was named in the last run, and as it is named now."""
        return [some[path] for some in self._files if path in some]

    def _is_around(self, files: Iterable[File]) -> bool:
        """Whether one of the files is the package of a module that was there and has stayed."""
        inside = tuple(f"{name}." for file in files if file.package for name in _names(file))
        was, now = self._files
        return bool(inside) and any(
            name.startswith(inside) for path in was.keys() & now.keys() for name in _names(now[path])
        )

    def _other_names(self, files: Iterable[File]) -> set[str]:
        """The names of these files, and of packages that hold nothing else."""
        around = [packages(name for file in some.values() for name in _names(file)) for some in self._files]
        return {name for file in files for name in _names(file)} | (around[0] ^ around[1])

    @cached_property
    def _files(self) -> tuple[dict[str, File], dict[str, File]]:
        """All files by path, as they were named in the last run, and as they are named now."""
        now = {file.path: file for file in self._memory.listing.files}
        was = dict(now)
        for path, (old, _) in (self._memory.moved or {}).items():
            if old is not None:
                was[path] = old
            else:
                del was[path]
        return was, now


def _names(file: File) -> Iterable[str]:
    # A module without a dotted path is imported by the name of its file.
    own = file.module or stem_of(file.path)
    return filter(None, (own, *file.also, *file.above))
