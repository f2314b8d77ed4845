"""The aliases of a commit → their births: as an earlier commit remembers them, else by a look at all of history.

An alias that an earlier commit of the same line had, and that each version of its file since then has kept, was born
when that commit says. So a further look costs no more than the commits that have come since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ssot_lint.model.errors import GitUnusable
from ssot_lint.sources import ancestry
from ssot_lint.tracking.births import Births, MissingContent
from ssot_lint.tracking.memory import CommitMemory, StateBirths
from ssot_lint.tracking.progress import AliasPlace, Birth

_FAR = 5000
"""So many commits back something remembered is looked for."""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What a commit remembers, and the versions of all files that have come since, the newest first."""

    births: Mapping[tuple[str, str, str], Birth]
    single: frozenset[tuple[str, str, str]]
    since: Mapping[str, Sequence[tuple[str, str]]]


def remembered(
    births: Births, contract: str, aliases: Sequence[AliasPlace], memory: CommitMemory
) -> tuple[Birth, ...]:
    """The births of some aliases of the commit that is looked back from, in their order. They are remembered."""
    # What a clone lacks may be there later on, and what a symbol is called decides what was an alias.
    said = (contract, "\n".join(sorted(births.words)), *ancestry.boundary(births.top))
    line = [one.id for one in ancestry.first_parents(births.top, births.tip, most=_FAR)]
    keys = [memory.key("births", commit, *said) for commit in line]
    known = memory.first(StateBirths, keys)
    earlier = None if known is None else _earlier(births, known[1], line[known[0]])
    found = tuple(_birth(births, one, earlier) for one in aliases)
    if known is None or known[0]:
        told = tuple(one for one in found if one.commit)
        single = tuple(one.alias for one in told if one.alias.scope and births.is_single(one.alias))
        memory.keep(keys[0], StateBirths(told, single))
    return found


def _earlier(births: Births, known: StateBirths, commit: str) -> _Earlier:
    since = ancestry.versions_since(births.top, births.tip, commit) if commit != births.tip else {}
    return _Earlier(
        {_identity(one.alias): one for one in known.births}, frozenset(map(_identity, known.single)), since
    )


def _identity(alias: AliasPlace) -> tuple[str, str, str]:
    return alias.path, alias.name, alias.scope


def _birth(births: Births, alias: AliasPlace, earlier: _Earlier | None) -> Birth:
    known = earlier.births.get(_identity(alias)) if earlier is not None else None
    if known is not None and earlier is not None and _is_kept(births, alias, earlier):
        return known._replace(alias=alias)
    return births.of(alias)


def _is_kept(births: Births, alias: AliasPlace, earlier: _Earlier) -> bool:
    """Whether each version of the file since then has the alias, and means the same by it."""
    versions = earlier.since.get(f"{births.prefix}{alias.path}", ())
    if not versions:
        return True
    try:
        was_single = _identity(alias) in earlier.single
        if alias.scope and births.is_single(alias) != was_single:
            return False
        return all(births.has(alias, commit, blob) for commit, blob in versions)
    except (MissingContent, GitUnusable):
        return False
