"""What files tell, each by itself → what all of them tell, which follows when one tells something else. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")

Names = Collection[str]


class CountedUnion(Generic[T]):
    """Counts how many files tell each thing, so that what nobody tells any more is gone."""

    def __init__(self) -> None:
        self._given: dict[str, Names] = {}
        self._told: dict[str, frozenset[T]] = {}
        self._counts: dict[T, int] = {}

    @property
    def told(self) -> Collection[T]:
        """All that is told."""
        return self._counts.keys()

    def follow(
        self,
        given: Mapping[str, Names],
        tell: Callable[[str, Names], frozenset[T]],
        is_so: Callable[[str], bool],
    ) -> None:
        """Has each file tell of the names that are ``given`` for it, but for those that were asked of the same names,
        and of which it ``is_so`` still what they have told."""
        for path in self._given.keys() - given.keys():
            self._take(path, frozenset())
            del self._given[path], self._told[path]
        for path, names in given.items():
            if self._given.get(path) != names or not is_so(path):
                self._take(path, tell(path, names))
                self._given[path] = names

    def _take(self, path: str, now: frozenset[T]) -> None:
        before = self._told.get(path, frozenset())
        self._told[path] = now
        for one in now - before:
            self._counts[one] = self._counts.get(one, 0) + 1
        for one in before - now:
            self._counts[one] -= 1
            if not self._counts[one]:
                del self._counts[one]
