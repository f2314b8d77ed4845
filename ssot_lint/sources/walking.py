"""A folder on the disk → which files the project in it has.

The project has those regular ``.py`` and ``.pyi`` files below its root that git tracks or does not ignore.
Where no repository is around, or git gives no answer, the folders are walked instead, past those that hold no
source by custom: hidden ones, ``build``, ``dist``. Either way

- what others wrote is left out: environments of Python, ``site-packages``, ``node_modules``, submodules, and
  other repositories within the project's own;
- each file is there once: links to folders are not followed, so nothing has a path through one, and a link to a
  file is listed only where it leads to one below the root that is not listed by its own name, and is not left out
  as another repository's (hard links are files like any other).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

from ssot_lint.model.errors import GitUnusable
from ssot_lint.model.wording import printable, shown
from ssot_lint.settings.settings import FILE
from ssot_lint.sources import git
from ssot_lint.sources.tree import (
    ENVIRONMENT,
    FOREIGN,
    MARKERS,
    SUFFIXES,
    Contents,
    above,
    below,
    is_foreign,
)

_BUILT: Final = frozenset(("_build", "buck-out", "build", "dist"))
"""Folders that hold no source, unless git says so."""


def in_short(paths: Sequence[str], warning: str) -> str:
    """What git said, in short: see ``Tree.said``."""
    text = "\0".join((*paths, warning)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def admits(root: str, path: str) -> bool:
    """Whether a file that is not there would be listed if it were. ``root`` is free of links."""
    folders = above(path)
    if any(map(is_foreign, folders)) or any(_has(root, folder, ENVIRONMENT) for folder in folders):
        return False
    names = [*map(posixpath.basename, folders)]
    is_elsewhere = ".git" in names or _is_of_another(root, path)
    is_git_asked = git.repository(root) is not None
    if is_git_asked:
        try:
            if not git.ignores_file(root, path):
                return not is_elsewhere
            if git.python_files(root)[0] or not git.ignores(root):
                return False
            is_git_asked = False
        except GitUnusable:
            # Then the folders are walked, past other repositories.
            pass
    return not any(map(_is_passed, names)) and not (is_git_asked and is_elsewhere)


def _has(root: str, folder: str, names: Iterable[str]) -> bool:
    return any(os.path.lexists(os.path.join(root, folder, name)) for name in names)


def _is_passed(folder: str) -> bool:
    """Whether a folder holds no source by custom, by its name."""
    return folder in _BUILT or folder.startswith(".")


class _Walked(NamedTuple):
    """What is on disk, by path relative to the root. ``folders`` were looked into; ``unread`` has those that could
    not be listed, each with the reason."""

    folders: list[str]
    files: list[str]
    links: list[str]
    markers: list[str]
    settings: list[str]
    unread: list[tuple[str, str]]


_Tree = Mapping[str, Set[str]]
"""The names of the files and folders to look at, by folder."""


def walked(root: str) -> Contents:
    """What a project has. ``root`` is free of links."""
    tree, repository, notes = None, git.repository(root), []
    said: str | None = ""
    if repository is not None:
        said = None
        try:
            paths, warning = git.python_files(root)
            if warning:
                notes.append(f"git: {warning}")
            if paths:
                said = in_short(paths, warning)
            if not paths and git.ignores(root):
                repository = None
                notes.append("git ignores the project as a whole: its folders are walked instead")
            else:
                tree = _tree(paths)
        except GitUnusable as error:
            notes.append(f"git cannot be used ({error}): files that it ignores are checked too")
    found = _walk(root, tree, others=repository is None)
    found.files.extend(_linked(root, found, others=repository is None))
    if found.unread:
        folder, reason = min(found.unread)
        more = f" ({len(found.unread) - 1} more)" if len(found.unread) > 1 else ""
        notes.append(f"the folder {shown(folder or '.')} cannot be read: {printable(reason)}{more}")
    return Contents(
        folders=tuple(found.folders),
        files=tuple(found.files),
        markers=tuple(found.markers),
        settings=tuple(found.settings),
        notes=tuple(notes),
        said=said,
        loose=bool(found.links or found.unread),
    )


def _tree(paths: Iterable[str]) -> _Tree:
    tree: dict[str, set[str]] = {"": set()}
    for path in paths:
        folder, _, name = path.rpartition("/")
        while folder not in tree:
            tree[folder] = {name}
            folder, _, name = folder.rpartition("/")
        tree[folder].add(name)
    return tree


def _walk(root: str, tree: _Tree | None, *, others: bool) -> _Walked:
    """What is below ``root``: what the tree names or, when it is None, all that custom does not leave out.

    ``others``: also what is in other repositories.
    """
    found = _Walked([], [], [], [], [], [])
    pending = [""]
    while pending:
        folder = pending.pop()
        found.folders.append(folder)
        wanted = tree[folder] if tree is not None else frozenset()
        modes = _modes(root, folder, wanted, found.unread)
        is_other = ".git" in modes and tree is None and not others
        if folder and (is_other or not ENVIRONMENT.isdisjoint(modes)):
            continue
        for name, mode in modes.items():
            path = f"{folder}/{name}" if folder else name
            if mode == stat.S_IFDIR:
                passed = path not in tree if tree is not None else _is_passed(name)
                if not passed and name not in FOREIGN:
                    pending.append(path)
                continue
            if name in MARKERS:
                found.markers.append(path)
            elif name == FILE:
                found.settings.append(path)
            if name.endswith(SUFFIXES) and (tree is None or name in wanted):
                if mode == stat.S_IFREG:
                    found.files.append(path)
                elif mode == stat.S_IFLNK:
                    found.links.append(path)
    return found


def _modes(root: str, folder: str, wanted: Set[str], unread: list[tuple[str, str]]) -> dict[str, int]:
    """What kind of thing each name in a folder is: a regular file, a folder, a link, or 0."""
    modes: dict[str, int] = {}
    place = os.path.join(root, folder)
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                modes[entry.name] = _kind(entry)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        unread.append((folder, str(error.strerror or error)))
    # A disk may spell a name in another way than git does, and a folder that may not be listed may still let
    # in those who know what is there.
    for name in wanted - modes.keys() - {"", ".", ".."}:
        with contextlib.suppress(OSError):
            modes[name] = stat.S_IFMT(os.lstat(os.path.join(place, name)).st_mode)
    return modes


def _kind(entry: os.DirEntry[str]) -> int:
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    if entry.is_file(follow_symlinks=False):
        return stat.S_IFREG
    return stat.S_IFLNK if entry.is_symlink() else 0


def _linked(root: str, found: _Walked, *, others: bool) -> Iterator[str]:
    """The links that stand for a file of the project that has no other name in the listing. ``others`` is as in
    ``_walk``."""
    listed = set(found.files)
    for path in sorted(found.links):
        real = os.path.realpath(os.path.join(root, path))
        target = below(root, real)
        if target is None or target in listed or not os.path.isfile(real):
            continue
        if others or not _is_of_another(root, target):
            listed.add(target)
            yield path


def _is_of_another(root: str, path: str) -> bool:
    """Whether a file below the root is one of another repository within."""
    return any(_has(root, folder, [".git"]) for folder in above(path))


__all__ = ["admits", "in_short", "walked"]
