"""ssot-lint and its peers: where they are, which version, and the command of each for a task.

A tool that is not there is left out, with a sentence that says so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final

from benchmarks.project import Project, thinned

REPOSITORY: Final = Path(__file__).resolve().parent.parent

SSOT_LINT: Final = "ssot-lint"
RUFF: Final = "ruff"
FLAKE8: Final = "flake8"
FLAKE8_WITH: Final = "flake8 + ssot-lint"
COLD: Final = "ssot-lint --no-cache"
ONE_WORKER: Final = "ssot-lint --workers 1"
TWO_WORKERS: Final = "ssot-lint --workers 2"

PYLINT_FILES: Final = 100
"""So many files are enough for pylint to be the slowest."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a tool shall do."""

    project: Project
    scratch: Path
    """Where peers keep caches and rules."""
    warm: bool = False
    paths: tuple[str, ...] = ()
    """The files to judge; empty: all."""
    typed: bytes | None = None
    """What an editor has of the one file, where it hands that over instead of the file."""
    workers: int | None = None

    @property
    def given(self) -> tuple[str, ...]:
        return self.paths or (".",)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that is there."""

    name: str
    program: tuple[str, ...]
    version: str
    environment: Mapping[str, str]
    options: frozenset[str] = frozenset()
    """Those that its help names, where that matters."""

    @property
    def keeps_store(self) -> bool:
        return "--no-cache" in self.options


@dataclass(frozen=True, slots=True)
class Peer:
    """How a tool is found and called."""

    name: str
    does: str
    """What of the question it sees."""
    command: Callable[[Tool, Task], Sequence[str]]
    """The arguments for a task."""
    accepted: frozenset[int] = frozenset({0, 1})
    """The exit codes that mean an answer."""
    package: str = ""
    """What PyPI calls it, if it comes from there alone."""
    variant_of: str = ""
    """The peer that is called here in another way, or else itself nothing."""
    prepare: Callable[[Task], None] = lambda task: None
    covers: Callable[[Task], int] = lambda task: len(task.paths or task.project.files)
    """How many files it is given."""


# The commands. An option that changes is changed here and nowhere else.


def _ssot_lint(tool: Tool, task: Task) -> list[str]:
    workers = "--workers" if "--workers" in tool.options else "--jobs"
    return [
        *("check", "--format", "concise", "--no-progress"),
        *(("--config", task.project.settings) if task.project.settings else ()),
        *(() if task.warm or not tool.keeps_store else ("--no-cache",)),
        *((workers, str(task.workers)) if task.workers else ()),
        *("--", *task.paths),
    ]


def _with_workers(workers: int, tool: Tool, task: Task) -> list[str]:
    return _ssot_lint(tool, replace(task, workers=workers))


def _ruff(tool: Tool, task: Task) -> list[str]:
    table = "lint.flake8-tidy-imports.banned-api"
    banned = (("--config", f'{table}."{name}".msg="use the canonical path"') for name in task.project.banned)
    cache = ("--cache-dir", str(task.scratch / "ruff")) if task.warm else ("--no-cache",)
    return [
        *("check", "--isolated", "--select", "TID251", "--output-format", "concise", *cache),
        *(word for pair in banned for word in pair),
        *("--", *task.given),
    ]


def _flake8(tool: Tool, task: Task) -> list[str]:
    # The same words for both of the pair; the prefix SOT selects nothing where there is no plugin.
    jobs = ("--jobs", str(task.workers)) if task.workers else ()
    given = ("--stdin-display-name", *task.paths, "-") if task.typed is not None else task.given
    return ["--isolated", "--select", "F,SOT", *jobs, *given]


def _grep(tool: Tool, task: Task) -> list[str]:
    return ["-rnwF", "--include=*.py", *(f"--regexp={word}" for word in task.project.words), *task.given]


def _ast_grep(tool: Tool, task: Task) -> list[str]:
    return ["run", "--lang", "python", "--pattern", f"{task.project.symbol}($$$)", *task.given]


def _semgrep(tool: Tool, task: Task) -> list[str]:
    rules = str(task.scratch / "semgrep.yml")
    quiet = ("--quiet", "--metrics=off", "--disable-version-check")
    jobs = ("--jobs", str(task.workers)) if task.workers else ()
    return ["scan", *quiet, "--config", rules, *jobs, *task.given]


def _prepare_semgrep(task: Task) -> None:
    rule = (
        "rules:\n  - id: construction\n    languages: [python]\n    severity: ERROR\n"
        f"    message: constructed here\n    pattern: {task.project.symbol}(...)\n"
    )
    (task.scratch / "semgrep.yml").write_text(rule, encoding="utf-8")
    # Without a list of its own it leaves out tests, among others, and does not say so.
    (task.project.root / ".semgrepignore").write_text("", encoding="utf-8")


def _types(command: str, *options: str) -> Callable[[Tool, Task], list[str]]:
    """A checker of types, which asks for no types of what is not installed here."""
    return lambda tool, task: [command, *options, *task.given]


def _pylint(tool: Tool, task: Task) -> list[str]:
    modules = ",".join(sorted({name.rpartition(".")[0] for name in task.project.banned}))
    return [
        *("--rcfile", os.devnull, "--disable=all", "--enable=deprecated-module"),
        *(f"--deprecated-modules={modules}", f"--jobs={task.workers or 0}"),
        *thinned(task.paths or task.project.files, PYLINT_FILES),
    ]


def _pylint_covers(task: Task) -> int:
    return len(thinned(task.paths or task.project.files, PYLINT_FILES))


PEERS: Final = (
    Peer(SSOT_LINT, "identity, construction, sharing, through all files", _ssot_lint),
    Peer(
        COLD, "the same", lambda tool, task: _ssot_lint(tool, replace(task, warm=False)), variant_of=SSOT_LINT
    ),
    *(
        Peer(name, "the same", partial(_with_workers, workers), variant_of=SSOT_LINT)
        for workers, name in ((1, ONE_WORKER), (2, TWO_WORKERS))
    ),
    Peer(RUFF, "banned import paths (TID251), file by file", _ruff, package="ruff"),
    Peer(FLAKE8, "what flake8 itself sees", _flake8),
    Peer(FLAKE8_WITH, "the same, and all of ssot-lint", _flake8, variant_of=FLAKE8),
    Peer("grep", "text", _grep),
    Peer("ast-grep", "text shapes: one rule on construction", _ast_grep, package="ast-grep-cli"),
    Peer(
        "semgrep",
        "text shapes: one rule on construction",
        _semgrep,
        package="semgrep",
        prepare=_prepare_semgrep,
    ),
    *(
        Peer(name, "types, and with them what each name stands for, through all files", command, package=name)
        for name, command in (
            ("zuban", _types("check")),
            ("pyrefly", _types("check", "--output-format=min-text")),
            ("ty", _types("check", "--output-format=concise")),
        )
    ),
    Peer(
        "pylint",
        f"banned modules, file by file; it is given a sample of {PYLINT_FILES} files at most",
        _pylint,
        # Its codes are sums of bits; 32 is a wrong command line.
        accepted=frozenset(range(32)),
        package="pylint",
        covers=_pylint_covers,
    ),
)


def peer(name: str) -> Peer:
    return next(each for each in PEERS if each.name == name)


# Where they are.


class Missing(Exception):
    """A tool is not there. Its text is a sentence that says what to do."""


def interpreter(installed: Path | None) -> str:
    """The Python that has what ssot-lint needs. Raises Missing."""
    python = str(_scripts(installed / SSOT_LINT) / "python") if installed else sys.executable
    done = subprocess.run((python, "-c", "import astroid, flake8, tomli"), capture_output=True, check=False)
    if done.returncode:
        raise Missing(
            f"{python} lacks what ssot-lint needs; use --install-peers, or `pip install {REPOSITORY}`"
        )
    return python


def find(name: str, python: str, installed: Path | None, scratch: Path) -> Tool:
    """Looks for a tool. Raises Missing."""
    if SSOT_LINT in (name, peer(name).variant_of):
        return replace(_ours(python), name=name)
    if name in (FLAKE8, FLAKE8_WITH):
        return _flake8_of(name, python, scratch)
    folders = [_scripts(installed / name)] if installed else []
    path = os.pathsep.join([*map(str, folders), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    program = shutil.which(name, path=path)
    if program is None:
        more = "; --install-peers gets it" if peer(name).package else ""
        raise Missing(f"{name} is left out: it is not installed{more}")
    return Tool(name, (program,), _version((program,), {}), {"SEMGREP_SEND_METRICS": "off"})


def install(folder: Path, say: Callable[[str], None]) -> None:
    """Makes an environment for each peer, and one for ssot-lint: their dependencies do not agree."""
    packages = {SSOT_LINT: str(REPOSITORY), **{each.name: each.package for each in PEERS if each.package}}
    for name, package in packages.items():
        home = folder / name
        if (home / "installed").exists():
            continue
        say(f"installing {name}")
        python = str(_scripts(home) / "python")
        for command in (
            (sys.executable, "-m", "venv", "--clear", str(home)),
            (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package),
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                say(f"{name} cannot be installed: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
                break
        else:
            (home / "installed").touch()


def _ours(python: str) -> Tool:
    # Before anything that is installed stands the repository: it is this code that is measured.
    environment = {"PYTHONPATH": str(REPOSITORY)}
    program = (python, "-m", "ssot_lint")
    words = _output((*program, "check", "--help"), environment)
    return Tool(SSOT_LINT, program, _version(program, environment), environment, _options(words))


def _flake8_of(name: str, python: str, scratch: Path) -> Tool:
    """flake8 with a path of imports of its own.

    Both of the pair are the same interpreter and the same installed packages, without ``site``, and differ in
    one thing: whether the path has ssot-lint and what ssot-lint needs.
    """
    packages = ["flake8", "mccabe", "pycodestyle", "pyflakes"]
    folder = scratch / ("with" if name == FLAKE8_WITH else "without")
    folder.mkdir(exist_ok=True)
    if name == FLAKE8_WITH:
        packages += ["astroid", "tomli"]
        _link(REPOSITORY / "ssot_lint", folder)
        _declare_plugin(folder)
    path = _output((python, "-c", "import os, sys; print(os.pathsep.join(sys.path[1:]))"), {}).split(
        os.pathsep
    )
    for package in packages:
        found = next(iter(metadata.distributions(name=package, path=path)), None)
        if found is None:
            raise Missing(f"{name} is left out: {package} is not installed for {python}")
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            _link(Path(str(found.locate_file(top))), folder)
    program = (python, "-S", "-m", "flake8")
    environment = {"PYTHONPATH": str(folder)}
    return Tool(name, program, _version(program, environment), environment)


def _declare_plugin(folder: Path) -> None:
    information = folder / "ssot_lint-0.dist-info"
    information.mkdir(exist_ok=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: ssot-lint\nVersion: 0\n")
    entry = "[flake8.extension]\nSOT = ssot_lint.flake8_plugin:Checker\n"
    (information / "entry_points.txt").write_text(entry)


def _link(source: Path, folder: Path) -> None:
    """Makes a file or folder appear in another folder; by a copy where links are not allowed."""
    target = folder / source.name
    if target.exists():
        return
    try:
        target.symlink_to(source, target_is_directory=source.is_dir())
    except OSError:
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)


def _scripts(environment: Path) -> Path:
    return environment / ("Scripts" if sys.platform == "win32" else "bin")


def _version(program: tuple[str, ...], environment: Mapping[str, str]) -> str:
    found = re.search(r"\d+(?:\.\d+)+", _output((*program, "--version"), environment))
    return found[0] if found else "unknown"


def _options(help: str) -> frozenset[str]:
    return frozenset(re.findall(r"--[a-z][a-z-]*", help))


def _output(command: Sequence[str], environment: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip()
