"""An index and what a name is to a contract → all names of the symbol in the code, each with its places. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.engine.names.lookup import Lookup, Standing, held_contracts
from ssot_lint.engine.symbols import FilePlace
from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links


class Spelling(NamedTuple):
    """A name as the code writes it, what it is to the contract, and the dotted paths that it goes by. ``places`` are
    sorted; there are none where the contract alone has the name."""

    name: str
    standing: Standing
    paths: tuple[str, ...]
    places: tuple[FilePlace, ...]


class _Seen(NamedTuple):
    name: str
    standing: Standing
    path: str
    place: FilePlace


def spellings(index: Index, found: Lookup) -> list[Spelling]:
    """All names of the symbol that is meant: first those with places, sorted, then those that nobody uses. Of several
    primitives that alone is meant which was asked for."""
    contract = found.contract
    primitives = contract.named("primitive")
    only = found.origin if found.origin in primitives else ""
    seen: set[_Seen] = set()
    for held in held_contracts(index):
        if held.key == found.key:
            for path, module in held.world.own.items():
                seen.update(_in_module(held.links, module, path, only))
    by_name: dict[tuple[str, Standing], list[_Seen]] = {}
    for one in sorted(seen):
        by_name.setdefault((one.name, one.standing), []).append(one)
    told = [
        Spelling(name, standing, tuple(sorted({one.path for one in own})), tuple(one.place for one in own))
        for (name, standing), own in by_name.items()
    ]
    known = {one.name.rpartition(".")[2] for one in told} | {path for one in told for path in one.paths}
    return told + [one for one in _unused(found, only) if not {one.name, *one.paths} & known]


def _unused(found: Lookup, only: str) -> Iterator[Spelling]:
    """The names that the contract gives."""
    contract = found.contract
    declared: tuple[tuple[Standing, tuple[str, ...]], ...] = (
        ("canonical", contract.named("canonical")),
        ("primitive", (only,) if only else contract.named("primitive")),
        ("implementation", contract.named("implementation")),
        ("also", contract.named("also")),
        ("retired", contract.named("retired")),
    )
    for standing, paths in declared:
        for path in paths:
            name = path if "*" in path else path.rpartition(".")[2]
            yield Spelling(name, standing, (path,) if "." in path else (), ())


def _in_module(links: Links, module: Module, path: str, only: str) -> Iterator[_Seen]:
    """The names in a file that lead to the symbol."""
    for name, link, place in _named(links, module, path):
        if link is not None and link.kind == "symbol" and not link.rest and (not only or link.origin == only):
            yield _Seen(name, _standing(links, link, name), link.path, place)


def _named(links: Links, module: Module, path: str) -> Iterator[tuple[str, Link | None, FilePlace]]:
    for one in module.facts.imports:
        target = absolute(one.target, module)
        if target and one.name != "*":
            link = links.path(target)
            place = FilePlace(path, one.span)
            yield one.name or one.module, link, place
            if one.renamed and one.bound != one.name:
                yield one.bound, link, place
    for binding in module.facts.bindings:
        if binding.of_module and binding.how in ("assign", "class", "def", "alias", "global", "key"):
            yield binding.name, links.path(f"{module.name}.{binding.name}"), FilePlace(path, binding.span)
    for use in module.facts.uses:
        yield use.ref.spelled, links.ref(use.ref, module), FilePlace(path, use.ref.span)
    for text in module.facts.texts:
        if "." in text.value:
            yield text.value, links.path(text.value), FilePlace(path, text.span)


def _standing(links: Links, link: Link, name: str) -> Standing:
    """What a written name is to the contract that its path leads to."""
    roles, last = links.roles, name.rpartition(".")[2]
    if roles.retired_name(last) or roles.retired(link.path):
        return "retired"
    if link.at and last == link.path.rpartition(".")[2]:
        if link.path in links.contract.named("primitive"):
            return "primitive"
        return link.at
    return "alias"


__all__ = ["Spelling", "spellings"]
