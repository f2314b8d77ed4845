"""The sketches of all files → the few names of classes that are worth a closer look. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ssot_lint.discovery.naming import CLASS, NO_SERVICE, OF_TESTS, OLD_WORD, VERB, what_is_made
from ssot_lint.discovery.sketch import Sketch
from ssot_lint.model.finding import File

SEEDS: Final = 40
"""So many names are looked at closely."""
NEIGHBOURS: Final = 8
"""At most so many other names of each are looked for, too."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the sketches of production say about all names: ``classes``, how many modules have a class statement of
    a name, and ``imports``, how many files import a path."""

    classes: Mapping[str, int]
    imports: Mapping[str, int]


def counts_of(sketches: Sequence[tuple[File, Sketch]]) -> Tally:
    ours = [(file, seen) for file, seen in sketches if not file.tests]
    return Tally(
        Counter(name for _, seen in ours for name in seen.classes),
        importers(ours),
    )


def importers(sketches: Iterable[tuple[File, Sketch]]) -> Counter[str]:
    """How many files import a dotted path."""
    return Counter(
        path
        for file, seen in sketches
        for path in {f"{absolute(module, file)}.{name}" for module, name, _ in seen.imported}
    )


class _Faces:
    """What all files say about the names of classes: ``others`` are the names that a name goes by as well, ``sources``
    the modules of the project that it is imported from."""

    def __init__(self, sketches: Sequence[tuple[File, Sketch]]) -> None:
        self.defined: set[str] = set()
        self.values: set[str] = set()
        self.settings: set[str] = set()
        self.others: dict[str, set[str]] = defaultdict(set)
        self.sources: dict[str, set[str]] = defaultdict(set)
        self.importers: Counter[str] = Counter()
        self.callers: Counter[str] = Counter()
        self.made: set[str] = set()
        modules = {name for file, _ in sketches for name in (file.module, *file.also) if name}
        self._tops = {name.partition(".")[0] for name in modules}
        self._handed_on = {
            (absolute(module, file), name) for file, seen in sketches for module, name, _ in seen.imported
        }
        for file, seen in sketches:
            if not file.tests:
                self._add(file, seen)

    def _add(self, file: File, seen: Sketch) -> None:
        self.defined.update(seen.classes)
        self.values.update(seen.values)
        self.settings.update(seen.settings)
        self.made.update(what_is_made(name) for name in seen.functions if VERB.match(name.lstrip("_")))
        self.callers.update(set(seen.called) - set(seen.classes))
        for new, old in seen.renamed:
            self._same(new, old)
        for written, name, bound in seen.imported:
            module = absolute(written, file)
            if not CLASS.fullmatch(name) or module.partition(".")[0] not in self._tops:
                continue
            self.sources[name].add(module)
            self.importers[name] += 1
            if bound != name and (file.module, bound) in self._handed_on and CLASS.fullmatch(bound):
                self._same(bound, name)

    def _same(self, new: str, old: str) -> None:
        self.others[old].add(new)
        self.others[new].add(old)

    def near(self, name: str) -> list[str]:
        """The name, and those that it goes by as well: at most ``NEIGHBOURS``, in two steps."""
        found = {name: None}
        for _ in range(2):
            for one in [*found]:
                if len(found) <= NEIGHBOURS:
                    found.update(dict.fromkeys(sorted(self.others[one])))
        return list(found)[: NEIGHBOURS + 1]

    def worth(self, name: str) -> float:
        family = self.near(name)
        if not self.defined & {*family} - self.values:
            return 0
        return (
            3 * min(len(self.sources[name]), 6)
            + 3 * min(len(family) - 1, 6)
            + 4 * any(OLD_WORD.search(one) for one in family)
            + 6 * any(one.strip("_").lower() in self.made for one in family)
            + 2 * math.log2(1 + self.callers[name])
            + 2 * math.log2(1 + self.importers[name])
        )


def shortlist(sketches: Sequence[tuple[File, Sketch]]) -> frozenset[str]:
    """The names to look for: those with the most faces, and other names that lead to them."""
    faces = _Faces(sketches)
    names = {
        name
        for name in {*faces.sources, *faces.defined} - faces.values
        if CLASS.fullmatch(name) and not OF_TESTS.match(name) and not NO_SERVICE.fullmatch(name)
    }
    ranked = sorted((-faces.worth(name), name) for name in names)
    best = [name for value, name in ranked[:SEEDS] if value]
    # Few files name the class of settings: they import the instance that its module keeps.
    best += sorted(faces.settings & names)[:SEEDS]
    return frozenset(one for name in best for one in faces.near(name) if CLASS.fullmatch(one))


def absolute(module: str, file: File) -> str:
    """The module that a relative import in a file means, as it is written."""
    name = module.lstrip(".")
    level = len(module) - len(name)
    if not level:
        return name
    parts = file.module.split(".") if file.module else []
    base = parts[: max(len(parts) - (level - 1 if file.package else level), 0)]
    return ".".join([*base, *([name] if name else [])])
