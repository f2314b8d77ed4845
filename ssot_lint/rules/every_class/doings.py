"""All files' state → who does what to which thing of the project, and whether that can happen after import. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ssot_lint.links.definitions import Definitions, Key, Place
from ssot_lint.links.project import Module, Project
from ssot_lint.model.facts import ClassState, FunctionState, State, Touch

OF_CLASSES = frozenset(["__new__", "__init__", "__prepare__"])
_OF_IMPORT = frozenset(["__init_subclass__", "__set_name__", "__prepare__", "__class_getitem__"])
"""Methods that run when a class statement does; the former those of metaclasses."""

_METACLASSES = frozenset(["?type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"])

_CALLED = ("call", "configure")
_RUNS = (*_CALLED, "decorate")
"""What is done to a function that has it run, and no more; a function that is handed on can run at any time."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A touch with its file and what follows the thing that it is done to."""

    module: Module
    touch: Touch
    rest: tuple[str, ...]


class Doings:
    """The state of a project, put together. Of a thing, by its key: what is done to it, and what refers to it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.definitions = Definitions(project)
        self.doings: dict[Key, list[Doing]] = {}
        self.references: dict[Key, list[Doing]] = {}
        self.own: dict[Key, list[Doing]] = {}
        self.called: dict[bool, set[str]] = {False: set(), True: set()}
        self._lineages: dict[Key, tuple[list[Key], frozenset[str]]] = {}
        self._early: dict[tuple[Key, int], bool] = {}
        self._children: dict[Key, list[Key]] = {}
        self.states: list[tuple[Module, State]] = [
            (module, module.facts.state)
            for _, module in sorted(project.by_path.items())
            if module.facts.state is not None
        ]
        self.metaclasses = frozenset(self._metaclasses())

    def add(self, module: Module, state: State) -> tuple[()]:
        """Takes in what a file does: nothing is known before that is done for all ``states``."""
        self._may_call(module, state.called)
        for touch in state.touches:
            self._add(module, touch)
        return ()

    def _add(self, module: Module, touch: Touch) -> None:
        place = self.definitions.of(touch.target, module)
        if place is None:
            if (
                touch.target.lstrip(".:").partition(".")[0] in self.definitions.tops
                or touch.target[0] in ".:"
            ):
                self._may_call(module, touch.target.split(".")[1:])
            return
        if (
            place.kind == "module"
            or self._is_from_test(module, place)
            or self._is_an_alias(touch, module, place)
        ):
            return
        if touch.via in ("self", "cls"):
            place = self._of_object(module, touch, place)
        elif place.kind == "class" and place.rest:
            place = self.attribute(place.key, place.rest) or place
        if place.kind == "held":
            if place.rest and (touch.outer or touch.how == "read"):
                self._may_call(module, place.rest)
            if touch.how != "read":
                self.doings.setdefault(place.key, []).append(Doing(module, touch, place.rest))
        elif place.kind in ("function", "class") and not place.rest:
            self.references.setdefault(place.key, []).append(Doing(module, touch, ()))
        elif place.kind == "function" and touch.how != "read":
            self.doings.setdefault(place.key, []).append(Doing(module, touch, place.rest))

    def _is_an_alias(self, touch: Touch, module: Module, place: Place) -> bool:
        """Whether a store binds a name anew that only leads to the place: it does nothing to what is there."""
        if touch.how != "set":
            return False
        owner, _, name = touch.target.rpartition(".")
        if not owner:
            return place.key != (module.file.path, name[1:]) or bool(place.rest)
        holder = self.definitions.of(owner, module)
        if holder is None or holder.kind != "held":
            return name != (place.rest[-1] if place.rest else place.key[1].rpartition(".")[2])
        return (place.key, place.rest) != (holder.key, (*holder.rest, name))

    def _may_call(self, module: Module, names: Iterable[str]) -> None:
        """Take note of methods of objects that nothing more is known of. What tests call counts for tests."""
        for tests in {module.file.tests, True}:
            self.called[tests].update(names)

    def _is_from_test(self, module: Module, place: Place) -> bool:
        """Whether a test does something to production code: in production nothing does that."""
        return module.file.tests and not self.project.by_path[place.key[0]].file.tests

    def _of_object(self, module: Module, touch: Touch, place: Place) -> Place:
        """What a path that begins with a method's object leads to: an attribute of its class or of a base."""
        names = self.definitions.names[module.file.path].classes
        parts = touch.target[1:].split(".")
        end = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in names), 0)
        if not end:
            return place
        key = (module.file.path, ".".join(parts[:end]))
        rest = tuple(parts[end:])
        if touch.via == "self" and rest:
            self.own.setdefault(key, []).append(Doing(module, touch, rest))
        return (self.attribute(key, rest) if rest else None) or Place("class", key, rest)

    def attribute(self, klass: Key, rest: tuple[str, ...]) -> Place | None:
        """The attribute of a class, or the nearest base that has it."""
        for path, name in self.lineage(klass)[0]:
            names = self.definitions.names[path]
            whole = f"{name}.{rest[0]}"
            if whole in names.held:
                return Place("held", (path, whole), rest[1:])
            if whole in names.functions:
                return Place("function", (path, whole), rest[1:])
        return None

    # -- classes

    def lineage(self, klass: Key) -> tuple[list[Key], frozenset[str]]:
        """A class and its bases in the project, nearest first; and the paths of those that are not in it."""
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

    def states_of(self, klass: Key) -> list[ClassState]:
        return [self.definitions.klass(key) for key in self.lineage(klass)[0]]

    def is_metaclass(self, klass: Key) -> bool:
        return klass in self.metaclasses or bool(self.lineage(klass)[1] & _METACLASSES)

    def _metaclasses(self) -> Iterator[Key]:
        """The classes of the project that make classes of the project, with their bases."""
        for module, state in self.states:
            for target in (target for one in state.classes for target in one.metaclass):
                place = self.definitions.of(target, module)
                if place is not None and place.kind == "class":
                    yield from self.lineage(place.key)[0]

    # -- when code runs

    def runs_late(self, doing: Doing) -> bool:
        """Whether what a place does can be done after import."""
        touch = doing.touch
        return self.late(doing.module, touch.outer, touch.depth, touch.scope)

    def late(self, module: Module, outer: str, depth: int, scope: str) -> bool:
        if not outer:
            return False
        names = self.definitions.names[module.file.path]
        function = names.functions.get(scope)
        if function is not None and function.hands_back and depth:
            return False
        return not self._only_at_import((module.file.path, outer), depth)

    def _only_at_import(self, key: Key, depth: int) -> bool:
        """Whether all that is known to call a function runs at import, and something is known to.

        ``depth``: the code in question stands in a function so many levels inside it. Of a decorator with
        arguments one level runs at import too; a wrapper inside it does not.
        """
        start = (key, depth)
        seen = {start}
        todo = [start]
        while todo:
            asked = todo.pop()
            known = self._early.get(asked)
            callers = () if known else None if known is False else self._callers(*asked)
            if callers is None:
                self._early[start] = False
                return False
            todo += [one for one in callers if one not in seen]
            seen.update(callers)
        # Nothing that leads here runs late: that is true of all that was passed on the way, too.
        self._early.update(dict.fromkeys(seen, True))
        return True

    def _callers(self, key: Key, depth: int) -> list[tuple[Key, int]] | None:
        """The functions that have a function run, none where only import has; None where it can run late anyway."""
        function = self.definitions.names[key[0]].functions.get(key[1])
        if function is None:
            return None
        name = key[1].rpartition(".")[2]
        if function.owner and self._runs_with_class((key[0], function.owner), name):
            return [] if depth == 0 else None
        references = self.references_to(key, function.owner, name)
        if not references or any(one.touch.how not in _RUNS for one in references):
            return None
        if depth > (
            1 if not function.owner and any(one.touch.how == "configure" for one in references) else 0
        ):
            return None
        return [
            ((one.module.file.path, one.touch.outer), one.touch.depth)
            for one in references
            if one.touch.outer
        ]

    def _runs_with_class(self, klass: Key, method: str) -> bool:
        return method in _OF_IMPORT or (method in OF_CLASSES and self.is_metaclass(klass))

    def references_to(self, key: Key, owner: str, name: str) -> list[Doing] | None:
        """All that refers to a function, or makes the object that it initialises; None where it is not known."""
        found = list(self.references.get(key, ()))
        if not owner:
            return found
        if name in ("__init__", "__new__", "__post_init__"):
            for klass in self._descendants((key[0], owner)):
                found += [one for one in self.references.get(klass, ()) if one.touch.how in _CALLED]
            return found
        if name == "__call__":
            # The objects of a class that only decorates are called as soon as they are made.
            found = self.references.get((key[0], owner), [])
            return found if found and all(one.touch.how == "configure" for one in found) else None
        if found and is_of_none(self.definitions.function(key)):
            # What is a class's own is called by way of the class.
            return found
        tests = self.project.by_path[key[0]].file.tests
        if name in self.called[tests] or (name.startswith("__") and name.endswith("__")):
            return None
        return found

    def _descendants(self, klass: Key) -> list[Key]:
        if not self._children:
            for path, names in self.definitions.names.items():
                for name in names.classes:
                    for base in self.lineage((path, name))[0]:
                        self._children.setdefault(base, []).append((path, name))
        return self._children.get(klass, [klass])


def is_of_none(function: FunctionState) -> bool:
    """Whether a function is no method of an object."""
    return not function.owner or bool({"?classmethod", "?staticmethod"} & set(function.decorators))
