"""Shows where the migration to each contract stands, and keeps a tracker in Markdown up to date."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import Progress, colour, width, wraps
from ssot_lint.cli.track.asked import Tracked, tracked
from ssot_lint.model.errors import Unusable, WrongInput
from ssot_lint.model.options import RunOptions
from ssot_lint.model.wording import printable
from ssot_lint.report.pages.marked import OTHER_ENCODINGS
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.tracks import json, markdown, plot, text
from ssot_lint.sources import writing
from ssot_lint.tracking.progress import History


def run(options: Namespace) -> Answer:
    if options.update is not None:
        _readable(options.update)
    progress = Progress(wanted=not options.quiet and not options.no_progress)
    how = RunOptions(options.workers, cache=not options.no_cache, progress=progress)
    try:
        found = tracked(options, how, options.contract)
    finally:
        progress.clear()
    said = list(found.notes)
    if options.update is not None:
        said.append(_updated(options.update, found))
    return Answer(_shown(options, found), 0, () if options.quiet else tuple(said))


def _shown(options: Namespace, found: Tracked) -> str:
    match options.format:
        case "json":
            return json.render(found.progress, found.history)
        case "markdown":
            return markdown.render(found.progress, found.history)
        case _:
            paint = Paint(colour(options.color))
            return text.render(found.progress, found.history, paint, _plot(found.history, paint))


def _plot(history: History | None, paint: Paint) -> Callable[[History, Sequence[str]], str] | None:
    """What draws a history: plotext where it is installed and somebody looks; else bars are drawn."""
    if history is None or not wraps() or plot.render(history, (), width(), colour=paint.on) is None:
        return None
    return lambda past, contracts: plot.render(past, contracts, width(), colour=paint.on) or ""


# -- the tracker


def _readable(file: str) -> bytes | None:
    try:
        return writing.content(Path(file), file)
    except Unusable as error:
        raise WrongInput(str(error)) from None


def _updated(file: str, found: Tracked) -> str:
    """Writes the blocks into the file; what was done, in a sentence. WrongInput leaves it as it is."""
    old = _readable(file)
    data = old or b""
    if data.startswith(OTHER_ENCODINGS):
        raise WrongInput(
            f"{printable(file)}: is no text in UTF-8, and no block can stand in it: save it as UTF-8"
        )
    end = writing.newline_of(data)
    # What is no UTF-8 is kept byte for byte.
    before = data.decode("utf-8", "surrogateescape")
    after = markdown.updated(before, file, found.progress, found.history, end)
    edit = writing.FileEdit(Path(file), os.fspath(file), old, after.encode("utf-8", "surrogateescape"))
    try:
        done = writing.write_edits([edit])
    except Unusable as error:
        raise WrongInput(str(error)) from None
    return f"{printable(file)}: {'brought up to date' if done else 'is up to date'}"
