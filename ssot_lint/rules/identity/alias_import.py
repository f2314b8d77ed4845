"""SOT101: the symbol is imported under another name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ssot_lint.model.finding import Fix
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, names

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair


def check(evidence: Evidence) -> Iterator[Match]:
    for one, link in names.imported(evidence) if evidence.led else ():
        if not one.renamed or one.bound == evidence.links.roles.name or evidence.excused(one.where):
            continue
        if evidence.contract.local_rename == "allow" and link.at in ("canonical", "also"):
            continue
        message = f"`{one.bound}` is another name for {evidence.canonical}"
        module, _, name = evidence.canonical.rpartition(".")
        advice = f"import it by its name: from {module} import {name}"
        yield chains.match(evidence, Flagged(one.span, one.target, one.where), message, advice, link)


def fix(repair: Repair) -> Fix:
    from ssot_lint.fixes import references

    return references.fixed(repair)
