"""A folder on the disk → the state of the project in it: which files there are, and their bytes; the only reader of
sources on the disk. Which files it lists says ``walking``.

Nothing on disk is changed. What was listed may be gone, or something else, when it is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ssot_lint.model.errors import GitUnusable, Unreadable
from ssot_lint.model.wording import shown
from ssot_lint.sources import git
from ssot_lint.sources.tree import Contents, above, below
from ssot_lint.sources.walking import in_short, walked

_CHUNK: Final = 1024 * 1024
"""How many bytes are asked for at once where the size is not what was expected."""


class Disk(NamedTuple):
    """The files as they are on the disk, below ``root``."""

    root: str

    @property
    def key(self) -> str:
        return ""

    def contents(self) -> Contents:
        return walked(os.path.realpath(self.root))

    def said(self) -> str | None:
        root = os.path.realpath(self.root)
        if git.repository(root) is None:
            return ""
        try:
            return in_short(*git.python_files(root))
        except GitUnusable:
            return None

    def resolve(self, given: str) -> str | None:
        root = os.path.realpath(self.root)
        return below(root, os.path.realpath(os.path.join(root, given)))

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(os.path.join(self.root, path))

    def has(self, path: str) -> bool:
        if _linked_folder(self.root, path):
            return False
        try:
            os.lstat(os.path.join(self.root, path))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError:
            return True
        return True

    def unseen(self, paths: Collection[str]) -> Collection[str]:
        root = os.path.realpath(self.root)
        if git.repository(root) is None:
            return ()
        try:
            return git.left_out(root).intersection(paths)
        except GitUnusable:
            return ()

    def read(self, path: str, limit: int) -> bytes:
        # Where a folder has become a link, what was in it has gone, and has another path if it is there at all.
        if folder := _linked_folder(self.root, path):
            raise Unreadable(f"lies behind the link {shown(folder)}")
        return read(Path(self.root), path, limit)

    def stamps(self, paths: Sequence[str], before: int) -> list[str]:
        # Of a run that finds nothing changed, this loop is the longest.
        found = []
        root = f"{self.root}/"
        for path in paths:
            try:
                status = os.stat(root + path)
            except (OSError, ValueError):
                found.append("")
                continue
            written, changed = status.st_mtime_ns, status.st_ctime_ns
            is_certain = written < before and changed < before
            found.append(f"{status.st_size} {written} {changed} {status.st_ino}" if is_certain else "")
        return found

    def below(self, folder: str) -> Disk:
        return Disk(os.path.join(self.root, folder))

    def only(self, paths: Collection[str]) -> Disk:
        return self


def _linked_folder(root: str, path: str) -> str:
    """The first folder on the way from the root to a path that is a link; empty where none is."""
    for folder in reversed(above(path)):
        try:
            if stat.S_ISLNK(os.lstat(f"{root}/{folder}").st_mode):
                return folder
        except (OSError, ValueError):
            return ""
    return ""


def path_in(root: Path, given: str, cwd: Path) -> str | None:
    """The path that a user means by ``given``, relative to the root, with forward slashes; "." is the root.

    None when it lies outside of the root, or no file can have that name. Links in the way are resolved; a
    file keeps its own name, even if it is a link, as it does in a listing. Nothing need be there.
    """
    try:
        if not given or b"\0" in os.fsencode(given):
            return None
        place = os.path.join(cwd, given)
        folder, name = os.path.split(place)
        if name in ("", ".", "..") or os.path.isdir(place):
            real = os.path.realpath(place)
        else:
            real = os.path.join(os.path.realpath(folder), name)
        return below(os.path.realpath(root), real)
    except UnicodeEncodeError:
        return None


def read(root: Path, path: str, limit: int) -> bytes:
    """The bytes of a regular file below ``root``, or Unreadable. Waits for nothing, and reads nothing else.

    A file of more than ``limit`` bytes is not read, and one that grows beyond them meanwhile is given up.
    """
    try:
        return _bytes(os.path.join(root, path), root, limit)
    except OSError as error:
        reason = str(error.strerror or error)
        raise Unreadable(f"cannot be read: {reason[:1].lower()}{reason[1:]}") from None
    except ValueError:
        raise Unreadable("cannot be read: no file can have this name") from None


_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


def _bytes(place: str, root: Path, limit: int) -> bytes:
    mode = os.lstat(place).st_mode
    if stat.S_ISLNK(mode):
        place = os.path.realpath(place)
        if below(os.path.realpath(root), place) is None:
            raise Unreadable("is a link that leads out of the project")
        mode = os.lstat(place).st_mode
    # To open a device may already do something. Whatever is there once it is open is looked at again.
    if not stat.S_ISREG(mode):
        raise Unreadable("is not a regular file")
    descriptor = os.open(place, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("is not a regular file")
        too_large = Unreadable(f"is larger than {limit} bytes")
        if status.st_size > limit:
            raise too_large
        pieces = []
        left = limit + 1
        # One byte more than is expected, so that the file's end shows in the same call.
        piece = os.read(descriptor, min(status.st_size + 1, left))
        while piece:
            pieces.append(piece)
            left -= len(piece)
            if not left:
                raise too_large
            piece = os.read(descriptor, min(_CHUNK, left))
        return b"".join(pieces)
    finally:
        os.close(descriptor)
