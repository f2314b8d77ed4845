"""One file's facts and the contracts → whether inference there can come to anything of a contract. Pure.

In the stub world astroid sees only what links lead to. So it has an answer about a contract only where an import or a
path of the file leads to something of the contract, the file defines such a thing, or speaks of its name where only
inference knows what has that name. Most files that are asked about name only what is another contract's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from ssot_lint.facts.flow import GIVING_NOTHING
from ssot_lint.inference.targets import Targets
from ssot_lint.links.module import Module, absolute
from ssot_lint.model.facts import Call, Class, Facts, Ref, Text, Value
from ssot_lint.model.patching import MOCKS

REFLECTING = frozenset(
    "getattr getattr_static __getattribute__ attrgetter itemgetter import_module __import__".split()
)
"""Callables that are told by a string what they get."""

PASSING = frozenset(
    "partial partialmethod cast import_module __import__ copy deepcopy run run_until_complete create_task ensure_future"
    " shield wait_for lru_cache cache alru_cache staticmethod classmethod enter_context enter_async_context"
    " type getattr super dict list tuple set frozenset get pop values items vars isinstance property fget".split()
)
"""Callables of libraries whose arguments say what they give, as in ``tips``: this module imports no astroid."""

DEPTH = 20
"""So many bases are followed from one to the next."""


class Prospects:
    """Where in a file inference can come to something of a contract; numbers stand for contracts as in ``Targets``."""

    def __init__(self, targets: Targets, module: Module) -> None:
        self.targets = targets
        self.module = module
        self._open: dict[int, bool] = {}

    def of(self, number: int, value: Value) -> bool:
        """Whether inference about a value can come to something of a contract."""
        if not self.anywhere(number):
            return False
        ref = value.ref
        if value.form not in ("path", "call") or ref is None or len(ref.targets) != 1 or not ref.sure:
            return True
        target = ref.targets[0]
        if target[:1] not in (":", "?"):
            return self._by_path(number, value, absolute(target, self.module))
        if value.form == "call":
            return target[:1] == ":" or target[1:] not in GIVING_NOTHING or self._has_star
        return target[:1] == "?" or self._by_own(number, target[1:])

    def _by_path(self, number: int, value: Value, path: str) -> bool:
        """The same, of what is certainly at a path, or of what this gives when it is called."""
        name = path.rpartition(".")[2]
        if value.form == "call" and (name == "__new__" or (name in PASSING and self.targets.foreign(path))):
            return True
        if not self._replaced.isdisjoint(path.split(".")):
            return True
        is_around = value.form == "path" and number in self.targets.around(path)
        return number in self.targets.led(path) and not is_around

    def _by_own(self, number: int, qualname: str, depth: int = DEPTH) -> bool:
        """The same, of what the file itself defines: a class by its bases alone, a function not at all."""
        klass = self._classes.get(qualname)
        if klass is None:
            return qualname not in self._functions
        return not depth or any(base.suspect and self._by_base(number, base, depth) for base in klass.bases)

    def _by_base(self, number: int, base: Value, depth: int) -> bool:
        ref = base.ref if base.form == "path" else None
        if ref is not None and ref.sure and len(ref.targets) == 1 and ref.targets[0].startswith(":"):
            return self._by_own(number, ref.targets[0][1:], depth - 1)
        return self.of(number, base)

    @cached_property
    def _classes(self) -> dict[str, Class]:
        return {one.qualname: one for one in self.module.facts.classes}

    @cached_property
    def _functions(self) -> frozenset[str]:
        return frozenset(one.qualname for one in self.module.facts.functions)

    def anywhere(self, number: int) -> bool:
        """Whether anything in the file leads to a contract."""
        if number not in self._open:
            self._open[number] = number in self._led or self._is_open(number)
        return self._open[number]

    def can_fail(self, number: int) -> bool:
        """Whether links or inference can lead from any value of the file to a contract, or the class of the contract
        has a base here."""
        if self._has_star or self.module.facts.forwards or self.anywhere(number):
            return True
        return self.module.file.path in self.targets.family(number)

    @cached_property
    def _has_star(self) -> bool:
        return any(one.name == "*" for one in self.module.facts.imports)

    @cached_property
    def _replaced(self) -> frozenset[str]:
        """The attributes that the file gives to objects: what these have, links do not tell."""
        return frozenset(one.name for one in self.module.facts.bindings if one.how == "attribute")

    @cached_property
    def _led(self) -> frozenset[int]:
        """The contracts to which the paths lead that the file certainly speaks of."""
        return frozenset[int]().union(*map(self.targets.led, dict.fromkeys(self._paths())))

    def _paths(self) -> Iterator[str]:
        """The paths that the file defines, imports and reaches."""
        facts, module = self.module.facts, self.module
        yield from (f"{module.name}.{one.qualname}" for one in facts.classes)
        yield from (f"{module.name}.{one.qualname}" for one in facts.functions)
        targets = [one.target for one in facts.imports if one.name != "*"]
        targets += [target for use in facts.uses for target in use.ref.targets if target[:1] not in ":?"]
        for target in dict.fromkeys(targets):
            yield absolute(target, module)

    def _is_open(self, number: int) -> bool:
        """Whether the file speaks of a name that may be a contract's where facts do not tell of what."""
        index, facts, module = self.targets.index, self.module.facts, self.module
        asked = index.asked.get(module.file.path, frozenset())
        spoken = index.spoken.get(index.links[number].contract.name)
        if spoken is None:
            return True
        names = asked & spoken
        if not names:
            return False
        stars = [absolute(one.module, module) for one in facts.imports if one.name == "*"]
        return (
            any(map(index.project.is_module, stars))
            or any(_is_got(use.ref, names) for use in facts.uses)
            or any(_is_told(text, names) for text in facts.texts)
            or _has_dark(facts, names)
        )


def _is_imported(ref: Ref) -> bool:
    """Whether a path certainly begins with one thing that the file imports."""
    return ref.sure and len(ref.targets) == 1 and ref.targets[0][:1] not in ":?"


def _is_got(ref: Ref, names: Collection[str]) -> bool:
    """Whether a path takes one of some names from something that is not known."""
    behind = ref.spelled.split(".")[1:]
    return not _is_imported(ref) and any(part in names for part in behind)


def _is_told(text: Text, names: Collection[str]) -> bool:
    """Whether a string may tell by one of some names what is got."""
    if text.slot == "setting" or ".".join(text.holder.spelled.split(".")[-2:]) in MOCKS:
        # These give nothing of what they are told.
        return False
    return any(part in names for part in text.value.replace(":", ".").split("."))


def _has_dark(facts: Facts, names: Collection[str]) -> bool:
    """Whether some expression has no path, but may be an attribute of one of some names."""
    called = {call.callee.span for call in facts.calls}
    return any(_is_dark(call, names) for call in facts.calls) or any(
        value.suspect and value.form in ("other", "member") and value.span not in called
        for value in values_of(facts)
    )


def _is_dark(call: Call, names: Collection[str]) -> bool:
    if call.callee.form in ("other", "member") and call.method in names:
        return True
    called = call.callee.ref.spelled.rpartition(".")[2] if call.callee.ref is not None else ""
    return called in REFLECTING and not any(one.text for one in call.arguments)


def values_of(facts: Facts) -> Iterator[Value]:
    """All values that a file speaks of, with their parts."""
    yield from parts_of(
        [
            *(one.callee for one in facts.calls),
            *(given.value for one in facts.calls for given in one.arguments),
            *(one.value for one in facts.bindings),
            *(value for one in facts.writes for value in (one.value, one.holder)),
            *(value for one in facts.functions for value in one.returns),
            *(base for one in facts.classes for base in one.bases),
        ]
    )


def parts_of(roots: list[Value | None]) -> Iterator[Value]:
    """Values with their parts."""
    todo = list(roots)
    while todo:
        value = todo.pop()
        if value is not None:
            todo.extend(value.parts)
            yield value
