"""SOT306: instances are kept in a shared container that is not keyed by the isolation key."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.facts.flow import MUTATORS
from ssot_lint.model.facts import Value, Write
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, classes, kept, meaning, names
from ssot_lint.rules.evidence.isolation import key_given
from ssot_lint.rules.evidence.meaning import Meaning

CERTAIN = frozenset(
    "item fill append appendleft extend extendleft insert setdefault augment __setitem__ __iadd__ __ior__".split()
)
"""Ways to store that only containers have; the other methods may be anything's."""


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.shares:
        yield from _put(evidence)
        yield from _filled(evidence)


def _filled(evidence: Evidence) -> Iterator[Match]:
    """Containers that make what is missing (``defaultdict``): their function is told no key."""
    for call in evidence.facts.calls:
        targets = call.callee.ref.targets if call.callee.ref is not None else ()
        made = next((one.value for one in call.arguments if one.slot in ("0", "default_factory")), None)
        if "collections.defaultdict" not in targets or made is None:
            continue
        bound = [
            one
            for one in evidence.facts.bindings
            if one.value is not None and one.value.span == call.span and one.how in ("assign", "global")
        ]
        held = _made_for_one(evidence, made)
        for binding in bound[:1] if held is not None else ():
            if binding.how == "global" or not binding.where.deferred:
                flagged = Flagged((binding.value or made).span, binding.name, binding.where)
                yield _match(evidence, flagged, held)


def _made_for_one(evidence: Evidence, made: Value) -> Meaning | None:
    """What a function without parameters hands out, if it names a user: it is always the same user."""
    body = made.parts[0] if made.form == "lambda" else made
    call = next((one for one in evidence.facts.calls if one.span == body.span), None)
    if call is not None and made.form == "lambda" and call.arguments:
        return meaning.instance(evidence, body)
    called = call.callee.ref.targets if call is not None and call.callee.ref is not None else ()
    if call is not None and "functools.partial" in called and len(call.arguments) > 1:
        found = meaning.of(evidence, call.arguments[0].value)
        return next((one for one in found if one.kind in ("factory", "maker")), None)
    return None


def _put(evidence: Evidence) -> Iterator[Match]:
    """Places that put an instance into a container."""
    for write in evidence.facts.writes:
        if write.how not in CERTAIN and write.how not in MUTATORS:
            continue
        if (
            not write.where.deferred
            or not _is_container(evidence, write)
            or not kept.outlives(evidence, write)
        ):
            continue
        own = write.value is not None and write.value.form == "own"
        if own and classes.in_singleton(evidence, write.where):
            continue
        held = kept.stored(evidence, write)
        if held is not None and not _is_keyed(evidence, write):
            shown = write.target.spelled if write.target is not None else write.name
            yield _match(evidence, Flagged(write.span, shown, write.where), held)


def _match(evidence: Evidence, flagged: Flagged, held: Meaning | None) -> Match:
    keys = evidence.contract.isolated_by
    may = held is not None and not held.sure
    verb = "may be" if may else "is"
    what = f"an instance of {evidence.canonical} {verb} kept in `{flagged.spelled}`"
    lacks = "without its isolation key" if keys else "for all users"
    advice = f"key it by `{keys[0]}`" if keys else "make one for each user"
    return chains.match(evidence, flagged, f"{what} {lacks}", advice, held, may=may)


def _is_container(evidence: Evidence, write: Write) -> bool:
    """Whether a write goes into a container: the way of writing tells, or what is known of the place."""
    if write.how in CERTAIN or write.owner in ("self", "default"):
        return True
    if write.owner == "class":
        return any(
            (slot.owner, slot.name) == (write.klass, write.name) and slot.form in ("container", "weak")
            for slot in evidence.facts.slots
        )
    targets = write.target.targets if write.target is not None else ()
    slots = [kept.slot(evidence, target) for target in targets if target.count(".") == 0 or target[:1] != ":"]
    return any(slot is not None and slot.form in ("container", "weak") for slot in slots)


def _is_keyed(evidence: Evidence, write: Write) -> bool:
    """Whether the key in the container comes from the key that this very instance was made with."""
    keys = evidence.contract.isolated_by
    if not keys or evidence.links.roles.is_keyless:
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
    """The paths that were given for the isolation key when the instance was made; None where the call hides them."""
    if write.value is None:
        return set()
    if write.value.form == "own":
        # What `__new__` takes, `__init__` takes too.
        known = [one for klass in classes.family(evidence).values() for one in klass.parameters or ()]
        return {one.lstrip("*") for one in known if one.startswith("*")} & set(write.key)
    values = [write.value]
    if write.value.ref is not None and write.value.form == "path" and "." not in write.value.ref.spelled:
        bound = names.bound_by(evidence, write.value.ref.spelled, write.where.scope, write.value.span)
        values += [one.value for one in bound if one.value is not None]
    for value in values:
        values += value.parts if value.form in ("await", "same", "either") else ()
    spans = {value.span for value in values}
    # What is looked up (`kept.get(key)`) is made with nothing.
    calls = [call for call in evidence.facts.calls if call.span in spans and meaning.callee(evidence, call)]
    found = {name for call in calls for name in key_given(evidence, call)}
    return None if not found and any(call.open for call in calls) else found
