"""Options of ``track`` and ``report`` → the progress of the contracts that they ask about, and the history."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from ssot_lint.cli.options import SAMPLES
from ssot_lint.model.errors import GitRefused, GitUnusable, Unusable, WrongInput
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.members import contracts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import codeowners
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.projects import Selection, projects
from ssot_lint.sources.states import Wanted as States
from ssot_lint.sources.states import states
from ssot_lint.sources.texts import Texts
from ssot_lint.tracking.history import Range, commits_of, history
from ssot_lint.tracking.progress import ContractProgress, History
from ssot_lint.tracking.track import TrackOptions, adoptions, track


class Tracked(NamedTuple):
    """One project with the progress of its contracts. ``notes`` are sentences for a person."""

    settings: Settings
    progress: tuple[ContractProgress, ...]
    history: History | None
    notes: tuple[str, ...]


def tracked(options: Namespace, how: RunOptions, contract: str | None = None) -> Tracked:
    """WrongInput where the options, or git, do not allow an answer."""
    if options.samples is not None and options.history is None:
        raise WrongInput("--samples says how --history is meant: give that, too")
    (project,), notes = projects((), file=options.config)
    settings = project.settings
    names = _names(settings, contract)
    if not names:
        raise WrongInput("no contract is declared: `ssot-lint init` proposes contracts")
    # What is wrong with a range is said before the work begins.
    asked = _range(settings, options.history) if options.history is not None else None
    try:
        owners_of, said = owners_of_project(settings)
        wanted = TrackOptions(names, owners_of, Texts(str(settings.root)).mentions)
        found = _progress(options, project, wanted, how)
        past = (
            _history(settings, names, asked, options.samples or SAMPLES, how) if asked is not None else None
        )
    except Unusable as error:
        raise WrongInput(str(error)) from None
    if past is not None and past.is_shallow:
        said = (*said, "this clone is shallow: what was before it is not known (`git fetch --unshallow`)")
    return Tracked(settings, found, past, (*notes, *said))


def _names(settings: Settings, contract: str | None) -> tuple[str, ...]:
    known = list(dict.fromkeys(one.contract.name for own in contracts(settings).values() for one in own))
    if contract is None:
        return tuple(known)
    from ssot_lint.findings.narrow import unknown_contracts

    problems = unknown_contracts([contract], known)
    if problems:
        raise WrongInput("\n".join(problems))
    return (contract,)


def _range(settings: Settings, text: str) -> Range:
    try:
        return commits_of(settings.root, text)
    except GitRefused as reason:
        raise WrongInput(f"--history: git refuses: {reason}") from None
    except GitUnusable as problem:
        raise WrongInput(f"--history: {problem}") from None


def _history(
    settings: Settings, names: Sequence[str], asked: Range, samples: int, how: RunOptions
) -> History:
    try:
        return history(settings, names, asked, samples, how)
    except GitUnusable as problem:
        raise WrongInput(f"--history: {problem}") from None


def owners_of_project(settings: Settings) -> tuple[Callable[[str], tuple[str, ...]], tuple[str, ...]]:
    """The owners of files by path, and notes about what says so."""
    try:
        (found,) = codeowners.of_projects([settings.root])
    except Unusable as error:
        return (lambda path: ()), (f"no owners are known: {error}",)
    return (cache(found.of), found.complaints()) if found is not None else ((lambda path: ()), ())


def _progress(
    options: Namespace, project: Selection, wanted: TrackOptions, how: RunOptions
) -> tuple[ContractProgress, ...]:
    settings = project.settings
    since = getattr(options, "since", None)
    if since is None:
        return track(settings, wanted, how)
    from ssot_lint.engine import since as comparison

    (judged,), _ = states(States(None, False, since, False), (), file=options.config)
    assert judged.old is not None
    tree = judged.new or Disk(os.path.realpath(settings.root))
    told = comparison.check(settings, judged.old, tree, how=how)
    behind = (one for group in told.followers.values() for one in group)
    added = {_place(one) for one in (*told.findings, *behind)}
    found = track(settings, wanted._replace(added=lambda one: _place(one) in added), how)
    before = adoptions(settings, wanted.contracts, how, judged.old)
    return tuple(replace(one, before=before[one.contract]) for one in found)


def _place(finding: Finding) -> tuple[str, Span, str, str]:
    """What two runs over one state have in common of a finding."""
    return finding.path, finding.span, finding.code, finding.contract


__all__ = ["Tracked", "owners_of_project", "tracked"]
