"""`ssot-lint server`, as editors speak to it: most of it in this process, what concerns processes in one of its own."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

from ssot_lint.cli.commands.server import _address
from ssot_lint.engine.repairs import REASON
from ssot_lint.gather.gather import ENOUGH
from ssot_lint.model.errors import WrongInput
from ssot_lint.server import judging
from ssot_lint.server.documents import OpenText, TextChange, changed, path_of, uri_of
from ssot_lint.server.positions import UNITS, Unit, from_client, lines_of, to_client
from tests.lsp_client import Client, Editor, Inside, codes, edited
from tests.test_cli import process, run

SETTINGS = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make"]
retired = ["Relay"]
reason = "one hub"
"""
HUB = "class Hub: ...\n\n\ndef make():\n    return Hub()\n"
JOBS = "from app.hub import Hub as H\n\nhub = H()\n"
FILES = {
    "ssot-lint.toml": SETTINGS,
    "app/__init__.py": "",
    "app/hub.py": HUB,
    "app/jobs.py": JOBS,
    "app/other.py": "from app.hub import Hub as O\n",
    "app/plain.py": "import os\n",
}
FOUND = [(1, "SOT101"), (3, "SOT201"), (3, "SOT301")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def editor() -> Iterator[Inside]:
    with Inside() as inside:
        yield inside


def shows(editor: Editor, file: Path, found: list[tuple[int, str]]) -> None:
    editor.until(lambda one: one.codes(file) == found)


def position(text: str, word: str) -> dict[str, int]:
    before = text[: text.index(word)]
    return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}


def at(file: Path, word: str) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": position(file.read_text(), word)}


def actions(editor: Editor, file: Path, line: int, *only: str) -> list[dict[str, Any]]:
    place = {"start": {"line": line - 1, "character": 0}, "end": {"line": line - 1, "character": 99}}
    context = {"diagnostics": [], **({"only": [*only]} if only else {})}
    params = {"textDocument": {"uri": file.as_uri()}, "range": place, "context": context}
    found: list[dict[str, Any]] = editor.ask("textDocument/codeAction", params)
    return found


# Diagnostics.


def test_what_is_pushed_is_what_check_says(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    jobs = folder / "app" / "jobs.py"
    editor.open(jobs)
    shows(editor, jobs, FOUND)
    said = json.loads(run("check", "--format", "json", cwd=folder).stdout)["findings"]
    said = [one for one in said if one["path"] == "app/jobs.py"]
    pushed = editor.pushed[str(jobs)]
    assert pushed["version"] == 1
    for ours, shown in zip(said, pushed["diagnostics"], strict=True):
        start, end = shown["range"]["start"], shown["range"]["end"]
        assert (start["line"] + 1, start["character"] + 1) == (ours["line"], ours["column"])
        assert (end["line"] + 1, end["character"] + 1) == (ours["end_line"], ours["end_column"])
        assert (shown["code"], shown["message"]) == (ours["code"], ours["message"])
        assert (shown["source"], shown["severity"]) == ("ssot-lint", 1)
        assert Path(path_of(shown["codeDescription"]["href"]) or "").is_file()
        related = [
            (one["location"]["uri"], one["location"]["range"]["start"]["line"] + 1, one["message"])
            for one in shown["relatedInformation"]
        ]
        assert related == [
            ((folder / hop["path"]).as_uri(), hop["line"], hop["text"]) for hop in ours["chain"]
        ]


def test_an_edit_reaches_other_files_and_leaves_alone_what_it_cannot_change(
    folder: Path, editor: Editor
) -> None:
    editor.start([folder])
    jobs, other, plain = (folder / "app" / name for name in ("jobs.py", "other.py", "plain.py"))
    for file in (jobs, other, plain):
        editor.open(file)
    shows(editor, jobs, FOUND)
    shows(editor, plain, [])
    editor.pushes.clear()
    editor.change(plain, "from app.other import O\n", 2)
    shows(editor, plain, [(1, "SOT102")])
    shows(editor, other, [(1, "SOT105")])
    assert str(jobs) not in editor.pushes
    editor.close(plain)
    shows(editor, plain, [])
    shows(editor, other, [(1, "SOT101")])


def test_retired_names_are_struck_through(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    plain = folder / "app" / "plain.py"
    editor.open(plain, "from app.hub import Hub as Relay\nfrom app.hub import Hub\na = Relay()\nb = Hub()\n")
    editor.until(lambda one: one.codes(plain))
    tags = [
        (*one, shown.get("tags"))
        for one, shown in zip(
            editor.codes(plain) or (), editor.pushed[str(plain)]["diagnostics"], strict=True
        )
    ]
    assert (1, "SOT103", [2]) in tags
    assert (3, "SOT201", [2]) in tags
    assert (4, "SOT201", None) in tags


def test_pulled(folder: Path, editor: Editor) -> None:
    answer = editor.start([folder], pulls=True)
    assert answer["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"] is True
    jobs = folder / "app" / "jobs.py"
    editor.open(jobs)
    assert codes(editor.pull(jobs)) == FOUND
    editor.change(jobs, "\n" + JOBS)
    report = editor.ask("textDocument/diagnostic", {"textDocument": {"uri": jobs.as_uri()}})
    assert codes(report["items"]) == [(line + 1, code) for line, code in FOUND]
    again = {"textDocument": {"uri": jobs.as_uri()}, "previousResultId": report["resultId"]}
    assert editor.ask("textDocument/diagnostic", again)["kind"] == "unchanged"
    found = editor.ask("workspace/diagnostic", {"previousResultIds": []})["items"]
    assert {path_of(one["uri"]): len(one["items"]) for one in found} == {
        str(jobs): 3,
        str(folder / "app" / "other.py"): 1,
    }
    known = [{"uri": one["uri"], "value": one["resultId"]} for one in found]
    (folder / "app" / "other.py").unlink()
    editor.told_of(folder / "app" / "other.py", kind=3)
    found = editor.ask("workspace/diagnostic", {"previousResultIds": known})["items"]
    assert [one["kind"] for one in found if "other" in one["uri"]] == ["full"]
    assert [one["items"] for one in found if "other" in one["uri"]] == [[]]
    assert [one["kind"] for one in found if "jobs" in one["uri"]] == ["unchanged"]
    assert not editor.pushed
    editor.until(lambda one: any(ask["method"] == "workspace/diagnostic/refresh" for ask in one.asked))


def test_slices_in_which_there_is_no_time_come_to_an_end(
    folder: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes to come to a file: each slice judges one."""
    monkeypatch.setattr(judging, "SLICE", 0)
    editor.start([folder])
    other, plain = folder / "app" / "other.py", folder / "app" / "plain.py"
    editor.open(other)
    editor.open(plain)
    shows(editor, other, [(1, "SOT101")])
    editor.change(plain, "from app.other import O\n", 2)
    shows(editor, other, [(1, "SOT105")])


def test_garbage_does_not_pile_up(folder: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself the collector hardly ever comes to what is older than a key or two."""
    monkeypatch.setattr(judging, "SWEPT_BY", 4)
    ends = []

    def seen(phase: str, about: dict[str, int]) -> None:
        if (phase, about["generation"]) == ("stop", 2):
            ends.append(phase)

    gc.callbacks.append(seen)
    try:
        editor.start([folder], pulls=True)
        jobs = folder / "app" / "jobs.py"
        editor.open(jobs)
        for version in range(2, 42):
            editor.change(jobs, f"{JOBS}# {version}\n", version)
            editor.pull(jobs)
    finally:
        gc.callbacks.remove(seen)
    # Ten, less what the first look already collected.
    assert len(ends) >= 8


def test_whoever_asks_for_another_file_waits_until_it_is_judged(folder: Path, editor: Editor) -> None:
    editor.start([folder], pulls=True)
    plain, other = folder / "app" / "plain.py", folder / "app" / "other.py"
    editor.open(plain)
    assert codes(editor.pull(other)) == [(1, "SOT101")]
    for version, (text, code) in enumerate(
        [("from app.other import O\n", "SOT105"), ("import os\n", "SOT101")] * 3, 2
    ):
        editor.change(plain, text, version)
        assert codes(editor.pull(other)) == [(1, code)]
        editor.change(plain, f"{text}\n", 100 + version)
        found = editor.ask("workspace/diagnostic", {"previousResultIds": []})["items"]
        assert [codes(one["items"]) for one in found if one["uri"] == other.as_uri()] == [[(1, code)]]


def test_files_on_the_disk(folder: Path, editor: Editor) -> None:
    editor.start([folder], pulls=True)
    new = folder / "app" / "new.py"
    assert editor.pull(new) == []
    new.write_text("from app.hub import Hub as New\n")
    editor.told_of(new, kind=1)
    assert codes(editor.pull(new)) == [(1, "SOT101")]
    # What is open counts, until it is closed.
    editor.open(new, "import os\n")
    assert editor.pull(new) == []
    editor.close(new)
    assert codes(editor.pull(new)) == [(1, "SOT101")]
    new.unlink()
    editor.told_of(new, kind=3)
    assert editor.pull(new) == []


def test_files_outside(folder: Path, editor: Editor, tmp_path_factory: pytest.TempPathFactory) -> None:
    editor.start([folder / "app"], pulls=True)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "jobs.py"
    editor.open(elsewhere, JOBS)
    assert editor.pull(elsewhere) == []
    editor.open(folder / "app" / "jobs.py")
    assert codes(editor.pull(folder / "app" / "jobs.py")) == FOUND


def test_several_folders_and_none(folder: Path, editor: Editor, tmp_path: Path) -> None:
    second = tmp_path / "second"
    shutil.copytree(folder / "app", second / "app")
    (second / "ssot-lint.toml").write_text(SETTINGS.replace("Hub", "Other"))
    first = tmp_path / "first"
    shutil.copytree(folder / "app", first / "app")
    (first / "ssot-lint.toml").write_text(SETTINGS)
    editor.start([first, second], pulls=True)
    assert codes(editor.pull(first / "app" / "jobs.py")) == FOUND
    assert codes(editor.pull(second / "app" / "jobs.py")) == []


def test_a_root_without_folders(folder: Path, editor: Editor) -> None:
    editor.start([], pulls=True, rootUri=folder.as_uri(), workspaceFolders=None)
    assert codes(editor.pull(folder / "app" / "jobs.py")) == FOUND


def test_what_is_opened_during_the_first_look_is_told_of(folder: Path, editor: Editor) -> None:
    for number in range(30):
        (folder / "app" / f"more{number}.py").write_text(f"{JOBS}\n# {number}\n")
    plain = folder / "app" / "plain.py"
    editor.start([folder])
    # As a rule the first look is under way by then.
    time.sleep(0.2)
    editor.open(plain)
    editor.until(lambda one: one.pushed.get(str(plain), {}).get("version") == 1)
    assert editor.codes(plain) == []


def test_the_first_look_is_shown_and_can_be_stopped(folder: Path, editor: Editor) -> None:
    for number in range(60):
        (folder / "app" / f"more{number}.py").write_text(f"{JOBS}\n# {number}\n")
    jobs = folder / "app" / "jobs.py"
    shown: dict[str, Any] = {"window": {"workDoneProgress": True}, "textDocument": {"publishDiagnostics": {}}}

    def told(kind: str) -> list[dict[str, Any]]:
        values = [one["params"] for one in editor.asked if one["method"] == "$/progress"]
        return [one for one in values if one["value"]["kind"] == kind]

    editor.start([folder], capabilities=shown)
    editor.until(lambda one: bool(told("begin")))
    assert told("begin")[0]["value"]["cancellable"] is True
    editor.tell("window/workDoneProgress/cancel", {"token": told("begin")[0]["token"]})
    editor.until(lambda one: bool(told("end")))
    # Whatever was known by then: when something has changed it is looked at again.
    editor.open(jobs)
    shows(editor, jobs, FOUND)
    assert len(told("begin")) == len(told("end"))


# Settings.


def test_broken_settings_are_one_diagnostic(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    jobs, file = folder / "app" / "jobs.py", folder / "ssot-lint.toml"
    editor.open(jobs)
    shows(editor, jobs, FOUND)
    file.write_text(SETTINGS.replace("factories", "factoris") + "bad = 1\n")
    editor.told_of(file)
    shows(editor, file, [(3, "")])
    assert editor.codes(jobs) == FOUND
    assert "did you mean `factories`" in editor.pushed[str(file)]["diagnostics"][0]["message"]
    # An open text counts more than the disk.
    editor.open(file, SETTINGS.replace('"Relay"', '"H"'))
    shows(editor, jobs, [(1, "SOT103"), (3, "SOT201"), (3, "SOT301")])
    editor.change(file, "[contracts.hub\n")
    shows(editor, file, [(1, "")])
    file.write_text(SETTINGS)
    editor.close(file)
    shows(editor, jobs, FOUND)
    shows(editor, file, [])


def test_mistakes_in_settings_that_are_extended(folder: Path, editor: Editor) -> None:
    shared = folder / "shared.toml"
    shared.write_text("fail_on = 'error'\n")
    inner = folder / "inner"
    inner.mkdir()
    (inner / "ssot-lint.toml").write_text('extends = "../shared.toml"\n')
    editor.start([inner])
    shows(editor, shared, [(1, "")])
    shared.write_text("fail-on = 'error'\n")
    editor.told_of(shared)
    shows(editor, shared, [])


def test_settings_that_were_never_good(folder: Path, editor: Editor) -> None:
    file = folder / "ssot-lint.toml"
    file.unlink()
    pyproject = folder / "pyproject.toml"
    pyproject.write_text("[tool.ssot-lint\n")
    editor.start([folder])
    jobs = folder / "app" / "jobs.py"
    editor.open(jobs)
    shows(editor, pyproject, [(1, "")])
    shows(editor, jobs, [])
    pyproject.write_text(SETTINGS.replace("[contracts", "[tool.ssot-lint.contracts"))
    editor.told_of(pyproject)
    shows(editor, jobs, FOUND)


# Texts.


def test_half_typed(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    jobs = folder / "app" / "jobs.py"
    editor.open(jobs)
    shows(editor, jobs, FOUND)
    editor.change(jobs, "import os\n" + JOBS + "x = (\n", 2)
    editor.until(lambda one: one.pushed[str(jobs)]["version"] == 2)
    assert editor.codes(jobs) == [(2, "SOT101"), (4, "SOT201"), (4, "SOT301"), (5, "SOT900")]
    editor.change(jobs, JOBS, 3)
    shows(editor, jobs, FOUND)


def test_while_half_typed_nothing_is_added(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    jobs, other = folder / "app" / "jobs.py", folder / "app" / "other.py"
    editor.open(jobs)
    shows(editor, jobs, FOUND)
    editor.change(jobs, JOBS + "x = (\n", 2)
    shows(editor, jobs, [*FOUND, (4, "SOT900")])
    # By another file the import becomes one that hands the symbol on; that is told when the text parses.
    editor.open(other, "from app.jobs import H\n")
    shows(editor, other, [(1, "SOT102")])
    assert set(editor.codes(jobs) or ()) <= {*FOUND, (4, "SOT900")}
    editor.change(jobs, JOBS, 3)
    shows(editor, jobs, [(1, "SOT105"), *FOUND[1:]])


LETTERS = 'x = "é€😀"; '


@pytest.mark.parametrize("unit", UNITS)
def test_units(unit: Unit, folder: Path, editor: Editor) -> None:
    answer = editor.start([folder], offered=[unit, "utf-16"])
    assert answer["capabilities"]["positionEncoding"] == unit
    plain = folder / "app" / "plain.py"
    editor.open(plain, f"{LETTERS}from app.hub import Hub as H\n")
    shows(editor, plain, [(1, "SOT101")])
    column = editor.pushed[str(plain)]["diagnostics"][0]["range"]["start"]["character"]
    size = {"utf-8": 17, "utf-16": 12, "utf-32": 11}[unit]
    assert column == size + len("from app.hub import ") - len('"; ') + 3
    # And back: what is changed behind such letters is what the client means.
    place = {
        "start": {"line": 0, "character": column},
        "end": {"line": 0, "character": column + len("Hub as H")},
    }
    editor.change(plain, "Hub", 2, place)
    shows(editor, plain, [])


def test_lines_end_where_python_ends_them(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    plain = folder / "app" / "plain.py"
    editor.open(plain, "a = 1\x0c\nb = '\u2028\x85'\r\nfrom app.hub import Hub as H\n")
    shows(editor, plain, [(3, "SOT101")])
    place = {"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}}
    editor.change(plain, "", 2, place)
    shows(editor, plain, [])


def test_places_there_and_back() -> None:
    lines = lines_of("\ufeffa\U0001f600b\r\nc\u2028d\rlast")
    assert len(lines) == 3
    for unit in UNITS:
        for line in (2, 3):
            for column in range(len(lines[line - 1]) + 1):
                row, units = to_client(lines, line, column, unit)
                assert from_client(lines, row, units, unit) == (line - 1, column)
    assert to_client(lines, 1, 2, "utf-16") == (0, 4)
    assert from_client(lines, 9, 9, "utf-8") == (2, 4)


@pytest.mark.parametrize("unit", UNITS)
def test_a_mark_has_no_column_of_ours(unit: Unit) -> None:
    lines = lines_of("\ufeffx = Hub\n")
    for column in range(8):
        row, units = to_client(lines, 1, column, unit)
        assert from_client(lines, row, units, unit) == (0, column)


def test_changes_in_their_order() -> None:
    document = OpenText("file:///a.py", "/a.py", "one\ntwo\n", 1)
    found = changed(
        document,
        [TextChange((0, 0, 0, 3), "1"), TextChange((1, 3, 2, 0), "!"), TextChange((9, 0, 9, 9), "?")],
        2,
        "utf-16",
    )
    assert (found.text, found.version) == ("1\ntwo!?", 2)
    assert changed(document, [TextChange(None, "all")], 3, "utf-8").text == "all"


def test_encodings_that_a_text_names() -> None:
    text = "# -*- coding: latin-1 -*-\nx = 'é'\n"
    assert OpenText("", "", text, 1).data == text.encode("latin-1")
    assert OpenText("", "", text.replace("latin-1", "nonsense"), 1).data.decode() == text.replace(
        "latin-1", "nonsense"
    )
    # What lacks a letter of the text is not its encoding. No column changes.
    for name, instead in (("latin-1", "utf-8  "), ("l1", "u8"), ("gbk", "utf"), ("big5", "utf8")):
        cookie = f"# -*- coding: {name} -*-\nx = "
        data = OpenText("", "", f"{cookie}'\U0001f600'", 1).data
        assert data.decode() == f"{cookie.replace(name, instead)}'\U0001f600'"


@pytest.mark.skipif(os.name == "nt", reason="paths are others there")
def test_uris() -> None:
    assert path_of(uri_of("/a b/ü#?.py")) == "/a b/ü#?.py"
    assert path_of("untitled:Untitled-1") is None


# Actions.


def test_a_quick_fix(folder: Path, editor: Editor) -> None:
    answer = editor.start([folder])
    assert answer["capabilities"]["codeActionProvider"]["codeActionKinds"] == [
        "quickfix",
        "source.fixAll.ssotLint",
    ]
    other = folder / "app" / "other.py"
    text = LETTERS.rstrip("; ") + "\n" + "import os; from app.hub import Hub as O\nprint(O)\n"
    editor.open(other, text)
    shows(editor, other, [(2, "SOT101")])
    found = actions(editor, other, 2, "quickfix")
    best = next(one for one in found if one.get("isPreferred"))
    assert editor.ask("codeAction/resolve", best)["edit"] == best["edit"]
    new = edited(text, best["edit"]["changes"][other.as_uri()])
    editor.change(other, new, 2)
    shows(editor, other, [])
    assert "import Hub" in new
    assert best["diagnostics"][0]["code"] == "SOT101"


def test_unsafe_fixes_say_so_and_are_not_among_all(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    jobs = folder / "app" / "jobs.py"
    text = JOBS.replace("hub = H()", "def job():\n    return H()")
    editor.open(jobs, text)
    editor.until(lambda one: one.codes(jobs))
    titles = {one["title"] for one in actions(editor, jobs, 4) if one["kind"] == "quickfix"}
    assert any("(unsafe)" in title for title in titles), titles
    for only in (["source.fixAll"], ["source.fixAll.ssotLint"], ["source"]):
        (everything,) = actions(editor, jobs, 1, *only)
        assert everything["kind"] == "source.fixAll.ssotLint"
        new = edited(text, everything["edit"]["changes"][jobs.as_uri()])
        assert "import Hub\n" in new
        assert "make" not in new


def test_an_exemption(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    jobs = folder / "app" / "jobs.py"
    text = JOBS.replace("H()", "H(  # why not\n)")
    editor.open(jobs, text)
    left = [(1, "SOT101"), (3, "SOT201"), (3, "SOT301")]
    shows(editor, jobs, left)
    version = 1
    while left:
        (line, code), *left = left
        found = next(
            one
            for one in actions(editor, jobs, line)
            if one["title"].startswith("Exempt") and one["diagnostics"][0]["code"] == code
        )
        text = edited(text, found["edit"]["changes"][jobs.as_uri()]).replace(REASON, "as it was")
        version += 1
        editor.change(jobs, text, version)
        shows(editor, jobs, left)
    assert text.count("# ssot: allow") == 2


# Navigation.


def test_hover_definition_and_references(folder: Path, editor: Editor) -> None:
    editor.start([folder], pulls=True)
    jobs, hub, other = (folder / "app" / name for name in ("jobs.py", "hub.py", "other.py"))
    shown = editor.ask("textDocument/hover", at(jobs, "Hub as"))["contents"]["value"]
    assert "Contract hub" in shown
    assert "one hub" in shown
    assert "# SOT101 alias-import" in shown
    assert editor.ask("textDocument/hover", at(folder / "app" / "plain.py", "os")) is None
    (found,) = editor.ask("textDocument/definition", at(jobs, "H()"))
    assert (found["uri"], found["range"]["start"]["line"]) == (hub.as_uri(), 0)
    # From each spelling, and from texts that are not saved.
    editor.open(other, "\nfrom app.hub import Hub as O\nprint(O)\n")
    answers = [
        editor.ask("textDocument/references", {**at(file, word), "context": {"includeDeclaration": False}})
        for file, word in ((jobs, "H()"), (jobs, "Hub as"), (hub, "Hub()"))
    ]
    assert answers[0] == answers[1] == answers[2]
    places = {(path_of(one["uri"]), one["range"]["start"]["line"] + 1) for one in answers[0]}
    assert places == {(str(hub), 5), (str(jobs), 1), (str(jobs), 3), (str(other), 2), (str(other), 3)}


# Completion.


def words(editor: Editor, file: Path, text: str, place: str) -> dict[str, dict[str, Any]]:
    """What is proposed behind a piece of a text, by label."""
    before = text[: text.index(place) + len(place)]
    where = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
    params = {"textDocument": {"uri": file.as_uri()}, "position": where}
    return {one["label"]: one for one in editor.ask("textDocument/completion", params)}


def test_completion_of_names(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    plain = folder / "app" / "plain.py"
    text = '"""What it does."""\n\nimport os\n\nx = H\ny = Re\n'
    editor.open(plain, text)
    found = words(editor, plain, text, "x = H")
    assert set(found) == {"Hub"}
    new = edited(text, [found["Hub"]["textEdit"], *found["Hub"]["additionalTextEdits"]])
    assert new == text.replace("import os\n", "import os\nfrom app.hub import Hub\n").replace(
        "x = H", "x = Hub"
    )
    retired = words(editor, plain, text, "y = Re")["Relay"]
    assert (retired["tags"], retired["textEdit"]["newText"]) == ([1], "Hub")
    editor.change(plain, new.replace("x = Hub", "x = H"))
    assert "additionalTextEdits" not in words(editor, plain, new.replace("x = Hub", "x = H"), "x = H")["Hub"]


def test_completion_in_settings(folder: Path, editor: Editor) -> None:
    editor.start([folder])
    file = folder / "ssot-lint.toml"
    text = 'select = ["SOT2"]\nfail\n' + SETTINGS.replace("app.hub.Hub", "app.hub.H") + "docs\ndoub\nrea\n"
    editor.open(file, text)
    assert "SOT201" in words(editor, file, text, '"SOT2')
    assert set(words(editor, file, text, "fail")) == {"fail-on"}
    assert set(words(editor, file, text, "\ndoub")) == {"doubles"}
    # Each key is set once.
    assert words(editor, file, text, "\nrea") == {}
    assert "app.hub.Hub" in words(editor, file, text, '"app.hub.H')
    assert "app.jobs" in words(editor, file, text, '"app.')
    other = folder / "pyproject.toml"
    editor.open(other, "[tool.other]\nsel\n")
    assert words(editor, other, "[tool.other]\nsel\n", "sel") == {}


# The process.


def test_too_early_and_too_late() -> None:
    with Client() as client:
        answer = client.answer(
            "textDocument/hover",
            {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}},
        )
        assert answer["error"]["code"] == -32002
        client.send_bytes(b"{")
        client.start([])
        unread = client.strays.get(timeout=60)
        assert (unread["id"], unread["error"]["code"]) == (None, -32700)
        assert (
            client.answer("initialize", {"processId": None, "rootUri": None, "capabilities": {}})["error"][
                "code"
            ]
            == -32600
        )
        assert "error" in client.answer("textDocument/hover", {"nonsense": 1})
        assert "error" in client.answer("no/such/method", {})
        assert client.ask("shutdown", None) is None
        assert client.answer("shutdown", None)["error"]["code"] == -32600
        client.tell("exit", None)
        assert client.process.wait(30) == 0


def test_it_ends_when_its_input_ends(folder: Path) -> None:
    with Client() as client:
        client.start([folder])
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(30) == 1


@pytest.mark.skipif(os.name == "nt", reason="no such process there")
def test_it_ends_with_its_editor(folder: Path) -> None:
    with Client() as client:
        other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        client.start([folder], processId=other.pid)
        # Nobody has asked for its exit code yet.
        other.kill()
        assert client.process.wait(30) == 1
        other.wait()
        assert other.stdin is not None
        other.stdin.close()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no list of processes there")
def test_the_first_look_ends_with_it(folder: Path) -> None:
    for number in range(ENOUGH):
        (folder / "app" / f"more{number}.py").write_text(f"{JOBS}\n# {number}\n")
    shown: dict[str, Any] = {"window": {"workDoneProgress": True}}
    with Client() as client:
        client.start([folder], capabilities=shown)
        client.until(
            lambda one: any(told["method"] == "window/workDoneProgress/create" for told in one.asked)
        )
        lookers = processes_about(folder)
        client.process.kill()
        client.process.wait()
    assert lookers
    end = time.monotonic() + 30
    while processes_about(folder):
        assert time.monotonic() < end
        time.sleep(0.1)


def processes_about(folder: Path) -> list[str]:
    """The numbers of the processes that have a folder among their words."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in place.read_bytes():
                found.append(place.parent.name)
    return found


def test_without_pygls(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ImportError('none', name='pygls')\n")
    ran = process("server", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert ran.returncode == 2
    assert "pip install 'ssot-lint[server]'" in ran.stderr


@pytest.mark.parametrize("text", ["8765", "host:", ":1", "host:x", "host:70000"])
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(WrongInput, match="HOST:PORT"):
        _address(text)


def test_over_a_port(folder: Path) -> None:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "ssot_lint", "server", "--tcp", f"127.0.0.1:{port}"])
    try:
        end = time.monotonic() + 60
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port))
                break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.1)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}).encode()
        connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert re.search(rb"-32002", connection.recv(4096))
        connection.close()
    finally:
        server.kill()
        server.wait()
