"""Definitions → which of them are no copies of anything, and which of two are none of each other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ssot_lint.links.module import Module, absolute
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.likeness import FEWEST_METHODS

FEWEST_STATEMENTS = 12
"""What has fewer is too small to be a copy, where no contract names it."""

_EVERYWHERE = frozenset(("Meta", "Config", "main", "setup"))
"""Names that every project has many times."""
_FOREIGN = frozenset(("vendor", "_vendor", "vendored", "third_party"))
_HISTORY = frozenset(("migrations", "versions"))
"""Folders of other people's code, and of code that is never changed again."""


def is_foreign(path: str) -> bool:
    """Whether nobody works on a file: it is somebody else's, a program's, or a migration."""
    *folders, name = path.split("/")
    return name.endswith("_pb2.py") or not (_FOREIGN | _HISTORY).isdisjoint(folders)


def is_compared(one: ComparedDefinition) -> bool:
    """Whether a definition is large enough, and no name that every project has."""
    sketch = one.sketch
    if sketch.name in _EVERYWHERE or not sketch.marks or sketch.statements < FEWEST_STATEMENTS:
        return False
    if sketch.kind == "function":
        return True
    return len(sketch.fields) >= FEWEST_STATEMENTS or one.method_count >= FEWEST_METHODS


class BasesInCommon:
    """The classes of a project, and which others each derives from. ``modules`` are the files' modules by path."""

    def __init__(self, definitions: Iterable[ComparedDefinition], modules: Mapping[str, Module]) -> None:
        self._modules = modules
        self._by_dotted: dict[str, ComparedDefinition] = {}
        self._by_name: dict[str, list[ComparedDefinition]] = {}
        for one in definitions:
            if one.sketch.kind == "class":
                self._by_dotted.setdefault(one.dotted, one)
                self._by_name.setdefault(one.sketch.name, []).append(one)
        self._above: dict[ComparedDefinition, frozenset[ComparedDefinition]] = {}

    def are_apart(self, first: ComparedDefinition, second: ComparedDefinition) -> bool:
        """Whether two definitions may be copies of each other: neither derives from the other, they are no two ways
        of one thing in one module, and what they have in common is not what their base asks of them."""
        if first.file.path == second.file.path:
            if (
                first.sketch.name == second.sketch.name
                or first.sketch.asynchronous != second.sketch.asynchronous
            ):
                return False
        if first.sketch.kind == "function":
            return True
        ours, theirs = self.above(first), self.above(second)
        if first in theirs or second in ours:
            return False
        common = {*first.sketch.parts} & {*second.sketch.parts} - {""}
        asked = {name for base in ours & theirs for name in (*base.sketch.parts, *base.sketch.fields)}
        return not common or not common <= asked

    def above(self, one: ComparedDefinition) -> frozenset[ComparedDefinition]:
        """The classes of the project that a class derives from."""
        if one not in self._above:
            found: set[ComparedDefinition] = set()
            todo = [one]
            while todo:
                below = todo.pop()
                bases = (self._base(target, below) for target in below.sketch.bases)
                new = {base for base in bases if base is not None and base not in found and base is not one}
                found |= new
                todo += new
            self._above[one] = frozenset(found)
        return self._above[one]

    def _base(self, target: str, below: ComparedDefinition) -> ComparedDefinition | None:
        """The class of the project that a base is. Where a path leads through other modules, its last name tells it, if
        one class alone has that."""
        module = self._modules.get(below.file.path)
        path = absolute(target, module) if module is not None else ""
        named = self._by_name.get(path.rpartition(".")[2], ())
        found = self._by_dotted.get(path) or (named[0] if len(named) == 1 else None)
        return found if found is not below else None
