"""SOT201: the class is built outside its factory."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for call in evidence.facts.calls:
        if evidence.in_factory(call.where):
            continue
        for outcome in evidence.callee(call):
            if outcome.kind not in ("symbol", "subclass", "constructor"):
                continue
            may = not outcome.sure
            ref = call.callee.ref if call.callee.form in ("path", "generic") else None
            spelled = ref.spelled if ref is not None else ""
            verb = "may be built" if may else "is built"
            by = f" as `{spelled}`" if spelled and spelled.rpartition(".")[2] != evidence.links.name else ""
            message = f"{evidence.canonical} {verb} here{by}, outside its factory"
            yield evidence.match(
                call.span, message, spelled, call.where, outcome, may=may, advice=evidence.remedy
            )
            break
