"""Definitions of a project → the nearest other of each that has one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from ssot_lint.rules.copies.candidates import Group, groups, pairs
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.likeness import may_reach, score


class Copy(NamedTuple):
    """A definition, the one that it is most alike, and how much of both is alike."""

    definition: ComparedDefinition
    other: ComparedDefinition
    score: float


def copies(
    definitions: Sequence[ComparedDefinition],
    least: float,
    are_apart: Callable[[ComparedDefinition, ComparedDefinition], bool],
    is_excused: Callable[[ComparedDefinition], bool],
    originals: Collection[tuple[str, int]] = (),
    scored: Callable[[ComparedDefinition, ComparedDefinition], float] = score,
) -> Iterator[Copy]:
    """The definitions that have another one which is at least so much alike. ``are_apart``: whether two may be copies
    of each other. A pair that is excused at either end counts only where there is no other. ``originals`` are the
    places of those that are no copies: of two others that are as near, they are named first. ``scored`` gives the score
    of two, which may be remembered."""
    found = groups(sorted(definitions, key=lambda one: (one.place not in originals, *_rank(one))))
    near: list[list[tuple[float, int]]] = [
        [(1.0, place)] if len(own) > 1 else [] for place, own in enumerate(found)
    ]
    for first, second in pairs(found):
        one, other = found[first][0], found[second][0]
        alike = scored(one, other) if may_reach(one, other, least) else 0.0
        if alike >= least:
            near[first].append((alike, second))
            near[second].append((alike, first))
    for own, others in zip(found, near, strict=True):
        others.sort(key=lambda one: (-one[0], one[1]))
        for definition in own if others else ():
            if definition.place in originals:
                continue
            copy = _nearest(definition, others, found, are_apart, is_excused)
            if copy is not None:
                yield copy


def _rank(one: ComparedDefinition) -> tuple[bool, str, int]:
    """Of two that are as near the first is named: production before tests."""
    return one.file.tests, *one.place


def _nearest(
    definition: ComparedDefinition,
    others: Sequence[tuple[float, int]],
    found: Sequence[Group],
    are_apart: Callable[[ComparedDefinition, ComparedDefinition], bool],
    is_excused: Callable[[ComparedDefinition], bool],
) -> Copy | None:
    excused = None
    for alike, place in others:
        for other in found[place]:
            if other is definition or not are_apart(definition, other):
                continue
            if not is_excused(other):
                return Copy(definition, other, alike)
            excused = excused or Copy(definition, other, alike)
    return excused
