"""Reports where the code departs from its contracts: the main job."""

from __future__ import annotations

import dataclasses
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint import config, engine, files, git
from ssot_lint.commands.answer import Answer
from ssot_lint.commands.owned import OwnersOf, owners_of_projects
from ssot_lint.keys import keys_of, printable, shown, suggestion
from ssot_lint.model import Finding
from ssot_lint.projects import Project, WrongInput, projects, relative
from ssot_lint.refusal import Unusable
from ssot_lint.report import COLOURED, FORMATS, OF_PROJECTS, renderer
from ssot_lint.report.profile import lines as profile_lines
from ssot_lint.report.view import View
from ssot_lint.suppress import Suppressed
from ssot_lint.terminal import WIDTH, Progress, colour, width

if TYPE_CHECKING:
    from ssot_lint.baseline import Baseline

STDIN = STDOUT = "-"

CACHE_DIR = "SSOT_LINT_CACHE_DIR"
"""The environment variable that stands for ``--cache-dir``."""

FORMAT = "SSOT_LINT_FORMAT"
"""The environment variable that stands for ``--format``."""

SERVICES = {"GITHUB_ACTIONS": "github", "TF_BUILD": "azure"}
"""The formats of CI services that read their log, by the variable that says ``true`` there. Others, as GitLab and
Jenkins, read files: on the screen they show the text for people."""

JOB_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The environment variable with the file to whose end GitHub wants a step's summary, in Markdown."""

_SUMMARY_ROOM = 1_000_000
"""Bytes of that file: GitHub drops all of it above 1 MiB, and takes what other commands have added into account."""

_PIECE = 65536
"""Bytes of standard input that are read at once."""

LEVELS = keys_of(config.Settings)["fail-on"].choices
"""The severities, the worst first."""


def run(options: Namespace) -> Answer:
    wanted = _wanted(options, os.environ)
    unsaved = _unsaved(options)
    asked, strays = projects(
        options.paths if unsaved is None else [unsaved],
        file=options.config,
        overrides={"select": options.select, "ignore": options.ignore, "fail-on": options.fail_on},
        unsaved=unsaved is not None,
    )
    owned, said_of_owners = owners_of_projects(asked, options)
    buffers = {} if unsaved is None else _standard_input(asked[0])
    baseline = _baseline(options, asked)
    progress = Progress(wanted=not options.quiet and not options.no_progress)
    folder = options.cache_dir or os.environ.get(CACHE_DIR)
    how = engine.How(
        options.workers,
        cache=not options.no_cache,
        folder=folder and os.path.abspath(folder),
        prefilter=not options.no_prefilter,
        progress=progress,
    )
    try:
        runs = [
            _run(project, owners_of, options, buffers, how, baseline)
            for project, owners_of in zip(asked, owned, strict=True)
        ]
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    notes = [*strays, *said_of_owners, *(sentence for run in runs for sentence in run.report.notes)]
    debts, left_behind = _debts(runs, locked=options.locked)
    notes += debts
    if not any(run.report.files for run in runs):
        notes.append("no Python files found under the given paths")
    with how.profile.stage("report"):
        texts = {
            place: renderer(format)(_view(format, place, runs, buffers, options))
            for place, format in wanted.items()
        }
        _write({place: text for place, text in texts.items() if place != STDOUT})
        if wanted.get(STDOUT) == "github":
            notes += _summarized(os.environ.get(JOB_SUMMARY), runs, buffers, options)
    said = [] if options.quiet else list(dict.fromkeys(notes))
    if options.profile:
        said += profile_lines(how.profile)
    # Why it fails is said to everyone.
    said += left_behind
    fails = any(map(_fails, runs)) or bool(left_behind)
    return Answer(texts.get(STDOUT, ""), 1 if not options.exit_zero and fails else 0, tuple(said))


class Run(NamedTuple):
    """A project, what the engine says of it, which findings of that are reported, and who owns what."""

    project: Project
    report: engine.Report
    findings: Sequence[Finding]
    owners_of: OwnersOf


def _run(
    project: Project,
    owners_of: OwnersOf,
    options: Namespace,
    buffers: Mapping[str, bytes],
    how: engine.How,
    baseline: Callable[[], Baseline] | None,
) -> Run:
    report = engine.check(
        project.settings,
        paths=project.paths,
        buffers=buffers,
        how=how,
        baseline=baseline and baseline(),
    )
    if not options.contract and not options.owner:
        return Run(project, report, report.findings, owners_of)
    from ssot_lint.narrow import narrowed

    findings = narrowed(
        report.findings, contracts=options.contract or (), owners=options.owner or (), owners_of=owners_of
    )
    return Run(project, report, findings, owners_of)


def _wanted(options: Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    """The format of each place that a report goes to: files by their paths, and standard output."""
    chosen = options.format or _from_environment(environment)
    named = None if options.output_file == STDOUT else options.output_file
    screen = [format for format, file in options.output if file == STDOUT]
    if len(screen) > 1 or (screen and options.format and named is None):
        raise WrongInput(
            f"standard output has one format, and not both {shown(options.format or screen[0])} and "
            f"{shown(screen[-1])}: give the other a file, as in `--output {screen[-1]}:FILE`"
        )
    rows = [(file, format) for format, file in options.output if file != STDOUT]
    if named is not None:
        rows.append((named, chosen or "text"))
    elif not screen:
        # A count by code is for people, wherever they are.
        service = None if options.statistics else _of_service(environment)
        screen = [chosen or service or "text"]
    if rows:
        from ssot_lint import outputs

        try:
            outputs.examine(file for file, _ in rows)
        except Unusable as error:
            raise WrongInput(str(error)) from None
    return dict([*rows, *((STDOUT, format) for format in screen)])


def _from_environment(environment: Mapping[str, str]) -> str | None:
    format = environment.get(FORMAT)
    if format and format not in FORMATS:
        known = ", ".join(f"`{word}`" for word in FORMATS)
        raise WrongInput(
            f"{FORMAT} in the environment: {shown(format)} is not one of {known}{suggestion(format, FORMATS)}"
        )
    return format or None


def _of_service(environment: Mapping[str, str]) -> str | None:
    """What the CI service that this runs in reads in its log; None where none does."""
    return next(
        (format for variable, format in SERVICES.items() if environment.get(variable, "").lower() == "true"),
        None,
    )


def _write(texts: Mapping[str, str]) -> None:
    if texts:
        from ssot_lint import outputs

        try:
            outputs.write(texts)
        except Unusable as error:
            raise WrongInput(str(error)) from None


def _summarized(
    file: str | None, runs: Sequence[Run], buffers: Mapping[str, bytes], options: Namespace
) -> list[str]:
    """Adds the summary of a job to its file, if there is one. A sentence when that fails: it is a by-product."""
    if not file:
        return []
    from ssot_lint import outputs
    from ssot_lint.report.markdown import document

    try:
        room = _SUMMARY_ROOM - (os.path.getsize(file) if os.path.exists(file) else 0)
        if room <= 0:
            return ["the summary of the job has no room for another one"]
        outputs.append(file, document(_view("markdown", file, runs, buffers, options), room))
    except OSError as error:
        return [f"the summary of the job cannot be written: {printable(file)} ({error.strerror or error})"]
    return []


def _fails(run: Run) -> bool:
    least = LEVELS.index(run.project.settings.fail_on)
    return any(LEVELS.index(finding.severity) <= least for finding in run.findings)


def _baseline(options: Namespace, asked: Sequence[Project]) -> Callable[[], Baseline] | None:
    """Gives the baseline that the command line names, or none at all; None where the settings decide."""
    named = options.baseline is not None
    if options.no_baseline and (named or options.locked):
        raise WrongInput(
            f"--no-baseline leaves nothing for {'--baseline' if named else '--locked'} to look at"
        )
    if options.locked and not named and not any(project.settings.baseline for project in asked):
        raise WrongInput("--locked needs a baseline: name it in the settings (`baseline`) or with --baseline")
    if not named and not options.no_baseline:
        return None
    from ssot_lint import baseline

    if options.no_baseline:
        return lambda: baseline.NONE
    if len(asked) > 1:
        raise WrongInput(f"--baseline names one file, and the paths lie in {len(asked)} projects")
    return lambda: baseline.read(baseline.place(asked[0].settings, options.baseline))


def _debts(runs: Sequence[Run], *, locked: bool) -> tuple[list[str], list[str]]:
    """Sentences on what the baselines hold, and on what they hold in vain where that is not allowed."""
    debts = [run.report.debt for run in runs if run.report.debt is not None]
    if not debts:
        return [], []
    from ssot_lint import baseline

    said = [baseline.sentence(debt) for debt in debts]
    if locked and not all(debt.whole for debt in debts):
        said.append(
            "--locked says nothing here: only a run over a whole project, and all codes, tells what is fixed"
        )
    return said, [*filter(None, map(baseline.locked, debts))] if locked else []


def _unsaved(options: Namespace) -> str | None:
    """The name of the file whose text standard input has; None where it is not read."""
    name: str | None = options.stdin_filename
    if STDIN in options.paths:
        if len(options.paths) > 1:
            raise WrongInput("`-` stands alone: standard input is one file, and no other is reported on")
        return name or STDIN
    if name is not None and options.paths:
        raise WrongInput("--stdin-filename names the file of standard input: write `-` in place of the paths")
    return name


def _standard_input(project: Project) -> dict[str, bytes]:
    """The unsaved file by its relative path. No more is read than is needed to see that it is too large."""
    if sys.stdin is None:
        raise WrongInput("there is no standard input to read")
    if project.paths is None:
        raise WrongInput("--stdin-filename names a folder, and not a file")
    data = bytearray()
    # In pieces, for a signal that comes between two reads is seen only between two statements.
    while len(data) <= project.settings.max_file_size and (piece := os.read(sys.stdin.fileno(), _PIECE)):
        data += piece
    return {project.paths[0]: bytes(data)}


def _view(
    format: str, place: str, runs: Sequence[Run], buffers: Mapping[str, bytes], options: Namespace
) -> View:
    """The findings of all projects, their paths as the format wants them: for people relative to the working
    directory, where they can be clicked on; for programs relative to a root, wherever the command ran."""
    here = os.getcwd()
    roots = [str(run.project.settings.root) for run in runs]
    base = _base(format, roots, here)
    sources: dict[str, tuple[Run, str]] = {}
    owners: dict[str, tuple[str, ...]] = {}

    def at_base(run: Run, finding: Finding) -> Finding:
        moved = _moved(finding, str(run.project.settings.root), base)
        sources[moved.path] = (run, finding.path)
        owners[moved.path] = run.owners_of(finding.path)
        return moved

    def source(path: str) -> bytes | None:
        run, own = sources[path]
        if own in buffers:
            return buffers[own]
        try:
            return files.read(run.project.settings.root, own, run.project.settings.max_file_size)
        except files.Unreadable:
            return None

    def excused() -> tuple[Suppressed, ...]:
        return tuple(
            dataclasses.replace(one, finding=at_base(run, one.finding))
            for run in runs
            for one in run.report.excused()
        )

    on_screen = place == STDOUT
    return View(
        findings=tuple(at_base(run, finding) for run in runs for finding in run.findings),
        files=sum(run.report.files for run in runs),
        indexed=sum(run.report.indexed for run in runs),
        base=relative(base, here),
        source=source,
        excused=excused,
        page=_page,
        colour=on_screen and format in COLOURED and colour(options.color),
        width=width() if on_screen else WIDTH,
        statistics=options.statistics,
        quiet=options.quiet,
        group_by=options.group_by or "",
        owners=owners,
    )


def _page(rule: str) -> str | None:
    from ssot_lint import pages

    return pages.text(rule)


def _base(format: str, roots: Sequence[str], here: str) -> str:
    """The folder that the paths of a format begin at."""
    if format in COLOURED:
        return here
    common = os.path.commonpath(roots)
    return common if format in OF_PROJECTS else git.repository(os.path.realpath(common)) or common


def _moved(finding: Finding, root: str, base: str) -> Finding:
    """The finding with its paths relative to another folder than its root."""
    if root == base:
        return finding

    def moved(path: str) -> str:
        return relative(os.path.join(root, path), base)

    chain = tuple(dataclasses.replace(hop, path=moved(hop.path)) for hop in finding.chain)
    return dataclasses.replace(finding, path=moved(finding.path), chain=chain)
