"""The index → the judgements of files: the findings of all rules in each, and what they depend on. Prints nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.cache.store import digest
from ssot_lint.engine.request import Request
from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH
from ssot_lint.gather.processes import forked, processes
from ssot_lint.inference.ask import Ask, Asker
from ssot_lint.inference.targets import Targets
from ssot_lint.links.index import Index
from ssot_lint.links.module import Module
from ssot_lint.links.project import CONTRACT
from ssot_lint.links.resolve import Links
from ssot_lint.links.users import look_for_users
from ssot_lint.model.contracts import Contract
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES, UNPARSABLE
from ssot_lint.rules import PRECEDENCE, check_of
from ssot_lint.rules.evidence import Evidence, Match
from ssot_lint.settings import plugins
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings

if TYPE_CHECKING:
    from ssot_lint.rules.every_class.survey import Shared

ENOUGH = 200
"""From this number of files on it pays to start other processes."""

Read = Callable[[str], bytes]
Checks = Mapping[str, Sequence[tuple[str, Callable[[Evidence], Iterable[Match]]]]]
"""By kind of contract: the code of each rule and its function, in the order of precedence."""


class Judgement(NamedTuple):
    """The findings in one file, before anything is excused, and what they depend on besides it. ``torn``: the file
    has changed since its facts were taken; ``inferred``: inference was asked; ``seconds`` of processor time."""

    path: str
    findings: tuple[Finding, ...]
    touched: tuple[str, ...]
    torn: bool
    inferred: bool
    seconds: float


def world_of(built: Index, settings: Settings) -> Callable[[str], Index]:
    """Gives the index of the member that a file belongs to."""
    parts = Parts(settings)
    return lambda path: built.members.get(parts.folder(path), built)


def judged(request: Request, built: Index, paths: Sequence[str], how: RunOptions) -> list[Judgement]:
    """The judgements of some files."""
    if how.progress is not None:
        how.progress("check", 0, len(paths))
    judging = Judge(request, built)
    # A cluster would need nearly all that this process holds.
    workers = None if isinstance(how.workers, str) else how.workers
    count = processes(workers, len(paths), ENOUGH)
    with how.profile.stage("check"):
        for one in built.worlds if count > 1 else ():
            # Once for all processes, as nearly each file asks for it.
            with suppress(*EXHAUSTED):
                look_for_users(
                    one.project, sorted({word for links in one.links for word in links.roles.words})
                )
        return forked(lambda part: [*map(judging.judgement, part)], paths, count)


class Judge:
    """What all judgements of one state share."""

    def __init__(self, request: Request, built: Index) -> None:
        self._request = request
        self._contents = built.contents
        self._parts = Parts(request.settings)
        self._world_of = world_of(built, request.settings)
        self._targets = {one.project: Targets(one) for one in built.worlds}
        self._torn: set[str] = set()
        self._shared = _shared(self._parts, built, self._read)
        self._kinds = {links.contract.kind for one in built.worlds for links in one.links}
        self._checks: dict[tuple[str, ...], Checks] = {}

    def judgement(self, path: str) -> Judgement:
        began = time.process_time()
        world = self._world_of(path)
        asker = Asker(self._targets[world.project], world.project.by_path[path], self._read)
        found, touched = world.project.traced(partial(self._findings, world, asker), apart=True)
        asker.end()
        asker.module.forget()
        seconds = time.process_time() - began
        return Judgement(path, found, tuple(touched), path in self._torn, asker.started, seconds)

    def _findings(self, world: Index, asker: Asker) -> tuple[Finding, ...]:
        path = asker.module.file.path
        checks = self._checks_of(self._parts.of(path).settings.plugins)
        found, is_whole = _of_file(world, checks, asker, self._shared.get(path, ()))
        if not is_whole:
            # One broken file never stops a run. What is found without all evidence is not remembered.
            self._torn.add(path)
            found.append(unparsable(path, TOO_MUCH, 1))
        return tuple(found)

    def _checks_of(self, names: tuple[str, ...]) -> Checks:
        """The rules of ssot-lint and of the plugins that the settings of a file name."""
        if names not in self._checks:
            added = plugins.rules_of(names)
            rules = [
                one
                for one in PRECEDENCE
                if not (one.of_stage or one.of_project) and (not one.module or one in added)
            ]
            self._checks[names] = {
                kind: [(one.code, check_of(one)) for one in rules if one.kind == kind] for kind in self._kinds
            }
        return self._checks[names]

    def _read(self, path: str) -> bytes:
        if path in self._request.buffers:
            return self._request.buffers[path]
        try:
            data = self._request.tree.read(path, self._parts.limit(path))
        except Unreadable:
            # The file has gone meanwhile: only its facts are judged.
            data = b""
        if digest(data) != self._contents[path]:
            self._torn.add(path)
        return data


def _shared(parts: Parts, built: Index, read: Read) -> Mapping[str, tuple[Shared, ...] | None]:
    """What files share of classes without a contract, by path, where that is asked for: None for a
    file that asks too much."""
    found: dict[str, tuple[Shared, ...] | None] = {}
    for folder, one in built.by_folder.items():
        if parts.by_folder.get(folder, parts.root).settings.singletons == "all":
            from ssot_lint.rules.every_class import judge

            shared: Mapping[str, tuple[Shared, ...] | None] = {}
            with suppress(*EXHAUSTED):
                shared = judge.judged(one.project, one.links, partial(_inference, Targets(one), read))
            found.update((path, shared.get(path)) for path in one.own)
    return found


def _inference(targets: Targets, read: Read, module: Module) -> Callable[[int], Ask]:
    return Asker(targets, module, read).of


def _of_file(
    built: Index, checks: Checks, asker: Asker, shared: Iterable[Shared] | None
) -> tuple[list[Finding], bool]:
    """The findings in a file, and whether these are all. A contract that asks too much takes nothing from the
    others."""
    module = asker.module
    found: list[Finding] = []
    is_whole = shared is not None

    def look(number: int, links: Links) -> None:
        if built.concerns(links, module.file.path):
            built.project.touched.add(CONTRACT + links.contract.name)
            evidence = Evidence(links, module, asker.of(number), asker.prospects.can_fail(number))
            found.extend(_rules(checks, evidence))

    try:
        facts = module.facts
        if facts.problem:
            place = facts.problem_line, facts.problem_column
            # By which names contracts go, and so whether it matters that this is not known, all files tell.
            built.project.every()
            is_known = module.file.path in built.speaking
            return [unparsable(module.file.path, facts.problem, *place)] if is_known else [], True
        for number, links in enumerate(built.links):
            lost = links.lost
            try:
                look(number, links)
            except EXHAUSTED:
                links.lost += 1
            is_whole = is_whole and links.lost == lost
        found += (finding_of(one.code, one.match, module, one.symbol) for one in shared or ())
    except EXHAUSTED:
        is_whole = False
    return found, is_whole


def unparsable(path: str, problem: str, line: int, column: int = 0) -> Finding:
    """The finding that a file cannot be judged. ``problem`` goes on after "this file"."""
    span = Span(line, column, line, column + 1)
    return Finding(UNPARSABLE, CODES[UNPARSABLE], f"this file {problem}", path, span, suppressible=False)


def _rules(checks: Checks, evidence: Evidence) -> Iterator[Finding]:
    """The findings of all rules in one file. Where rules of one family flag the same place, only the first reports."""
    taken: set[tuple[str, int, int]] = set()
    contract = evidence.links.contract
    for code, check in checks[contract.kind]:
        for match in sorted(check(evidence), key=lambda match: (match.span, match.message)):
            place = (code[:4], match.span.line, match.span.column)
            if place in taken:
                continue
            taken.add(place)
            yield finding_of(code, match, evidence.module, contract.symbol, contract)


def finding_of(
    code: str, match: Match, module: Module, symbol: str, contract: Contract | None = None
) -> Finding:
    """The finding that a match is."""
    return Finding(
        code=code,
        name=CODES[code],
        message=match.message,
        path=module.file.path,
        span=match.span,
        severity="warning" if match.may or match.mild else "error",
        contract=contract.name if contract is not None else "",
        symbol=match.symbol or symbol,
        spelled=match.spelled,
        resolved=match.symbol or symbol,
        module=module.file.module,
        scope=match.where.scope,
        chain=match.chain,
        advice=match.advice,
        reason=contract.reason if contract is not None else "",
        suppressible=contract is None or contract.suppressible,
        may=match.may,
        likeness=match.likeness,
    )
