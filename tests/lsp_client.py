"""An editor, as far as the server can tell: messages over standard input and output, and what came back."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PATIENCE = 60.0
"""Seconds that a busy machine may take for an answer."""

Message = dict[str, Any]


class Editor:
    """One conversation, and the diagnostics that were pushed in it, by path."""

    def __init__(self) -> None:
        self.pushed: dict[str, Message] = {}
        self.pushes: list[str] = []
        self.asked: list[Message] = []
        self.strays: queue.Queue[Message] = queue.Queue()
        """Answers to what could not be read."""
        self._answers: queue.Queue[Message] = queue.Queue()
        self._news = threading.Condition()
        self._number = 0

    def start(
        self, folders: Sequence[Path], *, pulls: bool = False, offered: Sequence[str] = (), **more: object
    ) -> Message:
        text: Message = {"publishDiagnostics": {"relatedInformation": True}}
        if pulls:
            text["diagnostic"] = {}
        capabilities = {
            "textDocument": text,
            "workspace": {"diagnostics": {"refreshSupport": True}},
            "general": {"positionEncodings": [*offered]} if offered else {},
        }
        places = [{"uri": one.as_uri(), "name": one.name} for one in folders]
        params = {
            "processId": None,
            "capabilities": capabilities,
            "rootUri": None,
            "workspaceFolders": places,
        }
        found: Message = self.ask("initialize", {**params, **more})
        self.tell("initialized", {})
        return found

    def ask(self, method: str, params: object) -> Any:
        """The result. An error of the protocol is raised as RuntimeError."""
        answer = self.answer(method, params)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def answer(self, method: str, params: object) -> Message:
        self._number += 1
        self.send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        while True:
            answer = self._answers.get(timeout=PATIENCE)
            if answer["id"] == self._number:
                return answer

    def tell(self, method: str, params: object) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def send(self, message: Message) -> None:
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body: bytes) -> None:
        raise NotImplementedError

    # -- texts

    def open(self, file: Path, text: str | None = None, version: int = 1) -> None:
        document = {
            "uri": file.as_uri(),
            "languageId": "python",
            "version": version,
            "text": text if text is not None else file.read_text(),
        }
        self.tell("textDocument/didOpen", {"textDocument": document})

    def change(self, file: Path, text: str, version: int = 2, place: Message | None = None) -> None:
        change = {"text": text} if place is None else {"text": text, "range": place}
        params = {"textDocument": {"uri": file.as_uri(), "version": version}, "contentChanges": [change]}
        self.tell("textDocument/didChange", params)

    def close(self, file: Path) -> None:
        self.tell("textDocument/didClose", {"textDocument": {"uri": file.as_uri()}})

    def told_of(self, *files: Path, kind: int = 2) -> None:
        changes = [{"uri": one.as_uri(), "type": kind} for one in files]
        self.tell("workspace/didChangeWatchedFiles", {"changes": changes})

    def pull(self, file: Path) -> list[Message]:
        found: list[Message] = self.ask("textDocument/diagnostic", {"textDocument": {"uri": file.as_uri()}})[
            "items"
        ]
        return found

    def until(self, is_right: Callable[[Editor], bool], seconds: float = PATIENCE) -> None:
        """Waits until what was pushed is right."""
        end = time.monotonic() + seconds
        with self._news:
            while not is_right(self):
                left = end - time.monotonic()
                assert left > 0, f"not said: {self.pushed}"
                self._news.wait(left)

    def codes(self, file: Path) -> list[tuple[int, str]] | None:
        """Lines, from 1, and codes of what was pushed last of a file."""
        found = self.pushed.get(str(file))
        return None if found is None else codes(found["diagnostics"])

    def heard(self, message: Message) -> None:
        if "method" not in message:
            (self._answers if message["id"] is not None else self.strays).put(message)
            return
        with self._news:
            if message["method"] == "textDocument/publishDiagnostics":
                path = unquote(urlsplit(message["params"]["uri"]).path)
                self.pushed[path] = message["params"]
                self.pushes.append(path)
            else:
                self.asked.append(message)
            self._news.notify_all()
        if "id" in message:
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": None})


class Client(Editor):
    """An editor that has started a server as a process: this one, or another by its command."""

    def __init__(self, *command: str, **variables: str) -> None:
        super().__init__()
        self.process = subprocess.Popen(
            command or (sys.executable, "-m", "ssot_lint", "server"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **variables},
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not length:
                return
            self.heard(json.loads(stream.read(length)))


class Inside(Editor):
    """An editor in the process of the server: the same messages, and nothing to start."""

    def __init__(self) -> None:
        from ssot_lint.server.wire import built

        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._server, _ = built()
        self._server.protocol.set_writer(self)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Inside:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(_given_up(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def send_bytes(self, body: bytes) -> None:
        protocol = self._server.protocol

        def taken() -> None:
            protocol.handle_message(json.loads(body, object_hook=protocol.structure_message))

        self._loop.call_soon_threadsafe(taken)

    def write(self, data: bytes) -> None:
        """What the server says."""
        self.heard(json.loads(data.partition(b"\r\n\r\n")[2]))


async def _given_up() -> None:
    """Ends what the server still has to do."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def codes(diagnostics: Sequence[Message]) -> list[tuple[int, str]]:
    return [(one["range"]["start"]["line"] + 1, one.get("code", "")) for one in diagnostics]


def edited(text: str, edits: Sequence[Message]) -> str:
    """A text after the edits of an action, counted in UTF-16."""
    lines = text.split("\n")

    def at(place: Message) -> int:
        before = sum(len(line) + 1 for line in lines[: place["line"]])
        rest = lines[place["line"]] if place["line"] < len(lines) else ""
        return before + len(rest.encode("utf-16-le")[: 2 * place["character"]].decode("utf-16-le"))

    ordered = sorted(edits, key=lambda one: at(one["range"]["start"]), reverse=True)
    for one in ordered:
        start, end = at(one["range"]["start"]), at(one["range"]["end"])
        text = text[:start] + one["newText"] + text[end:]
    return text
