"""What the files of a project tell of one contract's symbol, each by itself. It stays until something changes that it
depends on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final, Literal, TypeVar, cast

from ssot_lint.links.conclusions import EVERYTHING
from ssot_lint.links.counted import CountedTables, CountedUnion
from ssot_lint.links.project import Project

T = TypeVar("T")

What = Literal["learned", "spoken"]
LEARNED: Final = "learned"
"""The names that a file tells."""
SPOKEN: Final = "spoken"
"""The names by which a file speaks of the symbol."""

KnownTelling = tuple[object, object, frozenset[str]]
"""What something was told of, what was told, and what that depends on."""


WORDS: Final = "words"
BINDERS: Final = "binders"


class Told:
    """What files have told. ``learned`` has of all files the names that they tell, see ``links.learned``: in the table
    ``WORDS`` by word the last parts of modules, and in ``BINDERS`` by path the names that it binds. ``spoken`` are the
    names by which files speak of the symbol."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[tuple[What, str], KnownTelling] = {}
        self.stale: dict[What, set[str]] = {LEARNED: set(), SPOKEN: set()}
        """The files of which it is forgotten what they have told."""
        self._by_file: dict[str, set[tuple[What, str]]] = {}
        """By file what has depended on it."""
        self.learned: CountedTables[str] = CountedTables()
        self.spoken: CountedUnion[str, str] = CountedUnion()

    def of_file(self, what: What, path: str, given: object, work: Callable[[], T]) -> T:
        """What some work tells of a file, which is the same until something changes that it depends on. ``given`` are
        what it depends on besides. Of that no note is taken."""
        known = self._known.get((what, path))
        if known is None or known[0] != given:
            value, touched = self._project.traced(work, apart=True)
            known = self._keep((what, path), (given, value, touched | {path}))
        return cast(T, known[1])

    def _keep(self, key: tuple[What, str], known: KnownTelling) -> KnownTelling:
        self._known[key] = known
        self.stale[key[0]].discard(key[1])
        for file in known[2]:
            self._by_file.setdefault(file, set()).add(key)
        return known

    def know(self, what: What, path: str, given: object, value: object, touched: frozenset[str]) -> None:
        """Takes over what was told of a file before."""
        self._keep((what, path), (given, value, touched))

    def known(self, what: What) -> Iterator[tuple[str, KnownTelling]]:
        """By path all that some work has told."""
        return ((path, known) for (kind, path), known in self._known.items() if kind == what)

    def forget(self, changed: Collection[str]) -> None:
        """Forgets what depends on some files."""
        for file in (EVERYTHING, *changed):
            for key in self._by_file.pop(file, ()):
                if self._known.pop(key, None) is not None:
                    self.stale[key[0]].add(key[1])
