"""SOT301: an instance is made when a module is imported, so that all importers share it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Value, Where
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, kept, meaning, trail

BINDS = {
    "assign": "kept in",
    "alias": "kept in",
    "key": "kept in",
    "module": "kept in",
    "attribute": "kept in",
    "default": "the default of",
    "given": "given to a decorator of",
    "decorated": "kept in",
    "loop": "kept in",
}
"""The bindings that keep an instance, and what each does with it."""


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.shares:
        return
    for binding in evidence.facts.bindings:
        does = BINDS.get(binding.how)
        if does is None or (binding.owner is not None and not kept.lasts(evidence, binding.owner)):
            continue
        if binding.how == "loop" and not _is_literal(binding.value):
            # What an instance gives, one after the other, are other things.
            continue
        for value in _values(binding.value):
            yield from _made(evidence, value, binding.where, f"{does} `{binding.name}`")
    for write in evidence.facts.writes:
        shown = write.target.spelled if write.target is not None else write.name
        for value in _values(write.value):
            if not write.where.deferred and kept.outlives(evidence, write):
                yield from _made(evidence, value, write.where, f"kept in `{shown}`")


def _is_literal(value: Value | None) -> bool:
    return value is not None and value.form in ("container", "tuple")


def _made(evidence: Evidence, value: Value, where: Where, kept_in: str) -> Iterator[Match]:
    if where.deferred or {"main", "typing"} & set(where.guards):
        return
    made = meaning.instance(evidence, value)
    if made is None:
        return
    may = not made.sure or (made.asynchronous and value.form != "await")
    verb = "may be" if may else "is"
    # What a function hands out may have been made before.
    done = "made" if made.fresh else "bound"
    message = f"an instance of {evidence.canonical} {verb} {done} at import and {kept_in}"
    advice = "make one for each user, where it is needed"
    flagged = Flagged(value.span, trail.name(evidence, value, where), where)
    yield chains.match(evidence, flagged, message, advice, made, may=may)


def _values(value: Value | None) -> Iterator[Value]:
    """What a value is, or what a literal container holds."""
    todo = [value] if value is not None else []
    while todo:
        one = todo.pop()
        if one.form in ("container", "tuple", "same"):
            todo.extend(one.parts)
        else:
            yield one
