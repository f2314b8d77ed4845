"""Messages of the editor about its texts, folders and files → what is known of it, and the judging of it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from lsprotocol import types as lsp

from ssot_lint.server.documents import OpenText, TextChange, changed, path_of
from ssot_lint.server.editor import Editor
from ssot_lint.server.positions import UNITS
from ssot_lint.server.projects import News
from ssot_lint.sources.tree import is_source


def initialize(editor: Editor, params: lsp.InitializeParams) -> None:
    """Takes note of what the client can do, and where its folders are."""
    capabilities = params.capabilities
    offered = capabilities.general.position_encodings if capabilities.general is not None else None
    words = [str(getattr(one, "value", one)) for one in offered or ()]
    editor.unit = next((unit for word in words for unit in UNITS if unit == word), "utf-16")
    text, work = capabilities.text_document, capabilities.workspace
    editor.pulls = text is not None and text.diagnostic is not None
    watched = work.did_change_watched_files if work is not None else None
    editor.watches = watched is not None and bool(watched.dynamic_registration)
    folders = [one.uri for one in params.workspace_folders or ()] or [params.root_uri]
    paths = [path_of(uri) for uri in folders if uri]
    if not any(paths) and params.root_path:
        paths = [params.root_path]
    editor.folders = {os.path.realpath(path): path for path in paths if path}


def initialized(editor: Editor) -> None:
    editor.judging.changed(News(disk=True, settings=True), at_once=True)


def folders_changed(editor: Editor, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    for one in params.event.removed:
        path = path_of(one.uri)
        editor.folders.pop(os.path.realpath(path) if path else "", None)
    for one in params.event.added:
        path = path_of(one.uri)
        if path:
            editor.folders[os.path.realpath(path)] = path
    editor.judging.changed(News(disk=True, settings=True), at_once=True)


def opened(editor: Editor, params: lsp.DidOpenTextDocumentParams) -> None:
    given = params.text_document
    path = editor.path(given.uri)
    if path is not None:
        editor.hold(OpenText(given.uri, path, given.text, given.version))
        editor.judging.changed(_looked_at(editor, path), at_once=True)


def text_changed(editor: Editor, params: lsp.DidChangeTextDocumentParams) -> None:
    given = params.text_document
    document = editor.text(given.uri)
    if document is None:
        return
    editor.hold(changed(document, _changes(params.content_changes), given.version, editor.unit))
    path = document.path
    told = News(settings=not is_source(path))
    editor.judging.changed(told if editor.watches else _looked_at(editor, path))


def _looked_at(editor: Editor, path: str) -> News:
    """What to look at on the disk when a file is opened, changed, saved or closed. That includes the settings if it is
    a settings file, or if the client does not watch them."""
    return News(disk=True, settings=not is_source(path) or not editor.watches)


def _changes(
    given: Sequence[lsp.TextDocumentContentChangePartial | lsp.TextDocumentContentChangeWholeDocument],
) -> list[TextChange]:
    found = []
    for one in given:
        place = getattr(one, "range", None)
        where = (
            (place.start.line, place.start.character, place.end.line, place.end.character) if place else None
        )
        found.append(TextChange(where, one.text))
    return found


def closed(editor: Editor, params: lsp.DidCloseTextDocumentParams) -> None:
    document = editor.text(params.text_document.uri)
    if document is not None:
        editor.drop(document)
        editor.judging.changed(_looked_at(editor, document.path), at_once=True)


def saved(editor: Editor, params: lsp.DidSaveTextDocumentParams) -> None:
    path = editor.path(params.text_document.uri)
    if path is not None:
        editor.judging.changed(_looked_at(editor, path))


def files_changed(editor: Editor, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Files on the disk were made, changed or removed. A new folder may be a member, and hold settings."""
    plain = all(is_source(one.uri) and one.type == lsp.FileChangeType.Changed for one in params.changes)
    editor.judging.changed(News(disk=True, settings=not plain))


WATCHED = ("**/*.py", "**/*.pyi", "**/*.toml", "**/*.cfg", "**/*.txt", "**/.gitignore", "**/CODEOWNERS")
"""What a client is asked to watch: sources, settings, baselines, and what says which files there are."""
