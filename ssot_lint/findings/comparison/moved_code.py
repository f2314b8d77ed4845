"""The last rounds: definitions that moved, and what stands beside them and moved along."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.findings.comparison.pairs import Comparable, New, Old, One, Pairs, Side
from ssot_lint.findings.comparison.renames import tail
from ssot_lint.findings.comparison.same_place import exactly, loosely
from ssot_lint.findings.comparison.surroundings import Surroundings


class _Lone(NamedTuple):
    """A finding in a definition: what it says, whatever that definition is called, its surroundings, and its path."""

    said: Hashable
    around: Surroundings
    path: str


def moved_definitions(pairs: Pairs[Old, New]) -> None:
    """Makes pairs of findings in definitions that moved: with the same content, or else with the same name and
    statement, or with a name that is new in its file."""
    of_old = _lone(pairs.old, pairs.before, lambda number: _is_gone(pairs, number))
    of_new = _lone(pairs.new, pairs.after, lambda number: not _was_there(pairs, number))
    _take_nearest(pairs, of_old, of_new, lambda around: (around.body, around.statement))
    of_new = _lone(pairs.new, pairs.after, lambda number: _is_new_name(pairs, number) is not False)
    _take_nearest(pairs, of_old, of_new, lambda around: (around.definition, around.statement))
    of_new = _lone(pairs.new, pairs.after, lambda number: _is_new_name(pairs, number) is True)
    _take_nearest(pairs, of_old, of_new, lambda around: around.definition)


def _lone(
    findings: Sequence[One], side: Side[One], may: Callable[[int], bool]
) -> Callable[[int], _Lone | None]:
    """Gives a finding by its number; None where it stands in no definition, or cannot have moved."""

    def lone(number: int) -> _Lone | None:
        one = findings[number]
        around = side.context(one)
        if not around.definition or not may(number):
            return None
        return _Lone(_unnamed(one, around.definition), around, one.path)

    return lone


def _unnamed(one: Comparable, definition: str) -> Hashable:
    """What a finding says, whatever the name of the definition that holds it, where it is that name that it says."""
    own = tail(definition)
    symbol, spelled = (tail(name) if name.startswith(".") else name for name in exactly(one))
    # A class without a contract is known by its path, which changes as it moves.
    symbol = tail(symbol)
    return (
        one.contract,
        one.code,
        "\0" if symbol == own else symbol,
        "\0" if spelled in (own, definition) else spelled,
    )


_NEARNESS: tuple[Callable[[_Lone], Hashable], ...] = (
    lambda one: (one.path, one.around.definition),
    lambda one: (one.path, tail(one.around.definition)),
    lambda one: one.path,
    lambda one: one.around.definition,
    lambda one: tail(one.around.definition),
    lambda one: "",
)
"""What two findings of the same content have in common, the nearest first."""


def _take_nearest(
    pairs: Pairs[Old, New],
    of_old: Callable[[int], _Lone | None],
    of_new: Callable[[int], _Lone | None],
    part: Callable[[Surroundings], Hashable],
) -> None:
    """Makes pairs of those that agree in a part of their surroundings, the nearest first."""
    ours = {number: one for number in pairs.left if (one := of_old(number)) is not None}
    theirs = {number: one for number in pairs.right if (one := of_new(number)) is not None} if ours else {}
    for near in _NEARNESS:

        def key(one: _Lone, near: Callable[[_Lone], Hashable] = near) -> Hashable:
            return one.said, part(one.around), near(one)

        pairs.take(lambda number: key(ours[number]), lambda number: key(theirs[number]), ours, theirs)


def _is_gone(pairs: Pairs[Old, New], number: int) -> bool:
    """Whether the definition around an old finding is no longer where it was."""
    one = pairs.old[number]
    names = pairs.after.names(pairs.new_path(one.path))
    return names is not None and pairs.around_old(number).definition not in names


def _was_there(pairs: Pairs[Old, New], number: int) -> bool:
    """Whether the definition around a new finding had the same content before."""
    one = pairs.new[number]
    around = pairs.around_new(number)
    contents = pairs.before.contents(pairs.old_path(one.path))
    return contents is not None and (around.definition, around.body) in contents


def _is_new_name(pairs: Pairs[Old, New], number: int) -> bool | None:
    """Whether the old state had no definition of this name there; None where that is not known."""
    one = pairs.new[number]
    names = pairs.before.names(pairs.old_path(one.path))
    return None if names is None else pairs.around_new(number).definition not in names


def moved_statements(pairs: Pairs[Old, New]) -> None:
    """Makes pairs of findings in no definition whose files exchanged definitions, if the statement moved too."""
    ours = {number: pairs.around_old(number) for number in pairs.left}
    theirs = {number: pairs.around_new(number) for number in pairs.right} if ours else {}
    left = _at_file_level(pairs.old, ours, lambda one, around: _is_statement_gone(pairs, one, around))
    right = _at_file_level(pairs.new, theirs, lambda one, around: True)
    for way in sorted({(path, other) for key in left for path in left[key] for other in right.get(key, ())}):
        if not _moved_between(pairs, *way):
            continue
        for key in left:
            pairs.take_any(left[key].get(way[0], ()), right.get(key, {}).get(way[1], ()))


def _at_file_level(
    findings: Sequence[One], around: Mapping[int, Surroundings], may: Callable[[One, Surroundings], bool]
) -> dict[Hashable, dict[str, list[int]]]:
    """Numbers of findings that stand in no definition, by what they say and then by path."""
    found: dict[Hashable, dict[str, list[int]]] = {}
    for number, where in around.items():
        one = findings[number]
        if where.statement and not where.definition and may(one, where):
            key = (one.contract, one.code, loosely(one), where.statement)
            found.setdefault(key, {}).setdefault(one.path, []).append(number)
    return found


def _is_statement_gone(pairs: Pairs[Old, New], one: Comparable, around: Surroundings) -> bool:
    contents = pairs.after.contents(pairs.new_path(one.path))
    return contents is not None and ("", around.statement) not in contents


def _moved_between(pairs: Pairs[Old, New], path: str, other: str) -> bool:
    """Whether a definition moved from one file to another."""
    if path == other:
        return False
    if any(
        pairs.old[one].path == path and pairs.new[two].path == other for two, one in pairs.partners.items()
    ):
        return pairs.renamed.get(path) != other
    return any(_moves(pairs, path, other))


def _moves(pairs: Pairs[Old, New], path: str, other: str) -> Iterator[bool]:
    """Of each definition that is gone from one file, whether its content has come to the other."""
    were, are = pairs.before.contents(path), pairs.after.contents(other)
    left, had = pairs.after.names(pairs.new_path(path)), pairs.before.contents(pairs.old_path(other))
    if were is None or are is None or left is None or had is None:
        return
    arrived = {content for name, content in are if name} - {content for name, content in had if name}
    for name, content in were:
        if name and name not in left:
            yield content in arrived
