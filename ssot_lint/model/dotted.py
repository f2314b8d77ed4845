"""Dotted paths."""

from __future__ import annotations

from collections.abc import Iterator


def beginnings(path: str, most: int = -1) -> Iterator[str]:
    """A path and all that it begins with, the longest first; with ``most``, of at most so many parts."""
    begun = path if most < 0 else ".".join(path.split(".", most)[:most])
    while begun:
        yield begun
        begun = begun.rpartition(".")[0]


def ends(path: str, table: frozenset[str]) -> bool:
    """Whether a table holds the last name of a path, or the last two."""
    parts = path.split(".")
    return any(".".join(parts[-size:]) in table for size in (1, 2))


def above(path: str) -> Iterator[str]:
    """What a path begins with, the longest first."""
    return beginnings(path.rpartition(".")[0])
