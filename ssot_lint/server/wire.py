"""The protocol as pygls speaks it → calls of our functions; the only module that knows pygls.

pygls keeps its own copy of the texts, and does without some rules about the beginning and the end of a conversation:
both are taken from it here.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from ssot_lint import __version__
from ssot_lint.server import actions, completing, navigation, pulling, synchronizing
from ssot_lint.server.editor import Editor
from ssot_lint.server.indexing import Value
from ssot_lint.server.lifecycle import INVALID_REQUEST, PARSE_ERROR, Life, end_with
from ssot_lint.server.streams import Input, accepted


def serve(tcp: tuple[str, int] | None = None) -> int:
    """Speaks with one editor, over standard input and output or over a port, until it ends. The exit code."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server, life = built()
    out = sys.stdout.buffer
    # Whoever prints must not write into the conversation.
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(sys.stderr):
        if tcp is None:
            server.start_io(Input(sys.stdin.buffer), out)
        else:
            with accepted(*tcp) as (given, taken):
                server.start_io(Input(given), taken)
    return 0 if life.is_shut_down else 1


def built() -> tuple[Any, Life]:
    """A server that waits for ``initialize``."""
    server = LanguageServer("ssot-lint", __version__, lsp.TextDocumentSyncKind.Incremental)
    life = Life()
    _guard(server, life)

    def refresh() -> None:
        work = server.client_capabilities.workspace
        if work is not None and work.diagnostics is not None and work.diagnostics.refresh_support:
            server.workspace_diagnostic_refresh(None)

    editor = Editor(server.text_document_publish_diagnostics, refresh)
    _texts(server, editor)
    _begin(server, editor, life)
    _answers(server, editor)
    return server, life


def _guard(server: Any, life: Life) -> None:
    """Answers what comes too early or too late, and what cannot be read."""
    protocol = server.protocol
    handle, structure = protocol.handle_message, protocol.structure_message

    def refused(number: object, code: int, text: str) -> None:
        # An answer to no number has the id null. The types of pygls cannot say that.
        said = {"code": code, "message": text}
        protocol._send_data({"jsonrpc": "2.0", "id": number, "error": said})

    def handled(message: Any) -> None:
        if not hasattr(message, "jsonrpc"):
            number = message.get("id") if isinstance(message, dict) else None
            refused(number, INVALID_REQUEST, "this is no message of the protocol")
            return
        method, number = getattr(message, "method", None), getattr(message, "id", None)
        if method is not None and number is not None:
            refusal = life.refusal(method)
            if refusal is not None:
                refused(number, *refusal)
                return
        elif method is not None and not life.is_heard(method):
            return
        handle(message)

    def structured(data: dict[str, Any]) -> Any:
        try:
            return structure(_with_parameters(data))
        except Exception as error:
            if "id" in data and "method" in data:
                refused(data["id"], getattr(error, "code", None) or -32602, f"{data['method']}: {error}")
            raise

    def unread(error: Exception, _: object) -> None:
        if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
            refused(None, PARSE_ERROR, f"this is no message of JSON: {error}")

    protocol.handle_message, protocol.structure_message = handled, structured
    server.report_server_error = unread


def _with_parameters(data: dict[str, Any]) -> dict[str, Any]:
    """A part of a message. If it is a request that leaves its parameters out, it gets empty ones."""
    return {"params": None, **data} if "jsonrpc" in data and "method" in data else data


def _texts(server: Any, editor: Editor) -> None:
    """What editors tell of texts, folders and files."""
    builtin = server.protocol.fm.add_builtin_feature
    for method, function in (
        (lsp.TEXT_DOCUMENT_DID_OPEN, synchronizing.opened),
        (lsp.TEXT_DOCUMENT_DID_CHANGE, synchronizing.text_changed),
        (lsp.TEXT_DOCUMENT_DID_CLOSE, synchronizing.closed),
        (lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, synchronizing.folders_changed),
    ):
        builtin(method, partial(function, editor))
    server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)(partial(synchronizing.saved, editor))
    server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)(partial(synchronizing.files_changed, editor))


def _begin(server: Any, editor: Editor, life: Life) -> None:
    def initialize(params: lsp.InitializeParams) -> None:
        synchronizing.initialize(editor, params)
        if params.process_id:
            end_with(params.process_id, partial(os._exit, 1))
        window = params.capabilities.window
        if window is not None and window.work_done_progress:
            _show_progress(server, editor)
        if editor.pulls:
            options = lsp.DiagnosticOptions(
                inter_file_dependencies=True, workspace_diagnostics=True, identifier="ssot-lint"
            )
            server.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, options)(partial(pulling.document, editor))
            server.feature(lsp.WORKSPACE_DIAGNOSTIC)(partial(pulling.workspace, editor))
        life.is_initialized = True

    def initialized(*_: object) -> None:
        if editor.watches:
            watchers = [lsp.FileSystemWatcher(pattern) for pattern in synchronizing.WATCHED]
            options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = lsp.Registration(
                "ssot-lint-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
            )
            server.client_register_capability(lsp.RegistrationParams([registration]))
        synchronizing.initialized(editor)

    def shutdown(*_: object) -> None:
        life.is_shut_down = True

    def exit(*_: object) -> None:
        raise SystemExit

    server.feature(lsp.INITIALIZE)(initialize)
    server.feature(lsp.INITIALIZED)(initialized)
    server.feature(lsp.SHUTDOWN)(shutdown)
    server.protocol.fm.add_builtin_feature(lsp.EXIT, exit)


def _show_progress(server: Any, editor: Editor) -> None:
    """Lets the editor show how far the first look at its projects is, and stop it."""

    def create(token: str, begun: Callable[[], None]) -> None:
        server.work_done_progress.create(token, lambda *_: begun())

    def say(token: str, value: Value) -> None:
        server.protocol.notify(lsp.PROGRESS, lsp.ProgressParams(token, value))

    def cancelled(params: lsp.WorkDoneProgressCancelParams) -> None:
        editor.judging.indexing.stop(params.token)

    editor.judging.indexing.create, editor.judging.indexing.say = create, say
    server.feature(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL)(cancelled)


def _answers(server: Any, editor: Editor) -> None:
    """What editors ask."""
    kinds = lsp.CodeActionOptions(code_action_kinds=[*actions.KINDS], resolve_provider=True)
    server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)(partial(actions.actions, editor))
    plain: tuple[tuple[str, Callable[..., Any]], ...] = (
        (lsp.TEXT_DOCUMENT_HOVER, navigation.hover),
        (lsp.TEXT_DOCUMENT_DEFINITION, navigation.definition),
        (lsp.TEXT_DOCUMENT_REFERENCES, navigation.references),
    )
    for method, function in plain:
        server.feature(method)(partial(function, editor))
    words = lsp.CompletionOptions(trigger_characters=[*completing.BEGIN])
    server.feature(lsp.TEXT_DOCUMENT_COMPLETION, words)(partial(completing.completion, editor))
    server.feature(lsp.CODE_ACTION_RESOLVE)(actions.resolved)
