"""Facts and contracts → the names that further files must be asked for, since others need to know of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from ssot_lint.facts.syntax import CLASSES, NAMES
from ssot_lint.links.counted import CountedTables, CountedUnion
from ssot_lint.links.follow import follow
from ssot_lint.links.index import Index
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import exists, targets_of
from ssot_lint.links.resolve import Links
from ssot_lint.model.asked import LIST
from ssot_lint.model.contracts import Role

Names = Mapping[str, frozenset[str]]
"""By name, or by path."""

Need = tuple[str, int]
"""A path, and the number of names that must follow its module."""


def _target(module: Module, name: str) -> str:
    """The target that a module imports or assigns under a name."""
    imported = [one for one in module.facts.imports if one.bound == name and not one.where.scope]
    if imported:
        return imported[-1].target
    assigned = [target for one in module.live(name) for target, _ in targets_of(one)]
    return assigned[-1] if assigned and assigned[-1][:1] not in "?" else ""


def by_files(index: Index) -> dict[str, Collection[Need]]:
    """By path of what files need to know more."""
    return {path: module.needs for path, module in index.own.items()}


def by_kin(index: Index) -> dict[str, Collection[Need]]:
    """By path of what files must know of which class it is."""
    return {path: module.kin for path, module in index.own.items()}


def by_contracts(index: Index) -> Iterator[Need]:
    """The same for contracts."""
    for links in index.links:
        roles: tuple[Role, ...] = ("canonical", "implementation", "factory", "also", "builder", "reference")
        for path in links.contract.named(*roles):
            yield path, 1
            _, prefix, rest = index.project.split(path)
            if prefix and rest and not exists(index.project, path):
                # Then a message says what was probably meant.
                yield f"{prefix}.{NAMES}", 1
        # A module that is a copy need hold no name.
        yield from ((one, 0) for one in links.contract.named("rival") if one in index.project.known)
        yield from ((owner, 1) for owner in _owners(links))
        for path in links.contract.named("parameter"):
            yield from ((one, 1) for one in _of_parameter(links, path))
        # Where a pattern takes all classes of a module, no name tells which.
        whole = [one for one in links.contract.named("member") if not one.rpartition(".")[2].strip("*")]
        for module in index.project.known if whole else ():
            if any(fnmatchcase(f"{module}.x", pattern) for pattern in whole):
                yield f"{module}.{CLASSES}", 1
        if links.contract.lists_values:
            yield links.contract.symbol, 0
            yield from ((path, 0) for path in links.roles.sources)
            yield from ((path, 1) for path in links.contract.named("emitter") if "." in path)


def _owners(links: Links) -> set[str]:
    """What primitives are attributes of, where that may be a class."""
    above = (path.rpartition(".")[0] for path in links.contract.named("primitive"))
    return {path for path in above if "." in path}


def by_primitives(index: Index) -> Iterator[Need]:
    """Of what contracts must know of which class it is."""
    for links in index.links:
        yield from ((owner, 0) for owner in _owners(links))


def _of_parameter(links: Links, path: str) -> Iterator[str]:
    """The paths to know for a parameter: that of its function or class, and that of its own name in the module
    there."""
    _, prefix, rest = links.project.split(path)
    if len(rest) > 1:
        yield f"{prefix}.{rest[0]}"
        goal = follow(links.project, f"{prefix}.{rest[0]}")
        yield f"{goal.module.name if goal.module is not None else prefix}.{rest[-1]}"


class _Needed(NamedTuple):
    """What a path needs, as a table of files and names, and the files that it leads through."""

    cells: frozenset[tuple[str, str, str]]
    through: frozenset[str]


class Needing:
    """What the paths of one index need. It is the same until a file changes that they lead through. ``sign``: what is
    asked of a file where a path may be its module alone; else its lists of values."""

    def __init__(self, sign: str = LIST) -> None:
        self.sign = sign
        self._known: dict[Need, _Needed] = {}
        self._taken: Mapping[str, Module] = {}
        self._needs: CountedUnion[str, Need] = CountedUnion()
        self._names: CountedTables[Need] = CountedTables()
        self._counted: set[Need] = set()
        """The needs of which ``_names`` has what is known."""

    def of_files(self, index: Index, needs: Mapping[str, Collection[Need]]) -> Names:
        """By file the names that the needs of all files want from it."""
        self._forget(index.project.by_path)
        self._needs.follow(needs, lambda path, own: frozenset(own), ())
        given = dict.fromkeys(self._needs.told, ())
        self._names.follow(given, lambda need, _: self._cells(index, need), given.keys() - self._counted)
        self._counted.update(given)
        return self._names.table("")

    def needed(self, index: Index, needs: Iterable[Need]) -> Names:
        """By file the names that some paths need from it."""
        self._forget(index.project.by_path)
        found: dict[str, set[str]] = {}
        for need in needs:
            for _, file, name in self._cells(index, need):
                found.setdefault(file, set()).add(name)
        return {path: frozenset(names) for path, names in found.items()}

    def _cells(self, index: Index, need: Need) -> frozenset[tuple[str, str, str]]:
        if need not in self._known:
            self._known[need] = self._of(index, *need)
        return self._known[need].cells

    def _forget(self, now: Mapping[str, Module]) -> None:
        """Forgets what leads through files that have changed."""
        before, self._taken = self._taken, now
        if now is not before:
            changed = {path for path, module in now.items() if before.get(path) is not module}
            changed |= before.keys() - now.keys()
            self._known = {
                need: known for need, known in self._known.items() if known.through.isdisjoint(changed)
            }
            self._counted &= self._known.keys()

    def _of(self, index: Index, path: str, least: int) -> _Needed:
        finding = _Finding(index, self.sign)

        def work() -> None:
            brought = {path: None}
            for number in range(len(index.project.known) + 1):
                if number == len(brought):
                    break
                finding.want([*brought][number], least, brought)

        _, touched = index.project.traced(work, apart=True)
        return _Needed(frozenset([("", *one) for one in finding.found]), touched)


class _Finding:
    """Collects what one path needs, as files and names."""

    def __init__(self, index: Index, sign: str) -> None:
        self.index = index
        self.sign = sign
        self.found: set[tuple[str, str]] = set()

    def want(self, path: str, least: int, brought: dict[str, None]) -> None:
        """Takes in what a path needs. ``brought`` takes the paths to which stars may lead from there."""
        index, found = self.index, self.found
        # A name that is met again is made from itself, unless less of the path is left to find by now.
        left: dict[tuple[str, str], int] = {}
        while True:
            file, _, rest = index.project.split(path)
            if file is None or len(rest) < least or file.path in index.unreadable:
                return
            if not least:
                # What lists values is told by a name, or by the module as a whole.
                found.add((file.path, f"{self.sign}{rest[0] if rest else ''}"))
            if not rest:
                return
            if len(rest) >= left.get((file.path, rest[0]), len(rest) + 1):
                return
            left[file.path, rest[0]] = len(rest)
            if rest[0].isidentifier():
                found.add((file.path, rest[0]))
            # What it was asked for goes with its facts.
            module = index.project.at(file.path)
            if module is None or rest[0] not in index.asked.get(file.path, frozenset()):
                return
            target = _target(module, rest[0])
            if not target:
                if not module.live(rest[0]):
                    # Perhaps a run makes it, or a star brings it.
                    found.add((file.path, "__getattr__"))
                    sources = (absolute(star.module, module) for star in module.stars)
                    brought.update((".".join([source, *rest]), None) for source in sources if source)
                return
            path = ".".join([absolute(target, module), *rest[1:]])
