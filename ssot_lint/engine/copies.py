"""The index with its sketches → the findings of SOT402. Prints nothing.

They are made from all files at once, and so made anew whenever anything has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ssot_lint.engine.judgements import finding_of
from ssot_lint.findings import comments
from ssot_lint.links.index import Index
from ssot_lint.links.project import NOBODY, Module, neighbours
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import Comment, Finding, Span
from ssot_lint.model.rules import CODES, NEAR_COPY
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.exclusions import Lineage, is_foreign
from ssot_lint.rules.copies.survey import CopySurvey
from ssot_lint.rules.duplication import near_copy
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings

_FAMILY = NEAR_COPY[:4]


def with_copies(settings: Settings, built: Index, found: Iterable[Finding]) -> list[Finding]:
    """Some findings, and those of SOT402 at places where no other rule of the family has found anything for the same
    contract. What a contract forbids is told once: not also as a copy of anything."""
    found = list(found)
    taken: dict[tuple[str, int], set[str]] = {}
    for one in found:
        if one.code.startswith(_FAMILY):
            taken.setdefault((one.path, one.span.line), set()).add(one.contract)
    for one in _copies(settings, built):
        told = taken.setdefault((one.path, one.span.line), set())
        if one.contract not in told and (one.contract or not told):
            told.add(one.contract)
            found.append(one)
    return found


def _copies(settings: Settings, built: Index) -> Iterator[Finding]:
    parts = Parts(settings)
    for folder, world in built.by_folder.items():
        own = parts.by_folder.get(folder, parts.root).settings
        modules = _modules(world)
        definitions = [
            ComparedDefinition(module.file, module.name, sketch)
            for path, module in sorted(modules.items())
            for sketch in built.sketches[path].definitions
        ]
        survey = CopySurvey(
            [one for one in definitions if not is_foreign(one.file.path)],
            Lineage(definitions, modules),
            [links for links in world.links if _forbids_copies(links.contract)],
            own.similarity if own.duplicates == "all" else None,
            _Excused(built.comments),
        )
        for one in near_copy.check(survey):
            contract = one.links.contract if one.links is not None else None
            module = modules[one.definition.file.path]
            yield finding_of(NEAR_COPY, one.match, module, one.match.symbol, contract)


def _forbids_copies(contract: object) -> bool:
    return isinstance(contract, ClassContract) and contract.duplicates == "similar"


def _modules(world: Index) -> dict[str, Module]:
    """The files of one world that have sketches, without facts."""
    if world.world is not None:
        files, beside = world.world.files, world.world.beside
    else:
        files = {file.path: file for file in world.listing.files}
        beside = neighbours(world.listing.files)
    return {
        path: Module(file, Facts(), beside=beside.get(path, NOBODY))
        for path, file in files.items()
        if path in world.sketches
    }


class _Excused:
    """Whether a comment excuses what is found at a definition."""

    def __init__(self, spoken: Mapping[str, tuple[Comment, ...]]) -> None:
        self._spoken = spoken

    def __call__(self, one: ComparedDefinition) -> bool:
        here = self._spoken.get(one.file.path)
        if not here:
            return False
        line = one.sketch.span.line
        probe = Finding(NEAR_COPY, CODES[NEAR_COPY], "", one.file.path, Span(line, 0, line, 0))
        return comments.excused(probe, map(comments.use_of, here)) is not None
