"""Sketches and what the engine says of copies → drafts against second implementations. Pure.

A contract of kind ``class`` that names the copies of its symbol as rivals: SOT401 and SOT404 keep what it says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ssot_lint.discovery.kinds.drafts import Draft, assigned, listed
from ssot_lint.discovery.naming import CLASS, COMMON, NAME_WORDS, NO_SERVICE, OF_TESTS, layer_of
from ssot_lint.discovery.project import LookedFile, importers_of
from ssot_lint.model.finding import Finding

SEEDS: Final = 60
"""At most so many groups are looked at closely."""
MOST: Final = 12
"""What is there more often is a pattern that each module fills in, and no copy."""

_SURE: Final = 92
"""So alike, in percent, are things only if one was made from the other, whatever their names."""


class CopiedPair(NamedTuple):
    """A definition that resembles another one, by their dotted paths, and how much in percent."""

    path: str
    other: str
    percent: int


def copied(findings: Iterable[Finding]) -> list[CopiedPair]:
    """What findings of SOT402 say, as far as that is no matter of taste: things of one name, of names that share
    words, or that are alike nearly to the last statement."""
    found = []
    for one in findings:
        own = f"{one.module}.{one.spelled}"
        if one.likeness >= _SURE or _are_akin(one.spelled, one.symbol.rpartition(".")[2]):
            found.append(CopiedPair(own, one.symbol, one.likeness))
    return found


def _are_akin(name: str, other: str) -> bool:
    """Whether two names have most of their words in common."""
    ours, theirs = ({word.lower() for word in NAME_WORDS.findall(one)} for one in (name, other))
    return 2 * len(ours & theirs) > max(len(ours), len(theirs))


def drafts(looked: Sequence[LookedFile], copies: Sequence[CopiedPair]) -> Iterator[Draft]:
    homes = _definitions(looked)
    importers = importers_of(looked)
    scores = {frozenset((one.path, one.other)): f"{one.percent} %" for one in copies}
    # Plugins resemble each other: a definition that no other file imports counts only if it is surely a copy.
    sure = {path for one in copies if one.percent >= _SURE for path in (one.path, one.other)}
    groups = [*_groups(copies), *_namesakes(homes, importers)]
    ranked: list[tuple[tuple[object, ...], list[str]]] = []
    for group in groups:
        ours = sorted(
            one for one in group if one in homes and homes[one].is_ours and (importers[one] or one in sure)
        )
        names = {one.rpartition(".")[2] for one in ours}
        if 2 <= len(ours) <= MOST and not names <= COMMON and len({homes[one].file.path for one in ours}) > 1:
            weight = sum(importers[one] for one in ours)
            ranked.append(((-weight, -len(ours), ours[0]), ours))
    taken: set[str] = set()
    for _, ours in sorted(ranked)[:SEEDS]:
        if taken.isdisjoint(ours):
            taken.update(ours)
            yield _draft(ours, homes, importers, scores)


def _draft(
    ours: Sequence[str],
    homes: Mapping[str, LookedFile],
    importers: Counter[str],
    scores: Mapping[frozenset[str], str],
) -> Draft:
    canonical = min(
        ours, key=lambda one: (one.rpartition(".")[2].startswith("_"), -importers[one], one.count("."), one)
    )
    others = [one for one in ours if one != canonical]
    rows = [(one, _note(one, canonical, homes, importers, scores)) for one in others]
    lines = [
        f"# {homes[canonical].file.path}: {_files(importers[canonical])}",
        assigned("canonical", canonical),
        "# resembles it, or bears its name",
        *listed("rivals", rows),
        'instances = "shared"',
        '# reason = "…"  # why it matters: shown with each finding',
    ]
    return Draft(
        "duplicates",
        canonical,
        f"{canonical.rpartition('.')[2]}Copies",
        tuple(lines),
        users=sum(importers[one] for one in ours),
        ways=len(ours),
        evidence={
            "copies": [
                {
                    "symbol": one,
                    "path": homes[one].file.path,
                    "importers": importers[one],
                    "score": _score(one, canonical, scores),
                }
                for one in others
            ]
        },
        claims=tuple(ours),
        at=homes[canonical].file.path,
        apart=sum(1 + importers[one] for one in others),
    )


def _note(
    one: str,
    canonical: str,
    homes: Mapping[str, LookedFile],
    importers: Counter[str],
    scores: Mapping[frozenset[str], str],
) -> str:
    score = _score(one, canonical, scores)
    alike = f"{score} alike" if score else "the same name"
    return f"{homes[one].file.path}: {alike}, {_files(importers[one])}"


def _score(one: str, canonical: str, scores: Mapping[frozenset[str], str]) -> str:
    """That with the canonical one, else the one with any other of the group."""
    found = scores.get(frozenset((one, canonical)))
    return found or next((score for pair, score in sorted(scores.items(), key=str) if one in pair), "")


def _files(number: int) -> str:
    return f"imported by {number} file{'s' if number != 1 else ''}"


def _definitions(looked: Sequence[LookedFile]) -> dict[str, LookedFile]:
    """What production defines at module level, by dotted path."""
    return {
        f"{one.file.module}.{name}": one
        for one in looked
        if one.is_ours
        for name in (*one.sketch.classes, *one.sketch.functions)
    }


def _groups(copies: Iterable[CopiedPair]) -> list[set[str]]:
    """What resembles each other, directly or by way of a third."""
    group: dict[str, set[str]] = {}
    for one in copies:
        joined = group.get(one.path, {one.path}) | group.get(one.other, {one.other})
        for member in joined:
            group[member] = joined
    return [set(members) for members in sorted({tuple(sorted(members)) for members in group.values()})]


def _namesakes(homes: Mapping[str, LookedFile], importers: Counter[str]) -> Iterator[set[str]]:
    """Classes that bear one telling name, and of which at least two are imported by others: but not those of modules
    that each package has, as plugins and backends do."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for path, one in homes.items():
        name = path.rpartition(".")[2]
        is_class = name in one.sketch.classes
        if is_class and CLASS.fullmatch(name) and name not in COMMON and not NO_SERVICE.fullmatch(name):
            if not OF_TESTS.match(name) and len(NAME_WORDS.findall(name)) >= 2:
                by_name[name].append(path)
    for paths in by_name.values():
        used = [one for one in paths if importers[one]]
        stems = {one.rsplit(".", 2)[-2] for one in used}
        derived = {
            base.rpartition(".")[2]
            for one in paths
            for own, base in homes[one].sketch.bases
            if own == one.rpartition(".")[2]
        }
        if len(used) < 2 or len(stems) < len(used) or paths[0].rpartition(".")[2] in derived:
            continue
        by_layer: dict[str, set[str]] = defaultdict(set)
        for path in used:
            by_layer[layer_of(path.rpartition(".")[0])].add(path)
        # What no name tells apart may be a copy of what is in any layer.
        anywhere = by_layer.pop("", set())
        yield from ([one | anywhere for one in by_layer.values()] if by_layer else [anywhere])
