"""Files with the role of tests → which of them ask for a fixture that touches a contract, also by way of others. Pure
but for the bytes that it is given.

A fixture is meant as pytest finds it: the file's own goes before that of the nearest ``conftest.py``, and what a
``conftest.py`` imports, or names in ``pytest_plugins``, is its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ssot_lint.facts.extract import extract
from ssot_lint.links.project import Module, Project, absolute
from ssot_lint.model.facts import Call, Facts, Function
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


class Asked(NamedTuple):
    """A request for a fixture by name: of a function, or of all that is in a file (an empty ``qualname``)."""

    path: str
    qualname: str
    name: str


@dataclass(slots=True)
class Fixtures:
    """The work. ``files`` are those with the role of tests by their paths; ``read`` gives bytes, or None."""

    files: Mapping[str, File]
    project: Project
    read: Callable[[str], bytes | None]
    known: dict[str, dict[str, list[Fixture]]] = field(default_factory=dict)
    """The fixtures of each file by name, as far as they were asked for."""
    asked: list[Asked] = field(default_factory=list)
    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By file, what it takes from elsewhere: the name (or ``*``), and the file that has it."""
    searched: set[str] = field(default_factory=set)

    def reached(self, touching: Mapping[FunctionPlace, bool]) -> dict[str, dict[str, bool]]:
        """By file the names of the fixtures by which it touches the contract, with whether by a retired name.
        ``touching`` are functions that do so themselves."""
        self._define(touching)
        fixtures: dict[FunctionPlace, bool] = {}
        new = {
            one.place: touching[one.place]
            for by_name in self.known.values()
            for own in by_name.values()
            for one in own
            if one.place in touching
        }
        found: dict[str, dict[str, bool]] = {}
        while new:
            fixtures.update(new)
            self._search({one.name for one in self._all() if one.place in fixtures})
            new = {}
            for ask in self.asked:
                got = self._meant(ask)
                if got is None or got.place not in fixtures:
                    continue
                retired = fixtures[got.place]
                own = found.setdefault(ask.path, {})
                own[ask.name] = own.get(ask.name, False) or retired
                asking = FunctionPlace(ask.path, ask.qualname)
                if self._is_fixture(asking) and not (
                    fixtures.get(asking, False) or (asking in fixtures and not retired)
                ):
                    new[asking] = retired
        for one in self._all():
            if one.everywhere and one.place in fixtures:
                for path in self._below(one.path):
                    own = found.setdefault(path, {})
                    own[one.name] = own.get(one.name, False) or fixtures[one.place]
        return found

    def _all(self) -> Iterator[Fixture]:
        return (one for by_name in self.known.values() for own in by_name.values() for one in own)

    def _is_fixture(self, place: FunctionPlace) -> bool:
        own = self.known.get(place.path, {})
        return any(one.qualname == place.qualname for some in own.values() for one in some)

    def _define(self, touching: Iterable[FunctionPlace]) -> None:
        """Takes in the fixtures among some functions."""
        by_path: dict[str, set[str]] = {}
        for place in touching:
            if place.qualname:
                by_path.setdefault(place.path, set()).add(place.qualname.rpartition(".")[2])
        for path, names in by_path.items():
            data = self.read(path)
            if data is not None and _FIXTURE.encode() in data:
                self._take(path, data, {*names, _FIXTURE}, names)

    def _search(self, names: set[str]) -> None:
        """Looks in all files for who has or wants fixtures of these names."""
        new = names - self.searched
        self.searched |= new
        if not new:
            return
        words = "|".join(map(re.escape, sorted(new)))
        # A parameter, a string, a definition or an import.
        pattern = re.compile(
            rf"[(,]\s*(?:{words})\s*[,):=]|['\"](?:{words})['\"]|\b(?:def|import)\b[^\n]*\b(?:{words})\b".encode()
        )
        for path in self.files:
            data = self.read(path)
            if data is None or not (pattern.search(data) or self._is_source(path, data)):
                continue
            self._take(path, data, {*new, _FIXTURE, _PLUGINS, *self._stems()}, new)

    def _is_source(self, path: str, data: bytes) -> bool:
        return path.endswith(_CONFTEST) and (_PLUGINS.encode() in data or b"import *" in data)

    def _stems(self) -> set[str]:
        return {path.rpartition("/")[2].removesuffix(".py") for path in self.known}

    def _take(self, path: str, data: bytes, words: set[str], wanted: set[str]) -> None:
        """Takes in what a file says of some words; ``wanted`` are the names of fixtures among them."""
        facts = extract(data, frozenset(words))
        if facts.problem:
            return
        module = Module(self.files[path], facts)
        own = self.known.setdefault(path, {})
        for function in facts.functions:
            made = _fixture(path, function, facts.calls, data)
            if made is not None and made not in own.setdefault(made.name, []):
                own[made.name].append(made)
        self._take_requests(path, facts, wanted)
        self._take_sources(path, facts, module, wanted)

    def _take_requests(self, path: str, facts: Facts, wanted: set[str]) -> None:
        for one in facts.annotations:
            if one.name in wanted:
                self._ask(Asked(path, one.function, one.name))
        for text in facts.texts:
            last = text.holder.spelled.rpartition(".")[2]
            if text.value in wanted and last in _ASKING:
                self._ask(Asked(path, text.where.scope, text.value))
            elif text.holder.spelled == _PLUGINS:
                self._source(path, "*", text.value)

    def _take_sources(self, path: str, facts: Facts, module: Module, wanted: set[str]) -> None:
        for bound in facts.imports:
            target = absolute(bound.target, module)
            if bound.name == "*":
                self._source(path, "*", absolute(bound.module, module))
            elif bound.name in wanted:
                self._source(path, bound.bound, target.rpartition(".")[0])

    def _ask(self, ask: Asked) -> None:
        if ask not in self.asked:
            self.asked.append(ask)

    def _source(self, path: str, name: str, module: str) -> None:
        file, _, rest = self.project.split(module) if module else (None, "", [])
        if file is not None and not rest and (name, file.path) not in self.sources.setdefault(path, []):
            self.sources[path].append((name, file.path))

    def _meant(self, ask: Asked) -> Fixture | None:
        """The fixture that a request means. One that overrides another of its name may ask for that."""
        last = ask.qualname.rpartition(".")[2]
        is_test = (
            not ask.qualname
            or last.startswith("test")
            or self._is_fixture(FunctionPlace(ask.path, ask.qualname))
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
