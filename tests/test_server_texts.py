"""What is open in an editor and what is on the disk: which of them counts, and when that is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

from tests.lsp_client import Editor
from tests.test_server import FOUND, JOBS, SETTINGS, editor, folder, shows

__all__ = ["editor", "folder"]


@pytest.mark.parametrize("is_there", [True, False])
def test_open_settings_count_though_the_disk_has_none(is_there: bool, folder: Path, editor: Editor) -> None:
    file, jobs = folder / "ssot-lint.toml", folder / "app" / "jobs.py"
    if not is_there:
        file.unlink()
    editor.start([folder])
    editor.open(jobs)
    shows(editor, jobs, FOUND if is_there else [])
    editor.open(file, SETTINGS)
    if is_there:
        file.unlink()
        editor.told_of(file, kind=3)
        editor.change(jobs, f"\n{JOBS}")
        shows(editor, jobs, [(line + 1, code) for line, code in FOUND])
    else:
        shows(editor, jobs, FOUND)
    editor.close(file)
    shows(editor, jobs, [])


def test_settings_on_the_disk_are_noticed_with_the_next_key(folder: Path, editor: Editor) -> None:
    jobs = folder / "app" / "jobs.py"
    editor.start([folder])
    editor.open(jobs)
    shows(editor, jobs, FOUND)
    (folder / "ssot-lint.toml").write_text(f'ignore = ["SOT101"]\n{SETTINGS}')
    editor.change(jobs, f"\n{JOBS}")
    shows(editor, jobs, [(line + 1, code) for line, code in FOUND[1:]])


@pytest.mark.skipif(os.name == "nt", reason="links ask for more there")
def test_a_file_that_is_open_by_two_names(folder: Path, editor: Editor) -> None:
    link = folder.parent / f"{folder.name}-link"
    link.symlink_to(folder)
    jobs, other = folder / "app" / "jobs.py", link / "app" / "jobs.py"
    editor.start([folder])
    editor.open(other)
    shows(editor, other, FOUND)
    editor.close(other)
    shows(editor, other, [])
    editor.open(jobs)
    shows(editor, jobs, FOUND)
    editor.open(other, f"\n{JOBS}")
    shows(editor, other, [(line + 1, code) for line, code in FOUND])
    shows(editor, jobs, [])
    editor.close(other)
    shows(editor, other, [])
    shows(editor, jobs, FOUND)


def test_columns_of_a_closed_file_move_with_its_letters(folder: Path, editor: Editor) -> None:
    plain = folder / "app" / "plain.py"
    plain.write_text("x = '\u00e9'; from app.hub import Hub as B\n", encoding="utf-8")
    editor.start([folder], pulls=True)
    first = editor.ask("workspace/diagnostic", {"previousResultIds": []})["items"]
    plain.write_text("x = '\U0001f600'; from app.hub import Hub as B\n", encoding="utf-8")
    editor.told_of(plain)
    known = [{"uri": one["uri"], "value": one["resultId"]} for one in first]
    again = editor.ask("workspace/diagnostic", {"previousResultIds": known})["items"]
    (before,), (now,) = ([one for one in found if one["uri"] == plain.as_uri()] for found in (first, again))
    columns = [one["items"][0]["range"]["start"]["character"] for one in (before, now)]
    assert columns[1] == columns[0] + 1
