"""The server in a real editor: Neovim without a screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

ROOT = Path(__file__).parent.parent
NEOVIM = shutil.which("nvim")


@pytest.mark.slow
@pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed (Debian: apt install neovim)")
def test_neovim_sees_what_is_not_saved_and_applies_a_fix(tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "chat"
    shutil.copytree(ROOT / "examples" / "chat", folder, ignore=shutil.ignore_patterns(".ssot_lint_cache"))
    file, result = folder / "chat" / "notifier.py", tmp_path / "result.json"
    before = file.read_text()
    variables = {
        "SSOT_COMMAND": json.dumps([sys.executable, "-m", "ssot_lint", "server"]),
        "SSOT_FOLDER": str(folder),
        "SSOT_FILE": str(file),
        "SSOT_RESULT": str(result),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": str(ROOT),
    }
    script = Path(__file__).parent / "neovim.lua"
    command = [NEOVIM or "", "--headless", "-u", "NONE", "-n", "-S", str(script)]
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
