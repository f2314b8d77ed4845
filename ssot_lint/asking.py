"""The questions of one file to inference: astroid is imported when the first is asked, and never before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ssot_lint.evidence import Ask
from ssot_lint.index import Index
from ssot_lint.links import Module
from ssot_lint.model import Span
from ssot_lint.reading import Lines

MAX_BYTES = 1_500_000
"""A file beyond this size is judged by facts and links alone: inference would cost hundreds of megabytes."""


_CLASSES = {"subclass": "symbol", "outside": "symbol", "constructor": "maker"}


class Asker:
    """One file's inference, made on demand and shared by all contracts."""

    def __init__(self, index: Index, module: Module, read: Callable[[str], bytes]) -> None:
        self.index = index
        self.module = module
        self.read = read
        self.inference: object = None
        self.lines: Lines | None = None
        self.known: dict[Span, Sequence[tuple[int, str, bool]]] = {}

    def of(self, contract: int) -> Ask:
        def ask(span: Span) -> Sequence[tuple[str, bool]]:
            if span not in self.known:
                self.known[span] = self._answers(span)
            return [(kind, sure) for number, kind, sure in self.known[span] if number == contract]

        return ask

    def _answers(self, span: Span) -> Sequence[tuple[int, str, bool]]:
        from ssot_lint.infer import Inference

        if self.inference is None:
            self.inference = self._start() or False
        if not isinstance(self.inference, Inference) or self.lines is None:
            return ()
        answers = self.inference.answers(self.lines.in_bytes(span))
        # A name that is None until it is filled is the thing that fills it.
        told = [answer for answer in answers if answer.kind != "nothing"]
        sure = len({(_CLASSES.get(one.kind, one.kind), one.contract) for one in told}) == 1
        return [(one.contract, one.kind, sure) for one in told if one.contract >= 0]

    def _start(self) -> object:
        from ssot_lint.infer import Inference, World

        data = self.read(self.module.file.path)
        if len(data) > MAX_BYTES:
            return None
        self.lines = Lines(data)
        links = self.index.links
        names = set(self.index.asked.get(self.module.file.path, ()))
        names.update(one.name for one in self.module.facts.imports if one.name not in ("", "*"))

        def resolve(path: str) -> tuple[int, str] | None:
            for number, one in enumerate(links):
                link = one.path(path)
                if link is not None and not link.rest:
                    outside = link.kind == "subclass" and link.outside
                    return number, "outside" if outside else link.kind
            return None

        declared = [frozenset(path.rpartition(".")[2] for path in one.contract.factories) for one in links]
        world = World(resolve, names, [sorted(one.makers()) for one in links], declared)
        return Inference(self.lines.source(), self.module.name, self.module.file.package, world)
