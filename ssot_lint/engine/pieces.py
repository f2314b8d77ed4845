"""A file and the links of a contract → the pieces of code that speak of it, each with what of it is meant. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ssot_lint.links.link import Link
from ssot_lint.links.listed import lists_of
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import is_exported, names_in
from ssot_lint.links.resolve import Links
from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence, texts, values


class Subject(NamedTuple):
    """What of a contract is meant: its symbol, one of its factories by the path that the contract gives, or the member
    of a vocabulary that has a name. ``other`` is what only has to do with the symbol: a subclass, an instance."""

    kind: Literal["symbol", "factory", "member", "other"]
    name: str = ""


SYMBOL = Subject("symbol")
OTHER = Subject("other")


class SpokenPiece(NamedTuple):
    """A piece of code. ``spelled`` is the name that it has there. ``name``: it is the head of a statement, of which the
    name alone is meant. ``is_end``: it is the end of a dotted name whose beginning is a piece, too."""

    span: Span
    spelled: str
    subject: Subject
    name: str = ""
    is_end: bool = False


def pieces(links: Links, module: Module) -> Iterator[SpokenPiece]:
    """All pieces of a file that have to do with a contract, the most telling ones first."""
    yield from spoken(links, module)
    yield from listed_in_all(links, module)
    yield from spelled_out(links, module)
    yield from defined(links, module)
    yield from _given(links, module)


def spoken(links: Links, module: Module) -> Iterator[SpokenPiece]:
    """The imports and uses of a file that lead to a contract, and the strings that are used as an import."""
    for one in module.facts.imports:
        if one.name == "*":
            source = absolute(one.module, module)
            for name in names_in(links.project, source) if source else ():
                link = links.path(f"{source}.{name}")
                if link is not None and is_exported(links.project, source, name):
                    yield SpokenPiece(one.span, "*", _subject(links, link))
        else:
            yield from _piece(links, _path(links, absolute(one.target, module)), one.span, one.bound)
    for use in module.facts.uses:
        yield from _piece(links, links.ref(use.ref, module), use.ref.span, use.ref.spelled)
    # What a string stands for needs no inference.
    evidence = Evidence(links, module, lambda value: ())
    for text in module.facts.texts:
        yield from _piece(links, _path(links, texts.path(evidence, text)), text.span, text.value)


def listed_in_all(links: Links, module: Module) -> Iterator[SpokenPiece]:
    """The strings in ``__all__`` that name what belongs to a contract."""
    for text in module.facts.texts:
        is_listed = text.holder.spelled.partition(".")[0] == "__all__" and not text.where.scope
        if is_listed and text.value.isidentifier():
            yield from _piece(links, links.path(f"{module.name}.{text.value}"), text.span, text.value)


def spelled_out(links: Links, module: Module) -> Iterator[SpokenPiece]:
    """The values of a vocabulary that are written by hand where a member could stand."""
    if not links.contract.lists_values or links.roles.listed is None:
        return
    named = {
        one.text: one.name for one in reversed(links.roles.listed.words.entries) if one.known and one.name
    }
    for said in values.said(Evidence(links, module, lambda value: ())):
        if said.text in named:
            yield SpokenPiece(said.span, said.text, Subject("member", named[said.text]))


def defined(links: Links, module: Module) -> Iterator[SpokenPiece]:
    """The statements of a file that define what a contract protects: its class, its factories, its members."""
    path = module.file.path
    for where, klass in links.roles.managed:
        if where.file.path == path:
            yield SpokenPiece(klass.span, klass.name, SYMBOL, klass.name)
    for canonical in links.contract.named("canonical"):
        file, _, rest = links.project.split(canonical)
        for bound in module.live(rest[0]) if file is not None and file.path == path and rest else ():
            yield SpokenPiece(bound.span, rest[0], SYMBOL, rest[0])
    for factory in links.contract.named("factory"):
        for name in _names_of(links, module, links.roles.goals[factory].body):
            for function in module.functions.get(name, ()):
                yield SpokenPiece(function.span, function.name, Subject("factory", factory), function.name)
    for file_path, list_name, name in links.roles.places:
        for words in lists_of(module) if file_path == path and name else ():
            entries = words.entries if words.name == list_name else ()
            yield from (
                SpokenPiece(one.span, name, Subject("member", name), name)
                for one in entries
                if one.name == name
            )


def _names_of(links: Links, module: Module, path: str) -> list[str]:
    """The qualified name in a file of what is at a path, if it is there."""
    file, _, rest = links.project.split(path)
    return [".".join(rest)] if file is not None and file.path == module.file.path and rest else []


def _given(links: Links, module: Module) -> Iterator[SpokenPiece]:
    """The names that statements of a file give to what belongs to a contract."""
    for one in module.facts.bindings:
        ref = one.value.ref if one.value is not None and one.value.form == "path" else None
        if ref is not None:
            yield from _piece(links, links.ref(ref, module), one.span, one.name)


def _path(links: Links, path: str | None) -> Link | None:
    return links.path(path) if path else None


def _piece(links: Links, link: Link | None, span: Span, spelled: str) -> Iterator[SpokenPiece]:
    """A piece that leads to a contract. Of a dotted name with a member at its end the beginning is the symbol."""
    if link is None:
        return
    subject = _subject(links, link)
    before = spelled.rfind(f".{subject.name}") if subject.kind == "member" else -1
    is_plain = span.line == span.end_line and span.end_column - span.column == len(spelled)
    is_end = before > 0 and is_plain
    if is_end:
        yield SpokenPiece(span._replace(end_column=span.column + before), spelled[:before], SYMBOL)
        span = span._replace(column=span.column + before + 1)
    yield SpokenPiece(span, spelled, subject, is_end=is_end)


def _subject(links: Links, link: Link) -> Subject:
    """What a link leads to."""
    if link.kind == "factory":
        for path in links.contract.named("factory"):
            goal = links.roles.goals[path]
            if link.origin in (*goal.way, goal.body):
                return Subject("factory", path)
    if link.kind != "symbol":
        return OTHER
    own = links.roles.listed
    first = link.rest.partition(".")[0]
    if own is not None and first and any(one.name == first for one in own.words.entries):
        return Subject("member", first)
    return SYMBOL


__all__ = [
    "OTHER",
    "SYMBOL",
    "SpokenPiece",
    "Subject",
    "defined",
    "listed_in_all",
    "pieces",
    "spelled_out",
    "spoken",
]
