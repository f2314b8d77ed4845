"""A file with its facts → what its names, classes and functions are when it has been imported. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from ssot_lint.facts.prefilter import PACKAGE
from ssot_lint.facts.syntax import from_package
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import BY_NAME, Binding, Class, Facts, Function, Import
from ssot_lint.model.finding import File

S = TypeVar("S", Class, Function)


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
            found = sorted(
                (one for one in found if one.lasts and not _is_itself(one)), key=lambda one: one.span
            )
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
