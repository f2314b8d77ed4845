"""Files and facts → the modules of a project, by path and by name; and a note of what was looked at. Pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from ssot_lint.facts.prefilter import PACKAGE
from ssot_lint.facts.syntax import from_package
from ssot_lint.links.conclusions import EVERYTHING, Conclusion, all_touched
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import BY_NAME, Binding, Class, Facts, Function, Import
from ssot_lint.model.finding import File, Hop

T = TypeVar("T")
S = TypeVar("S", Class, Function)

TEXT = "#"
"""Stands there for what the file's own text says of modules, besides its facts."""

CONTRACT = "contract "
"""Begins there what stands for a contract that had a bearing on the file."""

USERS = "users "
"""Begins there what stands for the users of the path that follows."""

WRITERS = "writes "
"""Begins there what stands for the files that change an attribute of the name that follows."""


class Beside(dict[str, str]):
    """Names that a file can import besides those of the project, with the names that these modules have there. It is
    not changed once it is made."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self))


NOBODY = Beside()


Bound = Import | Binding
"""What gives a name of a module its meaning."""

_NO_NAMES = frozenset(["attribute", "module", "default", "given", "decorated"])
"""How a binding binds what is no name of its module; a definition is one besides its decorator."""


@dataclass(frozen=True)
class Module:
    """A file with its facts. ``shut`` are modules that this file alone knows by these names: to the rest of the project
    they are something else. ``beside``: see ``neighbours``."""

    file: File
    facts: Facts
    shut: frozenset[str] = frozenset()
    beside: Beside = field(default_factory=lambda: NOBODY)

    @cached_property
    def name(self) -> str:
        """The name of the module, or a name of its own where it cannot be imported."""
        return name_of(self.file)

    @cached_property
    def _bound(self) -> dict[str, list[Bound]]:
        """All bindings of each name at module level."""
        found: dict[str, list[Bound]] = {}
        for one in self.facts.imports:
            if not one.where.scope and one.name != "*":
                found.setdefault(one.bound, []).append(one)
        for other in self.facts.outer:
            if other.how not in _NO_NAMES:
                found.setdefault(other.name, []).append(other)
        return found

    @cached_property
    def parts(self) -> Collection[str]:
        """See ``parts_of``."""
        return parts_of(self.file)

    @cached_property
    def hands_on(self) -> bool:
        """Whether the module hands on whatever it is asked for: all names of another one, or what a function serves."""
        return any(one.how == "all" or one.name == "__getattr__" for one in self.facts.outline.leads)

    @cached_property
    def needs(self) -> frozenset[tuple[str, int]]:
        """The paths of which the file needs to know more, each with the number of names that must follow its module."""
        return frozenset([(absolute(target, self), least) for target, least in self.facts.outline.needs])

    @cached_property
    def kin(self) -> frozenset[tuple[str, int]]:
        """The paths of the things whose class the file must know, each as in ``needs``."""
        found: set[str] = set()
        for target in self.facts.outline.kin:
            if target[:1] not in ":?":
                found.add(absolute(target, self))
            elif target[:1] == "?":
                found.update(f"{absolute(star.module, self)}.{target[1:]}" for star in self.stars)
        return frozenset([(path, 0) for path in found])

    @cached_property
    def unknown(self) -> frozenset[str]:
        """The names of the outline that may be any star's."""
        return frozenset([name for name, target in self.facts.outline.bound if target[:1] == "?"])

    @cached_property
    def stars(self) -> list[Import]:
        """The star imports of the module, the last one first: what it brings counts."""
        found = [one for one in self.facts.imports if one.name == "*" and not one.where.scope]
        return sorted(found, key=lambda one: one.span, reverse=True)

    @cached_property
    def by_name(self) -> dict[str, list[Bound]]:
        """All imports and bindings of each name, in whatever scope."""
        found: dict[str, list[Bound]] = {}
        for one in self.facts.imports:
            found.setdefault(one.bound, []).append(one)
        for other in self.facts.bindings:
            found.setdefault(other.name, []).append(other)
        return found

    @cached_property
    def classes(self) -> dict[str, list[Class]]:
        """The class statements by their qualified names."""
        found: dict[str, list[Class]] = {}
        for one in self.facts.classes:
            found.setdefault(one.qualname, []).append(one)
        return found

    @cached_property
    def functions(self) -> dict[str, list[Function]]:
        """By qualified name the function statements that are in force when the module has been imported."""
        found: dict[str, list[Function]] = {}
        for one in sorted(self.facts.functions, key=lambda one: one.span):
            own = found.setdefault(one.qualname, [])
            if own and _is_accessor(one):
                continue
            if not one.where.guards and not one.where.attempts:
                own.clear()
            own.append(one)
        return found

    @cached_property
    def methods(self) -> dict[str, list[list[Function]]]:
        """By the qualified name of a class its methods, each with all statements that may be it."""
        found: dict[str, list[list[Function]]] = {}
        for one in self.functions.values():
            found.setdefault(one[0].owner, []).append(one)
        return found

    @cached_property
    def attributes(self) -> dict[str, list[Binding]]:
        """By the qualified name of a class what gives it, or its objects, an attribute: in its body and elsewhere."""
        found: dict[str, list[Binding]] = {}
        for one in self.facts.bindings:
            owners = {one.where.scope} if one.how == "assign" else set[str]()
            if one.how == "attribute" and one.owner is not None:
                owners.add(one.owner.spelled)
                if one.owner.spelled in ("self", "cls"):
                    owners.update(beginnings(one.where.scope))
            for owner in owners - {""}:
                found.setdefault(owner, []).append(one)
        return found

    def of_binding(self, binding: Binding, found: Iterable[S]) -> list[S]:
        """Those of some statements that a class or function statement is, or has in it: not those of another one of
        the same name."""
        spans = (one.span for one in self._bound.get(binding.name, ()) if not one.where.scope)
        end = min((one for one in spans if one > binding.span), default=None)
        return [one for one in found if binding.span <= one.span and (end is None or one.span < end)]

    @property
    def bound_names(self) -> Collection[str]:
        return self._bound.keys()

    def live(self, name: str) -> list[Bound]:
        """The bindings of a name that are in force when the module has been imported."""
        found = self._bound.get(name, [])
        if len(found) > 1:
            found = sorted((one for one in found if not _is_itself(one)), key=lambda one: one.span)
        first = 0
        for index, one in enumerate(found):
            if isinstance(one, Binding) and one.how == "delete":
                first = first if one.where.guards else index + 1
            elif not one.where.guards and not one.where.attempts and not one.where.deferred:
                first = index
        return found[first:]

    def forget(self) -> None:
        """Lets go of whatever can be made again."""
        for name in ("_bound", "attributes", "by_name", "classes", "functions", "methods", "stars"):
            self.__dict__.pop(name, None)
        self.facts.forget()


def _is_itself(bound: Bound) -> bool:
    """Whether a statement binds a name of the module to what it is bound to already: ``A = A``."""
    if not isinstance(bound, Binding) or bound.value is None or bound.value.form != "path":
        return False
    return bound.value.ref is not None and bound.value.ref.targets == (f":{bound.name}",)


def _is_accessor(function: Function) -> bool:
    """Whether a method changes or deletes what the property of its name gives."""
    own = {f"{function.name}.{what}" for what in ("setter", "deleter")}
    return any(one.spelled in own for one in function.decorators)


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


def name_of(file: File) -> str:
    return file.module or f"<{file.path}>"


def parts_of(file: File) -> set[str]:
    """The last parts of the paths by which a module is imported; also whether it is a package."""
    # What has no name is imported by that of its file, from beside it.
    own = file.module or stem_of(file.path)
    parts = {part.rpartition(".")[2] for part in (own, *file.also) if part}
    return {*parts, PACKAGE} if file.package else parts


def stem_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


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


def absolute(target: str, module: Module) -> str:
    """A target of a file's facts as an absolute path; one that leads above the root gives nothing."""
    path = _absolute(target, module)
    return "" if module.shut and _is_shut(path, module.shut) else path


def _is_shut(path: str, shut: Collection[str]) -> bool:
    return any(one in shut for one in beginnings(path))


def _absolute(target: str, module: Module) -> str:
    if target.startswith((":", "?")):
        return f"{module.name}.{target[1:]}"
    if target.startswith(BY_NAME):
        return from_package(target[1:], module.file.module)
    dots = len(target) - len(target.lstrip("."))
    if not dots:
        head, dot, rest = target.partition(".") if module.beside else (target, "", "")
        return f"{module.beside[head]}{dot}{rest}" if head in module.beside else target
    parts = module.file.module.split(".")
    drop = dots - 1 if module.file.package else dots
    if (
        not module.file.module
        or drop > len(parts)
        or (drop == len(parts) and not module.file.package and dots > 1)
    ):
        return ""
    base = parts[: len(parts) - drop]
    return ".".join([*base, target[dots:]]) if target[dots:] else ".".join(base)
