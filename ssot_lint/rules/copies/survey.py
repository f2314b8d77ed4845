"""What SOT402 knows of a project: its definitions, the contracts that forbid copies, and what comments excuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ssot_lint.links.resolve import Links
from ssot_lint.model.finding import Hop
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.exclusions import BasesInCommon
from ssot_lint.rules.evidence import Match


@dataclass(frozen=True, slots=True)
class CopySurvey:
    """``definitions`` are those of files on which somebody works. ``originals`` are those that contracts protect, by
    dotted path, wherever they are; ``contracts`` are those that forbid to copy them. ``least`` is the score from which
    two definitions are copies without any contract; None where that is not asked. ``is_excused``: whether a comment
    excuses what is found at a definition. ``scored`` gives the score of two."""

    definitions: Sequence[ComparedDefinition]
    lineage: BasesInCommon
    originals: Mapping[str, Sequence[ComparedDefinition]]
    contracts: Sequence[Links]
    least: float | None
    is_excused: Callable[[ComparedDefinition], bool]
    scored: Callable[[ComparedDefinition, ComparedDefinition], float]


@dataclass(frozen=True, slots=True)
class Copied:
    """A definition that is a copy, and the contract that forbids it, if one does."""

    definition: ComparedDefinition
    match: Match
    links: Links | None = None


def hop(other: ComparedDefinition, text: str) -> tuple[Hop, ...]:
    return (Hop(*other.place, text),)


def protected_by(links: Links) -> frozenset[str]:
    """The dotted paths of the statements of what a contract protects."""
    paths = (links.contract.symbol, *links.contract.named("implementation"))
    return frozenset(links.roles.goals[path].path for path in paths)
