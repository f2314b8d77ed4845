"""The questions of one file to inference: astroid is imported when the first is asked, and never before."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.prefilter import is_plain
from ssot_lint.inference.inferred import Inferred
from ssot_lint.inference.prospects import Prospects, parts_of, values_of
from ssot_lint.inference.targets import Targets
from ssot_lint.inference.world import StubWorld
from ssot_lint.links.module import Module
from ssot_lint.links.project import TEXT
from ssot_lint.links.resolve import Links
from ssot_lint.model.facts import NESTS, Facts, Ref, Value
from ssot_lint.model.finding import Span

if TYPE_CHECKING:
    from ssot_lint.inference.infer import Inference

MAX_BYTES = 1_500_000
"""A file beyond this size is judged by facts and links alone: inference would cost hundreds of megabytes."""


_ALIKE = {"subclass": "symbol", "constructor": "maker"}
"""Kinds that count as one kind: it does not matter which of the two a value is."""


Ask = Callable[[Value], Sequence[Inferred]]
"""Inference about an expression of one file: all that it may be to one contract. Columns are in code points."""


def prepare() -> None:
    """Does beforehand what the first question of a process begins with, which takes a good part of a second."""
    from ssot_lint.inference.fence import built_in

    built_in()


class Asker:
    """One file's inference, made on demand and shared by all contracts."""

    def __init__(self, targets: Targets, module: Module, read: Callable[[str], bytes]) -> None:
        self.targets = targets
        self.index = targets.index
        self.module = module
        self.read = read
        self.started = False
        self.inference: Inference | None = None
        self.lines: Lines | None = None
        """Of a file whose characters are not all bytes: columns are counted in code points, and in bytes by trees."""
        self.proven: dict[Span, bool] = {}
        self.answers: dict[Span, Sequence[Inferred]] = {}
        self.prospects = Prospects(targets, module)

    def of(self, contract: int) -> Ask:
        def ask(value: Value) -> Sequence[Inferred]:
            span = value.span
            if span not in self.answers:
                if not self.prospects.of(contract, value) or self._is_proven(value):
                    return ()
                self.answers[span] = self._answers(span)
            return [one for one in self.answers[span] if one.contract == contract]

        return ask

    def end(self) -> None:
        """Nothing more will be asked."""
        if self.inference is not None:
            self.inference.end()

    def _is_proven(self, value: Value) -> bool:
        """Whether an expression is a path that certainly leads to what another contract is about, or to nothing."""
        ref = value.ref if value.form == "path" else None
        if ref is None or not ref.sure or not ref.targets:
            return False
        if value.span not in self.proven:
            self.proven[value.span] = self._is_unbound(ref.targets[0]) or self._is_of_another(ref)
        return self.proven[value.span]

    def _is_of_another(self, ref: Ref) -> bool:
        if len(self.index.links) < 2:
            return False
        found = (one.ref(ref, self.module) for one in self.index.links)
        return any(link is not None and link.sure and not link.rest for link in found)

    def _is_unbound(self, target: str) -> bool:
        """Whether nothing gives a path its first name: nothing in the file, no star import, not Python itself."""
        if target[0] != "?":
            return False
        name = target[1:].partition(".")[0]
        known = name in vars(builtins) or name.startswith("__")
        return not known and all(one.name != "*" for one in self.module.facts.imports)

    def _answers(self, span: Span) -> Sequence[Inferred]:
        if not self.started:
            self.started = True
            self.inference = self._start()
        if self.inference is None:
            return ()
        # A name that is None until it is filled is the thing that fills it.
        answers = [one for one in self.inference.answers(self._in_bytes(span)) if one.kind != "nothing"]
        sure = all(one.sure for one in answers)
        sure = sure and len({(_ALIKE.get(one.kind, one.kind), one.contract) for one in answers}) == 1
        return [one._replace(sure=sure, at=self._in_characters(one.at)) for one in answers]

    def _in_bytes(self, span: Span) -> Span:
        return span if self.lines is None else self.lines.in_bytes(span)

    def _in_characters(self, at: Span | None) -> Span | None:
        if at is None or self.lines is None:
            return at
        first, last = (self.lines.column(*place) for place in (at[:2], at[2:]))
        return Span(at.line, first, at.end_line, last)

    def _start(self) -> Inference | None:
        from ssot_lint.inference.infer import Inference

        self.index.project.touched.add(TEXT)
        data = self.read(self.module.file.path)
        if len(data) > MAX_BYTES:
            return None
        if is_plain(data) and b"\r" not in data:
            text = data.decode("ascii")
        else:
            self.lines = Lines(data)
            text = self.lines.source()
        likely = self._open(_likely(self.module.facts, self._builds()))
        file = self.module.file
        return Inference(text, self.module.name, file.package, self._world(), likely, self._possible)

    def _possible(self) -> frozenset[Span]:
        return self._open(values_of(self.module.facts))

    def _world(self) -> StubWorld:
        targets = self.targets
        names = set(self.index.asked.get(self.module.file.path, ()))
        names.update(one.name for one in self.module.facts.imports if one.name not in ("", "*"))
        return StubWorld(
            targets.resolve,
            targets.methods,
            targets.exists,
            targets.foreign,
            sorted(names),
            targets.members(),
            targets.brings,
            targets.fluent(),
            targets.binds,
        )

    @cached_property
    def _asking(self) -> list[tuple[int, Links]]:
        """The contracts that can ask inference about the file, with their numbers."""
        path, links = self.module.file.path, self.index.links
        return [
            (number, one)
            for number, one in enumerate(links)
            if self.prospects.anywhere(number) and self.index.concerns(one, path)
        ]

    def _builds(self) -> bool:
        """Whether one of them says who may build: then all calls are looked at."""
        return any(links.contract.named("factory", "builder") for _, links in self._asking)

    def _open(self, values: Iterable[Value]) -> frozenset[Span]:
        """The expressions among some values that inference can be asked about, in bytes: what links do not tell of."""
        found = {value.span for value in values if self._is_open(value)}
        makers = {name for _, links in self._asking for name in links.roles.makers}
        found.update(call.callee.span for call in self.module.facts.calls if call.method in makers)
        return frozenset(map(self._in_bytes, found))

    def _is_open(self, value: Value) -> bool:
        if not value.suspect or value.form in NESTS:
            return False
        ref = value.ref if value.form in ("path", "generic") else None
        return any(
            self.prospects.of(number, value) and (ref is None or links.ref(ref, self.module) is None)
            for number, links in self._asking
        )


def _likely(facts: Facts, builds: bool) -> Iterator[Value]:
    """The values that rules mostly ask about. A value that is missing here costs time, and nothing else. ``builds``:
    whether rules ask what is called."""
    roots: list[Value | None] = [base for one in facts.classes for base in one.bases]
    roots += [one.callee for one in facts.calls] if builds else []
    roots += [one.value for one in facts.writes if one.owner != "self" or one.how != "rebind"]
    roots += [one.value for one in facts.bindings if not one.where.deferred or _is_alias(one.value)]
    return parts_of(roots)


def _is_alias(value: Value | None) -> bool:
    """Whether a value looks as if it gave another name to something."""
    if value is None or value.form not in ("path", "call", "either", "same", "generic", "member", "other"):
        return False
    if value.form == "call":
        return value.ref is not None and value.ref.spelled.rpartition(".")[2] == "getattr"
    return value.form != "path" or (value.ref is not None and bool(value.ref.targets))
