"""SOT702: a class does not derive from a canonical class, though the contract wants that."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.finding import Hop
from ssot_lint.rules.evidence import Evidence, Flagged, Match, names, shapes
from ssot_lint.rules.evidence.shapes import Descent

_OTHERS = ("Protocol", "TypedDict", "NamedTuple")

OTHER_KINDS = (
    "enum.",
    *(f"{module}.{name}" for module in ("typing", "typing_extensions") for name in _OTHERS),
)
"""Bases of classes that are no such thing, whatever they are called: some of these can have no other base at all."""


def check(evidence: Evidence) -> Iterator[Match]:
    contract = shapes.contract_of(evidence)
    if not contract.classes:
        return
    for klass in shapes.classes(evidence):
        if klass.where.kind == "class" and klass.name in names.CONFIGURATIONS:
            # It says something of the class around it.
            continue
        if not contract.claims(f"{evidence.module.name}.{klass.qualname}"):
            continue
        found = shapes.descent(evidence, klass, evidence.module)
        if found.derives == "yes" or any(one.path.startswith(OTHER_KINDS) for one in found.bases):
            continue
        may = found.derives == "may"
        canonical = shapes.either(shapes.canonicals(evidence))
        flagged = Flagged(klass.span, klass.name, klass.where)
        message = f"`{klass.name}` must derive from {canonical}{_doubt(found)}"
        yield shapes.match(evidence, flagged, message, _chain(found), may)


def _doubt(found: Descent) -> str:
    """What leaves it open whether a class derives from a canonical one, as the end of a message."""
    if found.derives != "may":
        return ""
    base = f"its base `{found.opaque.path}`" if found.opaque is not None and found.opaque.path else "a base"
    return f"; {base} may or may not"


def _chain(found: Descent) -> tuple[Hop, ...]:
    """The bases that show why it does not."""
    if found.opaque is not None:
        return found.opaque.hops
    return next((one.hops for one in reversed(found.bases) if one.hops), ())
