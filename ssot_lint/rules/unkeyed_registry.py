"""SOT306: instances are kept in a shared container that is not keyed by the isolation key."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.flow import MUTATORS
from ssot_lint.model import Write


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    keys = set(evidence.contract.isolated_by)
    for write in evidence.facts.writes:
        if write.how != "item" and write.how not in MUTATORS:
            continue
        outcome = evidence.instance(write.value)
        if outcome is None or not _shared(evidence, write) or {"main"} & set(write.where.guards):
            continue
        if set(write.key) & (keys | _passed(evidence, write, keys)):
            continue
        if not keys and write.key:
            continue
        shown = write.target.spelled if write.target is not None else write.name
        message = f"an instance of {evidence.canonical} is kept in `{shown}` without its isolation key"
        advice = f"key it by `{evidence.contract.isolated_by[0]}`" if keys else ""
        yield evidence.match(
            write.span, message, shown, write.where, outcome.link, may=not outcome.sure, advice=advice
        )


def _shared(evidence: Evidence, write: Write) -> bool:
    """Whether the container outlives the call: module-level, of another module, or of the class."""
    slots = {(slot.owner, slot.name): slot.form for slot in evidence.facts.slots}
    if write.owner == "class":
        return slots.get((write.klass, write.name), "container") != "context"
    if write.owner == "self":
        fresh = {
            name for klass in evidence.facts.classes if klass.qualname == write.klass for name in klass.fresh
        }
        return (write.klass, write.name) in slots and write.name not in fresh
    if write.target is None or slots.get(("", write.name)) == "context":
        return False
    return any(not target.startswith("?") for target in write.target.targets)


def _passed(evidence: Evidence, write: Write, keys: set[str]) -> set[str]:
    """The names that the call which made the instance was given as its key."""
    if write.value is None:
        return set()
    spans = {write.value.span}
    if write.value.ref is not None and "." not in write.value.ref.spelled:
        spans |= {
            one.value.parts[0].span if one.value.form in ("await", "same") else one.value.span
            for one in evidence.bound_by(write.value.ref.spelled, write.where.scope)
            if one.value is not None
        }
    if write.value.form in ("await", "same"):
        spans.add(write.value.parts[0].span)
    found: set[str] = set()
    for call in evidence.facts.calls:
        if call.span in spans:
            for argument in call.arguments:
                if argument.slot in keys or argument.slot == "0":
                    if argument.value.ref is not None:
                        found.add(argument.value.ref.spelled.partition(".")[0])
    return found - {"self", "cls"}
