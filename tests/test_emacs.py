"""The server in a real editor: Emacs with Eglot, without a screen."""

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
EMACS = shutil.which("emacs")
EGLOT = Path("/usr/share/emacs/site-lisp/elpa-src")


@pytest.mark.slow
@pytest.mark.skipif(
    EMACS is None or not [*EGLOT.glob("eglot-*")],
    reason="Emacs with Eglot is not installed (Debian: apt install emacs-nox elpa-eglot)",
)
def test_emacs_sees_what_is_not_saved(tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "chat"
    shutil.copytree(ROOT / "examples" / "chat", folder, ignore=shutil.ignore_patterns(".ssot_lint_cache"))
    result = tmp_path / "result.json"
    variables = {
        "SSOT_COMMAND": json.dumps([sys.executable, "-m", "ssot_lint", "server"]),
        "SSOT_FOLDER": str(folder),
        "SSOT_FILE": str(folder / "chat" / "notifier.py"),
        "SSOT_RESULT": str(result),
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    ran = subprocess.run(
        [EMACS or "", "-q", "--batch", "-l", str(Path(__file__).parent / "eglot.el")],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.is_file(), ran.stderr
    seen = json.loads(result.read_text())
    before = [(3, "SOT103"), (7, "SOT104"), (10, "SOT201"), (10, "SOT301")]
    assert shown(seen["first"]) == before
    assert shown(seen["second"]) == [(1, "SOT101"), *((line + 1, code) for line, code in before)]
    assert "Exempt this SOT101 alias-import with a reason" in seen["actions"]


def shown(diagnostics: list[dict[str, object]]) -> list[tuple[object, str]]:
    """Lines and codes, of texts as in `ssot-lint [SOT103]: …`."""
    return sorted((one["line"], str(one["text"]).partition("[")[2][:6]) for one in diagnostics)
