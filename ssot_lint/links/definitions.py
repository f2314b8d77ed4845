"""A path → the statement of the project that it leads to, through imports, re-exports and assignments. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.links.follow import is_plain
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import MOST_PARTS, is_exported
from ssot_lint.links.project import Project
from ssot_lint.links.users import normal
from ssot_lint.model.facts import Class, Import, Ref
from ssot_lint.model.sharing import ClassSharing, FunctionSharing, Sharing, Slot

METACLASSES = frozenset(["?type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"])
"""The targets of bases that make a class a metaclass."""

_MOST_STEPS = 5_000
"""So many further paths one path may lead to: names that are bound to parts of each other lead to ever more."""

Key = tuple[str, str]
"""A file's path and a qualified name in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a path leads to: ``kind`` is ``module``, ``class``, ``function`` or ``held``; ``rest`` what follows it."""

    kind: str
    key: Key
    rest: tuple[str, ...] = ()


class _Names:
    """The names of one module."""

    def __init__(self, state: Sharing) -> None:
        self.classes: dict[str, ClassSharing] = {one.qualname: one for one in state.classes}
        self.functions: dict[str, FunctionSharing] = {one.qualname: one for one in state.functions}
        self.held: dict[str, list[Slot]] = {}
        for one in state.slots:
            name = f"{one.owner}.{one.name}" if one.owner else one.name
            self.held.setdefault(name, []).append(one)
        self.imports: dict[str, list[str]] = {}
        self.stars: list[str] = []
        for name, target in state.imports:
            if name == "*":
                self.stars.append(target)
            else:
                self.imports.setdefault(name, []).append(target)


class Definitions:
    """Every statement of a project that binds a name at import, by its place."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.names: dict[str, _Names] = {
            path: _Names(module.facts.sharing)
            for path, module in project.by_path.items()
            if module.facts.sharing is not None
        }
        self.tops = {name.partition(".")[0] for name in project.known}
        self._paths: dict[str, Place | None] = {}
        self._open: set[str] = set()
        self._steps = 0

    def klass(self, key: Key) -> ClassSharing:
        return self.names[key[0]].classes[key[1]]

    def function(self, key: Key) -> FunctionSharing:
        return self.names[key[0]].functions[key[1]]

    def held(self, key: Key) -> list[Slot]:
        return self.names[key[0]].held[key[1]]

    def of(self, target: str, module: Module) -> Place | None:
        """What a target of a file's facts leads to."""
        if target.startswith(":"):
            return self._member(module, target[1:].split("."))
        if target.startswith("?"):
            return self._star(module, target[1:].split("."))
        path = absolute(target, module)
        return self.path(path) if path else None

    def path(self, path: str) -> Place | None:
        """What an absolute path leads to; nothing outside the project."""
        if path in self._paths:
            return self._paths[path]
        if path.partition(".")[0] not in self.tops or path in self._open or path.count(".") > MOST_PARTS:
            return None
        self._steps = self._steps + 1 if self._open else 0
        if self._steps > _MOST_STEPS:
            return None
        self._open.add(path)
        try:
            found = self._path(path)
        finally:
            self._open.discard(path)
        # What a cycle of imports has cut off is not final.
        if found is not None or not self._open:
            self._paths[path] = found
        return found

    def _path(self, path: str) -> Place | None:
        module, rest = self.project.find(path)
        if module is None:
            return None
        if not rest:
            return Place("module", (module.file.path, ""))
        return self._member(module, rest)

    def _member(self, module: Module, parts: Sequence[str]) -> Place | None:
        path = module.file.path
        names = self.names.get(path)
        if names is None:
            return None
        for end in range(len(parts), 0, -1):
            name = ".".join(parts[:end])
            rest = tuple(parts[end:])
            if name in names.classes:
                return Place("class", (path, name), rest)
            if name in names.functions and not (name in names.held and end > 1):
                return Place("function", (path, name), rest)
            if name in names.held:
                return self._followed(module, name, names.held[name], rest)
        for target in names.imports.get(parts[0], ()):
            followed = absolute(target, module)
            found = self.path(".".join([followed, *parts[1:]])) if followed else None
            if found is not None:
                return found
        found = self._star(module, parts)
        if found is None and "" in names.held:
            return Place("held", (path, ""), tuple(parts))
        return found

    def _followed(self, module: Module, name: str, held: list[Slot], rest: tuple[str, ...]) -> Place:
        """The thing that a name holds which is bound to a path alone; else the name."""
        key = f"<{module.file.path}>.{name}"
        if all(one.form == "path" for one in held) and key not in self._open:
            self._open.add(key)
            try:
                for target in held[0].paths:
                    found = self.of(target, module)
                    if found is not None and found.kind != "module":
                        return Place(found.kind, found.key, (*found.rest, *rest))
                    other = self.project.at(found.key[0]) if found is not None else None
                    found = self._member(other, rest) if other is not None and rest else None
                    if found is not None:
                        return found
            finally:
                self._open.discard(key)
        return Place("held", (module.file.path, name), rest)

    def _star(self, module: Module, parts: Sequence[str]) -> Place | None:
        names = self.names.get(module.file.path)
        for target in names.stars if names is not None else ():
            followed = absolute(target, module)
            # What is no module hands on nothing; in a package its path would lead back here, and grow.
            if followed in self.project.known:
                found = self.path(".".join([followed, *parts]))
                if found is not None and found.key[1]:
                    return found
        return None


def class_at(project: Project, ref: Ref, module: Module) -> tuple[Module, Class] | None:
    """The class statement that a reference in a file leads to, through imports and plain assignments."""
    todo = [absolute(target, module) for target in ref.targets]
    for path in todo:
        found, rest = project.find(path)
        if path.startswith(f"{module.name}."):
            found, rest = module, path[len(module.name) + 1 :].split(".")
        if found is None or not rest or len(todo) > MOST_TARGETS:
            continue
        name = ".".join(rest)
        own = next((one for one in found.facts.classes if one.qualname == name), None)
        if own is not None:
            return found, own
        for bound in found.live(rest[0]):
            if isinstance(bound, Import):
                targets: Sequence[str] = (bound.target,)
            else:
                plain = bound.value is not None and bound.value.form == "path"
                targets = bound.value.ref.targets if plain and bound.value and bound.value.ref else ()
            todo += [".".join([absolute(one, found), *rest[1:]]) for one in targets if one[:1] != "?"]
        for star in found.stars if not found.live(rest[0]) else ():
            source = absolute(star.module, found)
            if source and is_exported(project, source, rest[0]):
                todo.append(".".join([source, *rest]))
    return None


def bases_of(project: Project, module: Module, klass: Class) -> Iterator[tuple[Module, Class] | None]:
    """The bases of a class that may do something to its attributes; None for one that is not of the project."""
    for base in klass.bases:
        if not is_plain(base):
            yield class_at(project, base.ref, module) if base.ref is not None else None


def lineage(project: Project, module: Module, klass: Class) -> list[tuple[Module, Class]]:
    """A class statement and all of its bases in the project, the nearest first."""
    found = [(module, klass)]
    for where, one in found:
        for base in one.bases:
            above = class_at(project, base.ref, where) if base.ref is not None else None
            if above is not None and above not in found and len(found) < MOST_BASES:
                found.append(above)
    return found


def path_of(project: Project, target: str, module: Module) -> str:
    """A target in a file as the path of the module that binds its last name, through plain imports."""
    path = absolute(target, module)
    for _ in range(MOST_TARGETS):
        found, rest = project.find(path)
        if found is None or len(rest) != 1:
            break
        bound = [one for one in found.live(rest[0]) if isinstance(one, Import)]
        if not bound:
            break
        path = absolute(bound[-1].target, found)
    return normal(project, path) if path else ""


MOST_TARGETS = 20
MOST_BASES = 100
"""So many targets of one name, and bases of one class, are looked at."""
DEEPEST = 20
"""So many classes are looked through for an attribute, each a base of the one before."""
