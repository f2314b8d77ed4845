"""SOT402: a class or function resembles another one."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Hop
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.exclusions import is_compared
from ssot_lint.rules.copies.likeness import score
from ssot_lint.rules.copies.nearest import Copy, copies
from ssot_lint.rules.copies.survey import Copied, CopySurvey, hop, protected_by
from ssot_lint.rules.copies.wording import percent, said
from ssot_lint.rules.evidence import Match


def check(survey: CopySurvey) -> Iterator[Copied]:
    """All copies of a project: of what contracts protect, and then, where that is asked, of anything."""
    for links in survey.contracts:
        for copy in _of_contract(survey, links):
            yield Copied(copy.definition, _against(copy, links.contract.symbol), links)
    if survey.least is not None:
        compared = [one for one in survey.definitions if is_compared(one)]
        originals = frozenset(one.place for own in survey.originals.values() for one in own)
        are_apart, is_excused = survey.lineage.are_apart, survey.is_excused
        for copy in copies(compared, survey.least, are_apart, is_excused, originals, survey.scored):
            yield Copied(copy.definition, _beside(copy))


def _of_contract(survey: CopySurvey, links: Links) -> Iterator[Copy]:
    """The copies of what a contract protects, each with the statement that it is most alike."""
    contract = links.contract
    assert isinstance(contract, ClassContract)
    originals = [one for path in sorted(protected_by(links)) for one in survey.originals.get(path, ())]
    for one in survey.definitions:
        # What another contract protects is meant to be there.
        if one.dotted in survey.originals or _is_free(one, links):
            continue
        near = [
            Copy(one, other, score(one, other)) for other in originals if survey.lineage.are_apart(one, other)
        ]
        best = max(near, key=lambda copy: copy.score, default=None)
        if best is not None and best.score >= contract.similarity and not _derives(one, links):
            yield best


def _derives(one: ComparedDefinition, links: Links) -> bool:
    """Whether a class derives from what the contract protects: SOT203 judges these."""
    link = links.path(one.dotted)
    return link is not None and not link.rest and link.kind in ("subclass", "double")


def _is_free(one: ComparedDefinition, links: Links) -> bool:
    """Whether a definition may resemble what the contract protects: at home, and as a test double."""
    at_home = one.module in links.roles.homes or links.contract.is_home(one.module, "")
    return at_home or links.roles.is_double(one.sketch.name)


def _against(copy: Copy, canonical: str) -> Match:
    """A copy of what a contract protects."""
    name = canonical if copy.other.dotted == canonical else f"{canonical}, at {copy.other.dotted}"
    advice = f"use {canonical}"
    return _match(copy, said(copy, name), hop(copy.other, f"{canonical} is canonical"), advice, canonical)


def _beside(copy: Copy) -> Match:
    """A copy of anything."""
    text = f"{copy.other.sketch.kind} {copy.other.sketch.name}"
    advice = f"keep one of them, as {copy.other.dotted}"
    return _match(copy, said(copy, copy.other.dotted), hop(copy.other, text), advice, copy.other.dotted)


def _match(copy: Copy, message: str, chain: tuple[Hop, ...], advice: str, symbol: str) -> Match:
    sketch = copy.definition.sketch
    alike = percent(copy)
    return Match(
        sketch.span, message, sketch.name, Where(), chain, advice=advice, symbol=symbol, likeness=alike
    )
