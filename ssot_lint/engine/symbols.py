"""An index and a place in a file → the contracts that the name there belongs to, where their symbols are bound, and all
places that speak of them, by whatever spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ssot_lint.engine.pieces import (
    OTHER,
    SYMBOL,
    SpokenPiece,
    Subject,
    defined,
    listed_in_all,
    pieces,
    spelled_out,
    spoken,
)
from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import names_in
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import Contract, Role
from ssot_lint.model.finding import Finding, Span

_ROLES: tuple[Role, ...] = ("canonical", "primitive")
"""What tells contracts of one kind apart, whatever members call them."""


class FilePlace(NamedTuple):
    """A piece of a file of the project."""

    path: str
    span: Span


class NamedPiece(NamedTuple):
    """A contract, and the piece of code that names what belongs to it."""

    contract: Contract
    span: Span
    spelled: str
    subject: Subject


def named_at(
    index: Index, retired: Iterable[Finding], path: str, line: int, column: int, row: str
) -> list[NamedPiece]:
    """The contracts that the name at a place belongs to; lines count from 1, columns from 0, and ``row`` is the line.
    ``retired``: the findings about retired names, for nothing but the contract says what those stand for that nothing
    binds."""
    found = []
    for world in index.worlds:
        module = world.own.get(path)
        for links in world.links if module is not None else ():
            assert module is not None
            spans = [one.span for one in retired if one.path == path and one.contract == links.contract.name]
            unbound = (
                SpokenPiece(one.span, links.contract.symbol, SYMBOL) for one in _unbound(module, spans, ())
            )
            for one in (*pieces(links, module), *unbound):
                span = _of_name(one, row) if one.name and one.span.line == line else one.span
                if holds(span, line, column):
                    found.append(NamedPiece(links.contract, span, one.spelled, one.subject))
                    break
    return found


def _of_name(piece: SpokenPiece, row: str) -> Span:
    """The name in the head of a statement, or from the name of a member to its value; the whole of what is known where
    the name is not in that line."""
    span = piece.span
    is_member = piece.subject.kind == "member"
    found = re.compile(rf"\b{re.escape(piece.name)}\b").search(row, 0 if is_member else span.column)
    if found is None or (is_member and found.end() > span.column):
        return span
    return (
        span._replace(column=found.start())
        if is_member
        else Span(span.line, found.start(), span.line, found.end())
    )


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


def declarations(index: Index, contract: Contract, subject: Subject) -> list[FilePlace]:
    """Where the statements are that define what is meant."""
    if subject.kind in ("symbol", "other"):
        return definition(index, contract)
    return sorted({place for place, one in _of_contract(index, contract, defined) if one.subject == subject})


def references(
    index: Index, retired: Iterable[Finding], contract: Contract, subject: Subject = SYMBOL
) -> list[FilePlace]:
    """All imports and uses of the symbol of a contract, or of what else of it is meant, in all files, sorted; strings
    that are used as an import, or stand in ``__all__``, are among them, and so are values that are written by hand.
    ``retired``: as with ``named_at``."""
    wanted = SYMBOL if subject == OTHER else subject
    found: set[FilePlace] = set()
    for function in (spoken, listed_in_all, spelled_out):
        found |= {place for place, one in _of_contract(index, contract, function) if _is_of(one, wanted)}
    own = [one for one in retired if one.contract == contract.name and wanted == SYMBOL]
    for world in index.worlds:
        for path in {one.path for one in own} & world.own.keys():
            spans = [one.span for one in own if one.path == path]
            found |= _unbound(world.own[path], spans, {one.span for one in found if one.path == path})
    return sorted(found)


def _is_of(piece: SpokenPiece, wanted: Subject) -> bool:
    """Whether a piece is one of what is meant: what speaks of a member speaks of its vocabulary, too; of a dotted name
    the beginning does so already."""
    is_alone = piece.subject.kind == "member" and not piece.is_end
    return piece.subject == wanted or (wanted == SYMBOL and is_alone)


def _of_contract(
    index: Index, contract: Contract, find: Callable[[Links, Module], Iterable[SpokenPiece]]
) -> Iterator[tuple[FilePlace, SpokenPiece]]:
    """The pieces of all files that have to do with a contract, by whatever name members know it."""
    for world in index.worlds:
        for links in world.links:
            own = links.contract
            if own.kind == contract.kind and own.named(*_ROLES) == contract.named(*_ROLES):
                for path, module in world.own.items():
                    yield from ((FilePlace(path, one.span), one) for one in find(links, module))


def world_of(index: Index, path: str) -> Index:
    """What is known where a file is judged: of its member, or else of the root."""
    worlds = (one for one in index.worlds if one.world is not None and path in one.world.files)
    return next(worlds, index)


def handed_on(world: Index, path: str, module: str) -> Iterator[tuple[str, Contract]]:
    """The names of a module that lead to the symbol of a contract by another path than it shall be used by, with the
    contract, for a file that is no home of it."""
    own = world.own.get(path)
    for links in world.links:
        if own is not None and links.roles.is_home(own):
            continue
        for name in names_in(links.project, module):
            link = links.path(f"{module}.{name}")
            if link is not None and _is_symbol(link) and link.at not in ("canonical", "also"):
                yield name, links.contract


def members(world: Index, module: str) -> Iterator[tuple[str, Contract]]:
    """The names of a module that are members of a vocabulary, which the module is, with the contract."""
    for links in world.links:
        own = links.roles.listed
        if own is not None and own.words.form == "module" and module in own.module.file.names:
            yield from ((one.name, links.contract) for one in own.words.entries)


def leads(world: Index, contract: Contract, path: str) -> bool:
    """Whether a path leads to the symbol of a contract."""
    found = (links.path(path) for links in world.links if links.contract == contract)
    return any(link is not None and _is_symbol(link) for link in found)


def _is_symbol(link: Link) -> bool:
    return link.kind == "symbol" and not link.rest


def _unbound(module: Module, retired: Sequence[Span], known: Collection[Span]) -> set[FilePlace]:
    """The places of retired names that lead nowhere, and of what uses these after an import."""
    spans = {one for one in retired if not any(_overlap(one, other) for other in known)}
    paths = {absolute(one.target, module) for one in module.facts.imports if one.span in spans} - {""}
    spans |= {
        one.ref.span
        for one in module.facts.uses
        if not paths.isdisjoint(absolute(target, module) for target in one.ref.targets)
    }
    return {FilePlace(module.file.path, one) for one in spans}


def _overlap(one: Span, other: Span) -> bool:
    return holds(one, other.line, other.column) or holds(other, one.line, one.column)


def holds(span: Span, line: int, column: int) -> bool:
    """Whether a place is in a piece of a file, or at its end."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)
