"""Questions that lead to further questions, and may lead back to themselves: a least fixpoint, on demand.

A question that is asked again while it is being answered has no answer: that is where a cycle of imports is cut. What
such a cut has a bearing on is true only for whoever entered the cycle there, and is not kept for others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import Generic, TypeVar

from ssot_lint.links.conclusions import EVERYTHING, Conclusion
from ssot_lint.links.project import Project

T = TypeVar("T")

MOST_STEPS = 200
"""So many further questions that grow, or that have come up before, one question may lead to: names that are bound to
parts of each other lead to ever more."""


MOST_OPEN = 100
"""So many questions lead from one to the next before the last of them is answered by itself: stacks have an end."""


class _TooDeep(Exception):
    """A question that is better answered before those that have led to it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Settled(Generic[T]):
    """Answers by their questions, each with what it depends on (see ``Project.touched``); ``work`` finds the answer to
    a question."""

    def __init__(self, project: Project, work: Callable[[str], T | None]) -> None:
        self.project = project
        self._work = work
        self._known: dict[str, Conclusion[T | None]] = {}
        """An answer stands behind all that it was made from."""
        self._asked: dict[str, Conclusion[T | None]] = {}
        """Answers on which a cycle has a bearing: they hold for who asks for them first of all."""
        self._meanwhile: dict[str, Conclusion[T | None]] = {}
        """Such answers that have come up on the way to the first question."""
        self._nothing: dict[str, Conclusion[T | None]] = {}
        """What has come to nothing there, and may not any more once something else has come to something."""
        self._steps = 0
        self._met: set[str] = set()
        """The questions that have come up on the way to the first one."""
        self._most_open = MOST_OPEN
        self._open: set[str] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a question is being answered."""
        return bool(self._open)

    def of(self, key: str) -> T | None:
        """The answer to a question."""
        if self._open:
            return self._once(key)
        self._most_open = MOST_OPEN
        todo, tried = [key], set[str]()
        while True:
            try:
                answer = self._once(todo[-1])
            except _TooDeep as far:
                if far.key in tried:
                    # It is part of a cycle, and has no answer that holds for others.
                    self._most_open = sys.maxsize
                else:
                    tried.add(far.key)
                    todo.append(far.key)
                continue
            todo.pop()
            if not todo:
                return answer

    def _once(self, key: str) -> T | None:
        known = self._known.get(key) or (self._meanwhile if self._open else self._asked).get(key)
        if known is None and self._open:
            known = self._nothing.get(key)
        if known is not None:
            self.project.used.add(known)
            return known.value
        if not self._open:
            self._begin()
        if key in self._open:
            # Whatever is cut off by a cycle depends on where the cycle was entered.
            self.project.touched.add(EVERYTHING)
            return None
        if len(self._open) > self._most_open:
            raise _TooDeep(key)
        if key in self._met and self.is_enough():
            return None
        self._met.add(key)
        self._open.add(key)
        try:
            answer = self.project.answered(lambda: self._work(key))
        finally:
            self._open.discard(key)
        self._keep(key, answer)
        return answer.value

    def _begin(self) -> None:
        self._steps = 0
        self._met.clear()
        self._meanwhile.clear()
        self._nothing.clear()

    def _keep(self, key: str, answer: Conclusion[T | None]) -> None:
        # No answer may depend on the questions before it.
        if not answer.is_cut:
            self._known[key] = answer
        elif not self._open:
            self._asked[key] = answer
            self._begin()
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
        self._begin()
        stale: set[Conclusion[object]] = set()
        for answer in self._known.values():
            if not (stale.isdisjoint(answer.used) and answer.touched.isdisjoint(changed)):
                stale.add(answer)
        self._known = {key: answer for key, answer in self._known.items() if answer not in stale}
