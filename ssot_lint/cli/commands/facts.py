"""Shows what a file says about some names: the facts that links and rules see. For people who work on ssot-lint."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ssot_lint.cli.answer import Answer
from ssot_lint.facts.extract import extract
from ssot_lint.facts.parse import deep
from ssot_lint.links.roles import words_of
from ssot_lint.model.errors import Unreadable, WrongInput
from ssot_lint.model.wording import printable
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.pages.facts import render
from ssot_lint.settings.members import Parts
from ssot_lint.sources import disk
from ssot_lint.sources.projects import projects

_LARGEST = 1 << 30


def run(options: Namespace) -> Answer:
    words, root, path, limit = frozenset(options.names or ()), Path(), options.path, _LARGEST
    if not words:
        (project,), _ = projects([options.path], file=options.config)
        settings, path = project.settings, (project.paths or ("",))[0]
        root, limit = settings.root, Parts(settings).limit(path)
        words = words.union(*map(words_of, settings.contracts))
    try:
        data = disk.read(root, path, limit)
    except Unreadable as error:
        raise WrongInput(f"{printable(options.path)}: {error}") from None
    text = render(deep(lambda: extract(data, words, sharing=options.sharing)))
    return Answer("".join(f"{harmless(line)}\n" for line in text.splitlines()))
