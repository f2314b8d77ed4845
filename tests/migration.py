"""A project in the middle of a migration, and its history in git: for the tests of ``track`` and ``report``."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.test_cli import run

SETTINGS = """\
[contracts.hub]
canonical = "app.hub.Hub"
retired = ["OldHub"]
factories = ["app.hub.get_hub"]
isolated-by = ["user"]
reason = "one hub for each user"
"""

HUB = """\
class Hub:
    pass


def get_hub(user):
    return Hub()
"""

FILES = {
    "ssot-lint.toml": SETTINGS,
    "app/__init__.py": "",
    "app/hub.py": HUB,
    "app/old.py": "from app.hub import Hub\n\nOldHub = Hub\n",
    "app/facade.py": 'from app.hub import Hub\n\n__all__ = ["Hub"]\n',
    "app/one.py": "from app.old import OldHub\n\n\ndef kind(thing):\n    return isinstance(thing, OldHub)\n",
    "app/two.py": "import app.old\nimport app.hub\n\n\ndef kinds(thing):\n"
    "    return isinstance(thing, app.old.OldHub) or isinstance(thing, app.hub.Hub)\n",
    "app/three.py": "from app.facade import Hub\n\n\ndef kind(thing: Hub) -> None:\n    pass\n",
    "app/four.py": "from app.hub import Hub, get_hub\n\n\ndef make(user) -> Hub:\n    return get_hub(user)\n",
    "app/five.py": "from app.hub import Hub\n\n\ndef make(user):\n    return Hub()\n",
    "tests/conftest.py": "import pytest\n\nfrom app.old import OldHub\n\n\n@pytest.fixture\ndef hub():\n"
    "    return OldHub\n\n\n@pytest.fixture\ndef room(hub):\n    return [hub]\n",
    "tests/test_direct.py": "from app.hub import Hub\n\n\ndef test_it():\n    assert Hub\n",
    "tests/test_text.py": "from unittest.mock import patch\n\n\ndef test_it():\n"
    '    with patch("app.hub.Hub.join"):\n        pass\n',
    "tests/test_by_fixture.py": "def test_it(room):\n    assert room\n",
    "tests/deep/test_own.py": "import pytest\n\n\n@pytest.fixture\ndef hub():\n    return 1\n\n\n"
    "def test_it(hub):\n    assert hub\n",
    "tests/test_nothing.py": "def test_it():\n    assert True\n",
}


def put(root: Path, files: Mapping[str, str | None]) -> None:
    """Writes files; None removes one."""
    for path, text in files.items():
        place = root / path
        if text is None:
            place.unlink()
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())


def track(root: Path, *words: str) -> dict[str, Any]:
    """What ``track --format json`` says."""
    done = run("track", *words, "--format", "json", "--no-cache", cwd=root)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def git(root: Path, *words: str, day: int = 1) -> str:
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    dates = {
        "GIT_AUTHOR_DATE": f"2024-01-{day:02}T10:00:00+01:00",
        "GIT_COMMITTER_DATE": f"2025-02-{day:02}T10:00:00+01:00",
    }
    name = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *name, *words], cwd=root, env={**os.environ, **alone, **dates}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


class Repository:
    """A repository that grows by a commit a day. ``ids`` are those of the commits, by their messages."""

    def __init__(self, root: Path) -> None:
        self.root, self.day, self.ids = root, 0, dict[str, str]()
        root.mkdir(parents=True, exist_ok=True)
        git(root, "init", "-q")

    def commit(self, message: str, files: Mapping[str, str | None]) -> str:
        put(self.root, files)
        self.day += 1
        git(self.root, "add", "-A")
        git(self.root, "commit", "-qm", message, "--allow-empty", day=self.day)
        return self.note(message)

    def merge(self, message: str, branch: str) -> str:
        self.day += 1
        git(self.root, "merge", "-q", "--no-ff", "-m", message, branch, day=self.day)
        return self.note(message)

    def note(self, message: str) -> str:
        self.ids[message] = git(self.root, "rev-parse", "HEAD")
        return self.ids[message]

    def date(self, message: str) -> str:
        return git(self.root, "log", "-1", "--format=%aI", self.ids[message])
