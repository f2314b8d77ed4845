"""What runs remember, kept in this process: a store in front of that on the disk, for a project that stays open.

Values stay the objects that they are, and pieces that no recent run has asked for go. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from ssot_lint.cache.store import Store

T = TypeVar("T")

RECENT: Final = 8
"""A state of so many runs ago is still remembered: people undo what they have typed."""


class Resident(Store):
    """``behind`` is what earlier runs have left on the disk, until ``settle``."""

    def __init__(self, behind: Store | None = None) -> None:
        super().__init__(None)
        self._behind = behind
        self._pieces: dict[str, bytes] = {}
        self._values: dict[str, object] = {}
        self._made: dict[str, object] = {}
        self._asked: dict[str, int] = {}
        """By key the run that has last asked for it."""
        self._run = 0

    @property
    def is_empty(self) -> bool:
        return not self._pieces and (self._behind is None or self._behind.is_empty)

    @property
    def keeps(self) -> bool:
        return True

    def __contains__(self, key: str) -> bool:
        found = key in self._pieces or (self._behind is not None and key in self._behind)
        if found:
            self._asked[key] = self._run
        return found

    def get(self, key: str) -> bytes | None:
        piece = self._pieces.get(key)
        if piece is None and self._behind is not None:
            piece = self._behind.get(key)
        if piece is not None:
            self.put(key, piece)
        return piece

    def put(self, key: str, piece: bytes) -> None:
        self._pieces[key] = piece
        self._asked[key] = self._run

    def recall(self, cls: type[T], key: str) -> T | None:
        value = self._values.get(key)
        if value is None and self._behind is not None:
            value = self._behind.recall(cls, key)
        if not isinstance(value, cls):
            return None
        self.keep({key: value})
        return value

    def keep(self, values: Mapping[str, object]) -> None:
        self._values.update(values)
        self._asked.update(dict.fromkeys(values, self._run))

    def made(self, key: str, make: Callable[[], T]) -> T:
        known: Any = self._made.get(key)
        if known is None:
            known = self._made[key] = make()
        return cast(T, known)

    def save(self) -> None:
        """Ends a run: what has not been asked for lately goes."""
        self._run += 1
        old = [key for key, run in self._asked.items() if self._run - run > RECENT]
        for key in old:
            del self._asked[key]
            self._pieces.pop(key, None)
            self._values.pop(key, None)
            self._made.pop(key, None)

    def settle(self) -> None:
        """Takes over all that was asked for, and closes the store on the disk: on some systems an open file stops other
        programs from writing it."""
        for key in [*self._asked]:
            if key not in self._values:
                self.get(key)
        self.close()

    def close(self) -> None:
        if self._behind is not None:
            self._behind.close()
        self._behind = None
