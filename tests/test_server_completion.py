"""Completion as an editor asks for it, of a server that is a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

from tests.lsp_client import Client, Editor, edited
from tests.test_server import SETTINGS, folder, words

__all__ = ["folder"]


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    (folder / "app" / "legacy.py").write_text("from app.hub import Hub\n\nRelay = Hub\n")
    (folder / "ssot-lint.toml").write_text(SETTINGS + 'also-at = ["app.api.Hub"]\n')
    with Client() as client:
        client.start([folder])
        yield client


def marked(client: Editor, file: Path, text: str, version: int = 2) -> dict[str, str]:
    """By label what becomes of a text whose cursor is where it has `|`; retired labels begin with `-`."""
    above, _, behind = text.partition("|")
    (client.open if version == 1 else client.change)(file, above + behind, version)
    found = words(client, file, above + behind, above)
    return {
        ("-" if one.get("tags") else "") + label: edited(
            above + behind, [one["textEdit"], *one.get("additionalTextEdits", ())]
        )
        for label, one in found.items()
    }


def test_completion_knows_where_the_cursor_is(folder: Path, client: Client) -> None:
    plain = folder / "app" / "plain.py"
    assert marked(client, plain, "from os import H|\n", 1) == {}
    assert marked(client, plain, "from os import |\n", 2) == {}
    assert marked(client, plain, "from app.hub import |\n", 3) == {
        "Hub": "from app.hub import Hub\n",
    }
    assert marked(client, plain, "def f(\n\nfrom app.legacy import |\n", 4) == {
        "-Relay": "def f(\n\nfrom app.hub import Hub\n",
        "-Hub": "def f(\n\nfrom app.hub import Hub\n",
    }
    assert marked(client, plain, "from app.legacy import x, |\n", 5) == {}
    assert set(marked(client, plain, "from .hub import (\n    x,\n    |\n", 6)) == {"Hub"}
    assert set(marked(client, plain, "from .|\n", 7)) == {".hub"}
    assert marked(client, plain, "import app.|\n", 8) == {"app.hub": "import app.hub\n"}
    assert marked(client, plain, "from app.hub import Hub as |\n", 9) == {}
    assert marked(client, plain, "x = 'H|\n", 10) == {}


def test_a_name_is_imported_once(folder: Path, client: Client) -> None:
    plain = folder / "app" / "plain.py"
    bound = "try:\n    from app.hub import Hub\nexcept ImportError:\n    Hub = None\n\n\ndef f(\n    return H"
    assert marked(client, plain, f"{bound}|", 1)["Hub"] == f"{bound}ub"
    typed = "import typing\nif typing.TYPE_CHECKING:\n    from app.hub import Hub\n\n\ndef f(x: H"
    assert marked(client, plain, f"{typed}|", 2)["Hub"] == f"{typed}ub"
    head = "from app.a import a\nfrom app.z import z\n"
    made = head.replace("from app.z", "from app.hub import Hub\nfrom app.z")
    for end in ("\n", "\r\n"):
        text = f"{head}H|\n".replace("\n", end)
        assert marked(client, plain, text, 3)["Hub"] == f"{made}Hub\n".replace("\n", end)
    assert marked(client, plain, "from app.hub import make\nx = H|", 4)["Hub"] == (
        "from app.hub import Hub, make\nx = Hub"
    )


@pytest.mark.parametrize("is_begun", [True, False])
def test_settings_that_are_no_toml_yet(is_begun: bool, folder: Path) -> None:
    """Also where they never were, so that nothing is known of the project."""
    (folder / "ssot-lint.toml").unlink()
    file, head = folder / "pyproject.toml", '[project]\nname = "x"\n\n[tool.ssot-lint]\n'
    file.write_text(head if is_begun else f"{head}fail-on\n")
    with Client() as client:
        client.start([folder])
        if is_begun:
            client.open(folder / "app" / "jobs.py")
        assert set(marked(client, file, f"{head}fail|", 1)) == {"fail-on"}
        assert marked(client, file, f"{head}fail-on = |", 2)["warning"] == f'{head}fail-on = "warning"'
        contract = f"{head}\n[tool.ssot-lint.contracts.hub]\n"
        assert set(marked(client, file, f'{contract}canonical = "app.hub.|', 3)) == {
            "app.hub.Hub",
            "app.hub.make",
        }
        assert set(marked(client, file, f'{contract}canonical = "app.h\nkind = "|\n', 4)) >= {
            "class",
            "gateway",
        }
        assert "SOT201" in marked(client, file, f'{head}select = [\n  "SOT1",\n  "SOT2|\n{contract}\n', 5)
        assert marked(client, file, "[project]\nname = |\n[tool.ssot-lint]\n", 6) == {}


MEMBERS = {
    "ssot-lint.toml": 'members = ["a", "b"]\n[contracts.bus]\ncanonical = "common.Bus"\n',
    "common.py": "class Bus: ...\n",
    "a/ssot-lint.toml": '[contracts.hub]\ncanonical = "app.hub.Hub"\n',
    "a/app/hub.py": "class Hub: ...\nAlias = Hub\n",
    "a/app/use.py": "",
    "b/app/hub.py": "class Hub: ...\nAlias = Hub\n",
    "b/app/use.py": "",
}


def test_each_member_is_offered_what_holds_there(tmp_path: Path) -> None:
    for path, text in MEMBERS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    with Client() as client:
        client.start([tmp_path])
        for member, words, modules, names in (
            ("a", {"Bus", "Hub"}, {"common", "app.hub"}, {"Hub", "-Alias"}),
            ("b", {"Bus"}, {"common"}, set[str]()),
        ):
            file = tmp_path / member / "app" / "use.py"
            assert set(marked(client, file, "x = |", 1)) == words
            assert set(marked(client, file, "from |", 2)) == modules
            assert set(marked(client, file, "from app.hub import |", 3)) == names
