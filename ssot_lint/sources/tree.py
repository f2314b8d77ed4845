"""A state of a project, on the disk or in git: which files it has, and their bytes; and what names of files mean."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

SUFFIXES: Final = (".py", ".pyi")

FOREIGN: Final = frozenset(
    ("__pycache__", "__pypackages__", "node_modules", "site-packages", ".eggs", ".nox", ".tox")
)
"""Folders that hold nothing of the project's own, whatever git says."""

ENVIRONMENT: Final = frozenset(("pyvenv.cfg", "conda-meta"))
"""What tells an environment of Python from other folders, whatever its name."""

MARKERS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "manage.py": re.compile(rb"\bdjango\b"),
    "pyproject.toml": re.compile(rb"^[ \t]*\[(build-system|project|tool\.poetry)\]", re.MULTILINE),
    "setup.cfg": re.compile(rb"^\[(metadata|options)\]", re.MULTILINE),
    "setup.py": re.compile(rb"\b(distutils|setuptools)\b"),
}
"""Files that make a folder a project in itself, and what they hold if they do: others of the same names are
scripts, or hold only settings of tools."""


class Tree(Protocol):
    """One state of a project: which files there are, and their bytes. Paths are relative to the project's root.

    ``key`` tells kinds of states apart: the disk has an empty one."""

    @property
    def key(self) -> str: ...

    def contents(self) -> Contents:
        """What is there."""

    def said(self) -> str | None:
        """What ``contents`` was made from, in short, without the look at it; None where that cannot be told."""

    def resolve(self, given: str) -> str | None:
        """The folder that is meant by a path from the settings, "." for the root; None where it leads out."""

    def is_folder(self, path: str) -> bool: ...

    def has(self, path: str) -> bool:
        """Whether there is a file of this path, or may be one that cannot be looked at."""

    def unseen(self, paths: Collection[str]) -> Collection[str]:
        """Those of some paths that are not there because they were never checked out."""

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file, or Unreadable. A file of more than ``limit`` bytes is not read."""

    def stamps(self, paths: Sequence[str], before: int) -> list[str]:
        """What tells one state of each file or folder from others; empty where nothing does, or where it may have
        changed since ``before``, in nanoseconds since the epoch: then a stamp could stand for two states."""

    def below(self, folder: str) -> Tree:
        """The state of what is in a folder."""

    def only(self, paths: Collection[str]) -> Tree:
        """A state that can read these files and need not do more, to be sent to another process."""


class Contents(NamedTuple):
    """What a state has. ``folders`` were looked into; ``markers`` may make a folder a project; ``settings``
    are files of ours; ``notes`` are sentences for a person. ``said`` is as in ``Tree``. ``loose``: there are links
    among the files, or some folder could not be read."""

    folders: tuple[str, ...]
    files: tuple[str, ...]
    markers: tuple[str, ...]
    settings: tuple[str, ...]
    notes: tuple[str, ...] = ()
    said: str | None = ""
    loose: bool = False


def is_source(path: str) -> bool:
    """Whether a file is one of Python, by its name."""
    return path.endswith(SUFFIXES)


def is_foreign(folder: str) -> bool:
    """Whether a folder holds nothing of the project's own, by its name."""
    return posixpath.basename(folder) in FOREIGN


def tells_environment(path: str) -> bool:
    """Whether the folder around a file or folder is an environment of Python, by the name of the latter."""
    return posixpath.basename(path) in ENVIRONMENT


def may_mark(path: str) -> bool:
    """Whether a file may make the folder around it a project in itself, by its name."""
    return posixpath.basename(path) in MARKERS


def above(path: str) -> list[str]:
    """The folders that a path is in, without the root; the nearest first."""
    found = []
    while path := posixpath.dirname(path):
        found.append(path)
    return found


def below(root: str, place: str) -> str | None:
    """The path from a root to a place, both absolute and free of links; None when it leads out."""
    if os.path.normcase(place) == os.path.normcase(root):
        return "."
    top = os.path.join(root, "")
    if os.path.normcase(place).startswith(os.path.normcase(top)):
        return place[len(top) :].replace(os.sep, "/")
    return None
