"""Files as they shall be → what changes, as a diff, and all of it on the disk or nothing of it.

Everything is written beside its place first. Only when that has come off are the files put in place, each by an atomic
rename; should one of these fail, those that were put before it are taken back.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ssot_lint.model.errors import Unusable
from ssot_lint.model.wording import printable
from ssot_lint.sources.writing import beside

LARGEST = 4 * 1024 * 1024
"""A file of more bytes is not one that people write."""
LONG = 120
"""A new file of more lines is shown in part."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file with its new bytes; ``old`` is None where there is none yet. ``shown`` is its path as people see it."""

    file: Path
    shown: str
    old: bytes | None
    new: bytes


def planned(file: Path, shown: str, edit: Callable[[bytes | None], bytes]) -> Change:
    """What an edit makes of a file, or of none. Unusable where there is something else, or where it cannot be read."""
    return Change(file, shown, old := content(file, shown), edit(old))


def content(file: Path, shown: str) -> bytes | None:
    """The bytes of a regular file, None where nothing is. Unusable for everything else: no link is followed."""
    name = printable(shown)
    try:
        mode = os.lstat(file).st_mode
        if not stat.S_ISREG(mode):
            what = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no regular file"
            raise Unusable(
                f"{name} is {what}, and only a regular file is written to: put one there, or remove it"
            )
        if os.path.getsize(file) > LARGEST:
            raise Unusable(f"{name} is larger than {LARGEST} bytes, and is left alone")
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {_reason(error)}") from None


def diff(changes: Sequence[Change]) -> list[str]:
    """The lines of a unified diff of all that changes, fit for a terminal."""
    lines: list[str] = []
    for one in changes:
        if one.old == one.new:
            continue
        old, new = (_lines(data) for data in (one.old or b"", one.new))
        before = f"a/{one.shown}" if one.old is not None else "/dev/null"
        found = list(difflib.unified_diff(old, new, before, f"b/{one.shown}", lineterm=""))
        left = len(found) - LONG if one.old is None and len(found) > LONG else 0
        for line in found[: len(found) - left]:
            lines.append(printable(line.rstrip("\n")).replace("\\t", "\t"))
            if line[:1] in "+- " and line[:3] not in ("+++", "---") and not line.endswith("\n"):
                lines.append("\\ No newline at end of file")
        if left:
            lines.append(f"\\ and {left} more lines")
    return lines


def _lines(data: bytes) -> list[str]:
    # The end of a line is told from its absence, and one kind of it is not told from another.
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").splitlines(keepends=True)


def write(changes: Sequence[Change]) -> tuple[str, ...]:
    """Writes what changes; the paths as people see them. Unusable, with everything as it was, where that fails."""
    todo = [one for one in changes if one.old != one.new]
    folders: list[Path] = []
    ready: list[tuple[Change, str]] = []
    done: list[Change] = []
    current: Change | None = None
    try:
        for current in todo:
            folders += _made(current.file.parent)
            ready.append((current, beside(str(current.file), current.new)))
        for current, temporary in ready:
            if content(current.file, current.shown) != current.old:
                raise Unusable(f"{printable(current.shown)} has changed meanwhile: try again")
            os.replace(temporary, current.file)
            done.append(current)
    except BaseException as error:
        for _, temporary in ready:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        for one in reversed(done):
            with contextlib.suppress(OSError):
                _take_back(one)
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError) and current is not None:
            raise Unusable(
                f"{printable(current.shown)} cannot be written: {_reason(error)}; nothing has been changed"
            ) from None
        raise
    return tuple(one.shown for one in todo)


def _made(folder: Path) -> list[Path]:
    """Makes a folder and those above it; the ones that were not there, the highest first."""
    missing: list[Path] = []
    while not os.path.lexists(folder):
        missing.insert(0, folder)
        folder = folder.parent
    made: list[Path] = []
    try:
        for one in missing:
            one.mkdir()
            made.append(one)
    except BaseException:
        for one in reversed(made):
            with contextlib.suppress(OSError):
                one.rmdir()
        raise
    return made


def _take_back(change: Change) -> None:
    if change.old is None:
        os.unlink(change.file)
    else:
        os.replace(beside(str(change.file), change.old), change.file)


def _reason(error: OSError) -> str:
    return printable(str(error.strerror or error)).lower()


def newline_of(data: bytes) -> str:
    """How the lines of a file end: as most of them do."""
    windows = data.count(b"\r\n")
    return "\r\n" if windows * 2 > data.count(b"\n") else "\n"


def appended(data: bytes, text: str) -> bytes:
    """Bytes with a text of several lines behind them, a line apart, and in their kind of lines."""
    end = newline_of(data)
    gap = "" if not data.strip() else end if data.endswith(b"\n") else end * 2
    return data + (gap + text.replace("\n", end)).encode()
