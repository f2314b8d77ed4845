"""The sketches of all files → the few names of classes that are worth a closer look. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ssot_lint.discovery.naming import CLASS, NO_SERVICE, OF_TESTS, OLD_WORD, VERB, what_is_made
from ssot_lint.discovery.sketch import Sketch
from ssot_lint.model.finding import File

SEEDS: Final = 16
"""So many names get the closer look."""
NEIGHBOURS: Final = 8
"""So many further names of each are looked for with it."""


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


def shortlist(sketches: Sequence[tuple[File, Sketch]]) -> frozenset[str]:
    """The names to look for: those with the most faces, and other names that lead to them."""
    modules = {name for file, _ in sketches for name in (file.module, *file.also) if name}
    tops = {name.partition(".")[0] for name in modules}
    defined: set[str] = set()
    values: set[str] = set()
    others: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    importers: Counter[str] = Counter()
    callers: Counter[str] = Counter()
    functions: set[str] = set()
    settings: set[str] = set()
    handed_on = {
        (_absolute(module, file), name) for file, seen in sketches for module, name, _ in seen.imported
    }
    for file, seen in sketches:
        if file.tests:
            continue
        defined.update(seen.classes)
        values.update(seen.values)
        functions.update(seen.functions)
        settings.update(seen.settings)
        callers.update(set(seen.called) - set(seen.classes))
        for new, old in seen.renamed:
            others[old].add(new)
            others[new].add(old)
        for written, name, bound in seen.imported:
            if not CLASS.fullmatch(name):
                continue
            module = _absolute(written, file)
            if module.partition(".")[0] not in tops:
                continue
            sources[name].add(module)
            importers[name] += 1
            if bound != name and (file.module, bound) in handed_on and CLASS.fullmatch(bound):
                others[name].add(bound)
                others[bound].add(name)
    getters = {what_is_made(name) for name in functions if VERB.match(name.lstrip("_"))}

    def near(name: str) -> list[str]:
        found = {name: None}
        for _ in range(2):
            for one in [*found]:
                if len(found) <= NEIGHBOURS:
                    found.update(dict.fromkeys(sorted(others[one])))
        return list(found)[: NEIGHBOURS + 1]

    def worth(name: str) -> float:
        family = near(name)
        if not defined & {*family} - values:
            return 0
        return (
            3 * min(len(sources[name]), 6)
            + 3 * min(len(family) - 1, 6)
            + 4 * any(OLD_WORD.search(one) for one in family)
            + 6 * any(one.strip("_").lower() in getters for one in family)
            + 2 * math.log2(1 + callers[name])
            + 2 * math.log2(1 + importers[name])
        )

    names = {
        name
        for name in {*sources, *defined}
        if CLASS.fullmatch(name) and not OF_TESTS.match(name) and not NO_SERVICE.fullmatch(name)
        if name not in values
    }
    ranked = sorted((-worth(name), name) for name in names)
    best = [name for value, name in ranked[:SEEDS] if value]
    # Hardly anybody names the class of settings: what is imported is the one that its module keeps.
    best += sorted(settings & names)[:SEEDS]
    return frozenset(one for name in best for one in near(name) if CLASS.fullmatch(one))


def _absolute(module: str, file: File) -> str:
    name = module.lstrip(".")
    level = len(module) - len(name)
    if not level:
        return name
    parts = file.module.split(".") if file.module else []
    base = parts[: max(len(parts) - (level - 1 if file.package else level), 0)]
    return ".".join([*base, *([name] if name else [])])


def mentions(seen: Sketch, asked: frozenset[str]) -> bool:
    """Whether a file seems to do something with one of the names."""
    return (
        not asked.isdisjoint(seen.classes)
        or not asked.isdisjoint(seen.called)
        or any(name in asked for pair in seen.renamed for name in pair)
        # What hands on all of a module need not say the name.
        or any(name in asked or bound in asked or name == "*" for _, name, bound in seen.imported)
    )
