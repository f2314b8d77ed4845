"""One file and a vocabulary → the values that are spelled out there, each with where it goes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.links.emitters import argument_of, emits, meant
from ssot_lint.links.module import Module
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import VocabularyContract
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Hop, Span
from ssot_lint.model.literals import Emission, Leaf, Literals, Spot, WordList
from ssot_lint.rules.evidence import Evidence, Match, chains

WITH_MEMBERS = ("enum", "class", "module")
"""The forms of lists whose values have names."""

_NOTHING = Literals()
_FED = "fed"


class Said(NamedTuple):
    """A literal, and where it goes. ``goes`` says that in a few words. ``known``: to an argument of a function of the
    project, or of an emitter named by its path; ``compared``: with a field. ``hops`` lead from the literal there."""

    span: Span
    text: str
    goes: str
    scope: str
    emitted: bool = False
    known: bool = False
    compared: bool = False
    plain: bool = False
    asserted: bool = False
    hops: tuple[Hop, ...] = ()


def vocabulary(links: Links) -> VocabularyContract:
    contract = links.contract
    assert isinstance(contract, VocabularyContract)
    return contract


def literals_of(module: Module) -> Literals:
    return module.facts.literals or _NOTHING


def listed_values(links: Links) -> tuple[str, ...]:
    """The values that canonical lists."""
    own = links.roles.listed
    if own is None or (own.words.form == "constant" and not own.words.entries[0].known):
        return ()
    return tuple(dict.fromkeys(one.text for one in own.words.entries if one.known))


def agreed(links: Links) -> tuple[str, ...]:
    """The values that have been agreed."""
    return vocabulary(links).values or listed_values(links)


def is_whole(links: Links) -> bool:
    """Whether these are all."""
    own = links.roles.listed
    return bool(vocabulary(links).values) or (own is not None and own.words.is_whole)


def members(links: Links) -> dict[str, str]:
    """By value how its member is written."""
    own = links.roles.listed
    if own is None or own.words.form not in WITH_MEMBERS:
        return {}
    name = own.words.name or own.module.name.rpartition(".")[2]
    return {one.text: f"{name}.{one.name}" for one in reversed(own.words.entries) if one.known}


def match(
    evidence: Evidence, one: Said, message: str, advice: str, *, may: bool = False, mild: bool = False
) -> Match:
    """The match of a place; its chain ends at the definition of canonical."""
    chain = tuple(dict.fromkeys((*one.hops, *chains.definition(evidence, evidence.canonical))))
    where = Where(one.scope, "function" if one.scope else "module", bool(one.scope))
    return Match(one.span, message, one.text, where, chain, may, advice, mild=mild)


def at(span: Span, spelled: str) -> Said:
    """A place that is flagged for what it defines."""
    return Said(span, spelled, "", "")


def said(evidence: Evidence) -> Iterator[Said]:
    """The literals of the file that go to an emitter or a field; where the contract says so, all others, too."""
    if evidence.home:
        return
    links, module = evidence.links, evidence.module
    for call in literals_of(module).emissions:
        yield from _emitted(links, module, call)
    for spot in literals_of(module).spots:
        if spot.place == "plain":
            if vocabulary(links).literals == "everywhere":
                yield from _of_spot(links, spot)
        elif spot.field in vocabulary(links).fields:
            yield from _of_spot(links, spot)
    yield from _of_constants(evidence)


def _emitted(links: Links, module: Module, call: Emission) -> Iterator[Said]:
    if not call.arguments or not emits(links, module, call):
        return
    chosen = argument_of(links, module, call)
    if chosen.fed is None:
        return
    dotted = any(
        "." in one for one in vocabulary(links).emitters if one.endswith(call.spelled.rpartition(".")[2])
    )
    known = chosen.sure and (chosen.definition is not None or dotted)
    for leaf in chosen.fed.leaves:
        if leaf.form == "text":
            yield Said(
                leaf.span,
                leaf.text,
                f"given to `{call.spelled}`",
                call.scope,
                emitted=True,
                known=known,
                asserted=call.asserted,
            )


def _of_spot(links: Links, spot: Spot) -> Iterator[Said]:
    goes = f"compared with `{spot.field}`" if spot.place == "compared" else f"put into `{spot.field}`"
    for leaf in spot.leaves:
        if leaf.form == "text":
            yield Said(
                leaf.span,
                leaf.text,
                goes if spot.field else "",
                spot.scope,
                compared=spot.place == "compared",
                plain=spot.place == "plain",
                asserted=spot.asserted,
            )


def _of_constants(evidence: Evidence) -> Iterator[Said]:
    """The constants of this file that other files give to an emitter or a field."""
    own = [one for one in literals_of(evidence.module).lists if one.form in ("constant", "class")]
    if not own:
        return
    everything = evidence.links.project.every()
    if _FED not in evidence.links.whole:
        evidence.links.whole[_FED] = _fed(evidence.links, list(everything))
    fed = evidence.links.whole[_FED]
    assert isinstance(fed, dict)
    for one in own:
        for entry in one.entries:
            for found in fed.get((evidence.module.file.path, one.name, entry.name), ())[:1]:
                scope = one.name if one.form == "class" else ""
                yield found._replace(span=entry.span, text=entry.text, scope=scope)


def _fed(links: Links, modules: list[Module]) -> dict[tuple[str, str, str], list[Said]]:
    """By constant where other files give it."""
    found: dict[tuple[str, str, str], list[Said]] = {}

    def look(module: Module, leaves: tuple[Leaf, ...], told: Said) -> None:
        for leaf in leaves:
            given = meant(links, module, leaf) if leaf.form == "path" else None
            if given is not None and given.place is not None:
                hop = Hop(module.file.path, leaf.span.line, leaf.text)
                found.setdefault(given.place, []).append(told._replace(hops=(hop,)))

    for module in modules:
        if module.file.tests or links.roles.is_home(module):
            continue
        for call in literals_of(module).emissions:
            if emits(links, module, call):
                chosen = argument_of(links, module, call)
                known = chosen.sure and chosen.definition is not None
                goes = f"given to `{call.spelled}`"
                if chosen.fed is not None:
                    told = Said(call.span, "", goes, "", emitted=True, known=known)
                    look(module, chosen.fed.leaves, told)
        for spot in literals_of(module).spots:
            if spot.field in vocabulary(links).fields:
                compared = spot.place == "compared"
                goes = f"compared with `{spot.field}`" if compared else f"put into `{spot.field}`"
                look(module, spot.leaves, Said(spot.leaves[0].span, "", goes, "", compared=compared))
    return found


def shown_list(words: WordList, module: Module) -> str:
    """What to call a list of a module in a message."""
    if not module.file.module:
        return words.name or module.file.path
    return f"{module.name}.{words.name}" if words.name else module.name
