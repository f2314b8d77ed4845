"""SOT204: an instance is made without the constructor: ``__new__``, a copy, a pickle."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match

COPIES = frozenset(
    "copy.copy copy.deepcopy copy.replace deepcopy copy dataclasses.replace attrs.evolve attr.evolve"
    " pickle.dumps pickle.dump cloudpickle.dumps dill.dumps".split()
)


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for call in evidence.facts.calls:
        ref = call.callee.ref
        if ref is None or evidence.in_factory(call.where):
            continue
        link = evidence.links.ref(ref, evidence.module)
        if link is not None and link.kind in ("symbol", "subclass") and link.rest == "__new__":
            message = f"`{ref.spelled}` makes {evidence.canonical} without its constructor"
            yield evidence.match(call.span, message, ref.spelled, call.where, link, advice=_advice(evidence))
            continue
        if not call.arguments:
            continue
        first = call.arguments[0].value
        if call.method == "__new__" and link is None:
            outcome = evidence.klass(first)
            if outcome is not None:
                message = f"`{ref.spelled}` makes {evidence.canonical} without its constructor"
                yield evidence.match(
                    call.span, message, ref.spelled, call.where, outcome.link, advice=_advice(evidence)
                )
            continue
        names = {ref.spelled, *(target.lstrip("?") for target in ref.targets)}
        if not names & COPIES or ("copy" in names and not any("copy." in n or n == "copy" for n in names)):
            continue
        made = evidence.instance(first)
        if made is not None:
            message = f"`{ref.spelled}` makes a second {evidence.canonical} beside its factory"
            yield evidence.match(
                call.span,
                message,
                ref.spelled,
                call.where,
                made.link,
                may=not made.sure,
                advice=_advice(evidence),
            )


def _advice(evidence: Evidence) -> str:
    factories = evidence.contract.factories
    return f"call {factories[0]}" if factories else ""
