"""Completion in shells, as the shells themselves do it; words that are near; what the help begins with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.cli import dialects
from ssot_lint.cli.arguments import build
from ssot_lint.cli.options import KINDS_OF_PROPOSALS, SHELLS
from ssot_lint.cli.overview import COMMANDS
from ssot_lint.discovery.kinds.drafts import KINDS
from ssot_lint.model.rules import ALL
from ssot_lint.model.wording import nearest
from tests.test_cli import POSIX, START, environment, project, run, wrong

BASELINE = "# ssot-lint baseline, version 1\n"

# What scripts ask for.


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return project(tmp_path / "room")


def test_the_words_of_a_project(room: Path) -> None:
    project(room, {"old.txt": BASELINE, "notes.txt": "# no baseline\n"})
    codes = run("completion", "codes", cwd=room).stdout.split()
    assert {"SOT201", "SOT2", "direct-construction"} <= {*codes}
    assert len(codes) == len({*codes})
    assert run("completion", "contracts", cwd=room).stdout == "room\n"
    assert run("completion", "baselines", cwd=room).stdout == "old.txt\n"
    (room / "ssot-lint.toml").write_text('baseline = "base/line.txt"\n')
    assert run("completion", "baselines", cwd=room).stdout == "base/line.txt\nold.txt\n"


@pytest.mark.parametrize("text", ["", "[contracts.x]\n"])
def test_a_prompt_hears_no_complaint(text: str, tmp_path: Path) -> None:
    if text:
        (tmp_path / "ssot-lint.toml").write_text(text)
    result = run("completion", "contracts", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


# The shells.

BASH = """\
source ./script
_get() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  _shtab_ssot_lint 2>/dev/null
  printf '%s\\n' "${COMPREPLY[@]}"
}
"""


def bash(line: str) -> list[str]:
    words = " ".join(f"'{word}'" for word in line.split(" "))
    return ["bash", "--norc", "-c", f"{BASH}_get {words}"]


def fish(line: str) -> list[str]:
    return ["fish", "--no-config", "-c", f"source ./script; complete -C '{line}'"]


@POSIX
@pytest.mark.parametrize("shell", [bash, fish], ids=["bash", "fish"])
def test_a_shell_completes(shell: object, room: Path) -> None:
    pytest.importorskip("shtab")
    assert callable(shell)
    name = shell.__name__
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    done = run("completion", name, cwd=room)
    assert done.returncode == 0, done.stderr
    (room / "script").write_text(done.stdout)
    (room / "ssot-baseline.txt").write_text(BASELINE)
    (room / "bin").mkdir()
    program = room / "bin" / "ssot-lint"
    program.write_text(f"#!{sys.executable}\n{START}\n")
    program.chmod(0o755)

    def offered(line: str) -> list[str]:
        path = f"{room / 'bin'}{os.pathsep}{os.environ['PATH']}"
        told = subprocess.run(
            shell(line),
            cwd=room,
            env=environment(PATH=path, HOME=str(room)),
            text=True,
            capture_output=True,
            check=False,
        )
        return [word.split("\t")[0] for word in told.stdout.splitlines()]

    assert offered("ssot-lint expl") == ["explain"]
    assert offered("ssot-lint check --stdin-f") == ["--stdin-filename"]
    assert offered("ssot-lint check --format jso") == ["json", "jsonl"]
    assert "SOT201" in offered("ssot-lint check --select SOT20")
    assert offered("ssot-lint check --select SOT201,direct-c") == ["SOT201,direct-construction"]
    assert offered("ssot-lint check --contract ") == ["room"]
    assert offered("ssot-lint guide ") == ["room"]
    assert offered("ssot-lint check --baseline ssot-b") == ["ssot-baseline.txt"]
    assert offered("ssot-lint baseline --file ssot-b") == ["ssot-baseline.txt"]
    assert offered("ssot-lint explain direct-c") == ["direct-construction"]
    assert [word.rstrip("/") for word in offered("ssot-lint check ap")] == ["app"]
    assert offered("ssot-lint baseline pru") == ["prune"]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script(shell: str, tmp_path: Path) -> None:
    pytest.importorskip("shtab")
    assert "stdin-filename" in run("completion", shell, cwd=tmp_path).stdout


# Words that are near.


@pytest.mark.parametrize(
    ("word", "words", "expected"),
    [
        ("--confg", ["--config", "--contract"], "--config"),
        ("--confgi", ["--config", "--contract"], "--config"),
        ("--fix", ["--config", "--file"], ""),
        ("--watch", ["--at", "--staged"], ""),
        ("lint", ["init", "check"], ""),
        ("inti", ["init", "check"], "init"),
        ("chek", ["check", "config"], "check"),
        ("--sel", ["--select", "--since"], "--select"),
        ("--out", ["--output-file", "--output"], "--output"),
        ("--group_by", ["--group-by"], "--group-by"),
        ("--Format", ["--format"], "--format"),
        ("sot201", ["SOT201", "SOT202"], "SOT201"),
        ("x", ["y"], ""),
        ("", ["--a"], ""),
        ("--", ["--a", "--"], ""),
    ],
)
def test_only_what_is_near_was_meant(word: str, words: list[str], expected: str) -> None:
    assert nearest(word, words) == expected


# Two names are but two letters apart: a slip may stand between them.
@given(st.sampled_from([rule.name for rule in ALL if "direct-" not in rule.name]), st.data())
def test_one_slip_is_always_understood(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    slips = [
        name[:at] + name[at + 1 :],
        name[:at] + "q" + name[at:],
        name[:at] + "q" + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    ]
    assert nearest(data.draw(st.sampled_from(slips)), [rule.name for rule in ALL]) == name


OPTIONS = ["--autofix", "--watch", "--exclude", "--per-file-ignores", "--show-source", "--jobs"]


@pytest.mark.parametrize("word", OPTIONS)
def test_an_option_of_other_tools_gets_what_there_is(word: str, tmp_path: Path) -> None:
    sentence, remedy = wrong("check", word, cwd=tmp_path)
    assert sentence == f"ssot-lint: unknown option `{word}`: {dialects.OPTIONS[word]}"
    assert remedy == "try `ssot-lint check --help`"


@pytest.mark.parametrize("word", ["autofix", "watch", "lint", "help"])
def test_a_command_of_other_tools_gets_what_there_is(word: str, tmp_path: Path) -> None:
    sentence, _ = wrong(word, cwd=tmp_path)
    assert sentence == f"ssot-lint: unknown command `{word}`: {dialects.COMMANDS[word]}"


def test_what_there_is_instead_is_there() -> None:
    """What the table says to write can be written; what is there now is not in the table."""
    _, commands = build()
    options = {option for parser in commands.values() for option in parser._option_string_actions}
    check = commands["check"]._option_string_actions
    for instead in (*dialects.OPTIONS.values(), *dialects.COMMANDS.values()):
        for piece in re.findall("`([^`]+)`", instead):
            for word in piece.split():
                assert not word.startswith("--") or word in options | {"--version"}, instead
        for name in re.findall(r"`ssot-lint ([a-z]+)", instead):
            assert name in commands, instead
    assert not {*dialects.OPTIONS} & {*check}
    assert not {*dialects.COMMANDS} & {*commands}


# Help.


def test_help_and_shells_name_every_kind_of_proposal() -> None:
    # Help is to import no part of discovery, and has a list of its own.
    assert KINDS_OF_PROPOSALS == KINDS


def test_help_begins_with_commands_and_each_has_an_example(tmp_path: Path) -> None:
    lines = run("--help", cwd=tmp_path).stdout.splitlines()
    start = lines.index("commands:")
    assert lines[:start] == [
        "usage: ssot-lint COMMAND ...",
        "",
        "Prove where Python code departs from its declared single source of truth.",
        "",
    ]
    listed = [line.split()[0] for line in lines[start:] if re.match("  [a-z]", line)]
    examples = [line.split() for line in lines if line.strip().startswith("$ ssot-lint ")]
    assert listed[0] == "init"
    assert listed == [words[2] for words in examples]
    assert listed == [one.name for one in COMMANDS if not one.hidden]
    assert max(len(line) for line in lines if "$" not in line) <= 80
