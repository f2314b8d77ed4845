"""Definitions → the groups that are equal, and the pairs of groups that are worth a comparison. Pure.

No two are compared that have nothing in common: marks lead to the definitions that have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ssot_lint.rules.copies.compared import ComparedDefinition

SHARED = 3
"""So many different marks two definitions must have in common."""
COMMON = 60
"""A mark that stands in more groups says nothing of any."""

Group = Sequence[ComparedDefinition]
"""Definitions that have the same marks."""


def groups(definitions: Iterable[ComparedDefinition]) -> list[Group]:
    """The definitions, those with the same marks in their parts together, in the order in which they come."""
    found: dict[str, list[ComparedDefinition]] = {}
    for one in definitions:
        found.setdefault(one.sketch.content, []).append(one)
    return list(found.values())


def pairs(found: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """The places of the groups that have marks in common which not many have, each pair once."""
    bags = [own[0].bag for own in found]
    counted = Counter(chain.from_iterable(bags))
    by_mark: dict[int, list[int]] = {mark: [] for mark, count in counted.items() if 1 < count <= COMMON}
    for place, bag in enumerate(bags):
        before = [by_mark[mark] for mark in bag.keys() & by_mark.keys()]
        near = Counter(chain.from_iterable(before))
        for other, shared in near.items():
            if shared >= SHARED:
                yield other, place
        for places in before:
            places.append(place)
