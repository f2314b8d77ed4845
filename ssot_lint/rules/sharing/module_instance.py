"""SOT301: an instance is made when a module is imported, so that all who import it share it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Value, Where
from ssot_lint.rules.evidence import Evidence, Match

BINDS = {
    "assign": "kept in",
    "alias": "kept in",
    "key": "kept in",
    "module": "kept in",
    "attribute": "kept in",
    "default": "the default of",
    "given": "given to a decorator of",
}
"""The bindings that keep an instance, and what each does with it."""


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    for binding in evidence.facts.bindings:
        kept = BINDS.get(binding.how)
        if kept is None or (binding.owner is not None and not evidence.lasts(binding.owner)):
            continue
        for value in _values(binding.value):
            yield from _made(evidence, value, binding.where, f"{kept} `{binding.name}`")
    for write in evidence.facts.writes:
        shown = write.target.spelled if write.target is not None else write.name
        for value in _values(write.value):
            if not write.where.deferred and evidence.outlives(write):
                yield from _made(evidence, value, write.where, f"kept in `{shown}`")


def _made(evidence: Evidence, value: Value, where: Where, kept: str) -> Iterator[Match]:
    if where.deferred or {"main", "typing"} & set(where.guards):
        return
    outcome = evidence.instance(value)
    if outcome is None:
        return
    may = not outcome.sure or (outcome.asynchronous and value.form != "await")
    verb = "may be" if may else "is"
    message = f"an instance of {evidence.canonical} {verb} made at import and {kept}"
    advice = "make one for each user, where it is needed"
    spelled = evidence.name(value, where)
    yield evidence.match(value.span, message, spelled, where, outcome, may=may, advice=advice)


def _values(value: Value | None) -> Iterator[Value]:
    """What a value is, or what a literal container holds."""
    todo = [value] if value is not None else []
    while todo:
        one = todo.pop()
        if one.form in ("container", "tuple", "same"):
            todo.extend(one.parts)
        else:
            yield one
