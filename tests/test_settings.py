"""Settings on a disk, through the command line: which file decides, what it judges from, what its words match."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from ssot_lint.cli import main

HUB = '[contracts.hub]\ncanonical = "app.hub.Hub"\n'
OURS = '[tool.ssot-lint.contracts.hub]\ncanonical = "app.hub.Hub"\n'
FILES = {
    "app/hub.py": "class Hub:\n    pass\n",
    "app/use.py": "from app.hub import Hub as H\n\nH\n",
    "tests/test_hub.py": "from app.hub import Hub as T\n\nT\n",
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


class Room:
    """A project on the disk, and what commands say in it."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.capsys = capsys

    def write(self, **files: str) -> None:
        write(self.path, files)

    def run(self, *words: str) -> tuple[int, list[str], list[str]]:
        """The exit code, the lines on standard output, and the notes on standard error."""
        code = main([*words])
        out, err = self.capsys.readouterr()
        return code, out.splitlines(), [line.removeprefix("ssot-lint: ") for line in err.splitlines()]

    def check(self, *words: str) -> tuple[int, list[str], list[str]]:
        code, out, notes = self.run("check", "--no-cache", "--format", "flake8", *words)
        return code, [" ".join(line.split(" ")[:2]).replace(":", " ", 1) for line in out], notes


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Room:
    folder = tmp_path / "room"
    write(folder, FILES)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    monkeypatch.chdir(folder)
    return Room(folder, capsys)


NOTHING = (
    'there is nothing to judge: no contract is declared, and neither `singletons` nor `duplicates` is "all"'
)


@pytest.mark.parametrize("text", ["", 'src = ["."]\n', "[contracts]\n", 'singletons = "contracts"\n'])
def test_an_empty_file_that_hides_the_settings(text: str, room: Room) -> None:
    write(room.path, {"pyproject.toml": OURS, "ssot-lint.toml": text})
    code, out, notes = room.check()
    assert (code, out) == (0, [])
    assert notes[0] == "ssot-lint.toml decides, and `[tool.ssot-lint]` in pyproject.toml is passed over"
    assert notes[1].startswith(f"ssot-lint.toml: {NOTHING}")
    code, out, notes = room.run("config", "--check")
    assert (code, out) == (2, [])
    assert notes[1].startswith(f"ssot-lint.toml: {NOTHING}")


def test_a_table_without_contracts(room: Room) -> None:
    write(room.path, {"pyproject.toml": "[tool.ssot-lint]\n"})
    assert room.check()[0] == 0
    code, _, (note,) = room.run("config", "--check")
    assert code == 2
    assert note.startswith(f"pyproject.toml: {NOTHING}")


@pytest.mark.parametrize("text", ['singletons = "all"\n', HUB])
def test_something_to_judge_is_no_note(text: str, room: Room) -> None:
    write(room.path, {"ssot-lint.toml": text})
    code, out, notes = room.run("config", "--check")
    assert (code, notes) == (0, [])
    assert out[0].endswith("no mistakes")


def test_a_file_that_hides_the_one_above(room: Room) -> None:
    write(room.path, {"pyproject.toml": OURS, "app/ssot-lint.toml": HUB.replace("app.hub", "hub")})
    _, _, notes = room.check("app")
    assert notes == [
        "app/ssot-lint.toml decides for its folder, and pyproject.toml above it is passed over; "
        "to judge both in one run, name `app` in the `members` of that"
    ]
    _, _, (note,) = room.check()
    assert note == (
        "app/ssot-lint.toml is passed over: pyproject.toml decides about all below it; "
        "name its folder in its `members` or `exclude`"
    )
    write(room.path, {"pyproject.toml": f'[tool.ssot-lint]\nexclude = ["app"]\n{OURS}'})
    assert room.check("app")[2] == []


def test_another_repository_above_is_nobodys_business(room: Room) -> None:
    write(room.path, {"ssot-lint.toml": HUB})
    write(room.path.parent, {"ssot-lint.toml": HUB})
    assert room.check()[2] == []


# --config


def test_settings_that_are_named_are_judged_from_where_one_stands(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(room.path, {"conf/strict.toml": f'exclude = ["tests"]\n{HUB}', "conf/base/x.toml": ""})
    assert room.check("--config", "conf/strict.toml") == (1, ["app/use.py 1:21: SOT101"], [])
    monkeypatch.chdir(room.path / "app")
    code, out, _ = room.check("--config", "../conf/strict.toml")
    assert (code, out[0]) == (1, "conf/strict.toml 2:1: SOT901")


def test_what_they_extend_lies_beside_them(room: Room) -> None:
    write(room.path, {"conf/strict.toml": 'extends = "base/hub.toml"\n', "conf/base/hub.toml": HUB})
    code, out, notes = room.check("--config", "conf/strict.toml", "app")
    assert (code, out, notes) == (1, ["app/use.py 1:21: SOT101"], [])
    _, out, _ = room.run("config", "--config", "conf/strict.toml")
    assert "[contracts.hub]  # conf/base/hub.toml:1" in out


def test_paths_elsewhere_are_judged_from_the_folder_of_the_file(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(room.path, {"ssot-lint.toml": HUB})
    other = room.path.parent / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    code, out, _ = room.check("--config", "../room/ssot-lint.toml", "../room/app")
    assert (code, out) == (1, ["app/use.py 1:21: SOT101"])


# Patterns and roots.


def test_patterns_that_match_nothing(room: Room) -> None:
    text = (
        'exclude = ["vendr/**", "build/**", "**/gen_*.py"]\ntests = ["test/**", "tests/**"]\n'
        'per-path-ignores = {"ap/**" = ["SOT1"], "app/**" = ["SOT2"]}\n'
    )
    write(room.path, {"ssot-lint.toml": text + HUB, "vendor/x.py": "", "build/x.txt": ""})
    expected = [
        "ssot-lint.toml: `exclude` has `vendr/**`, and that matches no file; did you mean `vendor/**`?",
        "ssot-lint.toml: `exclude` has `**/gen_*.py`, and that matches no file",
        "ssot-lint.toml: `tests` has `test/**`, and that matches no file; did you mean `tests/**`?",
        "ssot-lint.toml: `per-path-ignores` has `ap/**`, and that matches no file; did you mean `app/**`?",
    ]
    assert room.check()[2] == expected
    assert room.run("config")[2] == expected
    assert room.run("config", "--check")[2] == expected


def test_patterns_that_are_shared_need_not_match(room: Room) -> None:
    shared = 'exclude = ["vendr/**"]\nper-path-ignores = {"x/**" = ["SOT1"]}\n'
    write(room.path, {"ssot-lint.toml": f'extends = "shared.toml"\n{HUB}', "shared.toml": shared})
    assert room.check()[2] == []


def test_patterns_of_a_member_are_its_own(room: Room) -> None:
    write(
        room.path,
        {
            "ssot-lint.toml": f'members = ["libs/a"]\n{HUB}',
            "libs/a/ssot-lint.toml": 'exclude = ["app/**"]\ntests = ["check/**"]\n',
            "libs/a/a.py": "",
            "libs/a/checks/a.py": "",
        },
    )
    assert room.check()[2] == [
        "libs/a/ssot-lint.toml: `exclude` has `app/**`, and that matches no file",
        "libs/a/ssot-lint.toml: `tests` has `check/**`, and that matches no file; did you mean `checks/**`?",
    ]


def test_config_says_roots_patterns_and_whose_a_module_is(room: Room) -> None:
    text = 'src = ["lib", "."]\nexclude = ["vendor"]\n'
    files = {
        "lib/app/__init__.py": "",
        "lib/tool.py": "",
        "tool.py": "",
        "lib/pkg.py": "",
        "lib/pkg/__init__.py": "",
    }
    write(room.path, {**files, "ssot-lint.toml": text + HUB, "vendor/a.py": "", "vendor/b.py": ""})
    _, out, _ = room.run("config")
    assert "# roots of import paths: `lib`, `.`" in out
    assert "# `vendor` covers 2 files" in out
    nobody = "and nothing can import it by that name"
    assert [line for line in out if "is not the module" in line] == [
        f"# lib/pkg.py is not the module `pkg`, which is lib/pkg/__init__.py: a package goes before a module, {nobody}",
        f"# tool.py is not the module `tool`, which is lib/tool.py: an earlier root goes before a later one, {nobody}",
    ]
    data = json.loads("\n".join(room.run("config", "--format", "json")[1]))
    layout = data["projects"][0]["layout"]
    assert layout["roots"] == ["lib", "."]
    assert layout["patterns"]["exclude"] == {"vendor": 2}
    assert len(layout["shadowed"]) == 2


def test_roots_that_are_found_are_told(room: Room) -> None:
    write(room.path, {"ssot-lint.toml": HUB, "src/lib/__init__.py": ""})
    assert "# src: found from the layout: `.`, `src`" in room.run("config")[1]


def test_tests_made_milder_in_one_line(room: Room) -> None:
    write(room.path, {"ssot-lint.toml": f'tests-ignore = ["alias-import"]\n{HUB}'})
    assert room.check()[1] == ["app/use.py 1:21: SOT101"]
    write(room.path, {"ssot-lint.toml": f'tests-severity = {{SOT = "warning"}}\n{HUB}', "app/use.py": ""})
    code, out, _ = room.check()
    assert (code, out) == (0, ["tests/test_hub.py 1:21: SOT101"])
