"""Findings and what a user wants to hear of → those that are reported. Pure.

Whatever is left out was judged all the same: what is said of an exemption or a contract does not depend on it, and
neither does a fingerprint.
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
    """The findings of one of the contracts and in a file of one of the owners; nothing named means all.

    ``owners_of`` gives the owners of a path in a finding. Upper and lower case are alike in owners, as hosts have it.
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
    """A sentence for each name that is no contract's, with the nearest that is."""
    return [
        f"no contract is called {shown(name)}{suggestion(name, known) or _some(known)}"
        for name in asked
        if name not in known
    ]


def unknown_owners(asked: Iterable[str], known: Collection[str], where: str) -> list[str]:
    """A sentence for each name that no CODEOWNERS file has, with the nearest that one has. ``where`` names them."""
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
