"""The settings of a root with members → which member each file belongs to, which settings decide about it, and which
contracts hold for it. Pure.

A member is judged as a project of its own: by its own settings, or by those of the root where it has none. Files that
belong to no member are the root's own; the root goes by the empty folder.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.settings.settings import Settings

ROOT = ""
"""Stands for the root among the folders of members."""


class Part(NamedTuple):
    """The settings that decide about some files, and the folder that their paths and globs are relative to."""

    base: str
    settings: Settings

    def inside(self, path: str) -> str:
        """A path relative to the root as these settings speak of it."""
        if not self.base:
            return path
        if path.startswith(f"{self.base}/"):
            return path[len(self.base) + 1 :]
        return posixpath.relpath(path, self.base)

    def outside(self, path: str) -> str:
        """A path of these settings relative to the root."""
        if not self.base:
            return path
        # What is extended may lie anywhere.
        return posixpath.normpath(posixpath.join(self.base, path)) if ".." in path else f"{self.base}/{path}"


class Parts:
    """The parts of one project: one, or the root's own and those of its members."""

    def __init__(self, settings: Settings) -> None:
        self.root = Part(ROOT, settings)
        self.by_folder = {
            one.folder: self.root if one.settings is None else Part(one.folder, one.settings)
            for one in settings.workspace
        }

    def folder(self, path: str) -> str:
        """The member that a file or folder belongs to."""
        if not self.by_folder:
            return ROOT
        if path in self.by_folder:
            return path
        end = path.find("/")
        while end >= 0:
            if path[:end] in self.by_folder:
                return path[:end]
            end = path.find("/", end + 1)
        return ROOT

    def of(self, path: str) -> Part:
        """The settings that decide about a file."""
        return self.by_folder.get(self.folder(path), self.root)

    def limit(self, path: str) -> int:
        """How many bytes a file may have."""
        return self.of(path).settings.max_file_size

    def each(self) -> Iterator[Part]:
        """All that decide about anything, the root's first."""
        yield self.root
        yield from (part for part in self.by_folder.values() if part is not self.root)

    def settings_files(self) -> dict[str, set[str]]:
        """The files that the settings of the root and of each member come from, by folder; relative to the root."""
        found = {ROOT: _files(self.root)}
        for folder, part in self.by_folder.items():
            found[folder] = set() if part is self.root else _files(part)
        return found


def _files(part: Part) -> set[str]:
    return {part.outside(one) for one in (part.settings.label, *part.settings.sources.values())}


def looks_for_copies(settings: Settings) -> bool:
    """Whether any part of a project asks which definitions are near copies of others."""
    parts = [part.settings for part in Parts(settings).each()]
    contracts = (one for own in parts for one in own.contracts)
    return any(one.duplicates == "all" for one in parts) or any(
        isinstance(one, ClassContract) and one.duplicates == "similar" for one in contracts
    )


class DeclaredContract(NamedTuple):
    """A contract under the name that some files know it by, and the folder of the member that has declared it."""

    owner: str
    contract: Contract


def declared(settings: Settings) -> dict[str, tuple[Contract, ...]]:
    """The contracts that the root and each member have declared themselves, by folder. A contract that a member repeats
    from the root, unchanged, is the root's."""
    roots = {one.name: one for one in settings.contracts}
    found = {ROOT: settings.contracts}
    for member in settings.workspace:
        own = member.settings.contracts if member.settings is not None else ()
        found[member.folder] = tuple(one for one in own if roots.get(one.name) != one)
    return found


def contracts(settings: Settings) -> dict[str, tuple[DeclaredContract, ...]]:
    """All contracts that may hold for the files of each folder: its own, those of the root that it does not replace
    by one of the same name, and those of the others. Each has a name of its own there: where several members have
    different ones of one name, those of others are called ``NAME@FOLDER``.
    """
    by_folder = declared(settings)
    kinds: dict[str, list[Contract]] = {}
    for one in (one for own in by_folder.values() for one in own):
        same = kinds.setdefault(one.name, [])
        if one not in same:
            same.append(one)
    found = {}
    for folder, own in by_folder.items():
        holding = [DeclaredContract(folder, one) for one in own]
        names = {one.name for one in own}
        if folder != ROOT:
            holding += (DeclaredContract(ROOT, one) for one in settings.contracts if one.name not in names)
        for owner, theirs in by_folder.items():
            for one in theirs if owner not in (ROOT, folder) else ():
                if one not in own:
                    plain = len(kinds[one.name]) == 1
                    holding.append(
                        DeclaredContract(owner, one if plain else replace(one, name=f"{one.name}@{owner}"))
                    )
        found[folder] = tuple(holding)
    return found
