"""Questions that lead to further questions, and may lead back to themselves: a least fixpoint, on demand.

A question that is asked again while it is being answered has no answer: that is where a cycle of imports is cut. What
such a cut has a bearing on is true only for whoever entered the cycle there, and is not kept for others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Generic, TypeVar

from ssot_lint.links.project import EVERYTHING, Answer, Project

T = TypeVar("T")

MOST_STEPS = 5_000
"""So many further questions that grow one question may lead to: names that are bound to parts of each other lead to ever
more."""


class Settled(Generic[T]):
    """Answers by their questions, each with what it depends on (see ``Project.touched``)."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, Answer[T]] = {}
        """An answer stands behind all that it was made from."""
        self._asked: dict[str, Answer[T]] = {}
        """Answers on which a cycle has a bearing: they hold for who asks for them first of all."""
        self._meanwhile: dict[str, Answer[T]] = {}
        """Such answers that have come up on the way to the first question."""
        self._nothing: dict[str, Answer[T]] = {}
        """What has come to nothing there, and may not any more once something else has come to something."""
        self._steps = 0
        self._open: set[str] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a question is being answered."""
        return bool(self._open)

    def once(self, key: str, work: Callable[[], T | None]) -> T | None:
        """The answer to a question, by some work where it is not known."""
        known = self._known.get(key) or (self._meanwhile if self._open else self._asked).get(key)
        if known is None and self._open:
            known = self._nothing.get(key)
        if known is not None:
            self.project.used.add(known)
            return known.value
        if not self._open:
            self._steps = 0
        if key in self._open:
            # Whatever is cut off by a cycle depends on where the cycle was entered.
            self.project.touched.add(EVERYTHING)
            return None
        self._open.add(key)
        try:
            answer = self.project.answered(work)
        finally:
            self._open.discard(key)
        self._keep(key, answer)
        return answer.value

    def _keep(self, key: str, answer: Answer[T]) -> None:
        # No answer may depend on the questions before it.
        if not answer.is_cut:
            self._known[key] = answer
        elif not self._open:
            self._asked[key] = answer
            self._meanwhile.clear()
            self._nothing.clear()
        elif answer.value is not None:
            self._meanwhile[key] = answer
            self._nothing.clear()
        else:
            self._nothing[key] = answer

    def is_enough(self) -> bool:
        """Takes note of a question that grows, and says whether there have been too many since the first one."""
        self._steps += 1
        if self._steps <= MOST_STEPS:
            return False
        self.project.touched.add(EVERYTHING)
        return True

    def forget(self, changed: Collection[str]) -> None:
        """Forgets what depends on some files."""
        self._asked.clear()
        self._meanwhile.clear()
        self._nothing.clear()
        stale: set[Answer[object]] = set()
        for answer in self._known.values():
            if not (stale.isdisjoint(answer.used) and answer.touched.isdisjoint(changed)):
                stale.add(answer)
        self._known = {key: answer for key, answer in self._known.items() if answer not in stale}
