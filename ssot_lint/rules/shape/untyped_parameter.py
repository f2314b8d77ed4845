"""SOT705: a parameter is not annotated with a canonical class, though the contract wants that."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.parameters import taker_of
from ssot_lint.model.facts import Annotation
from ssot_lint.model.finding import Hop
from ssot_lint.rules.evidence import Evidence, Flagged, Match, shapes
from ssot_lint.rules.evidence.shapes import BaseClass


def check(evidence: Evidence) -> Iterator[Match]:
    contract = shapes.contract_of(evidence)
    # A parameter is named by its path: then it is meant, also at home.
    for path in contract.parameters if contract.judges(evidence.module.name) else ():
        taker = taker_of(evidence.links.project, path)
        if taker is not None and taker.module.file.path == evidence.module.file.path:
            for one in taker.found:
                yield from _judged(evidence, one)


def _judged(evidence: Evidence, one: Annotation) -> Iterator[Match]:
    canonical = shapes.either(shapes.canonicals(evidence))
    what = f"`{one.name}` of `{one.function}`"
    values = [value for value in one.values if value.form != "none"]
    kinds = [
        kind for value in values for kind in shapes.of(evidence, value, evidence.module, one.where.scope)
    ]
    wrong = [kind for kind in kinds if kind.ground != "canonical" or not kind.sure]
    if kinds and not wrong:
        return
    may = bool(wrong) and all(kind.ground in ("unknown", "canonical") for kind in wrong)
    if not one.values:
        message = f"{what} has no annotation"
    elif may:
        message = f"{what} may be annotated with something else than {canonical}"
    else:
        message = f"{what} is annotated with something else than {canonical}"
    chain = _chain(wrong)
    flagged = Flagged(one.span, one.name, one.where)
    yield shapes.match(evidence, flagged, message, chain, may)._replace(
        advice=f"annotate it with {canonical}"
    )


def _chain(wrong: list[BaseClass]) -> tuple[Hop, ...]:
    """The bindings that show what the annotation is."""
    first = next((one for one in wrong if one.ground != "unknown"), None)
    return first.hops if first is not None else ()
