"""Several files that are written together: all of them, or none."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_cli import POSIX

from ssot_lint.discovery.diff import LONG, diff
from ssot_lint.model.errors import Unusable
from ssot_lint.sources import writing
from ssot_lint.sources.writing import FileEdit


def state(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def planned(folder: Path, name: str, new: bytes) -> FileEdit:
    return writing.planned(folder / name, name, lambda old: new)


def test_all_are_written_with_the_folders_that_they_need(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    todo = [planned(tmp_path, "a", b"new"), planned(tmp_path, "b/c/d", b"fresh"), planned(tmp_path, "e", b"")]
    assert writing.write_edits(todo) == ("a", "b/c/d", "e")
    assert state(tmp_path) == {"a": b"new", "b": None, "b/c": None, "b/c/d": b"fresh", "e": b""}


def test_nothing_is_written_where_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    before = os.stat(tmp_path / "a").st_mtime_ns
    assert writing.write_edits([planned(tmp_path, "a", b"old")]) == ()
    assert os.stat(tmp_path / "a").st_mtime_ns == before


def test_a_file_that_cannot_be_prepared_leaves_all_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    todo = [
        planned(tmp_path, "a", b"new"),
        planned(tmp_path, "b/c", b"fresh"),
        planned(tmp_path, "d/e", b"fresh"),
    ]
    (tmp_path / "d").write_bytes(b"a file in the place of a folder")
    before = state(tmp_path)
    with pytest.raises(Unusable, match=r"d/e cannot be written: .*; nothing has been changed"):
        writing.write_edits(todo)
    assert state(tmp_path) == before


def test_a_file_that_has_changed_meanwhile_has_the_others_taken_back(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "z").write_bytes(b"old")
    todo = [
        planned(tmp_path, "a", b"new"),
        planned(tmp_path, "b/c", b"fresh"),
        planned(tmp_path, "z", b"new"),
    ]
    (tmp_path / "z").write_bytes(b"theirs")
    before = state(tmp_path)
    with pytest.raises(Unusable, match="z has changed meanwhile: try again"):
        writing.write_edits(todo)
    assert state(tmp_path) == before


def test_what_cannot_be_taken_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "az":
        (tmp_path / name).write_bytes(b"old")
    todo = [planned(tmp_path, "a", b"new"), planned(tmp_path, "z", b"new")]
    real, calls = os.replace, []

    def once(old: str, new: str) -> None:
        calls.append(new)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(old, new)

    monkeypatch.setattr(os, "replace", once)
    with pytest.raises(
        Unusable, match=r"z cannot be written: .*; what had been written .* taken back either: a$"
    ):
        writing.write_edits(todo)
    assert state(tmp_path) == {"a": b"new", "z": b"old"}


def test_a_diff_shows_what_a_terminal_can(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\r\n\x1b[31mtwo")
    (line, _, _, *body) = diff([planned(tmp_path, "a", b"one\r\n\x1b[31mtwo\r\nthree\r\n")])
    assert line == "--- a/a"
    assert body == [" one", "-\\x1b[31mtwo", "\\ No newline at end of file", "+\\x1b[31mtwo", "+three"]


def test_a_long_new_file_is_shown_in_part(tmp_path: Path) -> None:
    lines = diff([planned(tmp_path, "a", b"line\n" * 1000)])
    assert len(lines) == LONG + 1
    assert lines[-1] == f"\\ and {1003 - LONG} more lines"


@POSIX
def test_temporary_files_of_killed_runs_are_removed(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    machine = writing._machine()
    names = {
        f".ssot-lint-{machine}-{int(ended.stdout)}.1.tmp": False,
        f".ssot-lint-{machine}-{os.getpid()}.1.tmp": True,
        ".ssot-lint-elsewhere-1.1.tmp": True,
        ".ssot-lint-elsewhere-2.1.tmp": False,
        ".ssot-lint-notes.txt": True,
    }
    for name in names:
        (tmp_path / name).write_text("")
    os.utime(tmp_path / ".ssot-lint-elsewhere-2.1.tmp", (0, 0))
    writing.write(str(tmp_path / "report.txt"), b"1")
    assert {name: (tmp_path / name).exists() for name in names} == names
