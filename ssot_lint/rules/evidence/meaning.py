"""A value of one file → what it may be to the contract. Asks inference last."""

from __future__ import annotations

from typing import NamedTuple

from ssot_lint.inference.inferred import Kind
from ssot_lint.links.fluent import Fluent, of_made
from ssot_lint.links.link import Link, joined
from ssot_lint.model.exhaustive import assert_never
from ssot_lint.model.facts import NESTS, Call, Value
from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence, names


class Meaning(NamedTuple):
    """One thing that a value may be. ``sure``: it is that and nothing else. ``fresh``: an instance that the class has
    just made. ``link``: the path of the project that it goes by, if there is one."""

    kind: Kind
    link: Link | None = None
    sure: bool = True
    fresh: bool = False
    asynchronous: bool = False
    at: Span | None = None
    """Where the class stands in the container that it is ``taken`` from."""
    value: Value | None = None
    """The expression of this file that has the meaning."""


def of(evidence: Evidence, value: Value | None) -> tuple[Meaning, ...]:
    """All that a value may be; nothing where it has nothing to do with the contract."""
    if value is None:
        return ()
    found: tuple[Meaning, ...] = ()
    match value.form:
        case "none" | "string" | "empty" | "lambda":
            return ()
        case "same":
            return of(evidence, value.parts[0])
        case "await":
            return tuple(one._replace(asynchronous=False) for one in of(evidence, value.parts[0]))
        case "either":
            return _either([of(evidence, part) for part in value.parts])
        case "typed" if value.ref is not None:
            link = names.symbol(evidence, value.ref)
            told = link is not None and not link.rest
            return (Meaning("instance", link, link.sure, value=value),) if link is not None and told else ()
        case "path" | "generic" if value.ref is not None:
            link = evidence.links.ref(value.ref, evidence.module)
            if link is not None:
                return _linked(link, value)
        case "call":
            found = tuple(made for one in of(evidence, value.parts[0]) for made in _called(one))
            found = found or _given_back(evidence, value)
    if not found and value.suspect and value.form not in NESTS:
        return _inferred(evidence, value)
    return found


def _fluent(evidence: Evidence, made_by: Link, name: str) -> Fluent | None:
    return of_made(evidence.links.project, evidence.links.roles, made_by, name)


def gives_back(evidence: Evidence, made: Meaning, method: str) -> bool:
    """Whether a method of an object certainly gives back the object."""
    return made.link is not None and _fluent(evidence, made.link, method) is not None


def _given_back(evidence: Evidence, call: Value) -> tuple[Meaning, ...]:
    """The new object that a method of it gives back: ``Hub().start()``."""
    callee = call.parts[0]
    name = callee.ref.spelled if callee.form == "member" and callee.ref is not None else ""
    found: list[Meaning] = []
    for one in of(evidence, callee.parts[0]) if name else ():
        method = _fluent(evidence, one.link, name) if one.link is not None else None
        if one.kind == "instance" and method is not None and one.link is not None and not one.asynchronous:
            link = one.link._replace(chain=joined(method.hop, chain=one.link.chain))
            found.append(one._replace(link=link, asynchronous=method.asynchronous, value=call))
    return tuple(found)


def _either(each: list[tuple[Meaning, ...]]) -> tuple[Meaning, ...]:
    """What a value with several alternatives may be: certain if all of them are the same kind of thing."""
    found = tuple(one for meanings in each for one in meanings)
    if all(each) and len({one.kind for one in found}) == 1 and all(one.sure for one in found):
        return found
    return tuple(one._replace(sure=False) for one in found)


def _linked(link: Link, value: Value) -> tuple[Meaning, ...]:
    kind = _kind(link)
    sure = link.sure and value.ref is not None and value.ref.sure
    return (Meaning(kind, link, sure, asynchronous=link.asynchronous, value=value),) if kind else ()


def _kind(link: Link) -> Kind | None:
    """What a linked path is as a value; None for other attributes of the symbol, and for test doubles."""
    if link.rest:
        return "constructor" if link.kind == "maker" else None
    match link.kind:
        case "subclass":
            return "outside" if link.outside else "subclass"
        case "symbol" | "factory" | "maker" | "instance" as kind:
            return kind
    return None


def _called(callee: Meaning) -> tuple[Meaning, ...]:
    """What the call of something gives."""
    match callee.kind:
        case "taken":
            # Only a run can tell whether the symbol is the class that was taken.
            return (callee._replace(kind="instance", sure=False, fresh=True, at=None),)
        case "symbol" | "subclass" | "constructor":
            return (callee._replace(kind="instance", fresh=True),)
        case "outside" | "factory" | "maker":
            return (callee._replace(kind="instance", fresh=False),)
        case "instance":
            return ()
        case _:
            return assert_never(callee.kind)


def _inferred(evidence: Evidence, value: Value) -> tuple[Meaning, ...]:
    return tuple(
        Meaning(
            one.kind, evidence.links.path(one.path) if one.path else None, one.sure, at=one.at, value=value
        )
        for one in evidence.ask(value)
        if one.kind != "nothing" and one.kind != "other"
    )


def fresh(evidence: Evidence, value: Value) -> tuple[Meaning, ...]:
    """The instances that a value is, or may be, and that the class has just made. Of what a name holds nobody knows
    that, so inference is asked only about what is called."""
    inner = value
    while inner.form in ("same", "await"):
        inner = inner.parts[0]
    if inner.form == "call":
        found = tuple(made for one in of(evidence, inner.parts[0]) for made in _called(one))
        found = found or _given_back(evidence, inner)
    else:
        found = of(evidence, value) if inner.form == "either" else ()
    return tuple(one for one in found if one.kind == "instance" and one.fresh)


def callee(evidence: Evidence, call: Call) -> tuple[Meaning, ...]:
    """What a call calls. The name of an alternate constructor is reason enough to ask inference."""
    found = of(evidence, call.callee)
    if not found and not call.callee.suspect and call.method in evidence.links.roles.makers:
        return _inferred(evidence, call.callee)
    return found


def instance(evidence: Evidence, value: Value | None) -> Meaning | None:
    """The instance that a value is, or may be."""
    return next((one for one in of(evidence, value) if one.kind == "instance"), None)


def klass(evidence: Evidence, value: Value | None) -> Meaning | None:
    """The class that a value is, or may be."""
    return next((one for one in of(evidence, value) if one.kind in ("symbol", "subclass")), None)


def named(evidence: Evidence, value: Value | None) -> Meaning | None:
    """The class that a value is by its plain path. Inference is not asked."""
    if value is None or value.ref is None or value.form not in ("path", "generic"):
        return None
    link = evidence.links.ref(value.ref, evidence.module)
    found = _linked(link, value) if link is not None else ()
    return next((one for one in found if one.kind in ("symbol", "subclass")), None)


def factory(evidence: Evidence, value: Value | None) -> Meaning | None:
    """The factory that a value is, or may be."""
    return next((one for one in of(evidence, value) if one.kind == "factory"), None)


def is_declared(evidence: Evidence, meaning: Meaning) -> bool:
    """Whether the contract names a subclass of the home among its factories: then all may build the subclass."""
    return meaning.link is not None and meaning.link.path in evidence.links.roles.factories


def name_of(evidence: Evidence, meaning: Meaning, spelled: str) -> str:
    """What a message calls it: the symbol by its path, a subclass of the home by its name."""
    if meaning.kind != "subclass":
        return evidence.canonical
    path = meaning.link.path if meaning.link is not None and meaning.link.path else spelled
    name = path.rpartition(".")[2]
    return f"`{name}`, a subclass of {evidence.canonical}," if name else f"a subclass of {evidence.canonical}"


def advice(evidence: Evidence, meaning: Meaning, verb: str) -> str:
    """What to do instead of making an instance. ``verb``: what to do with the factory."""
    usual = f"{verb} {evidence.links.usable[0]}" if evidence.links.usable else evidence.remedy
    if meaning.kind == "subclass":
        return f"{usual}, or name the subclass in `doubles` or `factories`"
    return usual
