"""SOT604: no emitter is ever given a value of canonical."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.emitters import Emitted, emitted
from ssot_lint.rules.evidence import Evidence, Match, values

_EMITTED = "emitted"


def check(evidence: Evidence) -> Iterator[Match]:
    links = evidence.links
    contract, own = values.vocabulary(links), links.roles.listed
    if not (contract.emitters and contract.complete) or own is None:
        return
    if own.module.file != evidence.module.file:
        return
    everything = links.project.every()
    if _EMITTED not in links.whole:
        links.whole[_EMITTED] = emitted(links, list(everything))
    given = links.whole[_EMITTED]
    assert isinstance(given, Emitted)
    if not given.calls or len(given.dark) > 1 or given.passes:
        return
    members = values.members(links)
    for entry in own.words.entries:
        if entry.known and entry.text not in given.values:
            name = members.get(entry.text, f'"{entry.text}"')
            unless = ": one call gives what is not known" if given.dark else ""
            verb = "may never be" if given.dark else "is never"
            yield values.match(
                evidence,
                values.at(entry.span, entry.name or entry.text),
                f"`{name}` {verb} given to an emitter{unless}",
                "emit it, or remove it",
                may=bool(given.dark),
            )
