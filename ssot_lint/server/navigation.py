"""A place in a text → what is known of the name there: its contract and rules, where it is bound, who speaks of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from lsprotocol import types as lsp

from ssot_lint.engine import symbols
from ssot_lint.engine.session import Session
from ssot_lint.engine.symbols import FilePlace, NamedPiece
from ssot_lint.links.index import Index
from ssot_lint.model.contracts import Contract
from ssot_lint.model.contracts.contract import Role
from ssot_lint.model.finding import Finding, Span
from ssot_lint.rules import pages
from ssot_lint.server.diagnostics import span_of
from ssot_lint.server.editor import Editor
from ssot_lint.server.positions import from_client
from ssot_lint.server.projects import Projects


async def hover(editor: Editor, params: lsp.HoverParams) -> lsp.Hover | None:
    def found(projects: Projects) -> lsp.Hover | None:
        at = _at(editor, projects, params.text_document.uri, params.position)
        if at is None:
            return None
        session, path, line, column = at
        findings = [
            one
            for one in session.state.findings
            if one.path == path and symbols.holds(one.span, line, column)
        ]
        named = _named(session, path, line, column)
        known = {one.name: one for one in session.contracts()}
        contracts = {one.contract.name: one.contract for one in named}
        contracts |= {one.contract: known[one.contract] for one in findings if one.contract in known}
        parts = [*map(_of_finding, findings), *map(_of_contract, contracts.values())]
        parts += [page for name in dict.fromkeys(one.name for one in findings) if (page := pages.text(name))]
        if not parts:
            return None
        span = findings[0].span if findings else session.span_now(path, named[0].span)
        lines = editor.lines(os.path.normpath(session.root / path))
        text = lsp.MarkupContent(lsp.MarkupKind.Markdown, "\n\n---\n\n".join(parts))
        return lsp.Hover(text, span_of(lines, span, editor.unit) if span is not None else None)

    return await editor.judging.ask(found, editor.path(params.text_document.uri))


async def definition(editor: Editor, params: lsp.DefinitionParams) -> list[lsp.Location]:
    def bound(session: Session, index: Index, contracts: Sequence[Contract]) -> Iterable[FilePlace]:
        return [_now(session, place) for one in contracts for place in symbols.definition(index, one)]

    return await _located(editor, params, bound)


async def references(editor: Editor, params: lsp.ReferenceParams) -> list[lsp.Location]:
    def spoken(session: Session, index: Index, contracts: Sequence[Contract]) -> Iterable[FilePlace]:
        retired = session.retired()
        old = {place for one in contracts for place in symbols.references(index, retired, one)}
        found = {(path, session.span_now(path, span)) for path, span in old}
        places = {FilePlace(path, span) for path, span in found if span is not None}
        if params.context.include_declaration:
            places |= {_now(session, place) for one in contracts for place in symbols.definition(index, one)}
        return sorted(places)

    return await _located(editor, params, spoken, whole=True)


async def _located(
    editor: Editor,
    params: lsp.DefinitionParams | lsp.ReferenceParams,
    places: Callable[[Session, Index, Sequence[Contract]], Iterable[FilePlace]],
    *,
    whole: bool = False,
) -> list[lsp.Location]:
    """The places that some contracts have to do with: those that the name at a place belongs to. ``whole``: what is
    found in any file counts."""

    def found(projects: Projects) -> list[lsp.Location]:
        at = _at(editor, projects, params.text_document.uri, params.position)
        index = at[0].index() if at is not None else None
        if at is None or index is None:
            return []
        contracts = [one.contract for one in _named(*at)]
        return [*_locations(editor, at[0], places(at[0], index, contracts))]

    return await editor.judging.ask(found, whole=whole)


def _at(
    editor: Editor, projects: Projects, uri: str, position: lsp.Position
) -> tuple[Session, str, int, int] | None:
    """The project of a file, its path there, and the place as findings count it."""
    path = editor.path(uri)
    known = projects.session_of(path) if path is not None else None
    if path is None or known is None:
        return None
    row, column = from_client(editor.lines(path), position.line, position.character, editor.unit)
    return *known, row + 1, column


def _named(session: Session, path: str, line: int, column: int) -> list[NamedPiece]:
    """The contracts that the name at a place belongs to, with places in what was judged."""
    index, judged = session.index(), session.line_judged(path, line)
    if index is None or judged is None:
        return []
    return symbols.named_at(index, session.retired(), path, judged, column)


def _now(session: Session, place: FilePlace) -> FilePlace:
    """Where a statement is in the text as it is now. If the statement was changed, this is its first line."""
    span = session.span_now(place.path, place.span)
    line = session.line_now(place.path, place.span.line)
    return FilePlace(place.path, span or Span(line, 0, line, 0))


def _locations(editor: Editor, session: Session, places: Iterable[FilePlace]) -> Iterator[lsp.Location]:
    for place in dict.fromkeys(places):
        path = os.path.normpath(session.root / place.path)
        yield lsp.Location(editor.uri(path), span_of(editor.lines(path), place.span, editor.unit))


def _of_finding(finding: Finding) -> str:
    lines = [f"**{finding.code} {finding.name}**: {finding.message}"]
    lines += [f"Help: {finding.advice}"] if finding.advice else []
    return "\n\n".join(lines)


def _of_contract(contract: Contract) -> str:
    """A contract in a few lines of Markdown."""
    lines = [f"**Contract {contract.name}**: `{contract.symbol}` is canonical."]
    roles: tuple[tuple[str, Role], ...] = (
        ("Made by", "factory"),
        ("Retired", "retired"),
        ("Also at", "also"),
    )
    for word, role in roles:
        names = contract.named(role)
        lines += [f"{word}: {', '.join(f'`{name}`' for name in names)}"] if names else []
    lines += [f"Reason: {contract.reason}"] if contract.reason else []
    return "\n\n".join(lines)
