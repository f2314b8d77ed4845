"""Bytes → a file that has them, whole, or the file that was there before."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile

_FRESH = 0o666
"""The mode of a file that was not there, before the umask."""


def write(file: str, data: bytes, *, fresh: bool = False) -> None:
    """Puts the bytes in the place of a file, or of what a link of that name leads to, with the mode that it has.
    ``fresh``: there must be none, else FileExistsError. OSError where it cannot be written; then nothing has changed.
    """
    place = file if fresh else os.path.realpath(file)
    temporary = beside(place, data)
    try:
        if fresh and os.path.lexists(place):
            raise FileExistsError(f"{place} is there already")
        os.replace(temporary, place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def beside(place: str, data: bytes) -> str:
    """The bytes in a temporary file of the same folder, with the mode of the file that is in that place, or that a new
    one gets: its path. OSError where it cannot be written; then it is not there."""
    try:
        mode = stat.S_IMODE(os.stat(place).st_mode)
    except OSError:
        # What a new file gets is told by the mask, which can only be read by setting it.
        mask = os.umask(0)
        os.umask(mask)
        mode = _FRESH & ~mask
    folder = os.path.dirname(os.path.abspath(place))
    descriptor, temporary = tempfile.mkstemp(prefix=".ssot-lint-", suffix=".tmp", dir=folder)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, mode)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary
