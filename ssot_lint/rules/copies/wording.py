"""Two definitions that are alike → what is the same in them, and what differs, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.likeness import matches
from ssot_lint.rules.copies.nearest import Copy

_SHOWN = 3
"""So many names are told; of the others the number."""


def said(copy: Copy, name: str) -> str:
    """The message about a definition. ``name`` is that of the other one."""
    own = copy.definition.sketch.name
    alike = percent(copy)
    if alike == _WHOLLY:
        return f"`{own}` is a copy of {name} ({alike} %): {_whole(copy.definition)}"
    return f"`{own}` is a near copy of {name} ({alike} %): {_compared(copy.definition, copy.other)}"


_WHOLLY = 100


def percent(copy: Copy) -> int:
    """How much a definition resembles the other one; 100 only if both are the same."""
    is_same = copy.score >= 1 and copy.definition.sketch.content == copy.other.sketch.content
    return _WHOLLY if is_same else min(int(100 * copy.score), _WHOLLY - 1)


def _whole(one: ComparedDefinition) -> str:
    count = len(one.methods)
    if count:
        return f"all {_counted(count, 'method')}"
    return f"all {_counted(len(one.marks), 'statement')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _compared(one: ComparedDefinition, other: ComparedDefinition) -> str:
    if one.methods and other.methods:
        return _of_methods(one, other)
    shared = sum(min(count, other.bag.get(mark, 0)) for mark, count in one.bag.items())
    noun = "statements"
    differing: list[str] = []
    if one.sketch.fields and other.sketch.fields:
        noun = "lines of its body"
        differing = sorted({*one.sketch.fields} ^ {*other.sketch.fields})
    return f"{shared} of {len(one.marks)} {noun}{_listed(differing)}"


def _of_methods(one: ComparedDefinition, other: ComparedDefinition) -> str:
    ours, theirs = one.methods, other.methods
    found = matches(one, other)
    alike = {match.first for match in found}
    seen = {match.second for match in found}
    names = {part.name for part in theirs}
    both = len(alike) + sum(part.name in names for place, part in enumerate(ours) if place not in alike)
    differing = [part.name for place, part in enumerate(ours) if place not in alike]
    missing = [part.name for place, part in enumerate(theirs) if place not in seen]
    return (
        f"{both} of {_counted(len(ours), 'method')}, {len(alike)} of them alike in their bodies"
        f"{_listed([*dict.fromkeys([*differing, *missing])])}"
    )


def _listed(names: Sequence[str]) -> str:
    return f"; differs: {', '.join(_few(names))}" if names else ""


def _few(names: Sequence[str]) -> Iterator[str]:
    yield from names[:_SHOWN]
    if len(names) > _SHOWN:
        yield f"and {len(names) - _SHOWN} more"
