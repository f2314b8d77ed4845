"""SOT203: the class is subclassed outside its home."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match

ADVICE = "extend it at home, or name the double in `doubles`"


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    managed = [klass for _, klass in evidence.links.roles.managed]
    for klass, base in evidence.own_classes():
        if klass in managed or evidence.in_factory(klass.where):
            continue
        sure = base is None or base.sure
        verb = "subclasses" if sure else "may subclass"
        message = f"`{klass.name}` {verb} {evidence.canonical} outside its home"
        yield evidence.match(klass.span, message, klass.name, klass.where, base, may=not sure, advice=ADVICE)
    for call in evidence.facts.calls:
        if call.callee.ref is None or call.callee.ref.spelled not in (
            "type",
            "builtins.type",
            "types.new_class",
        ):
            continue
        name = call.arguments[0].text if call.arguments else ""
        if len(call.arguments) < 2 or evidence.links.roles.is_double(name) or evidence.in_factory(call.where):
            continue
        for part in call.arguments[1].value.parts:
            outcome = evidence.klass(part)
            if outcome is not None:
                verb = "subclasses" if outcome.sure else "may subclass"
                message = f"`{name}` {verb} {evidence.canonical} outside its home"
                yield evidence.match(
                    call.span, message, name, call.where, outcome, may=not outcome.sure, advice=ADVICE
                )
                break
