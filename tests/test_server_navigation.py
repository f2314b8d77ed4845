"""Hover, definition and references at names that stand for a contract without being its symbol's: of a server that is a
process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

from ssot_lint.server.documents import path_of
from tests.lsp_client import Client

FILES = {
    "ssot-lint.toml": """\
[contracts.hub]
canonical = "app.hub.Hub"
implementation = "app._hub._Hub"
factories = ["app.hub.make", "app.hub.Hub.create"]
also-at = ["app.Hub"]

[contracts.events]
kind = "vocabulary"
canonical = "app.events.Event"
emitters = ["emit"]
complete = false

[contracts.environment]
kind = "gateway"
primitives = ["os.environ"]
home = ["app.io"]

[contracts.network]
kind = "gateway"
primitives = ["socket.socket"]
home = ["app.io"]
""",
    "app/io.py": """\
import os
import socket

home = os.environ
line = socket.socket()
""",
    "app/_hub.py": """\
class _Hub:
    @classmethod
    def create(cls, user: int): ...
""",
    "app/hub.py": """\
from app._hub import _Hub

Hub = _Hub


def make(one: int) -> Hub:
    return Hub()
""",
    "app/__init__.py": """\
from app.hub import Hub, make

__all__ = ["Hub"]
__all__ += ["make"]
""",
    "app/events.py": """\
from enum import Enum


class Event(Enum):
    STARTED = "started"
    ENDED = "ended"
""",
    "app/jobs.py": """\
from app import make
from app.events import Event as E
from app.hub import Hub, make as build


def job(emit):
    build(1)
    Hub.create(2)
    make(3)
    emit(E.STARTED)
    emit(E.ENDED)
    emit("started")
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("navigation")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with Client() as client:
        client.start([folder], pulls=True)
        yield client


def ask(client: Client, folder: Path, method: str, path: str, marked: str, **more: Any) -> Any:
    """The answer at a place that a piece of a file's text shows, in which the cursor is where it has `|`."""
    before, _, behind = marked.partition("|")
    above = FILES[path][: FILES[path].index(before + behind) + len(before)]
    place = {"line": above.count("\n"), "character": len(above) - above.rfind("\n") - 1}
    params = {"textDocument": {"uri": (folder / path).as_uri()}, "position": place, **more}
    return client.ask(f"textDocument/{method}", params)


def lines(found: list[dict[str, Any]], folder: Path) -> list[str]:
    return sorted(
        f"{Path(path_of(one['uri']) or '').relative_to(folder).as_posix()}:{one['range']['start']['line'] + 1}"
        for one in found
    )


HUB = [
    *(
        "app/__init__.py:1",
        "app/__init__.py:3",
        "app/hub.py:1",
        "app/hub.py:3",
        "app/hub.py:6",
        "app/hub.py:7",
    ),
    "app/jobs.py:3",
]
MAKE = [
    "app/__init__.py:1",
    "app/__init__.py:4",
    "app/jobs.py:1",
    "app/jobs.py:3",
    "app/jobs.py:7",
    "app/jobs.py:9",
]


@pytest.mark.parametrize(
    ("path", "marked", "said", "bound", "places", "declared"),
    [
        ("app/__init__.py", '["H|ub"', "Contract hub", ["app/hub.py:3"], HUB, ["app/hub.py:3"]),
        ("app/_hub.py", "class _H|ub", "Contract hub", ["app/hub.py:3"], HUB, ["app/hub.py:3"]),
        ("app/hub.py", "H|ub = ", "Contract hub", ["app/hub.py:3"], HUB, ["app/hub.py:3"]),
        ("app/hub.py", "def m|ake", "`app.hub.make` makes it", ["app/hub.py:3"], MAKE, ["app/hub.py:6"]),
        ("app/__init__.py", '["m|ake"', "`app.hub.make` makes it", ["app/hub.py:3"], MAKE, ["app/hub.py:6"]),
        ("app/jobs.py", "b|uild(1)", "`app.hub.make` makes it", ["app/hub.py:3"], MAKE, ["app/hub.py:6"]),
        (
            "app/_hub.py",
            "def cr|eate",
            "`app.hub.Hub.create` makes it",
            ["app/hub.py:3"],
            ["app/jobs.py:8"],
            ["app/_hub.py:3"],
        ),
        (
            "app/jobs.py",
            "Hub.cr|eate",
            "`app.hub.Hub.create` makes it",
            ["app/hub.py:3"],
            ["app/jobs.py:8"],
            ["app/_hub.py:3"],
        ),
        *(
            (
                path,
                marked,
                "`STARTED` is one of its members",
                ["app/events.py:5"],
                ["app/jobs.py:10", "app/jobs.py:12"],
                ["app/events.py:5"],
            )
            for path, marked in (
                ("app/jobs.py", "E.ST|ARTED"),
                ("app/jobs.py", 'emit("st|arted'),
                ("app/events.py", "ST|ARTED ="),
                ("app/events.py", '"st|arted"'),
            )
        ),
        (
            "app/jobs.py",
            "emit(E|.ENDED",
            "Contract events",
            ["app/events.py:4"],
            [f"app/jobs.py:{line}" for line in (10, 11, 12, 2)],
            ["app/events.py:4"],
        ),
        ("app/io.py", "os.en|viron", "Contract environment", [], ["app/io.py:4"], []),
    ],
)
def test_what_a_name_stands_for(
    path: str,
    marked: str,
    said: str,
    bound: list[str],
    places: list[str],
    declared: list[str],
    folder: Path,
    client: Client,
) -> None:
    assert said in ask(client, folder, "hover", path, marked)["contents"]["value"]
    assert lines(ask(client, folder, "definition", path, marked), folder) == bound
    found = ask(client, folder, "references", path, marked, context={"includeDeclaration": False})
    assert lines(found, folder) == places
    found = ask(client, folder, "references", path, marked, context={"includeDeclaration": True})
    assert set(lines(found, folder)) == {*places, *declared}


def test_hover_leads_on(folder: Path, client: Client) -> None:
    shown = ask(client, folder, "hover", "app/hub.py", "def m|ake")["contents"]["value"]
    assert f"[ssot-lint.toml:1]({(folder / 'ssot-lint.toml').as_uri()}#L1)" in shown
    assert "/rules/construction/direct-construction.md)" in shown
    # No rule is named that the contract does not ask for.
    assert "SOT205" not in shown


@pytest.mark.parametrize(
    ("path", "marked"), [("app/hub.py", "make(o|ne"), ("app/_hub.py", "us|er"), ("app/events.py", "En|um\n")]
)
def test_what_stands_beside_is_nothing(path: str, marked: str, folder: Path, client: Client) -> None:
    assert ask(client, folder, "hover", path, marked) is None
