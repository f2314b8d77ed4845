"""`ssot-lint guide`: what it says of each kind of contract, and how it gets into a file and leaves all else alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.model.errors import Unusable
from ssot_lint.report.pages.guide import MOST_LINES
from ssot_lint.report.pages.marked import BEGIN, END, between_marks
from tests.test_cli import run

SETTINGS = """\
[contracts.hub]
canonical = "app.hub.Hub"
implementation = "app._hub._Hub"
retired = ["Relay", "app.old.*"]
factories = ["app.hub.make"]
isolated-by = ["user"]
reason = "one hub for each user <!-- ssot-lint guide: end -->"

[contracts.environment]
kind = "gateway"
primitives = ["os.environ"]
home = ["app.settings"]
use = "app.settings.get"

[contracts.events]
kind = "vocabulary"
canonical = "app.events.Event"
values = ["started", "done"]
retired-values = ["finished"]
emitters = ["emit"]

[contracts.jobs]
kind = "base"
canonical = "app.jobs.Job"
instead-of = ["threading.Thread"]
methods = {run = "async def(self, context)"}
"""
SAID = {
    "hub": [
        "`from app.hub import Hub`",
        "`app.hub.make`",
        "`user`",
        "`Relay` and `app.old.*`",
        "`app._hub._Hub`",
        "one hub for each user",
        "Do not construct `Hub` outside of the factory",
        "Do not keep an instance",
    ],
    "environment": ["only `app.settings` may touch `os.environ`", "uses `app.settings.get`", "Do not import"],
    "events": ["`app.events.Event`", "`started`, `done`", "`finished`", "`emit`", "do not invent one"],
    "jobs": [
        "`app.jobs.Job`",
        "`threading.Thread`",
        "`run`: `async def(self, context)`",
        "change its signature",
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ssot-lint.toml").write_text(SETTINGS)
    return tmp_path


@pytest.mark.parametrize("name", SAID)
def test_says_of_each_kind_what_there_is_to_know(name: str, folder: Path) -> None:
    done = run("guide", name, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert [one for one in SAID[name] if one not in done.stdout] == []
    assert len(done.stdout.splitlines()) <= MOST_LINES
    others = set(SAID) - {name}
    assert [one for one in others if f"### {one}\n" in done.stdout] == []


def test_all_contracts_in_their_order(folder: Path) -> None:
    text = run("guide", cwd=folder).stdout
    assert [line[4:] for line in text.splitlines() if line.startswith("### ")] == [*SAID]


def test_a_contract_has_at_most_forty_lines(folder: Path) -> None:
    methods = ", ".join(f'm{number} = "def(self)"' for number in range(90))
    (folder / "ssot-lint.toml").write_text(
        f'[contracts.jobs]\nkind = "base"\ncanonical = "a.B"\nmethods = {{{methods}}}\n'
    )
    lines = run("guide", cwd=folder).stdout.splitlines()
    assert len(lines) == MOST_LINES
    shown = sum(line.startswith("- Method `m") for line in lines)
    # Besides the methods there are what is canonical and what not to do.
    assert lines[-1] == f"- {90 + 2 - shown - 1} more; `ssot-lint config` shows them."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hubb"], "`hubb` is no name of a contract; did you mean `hub`?"),
        (["nothing"], "the contracts are `hub`, `environment`, `events` and `jobs`"),
        (["--update", ""], "--update: names no file"),
        (["--update", "."], "is a folder"),
    ],
)
def test_wrong_words(words: list[str], said: str, folder: Path) -> None:
    done = run("guide", *words, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr


def test_no_contract(tmp_path: Path) -> None:
    (tmp_path / "ssot-lint.toml").write_text("")
    done = run("guide", cwd=tmp_path)
    assert done.returncode == 2
    assert "no contract is declared; `ssot-lint init` proposes contracts" in done.stderr


def test_a_missing_file_is_made_and_then_kept(folder: Path) -> None:
    text = run("guide", cwd=folder).stdout
    assert run("guide", "--update", "doc/AGENTS.md", cwd=folder).stdout == "doc/AGENTS.md: made\n"
    file = folder / "doc" / "AGENTS.md"
    assert file.read_text() == f"{BEGIN}\n{text}{END}\n"
    assert run("guide", "--update", "doc/AGENTS.md", cwd=folder).stdout == "doc/AGENTS.md: up to date\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_all_else_stays(newline: str, folder: Path) -> None:
    file = folder / "AGENTS.md"
    before = f"\ufeff# Ours{newline}  tail  {newline}{BEGIN}".encode()
    after = f"{END}{newline}\tmore, and no end".encode() + b"\xff\x00"
    file.write_bytes(before + f"{newline}old{newline}{newline}".encode() + after)
    file.chmod(0o640)
    assert run("guide", "--update", "AGENTS.md", cwd=folder).stdout == "AGENTS.md: updated\n"
    data = file.read_bytes()
    text = run("guide", cwd=folder).stdout
    assert data == before + f"\n{text}".replace("\n", newline).encode() + after
    assert file.stat().st_mode & 0o777 == 0o640
    assert run("guide", "--update", "AGENTS.md", cwd=folder).stdout == "AGENTS.md: up to date\n"
    assert file.read_bytes() == data


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Ours\n", f"the mark {BEGIN} is missing"),
        ("", f"the mark {BEGIN} is missing"),
        (f"{BEGIN}\n", f"the mark {END} is missing"),
        (f"{END}\n", f"the mark {BEGIN} is missing"),
        (f"{END}\n{BEGIN}\n", f"the mark {END} stands before {BEGIN}"),
        (f"{BEGIN}\n{END}\n{BEGIN}\n", f"the mark {BEGIN} stands there 2 times (line 1, 3)"),
        (f"{BEGIN}\n{END}\n{END}\n", f"the mark {END} stands there 2 times (line 2, 3)"),
    ],
)
def test_wrong_marks_leave_the_file_alone(text: str, said: str, folder: Path) -> None:
    file = folder / "AGENTS.md"
    file.write_text(text)
    stamp = file.stat().st_mtime_ns
    done = run("guide", "--update", "AGENTS.md", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (file.read_text(), file.stat().st_mtime_ns) == (text, stamp)
    assert sorted(os.listdir(folder)) == ["AGENTS.md", "ssot-lint.toml"]


def test_other_encodings_are_told() -> None:
    with pytest.raises(Unusable, match="is no text in UTF-8"):
        between_marks(f"{BEGIN}\n{END}\n".encode("utf-16"), "text\n", "AGENTS.md")


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_is_followed_inside_of_the_project_only(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (folder / "AGENTS.md").write_text(f"{BEGIN}\n{END}\n")
    (folder / "CLAUDE.md").symlink_to("AGENTS.md")
    assert run("guide", "--update", "CLAUDE.md", cwd=folder).returncode == 0
    assert "### hub" in (folder / "AGENTS.md").read_text()
    assert (folder / "CLAUDE.md").is_symlink()
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "file.md"
    elsewhere.write_text(f"{BEGIN}\n{END}\n")
    (folder / "OUT.md").symlink_to(elsewhere)
    done = run("guide", "--update", "OUT.md", cwd=folder)
    assert done.returncode == 2
    assert "a link to a file outside of the project" in done.stderr
    assert elsewhere.read_text() == f"{BEGIN}\n{END}\n"


PIECES = st.binary(max_size=30).filter(lambda data: b"<!--" not in data)


@given(before=PIECES, old=PIECES, after=PIECES)
def test_law_only_what_is_between_changes(before: bytes, old: bytes, after: bytes) -> None:
    begin, end = BEGIN.encode(), END.encode()
    data = between_marks(before + begin + old + end + after, "text\n", "f")
    assert data.startswith(before + begin)
    assert data.endswith(end + after)
    assert b"".join(data[len(before + begin) : len(data) - len(end + after)].split()) == b"text"
    assert data.count(begin) == data.count(end) == 1
    assert between_marks(data, "text\n", "f") == data
