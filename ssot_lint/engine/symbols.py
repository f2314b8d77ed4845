"""An index and a place in a file → the contracts that the name there belongs to, where their symbols are bound, and all
places that speak of them, by whatever spelling.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ssot_lint.links.index import Index
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import is_exported, names_in
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import Contract
from ssot_lint.model.finding import Finding, Span
from ssot_lint.rules.evidence import Evidence, texts


class FilePlace(NamedTuple):
    """A piece of a file of the project."""

    path: str
    span: Span


class NamedPiece(NamedTuple):
    """A contract, and the piece of code that names its symbol, or a callable that makes it."""

    contract: Contract
    span: Span
    spelled: str


def named_at(index: Index, retired: Iterable[Finding], path: str, line: int, column: int) -> list[NamedPiece]:
    """The contracts that the name at a place belongs to; lines count from 1, columns from 0. ``retired``: the findings
    about retired names, for nothing but the contract says what those stand for that nothing binds."""
    found = []
    for world in index.worlds:
        module = world.own.get(path)
        if module is None:
            continue
        for links in world.links:
            pieces = _in_file(index, links, module, retired)
            at = next(((span, spelled) for span, spelled in pieces if holds(span, line, column)), None)
            if at is not None:
                found.append(NamedPiece(links.contract, *at))
    return found


def _in_file(
    index: Index, links: Links, module: Module, retired: Iterable[Finding]
) -> Iterator[tuple[Span, str]]:
    """All names in a file that have to do with a contract."""
    contract, path = links.contract, module.file.path
    yield from _in_module(links, module)
    yield from _given(links, module)
    yield from ((one.span, contract.symbol) for one in definition(index, contract) if one.path == path)
    spans = [one.span for one in retired if one.path == path and one.contract == contract.name]
    yield from ((one.span, contract.symbol) for one in _unbound(module, spans, ()))


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


def references(index: Index, retired: Iterable[Finding], contract: Contract) -> list[FilePlace]:
    """All imports and uses of the symbol of a contract, in all files, sorted; strings that are used as an import are
    among them. ``retired``: as with ``named_at``."""
    found: set[FilePlace] = set()
    own = [one for one in retired if one.contract == contract.name]
    for world in index.worlds:
        for links in world.links:
            if links.contract.symbol == contract.symbol and links.contract.kind == contract.kind:
                for path, module in world.own.items():
                    found |= {FilePlace(path, span) for span, _ in _in_module(links, module, only="symbol")}
                for path in {one.path for one in own} & world.own.keys():
                    spans = [one.span for one in own if one.path == path]
                    found |= _unbound(world.own[path], spans, {one.span for one in found if one.path == path})
    return sorted(found)


def handed_on(index: Index, path: str, module: str) -> Iterator[tuple[str, Contract]]:
    """The names of a module that lead to the symbol of a contract by another path than it shall be used by, with the
    contract, for a file that is no home of it."""
    for world in index.worlds:
        own = world.own.get(path)
        for links in world.links:
            if own is not None and links.roles.is_home(own):
                continue
            for name in names_in(links.project, module):
                link = links.path(f"{module}.{name}")
                is_symbol = link is not None and link.kind == "symbol" and not link.rest
                if link is not None and is_symbol and link.at not in ("canonical", "also"):
                    yield name, links.contract


def leads(index: Index, contract: Contract, path: str) -> bool:
    """Whether a path leads to the symbol of a contract."""
    for world in index.worlds:
        for links in world.links:
            link = links.path(path) if links.contract == contract else None
            if link is not None and link.kind == "symbol" and not link.rest:
                return True
    return False


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


def _in_module(links: Links, module: Module, only: str = "") -> Iterator[tuple[Span, str]]:
    """The names in a file that lead to the symbol of a contract, or to what makes it. ``only``: to things of this
    kind."""

    def leads(path: str | None) -> bool:
        link = links.path(path) if path else None
        return link is not None and (not only or link.kind == only)

    for one in module.facts.imports:
        if one.name == "*":
            source = absolute(one.module, module)
            names = names_in(links.project, source) if source else []
            if any(leads(f"{source}.{name}") and is_exported(links.project, source, name) for name in names):
                yield one.span, "*"
        elif leads(absolute(one.target, module)):
            yield one.span, one.bound
    for use in module.facts.uses:
        link = links.ref(use.ref, module)
        if link is not None and (not only or link.kind == only):
            yield use.ref.span, use.ref.spelled
    # What a string stands for needs no inference.
    evidence = Evidence(links, module, lambda value: ())
    for text in module.facts.texts:
        if leads(texts.path(evidence, text)):
            yield text.span, text.value


def _given(links: Links, module: Module) -> Iterator[tuple[Span, str]]:
    """The names that statements of a file give to the symbol of a contract, or to what makes it."""
    for one in module.facts.bindings:
        ref = one.value.ref if one.value is not None and one.value.form == "path" else None
        if ref is not None and links.ref(ref, module) is not None:
            yield one.span, one.name


def holds(span: Span, line: int, column: int) -> bool:
    """Whether a place is in a piece of a file, or at its end."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)
