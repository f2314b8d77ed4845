"""Findings, and the contracts and owners that a user asks about → those that are reported. Pure.

What is left out was judged all the same. So neither what is found about exemptions and contracts nor any fingerprint
depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import shown, suggestion
from ssot_lint.sources.codeowners_text import NOBODY


def narrowed(
    findings: Iterable[Finding],
    *,
    contracts: Collection[str] = (),
    owners: Collection[str] = (),
    owners_of: Callable[[str], tuple[str, ...]],
) -> tuple[Finding, ...]:
    """The findings of ``contracts`` in files of ``owners``; an empty collection means all.

    ``owners_of`` gives the owners of the path of a finding. As for the hosts, case does not matter in names of owners.
    """
    wanted = {owner.casefold() for owner in owners}

    def is_owned(path: str) -> bool:
        return not wanted.isdisjoint(owner.casefold() for owner in owners_of(path) or (NOBODY,))

    return tuple(
        finding
        for finding in findings
        if (not contracts or finding.contract in contracts) and (not wanted or is_owned(finding.path))
    )


def unknown_contracts(asked: Iterable[str], known: Collection[str]) -> list[str]:
    """A sentence for each name that no contract has, with the nearest known name."""
    return [
        f"no contract is called {shown(name)}{suggestion(name, known) or _some(known)}"
        for name in asked
        if name not in known
    ]


def unknown_owners(asked: Iterable[str], known: Collection[str], where: str) -> list[str]:
    """A sentence for each owner that no CODEOWNERS file names, with the nearest known owner. ``where`` are these
    files."""
    folded = {NOBODY, *(owner.casefold() for owner in known)}
    return [
        f"{shown(name)} owns nothing, by {where}{suggestion(name, known) or _some(known)}"
        for name in asked
        if name.casefold() not in folded
    ]


_FEW = 5


def _some(known: Collection[str]) -> str:
    names = [shown(name) for name in sorted(known)]
    if not names:
        return ""
    return f"; known: {', '.join(names[:_FEW])}{', …' if len(names) > _FEW else ''}"
