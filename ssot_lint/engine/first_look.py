"""The first look at a project of which nothing is remembered → the store that the next run begins with.

A server has threads, and cannot be forked: so another process looks, with as many of its own as a run on the command
line has, and what that takes in memory goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ssot_lint.engine import run
from ssot_lint.gather.apart import apart, end_with_parent
from ssot_lint.gather.gather import ENOUGH
from ssot_lint.model.options import Progress, RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import workspace
from ssot_lint.settings.settings import Settings


def look(settings: Settings, files: int, progress: Progress | None) -> bool:
    """Whether another process has looked at the project, which has so many files: for a few it is not worth one. It
    reads the settings on the disk: where those of an open text are others, what it leaves is of less use, and never
    wrong. ``progress`` may raise to give up."""

    def hear(line: str) -> None:
        stage, through, of = line.split()
        if progress is not None:
            progress(stage, int(through), int(of))

    return files >= ENOUGH and apart(__name__, [str(settings.file)], hear)


def main(words: Sequence[str]) -> None:
    """What that process does. Its words are the settings file; it prints how far it is."""
    end_with_parent()
    settings = workspace.load(Path(*words), codes=CODES)
    told = ("", 0)

    def tell(stage: str, through: int, of: int) -> None:
        nonlocal told
        percent = stage, 100 * through // max(of, 1)
        if percent != told:
            told = percent
            print(stage, through, of, flush=True)

    run.check(settings, how=RunOptions(cache=True, progress=tell))
