"""Shows each step of the reasoning about one line."""

from __future__ import annotations

import dataclasses
import os
import re
from argparse import Namespace

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import colour, width, wraps
from ssot_lint.engine import run as engine
from ssot_lint.engine.why import NoSuchLine
from ssot_lint.model.errors import Unreadable, Unusable, WrongInput
from ssot_lint.model.wording import printable, relative, shown
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.json_text import dumps
from ssot_lint.report.pages.steps import render
from ssot_lint.report.terminal.excerpt import lines_of
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import at
from ssot_lint.settings.members import Parts
from ssot_lint.sources import disk
from ssot_lint.sources.projects import Selection, projects

_PLACE = re.compile(r"(.+?):(\d{1,9})(?::\d+)?", re.DOTALL)


def run(options: Namespace) -> Answer:
    place = _PLACE.fullmatch(options.place)
    if place is None or not int(place[2]):
        raise WrongInput(f"{shown(options.place)} is no place: write PATH:LINE, as in `src/chat.py:12`")
    (project,), _ = projects([place[1]], file=options.config)
    if project.paths is None or os.path.isdir(place[1]):
        raise WrongInput(f"{printable(place[1])}: is a folder, and not a file")
    try:
        steps = engine.why(project.settings, project.paths[0], int(place[2]))
    except NoSuchLine as error:
        raise WrongInput(f"{printable(options.place)}: {error}") from None
    except Unusable as error:
        raise WrongInput(str(error)) from None
    if options.format == "json":
        told = [{"path": step.path, "line": step.line, "text": step.text} for step in steps]
        return Answer(f"{dumps({'version': 1, 'steps': told}, indent=2)}\n")
    root = project.settings.root
    from_here = [dataclasses.replace(step, path=relative(root / step.path, os.curdir)) for step in steps]
    where = at(relative(root / project.paths[0], os.curdir), int(place[2]))
    text = render(from_here, where, _lines(project), width(), wraps(), Paint(colour(options.color)))
    return Answer("".join(f"{harmless(line)}\n" for line in text.splitlines()))


def _lines(project: Selection) -> list[str]:
    """The lines of the file that was asked about; none where it cannot be read."""
    settings = project.settings
    path = (project.paths or ("",))[0]
    try:
        return lines_of(disk.read(settings.root, path, Parts(settings).limit(path)))
    except Unreadable:
        return []
