"""SOT503: a primitive is written to outside its home."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.dotted import ends
from ssot_lint.model.facts import Ref
from ssot_lint.model.patching import CHANGERS
from ssot_lint.rules.evidence import Evidence, Match, texts, touches
from ssot_lint.rules.evidence.touches import PrimitiveUse


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.judged or touches.gateway(evidence).access == "call":
        return
    for touch in touches.uses(evidence):
        if touch.doing == "write" and touches.wanted(evidence, touch):
            yield touches.match(evidence, touch, f"`{touch.path}` is written to outside its home")
    if touches.gateway(evidence).keys:
        return
    yield from _bound_anew(evidence)
    yield from _by_string(evidence)


def _bound_anew(evidence: Evidence) -> Iterator[Match]:
    """``os.environ = …``."""
    for one in evidence.facts.bindings:
        owner = one.owner
        if one.how != "attribute" or owner is None or touches.excused(evidence, one.where):
            continue
        for target in owner.targets:
            path = evidence.absolute(f"{target}.{one.name}")
            link = evidence.links.path(path) if path else None
            if link is not None and link.kind == "symbol":
                ref = Ref(one.span, f"{owner.spelled}.{one.name}")
                chain = touches.chain_of(evidence, owner, one.where.scope) or link.chain
                touch = PrimitiveUse(
                    one.span, ref.spelled, one.where, link.path, "", "write", (), False, link.sure, chain
                )
                yield touches.match(evidence, touch, f"`{link.path}` is bound anew outside its home")


def _by_string(evidence: Evidence) -> Iterator[Match]:
    """``patch.object(os, "environ")``, ``monkeypatch.setattr(os, "environ", …)``."""
    for text in evidence.facts.texts:
        holder = text.holder.spelled
        if text.subject is None or not ends(holder, CHANGERS) or touches.excused(evidence, text.where):
            continue
        path = texts.path(evidence, text, foreign=True)
        link = evidence.links.path(path) if path else None
        if link is not None and link.kind == "symbol" and not link.rest:
            touch = touches.by_text(evidence, text, link, "write")
            yield touches.match(
                evidence, touch, f"`{holder}` puts something else in the place of `{link.path}`"
            )
