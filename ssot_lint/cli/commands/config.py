"""Shows the settings in force, and where each comes from."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Iterator

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import colour
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import named, relative
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.json_text import dumps
from ssot_lint.report.pages import settings as in_force
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import count
from ssot_lint.settings import patterns
from ssot_lint.settings.members import ROOT, Parts, contracts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import listing as files
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.projects import Selection, nothing_to_judge, projects


def run(options: Namespace) -> Answer:
    asked, strays = projects(options.paths, file=options.config)
    judged = [one for project in asked for one in _of_project(project)]
    if options.format == "json":
        found = [
            in_force.document(settings, file, CODES, member, _layout(asked, settings))
            for settings, file, member in judged
        ]
        return Answer(f"{dumps({'version': 1, 'projects': found}, indent=2)}\n")
    if options.check:
        if any(nothing_to_judge(project.settings) for project in asked):
            return Answer("", 2, strays)
        lines = (
            f"{harmless(named(file))}: {count(len(one.contracts), 'contract')}, no mistakes"
            for one, file, _ in judged
        )
        return Answer("".join(f"{line}\n" for line in lines), notes=(*strays, *_doubts(asked)))
    paint = Paint(colour(options.color))
    texts = (
        in_force.render(settings, file, CODES, paint, member, _layout(asked, settings))
        for settings, file, member in judged
    )
    return Answer("\n".join(texts), notes=(*strays, *_doubts(asked)))


def _doubts(asked: Iterable[Selection]) -> Iterator[str]:
    """Sentences on what is doubtful in the layout and the patterns."""
    for project in asked:
        yield from files.listing(project.settings).notes
        tree = Disk(os.path.realpath(project.settings.root))
        paths = tree.contents().files
        for part in Parts(project.settings).each():
            yield from patterns.idle(part, ("per-path-ignores",), paths, tree.is_folder)


def _layout(asked: Iterable[Selection], settings: Settings) -> in_force.Layout:
    """The files on the disk that some settings of these projects are about."""
    whole, part = next(
        (project.settings, part)
        for project in asked
        for part in Parts(project.settings).each()
        if part.settings is settings
    )
    listing = files.listing(whole)
    paths = Disk(os.path.realpath(whole.root)).contents().files
    return in_force.Layout(
        listing.roots,
        {
            key: tuple((text, patterns.count(part, text, paths)) for text in patterns.patterns(settings, key))
            for key in patterns.KEYS
        },
        tuple(map(str, listing.shadowed)),
    )


def _of_project(project: Selection) -> Iterator[tuple[Settings, str, in_force.Membership | None]]:
    """The settings of a project, with their file; of a root also those of the members that were asked for."""
    root = relative(project.settings.file, os.curdir)
    if not project.settings.workspace:
        yield project.settings, root, None
        return
    parts = Parts(project.settings)
    held = contracts(project.settings)
    asked = {parts.of(path).base for path in project.paths or ()}
    for part in parts.each():
        if project.paths is not None and part.base not in asked and not _above(part.base, project.paths):
            continue
        others = tuple((one.contract.name, one.owner) for one in held[part.base] if one.owner != part.base)
        members = project.settings.workspace if part.base == ROOT else ()
        named = tuple((one.folder, one.settings is not None) for one in members)
        file = relative(part.settings.file, os.curdir)
        yield part.settings, file, in_force.Membership(root, part.base, named, others)


def _above(folder: str, paths: Iterable[str]) -> bool:
    """Whether one of the paths is a folder around a member, or the member itself."""
    return bool(folder) and any(f"{folder}/".startswith(f"{path}/") for path in paths)
