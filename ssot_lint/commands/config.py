"""Shows the settings in force, and where each comes from."""

from __future__ import annotations

import os
from argparse import Namespace

from ssot_lint.commands.answer import Answer
from ssot_lint.keys import printable
from ssot_lint.projects import projects, relative
from ssot_lint.report import settings as in_force
from ssot_lint.report.json import dumps
from ssot_lint.report.paint import Paint
from ssot_lint.report.view import count
from ssot_lint.rules import CODES
from ssot_lint.terminal import colour


def run(options: Namespace) -> Answer:
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
