"""The terminal behind the standard streams: whether it shows colours, how wide it is, progress on it."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

WIDTH = 120
"""Cells of a line where no terminal says how many it has."""


def colour(when: str) -> bool:
    """Whether standard output is coloured: ``always``, ``never``, or ``auto``.

    The variables are read as ruff does: NO_COLOR wins, and an empty variable counts as not set.
    """
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return True
    return os.environ.get("CLICOLOR") != "0" and _obeys(sys.stdout)


def width() -> int:
    """Cells of a line of standard output."""
    if not _is_terminal(sys.stdout):
        return WIDTH
    import shutil

    return shutil.get_terminal_size((WIDTH, 0)).columns


def wraps() -> bool:
    """Whether sentences are broken at that width: only in a terminal. Programs that read a pipe want whole lines."""
    return _obeys(sys.stdout)


def is_attended() -> bool:
    """Whether a person can be asked: standard input and output are terminals."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stdout)


def confirmed(text: str, question: str) -> bool:
    """Shows a text and asks a question; whether the answer is yes. No answer is no."""
    # Not by input(), which puts the question on standard error.
    sys.stdout.write(f"{text}{question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


class Progress:
    """Tells a person how far a long run has come, and cleans up behind itself.

    It is called as ``engine.Progress`` says. It shows nothing in the first second, and nothing where standard error is
    no terminal.
    """

    PATIENCE = 1.0
    PAUSE = 0.1

    def __init__(self, wanted: bool) -> None:
        self._shown = wanted and _obeys(sys.stderr)
        self._next = time.monotonic() + self.PATIENCE
        self._dirty = False

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next = now + self.PAUSE
            self._dirty = True
            _write(f"\r{phase} {done}/{total}\x1b[K")

    def clear(self) -> None:
        if self._dirty:
            self._dirty = False
            _write("\r\x1b[K")


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        # The terminal has gone. Progress is no result.
        pass


def _obeys(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal that does more than print."""
    return _is_terminal(stream) and os.environ.get("TERM") != "dumb"


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # The stream is closed.
        return False
