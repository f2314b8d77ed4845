"""Files with the role of tests → which of them ask for a fixture that touches a contract, also by way of others. Pure
but for the bytes that it is given.

A fixture is meant as pytest finds it: the file's own goes before that of the nearest ``conftest.py``, and what a
``conftest.py`` imports, or names in ``pytest_plugins``, is its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ssot_lint.facts.fixtures import FIXTURE, PLUGINS, FixtureFacts, fixture_facts
from ssot_lint.gather.processes import forked, processes
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.project import Project
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import File

_CONFTEST = "conftest.py"

ENOUGH = 100
"""From this number of files on it pays to start another process."""


class FunctionPlace(NamedTuple):
    """A function of a file, by its qualified name."""

    path: str
    qualname: str


@dataclass(slots=True)
class Fixtures:
    """The work. ``files`` are those with the role of tests by their paths; ``read`` gives bytes, or None."""

    files: Mapping[str, File]
    project: Project
    read: Callable[[str], bytes | None]
    workers: int | None = 1
    facts: dict[str, FixtureFacts] = field(default_factory=dict)
    """What files say, as far as they were asked."""
    named: dict[str, dict[str, list[FunctionPlace]]] = field(default_factory=dict)
    """The fixtures of each file by name."""
    places: set[FunctionPlace] = field(default_factory=set)
    """All of them."""
    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By file, what it takes from elsewhere: the name (or ``*``), and the file that has it."""

    def reached(self, touching: Mapping[FunctionPlace, bool]) -> dict[str, dict[str, bool]]:
        """By file the names of the fixtures by which it touches the contract, with whether by a retired name.
        ``touching`` are functions that do so themselves."""
        self._hear({place.path for place in touching if FIXTURE.encode() in (self.read(place.path) or b"")})
        fixtures: dict[FunctionPlace, bool] = {}
        new = {place: retired for place, retired in touching.items() if place in self.places}
        found: dict[str, dict[str, bool]] = {}
        while new:
            fixtures.update(new)
            names = {
                name
                for by in self.named.values()
                for name, own in by.items()
                if not fixtures.keys().isdisjoint(own)
            }
            self._search(names)
            new = {}
            for path, qualname, name in self._requests(names):
                got = self._meant(path, qualname, name)
                if got is None or got not in fixtures:
                    continue
                retired = fixtures[got]
                _note(found, path, name, retired)
                asking = FunctionPlace(path, qualname)
                if asking in self.places and (asking not in fixtures or (retired and not fixtures[asking])):
                    new[asking] = retired or new.get(asking, False)
        for path, said in self.facts.items():
            for one in said.fixtures:
                place = FunctionPlace(path, one.qualname)
                for below in self._below(path) if one.everywhere and place in fixtures else ():
                    _note(found, below, one.name, fixtures[place])
        return found

    def _requests(self, names: set[str]) -> Iterator[tuple[str, str, str]]:
        for path, said in self.facts.items():
            for qualname, name in said.requests:
                if name in names:
                    yield path, qualname, name

    def _search(self, names: set[str]) -> None:
        """Looks in all files for who has or wants fixtures of these names."""
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b".encode())
        self._hear(path for path in self.files if path not in self.facts and self._matters(path, pattern))

    def _matters(self, path: str, pattern: re.Pattern[bytes]) -> bool:
        data = self.read(path)
        if data is None:
            return False
        is_source = path.endswith(_CONFTEST) and b"import *" in data
        return is_source or PLUGINS.encode() in data or _may_ask(data, pattern)

    def _hear(self, paths: Iterable[str]) -> None:
        """Takes in what files say, and what those say that they take something from."""
        todo = sorted({*paths} - self.facts.keys())
        while todo:
            count = processes(self.workers, len(todo), ENOUGH)
            for path, said in sorted(forked(self._facts_of, todo, count)):
                self._take(path, said)
            further = {source for path in todo for _, source in self.sources[path]}
            todo = sorted((further & self.files.keys()) - self.facts.keys())

    def _facts_of(self, paths: Sequence[str]) -> list[tuple[str, FixtureFacts]]:
        return [(path, fixture_facts(self.read(path) or b"")) for path in paths]

    def _take(self, path: str, said: FixtureFacts) -> None:
        self.facts[path] = said
        own = self.named.setdefault(path, {})
        for one in said.fixtures:
            place = FunctionPlace(path, one.qualname)
            own.setdefault(one.name, []).append(place)
            self.places.add(place)
        sources = self.sources.setdefault(path, [])
        module = Module(self.files[path], Facts())
        for name, target in said.sources:
            source = absolute(target, module)
            if name != "*":
                source = source.rpartition(".")[0]
            file, _, rest = self.project.split(source) if source else (None, "", [])
            if file is not None and not rest and file.path in self.files:
                sources.append((name, file.path))

    def _meant(self, path: str, qualname: str, name: str) -> FunctionPlace | None:
        """The fixture that a request means. One that overrides another of its name may ask for that."""
        last = qualname.rpartition(".")[2]
        asking = FunctionPlace(path, qualname)
        if last and not (last.startswith("test") or last[:1].isupper() or asking in self.places):
            return None
        for place in self._places(path):
            taken = (source for known, source in self.sources.get(place, ()) if known in ("*", name))
            for file in (place, *taken):
                for one in reversed(self.named.get(file, {}).get(name, [])):
                    if one != asking:
                        return one
        return None

    def _places(self, path: str) -> Iterator[str]:
        """The files in which pytest looks for a fixture, the nearest first."""
        yield path
        folder = posixpath.dirname(path)
        while True:
            conftest = posixpath.join(folder, _CONFTEST)
            if conftest != path and conftest in self.files:
                yield conftest
            if not folder:
                return
            folder = posixpath.dirname(folder)

    def _below(self, path: str) -> Iterator[str]:
        """The test files to which a fixture of a file is given unasked."""
        folder, _, name = path.rpartition("/")
        if name != _CONFTEST:
            yield path
            return
        for one in self.files:
            last = one.rpartition("/")[2]
            is_test = last.startswith("test_") or last.endswith("_test.py")
            if is_test and (not folder or one.startswith(f"{folder}/")):
                yield one


def _note(found: dict[str, dict[str, bool]], path: str, name: str, retired: bool) -> None:
    own = found.setdefault(path, {})
    own[name] = own.get(name, False) or retired


_HEAD_ENDS = re.compile(rb"\)\s*(?:->[^\n]*)?:\s*(?:#[^\n]*)?\n")
_IMPORT = re.compile(rb"\bimport\b\s*(?:\([^)]*|[^\n]*)$")


def _may_ask(data: bytes, names: re.Pattern[bytes]) -> bool:
    """Whether a file may have, want or import a fixture of one of these names: not where it has but variables of that
    name."""
    for found in names.finditer(data):
        start = found.start()
        if data[start - 1 : start] in (b"'", b'"'):
            return True
        head = data.rfind(b"def ", 0, start)
        if head >= 0 and not _HEAD_ENDS.search(data, head, start):
            return True
        if _IMPORT.search(data[max(start - 1000, 0) : start]):
            return True
    return False
