"""What SOT402 knows of a project: its definitions, the contracts that forbid copies, and what comments excuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ssot_lint.links.resolve import Links
from ssot_lint.model.finding import Hop
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.exclusions import Lineage
from ssot_lint.rules.evidence import Match


@dataclass(frozen=True, slots=True)
class CopySurvey:
    """``definitions`` are those of files on which somebody works. ``least`` is the score from which two of them are
    copies without any contract; None where that is not asked. ``is_excused``: whether a comment excuses what is found
    at a definition."""

    definitions: Sequence[ComparedDefinition]
    lineage: Lineage
    contracts: Sequence[Links]
    least: float | None
    is_excused: Callable[[ComparedDefinition], bool]


@dataclass(frozen=True, slots=True)
class Copied:
    """A definition that is a copy, and the contract that forbids it, if one does."""

    definition: ComparedDefinition
    match: Match
    links: Links | None = None


def hop(other: ComparedDefinition, text: str) -> tuple[Hop, ...]:
    return (Hop(*other.place, text),)
