"""One file and the near copies of what contracts protect → where the file takes one of them from its module. Pure.

A copy that another module hands on under its own path is found where that module takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ssot_lint.links.hops import hop_of, nearest
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.dotted import beginnings, ends
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Hop, Span
from ssot_lint.model.patching import BY_PATH, SETTERS
from ssot_lint.rules.evidence import Match


class TakenCopy(NamedTuple):
    """A near copy: its path, the contract whose symbol it is like, the hops from it to the symbol's statement, and how
    much it resembles that, in percent."""

    path: str
    links: Links
    chain: tuple[Hop, ...]
    likeness: int


def takers(module: Module, copies: Mapping[str, TakenCopy]) -> Iterator[tuple[TakenCopy, Match]]:
    """The places of a file that import or reach one of some copies, each with the match. ``copies`` are by their
    paths."""
    imported: set[str] = set()
    for one in module.facts.imports:
        path = absolute(one.target, module) if one.name != "*" else ""
        imported.update(beginnings(path))
        if path in copies:
            yield from _match(module, copies[path], one.span, one.target, one.where, (hop_of(one, module),))
    for use in module.facts.uses:
        ref = use.ref
        if "." not in ref.spelled or len(ref.targets) != 1 or ref.targets[0][:1] in ":?":
            continue
        target = absolute(ref.targets[0], module)
        root = target.rsplit(".", ref.spelled.count("."))[0] if target else ""
        path = next((one for one in beginnings(target) if one in copies and len(one) > len(root)), "")
        if path:
            bound = nearest(module.facts, ref, use.where.scope)
            hops = (hop_of(bound, module),) if bound is not None else ()
            yield from _match(module, copies[path], ref.span, ref.spelled, use.where, hops)
    for text in module.facts.texts:
        patches = ends(text.holder.spelled, BY_PATH | (SETTERS - {"setattr"})) and text.slot in (
            "0",
            "target",
        )
        path = next((one for one in beginnings(text.value) if one in copies), "") if patches else ""
        if path:
            yield from _match(module, copies[path], text.span, text.value, text.where)


def _match(
    module: Module, copy: TakenCopy, span: Span, spelled: str, where: Where, hops: tuple[Hop, ...] = ()
) -> Iterator[tuple[TakenCopy, Match]]:
    roles, canonical = copy.links.roles, copy.links.contract.symbol
    if (
        roles.is_home(module)
        or roles.in_factory(module, where.scope)
        or copy.path.startswith(f"{module.name}.")
    ):
        return
    message = f"`{copy.path}` is a near copy of {canonical}"
    chain = (*hops, *copy.chain)
    advice = f"use {canonical}"
    yield copy, Match(span, message, spelled, where, chain, advice=advice, likeness=copy.likeness)
