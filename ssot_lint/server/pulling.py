"""Requests for diagnostics → reports: of one file, and of all files of the workspace, open or not."""

from __future__ import annotations

from lsprotocol import types as lsp

from ssot_lint.server.diagnostics import identity
from ssot_lint.server.editor import Editor


async def document(editor: Editor, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    await editor.judging.current()
    path = editor.path(params.text_document.uri)
    desk, pages = editor.desk(), editor.judging.projects.pages
    found = editor.diagnostics(path, pages) if path is not None and desk.holds(path) else []
    mark = identity(found)
    if params.previous_result_id == mark:
        return lsp.RelatedUnchangedDocumentDiagnosticReport(result_id=mark)
    return lsp.RelatedFullDocumentDiagnosticReport(items=found, result_id=mark)


async def workspace(editor: Editor, params: lsp.WorkspaceDiagnosticParams) -> lsp.WorkspaceDiagnosticReport:
    await editor.judging.current()
    pages = editor.judging.projects.pages
    before = {editor.path(one.uri) or one.uri: one for one in params.previous_result_ids}
    reports: list[lsp.WorkspaceDocumentDiagnosticReport] = []
    for path in dict.fromkeys((*sorted(pages), *before)):
        known = before.get(path)
        uri = known.uri if known is not None else editor.uri(path)
        document = editor.documents.get(path)
        version = document.version if document is not None else None
        found = editor.diagnostics(path, pages)
        mark = identity(found)
        reports.append(
            lsp.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=mark, version=version)
            if known is not None and known.value == mark
            else lsp.WorkspaceFullDocumentDiagnosticReport(
                uri=uri, items=found, version=version, result_id=mark
            )
        )
    return lsp.WorkspaceDiagnosticReport(reports)
