"""An answer about a project → what it depends on, and so how long it holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

V = TypeVar("V", covariant=True)

EVERYTHING = "*"
"""Stands in ``Project.touched`` for the facts of all files."""

MUCH = 64
"""From so many answers on, what they depend on is kept when it has been put together."""


class Conclusion(Generic[V]):
    """An answer, with what it depends on: what was ``touched`` for it (see ``Project``), and other answers that were
    ``used``. ``is_cut``: one of all these depends on everything."""

    __slots__ = ("_whole", "is_cut", "touched", "used", "value")

    def __init__(self, value: V, touched: frozenset[str], used: tuple[Conclusion[object], ...]) -> None:
        self.value, self.touched, self.used = value, touched, used
        self.is_cut: bool = EVERYTHING in touched or any(one.is_cut for one in used)
        self._whole: frozenset[str] | None = None

    def whole(self) -> Iterable[str]:
        """All that was touched for it, and for what was used. That is kept where much had to be put together: so it is
        not put together again for each link of a chain, and not kept for each."""
        found: set[str] = set()
        seen: set[Conclusion[object]] = {self}
        todo: list[Conclusion[object]] = [self]
        while todo:
            answer = todo.pop()
            if answer._whole is not None:
                found |= answer._whole
                continue
            found |= answer.touched
            new = [one for one in answer.used if one not in seen]
            seen.update(new)
            todo += new
        if len(seen) > MUCH:
            self._whole = frozenset(found)
        return found


def all_touched(touched: Iterable[str], used: Iterable[Conclusion[object]]) -> set[str]:
    """What was touched, and what was touched for answers that were used."""
    return {*touched}.union(*(one.whole() for one in used))
