"""SOT104: an assignment gives the symbol another name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ssot_lint.model.facts import Value
from ssot_lint.model.finding import Fix
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning, names
from ssot_lint.rules.evidence.meaning import Meaning

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair


def check(evidence: Evidence) -> Iterator[Match]:
    for binding in evidence.facts.bindings if evidence.led else ():
        found = _aliased(evidence, binding.value) if names.is_another_name(evidence, binding) else None
        if found is None:
            continue
        verb = "becomes" if found.sure else "may become"
        message = f"`{binding.name}` {verb} another name for {evidence.canonical}"
        advice = f"use {evidence.links.roles.name} itself"
        flagged = Flagged(binding.span, binding.name, binding.where)
        yield chains.match(evidence, flagged, message, advice, found, may=not found.sure)


def fix(repair: Repair) -> Fix:
    from ssot_lint.fixes import assignments

    return assignments.fixed(repair)


def _aliased(evidence: Evidence, value: Value | None) -> Meaning | None:
    """The symbol that a value is, if the value can be an alias."""
    if value is None:
        return None
    if value.form == "call" and _called(value) in ("NewType", "TypeAliasType"):
        return _of_new_type(evidence, value)
    if not _can_rename(value):
        return None
    return next((one for one in meaning.of(evidence, value) if one.kind == "symbol"), None)


def _can_rename(value: Value) -> bool:
    """Whether a value may be a thing that is there already: a plain path, a literal ``getattr``, or a choice of such.
    What another call gives is no further name for it."""
    match value.form:
        case "path":
            return value.ref is None or bool(value.ref.targets)
        case "either" | "same":
            return any(map(_can_rename, value.parts))
        case "member" | "other":
            return value.suspect
        case "call":
            return _called(value) == "getattr"
    return False


def _called(value: Value) -> str:
    return value.ref.spelled.rpartition(".")[2] if value.ref is not None else ""


def _of_new_type(evidence: Evidence, value: Value) -> Meaning | None:
    """The class that a ``NewType`` or a ``TypeAliasType`` renames."""
    call = next((one for one in evidence.facts.calls if one.span == value.span), None)
    given = call.arguments if call is not None else ()
    types = [one.value for one in given if one.slot in ("1", "tp", "value")]
    return meaning.klass(evidence, types[0]) if types and types[0].form == "path" else None
