"""The first round: findings that stand where they stood, also where names lead through renamed files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping

from ssot_lint.findings.comparison.pairs import Comparable, New, Old, Pairs
from ssot_lint.findings.comparison.renames import renamed_modules, tail, translated

Name = Callable[[Comparable], tuple[str, str]]
"""Symbol and spelled name of a finding, as they are compared."""


def exactly(one: Comparable) -> tuple[str, str]:
    """The names as they are."""
    # The symbol of a contract is the contract's: where that declares another path, the findings are the same.
    return "" if one.contract else one.symbol, one.spelled


def loosely(one: Comparable) -> tuple[str, str]:
    """The names without what a relative import leads through."""
    symbol, spelled = exactly(one)
    # What is relative changes when the file moves, and stays when what it leads to moves along.
    return symbol, tail(spelled) if spelled.startswith(".") else spelled


def translating(renamed: Mapping[str, str], names: Mapping[str, Mapping[str, str]]) -> Name:
    """As ``loosely``, with the names that old paths and symbols have now."""
    modules = renamed_modules(renamed)

    def name(one: Comparable) -> tuple[str, str]:
        symbol, spelled = loosely(one)
        own = names.get(one.contract, {})
        if spelled in own:
            return translated(symbol, modules), own[spelled]
        above, dot, last = translated(spelled, modules).rpartition(".")
        return translated(symbol, modules), f"{above}{dot}{own.get(last, last)}"

    return name


def same_but_renamed(pairs: Pairs[Old, New]) -> None:
    """As ``same_place``, for names that lead through renamed files, or still the old way."""
    same_place(pairs, loosely, loosely)
    same_place(pairs, translating(pairs.renamed, pairs.names), loosely)


def same_place(pairs: Pairs[Old, New], of_old: Name, of_new: Name) -> None:
    """Makes pairs of findings with equal names, contract and code in the same scope of the same file."""
    left: dict[Hashable, list[int]] = defaultdict(list)
    right: dict[Hashable, list[int]] = defaultdict(list)
    for number in pairs.left:
        one = pairs.old[number]
        path, scope = pairs.new_path(one.path), _scope_now(pairs, one)
        left[one.contract, one.code, of_old(one), path, scope].append(number)
    for number in pairs.right:
        other = pairs.new[number]
        right[other.contract, other.code, of_new(other), other.path, other.scope].append(number)
    for key, ours in left.items():
        theirs = right.get(key, [])
        if theirs and len(ours) != len(theirs):
            # Which of them it is that came or went is told by what is written there.
            pairs.take(pairs.around_old, pairs.around_new, ours, theirs)
            pairs.take(
                lambda number: pairs.around_old(number).statement,
                lambda number: pairs.around_new(number).statement,
                ours,
                theirs,
            )
        pairs.take_any(ours, theirs)


def _scope_now(pairs: Pairs[Old, New], one: Old) -> str:
    """The scope of an old finding, where a symbol of its contract has another name now."""
    names = pairs.names.get(one.contract)
    return ".".join(names.get(part, part) for part in one.scope.split(".")) if names else one.scope
