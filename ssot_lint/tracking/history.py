"""A range of commits → what was found in some of them, and when each alias was born. Reads git's objects only.

Today's settings judge the past. What was found in a commit is remembered, as a commit does not change.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ssot_lint.cache import key
from ssot_lint.cache.store import Store, digest
from ssot_lint.engine import run
from ssot_lint.engine.survey import StateSurvey, surveyed
from ssot_lint.findings.baseline_file import NONE
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.errors import GitUnusable
from ssot_lint.model.options import RunOptions
from ssot_lint.model.wording import shown
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import ancestry, git, snapshot
from ssot_lint.tracking.births import Births, words_of
from ssot_lint.tracking.names import aliases_in
from ssot_lint.tracking.progress import AliasPlace, Birth, History, Sample
from ssot_lint.tracking.references import every, evidence_of

_VERSION = 1
"""Grows when what is remembered of a commit means something else."""


class Range(NamedTuple):
    """The commits of a range along first parents, the oldest first, in the repository ``top``; ``prefix`` is the way
    from there to the project, empty or with a slash at its end."""

    top: str
    prefix: str
    commits: tuple[ancestry.CommitEntry, ...]

    def tree(self, commit: str) -> snapshot.Snapshot:
        return snapshot.of_commit(self.top, commit).below(self.prefix.rstrip("/") or ".")


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
    found = []
    for number, commit in enumerate(chosen):
        if how.progress is not None:
            how.progress("history", number, len(chosen))
        found.append(_sample(settings, asked, commit, how))
    told = [one._replace(findings=tuple((name, one.of(name)) for name in contracts)) for one in found]
    births = _births(settings, contracts, asked, how)
    return History(tuple(told), births, git.depth(asked.top) != "")


# -- samples


def _sample(settings: Settings, asked: Range, commit: ancestry.CommitEntry, how: RunOptions) -> Sample:
    name = _key(settings, asked, commit.id)
    known = _recalled(settings, how, Sample, name)
    if known is not None:
        return known
    plain = RunOptions(how.workers, how.cache, how.folder)
    report = run.check(settings, how=plain, tree=asked.tree(commit.id), baseline=NONE)
    counts = Counter(one.contract for one in report.findings if one.contract)
    found = Sample(commit.id, commit.date, tuple(sorted(counts.items())))
    _kept(settings, how, name, found)
    return found


def _key(settings: Settings, asked: Range, commit: str) -> str:
    """The key of what is found in a commit: it depends on all that the settings say, and if an exemption ends on the
    day."""
    ends = any(one.until is not None for one in settings.exemptions)
    said = [
        (one.name, getattr(settings, one.name))
        for one in fields(settings)
        if one.name not in ("root", "file")
    ]
    today = datetime.date.today().isoformat() if ends else ""
    judge = key.of_run(settings, "commit", shapes=())
    return digest("history", _VERSION, judge, repr(said), today, asked.prefix, commit)


def _folder(settings: Settings, how: RunOptions) -> str | None:
    return (how.folder or run.own_folder(settings.root)) if how.cache else None


def _recalled(settings: Settings, how: RunOptions, kind: type[Sample], name: str) -> Sample | None:
    with contextlib.closing(Store(_folder(settings, how))) as store:
        return store.recall(kind, name)


def _kept(settings: Settings, how: RunOptions, name: str, value: object) -> None:
    with contextlib.closing(Store(_folder(settings, how))) as store:
        store.keep({name: value})
        store.save()


# -- births


def _births(
    settings: Settings, contracts: Sequence[str], asked: Range, how: RunOptions
) -> tuple[tuple[str, tuple[Birth, ...]], ...]:
    tip = asked.commits[-1].id
    plain = RunOptions(how.workers, how.cache, how.folder)
    names: dict[str, frozenset[str]] = {}

    def aliases(survey: StateSurvey) -> dict[str, tuple[AliasPlace, ...]]:
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
            found[contract] = tuple(sorted({*own}, key=lambda one: (one.path, one.line, one.name)))
            names[contract] = words_of(words, own, paths)
        return found

    @cache
    def at(commit: str) -> dict[str, set[tuple[str, str]]]:
        """The aliases that a whole state has, by contract."""
        told = surveyed(settings, plain, aliases, asked.tree(commit))
        return {name: {(one.path, one.name) for one in own} for name, own in told.items()}

    now = surveyed(settings, plain, aliases, asked.tree(tip))
    words = dict(names)
    found = []
    for number, (contract, own) in enumerate(now.items()):
        if how.progress is not None:
            how.progress("births", number, len(now))
        births = Births(asked.top, asked.prefix, tip, words[contract], _asking(at, contract))
        found.append((contract, tuple(births.of(one) for one in own)))
    return tuple(found)


def _asking(
    at: Callable[[str], dict[str, set[tuple[str, str]]]], contract: str
) -> Callable[[str, str, str], bool]:
    return lambda commit, path, name: (path, name) in at(commit)[contract]
