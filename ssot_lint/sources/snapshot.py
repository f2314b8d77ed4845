"""A commit or an index of git → the state of the project that it holds, read from git's objects alone.

Nothing is checked out, and nothing of the repository's configuration runs. What counts as a file of the project is
what counts on the disk, see ``disk``; what git does not track is in no state of git's.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from ssot_lint.model.errors import GitUnusable, Unreadable
from ssot_lint.settings.settings import FILE
from ssot_lint.sources import git, tree
from ssot_lint.sources.tree import Contents, above

_LINK = "120000"
_SUBMODULE = "160000"
_HOPS = 16
_NOWHERE = frozenset(("", ".", ".."))


@dataclass(frozen=True)
class Snapshot:
    """A state in git's objects. ``folder`` is one of a working tree, or a bare repository; ``entries`` are by path,
    relative to the project's root."""

    folder: str
    key: str
    entries: Mapping[str, git.TreeEntry] = field(repr=False)

    def contents(self) -> Contents:
        """What is there, without environments of Python and what others wrote."""
        foreign = {folder for folder in self.folders if tree.is_foreign(folder)}
        places = (path for path in (*self.entries, *self.folders) if tree.tells_environment(path))
        foreign |= {posixpath.dirname(path) for path in places} - {""}
        own = [path for path in self.entries if foreign.isdisjoint(above(path))]
        sources = [path for path in own if tree.is_source(path)]
        plain = {path for path in sources if self.entries[path].mode != _LINK}
        return Contents(
            folders=("",),
            files=(*sorted(plain), *self._linked(sources, plain)),
            markers=tuple(path for path in own if tree.may_mark(path)),
            settings=tuple(path for path in own if posixpath.basename(path) == FILE),
            said=self.said(),
        )

    def _linked(self, sources: Iterable[str], plain: Collection[str]) -> Iterator[str]:
        """The links that stand for a file that has no other name among the sources."""
        listed = set(plain)
        for path in sorted(sources):
            try:
                target = self._target(path) if path not in listed else None
            except Unreadable:
                # A clone that lacks the link does not know what it stands for: the file is told as one that cannot be
                # read.
                target = path
            if target is not None and target not in listed:
                listed.add(target)
                yield path

    def _target(self, path: str) -> str | None:
        """The file that one of this state leads to through links, or None where it leads to none in this state. A path
        behind a link to a folder is that of no file."""
        target = self._way(path)[-1] if path in self.entries else ""
        return target if target in self.entries else None

    def _way(self, path: str) -> list[str]:
        """The links that a path leads through, and what it leads to in the end: a file, a folder ("." is the root), or
        nothing that is here, which is the empty path."""
        way: list[str] = []
        place = ""
        left = path.split("/")[::-1]
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not place:
                    return [*way, ""]
                place = posixpath.dirname(place)
                continue
            place = f"{place}/{part}" if place else part
            entry = self.entries.get(place)
            if entry is not None and entry.mode == _LINK:
                way.append(place)
                said = os.fsdecode(self._content(entry, 4096))
                if len(way) > _HOPS or said.startswith("/"):
                    return [*way, ""]
                left += said.split("/")[::-1]
                place = posixpath.dirname(place)
        return [*way, place or "."]

    def said(self) -> str:
        return self._names

    @cached_property
    def _names(self) -> str:
        names = hashlib.blake2b(digest_size=16)
        for path, entry in sorted(self.entries.items()):
            names.update(f"{entry.mode} {path}\0".encode("utf-8", "surrogatepass"))
        return names.hexdigest()

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders; the root is the empty path."""
        return frozenset(folder for path in self.entries for folder in ("", *above(path)))

    def resolve(self, given: str) -> str | None:
        path = given.replace("\\", "/")
        try:
            return None if path.startswith("/") else self._way(path)[-1] or None
        except Unreadable:
            return None

    def is_folder(self, path: str) -> bool:
        return path in self.folders

    def has(self, path: str) -> bool:
        return path in self.entries

    def unseen(self, paths: Collection[str]) -> Collection[str]:
        return ()

    def read(self, path: str, limit: int) -> bytes:
        target = self._target(path)
        if target is None:
            raise Unreadable("is no file in this state of the repository")
        data = self._content(self.entries[target], limit)
        if len(data) > limit:
            raise Unreadable(f"is larger than {limit} bytes")
        return data

    def _content(self, entry: git.TreeEntry, limit: int) -> bytes:
        try:
            data = git.content(self.folder, entry.blob, limit)
        except GitUnusable as problem:
            raise Unreadable(f"cannot be read from git: {problem}") from None
        if data is None:
            raise Unreadable("cannot be read: its content is not in this clone of the repository")
        return data

    def stamps(self, paths: Sequence[str], before: int) -> list[str]:
        entries = map(self.entries.get, paths)
        # Whatever a folder is, it changes with the names of all that there is. What a link leads to may change, and
        # the link not.
        return [self._names if one is None else "" if one.mode == _LINK else one.blob for one in entries]

    def only(self, paths: Collection[str]) -> Snapshot:
        needed = {one for path in paths for one in self._way(path)}
        return Snapshot(
            self.folder, self.key, {path: self.entries[path] for path in needed & self.entries.keys()}
        )

    def without(self, paths: Set[str]) -> Snapshot:
        """The state of all other files."""
        if not paths:
            return self
        kept = {path: entry for path, entry in self.entries.items() if path not in paths}
        return Snapshot(self.folder, self.key, kept)

    def below(self, folder: str) -> Snapshot:
        """The state of what is in a folder, its paths relative to it. "." is all."""
        if folder in ("", "."):
            return self
        inside = f"{folder}/"
        kept = {path[len(inside) :]: entry for path, entry in self.entries.items() if path.startswith(inside)}
        return Snapshot(self.folder, self.key, kept)


def of_commit(folder: str, id: str) -> Snapshot:
    """The state that a commit has recorded, by its id. Raises GitUnusable."""
    return _snapshot(folder, "commit", git.tree(folder, id))


def of_index(folder: str) -> Snapshot:
    """The state that is staged: what would be committed now. Raises GitUnusable."""
    return _snapshot(folder, "index", git.index(folder))


def _snapshot(folder: str, key: str, entries: Iterable[git.TreeEntry]) -> Snapshot:
    kept = {entry.path: entry for entry in entries if entry.mode != _SUBMODULE and _is_inside(entry.path)}
    return Snapshot(folder, key, kept)


def _is_inside(path: str) -> bool:
    """Whether a path leads nowhere else. Whoever writes git's objects by hand can give any name to a file."""
    return _NOWHERE.isdisjoint(re.split(r"[/\\]", path)) and "\0" not in path
