"""What is asked of every file in one round, and what the bytes of one file hold of it. Pure.

The rounds are exact: a file that holds nothing and is not special cannot matter to any contract, so that nothing is
lost when it is never parsed. What cannot be seen in bytes (a name put together from pieces when the code runs) no later
stage sees either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.cache.memory import NamesHeld
from ssot_lint.facts import comments
from ssot_lint.facts.prefilter import Learned, Words, is_special, present, reachable, text_of
from ssot_lint.facts.spelled import holds
from ssot_lint.model.asked import FIELD, FieldAsked, is_name, names_of


@dataclass(frozen=True)
class Question:
    """``words`` and ``patterns`` are the contracts' own names; ``learned`` are names that linking has found, each with
    the last parts of the modules that bind it, and None in the first round. ``sharing``: all files are asked what they
    share, whatever they hold. ``filtered`` is false where every file is asked for every name, so that nothing depends
    on the prefilter. ``parts``: each file is also asked which of these it mentions, see ``mentioned``."""

    words: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()
    learned: Mapping[str, frozenset[str]] | None = None
    sharing: bool = False
    filtered: bool = True
    parts: frozenset[str] = frozenset()

    @cached_property
    def text(self) -> str:
        """All of the question as text, but for ``parts``: equal texts have equal answers."""
        learned = None
        if self.learned is not None:
            learned = sorted((name, sorted(parts)) for name, parts in self.learned.items())
        patterns = [pattern.pattern for pattern in self.patterns]
        return json.dumps([sorted(self.words), patterns, learned, self.sharing, self.filtered])

    @cached_property
    def reach(self) -> Learned:
        """The learned names, ready to be looked for."""
        return Learned.of({name: parts for name, parts in (self.learned or {}).items() if is_name(name)})

    @cached_property
    def plain(self) -> Words:
        """The contracts' names, ready to be looked for."""
        return Words.of(names_of(self.words))

    @cached_property
    def mentioning(self) -> Words:
        """The last parts of modules, ready to be looked for."""
        return Words.of(self.parts)

    @cached_property
    def signed(self) -> Mapping[str, str]:
        """What is behind a sign among the names, each with the word that a file must hold."""
        return {
            one: FieldAsked.of(one).name if one.startswith(FIELD) else one[1:]
            for one in (self.words if self.learned is None else self.learned)
            if not is_name(one)
        }

    @cached_property
    def behind_signs(self) -> Words:
        """These words, ready to be looked for."""
        return Words.of(self.signed.values())

    @classmethod
    def of(cls, text: str) -> Question:
        """The question of a text. Raises ValueError, TypeError or re.error where it is none."""
        words, patterns, learned, sharing, filtered = json.loads(text)
        names = {name: frozenset(parts) for name, parts in learned} if learned is not None else None
        return cls(frozenset(words), tuple(map(re.compile, patterns)), names, bool(sharing), bool(filtered))


def holds_nothing(questions: Iterable[str], data: bytes) -> bool:
    """Whether a file's bytes hold nothing of what was asked: what is in the file does not matter, then."""
    try:
        return all(held(Question.of(text), data) == NamesHeld() for text in questions)
    except (ValueError, TypeError, re.error):
        return False


def held(question: Question, data: bytes) -> NamesHeld:
    """What a file's bytes hold."""
    if not question.filtered:
        wanted = question.words if question.learned is None else question.learned
        matching = present(data, Words.of(()), question.patterns)
        return NamesHeld(tuple(sorted({*wanted, *matching})), special=True)
    if question.learned is not None:
        return NamesHeld(tuple(sorted(reachable(data, question.reach) | _signed(data, question))))
    found = present(data, question.plain, question.patterns)
    names = tuple(sorted(found | _signed(data, question)))
    special = question.sharing or (bool(question.words) and not names and is_special(data))
    spoken = comments.read(data) if not names and not special and b"ssot" in data.lower() else ()
    return NamesHeld(names, special, spoken)


def _signed(data: bytes, question: Question) -> frozenset[str]:
    """Those of the words behind a sign that a file holds: it can have what is asked for nowhere else."""
    if not question.signed:
        return frozenset()
    found = present(data, question.behind_signs)
    there = [one for one, word in question.signed.items() if word in found]
    text = text_of(data) if there else ""
    return frozenset(one for one in there if holds(one, text))
