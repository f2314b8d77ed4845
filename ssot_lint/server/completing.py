"""A place in a text → the words that may stand there, as the protocol has them."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from lsprotocol import types as lsp

from ssot_lint.engine.completions.in_python import NamesKnown, in_python
from ssot_lint.engine.completions.in_settings import in_settings
from ssot_lint.engine.completions.proposal import Proposal
from ssot_lint.engine.session import Session
from ssot_lint.engine.symbols import handed_on, leads, members, world_of
from ssot_lint.links.index import Index
from ssot_lint.model.finding import Edit, File, Span
from ssot_lint.server.diagnostics import span_of
from ssot_lint.server.documents import OpenText
from ssot_lint.server.editor import Editor
from ssot_lint.server.positions import from_client
from ssot_lint.server.projects import Projects
from ssot_lint.settings.settings import FILE, PYPROJECT
from ssot_lint.sources.tree import is_source

_KINDS = {
    "class": lsp.CompletionItemKind.Class,
    "key": lsp.CompletionItemKind.Property,
    "path": lsp.CompletionItemKind.Module,
    "value": lsp.CompletionItemKind.EnumMember,
}

BEGIN = (".", '"', "[")
"""Letters behind which an editor asks."""


async def completion(editor: Editor, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
    path = editor.path(params.text_document.uri)
    document = editor.documents.get(path or "")
    if path is None or document is None:
        return []
    lines = document.lines
    row, column = from_client(lines, params.position.line, params.position.character, editor.unit)

    def found(projects: Projects) -> list[lsp.CompletionItem]:
        # Of settings that never were right nothing is known, and their words are wanted all the more.
        known = projects.session_of(path) or _begun(editor, path)
        if known is None:
            return []
        proposals = _proposals(*known, document, row, column)
        return [_item(editor, document, one, row, column) for one in proposals]

    return await editor.judging.ask(found)


def _begun(editor: Editor, path: str) -> tuple[Session, str] | None:
    """A project that has a settings file, and nothing else yet."""
    name = os.path.basename(path)
    is_one = name in (FILE, PYPROJECT) and editor.desk().holds(path)
    return (Session(Path(path)), name) if is_one else None


def _proposals(session: Session, inside: str, document: OpenText, row: int, column: int) -> list[Proposal]:
    lines = [document.lines[0].removeprefix("\ufeff"), *document.lines[1:]]
    if is_source(document.path):
        index = session.index()
        return in_python(_known(index, inside), lines, row, column) if index is not None else []
    name = os.path.basename(document.path)
    if name not in (FILE, PYPROJECT):
        return []
    return in_settings(
        lines,
        row,
        column,
        is_pyproject=name == PYPROJECT,
        files=session.files,
        source=session.text,
    )


def _known(index: Index, inside: str) -> NamesKnown:
    world = world_of(index, inside)
    files = (one for one in index.listing.files if one.path == inside)
    own = next(files, File(inside, "", package=False, tests=False))
    return NamesKnown(
        [links.contract for links in world.links],
        world.project.known,
        world.world.files.get(inside, own) if world.world is not None else own,
        members=partial(members, world),
        handed_on=partial(handed_on, world, inside),
        leads=partial(leads, world),
    )


def _item(editor: Editor, document: OpenText, one: Proposal, row: int, column: int) -> lsp.CompletionItem:
    lines, text, edits = document.lines, one.text, [*one.edits]
    typed = Span(row + 1, column - one.typed, row + 1, column)
    first = Span(1, 0, 1, 0)
    if typed[:2] == first[:2]:
        # Both edits would begin in one place, which the protocol forbids.
        text = "".join([*(edit.text for edit in edits if edit.span == first), text])
        edits = [edit for edit in edits if edit.span != first]
    return lsp.CompletionItem(
        one.label,
        kind=_KINDS[one.kind],
        detail=one.about or None,
        tags=[lsp.CompletionItemTag.Deprecated] if one.is_retired else None,
        filter_text=one.label,
        text_edit=lsp.TextEdit(span_of(lines, typed, editor.unit), _ended(document, text)),
        additional_text_edits=[_text_edit(editor, document, edit) for edit in edits] or None,
    )


def _text_edit(editor: Editor, document: OpenText, edit: Edit) -> lsp.TextEdit:
    """An edit as the protocol has it. Whole lines are put behind the end of the line above: what is typed may begin
    where they would, and is never there."""
    span, text = edit.span, edit.text
    if span[:2] == span[2:] and not span.column and span.line > 1 and text.endswith("\n"):
        end = len(document.lines[span.line - 2].removeprefix("\ufeff"))
        span, text = Span(span.line - 1, end, span.line - 1, end), f"\n{text[:-1]}"
    return lsp.TextEdit(span_of(document.lines, span, editor.unit), _ended(document, text))


def _ended(document: OpenText, text: str) -> str:
    return text.replace("\n", document.line_end)
