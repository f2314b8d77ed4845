"""Settings and memory → the verdict on a project: the index, and all rules on each file. Prints nothing.

Here is all the work that is done when something has changed, and everything that is imported for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from ssot_lint.cache.memory import Memory, Verdict
from ssot_lint.cache.store import digest
from ssot_lint.engine.judgements import judged, unparsable, world_of
from ssot_lint.engine.request import Request
from ssot_lint.engine.still_valid import Now, holding
from ssot_lint.engine.traces import KnownFacts, Rows, Traces, traces
from ssot_lint.links import rounds
from ssot_lint.links.index import Index, Rounds
from ssot_lint.links.speech import WordsOfFacts
from ssot_lint.links.users import known_users, renew
from ssot_lint.model.errors import Damaged
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.rules.health import contract_health
from ssot_lint.settings.members import Parts


class FreshVerdict(NamedTuple):
    """A verdict that this run has made. ``pieces`` are what the run remembers beside the verdict, where it remembers
    anything; ``relevant`` are the files that have facts or sketches; ``built`` is the index that it was made from, and
    ``building`` can go on with it. ``touched`` has by path the key of the facts that were judged, and what was touched
    for that."""

    verdict: Verdict
    pieces: Mapping[str, object]
    relevant: Collection[str]
    built: Index
    building: rounds.Building
    touched: Mapping[str, tuple[str, Iterable[str]]]


def judge(request: Request, memory: Memory, how: RunOptions) -> FreshVerdict:
    """Judges the files that are wanted. On others the verdict has what the last run found, where that still holds."""
    settings = request.settings
    building = rounds.begun(settings, memory, request.buffers, how)
    built = building.index
    last = memory.recalled(Traces, "traces")
    facts = _facts(memory, built, dict(last.facts) if last is not None else {})
    kept, old = _kept(request, memory, last, facts, built)
    missing = [path for path in sorted(built.project.by_path) if path not in kept]
    paths = [path for path in missing if request.wants(path)]
    found: list[Finding] = [unparsable(path, problem, 1) for path, problem in built.unreadable.items()]
    found += (finding for path in kept for finding in old.get(path, ()))
    touched: dict[str, tuple[str, Iterable[str]]] = {**kept}
    how.profile.count("that matter", len(built.keys))
    how.profile.count("judged", len(paths))
    for one in judged(request, built, paths, how):
        how.profile.spent(one.path, one.seconds)
        how.profile.count("of these with inference", one.inferred)
        found += one.findings
        # A judgement of two states of a file is not used again.
        touched[one.path] = "" if one.torn else built.keys[one.path], one.touched
        if one.torn:
            memory.doubt(one.path)
    further: dict[str, object] = {}
    if built.sketches:
        from ssot_lint.engine.copies import KnownScores, Scores, with_copies
        from ssot_lint.engine.copy_takers import reader

        with how.profile.stage("compare sketches"):
            scores = Scores(memory.recalled(KnownScores, "scores"))
            found = with_copies(settings, built, found, reader(request), scores)
            further["scores"] = scores.used
    about = tuple(contract_health.findings(settings, built, building.source.tree.unseen))
    if any(links.lost for one in built.worlds for links in one.links):
        # The next run may have more memory.
        for path in built.keys:
            memory.doubt(path)
        touched = {path: ("", some) for path, (_, some) in touched.items()}
    notes = (note for one in built.worlds if one.world for note in one.world.notes)
    verdict = Verdict(
        found=tuple(sorted(found, key=lambda one: (one.path, one.span))),
        about=about,
        open=tuple(sorted({*missing} - {*paths})),
        paths=tuple(file.path for file in built.listing.files),
        comments=tuple(sorted(built.comments.items())),
        notes=(*built.listing.notes, *notes),
    )
    pieces: dict[str, object] = {}
    if memory.keeps:
        # With members one path may lead to several things.
        users = partial(known_users, built.project) if built.world is None else None
        basis = frozenset[str]().union(*(links.basis for one in built.worlds for links in one.links))
        pieces = {"traces": traces(basis, facts, touched, users), **building.pieces(), **further}
    return FreshVerdict(verdict, pieces, {*built.keys, *built.sketches}, built, building, touched)


def _facts(memory: Memory, built: Index, before: Mapping[str, KnownFacts]) -> dict[str, KnownFacts]:
    """The key and the digest of all facts. Under the same key they say what they said before."""
    return {
        path: before[path]
        if path in before and before[path].key == key
        else KnownFacts(key, digest(memory.store.get(key)))
        for path, key in built.keys.items()
    }


def _kept(
    request: Request, memory: Memory, traced: Traces | None, facts: Mapping[str, KnownFacts], built: Index
) -> tuple[Rows, dict[str, list[Finding]]]:
    """What the judgements of the last run touched that still hold, and all findings of that run by path. The index
    takes over which users of a path are known."""
    settings, last = request.settings, memory.last
    # Classes without a contract are judged for all files at once.
    shared = any(part.settings.singletons == "all" for part in Parts(settings).each())
    if last is None or traced is None or shared or memory.moved is None:
        return {}, {}
    if not traced.is_whole:
        raise Damaged("traces of something else")
    speech = WordsOfFacts(memory, built.keys)
    elsewhere = speech.elsewhere(settings, [row.path for row in traced.rows if traced.infers(row)])
    if elsewhere is None:
        return {}, {}
    if not memory.keeps:
        # Nobody will ask for what is found in other files.
        traced = traced._replace(rows=tuple(row for row in traced.rows if request.wants(row.path)))
    worlds = world_of(built, settings)
    asked = memory.recalled(Rounds, rounds.ASKED)
    may_be_others = asked.concerning(built) if asked is not None else None

    def concerned(path: str) -> set[str] | None:
        if may_be_others is not None and not may_be_others(path):
            return None
        world = worlds(path)
        return {links.contract.name for links in world.links if world.concerns(links, path)}

    now = Now(
        facts,
        speech.facts,
        [one.project for one in built.worlds],
        memory.moved,
        speech.names if built.world is None else lambda path: (),
        elsewhere,
        speech.of,
        concerned,
    )
    rows, known, changed = holding(traced, now)
    if built.world is None:
        renew(built.project, known, {}, changed)
    found: dict[str, list[Finding]] = {}
    for finding in last.found:
        # Copies are looked for anew among all files.
        if finding.likeness:
            continue
        # A fix depends on more than what a finding depends on.
        found.setdefault(finding.path, []).append(finding._replace(fix=None))
    return rows, found
