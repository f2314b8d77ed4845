"""Measures the server as an editor has it: how long after a key the findings are there, and what that takes in memory.

``python -m benchmarks.editor FOLDER`` starts ``ssot-lint server`` twice in a project, first with nothing remembered and
then again, and types into its largest files that parse. The project's cache is removed; nothing else is written. Beside
each time stands how often ``ast.parse`` could have read the same text meanwhile, on this machine, just before the key.

What is typed depends on ``--seed`` alone: names, imports, lines that do not parse, and their removal.
"""

from __future__ import annotations

import argparse
import ast
import json
import queue
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

PATIENCE = 1800.0
"""Seconds that the first look at a large project may take."""

LINES = (
    "import os",
    "x = (",
    "def added(one): return one",
    "added = [one for one in range(9)]",
    "# a remark",
    "class Added: ...",
    "from typing import Any as Added",
)
"""What is typed besides the lines that ``--line`` gives."""


class Editor:
    """The other end of a conversation with the server."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "ssot_lint", "server"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        capabilities = {"textDocument": {"publishDiagnostics": {}}, "workspace": _WATCHES}
        params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities}
        self._send({"id": 1, "method": "initialize", "params": params})
        self.until(lambda one: one.get("id") == 1)
        self.tell("initialized", {})

    def tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def until(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The message that is waited for."""
        while True:
            message = self._said.get(timeout=PATIENCE)
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": None})
            if is_it(message):
                return message

    def shown(self, file: Path, version: int) -> None:
        """Waits until the findings of a version of a text are there."""
        uri = file.as_uri()
        self.until(
            lambda one: (
                one.get("method") == "textDocument/publishDiagnostics"
                and one["params"]["uri"] == uri
                and one["params"].get("version") == version
            )
        )

    def memory(self) -> float:
        """What the process holds, in megabytes; 0 where the system does not tell."""
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        found = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
        return int(found.split()[1]) / 1024

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
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
            self._said.put(json.loads(stream.read(length)))


_WATCHES = {"didChangeWatchedFiles": {"dynamicRegistration": True}}


class Key(NamedTuple):
    """One edit: seconds until its findings were there, and those that ``ast.parse`` took for the text before."""

    seconds: float
    parsing: float


def started(folder: Path, file: Path) -> tuple[Editor, float]:
    """An editor in which the findings of a file are shown, and after how many seconds they were."""
    began = time.perf_counter()
    editor = Editor(folder)
    opened(editor, file)
    editor.shown(file, 1)
    return editor, time.perf_counter() - began


def opened(editor: Editor, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": text}
    editor.tell("textDocument/didOpen", {"textDocument": document})


def typed(editor: Editor, files: Sequence[Path], lines: Sequence[str], chance: Random) -> Iterator[Key]:
    """Endless edits, each after the findings of the one before are shown. A line that was added goes with the next edit
    of the file."""
    versions = dict.fromkeys(files, 1)
    added: dict[Path, int] = {}
    for file in files[1:]:
        opened(editor, file)
        editor.shown(file, 1)
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    parsing = {file: _parsed(text) for file, text in texts.items()}
    while True:
        file = chance.choice(files)
        if file in added:
            row = added.pop(file)
            start, end, text = (row, 0), (row + 1, 0), ""
        else:
            row = added[file] = chance.choice(_places(texts[file]))
            start, end, text = (row, 0), (row, 0), f"{chance.choice(lines)}\n"
            parsing[file] = _parsed(texts[file])
        versions[file] += 1
        place = {"start": _position(*start), "end": _position(*end)}
        params = {
            "textDocument": {"uri": file.as_uri(), "version": versions[file]},
            "contentChanges": [{"range": place, "text": text}],
        }
        began = time.perf_counter()
        editor.tell("textDocument/didChange", params)
        editor.shown(file, versions[file])
        yield Key(time.perf_counter() - began, parsing[file])


def _places(text: str) -> list[int]:
    """The lines before which a statement of the module can stand."""
    return [node.lineno - 1 for node in ast.parse(text).body if not getattr(node, "decorator_list", None)]


def _parsed(text: str) -> float:
    began = time.perf_counter()
    ast.parse(text)
    return time.perf_counter() - began


def _position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def largest(folder: Path, number: int) -> list[Path]:
    """The largest Python files that parse."""
    found = [path for path in folder.rglob("*.py") if not any(one.startswith(".") for one in path.parts[1:])]
    found.sort(key=lambda path: (-path.stat().st_size, path))
    chosen: list[Path] = []
    for path in found:
        if len(chosen) == number:
            break
        try:
            ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError):
            continue
        chosen.append(path)
    return chosen


def summary(keys: Sequence[Key]) -> str:
    """The middle and the slow end, in milliseconds and in readings by ``ast.parse``."""
    times = statistics.quantiles([one.seconds * 1000 for one in keys], n=20)
    ratios = statistics.quantiles([one.seconds / one.parsing for one in keys], n=20)
    half, most = times[9], times[18]
    return f"p50 {half:.0f} ms, p95 {most:.0f} ms; in ast.parse: p50 {ratios[9]:.1f}, p95 {ratios[18]:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=8, help="so many of the largest files")
    parser.add_argument("--edits", type=int, default=300)
    parser.add_argument(
        "--more", type=int, default=0, help="so many edits after these, for the growth of memory"
    )
    parser.add_argument("--line", action="append", default=[], help="a line that is typed too; several times")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folder = options.folder.resolve()
    files = largest(folder, options.files)
    shutil.rmtree(folder / ".ssot_lint_cache", ignore_errors=True)
    for words in ("nothing remembered", "started again"):
        editor, seconds = started(folder, files[0])
        print(f"{words}: first findings after {seconds:.1f} s, {editor.memory():.0f} MB", flush=True)
        if words == "nothing remembered":
            editor.end()
    print(
        f"typed into {len(files)} files of {files[-1].stat().st_size:,} to {files[0].stat().st_size:,} bytes"
    )
    keys = typed(editor, files, (*LINES, *options.line), Random(options.seed))
    print(f"{options.edits} edits: {summary([next(keys) for _ in range(options.edits)])}", flush=True)
    before = editor.memory()
    print(f"memory after them: {before:.0f} MB", flush=True)
    if options.more:
        print(f"{options.more} more: {summary([next(keys) for _ in range(options.more)])}")
        after = editor.memory()
        print(f"memory after them: {after:.0f} MB, {after - before:+.0f} MB")
    editor.end()


if __name__ == "__main__":
    main()
