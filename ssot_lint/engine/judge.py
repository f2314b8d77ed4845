"""Settings and memory → the verdict on a project: the index, and all rules on each file. Prints nothing.

Here is all the work that is done when something has changed, and everything that is imported for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.cache.codec import Damaged
from ssot_lint.cache.memory import Memory, Verdict
from ssot_lint.cache.store import digest
from ssot_lint.engine.mentions import Speech
from ssot_lint.engine.still_valid import Now, holding
from ssot_lint.engine.traces import Known, Rows, Traces, traces
from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH
from ssot_lint.gather.processes import forked, processes
from ssot_lint.inference.ask import Ask, Asker
from ssot_lint.links import index, rounds
from ssot_lint.links.index import Index
from ssot_lint.links.project import CONTRACT, Module
from ssot_lint.links.resolve import Links
from ssot_lint.links.users import look_for_users
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.options import How
from ssot_lint.model.rules import CODES
from ssot_lint.rules import PRECEDENCE, check_of
from ssot_lint.rules.evidence import Evidence, Match
from ssot_lint.rules.health import contract_health
from ssot_lint.settings.members import ROOT, Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import tree as trees

if TYPE_CHECKING:
    from ssot_lint.rules.every_class import Found


def verdict(
    settings: Settings,
    memory: Memory,
    buffers: Mapping[str, bytes],
    wanted: Callable[[str], bool] | None,
    how: How,
) -> tuple[Verdict, Mapping[str, object], Collection[str]]:
    """The verdict on the files that are wanted (None: on all), and on others as far as it is known; all that is to be
    remembered, the verdict included; and the files that have facts."""
    built = rounds.build(settings, memory, buffers, how)
    last = memory.recalled(Traces, "traces")
    facts = _facts(memory, built, dict(last.facts) if last is not None else {})
    kept, old = _kept(settings, memory, last, facts, built)
    missing = [path for path in sorted(built.project.by_path) if path not in kept]
    paths = [path for path in missing if wanted is None or wanted(path)]
    found: list[Finding] = [_finding_900(path, problem, 1) for path, problem in built.unreadable.items()]
    found += (finding for path in kept for finding in old.get(path, ()))
    touched: dict[str, tuple[str, Iterable[str]]] = {**kept}
    how.profile.count("that matter", len(built.keys))
    how.profile.count("judged", len(paths))
    for one in judged(settings, memory.tree, built, paths, buffers, how):
        how.profile.spent(one.path, one.seconds)
        how.profile.count("of these with inference", one.inferred)
        found += one.findings
        # No later run trusts what was made from two states of a file.
        touched[one.path] = "" if one.torn else built.keys[one.path], one.touched
        if one.torn:
            memory.doubt(one.path)
    about = tuple(contract_health.findings(settings, built))
    if any(links.lost for one in built.worlds for links in one.links):
        # There may be more room the next time.
        for path in built.keys:
            memory.doubt(path)
        touched = {path: ("", some) for path, (_, some) in touched.items()}
    verdict = Verdict(
        found=tuple(sorted(found, key=lambda one: (one.path, one.span))),
        about=about,
        open=tuple(sorted({*missing} - {*paths})),
        paths=tuple(file.path for file in built.listing.files),
        comments=tuple(sorted(built.comments.items())),
        notes=(
            *built.listing.notes,
            *(note for one in built.worlds if one.world for note in one.world.notes),
        ),
    )
    # In the worlds of members one path may lead to several things.
    users = built.project.users if built.world is None else {}
    basis = frozenset[str]().union(*(links.basis for one in built.worlds for links in one.links))
    pieces = {
        "verdict": verdict,
        "traces": traces(basis, facts, touched, users),
        "asked": index.asked(built),
    }
    return verdict, pieces, built.keys


def _facts(memory: Memory, built: Index, before: Mapping[str, Known]) -> dict[str, Known]:
    """What is known of all facts: those that were there before still say the same."""
    return {
        path: before[path]
        if path in before and before[path].key == key
        else Known(key, digest(memory.store.get(key)))
        for path, key in built.keys.items()
    }


def _kept(
    settings: Settings, memory: Memory, traced: Traces | None, facts: Mapping[str, Known], built: Index
) -> tuple[Rows, dict[str, list[Finding]]]:
    """What was touched for the judgements of the last run that still hold, and all its findings by path. The index is
    told who uses a path, as far as that is known."""
    last = memory.last
    # What the files share of classes without a contract is judged for all of them at once.
    shared = any(part.settings.singletons == "all" for part in Parts(settings).each())
    if last is None or traced is None or shared or memory.moved is None:
        return {}, {}
    if not traced.is_whole:
        raise Damaged("traces of something else")
    speech = Speech(memory, facts)
    elsewhere = speech.elsewhere(settings, [row.path for row in traced.rows if traced.infers(row)])
    if elsewhere is None:
        return {}, {}
    parts = Parts(settings)

    def world_of(path: str) -> Index:
        return built.by_member.get(parts.folder(path), built)

    now = Now(
        facts,
        speech.facts,
        [one.project for one in built.worlds],
        memory.moved,
        speech.names if built.world is None else lambda path: (),
        elsewhere,
        speech.of,
        lambda path: {
            links.contract.name for links in world_of(path).links if world_of(path).concerns(links, path)
        },
    )
    rows, known = holding(traced, now)
    if built.world is None:
        built.project.users.update(known)
    found: dict[str, list[Finding]] = {}
    for finding in last.found:
        found.setdefault(finding.path, []).append(finding)
    return rows, found


class Judged(NamedTuple):
    """The findings in one file, before anything is excused, and what they depend on besides it. ``torn``: the file
    has changed since its facts were taken; ``inferred``: inference was asked; ``seconds`` of processor time."""

    path: str
    findings: tuple[Finding, ...]
    touched: tuple[str, ...]
    torn: bool
    inferred: bool
    seconds: float


def judged(
    settings: Settings,
    tree: trees.Tree,
    built: Index,
    paths: Sequence[str],
    buffers: Mapping[str, bytes],
    how: How,
) -> list[Judged]:
    """The judgements of some files that can matter."""

    torn: set[str] = set()
    parts = Parts(settings)
    worlds = {path: built.by_member.get(parts.folder(path), built) for path in paths}

    def read(path: str) -> bytes:
        if path in buffers:
            return buffers[path]
        try:
            data = tree.read(path, parts.limit(path))
        except trees.Unreadable:
            # It has gone meanwhile: its facts alone are judged.
            data = b""
        if digest(data) != built.contents[path]:
            torn.add(path)
        return data

    if how.progress is not None:
        how.progress("check", 0, len(paths))
    shared = _shared(parts, built, read)
    checks = [(rule.code, check_of(rule)) for rule in PRECEDENCE if not rule.of_stage]

    def findings(asker: Asker) -> tuple[Finding, ...]:
        path = asker.module.file.path
        found, is_whole = _of_file(worlds[path], checks, asker, shared.get(path, ()))
        if not is_whole:
            # One broken file never stops a run, and what is said of it without all evidence is not remembered.
            torn.add(path)
            found.append(_finding_900(path, TOO_MUCH, 1))
        return tuple(found)

    def judge(part: Sequence[str]) -> list[Judged]:
        done = []
        for path in part:
            began = time.process_time()
            project = worlds[path].project
            asker = Asker(worlds[path], project.by_path[path], read)
            found, touched = project.traced(partial(findings, asker), apart=True)
            asker.module.facts.forget()
            seconds = time.process_time() - began
            done.append(Judged(path, found, tuple(touched), path in torn, asker.started, seconds))
        return done

    # What a cluster would have to be sent for this is nearly all that there is.
    workers = None if isinstance(how.workers, str) else how.workers
    count = processes(workers, len(paths), ENOUGH)
    with how.profile.stage("check"):
        for one in built.worlds if count > 1 else ():
            # Once for all processes, as nearly each file asks for it.
            with suppress(*EXHAUSTED):
                look_for_users(
                    one.project, sorted({word for links in one.links for word in links.roles.words})
                )
        return forked(judge, paths, count)


ENOUGH = 200
"""So many files that can matter are worth the start of other processes."""


def _shared(
    parts: Parts, built: Index, read: Callable[[str], bytes]
) -> Mapping[str, tuple[Found, ...] | None]:
    """What the files share of classes without a contract, where that is asked for: None of one that asks too much."""
    found: dict[str, tuple[Found, ...] | None] = {}
    for folder, one in (built.by_member or {ROOT: built}).items():
        if parts.by_folder.get(folder, parts.root).settings.singletons == "all":
            from ssot_lint.rules import every_class

            shared: Mapping[str, tuple[Found, ...] | None] = {}
            with suppress(*EXHAUSTED):
                shared = every_class.judged(one.project, one.links, partial(_inference, one, read))
            found.update((path, shared.get(path)) for path in one.own)
    return found


def _inference(index: Index, read: Callable[[str], bytes], module: Module) -> Callable[[int], Ask]:
    return Asker(index, module, read).of


Checks = Sequence[tuple[str, Callable[[Evidence], Iterable[Match]]]]


def _of_file(
    built: Index, checks: Checks, asker: Asker, shared: Iterable[Found] | None
) -> tuple[list[Finding], bool]:
    """The findings in a file, and whether these are all: what one contract asks too much is no matter of others."""
    module = asker.module
    found: list[Finding] = []
    is_whole = shared is not None

    def look(number: int, links: Links) -> None:
        if built.concerns(links, module.file.path):
            built.project.touched.add(CONTRACT + links.contract.name)
            found.extend(_rules(checks, Evidence(links, module, asker.of(number))))

    try:
        facts = module.facts
        if facts.problem:
            place = facts.problem_line, facts.problem_column
            is_known = module.file.path in built.speaking
            return [_finding_900(module.file.path, facts.problem, *place)] if is_known else [], True
        for number, links in enumerate(built.links):
            lost = links.lost
            try:
                look(number, links)
            except EXHAUSTED:
                links.lost += 1
            is_whole = is_whole and links.lost == lost
        found += (_finding(one.code, one.match, module, one.symbol) for one in shared or ())
    except EXHAUSTED:
        is_whole = False
    return found, is_whole


def _finding_900(path: str, problem: str, line: int, column: int = 0) -> Finding:
    span = Span(line, column, line, column + 1)
    return Finding("SOT900", CODES["SOT900"], f"this file {problem}", path, span, suppressible=False)


def _rules(checks: Checks, evidence: Evidence) -> Iterator[Finding]:
    """All rules on one file; of the rules of a family that flag one place the first alone reports."""
    taken: set[tuple[str, int, int]] = set()
    for code, check in checks:
        for match in sorted(check(evidence), key=lambda match: (match.span, match.message)):
            place = (code[:4], match.span.line, match.span.column)
            if place in taken:
                continue
            taken.add(place)
            yield _finding(code, match, evidence.module, evidence.canonical, evidence.contract)


def _finding(
    code: str, match: Match, module: Module, symbol: str, contract: ClassContract | None = None
) -> Finding:
    return Finding(
        code=code,
        name=CODES[code],
        message=match.message,
        path=module.file.path,
        span=match.span,
        severity="warning" if match.may else "error",
        contract=contract.name if contract is not None else "",
        symbol=symbol,
        spelled=match.spelled,
        resolved=symbol,
        module=module.file.module,
        scope=match.where.scope,
        chain=match.chain,
        advice=match.advice,
        reason=contract.reason if contract is not None else "",
        suppressible=contract is None or contract.suppressible,
    )
