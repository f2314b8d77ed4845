"""A sketch, and the file that it is of → what two definitions are compared by. Pure."""

from __future__ import annotations

from array import array
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ssot_lint.model.finding import File
from ssot_lint.model.sketches import DefinitionSketch

Bag = Mapping[int, int]
"""How often each mark stands in something."""


class DefinitionPart:
    """A method, or what stands in the body of a class besides methods."""

    def __init__(self, name: str, marks: array[int], weight: int) -> None:
        self.name = name
        self.bag = _counted(marks)
        self.weight = weight
        self._marks = marks

    @cached_property
    def content(self) -> bytes:
        """The same for all parts that have the same marks."""
        return array("Q", sorted(self._marks)).tobytes()


def _counted(marks: array[int]) -> Bag:
    found = dict.fromkeys(marks, 1)
    # Nearly all are different, and counting is slow.
    return found if len(found) == len(marks) else Counter(marks)


@dataclass(frozen=True, eq=False)
class ComparedDefinition:
    """A class or function of a project. ``module`` is the dotted path of its module."""

    file: File
    module: str
    sketch: DefinitionSketch

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.sketch.name}"

    @property
    def place(self) -> tuple[str, int]:
        return self.file.path, self.sketch.span.line

    @cached_property
    def marks(self) -> array[int]:
        return array("Q", b64decode(self.sketch.marks))

    @cached_property
    def bag(self) -> Bag:
        return _counted(self.marks)

    @cached_property
    def weight_of(self) -> Mapping[int, int]:
        """The weight of each mark."""
        return dict(zip(self.marks, b64decode(self.sketch.weights), strict=False))

    @cached_property
    def weight(self) -> int:
        """That of all marks together."""
        return sum(b64decode(self.sketch.weights))

    @cached_property
    def parts(self) -> tuple[DefinitionPart, ...]:
        """The parts that say anything, the methods of a class among them."""
        return tuple(self._parts())

    @property
    def method_count(self) -> int:
        """How many methods say anything."""
        return sum(
            [
                bool(name and length)
                for name, length in zip(self.sketch.parts, self.sketch.lengths, strict=False)
            ]
        )

    @property
    def methods(self) -> tuple[DefinitionPart, ...]:
        return tuple(one for one in self.parts if one.name)

    @cached_property
    def body(self) -> Bag:
        """The marks of a class that stand in no method."""
        return next((one.bag for one in self.parts if not one.name), {})

    def _parts(self) -> Iterator[DefinitionPart]:
        weights = b64decode(self.sketch.weights)
        ends = accumulate(self.sketch.lengths)
        for name, length, end in zip(self.sketch.parts, self.sketch.lengths, ends, strict=False):
            if length:
                own = slice(end - length, end)
                yield DefinitionPart(name, self.marks[own], sum(weights[own]))
