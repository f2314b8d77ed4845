"""SOT306: instances are kept in a shared container that is not keyed by the isolation key."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.flow import MUTATORS
from ssot_lint.record import Call, Write

CERTAIN = frozenset(
    "item append appendleft extend extendleft insert setdefault augment __setitem__ __iadd__ __ior__".split()
)
"""Ways to store that only containers have; the other methods may be anything's."""


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    keys = evidence.contract.isolated_by
    for write in evidence.facts.writes:
        if write.how not in CERTAIN and write.how not in MUTATORS:
            continue
        if not write.where.deferred or not _is_container(evidence, write) or not evidence.outlives(write):
            continue
        own = write.value is not None and write.value.form == "own"
        outcome = evidence.stored(write) if not (own and evidence.in_singleton(write.where)) else None
        if outcome is None or _is_keyed(evidence, write):
            continue
        shown = write.target.spelled if write.target is not None else write.name
        verb = "is" if outcome.sure else "may be"
        message = f"an instance of {evidence.canonical} {verb} kept in `{shown}` without its isolation key"
        advice = f"key it by `{keys[0]}`" if keys else "make one for each user"
        yield evidence.match(
            write.span, message, shown, write.where, outcome, may=not outcome.sure, advice=advice
        )


def _is_container(evidence: Evidence, write: Write) -> bool:
    """Whether something is put into a container: by the way it is put there, or by what that is known to be."""
    if write.how in CERTAIN or write.owner in ("self", "default"):
        return True
    if write.owner == "class":
        return any(
            (slot.owner, slot.name) == (write.klass, write.name) and slot.form in ("container", "weak")
            for slot in evidence.facts.slots
        )
    targets = write.target.targets if write.target is not None else ()
    slots = [evidence.slot(target) for target in targets if target.count(".") == 0 or target[:1] != ":"]
    return any(slot is not None and slot.form in ("container", "weak") for slot in slots)


def _is_keyed(evidence: Evidence, write: Write) -> bool:
    """Whether the key in the container comes from the key that this very instance was made with."""
    keys = evidence.contract.isolated_by
    if not keys or evidence.links.is_keyless:
        return bool(write.key)
    made = _made_with(evidence, write)
    if made is None:
        # `make(*args)`: the key may be among them.
        return bool(write.key)
    if made:
        return any(
            path == one or path.startswith(f"{one}.") or one.startswith(f"{path}.")
            for path in write.key
            for one in made
        )
    return any(key in path.split(".") for path in write.key for key in keys)


def _made_with(evidence: Evidence, write: Write) -> set[str] | None:
    """The paths that the call which made the instance was given for its isolation key; None where that is hidden."""
    if write.value is None:
        return set()
    if write.value.form == "own":
        # What `__new__` takes, `__init__` takes too.
        known = [one for klass in evidence.family().values() for one in klass.parameters or ()]
        return {one.lstrip("*") for one in known if one.startswith("*")} & set(write.key)
    values = [write.value]
    if write.value.ref is not None and write.value.form == "path" and "." not in write.value.ref.spelled:
        bound = evidence.bound_by(write.value.ref.spelled, write.where.scope)
        values += [one.value for one in bound if one.value is not None]
    for value in values:
        values += value.parts if value.form in ("await", "same", "either") else ()
    spans = {value.span for value in values}
    calls = [call for call in evidence.facts.calls if call.span in spans]
    found = {name for call in calls for name in _given(evidence, call)}
    return None if not found and any(call.open for call in calls) else found


def _given(evidence: Evidence, call: Call) -> tuple[str, ...]:
    """The paths in a call's argument for the isolation key."""
    keys = evidence.contract.isolated_by
    for argument in call.arguments:
        if argument.slot in keys:
            return argument.names
    outcome = next((one for one in evidence.of(call.callee) if one.link is not None), None)
    link = outcome.link if outcome is not None else None
    function = evidence.links.function(link.path) if link is not None else None
    parameters = [one for one in function.parameters if one not in ("self", "cls")] if function else []
    places = [str(parameters.index(key)) for key in keys if key in parameters] or ["0"]
    return next((one.names for one in call.arguments if one.slot in places), ())
