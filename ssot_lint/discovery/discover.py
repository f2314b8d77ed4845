"""The files of a project → proposals of contracts of all kinds, the most harmful first.

A cheap reading of all files tells which names are worth a closer look. Facts and links say what a contract for them
would be, and the engine what it finds: what is counted here is what ``check`` counts once the contract is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ssot_lint.discovery.candidates import Candidate
from ssot_lint.discovery.declared.variants import of_contracts_alone, with_parsed
from ssot_lint.discovery.draft import contract_name
from ssot_lint.discovery.kinds import bases, classes, copies, gateways, vocabularies
from ssot_lint.discovery.kinds.drafts import KINDS, Draft, Kind
from ssot_lint.discovery.observed import probes
from ssot_lint.discovery.project import SketchedProject, sketched
from ssot_lint.discovery.proposals.proposal import ContractProposal, expected, in_order, proposal
from ssot_lint.engine.copies import with_copies
from ssot_lint.model.contracts import Contract
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import Progress
from ssot_lint.model.packs import PACKS, PREFIX
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import FILE, Settings
from ssot_lint.sources import listing as files

ROUNDS: Final = 2
"""Drafts that would hide something from each other are judged one after the other, and at most in so many runs."""

MOST: Final = 40
"""So many drafts are judged, those of which most harm is to be expected: each costs as much as a contract does."""

_BROKEN = frozenset(("SOT901", "SOT902", "SOT903", "SOT907"))
"""What is found where a contract does not say what its author has meant: then it is not proposed."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """``proposals`` are in order; ``listing`` is what was looked at."""

    proposals: tuple[ContractProposal, ...]
    listing: files.Listing


def discover(
    settings: Settings, *, workers: int | None = None, progress: Progress | None = None
) -> tuple[tuple[Candidate, ...], files.Listing]:
    """The classes of a project that a contract may be for, the most evident first, and what was looked at."""
    project = sketched(settings, workers=workers, progress=progress)
    index = project.index(probes(classes.statements(project)))
    return classes.seen(project, index), project.listing


def propose(
    settings: Settings,
    kinds: Collection[Kind] = KINDS,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Discovery:
    """The contracts that are proposed for a project, besides those that it has. Nothing of it is run or changed."""
    with tempfile.TemporaryDirectory(prefix="ssot-lint-") as folder:
        project = sketched(settings, workers=workers, progress=progress, folder=folder)
        if not project.looked:
            return Discovery((), project.listing)
        found = [one for one in _drafts(project, kinds) if not _is_covered(one, settings)]
        return Discovery(in_order([*_judged(project, found)]), project.listing)


def _drafts(project: SketchedProject, kinds: Collection[Kind]) -> Iterator[Draft]:
    if not {"class", "duplicates"}.isdisjoint(kinds):
        probed = classes.statements(project) if "class" in kinds else ()
        index = project.index(probes(probed), copies="duplicates" in kinds)
        if "class" in kinds:
            yield from classes.drafts(classes.seen(project, index))
        if "duplicates" in kinds:
            asking = of_contracts_alone(project.settings, (), copies=True)
            index.links = []
            yield from copies.drafts(
                project.looked, copies.copied(with_copies(asking, index, (), project.read))
            )
    if "gateway" in kinds:
        yield from gateways.drafts(project.looked)
    if "vocabulary" in kinds:
        yield from vocabularies.drafts(project)
    if "base" in kinds:
        yield from bases.drafts(project.looked)


def _is_covered(draft: Draft, settings: Settings) -> bool:
    """Whether the settings have a contract for what a draft protects."""
    for part in Parts(settings).each():
        for contract in part.settings.contracts:
            if not _paths_of(contract).isdisjoint({draft.symbol, *draft.claims, *_expanded([draft.symbol])}):
                return True
    return False


def _paths_of(contract: Contract) -> frozenset[str]:
    named = contract.named("canonical", "implementation", "also", "rival", "primitive")
    return frozenset(_expanded(named))


def _expanded(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        yield path
        if path.startswith(PREFIX) and path.removeprefix(PREFIX) in PACKS:
            yield from PACKS[path.removeprefix(PREFIX)].primitives


def likeliest(drafts: Sequence[Draft]) -> list[Draft]:
    """Those drafts of which most harm is to be expected, in the order that they have. Gateways and bases are few, and
    in how many ways they are gone round is not known before, so they come first."""
    ranked = sorted(
        range(len(drafts)),
        key=lambda at: (drafts[at].kind not in ("gateway", "base"), -expected(drafts[at]), at),
    )
    return [drafts[at] for at in sorted(ranked[:MOST])]


def _judged(project: SketchedProject, drafts: Sequence[Draft]) -> Iterator[ContractProposal]:
    taken = {one.name for part in Parts(project.settings).each() for one in part.settings.contracts}
    named: list[tuple[str, Draft]] = []
    for draft in likeliest(drafts):
        name = contract_name(draft.stem, taken)
        taken.add(name)
        named.append((name, draft))
    for batch in _batches(named):
        found = _found(project, batch)
        for name, draft in batch:
            findings = found.get(name, [])
            if len(findings) >= draft.least and _BROKEN.isdisjoint(one.code for one in findings):
                yield proposal(draft, name, findings)


def _batches(named: Sequence[tuple[str, Draft]]) -> list[list[tuple[str, Draft]]]:
    """Drafts that can be judged together. What one contract protects is no rival of another, whatever it is called, and
    two may not protect the same: so a draft is judged apart from those whose things bear the name of its own."""
    batches: list[list[tuple[str, Draft]]] = [[] for _ in range(ROUNDS)]
    claimed: list[set[str]] = [set() for _ in range(ROUNDS)]
    called: list[set[str]] = [set() for _ in range(ROUNDS)]
    for name, draft in named:
        words = {path.rpartition(".")[2] for path in draft.claims}
        names = words | {*draft.names}
        for batch, owned, borne in zip(batches, claimed, called, strict=True):
            if owned.isdisjoint(names) and borne.isdisjoint(words):
                batch.append((name, draft))
                owned |= words
                borne |= names
                break
    return [batch for batch in batches if batch]


def _found(project: SketchedProject, batch: Sequence[tuple[str, Draft]]) -> dict[str, list[Finding]]:
    """What a run finds by the contracts of some drafts, besides those of the settings."""
    text = "\n".join("\n".join([f"[contracts.{name}]", *draft.lines, ""]) for name, draft in batch)
    settings = project.settings
    parsed = loading.parse(text.encode(), settings.root / FILE, codes=CODES)
    found: dict[str, list[Finding]] = {}
    for one in project.check(with_parsed(settings, parsed)).findings:
        found.setdefault(one.contract, []).append(one)
    return found


__all__ = ["Discovery", "discover", "likeliest", "propose"]
