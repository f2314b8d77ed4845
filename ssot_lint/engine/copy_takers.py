"""The near copies of what contracts protect → the findings of SOT404: who takes one of them. Prints nothing.

No rule has asked the files for these names: whatever file holds one is read for it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ssot_lint.engine.judgements import Read, finding_of
from ssot_lint.engine.request import Request
from ssot_lint.facts.extract import extract
from ssot_lint.facts.prefilter import Words, present
from ssot_lint.links.module import Module
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import Finding, Hop
from ssot_lint.model.rules import RIVAL_IMPORT
from ssot_lint.rules.copies.survey import Copied
from ssot_lint.rules.copies.takers import TakenCopy, takers
from ssot_lint.settings.members import Parts


def reader(request: Request) -> Read:
    """Gives the bytes of a file. Raises Unreadable."""
    parts = Parts(request.settings)

    def read(path: str) -> bytes:
        own = request.buffers.get(path)
        return own if own is not None else request.tree.read(path, parts.limit(path))

    return read


def taken(copied: Iterable[Copied], modules: Mapping[str, Module], read: Read) -> Iterator[Finding]:
    """The places that take one of some copies. ``modules`` are the files to look at, by path."""
    copies = {}
    for one in copied:
        if one.links is not None and not one.links.roles.retired(one.definition.dotted):
            sketch = one.definition.sketch
            hop = Hop(*one.definition.place, f"{'class' if sketch.kind == 'class' else 'def'} {sketch.name}")
            copies[one.definition.dotted] = TakenCopy(
                one.definition.dotted, one.links, (hop, *one.match.chain), one.match.likeness
            )
    names = Words.of(path.rpartition(".")[2] for path in copies)
    for path, module in modules.items() if copies else ():
        try:
            data = read(path)
        except Unreadable:
            continue
        held = present(data, names)
        if not held:
            continue
        here = Module(module.file, extract(data, held), beside=module.beside)
        for copy, match in takers(here, copies):
            contract = copy.links.contract
            yield finding_of(RIVAL_IMPORT, match, here, contract.symbol, contract)
