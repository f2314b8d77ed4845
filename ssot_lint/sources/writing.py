"""Bytes → files that have them, whole, or the files that were there before; the only writer of files.

Everything is written beside its place first, and then put there by an atomic rename.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from ssot_lint.model.errors import Unusable
from ssot_lint.model.wording import printable

LARGEST = 4 * 1024 * 1024
"""A file of more bytes is not one that people write."""

_WRITABLE = 0o222
"""The bits of a file's mode by which somebody may write to it."""

_PREFIX, _SUFFIX = ".ssot-lint-", ".tmp"
"""What the names of temporary files begin and end with."""

_STALE = 3600
"""A temporary file of so many seconds was left by a run that was killed."""

_FRESH = 0o666
"""The mode of a file that was not there, before the umask."""


def write(file: str, data: bytes, *, fresh: bool = False) -> None:
    """Puts the bytes in the place of a file, or of what a link of that name leads to, with the mode that it has.
    ``fresh``: there must be none, else FileExistsError. OSError where it cannot be written; then nothing has changed.
    """
    place = file if fresh else os.path.realpath(file)
    with ExitStack() as undo:
        temporary = beside(place, [data], undo)
        if fresh and os.path.lexists(place):
            raise FileExistsError(f"{place} is there already")
        os.replace(temporary, place)


def beside(
    place: str, pieces: Iterable[bytes], undo: ExitStack, *, prefix: str = _PREFIX, durable: bool = True
) -> str:
    """The path of a temporary file in the same folder, with the pieces, and the mode of the file that is in that place
    or that a new file gets. ``undo`` removes it, also after Ctrl-C, if it was not put in place. ``durable``: the bytes
    have reached the disk. OSError where they cannot be written."""
    folder = os.path.dirname(os.path.abspath(place))
    if prefix == _PREFIX:
        _sweep(folder)
    temporary = os.path.join(folder, f"{prefix}{_machine()}-{os.getpid()}.{time.time_ns()}{_SUFFIX}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    mode = None
    with contextlib.suppress(OSError):
        mode = stat.S_IMODE(os.stat(place).st_mode)
    undo.callback(_quietly, os.unlink, temporary)
    with open(os.open(temporary, flags, _FRESH if mode is None else mode), "wb") as stream:
        stream.writelines(pieces)
        if durable:
            stream.flush()
            os.fsync(stream.fileno())
    if mode is not None:
        os.chmod(temporary, mode)
    return temporary


def _machine() -> str:
    """Stands for this machine, or this container, in the name of a temporary file."""
    return f"{zlib.crc32(os.uname().nodename.encode()):08x}" if hasattr(os, "uname") else ""


def _sweep(folder: str) -> None:
    """Removes the temporary files of runs that were killed: the process is gone, if it was one of this machine; of
    another machine, or where nobody can ask, they are so old that nobody waits for them."""
    own = f"{_PREFIX}{_machine()}-"
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not (entry.name.startswith(_PREFIX) and entry.name.endswith(_SUFFIX)):
                continue
            with contextlib.suppress(OSError):
                process = entry.name.removeprefix(own).partition(".")[0]
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                if age > _STALE or (process.isdecimal() and _is_gone(int(process))):
                    os.unlink(entry.path)


def _is_gone(process: int) -> bool:
    """Whether no process of this machine has that number. Elsewhere than on POSIX asking would end it."""
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _quietly(undo: Callable[..., object], *given: object) -> None:
    with contextlib.suppress(OSError):
        undo(*given)


# Reports: texts for files that the command line names.


def examine(paths: Iterable[str]) -> None:
    """Says before the work begins what would go wrong behind it. Raises Unusable, with one sentence a line."""
    seen: dict[str, str] = {}
    problems = []
    for path in paths:
        place = os.path.normcase(os.path.realpath(path))
        if place in seen:
            problems.append(f"{printable(path)}: is written twice; give each format a file of its own")
        else:
            problems += [f"{printable(path)}: {problem}" for problem in _problems(path)]
        seen[place] = path
    if problems:
        raise Unusable("\n".join(problems))


def write_reports(texts: Mapping[str, str]) -> None:
    """Writes each text, in UTF-8, to the file of its path. Raises Unusable when one of them cannot be written; then
    all files are as they were, but for those whose rename came before one that failed.

    A file is replaced as a whole, and keeps its mode. What is no regular file (a pipe, a device) is written to
    when the others are in place.
    """
    pending: dict[str, str] = {}
    streams = {path: text for path, text in texts.items() if _is_stream(path)}
    path = ""
    with ExitStack() as undo:
        try:
            for path, text in texts.items():
                if path not in streams:
                    pending[path] = beside(path, [_bytes(text)], undo)
            for path, temporary in pending.items():
                os.replace(temporary, path)
            for path, text in streams.items():
                with open(path, "wb") as stream:
                    stream.write(_bytes(text))
        except OSError as error:
            raise Unusable(f"{printable(path)}: cannot be written ({error.strerror or error})") from None


def append(path: str, text: str) -> None:
    """Adds a text, in UTF-8, to the end of a file that others write to as well. Raises OSError."""
    with open(path, "ab") as stream:
        stream.write(_bytes(text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _problems(path: str) -> Iterator[str]:
    """Why a report cannot be written there."""
    folder = os.path.dirname(path) or os.curdir
    if not os.path.isdir(folder):
        what = "is no folder" if os.path.lexists(folder) else "does not exist; make it first"
        yield f"the folder {printable(folder)} {what}"
    elif os.path.isdir(path):
        yield "is a folder, and not a file"
    elif _is_stream(path):
        if not os.access(path, os.W_OK):
            yield "is not writable"
    elif os.path.islink(path):
        # A repository may hold a link to anywhere.
        yield "is a link; name the file itself"
    elif os.path.exists(path) and not os.access(path, os.W_OK):
        yield "is not writable"
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield f"the folder {printable(folder)} is not writable"


def _is_stream(path: str) -> bool:
    """Whether something is there that can be written to and not replaced: a device, a pipe."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


# Edits: files of the project that are changed together.


class FileEdit(NamedTuple):
    """A file with its new bytes; ``old`` is None where there is none yet, and ``new`` where there shall be none.
    ``shown`` is its path as people see it."""

    file: Path
    shown: str
    old: bytes | None
    new: bytes | None


def planned(file: Path, shown: str, edit: Callable[[bytes | None], bytes]) -> FileEdit:
    """What an edit makes of a file, or of none. Unusable where there is something else, or where it cannot be read."""
    return FileEdit(file, shown, old := content(file, shown), edit(old))


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


def write_edits(edits: Sequence[FileEdit]) -> tuple[str, ...]:
    """Writes what changes; the paths as people see them. Unusable, with everything as it was, where that fails: files
    that were put in place already are taken back, and the message names those for which that failed as well."""
    todo = [one for one in edits if one.old != one.new]
    current: FileEdit | None = None
    lost: list[str] = []
    try:
        with ExitStack() as undo:
            ready = []
            for current in todo:
                _make(current.file.parent, undo)
                fresh = None if current.new is None else beside(str(current.file), [current.new], undo)
                ready.append((current, fresh))
            for current, temporary in ready:
                _put(current, temporary)
                undo.callback(_take_back, current, lost)
            undo.pop_all()
    except Unusable as error:
        raise Unusable(f"{error}; {_not_as_before(lost)}") if lost else error from None
    except OSError as error:
        shown = printable(current.shown) if current is not None else ""
        state = _not_as_before(lost) if lost else "nothing has been changed"
        raise Unusable(f"{shown} cannot be written: {_reason(error)}; {state}") from None
    return tuple(one.shown for one in todo)


def _put(edit: FileEdit, temporary: str | None) -> None:
    """Puts the new bytes in place, or removes the file. Unusable where it is not what the edit was made for."""
    if edit.old is not None and not os.lstat(edit.file).st_mode & _WRITABLE:
        raise Unusable(f"{printable(edit.shown)} is read-only: it has not been changed")
    if content(edit.file, edit.shown) != edit.old:
        raise Unusable(f"{printable(edit.shown)} has changed meanwhile: try again")
    if temporary is None:
        os.unlink(edit.file)
    else:
        os.replace(temporary, edit.file)


def _not_as_before(lost: Sequence[str]) -> str:
    names = ", ".join(map(printable, lost))
    return f"what had been written before could not be taken back either: {names}"


def _make(folder: Path, undo: ExitStack) -> None:
    """Makes a folder and those above it that are not there."""
    if not os.path.lexists(folder):
        _make(folder.parent, undo)
        folder.mkdir()
        undo.callback(_quietly, folder.rmdir)


def _take_back(edit: FileEdit, lost: list[str]) -> None:
    """Puts back what was there; where that fails, the file is among those that are ``lost``."""
    try:
        if edit.old is not None:
            write(str(edit.file), edit.old)
        elif edit.new is not None:
            os.unlink(edit.file)
    except OSError:
        lost.append(edit.shown)


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
