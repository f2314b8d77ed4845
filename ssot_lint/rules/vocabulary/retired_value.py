"""SOT603: code passes a retired value to an emitter, puts it into a field, or compares a field with it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.nearness import near
from ssot_lint.rules.evidence import Evidence, Match, values


def check(evidence: Evidence) -> Iterator[Match]:
    retired = {*values.vocabulary(evidence.links).retired_values}
    agreed, members = values.agreed(evidence.links), values.members(evidence.links)
    tests = evidence.module.file.tests
    for one in values.said(evidence):
        if one.text not in retired or (tests and one.asserted):
            continue
        nearest = near(one.text, agreed)
        goes = f", {one.goes}," if one.goes else ""
        yield values.match(
            evidence,
            one,
            f'"{one.text}"{goes} is retired',
            f"write {members.get(nearest, nearest)}" if nearest else "write a value that is in use",
        )
