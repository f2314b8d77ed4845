"""SOT302: a slot that outlives the call is filled with an instance on first use."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Binding
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, classes, kept, meaning, names
from ssot_lint.rules.evidence.meaning import Meaning


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.shares:
        return
    for binding in evidence.facts.bindings:
        if not binding.where.deferred or not _is_slot(evidence, binding):
            continue
        if not classes.in_singleton(evidence, binding.where):
            flagged = Flagged(binding.span, binding.name, binding.where)
            yield from _filled(evidence, flagged, binding.name, meaning.instance(evidence, binding.value))
    for write in evidence.facts.writes:
        if write.how != "rebind" or not write.where.deferred or not kept.outlives(evidence, write):
            continue
        if not classes.in_singleton(evidence, write.where):
            shown = write.target.spelled if write.target is not None else write.name
            shown = f"{write.klass}.{write.name}" if write.klass else shown
            flagged = Flagged(write.span, shown.rpartition(".")[2], write.where)
            yield from _filled(evidence, flagged, shown, kept.stored(evidence, write))


def _is_slot(evidence: Evidence, binding: Binding) -> bool:
    """Whether what is bound outlives the function. Attributes are judged as writes, but for ``vars(module)``."""
    if binding.how == "attribute":
        return names.is_of_module(evidence, binding.owner)
    return binding.how in ("global", "key", "kept")


def _filled(evidence: Evidence, flagged: Flagged, shown: str, held: Meaning | None) -> Iterator[Match]:
    if held is not None:
        verb = "keeps" if held.sure else "may keep"
        message = f"`{shown}` {verb} an instance of {evidence.canonical} for all callers"
        advice = "make one for each user, or keep it in a ContextVar"
        yield chains.match(evidence, flagged, message, advice, held, may=not held.sure)
