"""A piece of a text → what can be done about its findings: repairs, an exemption, all safe repairs at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from lsprotocol import types as lsp

from ssot_lint.engine import repairs
from ssot_lint.engine.repairs import Remedy
from ssot_lint.engine.session import Session
from ssot_lint.model.finding import Edit, Finding
from ssot_lint.server.diagnostics import diagnostics, span_of
from ssot_lint.server.editor import Editor
from ssot_lint.server.projects import Page, Projects

FIX_ALL = "source.fixAll.ssotLint"
QUICK_FIX = "quickfix"
KINDS = (QUICK_FIX, FIX_ALL)


async def actions(editor: Editor, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    path = editor.path(params.text_document.uri)
    if path is None:
        return []

    def found(projects: Projects) -> list[lsp.CodeAction]:
        known = projects.session_of(path)
        # What is half typed has other places than what was judged.
        if known is None or known[0].is_broken(known[1]):
            return []
        return [*_actions(editor, path, known, params)]

    return await editor.judging.ask(found, editor.path(params.text_document.uri))


def _actions(
    editor: Editor, path: str, known: tuple[Session, str], params: lsp.CodeActionParams
) -> Iterator[lsp.CodeAction]:
    session, inside = known
    wanted = params.context.only
    if _is_wanted(QUICK_FIX, wanted):
        for finding in (one for one in session.state.findings if one.path == inside):
            shown = _shown(editor, path, session, finding)
            if not _touch(shown.range, params.range):
                continue
            repair = repairs.of_finding(session, finding)
            if repair is not None:
                title = _title(repair)
                yield _action(editor, session, repair, title, shown, is_best=repair.is_safe)
            data = session.text(inside)
            excuse = repairs.exemption(finding, data) if data is not None else None
            if excuse is not None:
                yield _action(editor, session, excuse, excuse.title, shown, is_best=False)
    if _is_wanted(FIX_ALL, wanted):
        everything = repairs.of_file(session, inside)
        if everything is not None:
            edit = _edit(editor, session, everything)
            yield lsp.CodeAction("Fix all that is safe (ssot-lint)", kind=FIX_ALL, edit=edit)


def resolved(action: lsp.CodeAction) -> lsp.CodeAction:
    """An action has its edit from the beginning."""
    return action


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind is asked for: by itself, by a kind that holds it, or by nothing at all."""
    words = [str(getattr(one, "value", one)) for one in only or ()]
    return not words or any(not word or kind == word or kind.startswith(f"{word}.") for word in words)


def _touch(one: lsp.Range, other: lsp.Range) -> bool:
    """Whether two ranges have a place in common, if only at their ends."""
    return _place(one.start) <= _place(other.end) and _place(other.start) <= _place(one.end)


def _place(position: lsp.Position) -> tuple[int, int]:
    return position.line, position.character


def _shown(editor: Editor, path: str, session: Session, finding: Finding) -> lsp.Diagnostic:
    page = Page(session.root, (finding,))
    return diagnostics(path, page, session.state.settings, editor.lines, editor.uri, editor.unit)[0]


def _title(repair: Remedy) -> str:
    title = repair.title[:1].upper() + repair.title[1:]
    return title if repair.is_safe else f"{title} (unsafe)"


def _action(
    editor: Editor, session: Session, repair: Remedy, title: str, shown: lsp.Diagnostic, *, is_best: bool
) -> lsp.CodeAction:
    return lsp.CodeAction(
        title,
        kind=QUICK_FIX,
        diagnostics=[shown],
        is_preferred=is_best or None,
        edit=_edit(editor, session, repair),
    )


def _edit(editor: Editor, session: Session, repair: Remedy) -> lsp.WorkspaceEdit:
    """The edits of a repair as the protocol has them. Only files that go ask for more than the plain form."""
    changes: dict[str, list[lsp.TextEdit]] = {}
    for inside, edits in repair.edits.items():
        path = os.path.normpath(session.root / inside)
        lines = editor.lines(path)
        changes[editor.uri(path)] = [_text_edit(editor, lines, one) for one in edits]
    if not repair.removed:
        return lsp.WorkspaceEdit(changes=changes)
    versioned: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = [
        lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri), edits)
        for uri, edits in changes.items()
    ]
    gone = [lsp.DeleteFile(editor.uri(os.path.normpath(session.root / one))) for one in repair.removed]
    return lsp.WorkspaceEdit(document_changes=[*versioned, *gone])


def _text_edit(editor: Editor, lines: Sequence[str], edit: Edit) -> lsp.TextEdit:
    return lsp.TextEdit(span_of(lines, edit.span, editor.unit), edit.text)
