"""SOT401: something else has the symbol's name, or is a copy of it that the contract names."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, names, rivals
from ssot_lint.rules.evidence.rivals import Rival

FIRST_LINE = Span(1, 0, 1, 1)
"""Where a module is reported."""


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.contract.duplicates == "off":
        return
    imported = [one for one, _ in names.imported(evidence)]
    retired = evidence.links.roles.retired
    for one in rivals.defined(evidence.links, evidence.module):
        if retired(one.path) or (one.binding is not None and rivals.is_fallback(one.binding, imported)):
            continue
        advice = f"use {evidence.canonical}, or give it a name of its own"
        flagged = Flagged(FIRST_LINE, one.path, Where())
        if one.binding is not None:
            flagged = Flagged(one.binding.span, one.name, one.binding.where)
        match = chains.match(evidence, flagged, _message(evidence, one), advice, may=one.may)
        of_tests = evidence.module.file.tests and not names.users(evidence, one.path)
        yield match._replace(mild=of_tests)


def _message(evidence: Evidence, one: Rival) -> str:
    if one.other:
        return f"`{one.name}` is `{one.other}` here, and not {evidence.canonical}"
    verb = "may be" if one.may else "is"
    kind = "a copy of" if one.named else f"another {one.what} than"
    return f"`{one.name or one.path}` {verb} {kind} {evidence.canonical}"
