"""The stub world of one file → what the file's expressions are in it, as astroid tells."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import islice
from typing import Any

from astroid import bases, nodes

from ssot_lint.facts.parse import undisturbed
from ssot_lint.inference.containers import Element
from ssot_lint.inference.fence import Modules, Remembered, clean, fenced, release
from ssot_lint.inference.inferred import Inferred
from ssot_lint.inference.prune import pruned
from ssot_lint.inference.teach import Teacher
from ssot_lint.inference.tips import PASSING
from ssot_lint.inference.tree import ANCESTORS, RESULTS, as_defined, lineage_of, nodes_of, place_of, rebuild
from ssot_lint.inference.world import StubWorld
from ssot_lint.model.finding import Span

BUDGET = 2000
"""How many expressions of one file are looked at."""


class Inference:
    """What expressions of one file are. ``text`` is its source, ``module`` its dotted name; ``likely`` are those that
    are probably asked about, ``possible`` tells all that can be (columns in UTF-8 bytes)."""

    def __init__(
        self,
        text: str,
        module: str,
        package: bool,
        world: StubWorld,
        likely: frozenset[Span] = frozenset(),
        possible: Callable[[], Collection[Span]] = frozenset,
    ) -> None:
        self.text = text
        self.name = module
        self.package = package
        self.world = world
        self.modules = Modules(world)
        self.asked = 0
        self.spans = likely
        self.possible = possible
        self._start()

    def end(self) -> None:
        """Nothing more will be asked."""
        release()

    def _start(self) -> None:
        """The tree of what the answers about the spans depend on."""
        self.memory = Remembered()
        self.by_place: dict[tuple[int, int, int, int], nodes.NodeNG] = {}
        with fenced(self.modules, self.memory), undisturbed():
            try:
                tree = pruned(self.text, self.spans, PASSING)
                self.module = rebuild(tree, self.name, self.package, self.text.count("class ") > ANCESTORS)
                found = list(nodes_of(self.module))
                clean(found)
                as_defined(found)
                self.teacher = Teacher(self.module, self.modules)
                self.teacher.teach(found)
                for node in found:
                    place = place_of(node)
                    if place in self.spans:
                        # A statement of one expression has the same place as the expression: the inner one counts.
                        self.by_place[place] = node
            except Exception:
                # Faults of astroid cost this file's inference; what facts and links prove stays.
                self.by_place = {}

    def answers(self, span: Span) -> tuple[Inferred, ...]:
        """What the expression at a place (columns in UTF-8 bytes) may be; empty when nothing is known."""
        if span not in self.spans:
            self.spans = self.spans.union([span], self.possible())
            self._start()
        node = self.by_place.get(span)
        if node is None or self.asked >= BUDGET:
            return ()
        self.asked += 1
        found: dict[Inferred, None] = {}
        with fenced(self.modules, self.memory):
            try:
                for value in islice(node.infer(), RESULTS):
                    found[self._answer(value)] = None
            except Exception:
                # Whatever stops astroid: there may be more than it has told.
                found[Inferred("other")] = None
        return tuple(found)

    def _answer(self, value: Any) -> Inferred:
        if isinstance(value, Element):
            one = self._class(value._proxied)
            place = place_of(value.element)
            if (
                one.kind in ("symbol", "subclass")
                and place is not None
                and value.element.root() is self.module
            ):
                return Inferred("taken", one.contract, at=Span(*place))
            return Inferred("other")
        if isinstance(value, nodes.ClassDef):
            return self._class(value)
        if isinstance(value, (bases.BoundMethod, bases.UnboundMethod)):
            return self._method(value)
        if isinstance(value, nodes.Const) and value.value is None:
            return Inferred("nothing")
        if isinstance(value, bases.Instance) and isinstance(value._proxied, nodes.ClassDef):
            klass = self._class(value._proxied)
            return Inferred("instance", klass.contract, sure=klass.sure) if klass.contract >= 0 else klass
        return self._function(value)

    def _class(self, klass: Any) -> Inferred:
        for ancestor in lineage_of(klass):
            known = self.world.known(ancestor.qname())
            if known is None:
                continue
            match known.kind:
                case "symbol" | "subclass" | "outside" as kind if ancestor is klass:
                    return Inferred(kind, known.contract, sure=known.sure)
                case "symbol" | "subclass" | "outside":
                    return Inferred("outside", known.contract)
            return Inferred("other")
        return Inferred("other")

    def _method(self, method: Any) -> Inferred:
        answer = self._function(method)
        bound = getattr(method, "bound", None)
        if answer.kind == "constructor" and bound is not None:
            klass = bound if isinstance(bound, nodes.ClassDef) else getattr(bound, "_proxied", None)
            if isinstance(klass, nodes.ClassDef) and self._class(klass).kind not in ("symbol", "subclass"):
                return Inferred("other")
        return answer

    def _function(self, function: Any) -> Inferred:
        while isinstance(function, (bases.BoundMethod, bases.UnboundMethod)):
            function = function._proxied
        known = self.world.known(function.qname()) if isinstance(function, nodes.FunctionDef) else None
        if known is not None:
            match known.kind:
                case "factory" | "maker" | "constructor" as kind:
                    return Inferred(kind, known.contract, known.path, sure=known.sure)
        return Inferred("other")
