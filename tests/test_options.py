"""Every command and every option is typed once, in this process, and answers as it should."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from test_cli import FOUND, findings, project, run

from ssot_lint.cache.memory import FOLDER
from ssot_lint.cli.arguments import build

SICK = "SOT101"
NONE = "no findings"

LINES: dict[str, tuple[int, str]] = {
    "facts app/sick.py --names Room --sharing --config pyproject.toml": (0, "Room"),
    "facts nowhere.py --names Room --traceback": (2, "nowhere.py"),
    "check --config pyproject.toml app": (1, SICK),
    "check --staged": (0, NONE),
    "check --at HEAD": (0, NONE),
    "check - --stdin-filename app/new.py": (0, NONE),
    "check - --stdin-display-name app/new.py": (0, NONE),
    "check --select SOT201": (1, "1 finding (1 error)"),
    "check --ignore SOT101,SOT201": (0, NONE),
    "check --contract room": (1, SICK),
    "check --contract roof": (2, "did you mean `room`?"),
    "check --owner @us": (1, SICK),
    "check --owner @them": (2, "known: `@us`"),
    "check --since HEAD": (1, "2 findings added"),
    "check --since-exact --since HEAD": (1, "2 findings added"),
    "check --baseline base.txt": (0, NONE),
    "check --baseline base.txt --no-baseline": (2, "--baseline"),
    "check --no-baseline": (1, SICK),
    "check --locked --baseline base.txt": (0, NONE),
    "check --fail-on warning": (1, SICK),
    "check --exit-zero": (0, SICK),
    "check --format json": (1, '"code": "SOT101"'),
    "check --output-format jsonl": (1, '"code": "SOT101"'),
    "check --output json:out.json": (1, SICK),
    "check --output-file out.txt": (1, ""),
    "check --group-by file": (1, "== app/sick.py: 2 findings"),
    "check --statistics": (1, "1  SOT101  alias-import"),
    "check -q app/clean.py": (0, ""),
    "check --quiet app/clean.py": (0, ""),
    "check -v": (1, SICK),
    "check --verbose": (1, SICK),
    "check --color always": (1, "\x1b["),
    "check --no-progress": (1, SICK),
    "check -j 1": (1, SICK),
    "check --workers 2": (1, SICK),
    "check --no-cache": (1, SICK),
    "check --cache-dir elsewhere": (1, SICK),
    "check --no-prefilter": (1, SICK),
    "check --profile": (1, "look at the disk"),
    "check --traceback": (1, SICK),
    "check --fix --unsafe-fixes": (0, "fixed 2 findings"),
    "check --fix --exit-non-zero-on-fix --select SOT101": (1, NONE),
    "check --diff": (1, "+from app.rooms import Room"),
    "check --unsafe-fixes": (2, "--fix"),
    "fix --diff app/sick.py --config pyproject.toml": (1, "+from app.rooms import Room"),
    "fix --dry-run --select SOT101 --ignore SOT2": (1, "would fix 1 finding"),
    "fix --contract roof": (2, "did you mean `room`?"),
    "fix --since HEAD --dry-run": (1, "would fix 1 finding"),
    "fix --unsafe-fixes --allow-dirty": (0, "fixed 2 findings"),
    "fix --remove-shims --yes --allow-dirty --no-progress": (1, "fixed 1 finding"),
    "fix -y --dry-run -q": (1, "would fix 1 finding"),
    "fix --interactive": (2, "must be a terminal"),
    "fix -i": (2, "must be a terminal"),
    "fix --quiet --color always --dry-run --traceback": (1, "\x1b["),
    "fix --workers 1 --no-cache --dry-run": (1, "would fix 1 finding"),
    "fix -j 2 --dry-run": (1, "would fix 1 finding"),
    "explain SOT101 --color never --traceback": (0, "alias-import"),
    "rule alias-import": (0, "alias-import"),
    "why app/sick.py:5 --config pyproject.toml --color never --traceback": (0, "SOT201"),
    "why app/sick.py:5 --format json": (0, '"steps"'),
    "why app/sick.py:5 --output-format json": (0, '"steps"'),
    "packs --color always --traceback": (0, "\x1b["),
    "packs --format json": (0, '"packs"'),
    "packs --output-format json": (0, '"pack:clock"'),
    "rules --color always --traceback": (0, "\x1b["),
    "rules --format json": (0, '"rules"'),
    "rules --output-format json": (0, '"rules"'),
    "baseline status --file base.txt --config pyproject.toml --no-cache": (0, "base.txt"),
    "baseline status --file base.txt --format json": (0, '"findings": 2'),
    "baseline status --file base.txt --output-format json --traceback": (0, '"findings": 2'),
    "baseline create --file new.txt": (0, "new.txt"),
    "baseline update --file base.txt --tidy": (0, "base.txt"),
    "baseline prune --file base.txt --force": (0, "base.txt"),
    "config app --config pyproject.toml --color always --traceback": (0, "\x1b["),
    "config --check": (0, "1 contract, no mistakes"),
    "config --format json": (0, '"projects"'),
    "config --output-format json": (0, '"projects"'),
    "schema --traceback": (0, '"$schema"'),
    "completion bash --traceback": (0, "ssot"),
    "init --dry-run --color never --traceback": (0, ""),
    "init --file ssot-lint.toml --contracts 1 --no-baseline --yes --no-progress": (0, ""),
    "init --pre-commit --ci github -y": (0, ""),
    "server --stdio --tcp 8765 --traceback": (2, "write HOST:PORT"),
    "mcp --config none.toml --traceback": (2, "none.toml: there is no such file"),
    "guide room --config pyproject.toml --traceback": (0, "### room"),
    "guide --update AGENTS.md": (0, "AGENTS.md: made"),
    "discover --top 3 --format json --no-progress": (0, '"proposals"'),
    "discover app --kind class,base --output-format text -j 1 --config pyproject.toml": (0, "looked at"),
    "discover --kind klass --traceback": (2, "did you mean `class`?"),
    "discover --explain nothing --workers 1": (2, "`nothing`"),
    "discover --write nothing": (2, "`nothing`"),
    "track room --format json --no-progress": (0, '"adoption"'),
    "track roof --traceback": (2, "did you mean `room`?"),
    "track --output-format markdown --config pyproject.toml -j 1 --no-cache": (
        0,
        "ssot-lint track room: begin",
    ),
    "track --update TRACKER.md --workers 2 -q": (0, "room: app.rooms.Room"),
    "track --history HEAD~1..HEAD --samples 3": (2, "`HEAD~1`"),
    "track --since HEAD --color always --quiet": (0, "\x1b["),
    "report --html page.html --title Rooms --config pyproject.toml -j 1 --no-progress": (0, "2 findings"),
    "report --html page.html --history HEAD~1..HEAD --samples 2 --traceback": (2, "`HEAD~1`"),
    "report --html nowhere/page.html --no-cache": (2, "make it first"),
    "report --html page.html -q --workers 1": (0, ""),
    "report --quiet": (2, "--html"),
    "guard room --dry-run --no-cache --no-progress": (1, "2 findings are left"),
    "guard roof --config pyproject.toml --traceback": (2, "did you mean `room`?"),
    "guard room --reason done --color never": (1, "nothing was written"),
}
"""Command lines, in a project with two findings that are not committed yet, with the exit code and a part of what is
said on either stream."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project: what has findings is in no commit, and in a baseline."""
    folder = project(tmp_path_factory.mktemp("options"))
    (folder / "CODEOWNERS").write_text("* @us\n")
    for words in (
        ["init", "-q"],
        ["add", "--", "app/__init__.py", "app/rooms.py", "app/clean.py", "pyproject.toml", "CODEOWNERS"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    assert run("baseline", "create", "--file", "base.txt", "--no-cache", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def room(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "room"))


@pytest.mark.parametrize("line", LINES)
def test_what_is_typed_is_answered(line: str, room: Path) -> None:
    if line.startswith("completion"):
        pytest.importorskip("shtab")
    code, said = LINES[line]
    done = run(*line.split(), cwd=room)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr


def test_every_command_and_every_option_is_typed() -> None:
    _, commands = build()
    typed = {(words[0], word) for line in LINES for words in [line.split()] for word in words[1:]}
    missing = [
        (name, option)
        for name, parser in commands.items()
        for action in parser._actions
        for option in action.option_strings
        if option not in ("-h", "--help") and (name, option) not in typed
    ]
    assert not missing
    assert {line.split()[0] for line in LINES} - {"rule"} == commands.keys()
    unknown = {(name, word) for name, word in typed if word[:1] == "-" and word != "-"} - {
        (name, option)
        for name, parser in commands.items()
        for action in parser._actions
        for option in action.option_strings
    }
    assert not unknown


def test_what_runs_remember_is_where_it_is_said_to_be(room: Path) -> None:
    run("check", "--no-cache", cwd=room)
    assert not (room / FOLDER).exists()
    run("check", "--cache-dir", "elsewhere", cwd=room)
    assert list((room / "elsewhere").iterdir())
    assert not (room / FOLDER).exists()


def test_without_the_filter_the_same_is_found(room: Path) -> None:
    words = ["check", "--format", "json"]
    assert findings(run(*words, "--no-prefilter", cwd=room)) == findings(run(*words, cwd=room)) == FOUND
