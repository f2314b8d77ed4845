"""SOT106: an import of the symbol has a fallback that binds its name to something else."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Binding, Import, Where
from ssot_lint.rules.evidence import Evidence, Match

BINDS = ("assign", "class", "def", "alias", "global")


def check(evidence: Evidence) -> Iterator[Match]:
    symbols = {(one.span, one.bound) for one, _ in evidence.imported()}
    places: list[tuple[Import | Binding, str, Where]] = [
        (one, one.bound, one.where)
        for one in evidence.facts.imports
        if one.where.attempts and one.name != "*"
    ]
    places += [
        (one, one.name, one.where)
        for one in evidence.facts.bindings
        if one.where.attempts and one.how in BINDS
    ]

    own = {
        path.rpartition(".")[2] for path in (evidence.canonical, evidence.links.roles.implementation) if path
    }

    def is_symbol(place: Import | Binding) -> bool:
        if isinstance(place, Import):
            return (place.span, place.bound) in symbols
        return evidence.klass(place.value) is not None and place.how in ("assign", "alias")

    for place, name, where in places:
        for attempt in where.attempts:
            line, _, part = attempt.partition(":")
            if part == "body":
                continue
            others = [
                other
                for other, bound, at in places
                if bound == name and at.scope == where.scope and f"{line}:body" in at.attempts
            ]
            proof = next((one for one in (place, *others) if is_symbol(one)), None)
            if proof is None:
                continue
            if evidence.home and name in own:
                continue
            what = _what(place)
            may = part == "any"
            verb = "may be" if may else "is"
            message = f"`{name}` {verb} {what} when the import of {evidence.canonical} fails"
            advice = "import it without a fallback: a failing import must be seen"
            chain = evidence.bound(proof, is_place=proof is place)
            yield evidence.match(place.span, message, name, where, may=may, advice=advice, chain=chain)
            break


def _what(place: Import | Binding) -> str:
    if isinstance(place, Import):
        return f"`{place.target}`"
    if place.how in ("class", "def"):
        return f"another {'class' if place.how == 'class' else 'function'}"
    if place.value is not None and place.value.form == "none":
        return "None"
    return "something else"
