"""Two definitions → how much of them is alike, from 0 to 1. Pure and symmetric; nothing else has a say in it.

What is compared are statements, each with what it calls and none of its own names (see ``facts.sketches``), wherever
they stand. A statement weighs as much as it says. The score is the weight of what both have, of all that they have.
One of two classes may also have much besides the other: then it counts how much of the smaller one is in methods that
match. Two classes are not alike that have in common but a few statements, which the methods of both say again and
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ssot_lint.rules.copies.compared import Bag, ComparedDefinition

ALIKE = 0.6
"""From so much on the bodies of two methods match."""
FEWEST_METHODS = 3
"""So many have to match where a class is a part of another."""


class MethodPair(NamedTuple):
    """Two methods whose bodies match, by their places; ``shared`` is the weight of what both have."""

    first: int
    second: int
    shared: int


def score(first: ComparedDefinition, second: ComparedDefinition) -> float:
    """How much of two definitions is alike."""
    if first.sketch.kind != second.sketch.kind or not first.weight or not second.weight:
        return 0.0
    shared = overlap(first.bag, second.bag, first.weight_of)
    whole = 2 * shared / (first.weight + second.weight)
    smaller = min(first.weight, second.weight)
    if first.sketch.kind == "function" or 2 * shared <= smaller:
        return whole
    return _of_classes(first, second, whole, smaller)


def may_reach(first: ComparedDefinition, second: ComparedDefinition, least: float) -> bool:
    """Whether the score of two definitions can be so high, by their kinds and weights alone."""
    if first.sketch.kind != second.sketch.kind:
        return False
    whole = 2 * min(first.weight, second.weight) / (first.weight + second.weight)
    return whole >= least or (first.sketch.kind == "class" and first.method_count >= FEWEST_METHODS)


def overlap(first: Bag, second: Bag, weights: Mapping[int, int]) -> int:
    """The weight of what both have."""
    return sum(
        [
            weights[mark] * (first[mark] if first[mark] < second[mark] else second[mark])
            for mark in first.keys() & second.keys()
        ]
    )


def _of_classes(first: ComparedDefinition, second: ComparedDefinition, whole: float, smaller: int) -> float:
    """The score of two classes of which most of the smaller one's statements stand in the other."""
    found = matches(first, second)
    shared = sum(one.shared for one in found)
    if len(found) >= FEWEST_METHODS:
        return max(whole, shared / smaller) if 2 * shared > smaller else whole
    # Methods that do other things with one object say the same few statements again and again. Most of a copy stands
    # where it did, or says each thing once.
    held = overlap(first.body, second.body, first.weight_of)
    each = sum([first.weight_of[mark] for mark in first.bag.keys() & second.bag.keys()])
    return whole if 2 * max(shared + held, each) > smaller else 0.0


def matches(first: ComparedDefinition, second: ComparedDefinition) -> list[MethodPair]:
    """The methods of two classes whose bodies match, each with one other, the most alike first."""
    ours, theirs = first.methods, second.methods
    by_mark: dict[int, list[int]] = {}
    for place, part in enumerate(theirs):
        for mark in part.bag:
            by_mark.setdefault(mark, []).append(place)
    pairs = []
    for place, part in enumerate(ours):
        others = {other for mark in part.bag for other in by_mark.get(mark, ())}
        for other in others:
            shared = overlap(part.bag, theirs[other].bag, first.weight_of)
            alike = 2 * shared / (part.weight + theirs[other].weight)
            if alike >= ALIKE:
                pairs.append((-alike, MethodPair(place, other, shared)))

    def rank(pair: tuple[float, MethodPair]) -> tuple[object, ...]:
        alike, (place, other, shared) = pair
        one, two = ours[place], theirs[other]
        # What the methods are called, and where they stand, matters only where it does not change the sum.
        contents = sorted((one.content, two.content))
        return alike, -shared, contents, one.name != two.name, place + other, min(place, other)

    pairs.sort(key=rank)
    taken: tuple[set[int], set[int]] = set(), set()
    found = []
    for _, match in pairs:
        if match.first not in taken[0] and match.second not in taken[1]:
            taken[0].add(match.first)
            taken[1].add(match.second)
            found.append(match)
    return found
