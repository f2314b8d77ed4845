"""What is done in a project → whether it can be done after import. Pure."""

from __future__ import annotations

from ssot_lint.links.definitions import Key
from ssot_lint.links.module import Module
from ssot_lint.model.sharing import FunctionSharing
from ssot_lint.rules.every_class.classes import OF_CLASSES
from ssot_lint.rules.every_class.doings import Doing, Doings

_OF_IMPORT = frozenset(["__init_subclass__", "__set_name__", "__prepare__", "__class_getitem__"])
"""Methods that run when a class statement does."""

_CALLED = ("call", "configure")
_RUNS = (*_CALLED, "decorate")
"""What is done to a function that runs it, and no more. A function that is handed on can run at any time."""


class Timing:
    """When functions of a project run, as far as everything that refers to them tells."""

    def __init__(self, doings: Doings) -> None:
        self.doings = doings
        self.classes = doings.classes
        self._early: dict[tuple[Key, int], bool] = {}
        self._children: dict[Key, list[Key]] = {}

    def runs_late(self, doing: Doing) -> bool:
        """Whether what a place does can be done after import."""
        touch = doing.touch
        return self.late(doing.module, touch.outer, touch.depth, touch.scope)

    def late(self, module: Module, outer: str, depth: int, scope: str) -> bool:
        """Whether a place can be reached after import: ``outer``, ``depth`` and ``scope`` as in ``Touch``."""
        if not outer:
            return False
        names = self.classes.definitions.names[module.file.path]
        function = names.functions.get(scope)
        if function is not None and function.hands_back and depth:
            return False
        return not self._only_at_import((module.file.path, outer), depth)

    def _only_at_import(self, key: Key, depth: int) -> bool:
        """Whether a function has callers that are known, and all of them run at import.

        ``depth``: the code in question stands in a function so many levels inside. Of a decorator with arguments one
        level runs at import too; a wrapper inside it does not.
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
        """The functions that run a function, none if only import runs it; None if it can run late anyway."""
        function = self.classes.definitions.names[key[0]].functions.get(key[1])
        if function is None:
            return None
        name = key[1].rpartition(".")[2]
        if function.owner and self._runs_with_class((key[0], function.owner), name):
            return [] if depth == 0 else None
        references = self.references_to(key, function.owner, name)
        if not references or any(one.touch.how not in _RUNS for one in references):
            return None
        is_configured = not function.owner and any(one.touch.how == "configure" for one in references)
        if depth > int(is_configured):
            return None
        return [
            ((one.module.file.path, one.touch.outer), one.touch.depth)
            for one in references
            if one.touch.outer
        ]

    def _runs_with_class(self, klass: Key, method: str) -> bool:
        return method in _OF_IMPORT or (method in OF_CLASSES and self.classes.is_metaclass(klass))

    def references_to(self, key: Key, owner: str, name: str) -> list[Doing] | None:
        """All that refers to a function, or makes the object that it initialises; None where that is not known.

        ``owner`` is its class, if it is a method, and ``name`` its last name."""
        found = list(self.doings.references.get(key, ()))
        if not owner:
            return found
        if name in ("__init__", "__new__", "__post_init__"):
            for klass in self._descendants((key[0], owner)):
                found += [one for one in self.doings.references.get(klass, ()) if one.touch.how in _CALLED]
            return found
        if name == "__call__":
            # The objects of a class that only decorates are called as soon as they are made.
            found = self.doings.references.get((key[0], owner), [])
            return found if found and all(one.touch.how == "configure" for one in found) else None
        if found and is_of_none(self.classes.definitions.function(key)):
            # A method of the class itself is called by way of the class.
            return found
        tests = self.classes.project.by_path[key[0]].file.tests
        if name in self.doings.called[tests] or (name.startswith("__") and name.endswith("__")):
            return None
        return found

    def _descendants(self, klass: Key) -> list[Key]:
        """A class and its subclasses."""
        if not self._children:
            for path, names in self.classes.definitions.names.items():
                for name in names.classes:
                    for base in self.classes.lineage((path, name))[0]:
                        self._children.setdefault(base, []).append((path, name))
        return self._children.get(klass, [klass])


def is_of_none(function: FunctionSharing) -> bool:
    """Whether a function is no method of an object."""
    return not function.owner or bool({"?classmethod", "?staticmethod"} & set(function.decorators))
