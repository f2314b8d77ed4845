"""Reports where the code departs from its contracts: the main job."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.check import debts, places, unsaved, views
from ssot_lint.cli.check.owned import OwnersOf, owners_of_projects
from ssot_lint.cli.check.runs import Run
from ssot_lint.cli.terminal import Progress
from ssot_lint.engine import run as engine
from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.finding import SEVERITIES
from ssot_lint.model.options import RunOptions
from ssot_lint.report import WITH_FIXES, renderer
from ssot_lint.report.pages.profile import lines as profile_lines
from ssot_lint.settings.members import Parts
from ssot_lint.sources import disk
from ssot_lint.sources.states import Judged, Wanted, states

if TYPE_CHECKING:
    from ssot_lint.findings.baseline_file import Baseline

CACHE_DIR = "SSOT_LINT_CACHE_DIR"
"""The environment variable that stands for ``--cache-dir``."""


def run(options: Namespace) -> Answer:
    about_git = _about_git(options)
    fixed: list[str] = []
    if options.fix or options.diff:
        from ssot_lint.cli.fix import at_check

        first = at_check.first(options, about_git)
        if first.answer is not None:
            return first.answer
        fixed = first.said
    elif options.unsafe_fixes or options.exit_non_zero_on_fix:
        word = "--unsafe-fixes" if options.unsafe_fixes else "--exit-non-zero-on-fix"
        raise WrongInput(f"{word} says how --fix is meant: give that, too")
    formats = places.wanted(options, os.environ)
    file = unsaved.file(options)
    asked, strays = states(
        about_git,
        options.paths if file is None else [file],
        file=options.config,
        overrides={"select": options.select, "ignore": options.ignore, "fail-on": options.fail_on},
        unsaved=file is not None,
    )
    projects = [one.project for one in asked]
    owned, said_of_owners = owners_of_projects(projects, options, formats.values())
    buffers = {} if file is None else unsaved.standard_input(projects[0])
    baseline = debts.baseline_of(options, projects)
    progress = Progress(wanted=not options.quiet and not options.no_progress)
    folder = options.cache_dir or os.environ.get(CACHE_DIR)
    how = RunOptions(
        options.workers,
        cache=not options.no_cache,
        folder=folder and os.path.abspath(folder),
        prefilter=not options.no_prefilter,
        fixes=not WITH_FIXES.isdisjoint(formats.values()),
        progress=progress,
    )
    try:
        runs = [
            _run(one, owners_of, options, buffers, how, baseline)
            for one, owners_of in zip(asked, owned, strict=True)
        ]
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    notes = [*strays, *said_of_owners, *(sentence for run in runs for sentence in run.report.notes)]
    said_of_debt, left_behind = debts.sentences([run.report for run in runs], locked=options.locked)
    notes += said_of_debt
    if not any(run.report.files for run in runs):
        notes.append("no Python files found under the given paths")
    with how.profile.stage("report"):
        texts = {
            place: renderer(format)(views.view(format, place, runs, buffers, options))
            for place, format in formats.items()
        }
        places.write({place: text for place, text in texts.items() if place != places.STDOUT})
        summary = os.environ.get(places.JOB_SUMMARY)
        if summary and formats.get(places.STDOUT) == "github":
            notes += places.summarized(summary, views.view("markdown", summary, runs, buffers, options))
    said = [] if options.quiet else list(dict.fromkeys([*fixed, *notes]))
    if options.profile:
        said += profile_lines(how.profile)
    # Quiet or not: the reason of a failure is always said.
    said += left_behind
    fails = any(map(_fails, runs)) or bool(left_behind) or bool(fixed and options.exit_non_zero_on_fix)
    return Answer(texts.get(places.STDOUT, ""), 1 if not options.exit_zero and fails else 0, tuple(said))


def _about_git(options: Namespace) -> Wanted:
    """The options that say which states are meant. WrongInput where they contradict each other, or others."""
    itself = "; --since-exact compares with the commit itself"
    wanted = Wanted(options.at, options.staged, options.since, options.since_exact, itself)
    if options.since_exact and options.since is None:
        raise WrongInput("--since-exact says how --since is meant: give that, too")
    if options.staged and options.at is not None:
        raise WrongInput("--at and --staged name two states to judge: give one of them")
    if wanted and (options.stdin_filename is not None or "-" in options.paths):
        raise WrongInput("standard input is a state of its own: it goes with none of --at, --staged, --since")
    if wanted.since is not None and (options.locked or options.baseline is not None):
        word = "--locked" if options.locked else "--baseline"
        raise WrongInput(f"with --since the old state is the baseline: leave out {word}")
    return wanted


def _run(
    one: Judged,
    owners_of: OwnersOf,
    options: Namespace,
    buffers: Mapping[str, bytes],
    how: RunOptions,
    baseline: Callable[[], Baseline] | None,
) -> Run:
    project = one.project
    tree = one.new or disk.Disk(os.path.realpath(project.settings.root))
    if one.old is None:
        report = engine.check(
            project.settings,
            paths=project.paths,
            buffers=buffers,
            how=how,
            tree=tree,
            baseline=baseline and baseline(),
        )
        run = Run(project, tree, report, report.findings, owners_of)
    else:
        from ssot_lint.engine import since

        told = since.check(project.settings, one.old, tree, paths=project.paths, how=how)
        run = Run(project, tree, told.report, told.findings, owners_of, told.change, told.followers)
    if not options.contract and not options.owner:
        return run
    from ssot_lint.findings.narrow import narrowed

    findings = narrowed(
        run.findings, contracts=options.contract or (), owners=options.owner or (), owners_of=owners_of
    )
    return run._replace(findings=findings)


def _fails(run: Run) -> bool:
    parts = Parts(run.project.settings)
    behind = (one for finding in run.findings for one in run.followers.get(finding.fingerprint, ()))
    return any(
        SEVERITIES.index(finding.severity) <= SEVERITIES.index(parts.of(finding.path).settings.fail_on)
        for finding in (*run.findings, *behind)
    )
