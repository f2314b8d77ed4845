"""Requests for diagnostics → reports: of one file, and of all files of the workspace, open or not."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp

from ssot_lint.server.diagnostics import identity
from ssot_lint.server.editor import Editor
from ssot_lint.server.projects import Projects


async def document(editor: Editor, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    path = editor.path(params.text_document.uri)
    await editor.judging.current(path)
    desk, pages = editor.desk(), editor.judging.projects.pages
    found = editor.diagnostics(path, pages) if path is not None and desk.holds(path) else []
    mark = identity(found)
    if params.previous_result_id == mark:
        return lsp.RelatedUnchangedDocumentDiagnosticReport(result_id=mark)
    return lsp.RelatedFullDocumentDiagnosticReport(items=found, result_id=mark)


async def workspace(editor: Editor, params: lsp.WorkspaceDiagnosticParams) -> lsp.WorkspaceDiagnosticReport:
    """Editors ask for this again and again: what is unchanged costs little."""
    before = {editor.path(one.uri) or one.uri: one for one in params.previous_result_ids}

    def found(projects: Projects) -> lsp.WorkspaceDiagnosticReport:
        desk, pages = editor.desk(), projects.pages
        known: dict[str, Sequence[str]] = {}
        reports: list[lsp.WorkspaceDocumentDiagnosticReport] = []
        for path in dict.fromkeys((*sorted(pages), *before)):
            old = before.get(path)
            uri = old.uri if old is not None else editor.uri(path)
            document = desk.documents.get(path)
            version = document.version if document is not None else None
            mark = editor.mark(path, pages, desk, known)
            reports.append(
                lsp.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=mark, version=version)
                if old is not None and old.value == mark
                else lsp.WorkspaceFullDocumentDiagnosticReport(
                    uri=uri,
                    items=editor.diagnostics(path, pages, desk, known),
                    version=version,
                    result_id=mark,
                )
            )
        return lsp.WorkspaceDiagnosticReport(reports)

    return await editor.judging.ask(found, whole=True)
