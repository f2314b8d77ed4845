"""The nouns of a migration: references, shims, tests, steps, aliases, where a contract stands. Frozen values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ssot_lint.model.finding import Finding

Form = Literal[
    "import",  # an import that binds the symbol
    "path",  # a dotted path, at each use
    "string",  # a string that is used as an import
]
"""What a reference is."""

StepTier = Literal["safe", "unsafe", "person"]
"""Who takes a step: ``fix``, ``fix --unsafe-fixes`` (for a shim ``--remove-shims``), or a person."""

Way = Literal["import", "name", "string", "fixture"]
"""How a test touches a contract."""


class Reference(NamedTuple):
    """A place that refers to the symbol of a contract, outside of its home. ``spelled`` is the name as it is written,
    ``target`` the absolute path that it goes by. ``canonical``: that is the canonical path, or one that ``also-at``
    allows."""

    path: str
    line: int
    form: Form
    spelled: str
    target: str
    canonical: bool


class Shim(NamedTuple):
    """A name of a module that hands the symbol on under a second path. ``target`` is that path, ``importers`` are the
    other files that still take it from there, ``source`` is the path that it is taken from itself."""

    path: str
    line: int
    name: str
    target: str
    importers: tuple[str, ...]
    source: str = ""


class TouchingTest(NamedTuple):
    """A file with the role of tests that touches a contract. ``retired``: by a name that the contract has retired, its
    own or that of a fixture which it asks for. ``fixtures`` are those by which it does so."""

    path: str
    retired: bool
    ways: tuple[Way, ...]
    fixtures: tuple[str, ...] = ()


class PlanStep(NamedTuple):
    """A piece of work that stays the same while others go on: ``id`` says what it is about, and no line or count.
    ``title`` and ``then`` are sentences: what is to be done, and what becomes possible when it is."""

    id: str
    title: str
    tier: StepTier
    findings: tuple[Finding, ...]
    then: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(sorted({one.path for one in self.findings}))


class AliasPlace(NamedTuple):
    """A binding that gives the symbol another name than its own."""

    name: str
    path: str
    line: int
    scope: str = ""


class Birth(NamedTuple):
    """The commit along first parents that brought an alias, with the place that it had there. ``date`` is the author's.
    ``original`` is the commit of a side branch that first had it, where a merge brought it. ``commit`` and ``date`` are
    empty where the clone does not reach back to it."""

    alias: AliasPlace
    path: str
    line: int
    commit: str = ""
    date: str = ""
    original: str = ""


class Sample(NamedTuple):
    """What was found in a commit, by contract."""

    commit: str
    date: str
    findings: tuple[tuple[str, int], ...]

    def of(self, contract: str) -> int:
        return dict(self.findings).get(contract, 0)


class History(NamedTuple):
    """``samples`` are in the order of the commits, the oldest first; ``births`` by contract. ``is_shallow``: the clone
    lacks a part of the history."""

    samples: tuple[Sample, ...]
    births: tuple[tuple[str, tuple[Birth, ...]], ...]
    is_shallow: bool = False

    def of(self, contract: str) -> tuple[Birth, ...]:
        return dict(self.births).get(contract, ())


@dataclass(frozen=True, slots=True)
class Adoption:
    """References through the canonical path, and all of them."""

    canonical: int
    total: int

    @property
    def share(self) -> float:
        return self.canonical / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class ContractProgress:
    """Where the migration to one contract stands. ``findings`` are all that departs from it now. ``roles`` has the role
    of each file that is named, ``owners`` its owners."""

    contract: str
    kind: str
    symbol: str
    adoption: Adoption
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]
    tests: tuple[TouchingTest, ...]
    shims: tuple[Shim, ...]
    steps: tuple[PlanStep, ...]
    aliases: tuple[AliasPlace, ...]
    roles: dict[str, str]
    owners: dict[str, tuple[str, ...]]
    before: Adoption | None = None
    """The adoption in the older state, where two were compared."""
