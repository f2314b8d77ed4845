"""Shows each step of the reasoning about one line."""

from __future__ import annotations

import dataclasses
import os
import re
from argparse import Namespace

from ssot_lint import engine
from ssot_lint.commands.answer import Answer
from ssot_lint.keys import printable, shown
from ssot_lint.projects import WrongInput, projects, relative
from ssot_lint.refusal import Unusable
from ssot_lint.report.json import dumps
from ssot_lint.report.logs import harmless
from ssot_lint.report.paint import Paint
from ssot_lint.report.view import at
from ssot_lint.terminal import colour

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
    except Unusable as error:
        raise WrongInput(str(error)) from None
    if options.format == "json":
        document = {"version": 1, "steps": [dataclasses.asdict(step) for step in steps]}
        return Answer(f"{dumps(document, indent=2)}\n")
    paint = Paint(colour(options.color))
    lines = []
    for step in steps:
        path = relative(project.settings.root / step.path, os.curdir)
        lines.append(f"{harmless(f'{paint.place(at(path, step.line))}: {printable(step.text)}')}\n")
    return Answer("".join(lines))
