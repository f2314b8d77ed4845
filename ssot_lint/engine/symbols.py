"""An index and a place in a file → the contracts that the name there belongs to, where their symbols are bound, and all
places that speak of them, by whatever spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.links.index import Index
from ssot_lint.links.project import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import Contract
from ssot_lint.model.finding import Span


class FilePlace(NamedTuple):
    """A piece of a file of the project."""

    path: str
    span: Span


class NamedPiece(NamedTuple):
    """A contract, and the piece of code that names its symbol, or a callable that makes it."""

    contract: Contract
    span: Span
    spelled: str


def named_at(index: Index, path: str, line: int, column: int) -> list[NamedPiece]:
    """The contracts that the name at a place belongs to; lines count from 1, columns from 0."""
    found = []
    for world in index.worlds:
        module = world.own.get(path)
        for links in world.links if module is not None else ():
            for span, spelled in _in_module(links, module) if module is not None else ():
                if holds(span, line, column):
                    found.append(NamedPiece(links.contract, span, spelled))
                    break
            else:
                for place in definition(index, links.contract):
                    if place.path == path and place.span.line == line and holds(place.span, line, column):
                        found.append(NamedPiece(links.contract, place.span, links.contract.symbol))
                        break
    return found


def definition(index: Index, contract: Contract) -> list[FilePlace]:
    """Where the statement is that binds the canonical path of a contract."""
    found: dict[FilePlace, None] = {}
    for world in index.worlds:
        for path in contract.named("canonical"):
            file, _, rest = world.project.split(path)
            module = world.project.at(file.path) if file is not None else None
            if module is None:
                continue
            if not rest:
                found[FilePlace(module.file.path, Span(1, 0, 1, 0))] = None
            for one in module.live(rest[0]) if rest else ():
                found[FilePlace(module.file.path, one.span)] = None
    return [*found]


def references(index: Index, contract: Contract) -> list[FilePlace]:
    """All imports and uses of the symbol of a contract, in all files, sorted."""
    found: set[FilePlace] = set()
    for world in index.worlds:
        for links in world.links:
            if links.contract.symbol == contract.symbol and links.contract.kind == contract.kind:
                for path, module in world.own.items():
                    found |= {FilePlace(path, span) for span, _ in _in_module(links, module, only="symbol")}
    return sorted(found)


def _in_module(links: Links, module: Module, only: str = "") -> Iterator[tuple[Span, str]]:
    """The names in a file that lead to the symbol of a contract, or to what makes it. ``only``: to things of this
    kind."""
    for one in module.facts.imports:
        target = absolute(one.target, module)
        link = links.path(target) if target and one.name != "*" else None
        if link is not None and (not only or link.kind == only):
            yield one.span, one.bound
    for use in module.facts.uses:
        link = links.ref(use.ref, module)
        if link is not None and (not only or link.kind == only):
            yield use.ref.span, use.ref.spelled


def holds(span: Span, line: int, column: int) -> bool:
    """Whether a place is in a piece of a file, or at its end."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)
