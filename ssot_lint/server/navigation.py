"""A place in a text → what is known of the name there: its contract and rules, where it is bound, who speaks of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from lsprotocol import types as lsp

from ssot_lint.engine import symbols
from ssot_lint.engine.pieces import SYMBOL, Subject
from ssot_lint.engine.session import Session
from ssot_lint.engine.symbols import FilePlace, NamedPiece
from ssot_lint.links.index import Index
from ssot_lint.model.contracts import Contract
from ssot_lint.model.contracts.contract import Role
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import ALL
from ssot_lint.report.terminal.excerpt import lines_of as lines_of_bytes
from ssot_lint.rules import pages
from ssot_lint.server.diagnostics import page_of, span_of
from ssot_lint.server.documents import uri_of
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
        subjects = {one.contract.name: (one.contract, one.subject) for one in named}
        for one in findings:
            if one.contract in known:
                subjects.setdefault(one.contract, (known[one.contract], SYMBOL))
        told = [_of_contract(contract, subject, session) for contract, subject in subjects.values()]
        parts = [*map(_of_finding, findings), *told]
        parts += [page for name in dict.fromkeys(one.name for one in findings) if (page := pages.text(name))]
        if not parts:
            return None
        span = findings[0].span if findings else session.span_now(path, named[0].span)
        lines = editor.lines(os.path.normpath(session.root / path))
        text = lsp.MarkupContent(lsp.MarkupKind.Markdown, "\n\n---\n\n".join(parts))
        return lsp.Hover(text, span_of(lines, span, editor.unit) if span is not None else None)

    return await editor.judging.ask(found, editor.path(params.text_document.uri))


async def definition(editor: Editor, params: lsp.DefinitionParams) -> list[lsp.Location]:
    def bound(session: Session, index: Index, named: Sequence[NamedPiece]) -> Iterable[FilePlace]:
        return [
            _now(session, place)
            for one in named
            for place in (
                symbols.declarations(index, one.contract, one.subject)
                if one.subject.kind == "member"
                else symbols.definition(index, one.contract)
            )
        ]

    return await _located(editor, params, bound)


async def references(editor: Editor, params: lsp.ReferenceParams) -> list[lsp.Location]:
    def spoken(session: Session, index: Index, named: Sequence[NamedPiece]) -> Iterable[FilePlace]:
        retired = session.retired()
        old = {
            place for one in named for place in symbols.references(index, retired, one.contract, one.subject)
        }
        found = {(path, session.span_now(path, span)) for path, span in old}
        places = {FilePlace(path, span) for path, span in found if span is not None}
        if params.context.include_declaration:
            places |= {
                _now(session, place)
                for one in named
                for place in symbols.declarations(index, one.contract, one.subject)
            }
        return sorted(places)

    return await _located(editor, params, spoken, whole=True)


async def _located(
    editor: Editor,
    params: lsp.DefinitionParams | lsp.ReferenceParams,
    places: Callable[[Session, Index, Sequence[NamedPiece]], Iterable[FilePlace]],
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
        return [*_locations(editor, at[0], places(at[0], index, _named(*at)))]

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
    lines = lines_of_bytes(session.text(path) or b"")
    row = lines[judged - 1] if judged <= len(lines) else ""
    return symbols.named_at(index, session.retired(), path, judged, column, row)


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


def _of_contract(contract: Contract, subject: Subject, session: Session) -> str:
    """A contract in a few lines of Markdown, with links to where it is declared and to the pages of its rules."""
    canonical = contract.named("canonical")
    said = f": {', '.join(f'`{path}`' for path in canonical)} {'are' if canonical[1:] else 'is'} canonical."
    lines = [f"**Contract {contract.name}**{said if canonical else ''}"]
    if subject.kind == "factory":
        lines.append(f"`{subject.name}` makes it.")
    if subject.kind == "member":
        lines.append(f"`{subject.name}` is one of its members.")
    roles: tuple[tuple[str, Role], ...] = (
        ("Made by", "factory"),
        ("Retired", "retired"),
        ("Also at", "also"),
    )
    for word, role in roles:
        names = contract.named(role)
        lines += [f"{word}: {', '.join(f'`{name}`' for name in names)}"] if names else []
    lines += [f"Reason: {contract.reason}"] if contract.reason else []
    lines += [" · ".join(_links(contract, session))]
    return "\n\n".join(lines)


def _links(contract: Contract, session: Session) -> Iterator[str]:
    """Links to the declaration of a contract, and to the pages of the rules that judge by it."""
    settings = session.state.settings
    for one in (
        (settings, *(member.settings for member in settings.workspace)) if settings is not None else ()
    ):
        line = one.contract_lines.get(contract.name) if one is not None else None
        if one is not None and line is not None:
            file = one.root / one.sources.get(f"contracts.{contract.name}", one.label)
            yield f"[{file.name}:{line}]({uri_of(str(file))}#L{line})"
            break
    left_off = tuple(contract.left_off)
    for rule in ALL:
        href = page_of(rule.code) if rule.kind == contract.kind and not rule.code.startswith(left_off) else ""
        if href and not rule.code.startswith("SOT9"):
            yield f"[{rule.code}]({href})"
