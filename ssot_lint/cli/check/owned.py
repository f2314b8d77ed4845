"""Options that name owners and contracts → who owns what in each project, or what is wrong with the names."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Collection, Sequence
from functools import cache

from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.wording import shown
from ssot_lint.sources.projects import Selection

OwnersOf = Callable[[str], tuple[str, ...]]
"""Gives the owners of a file, by its path relative to the project's root."""

WITH_OWNERS = frozenset({"json", "jsonl"})
"""The formats that say who owns each file, asked or not."""


def owners_of_projects(
    asked: Sequence[Selection], options: Namespace, formats: Collection[str]
) -> tuple[list[OwnersOf], list[str]]:
    """The owners of the projects' files, and notes. ``formats`` are those that are written: no CODEOWNERS is read where
    neither they nor an option need owners. WrongInput when an option names an unknown owner or contract, or when
    owners are needed and cannot be read."""
    _complain_about_contracts(asked, options)
    needed = bool(options.owner) or options.group_by == "owner"
    if not needed and WITH_OWNERS.isdisjoint(formats):
        return [_nobody] * len(asked), []
    from ssot_lint.findings.narrow import unknown_owners
    from ssot_lint.sources import codeowners

    try:
        found = codeowners.of_projects(project.settings.root for project in asked)
    except Unusable as error:
        if needed:
            raise WrongInput(str(error)) from None
        return [_nobody] * len(asked), [f"no owners are known: {error}"]
    notes: list[str] = []
    if needed:
        there = [one for one in found if one is not None]
        if not there:
            raise WrongInput(codeowners.NONE_FOUND)
        known = {owner for one in there for owner in one.owners.every}
        places = " and ".join(dict.fromkeys(shown(one.place) for one in there))
        _complain(unknown_owners(options.owner or (), known, places))
        notes += dict.fromkeys(sentence for one in there for sentence in one.complaints())
    return [cache(one.of) if one is not None else _nobody for one in found], notes


def _nobody(path: str) -> tuple[str, ...]:
    return ()


def _complain_about_contracts(asked: Sequence[Selection], options: Namespace) -> None:
    if options.contract:
        from ssot_lint.findings.narrow import unknown_contracts
        from ssot_lint.settings.members import contracts

        held = (one for project in asked for own in contracts(project.settings).values() for one in own)
        known = {one.contract.name for one in held}
        _complain(unknown_contracts(options.contract, known))


def _complain(sentences: Sequence[str]) -> None:
    if sentences:
        raise WrongInput("\n".join(sentences))
