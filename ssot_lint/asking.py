"""The questions of one file to inference: astroid is imported when the first is asked, and never before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ssot_lint.evidence import Ask, Told
from ssot_lint.index import Index
from ssot_lint.links import Module
from ssot_lint.model import Span
from ssot_lint.reading import Lines
from ssot_lint.record import Facts, Ref, Value

if TYPE_CHECKING:
    from ssot_lint.infer import Answer, Inference, Known

MAX_BYTES = 1_500_000
"""A file beyond this size is judged by facts and links alone: inference would cost hundreds of megabytes."""


_ALIKE = {"subclass": "symbol", "constructor": "maker"}
"""Of two such things it does not matter which one a value is."""


class Asker:
    """One file's inference, made on demand and shared by all contracts."""

    def __init__(self, index: Index, module: Module, read: Callable[[str], bytes]) -> None:
        self.index = index
        self.module = module
        self.read = read
        self.started = False
        self.inference: Inference | None = None
        self.lines: Lines | None = None
        self.paths: Mapping[Span, Ref] | None = None
        self.told: dict[Span, Sequence[tuple[int, Told]]] = {}

    def of(self, contract: int) -> Ask:
        def ask(span: Span) -> Sequence[Told]:
            if self._is_proven(span):
                return ()
            if span not in self.told:
                self.told[span] = self._answers(span)
            return [told for number, told in self.told[span] if number == contract]

        return ask

    def _is_proven(self, span: Span) -> bool:
        """Whether an expression is a path that certainly leads to what another contract is about."""
        if len(self.index.links) < 2:
            return False
        if self.paths is None:
            self.paths = _paths(self.module.facts)
        ref = self.paths.get(span)
        if ref is None or not ref.sure:
            return False
        found = [one.ref(ref, self.module) for one in self.index.links]
        return any(link is not None and link.sure and not link.rest for link in found)

    def _answers(self, span: Span) -> Sequence[tuple[int, Told]]:
        if not self.started:
            self.started = True
            self.inference = self._start()
        if self.inference is None or self.lines is None:
            return ()
        # A name that is None until it is filled is the thing that fills it.
        answers = [one for one in self.inference.answers(self.lines.in_bytes(span)) if one.kind != "nothing"]
        sure = len({(_ALIKE.get(one.kind, one.kind), one.contract) for one in answers}) == 1
        return [(one.contract, self._told(one, sure)) for one in answers if one.contract >= 0]

    def _told(self, answer: Answer, sure: bool) -> Told:
        at = answer.at
        if at is not None and self.lines is not None:
            at = Span(
                at.line,
                self.lines.column(at.line, at.column),
                at.end_line,
                self.lines.column(at.end_line, at.end_column),
            )
        return Told(answer.kind, sure, answer.path, at)

    def _start(self) -> Inference | None:
        from ssot_lint.infer import Inference, Known, World

        data = self.read(self.module.file.path)
        if len(data) > MAX_BYTES:
            return None
        self.lines = Lines(data)
        links = self.index.links
        names = set(self.index.asked.get(self.module.file.path, ()))
        names.update(one.name for one in self.module.facts.imports if one.name not in ("", "*"))

        def resolve(path: str) -> Known | None:
            for number, one in enumerate(links):
                link = one.path(path)
                if link is None or (link.rest and link.kind != "maker"):
                    continue
                kind = "constructor" if link.rest else link.kind
                return Known(number, "outside" if kind == "subclass" and link.outside else kind, link.origin)
            return None

        def methods(path: str) -> Mapping[str, Known]:
            found: dict[str, Known] = {}
            if self.index.project.is_module(path):
                return found
            for number, one in enumerate(links):
                for factory in one.contract.factories:
                    owner, _, name = factory.rpartition(".")
                    link = one.path(f"{path}.{name}") if not self.index.project.is_module(owner) else None
                    if link is not None and link.kind == "factory":
                        found[name] = Known(number, "factory", link.origin)
            return found

        named = {path for one in links for path in one.entities}
        above = {".".join(path.split(".")[:end]) for path in named for end in range(1, path.count(".") + 1)}

        def exists(path: str) -> bool:
            return path in above or self.index.project.is_module(path)

        def foreign(path: str) -> bool:
            return not path.startswith(".") and self.index.project.split(path)[0] is None

        def members(number: int) -> Mapping[str, Known]:
            made = {name: Known(number, "constructor") for name in sorted(links[number].makers)}
            return {**made, **methods(links[number].contract.canonical)}

        world = World(
            resolve,
            methods,
            exists,
            foreign,
            sorted(names),
            [members(number) for number in range(len(links))],
        )
        return Inference(self.lines.source(), self.module.name, self.module.file.package, world)


def _paths(facts: Facts) -> dict[Span, Ref]:
    """The plain paths among the values that a file speaks of."""
    found: dict[Span, Ref] = {}
    todo: list[Value | None] = [one.callee for one in facts.calls]
    todo += [given.value for one in facts.calls for given in one.arguments]
    todo += [one.value for one in facts.bindings]
    todo += [one.value for one in facts.writes]
    todo += [value for one in facts.functions for value in one.returns]
    todo += [base for one in facts.classes for base in one.bases]
    while todo:
        value = todo.pop()
        if value is not None:
            todo.extend(value.parts)
            if value.form == "path" and value.ref is not None:
                found[value.span] = value.ref
    return found
