"""The findings of two states of a project, and the pairs among them that are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from ssot_lint.findings.comparison.surroundings import Surroundings


class Comparable(Protocol):
    """What is known of a finding on either side; the fields are those of ``model.Finding``."""

    @property
    def code(self) -> str: ...
    @property
    def contract(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def spelled(self) -> str: ...


Old = TypeVar("Old", bound=Comparable)
New = TypeVar("New", bound=Comparable)
One = TypeVar("One", bound=Comparable)
One_contra = TypeVar("One_contra", bound=Comparable, contravariant=True)


class Side(Protocol[One_contra]):
    """What can be asked of the files of one state. None where it is not known."""

    def context(self, one: One_contra) -> Surroundings: ...

    def has(self, path: str) -> bool | None:
        """Whether there is such a file."""

    def names(self, path: str) -> Collection[str] | None:
        """The qualified names of a file's definitions."""

    def contents(self, path: str) -> Collection[tuple[str, str]] | None:
        """As ``Sources.contents``."""


class Pairs(Generic[Old, New]):
    """Two sets of findings and the pairs among them so far. ``left`` and ``right`` are the numbers of the old and the
    new ones that have no partner yet, in their order; ``partners`` leads from new to old. ``renamed`` has files, old
    paths to new, and ``names`` is as in ``Hints``."""

    def __init__(
        self,
        old: Sequence[Old],
        new: Sequence[New],
        before: Side[Old],
        after: Side[New],
        renamed: dict[str, str],
        names: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.old, self.new, self.before, self.after = old, new, before, after
        self.renamed, self.names = renamed, names
        self._origins: dict[str, str] = {}
        self.left = dict.fromkeys(range(len(old)))
        self.right = dict.fromkeys(range(len(new)))
        self.partners: dict[int, int] = {}

    def around_old(self, number: int) -> Surroundings:
        return self.before.context(self.old[number])

    def around_new(self, number: int) -> Surroundings:
        return self.after.context(self.new[number])

    def new_path(self, path: str) -> str:
        """The path that a file of the old state has."""
        return self.renamed.get(path, path)

    def old_path(self, path: str) -> str:
        """The path that a file of the new state had."""
        if len(self._origins) != len(self.renamed):
            self._origins = {new: old for old, new in self.renamed.items()}
        return self._origins.get(path, path)

    def is_done(self) -> bool:
        return not (self.left and self.right)

    def take(
        self,
        of_old: Callable[[int], Hashable | None],
        of_new: Callable[[int], Hashable | None],
        left: Iterable[int] | None = None,
        right: Iterable[int] | None = None,
    ) -> None:
        """Makes pairs of findings with equal keys, the first with the first, among those that have no partner, or
        among ``left`` and ``right``. A finding with the key None gets no partner."""
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for number in [*(self.left if left is None else left)]:
            key = of_old(number) if number in self.left else None
            if key is not None:
                groups[key].append(number)
        for group in groups.values():
            group.reverse()
        for number in [*(self.right if right is None else right)]:
            key = of_new(number) if number in self.right and groups else None
            if key is not None and groups.get(key):
                partner = groups[key].pop()
                self.partners[number] = partner
                del self.left[partner], self.right[number]

    def take_any(self, left: Iterable[int], right: Iterable[int]) -> None:
        """Makes pairs of some findings, the first with the first, as far as they have no partner."""
        self.take(lambda number: "", lambda number: "", left, right)
