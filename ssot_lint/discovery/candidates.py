"""What files do with some names → what was seen of each class: its paths and names, who builds it, who keeps it. Pure.

A *face* is a path that leads to the class: where it is defined, bound again, handed on. Each statement about a class
has the place where it was seen.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ssot_lint.discovery.naming import (
    CLASS,
    COMPOSITION,
    DOUBLE,
    KEEPS_APART,
    OF_TESTS,
    OLD_REMARK,
    OLD_WORD,
    SETTINGS,
    VALUES,
    VERB,
    what_is_made,
)
from ssot_lint.discovery.shortlist import Tally
from ssot_lint.discovery.sightings import Build, Fetch, Hand, Naming, Sighting, Statement

HOPS: Final = 20
"""Longer chains of bindings are not followed: no reader follows them, either."""
STARS: Final = 4
"""So many star imports in a row are followed."""
OF_PRODUCTION: Final = 3
"""So many imports in tests say as much about the right path as an import in production."""
FEW: Final = 3
"""So many constructions in tests alone say nothing yet."""
_QUOTED: Final = 60
"""Letters of a comment that are shown."""


class Location(NamedTuple):
    """Where something was seen: a path relative to the root, and a line that counts from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Seen(NamedTuple):
    """A name or a dotted path, where it was seen, and a few words on it."""

    what: str
    at: Location
    note: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A class that a contract could keep.

    ``canonical`` is where most import it from, with a note on how many do; ``implementation`` the class statement, if
    that is elsewhere. ``paths`` are the other paths that something is imported by, ``names`` its other names,
    ``retired`` those of them that look retired. ``factories`` hand it out at home, ``rivals`` elsewhere.
    ``isolated_by`` is a parameter of the first factory. ``builds`` are calls outside of home and the factories, in
    production; ``shared`` are the instances that modules keep.
    """

    name: str
    canonical: Seen
    implementation: Seen | None
    paths: tuple[Seen, ...]
    names: tuple[Seen, ...]
    retired: tuple[Seen, ...]
    factories: tuple[Seen, ...]
    rivals: tuple[Seen, ...]
    isolated_by: Seen | None
    builds: tuple[Seen, ...]
    build_in: tuple[Seen, ...]
    shared: tuple[Seen, ...]
    doubles: tuple[Seen, ...]
    is_settings: bool
    """Whether it holds the settings of the process: then it may be right that its own module alone builds it."""
    kinds: int
    """How many kinds of evidence there are: other names, other paths, retired names, a factory that is bypassed,
    instances that modules keep."""
    score: float

    @property
    def is_convincing(self) -> bool:
        """Whether more speaks for it than frequent use: it has several faces and further kinds of evidence, or a
        factory that keeps users apart and is bypassed. Settings need only be built somewhere."""
        if self.is_settings:
            return bool(self.factories or self.builds or self.shared)
        if not (self.names or self.paths or self.retired or self.isolated_by):
            return False
        return self.kinds >= (2 if self.factories else 3)


def candidates(sightings: Sequence[Sighting], counts: Tally) -> tuple[Candidate, ...]:
    """What was seen, class by class, the most evident first."""
    gathered = _gathered(sightings)
    made = [_candidate(one, sightings, counts) for one in gathered if one.bindings]
    return tuple(sorted(made, key=lambda one: (-one.score, one.canonical.what)))


@dataclass(slots=True)
class _Gathered:
    """Everything that leads to a class statement. ``home`` is its path."""

    home: str
    at: Sighting
    statement: Statement
    bindings: list[tuple[Sighting, Naming]] = field(default_factory=list)
    fetches: list[tuple[Sighting, Fetch]] = field(default_factory=list)
    builds: list[tuple[Sighting, Build]] = field(default_factory=list)
    hands: list[tuple[Sighting, Hand]] = field(default_factory=list)


def _gathered(sightings: Sequence[Sighting]) -> Collection[_Gathered]:
    homes = _Homes(sightings, _classes(sightings))
    for one in sightings:
        for binding in one.bindings:
            for seen in homes.of(_path(one, binding.name)):
                seen.bindings.append((one, binding))
        for fetch in one.fetches:
            for seen in homes.of(fetch.path):
                seen.fetches.append((one, fetch))
        for build in one.builds:
            for seen in homes.of(build.path):
                seen.builds.append((one, build))
        for hand in one.hands:
            for seen in homes.of(*hand.paths):
                seen.hands.append((one, hand))
    return homes.classes.values()


def _classes(sightings: Sequence[Sighting]) -> dict[str, _Gathered]:
    """The class statements of production, by their paths, without those of values."""
    found: dict[str, _Gathered] = {}
    for one in sightings:
        if one.file.tests or not one.file.module:
            continue
        for statement in one.classes:
            is_value = statement.value or any(VALUES.fullmatch(base) for base in statement.bases)
            if not is_value and not OF_TESTS.match(statement.name):
                home = f"{one.file.module}.{statement.name}"
                found.setdefault(home, _Gathered(home, one, statement))
    return found


class _Homes:
    """The class statements that the names of all modules lead to."""

    def __init__(self, sightings: Sequence[Sighting], classes: dict[str, _Gathered]) -> None:
        self.classes = classes
        self._modules = {one.file.module: one for one in sightings if one.file.module}
        self._also = {name: one.file.module for one in sightings for name in one.file.also}
        self._bindings: dict[str, list[Naming]] = defaultdict(list)
        for one in sightings:
            for binding in one.bindings:
                self._bindings[_path(one, binding.name)].append(binding)

    def of(self, *paths: str) -> Iterator[_Gathered]:
        """The classes that the paths lead to, each once."""
        for home in dict.fromkeys(map(self.home, paths)):
            if home in self.classes:
                yield self.classes[home]

    def home(self, path: str, stars: int = STARS) -> str:
        """The class statement that a path leads to, as a path; empty where it leads to none that was seen."""
        for _ in range(HOPS):
            known = self._bindings.get(path)
            if known is not None:
                if any(binding.how == "class" for binding in known):
                    return path
                path = known[0].target
                continue
            module, _, name = path.rpartition(".")
            at = self._modules.get(module)
            if module in self._also:
                path = f"{self._also[module]}.{name}"
            elif at is not None and at.stars and stars:
                # Of two star imports the last wins.
                found = (self.home(f"{star}.{name}", stars - 1) for star in reversed(at.stars))
                return next(filter(None, found), "")
            else:
                return ""
        return ""


def _path(one: Sighting, name: str) -> str:
    return f"{one.file.module or '<' + one.file.path + '>'}.{name}"


def _at(one: Sighting, what: Naming | Fetch | Build | Hand | Statement) -> Location:
    return Location(one.file.path, what.line)


def _candidate(seen: _Gathered, sightings: Sequence[Sighting], counts: Tally) -> Candidate:
    bound = {
        _path(one, binding.name): (one, binding)
        for one, binding in reversed(seen.bindings)
        if one.file.module and not one.file.tests
    }
    canonical = _canonical(seen, bound)
    name = canonical.rpartition(".")[2]
    homes = {canonical.rpartition(".")[0], seen.home.rpartition(".")[0]}
    users = {one.file.path for one, fetch in seen.fetches if fetch.path == canonical}
    paths = _paths(seen, canonical)
    names, retired = _names(seen, bound, name, counts)
    handing = [
        item for item in seen.hands if not item[0].file.tests and item[0].file.module and item[1].builds
    ]
    factories = _factories(handing, homes, [name, *(one.what for one in (*names, *retired))], counts)
    inside = {(one.file.path, hand.qualname) for one, hand in factories}
    outside = [
        (one, build)
        for one, build in seen.builds
        if one.file.module not in homes and (one.file.path, build.scope) not in inside
    ]
    builds = [item for item in outside if not item[0].file.tests]
    shared = [item for item in seen.builds if item[1].kept and not item[0].file.tests]
    gone_round = factories and (builds or len(outside) > FEW)
    makers = len({one.file.path for one, _ in builds})
    test_makers = len({one.file.path for one, _ in outside}) - makers
    return Candidate(
        name=name,
        canonical=Seen(canonical, _at(*bound[canonical]), _files("imported from here by", len(users))),
        implementation=Seen(seen.home, _at(seen.at, seen.statement)) if seen.home != canonical else None,
        paths=paths,
        names=names,
        retired=retired,
        factories=tuple(_handing(*item) for item in factories),
        rivals=tuple(_handing(*item) for item in handing if item not in factories),
        isolated_by=next(map(_isolating, factories), None),
        builds=tuple(Seen(build.path, _at(one, build)) for one, build in builds),
        build_in=_composing(builds),
        shared=tuple(Seen(build.kept, _at(one, build)) for one, build in shared),
        doubles=_doubles(name, sightings),
        is_settings=any(SETTINGS.fullmatch(base) for base in seen.statement.bases),
        kinds=sum(map(bool, (names, paths, retired, gone_round, shared))),
        score=round(
            4 * min(len(names), 4)
            + 3 * min(len(paths), 5)
            + 5 * min(len(retired), 4)
            + 8 * bool(factories)
            + 3 * math.log2(1 + makers)
            + math.log2(1 + test_makers)
            + 2 * min(len(shared), 3)
            + 2 * math.log2(1 + len(seen.fetches)),
            2,
        ),
    )


# -- by which paths and names it goes


def _canonical(seen: _Gathered, bound: Mapping[str, tuple[Sighting, Naming]]) -> str:
    """The path that most use, of those that are public and do not look retired."""
    weight: Counter[str] = Counter()
    for one, fetch in seen.fetches:
        weight[fetch.path] += 1 if one.file.tests else OF_PRODUCTION

    def rank(path: str) -> tuple[bool, bool, int, bool, int, str]:
        private = path.rpartition(".")[2].startswith("_")
        old = path != seen.home and bool(_why_old(*bound[path]))
        return private, old, -weight[path], path != seen.home, path.count("."), path

    return min(bound, key=rank)


def _paths(seen: _Gathered, canonical: str) -> tuple[Seen, ...]:
    """The other paths to the same name by which something is imported, most first."""
    counts = Counter(fetch.path for _, fetch in seen.fetches)
    first: dict[str, Location] = {}
    # The place that is shown for a path is in production, if there is such a place.
    for one, fetch in sorted(seen.fetches, key=lambda item: item[0].file.tests):
        first.setdefault(fetch.path, _at(one, fetch))
    name = canonical.rpartition(".")[2]
    return tuple(
        Seen(path, first[path], "once" if count == 1 else f"{count} times")
        for path, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if path != canonical and path.rpartition(".")[2] == name
    )


def _names(
    seen: _Gathered, bound: Mapping[str, tuple[Sighting, Naming]], name: str, counts: Tally
) -> tuple[tuple[Seen, ...], tuple[Seen, ...]]:
    """Its other names: those that may be meant, and those that look retired."""
    fetched = {fetch.path for _, fetch in seen.fetches}
    found: dict[str, Seen] = {}
    for path, (one, binding) in sorted(bound.items()):
        # An import under another name is a name of the module only where a file imports it from there.
        if binding.name in (name, seen.statement.name) or (binding.how == "import" and path not in fetched):
            continue
        why = _why_old(one, binding)
        if binding.name not in found or (why and not found[binding.name].note):
            found[binding.name] = Seen(binding.name, _at(one, binding), why)
    # A retired name is retired everywhere, so it must not be the name of another class.
    retired = {one.what: one for one in found.values() if one.note and not counts.classes.get(one.what)}
    names = {one.what: one for one in found.values() if one.what not in retired}
    for one, fetch in seen.fetches:
        renamed = fetch.bound != fetch.path.rpartition(".")[2] and not one.file.tests
        if renamed and CLASS.fullmatch(fetch.bound) and fetch.bound.strip("_") != name:
            if fetch.bound not in retired and fetch.bound != seen.statement.name:
                names.setdefault(fetch.bound, Seen(fetch.bound, _at(one, fetch), "renamed by an import"))
    return tuple(names.values()), tuple(retired.values())


def _why_old(one: Sighting, binding: Naming) -> str:
    """Why a name looks as if it were retired; empty where nothing says so."""
    if OLD_REMARK.search(binding.remark):
        return f"a comment there says “{_short(binding.remark)}”"
    if binding.how == "assign" and OLD_REMARK.search(one.intro):
        return f"the module says of itself “{_short(one.intro)}”"
    return "its words are those of an old name" if OLD_WORD.search(binding.name) else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"


# -- who makes it, and who keeps it


def _factories(
    handing: Sequence[tuple[Sighting, Hand]], homes: Collection[str], names: Sequence[str], counts: Tally
) -> list[tuple[Sighting, Hand]]:
    """The functions at home that make one, and else the one elsewhere that most import; most imported first."""

    def speaks_of_it(item: tuple[Sighting, Hand]) -> bool:
        said = what_is_made(item[1].qualname)
        return any(said in one or one in said for one in (each.strip("_").lower() for each in names))

    functions = [item for item in handing if not item[1].owner and speaks_of_it(item)]
    functions.sort(key=lambda item: (-counts.imports.get(_path(item[0], item[1].qualname), 0), item[1].line))
    at_home = [
        item for item in functions if item[0].file.module in homes and not item[1].qualname.startswith("_")
    ]
    return at_home or [item for item in functions if VERB.match(item[1].qualname)][:1]


def _isolating(factory: tuple[Sighting, Hand]) -> Seen | None:
    one, hand = factory
    found = (parameter for parameter in hand.parameters if KEEPS_APART.search(parameter))
    return next((Seen(each, _at(one, hand), f"a parameter of {hand.qualname}") for each in found), None)


def _composing(builds: Iterable[tuple[Sighting, Build]]) -> tuple[Seen, ...]:
    """The modules that build it and by their names are there to put things together."""
    found: dict[str, Seen] = {}
    for one, build in builds:
        if one.file.module and COMPOSITION.search(one.file.module):
            found.setdefault(one.file.module, Seen(one.file.module, _at(one, build)))
    return tuple(found.values())


def _handing(one: Sighting, hand: Hand) -> Seen:
    return Seen(_path(one, hand.qualname), _at(one, hand))


def _doubles(name: str, sightings: Sequence[Sighting]) -> tuple[Seen, ...]:
    """Patterns of the test doubles that bear the name."""
    found: dict[str, Seen] = {}
    for one in sightings:
        for statement in one.classes if one.file.tests else ():
            prefix = DOUBLE.match(statement.name)
            if prefix is not None and statement.name.endswith(name):
                pattern = f"{prefix[0]}*"
                found.setdefault(pattern, Seen(pattern, _at(one, statement), statement.name))
    return tuple(found.values())


def _files(words: str, number: int) -> str:
    return f"{words} {number} file{'s' if number != 1 else ''}" if number else ""
