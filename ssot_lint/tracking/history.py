"""A range of commits → what was found in some of them, and when each alias was born. Reads git's objects only.

Today's settings judge the past. What was found out about a commit is remembered, as a commit does not change.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from ssot_lint.engine import run
from ssot_lint.engine.survey import StateSurvey, surveyed
from ssot_lint.findings.baseline_file import NONE
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.errors import GitUnusable
from ssot_lint.model.options import Progress, RunOptions
from ssot_lint.model.wording import shown
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import ancestry, git, snapshot
from ssot_lint.tracking.births import Births, words_of
from ssot_lint.tracking.memory import CommitMemory, StateAliases
from ssot_lint.tracking.names import aliases_in
from ssot_lint.tracking.progress import AliasPlace, Birth, History, Sample
from ssot_lint.tracking.references import every, evidence_of
from ssot_lint.tracking.remembered import remembered


class Range(NamedTuple):
    """The commits of a range along first parents, the oldest first, in the repository ``top``; ``prefix`` is the way
    from there to the project, empty or with a slash at its end."""

    top: str
    prefix: str
    commits: tuple[ancestry.CommitEntry, ...]

    def tree(self, commit: str) -> snapshot.Snapshot:
        return snapshot.of_commit(self.top, commit).below(self.prefix.rstrip("/") or ".")


class _Looking(NamedTuple):
    """How the past is judged, where it is remembered, and who is told how far it is."""

    how: RunOptions
    memory: CommitMemory
    progress: Progress | None


def commits_of(root: Path, text: str) -> Range:
    """The commits of ``OLD..NEW``, as git means it: those of NEW that OLD does not reach. GitUnusable where there is
    no repository, no such commit, or nothing in the range."""
    old, dots, new = text.partition("..")
    if not dots or new.startswith(".") or ".." in new:
        raise GitUnusable(f"{shown(text)} is no range: write OLD..NEW, as in `v1.0..HEAD`")
    real = os.path.realpath(root)
    top = git.repository(real) or (real if git.is_bare(real) else None)
    if top is None:
        raise GitUnusable(f"{shown(os.path.relpath(real))} is in no git repository")
    first, last = git.commit(top, old or "HEAD"), git.commit(top, new or "HEAD")
    found = ancestry.first_parents(top, last, first)
    if not found:
        back = ancestry.first_parents(top, first, last)
        near = f"; did you mean `{new or 'HEAD'}..{old or 'HEAD'}`?" if back else ""
        raise GitUnusable(f"no commit lies in {shown(text)}{near}")
    prefix = "" if real == top else f"{os.path.relpath(real, top).replace(os.sep, '/')}/"
    return Range(top, prefix, tuple(reversed(found)))


def spread(commits: Sequence[ancestry.CommitEntry], most: int) -> list[ancestry.CommitEntry]:
    """At most so many of the commits, evenly, with the first and the last; of one alone the last."""
    if len(commits) <= most:
        return [*commits]
    if most == 1:
        return [commits[-1]]
    return [commits[round(at * (len(commits) - 1) / (most - 1))] for at in range(most)]


def history(
    settings: Settings, contracts: Sequence[str], asked: Range, samples: int, how: RunOptions
) -> History:
    """What was found in some commits of a range, and the births of the aliases that its last commit has. Births may lie
    before the range."""
    chosen = spread(asked.commits, samples)
    plain = RunOptions(how.workers, how.cache, how.folder)
    given = _Looking(plain, CommitMemory(settings, asked.prefix, how), how.progress)
    found = []
    for number, commit in enumerate(chosen):
        if how.progress is not None:
            how.progress("history", number, len(chosen))
        found.append(_sample(settings, asked, commit, given))
    told = [one._replace(findings=tuple((name, one.of(name)) for name in contracts)) for one in found]
    births = _births(settings, contracts, asked, given)
    return History(tuple(told), births, git.depth(asked.top) != "")


# -- samples


def _sample(settings: Settings, asked: Range, commit: ancestry.CommitEntry, given: _Looking) -> Sample:
    name = given.memory.key("history", commit.id)
    known = given.memory.recall(Sample, name)
    if known is not None:
        return known
    report = run.check(settings, how=given.how, tree=asked.tree(commit.id), baseline=NONE)
    counts = Counter(one.contract for one in report.findings if one.contract)
    found = Sample(commit.id, commit.date, tuple(sorted(counts.items())))
    given.memory.keep(name, found)
    return found


# -- births


def _births(
    settings: Settings, contracts: Sequence[str], asked: Range, given: _Looking
) -> tuple[tuple[str, tuple[Birth, ...]], ...]:
    tip = asked.commits[-1].id

    @cache
    def at(commit: str) -> dict[str, StateAliases]:
        return _aliases(settings, contracts, asked, commit, given)

    found = []
    for number, (contract, now) in enumerate(at(tip).items()):
        if given.progress is not None:
            given.progress("births", number, len(contracts))
        births = Births(asked.top, asked.prefix, tip, frozenset(now.words), was_one=_asking(at, contract))
        found.append((contract, remembered(births, contract, now.aliases, given.memory)))
    return tuple(found)


def _aliases(
    settings: Settings, contracts: Sequence[str], asked: Range, commit: str, given: _Looking
) -> dict[str, StateAliases]:
    """The aliases that a whole state has, by contract."""
    memory = given.memory
    keys = {one: memory.key("aliases", commit, one) for one in contracts}
    known = {one: memory.recall(StateAliases, name) for one, name in keys.items()}
    if None in known.values():
        for one, told in surveyed(settings, given.how, partial(_told, contracts), asked.tree(commit)).items():
            known[one] = told
            memory.keep(keys[one], told)
    return {one: told for one, told in known.items() if told is not None}


def _told(contracts: Sequence[str], survey: StateSurvey) -> dict[str, StateAliases]:
    found = {}
    for contract in contracts:
        own: list[AliasPlace] = []
        words: set[str] = set()
        paths: dict[str, object] = {}
        for links, module in every(survey.built, contract):
            if isinstance(links.contract, ClassContract):
                own += aliases_in(evidence_of(links, module))
                words |= links.roles.words
                paths |= dict.fromkeys(links.roles.entities)
        aliases = tuple(sorted({*own}, key=lambda one: (one.path, one.line, one.name)))
        found[contract] = StateAliases(aliases, tuple(sorted(words_of(words, own, paths))))
    return found


def _asking(at: Callable[[str], dict[str, StateAliases]], contract: str) -> Callable[[str, str, str], bool]:
    return lambda commit, path, name: any(
        (one.path, one.name) == (path, name) for one in at(commit)[contract].aliases
    )
