"""Measures the server as an editor has it: how long after a key the findings are there, and what that takes in memory.

``python -m benchmarks.editor FOLDER`` starts ``ssot-lint server`` twice in a project, first with nothing remembered and
then again, and types into its largest files that speak of what the contracts protect, or into such files drawn by
chance. The project's cache is removed; nothing else is written. Beside the seconds stand those of processor time, which
other programs disturb less, and how often ``ast.parse`` could have read the same text meanwhile, on this machine, just
before the key.

What is typed depends on ``--seed`` alone: lines in functions, imports of a canonical symbol, also by other names, new
functions, calls, lines that do not parse; each goes again with the next edit of its file.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
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

from ssot_lint.model.rules import CODES
from ssot_lint.settings import workspace
from ssot_lint.settings.documents import Documents

PATIENCE = 1800.0
"""Seconds that the first look at a large project may take."""

INSIDE = ("typed_here = 1", "value = (", "{name}()", "print({name})", "# a remark")
"""What is typed into functions."""

OUTSIDE = (
    "import os",
    "from {module} import {name}",
    "from {module} import {name} as Other{name}",
    "def added_here(one): return one",
    "def make_one(): return {name}()",
)
"""What is typed between the statements of a module."""


class Editor:
    """The other end of a conversation with the server."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "ssot_lint", "server"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._number = 1
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

    def rest(self, file: Path) -> None:
        """Waits until all files are judged: who speaks of something, they must all tell."""
        self._number += 1
        number = self._number
        where = {"textDocument": {"uri": file.as_uri()}, "position": _position(0, 0)}
        params = {**where, "context": {"includeDeclaration": False}}
        self._send({"id": number, "method": "textDocument/references", "params": params})
        self.until(lambda one: one.get("id") == number and "method" not in one)

    def idle(self) -> None:
        """Waits until the server has prepared what it can."""
        busy = -1.0
        while self.seconds() > busy + 0.1:
            busy = self.seconds()
            time.sleep(2)

    def memory(self) -> float:
        """What the process holds, in megabytes; 0 where the system does not tell."""
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        found = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
        return int(found.split()[1]) / 1024

    def seconds(self) -> float:
        """The processor time that the process has taken; 0 where the system does not tell."""
        try:
            words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

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
    """One edit: seconds until its findings were there, those of processor time, and those that ``ast.parse`` took for
    the text before; and seconds until all files were judged, where that was waited for."""

    seconds: float
    busy: float
    parsing: float
    rest: float


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


def typed(
    editor: Editor,
    files: Sequence[Path],
    symbols: Sequence[tuple[str, str]],
    chance: Random,
    *,
    whole: bool = False,
) -> Iterator[Key]:
    """Endless edits, each after the findings of the one before are shown, or after all files are judged (``whole``). A
    line that was added goes with the next edit of the file."""
    versions = dict.fromkeys(files, 1)
    added: dict[Path, int] = {}
    for file in files[1:]:
        opened(editor, file)
        editor.shown(file, 1)
    editor.idle()
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    parsing = {file: _parsed(text) for file, text in texts.items()}
    while True:
        file = chance.choice(files)
        if file in added:
            row = added.pop(file)
            start, end, text = (row, 0), (row + 1, 0), ""
        else:
            row, text = line(texts[file], symbols, chance)
            added[file] = row
            start, end = (row, 0), (row, 0)
            parsing[file] = _parsed(texts[file])
        versions[file] += 1
        place = {"start": _position(*start), "end": _position(*end)}
        params = {
            "textDocument": {"uri": file.as_uri(), "version": versions[file]},
            "contentChanges": [{"range": place, "text": text}],
        }
        busy, began = editor.seconds(), time.perf_counter()
        editor.tell("textDocument/didChange", params)
        editor.shown(file, versions[file])
        took, busy = time.perf_counter() - began, editor.seconds() - busy
        if whole:
            editor.rest(file)
        yield Key(took, busy, parsing[file], time.perf_counter() - began)


def line(text: str, symbols: Sequence[tuple[str, str]], chance: Random) -> tuple[int, str]:
    """A line to type, and the number of the line before which it stands. ``symbols`` are modules, each with a name."""
    module, name = chance.choice(symbols)
    tree = ast.parse(text)
    lasts = [node.body[-1] for node in ast.walk(tree) if isinstance(node, _FUNCTION)]
    if lasts and chance.random() < 0.6:
        last = chance.choice(lasts)
        return last.lineno - 1, f"{' ' * last.col_offset}{chance.choice(INSIDE).format(name=name)}\n"
    places = [node.lineno - 1 for node in tree.body if not getattr(node, "decorator_list", None)]
    return chance.choice(places), f"{chance.choice(OUTSIDE).format(module=module, name=name)}\n"


_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _parsed(text: str) -> float:
    began = time.perf_counter()
    ast.parse(text)
    return time.perf_counter() - began


def _position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def largest(folder: Path, number: int | None, names: Sequence[str]) -> list[Path]:
    """The largest Python files that parse, have functions and hold one of some names; None: all of them."""
    found = [path for path in folder.rglob("*.py") if not any(one.startswith(".") for one in path.parts[1:])]
    found.sort(key=lambda path: (-path.stat().st_size, path))
    chosen: list[Path] = []
    for path in found:
        if len(chosen) == number:
            break
        try:
            text = path.read_text(encoding="utf-8")
            is_fit = any(one in text for one in names) and any(
                isinstance(node, _FUNCTION) for node in ast.walk(ast.parse(text))
            )
        except (SyntaxError, ValueError):
            continue
        chosen += [path] if is_fit else []
    return chosen


def protected(folder: Path) -> list[tuple[str, str]]:
    """The modules of the canonical symbols of a project's contracts, each with the symbol's name."""
    file = workspace.find(folder, Documents())
    settings = workspace.load(file, codes=CODES) if file is not None else None
    paths = [path for one in (settings.contracts if settings else ()) for path in one.named("canonical")]
    return [(module, name) for module, _, name in (path.rpartition(".") for path in paths) if module]


def drawn(folder: Path, number: int, names: Sequence[str], chance: Random) -> list[Path]:
    """Some of these files, drawn by chance, the largest one first."""
    found = largest(folder, None, names)
    return sorted(chance.sample(found, min(number, len(found))), key=found.index)


def summary(keys: Sequence[Key]) -> str:
    """The middle and the slow end, in milliseconds, in those of processor time, and in readings by ``ast.parse``."""
    figures = ([one.seconds * 1000, one.busy * 1000, one.seconds / one.parsing] for one in keys)
    cuts = [statistics.quantiles(column, n=20) for column in zip(*figures, strict=True)]
    (half, most), (busy, busiest), (times, most_times) = ((cut[9], cut[18]) for cut in cuts)
    return (
        f"p50 {half:.0f} ms, p95 {most:.0f} ms; processor p50 {busy:.0f}, p95 {busiest:.0f}; "
        f"in ast.parse: p50 {times:.1f}, p95 {most_times:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=8, help="so many of the largest files")
    parser.add_argument("--drawn", action="store_true", help="not the largest files, but some by chance")
    parser.add_argument("--rest", action="store_true", help="wait after each edit until all files are judged")
    parser.add_argument("--edits", type=int, default=300)
    parser.add_argument(
        "--more", type=int, default=0, help="so many edits after these, for the growth of memory"
    )
    parser.add_argument("--warm", action="store_true", help="keep the project's cache, and start once")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folder = options.folder.resolve()
    symbols = protected(folder)
    names = [name for _, name in symbols]
    files = (
        drawn(folder, options.files, names, Random(options.seed))
        if options.drawn
        else largest(folder, options.files, names)
    )
    if not options.warm:
        shutil.rmtree(folder / ".ssot_lint_cache", ignore_errors=True)
    for words in ("nothing remembered", "started again")[options.warm :]:
        editor, seconds = started(folder, files[0])
        print(f"{words}: first findings after {seconds:.1f} s, {editor.memory():.0f} MB", flush=True)
        if words == "nothing remembered":
            editor.end()
    print(
        f"typed into {len(files)} files of {files[-1].stat().st_size:,} to {files[0].stat().st_size:,} bytes"
    )
    keys = typed(editor, files, symbols, Random(options.seed), whole=options.rest)
    first = [next(keys) for _ in range(options.edits)]
    print(f"{options.edits} edits: {summary(first)}", flush=True)
    if options.rest:
        cuts = statistics.quantiles((one.rest for one in first), n=20)
        print(f"until all files were judged: p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s")
    before = editor.memory()
    print(f"memory after them: {before:.0f} MB", flush=True)
    if options.more:
        print(f"{options.more} more: {summary([next(keys) for _ in range(options.more)])}")
        after = editor.memory()
        print(f"memory after them: {after:.0f} MB, {after - before:+.0f} MB")
    editor.end()


if __name__ == "__main__":
    main()
