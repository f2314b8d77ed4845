"""SOT602: code passes to an emitter, or compares with a field, a literal that is no value of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.nearness import near
from ssot_lint.rules.evidence import Evidence, Match, values


def check(evidence: Evidence) -> Iterator[Match]:
    agreed = values.agreed(evidence.links)
    listed = {*agreed, *values.vocabulary(evidence.links).retired_values}
    if not agreed:
        return
    tests = evidence.module.file.tests
    members, is_whole = values.members(evidence.links), values.is_whole(evidence.links)
    for one in values.said(evidence):
        if one.text in listed or not (one.emitted or one.compared) or (tests and one.asserted):
            continue
        nearest = near(one.text, agreed)
        # What is not known of the list may be what is said here.
        certain = one.emitted and one.known and is_whole
        if not nearest and not certain:
            continue
        meant = f'; it may be meant as "{nearest}"' if nearest else ""
        what = f'"{one.text}", {one.goes}, is no value of {evidence.links.contract.name}{meant}'
        best = members.get(nearest, f'"{nearest}"')
        yield values.match(
            evidence,
            one,
            what,
            f"write {best}" if nearest else f"give it one of {len(agreed)} values",
            may=not certain,
            mild=tests,
        )
