"""The server in a real editor: Neovim without a screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

ROOT = Path(__file__).parent.parent
NEOVIM = shutil.which("nvim")


def seen_by_neovim(tmp_path: Path, script: str, **more: str) -> Any:
    """What a script has seen in a copy of the example, whose notifier is open."""
    folder = tmp_path.resolve() / "chat"
    shutil.copytree(ROOT / "examples" / "chat", folder, ignore=shutil.ignore_patterns(".ssot_lint_cache"))
    result = tmp_path / "result.json"
    variables = {
        "SSOT_COMMAND": json.dumps([sys.executable, "-m", "ssot_lint", "server"]),
        "SSOT_FOLDER": str(folder),
        "SSOT_FILE": str(folder / "chat" / "notifier.py"),
        "SSOT_RESULT": str(result),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": str(ROOT),
        **more,
    }
    command = [NEOVIM or "", "--headless", "-u", "NONE", "-n", "-S", str(Path(__file__).parent / script)]
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.is_file(), ran.stderr
    seen = json.loads(result.read_text())
    assert "problem" not in seen, seen["problem"]
    return seen


@pytest.mark.slow
@pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed (Debian: apt install neovim)")
def test_neovim_sees_what_is_not_saved_and_applies_a_fix(tmp_path: Path) -> None:
    seen = seen_by_neovim(tmp_path, "neovim.lua")
    file = tmp_path.resolve() / "chat" / "chat" / "notifier.py"
    before = (ROOT / "examples" / "chat" / "chat" / "notifier.py").read_text()
    assert [(one["line"], one["code"]) for one in seen["first"]] == [
        (3, "SOT103"),
        (7, "SOT104"),
        (10, "SOT301"),
        (10, "SOT201"),
    ]
    assert {one["source"] for one in seen["first"]} == {"ssot-lint"}
    assert (seen["second"][0]["line"], seen["second"][0]["code"]) == (1, "SOT101")
    assert seen["modified"]
    assert [one["line"] for one in seen["second"]] == [1, *(one["line"] + 1 for one in seen["first"])]
    assert seen["fixed"]
    assert seen["lines"] == ["from chat.channels import ChannelManager", *before.splitlines()]
    assert "ChannelManager" in seen["hover"]
    assert file.read_text() == before


CURSORS = [
    "from os import Ch|",
    "from chat.channels import |",
    "from chat.sockets import S|",
    "def f(\n\nfrom . import (\n    tools,\n    |",
    "import os\n\n\ndef f(\n    x = 'é😀'; return Chan|",
    "try:\n    from chat.channels import ChannelManager\nexcept ImportError:\n    ...\nx = Chan|",
]
CANONICAL = "from chat.channels import ChannelManager"
COMPLETED = [
    {},
    {
        "ChannelManager": CANONICAL,
        "-ConnectionHub": CANONICAL,
        "-_ChannelManagerImpl": CANONICAL,
    },
    {"-SocketManager": CANONICAL},
    {"events": "def f(\n\nfrom . import (\n    tools,\n    events"},
    {"ChannelManager": f"import os\n{CANONICAL}\n\n\ndef f(\n    x = 'é😀'; return ChannelManager"},
    {"ChannelManager": CURSORS[-1].replace("Chan|", "ChannelManager")},
]
"""By label what becomes of each of the texts; what is struck through begins with `-`."""


@pytest.mark.slow
@pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed (Debian: apt install neovim)")
def test_neovim_completes_what_is_half_typed(tmp_path: Path) -> None:
    seen = seen_by_neovim(tmp_path, "neovim_completion.lua", SSOT_CURSORS=json.dumps(CURSORS))
    made = [{label: "\n".join(lines) for label, lines in one.items()} for one in seen["texts"]]
    assert made == COMPLETED
