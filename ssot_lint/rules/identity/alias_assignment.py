"""SOT104: an assignment gives the symbol another name."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Value
from ssot_lint.rules.evidence import Evidence, Match, Outcome


def check(evidence: Evidence) -> Iterator[Match]:
    for binding in evidence.facts.bindings:
        outcome = _aliased(evidence, binding.value) if evidence.is_another_name(binding) else None
        if outcome is None:
            continue
        may = not outcome.sure
        verb = "may become" if may else "becomes"
        message = f"`{binding.name}` {verb} another name for {evidence.canonical}"
        advice = f"use {evidence.links.roles.name} itself"
        yield evidence.match(
            binding.span, message, binding.name, binding.where, outcome, may=may, advice=advice
        )


def _aliased(evidence: Evidence, value: Value | None) -> Outcome | None:
    """The symbol that a plain path, a conditional of such, a literal ``getattr`` or a ``NewType`` is."""
    if value is None:
        return None
    if value.form == "call":
        called = value.ref.spelled.rpartition(".")[2] if value.ref is not None else ""
        if called in ("NewType", "TypeAliasType"):
            call = next((one for one in evidence.facts.calls if one.span == value.span), None)
            given = call.arguments if call is not None else ()
            types = [one.value for one in given if one.slot in ("1", "tp", "value")]
            return evidence.klass(types[0]) if types and types[0].form == "path" else None
        if called != "getattr":
            return None
    elif value.form not in ("path", "either", "same", "other"):
        return None
    if value.form == "path" and value.ref is not None and not value.ref.targets:
        return None
    if value.form == "generic" and value.ref is not None:
        # `TABLE["hub"]` is no type of anything, though other files get at the class by way of the table.
        if evidence.links.ref(value.ref, evidence.module) is None:
            return None
    found = [one for one in evidence.of(value) if one.kind == "symbol"]
    return found[0] if found else None
