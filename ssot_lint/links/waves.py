"""Contracts and files → which files are asked first, which next, and so which last. Pure.

A file that is asked before all names are known is parsed again for those that come later. Most files tell others
nothing: they are asked when the others have told all.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from ssot_lint.links.mentioned import Mentioning
from ssot_lint.links.module import stem_of
from ssot_lint.model.contracts import Contract, Role
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.finding import File

_AT_HOME: tuple[Role, ...] = ("canonical", "implementation", "also", "factory", "primitive", "instead")
"""The roles of symbols whose own files tell further names."""


def homes(contracts: Iterable[Contract], files: Iterable[File]) -> frozenset[str]:
    """The files of the modules by whose names the paths of contracts begin."""
    named = {part for one in contracts for path in one.named(*_AT_HOME) for part in beginnings(path)}
    return frozenset(file.path for file in files if not named.isdisjoint(file.names))


def telling(files: Iterable[File], mentioning: Mentioning, held: AbstractSet[str]) -> frozenset[str]:
    """The files from which another one that matters may take something. ``held``: those that hold a name."""
    if not mentioning.silent.isdisjoint(held):
        return frozenset(file.path for file in files)
    # What a package has, and a fixture, is taken without the name of the file.
    return frozenset(
        file.path
        for file in files
        if file.package or stem_of(file.path) == "conftest" or mentioning.is_mentioned(file, held)
    )


__all__ = ["homes", "telling"]
