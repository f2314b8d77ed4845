"""SOT601: code spells a value by hand where it could use a member of canonical."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match, values


def check(evidence: Evidence) -> Iterator[Match]:
    members, agreed = values.members(evidence.links), {*values.agreed(evidence.links)}
    tests = evidence.module.file.tests
    for one in values.said(evidence):
        member = members.get(one.text) if one.text in agreed else None
        if member is None or (tests and one.asserted):
            continue
        goes = f", {one.goes}," if one.goes else ""
        yield values.match(
            evidence,
            one,
            f'"{one.text}"{goes} is spelled out, and is `{member}`',
            f"write {member}",
            mild=tests,
        )
