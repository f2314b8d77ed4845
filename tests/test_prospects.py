"""What in a file leads to a contract: only there is inference asked about the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.cache.memory import Memory
from ssot_lint.cache.store import Store
from ssot_lint.engine import run
from ssot_lint.inference.prospects import PASSING, Prospects, values_of
from ssot_lint.inference.targets import Targets
from ssot_lint.inference.tips import PASSING as TAUGHT
from ssot_lint.links import rounds
from ssot_lint.links.index import Index
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import workspace
from ssot_lint.sources.disk import Disk

SETTINGS = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.hub_for", "app.desk.Desk.open"]

[contracts.mail]
canonical = "app.mail.Mail"
factories = ["app.mail.mail_for"]
"""
FILES = {
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    pass\n\n\ndef hub_for(user):\n    return Hub()\n",
    "app/mail.py": "class Mail:\n    pass\n\n\ndef mail_for(user):\n    return Mail()\n",
    "app/desk.py": (
        "from app.hub import Hub\n\n\nclass Desk:\n    @classmethod\n    def open(cls):\n        return Hub()\n"
    ),
    "app/shelf.py": "from app.hub import Hub\n\n\nclass Shelf:\n    def take(self):\n        return Hub()\n",
    "app/kept.py": "from app.hub import Hub\n\nhub = Hub()\n",
    "app/again.py": "from app.kept import hub as shared\n",
    "app/tools.py": "def helper(x):\n    return x\n",
}
BOTH = "from app.mail import Mail\n"
"""Each file speaks of the second contract, so that its values are looked at."""


def write(folder: Path, text: str) -> None:
    for path, content in {**FILES, "app/user.py": text, "ssot-lint.toml": SETTINGS}.items():
        place = folder / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(content)


def index_of(folder: Path, text: str) -> Index:
    write(folder, text)
    settings = workspace.load(folder / "ssot-lint.toml", codes=CODES)
    memory = Memory(settings, Disk(str(folder)), Store(None))
    memory.look(lambda questions, data: False)
    return rounds.build(settings, memory, {}, RunOptions(workers=1))


def prospects_of(folder: Path, text: str) -> Prospects:
    index = index_of(folder, text)
    return Prospects(Targets(index), index.project.by_path["app/user.py"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail()\n", {1}),
        ("from app.hub import Hub\nMail(Hub)\n", {0, 1}),
        ("import app.hub\nMail(app.hub.hub_for(1))\n", {0, 1}),
        ("from app.hub import *\nMail()\n", {1}),
        ("from app.hub import *\nMail(Hub)\n", {0, 1}),
        ("from app.desk import Desk\nMail(Desk.open())\n", {0, 1}),
        ("from app.shelf import Shelf\nMail(Shelf().take())\n", {0, 1}),
        ("from app.tools import helper\nMail(helper(1))\n", {1}),
        ("def make(mod):\n    return Mail(mod.Hub())\n", {0, 1}),
        ("def make(mod):\n    return Mail(getattr(mod, 'Hub'))\n", {0, 1}),
        ("from unittest.mock import patch\npatch('app.hub.Hub', Mail())\n", {1}),
        ("HUB = 'app.hub.Hub'\nMail()\n", {1}),
        ("from app.kept import hub as Hub\nMail(Hub)\n", {0, 1}),
        ("from app.again import shared as Hub\nMail(Hub)\n", {0, 1}),
    ],
)
def test_what_leads_to_a_contract(tmp_path: Path, text: str, expected: set[int]) -> None:
    prospects = prospects_of(tmp_path, BOTH + text)
    assert {number for number in range(2) if prospects.anywhere(number)} == expected


@pytest.mark.parametrize(
    ("text", "spelled", "form", "expected"),
    [
        ("thing.x = Hub\nthing.x()\n", "thing.x", "path", True),
        ("from app.tools import helper\nhelper.Hub = Hub\nhelper.Hub()\n", "helper.Hub", "path", True),
        ("from app.tools import Hub as Tool\nTool()\n", "Tool", "path", False),
        ("from app.tools import Hub as Tool\nx = Tool()\n", "Tool", "call", False),
        ("import enum\nHub = enum.auto(Hub)\n", "enum.auto", "call", False),
        ("from copy import copy\nx = copy(Hub)\n", "copy", "call", True),
        ("from app.shelf import Shelf\nclass Mine(Shelf):\n    hub = Hub\n", "Shelf", "path", False),
        ("x = type(Hub)\n", "type", "call", True),
        ("def Hub_():\n    return Hub\nHub_()\n", "Hub_", "path", False),
        ("def Hub_():\n    return Hub\nx = Hub_()\n", "Hub_", "call", True),
        ("class Own(Mail):\n    hub = Hub\nOwn()\n", "Own", "path", False),
        ("class Own(pick(Hub)):\n    pass\nOwn()\n", "Own", "path", True),
    ],
)
def test_what_certainly_is_something_else_is_not_asked_about(
    tmp_path: Path, text: str, spelled: str, form: str, expected: bool
) -> None:
    prospects = prospects_of(tmp_path, f"{BOTH}from app.hub import Hub\n{text}")
    values = [one for one in values_of(prospects.module.facts) if one.ref and one.ref.spelled == spelled]
    found = {prospects.of(0, one) for one in values if one.form == form}
    assert found == {expected}


def test_what_hands_on_its_arguments_is_known_without_astroid() -> None:
    assert TAUGHT <= PASSING


@pytest.mark.parametrize(
    "text",
    [
        "from app import hub\n\n\nclass User:\n    def __init__(self):\n        self.mod = hub\n"
        "    def go(self):\n        self.mod.Hub()\n",
        "from app import hub\n\n\ndef modules():\n    return [hub]\n\n\nfor one in modules():\n    one.Hub()\n",
        "from importlib import import_module\n\nkind = import_module('app.hub').Hub\nkind()\n",
        "import sys\n\nkind = sys.modules['app.hub'].Hub\nkind()\n",
        "from app.hub import *\n\nkind = Hub\nkind()\n",
        "from app import tools\nfrom app.hub import Hub\n\ntools.Hub = Hub\ntools.Hub()\n",
        "from app.hub import Hub\n\n\ndef go(kind: type[Hub]):\n    kind()\n",
    ],
)
def test_roundabout_ways_are_found_beside_another_contract(tmp_path: Path, text: str) -> None:
    write(tmp_path, BOTH + text)
    found = run.check(workspace.load(tmp_path / "ssot-lint.toml", codes=CODES)).findings
    assert [one.contract for one in found if one.code == "SOT201" and one.path == "app/user.py"] == ["hub"]
