"""The hooks, through real pre-commit, which clones, installs and runs them on repositories made here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hub import BAD, CONTRACT, GOOD, HUB

ROOT = Path(__file__).parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "ssot_lint", "rules")
"""What an installation from a clone needs."""

NO_REGISTRY = re.compile(
    r"No matching distribution|Could not find a version|Temporary failure in name resolution|"
    r"Failed to establish a new connection|Connection refused|Network is unreachable|timed out"
)
"""What pip says when it is offline, or what it asks does not have what is needed."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]
pytest.importorskip("pre_commit", reason="pre-commit is not installed")

HOOKS = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: ssot-lint
      - id: ssot-lint-contracts
"""


@dataclass(frozen=True)
class Ran:
    code: int
    output: str

    def findings(self) -> list[tuple[str, int, str]]:
        """Path, line and code of each, in order."""
        found = re.findall(r"^([\w./-]+):(\d+):\d+: .*?(SOT\d{3})", self.output, re.MULTILINE)
        return sorted((path, int(line), code) for path, line, code in found)

    def outcome(self, hook: str) -> str:
        """What pre-commit says of a hook: Passed, Failed or Skipped."""
        (outcome,) = re.findall(rf"^{hook}\.+(?:\(no files to check\))?(\w+)$", self.output, re.MULTILINE)
        return str(outcome)


class Repository:
    """A git repository, and pre-commit in it."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        # Nothing of the user's or of a repository around; but pip's settings say where packages are.
        clean = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("GIT_", "PYTHON", "PRE_COMMIT"))
        }
        identity = {
            f"GIT_{who}_{what}": "t@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": str(home)}
        self.environment = {**clean, **identity, **settings, "PRE_COMMIT_COLOR": "never", "NO_COLOR": "1"}
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet")

    def run(self, *command: str) -> Ran:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode("utf-8", "replace").replace("\r\n", "\n"))

    def git(self, *arguments: str) -> str:
        ran = self.run("git", *arguments)
        assert ran.code == 0, ran.output
        return ran.output.strip()

    def pre_commit(self, *arguments: str) -> Ran:
        ran = self.run(sys.executable, "-m", "pre_commit", *arguments)
        assert "Traceback" not in ran.output, ran.output
        return ran

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")

    def stage(self, files: Mapping[str, str]) -> None:
        self.write(files)
        self.git("add", "--", *files)

    def commit(self, files: Mapping[str, str]) -> str:
        self.stage(files)
        self.git("commit", "--quiet", "--no-verify", "--message", "change")
        return self.git("rev-parse", "HEAD")


@dataclass(frozen=True)
class Hooks:
    """Where the hooks are, and where pre-commit keeps their environment."""

    repository: str
    revision: str
    home: Path

    def project(self, folder: Path) -> Repository:
        """A project with the hooks, the contract, and a finding that nobody touches."""
        project = Repository(folder, self.home)
        project.commit(
            {
                ".pre-commit-config.yaml": HOOKS.format(repository=self.repository, revision=self.revision),
                "pyproject.toml": CONTRACT,
                "chat/__init__.py": "",
                "chat/hub.py": HUB,
                "chat/old.py": BAD,
            }
        )
        return project


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    """The hooks from the checkout as it is now, installed by pre-commit once for all tests."""
    folder = tmp_path_factory.mktemp("pre-commit")
    clone = Repository(folder / "ssot-lint", folder / "home")
    for name in SHIPPED:
        source, target = ROOT / name, clone.folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "a version")
    hooks = Hooks(str(clone.folder), clone.git("rev-parse", "HEAD"), folder / "home")
    ran = hooks.project(folder / "first").pre_commit("install-hooks")
    if ran.code and NO_REGISTRY.search(ran.output):
        pytest.skip("the package registry cannot be reached")
    assert ran.code == 0, ran.output
    return hooks


@pytest.fixture
def project(hooks: Hooks, tmp_path: Path) -> Repository:
    return hooks.project(tmp_path / "project")


def test_manifest_is_valid(tmp_path: Path) -> None:
    ran = Repository(tmp_path, tmp_path / "home").pre_commit("validate-manifest", str(MANIFEST))
    assert (ran.code, ran.output) == (0, "")


def test_a_staged_finding_fails_and_others_are_not_reported(project: Repository) -> None:
    project.stage({"chat/lobby.py": BAD})
    ran = project.pre_commit("run")
    assert ran.code == 1
    assert ran.outcome("ssot-lint") == "Failed"
    assert ran.outcome("ssot-lint-contracts") == "Skipped"
    assert ran.findings() == [("chat/lobby.py", 5, "SOT201")]


def test_a_staged_file_is_judged_by_files_that_are_not(project: Repository) -> None:
    project.commit({"chat/compat.py": "from chat.hub import Hub as Centre\n"})
    project.stage(
        {"chat/lobby.py": "from chat.compat import Centre\n\n\ndef enter():\n    Centre().join()\n"}
    )
    found = project.pre_commit("run").findings()
    assert ("chat/lobby.py", 5, "SOT201") in found
    assert {path for path, _, _ in found} == {"chat/lobby.py"}


def test_a_clean_file_passes(project: Repository) -> None:
    project.stage({"chat/lobby.py": GOOD})
    ran = project.pre_commit("run")
    assert (ran.code, ran.outcome("ssot-lint"), ran.findings()) == (0, "Passed", [])


def test_what_is_staged_counts_and_not_what_is_on_disk(project: Repository) -> None:
    project.stage({"chat/lobby.py": BAD})
    project.write({"chat/lobby.py": GOOD})
    assert project.pre_commit("run").findings() == [("chat/lobby.py", 5, "SOT201")]
    project.stage({"chat/lobby.py": GOOD})
    project.write({"chat/lobby.py": BAD})
    assert project.pre_commit("run").code == 0


def test_of_a_file_that_is_staged_in_part_the_staged_part_counts(project: Repository) -> None:
    text = (
        "from chat.hub import Hub, get_hub\n\n\ndef first():\n    get_hub()\n\n\ndef last():\n    get_hub()\n"
    )
    project.commit({"chat/new.py": text})
    first, last = text.replace("get_hub()", "Hub()", 1), "Hub()".join(text.rsplit("get_hub()", 1))
    project.stage({"chat/new.py": first})
    project.write({"chat/new.py": last})
    ran = project.pre_commit("run")
    assert (ran.code, ran.findings()) == (1, [("chat/new.py", 5, "SOT201")])
    # What is not staged is put back.
    assert (project.folder / "chat/new.py").read_text("utf-8") == last


def test_all_files(project: Repository) -> None:
    project.stage({"chat/lobby.py": BAD})
    ran = project.pre_commit("run", "--all-files")
    assert ran.findings() == [("chat/lobby.py", 5, "SOT201"), ("chat/old.py", 5, "SOT201")]
    assert ran.outcome("ssot-lint-contracts") == "Passed"


def test_what_holds_no_python_and_what_only_deletes_is_skipped(project: Repository) -> None:
    project.stage({"notes.txt": "from chat.hub import Hub\n"})
    project.git("rm", "--quiet", "chat/hub.py")
    ran = project.pre_commit("run")
    assert (ran.code, ran.outcome("ssot-lint")) == (0, "Skipped")


def test_wrong_settings_fail(project: Repository) -> None:
    project.stage({"pyproject.toml": CONTRACT.replace('"shared"', '"shred"')})
    for hook in ("ssot-lint", "ssot-lint-contracts"):
        ran = project.pre_commit("run", hook)
        assert ran.outcome(hook) == "Failed"
        assert re.search(r"^pyproject\.toml:4: .*`shared`", ran.output, re.MULTILINE)


def test_settings_that_fit_no_code_fail_only_where_code_is_read(project: Repository) -> None:
    project.stage({"pyproject.toml": CONTRACT.replace("hub.Hub", "hub.Hubb")})
    ran = project.pre_commit("run")
    assert ran.outcome("ssot-lint-contracts") == "Passed"
    assert ran.outcome("ssot-lint") == "Failed"
    assert ("pyproject.toml", "SOT901") in {(path, code) for path, _, code in ran.findings()}


def test_more_names_than_one_call_can_have(project: Repository) -> None:
    folder = "/".join("a" * 60 for _ in range(3))
    files = {f"chat/{folder}/room{number:03}.py": GOOD for number in range(760)}
    bad = dict.fromkeys((min(files), max(files)), BAD)
    project.stage({**files, **bad})
    assert len(" ".join(files)) > 128 * 1024
    ran = project.pre_commit("run")
    assert ran.findings() == [(path, 5, "SOT201") for path in sorted(bad)]


def test_a_file_that_is_named_like_an_option(project: Repository) -> None:
    project.stage({"--help.py": BAD})
    assert project.pre_commit("run").findings() == [("--help.py", 5, "SOT201")]


def test_git_commit_is_stopped(project: Repository) -> None:
    assert project.pre_commit("install").code == 0
    project.stage({"chat/lobby.py": BAD, "chat/room.py": GOOD})
    ran = project.run("git", "commit", "--message", "enter")
    assert ran.code == 1
    assert ran.findings() == [("chat/lobby.py", 5, "SOT201")]
    # Here git gives the hook an index of its own.
    assert project.run("git", "commit", "--message", "enter", "chat/room.py").code == 0
    assert project.git("status", "--porcelain") == "A  chat/lobby.py"


def test_try_repo(hooks: Hooks, project: Repository) -> None:
    project.stage({"chat/lobby.py": BAD})
    ran = project.pre_commit(
        "try-repo", hooks.repository, "--verbose", "--files", "chat/lobby.py", "pyproject.toml"
    )
    # Two of the hooks report.
    assert ran.findings() == [("chat/lobby.py", 5, "SOT201")] * 2
    outcomes = [ran.outcome(name) for name in ("ssot-lint", "ssot-lint-fix", "ssot-lint-contracts")]
    assert outcomes == ["Failed", "Failed", "Passed"]
