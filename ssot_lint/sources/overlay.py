"""A state of a project and some changes → the state that comes of them. Nothing is written."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.model.errors import Unreadable
from ssot_lint.sources.tree import Contents, Tree


class Overlay(NamedTuple):
    """``new`` has the bytes of the files that are others than in ``base``; ``removed`` are files that are gone, and
    ``added`` those of the new ones that ``base`` does not list."""

    base: Tree
    new: Mapping[str, bytes]
    removed: Collection[str] = ()
    added: Collection[str] = ()

    @property
    def key(self) -> str:
        return self.base.key

    def contents(self) -> Contents:
        found = self.base.contents()
        gone = frozenset(self.removed)
        there = dict.fromkeys((*found.files, *self.added))
        return found._replace(
            files=tuple(path for path in there if path not in gone), said=self._also(found.said)
        )

    def said(self) -> str | None:
        return self._also(self.base.said())

    def _also(self, said: str | None) -> str | None:
        """What the base was made from, with what is added to it."""
        return said if said is None or not self.added else "\n".join([said, *sorted(self.added)])

    def resolve(self, given: str) -> str | None:
        return self.base.resolve(given)

    def is_folder(self, path: str) -> bool:
        return self.base.is_folder(path)

    def has(self, path: str) -> bool:
        return path not in self.removed and (path in self.new or self.base.has(path))

    def unseen(self, paths: Collection[str]) -> Collection[str]:
        return self.base.unseen(paths)

    def read(self, path: str, limit: int) -> bytes:
        if path in self.removed:
            raise Unreadable("is no file")
        data = self.new.get(path)
        if data is None:
            return self.base.read(path, limit)
        if len(data) > limit:
            raise Unreadable(f"is larger than {limit} bytes")
        return data

    def stamps(self, paths: Sequence[str], before: int) -> list[str]:
        # What is removed changes the folder that it was in.
        moved = {*self.removed, *(posixpath.dirname(path) for path in self.removed)}
        return [
            hashlib.blake2b(self.new[path], digest_size=16).hexdigest()
            if path in self.new
            else ""
            if path in moved
            else stamp
            for path, stamp in zip(paths, self.base.stamps(paths, before), strict=True)
        ]

    def below(self, folder: str) -> Overlay:
        if folder in ("", "."):
            return self
        start = f"{folder}/"
        return Overlay(
            self.base.below(folder),
            {path[len(start) :]: data for path, data in self.new.items() if path.startswith(start)},
            [path[len(start) :] for path in self.removed if path.startswith(start)],
            [path[len(start) :] for path in self.added if path.startswith(start)],
        )

    def only(self, paths: Collection[str]) -> Overlay:
        new = {path: data for path, data in self.new.items() if path in paths}
        return Overlay(self.base.only(paths), new, self.removed, self.added)
