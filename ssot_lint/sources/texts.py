"""A folder → the files in it that are no Python, and where they name a dotted path: settings, documents, recipes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property

from ssot_lint.model.errors import GitUnusable
from ssot_lint.sources import git

_LARGEST = 1 << 20
"""A file of more bytes is data."""

_BLOCK = re.compile(
    rb"<!-- ssot-lint track ([^\n]*): begin -->.*?<!-- ssot-lint track \1: end -->", re.DOTALL
)
"""What ``track --update`` keeps up to date."""

_PASSED_OVER = frozenset("node_modules __pycache__ build dist venv env".split())


class Texts:
    """The text files below a folder, but Python's."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def mentions(self, path: str) -> str:
        """The first place that names a dotted path, as ``FILE:LINE``; nothing where there is none. Entry points put a
        colon before the last name."""
        head, _, name = path.rpartition(".")
        pattern = re.compile(
            rb"(?<![\w.])" + re.escape(head.encode()) + rb"[.:]" + re.escape(name.encode()) + rb"(?!\w)"
        )
        for file, data in self._data:
            found = pattern.search(data)
            if found:
                return f"{file}:{data.count(bytes([10]), 0, found.start()) + 1}"
        return ""

    @cached_property
    def _data(self) -> list[tuple[str, bytes]]:
        found = []
        for path in sorted(self._paths()):
            place = os.path.join(self.folder, path)
            try:
                if os.path.islink(place) or not os.path.isfile(place) or os.path.getsize(place) > _LARGEST:
                    continue
                with open(place, "rb") as stream:
                    data = stream.read(_LARGEST)
            except OSError:
                continue
            if b"\0" not in data:
                # What we have written into a tracker ourselves is no use of anything.
                found.append((path, _BLOCK.sub(_blank, data)))
        return found

    def _paths(self) -> Iterator[str]:
        try:
            if git.repository(os.path.realpath(self.folder)) is not None:
                yield from git.other_files(self.folder)
                return
        except GitUnusable:
            pass
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [one for one in folders if not one.startswith(".") and one not in _PASSED_OVER]
            for name in names:
                if not name.endswith((".py", ".pyi", ".pyc")):
                    yield os.path.relpath(os.path.join(folder, name), self.folder).replace(os.sep, "/")


def _blank(found: re.Match[bytes]) -> bytes:
    """As many lines with nothing in them."""
    return b"\n" * found[0].count(b"\n")
