"""The state of all files → who does what to which thing of the project. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ssot_lint.links.definitions import Key, Place
from ssot_lint.links.module import Module
from ssot_lint.model.sharing import Sharing, Touch
from ssot_lint.rules.every_class.classes import Classes


@dataclass(frozen=True, slots=True)
class Doing:
    """A touch with its file. ``rest``: the attributes behind the thing that it is done to."""

    module: Module
    touch: Touch
    rest: tuple[str, ...]


class Doings:
    """What is done in a project, by the key of the thing.

    ``to`` has what is done to names, ``references`` what refers to functions and classes, and ``own`` what methods do
    by way of their object to attributes of a class. ``called`` are names of methods that are called on objects of
    which nothing is known, by whether the file is a test's: tests call what production code calls, too.
    """

    def __init__(self, classes: Classes) -> None:
        self.classes = classes
        self.to: dict[Key, list[Doing]] = {}
        self.references: dict[Key, list[Doing]] = {}
        self.own: dict[Key, list[Doing]] = {}
        self.called: dict[bool, set[str]] = {False: set(), True: set()}

    def add(self, module: Module, state: Sharing) -> tuple[()]:
        """Takes in what a file does. Nothing is known before that is done for all files."""
        self._may_call(module, state.called)
        for touch in state.touches:
            self._add(module, touch)
        return ()

    def _add(self, module: Module, touch: Touch) -> None:
        place = self.classes.definitions.of(touch.target, module)
        if place is None:
            if (
                touch.target.lstrip(".:").partition(".")[0] in self.classes.definitions.tops
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
            place = self.classes.attribute(place.key, place.rest) or place
        if place.kind == "held":
            if place.rest and (touch.outer or touch.how == "read"):
                self._may_call(module, place.rest)
            if touch.how != "read":
                self.to.setdefault(place.key, []).append(Doing(module, touch, place.rest))
        elif place.kind in ("function", "class") and not place.rest:
            self.references.setdefault(place.key, []).append(Doing(module, touch, ()))
        elif place.kind == "function" and touch.how != "read":
            self.to.setdefault(place.key, []).append(Doing(module, touch, place.rest))

    def _is_an_alias(self, touch: Touch, module: Module, place: Place) -> bool:
        """Whether a store binds a name anew that only leads to the place: it does nothing to what is there."""
        if touch.how != "set":
            return False
        owner, _, name = touch.target.rpartition(".")
        if not owner:
            return place.key != (module.file.path, name[1:]) or bool(place.rest)
        holder = self.classes.definitions.of(owner, module)
        if holder is None or holder.kind != "held":
            return name != (place.rest[-1] if place.rest else place.key[1].rpartition(".")[2])
        return (place.key, place.rest) != (holder.key, (*holder.rest, name))

    def _may_call(self, module: Module, names: Iterable[str]) -> None:
        """Take note of methods of objects that nothing more is known of. What tests call counts for tests."""
        for tests in {module.file.tests, True}:
            self.called[tests].update(names)

    def _is_from_test(self, module: Module, place: Place) -> bool:
        """Whether a test does something to production code: in production nothing does that."""
        return module.file.tests and not self.classes.project.by_path[place.key[0]].file.tests

    def _of_object(self, module: Module, touch: Touch, place: Place) -> Place:
        """What a path that begins with a method's object leads to: an attribute of its class or of a base."""
        names = self.classes.definitions.names[module.file.path].classes
        parts = touch.target[1:].split(".")
        end = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in names), 0)
        if not end:
            return place
        key = (module.file.path, ".".join(parts[:end]))
        rest = tuple(parts[end:])
        if touch.via == "self" and rest:
            self.own.setdefault(key, []).append(Doing(module, touch, rest))
        return (self.classes.attribute(key, rest) if rest else None) or Place("class", key, rest)
