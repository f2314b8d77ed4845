"""Contracts of kind vocabulary: what a run remembers of them, and what is near a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_memory import Desk

from ssot_lint.engine import run
from ssot_lint.model.nearness import near
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading

FILES = {
    "ssot-lint.toml": """\
[contracts.events]
kind = "vocabulary"
canonical = "app.events.Event"
emitters = ["emit"]
fields = ["type"]
""",
    "app/__init__.py": "from app.bus import emit\n",
    "app/events.py": 'class Event:\n    STARTED = "started"\n    THINKING = "thinking"\n    DONE = "done"\n',
    "app/bus.py": "def emit(kind):\n    print(kind)\n",
    "app/tell.py": "from app import emit\n\n\ndef tell(word):\n    emit(word)\n",
    "app/names.py": 'DONE = "done"\n',
    "app/use.py": """\
from app.bus import emit
from app.events import Event
from app.names import DONE
from app.tell import tell

tell(Event.STARTED)
emit(DONE)
emit("begun")
""",
    "app/other.py": 'def told(message):\n    return message["type"] == "stopped"\n',
}

EDITS = {
    "a value that canonical gets": ("app/events.py", FILES["app/events.py"] + '    STOPPED = "stopped"\n'),
    "a value that canonical loses": ("app/events.py", 'class Event:\n    STARTED = "started"\n'),
    "a constant that is given no more": ("app/use.py", "from app.names import DONE\n"),
    "a constant that gets another value": ("app/names.py", 'DONE = "began"\n'),
    "a wrapper that passes nothing on": (
        "app/tell.py",
        "def tell(word):\n    print(word)\n",
    ),
    "a wrapper of the wrapper": (
        "app/more.py",
        'from app.tell import tell\n\n\ndef more(it):\n    tell(it)\n\n\nmore("thinking")\n',
    ),
    "an emitter that is of somebody else": ("app/bus.py", "from lib import emit\n"),
    "a rival": ("app/rival.py", 'KINDS = ["started", "thinking", "done"]\n'),
}


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_the_warm_run_says_what_the_cold_one_does(name: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, FILES)
    before = desk.check()
    path, text = EDITS[name]
    desk.write(path, text)
    after = desk.agrees()
    assert before.findings != after.findings
    desk.write(path, FILES.get(path, ""))
    assert desk.agrees().findings == before.findings


@pytest.mark.parametrize("prefilter", [True, False])
def test_what_is_found_does_not_depend_on_the_prefilter(prefilter: bool, tmp_path: Path) -> None:
    desk = Desk(tmp_path, FILES)
    read = loading.load(desk.root / "ssot-lint.toml", codes=CODES)
    found = run.check(read, how=RunOptions(1, False, prefilter=prefilter)).findings
    assert [(one.path, one.code) for one in found] == [
        ("app/events.py", "SOT604"),
        ("app/names.py", "SOT601"),
        ("app/use.py", "SOT602"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("agent_complete", "agent_completed"),
        ("agent_completing", "agent_completed"),
        ("Agent_Started", "agent_started"),
        ("agent_strated", "agent_started"),
        ("agent_started", "agent_started"),
        ("agent_stopped", ""),
        ("tool_completed", ""),
        ("", ""),
        ("a", ""),
        ("gone", ""),
    ],
)
def test_what_is_near(text: str, value: str) -> None:
    assert near(text, ["agent_started", "agent_completed", "go"]) == value
