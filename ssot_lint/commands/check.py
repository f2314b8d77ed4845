"""Reports where the code departs from its contracts: the main job."""

from __future__ import annotations

import dataclasses
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ssot_lint import config, engine, files
from ssot_lint.commands.answer import Answer
from ssot_lint.keys import keys_of
from ssot_lint.members import Parts
from ssot_lint.model import Finding
from ssot_lint.projects import Project, WrongInput, projects, relative
from ssot_lint.refusal import Unusable
from ssot_lint.report import COLOURED, renderer
from ssot_lint.report.profile import lines as profile_lines
from ssot_lint.report.view import View
from ssot_lint.terminal import Progress, colour, width

STDIN = "-"

CACHE_DIR = "SSOT_LINT_CACHE_DIR"
"""The environment variable that stands for ``--cache-dir``."""

_PIECE = 65536
"""Bytes of standard input that are read at once."""

LEVELS = keys_of(config.Settings)["fail-on"].choices
"""The severities, the worst first."""


def run(options: Namespace) -> Answer:
    unsaved = _unsaved(options)
    asked, strays = projects(
        options.paths if unsaved is None else [unsaved],
        file=options.config,
        overrides={"select": options.select, "ignore": options.ignore, "fail-on": options.fail_on},
        unsaved=unsaved is not None,
    )
    buffers = {} if unsaved is None else _standard_input(asked[0])
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
            Run(project, engine.check(project.settings, paths=project.paths, buffers=buffers, how=how))
            for project in asked
        ]
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    notes = [*strays, *(sentence for run in runs for sentence in run.report.notes)]
    if not any(run.report.files for run in runs):
        notes.append("no Python files found under the given paths")
    with how.profile.stage("report"):
        text = renderer(options.format)(_view(runs, buffers, options))
    said = [] if options.quiet else list(dict.fromkeys(notes))
    if options.profile:
        said += profile_lines(how.profile)
    return Answer(text, 1 if not options.exit_zero and any(map(_fails, runs)) else 0, tuple(said))


class Run(NamedTuple):
    """A project and what the engine says of it."""

    project: Project
    report: engine.Report


def _fails(run: Run) -> bool:
    parts = Parts(run.project.settings)
    return any(
        LEVELS.index(finding.severity) <= LEVELS.index(parts.of(finding.path).settings.fail_on)
        for finding in run.report.findings
    )


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
    limit = Parts(project.settings).limit(project.paths[0])
    # In pieces, for a signal that comes between two reads is seen only between two statements.
    while len(data) <= limit and (piece := os.read(sys.stdin.fileno(), _PIECE)):
        data += piece
    return {project.paths[0]: bytes(data)}


def _view(runs: Sequence[Run], buffers: Mapping[str, bytes], options: Namespace) -> View:
    """The findings of all projects, their paths as the format wants them: for people relative to the working
    directory, where they can be clicked on; for programs relative to the root, wherever the command ran."""
    here = os.getcwd()
    roots = [str(run.project.settings.root) for run in runs]
    base = here if options.format in COLOURED else os.path.commonpath(roots)
    findings: list[Finding] = []
    sources: dict[str, tuple[Run, str]] = {}
    for run, root in zip(runs, roots, strict=True):
        for finding in run.report.findings:
            moved = _moved(finding, root, base)
            sources[moved.path] = (run, finding.path)
            findings.append(moved)

    def source(path: str) -> bytes | None:
        run, own = sources[path]
        if own in buffers:
            return buffers[own]
        try:
            return files.read(run.project.settings.root, own, Parts(run.project.settings).limit(own))
        except files.Unreadable:
            return None

    return View(
        findings=tuple(findings),
        files=sum(run.report.files for run in runs),
        indexed=sum(run.report.indexed for run in runs),
        base=relative(base, here),
        source=source,
        colour=options.format in COLOURED and colour(options.color),
        width=width(),
        statistics=options.statistics,
        quiet=options.quiet,
    )


def _moved(finding: Finding, root: str, base: str) -> Finding:
    """The finding with its paths relative to another folder than its root."""
    if root == base:
        return finding

    def moved(path: str) -> str:
        return relative(os.path.join(root, path), base)

    chain = tuple(dataclasses.replace(hop, path=moved(hop.path)) for hop in finding.chain)
    return dataclasses.replace(finding, path=moved(finding.path), chain=chain)
