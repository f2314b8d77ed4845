"""Text and names → what a message can show of them, on one line and in any terminal. Pure."""

from __future__ import annotations

import os
import string
from collections.abc import Iterable
from pathlib import Path

_SLIPS = 3
"""So many letters may be wrong in the longest word."""


def suggestion(word: str, words: Iterable[str]) -> str:
    """The nearest of ``words`` as the end of a message, or nothing when none is near."""
    near = nearest(word, words)
    return f"; did you mean `{near}`?" if near else ""


def nearest(word: str, words: Iterable[str]) -> str:
    """The word that a slip of the fingers, or too early an end, has made into ``word``; empty where
    none is that near.

    A third of the letters may be wrong, missing, too many or swapped. Signs around the word do not count.
    """
    bare = _bare(word[:80])
    room = min(max(len(bare) // 3, 1), _SLIPS) if len(bare) > 2 else 0
    ranked = sorted(
        (_distance(bare, _bare(known), room), known) for known in dict.fromkeys(words) if _bare(known)
    )
    if ranked and ranked[0][0] <= room:
        return ranked[0][1]
    begun = [known for _, known in ranked if len(bare) > 2 and _bare(known).startswith(bare)]
    return min(begun, key=len, default="")


def _bare(word: str) -> str:
    return word.strip(string.punctuation).lower().replace("_", "-")


def _distance(one: str, other: str, most: int) -> int:
    """How many letters must be changed, added, dropped, or swapped with the next; more than ``most`` is all one."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def shown(text: str) -> str:
    """Text of the user's in a message: in backticks, on one line, not too long."""
    return f"`{printable(text if len(text) <= 80 else text[:79] + '…')}`"


def printable(text: str) -> str:
    """The text with everything escaped that a terminal or a line would not show as it is."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def bug(error: Exception) -> str:
    """A mistake of ours in a line, where the linted code is not to blame."""
    what = printable(": ".join(filter(None, (type(error).__name__, str(error)[:200]))))
    return f"a bug of ssot-lint, not of your code: {what}"


def relative(path: str | Path, start: str | Path) -> str:
    """The way from a folder to a file, with forward slashes."""
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # On Windows there is no way from one drive to another.
        return Path(path).as_posix()


def named(path: str) -> str:
    """A path as a line can begin with it: where GitHub would see a command the file is named in another way."""
    return printable(f"./{path}" if path.lstrip().startswith("::") else path)
