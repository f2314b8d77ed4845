"""Where reports go: several formats of one run, files, and what a CI service reads in its log. As a process."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from test_cli import POSIX, ROOT, project, run, wrong

from ssot_lint.engine import run as engine
from ssot_lint.engine.report import Report
from ssot_lint.model.errors import Unusable
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.report import FORMATS
from ssot_lint.settings import loading
from ssot_lint.sources import writing

CONTRACT = """\
[tool.ssot-lint.contracts.room]
canonical = "app.rooms.Room"
factories = ["app.rooms.open_room"]
instances = "shared"

[[tool.ssot-lint.exemptions]]
path = "app/old.py"
code = "SOT201"
reason = "goes with the old client"
"""
ROOMS = "class Room:\n    pass\n\n\ndef open_room():\n    return Room()\n"
SICK = """\
from app.rooms import Room as Parlour


def main():
    Parlour()
    Parlour()  # ssot: allow[SOT201] measured bare
"""
FILES = {
    "pyproject.toml": CONTRACT,
    "app/__init__.py": "",
    "app/rooms.py": ROOMS,
    "app/sick.py": SICK,
    "app/old.py": "from app.rooms import Room\n\n\ndef main():\n    Room()\n",
}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A project below the root of a repository: two findings, and two that are excused."""
    return in_repository(tmp_path / "repository/room")


def in_repository(folder: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(folder.parent)], check=True)
    return project(folder, FILES)


def check(*words: str, cwd: Path, **variables: str) -> str:
    result = run("check", *words, cwd=cwd, **variables)
    assert (result.returncode, result.stderr) == (1, "")
    return result.stdout


# Files.


def test_one_run_writes_several_beside_the_screen(room: Path) -> None:
    screen = check("--output", "sarif:room.sarif", "--output", "junit:../room.xml", cwd=room)
    assert screen == check(cwd=room)
    for format, file in (("sarif", "room.sarif"), ("junit", "../room.xml")):
        assert (room / file).read_bytes().decode() == check("--format", format, cwd=room)
    # Nothing else is left behind.
    assert {path.name for path in room.iterdir()} == {
        "pyproject.toml",
        "app",
        "room.sarif",
        ".ssot_lint_cache",
    }


def test_output_file_takes_what_would_be_on_the_screen(room: Path) -> None:
    for words in ([], ["--format", "json"], ["--statistics"], ["--quiet"]):
        assert check(*words, "--output-file", "out", cwd=room) == ""
        assert (room / "out").read_text(encoding="utf-8") == check(*words, cwd=room)


def test_a_file_is_never_coloured(room: Path) -> None:
    coloured = check("--color", "always", "--output", "text:out", cwd=room)
    assert "\x1b[" in coloured
    assert (room / "out").read_text(encoding="utf-8") == check(cwd=room)


def test_dash_is_standard_output(room: Path) -> None:
    assert check("--output", "jsonl:-", cwd=room) == check("--format", "jsonl", cwd=room)
    assert check("--output-file", "out", "--output", "jsonl:-", cwd=room).startswith("{")
    assert (room / "out").read_text(encoding="utf-8") == check(cwd=room)
    assert check("--output-file", "-", cwd=room) == check(cwd=room)
    assert not (room / "-").exists()


def test_what_was_there_is_replaced_whole_and_keeps_its_mode(room: Path) -> None:
    out = room / "out.json"
    out.write_text("x" * 100_000)
    out.chmod(0o640)
    check("--output", "json:out.json", cwd=room)
    assert len(json.loads(out.read_text())["findings"]) == 2
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--output", "srif:x"], "`srif` is not one of `text`"),
        (["--output", "srif:x"], "did you mean `sarif`?"),
        (["--output", "sarif"], "`sarif` lacks a file: write FORMAT:FILE, as in `sarif:report`"),
        (["--output", "sarif:"], "`sarif:` lacks the file: write FORMAT:FILE, as in `sarif:report`"),
        (
            ["--output", "out.sarif"],
            "`out.sarif` lacks the format: write FORMAT:FILE, as in `sarif:out.sarif`",
        ),
    ],
)
def test_misspelled_output(words: Sequence[str], message: str, room: Path) -> None:
    sentence, _ = wrong("check", *words, cwd=room)
    assert message in sentence


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        (["json:x", "sarif:./x"], ["./x: is written twice; give each format a file of its own"]),
        (["json:gone/x"], ["gone/x: the folder gone does not exist; make it first"]),
        (["json:pyproject.toml/x"], ["pyproject.toml/x: the folder pyproject.toml is no folder"]),
        (["json:app"], ["app: is a folder, and not a file"]),
        (["json:app/"], ["app/: is a folder, and not a file"]),
        (
            ["json:gone/x", "text:app"],
            ["gone/x: the folder gone does not exist; make it first", "app: is a folder"],
        ),
        (["json:-", "text:-"], ["standard output has one format, and not both `json` and `text`"]),
    ],
)
def test_output_that_cannot_be_is_told_before_the_work(
    words: Sequence[str], messages: Sequence[str], room: Path
) -> None:
    before = sorted(room.rglob("*"))
    lines = wrong("check", *(f"--output={word}" for word in words), cwd=room)
    assert len(lines) == len(messages)
    for line, message in zip(lines, messages, strict=True):
        assert line.startswith(f"ssot-lint: {message}")
    assert sorted(room.rglob("*")) == before


def test_the_screen_has_one_format(room: Path) -> None:
    (line,) = wrong("check", "--format", "json", "--output", "text:-", cwd=room)
    assert line == (
        "ssot-lint: standard output has one format, and not both `json` and `text`: "
        "give the other a file, as in `--output text:FILE`"
    )


@POSIX
def test_a_link_is_not_followed(room: Path) -> None:
    (room / "link").symlink_to(room / "pyproject.toml")
    (line,) = wrong("check", "--output", "json:link", cwd=room)
    assert line == "ssot-lint: link: is a link; name the file itself"
    assert (room / "pyproject.toml").read_text() == CONTRACT


@POSIX
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_what_may_not_be_written_is_not_replaced(room: Path) -> None:
    (room / "out").write_text("mine")
    (room / "out").chmod(0o444)
    (line,) = wrong("check", "--output", "json:out", cwd=room)
    assert line == "ssot-lint: out: is not writable"
    (room / "closed").mkdir(mode=0o555)
    (line,) = wrong("check", "--output", "json:closed/out", cwd=room)
    assert line == "ssot-lint: closed/out: the folder closed is not writable"


@POSIX
def test_a_device_and_a_pipe_are_written_to(room: Path) -> None:
    check("--output", f"json:{os.devnull}", cwd=room)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    os.mkfifo(room / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((room / "pipe").read_text()), daemon=True)
    reader.start()
    check("--output", "jsonl:pipe", cwd=room)
    reader.join(30)
    assert len(got[0].splitlines()) == 2


def test_when_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("old")
    (tmp_path / "second").write_text("old")
    with pytest.raises(Unusable, match=r"gone.third: cannot be written \(No such file"):
        writing.write_reports(
            {
                str(tmp_path / "first"): "new",
                str(tmp_path / "gone/third"): "new",
                str(tmp_path / "second"): "new",
            }
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]
    assert {path.read_text() for path in tmp_path.iterdir()} == {"old"}


def test_whatever_a_text_holds_is_written(tmp_path: Path) -> None:
    writing.write_reports({str(tmp_path / "out"): "é\udce9\n"})
    assert (tmp_path / "out").read_bytes() == "é\\udce9\n".encode()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_said(room: Path) -> None:
    (line,) = wrong("check", "--output", "json:/dev/full", cwd=room)
    assert line == "ssot-lint: /dev/full: cannot be written (No space left on device)"


# What is the same everywhere.


def test_every_format_is_the_same_in_another_place_and_when_remembered(room: Path, tmp_path: Path) -> None:
    other = in_repository(tmp_path / "elsewhere/deep/room")
    files = [f"--output={format}:{format}.out" for format in FORMATS]
    check(*files, "--no-cache", cwd=room)
    cold = {format: (room / f"{format}.out").read_bytes() for format in FORMATS}
    for folder in (room, other, other):
        check(*files, cwd=folder)
        assert {format: (folder / f"{format}.out").read_bytes() for format in FORMATS} == cold
    for format, data in cold.items():
        assert str(tmp_path).encode() not in data, format
        assert str(ROOT).encode() not in data, format


def test_paths_for_reviewers_begin_at_the_repository_wherever_one_stands(room: Path) -> None:
    for format in FORMATS:
        text = check("--format", format, "--quiet", cwd=room)
        if format in ("text", "concise"):
            assert "app/sick.py" in text
            assert "room/app/sick.py" not in text
            continue
        assert ("room/app/sick.py" in text) == (format not in ("json", "jsonl")), format
        below = check("--format", format, "--quiet", "--config", "pyproject.toml", cwd=room)
        assert below == text
        if format != "json":
            # Only json says how to come to its root.
            assert check("--format", format, "--quiet", "..", cwd=room / "app") == text


def test_without_a_repository_paths_begin_at_the_project(tmp_path: Path) -> None:
    if any((folder / ".git").exists() for folder in tmp_path.parents):
        pytest.skip("the temporary folder is in a repository")
    text = check("--format", "flake8", cwd=project(tmp_path / "room", FILES))
    assert text.startswith("app/sick.py:1:")


# What is excused.


def suppressions(text: str) -> list[tuple[str, int, list[dict[str, str]]]]:
    (found,) = json.loads(text)["runs"]
    return [
        (
            one["ruleId"],
            one["locations"][0]["physicalLocation"]["region"]["startLine"],
            one["suppressions"],
        )
        for one in found["results"]
    ]


def test_sarif_has_what_is_excused_and_why(room: Path) -> None:
    text = check("--format", "sarif", cwd=room)
    assert suppressions(text) == [
        ("SOT101", 1, []),
        ("SOT201", 5, []),
        ("SOT201", 5, [{"kind": "external", "justification": "goes with the old client"}]),
        ("SOT201", 6, [{"kind": "inSource", "justification": "measured bare"}]),
    ]
    assert [one[2] for one in suppressions(check("--format", "code-scanning", cwd=room))] == [[], []]
    # What is not asked for is not shown among them either.
    assert len(suppressions(check("--format", "sarif", "--ignore", "SOT201", cwd=room))) == 1
    assert len(suppressions(check("--format", "sarif", "app/sick.py", cwd=room))) == 3


def report(root: Path) -> Report:
    return engine.check(loading.load(root / "pyproject.toml", codes=CODES), how=RunOptions(1, cache=True))


def test_what_is_excused_has_fingerprints_that_change_nothing(room: Path) -> None:
    cold, warm = report(room), report(room)
    assert cold.excused() == warm.excused() != ()
    assert [(one.kind, one.finding.path) for one in cold.excused()] == [
        ("exemption", "app/old.py"),
        ("comment", "app/sick.py"),
    ]
    prints = [one.fingerprint for one in cold.findings] + [one.finding.fingerprint for one in cold.excused()]
    assert len(set(prints)) == len(prints)
    # The only one of its kind is known by the same fingerprint when it is excused no longer.
    old, _ = cold.excused()
    (room / "pyproject.toml").write_text(CONTRACT.partition("[[")[0])
    assert old.finding in report(room).findings


def test_severities_are_those_that_the_settings_give(room: Path) -> None:
    text = CONTRACT.replace("[tool", '[tool.ssot-lint.severity]\nSOT2 = "info"\n\n[tool', 1)
    (room / "pyproject.toml").write_text(text)
    assert {one.finding.severity for one in report(room).excused()} == {"info"}


# In CI.


@pytest.mark.parametrize(
    ("variables", "format"),
    [
        ({"GITHUB_ACTIONS": "true", "CI": "true"}, "github"),
        ({"TF_BUILD": "True"}, "azure"),
        ({"GITLAB_CI": "true", "CI": "true"}, "text"),
        ({"JENKINS_URL": "http://x"}, "text"),
        ({"GITHUB_ACTIONS": "false"}, "text"),
        ({"GITHUB_ACTIONS": ""}, "text"),
        ({"GITHUB_ACTIONS": "true", "SSOT_LINT_FORMAT": "concise"}, "concise"),
        ({"GITHUB_ACTIONS": "true", "SSOT_LINT_FORMAT": ""}, "github"),
        ({"SSOT_LINT_FORMAT": "jsonl"}, "jsonl"),
    ],
)
def test_a_ci_service_gets_what_it_reads_in_its_log(
    variables: dict[str, str], format: str, room: Path
) -> None:
    assert check(cwd=room, **variables) == check("--format", format, cwd=room)
    # A flag is stronger than anything around it.
    assert check("--format", "flake8", cwd=room, **variables) == check("--format", "flake8", cwd=room)


def test_a_service_does_not_choose_for_a_count_or_a_file(room: Path) -> None:
    there = {"GITHUB_ACTIONS": "true"}
    assert check("--statistics", cwd=room, **there) == check("--statistics", cwd=room)
    assert check("--output-file", "out", cwd=room, **there) == ""
    assert (room / "out").read_text(encoding="utf-8") == check(cwd=room)
    assert check("--output", "concise:-", cwd=room, **there) == check("--format", "concise", cwd=room)


def test_unknown_format_of_the_environment(room: Path) -> None:
    result = run("check", cwd=room, SSOT_LINT_FORMAT="sarf")
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("ssot-lint: SSOT_LINT_FORMAT in the environment: `sarf` is not one of `text`")
    assert line.endswith("did you mean `sarif`?")


def test_the_summary_of_a_job_is_added_to_what_is_there(room: Path) -> None:
    summary = room / "summary.md"
    summary.write_text("# before\n")
    there = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    check(cwd=room, **there)
    expected = check("--format", "markdown", cwd=room)
    assert summary.read_text(encoding="utf-8") == f"# before\n{expected}"
    # No other format has one.
    check("--format", "text", cwd=room, **there)
    check("--format", "json", "--output", "github:out", cwd=room, **there)
    assert summary.read_text(encoding="utf-8") == f"# before\n{expected}"


def test_a_summary_that_cannot_be_is_only_noted(room: Path) -> None:
    (room / "full").write_text("x" * 2**20)
    for name, note in (
        (
            "gone/summary",
            "the summary of the job cannot be written: gone/summary (No such file or directory)",
        ),
        ("full", "the summary of the job has no room for another one"),
    ):
        result = run("check", cwd=room, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=name)
        assert (result.returncode, result.stderr) == (1, f"ssot-lint: {note}\n")
        assert result.stdout.startswith("::error title=SOT101")
    assert (room / "full").stat().st_size == 2**20
