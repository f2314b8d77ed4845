"""The links of all contracts → what a path leads to, in the words of the stub world. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from ssot_lint.inference.inferred import Stub, StubTarget
from ssot_lint.links.carried import Carried, carried, merged
from ssot_lint.links.definitions import lineage
from ssot_lint.links.fluent import names_of
from ssot_lint.links.follow import follow
from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.module import absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.facts import Import

T = TypeVar("T")

DEPTH = 10
"""So many imports of a name are followed from one to the next."""


class Ways(NamedTuple):
    """See ``Targets.led`` and ``Targets.around``."""

    led: frozenset[int] = frozenset()
    around: frozenset[int] = frozenset()


NO_WAY = Ways()


class Targets:
    """``index`` has the contracts: a ``StubTarget`` names a contract by its number there. All files of the index can
    share it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        named = {path for one in index.links for path in one.roles.entities}
        self._above = {
            ".".join(path.split(".")[:end]) for path in named for end in range(1, path.count(".") + 1)
        }
        self._known: dict[Hashable, tuple[Any, frozenset[str]]] = {}

    def _once(self, key: Hashable, work: Callable[[], T]) -> T:
        """What some work gives that is the same for all files. Whoever asks depends on what it depends on."""
        project = self.index.project
        if key not in self._known:
            self._known[key] = project.traced(work)
        answer: T
        answer, touched = self._known[key]
        project.touched |= touched
        return answer

    def led(self, path: str) -> frozenset[int]:
        """The contracts of which a path, or what it begins with, is or brings anything in the stub world."""
        return self._ways(path).led if path else NO_WAY.led

    def around(self, path: str) -> frozenset[int]:
        """Those of which it is nothing itself: only its attributes are."""
        return self._ways(path).around if path else NO_WAY.around

    def family(self, number: int) -> frozenset[str]:
        """The files that define the class of a contract, or a base of the class."""
        return self._once(number, lambda: self._family(self.index.links[number]))

    def _family(self, links: Links) -> frozenset[str]:
        lines = (lineage(self.index.project, *one) for one in links.roles.managed)
        return frozenset(module.file.path for line in lines for module, _ in line)

    def _ways(self, path: str) -> Ways:
        return self._once(path, lambda: self._found(path))

    def _found(self, path: str) -> Ways:
        _, module, rest = self.index.project.split(path)
        begun = [".".join([module, *rest[:end]]) for end in range(len(rest))] if module else []
        bound = f"{module}.{rest[0]}" if begun else ""
        numbers = self._possible(path, bound)
        led = {
            number
            for number in numbers
            if any(self.index.links[number].path(one) is not None for one in (path, *begun))
        }
        around: set[int] = set()
        for number in numbers - led if bound else ():
            brought = self._brought(number, bound)
            if brought is not None:
                led.add(number)
                around |= {number} if brought and bound == path else set()
        return Ways(frozenset(led), frozenset(around)) if led else NO_WAY

    def _possible(self, path: str, bound: str) -> frozenset[int]:
        """The contracts that a path may have to do with: most names are never asked of the links of most contracts.
        ``bound`` is what the path begins with, up to a name of a module."""
        if bound and self._may_be_made(bound):
            return frozenset(range(len(self.index.links)))
        return self._unspoken.union(*map(self._spoken_by, path.split(".")))

    def _may_be_made(self, path: str, depth: int = DEPTH) -> bool:
        """Whether the name at a path may be bound to what a call gives: names of instances are not learned."""
        module, rest = self.index.project.find(path)
        if module is None or len(rest) != 1 or not depth:
            return not depth
        bindings = module.live(rest[0])
        if not bindings:
            return bool(module.facts.forwards) or any(one.name == "*" for one in module.facts.imports)
        return any(
            self._may_be_made(absolute(one.target, module), depth - 1)
            if isinstance(one, Import)
            else one.value is not None and one.value.form not in ("none", "string", "empty")
            for one in bindings
        )

    def _spoken_by(self, name: str) -> list[int]:
        """The contracts of which files can speak by a name."""
        # Each set has tens of thousands of names, and few names are ever asked about.
        return [number for number, names in enumerate(self._spoken) if name in names]

    @cached_property
    def _spoken(self) -> list[frozenset[str]]:
        """By contract the names by which files can speak of it."""
        none = frozenset[str]()
        return [self.index.spoken.get(one.contract.name, none) for one in self.index.links]

    @cached_property
    def _unspoken(self) -> frozenset[int]:
        """The contracts of which that is not known."""
        spoken = self.index.spoken
        each = enumerate(self.index.links)
        return frozenset(number for number, one in each if one.contract.name not in spoken)

    def _brought(self, number: int, path: str) -> Collection[str] | None:
        """The attributes by which others get at what the name at a path brings of a contract; None: it brings none."""
        name = path.rpartition(".")[2]
        if number not in self._unspoken and name not in self._spoken[number]:
            # Whatever brings something is a name by which files can speak of the contract.
            return None
        methods = self._methods_of(number, path)
        if methods:
            return methods
        module, rest = self.index.project.find(path)
        if module is None or len(rest) != 1:
            return None
        brought = carried(self.index.links[number], module, rest[0], str)
        return brought.words if brought is not None else None

    def resolve(self, path: str) -> StubTarget | None:
        """What an absolute path leads to; None for what is no contract's."""
        _, module, rest = self.index.project.split(path)
        for number in sorted(self._possible(path, f"{module}.{rest[0]}" if module and rest else "")):
            link = self.index.links[number].path(path)
            if link is not None and (not link.rest or link.kind == "maker"):
                return StubTarget(number, _stub(link), link.origin)
        return None

    def methods(self, path: str) -> Mapping[str, StubTarget]:
        """The factories that are methods of the class at a path, by name."""
        found: dict[str, StubTarget] = {}
        for number in range(len(self.index.links)):
            found |= self._methods_of(number, path)
        return found

    def _methods_of(self, number: int, path: str) -> dict[str, StubTarget]:
        found: dict[str, StubTarget] = {}
        if self.index.project.is_module(path):
            return found
        for name in self._factory_methods[number]:
            link = self.index.links[number].path(f"{path}.{name}")
            if link is not None and link.kind == "factory":
                found[name] = StubTarget(number, "factory", link.origin)
        return found

    @cached_property
    def _factory_methods(self) -> list[list[str]]:
        """By contract the names of its factories that are no functions of a module."""
        each = [
            [factory.rpartition(".") for factory in one.contract.named("factory")] for one in self.index.links
        ]
        return [[name for owner, _, name in own if not self.index.project.is_module(owner)] for own in each]

    def members(self) -> Sequence[Mapping[str, StubTarget]]:
        """The methods of each contract's class that hand out an instance, by name."""
        return self._once("members", lambda: [*map(self._members, range(len(self.index.links)))])

    def _members(self, number: int) -> Mapping[str, StubTarget]:
        one = self.index.links[number]
        return {
            **{name: StubTarget(number, "constructor") for name in sorted(one.roles.makers)},
            **self.methods(one.contract.symbol),
        }

    def fluent(self) -> Sequence[Sequence[str]]:
        """The methods of each contract's class that give back their object, by name."""
        return self._once("fluent", lambda: [names_of(one.project, one.roles) for one in self.index.links])

    def brings(self, path: str, refer: Callable[[StubTarget], str]) -> Sequence[str]:
        """Source that binds the name at a path to what brings a contract's thing; see ``carried``."""
        module, rest = self.index.project.find(path)
        if module is None or len(rest) != 1:
            return ()
        found: list[Carried] = []
        for number in sorted(self._unspoken.union(self._spoken_by(rest[0]))):

            def name(link: Link, number: int = number) -> str:
                kind: Stub = "outside" if link.outside else _stub(link)
                return refer(StubTarget(number, kind, link.origin or link.path, link.sure))

            brought = carried(self.index.links[number], module, rest[0], name)
            found += [brought] if brought is not None else []
        return merged(found) if found else ()

    def binds(self, path: str) -> bool:
        """Whether a module of the project binds the name at a path, to something else than a module."""
        module, rest = self.index.project.find(path)
        if module is None or len(rest) != 1 or not module.live(rest[0]):
            return False
        return follow(self.index.project, path).kind != "module"

    def exists(self, path: str) -> bool:
        """Whether there is a module at a path: in the project, or because a contract says so."""
        return path in self._above or self.index.project.is_module(path)

    def foreign(self, path: str) -> bool:
        """Whether a path leads out of the project."""
        return not path.startswith(".") and self.index.project.split(path)[0] is None


def _stub(link: Link) -> Stub:
    if link.rest:
        return "constructor"
    match link.kind:
        case "subclass":
            return "outside" if link.outside else "subclass"
        case "factory" | "maker" | "instance" | "double" as kind:
            return kind
    return "symbol"
