"""Dotted paths."""

from __future__ import annotations

from collections.abc import Iterator


def beginnings(path: str, most: int = -1) -> Iterator[str]:
    """A path and all that it begins with, the longest first; with ``most``, of at most so many parts."""
    begun = path if most < 0 else ".".join(path.split(".", most)[:most])
    while begun:
        yield begun
        begun = begun.rpartition(".")[0]


def above(path: str) -> Iterator[str]:
    """What a path begins with, the longest first."""
    return beginnings(path.rpartition(".")[0])
