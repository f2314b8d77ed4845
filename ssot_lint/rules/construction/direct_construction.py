"""SOT201: the class is built outside its factory."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for call in evidence.facts.calls:
        if evidence.in_factory(call.where):
            continue
        for outcome in evidence.callee(call):
            if outcome.kind not in ("symbol", "subclass", "constructor") or evidence.is_declared(outcome):
                continue
            may = not outcome.sure
            ref = call.callee.ref if call.callee.form in ("path", "generic") else None
            spelled = ref.spelled if ref is not None else ""
            verb = "may be built" if may else "is built"
            what = evidence.name_of(outcome, spelled)
            own = (
                outcome.kind == "subclass"
                or not spelled
                or spelled.rpartition(".")[2] == evidence.links.roles.name
            )
            by = "" if own else f" as `{spelled}`"
            message = f"{what} {verb} here{by}, outside its factory"
            advice = evidence.advice(outcome, "call")
            yield evidence.match(call.span, message, spelled, call.where, outcome, may=may, advice=advice)
            break
