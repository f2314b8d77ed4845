"""What the files of a project tell of one contract's symbol, each by itself. It stays until something changes that it
depends on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final, Literal, TypeVar, cast

from ssot_lint.links.conclusions import EVERYTHING
from ssot_lint.links.counted import CountedUnion
from ssot_lint.links.project import Project

T = TypeVar("T")

What = Literal["learned", "spoken"]
LEARNED: Final = "learned"
"""The names that a file tells."""
SPOKEN: Final = "spoken"
"""The names by which a file speaks of the symbol."""

KnownTelling = tuple[object, object, frozenset[str]]
"""What something was told of, what was told, and what that depends on."""


class Told:
    """What files have told. ``learned`` has of all files the names that they tell, see ``links.learned``; ``spoken``
    those by which they speak of the symbol."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[tuple[What, str], KnownTelling] = {}
        self.learned: CountedUnion[tuple[str, str, str]] = CountedUnion()
        self.spoken: CountedUnion[str] = CountedUnion()

    def of_file(self, what: What, path: str, given: object, work: Callable[[], T]) -> T:
        """What some work tells of a file, which is the same until something changes that it depends on. ``given`` are
        what it depends on besides. Of that no note is taken."""
        known = self._known.get((what, path))
        if known is None or known[0] != given:
            value, touched = self._project.traced(work, apart=True)
            known = self._known[what, path] = given, value, touched | {path}
        return cast(T, known[1])

    def know(self, what: What, path: str, given: object, value: object, touched: frozenset[str]) -> None:
        """Takes over what was told of a file before."""
        self._known[what, path] = given, value, touched

    def known(self, what: What) -> Iterator[tuple[str, KnownTelling]]:
        """By path all that some work has told."""
        return ((path, known) for (kind, path), known in self._known.items() if kind == what)

    def is_told(self, what: What, path: str) -> bool:
        """Whether what some work has told of a file is the same still."""
        return (what, path) in self._known

    def forget(self, changed: Collection[str]) -> None:
        """Forgets what depends on some files."""
        self._known = {
            key: known
            for key, known in self._known.items()
            if EVERYTHING not in known[2] and known[2].isdisjoint(changed)
        }
