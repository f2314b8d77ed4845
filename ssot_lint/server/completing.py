"""A place in a text → the words that may stand there, as the protocol has them."""

from __future__ import annotations

import os

from lsprotocol import types as lsp

from ssot_lint.engine import completions
from ssot_lint.engine.completions import Proposal
from ssot_lint.engine.import_place import import_line
from ssot_lint.engine.session import Session
from ssot_lint.model.finding import Span
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
        known = projects.session_of(path)
        if known is None:
            return []
        proposals = _proposals(*known, document, row, lines[row].removeprefix("\ufeff")[:column])
        return [_item(editor, document, one, row, column) for one in proposals]

    return await editor.judging.ask(found)


def _proposals(session: Session, inside: str, document: OpenText, row: int, before: str) -> list[Proposal]:
    if is_source(document.path):
        above = "\n".join((*document.lines[:row], before))
        own = [name for file in session.files() if file.path == inside for name in file.names]
        return completions.in_python(session.contracts(), above, document.text, own)
    name = os.path.basename(document.path)
    if name not in (FILE, PYPROJECT):
        return []
    return completions.in_settings(
        document.lines,
        row,
        before,
        is_pyproject=name == PYPROJECT,
        files=session.files(),
        source=session.text,
    )


def _item(editor: Editor, document: OpenText, one: Proposal, row: int, column: int) -> lsp.CompletionItem:
    lines = document.lines
    text, added = one.text, None
    if one.module:
        line, statement = import_line(lines[:row]), f"from {one.module} import {one.text}"
        if line == row == 0 and column == one.typed:
            # Both edits would begin in one place, which the protocol forbids.
            text = f"{statement}{document.line_end}{text}"
        else:
            added = [_import_edit(editor, document, line, statement)]
    typed = Span(row + 1, column - one.typed, row + 1, column)
    return lsp.CompletionItem(
        one.label,
        kind=_KINDS[one.kind],
        detail=one.about or None,
        tags=[lsp.CompletionItemTag.Deprecated] if one.is_retired else None,
        filter_text=one.label,
        text_edit=lsp.TextEdit(span_of(lines, typed, editor.unit), text),
        additional_text_edits=added,
    )


def _import_edit(editor: Editor, document: OpenText, line: int, statement: str) -> lsp.TextEdit:
    """Puts a statement before a line, which counts from 0. The edit is at the end of the line above: the word that is
    typed is never there."""
    end = document.line_end
    if not line:
        return lsp.TextEdit(span_of(document.lines, Span(1, 0, 1, 0), editor.unit), f"{statement}{end}")
    column = len(document.lines[line - 1].removeprefix("\ufeff"))
    place = Span(line, column, line, column)
    return lsp.TextEdit(span_of(document.lines, place, editor.unit), f"{end}{statement}")
