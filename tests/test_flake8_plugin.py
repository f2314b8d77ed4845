"""The flake8 plugin, through real flake8 in processes of its own: one verdict, whoever asks and however."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from hub import BAD, CONTRACT, GOOD, HUB
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.flake8_handover import HANDOVER, HandedOver, hand_over, taken_over

ROOT = Path(__file__).parent.parent
WINDOWS = sys.platform == "win32"

RUN = """\
import multiprocessing
import os
import sys

LOG, WATCHED = os.environ["LOG"], os.environ["WATCHED"]


def note(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].endswith(WATCHED):
        with os.fdopen(os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "w") as log:
            log.write(f"{os.getpid()}\\n")


sys.addaudithook(note)
if __name__ != "__main__":
    for name in os.environ["FORGET"].split():
        os.environ.pop(name, None)
if __name__ == "__main__":
    from flake8.main.cli import main

    multiprocessing.set_start_method(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
"""
"""Runs flake8 with a start method, and notes each process that opens a file whose path ends in WATCHED.
Workers that do not inherit memory import it too; they forget the environment variables in FORGET."""

MODULES = """\
import sys
from flake8.main.cli import main
code = main(sys.argv[1:])
print(sorted(name for name in sys.modules if name.split(".")[0] in ("ssot_lint", "astroid", "tomli")))
sys.exit(code)
"""
"""Runs flake8, then prints which modules the plugin cost."""


@dataclass(frozen=True)
class Ran:
    lines: list[str]
    code: int
    errors: str

    def only(self, code: str) -> list[str]:
        return [line for line in self.lines if f" {code} " in line]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables for processes that know the plugin, even where the checkout is not installed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FLAKE8", "PYTHON"))}
    try:
        distribution("ssot-lint")
    except PackageNotFoundError:
        metadata = tmp_path_factory.mktemp("installed") / "ssot_lint-0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: ssot-lint\nVersion: 0\n")
        (metadata / "entry_points.txt").write_text(
            "[flake8.extension]\nSOT = ssot_lint.flake8_plugin:Checker\n"
        )
        clean["PYTHONPATH"] = os.pathsep.join([str(metadata.parent), str(ROOT)])
    return clean


class Flake8:
    """Runs flake8 in a folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str], scratch: Path) -> None:
        self.folder, self.environment, self.scratch = folder, environment, scratch

    def __call__(self, *arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> Ran:
        console = Path(sys.executable).with_name("flake8.exe" if WINDOWS else "flake8")
        return self.run([str(console), "--select=SOT", *arguments], stdin, cwd)

    def run(
        self, command: Sequence[str], stdin: bytes = b"", cwd: Path | None = None, **variables: str
    ) -> Ran:
        done = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env={**self.environment, **variables},
            input=stdin,
            capture_output=True,
            timeout=600,
            check=False,
        )
        out = done.stdout.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        errors = done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in errors + out, errors + out
        return Ran(out.splitlines(), done.returncode, errors)

    def started(self, method: str, *arguments: str, watched: str = "", forget: str = "") -> tuple[Ran, int]:
        """Runs flake8 with a start method. Also, how many processes opened the file that is watched."""
        script, log = self.scratch / "run_flake8.py", self.scratch / "log"
        script.write_text(RUN)
        log.write_text("")
        ran = self.run(
            [sys.executable, str(script), method, "--select=SOT", *arguments],
            LOG=str(log),
            WATCHED=watched.replace("/", os.sep) or "no such file",
            FORGET=forget,
        )
        return ran, len(set(log.read_text().split()))


@pytest.fixture
def flake8(tmp_path: Path, environment: dict[str, str]) -> Iterator[Flake8]:
    """flake8 in an empty project, with a folder of its own for temporary files. That has a short name: the
    fork server's socket is in it, and may have no long one."""
    folder, scratch = tmp_path / "project", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    with tempfile.TemporaryDirectory() as temporary:
        yield Flake8(folder, {**environment, "TMPDIR": temporary}, scratch)


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())


CHAT = {"pyproject.toml": CONTRACT, "chat/__init__.py": "", "chat/hub.py": HUB}
METHODS = [pytest.param(name, marks=pytest.mark.skipif(WINDOWS, reason="POSIX only")) for name in
           ("fork", "forkserver")] + ["spawn"]  # fmt: skip


# Places and spellings.


@pytest.mark.parametrize(
    "spelled", ["chat/lobby.py", "./chat/lobby.py", "chat", ".", "chat/../chat/lobby.py"]
)
def test_finds_what_stands_there(flake8: Flake8, spelled: str) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": BAD})
    ran = flake8(spelled)
    (line,) = ran.lines
    assert re.match(r"\S*chat/lobby\.py:5:5: SOT201 \S", line.replace(os.sep, "/"))
    assert ran.code == 1


def test_finds_it_without_arguments(flake8: Flake8) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": BAD})
    assert len(flake8().only("SOT201")) == 1


def test_finds_it_from_any_working_directory(flake8: Flake8, tmp_path: Path) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": BAD})
    absolute = str(flake8.folder / "chat" / "lobby.py")
    for cwd in (flake8.folder / "chat", tmp_path, Path(tmp_path.anchor)):
        (line,) = flake8(absolute, cwd=cwd).lines
        assert line.startswith(f"{absolute}:5:5: SOT201 ")
        (line,) = flake8(os.path.relpath(absolute, cwd), cwd=cwd).lines
        assert ":5:5: SOT201 " in line


@pytest.mark.skipif(WINDOWS, reason="links need a privilege")
def test_finds_it_through_a_link_to_the_project(flake8: Flake8, tmp_path: Path) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": BAD})
    (tmp_path / "link").symlink_to(flake8.folder)
    assert len(flake8("chat", cwd=tmp_path / "link").only("SOT201")) == 1
    settings = str(flake8.folder / "pyproject.toml")
    assert len(flake8("--ssot-config", settings, str(tmp_path / "link/chat")).only("SOT201")) == 1


def test_columns_count_code_points(flake8: Flake8) -> None:
    write(
        flake8.folder, {**CHAT, "chat/lobby.py": 'from chat.hub import Hub\n\n\ns = "é€😀", Hub().join()\n'}
    )
    (line,) = flake8("chat").lines
    assert ":4:12: SOT201 " in line


def test_says_what_the_command_says(flake8: Flake8) -> None:
    files = {
        **CHAT,
        "chat/lobby.py": BAD,
        "chat/alias.py": "from chat.hub import Hub as Centre\n\n\ndef enter():\n    Centre().join()\n",
        "chat/allowed.py": BAD.replace("join()", "join()  # ssot: allow[SOT201] it is a test"),
        "chat/silenced.py": BAD.replace("join()", "join()  # noqa: SOT201"),
        "chat/unexplained.py": BAD.replace("join()", "join()  # ssot: allow[SOT201]"),
        "legacy/old.py": BAD,
        "vendor/theirs.py": BAD,
        "pyproject.toml": CONTRACT
        + '[tool.ssot-lint.contracts.gone]\ncanonical = "chat.gone.Gone"\n'
        + '[tool.ssot-lint]\nexclude = ["vendor/**"]\nper-path-ignores = {"legacy/**" = ["SOT2"]}\n',
    }
    write(flake8.folder, files)
    told = flake8.run([sys.executable, "-m", "ssot_lint", "check", "--format=json"])
    expected = sorted(
        f"{one['path']}:{one['line']}:{one['column']}: {one['code']} {one['message']}"
        + (f"; {one['advice']}" if one["advice"] else "")
        for one in json.loads("\n".join(told.lines))["findings"]
        if one["path"].endswith(".py")
    )
    got = [line.replace(f".{os.sep}", "", 1).replace(os.sep, "/") for line in flake8().lines]
    assert sorted(line for line in got if " pyproject.toml:" not in line) == expected
    assert len(expected) >= 4
    assert sum(" pyproject.toml:" in line for line in got) == 1


# Settings.


def test_each_file_is_judged_by_its_own_project(flake8: Flake8) -> None:
    other = CONTRACT.replace("Hub", "Relay").replace("contracts.hub", "contracts.relay")
    relay = HUB.replace("Hub", "Relay")
    write(
        flake8.folder / "first", {**CHAT, "chat/lobby.py": BAD, "chat/relay.py": BAD.replace("Hub", "Relay")}
    )
    write(
        flake8.folder / "second",
        {
            "ssot-lint.toml": other.replace("tool.ssot-lint.", ""),
            "chat/hub.py": relay,
            "chat/lobby.py": BAD,
            "chat/deep/down/relay.py": BAD.replace("Hub", "Relay"),
        },
    )
    write(flake8.folder / "third", {"chat/lobby.py": BAD})
    lines = [line.replace(os.sep, "/") for line in flake8(".").only("SOT201")]
    assert [line.split(":")[0] for line in lines] == [
        "./first/chat/lobby.py",
        "./second/chat/deep/down/relay.py",
    ]


def test_given_settings_hold_for_all_files_below_their_folder(flake8: Flake8) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": BAD, "other.toml": "[contracts]\n"})
    assert flake8("--ssot-config=other.toml", "chat").lines == []
    assert len(flake8("--ssot-config=pyproject.toml", "chat").only("SOT201")) == 1
    assert len(flake8("--ssot-config=../pyproject.toml", ".", cwd=flake8.folder / "chat").only("SOT201")) == 1


@pytest.mark.parametrize("name", ["other.toml", "./other.toml"])
@pytest.mark.parametrize("folder", [".", "chat"])
def test_settings_can_be_named_in_those_of_flake8(flake8: Flake8, name: str, folder: str) -> None:
    write(
        flake8.folder,
        {
            **CHAT,
            "pyproject.toml": "",
            "other.toml": CONTRACT.replace("tool.ssot-lint.", ""),
            "setup.cfg": f"[flake8]\nssot-config = {name}\n",
            "chat/lobby.py": BAD,
        },
    )
    assert len(flake8(".", cwd=flake8.folder / folder).only("SOT201")) == 1


@pytest.mark.parametrize(
    "files", [{}, {"pyproject.toml": '[project]\nname = "chat"\n'}], ids=["none", "theirs"]
)
def test_not_configured_is_silent_and_free(flake8: Flake8, files: dict[str, str]) -> None:
    write(flake8.folder, {**files, "chat/lobby.py": BAD, "chat/hub.py": HUB})
    ran = flake8.run([sys.executable, "-c", MODULES, "--select=SOT", "-j1", "."])
    assert ran.lines == ["['ssot_lint', 'ssot_lint.flake8_handover', 'ssot_lint.flake8_plugin']"]
    assert ran.code == 0
    assert flake8("-j2", ".").lines == []


def test_a_word_in_another_table_is_no_settings(flake8: Flake8) -> None:
    write(flake8.folder, {"pyproject.toml": '[project]\ndependencies = ["ssot-lint"]\n', "a.py": BAD})
    ran = flake8(".")
    assert (ran.lines, ran.code) == ([], 0)


WRONG = {
    "a mistake": (CONTRACT.replace("shared", "shred"), "pyproject.toml:4: ", "`shared`"),
    "no table": (CONTRACT.replace("ssot-lint", "ssot_lint"), "pyproject.toml:", "`[tool.ssot-lint]`"),
    "no TOML": ("[tool.ssot-lint\n", "pyproject.toml:1: ", "TOML"),
}


@pytest.mark.parametrize(("text", "place", "word"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_wrong_settings_are_said_once(flake8: Flake8, text: str, place: str, word: str, jobs: str) -> None:
    write(flake8.folder, {**CHAT, "pyproject.toml": text, "chat/lobby.py": BAD, "chat/alias.py": BAD})
    ran = flake8(jobs, ".")
    assert ran.code == 1
    assert ran.errors == ""
    (line,) = [line for line in ran.lines if word in line]
    assert place in line
    assert line.startswith("ssot-lint: ")


def test_all_wrong_settings_are_said_at_once(flake8: Flake8) -> None:
    wrong = CONTRACT.replace("shared", "shred")
    for name in ("first", "second"):
        write(flake8.folder / name, {**CHAT, "pyproject.toml": wrong})
    ran = flake8(".")
    for name in ("first", "second"):
        assert sum(f"{name}{os.sep}pyproject.toml:4: " in line for line in ran.lines) == 1


def test_given_settings_that_are_not_there(flake8: Flake8) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": BAD})
    ran = flake8("--ssot-config=gone.toml", ".")
    assert ran.code == 1
    assert sum("gone.toml" in line for line in ran.lines) == 1


@pytest.mark.parametrize("option", ["--help", "--version", "--bug-report"])
def test_what_judges_no_file_reads_no_settings(flake8: Flake8, option: str) -> None:
    write(flake8.folder, {**CHAT, "pyproject.toml": "[tool.ssot-lint\n"})
    assert flake8(option).code == 0


# Standard input.


@pytest.mark.parametrize("cwd", [".", "chat", ".."])
def test_standard_input_is_the_file_of_its_name(flake8: Flake8, cwd: str) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": GOOD})
    name = os.path.relpath(flake8.folder / "chat" / "lobby.py", flake8.folder / cwd)
    for named in (name, str(flake8.folder / "chat" / "lobby.py")):
        ran = flake8("--stdin-display-name", named, "-", stdin=BAD.encode(), cwd=flake8.folder / cwd)
        (line,) = ran.lines
        assert line.startswith(f"{named}:5:5: SOT201 ")
        assert ran.code == 1
    write(flake8.folder, {"chat/lobby.py": BAD})
    assert flake8("--stdin-display-name", name, "-", stdin=GOOD.encode(), cwd=flake8.folder / cwd).lines == []


def test_standard_input_may_be_a_new_file_or_none(flake8: Flake8) -> None:
    write(flake8.folder, CHAT)
    (line,) = flake8("--stdin-display-name=chat/new.py", "-", stdin=BAD.encode()).lines
    assert line.startswith("chat/new.py:5:5: SOT201 ")
    (line,) = flake8("-", stdin=BAD.encode()).lines
    assert line.startswith("stdin:5:5: SOT201 ")


def test_standard_input_of_another_project_than_the_working_directory(flake8: Flake8, tmp_path: Path) -> None:
    write(flake8.folder, CHAT)
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere, {"pyproject.toml": "[tool.ssot-lint]\n"})
    name = str(flake8.folder / "chat" / "lobby.py")
    assert len(flake8("--stdin-display-name", name, "-", stdin=BAD.encode(), cwd=elsewhere).lines) == 1
    outside = str(tmp_path / "lobby.py")
    assert flake8("--stdin-display-name", outside, "-", stdin=BAD.encode(), cwd=elsewhere).lines == []


TEXT = 'from chat.hub import Hub\n\nNAME = "é"; Hub().join()\n'
ENCODED = {
    "UTF-8": TEXT.encode(),
    "mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "cookie": b"# coding: latin-1\n" + TEXT.replace("\n\n", "\n").encode("latin-1"),
    "CRLF": TEXT.replace("\n", "\r\n").encode(),
    "no last newline": TEXT.rstrip("\n").encode(),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_standard_input_in_any_encoding(flake8: Flake8, data: bytes) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": data})
    (line,) = flake8("chat/lobby.py").lines
    assert ":3:13: SOT201 " in line
    assert flake8("--stdin-display-name=chat/lobby.py", "-", stdin=data).lines == [line]


# Comments.


STRICT = {**CHAT, "pyproject.toml": f"{CONTRACT}suppressible = false\n"}


def test_noqa_silences(flake8: Flake8) -> None:
    write(flake8.folder, {**CHAT, "chat/lobby.py": BAD.replace("join()", "join()  # noqa: SOT201")})
    assert flake8("chat").lines == []
    write(flake8.folder, {"chat/lobby.py": f"# flake8: noqa\n{BAD}"})
    assert flake8("chat").lines == []


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: SOT201", "# NOQA: E501,SOT2", "# noqa:because"])
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_noqa_silences_nothing_that_the_contract_keeps(flake8: Flake8, comment: str, jobs: str) -> None:
    text = BAD.replace("join()", f"join()  {comment}")
    write(flake8.folder, {**STRICT, "chat/lobby.py": text, "chat/other.py": GOOD})
    ran = flake8(jobs, "chat")
    (line,) = ran.only("SOT201")
    assert re.match(r"chat.lobby\.py:4:1: SOT201 line 5: \S", line)
    assert ran.code == 1


def test_noqa_in_a_string_of_several_lines(flake8: Flake8) -> None:
    text = 'from chat.hub import Hub\n\nHub().join("""\n# noqa\n""")\n'
    write(flake8.folder, {**STRICT, "chat/lobby.py": text})
    (line,) = flake8("chat").only("SOT201")
    assert ":2:1: SOT201 line 3: " in line


def test_a_file_that_is_all_noqa(flake8: Flake8) -> None:
    text = "from chat.hub import Hub  # noqa\nHub().join()  # noqa\n"
    write(flake8.folder, {**STRICT, "chat/lobby.py": text})
    (line,) = flake8("chat").only("SOT201")
    assert ":0:1: SOT201 line 2: " in line


def test_what_noqa_does_not_reach_stays_where_it_is(flake8: Flake8) -> None:
    write(flake8.folder, {**STRICT, "chat/lobby.py": BAD.replace("Hub\n\n", "Hub  # noqa\n\n", 1)})
    (line,) = flake8("chat").only("SOT201")
    assert ":5:5: SOT201 " in line
    write(flake8.folder, {"chat/lobby.py": BAD.replace("join()", "join()  # noqa")})
    (line,) = flake8("--disable-noqa", "chat").only("SOT201")
    assert ":5:5: SOT201 " in line


@pytest.mark.parametrize("comment", ["# flake8: noqa", "# flake8: noqa: SOT201"])
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_file_kept_from_plugins_is_reported_in_another(flake8: Flake8, comment: str, jobs: str) -> None:
    write(flake8.folder, {**STRICT, "chat/lobby.py": f"{comment}\n{BAD}"})
    ran = flake8(jobs, "chat")
    (line,) = ran.only("SOT201")
    assert re.match(r"chat.__init__\.py:1:1: SOT201 chat/lobby\.py:6: \S", line)
    assert ran.code == 1


@pytest.mark.parametrize("stdin", [False, True])
def test_a_file_kept_from_plugins_alone_stops_flake8(flake8: Flake8, stdin: bool) -> None:
    text = f"# flake8: noqa\n{BAD}"
    write(flake8.folder, {**STRICT, "chat/lobby.py": text})
    if stdin:
        ran = flake8("--stdin-display-name=chat/lobby.py", "-", stdin=text.encode())
    else:
        ran = flake8("chat/lobby.py")
    assert ran.code == 1
    assert sum("SOT201" in line and "chat/lobby.py:6: " in line for line in ran.lines) == 1


def test_flake8s_own_choice_comes_on_top(flake8: Flake8) -> None:
    write(flake8.folder, {**STRICT, "chat/lobby.py": BAD})
    assert flake8("--extend-ignore=SOT2", "chat").lines == []
    assert flake8("--select=SOT3", "chat").lines == []
    assert flake8("--per-file-ignores=chat/lobby.py:SOT201", "chat").lines == []
    assert len(flake8("--per-file-ignores=chat/hub.py:SOT201", "chat").lines) == 1


# Findings without a Python file.


GONE = '\n[tool.ssot-lint.contracts.gone]\ncanonical = "chat.gone.Gone"\n'


@pytest.mark.parametrize("jobs", ["-j1", "-j4"])
def test_findings_about_settings_come_once(flake8: Flake8, jobs: str) -> None:
    write(flake8.folder, {**CHAT, "pyproject.toml": CONTRACT + GONE, "chat/a.py": GOOD, "chat/b.py": GOOD})
    ran = flake8(jobs, "chat")
    (line,) = ran.lines
    assert re.match(r"chat.__init__\.py:1:1: SOT901 pyproject\.toml:\d: \S", line)


def test_the_carrier_is_a_file_that_plugins_see(flake8: Flake8) -> None:
    broken, left_out = "def (:\n", "# flake8: noqa\n"
    files = {"chat/__init__.py": left_out, "chat/a.py": broken, "chat/b.py": GOOD}
    write(flake8.folder, {**CHAT, "pyproject.toml": CONTRACT + GONE, **files})
    (line,) = flake8("chat").only("SOT901")
    assert re.match(r"chat.b\.py:1:1: ", line)


def test_noqa_does_not_silence_what_is_carried(flake8: Flake8) -> None:
    files = {"pyproject.toml": CONTRACT + GONE, "chat/__init__.py": f"import os  # noqa\n{GOOD}"}
    write(flake8.folder, {**CHAT, **files})
    (line,) = flake8("chat").only("SOT901")
    assert re.match(r"chat.__init__\.py:2:1: SOT901 pyproject\.toml:\d: ", line)


def test_files_named_one_by_one_carry_nothing_of_others(flake8: Flake8) -> None:
    write(flake8.folder, {**CHAT, "pyproject.toml": CONTRACT + GONE, "chat/a.py": GOOD})
    assert flake8("chat/a.py", "chat/hub.py").lines == []
    assert flake8("--stdin-display-name=chat/a.py", "-", stdin=GOOD.encode()).lines == []
    assert len(flake8("chat/a.py", "chat").only("SOT901")) == 1


# Workers.


def crowded(folder: Path, count: int = 12) -> None:
    files = {f"chat/room{number}.py": BAD if number % 2 else GOOD for number in range(count)}
    noisy = {
        "chat/quiet.py": f"# flake8: noqa\n{BAD}",
        "chat/hushed.py": BAD.replace("join()", "join()  # noqa"),
    }
    write(folder, {**STRICT, "pyproject.toml": f"{CONTRACT}suppressible = false\n{GONE}", **files, **noisy})


@pytest.mark.parametrize("method", METHODS)
def test_any_number_of_workers_gives_the_same_and_indexes_once(flake8: Flake8, method: str) -> None:
    crowded(flake8.folder)
    # flake8 itself does not open what it excludes; the project has it all the same.
    arguments = ("--exclude=hub.py", "chat")
    one, opened = flake8.started(method, "-j1", *arguments, watched="chat/hub.py")
    assert opened == 1
    assert len(one.only("SOT201")) == 8
    assert len(one.only("SOT901")) == 1
    # What runs remember would tell the second run that it need not read: once the files are a few seconds old.
    shutil.rmtree(flake8.folder / ".ssot_lint_cache")
    four, opened = flake8.started(method, "-j4", *arguments, watched="chat/hub.py")
    assert four.lines == one.lines
    assert opened == 1
    # Nothing stays behind of what was handed to workers.
    assert not list(Path(flake8.environment["TMPDIR"]).glob("ssot-lint-*"))


@pytest.mark.parametrize("method", METHODS[1:])
def test_workers_without_a_result_to_take_over_say_the_same(flake8: Flake8, method: str) -> None:
    crowded(flake8.folder)
    one, _ = flake8.started(method, "-j1", "chat")
    shutil.rmtree(flake8.folder / ".ssot_lint_cache")
    (flake8.folder / ".ssot_lint_cache").write_text("no folder, so that nothing is remembered")
    four, opened = flake8.started(
        method, "-j4", "--exclude=hub.py", "chat", watched="hub.py", forget=HANDOVER
    )
    assert four.lines == one.lines
    assert opened > 1


@pytest.mark.parametrize("method", METHODS)
def test_wrong_settings_do_not_hang_workers(flake8: Flake8, method: str) -> None:
    crowded(flake8.folder)
    write(flake8.folder, {"pyproject.toml": "[tool.ssot-lint\n"})
    ran, _ = flake8.started(method, "-j4", "chat")
    assert ran.code == 1
    assert sum("TOML" in line for line in ran.lines) == 1


def test_files_that_are_named_late(flake8: Flake8) -> None:
    """flake8's API parses options before it is told any file."""
    write(flake8.folder / "first", {**CHAT, "chat/lobby.py": BAD})
    write(flake8.folder / "second", {**CHAT, "chat/lobby.py": BAD, "chat/other.py": BAD})
    code = (
        "from flake8.api.legacy import get_style_guide\n"
        "for folder in ('../first', '../second'):\n"
        "    print(get_style_guide(select=['SOT']).check_files([folder]).total_errors)\n"
    )
    ran = flake8.run([sys.executable, "-c", code], cwd=flake8.folder / "first")
    assert [line for line in ran.lines if "SOT" not in line] == ["1", "2"]


# The hand-over.


rows = st.builds(HandedOver, st.integers(0), st.integers(0), st.just("SOT201"), st.text(), st.booleans())


class Owner:
    """Something that a weak reference can watch."""


@given(table=st.dictionaries(st.text(), st.lists(rows, max_size=3), max_size=3))
def test_what_is_handed_over_is_taken_over(table: dict[str, list[HandedOver]]) -> None:
    owner = Owner()
    hand_over(table, [1, None, "\udcff"], owner)
    file = Path(os.environ[HANDOVER])
    assert taken_over([1, None, "\udcff"]) == table
    assert taken_over([2, None, "\udcff"]) is None
    if not WINDOWS:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    del owner
    assert not file.parent.exists()
    assert taken_over([1, None, "\udcff"]) is None


DAMAGED = {
    "empty": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "no stamp": b'{"table": {}}',
    "no table": b'{"stamp": [1]}',
    "no rows": b'{"stamp": [1], "table": {"a.py": 3}}',
    "short rows": b'{"stamp": [1], "table": {"a.py": [[1, 2]]}}',
    "no ASCII": b'{"stamp": [1], "table": {"\xff": []}}',
    "nested": b"[" * 100_000,
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_result_is_not_taken_over(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "findings.json"
    file.write_bytes(data)
    file.chmod(0o600)
    monkeypatch.setenv(HANDOVER, str(file))
    assert taken_over([1]) is None


@pytest.mark.skipif(WINDOWS, reason="POSIX only")
def test_a_result_that_others_may_have_written_is_not_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "findings.json"
    file.write_bytes(b'{"stamp": [1], "table": {}}')
    file.chmod(0o600)
    monkeypatch.setenv(HANDOVER, str(file))
    assert taken_over([1]) == {}
    for mode in (0o620, 0o602, 0o666):
        file.chmod(mode)
        assert taken_over([1]) is None, oct(mode)
    file.chmod(0o600)
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(file)
    os.mkfifo(pipe)
    for odd in (link, pipe, tmp_path, tmp_path / "gone"):
        monkeypatch.setenv(HANDOVER, str(odd))
        assert taken_over([1]) is None, odd
