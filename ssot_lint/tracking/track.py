"""Settings and a state of a project → where the migration to each contract stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.engine.survey import StateSurvey, surveyed
from ssot_lint.links.index import Index
from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import File, Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.rules.evidence import Evidence
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.tree import Tree
from ssot_lint.tracking.fixtures import Fixtures
from ssot_lint.tracking.names import aliases_in, shims_in
from ssot_lint.tracking.progress import Adoption, ContractProgress, Reference, Shim, StepTier
from ssot_lint.tracking.references import every, evidence_of, references_in
from ssot_lint.tracking.steps import by_importers, steps_of
from ssot_lint.tracking.substitutes import substitutes
from ssot_lint.tracking.tiers import LARGE, tiers
from ssot_lint.tracking.touching import test_files, tests_of

OwnersOf = Callable[[str], tuple[str, ...]]


class TrackOptions(NamedTuple):
    """``contracts`` are the names of those that are tracked. ``mentions``: as for ``fix``. ``added``: whether a finding
    counts, where only those are asked about that a change has added."""

    contracts: Sequence[str]
    owners_of: OwnersOf = lambda path: ()
    mentions: Callable[[str], str] = lambda path: ""
    added: Callable[[Finding], bool] | None = None


def track(
    settings: Settings, wanted: TrackOptions, how: RunOptions, tree: Tree | None = None
) -> tuple[ContractProgress, ...]:
    """The progress of each contract, in the order in which they are asked for. Prints and writes nothing."""
    tree = tree or Disk(os.path.realpath(settings.root))
    findings, files = surveyed(settings, how, lambda one: (one.report.findings, one.report.indexed), tree)
    own = [one for one in findings if one.contract in wanted.contracts]
    # Repairs that are tried need an index of their own. So the first is let go, and made again from remembered facts.
    told = tiers(settings, own, how, tree, wanted.mentions, is_large=files > LARGE) if own else {}

    def work(survey: StateSurvey) -> tuple[ContractProgress, ...]:
        given = _Given(told, _Bytes(settings, tree), None if isinstance(how.workers, str) else how.workers)
        return tuple(_progress(survey, name, wanted, given) for name in wanted.contracts)

    return surveyed(settings, how, work, tree)


def adoptions(
    settings: Settings, contracts: Sequence[str], how: RunOptions, tree: Tree
) -> dict[str, Adoption]:
    """The adoption of some contracts in another state."""

    def work(survey: StateSurvey) -> dict[str, Adoption]:
        reader = _Bytes(settings, tree)
        return {
            name: _adoption(
                survey, name, _references(survey.built, name), _of(survey.report.findings, name), reader
            )
            for name in contracts
        }

    return surveyed(settings, how, work, tree)


class _Bytes:
    """Gives the bytes of files, each read once."""

    def __init__(self, settings: Settings, tree: Tree) -> None:
        self._limit, self._tree = Parts(settings).limit, tree
        self._known: dict[str, bytes | None] = {}

    def __call__(self, path: str) -> bytes | None:
        if path not in self._known:
            try:
                self._known[path] = self._tree.read(path, self._limit(path))
            except Unreadable:
                self._known[path] = None
        return self._known[path]


class _Given(NamedTuple):
    """What all contracts share. ``workers`` is the number of processes, None as many as it is worth."""

    tiers: Mapping[Finding, StepTier]
    read: _Bytes
    workers: int | None

    def fixtures(self, files: Mapping[str, File], built: Index) -> Fixtures:
        return Fixtures(files, built.project, self.read, self.workers)


def _of(findings: Sequence[Finding], contract: str) -> list[Finding]:
    return [one for one in findings if one.contract == contract]


def _references(built: Index, contract: str) -> tuple[Reference, ...]:
    found = (
        one for links, module in every(built, contract) for one in references_in(evidence_of(links, module))
    )
    return tuple(sorted(found))


def _adoption(
    survey: StateSurvey,
    contract: str,
    references: Sequence[Reference],
    findings: Sequence[Finding],
    read: Callable[[str], bytes | None],
) -> Adoption:
    declared = contract_of(survey.built, contract)
    if isinstance(declared, ClassContract) or declared is None:
        return Adoption(sum(one.canonical for one in references), len(references))
    # Of the other kinds a place that departs is no reference to the symbol.
    places = {(one.path, one.span) for one in findings if not one.code.startswith("SOT9")}
    if declared.named("primitive"):
        canonical = substitutes(survey.built, str(getattr(declared, "use", "")), read)
        return Adoption(canonical, canonical + len(places))
    canonical = sum(one.canonical for one in references)
    return Adoption(canonical, len(references) + len(places))


def contract_of(built: Index, name: str) -> Contract | None:
    """The contract of a name, as some part of the project declares it."""
    return next(
        (links.contract for world in built.worlds for links in world.links if links.contract.name == name),
        None,
    )


def _progress(survey: StateSurvey, name: str, wanted: TrackOptions, given: _Given) -> ContractProgress:
    built = survey.built
    declared = contract_of(built, name)
    evidences = [evidence_of(links, module) for links, module in every(built, name)]
    references = tuple(sorted(one for evidence in evidences for one in references_in(evidence)))
    findings = _of(survey.report.findings, name)
    files = test_files(built.listing.files)
    shims: Collection[Shim] = ()
    if isinstance(declared, ClassContract):
        shims = {(one.path, one.name): one for evidence in evidences for one in shims_in(evidence)}.values()
    shown = [one for one in findings if wanted.added is None or wanted.added(one)]
    paths = {one.path for one in references} | {one.path for one in findings} | {one.path for one in shims}
    return ContractProgress(
        contract=name,
        kind=declared.kind if declared is not None else "",
        symbol=declared.symbol if declared is not None else "",
        adoption=_adoption(survey, name, references, findings, given.read),
        references=references,
        findings=tuple(shown),
        tests=tests_of(evidences, findings, files, lambda: given.fixtures(files, built)),
        shims=by_importers(shims),
        steps=steps_of(name, shown, [*shims], given.tiers),
        aliases=tuple(
            sorted({one for each in evidences for one in aliases_in(each)}, key=lambda one: one[1:])
        )
        if isinstance(declared, ClassContract)
        else (),
        roles={path: _role(path, files, evidences) for path in sorted(paths)},
        owners={path: wanted.owners_of(path) for path in sorted(paths)},
    )


def _role(path: str, tests: Collection[str], evidences: Sequence[Evidence]) -> str:
    if path in tests:
        return "tests"
    own = next((one for one in evidences if one.module.file.path == path), None)
    if own is not None and isinstance(own.links.contract, ClassContract) and own.contract.build_in:
        if own.links.roles.may_build(own.module):
            return "composition root"
    return "production"


__all__ = ["TrackOptions", "adoptions", "contract_of", "track"]
