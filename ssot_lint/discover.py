"""The files of a project → classes that have many faces, as candidates for contracts, the most evident first.

Two looks: a sketch of every file (``sketch``) tells which names are worth more, and the files that hold these are
parsed (``sightings``). What is said of a candidate was seen at a place; ``candidates`` and all below it are pure.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from ssot_lint import files
from ssot_lint.config import Settings
from ssot_lint.model import File
from ssot_lint.parallel import pooled, processes
from ssot_lint.parse import deep, undisturbed
from ssot_lint.sightings import Binding, Build, Fetch, Hand, Sighting, Statement, pattern_of, sight
from ssot_lint.sketch import Sketch, sketch

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""Told of each stage's name, how many files are through it, and of how many."""

SEEDS: Final = 16
"""So many names get the closer look."""
NEIGHBOURS: Final = 8
"""So many further names of each are looked for with it."""
ENOUGH: Final = 600
"""So many files are worth the start of other processes."""
_PART: Final = 100
_HOPS: Final = 20
_FEW: Final = 3
_OF_PRODUCTION: Final = 3
"""An import in production says more about the right path than one in a test."""

_NAME = re.compile(r"_*[A-Z]\w*[a-z]\w*")
_OF_TESTS = re.compile(r"_*(Test|Mock|Fake|Stub|Dummy)|\w*(Test|Tests|TestCase|Mixin)$")
_NO_SERVICE = re.compile(r"\w*(Error|Exception|Warning|Enum|Protocol|TypedDict|Type|Flag)$")
_VALUE_BASES = re.compile(
    r"(.*\.)?(\w*(Exception|Error|Warning)|(Int|Str)?Enum|Int?Flag|BaseModel|BaseSettings|NamedTuple|TypedDict|Protocol"
    r"|TestCase|ABCMeta|type|Model|Struct)"
)
"""Bases of classes that everybody makes or derives from, and that is how it is meant."""

_OLD_WORD = re.compile(r"(?:^|_|(?<=[a-z0-9]))(Unified|Legacy|Old|Deprecated|Compat|Obsolete|Former|Previous)(?![a-z])|V\d+$")
_OLD_REMARK = re.compile(
    r"deprecat|legacy|obsolete|backwards?[ -]|compatib|\bcompat\b|old(er)? names?|former(ly)?\b|renamed|\bmoved to\b"
    r"|used (up )?(to|until)|\bno longer\b|will be removed|keep the old",
    re.IGNORECASE,
)
_VERB = re.compile(r"(a?get|create|make|build|new|open|provide|obtain|acquire|init|setup|default)(_|$)")
_KEEPS_APART = re.compile(r"(^|_)(user|tenant|account|customer|workspace|principal)(_|$)|^session_id$")
_ROOT = re.compile(r"(^|\.)(containers?|dependencies|deps|wiring|composition|composition_root|bootstrap|providers?)(\.|$)")
_DOUBLE = re.compile(r"_*(Mock|Fake|Stub|Dummy)")


class Place(NamedTuple):
    """Where something was seen: a path relative to the root, and a line that counts from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Seen(NamedTuple):
    """A name or a dotted path, where it was seen, and a few words on it."""

    what: str
    at: Place
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
    kinds: int
    """How many kinds of evidence there are: other names, other paths, retired names, a factory that is gone round,
    instances of modules."""
    score: float

    @property
    def is_convincing(self) -> bool:
        """Whether more speaks for it than that it is used much: it has more than one face, and that is not all; or its
        factory keeps users apart, and is gone round."""
        if not (self.names or self.paths or self.retired or self.isolated_by):
            return False
        return self.kinds >= (2 if self.factories else 3)


def discover(
    settings: Settings, *, workers: int | None = None, progress: Progress | None = None
) -> tuple[tuple[Candidate, ...], files.Listing]:
    """The candidates of a project, the most evident first, and the files that were looked at. Nothing of it is run."""
    listing = files.listing(settings)
    say = progress or _silent
    where = (settings.root, settings.max_file_size)
    looked = _shared_out(partial(_sketched, where), listing.files, workers, partial(say, "look"))
    sketches = [one for one in looked if one is not None]
    asked = shortlist(sketches)
    if not asked:
        return (), listing
    mentioned = [file for file, seen in sketches if _mentions(seen, asked)]
    work = partial(_sighted, where, pattern_of(asked))
    sightings = _shared_out(work, mentioned, workers, partial(say, "read"))
    return candidates([one for one in sightings if one is not None], known_of(sketches)), listing


def _silent(phase: str, done: int, total: int) -> None:
    pass


def _shared_out(
    function: Callable[[Sequence[File]], list[T]],
    work: Sequence[File],
    workers: int | None,
    done: Callable[[int, int], None],
) -> list[T]:
    """What the function gives for all files, in their order. A part whose process has died is done here."""
    parts = [work[at : at + _PART] for at in range(0, len(work), _PART)]
    count = processes(workers, len(work), ENOUGH)
    given = pooled(function, parts, count) if count > 1 else ((part, function(part)) for part in parts)
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
                sight(file, data, pattern) if (data := _bytes(where, file)) is not None else None for file in part
            ]

    return deep(work)


def _bytes(where: tuple[Path, int], file: File) -> bytes | None:
    root, limit = where
    try:
        return files.read(root, file.path, limit)
    except files.Unreadable:
        return None


# -- which names are worth a closer look


def shortlist(sketches: Sequence[tuple[File, Sketch]]) -> frozenset[str]:
    """The names to look for: those with the most faces, and other names that lead to them."""
    modules = {name for file, _ in sketches for name in (file.module, *file.also) if name}
    tops = {name.partition(".")[0] for name in modules}
    defined: set[str] = set()
    others: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    importers: Counter[str] = Counter()
    callers: Counter[str] = Counter()
    functions: set[str] = set()
    handed_on = {
        (_absolute(module, file), name) for file, seen in sketches for module, name, _ in seen.imported
    }
    for file, seen in sketches:
        if file.tests:
            continue
        defined.update(seen.classes)
        functions.update(seen.functions)
        callers.update(set(seen.called) - set(seen.classes))
        for new, old in seen.renamed:
            others[old].add(new)
            others[new].add(old)
        for written, name, bound in seen.imported:
            if not _NAME.fullmatch(name):
                continue
            module = _absolute(written, file)
            if module.partition(".")[0] not in tops:
                continue
            sources[name].add(module)
            importers[name] += 1
            if bound != name and (file.module, bound) in handed_on and _NAME.fullmatch(bound):
                others[name].add(bound)
                others[bound].add(name)
    getters = {_VERB.sub("", name.lstrip("_"), count=1).replace("_", "") for name in functions if _VERB.match(name.lstrip("_"))}

    def near(name: str) -> list[str]:
        found = {name: None}
        for _ in range(2):
            for one in [*found]:
                if len(found) <= NEIGHBOURS:
                    found.update(dict.fromkeys(sorted(others[one])))
        return list(found)[: NEIGHBOURS + 1]

    def worth(name: str) -> float:
        family = near(name)
        if not defined & {*family}:
            return 0
        return (
            3 * min(len(sources[name]), 6)
            + 3 * min(len(family) - 1, 6)
            + 4 * any(_OLD_WORD.search(one) for one in family)
            + 6 * any(one.strip("_").lower() in getters for one in family)
            + 2 * math.log2(1 + callers[name])
            + 2 * math.log2(1 + importers[name])
        )

    names = {
        name
        for name in {*sources, *defined}
        if _NAME.fullmatch(name) and not _OF_TESTS.match(name) and not _NO_SERVICE.fullmatch(name)
    }
    best = sorted(names, key=lambda name: (-worth(name), name))[:SEEDS]
    return frozenset(one for name in best if worth(name) for one in near(name) if _NAME.fullmatch(one))


def _absolute(module: str, file: File) -> str:
    name = module.lstrip(".")
    level = len(module) - len(name)
    if not level:
        return name
    parts = file.module.split(".") if file.module else []
    base = parts[: max(len(parts) - (level - 1 if file.package else level), 0)]
    return ".".join([*base, *([name] if name else [])])


def _mentions(seen: Sketch, asked: frozenset[str]) -> bool:
    return (
        not asked.isdisjoint(seen.classes)
        or not asked.isdisjoint(seen.called)
        or any(name in asked for pair in seen.renamed for name in pair)
        or any(name in asked or bound in asked for _, name, bound in seen.imported)
    )


# -- what was seen of each class


class _Table:
    """What the names of all modules lead to."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self.modules = {one.file.module: one for one in sightings if one.file.module}
        self._also = {name: one.file.module for one in sightings for name in one.file.also}
        self.bindings: dict[str, list[tuple[Sighting, Binding]]] = defaultdict(list)
        for one in sightings:
            for binding in one.bindings:
                self.bindings[f"{one.file.module or '<' + one.file.path + '>'}.{binding.name}"].append((one, binding))

    def home(self, path: str) -> str:
        """The class statement that a path leads to, as a path; empty where it leads to none that was seen."""
        seen: set[str] = set()
        while path and path not in seen and len(seen) < _HOPS:
            seen.add(path)
            known = self.bindings.get(path)
            module, _, name = path.rpartition(".")
            if known is None and module in self._also:
                path = f"{self._also[module]}.{name}"
                continue
            if known is None:
                at = self.modules.get(module)
                path = f"{at.stars[-1]}.{name}" if at is not None and at.stars else ""
                continue
            if any(binding.how == "class" for _, binding in known):
                return path
            path = known[0][1].target
        return ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the sketches of production say about names that nobody asked for: how many modules have a class statement of
    a name, and how many files import a path."""

    classes: Mapping[str, int]
    imports: Mapping[str, int]


def known_of(sketches: Sequence[tuple[File, Sketch]]) -> Known:
    ours = [(file, seen) for file, seen in sketches if not file.tests]
    return Known(
        Counter(name for _, seen in ours for name in seen.classes),
        Counter(
            path
            for file, seen in ours
            for path in {f"{_absolute(module, file)}.{name}" for module, name, _ in seen.imported}
        ),
    )


def candidates(sightings: Sequence[Sighting], known: Known) -> tuple[Candidate, ...]:
    """What was seen, class by class, the most evident first."""
    table = _Table(sightings)
    homes: dict[str, tuple[Sighting, Statement]] = {}
    for one in sightings:
        for statement in one.classes if not one.file.tests and one.file.module else ():
            if not statement.value and not any(_VALUE_BASES.fullmatch(base) for base in statement.bases):
                homes.setdefault(f"{one.file.module}.{statement.name}", (one, statement))
    gathered = {home: _Gathered() for home in homes}

    def of(path: str) -> _Gathered | None:
        return gathered.get(table.home(path))

    for one in sightings:
        module = one.file.module or f"<{one.file.path}>"
        for binding in one.bindings:
            if (found := of(f"{module}.{binding.name}")) is not None:
                found.bindings.append((one, binding))
        for fetch in one.fetches:
            if (found := of(fetch.path)) is not None:
                found.fetches.append((one, fetch))
        for build in one.builds:
            if (found := of(build.path)) is not None:
                found.builds.append((one, build))
        for hand in one.hands:
            for found in {id(g): g for path in hand.paths if (g := of(path)) is not None}.values():
                found.hands.append((one, hand))
    made = [
        _candidate(home, statement, at, gathered[home], sightings, known)
        for home, (at, statement) in homes.items()
        if gathered[home].bindings and not _OF_TESTS.match(statement.name)
    ]
    return tuple(sorted(made, key=lambda one: (-one.score, one.canonical.what)))


@dataclass(slots=True)
class _Gathered:
    """All that leads to one class statement."""

    bindings: list[tuple[Sighting, Binding]] = field(default_factory=list)
    fetches: list[tuple[Sighting, Fetch]] = field(default_factory=list)
    builds: list[tuple[Sighting, Build]] = field(default_factory=list)
    hands: list[tuple[Sighting, Hand]] = field(default_factory=list)


def _candidate(
    home: str,
    statement: Statement,
    at: Sighting,
    seen: _Gathered,
    sightings: Sequence[Sighting],
    known: Known,
) -> Candidate:
    bound = {
        f"{one.file.module}.{binding.name}": (one, binding)
        for one, binding in reversed(seen.bindings)
        if one.file.module and not one.file.tests
    }
    fetched: Counter[str] = Counter(fetch.path for _, fetch in seen.fetches)
    canonical = _canonical(home, bound, fetched, seen)
    name = canonical.rpartition(".")[2]
    here, binding = bound[canonical]
    users = len({one.file.path for one, fetch in seen.fetches if fetch.path == canonical})
    homes = {canonical.rpartition(".")[0], home.rpartition(".")[0]}

    # -- its other paths and names
    # The place that is shown of a path is one of production, if there is any.
    first = {
        fetch.path: (one, fetch)
        for one, fetch in sorted(reversed(seen.fetches), key=lambda item: not item[0].file.tests)
    }
    paths = [
        Seen(path, Place(first[path][0].file.path, first[path][1].line), _times(count))
        for path, count in sorted(fetched.items(), key=lambda item: (-item[1], item[0]))
        if path not in (canonical, home) and path.rpartition(".")[2] == name
    ]
    names: dict[str, Seen] = {}
    retired: dict[str, Seen] = {}
    for path, (one, other) in sorted(bound.items()):
        if other.name in (name, statement.name) or (other.how == "import" and not fetched[path]):
            continue
        place = Place(one.file.path, other.line)
        why = _looks_old(one, other)
        if not names.setdefault(other.name, Seen(other.name, place, why)).note and why:
            names[other.name] = Seen(other.name, place, why)
    for old in [one for one in names.values() if one.note and not known.classes.get(one.what)]:
        retired[old.what] = names.pop(old.what)
    renamed = [
        Seen(fetch.bound, Place(one.file.path, fetch.line), "renamed by an import")
        for one, fetch in seen.fetches
        if fetch.bound not in (name, statement.name) and fetch.bound != fetch.path.rpartition(".")[2]
        if not one.file.tests and _NAME.fullmatch(fetch.bound) and fetch.bound.strip("_") != name
    ]
    for one in renamed:
        if one.what not in retired:
            names.setdefault(one.what, one)

    # -- who makes it
    spoken = [name, *names, *retired]
    handing = [(one, hand) for one, hand in seen.hands if not one.file.tests and one.file.module and hand.builds]
    factories = [
        (one, hand)
        for one, hand in handing
        if one.file.module in homes and not hand.owner and not hand.qualname.startswith("_")
        if not _VERB.sub("", hand.qualname, count=1) or _speaks_of(hand.qualname, spoken)
    ]
    factories.sort(key=lambda item: (_imports(item, known), _VERB.match(item[1].qualname) is None, item[1].line))
    if not factories:
        public = [
            (one, hand)
            for one, hand in handing
            if not hand.owner and _VERB.match(hand.qualname) and _speaks_of(hand.qualname, spoken)
        ]
        factories = sorted(public, key=lambda item: _imports(item, known))[:1]
    chosen = {id(hand) for _, hand in factories}
    inside = {(one.file.path, hand.qualname) for one, hand in factories}
    outside = [
        (one, build)
        for one, build in seen.builds
        if one.file.module not in homes and (one.file.path, build.scope) not in inside
    ]
    builds = [(one, build) for one, build in outside if not one.file.tests]
    roots = {one.file.module: (one, build) for one, build in reversed(builds) if _ROOT.search(one.file.module)}
    key = next(
        (
            Seen(parameter, Place(one.file.path, hand.line), f"a parameter of {hand.qualname}")
            for one, hand in factories[:1]
            for parameter in hand.parameters
            if _KEEPS_APART.search(parameter)
        ),
        None,
    )
    shared = [(one, build) for one, build in seen.builds if build.kept and not one.file.tests]
    kinds = sum(
        map(
            bool,
            (
                names,
                paths or (home != canonical and fetched[home]),
                retired,
                factories and (builds or len(outside) > _FEW),
                shared,
            ),
        )
    )
    makers = len({one.file.path for one, _ in builds})
    tests = len({one.file.path for one, _ in outside}) - makers
    score = (
        4 * min(len(names), 4)
        + 3 * min(len(paths), 5)
        + 5 * min(len(retired), 4)
        + 8 * bool(factories)
        + 3 * math.log2(1 + makers)
        + math.log2(1 + tests)
        + 2 * min(len(shared), 3)
        + 2 * math.log2(1 + sum(fetched.values()))
    )
    return Candidate(
        name=name,
        canonical=Seen(canonical, Place(here.file.path, binding.line), _imported_by(users)),
        implementation=Seen(home, Place(at.file.path, statement.line)) if home != canonical else None,
        paths=tuple(paths),
        names=tuple(names.values()),
        retired=tuple(retired.values()),
        factories=tuple(_handing(one, hand) for one, hand in factories),
        rivals=tuple(_handing(one, hand) for one, hand in handing if id(hand) not in chosen),
        isolated_by=key,
        builds=tuple(Seen(build.path, Place(one.file.path, build.line)) for one, build in builds),
        build_in=tuple(
            Seen(module, Place(one.file.path, build.line)) for module, (one, build) in sorted(roots.items())
        ),
        shared=tuple(Seen(build.kept, Place(one.file.path, build.line)) for one, build in shared),
        doubles=_doubles(name, sightings),
        kinds=kinds,
        score=round(score, 2),
    )


def _canonical(
    home: str,
    bound: Mapping[str, tuple[Sighting, Binding]],
    fetched: Mapping[str, int],
    seen: _Gathered,
) -> str:
    """The path that most use, of those that are public and do not look retired."""
    used = Counter(fetch.path for one, fetch in seen.fetches if not one.file.tests)

    def rank(path: str) -> tuple[bool, bool, int, int, bool, int, str]:
        one, binding = bound[path]
        private = path.rpartition(".")[2].startswith("_")
        old = path != home and bool(_looks_old(one, binding))
        weight = _OF_PRODUCTION * used[path] + fetched.get(path, 0)
        return private, old, -weight, len(path.split(".")), path != home, len(path), path

    return min(bound, key=rank, default=home)


def _looks_old(one: Sighting, binding: Binding) -> str:
    """Why a name looks as if it were retired; empty where nothing says so."""
    if _OLD_WORD.search(binding.name):
        return "the name says that it is not the present one"
    said = _OLD_REMARK.search(binding.remark)
    if said is not None:
        return f"a comment there says `{said[0].lower().strip()}`"
    said = _OLD_REMARK.search(one.intro)
    if said is not None and binding.how == "assign":
        return f"the module's docstring says `{said[0].lower().strip()}`"
    return ""


def _speaks_of(function: str, names: Iterable[str]) -> bool:
    said = _VERB.sub("", function, count=1).replace("_", "").lower()
    return any(said and (said in (one := name.strip("_").lower()) or one in said) for name in names)


def _imports(item: tuple[Sighting, Hand], known: Known) -> int:
    """Sorts what most import first."""
    return -known.imports.get(f"{item[0].file.module}.{item[1].qualname}", 0)


def _handing(one: Sighting, hand: Hand) -> Seen:
    return Seen(f"{one.file.module}.{hand.qualname}", Place(one.file.path, hand.line))


def _doubles(name: str, sightings: Sequence[Sighting]) -> tuple[Seen, ...]:
    """Patterns of the test doubles that bear the name."""
    found: dict[str, Seen] = {}
    for one in sightings:
        for statement in one.classes if one.file.tests else ():
            prefix = _DOUBLE.match(statement.name)
            if prefix is not None and statement.name.endswith(name):
                pattern = f"{prefix[0]}*"
                found.setdefault(pattern, Seen(pattern, Place(one.file.path, statement.line), statement.name))
    return tuple(found.values())


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _imported_by(users: int) -> str:
    return "" if not users else "imported from here by 1 file" if users == 1 else f"imported from here by {users} files"
