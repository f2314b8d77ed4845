"""One file's facts and one contract → whether inference there can come to anything of the contract. Pure.

In the stub world astroid sees only what links lead to. So it has an answer about a contract only where an import or a
path of the file leads to something of the contract, the file defines such a thing, or speaks of its name where only
inference knows what has that name. Most files that are asked about name only what is another contract's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from ssot_lint.inference.targets import Targets
from ssot_lint.links.project import Module, absolute
from ssot_lint.model.facts import Call, Facts, Ref, Text, Value

REFLECTING = frozenset(
    "getattr getattr_static __getattribute__ attrgetter itemgetter import_module __import__".split()
)
"""Callables that are told by a string what they get."""

MOCKING = frozenset(["patch", "patch.object", "patch.dict", "patch.multiple"])
"""Callables that give nothing of what they are told."""


class Leads:
    """What in a file leads to one contract, which ``number`` stands for as in ``Targets``."""

    def __init__(self, targets: Targets, module: Module, number: int) -> None:
        self.targets = targets
        self.module = module
        self.number = number

    def to(self, value: Value) -> bool:
        """Whether inference about a value can come to something of the contract."""
        if not self.is_anything:
            return False
        ref = value.ref
        if value.form not in ("path", "call") or ref is None or not _is_imported(ref):
            return True
        path = absolute(ref.targets[0], self.module)
        if value.form == "call" and (self.targets.foreign(path) or path.endswith(".__new__")):
            # A function of a library may hand on what it is given.
            return True
        if not self._replaced.isdisjoint(path.split(".")):
            return True
        return self.targets.leads(self.number, path)

    @cached_property
    def _replaced(self) -> frozenset[str]:
        """The attributes that the file gives to objects: what these have, links do not tell."""
        return frozenset(one.name for one in self.module.facts.bindings if one.how == "attribute")

    @cached_property
    def is_anything(self) -> bool:
        """Whether anything in the file leads to the contract."""
        paths = dict.fromkeys(self._paths())
        return any(self.targets.leads(self.number, path) for path in paths) or self._is_open()

    def _paths(self) -> Iterator[str]:
        """The paths that the file certainly speaks of: what it defines, imports and reaches."""
        facts, module = self.module.facts, self.module
        yield from (f"{module.name}.{one.qualname}" for one in facts.classes)
        yield from (f"{module.name}.{one.qualname}" for one in facts.functions)
        targets = [one.target for one in facts.imports if one.name != "*"]
        targets += [target for use in facts.uses for target in use.ref.targets if target[:1] not in ":?"]
        for target in dict.fromkeys(targets):
            yield absolute(target, module)

    def _is_open(self) -> bool:
        """Whether the file speaks of a name that may be the contract's where facts do not tell of what."""
        index, facts, module = self.targets.index, self.module.facts, self.module
        asked = index.asked.get(module.file.path, frozenset())
        spoken = index.spoken.get(index.links[self.number].contract.name)
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
    """Whether a path takes one of some names from what nobody knows."""
    behind = ref.spelled.split(".")[1:]
    return not _is_imported(ref) and any(part in names for part in behind)


def _is_told(text: Text, names: Collection[str]) -> bool:
    """Whether a string may tell by one of some names what is got."""
    if text.slot == "setting" or ".".join(text.holder.spelled.split(".")[-2:]) in MOCKING:
        return False
    return any(part in names for part in text.value.replace(":", ".").split("."))


def _has_dark(facts: Facts, names: Collection[str]) -> bool:
    """Whether some expression has no path, but may be an attribute of one of some names."""
    called = {call.callee.span for call in facts.calls}
    return any(_is_dark(call, names) for call in facts.calls) or any(
        value.suspect and value.form == "other" and value.span not in called for value in values_of(facts)
    )


def _is_dark(call: Call, names: Collection[str]) -> bool:
    if call.callee.form == "other" and call.method in names:
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
