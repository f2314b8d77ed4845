"""The state of all files → the classes of the project: their bases, attributes and kinds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.links.definitions import METACLASSES, Definitions, Key, Place
from ssot_lint.links.module import Module
from ssot_lint.links.project import Project
from ssot_lint.model.sharing import ClassSharing, Sharing

OF_CLASSES = frozenset(["__new__", "__init__", "__prepare__"])
"""Methods of a metaclass that run when a class statement does."""

CONTEXTS = frozenset(["threading.local", "_thread._local"])
CONTAINERS = frozenset(
    "?dict ?list ?set collections.UserDict collections.UserList collections.OrderedDict collections.defaultdict"
    " collections.deque collections.Counter".split()
)
"""Bases that give each thread an object of its own, or make a class a container."""

MOST_CALLS = 3
"""Through how many functions it is followed what a call gives."""


class Classes:
    """The classes of a project. A key is the path of a file and a qualified name in it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.definitions = Definitions(project)
        self.states: list[tuple[Module, Sharing]] = [
            (module, module.facts.sharing)
            for _, module in sorted(project.by_path.items())
            if module.facts.sharing is not None
        ]
        self._lineages: dict[Key, tuple[list[Key], frozenset[str]]] = {}
        self.metaclasses = frozenset(self._metaclasses())

    def lineage(self, klass: Key) -> tuple[list[Key], frozenset[str]]:
        """A class and its bases in the project, nearest first; and the paths of its bases that are not in it."""
        if klass in self._lineages:
            return self._lineages[klass]
        found: dict[Key, None] = {}
        foreign: set[str] = set()
        todo = [klass]
        while todo:
            key = todo.pop(0)
            if key in found:
                continue
            found[key] = None
            module = self.project.by_path[key[0]]
            for base in self.definitions.klass(key).bases:
                place = self.definitions.of(base, module)
                if place is not None and place.kind == "class" and not place.rest:
                    todo.append(place.key)
                elif base != "?object":
                    foreign.add(base)
        self._lineages[klass] = list(found), frozenset(foreign)
        return self._lineages[klass]

    def states_of(self, klass: Key) -> list[ClassSharing]:
        """The statements of a class and of its bases in the project, nearest first."""
        return [self.definitions.klass(key) for key in self.lineage(klass)[0]]

    def attribute(self, klass: Key, rest: tuple[str, ...]) -> Place | None:
        """What a path leads to that begins with an attribute of a class: its own, or that of the nearest base."""
        for path, name in self.lineage(klass)[0]:
            names = self.definitions.names[path]
            whole = f"{name}.{rest[0]}"
            if whole in names.held:
                return Place("held", (path, whole), rest[1:])
            if whole in names.functions:
                return Place("function", (path, whole), rest[1:])
        return None

    def made(self, paths: Iterable[str], module: Module, depth: int = 0) -> Key | None:
        """The class of the project whose instance the call of a path gives, for the first path that gives one."""
        for path in paths:
            place = self.definitions.of(path, module)
            if place is None:
                continue
            if place.kind == "class":
                if not place.rest:
                    return place.key
                klass = place.key
                place = self.attribute(klass, place.rest) or place
            else:
                klass = None
            if place.kind == "function" and not place.rest and depth < MOST_CALLS:
                function = self.definitions.function(place.key)
                found = self.made(function.makes, self.project.by_path[place.key[0]], depth + 1)
                if found is not None:
                    # An alternate constructor makes an object of the class that it is called on.
                    return klass if klass is not None and found in self.lineage(klass)[0] else found
        return None

    def dotted(self, key: Key) -> str:
        return f"{self.project.by_path[key[0]].name}.{key[1]}".rstrip(".")

    def contextual(self, klass: Key) -> set[str]:
        """The attributes that hold a thread's or a context's own storage."""
        return {name for one in self.states_of(klass) for name in one.contextual}

    def is_contextual(self, klass: Key) -> bool:
        return bool(self.lineage(klass)[1] & CONTEXTS)

    def is_enum(self, klass: Key) -> bool:
        return any(base.startswith("enum.") for base in self.lineage(klass)[1])

    def is_container(self, klass: Key) -> bool:
        return bool(self.lineage(klass)[1] & CONTAINERS)

    def is_metaclass(self, klass: Key) -> bool:
        return klass in self.metaclasses or bool(self.lineage(klass)[1] & METACLASSES)

    def _metaclasses(self) -> Iterator[Key]:
        """The classes of the project that make classes of the project, with their bases."""
        for module, state in self.states:
            for target in (target for one in state.classes for target in one.metaclass):
                place = self.definitions.of(target, module)
                if place is not None and place.kind == "class":
                    yield from self.lineage(place.key)[0]
