"""What files tell, each by itself → what all of them tell, which follows when one tells something else. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

F = TypeVar("F")
T = TypeVar("T")
G = TypeVar("G")


def add(rows: dict[str, frozenset[str]], more: Mapping[str, frozenset[str]]) -> None:
    """Adds what further rows have to those that there are."""
    both = {row: rows[row] for row in rows.keys() & more.keys()}
    rows.update(more)
    for row, before in both.items():
        # Mostly one has what the other has.
        rows[row] = before if more[row] <= before else before | more[row]


class CountedUnion(Generic[F, T]):
    """Counts for each thing how many files tell it, and forgets what no file tells any more. Anything that tells
    something may stand in the place of a file."""

    def __init__(self) -> None:
        self._given: dict[F, Collection[object]] = {}
        self._told: dict[F, frozenset[T]] = {}
        self._counts: dict[T, int] = {}

    @property
    def told(self) -> Collection[T]:
        """All that is told."""
        return self._counts.keys()

    def follow(
        self,
        given: Mapping[F, Collection[G]],
        tell: Callable[[F, Collection[G]], frozenset[T]],
        stale: Collection[F],
    ) -> None:
        """Has each file tell of the names that are ``given`` for it, but for those that were asked of the same names.
        The ``stale`` ones are asked in any case: what they have told may not be so any more."""
        for path in self._given.keys() - given.keys():
            self._take(path, frozenset())
            del self._given[path], self._told[path]
        for path, names in given.items():
            before = self._given.get(path)
            # Two sets are compared name by name, also where they are one.
            if (before is names or before == names) and path not in stale:
                continue
            self._take(path, tell(path, names))
            self._given[path] = names

    def _take(self, path: F, now: frozenset[T]) -> None:
        before = self._told.get(path, frozenset())
        self._told[path] = now
        for one in now - before:
            self._counts[one] = self._counts.get(one, 0) + 1
            if self._counts[one] == 1:
                self._come(one)
        for one in before - now:
            self._counts[one] -= 1
            if not self._counts[one]:
                del self._counts[one]
                self._go(one)

    def _come(self, one: T) -> None:
        """Something is told for the first time."""

    def _go(self, one: T) -> None:
        """Nobody tells it any more."""


class CountedTables(CountedUnion[F, tuple[str, str, str]]):
    """Counts cells in the same way: each is a table, a row in it, and a name in that row."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, dict[str, frozenset[str]]] = {}
        self._changed: dict[tuple[str, str], set[str]] = {}
        """The rows that have changed since ``_rows`` was brought up to date."""

    def table(self, table: str) -> Mapping[str, frozenset[str]]:
        """The names by row. A row stays the same object until it changes."""
        for (where, row), names in self._changed.items():
            rows = self._rows.setdefault(where, {})
            if names:
                rows[row] = frozenset(names)
            else:
                rows.pop(row, None)
        self._changed.clear()
        return self._rows.get(table, {})

    def _come(self, one: tuple[str, str, str]) -> None:
        self._row(one).add(one[2])

    def _go(self, one: tuple[str, str, str]) -> None:
        self._row(one).discard(one[2])

    def _row(self, one: tuple[str, str, str]) -> set[str]:
        table, row, _ = one
        if (table, row) not in self._changed:
            self._changed[table, row] = {*self._rows.get(table, {}).get(row, ())}
        return self._changed[table, row]
