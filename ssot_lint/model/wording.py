"""Text and names → what a message can show of them, on one line and in any terminal. Pure."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path


def suggestion(word: str, words: Iterable[str]) -> str:
    """The nearest of ``words`` as the end of a message, or nothing when none is near."""
    known = list(words)
    near = difflib.get_close_matches(word[:80].replace("_", "-"), known, 1)
    near = near or difflib.get_close_matches(word[:80].lower().replace("_", "-"), known, 1)
    return f"; did you mean `{near[0]}`?" if near else ""


def shown(text: str) -> str:
    """Text of the user's in a message: in backticks, on one line, not too long."""
    return f"`{printable(text if len(text) <= 80 else text[:79] + '…')}`"


def printable(text: str) -> str:
    """The text with everything escaped that a terminal or a line would not show as it is."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def relative(path: str | Path, start: str | Path) -> str:
    """The way from a folder to a file, with forward slashes."""
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # On Windows there is no way from one drive to another.
        return Path(path).as_posix()


def named(path: str) -> str:
    """A path as a line can begin with it: where GitHub would see a command the file is named in another way."""
    return printable(f"./{path}" if path.lstrip().startswith("::") else path)
