"""SOT502: a primitive is reached or called outside its home."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match, texts, touches
from ssot_lint.rules.evidence.touches import PrimitiveUse

GETTERS = frozenset(["getattr"])


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.judged or touches.gateway(evidence).access == "write":
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
    if not narrow:
        yield from _by_string(evidence)


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
