"""Texts and the files that they go to → the files, all of them or none; the only writer of reports."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping

from ssot_lint.model.errors import Unusable
from ssot_lint.model.wording import printable
from ssot_lint.sources.writing import beside


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


def write(texts: Mapping[str, str]) -> None:
    """Writes each text, in UTF-8, to the file of its path. Raises Unusable when one of them cannot be written; then
    all files are as they were.

    A file is replaced as a whole, and keeps its mode. What is no regular file (a pipe, a device) is written to
    when the others are in place.
    """
    pending: dict[str, str] = {}
    streams = {path: text for path, text in texts.items() if _is_stream(path)}
    path = ""
    try:
        for path, text in texts.items():
            if path not in streams:
                pending[path] = beside(path, _bytes(text))
        for path, temporary in pending.items():
            os.replace(temporary, path)
        for path, text in streams.items():
            with open(path, "wb") as stream:
                stream.write(_bytes(text))
    except OSError as error:
        raise Unusable(f"{printable(path)}: cannot be written ({error.strerror or error})") from None
    finally:
        # Also after Ctrl-C: nothing half-written stays behind.
        for temporary in pending.values():
            with contextlib.suppress(OSError):
                os.unlink(temporary)


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
