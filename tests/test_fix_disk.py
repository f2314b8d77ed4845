"""What `ssot-lint fix` does on a disk: all that belongs together is written, or nothing, and it says which."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_cli import POSIX, command, environment, process, run
from test_fix_cases import CONTRACT

from ssot_lint.sources import writing

USER = "from app.hub import Hub as Mine{0}\n\n\ndef show():\n    return Mine{0}.VERSION\n"
FILES = {
    "pyproject.toml": CONTRACT,
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    VERSION = 3\n",
    "app/a_old.py": "from app.hub import Hub\n\nOldHub = Hub\nLIMIT = 3\n",
    "app/one.py": "from app.a_old import OldHub\n\n\ndef show():\n    return OldHub.VERSION\n",
    "app/two.py": USER.format(2),
    "app/three.py": USER.format(3),
}
FIXED = ("app/a_old.py", "app/one.py", "app/three.py", "app/two.py")
"""Those of the files that change. The first can only once the second has."""


def put(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def now(folder: Path) -> dict[str, str]:
    """All files but those that are remembered."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", ".ssot_lint_cache"} & set(path.parts)
    }


def fix(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run("fix", "--no-cache", "--unsafe-fixes", *words, cwd=folder)


@pytest.fixture(scope="module")
def goal(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = put(tmp_path_factory.mktemp("goal"))
    assert fix(folder).returncode == 0
    found = now(folder)
    assert {path for path in FILES if found[path] != FILES[path]} == set(FIXED)
    return found


def test_a_file_that_may_not_be_written_is_named_and_left(tmp_path: Path, goal: dict[str, str]) -> None:
    put(tmp_path)
    (tmp_path / "app/two.py").chmod(0o444)
    done = fix(tmp_path)
    assert done.returncode == 2
    assert "app/two.py" in done.stderr
    assert now(tmp_path) == {**goal, "app/two.py": FILES["app/two.py"]}


@POSIX
def test_a_folder_that_may_not_be_written_is_named_and_left(
    tmp_path: Path, goal: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path)
    if os.geteuid() == 0:
        # Who may do everything is refused nothing.
        refuse(monkeypatch, "open", errno.EACCES, lambda number: True)
    else:
        (tmp_path / "app").chmod(0o555)
    done = fix(tmp_path)
    monkeypatch.undo()
    (tmp_path / "app").chmod(0o755)
    assert done.returncode == 2
    assert all(path in done.stderr for path in FIXED)
    assert now(tmp_path) == FILES
    assert fix(tmp_path).returncode == 0
    assert now(tmp_path) == goal


def refuse(patch: pytest.MonkeyPatch, name: str, code: int, when: Callable[[int], bool]) -> None:
    """Has a function of the system fail, by the number of its call, when files are written."""
    real, calls = getattr(os, name), [0]

    class System:
        def __getattr__(self, other: str) -> Any:
            return getattr(os, other) if other != name else failing

    def failing(*given: object, **more: object) -> object:
        if name == "open" and not isinstance(given[1], int):
            return real(*given, **more)
        calls[0] += 1
        if when(calls[0]):
            raise OSError(code, os.strerror(code))
        return real(*given, **more)

    patch.setattr(writing, "os", System())


@pytest.mark.parametrize("name", ["open", "fsync", "replace"])
@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.parametrize("stays", [False, True], ids=["once", "on"])
def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, goal: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, step: int, stays: bool
) -> None:
    put(tmp_path)
    refuse(monkeypatch, name, errno.ENOSPC, lambda number: number >= step if stays else number == step)
    done = fix(tmp_path)
    monkeypatch.undo()
    assert done.returncode == 2
    found = now(tmp_path)
    # Nothing lies about, and each file is old or new.
    assert found.keys() == FILES.keys()
    left = [path for path in FILES if found[path] != goal[path]]
    assert left
    for path in left:
        assert found[path] == FILES[path]
        assert path in done.stderr
    assert fix(tmp_path).returncode == 0
    assert now(tmp_path) == goal


def test_a_file_that_has_changed_meanwhile_is_named_and_left(
    tmp_path: Path, goal: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path)
    real = writing.write_edits

    def late(edits: list[writing.FileEdit]) -> tuple[str, ...]:
        (tmp_path / "app/two.py").write_text("mine = 1\n", encoding="utf-8")
        return real(edits)

    monkeypatch.setattr(writing, "write_edits", late)
    done = fix(tmp_path)
    assert done.returncode == 2
    assert "app/two.py has changed meanwhile" in done.stderr
    assert now(tmp_path) == {**goal, "app/two.py": "mine = 1\n"}


def git(folder: Path, *words: str) -> None:
    name = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


def test_what_is_not_committed_is_not_written(tmp_path: Path, goal: dict[str, str]) -> None:
    put(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "app/one.py", "app/__init__.py", "pyproject.toml", "app/two.py", "app/a_old.py")
    git(tmp_path, "commit", "-qm", "all")
    (tmp_path / "app/one.py").write_text(FILES["app/one.py"] + "# mine\n", encoding="utf-8")
    before = now(tmp_path)
    done = fix(tmp_path)
    assert done.returncode == 2
    assert "not committed yet: app/one.py;" in done.stderr
    assert now(tmp_path) == before
    # A file that git does not know is none that git could bring back, and nobody has asked it to.
    assert fix(tmp_path, "--dry-run").returncode == 1
    assert fix(tmp_path, "--allow-dirty").returncode == 0
    assert now(tmp_path) == {**goal, "app/one.py": goal["app/one.py"] + "# mine\n"}


@POSIX
def test_a_link_is_not_replaced_by_a_file(tmp_path: Path, goal: dict[str, str]) -> None:
    put(tmp_path)
    (tmp_path / "app/two.py").rename(tmp_path / "app/real.py")
    (tmp_path / "app/two.py").symlink_to("real.py")
    done = fix(tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "app/two.py").is_symlink()
    assert now(tmp_path) == {**goal, "app/real.py": goal["app/two.py"]}


KILLED = """\
import os, sys
from ssot_lint.sources import writing

class System:
    left = int(sys.argv.pop(1))

    def __getattr__(self, name):
        return getattr(os, name)

    def replace(self, *given):
        if self.left == 0:
            os._exit(9)
        self.left -= 1
        os.replace(*given)

writing.os = System()
from ssot_lint.cli import entry
entry()
"""


@pytest.mark.parametrize("number", range(4))
def test_what_was_broken_off_is_finished_by_the_next_run(
    tmp_path: Path, goal: dict[str, str], number: int
) -> None:
    put(tmp_path)
    done = process(str(number), "fix", "--no-cache", "--unsafe-fixes", cwd=tmp_path, code=KILLED)
    assert done.returncode == 9, done.stderr
    found = now(tmp_path)
    assert sum(found[path] != FILES[path] for path in FILES) == number
    assert all(found[path] in (FILES[path], goal[path]) for path in FILES)
    assert fix(tmp_path).returncode == 0
    assert {path: text for path, text in now(tmp_path).items() if path in FILES} == goal


@POSIX
@pytest.mark.slow
def test_a_killed_run_leaves_each_file_old_or_new(tmp_path: Path, goal: dict[str, str]) -> None:
    """At random moments."""
    words = random.Random()
    slow = KILLED.replace("os.replace(*given)", "import time; time.sleep(0.02); os.replace(*given)")
    for number in range(8):
        folder = put(tmp_path / str(number))
        started = subprocess.Popen(
            command("99", "fix", "--no-cache", "--unsafe-fixes", code=slow),
            cwd=folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while started.poll() is None and not [*folder.glob("app/.ssot-lint-*")]:
            pass
        time.sleep(words.random() * 0.1)
        started.kill()
        started.wait()
        found = now(folder)
        assert all(found[path] in (FILES[path], goal[path]) for path in FILES)
        assert fix(folder).returncode == 0
        assert {path: text for path, text in now(folder).items() if path in FILES} == goal
        assert not [*folder.rglob(".ssot-lint-*.tmp")]
