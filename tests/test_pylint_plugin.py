"""The pylint plugin, through real pylint: places and messages of the command line, whatever the number of workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hub import BAD, CONTRACT, HUB

pytest.importorskip("pylint", reason="pylint is not installed for this Python")

from pylint.lint import Run
from pylint.reporters import CollectingReporter

from ssot_lint.engine import run as engine
from ssot_lint.model.rules import ALL, CODES
from ssot_lint.plugins.pylint import id_of
from ssot_lint.settings import workspace

ROOT = Path(__file__).parent.parent

FILES = {
    "pyproject.toml": CONTRACT
    + '[[tool.ssot-lint.exemptions]]\ncode = "SOT301"\npath = "chat/hub.py"\nreason = "none"\n',
    "chat/__init__.py": "",
    "chat/hub.py": HUB,
    "chat/bad.py": BAD,
    "chat/excused.py": BAD.replace(
        "Hub().join()", "Hub().join()  # pylint: disable=ssot-direct-construction"
    ),
    "chat/alias.py": 'NAME = "é€😀"; from chat.hub import Hub as H\n',
}

Row = tuple[str, int, int, str, str]
"""Path, line, column, symbol, text."""

CONSTRUCTION: Row = (
    "chat/bad.py",
    5,
    5,
    "ssot-direct-construction",
    "chat.hub.Hub is built here, outside its factory",
)
UNUSED: Row = ("pyproject.toml", 5, 1, "ssot-unused-exemption", "")


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pylint(*arguments: str) -> list[Row]:
    """What pylint says in this process, of our messages alone."""
    reporter = CollectingReporter()
    quiet = ["--load-plugins=ssot_lint.plugins.pylint", "--persistent=n", "--disable=C,R,E"]
    Run([*quiet, *arguments], reporter=reporter, exit=False)
    return rows(
        {"path": one.path, "line": one.line, "column": one.column, "symbol": one.symbol, "message": one.msg}
        for one in reporter.messages
    )


def rows(messages: Iterable[dict[str, object]]) -> list[Row]:
    return sorted(
        (
            Path(str(one["path"])).as_posix(),
            int(str(one["line"])),
            int(str(one["column"])),
            str(one["symbol"]),
            str(one["message"]),
        )
        for one in messages
        if str(one["symbol"]).startswith("ssot-")
    )


def by_command(folder: Path) -> list[Row]:
    """What the engine says."""
    settings = workspace.load(folder / "pyproject.toml", codes=CODES)
    return sorted(
        (one.path, one.span.line, one.span.column + 1, f"ssot-{one.name}", one.message)
        for one in engine.check(settings).findings
    )


def test_ids_are_those_of_66_and_each_rule_has_its_own() -> None:
    ids = [id_of(rule.code) for rule in ALL]
    assert len({*ids}) == len(ids)
    assert all(len(one) == 5 and one.startswith("W66") for one in ids)
    assert [id_of(code) for code in ("SOT101", "SOT907", "SOT801", "SOT812", "SOT899")] == [
        *("W6611", "W6697", "W6681", "W66B2", "W66J9")
    ]


def test_places_and_texts_are_those_of_the_command_line_but_for_what_pylint_disables(chat: Path) -> None:
    said = by_command(chat)
    assert CONSTRUCTION in said
    assert ("chat/alias.py", 1, 36, "ssot-alias-import", "`H` is another name for chat.hub.Hub") in said
    assert pylint("chat") == [one for one in said if one[0] != "chat/excused.py"]
    disabled = pylint("chat", "--disable=ssot-direct-construction,W6611,ssot-unused-exemption")
    assert disabled == [one for one in said if one[3] == "ssot-unused-contract"]


def test_what_is_about_settings_is_told_once_and_not_for_a_single_file(chat: Path) -> None:
    assert [one[:4] for one in pylint("chat")].count(UNUSED[:4]) == 1
    assert pylint("chat/bad.py") == [CONSTRUCTION]


def test_unsaved_text_is_what_is_judged(chat: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pylint",
        "--load-plugins=ssot_lint.plugins.pylint",
        "--from-stdin",
        "chat/bad.py",
    ]
    done = subprocess.run(
        [*command, "--output-format=json", "--disable=C,R,E"],
        input=f"# One more line.\n{BAD}",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert rows(json.loads(done.stdout)) == [("chat/bad.py", 6, *CONSTRUCTION[2:])], done.stderr


WATCHED = """\
import os
import sys

import ssot_lint.engine.judge as module

judge = module.judge


def noted(*arguments):
    with open(os.environ["LOG"], "a") as log:
        log.write(f"{os.getpid()}\\n")
    return judge(*arguments)


module.judge = noted
from pylint.lint import Run

Run(sys.argv[1:])
"""
"""Runs pylint, and takes note of each process that judges."""


@pytest.mark.slow
def test_workers_say_the_same_and_judge_once(chat: Path, tmp_path: Path) -> None:
    log, script = tmp_path / "log", tmp_path / "watched.py"
    log.write_text("")
    script.write_text(WATCHED)
    command = [
        sys.executable,
        str(script),
        "--load-plugins=ssot_lint.plugins.pylint",
        "--output-format=json",
        "-j2",
    ]
    done = subprocess.run(
        [*command, "--disable=C,R,E", "chat"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "LOG": str(log)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert rows(json.loads(done.stdout)) == pylint("chat"), done.stderr
    assert len(log.read_text().split()) == 1


def test_settings_that_are_wrong_are_told_at_their_line(chat: Path) -> None:
    settings = chat / "pyproject.toml"
    settings.write_text(FILES["pyproject.toml"].replace("canonical", "canonicl"))
    wrong = (
        "pyproject.toml",
        2,
        1,
        "ssot-settings",
        "contracts.hub.canonicl: unknown key; did you mean `canonical`?",
    )
    assert wrong in pylint("chat")
    assert wrong in pylint("chat/bad.py")
    settings.unlink()
    assert pylint("chat") == []
