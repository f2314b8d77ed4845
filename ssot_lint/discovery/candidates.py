"""What files do with some names → what was seen of each class: its paths and names, who builds it, who keeps it. Pure.

A *face* is a path that leads to the class: where it is defined, bound again, handed on. Each statement about a class
has the place where it was seen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from ssot_lint.discovery.observed import Build, Hand, Naming, Observed, SeenAt
from ssot_lint.discovery.shortlist import Tally
from ssot_lint.model.finding import File

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
    number: int = 0
    """How often, where that is counted."""


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
    canonical_users: int
    """How many files import it by the canonical path."""
    users: int
    """How many files import it, by whatever path."""
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


def candidates(
    classes: Iterable[Observed], statements: Iterable[tuple[File, str]], counts: Tally
) -> tuple[Candidate, ...]:
    """What was observed, class by class, the most evident first. ``statements`` are the names of all classes that tests
    define, each with its file."""
    doubles = [(file, name) for file, name in statements if DOUBLE.match(name)]
    made = [_candidate(one, doubles, counts) for one in classes if is_service(one) and one.bindings]
    return tuple(sorted(made, key=lambda one: (-one.score, one.canonical.what)))


def is_service(one: Observed) -> bool:
    """Whether a class is none of values, nor one of tests."""
    return (
        not one.at.file.tests
        and one.at.file.has_name
        and not any(VALUES.fullmatch(base) for base in one.bases)
        and not OF_TESTS.match(one.home.rpartition(".")[2])
    )


def _at(place: SeenAt) -> Location:
    return Location(place.file.path, place.line)


def _candidate(seen: Observed, doubles: Iterable[tuple[File, str]], counts: Tally) -> Candidate:
    bound = {
        one.path: one for one in reversed(seen.bindings) if one.at.file.has_name and not one.at.file.tests
    }
    canonical = _canonical(seen, bound)
    name = canonical.rpartition(".")[2]
    homes = {canonical.rpartition(".")[0], seen.home.rpartition(".")[0]}
    users = {one.at.file.path for one in seen.fetches if one.path == canonical}
    paths = _paths(seen, canonical)
    names, retired = _names(seen, bound, name, counts)
    handing = [one for one in seen.hands if not one.at.file.tests and one.at.file.has_name]
    factories = _factories(handing, homes, [name, *(one.what for one in (*names, *retired))], counts)
    inside = {(one.at.file.path, one.qualname) for one in factories}
    outside = [
        one
        for one in seen.builds
        if one.at.file.module not in homes and (one.at.file.path, one.scope) not in inside
    ]
    builds = [one for one in outside if not one.at.file.tests]
    shared = [one for one in seen.builds if one.kept and not one.at.file.tests]
    gone_round = factories and (builds or len(outside) > FEW)
    makers = len({one.at.file.path for one in builds})
    test_makers = len({one.at.file.path for one in outside}) - makers
    return Candidate(
        name=name,
        canonical=Seen(canonical, _at(bound[canonical].at), _files("imported from here by", len(users))),
        implementation=Seen(seen.home, _at(seen.at)) if seen.home != canonical else None,
        paths=paths,
        names=names,
        retired=retired,
        factories=tuple(map(_handing, factories)),
        rivals=tuple(_handing(one) for one in handing if one not in factories),
        isolated_by=next(map(_isolating, factories), None),
        builds=tuple(Seen(one.path, _at(one.at)) for one in builds),
        build_in=_composing(builds),
        shared=tuple(Seen(one.kept, _at(one.at)) for one in shared),
        doubles=_doubles(name, doubles),
        is_settings=_is_settings(seen, counts),
        canonical_users=len(users),
        users=len({one.at.file.path for one in seen.fetches}),
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


def _is_settings(seen: Observed, counts: Tally) -> bool:
    """Whether a class reads the environment of the process: not if the project means something of its own by its
    base."""
    own = {
        base for base in seen.bases if counts.classes.get("BaseSettings") and base.endswith("BaseSettings")
    }
    return any(SETTINGS.fullmatch(base) for base in seen.bases if base not in own)


# -- by which paths and names it goes


def _canonical(seen: Observed, bound: Mapping[str, Naming]) -> str:
    """The path that most use, of those that are public and do not look retired."""
    weight: Counter[str] = Counter()
    for fetch in seen.fetches:
        weight[fetch.path] += 1 if fetch.at.file.tests else OF_PRODUCTION

    def rank(path: str) -> tuple[bool, bool, int, bool, int, str]:
        private = path.rpartition(".")[2].startswith("_")
        old = path != seen.home and bool(_why_old(bound[path]))
        return private, old, -weight[path], path != seen.home, path.count("."), path

    return min(bound, key=rank)


def _paths(seen: Observed, canonical: str) -> tuple[Seen, ...]:
    """The other paths to the same name by which something is imported, most first."""
    counts = Counter(fetch.path for fetch in seen.fetches)
    first: dict[str, Location] = {}
    # The place that is shown for a path is in production, if there is such a place.
    for fetch in sorted(seen.fetches, key=lambda one: one.at.file.tests):
        first.setdefault(fetch.path, _at(fetch.at))
    name = canonical.rpartition(".")[2]
    return tuple(
        Seen(path, first[path], "once" if count == 1 else f"{count} times", count)
        for path, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if path != canonical and path.rpartition(".")[2] == name
    )


def _names(
    seen: Observed, bound: Mapping[str, Naming], name: str, counts: Tally
) -> tuple[tuple[Seen, ...], tuple[Seen, ...]]:
    """Its other names: those that may be meant, and those that look retired."""
    own = seen.home.rpartition(".")[2]
    fetched = {fetch.path for fetch in seen.fetches}
    found: dict[str, Seen] = {}
    for path, binding in sorted(bound.items()):
        # An import under another name is a name of the module only where a file imports it from there.
        if binding.name in (name, own) or (binding.how == "import" and path not in fetched):
            continue
        why = _why_old(binding)
        if binding.name not in found or (why and not found[binding.name].note):
            found[binding.name] = Seen(binding.name, _at(binding.at), why)
    # A retired name is retired everywhere, so it must not be the name of another class.
    retired = {one.what: one for one in found.values() if one.note and not counts.classes.get(one.what)}
    names = {one.what: one for one in found.values() if one.what not in retired}
    for fetch in seen.fetches:
        renamed = fetch.bound != fetch.path.rpartition(".")[2] and not fetch.at.file.tests
        if renamed and CLASS.fullmatch(fetch.bound) and fetch.bound.strip("_") != name:
            if fetch.bound not in retired and fetch.bound != own:
                names.setdefault(fetch.bound, Seen(fetch.bound, _at(fetch.at), "renamed by an import"))
    return tuple(names.values()), tuple(retired.values())


def _why_old(binding: Naming) -> str:
    """Why a name looks as if it were retired; empty where nothing says so."""
    if OLD_REMARK.search(binding.remark):
        return f"a comment there says “{_short(binding.remark)}”"
    if binding.how == "assign" and OLD_REMARK.search(binding.intro):
        return f"the module says of itself “{_short(binding.intro)}”"
    return "its words are those of an old name" if OLD_WORD.search(binding.name) else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"


# -- who makes it, and who keeps it


def _factories(
    handing: Sequence[Hand], homes: Collection[str], names: Sequence[str], counts: Tally
) -> list[Hand]:
    """The functions at home that make one, and else the one elsewhere that most import; most imported first."""

    def speaks_of_it(one: Hand) -> bool:
        said = what_is_made(one.qualname)
        return any(said in one or one in said for one in (each.strip("_").lower() for each in names))

    functions = [one for one in handing if not one.owner and speaks_of_it(one)]
    functions.sort(key=lambda one: (-counts.imports.get(one.path, 0), one.at.line))
    at_home = [one for one in functions if one.at.file.module in homes and not one.qualname.startswith("_")]
    return at_home or [one for one in functions if VERB.match(one.qualname)][:1]


def _isolating(factory: Hand) -> Seen | None:
    found = (parameter for parameter in factory.parameters if KEEPS_APART.search(parameter))
    return next((Seen(each, _at(factory.at), f"a parameter of {factory.qualname}") for each in found), None)


def _composing(builds: Iterable[Build]) -> tuple[Seen, ...]:
    """The modules that build it and by their names are there to put things together."""
    found: dict[str, Seen] = {}
    for one in builds:
        if one.at.file.has_name and COMPOSITION.search(one.at.file.module):
            found.setdefault(one.at.file.module, Seen(one.at.file.module, _at(one.at)))
    return tuple(found.values())


def _handing(hand: Hand) -> Seen:
    return Seen(hand.path, _at(hand.at))


def _doubles(name: str, doubles: Iterable[tuple[File, str]]) -> tuple[Seen, ...]:
    """Patterns of the test doubles that bear the name."""
    found: dict[str, Seen] = {}
    for file, double in doubles:
        prefix = DOUBLE.match(double)
        if prefix is not None and double.endswith(name):
            pattern = f"{prefix[0]}*"
            found.setdefault(pattern, Seen(pattern, Location(file.path, 1), double))
    return tuple(found.values())


def _files(words: str, number: int) -> str:
    return f"{words} {number} file{'s' if number != 1 else ''}" if number else ""
