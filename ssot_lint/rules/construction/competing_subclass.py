"""SOT203: the class is subclassed outside its home."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, classes, meaning
from ssot_lint.rules.evidence.meaning import Meaning


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    managed = [klass for _, klass in evidence.links.roles.managed]
    for klass, base in classes.own(evidence):
        if klass not in managed and not evidence.in_factory(klass.where):
            yield _match(evidence, Flagged(klass.span, klass.name, klass.where), base)
    for call in evidence.facts.calls:
        name = call.arguments[0].text if call.arguments else ""
        if (
            not classes.makes_class(call)
            or evidence.links.roles.is_double(name)
            or evidence.in_factory(call.where)
        ):
            continue
        bases = (meaning.klass(evidence, part) for part in call.arguments[1].value.parts)
        base = next((one for one in bases if one is not None), None)
        if base is not None:
            yield _match(evidence, Flagged(call.span, name, call.where), base)


def _match(evidence: Evidence, flagged: Flagged, base: Meaning | None) -> Match:
    may = base is not None and not base.sure
    verb = "may subclass" if may else "subclasses"
    message = f"`{flagged.spelled}` {verb} {evidence.canonical} outside its home"
    advice = "extend it at home, or name the double in `doubles`"
    return chains.match(evidence, flagged, message, advice, base, may=may)
