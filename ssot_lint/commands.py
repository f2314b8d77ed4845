"""A command and its options → what it says, and the exit code. Prints nothing itself but progress.

It asks ``engine``, ``config`` and ``pages``, judges nothing, and lets ``report`` put the answer into words.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint import config, engine, files, pages
from ssot_lint.arguments import build
from ssot_lint.keys import keys_of, printable, shown, suggestion
from ssot_lint.model import Finding
from ssot_lint.projects import Project, WrongInput, projects, relative
from ssot_lint.refusal import Unusable
from ssot_lint.report import COLOURED, page, renderer
from ssot_lint.report import settings as in_force
from ssot_lint.report.json import dumps
from ssot_lint.report.paint import Paint
from ssot_lint.report.profile import lines as profile_lines
from ssot_lint.report.view import View, at, count
from ssot_lint.rules import ALL, CODES
from ssot_lint.terminal import Progress, colour, width

STDIN = "-"

CACHE_DIR = "SSOT_LINT_CACHE_DIR"
"""The environment variable that stands for ``--cache-dir``."""

_PIECE = 65536
"""Bytes of standard input that are read at once."""

LEVELS = keys_of(config.Settings)["fail-on"].choices
"""The severities, the worst first."""


class Answer(NamedTuple):
    """What a command says on standard output, its exit code, and sentences for standard error."""

    text: str
    code: int = 0
    notes: tuple[str, ...] = ()


def run(options: Namespace) -> Answer:
    """Does what ``arguments.parse`` has understood. WrongInput when the user must change something first."""
    return _COMMANDS[options.command](options)


# check


def _check(options: Namespace) -> Answer:
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
    least = LEVELS.index(run.project.settings.fail_on)
    return any(LEVELS.index(finding.severity) <= least for finding in run.report.findings)


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
            return files.read(run.project.settings.root, own, run.project.settings.max_file_size)
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


# why


_PLACE = re.compile(r"(.+?):(\d{1,9})(?::\d+)?", re.DOTALL)


def _why(options: Namespace) -> Answer:
    place = _PLACE.fullmatch(options.place)
    if place is None or not int(place[2]):
        raise WrongInput(f"{shown(options.place)} is no place: write PATH:LINE, as in `src/chat.py:12`")
    (project,), _ = projects([place[1]], file=options.config)
    if project.paths is None or os.path.isdir(place[1]):
        raise WrongInput(f"{printable(place[1])}: is a folder, and not a file")
    steps = engine.why(project.settings, project.paths[0], int(place[2]))
    if options.format == "json":
        document = {"version": 1, "steps": [dataclasses.asdict(step) for step in steps]}
        return Answer(f"{dumps(document, indent=2)}\n")
    paint = Paint(colour(options.color))
    lines = []
    for step in steps:
        path = relative(project.settings.root / step.path, os.curdir)
        lines.append(f"{paint.place(at(path, step.line))}: {printable(step.text)}\n")
    return Answer("".join(lines))


# explain, rules


def _explain(options: Namespace) -> Answer:
    word = options.rule
    for rule in ALL:
        if word.upper() == rule.code or word.lower() == rule.name:
            text = pages.text(rule.name)
            if text is None:
                raise WrongInput(f"the page of {rule.code} {rule.name} is missing: install ssot-lint anew")
            return Answer(page.render(text, Paint(colour(options.color))))
    family = [rule.code for rule in ALL if len(word) > 3 and rule.code.startswith(word.upper())]
    if family:
        raise WrongInput(f"{shown(word)} stands for several rules: name one of {', '.join(family)}")
    near = suggestion(word.upper(), CODES) or suggestion(word.lower(), CODES.values())
    raise WrongInput(f"{shown(word)} is no code or name of a rule{near}")


def _rules(options: Namespace) -> Answer:
    summaries = {rule.name: pages.summary(pages.text(rule.name) or "") for rule in ALL}
    if options.format == "json":
        rules = [{"code": rule.code, "name": rule.name, "summary": summaries[rule.name]} for rule in ALL]
        return Answer(f"{dumps({'version': 1, 'rules': rules}, indent=2)}\n")
    paint = Paint(colour(options.color))
    width = max(len(rule.name) for rule in ALL)
    lines = (
        f"{paint.title(rule.code)}  {rule.name:<{width}}  {summaries[rule.name]}".rstrip() for rule in ALL
    )
    return Answer("".join(f"{line}\n" for line in lines))


# config, schema, completion


def _settings(options: Namespace) -> Answer:
    asked, strays = projects(options.paths, file=options.config)
    named = [(project.settings, relative(project.settings.file, os.curdir)) for project in asked]
    if options.format == "json":
        found = [in_force.document(settings, file, CODES) for settings, file in named]
        return Answer(f"{dumps({'version': 1, 'projects': found}, indent=2)}\n")
    if options.check:
        lines = (
            f"{printable(file)}: {count(len(one.contracts), 'contract')}, no mistakes" for one, file in named
        )
        return Answer("".join(f"{line}\n" for line in lines), notes=strays)
    paint = Paint(colour(options.color))
    return Answer("\n".join(in_force.render(settings, file, CODES, paint) for settings, file in named))


def _schema(options: Namespace) -> Answer:
    return Answer(f"{dumps(config.schema(), indent=2)}\n")


def _completion(options: Namespace) -> Answer:
    try:
        import shtab  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise WrongInput(
            "completion needs the package shtab: `pip install 'ssot-lint[completion]'`, then try again"
        ) from None
    top, _ = build()
    return Answer(f"{shtab.complete(top, shell=options.shell).rstrip()}\n")


_COMMANDS: Mapping[str, Callable[[Namespace], Answer]] = {
    "check": _check,
    "explain": _explain,
    "why": _why,
    "rules": _rules,
    "config": _settings,
    "schema": _schema,
    "completion": _completion,
}
