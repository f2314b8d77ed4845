"""SOT305: instances write to a container that they all share."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.model import Hop, Where


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    path = evidence.module.file.path
    for klass, _ in evidence.own_classes():
        writes = [
            one
            for one in evidence.facts.writes
            if (one.klass == klass.qualname or one.klass.startswith(klass.qualname + "."))
            and one.where.deferred
        ]
        for slot in evidence.facts.slots:
            if slot.form != "container":
                continue
            if slot.owner == klass.qualname and slot.name not in klass.fresh:
                writers = [
                    one
                    for one in writes
                    if one.owner in ("self", "class") and one.name == slot.name and one.how != "rebind"
                ]
                shown = f"{klass.name}.{slot.name}"
            elif not slot.owner:
                writers = [one for one in writes if one.owner == "name" and one.name == slot.name]
                shown = slot.name
            else:
                continue
            if not writers:
                continue
            first = writers[0]
            message = (
                f"all instances of {evidence.canonical} write to `{shown}`, as at line {first.span.line}"
            )
            chain = tuple(
                Hop(path, one.span.line, f"{one.where.scope} writes to {shown}") for one in writers[:5]
            )
            where = Where(slot.owner, "class" if slot.owner else "module")
            advice = "make it in `__init__`, one for each instance"
            yield evidence.match(slot.span, message, slot.name, where, chain=chain, advice=advice)
