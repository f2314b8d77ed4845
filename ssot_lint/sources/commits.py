"""Files on the disk → those that git tracks and that differ from the last commit, or from what is staged.

Bytes are compared, and no filter of the repository runs. A file whose lines end in another way is the same.
"""

from __future__ import annotations

import os
from collections.abc import Collection

from ssot_lint.model.errors import GitUnusable
from ssot_lint.sources import git
from ssot_lint.sources.writing import LARGEST as MAX_BYTES


def changed(folder: str, paths: Collection[str]) -> list[str]:
    """Those of some files that have changes which no commit holds. Paths are relative to ``folder``; outside of git
    there are none. GitUnusable, where git cannot tell."""
    if git.repository(os.path.realpath(folder)) is None or not paths:
        return []
    staged = {one.path: one.blob for one in git.index(folder)}
    try:
        committed = {one.path: one.blob for one in git.tree(folder, git.commit(folder, "HEAD"))}
    except GitUnusable:
        # There is no commit yet.
        committed = {}
    return [path for path in sorted(paths) if path in staged and _differs(folder, path, staged, committed)]


def _differs(folder: str, path: str, staged: dict[str, str], committed: dict[str, str]) -> bool:
    if staged[path] != committed.get(path):
        return True
    try:
        with open(os.path.join(folder, path), "rb") as stream:
            now = stream.read(MAX_BYTES)
    except OSError:
        return True
    was = git.content(folder, staged[path], MAX_BYTES)
    return was is None or was.replace(b"\r\n", b"\n") != now.replace(b"\r\n", b"\n")
