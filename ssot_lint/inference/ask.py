"""The questions of one file to inference: astroid is imported when the first is asked, and never before."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.prefilter import is_plain
from ssot_lint.inference.inferred import Inferred
from ssot_lint.inference.targets import Targets
from ssot_lint.inference.world import StubWorld
from ssot_lint.links.index import Index
from ssot_lint.links.project import TEXT, Module
from ssot_lint.model.facts import NESTS, Facts, Ref, Value
from ssot_lint.model.finding import Span

if TYPE_CHECKING:
    from ssot_lint.inference.infer import Inference

MAX_BYTES = 1_500_000
"""A file beyond this size is judged by facts and links alone: inference would cost hundreds of megabytes."""


_ALIKE = {"subclass": "symbol", "constructor": "maker"}
"""Kinds that count as one kind: it does not matter which of the two a value is."""


Ask = Callable[[Span], Sequence[Inferred]]
"""Inference about an expression of one file: all that it may be to one contract. Columns are in code points."""


class Asker:
    """One file's inference, made on demand and shared by all contracts."""

    def __init__(self, index: Index, module: Module, read: Callable[[str], bytes]) -> None:
        self.index = index
        self.module = module
        self.read = read
        self.started = False
        self.inference: Inference | None = None
        self.lines: Lines | None = None
        """Of a file whose characters are not all bytes: columns are counted in code points, and in bytes by trees."""
        self.paths: Mapping[Span, Ref] | None = None
        self.answers: dict[Span, Sequence[Inferred]] = {}

    def of(self, contract: int) -> Ask:
        def ask(span: Span) -> Sequence[Inferred]:
            if self._is_proven(span):
                return ()
            if span not in self.answers:
                self.answers[span] = self._answers(span)
            return [one for one in self.answers[span] if one.contract == contract]

        return ask

    def _is_proven(self, span: Span) -> bool:
        """Whether an expression is a path that certainly leads to what another contract is about, or to nothing."""
        if self.paths is None:
            self.paths = _paths(self.module.facts)
        ref = self.paths.get(span)
        if ref is None or not ref.sure:
            return False
        if self._is_unbound(ref.targets[0]):
            return True
        if len(self.index.links) < 2:
            return False
        found = [one.ref(ref, self.module) for one in self.index.links]
        return any(link is not None and link.sure and not link.rest for link in found)

    def _is_unbound(self, target: str) -> bool:
        """Whether nothing gives a path its first name: nothing in the file, no star import, not Python itself."""
        name = target[1:].partition(".")[0]
        known = name in vars(builtins) or name.startswith("__")
        return target[0] == "?" and not known and all(one.name != "*" for one in self.module.facts.imports)

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
        facts = self.module.facts
        likely, all_ = (
            frozenset(map(self._in_bytes, self._open(roots))) for roots in (_likely(facts), _roots(facts))
        )
        return Inference(text, self.module.name, self.module.file.package, self._world(), likely, all_)

    def _world(self) -> StubWorld:
        targets = Targets(self.index)
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
        )

    def _open(self, roots: Iterable[Value | None]) -> Iterator[Span]:
        """The expressions among some values that inference can be asked about: what links do not tell of."""
        facts, links = self.module.facts, self.index.links
        for value in _values(roots):
            ref = value.ref if value.form in ("path", "generic") else None
            if ref is not None and all(one.ref(ref, self.module) is not None for one in links):
                continue
            if value.suspect and value.form not in NESTS:
                yield value.span
        makers = {name for one in links for name in one.roles.makers}
        yield from (call.callee.span for call in facts.calls if call.method in makers)


def _roots(facts: Facts) -> list[Value | None]:
    """All values that a file speaks of, without their parts."""
    roots: list[Value | None] = [one.callee for one in facts.calls]
    roots += [given.value for one in facts.calls for given in one.arguments]
    roots += [one.value for one in facts.bindings]
    roots += [value for one in facts.writes for value in (one.value, one.holder)]
    roots += [value for one in facts.functions for value in one.returns]
    roots += [base for one in facts.classes for base in one.bases]
    return roots


def _likely(facts: Facts) -> list[Value | None]:
    """The values that rules mostly ask about. A value that is missing here costs time, and nothing else."""
    returned = {
        (one.qualname, value.ref.spelled)
        for one in facts.functions
        for value in one.returns
        if value.ref is not None
    }
    roots: list[Value | None] = [one.callee for one in facts.calls]
    roots += [value for one in facts.functions for value in one.returns]
    roots += [base for one in facts.classes for base in one.bases]
    roots += [one.value for one in facts.writes]
    roots += [
        one.value
        for one in facts.bindings
        if not one.where.deferred or _is_alias(one.value) or (one.where.scope, one.name) in returned
    ]
    return roots


def _is_alias(value: Value | None) -> bool:
    """Whether a value looks as if it gave another name to something."""
    if value is None or value.form not in ("path", "call", "either", "same", "generic", "other"):
        return False
    if value.form == "call":
        return value.ref is not None and value.ref.spelled.rpartition(".")[2] == "getattr"
    return value.form != "path" or (value.ref is not None and bool(value.ref.targets))


def _values(roots: Iterable[Value | None]) -> Iterator[Value]:
    """Values with their parts."""
    todo = list(roots)
    while todo:
        value = todo.pop()
        if value is not None:
            todo.extend(value.parts)
            yield value


def _paths(facts: Facts) -> dict[Span, Ref]:
    """The plain paths among the values that a file speaks of."""
    return {
        value.span: value.ref
        for value in _values(_roots(facts))
        if value.form == "path" and value.ref is not None
    }
