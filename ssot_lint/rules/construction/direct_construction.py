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
    for call in evidence.facts.calls:
        if evidence.in_factory(call.where):
            continue
        for built in meaning.callee(evidence, call):
            if built.kind in ("symbol", "subclass", "constructor") and not meaning.is_declared(
                evidence, built
            ):
                yield _match(evidence, call, built)
                break


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


def _match(evidence: Evidence, call: Call, built: Meaning) -> Match:
    spelled = _spelled(evidence, call)
    own = built.kind == "subclass" or not spelled or spelled.rpartition(".")[2] == evidence.links.roles.name
    by = "" if own else f" as `{spelled}`"
    verb = "is built" if built.sure else "may be built"
    message = f"{meaning.name_of(evidence, built, spelled)} {verb} here{by}, outside its factory"
    advice = meaning.advice(evidence, built, "call")
    flagged = Flagged(call.span, spelled, call.where)
    return chains.match(evidence, flagged, message, advice, built, may=not built.sure)
