"""Contracts → a summary of each for those who write code, as Markdown for people and coding agents. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ssot_lint.model.contracts import (
    BaseContract,
    ClassContract,
    Contract,
    GatewayContract,
    VocabularyContract,
)
from ssot_lint.model.wording import printable
from ssot_lint.report.ci_log import harmless

MOST_LINES = 40
"""So many lines are said of a contract at most, those at the head of the guide included."""

_ACCESS = {"any": "touch", "call": "call", "write": "write to"}

_HEAD = """\
## One source of truth

This project says what is canonical in its settings, and `ssot-lint` reports whatever departs from that. Before you use,
build, copy or rename one of the things below, read what holds for it; after a change run `ssot-lint check`.
`ssot-lint explain CODE` shows the page of a rule, and `ssot-lint why PATH:LINE` the reasons for what is said of a line.
"""


def render(contracts: Iterable[tuple[str, Contract]]) -> str:
    """The whole guide. Each contract comes with the name that it goes by."""
    parts = [_HEAD, *(page(name, contract) for name, contract in contracts)]
    return "\n".join(parts)


def page(name: str, contract: Contract) -> str:
    """What there is to know of one contract."""
    points = [_plain(one) for one in (*_of(contract), *_why(contract), *_never(contract))]
    room = MOST_LINES - _HEAD.count("\n") - 3
    if len(points) > room:
        points = [*points[: room - 1], f"{len(points) - room + 1} more; `ssot-lint config` shows them."]
    return "".join(f"{line}\n" for line in (f"### {_plain(name)}", "", *(f"- {one}" for one in points)))


def forbidden(contract: Contract) -> list[str]:
    """What is not allowed, in sentences."""
    return [*_not_to_do(contract)]


def _plain(text: str) -> str:
    """Text on one line that neither begins nor ends a comment of HTML."""
    whole = harmless(" ".join(text.split()))
    return printable(whole.replace("<!--", "&lt;!--").replace("-->", "--&gt;"))


def _why(contract: Contract) -> Iterator[str]:
    if contract.reason:
        reason = contract.reason.strip()
        yield f"Why: {reason}{'' if reason.endswith(('.', '!', '?')) else '.'}"
    retired = contract.named("retired")
    if retired:
        yield f"Retired names, not to be used, imported or defined again: {code(retired)}."
    implementation = contract.named("implementation")
    if implementation:
        yield f"Implementation: {code(implementation)}, which is private. Import the canonical name instead."


def _never(contract: Contract) -> Iterator[str]:
    yield from _not_to_do(contract)
    if not contract.suppressible:
        yield "No comment excuses a finding here: only the settings can."


def code(names: Sequence[str], *, last: str = "and") -> str:
    """Names in a sentence."""
    shown = [f"`{one}`" for one in names]
    if last and len(shown) > 1:
        return f"{', '.join(shown[:-1])} {last} {shown[-1]}"
    return ", ".join(shown)


def _of(contract: Contract) -> Iterator[str]:
    if isinstance(contract, ClassContract):
        yield from _of_class(contract)
    elif isinstance(contract, GatewayContract):
        yield from _of_gateway(contract)
    elif isinstance(contract, VocabularyContract):
        yield from _of_vocabulary(contract)
    elif isinstance(contract, BaseContract):
        yield from _of_base(contract)
    elif contract.symbol:
        yield f"Canonical: `{contract.symbol}`."


def _not_to_do(contract: Contract) -> Iterator[str]:
    if isinstance(contract, ClassContract):
        yield from _not_with_class(contract)
    elif isinstance(contract, GatewayContract):
        yield from _not_with_gateway(contract)
    elif isinstance(contract, VocabularyContract):
        yield from _not_with_vocabulary(contract)
    elif isinstance(contract, BaseContract):
        yield from _not_with_base(contract)


# Classes.


def _of_class(contract: ClassContract) -> Iterator[str]:
    module, _, name = contract.canonical.rpartition(".")
    yield f"Canonical: `{contract.canonical}`. Write `from {module} import {name}`, and use it by this name."
    if contract.also_at:
        yield f"It may be imported from {code(contract.also_at, last='or')} as well."
    if contract.factories:
        yield f"Factory: call {code(contract.factories, last='or')} to get an instance."
    if contract.build_in:
        yield f"It may be constructed in {code(contract.build_in)}{', too' if contract.factories else ' alone'}."
    if contract.isolated_by:
        keys = code(contract.isolated_by)
        plural = len(contract.isolated_by) > 1
        yield (
            f"Key: pass {keys} to the factory, and never `None`. "
            f"{'They keep' if plural else 'It keeps'} users apart."
        )
    if contract.instances == "shared":
        yield "Instances may be shared."
    if contract.doubles:
        yield f"Test doubles are called {code(contract.doubles, last='or')}."


def _not_with_class(contract: ClassContract) -> Iterator[str]:
    name = contract.canonical.rpartition(".")[2]
    renamed = "" if contract.local_rename == "allow" else f"import `{name}` under another name, "
    yield (
        f"Do not {renamed}assign it to another name, hand it on from another module, or import it in a `try` "
        "with something else to fall back on."
    )
    if contract.factories or contract.build_in:
        where = "the factory" if contract.factories else code(contract.build_in)
        yield (
            f"Do not construct `{name}` outside of {where}: do not call it, derive from it or copy an instance, "
            "and write no second function that hands out a new one."
        )
    # A constant or a function has no instances, as far as its name tells.
    is_class = name[:1].isupper() and not name.isupper()
    if contract.instances != "shared" and (is_class or contract.factories or contract.build_in):
        keyed = (
            f" that is not keyed by {code(contract.isolated_by, last='or')}" if contract.isolated_by else ""
        )
        yield (
            "Do not keep an instance in a module, a global, a class attribute or a cache"
            f"{keyed or ' that all users share'}."
        )
    if contract.duplicates != "off":
        yield f"Do not write a second `{name}`, or a copy of it under another name: extend the one that is there."


# Gateways.


def _of_gateway(contract: GatewayContract) -> Iterator[str]:
    kind = _ACCESS[contract.access]
    who = code(contract.home) if contract.home else "nobody"
    yield f"Home: {'only ' if contract.home else ''}{who} may {kind} {code(contract.named('primitive'))}."
    if contract.use:
        yield f"Everybody else uses `{contract.use}`."
    if contract.keys:
        yield f"This holds where the key matches {code(contract.keys, last='or')}."
    if contract.within:
        yield f"This holds in {code(contract.within)}."


def _not_with_gateway(contract: GatewayContract) -> Iterator[str]:
    if contract.access == "write":
        yield "Do not set, change or delete any of them elsewhere; to read them is allowed."
        return
    if contract.access == "call":
        yield "Do not call any of them elsewhere, nor hand one over to be called."
        return
    yield "Do not import, call, read or change any of them elsewhere, nor name one in a string that becomes an import."


# Vocabularies.


def _of_vocabulary(contract: VocabularyContract) -> Iterator[str]:
    yield f"Canonical: `{contract.canonical}` lists the values. Take each value from there."
    if contract.values:
        yield f"Values: {code(contract.values, last='')}."
    if contract.retired_values:
        yield f"Retired values, not to be used any more: {code(contract.retired_values, last='')}."
    if contract.emitters:
        given = f", in the argument `{contract.argument}`" if contract.argument else ""
        yield f"Sent by: {code(contract.emitters)}{given}."
    if contract.fields:
        yield f"Kept in: keys, arguments and attributes called {code(contract.fields, last='or')}."
    if contract.home:
        yield f"Only {code(contract.home)} may spell values out, besides the module of the list."


def _not_with_vocabulary(contract: VocabularyContract) -> Iterator[str]:
    where = "" if contract.literals == "everywhere" else " where a value is sent, kept or compared"
    yield f"Do not write a value as a string of your own{where}, and do not invent one: add it to the list first."
    yield "Do not list the values a second time in another enum, class, constant or collection."
    if contract.emitters and contract.complete:
        yield "Do not add a value that no code sends."


# Bases.


def _of_base(contract: BaseContract) -> Iterator[str]:
    yield f"Canonical: derive from {code(contract.named('canonical'), last='or')}."
    if contract.classes:
        yield f"Classes that must do so: {code(contract.classes)}."
    if contract.within:
        yield f"This holds in {code(contract.within)}."
    for name, signature in contract.methods.items():
        yield f"Method `{name}`: `{signature}`."
    if contract.parameters:
        canonical = code(contract.named("canonical"), last="or")
        yield f"Parameters to be annotated with {canonical}: {code(contract.parameters)}."
    if contract.doubles:
        yield f"Test doubles, which are not judged, are called {code(contract.doubles, last='or')}."


def _not_with_base(contract: BaseContract) -> Iterator[str]:
    if contract.instead_of:
        yield (
            f"Do not derive from {code(contract.instead_of, last='or')} without deriving from a canonical base."
        )
    if contract.methods:
        yield "Do not leave one of these methods out, and do not change its signature."
    if contract.parameters:
        yield "Do not leave these parameters without an annotation, or give them another one."


__all__ = ["MOST_LINES", "code", "forbidden", "page", "render"]
