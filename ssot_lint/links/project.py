"""Files and facts → the modules of a project, by path and by name; and a note of what was looked at. Pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from ssot_lint.links.conclusions import EVERYTHING, Conclusion, all_touched
from ssot_lint.links.module import Module, absolute
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.finding import File, Hop

T = TypeVar("T")

TEXT = "#"
"""Stands there for what the file's own text says of modules, besides its facts."""

CONTRACT = "contract "
"""Begins there what stands for a contract that had a bearing on the file."""

USERS = "users "
"""Begins there what stands for the users of the path that follows."""

WRITERS = "writes "
"""Begins there what stands for the files that change an attribute of the name that follows."""


class Project:
    """Every module that the project has, and the facts of those that can matter. Shared by all contracts.

    ``touched`` takes note of what was looked at: the paths of files whose facts, or whose lack of them, an answer
    depends on; and ``used`` of the remembered answers that it was made from. What all these depend on is brought
    together for those alone who ask for it (``traced``): many answers have most of it in common.
    """

    def __init__(self, files: Iterable[File], modules: Iterable[Module]) -> None:
        self.known: dict[str, File] = {}
        for file in files:
            for name in (file.module, *file.also):
                if name and (name not in self.known or self.known[name].path.endswith(".pyi")):
                    self.known[name] = file
        self.packages = packages(self.known)
        self.by_path: dict[str, Module] = {module.file.path: module for module in modules}
        self.touched: set[str] = set()
        self.used: set[Conclusion[object]] = set()
        self._files: dict[frozenset[str], frozenset[str]] = {}
        self.protected: frozenset[str] = frozenset()
        """The paths by which contracts name their symbols and the statements of these."""
        self.users: dict[str, Sequence[Hop]] = {}
        """Who uses a path, as far as that is known; and all users of paths with some last name."""
        self.mentions: dict[str, Mapping[str, Sequence[Hop]]] = {}
        self.writers: dict[str, list[str]] = {}
        """By the name of an attribute the files that change such an attribute, as far as that is known."""

    @cached_property
    def most_parts(self) -> int:
        """The number of parts of the longest name of a module."""
        return max((name.count(".") + 1 for name in self.known), default=0)

    @classmethod
    def of(cls, known: dict[str, File], packages: set[str]) -> Project:
        """A project whose names are known already, without facts."""
        project = cls((), ())
        project.known, project.packages = known, packages
        return project

    def having(self, modules: Iterable[Module]) -> Project:
        """The same files with other facts."""
        other = copy.copy(self)
        other.touched, other.used = set(), set()
        other.take(modules)
        return other

    def take(self, modules: Iterable[Module]) -> None:
        """Has other facts from now on. What is remembered of the old ones is to be forgotten."""
        self.by_path = {module.file.path: module for module in modules}
        self.users, self.mentions, self.writers = {}, {}, {}
        # Nobody reads what was noted outside of `traced`, but it would keep old answers alive.
        self.touched, self.used = set(), set()

    def at(self, path: str) -> Module | None:
        """The file at a path with its facts, if it can matter."""
        self.touched.add(path)
        return self.by_path.get(path)

    def every(self) -> Collection[Module]:
        """All files that can matter."""
        self.touched.add(EVERYTHING)
        return self.by_path.values()

    def writing(self, name: str) -> Iterator[Module]:
        """The files that change an attribute of some name. Whoever asks depends on these, and not on the others."""
        if name not in self.writers:
            self.writers[name] = [
                path
                for path, module in self.by_path.items()
                if module.facts.may_mention(name) and any(one.name == name for one in module.facts.writes)
            ]
        self.touched.add(WRITERS + name)
        for path in self.writers[name]:
            self.touched.add(path)
            yield self.by_path[path]

    def traced(self, work: Callable[[], T], *, apart: bool = False) -> tuple[T, frozenset[str]]:
        """What some work gives, and what it depends on. ``apart``: whoever asks does not depend on that."""
        outer, self.touched, self.used = (self.touched, self.used), set(), set()
        try:
            return work(), frozenset(all_touched(self.touched, self.used))
        finally:
            if not apart:
                outer = outer[0] | self.touched, outer[1] | self.used
            self.touched, self.used = outer

    def answered(self, work: Callable[[], T]) -> Conclusion[T]:
        """What some work gives, as an answer that whoever asks has used."""
        outer, self.touched, self.used = (self.touched, self.used), set(), set()
        try:
            value = work()
            touched = frozenset(self.touched)
            # Nearly all answers depend on one file, and very many on the same one.
            answer = Conclusion(value, self._files.setdefault(touched, touched), tuple(self.used))
        finally:
            self.touched, self.used = outer
        self.used.add(answer)
        return answer

    def split(self, path: str) -> tuple[File | None, str, list[str]]:
        """The file of the longest prefix that is a module, that prefix, and the parts behind it. What hides a module is
        meant by its path."""
        for prefix in beginnings(path, self.most_parts):
            if prefix in self.known and (len(prefix) < len(path) or self.hiding(path) is None):
                rest = path[len(prefix) + 1 :]
                return self.known[prefix], prefix, rest.split(".") if rest else []
        return None, "", path.split(".")

    def hiding(self, path: str) -> Module | None:
        """The package that takes a name out of its own submodule of that name, as ``from .Hub import Hub`` does: it is
        no module that others take from the package."""
        above, _, name = path.rpartition(".")
        file = self.known.get(above)
        package = self.at(file.path) if file is not None and file.package else None
        if package is None:
            return None
        taken = (
            absolute(one.target, package)
            for one in package.facts.imports
            if one.bound == name and one.name and not one.where.scope
        )
        return package if any(target.startswith(f"{path}.") for target in taken) else None

    def find(self, path: str) -> tuple[Module | None, list[str]]:
        """The facts of that module, if they are known, and the parts behind it."""
        file, _, rest = self.split(path)
        return (self.at(file.path) if file is not None else None), rest

    def module(self, path: str) -> Module | None:
        """The facts of the module of exactly this path."""
        file = self.known.get(path)
        return self.at(file.path) if file is not None else None

    def is_module(self, path: str) -> bool:
        return path in self.known or path in self.packages


def packages(names: Iterable[str]) -> set[str]:
    """What modules of these names lie in."""
    found: set[str] = set()
    for name in names:
        end = name.rfind(".")
        # What is above a package that is known is known as well.
        while end > 0 and name[:end] not in found:
            found.add(name[:end])
            end = name.rfind(".", 0, end)
    return found
