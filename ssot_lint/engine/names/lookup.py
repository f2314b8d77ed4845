"""An index and a name as somebody writes it → the contracts that the name belongs to, and what it is to each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import BaseContract, Contract
from ssot_lint.model.contracts.contract import Role
from ssot_lint.model.facts import Import
from ssot_lint.model.wording import nearest
from ssot_lint.settings.members import ROOT

Standing = Literal[
    "contract",  # the name of the contract itself
    "canonical",  # the path by which everyone shall use the symbol
    "primitive",  # a foreign name that only a home may touch
    "factory",  # a callable that alone may make an instance
    "implementation",  # where its statement is, which is private
    "also",  # a further path that is allowed
    "retired",  # a name that nobody may use any more
    "instead",  # a class that nobody may derive from in the symbol's place
    "alias",  # another name or path that leads there
    "rival",  # a known copy
    "member",  # a class that must derive from the symbol
    "subclass",  # a class that does
    "maker",  # another callable that hands out an instance
    "instance",  # an object of the class
    "emitter",  # a callable that is given an agreed value
    "value",  # an agreed value
    "retired-value",  # a value that code must no longer use
]
"""What a name is to a contract, the nearest first."""

_ORDER: tuple[Standing, ...] = Standing.__args__  # type: ignore[attr-defined]

_DECLARED: tuple[tuple[Role, Standing], ...] = (
    ("canonical", "canonical"),
    ("primitive", "primitive"),
    ("factory", "factory"),
    ("implementation", "implementation"),
    ("also", "also"),
    ("instead", "instead"),
    ("emitter", "emitter"),
)
_BY_KIND: dict[str, Standing] = {
    "symbol": "alias",
    "instead": "instead",
    "subclass": "subclass",
    "double": "subclass",
    "factory": "factory",
    "maker": "maker",
    "instance": "instance",
}
"""What a name is that only leads to something, by what that is."""


class Lookup(NamedTuple):
    """What a name is to a contract. ``path`` is the dotted path that it goes by; ``origin`` the contract's own path
    that this leads to, empty where it leads to none. ``links`` are those of the world in which that was found.
    ``name``: what the root calls the contract; ``key`` is the same in all worlds."""

    links: Links
    standing: Standing
    path: str
    origin: str = ""
    name: str = ""
    key: tuple[str, str] = ("", "")

    @property
    def contract(self) -> Contract:
        return self.links.contract


def lookups(index: Index, written: str) -> list[Lookup]:
    """What a name is to each contract that it has to do with, the nearest first; one answer a contract. It may be bare,
    retired, private, an alias or dotted, or the name of a contract."""
    name = bare(written)
    if not name:
        return []
    known = held_contracts(index)
    found = [
        ((_ORDER.index(one.standing), held.folder != held.owner, number), held.key, one)
        for number, held in enumerate(known)
        for one in _of_contract(
            held.world, held.links, held.links.contract.name if name == held.whole else name
        )
    ]
    names = Counter(own for _, own in {held.key for held in known})
    best: dict[tuple[str, str], Lookup] = {}
    for _, key, one in sorted(found, key=lambda each: each[0]):
        owner, own = key
        called = f"{own}@{owner}" if owner and names[own] > 1 else own
        best.setdefault(key, one._replace(name=called, key=key))
    return [*best.values()]


def bare(written: str) -> str:
    """The name in what somebody writes: without the signs of a call, a quotation or a module."""
    return written.strip().strip("`'\"").removesuffix("()").replace(":", ".").strip(". ")


def near(index: Index, written: str) -> str:
    """The nearest name that a contract goes by; empty where none is near."""
    name = bare(written)
    known = {one: None for held in held_contracts(index) for one in _names(held.links)}
    found = nearest(name, known)
    if found or "." not in name:
        return found
    by_last = {one.rpartition(".")[2]: one for one in reversed([*known])}
    return by_last.get(nearest(name.rpartition(".")[2], by_last), "")


class HeldContract(NamedTuple):
    """A contract in a world: that of the root or a member, by its folder. ``owner`` has declared it."""

    world: Index
    folder: str
    links: Links
    owner: str

    @property
    def key(self) -> tuple[str, str]:
        """The same in all worlds."""
        return self.owner, self.links.contract.name.removesuffix(f"@{self.owner}")

    @property
    def whole(self) -> str:
        """``NAME@FOLDER``."""
        return f"{self.key[1]}@{self.owner}"


def held_contracts(index: Index) -> list[HeldContract]:
    """Each contract in each world, those of the root first."""
    return [
        HeldContract(world, folder, links, owner)
        for folder, world in index.by_folder.items()
        for links, owner in zip(world.links, _owners(world), strict=True)
    ]


def _owners(world: Index) -> Sequence[str]:
    """Who has declared each of the contracts of a world."""
    if world.world is None:
        return [ROOT] * len(world.links)
    return [one.owner for one in world.world.contracts]


def _names(links: Links) -> Iterator[str]:
    """All names that a contract gives: its own, paths, and what these end in."""
    yield links.contract.name
    roles: tuple[Role, ...] = (*(role for role, _ in _DECLARED), "retired", "rival", "value", "retired-value")
    for path in links.contract.named(*roles):
        if "*" not in path:
            yield path
            yield path.rpartition(".")[2]


def _of_contract(world: Index, links: Links, name: str) -> Iterator[Lookup]:
    contract = links.contract
    if name == contract.name:
        yield Lookup(links, "contract", contract.symbol, contract.symbol)
    yield from _declared(links, name)
    if "." in name:
        link = links.path(name)
        if link is not None:
            yield _through(links, link)
    yield from (_through(links, link) for link in _in_code(world, links, name))
    for path in contract.named("rival"):
        if _ends(path, name):
            yield Lookup(links, "rival", path, contract.symbol)
    if isinstance(contract, BaseContract) and contract.claims(name):
        yield Lookup(links, "member", name, contract.symbol)
    values = contract.named("value")
    if not values and contract.lists_values:
        own = links.roles.listed
        values = tuple(one.text for one in own.words.entries if one.known) if own is not None else ()
    if name in values:
        yield Lookup(links, "value", contract.symbol, contract.symbol)
    if name in contract.named("retired-value"):
        yield Lookup(links, "retired-value", contract.symbol, contract.symbol)


def _declared(links: Links, name: str) -> Iterator[Lookup]:
    """What a name is by what the contract says itself."""
    contract, roles = links.contract, links.roles
    for role, standing in _DECLARED:
        for path in contract.named(role):
            if _ends(path, name):
                yield Lookup(links, standing, path, path)
    if roles.implementation and _ends(roles.implementation, name):
        yield Lookup(links, "implementation", roles.implementation, contract.symbol)
    retired = roles.retired(name) if "." in name else roles.retired_name(name)
    ended = (one for one in contract.named("retired") if "." in one and "*" not in one and _ends(one, name))
    path = retired or next(ended, "")
    if path:
        yield Lookup(links, "retired", path if "*" not in path else name, contract.symbol)


def _ends(path: str, name: str) -> bool:
    """Whether a path is meant by a name: it is the path, or its end."""
    return path == name or path.endswith(f".{name}")


def _through(links: Links, link: Link) -> Lookup:
    standing: Standing = _BY_KIND[link.kind]
    if link.kind == "symbol" and link.at:
        standing = "primitive" if link.path in links.contract.named("primitive") else link.at
    if links.roles.retired(link.path) and standing == "alias":
        standing = "retired"
    return Lookup(links, standing, link.path, link.origin)


def _in_code(world: Index, links: Links, name: str) -> Iterator[Link]:
    """What a name leads to where the project's code binds it, or spells it."""
    for module in world.own.values():
        head, _, rest = name.partition(".")
        if head in module.bound_names:
            link = links.path(f"{module.name}.{name}")
            if link is not None:
                yield link
        if not rest:
            yield from _imported(links, module, name)
        for use in module.facts.uses:
            if use.ref.spelled == name:
                found = links.ref(use.ref, module)
                if found is not None:
                    yield _called(name, found)


def _imported(links: Links, module: Module, name: str) -> Iterator[Link]:
    """What a name leads to that an import binds in a function or class."""
    for one in module.by_name.get(name, ()):
        target = absolute(one.target, module) if isinstance(one, Import) and one.where.scope else ""
        link = links.path(target) if target else None
        if link is not None:
            yield _called(name, link)


def _called(name: str, link: Link) -> Link:
    """A link by a name: the canonical path is no canonical name where it goes by another one."""
    is_same = name.rpartition(".")[2] == link.path.rpartition(".")[2]
    return link if is_same or link.kind != "symbol" else link._replace(at="")


__all__ = ["HeldContract", "Lookup", "Standing", "bare", "held_contracts", "lookups", "near"]
