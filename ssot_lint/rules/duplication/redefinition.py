"""SOT403: the symbol is defined more than once in its module."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ssot_lint.links.hops import hop_of
from ssot_lint.model.facts import Binding, Where
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains

_NEVER = frozenset(["typing", "main"])
"""Branches that do not run where others import the module."""


def check(evidence: Evidence) -> Iterator[Match]:
    roles = evidence.links.roles
    for path in dict.fromkeys([evidence.canonical, roles.implementation]):
        module, _, name = path.rpartition(".")
        if module == evidence.module.name:
            yield from _again(evidence, name)


def _again(evidence: Evidence, name: str) -> Iterator[Match]:
    found = [
        one
        for one in evidence.facts.bindings
        if one.name == name and one.how in ("class", "def") and not one.where.scope and _runs(one.where)
    ]
    for before, one in pairwise(found):
        if _may_be_apart(before.where, one.where) or _is_overload(evidence, before):
            continue
        may = bool(one.where.guards)
        verb = "may be" if may else "is"
        message = f"`{name}` {verb} defined again, and takes the place of the one in line {before.span.line}"
        flagged = Flagged(one.span, name, one.where)
        advice = "keep one definition"
        yield chains.match(evidence, flagged, message, advice, (hop_of(before, evidence.module),), may=may)


def _runs(where: Where) -> bool:
    return _NEVER.isdisjoint(where.guards)


def _may_be_apart(before: Where, after: Where) -> bool:
    """Whether two places may be in branches of which one alone runs."""
    return bool(before.guards and after.guards)


def _is_overload(evidence: Evidence, binding: Binding) -> bool:
    """Whether a decorator takes note of a definition, which the next one does not take away then."""
    decorated = (
        one for one in evidence.facts.functions if one.span == binding.span and one.qualname == binding.name
    )
    return any(one.decorators for one in decorated)
