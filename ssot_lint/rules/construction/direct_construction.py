"""SOT201: the class is built outside its factory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ssot_lint.model.facts import Call
from ssot_lint.model.finding import Fix
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning
from ssot_lint.rules.evidence.meaning import Meaning

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for flagged, meanings in _called(evidence):
        for built in meanings:
            if built.kind in _MAKING and not meaning.is_declared(evidence, built):
                yield _match(evidence, flagged, built)
                break


_MAKING = ("symbol", "subclass", "constructor")


def _called(evidence: Evidence) -> Iterator[tuple[Flagged, tuple[Meaning, ...]]]:
    """What is called outside of factories, also as a decorator, with all that it may be."""
    for call in evidence.facts.calls:
        if not evidence.in_factory(call.where):
            flagged = Flagged(call.span, _spelled(evidence, call), call.where)
            yield flagged, meaning.callee(evidence, call)
    for binding in evidence.facts.bindings:
        made = binding.value if binding.how == "decorated" else None
        if made is not None and not evidence.in_factory(binding.where):
            spelled = made.ref.spelled if made.ref is not None else ""
            yield Flagged(made.span, spelled, binding.where), meaning.of(evidence, made.parts[0])


def fix(repair: Repair) -> Fix:
    from ssot_lint.fixes import construction

    return construction.fixed(repair)


def _spelled(evidence: Evidence, call: Call) -> str:
    """The path that is called. What is got out of a container, or by a string, has one only if links know it."""
    ref = call.callee.ref
    if ref is None or call.callee.form not in ("path", "generic"):
        return ""
    is_got = call.callee.form == "generic" or ("." in ref.spelled and not call.method)
    return "" if is_got and evidence.links.ref(ref, evidence.module) is None else ref.spelled


def _match(evidence: Evidence, flagged: Flagged, built: Meaning) -> Match:
    spelled = flagged.spelled
    own = built.kind == "subclass" or not spelled or spelled.rpartition(".")[2] == evidence.links.roles.name
    by = "" if own else f" as `{spelled}`"
    verb = "is built" if built.sure else "may be built"
    message = f"{meaning.name_of(evidence, built, spelled)} {verb} here{by}, {evidence.outside}"
    advice = meaning.advice(evidence, built, "call")
    return chains.match(evidence, flagged, message, advice, built, may=not built.sure)
