"""What is open in an editor and what is on the disk: which of them counts, and when that is noticed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

from tests.lsp_client import Client, Editor
from tests.test_server import FOUND, HUB, JOBS, SETTINGS, actions, editor, folder, shows

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


def line_of(found: dict[str, Any]) -> tuple[str, int]:
    return found["uri"], found["range"]["start"]["line"]


def test_places_in_a_half_typed_text(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    jobs, hub = folder / "app" / "jobs.py", folder / "app" / "hub.py"
    editor.open(jobs)
    editor.open(hub)
    shows(editor, jobs, FOUND)
    editor.change(hub, f"import os\nimport re\nx = (\n{HUB}")
    editor.until(
        lambda one: (
            [
                line_of(step["location"])
                for step in one.pushed[str(jobs)]["diagnostics"][0]["relatedInformation"]
            ]
            == [(hub.as_uri(), 3)]
        )
    )

    def asked(method: str, file: Path, line: int, column: int) -> Any:
        place = {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": column}}
        return editor.ask(f"textDocument/{method}", {**place, "context": {"includeDeclaration": False}})

    assert [line_of(one) for one in asked("definition", jobs, 2, 6)] == [(hub.as_uri(), 3)]
    found = [line_of(one) for one in asked("references", jobs, 2, 6)]
    assert [line for uri, line in found if uri == hub.as_uri()] == [7]
    assert [line for uri, line in found if uri == jobs.as_uri()] == [0, 2]
    # From within, too. What is typed just now says nothing.
    assert asked("hover", hub, 7, 12)["range"]["start"]["line"] == 7
    assert [line_of(one) for one in asked("definition", hub, 7, 12)] == [(hub.as_uri(), 3)]
    assert asked("hover", hub, 0, 7) is None


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n",
        b"CONTENT-TYPE: application/vscode-jsonrpc; charset=utf8\r\nContent-Length:\t%d \r\n",
        b"Content-Length:%d\r\n",
    ],
)
def test_headers_in_any_spelling(header: bytes) -> None:
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "no/such/method"}'
    with Client() as client:
        assert client.process.stdin is not None
        client.process.stdin.write(header % len(body) + b"\r\n" + body)
        client.process.stdin.flush()
        client._number = 1
        assert client.answer("shutdown", None)["error"]["code"] == -32002


def test_what_is_no_message_is_refused() -> None:
    with Client() as client:
        for body in (b"[]", b"{}", b"3", b"null"):
            client.send_bytes(body)
            said = client.strays.get(timeout=60)
            assert (said["id"], said["error"]["code"]) == (None, -32600)
        client.start([])
        assert client.answer("file/of", None)["error"]["code"] == -32601
        place = {"textDocument": {"uri": "file://[/a.py"}, "position": {"line": 0, "character": 0}}
        assert client.ask("textDocument/hover", place) is None


@pytest.mark.parametrize(
    "cookie",
    ["# -*- coding: ascii -*-", "#!/usr/bin/python\n# vim: set fileencoding=gbk :", "# coding=latin-1"],
)
def test_letters_that_the_encoding_of_a_text_lacks(cookie: str, folder: Path) -> None:
    jobs, head = folder / "app" / "jobs.py", cookie.count("\n") + 1
    with Client() as editor:
        editor.start([folder])
        editor.open(jobs, f"{cookie}\n{JOBS}")
        shows(editor, jobs, [(line + head, code) for line, code in FOUND])
        # A letter that each of them lacks, before a finding on its line, too.
        head += 1
        editor.change(jobs, f"{cookie}\n\nx = '\u0e01\u00e9\U0001f600'; {JOBS}", 2)
        shows(editor, jobs, [(line + head, code) for line, code in FOUND])
        start = editor.pushed[str(jobs)]["diagnostics"][0]["range"]["start"]
        assert start["character"] == len("x = 'aaaa'; from app.hub import ")
        place = {"textDocument": {"uri": jobs.as_uri()}, "position": {"line": head + 2, "character": 7}}
        assert "Contract hub" in editor.ask("textDocument/hover", place)["contents"]["value"]
        assert any(
            "Import" in one["title"] or "import" in one["title"] for one in actions(editor, jobs, head + 1)
        )


TESTS = """\
from unittest.mock import patch


def test_jobs():
    with patch("app.jobs.H"):
        pass
"""


def test_no_repair_reaches_into_a_half_typed_text(folder: Path, editor: Editor) -> None:
    tests = folder / "tests" / "test_jobs.py"
    tests.parent.mkdir()
    tests.write_text(TESTS)
    jobs = folder / "app" / "jobs.py"
    editor.start([folder])
    editor.open(jobs, "from app.hub import Hub as H\n\nprint(H)\n")
    editor.open(tests)
    shows(editor, jobs, FOUND[:1])

    def offered() -> list[set[str]]:
        found = [one for one in actions(editor, jobs, 1) if not one["title"].startswith("Exempt")]
        return [{*one["edit"]["changes"]} for one in found]

    both = {jobs.as_uri(), tests.as_uri()}
    assert offered() == [both, both]
    editor.change(tests, f"x = (\n{TESTS}", 2)
    editor.until(lambda one: "SOT900" in {code for _, code in one.codes(tests)})
    assert offered() == []
    editor.change(tests, f"x = ()\n{TESTS}", 3)
    shows(editor, tests, [(6, "SOT107")])
    assert offered() == [both, both]
