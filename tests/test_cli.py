"""The command: what it answers, on which stream, with which exit code; where it matters as a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import jsonschema
import pytest

from ssot_lint import __version__, cli
from ssot_lint.cli import terminal
from ssot_lint.model.rules import ALL
from ssot_lint.report import FORMATS
from ssot_lint.settings.schema import schema

ROOT = Path(__file__).parent.parent
START = "from ssot_lint.cli import entry; entry()"
COLOUR = "\x1b["
LONG = 600
"""Seconds after which a process is given up: it hangs, however busy the machine is."""
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals and descriptors of POSIX")

CONTRACT = """\
[tool.ssot-lint.contracts.room]
canonical = "app.rooms.Room"
factories = ["app.rooms.open_room"]
isolated-by = ["user"]
retired = ["Hall"]
reason = "one room for each user"
"""
ROOMS = """\
class Room:
    def __init__(self, user):
        self.user = user


def open_room(user):
    return Room(user)
"""
CLEAN = "from app.rooms import open_room\n\n\ndef main(user):\n    return open_room(user)\n"
SICK = """\
from app.rooms import Room as Parlour


def main(user):
    Parlour(user)
"""
FILES = {
    "pyproject.toml": CONTRACT,
    "app/__init__.py": "",
    "app/rooms.py": ROOMS,
    "app/clean.py": CLEAN,
    "app/sick.py": SICK,
}
FOUND = [("app/sick.py", 1, "SOT101"), ("app/sick.py", 5, "SOT201")]


def environment(**more: str) -> dict[str, str]:
    """Ours, without what decides on colours, and with this checkout first."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "SSOT_LINT_TRACEBACK")
    }
    return {**ours, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **more}


def command(*words: str, code: str = START) -> list[str]:
    return [sys.executable, "-c", code, *words]


def run(
    *words: str, cwd: Path, stdin: bytes = b"", code: str = START, **variables: str
) -> subprocess.CompletedProcess[str]:
    """What the command answers: in this process, which is the same and faster. Other code is run in one of its own."""
    there = environment(**variables)
    if code != START:
        return process(*words, cwd=cwd, stdin=stdin, code=code, **variables)
    with tempfile.TemporaryFile() as given, pytest.MonkeyPatch.context() as patch:
        given.write(stdin)
        given.seek(0)
        for name in os.environ.keys() - there.keys():
            patch.delenv(name)
        for name, value in there.items():
            patch.setenv(name, value)
        patch.chdir(cwd)
        encoding = there["PYTHONIOENCODING"]
        out, err = io.BytesIO(), io.BytesIO()
        patch.setattr(sys, "stdin", io.TextIOWrapper(given, "utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, newline=""))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, "backslashreplace", newline=""))
        status = cli.main(words)
        return subprocess.CompletedProcess(
            words, status, out.getvalue().decode("utf-8"), err.getvalue().decode("utf-8")
        )


def process(
    *words: str, cwd: Path, stdin: bytes = b"", code: str = START, **variables: str
) -> subprocess.CompletedProcess[str]:
    """What a process answers: the command, or other code with its words."""
    done = subprocess.run(
        command(*words, code=code),
        cwd=cwd,
        env=environment(**variables),
        input=stdin,
        capture_output=True,
        timeout=LONG,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def project(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A project with two findings."""
    return project(tmp_path / "room")


def findings(result: subprocess.CompletedProcess[str]) -> list[tuple[str, int, str]]:
    assert result.returncode in (0, 1), result.stderr
    return [(one["path"], one["line"], one["code"]) for one in json.loads(result.stdout)["findings"]]


def check(*words: str, cwd: Path, stdin: bytes = b"") -> list[tuple[str, int, str]]:
    return findings(run("check", "--format", "json", *words, cwd=cwd, stdin=stdin))


def wrong(*words: str, cwd: Path, **more: bytes) -> list[str]:
    """The lines of standard error of a command line that is refused."""
    result = run(*words, cwd=cwd, **more)
    assert (result.returncode, result.stdout) == (2, "")
    return result.stderr.splitlines()


# Help, version, wrong words.


def test_version(tmp_path: Path) -> None:
    result = run("--version", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"ssot-lint {__version__}\n", "")


@pytest.mark.parametrize(
    "name", ["check", "baseline", "explain", "rule", "why", "rules", "config", "schema", "completion"]
)
def test_each_command_has_help_with_an_example(name: str, tmp_path: Path) -> None:
    result = run(name, "--help", cwd=tmp_path)
    shown = name if name != "rule" else "explain"
    assert result.returncode == 0
    assert f"\nexamples:\n  ssot-lint {shown}" in result.stdout
    assert shown in run("--help", cwd=tmp_path).stdout


def test_nothing_is_help_and_exit_2(tmp_path: Path) -> None:
    assert wrong(cwd=tmp_path)[0].startswith("usage: ssot-lint ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chek"], "unknown command `chek`; did you mean `check`?"),
        (["rul"], "unknown command `rul`; did you mean `rule`?"),
        (["app"], "unknown command `app`; to judge a path write `ssot-lint check PATH`"),
        (
            ["--format", "json"],
            "unknown option `--format` before the command; write `ssot-lint COMMAND --format`",
        ),
        (["check", "--formt", "json"], "unknown option `--formt`; did you mean `--format`?"),
        (["check", "--sel=SOT1"], "unknown option `--sel`"),
        (["rules", "x"], "`x` is one argument too many"),
        (["check", "--format", "jsn"], "argument --format/--output-format: `jsn` is not one of"),
        (["check", "--color", "allways"], "did you mean `always`?"),
        (
            ["check", "--workers", "0"],
            "argument -j/--workers: expected `auto`, an integer of at least 1, or `dask:ADDRESS`",
        ),
        (["check", "--workers", "dask:"], "`dask:` has no address: write `dask:tcp://HOST:PORT`"),
        (["check", "-jdask"], "`dask` has no address"),
        (["check", "-j", "dask:tcp://host"], "`dask:tcp://host` has no address"),
        (["check", "-j", "dask:tcp://a b:1"], "`dask:tcp://a b:1` has no address"),
        (["check", "-j", "dask:tcp://host:65536"], "`dask:tcp://host:65536` has no address"),
        (["check", "--select", ","], "argument --select: names no code"),
        (["explain"], "CODE|NAME"),
        (["check", "--\x1b[31m"], "unknown option `--\\x1b[31m`"),
    ],
)
def test_wrong_words_get_one_sentence(words: Sequence[str], message: str, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    sentence, remedy = wrong(*words, cwd=tmp_path)
    assert sentence.startswith("ssot-lint: ")
    assert message in sentence
    assert re.fullmatch(r"try `ssot-lint( \w+)? --help`", remedy)


# What the user gives is wrong.


def test_no_settings(tmp_path: Path) -> None:
    (line,) = wrong("check", cwd=tmp_path)
    assert line.startswith("ssot-lint: no settings apply to `.`; add a table `[tool.ssot-lint]`")


def test_paths_without_settings_beside_some_with_are_only_noted(room: Path) -> None:
    for name in ("a.py", "b.py"):
        (room.parent / name).write_text("")
    result = run("config", "--check", "../a.py", "app", "../b.py", cwd=room)
    assert result.returncode == 0
    assert result.stderr == "ssot-lint: no settings apply to `../a.py` and 1 more\n"
    (line,) = wrong("check", "../a.py", "../b.py", cwd=room)
    assert line.startswith("ssot-lint: no settings apply to `../a.py` and 1 more; add a table")


def test_every_missing_path_is_named(room: Path) -> None:
    assert wrong("check", "app", "gone.py", "lost", cwd=room) == [
        "ssot-lint: gone.py: there is no such file or folder",
        "ssot-lint: lost: there is no such file or folder",
    ]


def test_path_outside_the_project(room: Path, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("")
    (line,) = wrong("check", "--config", "pyproject.toml", "app", "../other.py", cwd=room)
    assert line == "ssot-lint: ../other.py: lies outside the project of pyproject.toml"


def test_every_mistake_in_the_settings_is_told_from_where_one_stands(room: Path) -> None:
    text = CONTRACT.replace("retired", "retird") + 'instances = "shard"\n'
    (room / "pyproject.toml").write_text(text)
    lines = wrong("check", cwd=room / "app")
    assert [line.split(": ")[:2] for line in lines] == [
        ["../pyproject.toml:5", "contracts.room.retird"],
        ["../pyproject.toml:7", "contracts.room.instances"],
    ]
    assert lines[0].endswith("did you mean `retired`?")
    assert lines == wrong("config", cwd=room / "app") == wrong("config", "--check", "..", cwd=room / "app")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--select", "SOT1,SOT211"], "command line: select[1]: `SOT211` is no code"),
        (["--ignore", "alias-imprt"], "did you mean `alias-import`?"),
        (["--fail-on", "eror"], "`eror` is not one of `error`, `warning`, `info`; did you mean `error`?"),
        (["--config", "gone.toml"], "gone.toml: cannot be read"),
    ],
)
def test_wrong_options_are_judged_as_settings_are(words: Sequence[str], message: str, room: Path) -> None:
    (line,) = wrong("check", *words, cwd=room)
    assert message in line


def test_settings_of_several_projects_are_all_judged(tmp_path: Path) -> None:
    for name in ("one", "two"):
        project(tmp_path / name, {"ssot-lint.toml": "selct = []\n"})
    lines = wrong("check", "two", "one", cwd=tmp_path)
    assert [line.split(":")[0] for line in lines] == ["one/ssot-lint.toml", "two/ssot-lint.toml"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-", "app"], "`-` stands alone"),
        (["app", "--stdin-filename", "app/new.py"], "write `-` in place of the paths"),
        (["-", "--stdin-filename", "."], "names a folder"),
        (["-", "--stdin-filename", "../x.py", "--config", "pyproject.toml"], "lies outside the project"),
    ],
)
def test_wrong_use_of_standard_input(words: Sequence[str], message: str, room: Path) -> None:
    (line,) = wrong("check", *words, cwd=room)
    assert message in line


@POSIX
def test_working_directory_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    # As in a console script, where imports do not look there.
    code = f"import os, sys; sys.path.remove(''); os.rmdir('../gone'); {START}"
    result = run("check", cwd=tmp_path / "gone", code=code)
    assert result.returncode == 2
    assert result.stderr.startswith("ssot-lint: the working directory cannot be used")


# Pages, rules, settings, schema, completion.


@pytest.mark.parametrize("word", ["SOT201", "sot201", "direct-construction", "Direct-Construction"])
def test_explain_shows_the_page(word: str, tmp_path: Path) -> None:
    result = run("explain", word, cwd=tmp_path)
    page = (ROOT / "rules/construction/direct-construction.md").read_text(encoding="utf-8")
    assert (result.returncode, result.stdout, result.stderr) == (0, page, "")
    assert run("rule", word, cwd=tmp_path).stdout == page
    assert COLOUR in run("explain", word, "--color", "always", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("direct-constuction", "did you mean `direct-construction`?"),
        ("SOT210", "did you mean `SOT2"),
        ("SOT2", "stands for several rules: name one of SOT201, SOT202"),
        ("E501", "`E501` is no code or name of a rule"),
    ],
)
def test_explain_of_what_is_no_rule(word: str, message: str, tmp_path: Path) -> None:
    (line,) = wrong("explain", word, cwd=tmp_path)
    assert message in line


def test_rules_are_listed_with_their_summaries(tmp_path: Path) -> None:
    lines = run("rules", cwd=tmp_path).stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in ALL]
    document = json.loads(run("rules", "--format", "json", cwd=tmp_path).stdout)
    assert document["version"] == 1
    assert [line.split(maxsplit=2)[2] for line in lines] == [rule["summary"] for rule in document["rules"]]


def test_config_shows_what_is_in_force_and_from_where(room: Path) -> None:
    text = run("config", cwd=room / "app").stdout
    assert text.startswith("# in force: ../pyproject.toml\n")
    assert 'canonical = "app.rooms.Room"  # pyproject.toml\n' in text
    document = json.loads(run("config", "app", "--format", "json", cwd=room).stdout)
    assert document["version"] == 1
    assert [one["file"] for one in document["projects"]] == ["pyproject.toml"]
    assert document["projects"][0]["contracts"]["room"]["keys"]["retired"]["value"] == ["Hall"]


def test_config_check_says_only_that_all_is_well(room: Path) -> None:
    result = run("config", "--check", "pyproject.toml", "app", cwd=room)
    assert (result.returncode, result.stdout) == (0, "pyproject.toml: 1 contract, no mistakes\n")


def test_schema_is_that_of_the_settings(tmp_path: Path) -> None:
    assert json.loads(run("schema", cwd=tmp_path).stdout) == schema()


def test_completion_without_shtab_says_what_is_missing(tmp_path: Path) -> None:
    hidden = f"import sys; sys.modules['shtab'] = None; {START}"
    result = run("completion", "bash", cwd=tmp_path, code=hidden)
    assert (result.returncode, result.stdout) == (2, "")
    assert "pip install 'ssot-lint[completion]'" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_commands_and_options(shell: str, tmp_path: Path) -> None:
    pytest.importorskip("shtab")
    script = run("completion", shell, cwd=tmp_path).stdout
    assert "explain" in script
    assert "stdin-filename" in script


@pytest.mark.parametrize("place", ["app/sick.py", "app/sick.py:0", "app/sick.py:x", ":3"])
def test_why_needs_a_line(place: str, room: Path) -> None:
    (line,) = wrong("why", place, cwd=room)
    assert "write PATH:LINE" in line


def test_why_of_a_file_that_is_not_there(room: Path) -> None:
    assert wrong("why", "app/gone.py:1:4", cwd=room) == [
        "ssot-lint: app/gone.py: there is no such file or folder"
    ]
    assert wrong("why", "app:1", cwd=room) == ["ssot-lint: app: is a folder, and not a file"]


# What is imported.


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["check", "--help"]])
def test_help_imports_next_to_nothing(words: Sequence[str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom ssot_lint.cli import main\nmain(sys.argv[1:])\n"
        "print(sorted({'dataclasses', 'tomli', 'json', 'ast', 'subprocess', 'astroid'} & set(sys.modules)))"
    )
    assert run(*words, cwd=tmp_path, code=code).stdout.splitlines()[-1] == "[]"


def test_check_without_findings_imports_nothing_heavy(room: Path) -> None:
    code = (
        "import sys\nfrom ssot_lint.cli import main\ncode = main(sys.argv[1:])\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted({'astroid', 'flake8', 'rich', 'pygments', 'libcst', 'pygls', 'pytest'} & names), code)"
    )
    assert run("check", "app/clean.py", "-q", cwd=room, code=code).stdout.splitlines()[-1] == "[] 0"


# Streams and signals.


@POSIX
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")
def test_full_disk_is_said_and_not_0(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("rules"),
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "ssot-lint: the output cannot be written: No space left on device\n"


@POSIX
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")
@pytest.mark.parametrize("format", ["text", "sarif", "github"])
def test_findings_that_cannot_be_written_are_2(format: str, room: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("check", "--format", format),
            cwd=room,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "ssot-lint: the output cannot be written: No space left on device\n"


@POSIX
@pytest.mark.parametrize("words", [["rules"], ["--help"], ["config", "--help"]])
def test_reader_that_has_gone_is_no_trouble(words: Sequence[str], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        command(*words), cwd=tmp_path, env=environment(), stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (2, b"")


@POSIX
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["rules"], 2),
        (["chek"], 2),
        (["config", "--check"], 2),
        (["check"], 2),
        (["check", "-q", "app/clean.py"], 0),
    ],
)
def test_standard_streams_that_are_closed(words: Sequence[str], code: int, room: Path) -> None:
    for closing in (">&-", ">&- 2>&-", "<&- >&- 2>&-"):
        script = f'exec "$@" {closing}'
        done = subprocess.run(
            ["sh", "-c", script, "sh", *command(*words)],
            cwd=room,
            env=environment(),
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.returncode == code
        assert b"Traceback" not in done.stderr


@pytest.fixture
def waiting(room: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A check that is in the middle of reading standard input."""
    process = subprocess.Popen(
        command("check", "-", "--stdin-filename", "app/new.py"),
        cwd=room,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    # More than a pipe holds: when it has gone through, the process is reading.
    process.stdin.write(b"#" * 200_000)
    process.stdin.flush()
    yield process
    process.kill()
    process.wait()


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_and_terminated_are_quiet(
    number: signal.Signals, code: int, waiting: subprocess.Popen[bytes]
) -> None:
    waiting.send_signal(number)
    # The end of the input wakes a process that the signal met just before it began to wait.
    assert waiting.stdin is not None
    waiting.stdin.close()
    assert waiting.wait(LONG) == code
    assert waiting.stdout is not None
    assert waiting.stderr is not None
    assert (waiting.stdout.read(), waiting.stderr.read()) == (b"", b"")


def children(process: int) -> list[int]:
    """The processes that a process has started and that are not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text(errors="replace").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == process and state != "Z":
            found.append(int(status.parent.name))
    return found


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc to see processes")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_workers_end_with_the_process(number: signal.Signals, code: int, room: Path) -> None:
    many = "\n".join(f"def f{n}():\n    Parlour('u').user\n" for n in range(60))
    for n in range(200):
        (room / f"app/m{n}.py").write_text(f"from app.rooms import Room as Parlour\n\n\n{many}")
    process = subprocess.Popen(
        command("check", "-j2"),
        cwd=room,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        while not (workers := [one for one in children(process.pid) if "check" in _words(one)]):
            assert process.poll() is None, "it was over before it had workers"
            time.sleep(0.01)
        # As a terminal does on Ctrl-C, and as a supervisor does.
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        assert process.communicate(timeout=LONG) == (b"", b"")
        assert process.returncode == code
        deadline = time.monotonic() + LONG
        while any(map(is_alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(is_alive, workers))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _words(process: int) -> list[str]:
    """The command line of a process: a fork has that of its parent, git has its own."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


# A bug of ours: the engine is broken on purpose.

BROKEN = f"""
from ssot_lint.engine import run as engine
def check(*_, **__):
    raise KeyError("a\\nb")
engine.check = check
{START}
"""


def test_bug_is_one_line_and_exit_3(room: Path) -> None:
    result = run("check", cwd=room, code=BROKEN)
    assert (result.returncode, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("ssot-lint: a bug of ssot-lint, not of your code: KeyError: ")
    assert "--traceback" in line


def test_bug_with_all_of_it_for_who_asks(room: Path) -> None:
    for result in (
        run("check", "--traceback", cwd=room, code=BROKEN),
        run("check", cwd=room, code=BROKEN, SSOT_LINT_TRACEBACK="1"),
    ):
        assert result.returncode == 3
        assert result.stderr.startswith("Traceback (most recent call last):\n")
    assert "Traceback" not in run("check", cwd=room, code=BROKEN, SSOT_LINT_TRACEBACK="").stderr


# As a module, in a project that has modules of the names of Python's own.

TRAPS = ["json", "argparse", "signal", "gettext", "dataclasses", "typing", "difflib", "subprocess", "astroid"]
"""What is imported sooner or later; ``signal`` and ``typing`` before anything else."""


def trapped(folder: Path) -> Path:
    for name in TRAPS:
        trap = f"import sys\nsys.stdout.write({name!r} + ' of the project was imported\\n')\nraise SystemExit(99)\n"
        (folder / f"{name}.py").write_text(trap)
    return folder


def as_module(folder: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, *options, "-m", "ssot_lint", "check", "--no-cache", "--format", "concise", "app"]
    there = {**environment(), **variables}
    return subprocess.run(words, cwd=folder, env=there, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "more", [str(ROOT), f":{ROOT}", f"{ROOT}:", f"{ROOT}::/nowhere", f".:{ROOT}", f"{ROOT}:./app/.."]
)
def test_modules_of_the_project_are_never_imported(more: str, room: Path) -> None:
    expected = run("check", "--no-cache", "--format", "concise", "app", cwd=room)
    done = as_module(trapped(room), PYTHONPATH=more.replace(":", os.pathsep), PYTHONSAFEPATH="")
    assert (done.returncode, done.stdout, done.stderr) == (1, expected.stdout, "")
    assert expected.stdout.startswith("app/sick.py:1:")


def test_nor_by_way_of_a_link_to_the_project(room: Path) -> None:
    (room.parent / "link").symlink_to(trapped(room))
    done = as_module(room.parent / "link", PYTHONPATH=os.pathsep.join([str(room), str(ROOT)]))
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python learned that in 3.11")
@pytest.mark.parametrize("options", [["-P"], []])
def test_what_python_keeps_out_is_not_our_business(options: Sequence[str], room: Path) -> None:
    script = (
        "import sys, runpy; sys.argv = ['x', 'rules']; sys.path.insert(0, ''); before = [*sys.path]\n"
        "try: runpy.run_module('ssot_lint', run_name='__main__')\n"
        "except SystemExit: sys.stdout.flush(); print('same' if sys.path == before else 'other')"
    )
    there = environment(**({} if options else {"PYTHONSAFEPATH": "1"}))
    done = subprocess.run(
        [sys.executable, *options, "-c", script],
        cwd=room,
        env=there,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "same"
    assert as_module(trapped(room), *options, **({} if options else {"PYTHONSAFEPATH": "1"})).returncode == 1


# Colours, as ruff decides on them.


@pytest.mark.parametrize(
    ("option", "variables", "coloured"),
    [
        ("auto", {}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"CLICOLOR_FORCE": "1"}, True),
        ("auto", {"FORCE_COLOR": ""}, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_in_a_pipe(option: str, variables: Mapping[str, str], coloured: bool, tmp_path: Path) -> None:
    text = run("explain", "SOT201", "--color", option, cwd=tmp_path, **variables).stdout
    assert (COLOUR in text) is coloured


@POSIX
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "CLICOLOR": "0"}, False),
    ],
)
def test_colours_in_a_terminal(variables: Mapping[str, str], coloured: bool, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command("rules"), cwd=tmp_path, env=environment(**variables), stdout=theirs, stdin=subprocess.DEVNULL
    )
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:
        # How a pseudo-terminal says that its other end is closed.
        pass
    os.close(ours)
    assert process.wait(LONG) == 0
    assert (COLOUR.encode() in text) is coloured


class Terminal:
    """A standard error that is a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_progress_shows_after_a_while_and_cleans_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now, screen = [100.0], Terminal()
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    progress = terminal.Progress(True)
    progress("index", 1, 9)
    progress.clear()
    assert screen.text == ""
    now[0] += 1.5
    progress("index", 5, 9)
    progress("index", 6, 9)
    assert screen.text == "\rindex 5/9\x1b[K"
    progress.clear()
    progress.clear()
    assert screen.text == "\rindex 5/9\x1b[K\r\x1b[K"


@pytest.mark.parametrize(("wanted", "term"), [(False, "xterm"), (True, "dumb")])
def test_progress_that_nobody_wants(wanted: bool, term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now, screen = [100.0], Terminal()
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", term)
    progress = terminal.Progress(wanted)
    now[0] += 1.5
    progress("index", 5, 9)
    progress.clear()
    assert screen.text == ""


# From bytes to findings.


def test_check_finds_and_fails(room: Path) -> None:
    result = run("check", cwd=room)
    assert (result.returncode, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("app/sick.py:1:")
    assert ": SOT101 alias-import: " in lines[0]
    assert lines[2] == "1 | from app.rooms import Room as Parlour"
    assert re.fullmatch(r"  \| +\^+", lines[3])
    assert "  = reason: one room for each user" in lines
    assert lines[-1] == "2 findings (2 errors) in 1 file; 4 files checked"


def test_check_in_json(room: Path) -> None:
    result = run("check", "--output-format=json", cwd=room)
    assert result.returncode == 1
    assert findings(result) == FOUND
    document = json.loads(result.stdout)
    schema = json.loads((ROOT / "ssot_lint/report/findings.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(document)
    assert document["root"] == "."
    assert document["summary"]["files"] == document["summary"]["indexed"] == 4


def test_the_manual_shows_what_is_printed(tmp_path: Path) -> None:
    contract = 'canonical = "chat.rooms.Room"\nreason = "what is said in one room stays there"\n'
    files = {
        "ssot-lint.toml": f"[contracts.room]\n{contract}",
        "chat/__init__.py": "",
        "chat/rooms.py": "import os\n\n\nclass Room:\n    pass\n",
        "chat/server.py": '"""Serves."""\n\nfrom chat.rooms import Room as Channel\n',
    }
    document = json.loads(run("check", "--format", "json", cwd=project(tmp_path, files)).stdout)
    manual = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    assert json.loads(manual.split("```json\n")[1].split("```")[0]) == document


def test_clean_project(room: Path) -> None:
    (room / "app/sick.py").unlink()
    result = run("check", cwd=room)
    assert (result.returncode, result.stdout) == (0, "no findings; 3 files checked\n")
    assert run("check", "--quiet", cwd=room).stdout == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--select", "SOT1"], FOUND[:1]),
        (["--select", "direct-construction"], FOUND[1:]),
        (["--select", "SOT101", "--select", "SOT3,SOT201"], FOUND),
        (["--ignore", "SOT101, SOT201"], []),
    ],
)
def test_select_and_ignore(words: Sequence[str], expected: object, room: Path) -> None:
    result = run("check", "--format", "json", *words, cwd=room)
    assert findings(result) == expected
    assert result.returncode == (1 if expected else 0)


def test_exit_zero_and_fail_on(room: Path) -> None:
    assert run("check", "--exit-zero", cwd=room).returncode == 0
    (room / "pyproject.toml").write_text(f'[tool.ssot-lint]\nseverity = {{SOT = "warning"}}\n{CONTRACT}')
    assert run("check", cwd=room).returncode == 0
    result = run("check", "--fail-on", "warning", cwd=room)
    assert result.returncode == 1
    assert "(2 warnings)" in result.stdout.splitlines()[-1]


def test_statistics(room: Path) -> None:
    assert run("check", "--statistics", cwd=room).stdout.splitlines()[:2] == [
        "1  SOT101  alias-import",
        "1  SOT201  direct-construction",
    ]


def test_paths_narrow_what_is_reported_and_not_what_is_known(room: Path) -> None:
    assert check("app/sick.py", cwd=room) == FOUND
    assert check("app/clean.py", cwd=room) == []
    result = run("check", "--format", "json", "app/clean.py", "-q", "app/rooms.py", cwd=room)
    summary = json.loads(result.stdout)["summary"]
    assert (summary["files"], summary["indexed"]) == (2, 4)


def test_no_python_files_is_said_and_well(room: Path) -> None:
    (room / "docs").mkdir()
    (room / "docs/notes.txt").write_text("from app.rooms import Room as R\n")
    for path in ("docs", "docs/notes.txt"):
        result = run("check", path, cwd=room)
        assert result.returncode == 0
        assert "ssot-lint: no Python files found under the given paths" in result.stderr.splitlines()


def test_paths_are_those_of_where_one_stands(room: Path) -> None:
    result = run("check", "--format", "concise", ".", cwd=room / "app")
    assert result.stdout.startswith("sick.py:1:")
    assert run("check", "--format", "concise", "..", cwd=room / "app").stdout == result.stdout
    elsewhere = run("check", "--format", "concise", str(room), cwd=room.parent)
    assert elsewhere.stdout.startswith("room/app/sick.py:1:")
    document = json.loads(run("check", "--format", "json", "room", cwd=room.parent).stdout)
    assert document["root"] == "room"
    assert document["findings"] == json.loads(run("check", "--format", "json", cwd=room).stdout)["findings"]


def test_source_is_shown_from_anywhere(room: Path) -> None:
    result = run("check", "..", cwd=room / "app")
    assert "1 | from app.rooms import Room as Parlour" in result.stdout.splitlines()


def test_several_projects_are_judged_each_by_its_own_settings(tmp_path: Path) -> None:
    project(tmp_path / "one")
    project(tmp_path / "two", {**FILES, "pyproject.toml": f'[tool.ssot-lint]\nignore = ["SOT1"]\n{CONTRACT}'})
    document = json.loads(run("check", "--format", "json", "two", "one/app", cwd=tmp_path).stdout)
    assert [(one["path"], one["code"]) for one in document["findings"]] == [
        ("one/app/sick.py", "SOT101"),
        ("one/app/sick.py", "SOT201"),
        ("two/app/sick.py", "SOT201"),
    ]
    assert document["root"] == "."
    assert document["summary"]["files"] == 8


def test_unsaved_text(room: Path) -> None:
    text = SICK.encode()
    for words in (["-", "--stdin-filename", "app/clean.py"], ["--stdin-display-name=app/clean.py"]):
        assert check(*words, cwd=room, stdin=text) == [
            ("app/clean.py", line, code) for _, line, code in FOUND
        ]
    assert check("-", "--stdin-filename", "new.py", cwd=room / "app", stdin=text) == [
        ("app/new.py", line, code) for _, line, code in FOUND
    ]
    assert check("-", "--stdin-filename", "app/sick.py", cwd=room, stdin=CLEAN.encode()) == []
    shown = run("check", "-", "--stdin-filename", "app/clean.py", cwd=room, stdin=text).stdout
    assert "1 | from app.rooms import Room as Parlour" in shown.splitlines()


def test_unsaved_text_of_no_file(room: Path) -> None:
    result = run("check", "-", "--format", "concise", cwd=room, stdin=SICK.encode())
    assert result.returncode == 1
    assert [line.split(" ")[:2] for line in result.stdout.splitlines()[:2]] == [
        ["-:1:23:", "SOT101"],
        ["-:5:5:", "SOT201"],
    ]


def test_name_with_a_dash_in_front(room: Path) -> None:
    (room / "-x.py").write_text(SICK)
    assert check("--", "-x.py", cwd=room) == [("-x.py", line, code) for _, line, code in FOUND]


@POSIX
def test_name_that_is_no_text_is_escaped(room: Path) -> None:
    name = os.fsencode(room) + b"/app/caf\xe9\x1b.py"
    try:
        with open(name, "w") as stream:
            stream.write(SICK)
    except OSError:
        pytest.skip("the file system wants names in UTF-8")
    assert ("app/caf\\udce9\x1b.py", 1, "SOT101") in check(cwd=room)
    for format in ("text", "concise"):
        result = run("check", "--format", format, cwd=room)
        assert result.returncode == 1
        assert "app/caf\\udce9\\x1b.py:1:" in result.stdout
    ascii_only = run("check", cwd=room, PYTHONIOENCODING="ascii")
    assert ascii_only.returncode == 1


def test_characters_that_the_terminal_lacks_are_escaped(room: Path) -> None:
    (room / "app/sick.py").write_text(SICK.replace("Parlour", "Größe"), encoding="utf-8")
    result = run("check", cwd=room, PYTHONIOENCODING="ascii")
    assert result.returncode == 1
    assert "Room as Gr\\xf6\\xdfe" in result.stdout


LOCALES = [
    {"LC_ALL": "C.UTF-8"},
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@POSIX
def test_the_locale_changes_nothing(room: Path) -> None:
    """Neither what is found, for names of files are names of modules, nor a byte of what is printed."""
    files = {
        "pyproject.toml": CONTRACT.replace("one room for each user", "für jeden größer"),
        "app/café.py": "from app.rooms import Room as Größe\n",
        "app/use.py": "from app.café import Größe\n\nGröße(1)\n",
    }
    project(room, files)
    reports = [f"--output={format}:{format}.out" for format in FORMATS]
    said = []
    for locale in LOCALES:
        commands = (
            ["check", *reports, "--no-cache"],
            ["config"],
            ["why", "app/use.py:3"],
            ["check", "nöwhere"],
        )
        answers = [in_locale(room, words, locale) for words in commands]
        said.append((answers, [(room / f"{format}.out").read_bytes() for format in FORMATS]))
        assert [code for code, _, _ in answers] == [1, 0, 0, 2]
    assert said[1:] == said[:1] * 2
    assert "app.rooms.Room is built here as `Größe`" in (said[0][0][0][1].decode())


def in_locale(folder: Path, words: Sequence[str], variables: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    away = ("PYTHONIOENCODING", "PYTHONUTF8", "LANG", "LANGUAGE")
    there = {name: value for name, value in environment().items() if name not in away and name[:3] != "LC_"}
    done = subprocess.run(
        command(*words), cwd=folder, env={**there, **variables}, capture_output=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_json_is_never_coloured(room: Path) -> None:
    assert COLOUR not in run("check", "--format", "json", "--color", "always", cwd=room).stdout
    assert COLOUR in run("check", "--color", "always", cwd=room).stdout


def test_a_cluster_needs_a_package(room: Path) -> None:
    missing = f"import sys; sys.modules['distributed'] = None; {START}"
    result = run("check", "--workers", "dask:tcp://127.0.0.1:8786", cwd=room, code=missing)
    assert (result.returncode, result.stdout, result.stderr) == (
        2,
        "",
        "ssot-lint: a Dask cluster needs the package distributed: `pip install 'ssot-lint[distributed]'`, "
        "then try again\n",
    )


def test_number_of_workers_changes_nothing(room: Path) -> None:
    alone = run("check", "-j1", cwd=room)
    assert alone.returncode == 1
    assert alone.stdout == run("check", "--workers", "2", cwd=room).stdout


@POSIX
def test_findings_that_nobody_reads_are_2(room: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    for code, words in (
        (2, ["check"]),
        (2, ["check", "--exit-zero"]),
        (0, ["check", "--exit-zero", "-q", "app/clean.py"]),
    ):
        done = subprocess.run(
            command(*words), cwd=room, env=environment(), stdout=write, stderr=subprocess.PIPE, check=False
        )
        assert (done.returncode, done.stderr) == (code, b"")
    os.close(write)


def test_why_tells_each_step(room: Path) -> None:
    result = run("why", "app/sick.py:5:5", cwd=room)
    assert result.returncode == 0
    assert "app.rooms.Room" in result.stdout
    assert "SOT201" in result.stdout
    assert "app/sick.py:1" in result.stdout
    steps = json.loads(run("why", "sick.py:5", "--format", "json", cwd=room / "app").stdout)["steps"]
    assert [list(step) for step in steps] == [["path", "line", "text"]] * len(steps)
    assert [step["text"] for step in steps if step["text"] not in result.stdout] == []


def test_why_also_tells_why_nothing_is_reported(room: Path) -> None:
    result = run("why", "app/clean.py:5", cwd=room)
    assert result.returncode == 0
    assert result.stdout


def test_profile_says_where_the_time_went_and_changes_no_output(room: Path) -> None:
    plain = run("check", "--format", "json", "--no-cache", cwd=room)
    profiled = run("check", "--format", "json", "--no-cache", "--profile", cwd=room)
    assert profiled.stdout == plain.stdout
    assert profiled.returncode == plain.returncode
    said = profiled.stderr
    for word in ("gather facts", "link", "check", "parsed", "that matter", "files of the project", "app/"):
        assert word in said, word


# One file by several ways.


@POSIX
@pytest.mark.parametrize(
    "words",
    [
        ["room", "link"],
        ["link", "link2"],
        ["link2/app", "room/app"],
        ["room/app/sick.py", "link/app/sick.py", "link2/app/sick.py"],
        ["room/app/sick.py", "room/app/other.py"],
        ["room/app/other.py"],
        ["link/app/other.py"],
        ["room/folder", "room/app"],
        # A settings file that is named is judged from where one stands.
        ["in room", "--config", "../link/pyproject.toml", ".", "../link"],
        ["in room", "--config", "pyproject.toml", "../link2/folder", "app"],
    ],
)
def test_a_file_that_links_lead_to_is_reported_once(words: Sequence[str], room: Path) -> None:
    where, words = (room, words[1:]) if words[0] == "in room" else (room.parent, words)
    (room.parent / "link").symlink_to("room")
    (room.parent / "link2").symlink_to("link")
    (room / "app/other.py").symlink_to("sick.py")
    (room / "folder").symlink_to("app")
    (room / "loop").symlink_to(".")
    (room / "app/round.py").symlink_to("round.py")
    result = run("check", "--format", "flake8", *words, cwd=where)
    assert result.returncode == 1
    assert [line.split(":")[:2] for line in result.stdout.splitlines()] == [
        ["app/sick.py", "1"],
        ["app/sick.py", "5"],
    ]
    assert run("config", "--check", "room", "link2", cwd=room.parent).stdout == (
        "room/pyproject.toml: 1 contract, no mistakes\n"
    )


@POSIX
def test_a_link_that_stands_for_a_file_keeps_its_name(room: Path) -> None:
    (room / "pyproject.toml").write_text(f"[tool.ssot-lint]\nexclude = ['old']\n{CONTRACT}")
    (room / "app/sick.py").rename(room / "app/sick.txt")
    (room / "app/other.py").symlink_to("sick.txt")
    assert check(cwd=room) == check("app/other.py", cwd=room) == [("app/other.py", *one[1:]) for one in FOUND]
    assert check("app/sick.txt", cwd=room) == []
