"""`ssot-lint mcp`, as agents speak to it: through the SDK's own client, and where that is too well-behaved, by hand."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

import anyio
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError

from ssot_lint.engine import run as engine
from ssot_lint.engine.session import Session
from ssot_lint.mcp.resident import AgentProject
from ssot_lint.mcp.wire import built
from ssot_lint.model.rules import ALL, CODES
from ssot_lint.settings import workspace
from tests.test_cli import START, command, environment, process, run

ROOT = Path(__file__).parent.parent
SETTINGS = """\
[contracts.hub]
canonical = "app.hub.Hub"
implementation = "app._hub._Hub"
retired = ["Relay", "app.old.*"]
factories = ["app.hub.make"]
isolated-by = ["user"]
reason = "one hub for each user"

[contracts.environment]
kind = "gateway"
primitives = ["os.environ", "os.getenv"]
home = ["app.settings"]
use = "app.settings.get"

[contracts.events]
kind = "vocabulary"
canonical = "app.events.Event"
retired-values = ["finished"]
emitters = ["emit"]
complete = false

[contracts.jobs]
kind = "base"
canonical = "app.jobs.Job"
instead-of = ["threading.Thread"]
classes = ["*Job"]
methods = {run = "async def(self, context)"}
"""
FILES = {
    "ssot-lint.toml": SETTINGS,
    "app/__init__.py": "",
    "app/_hub.py": "class _Hub:\n    def __init__(self, user): ...\n",
    "app/hub.py": """\
from app._hub import _Hub

Hub = _Hub


async def make(user, *, name, size=3):
    return Hub(user)
""",
    "app/settings.py": "import os\n\n\ndef get(name):\n    return os.environ[name]\n",
    "app/events.py": """\
from enum import Enum


class Event(str, Enum):
    STARTED = "started"
    DONE = "done"
""",
    "app/jobs.py": "class Job:\n    async def run(self, context): ...\n",
    "app/user.py": "from app.hub import Hub as Board\n\n\ndef see(board: Board): ...\n",
    "app/send.py": "def emit(event): ...\n",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that no test changes."""
    return written(tmp_path_factory.mktemp("project"))


def written(folder: Path) -> Path:
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


class Agent:
    """A client in this process."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def ask(self, tool: str, **given: object) -> dict[str, Any]:
        result = await self.client.call_tool(tool, given)
        assert not result.is_error, result.content
        found: dict[str, Any] = result.structured_content
        assert json.loads(result.content[0].text) == found  # type: ignore[union-attr]
        return found

    async def refused(self, tool: str, **given: object) -> str:
        result = await self.client.call_tool(tool, given)
        assert result.is_error, result.structured_content
        text: str = result.content[0].text  # type: ignore[union-attr]
        return text

    async def codes(self, *paths: str, **buffers: str) -> list[tuple[str, int, str]]:
        texts = {f"app/{name}.py": text for name, text in buffers.items()}
        found = await self.ask("check", paths=[*paths], buffers=texts)
        return [(one["path"], one["line"], one["code"]) for one in found["findings"]]


def talk(folder: Path, story: Callable[[Agent], Awaitable[None]]) -> None:
    async def told() -> None:
        async with Client(built(AgentProject(folder))) as client:
            await story(Agent(client))

    anyio.run(told)


def test_an_agent_builds_checks_and_mends(tmp_path: Path) -> None:
    written(tmp_path)
    new = "app/desk.py"

    async def story() -> None:
        words = command("mcp", code=START)
        there = StdioServerParameters(command=words[0], args=words[1:], cwd=tmp_path, env=environment())
        async with Client(stdio_client(there)) as client:
            assert client.server_info.name == "ssot-lint"
            agent = Agent(client)
            how = await agent.ask("how_to_build", symbol="Relay")
            assert how["import"] == "from app.hub import make"
            assert how["call"] == "await make(user=user, name=name)"
            assert how["isolated_by"] == ["user"]
            wrong = "from app.hub import Hub\n\n\nasync def desk(user):\n    Hub(user).send()\n"
            (found,) = (await agent.ask("check", paths=[new], buffers={new: wrong}))["findings"]
            place = found["path"], found["line"], found["column"], found["code"]
            assert place == (new, 5, 5, "SOT201")
            assert found["advice"] == "call app.hub.make"
            assert found["chain"][-1]["text"].endswith("app.hub.Hub is canonical")
            mended = (
                f"{how['import']}\n\n\nasync def desk(user, name):\n    hub = {how['call']}\n    hub.send()\n"
            )
            assert (await agent.ask("check", paths=[new], buffers={new: mended}))["findings"] == []
            assert not (tmp_path / new).exists()

    anyio.run(story)


@pytest.mark.parametrize(
    ("symbol", "standing", "canonical"),
    [
        ("Hub", "canonical", "app.hub.Hub"),
        ("app.hub.Hub", "canonical", "app.hub.Hub"),
        ("hub.Hub", "canonical", "app.hub.Hub"),
        (" `Hub()` ", "canonical", "app.hub.Hub"),
        ("hub", "contract", "app.hub.Hub"),
        ("Relay", "retired", "app.hub.Hub"),
        ("app.old.Whatever", "retired", "app.hub.Hub"),
        ("_Hub", "implementation", "app.hub.Hub"),
        ("app._hub._Hub", "implementation", "app.hub.Hub"),
        ("Board", "alias", "app.hub.Hub"),
        ("app.user.Board", "alias", "app.hub.Hub"),
        ("make", "factory", "app.hub.Hub"),
        ("os.environ", "primitive", "app.settings.get"),
        ("getenv", "primitive", "app.settings.get"),
        ("Event", "canonical", "app.events.Event"),
        ("done", "value", "app.events.Event"),
        ("finished", "retired-value", "app.events.Event"),
        ("threading.Thread", "instead", "app.jobs.Job"),
        ("NightJob", "member", "app.jobs.Job"),
    ],
)
def test_any_name_leads_to_the_canonical_one(
    symbol: str, standing: str, canonical: str, shared: Path
) -> None:
    async def story(agent: Agent) -> None:
        for tool in ("canonical", "how_to_build", "spellings"):
            found = await agent.ask(tool, symbol=symbol)
            assert (found["standing"], found["canonical"]) == (standing, canonical), tool
        told = await agent.ask("canonical", symbol=symbol)
        module, _, name = canonical.rpartition(".")
        assert told["import"] == f"from {module} import {name}"
        assert "`" in told["answer"]

    talk(shared, story)


def test_what_is_unknown_names_the_nearest(shared: Path) -> None:
    async def story(agent: Agent) -> None:
        for wrong, near in (
            ("Rely", "Relay"),
            ("app.hub.Hubb", "app.hub.Hub"),
            ("enviroment", "environment"),
        ):
            said = await agent.refused("canonical", symbol=wrong)
            assert said == f"no contract of this project speaks of `{wrong}`; did you mean `{near}`?"
        said = await agent.refused("how_to_build", symbol="Zebra")
        assert said.endswith(
            "the contracts are `hub` (app.hub.Hub), `environment`, `events` (app.events.Event), `jobs` (app.jobs.Job)"
        )
        assert "did you mean `app/user.py`?" in await agent.refused("check", paths=["app/usr.py"])
        with pytest.raises(MCPError, match="did you mean `canonical`"):
            await agent.client.call_tool("canonicl", {"symbol": "Hub"})

    talk(shared, story)


def test_how_to_build_what_is_no_class(shared: Path) -> None:
    async def story(agent: Agent) -> None:
        base = await agent.ask("how_to_build", symbol="jobs")
        compile(base["code"], "example", "exec")
        assert "class Example(Job):\n    async def run(self, context):" in base["code"]
        values = await agent.ask("how_to_build", symbol="events")
        assert values["code"] == "from app.events import Event\n\nEvent.STARTED\n"
        assert values["values"][1] == {"value": "done", "member": "app.events.Event.DONE"}
        said = (await agent.ask("canonical", symbol="done"))["answer"]
        assert "write `Event.DONE` after `from app.events import Event`" in said
        gateway = await agent.ask("how_to_build", symbol="environ")
        assert gateway["answer"].startswith(
            "only `app.settings` may touch `os.environ`: use `app.settings.get`"
        )

    talk(shared, story)


def test_spellings_with_their_places(shared: Path) -> None:
    async def story(agent: Agent) -> None:
        found = await agent.ask("spellings", symbol="Hub")
        places = {
            (one["name"], one["standing"]): [(at["path"], at["line"], at["column"]) for at in one["places"]]
            for one in found["spellings"]
        }
        assert places == {
            ("Board", "alias"): [("app/user.py", 1, 21), ("app/user.py", 4, 16)],
            ("Hub", "canonical"): [("app/hub.py", 3, 1), ("app/hub.py", 7, 12), ("app/user.py", 1, 21)],
            ("_Hub", "implementation"): [("app/_hub.py", 1, 1), ("app/hub.py", 1, 22), ("app/hub.py", 3, 7)],
            ("Relay", "retired"): [],
            ("app.old.*", "retired"): [],
        }
        only = await agent.ask("spellings", symbol="os.environ")
        assert [one["name"] for one in only["spellings"]] == ["os.environ"]

    talk(shared, story)


def test_check_says_what_the_command_says(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    shutil.copytree(ROOT / "examples" / "chat", folder, ignore=shutil.ignore_patterns(".ssot_lint_cache"))
    told = json.loads(run("check", "--format", "json", cwd=folder).stdout)["findings"]

    async def story(agent: Agent) -> None:
        found = (await agent.ask("check"))["findings"]
        assert found == [{key: one[key] for key in found[0]} for one in told]
        part = (await agent.ask("check", paths=["chat/notifier.py"]))["findings"]
        assert part == [one for one in found if one["path"] == "chat/notifier.py"]
        text = "from chat.channels import ChannelManager as X\nx = (\n"
        stdin = run(
            "check",
            "-",
            "--stdin-filename",
            "chat/notifier.py",
            "--format",
            "json",
            cwd=folder,
            stdin=text.encode(),
        )
        broken = await agent.ask("check", paths=["chat/notifier.py"], buffers={"chat/notifier.py": text})
        assert [(one["line"], one["code"]) for one in broken["findings"]] == [
            (one["line"], one["code"]) for one in json.loads(stdin.stdout)["findings"]
        ]

    talk(folder, story)


def test_why_says_what_the_command_says() -> None:
    file = ROOT / "examples" / "chat" / "pyproject.toml"
    settings = workspace.load(file, codes=CODES)
    session = Session(file, half_typed=False)
    session.update({})
    for path, lines in (("chat/notifier.py", (3, 5, 10)), ("chat/channels.py", (9,)), ("setup.py", (1,))):
        for line in lines:
            assert session.why(path, line) == engine.why(settings, path, line), (path, line)


def test_what_lies_outside_is_refused(shared: Path) -> None:
    async def story(agent: Agent) -> None:
        for path in ("../x.py", "/etc/passwd", "app/../../x.py", "..", "a\0b.py"):
            for said in (
                await agent.refused("check", paths=[path]),
                await agent.refused("check", buffers={path: "x = 1\n"}),
                await agent.refused("why", path=path, line=1),
            ):
                assert "a bug" not in said
                assert "paths are relative to the root" in said, path
        inside = str(shared / "app" / "user.py")
        assert (
            await agent.codes(inside)
            == await agent.codes("app/../app/user.py")
            == [("app/user.py", 1, "SOT101")]
        )
        assert "is a folder" in await agent.refused("check", buffers={"app": ""})
        assert "is a folder" in await agent.refused("why", path="app", line=1)
        assert "there is no such line: the file has" in await agent.refused(
            "why", path="app/user.py", line=99
        )

    talk(shared, story)


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("canonical", {}, "canonical needs `symbol`"),
        ("canonical", {"symbol": 3}, "`symbol` must be a text"),
        ("canonical", {"symbol": " "}, "`symbol` must be a text"),
        ("canonical", {"symbl": "Hub"}, "has no parameter `symbl`; did you mean `symbol`?"),
        ("check", {"paths": "app"}, "`paths` must be a list of paths"),
        ("check", {"paths": [1]}, "`paths` must be a list of paths"),
        ("check", {"buffers": {"a.py": None}}, "`buffers` must be an object with the text of each path"),
        ("why", {"path": "app/hub.py"}, "why needs `line`"),
        ("why", {"path": "app/hub.py", "line": 0}, "`line` must be a whole number from 1 on"),
        ("why", {"path": "app/hub.py", "line": True}, "`line` must be a whole number from 1 on"),
    ],
)
def test_wrong_arguments_are_told(tool: str, given: dict[str, object], said: str, shared: Path) -> None:
    async def story(agent: Agent) -> None:
        assert said in await agent.refused(tool, **given)

    talk(shared, story)


def test_changes_on_the_disk_are_seen(tmp_path: Path) -> None:
    written(tmp_path)
    new = tmp_path / "app" / "new.py"

    async def story(agent: Agent) -> None:
        assert ("app/new.py", 1, "SOT103") not in await agent.codes()
        new.write_text("from app.hub import Relay\n")
        assert await agent.codes("app/new.py") == [("app/new.py", 1, "SOT103")]
        assert await agent.codes("app/new.py", new="import os\n") == []
        assert await agent.codes("app/new.py") == [("app/new.py", 1, "SOT103")]
        new.write_text("from app.hub import Hub as H\n")
        assert await agent.codes("app/new.py") == [("app/new.py", 1, "SOT101")]
        new.unlink()
        assert "there is no such file" in await agent.refused("check", paths=["app/new.py"])

    talk(tmp_path, story)


def test_broken_settings_are_told_and_mended(tmp_path: Path) -> None:
    file = written(tmp_path) / "ssot-lint.toml"

    async def story(agent: Agent) -> None:
        file.unlink()
        assert "no settings apply" in await agent.refused("canonical", symbol="Hub")
        file.write_text("[contracts.hub\n")
        assert "the settings are wrong" in await agent.refused("canonical", symbol="Hub")
        resources = (await agent.client.list_resources()).resources
        assert len(resources) == len(ALL)
        file.write_text(SETTINGS)
        assert (await agent.ask("canonical", symbol="Relay"))["canonical"] == "app.hub.Hub"
        file.write_text(SETTINGS.replace("retired = ", "retird = "))
        said = await agent.refused("check")
        assert said.splitlines()[1].startswith(
            "ssot-lint.toml:4: contracts.hub.retird: unknown key; did you mean"
        )
        with pytest.raises(MCPError, match="the settings are wrong"):
            await agent.client.read_resource("ssot-lint://contracts/hub")
        assert (await agent.ask("check", buffers={"ssot-lint.toml": SETTINGS}))["left_off"] == 0
        file.write_text(SETTINGS.replace('"Relay"', '"Radio"'))
        assert (await agent.ask("canonical", symbol="Radio"))["standing"] == "retired"

    talk(tmp_path, story)


def test_resources_are_the_pages(shared: Path) -> None:
    async def story(agent: Agent) -> None:
        uris = [str(one.uri) for one in (await agent.client.list_resources()).resources]
        assert [one for one in CODES if sum(one in uri for uri in uris) != 1] == []
        for name in ("hub", "environment", "events", "jobs"):
            (uri,) = [one for one in uris if one.endswith(f"/{name}")]
            text = (await agent.client.read_resource(uri)).contents[0].text  # type: ignore[union-attr]
            assert text == run("guide", name, cwd=shared).stdout.partition("\n\n### ")[2].join(["### ", ""])
        for word in ("SOT201", "sot201", "direct-construction"):
            text = (await agent.client.read_resource(f"ssot-lint://rules/{word}")).contents[0].text  # type: ignore[union-attr]
            assert text.startswith("# SOT201 direct-construction\n")
        templates = (await agent.client.list_resource_templates()).resource_templates
        assert [one.uri_template for one in templates] == [
            "ssot-lint://rules/{code}",
            "ssot-lint://contracts/{name}",
        ]
        for wrong, said in (
            ("rules/SOT299", "did you mean `SOT201`"),
            ("contracts/hubb", "`hub`"),
            ("x", "no resource"),
        ):
            with pytest.raises(MCPError, match=said):
                await agent.client.read_resource(f"ssot-lint://{wrong}")

    talk(shared, story)


def test_nonsense_does_no_harm_and_the_end_is_quick(shared: Path) -> None:
    server = subprocess.Popen(
        command("mcp", code=START),
        cwd=shared,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdin is not None
    assert server.stdout is not None

    def ask(number: int, method: str, params: object) -> dict[str, Any]:
        assert server.stdin is not None
        assert server.stdout is not None
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        server.stdin.write(json.dumps(message).encode() + b"\n")
        server.stdin.flush()
        for line in server.stdout:
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == number:
                return answer
        raise AssertionError("the server has ended")

    assert "error" in ask(1, "tools/list", {})
    client = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"},
    }
    assert ask(2, "initialize", client)["result"]["serverInfo"]["name"] == "ssot-lint"
    for line in (
        b"nonsense",
        b"{}",
        b"[1, 2]",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"jsonrpc":"2.0","id":7,"method":"nothing"}',
    ):
        server.stdin.write(line + b"\n")
    call = {"name": "canonical", "arguments": {"symbol": "Relay"}}
    assert ask(3, "tools/call", call)["result"]["structuredContent"]["canonical"] == "app.hub.Hub"
    # Work that nobody will hear of does not hold up the end.
    server.stdin.write(
        json.dumps({"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": call}).encode() + b"\n"
    )
    server.stdin.flush()
    server.stdin.close()
    assert server.wait(60) == 0
    server.stdout.close()


def test_a_client_that_never_speaks_ends_it(shared: Path) -> None:
    server = subprocess.Popen(
        command("mcp", code=START), cwd=shared, env=environment(), stdin=subprocess.PIPE
    )
    assert server.stdin is not None
    server.stdin.close()
    assert server.wait(60) == 0


def test_the_package_that_is_missing_is_named(shared: Path) -> None:
    missing = f"import sys; sys.modules['mcp'] = None; {START}"
    done = process("mcp", cwd=shared, code=missing)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "ssot-lint: mcp needs the package mcp, version 2: `pip install 'ssot-lint[mcp]'`, then try again\n"
    )
    assert (
        run("mcp", "--config", "none.toml", cwd=shared).stderr
        == "ssot-lint: none.toml: there is no such file\n"
    )
