"""A path glob and a path relative to the project's root → whether they match. Pure; looks at no disk.

The dialect is that of ``.gitignore``, anchored at the root: ``*``, ``?`` and ``[…]`` stay inside one folder
or file name, ``**`` stands for any number of folders, and a glob that ends in a plain name (``vendor``) or
in a slash (``build*/``) covers the folder of that name with all that is below it.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

Name = Callable[[str], object]
"""Says whether one folder or file name matches one part of a glob."""

_WILD = frozenset("*?[")


def matches(glob: str, path: str) -> bool:
    """Whether ``path``, a file relative to the root with forward slashes, is covered by ``glob``.

    Ask it about files: ``build*`` covers a folder ``build1``, but what is in it only ``build*/`` does.
    """
    return fits(_parts(glob), path.split("/"))


def any_matches(globs: Iterable[str], path: str) -> bool:
    """Whether ``path`` is covered by one of the globs."""
    return any(matches(glob, path) for glob in globs)


def fits(parts: Sequence[Name | None], names: Sequence[str]) -> bool:
    """Whether the names of a path are what the parts of a glob say, one after the other; None is ``**``."""
    at = index = 0
    resume: tuple[int, int] | None = None
    # The last ``**`` alone need be retried, each time with one name more: no exponential search.
    while index < len(names):
        part = parts[at] if at < len(parts) else _absent
        if part is None:
            at, resume = at + 1, (at + 1, index)
        elif part(names[index]):
            at, index = at + 1, index + 1
        elif resume is not None:
            resume = (resume[0], resume[1] + 1)
            at, index = resume
        else:
            return False
    return all(part is None for part in parts[at:])


@lru_cache(maxsize=1024)
def _parts(glob: str) -> tuple[Name | None, ...]:
    """The glob's parts as predicates of one name; None is ``**``: any number of names, none included."""
    words = [word for word in glob.split("/") if word]
    if words and words[-1] == "**":
        # All that is below a folder is not the folder itself.
        words[-1:] = ["*", "**"]
    elif glob.endswith("/") or (words and not _WILD & set(words[-1])):
        words.append("**")
    return tuple(None if word == "**" else _part(word) for word in words)


def _part(word: str) -> Name:
    return re.compile(fnmatch.translate(word)).match if _WILD & set(word) else word.__eq__


def _absent(_: str) -> bool:
    return False
