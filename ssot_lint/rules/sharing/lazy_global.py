"""SOT302: a slot that outlives the call is filled with an instance on first use."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Where, Write
from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence, Match, Outcome


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    for binding in evidence.facts.bindings:
        if binding.how == "attribute":
            # A plain attribute is a write; this is one of `vars(module)`.
            targets = binding.owner.targets if binding.owner is not None else ()
            slot = any(evidence.links.project.is_module(evidence.absolute(target)) for target in targets)
        else:
            slot = binding.how in ("global", "key", "kept")
        if slot and binding.where.deferred and not evidence.in_singleton(binding.where):
            yield from _filled(
                evidence, evidence.instance(binding.value), binding.name, binding.span, binding.where
            )
    for write in evidence.facts.writes:
        if write.how != "rebind" or not write.where.deferred or not evidence.outlives(write):
            continue
        if not evidence.in_singleton(write.where):
            shown = f"{write.klass}.{write.name}" if write.klass else _spelled(write)
            yield from _filled(evidence, evidence.stored(write), shown, write.span, write.where)


def _spelled(write: Write) -> str:
    return write.target.spelled if write.target is not None else write.name


def _filled(
    evidence: Evidence, outcome: Outcome | None, shown: str, span: Span, where: Where
) -> Iterator[Match]:
    if outcome is None:
        return
    may = not outcome.sure
    verb = "may keep" if may else "keeps"
    message = f"`{shown}` {verb} an instance of {evidence.canonical} for all callers"
    advice = "make one for each user, or keep it in a ContextVar"
    spelled = shown.rpartition(".")[2]
    yield evidence.match(span, message, spelled, where, outcome, may=may, advice=advice)
