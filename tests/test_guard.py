"""``ssot-lint guard``: a contract without findings leaves the baseline, and its former names are retired."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from tests.test_cli import project, run, wrong

SETTINGS = """\
# ours
[project]
name = "shop"  # kept

[tool.ssot-lint]
baseline = "base.txt"  # shrinks

[tool.ssot-lint.contracts.hub]
# where most take it from
canonical = "app.hub.Hub"
retired = ["OldHub"]  # since 2.0
reason = "one hub"

[tool.ssot-lint.contracts.env]
kind = "gateway"
primitives = ["os.getenv"]  # and no other
home = ["app.env"]

[tool.other]
a = 1  # last
"""
SICK = {
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    pass\n\n\nOldHub = Hub\n",
    "app/alias.py": "from app.hub import Hub\n\nPostHub = Hub\n",
    "app/user.py": "from app.alias import PostHub, Hub\n\nprint(PostHub, Hub)\n",
    "app/env.py": "import os\n\nprint(os.getenv('A'))\n",
    "app/read.py": "import os\n\nprint(os.getenv('A'))\n",
}
HEALED = {
    "app/hub.py": "class Hub:\n    pass\n",
    "app/alias.py": "",
    "app/user.py": "from app.hub import Hub\n\nprint(Hub)\n",
}


@pytest.fixture
def sick(tmp_path: Path) -> Path:
    """A project whose findings are in its baseline."""
    folder = project(tmp_path / "shop", {"pyproject.toml": SETTINGS, **SICK})
    made = run("baseline", "create", "--file", "base.txt", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def healed(sick: Path) -> Path:
    return project(sick, HEALED)


def state(folder: Path) -> tuple[str, str]:
    return (folder / "pyproject.toml").read_text(), (folder / "base.txt").read_text()


def retired(folder: Path) -> tuple[str, ...]:
    contracts = loading.load(folder / "pyproject.toml", codes=CODES).contracts
    return next(one for one in contracts if one.name == "hub").named("retired")


def test_while_findings_are_left_nothing_is_written(sick: Path) -> None:
    before = state(sick)
    result = run("guard", "hub", cwd=sick)
    assert result.returncode == 1
    assert result.stdout.startswith("hub: 5 findings are left (")
    assert "nothing was written" in result.stdout
    assert state(sick) == before


def test_the_end_of_a_migration(healed: Path) -> None:
    result = run("guard", "hub", "--reason", "one name is enough", cwd=healed)
    assert result.returncode == 0, result.stderr
    settings, base = state(healed)
    assert " hub " not in base
    assert " env " in base
    assert retired(healed) == ("OldHub", "PostHub", "app.alias.Hub")
    note = f"# retired {datetime.date.today().isoformat()}: one name is enough"
    for name in ("OldHub", "PostHub", "app.alias.Hub"):
        assert f'    "{name}", {note}' in settings.replace('",  #', '", #')
    for line in SETTINGS.splitlines():
        assert line.startswith("retired") or line in settings
    assert "5 entries leave the baseline" in result.stdout
    assert "`ssot-lint init --pre-commit` adds one" in result.stdout
    assert "`ssot-lint init --ci github`" in result.stdout
    assert run("check", cwd=healed).returncode == 0


def test_what_is_retired_is_found_again(healed: Path) -> None:
    run("guard", "hub", cwd=healed)
    project(healed, {"app/late.py": "class PostHub:\n    pass\n"})
    assert "SOT103" in run("check", cwd=healed).stdout


def test_twice_changes_nothing(healed: Path) -> None:
    run("guard", "hub", cwd=healed)
    before = state(healed)
    result = run("guard", "hub", cwd=healed)
    assert (result.returncode, state(healed)) == (0, before)
    assert "have anything to change" in result.stdout


def test_a_name_that_something_else_bears_is_not_retired(healed: Path) -> None:
    project(healed, {"app/other.py": "class PostHub:\n    pass\n"})
    result = run("guard", "hub", cwd=healed)
    assert "not retired, as something else in the project bears the name: PostHub" in result.stdout
    assert retired(healed) == ("OldHub", "app.alias.Hub")


def test_a_dry_run_writes_nothing(healed: Path) -> None:
    before = state(healed)
    result = run("guard", "hub", "--dry-run", cwd=healed)
    assert (result.returncode, state(healed)) == (0, before)
    assert '+    "PostHub"' in result.stdout


def test_another_kind_leaves_the_baseline_alone_in_the_settings(healed: Path) -> None:
    project(healed, {"app/read.py": ""})
    before = state(healed)[0]
    result = run("guard", "env", cwd=healed)
    assert result.returncode == 0
    settings, base = state(healed)
    assert settings == before
    assert " env " not in base
    assert " hub " in base


def test_hooks_and_pipelines_that_are_there_are_named(healed: Path) -> None:
    project(
        healed,
        {
            ".pre-commit-config.yaml": "repos: [{repo: local, hooks: [{id: ssot-lint}]}]\n",
            ".github/workflows/a.yml": "run: ssot-lint check\n",
        },
    )
    (healed / ".git").mkdir()
    text = run("guard", "hub", cwd=healed).stdout
    assert "the hook in .pre-commit-config.yaml keeps it so" in text
    assert "CI keeps it so: .github/workflows/a.yml runs ssot-lint" in text


def test_wrong_words(healed: Path) -> None:
    before = state(healed)
    assert "no contract is called `hubb`; did you mean `hub`?" in wrong("guard", "hubb", cwd=healed)[0]
    (healed / "base.txt").write_text("nonsense\n")
    assert wrong("guard", "hub", cwd=healed)
    (healed / "pyproject.toml").unlink()
    assert "no settings apply" in wrong("guard", "hub", cwd=healed)[0]
    assert before


def test_a_settings_file_of_its_own(healed: Path) -> None:
    text = SETTINGS[SETTINGS.index("[tool.ssot-lint]") : SETTINGS.index("[tool.other]")]
    own = text.replace("[tool.ssot-lint]\n", "").replace("tool.ssot-lint.", "")
    (healed / "ssot-lint.toml").write_bytes(own.replace("\n", "\r\n").encode())
    (healed / "pyproject.toml").unlink()
    assert run("guard", "hub", cwd=healed).returncode == 0
    data = (healed / "ssot-lint.toml").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert b"# and no other" in data
    (hub, _) = loading.load(healed / "ssot-lint.toml", codes=CODES).contracts
    assert hub.named("retired") == ("OldHub", "PostHub", "app.alias.Hub")
