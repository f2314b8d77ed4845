"""A call or a function → what keeps users apart in it: parameters, and the paths that are given for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ssot_lint.links.link import Link
from ssot_lint.links.module import Module
from ssot_lint.model.facts import Call, Function
from ssot_lint.rules.evidence import Evidence, meaning

DEPTH = 5
"""So many functions that hand on a key are followed from one to the next."""


def is_key(evidence: Evidence, parameter: str) -> bool:
    """Whether a parameter keeps users apart. If no factory has a parameter that the contract names, any may."""
    return parameter in evidence.contract.isolated_by or (
        evidence.links.roles.is_keyless and parameter not in ("self", "cls")
    )


def key_given(evidence: Evidence, call: Call) -> tuple[str, ...]:
    """The paths in the argument that a call gives for the isolation key. What is called makes an instance."""
    found = (one.link for one in meaning.callee(evidence, call) if one.link is not None)
    return _given(evidence, call, next(found, None), DEPTH)


def key_parameters(evidence: Evidence, link: Link, depth: int = DEPTH) -> frozenset[str] | None:
    """The parameters that keep users apart of the callable that a link leads to; None where they are not known."""
    function = evidence.links.roles.function(link.path)
    keys = frozenset(evidence.contract.isolated_by)
    if function is None:
        known = [one for _, klass in evidence.links.roles.managed for one in klass.parameters or ()]
        return keys.intersection(known) or None
    if link.kind == "factory":
        return keys.intersection(function.parameters) or None
    module = _module_of(evidence, link, function)
    if module is None or not depth:
        return None
    found: set[str] = set()
    for call in module.facts.calls:
        inner = evidence.links.ref(call.callee.ref, module) if call.callee.ref is not None else None
        if inner is not None and _makes(inner) and call.where.scope == function.qualname:
            found |= roots(_given(evidence, call, inner, depth - 1)).intersection(function.parameters)
    return frozenset(found)


def roots(paths: Iterable[str]) -> set[str]:
    """The names that paths begin with."""
    return {path.partition(".")[0] for path in paths}


def _makes(link: Link) -> bool:
    return link.kind in ("factory", "maker") or (link.kind in ("symbol", "subclass") and not link.rest)


def _given(evidence: Evidence, call: Call, link: Link | None, depth: int) -> tuple[str, ...]:
    """The paths in the argument for the isolation key of what a link leads to."""
    keys = evidence.contract.isolated_by
    if not keys:
        # The contract does not say what keeps users apart: anything may.
        return tuple(name for one in call.arguments for name in one.names)
    known = key_parameters(evidence, link, depth) if link is not None else None
    wanted = known if known is not None else frozenset(keys)
    for argument in call.arguments:
        if argument.slot in wanted:
            return argument.names
    places = [str(place) for place, name in enumerate(_parameters(evidence, link)) if name in wanted]
    if known is None and not places:
        places = ["0"]
    return tuple(name for one in call.arguments if one.slot in places for name in one.names)


def _parameters(evidence: Evidence, link: Link | None) -> Sequence[str]:
    """The parameters of what is called, without its object or class."""
    function = evidence.links.roles.function(link.path) if link is not None else None
    if function is not None:
        return [one for one in function.parameters if one not in ("self", "cls")]
    known = [klass.parameters for _, klass in evidence.links.roles.managed if klass.parameters is not None]
    return known[0] if link is not None and link.kind == "symbol" and known else ()


def _module_of(evidence: Evidence, link: Link, function: Function) -> Module | None:
    """The file that defines a function: this file, or the module in the path of the link."""
    found, _ = evidence.links.project.find(link.path)
    candidates = [evidence.module, *([found] if found is not None else [])]
    return next((one for one in candidates if function in one.facts.functions), None)
