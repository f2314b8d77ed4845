"""A commit → those before it along first parents, and the versions of a file in them. Reads git's objects only.

Paths are relative to the repository's top. Errors are those of ``git``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.model.errors import GitRefused
from ssot_lint.sources import git

_LONG = 120
"""Seconds that git may take to look through the history."""


class CommitEntry(NamedTuple):
    """A commit: its id, those of its parents, and the author's date as ISO 8601 has it."""

    id: str
    parents: tuple[str, ...]
    date: str


def first_parents(
    folder: str, new: str, old: str | None = None, *, most: int | None = None
) -> list[CommitEntry]:
    """A commit and those before it along first parents, the newest first; without those that ``old`` reaches, and at
    most so many."""
    left_out: tuple[str, ...] = (f"^{old}",) if old is not None else ()
    left_out += (f"--max-count={most}",) if most is not None else ()
    words = ("rev-list", "--first-parent", "--format=%H%x00%P%x00%aI", new, *left_out, "--")
    listed = git.asked(folder, *words, seconds=_LONG)
    found = []
    for line in listed.decode("ascii", "replace").splitlines():
        # Before each there is a line with its id alone.
        if "\0" in line:
            id, parents, date = line.split("\0")
            found.append(CommitEntry(id, tuple(parents.split()), date))
    return found


def versions(folder: str, new: str, path: str) -> list[tuple[str, str]]:
    """The commits along first parents that have changed a file, the newest first, each with the blob that it has left;
    an empty one where it has removed the file. ``path`` is relative to the top, and no other name is followed."""
    words = ("--literal-pathspecs", "-c", "log.showSignature=false", "log", "--first-parent", "-m", "--raw")
    form = ("--no-abbrev", "--no-renames", "--no-color", "-z", "--format=%x01%H", new, "--", path)
    listed = git.asked(folder, *words, *form, seconds=_LONG)
    return [(commit, blob) for commit, blob, _ in _changes(os.fsdecode(listed))]


def versions_since(folder: str, new: str, old: str) -> dict[str, list[tuple[str, str]]]:
    """By path the same of all files, of the commits along first parents that ``old`` does not reach."""
    words = ("-c", "log.showSignature=false", "log", "--first-parent", "-m", "--raw", "--no-abbrev")
    form = ("--no-renames", "--no-color", "-z", "--format=%x01%H", new, f"^{old}", "--")
    listed = git.asked(folder, *words, *form, seconds=_LONG)
    found: dict[str, list[tuple[str, str]]] = {}
    for commit, blob, path in _changes(os.fsdecode(listed)):
        found.setdefault(path, []).append((commit, blob))
    return found


def _changes(listed: str) -> Iterator[tuple[str, str, str]]:
    """What ``log --raw -z`` tells: the commit, the blob that it has left, and the path."""
    commit, blob = "", None
    for part in listed.split("\0"):
        head = part.strip("\n")
        if blob is not None:
            yield commit, blob, part
            blob = None
        elif head.startswith("\1"):
            commit = head[1:]
        elif head.startswith(":") and commit:
            left = head.split(" ")[3]
            blob = left if left.strip("0") else ""


def boundary(folder: str) -> list[str]:
    """The commits whose parents a shallow clone lacks; none of a whole one."""
    try:
        place = os.fsdecode(git.asked(folder, "rev-parse", "--git-path", "shallow")).strip("\n")
        with open(os.path.join(folder, place), encoding="ascii", errors="replace") as stream:
            return sorted(stream.read().split())
    except (GitRefused, OSError):
        return []


def renamed_from(folder: str, old: str, new: str, path: str) -> str:
    """The path that a file of a commit had in another one, where it was renamed between them; else nothing."""
    words = ("diff-tree", "-r", "-z", "-M", "--name-status", "--diff-filter=R", old, new)
    listed = git.asked(folder, *words, seconds=_LONG)
    parts = os.fsdecode(listed).split("\0")
    for kind, was, now in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
        if kind.startswith("R") and now == path:
            return was
    return ""


def blob_at(folder: str, commit: str, path: str) -> str:
    """The blob of a file in a commit; nothing where it has none."""
    listed = git.asked(folder, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", path)
    about = os.fsdecode(listed).partition("\t")[0].split(" ")
    return about[2] if len(about) == 3 and about[1] == "blob" else ""


def is_cut_off(folder: str, id: str) -> bool:
    """Whether the clone lacks the parents of a commit that has some."""
    said = git.asked(folder, "cat-file", "commit", id)
    parents = [line for line in said.partition(b"\n\n")[0].splitlines() if line.startswith(b"parent ")]
    return bool(parents) and len(entry(folder, id).parents) < len(parents)


def entry(folder: str, id: str) -> CommitEntry:
    """One commit, with those of its parents that the clone has."""
    said = git.asked(folder, "rev-list", "--no-walk", "--format=%H%x00%P%x00%aI", id, "--")
    line = said.decode("ascii", "replace").splitlines()[-1]
    name, parents, date = line.split("\0")
    return CommitEntry(name, tuple(parents.split()), date)
