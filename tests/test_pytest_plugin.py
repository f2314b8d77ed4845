"""``pytest --ssot`` and the fixtures, through real pytest in processes of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

import pytest
from hub import BAD, CONTRACT, GOOD, HUB

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"

OTHER = """\
[tool.ssot-lint.contracts.environment]
kind = "gateway"
primitives = ["os.getenv"]
home = ["chat.hub"]
severity = 1
""".replace("severity = 1\n", "")

FILES = {
    "pyproject.toml": f'[project]\nname = "chat"\n[tool.ssot-lint]\nseverity = {{SOT5 = "warning"}}\n{CONTRACT}{OTHER}',
    "chat/__init__.py": "",
    "chat/hub.py": HUB,
    "chat/bad.py": BAD,
    "chat/warned.py": "import os\nFROM = os.getenv('FROM')\n",
    "tests/test_chat.py": "def test_chat():\n    pass\n",
}


class Ran:
    """What a run of pytest said."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.text = done.stdout + done.stderr
        self.lines = self.text.splitlines()

    @property
    def outcomes(self) -> dict[str, str]:
        """What became of each item, in their order."""
        found = (re.match(r"(?:\[gw\d\].*?)?(\S+::\S+) (PASSED|FAILED|ERROR)", line) for line in self.lines)
        return {one[1]: one[2] for one in found if one}


def run(folder: Path, *arguments: str, **variables: str) -> Ran:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    environment |= {"PYTHONPATH": str(ROOT), **variables}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # Named, so that it is there where the checkout is not installed, too.
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "ssot_lint.plugins.pytest"]
    return Ran(
        subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env=environment,
            text=True,
            capture_output=True,
            timeout=600,
            check=False,
        )
    )


def project(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("chat"))


def test_each_contract_is_an_item_whose_failure_has_the_findings_and_their_chains(
    chat: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.xml"
    ran = run(chat, "--ssot", "-v", "-rP", f"--junitxml={report}")
    assert ran.code == 1
    assert ran.outcomes == {
        "tests/test_chat.py::test_chat": "PASSED",
        "pyproject.toml::hub": "FAILED",
        "pyproject.toml::environment": "PASSED",
    }
    failure = ran.text.partition("= FAILURES =")[2].partition("\n==")[0].splitlines()[2:]
    assert failure == [
        "chat/bad.py:5:5: SOT201 chat.hub.Hub is built here, outside its factory",
        "    chat/bad.py:1 from chat.hub import Hub",
        "    chat/hub.py:1 chat.hub.Hub is canonical",
        "    help: call chat.hub.get_hub",
    ]
    assert "chat/warned.py:2:8: SOT502 `os.getenv` is called outside its home [warning]" in ran.lines
    cases = {case.get("name"): case for case in ElementTree.parse(report).iter("testcase")}
    assert set(cases) == {"test_chat", "hub", "environment"}
    (xml,) = cases["hub"]
    assert (xml.tag, (xml.text or "").splitlines()) == ("failure", failure)


def test_items_are_there_also_when_paths_are_given(chat: Path) -> None:
    ran = run(chat, "--ssot", "-v", "tests/test_chat.py", "-k", "not environment")
    assert list(ran.outcomes) == ["tests/test_chat.py::test_chat", "pyproject.toml::hub"]
    assert "1 failed, 1 passed, 1 deselected" in ran.text
    assert list(run(chat, "--ssot", "-v", "pyproject.toml::environment").outcomes) == [
        "pyproject.toml::environment"
    ]
    listed = run(chat / "tests", "--ssot", "--collect-only", "-q").lines
    assert listed[:3] == [
        "tests/test_chat.py::test_chat",
        "pyproject.toml::hub",
        "pyproject.toml::environment",
    ]


def test_workers_say_the_same(chat: Path) -> None:
    ran = run(chat, "--ssot", "-v", "-n2")
    assert "1 failed, 2 passed" in ran.text
    assert "chat/bad.py:5:5: SOT201 chat.hub.Hub is built here, outside its factory" in ran.lines


MODULES = """\
import sys


def pytest_unconfigure():
    print("ours:", sorted(name for name in sys.modules if name.partition(".")[0] == "ssot_lint"))


def note(event, arguments):
    if event == "open" and str(arguments[0]).endswith((".toml", "hub.py")) and sys._getframe(1):
        names = []
        frame = sys._getframe(1)
        while frame is not None:
            names.append(frame.f_globals.get("__name__", ""))
            frame = frame.f_back
        if any(name.startswith("ssot_lint") for name in names):
            print("read:", arguments[0])


sys.addaudithook(note)
"""
"""Prints which of our modules were imported, and which files of the project they read."""


def test_without_the_option_next_to_nothing_is_imported_and_nothing_read(chat: Path, tmp_path: Path) -> None:
    (tmp_path / "watch.py").write_text(MODULES)
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    ran = run(chat, "-s", "-p", "watch", PYTHONPATH=path)
    assert "1 passed" in ran.text
    assert [line for line in ran.lines if line.startswith(("ours:", "read:"))] == [
        "ours: ['ssot_lint', 'ssot_lint.plugins', 'ssot_lint.plugins.pytest']"
    ]
    ran = run(chat, "-s", "-p", "watch", "--ssot", "--collect-only", PYTHONPATH=path)
    assert any(line.startswith("read:") and line.endswith("pyproject.toml") for line in ran.lines)


def test_settings_that_are_wrong_are_one_error_and_the_tests_run(tmp_path: Path) -> None:
    settings = FILES["pyproject.toml"].replace("canonical =", "canonicl =")
    folder = project(tmp_path, {**FILES, "pyproject.toml": settings})
    ran = run(folder, "--ssot", "-v", "tests")
    assert ran.code == 1
    assert ran.outcomes == {"tests/test_chat.py::test_chat": "PASSED", "pyproject.toml::settings": "ERROR"}
    assert "1 passed, 1 error" in ran.text
    assert "pyproject.toml:6: contracts.hub.canonicl: unknown key; did you mean `canonical`?" in ran.lines
    assert "Traceback" not in ran.text
    assert ">" not in {line[:1] for line in ran.lines}
    assert run(folder, "--ssot", "-v", "pyproject.toml::hub").outcomes == {"pyproject.toml::hub": "ERROR"}


def test_without_settings_it_is_said_what_to_do(tmp_path: Path) -> None:
    ran = run(project(tmp_path, {"test_a.py": FILES["tests/test_chat.py"]}), "--ssot")
    assert ran.code == 4
    assert "no settings apply" in ran.text
    assert "add a table `[tool.ssot-lint]` to the project's pyproject.toml" in ran.text


def test_only_what_was_added_since_a_commit_fails(tmp_path: Path) -> None:
    folder = project(tmp_path)

    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    assert "3 passed" in run(folder, "--ssot-since", "HEAD").text
    (folder / "chat" / "new.py").write_text(BAD)
    ran = run(folder, "--ssot-since=HEAD", "-q")
    assert "1 failed, 2 passed" in ran.text
    assert "chat/new.py:5:5: SOT201 chat.hub.Hub is built here, outside its factory" in ran.lines
    assert "chat/bad.py:5:5" not in ran.text
    ran = run(folder, "--ssot-since", "nowhere")
    assert (ran.code, "ERROR: --ssot: --since: there is no commit `nowhere`" in ran.text) == (4, True)


def test_what_belongs_to_no_contract_has_an_item_where_there_is_any(tmp_path: Path) -> None:
    broken = {
        "chat/bad.py": GOOD,
        "chat/broken.py": "Hub(:\n",
        "ssot-lint.toml": '[contracts.hub]\ncanonical = "chat.hub.Hub"\n',
    }
    ran = run(project(tmp_path, {**FILES, **broken}), "--ssot", "-v", "tests")
    assert ran.outcomes == {
        "tests/test_chat.py::test_chat": "PASSED",
        "ssot-lint.toml::hub": "PASSED",
        "ssot-lint.toml::health": "FAILED",
    }
    assert "chat/broken.py:1:5: SOT900 this file cannot be parsed" in ran.text


BUS = """\
[tool.ssot-lint.contracts.bus]
canonical = "events.bus.Bus"
factories = ["events.bus.get_bus"]
"""
USE = """\
from events.bus import Bus
from a.hub import get_hub


def use():
    return Bus(), get_hub()
"""
KEYED = """\
[tool.ssot-lint.contracts.hub]
canonical = "chat.hub.Hub"
factories = ["chat.make"]
isolated-by = ["user"]
shared-parts = ["chat.hub.Pool"]
"""

WORKSPACE = {
    "pyproject.toml": '[tool.ssot-lint]\nmembers = ["services/*", "libs/*"]\n',
    "libs/events/pyproject.toml": BUS,
    "libs/events/events/__init__.py": "",
    "libs/events/events/bus.py": HUB.replace("Hub", "Bus").replace("hub", "bus"),
    "services/a/ssot-lint.toml": '[contracts.hub]\ncanonical = "a.hub.Hub"\nfactories = ["a.hub.get_hub"]\n',
    "services/a/a/__init__.py": "",
    "services/a/a/hub.py": HUB,
    "services/a/a/use.py": USE,
    "services/a/tests/test_a.py": FILES["tests/test_chat.py"],
    "services/b/b/__init__.py": "",
}


def test_each_member_has_its_items_and_what_others_demand_of_it(tmp_path: Path) -> None:
    folder = project(tmp_path, WORKSPACE)
    whole = {"libs/events/pyproject.toml::bus": "FAILED", "services/a/ssot-lint.toml::hub": "PASSED"}
    assert whole.items() <= run(folder, "--ssot", "-v").outcomes.items()
    member = run(folder, "--ssot", "-v", "services/a")
    assert member.outcomes["services/a/ssot-lint.toml::hub"] == "PASSED"
    assert [one for one in member.outcomes.values() if one == "FAILED"] == ["FAILED"]
    assert (
        "services/a/a/use.py:6:12: SOT201 events.bus.Bus is built here, outside its factory" in member.lines
    )
    assert "1 passed" in run(folder, "--ssot", "-v", "services/b", "services/a/tests", "-k", "test_a").text


FIXTURES = """\
import asyncio
import enum

from chat.hub import Hub, make


class Event(enum.Enum):
    STARTED = "started"
    DONE = "done"


def test_isolated(ssot_isolation):
    ann, bob = ssot_isolation(make, ("ann", "bob"))
    assert (ann.user, bob.user) == ("ann", "bob")


def test_shares(ssot_isolation):
    ssot_isolation(lambda user: make(user=user, board=Hub.board), ("ann", "bob"), shared=["*.board"])
    ssot_isolation(lambda user: make(user=user, board=Hub.board), ("ann", "bob"))


def test_not_awaited(ssot_isolation):
    async def build(user):
        return make(user=user)

    async def test():
        ssot_isolation(build, ("ann", "bob"))

    asyncio.run(test())


def test_async(ssot_isolation):
    async def build(user):
        return make(user=user)

    assert ssot_isolation(build, ("ann", "bob"))[1].user == "bob"


def test_events(ssot_events):
    recorder = ssot_events(Event)
    for each in Event:
        recorder.user("ann")({"type": each, "user_id": "ann"})


def test_missing(ssot_events):
    ssot_events(Event).user("ann")({"type": Event.STARTED, "user_id": "ann"})


def test_that_fails_by_itself(ssot_events):
    ssot_events(Event).user("ann")
    raise AssertionError
"""


def test_the_fixtures_are_there_without_the_option(tmp_path: Path) -> None:
    hub = (
        "class Pool:\n    pass\n\n\nPOOL = Pool()\n\n\nclass Hub:\n    board = []\n\n"
        "    def __init__(self, user, board):\n        self.user, self.board, self.pool = user, board, POOL\n\n\n"
        "def make(board=None, *, user):\n    return Hub(user, board if board is not None else [])\n"
    )
    files = {
        "pyproject.toml": KEYED,
        "conftest.py": "",
        "chat/__init__.py": "from chat.hub import make\n",
        "chat/hub.py": hub,
        "tests/test_fixtures.py": FIXTURES,
    }
    ran = run(project(tmp_path, files), "-v", "-rA", PYTHONPATH=os.pathsep.join([str(ROOT), str(tmp_path)]))
    outcomes = {name.partition("::")[2]: said for name, said in ran.outcomes.items()}
    assert outcomes == {
        "test_isolated": "PASSED",
        "test_shares": "FAILED",
        "test_not_awaited": "ERROR",
        "test_async": "PASSED",
        "test_events": "PASSED",
        "test_missing": "ERROR",
        "test_that_fails_by_itself": "FAILED",
    }
    assert "2 failed, 5 passed, 2 errors" in ran.text
    assert "  ann.board → bob.board: list of 0" in ran.lines
    assert "ssot_events: ann: `done` is missing" in ran.lines
    assert "reach.py" not in ran.text
