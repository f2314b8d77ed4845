"""SOT502: a primitive is reached or called outside its home."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match, methods, texts, touches
from ssot_lint.rules.evidence.touches import PrimitiveUse

GETTERS = frozenset(["getattr"])


def check(evidence: Evidence) -> Iterator[Match]:
    if not touches.judged(evidence) or touches.gateway(evidence).access == "write":
        return
    calls_only = touches.gateway(evidence).access == "call"
    narrow = touches.is_narrow(evidence)
    given = {} if narrow else touches.values(evidence)
    for touch in touches.uses(evidence):
        if touch.doing == "write" or touch.span in given or (touch.bound and not narrow):
            continue
        if (calls_only and touch.doing != "call") or not touches.wanted(evidence, touch):
            continue
        verb = "is called" if touch.doing == "call" else "is reached"
        yield touches.match(evidence, touch, f"`{_named(touch)}` {verb} outside its home")
    yield from _by_object(evidence)
    if not narrow:
        yield from _by_string(evidence)


def _by_object(evidence: Evidence) -> Iterator[Match]:
    """``path.write_text("x")``, where ``path`` is an object of the class."""
    contract = touches.gateway(evidence)
    narrow = touches.is_narrow(evidence)
    spans = {touch.span for touch in touches.uses(evidence)}
    for one in methods.taken(evidence):
        touch = one.touch
        handed = contract.access == "call" and one.use.handed
        if touch.span in spans or (touch.bound and not narrow) or not touches.wanted(evidence, touch):
            continue
        if contract.access == "call" and touch.doing != "call" and not handed:
            continue
        touch = touch._replace(sure=touch.sure and not handed)
        by = one.klass.rpartition(".")[2]
        named = f"`{touch.path}`, as `{by}` has it," if by else f"`{touch.path}`"
        verb = "may be called" if handed else "is called" if touch.doing == "call" else "is reached"
        if not touch.sure and not handed:
            verb = verb.replace("is", "may be")
        yield touches.match(evidence, touch, f"{named} {verb} outside its home")


def _by_string(evidence: Evidence) -> Iterator[Match]:
    """``getattr(os, "environ")``."""
    for text in evidence.facts.texts:
        if text.holder.spelled not in GETTERS or touches.excused(evidence, text.where):
            continue
        path = texts.path(evidence, text, foreign=True)
        link = evidence.links.path(path) if path else None
        if link is not None and link.kind == "symbol":
            touch = touches.by_text(evidence, text, link)
            yield touches.match(evidence, touch, f"`{_named(touch)}` is reached outside its home")


def _named(touch: PrimitiveUse) -> str:
    return f"{touch.path}.{touch.rest}" if touch.rest else touch.path
