"""What a rule flags, and why → a match, with the chain of bindings from there to the canonical definition. Pure."""

from __future__ import annotations

import re

from ssot_lint.links.hops import hop_of, nearest
from ssot_lint.links.link import Link
from ssot_lint.links.module import absolute
from ssot_lint.model.facts import Binding, Class, Function, Import, Ref, Value
from ssot_lint.model.finding import Hop, Span
from ssot_lint.rules.evidence import Evidence, Flagged, Match, classes
from ssot_lint.rules.evidence.meaning import Meaning
from ssot_lint.rules.evidence.trail import brought, statement_hop, trail

MAY = re.compile(r"\bmay\b")

Proof = Meaning | Link | tuple[Hop, ...] | None
"""What the flagged thing is, or the hops that show it."""


def match(
    evidence: Evidence, flagged: Flagged, message: str, advice: str, proof: Proof = None, *, may: bool = False
) -> Match:
    """The match of a place, with its chain. ``advice``: what to do instead."""
    link = proof.link if isinstance(proof, Meaning) else proof if isinstance(proof, Link) else None
    place = None if flagged.is_text else Ref(flagged.span, flagged.spelled)
    if isinstance(proof, (Meaning, Link)):
        hops = way(evidence, proof, flagged.where.scope, place)
    else:
        hops = proof or way(evidence, None, flagged.where.scope, place)
    if not hops or hops[-1].text != _end(evidence.canonical):
        hops = (*hops, *definition(evidence, evidence.canonical))
    unsure = may or (link is not None and not link.sure)
    if unsure and not MAY.search(message):
        message += "; it may be something else"
    chain = tuple(dict.fromkeys(hops))
    return Match(flagged.span, message, flagged.spelled, flagged.where, chain, unsure, advice)


def way(
    evidence: Evidence, proof: Meaning | Link | None, scope: str, place: Ref | None = None
) -> tuple[Hop, ...]:
    """The hops from a place in a scope to what it leads to. ``place``: the path that is written there, if it is one."""
    if isinstance(proof, Meaning):
        chain = proof.link.chain if proof.link is not None else ()
        if proof.value is None or _is_bound_here(evidence, proof.value, scope):
            return chain
        return trail(evidence, proof.value, scope, proof.kind) or (
            *brought(evidence, proof.value, scope),
            *chain,
        )
    hops = proof.chain if proof is not None else ()
    if place is None or any(one.span == place.span for one in evidence.facts.imports):
        # What an import speaks of goes by no name of this file.
        return hops
    bound = nearest(evidence.facts, place, scope)
    return (hop_of(bound, evidence.module), *hops) if bound is not None else hops


def _is_bound_here(evidence: Evidence, value: Value, scope: str) -> bool:
    """Whether this file itself defines what a value is, or what makes it: then no name leads there."""
    if value.ref is None or value.form not in ("path", "generic", "typed", "call"):
        return False
    link = evidence.links.shown(value.ref, evidence.module, scope)
    if link is None or link.kind not in ("symbol", "factory") or link.rest or link.chain:
        return False
    return evidence.links.project.split(link.path)[0] == evidence.module.file


def bound(evidence: Evidence, one: Import | Binding, *, is_place: bool = False) -> tuple[Hop, ...]:
    """The hops from a binding of this file to what it binds. ``is_place``: the binding is flagged, and no hop."""
    hops = () if is_place else (hop_of(one, evidence.module),)
    if isinstance(one, Binding):
        return (*hops, *(trail(evidence, one.value, one.where.scope) if one.value is not None else ()))
    path = evidence.absolute(one.target)
    link = evidence.links.path(path) if path else None
    return (*hops, *(link.chain if link is not None else ()))


def descent(evidence: Evidence, qualname: str) -> tuple[Hop, ...]:
    """The hops from a subclass of this file to the symbol; none for other classes."""
    for klass, base in classes.own(evidence):
        if klass.qualname == qualname and base is not None:
            hop = statement_hop(evidence, klass, "class")
            return (hop, *way(evidence, base, klass.where.scope))
    return ()


def _end(canonical: str) -> str:
    return f"{canonical} is canonical"


def definition(evidence: Evidence, canonical: str) -> tuple[Hop, ...]:
    """A canonical definition, as the last hop of a chain."""
    links = evidence.links
    file, _, rest = links.project.split(canonical)
    if file is None:
        return ()
    module = links.project.at(file.path) if rest else None
    spans: list[Span] = []
    if module is not None:
        name = ".".join(rest)
        statements: list[Class | Function] = [*module.facts.classes, *module.facts.functions]
        spans += [one.span for one in statements if one.qualname == name and len(rest) > 1]
        spans += [one.span for one in module.live(rest[0])]
        goal = links.roles.goals.get(canonical)
        way = goal.way if goal is not None else ()
        spans += [one.span for one in module.stars if f"{absolute(one.module, module)}.{name}" in way]
    return (Hop(file.path, spans[0].line if spans else 1, _end(canonical)),)
