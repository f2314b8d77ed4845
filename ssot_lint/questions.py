"""What is asked of every file in one round, and what the bytes of one file hold of it. Pure.

The rounds are exact: a file of which nothing is held and which is not special cannot matter to any contract, so
that nothing is lost when it is never parsed. What cannot be seen in bytes (a name put together from pieces when
the code runs) no later stage sees either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ssot_lint import comments
from ssot_lint.memory import Held
from ssot_lint.store import digest
from ssot_lint.words import is_special, present, reachable

_OURS = re.compile(rb"(?i)ssot")


@dataclass(frozen=True)
class Question:
    """``words`` and ``patterns`` are the contracts' own names; ``learned`` are names that linking has found, each
    with the last parts of the modules that bind it, and None in the first round. ``state``: what is shared is
    asked of all files, whatever they hold."""

    words: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()
    learned: Mapping[str, frozenset[str]] | None = None
    state: bool = False

    @cached_property
    def key(self) -> str:
        """Two questions of the same key have the same answers."""
        learned = sorted((name, sorted(parts)) for name, parts in (self.learned or {}).items())
        patterns = [pattern.pattern for pattern in self.patterns]
        return digest(self.learned is None, self.state, sorted(self.words), patterns, learned)


def held(question: Question, data: bytes) -> Held:
    """What a file's bytes hold."""
    if question.learned is not None:
        return Held(tuple(sorted(reachable(data, question.learned))))
    names = tuple(sorted(present(data, question.words, question.patterns)))
    special = question.state or (bool(question.words) and not names and is_special(data))
    spoken = comments.read(data) if not names and not special and _OURS.search(data) else ()
    return Held(names, special, spoken)
