"""Facts and contracts → the names that further files must be asked for, since others need to know of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from ssot_lint.facts.syntax import CLASSES
from ssot_lint.links.follow import follow
from ssot_lint.links.index import Index
from ssot_lint.links.names import targets_of
from ssot_lint.links.project import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.asked import LIST
from ssot_lint.model.contracts import Role
from ssot_lint.model.methods import targets_in

Names = Mapping[str, frozenset[str]]
"""By name, or by path."""


def _target(module: Module, name: str) -> str:
    """The target that a module imports or assigns under a name."""
    imported = [one for one in module.facts.imports if one.bound == name and not one.where.scope]
    if imported:
        return imported[-1].target
    assigned = [target for one in module.live(name) for target, _ in targets_of(one)]
    return assigned[-1] if assigned and assigned[-1][:1] not in "?" else ""


def by_files(index: Index) -> Iterator[tuple[str, int]]:
    """The paths of which files need to know more, each with the number of names that must follow its module."""
    for module in index.own.values():
        yield from ((absolute(target, module), least) for target, least in module.facts.needs)


def by_contracts(index: Index) -> Iterator[tuple[str, int]]:
    """The same for contracts."""
    for links in index.links:
        roles: tuple[Role, ...] = ("canonical", "implementation", "factory", "also", "builder", "reference")
        yield from ((path, 1) for path in links.contract.named(*roles))
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
            yield from ((path, 1) for path in links.contract.named("emitter") if "." in path)


def _owners(links: Links) -> set[str]:
    """What primitives are attributes of, where that may be a class."""
    above = (path.rpartition(".")[0] for path in links.contract.named("primitive"))
    return {path for path in above if "." in path}


def by_methods(index: Index) -> Iterator[tuple[str, int]]:
    """The paths of which files and contracts must know of which class things are that stand there."""
    for module in index.own.values():
        if module.facts.methods is not None:
            for target in targets_in(module.facts.methods):
                if target[:1] not in ":?":
                    yield absolute(target, module), 0
                elif target[:1] == "?":
                    yield from ((f"{absolute(star.module, module)}.{target[1:]}", 0) for star in module.stars)
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


def needed(index: Index, paths: Iterable[tuple[str, int]], sign: str = LIST) -> Names:
    """By file the names that some paths need from it, and its lists of values where a path may be the module alone; or
    what another ``sign`` asks for."""
    needing = _Needing(index, sign)
    for path, least in paths:
        brought = {path: None}
        for number in range(len(index.project.known) + 1):
            if number == len(brought):
                break
            needing.want([*brought][number], least, brought)
    return {path: frozenset(names) for path, names in needing.found.items()}


class _Needing:
    """Collects by file the names that paths need from it."""

    def __init__(self, index: Index, sign: str) -> None:
        self.index = index
        self.sign = sign
        self.found: dict[str, set[str]] = {}

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
                found.setdefault(file.path, set()).add(f"{self.sign}{rest[0] if rest else ''}")
            if not rest:
                return
            if len(rest) >= left.get((file.path, rest[0]), len(rest) + 1):
                return
            left[file.path, rest[0]] = len(rest)
            if rest[0].isidentifier():
                found.setdefault(file.path, set()).add(rest[0])
            if rest[0] not in index.asked.get(file.path, frozenset()):
                return
            module = index.project.by_path.get(file.path)
            target = _target(module, rest[0]) if module is not None else ""
            if module is None or not target:
                if module is not None and not module.live(rest[0]):
                    # Perhaps a run makes it, or a star brings it.
                    found[file.path].add("__getattr__")
                    sources = (absolute(star.module, module) for star in module.stars)
                    brought.update((".".join([source, *rest]), None) for source in sources if source)
                return
            path = ".".join([absolute(target, module), *rest[1:]])
