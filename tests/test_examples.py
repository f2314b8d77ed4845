"""The two examples: their own tests pass; one shows each class rule and each other kind at work, the other none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"

SICK = {
    ("chat/__init__.py", "import ChannelManager, get_channel_manager", "SOT105"),
    ("chat/_channel_manager.py", "class _ChannelManagerImpl", "SOT403"),
    ("chat/_channel_manager.py", "backlog: list[Event] = []", "SOT305"),
    ("chat/agent.py", "def thinking_manager", "SOT304"),
    ("chat/announce.py", "import ChannelManager as Manager", "SOT101"),
    ("chat/announce.py", "class AnnouncementManager(Manager)", "SOT203"),
    ("chat/announce.py", "class AnnouncementManager(Manager)", "SOT303"),
    ("chat/channels.py", "ConnectionHub = ChannelManager", "SOT103"),
    ("chat/health.py", "from os import getenv", "SOT501"),
    ("chat/health.py", "from chat.sockets import SocketManager as ChannelManager", "SOT106"),
    ("chat/health.py", "get_channel_manager()", "SOT205"),
    ("chat/notifier.py", "import ConnectionHub", "SOT103"),
    ("chat/notifier.py", "Notifier = ConnectionHub", "SOT104"),
    ("chat/notifier.py", "manager = Notifier()", "SOT201"),
    ("chat/notifier.py", "manager = Notifier()", "SOT301"),
    ("chat/offline.py", "class ChannelManager", "SOT401"),
    ("chat/reconnect.py", "from chat import ChannelManager", "SOT102"),
    ("chat/reconnect.py", "_parked[device] = manager", "SOT306"),
    ("chat/report.py", "from chat.offline import ChannelManager", "SOT404"),
    ("chat/report.py", "os.environ.get", "SOT502"),
    ("chat/report.py", '"agent_complete"', "SOT603"),
    ("chat/server.py", "import SocketManager", "SOT103"),
    ("chat/server.py", "default_factory=SocketManager", "SOT202"),
    ("chat/sockets.py", "SocketManager = ChannelManager", "SOT103"),
    ("chat/sockets.py", "def create_socket_manager", "SOT206"),
    ("chat/sockets.py", "return SocketManager(user_context)", "SOT201"),
    ("chat/tools.py", "_manager = get_channel_manager(user_context=user_context)", "SOT302"),
    ("tests/conftest.py", "import _ChannelManagerImpl", "SOT102"),
    ("tests/test_channels.py", "ChannelManager(phone)", "SOT201"),
    ("tests/test_channels.py", "ChannelManager.__new__(ChannelManager)", "SOT204"),
    ("tests/test_channels.py", 'Event("announcement"', "SOT601"),
    ("tests/test_one_user.py", "EVENTS = ", "SOT605"),
    ("tests/test_one_user.py", 'Event("agent_completed"', "SOT601"),
    ("tests/test_one_user.py", 'mock.patch("chat.sockets.SocketManager")', "SOT107"),
    ("tests/test_report.py", "class MostQuestionsTest(unittest.TestCase)", "SOT701"),
    ("tests/test_report.py", 'mock.patch.dict("os.environ"', "SOT504"),
    ("tests/test_report.py", 'os.environ["CHAT_MOST_QUESTIONS"] = "0"', "SOT503"),
    ("tests/test_report.py", "self.addCleanup(os.environ.pop", "SOT502"),
    ("tests/test_two_users.py", 'Event("agent_completed"', "SOT601"),
}
"""Path, a piece of the flagged line, code."""


def run(example: str, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder or EXAMPLES / example,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("example", ["chat", "chat-healed"])
def test_own_tests_pass(example: str) -> None:
    result = run(example, "-m", "pytest", "-p", "no:cacheprovider")
    assert result.returncode == 0, result.stdout + result.stderr
    assert " passed" in result.stdout


def test_fixtures_show_what_two_users_share_in_the_sick_example_and_nothing_in_the_other(
    tmp_path: Path,
) -> None:
    sick = tmp_path / "chat"
    shutil.copytree(EXAMPLES / "chat", sick)
    shutil.copy(EXAMPLES / "chat-healed" / "tests" / "test_fixtures.py", sick / "tests")
    plugin = [
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "ssot_lint.plugins.pytest",
        "tests/test_fixtures.py",
    ]
    healed = run("chat-healed", *plugin)
    assert "4 passed" in healed.stdout, healed.stdout
    result = run("chat", *plugin, folder=sick)
    assert "3 failed, 1 passed, 1 error" in result.stdout, result.stdout
    # What is told of each test; where pytest sees that it runs in CI, its summary repeats all of it.
    lines = result.stdout.partition("short test summary info")[0].splitlines()
    # Sync and async, once each.
    assert lines.count("  ann.backlog → bob.backlog: list of 0") == 2
    assert lines.count("ssot_events: ann received `agent_thinking`, which is meant for bob") == 2
    assert "ssot_events: bob received `agent_completed`, which is meant for ann" in lines


def test_sick_screens_show_what_is_meant_for_others() -> None:
    result = run("chat", "-m", "chat")
    assert result.returncode == 0, result.stderr
    ann, bob = result.stdout.split("bob sees")
    assert "(meant for bob)" in ann
    assert "(meant for ann)" in bob


def test_healed_screens_do_not() -> None:
    result = run("chat-healed", "-m", "chat")
    assert result.returncode == 0, result.stderr
    assert "meant for" not in result.stdout


def test_sick_example_has_these_findings_and_no_other() -> None:
    result = run("chat", "-m", "ssot_lint", "check", "--format", "json")
    assert result.returncode == 1, result.stderr
    found = {}
    for finding in json.loads(result.stdout)["findings"]:
        lines = (EXAMPLES / "chat" / finding["path"]).read_text(encoding="utf-8").splitlines()
        found[finding["path"], finding["line"], finding["code"]] = lines[finding["line"] - 1]

    def matches(place: tuple[str, int, str], expected: tuple[str, str, str]) -> bool:
        return (place[0], place[2]) == (expected[0], expected[2]) and expected[1] in found[place]

    missed = sorted(row for row in SICK if not any(matches(place, row) for place in found))
    surplus = sorted(place for place in found if not any(matches(place, row) for row in SICK))
    assert (missed, surplus) == ([], [])
    assert len(found) == len(SICK)


def test_sick_example_shows_every_rule_about_classes_and_each_other_kind() -> None:
    from ssot_lint.model.rules import ALL

    about = {rule.code for rule in ALL if rule.kind == "class" and not (rule.of_stage or rule.of_project)}
    others = {code for _, _, code in SICK} - about
    assert {code for _, _, code in SICK} >= about
    assert {rule.kind for rule in ALL if rule.code in others} == {"gateway", "vocabulary", "base"}


def test_healed_example_has_no_finding() -> None:
    result = run("chat-healed", "-m", "ssot_lint", "check", "--format", "json")
    assert json.loads(result.stdout)["findings"] == []
    assert result.returncode == 0, result.stderr
