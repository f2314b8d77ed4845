"""What the rules of this package know of a project, and the words that their matches share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ssot_lint.links.definitions import Definitions, Key
from ssot_lint.links.module import Module
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Hop
from ssot_lint.model.sharing import FunctionSharing
from ssot_lint.rules.every_class.changes import Changes
from ssot_lint.rules.every_class.classes import Classes
from ssot_lint.rules.every_class.doings import Doing, Doings
from ssot_lint.rules.every_class.timing import Timing
from ssot_lint.rules.evidence import Match

ADVICE = "make one for each user, where it is needed"
CACHES = frozenset(
    "lru_cache cache cached alru_cache async_lru_cache cache_resource cache_data memoize ttl_cache once"
    " run_once".split()
)
"""Decorators that keep what a function returns."""

SHOWN = 5
"""So many writers stand in a chain."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A class or a container that users share. ``symbol`` is its dotted path."""

    code: str
    symbol: str
    match: Match


@dataclass(frozen=True, slots=True)
class Survey:
    """``spoken_for``: whether a contract says what may be at a dotted path."""

    classes: Classes
    doings: Doings
    timing: Timing
    changes: Changes
    spoken_for: Callable[[str], bool]

    @property
    def definitions(self) -> Definitions:
        return self.classes.definitions

    def is_judged(self, klass: Key) -> bool:
        """Whether objects of a class can change, and no contract says who may share them."""
        return self.changes.has_state(klass) and not self.spoken_for(self.classes.dotted(klass))

    def changed(self, klass: Key, given: Sequence[str] = ("*",)) -> tuple[Hop, ...]:
        """Where objects of a class are changed, if they were made with these arguments."""
        found = sorted(self.changes.given(klass, given).items())[:SHOWN]
        return tuple(Hop(path, line, f"`{method}` changes it") for method, (path, line) in found)


def is_cached(function: FunctionSharing) -> bool:
    return any(one.rpartition(".")[2] in CACHES for one in function.decorators)


def where_bound(owner: str, *, of_function: bool) -> Where:
    """Where a name is bound: in a class, as the default of a function, or in a module."""
    return Where(owner, "function" if of_function else "class" if owner else "module")


def written(doing: Doing, module: Module) -> str:
    """Who writes to something, in words."""
    if doing.module.file.path == module.file.path:
        return f"written to by `{doing.touch.scope}`"
    return f"written to by `{doing.module.name}.{doing.touch.scope}`"


def writers(doings: Sequence[Doing]) -> tuple[Hop, ...]:
    return tuple(
        Hop(one.module.file.path, one.touch.line, f"`{one.touch.scope}` writes to it")
        for one in doings[:SHOWN]
    )
