"""Writes one page for a browser about all contracts: what is found, where it stands, what is left to do."""

from __future__ import annotations

import os
from argparse import Namespace

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import Progress
from ssot_lint.cli.track.asked import owners_of_project, tracked
from ssot_lint.engine.survey import StateSurvey, surveyed
from ssot_lint.model.errors import Unreadable, Unusable, WrongInput
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.wording import printable
from ssot_lint.report.html import page
from ssot_lint.report.html.data import Content
from ssot_lint.report.view import count
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import disk, writing


def run(options: Namespace) -> Answer:
    try:
        page.must_be_possible()
        writing.examine([options.html])
    except Unusable as error:
        raise WrongInput(str(error)) from None
    progress = Progress(wanted=not options.quiet and not options.no_progress)
    how = RunOptions(options.workers, cache=not options.no_cache, progress=progress)
    try:
        found = tracked(options, how)
        settings = found.settings
        findings, roles = surveyed(settings, how, _told)
    except Unusable as error:
        raise WrongInput(str(error)) from None
    finally:
        progress.clear()
    known = {path: role for one in found.progress for path, role in one.roles.items()}
    content = Content(
        title=options.title or f"{os.path.basename(os.path.realpath(settings.root))}: one source of truth",
        findings=findings,
        progress=found.progress,
        history=found.history,
        source=lambda path: _source(settings, path),
        role_of=lambda path: known.get(path) or roles.get(path, "production"),
        owners_of=owners_of_project(settings)[0],
    )
    try:
        writing.write_reports({options.html: page.render(content)})
    except Unusable as error:
        raise WrongInput(str(error)) from None
    said = f"{printable(options.html)}: {count(len(findings), 'finding')}, {count(len(found.progress), 'contract')}"
    return Answer("", 0, () if options.quiet else (*found.notes, said))


def _told(survey: StateSurvey) -> tuple[tuple[Finding, ...], dict[str, str]]:
    """All findings, and the roles of files."""
    roles = {one.path: "tests" if one.tests else "production" for one in survey.built.listing.files}
    return survey.report.findings, roles


def _source(settings: Settings, path: str) -> bytes | None:
    try:
        return disk.read(settings.root, path, Parts(settings).limit(path))
    except Unreadable:
        return None
