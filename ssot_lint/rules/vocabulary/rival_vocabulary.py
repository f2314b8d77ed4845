"""SOT605: another class, collection or constant lists the same values."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.gathered import place_of
from ssot_lint.links.listed import ListedAt
from ssot_lint.links.module import Module
from ssot_lint.model.finding import Span
from ssot_lint.model.literals import ListedEntry, WordList
from ssot_lint.model.name_words import name_words
from ssot_lint.rules.evidence import Evidence, Match, values

_FEW = 2
"""A vocabulary of so many values is known by its name, too."""


def check(evidence: Evidence) -> Iterator[Match]:
    own = evidence.links.roles.listed
    if own is None or evidence.home:
        return
    if own.words.form == "constant":
        yield from _constants(evidence, own)
        return
    agreed, is_whole = {*values.agreed(evidence.links)}, values.is_whole(evidence.links)
    of_all = f"the {len(agreed)} values" if is_whole else "the values"
    for words in values.literals_of(evidence.module).lists:
        if words.form == "constant":
            continue
        held = {one.text for one in _by_hand(evidence, words)} & agreed
        if not _is_rival(words, held, agreed, evidence.links.contract.symbol, is_whole=is_whole):
            continue
        name = values.shown_list(words, evidence.module)
        yield values.match(
            evidence,
            values.at(words.span, words.name or evidence.module.name),
            f"`{name}` lists {len(held)} of {of_all}, besides `{evidence.canonical}`",
            f"use {evidence.canonical}",
        )


def _by_hand(evidence: Evidence, words: WordList) -> Iterator[ListedEntry]:
    """The strings of a list that canonical does not have from there."""
    path, places = evidence.module.file.path, evidence.links.roles.places
    yield from (one for one in words.entries if one.known and place_of(path, words, one) not in places)


def _is_rival(words: WordList, held: set[str], agreed: set[str], canonical: str, *, is_whole: bool) -> bool:
    """``is_whole``: these are all values that have been agreed."""
    if len(agreed) > _FEW or not is_whole:
        return len(held) > _FEW and 2 * len(held) >= len(words.entries)
    shared = {*name_words(words.name.rpartition(".")[2])} & {*name_words(canonical.rpartition(".")[2])}
    return bool(agreed) and held == agreed and bool(shared)


def _constants(evidence: Evidence, own: ListedAt) -> Iterator[Match]:
    """Other assignments of the same bare name, or of the same name in a class that is called the same."""
    # A run may decide which of several it is.
    given = dict.fromkeys((*(one for _, one in _assigned(own.module, own.words.name)), *own.words.entries))
    sources = " or ".join(dict.fromkeys(one.text for one in given))
    top = evidence.canonical.partition(".")[0]
    # Another class may be called the same for another reason.
    may = evidence.module.name.partition(".")[0] != top or "." in own.words.name
    for span, other in _assigned(evidence.module, own.words.name):
        same = any((other.text, other.known) == (one.text, one.known) for one in given)
        what = "again" if same else f"as {other.text}, and {evidence.canonical} is {sources}"
        verb = "may be defined" if may else "is defined"
        yield values.match(
            evidence,
            values.at(span, own.words.name),
            f"`{own.words.name}` {verb} {what}",
            f"use {evidence.canonical}",
            may=may,
            mild=same,
        )


def _assigned(module: Module, name: str) -> Iterator[tuple[Span, ListedEntry]]:
    """The values that a module gives a constant, each with the place that is flagged for it. The name of a constant of
    a class has the class before it."""
    above, _, last = name.rpartition(".")
    for words in values.literals_of(module).lists:
        if words.form == "constant" and words.name == name:
            yield words.span, words.entries[0]
        elif words.form == "class" and words.name == above:
            yield from (
                (one.span, one) for one in words.entries if one.name == last and (one.known or one.data)
            )
