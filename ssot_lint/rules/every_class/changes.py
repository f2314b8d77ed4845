"""What methods do to their objects → which methods change an object after it was made. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ssot_lint.facts.definitions.bodies import CHANGERS, MAKERS
from ssot_lint.links.definitions import Key
from ssot_lint.rules.every_class.doings import Doing
from ssot_lint.rules.every_class.timing import Timing

_EARLY = frozenset([*MAKERS, "__setstate__", "__init_subclass__", "__set_name__"])
"""Methods that run before others have an object in hand."""

_PLAIN = ("?", "abc.", "typing.", "collections.abc.")
"""Bases that call no method of an object when it is made."""

Line = tuple[str, int]
"""A file's path and a line in it."""

Changing = dict[str, dict[str, Line]]
"""The methods that change an object; each with the lines that do, by the attribute that must be true for it."""


class Changes:
    """What changes the objects of a project's classes."""

    def __init__(self, timing: Timing) -> None:
        self.timing = timing
        self.doings = timing.doings
        self.classes = timing.classes
        self._known: dict[Key, Changing] = {}

    def of(self, klass: Key) -> Changing:
        """The methods that change an object of a class after it was made."""
        if klass not in self._known:
            found, calls = self._by_themselves(klass)
            _spread(found, calls)
            self._known[klass] = {method: places for method, places in found.items() if places}
        return self._known[klass]

    def _by_themselves(self, klass: Key) -> tuple[Changing, dict[str, set[str]]]:
        """The methods that change the object themselves; and for each method the others that it calls."""
        found: Changing = {}
        calls: dict[str, set[str]] = {}
        if self.classes.is_contextual(klass):
            return found, calls
        contextual = self.classes.contextual(klass)
        seen: set[str] = set()
        for key in self.classes.lineage(klass)[0]:
            methods = set(self.classes.definitions.klass(key).methods) - seen
            seen |= methods
            for doing in self.doings.own.get(key, ()):
                method = doing.touch.outer[len(key[1]) + 1 :].partition(".")[0]
                if method not in methods or method in _EARLY:
                    continue
                rest = doing.rest
                if doing.touch.how == "call" and len(rest) == 1:
                    if not self._completes_itself(klass, rest[0], doing.touch.unset):
                        calls.setdefault(method, set()).add(rest[0])
                elif rest[0] not in contextual and _is_change(doing):
                    found.setdefault(method, {}).setdefault(doing.touch.when, (key[0], doing.touch.line))
        return found, calls

    def _completes_itself(self, klass: Key, method: str, unset: Sequence[str]) -> bool:
        """Whether a method sets one of the attributes that were found unset before it was called."""
        found = {target.rpartition(".")[2] for target in unset}
        return bool(found) and any(
            doing.rest[0] in found and doing.touch.how == "set" and doing.touch.outer == f"{key[1]}.{method}"
            for key in self.classes.lineage(klass)[0]
            for doing in self.doings.own.get(key, ())
        )

    def given(self, klass: Key, given: Sequence[str]) -> Mapping[str, Line]:
        """The methods that change an object which was made with these arguments, each with a line that does."""
        off = {
            attribute
            for state in self.classes.states_of(klass)
            for attribute, position, keyword in state.flags
            if not {position, keyword, "*"} & set(given)
        }
        found = {}
        for method, places in self.of(klass).items():
            open_ = [place for when, place in sorted(places.items()) if when not in off]
            if open_:
                found[method] = open_[0]
        return found

    def has_state(self, klass: Key) -> bool:
        """Whether an object of a class can change after it was made."""
        if self.classes.is_contextual(klass):
            return False
        return bool(self.of(klass)) or self.classes.is_container(klass)

    def has_own(self, doing: Doing, name: str, seen: frozenset[Key] = frozenset()) -> bool:
        """Whether the object of a method has an attribute of its own, and not its class's, when a place is reached."""
        path, method = doing.module.file.path, doing.touch.outer
        klass = (path, method.rpartition(".")[0])
        if name in doing.touch.bound:
            return True
        if klass[1] not in self.classes.definitions.names[path].classes or (path, method) in seen:
            return False
        if any(name in state.fresh for state in self.classes.states_of(klass)):
            return True
        if self._is_set_up(klass, name):
            return True
        seen |= {(path, method)}
        callers = self.timing.references_to((path, method), klass[1], method.rpartition(".")[2])
        return bool(callers) and all(
            one.touch.how == "call" and one.touch.via == "self" and self.has_own(one, name, seen)
            for one in callers or ()
        )

    def _is_set_up(self, klass: Key, name: str) -> bool:
        """Whether a method binds an attribute that only a base of a library can call, perhaps before all others."""
        keys, foreign = self.classes.lineage(klass)
        if all(base.startswith(_PLAIN) for base in foreign):
            return False
        for key in keys:
            for doing in self.doings.own.get(key, ()):
                outer = doing.touch.outer
                if doing.rest == (name,) and doing.touch.how == "set":
                    if self.timing.references_to((key[0], outer), key[1], outer.rpartition(".")[2]) == []:
                        return True
        return False


def _is_change(doing: Doing) -> bool:
    """Whether a method does not only use an attribute of its object but changes it."""
    how, rest = doing.touch.how, doing.rest
    if how in ("set", "item", "augment"):
        return True
    return how == "call" and len(rest) == 2 and rest[1] in CHANGERS


def _spread(found: Changing, calls: Mapping[str, set[str]]) -> None:
    """Adds the methods that call a method which changes the object, as long as there are more."""
    more = True
    while more:
        more = False
        for method, others in sorted(calls.items()):
            for other in sorted(others):
                for when, place in found.get(other, {}).items():
                    if when not in found.setdefault(method, {}):
                        found[method][when] = place
                        more = True
