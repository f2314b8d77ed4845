"""One file and a gateway → the places that take a primitive from an object, as its method. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.links.lineage import lineage_of, primitives, touched
from ssot_lint.model.facts import Doing, Where
from ssot_lint.model.methods import MethodUse
from ssot_lint.rules.evidence import Evidence, touches
from ssot_lint.rules.evidence.touches import PrimitiveUse


class Taken(NamedTuple):
    """A place that takes a method, with the primitive that it is. ``klass`` is the path of the object's class,
    where that is not the primitive's own."""

    use: MethodUse
    touch: PrimitiveUse
    klass: str


def taken(evidence: Evidence) -> Iterator[Taken]:
    """The places of the file, but those that only name the method."""
    said = evidence.facts.methods
    known = primitives(evidence.links) if said is not None and said.uses else []
    lineage = lineage_of(evidence.links, known)
    for use in said.uses if said is not None and known else ():
        where = Where(use.scope, guards=use.guards)
        if use.doing == "type" or touches.excused(evidence, where):
            continue
        found = touched(lineage, evidence.module, use, known)
        if found is not None:
            doing: Doing = "call" if use.doing == "call" else "read"
            touch = PrimitiveUse(
                use.span,
                use.spelled,
                where,
                found.primitive.path,
                "",
                doing,
                use.keys,
                bool(use.bound or use.named),
                found.sure,
                found.chain,
            )
            yield Taken(use, touch, found.klass)
