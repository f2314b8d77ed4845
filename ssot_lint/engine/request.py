"""What a front end asks of the engine: to judge a state of a project, and to report on some of its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.settings.settings import Settings
from ssot_lint.sources.tree import Tree

Wanted = Callable[[str], bool]
"""Whether a file or folder, relative to the root, was asked for."""


class Request(NamedTuple):
    """``buffers`` are the unsaved bytes of files, by path. ``wanted`` is None where all files are wanted."""

    settings: Settings
    tree: Tree
    buffers: Mapping[str, bytes]
    wanted: Wanted | None = None

    def wants(self, path: str) -> bool:
        return self.wanted is None or self.wanted(path)


def asked_for(paths: Sequence[str]) -> Wanted:
    """Whether a file is one of some files, or lies in one of some folders."""
    exact = {path.rstrip("/") for path in paths}
    if exact & {".", ""}:
        return lambda path: True
    folders = tuple(f"{path}/" for path in exact)
    return lambda path: path in exact or path.startswith(folders)
