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

from ssot_lint.facts.extract import extract
from ssot_lint.gather.processes import forked, processes
from ssot_lint.links.project import Module, Project, absolute
from ssot_lint.model.facts import Call, Function
from ssot_lint.model.finding import File, Span

_FIXTURE = "fixture"
_CONFTEST = "conftest.py"
_PLUGINS = "pytest_plugins"
_ASKING = ("usefixtures", "getfixturevalue")


class FunctionPlace(NamedTuple):
    """A function of a file, by its qualified name."""

    path: str
    qualname: str


class Fixture(NamedTuple):
    """``path`` is the file that has it. ``everywhere``: nobody need ask for it."""

    path: str
    qualname: str
    name: str
    everywhere: bool

    @property
    def place(self) -> FunctionPlace:
        return FunctionPlace(self.path, self.qualname)


class FixtureRequest(NamedTuple):
    """A request for a fixture by name: of a function, or of all that is in a file (an empty ``qualname``)."""

    path: str
    qualname: str
    name: str


class Said(NamedTuple):
    """What a file says of some fixtures: those that it has, requests, and what it takes from other modules: a name (or
    ``*``) with the module's path."""

    path: str
    fixtures: tuple[Fixture, ...] = ()
    requests: tuple[FixtureRequest, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


ENOUGH = 100
"""From this number of files on it pays to start another process."""


@dataclass(slots=True)
class Fixtures:
    """The work. ``files`` are those with the role of tests by their paths; ``read`` gives bytes, or None."""

    files: Mapping[str, File]
    project: Project
    read: Callable[[str], bytes | None]
    workers: int | None = 1
    known: dict[str, dict[str, list[Fixture]]] = field(default_factory=dict)
    """The fixtures of each file by name, as far as they were asked for."""
    places: set[FunctionPlace] = field(default_factory=set)
    asked: dict[FixtureRequest, None] = field(default_factory=dict)
    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By file, what it takes from elsewhere: the name (or ``*``), and the file that has it."""
    searched: set[str] = field(default_factory=set)
    defined: set[FunctionPlace] = field(default_factory=set)
    """The functions of which it is known whether they are fixtures."""

    def reached(self, touching: Mapping[FunctionPlace, bool]) -> dict[str, dict[str, bool]]:
        """By file the names of the fixtures by which it touches the contract, with whether by a retired name.
        ``touching`` are functions that do so themselves."""
        self._define(touching)
        fixtures: dict[FunctionPlace, bool] = {}
        new = {place: retired for place, retired in touching.items() if place in self.places}
        found: dict[str, dict[str, bool]] = {}
        while new:
            fixtures.update(new)
            self._search({one.name for one in self._all() if one.place in fixtures})
            self._define(FunctionPlace(ask.path, ask.qualname) for ask in self.asked)
            new = {}
            for ask in self.asked:
                got = self._meant(ask)
                if got is None or got.place not in fixtures:
                    continue
                retired = fixtures[got.place]
                _note(found, ask.path, ask.name, retired)
                asking = FunctionPlace(ask.path, ask.qualname)
                if asking in self.places and (asking not in fixtures or (retired and not fixtures[asking])):
                    new[asking] = retired or new.get(asking, False)
        for one in self._all():
            if one.everywhere and one.place in fixtures:
                for path in self._below(one.path):
                    _note(found, path, one.name, fixtures[one.place])
        return found

    def _all(self) -> Iterator[Fixture]:
        return (one for by_name in self.known.values() for own in by_name.values() for one in own)

    def _define(self, functions: Iterable[FunctionPlace]) -> None:
        """Takes in the fixtures among some functions."""
        by_path: dict[str, set[str]] = {}
        for place in functions:
            if place.qualname and place not in self.defined:
                self.defined.add(place)
                by_path.setdefault(place.path, set()).add(place.qualname.rpartition(".")[2])
        todo = [(path, frozenset(names)) for path, names in sorted(by_path.items())]
        self._hear([one for one in todo if _FIXTURE.encode() in (self.read(one[0]) or b"")])

    def _search(self, names: set[str]) -> None:
        """Looks in all files for who has or wants fixtures of these names."""
        new = frozenset(names - self.searched)
        self.searched |= new
        if new:
            pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(new)))})\b".encode())
            self._hear([(path, new) for path in self.files if self._matters(path, pattern)])

    def _matters(self, path: str, pattern: re.Pattern[bytes]) -> bool:
        data = self.read(path)
        if data is None:
            return False
        is_source = path.endswith(_CONFTEST) and b"import *" in data
        return is_source or _PLUGINS.encode() in data or _may_ask(data, pattern)

    def _hear(self, todo: Sequence[tuple[str, frozenset[str]]]) -> None:
        """Takes in what files say, each asked for some names."""
        stems = frozenset(path.rpartition("/")[2].removesuffix(".py") for path in self.files)

        def hear(some: Sequence[tuple[str, frozenset[str]]]) -> list[Said]:
            return [_said(self.files[path], self.read(path) or b"", names, stems) for path, names in some]

        count = processes(self.workers, len(todo), ENOUGH)
        for said in sorted(forked(hear, todo, count)):
            self._take(said)

    def _take(self, said: Said) -> None:
        own = self.known.setdefault(said.path, {})
        for one in said.fixtures:
            self.places.add(one.place)
            if one not in own.setdefault(one.name, []):
                own[one.name].append(one)
        self.asked.update(dict.fromkeys(said.requests))
        sources = self.sources.setdefault(said.path, [])
        for name, module in said.sources:
            file, _, rest = self.project.split(module) if module else (None, "", [])
            if file is not None and not rest and (name, file.path) not in sources:
                sources.append((name, file.path))

    def _meant(self, ask: FixtureRequest) -> Fixture | None:
        """The fixture that a request means. One that overrides another of its name may ask for that."""
        last = ask.qualname.rpartition(".")[2]
        is_test = (
            not ask.qualname
            or last.startswith("test")
            or FunctionPlace(ask.path, ask.qualname) in self.places
        )
        is_class = bool(ask.qualname) and last[:1].isupper()
        if not (is_test or is_class):
            return None
        for place in self._places(ask.path):
            for file in (
                place,
                *(source for name, source in self.sources.get(place, ()) if name in ("*", ask.name)),
            ):
                for one in reversed(self.known.get(file, {}).get(ask.name, [])):
                    if one.place != FunctionPlace(ask.path, ask.qualname):
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
            if (not folder or one.startswith(f"{folder}/")) and (
                last.startswith("test_") or last.endswith("_test.py")
            ):
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


def _said(file: File, data: bytes, names: frozenset[str], stems: frozenset[str]) -> Said:
    """What a file says of fixtures of some names. ``stems`` are those of modules that it may name as plugins."""
    path = file.path
    plugins = stems | {_PLUGINS} if _PLUGINS.encode() in data else frozenset[str]()
    facts = extract(data, names | plugins | {_FIXTURE})
    if facts.problem:
        return Said(path)
    module = Module(file, facts)
    made = (_fixture(path, function, facts.calls, data) for function in facts.functions)
    requests = [
        FixtureRequest(path, one.function, one.name) for one in facts.annotations if one.name in names
    ]
    sources = []
    for text in facts.texts:
        if text.value in names and text.holder.spelled.rpartition(".")[2] in _ASKING:
            requests.append(FixtureRequest(path, text.where.scope, text.value))
        elif text.holder.spelled == _PLUGINS:
            sources.append(("*", text.value))
    for bound in facts.imports:
        if bound.name == "*":
            sources.append(("*", absolute(bound.module, module)))
        elif bound.name in names:
            sources.append((bound.bound, absolute(bound.target, module).rpartition(".")[0]))
    return Said(path, tuple(one for one in made if one is not None), tuple(requests), tuple(sources))


def _fixture(path: str, function: Function, calls: Iterable[Call], data: bytes) -> Fixture | None:
    """The fixture that a function is, if it is one."""
    for ref in function.decorators:
        if ref.spelled.rpartition(".")[2] != _FIXTURE:
            continue
        call = next(
            (one for one in calls if one.span.line == ref.span.line and one.span[:2] == ref.span[:2]), None
        )
        given = {one.slot: one for one in call.arguments} if call is not None else {}
        name = given["name"].text if "name" in given and given["name"].text else function.name
        everywhere = "autouse" in given and not _is_false(given["autouse"].value.span, data)
        return Fixture(path, function.qualname, name, everywhere)
    return None


def _is_false(span: Span, data: bytes) -> bool:
    lines = data.splitlines()
    return (
        b"False" in lines[span.line - 1] and b"True" not in lines[span.line - 1]
        if span.line <= len(lines)
        else False
    )
