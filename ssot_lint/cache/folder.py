"""The folder of a cache, which lies among files of others: how it is made and locked, how files in it are opened and
replaced. What is no regular file of ours is left alone."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from ssot_lint.sources.writing import beside

NAME: Final = "store"
NEWS: Final = "news"
LARGEST: Final = 1 << 30
"""A file of more bytes is not ours."""

_PATIENCE: Final = 2.0
"""Seconds to wait for another run that writes."""
_STALE: Final = 600
"""Seconds after which a temporary file belongs to nobody any more."""

_MARKS: Final = {
    ".gitignore": b"*\n",
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# This file marks a folder that backups may leave out: https://bford.info/cachedir/\n",
}
"""What keeps others out of the folder."""


def prepare(folder: str) -> str:
    """Makes the folder; why that cannot be done, or nothing."""
    try:
        if not os.path.lexists(folder):
            os.mkdir(folder)
        # A link could lead out of the project.
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            return "it is not a folder"
    except FileExistsError:
        # Another run makes it at this moment.
        return ""
    except OSError as error:
        return str(error.strerror or error).lower()
    return ""


def identity(place: str) -> tuple[int, int] | None:
    """What tells the file at a place from one that takes its place; None where there is none."""
    try:
        status = os.lstat(place)
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def alone(folder: str) -> Iterator[None]:
    """Keeps other runs from writing, where the system can do that. The lock goes when its run ends or is killed."""
    descriptor = None
    try:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW)
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                time.sleep(0.01)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


def opened(place: str) -> BinaryIO:
    """The regular file at a place. Raises OSError."""
    descriptor = os.open(place, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise OSError("no store of ours")
        return open(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def replace(folder: str, file: str, pieces: Iterable[bytes]) -> None:
    """Puts a file in the place of what is there. A new store does away with the news. Raises OSError."""
    there = _swept(folder)
    if there.keys() <= {NAME, NEWS, *_MARKS}:
        # The folder is ours alone. What keeps others out of it may be missing where a run was killed.
        for name, text in _MARKS.items():
            if name not in there or not there[name].st_size:
                _write(folder, name, [text])
    if file in there and stat.S_ISDIR(there[file].st_mode):
        # Only a folder that holds nothing makes way.
        os.rmdir(os.path.join(folder, file))
    _write(folder, file, pieces)
    if file == NAME and NEWS in there and stat.S_ISREG(there[NEWS].st_mode):
        # What it says is in the store by now.
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(folder, NEWS))


def _write(folder: str, name: str, pieces: Iterable[bytes]) -> None:
    place = os.path.join(folder, name)
    with contextlib.ExitStack() as undo:
        os.replace(beside(place, pieces, undo, prefix=f"{NAME}.", durable=False), place)


def _swept(folder: str) -> dict[str, os.stat_result]:
    """What is in a folder, without what killed runs have left: that is removed."""
    there = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            # Another run removes its own at the same time.
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if not (entry.name.startswith(f"{NAME}.") and entry.name.endswith(".tmp")):
                    there[entry.name] = status
                elif time.time() - status.st_mtime > _STALE:
                    os.unlink(entry.path)
    return there
