"""SOT301: an instance is made when a module is imported, so that all who import it share it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.model import Value

BINDS = ("assign", "key", "attribute", "default", "module", "alias")


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    for binding in evidence.facts.bindings:
        where = binding.where
        if binding.how not in BINDS or where.deferred or {"main", "typing"} & set(where.guards):
            continue
        for value in _values(binding.value):
            outcome = evidence.instance(value)
            if outcome is None:
                continue
            may = not outcome.sure or (outcome.asynchronous and value.form != "await")
            kept = "the default of" if binding.how == "default" else "kept in"
            verb = "may be" if may else "is"
            message = f"an instance of {evidence.canonical} {verb} made at import and {kept} `{binding.name}`"
            advice = "make one for each user, where it is needed"
            spelled = value.ref.spelled if value.ref is not None else binding.name
            yield evidence.match(value.span, message, spelled, where, outcome.link, may=may, advice=advice)


def _values(value: Value | None) -> Iterator[Value]:
    todo = [value] if value is not None else []
    while todo:
        one = todo.pop()
        if one.form in ("container", "tuple"):
            todo.extend(one.parts)
        else:
            yield one
