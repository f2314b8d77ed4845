"""The baseline: what is recorded is not reported, what is fixed is pruned, and two branches merge."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import environment, project, run, wrong

from ssot_lint.findings import baseline, baseline_file
from ssot_lint.findings.baseline import Debt
from ssot_lint.findings.baseline_file import Baseline, Recorded
from ssot_lint.findings.comparison.surroundings import Surroundings, context
from ssot_lint.findings.reach import Files, Gap, Reach, declared
from ssot_lint.findings.suppress import Suppressed
from ssot_lint.model.errors import Unusable
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.settings.settings import COMMAND_LINE
from ssot_lint.sources import snapshot, writing
from ssot_lint.sources.disk import Disk

FILE = "ssot-baseline.txt"
SETTINGS = f"""\
[tool.ssot-lint]
baseline = "{FILE}"

[tool.ssot-lint.contracts.room]
canonical = "app.rooms.Room"
factories = ["app.rooms.open_room"]
"""
ROOMS = "class Room:\n    pass\n\n\ndef open_room():\n    return Room()\n"
HEAL = ("Room()", "open_room()")


def sick(name: str) -> str:
    return f"from app.rooms import Room, open_room\n\n\ndef {name}(user):\n    Room().enter(user, '{name}')\n"


def healed(name: str) -> str:
    return sick(name).replace(*HEAL)


NAMES = ("ann", "ben", "cas", "dan")
RENAMED = sick("ben").replace("def ben", "def bee")
FILES = {
    "pyproject.toml": SETTINGS,
    ".gitignore": ".ssot_lint_cache/\n",
    "app/__init__.py": "",
    "app/rooms.py": ROOMS,
    **{f"app/{name}.py": sick(name) for name in NAMES},
}
CREATE = ("baseline", "create")
UPDATE = ("baseline", "update")
PRUNE = ("baseline", "prune")


@pytest.fixture
def debt(tmp_path: Path) -> Path:
    """A project with four findings that are in its baseline."""
    root = project(tmp_path / "debt", FILES)
    done = run(*CREATE, cwd=root)
    assert (done.returncode, done.stdout) == (0, f"{FILE}: 4 findings\n"), done.stderr
    return root


def edit(root: Path, files: Mapping[str, str | None]) -> None:
    for path, text in files.items():
        if text is None:
            (root / path).unlink()
        else:
            (root / path).write_text(text, encoding="utf-8")


def check(*words: str, cwd: Path, stdin: bytes = b"") -> tuple[int, list[str], str]:
    """The exit code, where findings are, and the last sentence on standard error."""
    done = run("check", "--format", "concise", *words, cwd=cwd, stdin=stdin)
    places = [row.split(": ")[0] for row in done.stdout.splitlines() if ": SOT" in row]
    return done.returncode, places, (done.stderr.splitlines() or [""])[-1].removeprefix("ssot-lint: ")


def body(root: Path) -> list[str]:
    return [row for row in (root / FILE).read_text("utf-8").splitlines() if not row.startswith("#")]


# What a run says.


def test_what_is_recorded_is_not_reported(debt: Path) -> None:
    assert check(cwd=debt) == (0, [], f"4 findings in the baseline {FILE}")
    assert check("--no-baseline", cwd=debt)[:2] == (1, [f"app/{name}.py:5:5" for name in NAMES])
    edit(debt, {"app/eva.py": sick("eva")})
    assert check(cwd=debt) == (1, ["app/eva.py:5:5"], f"4 findings in the baseline {FILE}")
    assert check("--exit-zero", cwd=debt)[0] == 0


def test_a_warm_run_says_the_same(debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann"), "app/eva.py": sick("eva")})
    assert check(cwd=debt) == check(cwd=debt) == check("--no-cache", cwd=debt)


def test_what_moves_is_not_reported(debt: Path) -> None:
    edit(debt, {"app/ann.py": None, "app/zoe.py": "# Moved.\n" + sick("ann"), "app/ben.py": RENAMED})
    said = f"4 findings in the baseline {FILE} (2 moved since: run `ssot-lint baseline update`)"
    assert check("--locked", cwd=debt) == (0, [], said)


def test_a_swap_is_seen(debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann"), "app/eva.py": sick("ann")})
    code, places, said = check(cwd=debt)
    assert (code, places) == (1, ["app/eva.py:5:5"])
    assert said == f"3 findings in the baseline {FILE} (1 fixed since: run `ssot-lint baseline prune`)"


def test_what_is_fixed_fails_where_that_is_locked(debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann")})
    assert check(cwd=debt)[0] == 0
    sentence = f"{FILE} holds 1 finding that is fixed: run `ssot-lint baseline prune` and commit the file"
    assert check("--locked", cwd=debt) == (1, [], sentence)
    assert check("--locked", "--quiet", cwd=debt) == (1, [], sentence)
    assert check("--locked", "--exit-zero", cwd=debt)[0] == 0
    assert run(*PRUNE, cwd=debt).stdout == (
        f"- app/ann.py: SOT201 direct-construction `Room` in ann\n{FILE}: 1 fixed, 3 left\n"
    )
    assert check("--locked", cwd=debt) == (0, [], f"3 findings in the baseline {FILE}")


@pytest.mark.parametrize(
    "words", [["app/ben.py"], ["app/ann.py"], ["--select", "SOT201"], ["-", "--stdin-filename", "app/ben.py"]]
)
def test_a_part_never_judges_what_is_fixed(words: list[str], debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann")})
    code, places, said = check(*words, cwd=debt, stdin=sick("ben").encode())
    assert (code, places) == (0, [])
    assert "fixed" not in said
    assert check("--locked", *words, cwd=debt, stdin=sick("ben").encode())[0] == 0


def test_a_buffer_is_compared_as_it_is(debt: Path) -> None:
    words = ("-", "--stdin-filename", "app/ben.py")
    assert check(*words, cwd=debt, stdin=RENAMED.encode())[1] == []
    more = sick("ben") + "    Room()\n"
    assert check(*words, cwd=debt, stdin=more.encode())[1] == ["app/ben.py:6:5"]


def test_of_a_file_that_cannot_be_parsed_nothing_is_fixed(debt: Path) -> None:
    edit(debt, {"app/ann.py": "from app.rooms import Room\ndef ("})
    code, places, said = check("--locked", cwd=debt)
    assert (code, places) == (1, ["app/ann.py:2:5"])
    assert said == f"4 findings in the baseline {FILE}"
    assert run(*PRUNE, cwd=debt).stdout == f"{FILE}: 0 fixed, 4 left\n"
    done = run(*UPDATE, cwd=debt)
    assert done.stdout == f"{FILE}: 3 kept, 0 added, 0 fixed\n"
    assert f"1 {STAYS}, for app/ann.py cannot be parsed\n" in done.stderr
    assert "1 finding about the lint itself (SOT9) cannot be recorded" in done.stderr
    assert len(body(debt)) == 4


def test_the_fingerprint_does_not_depend_on_the_baseline(debt: Path) -> None:
    edit(debt, {"app/ann.py": sick("ann") + "    Room()\n"})

    def prints(*words: str) -> set[str]:
        done = run("check", "--format", "json", *words, cwd=debt)
        return {one["fingerprint"] for one in json.loads(done.stdout)["findings"] if one["line"] == 6}

    assert prints() == prints("--no-baseline") != set()


def test_a_contract_that_no_comment_may_excuse_can_have_a_baseline(tmp_path: Path) -> None:
    root = project(tmp_path / "strict", {**FILES, "pyproject.toml": SETTINGS + "suppressible = false\n"})
    run(*CREATE, cwd=root)
    assert check(cwd=root)[:2] == (0, [])


def test_projects_have_a_baseline_each(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(*CREATE, cwd=project(tmp_path / name, FILES))
    edit(tmp_path / "two", {"app/eva.py": sick("eva")})
    done = run("check", "one", "two", "--format", "concise", cwd=tmp_path)
    assert done.stdout.splitlines()[0].startswith("two/app/eva.py:5:5: SOT201 ")
    assert done.stderr.splitlines() == [
        f"ssot-lint: 4 findings in the baseline {name}/{FILE}" for name in ("one", "two")
    ]
    sentence = "ssot-lint: --baseline names one file, and the paths lie in 2 projects"
    assert wrong("check", "one", "two", "--baseline", "x", cwd=tmp_path) == [sentence]


def test_the_command_line_names_another(debt: Path) -> None:
    run(*CREATE, "--file", "other.txt", cwd=debt)
    edit(debt, {FILE: "\n".join((debt / FILE).read_text("utf-8").splitlines()[:2]) + "\n"})
    assert len(check(cwd=debt)[1]) == 4
    assert check("--baseline", "../other.txt", cwd=debt / "app")[:2] == (0, [])


@pytest.mark.parametrize("words", [["app"], []])
def test_flake8_honours_it(words: list[str], debt: Path) -> None:
    edit(debt, {"app/ann.py": sick("ann") + "    Room()\n"})

    def flake8(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "flake8", "--select", "SOT", *words]
        done = subprocess.run(command, cwd=debt, env=environment(), capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    for paths in (words, ["app/ann.py"]):
        code, said = flake8(*paths)
        assert (code, [row.split(" ")[0] for row in said.splitlines()]) == (1, [said.split(" ")[0]]), said
        assert said.removeprefix("./").startswith("app/ann.py:6:5: SOT201")
    (debt / FILE).write_text("<<<<<<< HEAD\n", "utf-8")
    code, said = flake8(*words)
    assert code == 1
    assert f"ssot-lint: {FILE}:1: holds conflict markers of a merge" in said


def test_why_says_so(debt: Path) -> None:
    assert (
        f"(excused by the baseline {FILE}: it was there before)"
        in run("why", "app/ann.py:5", cwd=debt).stdout
    )


# What is missing and not fixed. Whatever the settings do, only a change of the code fixes a finding.

STAYS = f"finding that is not found again stays in {FILE}"
STAY = f"findings that are not found again stay in {FILE}"
CONTRACT = SETTINGS.partition("\n\n")[2]
FACADE = "from app.rooms import Room\n"
GUEST = "from app.facade import Room, X\n\n\ndef guest(user: Room):\n    return X\n"

LEFT_OUT = "the project leaves out app/ann.py"
NO_MEANING = "the contract `room` does not hold: see SOT901"
OTHERWISE = "the contract `room` is declared otherwise since"
Texts = Mapping[str, "str | None"]


def settings(old: str, new: str) -> Texts:
    assert old in SETTINGS
    return {"pyproject.toml": SETTINGS.replace(old, new)}


UNKNOWN: dict[str, tuple[Texts, int, str]] = {
    "a canonical that does not exist": (settings(".Room", ".Rooom"), 4, NO_MEANING),
    "a module that does not exist": (settings("app.rooms.Room", "app.romes.Room"), 4, NO_MEANING),
    "a contract that is gone": (
        settings(CONTRACT, '[tool.ssot-lint.contracts.rooom]\ncanonical = "app.ann.ann"\n'),
        4,
        "the contract `room` is not declared; did you mean `rooom`?",
    ),
    "no contract": (settings(CONTRACT, ""), 4, "the contract `room` is not declared"),
    "no factories": (
        settings('factories = ["app.rooms.open_room"]', ""),
        4,
        "the contract `room` has neither `factories` nor `build-in`",
    ),
    "an exemption": (
        {"pyproject.toml": SETTINGS + '[[tool.ssot-lint.exemptions]]\npath = "app/**"\nreason = "x"\n'},
        4,
        "the exemption in pyproject.toml:7 excuses what is there",
    ),
    "a module that may build it": (
        {"pyproject.toml": f'{SETTINGS}build-in = ["app"]\n'}, 4, OTHERWISE
    ),
    "an excluded file": (settings(f'"{FILE}"', f'"{FILE}"\nexclude = ["app/ann.py"]'), 1, LEFT_OUT),
    "excluded files": (
        settings(f'"{FILE}"', f'"{FILE}"\nexclude = ["app/[a-d]*.py"]'),
        4,
        "the project leaves out app/ann.py, app/ben.py, app/cas.py and 1 more",
    ),
    "a file that git ignores": ({".gitignore": "/app/ann.py\n"}, 1, LEFT_OUT),
    "no files": (settings(f'"{FILE}"', f'"{FILE}"\nexclude = ["**"]'), 4, "there are no Python files"),
    "a file that cannot be parsed": ({"app/ann.py": sick("ann") + "def ("}, 1, "app/ann.py cannot be parsed"),
    "a home that cannot be parsed": ({"app/rooms.py": ROOMS + "def ("}, 0, ""),
    "a file that moved to one that cannot be parsed": (
        {"app/ann.py": None, "app/zoe.py": sick("ann") + "def ("}, 1, "app/zoe.py cannot be parsed"
    ),
}  # fmt: skip


def tell(root: Path, number: int, why: str) -> None:
    """All commands keep what they cannot judge, say why, and drop it where that is meant."""
    fixed_or_kept = body(root)
    noun = STAYS if number == 1 else STAY
    said = f"ssot-lint: {number} {noun}, for {why}"
    for words in (["check"], ["check", "--locked"], ["baseline", "status"], PRUNE, UPDATE):
        done = run(*words, cwd=root)
        assert (said in done.stderr.splitlines()) == bool(number), (words, done.stderr)
        assert "fixed since" not in done.stdout + done.stderr
        assert "is fixed" not in done.stderr
        assert done.returncode in ((0,) if words[0] != "check" else (0, 1))
    assert json.loads(run("baseline", "status", "--format", "json", cwd=root).stdout)["unknown"] == number
    assert body(root) == fixed_or_kept
    done = run(*PRUNE, "--force", cwd=root)
    assert done.stdout.splitlines()[-1] == f"{FILE}: {number} fixed, {len(fixed_or_kept) - number} left"
    assert len(body(root)) == len(fixed_or_kept) - number


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_was_not_judged_is_not_fixed(what: str, debt: Path) -> None:
    git(debt, "init", "-q")
    files, number, why = UNKNOWN[what]
    edit(debt, files)
    tell(debt, number, why)


def test_what_stays_is_known_again_when_the_settings_are_right(debt: Path) -> None:
    """Wrong settings, and the advice of each run, cost nothing."""
    before = body(debt)
    for files, _, _ in UNKNOWN.values():
        if files.keys() == {"pyproject.toml"}:
            edit(debt, files)
            for words in (PRUNE, UPDATE, PRUNE):
                run(*words, cwd=debt)
    edit(debt, {"pyproject.toml": SETTINGS})
    assert body(debt) == before
    edit(debt, {"app/ann.py": healed("ann")})
    assert check(cwd=debt) == (
        0,
        [],
        f"3 findings in the baseline {FILE} (1 fixed since: run `ssot-lint baseline prune`)",
    )


def test_what_is_fixed_is_fixed_beside_what_is_not_judged(debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann"), "app/ben.py": None, "app/cas.py": sick("cas") + "def ("})
    done = run(*PRUNE, cwd=debt)
    assert done.stdout.splitlines()[-1] == f"{FILE}: 2 fixed, 2 left"
    assert done.stderr.splitlines() == [
        f"ssot-lint: 1 {STAYS}, for app/cas.py cannot be parsed",
        "ssot-lint: --force drops what stays so",
    ]


@pytest.fixture
def facade(tmp_path: Path) -> Path:
    """A project whose findings in one file are caused by another."""
    root = project(
        tmp_path / "facade",
        {**FILES, "app/facade.py": FACADE, "app/guest.py": GUEST, "app/ann.py": healed("ann")},
    )
    run(*CREATE, cwd=root)
    assert [row.split(" ")[0] for row in body(root)][-1] == "app/guest.py"
    return root


def test_what_is_fixed_at_its_cause_is_fixed(facade: Path) -> None:
    edit(facade, {"app/facade.py": "X = Room = 1\n"})
    assert "fixed since" in check(cwd=facade)[2]
    assert "- app/guest.py: SOT102" in run(*PRUNE, cwd=facade).stdout


ELSEWHERE: dict[str, tuple[Texts, str]] = {
    "cannot be parsed": ({"app/facade.py": f"{FACADE}def ("}, "app/facade.py cannot be parsed"),
    "is excluded": (
        settings(f'"{FILE}"', f'"{FILE}"\nexclude = ["app/facade.py"]'),
        "`src`, `members`, `exclude`, `tests`, `singletons`, `duplicates`, `similarity` are not what they were",
    ),
    "is allowed": ({"pyproject.toml": f'{SETTINGS}also-at = ["app.facade.Room"]\n'}, OTHERWISE),
}  # fmt: skip


@pytest.mark.parametrize("what", ELSEWHERE)
def test_what_is_missing_since_its_cause_is_not_judged_is_not_fixed(what: str, facade: Path) -> None:
    files, why = ELSEWHERE[what]
    before = body(facade)
    edit(facade, files)
    for words in (["check"], PRUNE, UPDATE, PRUNE):
        done = run(*words, cwd=facade)
        assert why in done.stderr
        assert "fixed since" not in done.stderr
    assert set(before) <= set(body(facade))


def test_a_contract_with_another_name_keeps_its_findings(debt: Path) -> None:
    edit(debt, settings("contracts.room", "contracts.chamber"))
    said = f"4 findings in the baseline {FILE} (4 moved since: run `ssot-lint baseline update`)"
    assert check("--locked", cwd=debt) == (0, [], said)
    assert run(*UPDATE, cwd=debt).stdout == f"{FILE}: 4 kept (4 moved), 0 added, 0 fixed\n"
    assert {row.split(" ")[3] for row in body(debt)} == {"chamber"}


def test_what_was_never_checked_out_is_not_fixed(debt: Path) -> None:
    (debt / "app/sub").mkdir()
    edit(debt, {"app/sub/ann.py": sick("ann")})
    run(*UPDATE, cwd=debt)
    start(debt)
    git(debt, "sparse-checkout", "set", "--no-cone", "/*", "!/app/sub/")
    assert not (debt / "app/sub/ann.py").exists()
    tell(debt, 1, "git has not checked out app/sub/ann.py")


def test_no_part_of_a_project_reads_as_if_all_were_stale(debt: Path) -> None:
    whole = f"in the baseline {FILE}, which has 4 of the whole project"
    assert check("app/rooms.py", cwd=debt)[2] == f"no finding here is {whole}"
    assert check("app/ann.py", cwd=debt)[2] == f"1 finding here is {whole}"
    assert check("app/ann.py", "app/ben.py", cwd=debt)[2] == f"2 findings here are {whole}"


def test_force_goes_with_what_drops(debt: Path) -> None:
    assert wrong("baseline", "status", "--force", cwd=debt) == [
        "ssot-lint: --force goes with `prune` and `update`, and not with `status`"
    ]


# The command.


def test_create_does_not_overwrite(debt: Path) -> None:
    before = (debt / FILE).read_bytes()
    said = f"ssot-lint: {FILE} is there already: `ssot-lint baseline update` brings it up to date"
    assert wrong(*CREATE, cwd=debt) == [said]
    assert (debt / FILE).read_bytes() == before


def test_create_says_what_else_is_to_be_done(tmp_path: Path) -> None:
    root = project(tmp_path / "bare", {**FILES, "pyproject.toml": SETTINGS.partition("\n\n")[2]})
    done = run(*CREATE, cwd=root / "app")
    assert done.stdout == f"../{FILE}: 4 findings\n"
    assert f'write `baseline = "{FILE}"` into ../pyproject.toml' in done.stderr
    assert f"`{FILE} merge=union` in .gitattributes" in done.stderr


def test_update_says_what_it_takes_in(debt: Path) -> None:
    edit(
        debt,
        {
            "app/ann.py": healed("ann"),
            "app/ben.py": None,
            "app/bee.py": sick("ben"),
            "app/eva.py": sick("eva"),
        },
    )
    done = run(*UPDATE, cwd=debt)
    added, dropped, numbers = done.stdout.splitlines()
    assert added.startswith("+ app/eva.py:5:5: SOT201 direct-construction: app.rooms.Room is built here")
    assert dropped == "- app/ann.py: SOT201 direct-construction `Room` in ann"
    assert numbers == f"{FILE}: 3 kept (1 moved), 1 added, 1 fixed"
    assert [row.split(" ")[0] for row in body(debt)] == [
        f"app/{name}.py" for name in ("bee", "cas", "dan", "eva")
    ]
    assert check("--locked", cwd=debt) == (0, [], f"4 findings in the baseline {FILE}")
    before = (debt / FILE).read_bytes()
    assert run(*UPDATE, cwd=debt).stdout == f"{FILE}: 4 kept, 0 added, 0 fixed\n"
    assert (debt / FILE).read_bytes() == before


def test_prune_adds_nothing(debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann"), "app/eva.py": sick("eva")})
    run(*PRUNE, cwd=debt)
    assert len(body(debt)) == 3
    assert check(cwd=debt)[:2] == (1, ["app/eva.py:5:5"])


def test_tidy_takes_idle_numbers_away(debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann")})
    run(*PRUNE, cwd=debt)
    assert len((debt / FILE).read_text("utf-8").splitlines()) == 2 + 2 * 4 - 1
    run(*UPDATE, "--tidy", cwd=debt)
    assert len((debt / FILE).read_text("utf-8").splitlines()) == 2 + 2 * 3
    assert wrong(*PRUNE, "--tidy", cwd=debt) == ["ssot-lint: --tidy goes with `update`, and not with `prune`"]


def test_status(debt: Path) -> None:
    edit(debt, {"app/ann.py": healed("ann"), "app/eva.py": sick("eva")})
    assert run("baseline", "status", cwd=debt / "app").stdout == (
        f"3 findings in the baseline ../{FILE} (1 fixed since: run `ssot-lint baseline prune`)\n"
        "1 finding more is not in it\n"
        "\nby code and contract\n  3  SOT201  direct-construction  room\n\nby directory\n  3  app\n"
    )
    assert json.loads(run("baseline", "status", "--format", "json", cwd=debt).stdout) == {
        "version": 1, "file": FILE, "findings": 3, "fixed": 1, "moved": 0, "unknown": 0, "new": 1,
        "by_code": [{"code": "SOT201", "name": "direct-construction", "contract": "room", "findings": 3}],
        "by_directory": [{"directory": "app", "findings": 3}],
    }  # fmt: skip


# What cannot be read.

WRONG = {
    "": f"{FILE}: is no baseline of ssot-lint: it is empty, and does not begin with `# ssot-lint baseline, version 1`",
    "# one\n": f"{FILE}: is no baseline of ssot-lint: it begins with `# one` and not with",
    "# ssot-lint baseline, version 2\n": f"{FILE}: has version 2 of the format, and this ssot-lint reads version 1",
    "# ssot-lint baseline, version 1\n# x\nwhat\n": f"{FILE}:3: `what` is no recorded finding",
    "# ssot-lint baseline, version 1\n<<<<<<< HEAD\n=======\n>>>>>>> x\n": f"{FILE}:2: holds conflict markers",
}


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize(
    "words", [["check"], PRUNE, ["baseline", "status"], ["why", "app/ann.py:5"]], ids=" ".join
)
def test_what_cannot_be_read_is_said_and_left(text: str, words: list[str], debt: Path) -> None:
    (debt / FILE).write_text(text, "utf-8")
    assert wrong(*words, cwd=debt)[0].startswith(f"ssot-lint: {WRONG[text]}")
    assert (debt / FILE).read_text("utf-8") == text


@pytest.mark.parametrize("text", [text for text in WRONG if "<" not in text])
def test_update_leaves_it_too(text: str, debt: Path) -> None:
    (debt / FILE).write_text(text, "utf-8")
    assert wrong(*UPDATE, cwd=debt)[0].startswith(f"ssot-lint: {WRONG[text]}")
    assert (debt / FILE).read_text("utf-8") == text


def test_what_is_missing_or_no_file_is_said(debt: Path) -> None:
    os.unlink(debt / FILE)
    sentence = f"ssot-lint: {FILE}: there is no such baseline; make it with `ssot-lint baseline create`"
    assert wrong("check", cwd=debt) == wrong(*UPDATE, cwd=debt) == [sentence]
    (debt / FILE).mkdir()
    assert wrong("check", cwd=debt) == [f"ssot-lint: {FILE}: is not a regular file"]
    (debt / FILE).rmdir()
    (debt / FILE).write_bytes(b"# ssot-lint baseline, version 1\n\xff\n")
    assert wrong("check", cwd=debt)[0].startswith(f"ssot-lint: {FILE}:2: is not UTF-8")


def test_options_that_contradict_each_other(debt: Path) -> None:
    assert wrong("check", "--no-baseline", "--locked", cwd=debt) == [
        "ssot-lint: --no-baseline leaves nothing for --locked to look at"
    ]
    edit(debt, {"pyproject.toml": SETTINGS.partition("\n\n")[2]})
    assert wrong("check", "--locked", cwd=debt) == [
        "ssot-lint: --locked needs a baseline: name it in the settings (`baseline`) or with --baseline"
    ]


# Writing.


def test_what_is_written_is_whole_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "file"
    writing.write(str(file), b"one", fresh=True)
    with pytest.raises(FileExistsError):
        writing.write(str(file), b"two", fresh=True)
    file.chmod(0o640)
    (tmp_path / "link").symlink_to("file")
    writing.write(str(tmp_path / "link"), b"three")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"three", 0o640)
    assert (tmp_path / "link").is_symlink()
    with pytest.raises(OSError, match="nowhere"):
        writing.write(str(tmp_path / "nowhere" / "file"), b"")
    assert sorted(os.listdir(tmp_path)) == ["file", "link"]


def test_where_nothing_can_be_written_that_is_said(debt: Path) -> None:
    said = wrong(*CREATE, "--file", "nowhere/x.txt", cwd=debt)
    assert said == ["ssot-lint: nowhere/x.txt cannot be written: no such file or directory"]


# Lines.

TEXTS = st.text(max_size=8) | st.sampled_from(
    ["-", "a b", "%2D", "#2", "->", "a/b.py", "<<<<<<< x", "\ud800", "\udcff", "é"]
)
DIGESTS = st.sampled_from(["", "0123456789ab", "ba9876543210"])
ENTRIES = st.builds(
    Recorded,
    path=TEXTS.filter(bool),
    scope=TEXTS,
    code=st.sampled_from(["SOT101", "SOT201"]),
    contract=TEXTS,
    spelled=TEXTS,
    symbol=TEXTS,
    around=st.builds(Surroundings, DIGESTS, DIGESTS, TEXTS),
    ordinal=st.integers(1, 3),
)


@given(st.sets(ENTRIES, max_size=6), st.sets(ENTRIES, max_size=6))
def test_any_finding_fits_one_line(some: set[Recorded], others: set[Recorded]) -> None:
    text = baseline_file.render(some)
    read = baseline_file.parse(text.encode("utf-8"), "file", "file")
    assert set(read.entries) == some
    again = baseline_file.render(others, read.body)
    assert set(baseline_file.parse(again.encode("utf-8"), "file", "file").entries) == others
    assert baseline_file.render(some, read.body) == text
    rows = [row for row in again.splitlines() if not row.startswith("#")]
    assert rows == sorted(rows)
    assert {row for row in text.splitlines() if row.startswith("#")} <= {*again.splitlines()}


def test_lines_read_as_people_write() -> None:
    entry = Recorded(
        "a b.py", "", "SOT201", "", "Hub", "x.Hub", Surroundings("0123456789ab", "ba9876543210", "f"), 2
    )
    assert baseline_file.line(entry) == "a%20b.py - SOT201 - Hub -> x.Hub 0123456789ab/ba9876543210/f #2"


# Data in, data out.

HERE = loading.parse(
    b'[contracts.room]\ncanonical = "app.Room"\nfactories = ["app.make"]\n',
    Path("/p/ssot-lint.toml"),
    codes=CODES,
)
TEXT = "def f():\n    Room(1)\n\n\ndef g():\n    Room(2)\n\n\ndef h():\n    Room(3)\n"


def finding(
    line: int, scope: str, path: str = "app/a.py", code: str = "SOT201", contract: str = "room"
) -> Finding:
    return Finding(
        code,
        CODES[code],
        "",
        path,
        Span(line, 4, line, 8),
        contract=contract,
        symbol="app.Room",
        spelled="Room",
        scope=scope,
    )


FOUND = [finding(2, "f"), finding(6, "g"), finding(10, "h")]


def source(path: str) -> bytes | None:
    return TEXT.encode() if path == "app/a.py" else None


def recorded(*findings: Finding) -> Baseline:
    return Baseline("/p/base.txt", baseline.entries(findings, source))


def reach(*paths: str, faults: Mapping[tuple[str, str], str] | None = None) -> Reach:
    files = Files(lambda path: path in paths, lambda path: (), source, lambda gone: ())
    return Reach(HERE, paths, (), faults or {}, files, {})


def compare(
    old: Baseline, *new: Finding, of: Reach | None = None, exempted: Sequence[Suppressed] = ()
) -> Debt:
    return baseline.compared(HERE, old, new, source, of, exempted)


def lines_of(entries: Iterable[Recorded]) -> list[str]:
    return [f"{one.scope}{one.ordinal}" for one in entries]


def test_entries_are_what_is_found() -> None:
    same = [finding(2, "f"), finding(2, "f"), finding(6, "g"), finding(1, "", code="SOT901")]
    assert lines_of(baseline.entries(same, source)) == ["f1", "f2", "g1"]
    first = baseline.entries(same, source)[0]
    assert (first.path, first.code, first.contract, first.spelled, first.symbol, first.module) == (
        "app/a.py", "SOT201", "room", "Room", "app.Room", ""
    )  # fmt: skip
    assert first.around == context(TEXT.encode(), Span(2, 4, 2, 8))


def test_a_debt_is_kept_fixed_or_unknown() -> None:
    old = recorded(*FOUND)
    debt = compare(old, FOUND[0], finding(1, "", code="SOT901"), of=reach("app/a.py"))
    assert [(was.scope, now.scope) for was, now in debt.kept] == [("f", "f")]
    assert (lines_of(debt.fixed), debt.unknown, debt.whole, debt.moved) == (["g1", "h1"], (), True, 0)
    assert debt.file == "/p/base.txt"
    part = compare(old, FOUND[0])
    assert (part.fixed, lines_of(one for one, _ in part.unknown), part.whole) == ((), ["g1", "h1"], False)
    fault = compare(old, FOUND[0], of=reach("app/a.py", faults={("ssot-lint.toml", "room"): "SOT901"}))
    why = Gap("the contract `room` does not hold: see SOT901")
    assert (fault.fixed, [gap for _, gap in fault.unknown], fault.whole) == ((), [why, why], True)
    assert lines_of(baseline.forced(fault).fixed) == ["g1", "h1"]
    assert baseline.forced(fault).unknown == ()
    assert lines_of(baseline.forced(debt).fixed) == ["g1", "h1"]


def test_what_the_settings_excuse_is_not_fixed() -> None:
    about = finding(1, "", code="SOT903")
    excused = [
        Suppressed(one, "exemption", where, "x")
        for one, where in ((FOUND[1], "x.toml:3"), (about, "x.toml:9"))
    ]
    debt = compare(recorded(*FOUND), FOUND[0], of=reach("app/a.py"), exempted=excused)
    assert (lines_of(debt.fixed), [(one.scope, gap) for one, gap in debt.unknown]) == (
        ["h1"], [("g", Gap("{} excuses what is there", "the exemption in x.toml:3"))]
    )  # fmt: skip
    # What is found is found, whatever else looks like it.
    debt = compare(recorded(FOUND[1]), FOUND[1], of=reach("app/a.py"), exempted=excused)
    assert (len(debt.kept), debt.fixed, debt.unknown) == (1, (), ())


def test_a_debt_moves() -> None:
    old = recorded(*FOUND)
    elsewhere = [one._replace(path="app/b.py") for one in FOUND]
    files = {"app/b.py": TEXT.encode()}
    assert baseline.compared(HERE, old, elsewhere, files.get, None).moved == 3
    renamed = HERE.contracts[0]
    now = replace(HERE, contracts=(replace(renamed, name="hall"),))
    debt = baseline.compared(now, old, [one._replace(contract="hall") for one in FOUND], source, None)
    assert (debt.moved, [(was.contract, found.contract) for was, found in debt.kept]) == (
        3,
        [("room", "hall")] * 3,
    )
    assert baseline.updated(debt, baseline.entries([], source), ()) == ()


def test_an_update_keeps_what_is_unknown() -> None:
    old = recorded(*FOUND)
    debt = compare(old, FOUND[1], of=reach("app/a.py", faults={("ssot-lint.toml", "room"): "SOT901"}))
    now = baseline.entries([FOUND[1]], source)
    new = baseline.entries([FOUND[0]], source)
    assert sorted(lines_of(baseline.updated(debt, now, new))) == ["f1", "f2", "g1", "h1"]
    assert lines_of(baseline.updated(compare(old, FOUND[1], of=reach("app/a.py")), now, ())) == ["g1"]


def test_settings_that_findings_were_found_by() -> None:
    old = recorded(*FOUND)
    now = {name: {said} for name, said in declared(HERE).items()}
    assert baseline.found_by(HERE, old.entries) == now
    assert baseline.found_by(HERE, []) == {"": now[""]}
    was = replace(old, found_by={"": frozenset({"0" * 8}), "room": frozenset({"1" * 8})})
    fixed = compare(was, of=reach("app/a.py"))
    assert baseline.found_by(HERE, old.entries, fixed, was) == now
    unknown = compare(was, of=reach("app/a.py", faults={("ssot-lint.toml", "room"): "SOT901"}))
    assert baseline.found_by(HERE, old.entries, unknown, was) == was.found_by
    assert baseline.found_by(HERE, old.entries, unknown, old) == {"": frozenset(), "room": frozenset()}
    gone = baseline.entries([finding(2, "f", contract="gone")], source)
    assert baseline.found_by(HERE, gone) == {"": now[""], "gone": frozenset()}


def test_the_head_tells_what_findings_were_found_by() -> None:
    entries = baseline.entries(FOUND, source)
    told = {"": {"0" * 8}, "a room, or two": {"2" * 8, "1" * 8}, "x": set[str]()}
    text = baseline_file.render(entries, (), told)
    head = text.splitlines()[1]
    assert head.endswith(
        "apart. Settings: 00000000, a%20room,%20or%20two 11111111, a%20room,%20or%20two 22222222"
    )
    read = baseline_file.parse(text.encode(), "x", "x")
    assert read.found_by == {name: said for name, said in told.items() if said}
    assert (set(read.entries), len(read.body)) == (set(entries), 6)
    assert baseline_file.parse(baseline_file.render(entries).encode(), "x", "x").found_by == {}
    # Git may have taken the lines of both sides.
    both = text.replace(head, f"{head}\n{head.replace('00000000', '33333333')}")
    assert baseline_file.parse(both.encode(), "x", "x").found_by[""] == {"0" * 8, "3" * 8}
    assert len(baseline_file.parse(both.encode(), "x", "x").body) == 6
    damaged = text.replace("00000000", "nothing")
    assert baseline_file.parse(damaged.encode(), "x", "x").found_by.keys() == {"a room, or two"}


def test_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    old = recorded(*FOUND)
    first, second, third = old.entries
    moved = (first, FOUND[0]), (second, FOUND[1]._replace(scope="k"))
    for debt, said in (
        (compare(old, *FOUND, of=reach("app/a.py")), "3 findings in the baseline p/base.txt"),
        (compare(recorded(FOUND[0]), FOUND[0], of=reach("app/a.py")), "1 finding in the baseline p/base.txt"),
        (
            compare(old, of=reach("app/a.py")),
            "0 findings in the baseline p/base.txt (3 fixed since: run `ssot-lint baseline prune`)",
        ),
        (
            Debt("/p/base.txt", moved, (third,), (), True),
            "2 findings in the baseline p/base.txt (1 fixed since: run `ssot-lint baseline prune`; "
            "1 moved since: run `ssot-lint baseline update`)",
        ),
        (compare(old), "no finding here is in the baseline p/base.txt, which has 3 of the whole project"),
        (
            compare(old, FOUND[0]),
            "1 finding here is in the baseline p/base.txt, which has 3 of the whole project",
        ),
        (
            compare(old, *FOUND),
            "3 findings here are in the baseline p/base.txt, which has 3 of the whole project",
        ),
    ):
        assert baseline.sentence(debt) == said
        assert baseline.open_questions(debt) == []
    assert baseline.locked(compare(old, of=reach("app/a.py"))) == (
        "p/base.txt holds 3 findings that are fixed: run `ssot-lint baseline prune` and commit the file"
    )
    assert baseline.locked(compare(recorded(FOUND[0]), of=reach("app/a.py"))).startswith(
        "p/base.txt holds 1 finding that is fixed:"
    )
    assert baseline.locked(compare(old, *FOUND, of=reach("app/a.py"))) == ""


def test_questions_that_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    entries = recorded(*FOUND).entries

    def said(*gaps: Gap) -> list[str]:
        return baseline.open_questions(
            Debt("/p/base.txt", (), (), tuple((entries[0], gap) for gap in gaps), True)
        )

    broken = [Gap("{} cannot be parsed", f"{name}.py") for name in "dbacb"]
    assert said(*broken[:1]) == [
        "1 finding that is not found again stays in p/base.txt, for d.py cannot be parsed"
    ]
    assert said(*broken[:3]) == [
        "3 findings that are not found again stay in p/base.txt, for a.py, b.py, d.py cannot be parsed"
    ]
    assert said(*broken) == [
        "5 findings that are not found again stay in p/base.txt, for a.py, b.py, c.py and 1 more cannot be parsed"
    ]
    assert len(said(Gap("there is {{}}"), *broken)) == 2
    assert said(Gap("there is {{}}"))[0].endswith(", for there is {}")


def test_the_bytes_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x")
    (tmp_path / "b.py").mkdir()
    loaded = replace(HERE, root=tmp_path)
    read = baseline.sources(loaded, Disk(str(tmp_path)), {"a.py", "b.py"})
    assert (read("a.py"), read("b.py"), read("c.py")) == (b"x", b"\0", None)
    files = baseline.files(Disk(str(tmp_path)), read)
    assert (files.has("a.py"), files.has("b.py"), files.has("c.py"), files.has("a.py/b")) == (
        True,
        True,
        False,
        False,
    )
    assert (files.read("a.py"), files.unseen(["c.py"])) == (b"x", ())


def test_where_a_baseline_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert baseline_file.place(HERE) == ""
    assert baseline_file.place(replace(HERE, baseline="b/x.txt")) == "/p/b/x.txt"
    assert baseline_file.place(replace(HERE, baseline="b/x.txt"), "y.txt") == str(tmp_path / "y.txt")
    assert baseline_file.read("") is baseline_file.NONE


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_baseline(text: str) -> None:
    with pytest.raises(Unusable) as caught:
        baseline_file.parse(text.encode(), FILE, FILE)
    assert str(caught.value).startswith(WRONG[text])
    is_unknown = text == "" or text.startswith("# one")
    assert str(caught.value).endswith("`ssot-lint baseline create`") == (is_unknown or "what" in text)
    assert ("version 1`;" in str(caught.value)) == is_unknown


def test_bytes_that_are_no_baseline() -> None:
    text = baseline_file.render([]).encode()
    for data, number in ((b"\xff", 1), (text + b"\xff", 3), (text + b"# x\n\n\xff", 5)):
        with pytest.raises(Unusable, match=f"^x:{number}: is not UTF-8; restore it from git"):
            baseline_file.parse(data, "f", "x")


def test_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = replace(HERE, root=tmp_path, baseline="b/x.txt")
    missing = "b/x.txt: there is no such baseline; make it with `ssot-lint baseline create`"
    for read in (
        lambda: baseline_file.read(baseline_file.place(loaded)),
        lambda: baseline_file.named(loaded, Disk(str(tmp_path))),
    ):
        with pytest.raises(Unusable) as caught:
            read()
        assert str(caught.value) == missing
    git(tmp_path, "init", "-q")
    with pytest.raises(Unusable) as caught:
        baseline_file.named(loaded, snapshot.of_index(str(tmp_path)))
    assert str(caught.value).startswith("b/x.txt: is no file in this state of the repository; make it with")
    with pytest.raises(Unusable, match="lies outside of what git has of the project"):
        baseline_file.named(replace(loaded, baseline="../x.txt"), snapshot.of_index(str(tmp_path)))
    (tmp_path / "b").mkdir()
    (tmp_path / "b/x.txt").write_text(baseline_file.render(recorded(*FOUND).entries), "utf-8")
    git(tmp_path, "add", ".")
    (staged, here) = (
        baseline_file.named(loaded, snapshot.of_index(str(tmp_path))),
        baseline_file.read(baseline_file.place(loaded)),
    )
    assert staged == here == baseline_file.named(loaded, Disk(str(tmp_path)))
    assert (staged.file, set(staged.entries)) == (str(tmp_path / "b/x.txt"), set(recorded(*FOUND).entries))


AROUND = Surroundings("0123456789ab", "ba9876543210", "f")
LINES = {
    "a.py f SOT201 c X -> x.X 0123456789ab/ba9876543210": Recorded(
        "a.py", "f", "SOT201", "c", "X", "x.X", AROUND
    ),
    "a.py f SOT201 c X -> x.X 0123456789ab/ba9876543210 #12": Recorded(
        "a.py", "f", "SOT201", "c", "X", "x.X", AROUND, 12
    ),
    "a.py - SOT201 c X -> x.X 0123456789ab/ba9876543210/f": Recorded(
        "a.py", "", "SOT201", "c", "X", "x.X", AROUND
    ),
    "a.py - SOT201 c X -> x.X -/-/f/g": Recorded(
        "a.py", "", "SOT201", "c", "X", "x.X", Surroundings("", "", "f/g")
    ),
    "a.py - SOT201 - %2D -> - -/-": Recorded("a.py", "", "SOT201", "", "-", "", Surroundings()),
    "%3Ca%20b%25.py %23 SOT201 c X -> \u00e4%0A -/-/-": Recorded(
        "<a b%.py", "#", "SOT201", "c", "X", "\u00e4\n", Surroundings()
    ),
    "a%ED%A0%80.py - SOT201 c X -> x -/-": Recorded(
        "a\ud800.py", "", "SOT201", "c", "X", "x", Surroundings()
    ),
}
NO_LINES = [
    "a.py f SOT201 c X -> x.X 0123456789ab/ba9876543210 #1",
    "a.py f SOT201 c X -> x.X 0123456789ab/ba9876543210 #02",
    "a.py f SOT201 c X -> x.X 0123456789ab/ba9876543210 12",
    "a.py f SOT201 c X => x.X 0123456789ab/ba9876543210",
    "a.py f SOT20 c X -> x.X 0123456789ab/ba9876543210",
    "a.py f SOT201 c X -> x.X 0123456789ab",
    "a.py f SOT201 c X -> x.X 0123456789ab/ba9876543210/f",
    "a.py f SOT201 c -> x.X 0123456789ab/ba9876543210",
    "a%FF.py f SOT201 c X -> x.X 0123456789ab/ba9876543210",
]


def test_lines_are_read_as_they_are_written() -> None:
    head = baseline_file.render([])
    for row, entry in LINES.items():
        assert baseline_file.line(entry) == row
        assert baseline_file.parse(f"{head}{row}\n".encode(), "x", "x").entries == (entry,)
    for row in NO_LINES:
        with pytest.raises(Unusable):
            baseline_file.parse(f"{head}{row}\n".encode(), "x", "x")


def test_numbers_keep_their_place() -> None:
    a, b, c, d = (Recorded(f"{name}.py", "f", "SOT201", "c", "X", "x.X", AROUND) for name in "abcd")
    rows = {one: baseline_file.line(one) for one in (a, b, c, d)}

    def rendered(entries: Iterable[Recorded], body: Sequence[str] = ()) -> list[str]:
        return baseline_file.render(entries, body).splitlines()[2:]

    first = rendered([c, a])
    number_a, row_a, number_c, row_c = first
    assert (row_a, row_c) == (rows[a], rows[c])
    assert len({number_a, number_c}) == 2
    assert all(re.fullmatch("# [0-9a-f]{8}", one) for one in (number_a, number_c))
    # What goes leaves its number, and what comes takes one that is idle where it belongs.
    assert rendered([c], first) == [number_a, number_c, row_c]
    assert rendered([b, c], [number_a, number_c, row_c]) == [number_a, rows[b], number_c, row_c]
    fresh = rendered([a, b, c], first)
    assert (fresh[:2], fresh[3:]) == (first[:2], [rows[b], *first[2:]])
    assert fresh[2] == rendered([b])[0]
    assert rendered([], first) == [number_a, number_c]
    assert rendered([a, d], first) == [number_a, row_a, number_c, rows[d]]
    # A number that is taken is not given again.
    taken = [rendered([b])[0], row_a]
    again = rendered([a, b], taken)
    assert (again[:2], again[3:]) == (taken, [rows[b]])
    assert again[2] not in taken
    # Of lines that are in no order nothing is kept.
    assert rendered([a, c], [number_c, row_c, number_a, row_a, "# 00000000"]) == first
    assert rendered([a], [number_a, row_a, row_a]) == first[:2]


def test_findings_about_the_lint_itself_are_none_of_a_baseline() -> None:
    about = finding(1, "", code="SOT901")
    by_hand = replace(recorded(FOUND[0]).entries[0], code="SOT901", scope="", around=Surroundings())
    debt = compare(Baseline("/p/base.txt", (by_hand,)), about, of=reach("app/a.py"))
    assert (debt.kept, debt.fixed) == ((), (by_hand,))


def test_what_is_narrowed() -> None:
    assert not baseline.is_narrowed(HERE)
    assert not baseline.is_narrowed(
        replace(HERE, sources={"select": "ssot-lint.toml", "fail-on": COMMAND_LINE})
    )
    assert baseline.is_narrowed(replace(HERE, sources={"select": COMMAND_LINE}))
    assert baseline.is_narrowed(replace(HERE, sources={"ignore": COMMAND_LINE}))


# Merges, by git.


def git(root: Path, *words: str, fails: bool = False) -> str:
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_EDITOR": "true"}
    name = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *name, *words], cwd=root, env={**os.environ, **alone}, capture_output=True, text=True
    )
    assert bool(done.returncode) == fails, done.stdout + done.stderr
    return done.stdout


def start(root: Path) -> None:
    git(root, "init", "-q")
    commit(root)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x")


def on_two_branches(
    root: Path, ours: Mapping[str, str | None], theirs: Mapping[str, str | None], *words: str
) -> None:
    """Commits edits on ``main`` and on ``topic``, after the command has run on each."""
    git(root, "branch", "topic")
    for branch, files in (("topic", theirs), ("main", ours)):
        git(root, "checkout", "-q", branch)
        edit(root, files)
        assert run(*words, cwd=root).returncode == 0
        commit(root)


@pytest.mark.parametrize("action", [PRUNE, UPDATE], ids=" ".join)
def test_branches_that_each_fix_something_merge(action: tuple[str, ...], debt: Path) -> None:
    start(debt)
    on_two_branches(
        debt, {"app/ben.py": healed("ben")}, {"app/cas.py": healed("cas"), "app/dan.py": None}, *action
    )
    git(debt, "merge", "-q", "topic")
    assert check("--locked", cwd=debt) == (0, [], f"1 finding in the baseline {FILE}")


def test_branches_that_fix_the_same_merge(debt: Path) -> None:
    start(debt)
    fixed = {"app/ben.py": healed("ben")}
    on_two_branches(debt, fixed, {**fixed, "app/cas.py": healed("cas")}, *PRUNE)
    git(debt, "merge", "-q", "topic")
    assert check("--locked", cwd=debt) == (0, [], f"2 findings in the baseline {FILE}")


def test_whatever_branches_delete_they_merge(tmp_path: Path) -> None:
    start_of = random.Random(5)
    git(tmp_path, "init", "-q")
    for number in range(25):
        names = [f"f{number}{index}" for index in range(start_of.choice([2, 5, 30]))]
        around = Surroundings("0123456789ab", "ba9876543210", "f")
        entries = {Recorded(f"{name}.py", "f", "SOT201", "c", "X", "x.X", around) for name in names}
        ordered = sorted(entries, key=lambda one: one.path)

        def some(ordered: list[Recorded] = ordered) -> set[Recorded]:
            first = start_of.randrange(len(ordered))
            return set(ordered[first : first + start_of.choice([1, 2, 20])])

        def rendered(left: set[Recorded], old: str = "") -> str:
            was = baseline_file.parse(old.encode(), "x", "x").body if old else ()
            return baseline_file.render(left, was)

        earlier = some()
        text = rendered(entries - earlier, rendered(entries))
        (tmp_path / FILE).write_text(text, "utf-8")
        git(tmp_path, "checkout", "-q", "--orphan", f"main{number}")
        commit(tmp_path)
        git(tmp_path, "branch", f"topic{number}")
        gone = []
        for branch in ("topic", "main"):
            git(tmp_path, "checkout", "-q", f"{branch}{number}")
            fixed = some() - earlier or {next(iter(entries - earlier), ordered[0])}
            gone.append(fixed)
            (tmp_path / FILE).write_text(rendered(entries - earlier - fixed, text), "utf-8")
            git(tmp_path, "add", "-A")
            git(tmp_path, "commit", "-q", "--allow-empty", "-m", "x")
        git(tmp_path, "merge", "-q", f"topic{number}", "-m", "x")
        left = baseline_file.parse((tmp_path / FILE).read_bytes(), "x", "x").entries
        assert set(left) == entries - earlier - gone[0] - gone[1]


def test_update_resolves_what_git_cannot(debt: Path) -> None:
    start(debt)
    ours, theirs = {"app/ann.py": healed("ann"), "app/eva.py": sick("eva")}, {"app/fay.py": sick("fay")}
    on_two_branches(debt, ours, theirs, *UPDATE)
    git(debt, "merge", "-q", "topic", fails=True)
    assert wrong("check", cwd=debt)[0].endswith("which takes the lines of both sides and drops what is fixed")
    assert run(*UPDATE, cwd=debt).stdout == f"{FILE}: 5 kept, 0 added, 0 fixed\n"
    assert check("--locked", cwd=debt) == (0, [], f"5 findings in the baseline {FILE}")
    commit(debt)


def test_what_branches_add_merges_by_union(debt: Path) -> None:
    (debt / ".gitattributes").write_text(f"{FILE} merge=union\n", "utf-8")
    start(debt)
    on_two_branches(
        debt, {"app/eva.py": sick("eva")}, {"app/fay.py": sick("fay"), "app/dan.py": None}, *UPDATE
    )
    git(debt, "merge", "-q", "topic")
    code, places, _ = check(cwd=debt)
    assert (code, places) == (0, [])
    run(*UPDATE, cwd=debt)
    assert check("--locked", cwd=debt) == (0, [], f"5 findings in the baseline {FILE}")
    assert body(debt) == sorted(body(debt))


def test_unusable_says_how_many_more(tmp_path: Path) -> None:
    text = "# ssot-lint baseline, version 1\n" + "x\n" * 9
    with pytest.raises(Unusable) as caught:
        baseline_file.parse(text.encode(), "x", "x")
    assert str(caught.value).splitlines()[5] == "x: 4 more lines are none"
