"""SOT502: a primitive is reached or called outside its home."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence, Match, methods, texts, touches
from ssot_lint.rules.evidence.touches import PrimitiveUse

GETTERS = frozenset(["getattr"])


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.judged or touches.gateway(evidence).access == "write":
        return
    narrow = touches.is_narrow(evidence)
    given = frozenset[Span]() if narrow else touches.values(evidence)
    handed = touches.handed(evidence) if touches.gateway(evidence).access == "call" else None
    for touch in touches.uses(evidence):
        if touch.doing == "write" or touch.span in given or (touch.bound and not narrow):
            continue
        if touches.wanted(evidence, touch):
            yield from _judged(evidence, touch, f"`{touch.whole}`", handed)
    yield from _by_object(evidence, handed)
    yield from _by_string(evidence, given)


def _judged(
    evidence: Evidence, touch: PrimitiveUse, named: str, handed: Collection[Span] | None
) -> Iterator[Match]:
    """The match of a touch. ``handed``: only calls are forbidden, and what is handed over there may be called."""
    verb = "is called" if touch.doing == "call" else "is reached"
    if handed is not None and touch.doing != "call":
        if touch.span not in handed:
            return
        touch, verb = touch._replace(sure=False), "is handed over, and may be called"
    yield touches.match(evidence, touch, f"{named} {verb} outside its home")


def _by_object(evidence: Evidence, handed: Collection[Span] | None) -> Iterator[Match]:
    """``path.write_text("x")``, where ``path`` is an object of the class."""
    taken = list(methods.taken(evidence))
    if not taken:
        return
    narrow = touches.is_narrow(evidence)
    spans = {touch.span for touch in touches.uses(evidence)}
    if handed is not None:
        handed = {*handed, *(one.touch.span for one in taken if one.use.handed)}
    for one in taken:
        if one.touch.span in spans or (one.touch.bound and not narrow):
            continue
        if touches.wanted(evidence, one.touch):
            by = one.klass.rpartition(".")[2]
            named = f"`{one.touch.path}`, as `{by}` has it," if by else f"`{one.touch.path}`"
            yield from _judged(evidence, one.touch, named, handed)


def _by_string(evidence: Evidence, given: Collection[Span]) -> Iterator[Match]:
    """``getattr(os, "environ")``, but where its value is ``given`` a name: that is judged there."""
    calls_only = touches.gateway(evidence).access == "call"
    # The place of the string lies inside of the value's, which begins where the getter stands.
    starts = {span[:2] for span in given}
    for text in evidence.facts.texts:
        if text.holder.spelled not in GETTERS or text.holder.span[:2] in starts:
            continue
        if touches.excused(evidence, text.where) or touches.is_of_primitive(evidence, text):
            continue
        path = texts.path(evidence, text, foreign=True)
        link = evidence.links.path(path) if path else None
        is_called = any(call.callee.span == text.holder.span for call in evidence.facts.calls)
        if link is not None and link.kind == "symbol" and (is_called or not calls_only):
            touch = touches.by_text(evidence, text, link, "call" if is_called else "read")
            verb = "is called" if is_called else "is reached"
            if touches.wanted(evidence, touch):
                yield touches.match(evidence, touch, f"`{touch.whole}` {verb} outside its home")
