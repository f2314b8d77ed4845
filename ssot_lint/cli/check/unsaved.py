"""Options about standard input → the unsaved file that is read from it."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from ssot_lint.model.errors import WrongInput
from ssot_lint.settings.members import Parts
from ssot_lint.sources.projects import Selection

STDIN = "-"

_PIECE = 65536
"""Bytes of standard input that are read at once."""


def file(options: Namespace) -> str | None:
    """The name of the file that is read from standard input; None where standard input is not read."""
    name: str | None = options.stdin_filename
    if STDIN in options.paths:
        if len(options.paths) > 1:
            raise WrongInput("`-` stands alone: standard input is one file, and no other is reported on")
        return name or STDIN
    if name is not None and options.paths:
        raise WrongInput("--stdin-filename names the file of standard input: write `-` in place of the paths")
    return name


def standard_input(project: Selection) -> dict[str, bytes]:
    """The unsaved file by its relative path. No more is read than is needed to see that it is too large."""
    if sys.stdin is None:
        raise WrongInput("there is no standard input to read")
    if project.paths is None:
        raise WrongInput("--stdin-filename names a folder, and not a file")
    data = bytearray()
    limit = Parts(project.settings).limit(project.paths[0])
    # In pieces: Python handles a signal only between two statements.
    while len(data) <= limit and (piece := os.read(sys.stdin.fileno(), _PIECE)):
        data += piece
    return {project.paths[0]: bytes(data)}
