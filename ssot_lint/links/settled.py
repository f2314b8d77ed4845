"""Questions that lead to further questions, and may lead back to themselves: a least fixpoint, on demand.

A question that is asked again while it is being answered has no answer: that is where a cycle of imports is cut. What
such a cut has a bearing on is true only for whoever entered the cycle there, and is not kept for others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from ssot_lint.links.project import EVERYTHING, Project

T = TypeVar("T")
Key = Hashable

MOST_STEPS = 5_000
"""So many further questions one question may lead to: names that are bound to parts of each other lead to ever more."""


class Settled(Generic[T]):
    """Answers by their questions, each with what it depends on (see ``Project.touched``)."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[Key, tuple[T | None, frozenset[str]]] = {}
        self._asked: dict[Key, tuple[T | None, frozenset[str]]] = {}
        """Answers on which a cycle has a bearing: they hold for who asks for them first of all."""
        self._meanwhile: dict[Key, tuple[T | None, frozenset[str]]] = {}
        """Such answers that have come up on the way to the first question."""
        self._nothing: dict[Key, frozenset[str]] = {}
        """What has come to nothing there, and may not any more once something else has come to something."""
        self._steps = 0
        self._open: set[Key] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a question is being answered."""
        return bool(self._open)

    def once(self, key: Key, work: Callable[[], T | None]) -> T | None:
        """The answer to a question, by some work where it is not known."""
        known = self._known.get(key) or (self._meanwhile if self._open else self._asked).get(key)
        if known is not None:
            answer, touched = known
            self.project.touched |= touched
            return answer
        if self._open and key in self._nothing:
            self.project.touched |= self._nothing[key]
            return None
        self._steps = self._steps + 1 if self._open else 0
        if key in self._open or self._steps > MOST_STEPS:
            # Whatever is cut off by a cycle depends on where the cycle was entered.
            self.project.touched.add(EVERYTHING)
            return None
        self._open.add(key)
        try:
            answer, touched = self.project.traced(work)
        finally:
            self._open.discard(key)
        self._keep(key, answer, touched)
        return answer

    def _keep(self, key: Key, answer: T | None, touched: frozenset[str]) -> None:
        # No answer may depend on the questions before it.
        if EVERYTHING not in touched:
            self._known[key] = answer, touched
        elif not self._open:
            self._asked[key] = answer, touched
            self._meanwhile.clear()
            self._nothing.clear()
        elif answer is not None:
            self._meanwhile[key] = answer, touched
            self._nothing.clear()
        else:
            self._nothing[key] = touched
