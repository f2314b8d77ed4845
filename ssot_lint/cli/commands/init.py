"""Writes a first contract from what is seen in the code, and what runs it at commit and in CI."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import Progress, colour, confirmed, is_attended
from ssot_lint.discovery import hooks
from ssot_lint.discovery.candidates import Candidate
from ssot_lint.discovery.diff import diff
from ssot_lint.discovery.discover import discover
from ssot_lint.discovery.draft import contracts
from ssot_lint.discovery.origin import Origin, origin
from ssot_lint.discovery.pipelines import pipeline, placed
from ssot_lint.engine import run as engine
from ssot_lint.findings import baseline, baseline_file
from ssot_lint.model.errors import ConfigError, Unusable, WrongInput
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable, relative
from ssot_lint.report.pages.diff import render
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import count
from ssot_lint.settings import loading
from ssot_lint.settings.documents import TABLE, Document, Flaw
from ssot_lint.settings.settings import FILE, PYPROJECT, Settings
from ssot_lint.sources import git, writing
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.projects import nearest
from ssot_lint.sources.writing import FileEdit


class Plan(NamedTuple):
    """The edits of files, and sentences on what was seen."""

    changes: list[FileEdit]
    notes: list[str]


def run(options: Namespace) -> Answer:
    here = Path(os.path.realpath(os.getcwd()))
    try:
        plan = _plan(options, here)
        todo = [one for one in plan.changes if one.old != one.new]
        text = render(diff(todo), Paint(colour(options.color)))
        if not todo:
            return Answer("", notes=(*plan.notes, "nothing is to be written"))
        if options.dry_run:
            return Answer(text, notes=(*plan.notes, "nothing was written: this is a dry run"))
        if not options.yes and is_attended():
            if not confirmed(text, "write?"):
                return Answer("", notes=(*plan.notes, "nothing was written"))
            text = ""
        plan.notes.extend(f"wrote {printable(name)}" for name in writing.write_edits(todo))
    except Unusable as error:
        raise WrongInput(str(error)) from None
    return Answer(text, notes=tuple(plan.notes))


def _plan(options: Namespace, here: Path) -> Plan:
    """Everything that is to be written, prepared before anything is written."""
    plan = Plan([], [])
    found = nearest(here)
    if found is None:
        plan = _settings(options, here)
    else:
        plan.notes.append(f"{printable(relative(found, here))} has settings already: they are left alone")
    # Hooks and pipelines belong to the repository, whichever of its folders the settings are for.
    top = Path(git.repository(str(here)) or here)
    folder = relative(found.parent if found is not None else here, top)
    came_from = origin() if options.pre_commit or options.ci else Origin()
    if options.pre_commit:
        change = _planned(top / hooks.FILE, here, lambda old: hooks.with_hooks(old, came_from))
        plan.changes.append(change)
        if change.old == change.new:
            plan.notes.append(f"{printable(change.shown)} has the hook already")
        elif not came_from.requirement:
            plan.notes.append(f"put the address of ssot-lint's repository in the place of {hooks.REPOSITORY}")
        elif came_from.here:
            plan.notes.append(
                f"{printable(change.shown)} names what only this machine has: {came_from.requirement}"
            )
    if options.ci is not None:
        one = pipeline(options.ci, "." if folder.startswith("..") else folder, came_from)
        change = _planned(top / one.path, here, lambda old: placed(one, old))
        plan.changes.append(change)
        if change.old == change.new:
            plan.notes.append(f"{printable(change.shown)} is there already")
        elif came_from.here or not came_from.requirement:
            plan.notes.append(f"say in {printable(change.shown)} where other machines get ssot-lint from")
        if one.note:
            plan.notes.append(one.note)
    return plan


def _planned(file: Path, here: Path, edit: Callable[[bytes | None], bytes]) -> FileEdit:
    return writing.planned(file, relative(file, here), edit)


def _settings(options: Namespace, here: Path) -> Plan:
    """The settings file with a first contract."""
    name = options.file or (PYPROJECT if os.path.lexists(here / PYPROJECT) else FILE)
    old = writing.content(here / name, name)
    content = Document(old or b"").content
    if isinstance(content, Flaw):
        raise ConfigError([content.at(name)])
    candidates, notes = _seen(options, here)
    table = f"{'.'.join(TABLE)}." if name == PYPROJECT else ""

    def changed(file: str = "") -> tuple[FileEdit, Settings]:
        text = contracts(candidates, table=table, baseline=file)
        change = FileEdit(here / name, name, old, writing.appended(old or b"", text))
        try:
            return change, loading.parse(change.new or b"", change.file, codes=CODES)
        except ConfigError as error:
            raise Unusable(f"no table can be added to {name} ({error}): try --file {FILE}") from None

    change, settings = changed()
    plan = Plan([change], notes)
    if settings.contracts and not options.no_baseline:
        recorded = _baseline(settings, options, plan)
        if recorded is not None:
            plan.changes[:] = [changed(recorded.shown)[0], recorded]
    return plan


def _seen(options: Namespace, here: Path) -> tuple[list[Candidate], list[str]]:
    """The candidates for contracts that convince, and sentences on them."""
    progress = Progress(wanted=not options.no_progress)
    try:
        candidates, listing = discover(loading.parse(b"", here / FILE, codes=CODES), progress=progress)
    finally:
        progress.clear()
    if not listing.files:
        raise WrongInput("there are no Python files below this folder: run init where the code is")
    convincing = [one for one in candidates if one.is_convincing]
    notes = list(listing.notes)
    files = count(len(listing.files), "file")
    if convincing:
        chosen = convincing[: options.contracts]
        names = ", ".join(printable(one.name) for one in chosen)
        further = [printable(one.name) for one in convincing[options.contracts :][:3]]
        more = f"; --contracts N would write more: {', '.join(further)}" if further else ""
        notes.append(f"looked at {files}: a contract for {names}{more}")
        return chosen, notes
    notes.append(
        f"looked at {files}: no class calls for a contract, so the settings have an example in comments"
    )
    return [], notes


def _baseline(settings: Settings, options: Namespace, plan: Plan) -> FileEdit | None:
    """The baseline of what the new contract finds now, as a file to write; None where there shall be none."""
    progress = Progress(wanted=not options.no_progress)
    # Before the user has agreed nothing is written, not even what runs remember.
    agreed = not options.dry_run and (options.yes or not is_attended())
    try:
        report = engine.check(settings, how=RunOptions(cache=agreed, progress=progress))
    finally:
        progress.clear()
    number = f"{count(len(report.findings), 'finding')} by {count(len(settings.contracts), 'contract')}"
    if not report.findings:
        plan.notes.append(f"no {number.removeprefix('0 ')}: no baseline is needed")
        return None
    change = _planned(settings.root / baseline_file.FILE, settings.root, lambda old: old or b"")
    if change.old is not None:
        plan.notes.append(
            f"{number}; {baseline_file.FILE} is there already and left alone: see `ssot-lint baseline`"
        )
        return None
    source = baseline.sources(settings, Disk(str(settings.root)), {one.path for one in report.findings})
    entries = baseline.entries(report.findings, source)
    if not entries:
        plan.notes.append(f"{number}, which no baseline can hold: `ssot-lint check` shows them")
        return None
    part = "" if len(entries) == len(report.findings) else f"{len(entries)} of them "
    plan.notes.append(f"{number}, {part}recorded in the baseline {baseline_file.FILE}")
    text = baseline_file.render(entries, found_by=baseline.found_by(settings, entries))
    return change._replace(new=text.encode("utf-8"))
