"""SOT101: the symbol is imported under another name."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match


def check(evidence: Evidence) -> Iterator[Match]:
    name = evidence.links.roles.name
    for one, link in evidence.imported():
        if not one.renamed or one.bound == name or evidence.excused(one.where):
            continue
        if evidence.contract.local_rename == "allow" and link.at in ("canonical", "also"):
            continue
        message = f"`{one.bound}` is another name for {evidence.canonical}"
        advice = f"import it by its name: {import_of(evidence.canonical)}"
        yield evidence.match(one.span, message, one.target, one.where, link, advice=advice)


def import_of(path: str) -> str:
    module, _, name = path.rpartition(".")
    return f"from {module} import {name}"
