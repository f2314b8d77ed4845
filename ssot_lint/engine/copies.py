"""The index with its sketches → the findings of SOT402. Prints nothing.

They are made from all files at once, and so made anew whenever anything has changed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.engine.copy_takers import taken
from ssot_lint.engine.judgements import Read, finding_of
from ssot_lint.findings import comments, exemptions
from ssot_lint.links.index import Index
from ssot_lint.links.module import NOBODY, Beside, Module
from ssot_lint.links.neighbours import neighbours
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import Comment, File, Finding, Span
from ssot_lint.model.rules import CODES, NEAR_COPY
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.exclusions import BasesInCommon, is_foreign
from ssot_lint.rules.copies.likeness import score
from ssot_lint.rules.copies.survey import CopySurvey, protected_by
from ssot_lint.rules.duplication import near_copy
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings

_FAMILY = NEAR_COPY[:4]


class KnownScores(NamedTuple):
    """The scores of pairs, by the contents of both."""

    rows: tuple[tuple[str, str, float], ...] = ()


class Scores:
    """Gives the scores of pairs: those of the last run are known, as they depend on nothing but the pair."""

    def __init__(self, known: KnownScores | None = None) -> None:
        self._known = {(first, second): score for first, second, score in known.rows} if known else {}
        self._used: dict[tuple[str, str], float] = {}

    def __call__(self, one: ComparedDefinition, other: ComparedDefinition) -> float:
        first, second = sorted((one.sketch.content, other.sketch.content))
        found = self._known.get((first, second))
        if found is None:
            found = score(one, other)
        self._used[first, second] = found
        return found

    @property
    def used(self) -> KnownScores:
        """Those that were asked for."""
        return KnownScores(tuple(sorted((*pair, found) for pair, found in self._used.items())))


def with_copies(
    settings: Settings, built: Index, found: Iterable[Finding], read: Read, scores: Scores | None = None
) -> list[Finding]:
    """Some findings, and those about copies at places where no other rule of the family has found anything for the
    same contract. What a contract forbids is told once: not also as a copy of anything. ``read`` gives the bytes of a
    file."""
    found = list(found)
    taken: dict[tuple[str, int], set[str]] = {}
    for one in found:
        if one.code.startswith(_FAMILY):
            taken.setdefault((one.path, one.span.line), set()).add(one.contract)
    for one in _copies(settings, built, scores or Scores(), read):
        told = taken.setdefault((one.path, one.span.line), set())
        if one.contract not in told and (one.contract or not told):
            told.add(one.contract)
            found.append(one)
    return found


def _copies(settings: Settings, built: Index, scores: Scores, read: Read) -> Iterator[Finding]:
    parts = Parts(settings)
    for folder, world in built.by_folder.items():
        own = parts.by_folder.get(folder, parts.root).settings
        modules = _modules(built, world)
        definitions = _definitions(built, modules)
        contracts = [links for links in world.links if _forbids_copies(links.contract, own)]
        survey = CopySurvey(
            [one for one in definitions if not is_foreign(one.file.path)],
            BasesInCommon(definitions, modules),
            _originals(contracts, [*definitions, *_definitions(built, _others(built, world, contracts))]),
            [links for links in contracts if _is_similar(links.contract)],
            own.similarity if own.duplicates == "all" else None,
            _Excused(built.comments, parts),
            scores,
        )
        copied = list(near_copy.check(survey))
        for one in copied:
            contract = one.links.contract if one.links is not None else None
            module = modules[one.definition.file.path]
            yield finding_of(NEAR_COPY, one.match, module, one.match.symbol, contract)
        yield from taken(copied, modules, read)


def _forbids_copies(contract: Contract, own: Settings) -> bool:
    """Whether SOT402 has to know what a contract protects."""
    is_asked = _is_similar(contract) or own.duplicates == "all"
    return is_asked and isinstance(contract, ClassContract) and contract.duplicates != "off"


def _is_similar(contract: Contract) -> bool:
    return isinstance(contract, ClassContract) and contract.duplicates == "similar"


def _originals(
    contracts: Iterable[Links], definitions: Iterable[ComparedDefinition]
) -> dict[str, list[ComparedDefinition]]:
    """The definitions that contracts protect, by dotted path."""
    paths = frozenset[str]().union(*map(protected_by, contracts))
    found: dict[str, list[ComparedDefinition]] = {}
    for one in definitions:
        if one.dotted in paths:
            found.setdefault(one.dotted, []).append(one)
    return found


def _definitions(built: Index, modules: Mapping[str, Module]) -> list[ComparedDefinition]:
    return [
        ComparedDefinition(module.file, module.name, sketch)
        for path, module in sorted(modules.items())
        for sketch in built.sketches[path].definitions
    ]


def _modules(built: Index, world: Index) -> dict[str, Module]:
    """The files of one world that have sketches, without facts."""
    if world.world is not None:
        return _bare(built, world.world.files.values(), world.world.beside)
    return _bare(built, world.listing.files, neighbours(world.listing.files))


def _others(built: Index, world: Index, contracts: Sequence[Links]) -> dict[str, Module]:
    """The files of other worlds, where a contract may protect something in them."""
    return _bare(built, world.world.others.values(), {}) if world.world is not None and contracts else {}


def _bare(built: Index, files: Iterable[File], beside: Mapping[str, Beside]) -> dict[str, Module]:
    return {
        file.path: Module(file, Facts(), beside=beside.get(file.path, NOBODY))
        for file in files
        if file.path in built.sketches
    }


class _Excused:
    """Whether a comment or an exemption excuses what is found at a definition. Whether the day of an exemption has
    passed is not asked here: it decides only which other copy is named."""

    def __init__(self, spoken: Mapping[str, tuple[Comment, ...]], parts: Parts) -> None:
        self._spoken = spoken
        self._parts = parts
        self._exempting = {
            part.base: exemptions.uses_of(part, datetime.date.min)
            for part in parts.each()
            if part.settings.exemptions
        }

    def __call__(self, one: ComparedDefinition) -> bool:
        here = self._spoken.get(one.file.path)
        if not (here or self._exempting):
            return False
        line = one.sketch.span.line
        probe = Finding(
            NEAR_COPY,
            CODES[NEAR_COPY],
            "",
            one.file.path,
            Span(line, 0, line, 0),
            symbol=one.dotted,
            spelled=one.sketch.name,
        )
        if here and comments.excused(probe, map(comments.use_of, here)) is not None:
            return True
        uses = self._exempting.get(self._parts.of(one.file.path).base, ())
        return any(use.covers(probe) for use in uses)
