"""SOT603: a value that nobody may use any more is given to an emitter or a field, or compared with one."""

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
