"""A package from outside adds a kind of contract and a rule: one record, one page and one function."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "plugins.md"
TOY = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0].replace("acme_rules", "toy")
"""The example of the page: a kind, a rule and its page."""

SETTINGS = """\
plugins = ["toy-rules"]
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make"]
[contracts.old]
kind = "frozen"
canonical = "app.old.Old"
reason = "it goes in spring"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages, with the toy among them."""
    site = tmp_path / "site"
    info = site / "toy_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "toy.py").write_text(TOY)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ssot_lint.rules]\ntoy-rules = toy:PLUGIN\nbroken = nowhere:PLUGIN\n"
    )
    return site


@pytest.fixture
def project(tmp_path: Path) -> Path:
    app = tmp_path / "project" / "app"
    app.mkdir(parents=True)
    (app / "__init__.py").write_text("")
    (app / "hub.py").write_text("class Hub: ...\ndef make(): return Hub()\n")
    (app / "old.py").write_text("class Old: ...\n")
    (app / "user.py").write_text("from app.hub import Hub\nfrom app.facade import Old\nhub = Hub()\n")
    (app / "facade.py").write_text("from app.old import Old\n")
    (app.parent / "ssot-lint.toml").write_text(SETTINGS)
    return app.parent


def lint(project: Path, site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ssot_lint", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
    )


def test_a_kind_and_a_rule_come_from_outside(project: Path, site: Path) -> None:
    assert len(TOY.splitlines()) < 40
    done = lint(project, site, "check", "--format", "concise")
    lines = [line.split(" ", 2)[:2] for line in done.stdout.splitlines() if "SOT8" in line]
    assert lines == [["app/facade.py:1:21:", "SOT801"], ["app/user.py:2:24:", "SOT801"]], (
        done.stdout + done.stderr
    )
    assert "SOT301" in done.stdout
    assert done.returncode == 1
    # From memory, and with the chain to the statement.
    assert lint(project, site, "check", "--format", "concise").stdout == done.stdout
    alone = lint(project, site, "check", "--select", "SOT8").stdout
    assert "app/facade.py:1 from app.old import Old" in alone


def test_its_rule_is_known_wherever_rules_are_named(project: Path, site: Path) -> None:
    assert "must not be imported in further places" in lint(project, site, "explain", "SOT801").stdout
    assert "frozen-import" in lint(project, site, "rules").stdout
    (project / "ssot-lint.toml").write_text(f'ignore = ["frozen-import"]\n{SETTINGS}')
    assert "SOT801" not in lint(project, site, "check", "--format", "concise").stdout


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("toy-ruls", "is no plugin: no installed package has an entry point of this name"),
        ("broken", "cannot be loaded: ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_a_mistake_in_the_settings(
    name: str, problem: str, project: Path, site: Path
) -> None:
    (project / "ssot-lint.toml").write_text(SETTINGS.replace("toy-rules", name))
    done = lint(project, site, "check")
    assert done.returncode == 2
    assert f"ssot-lint.toml:1: plugins[0]: `{name}` {problem}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_kind_tells_which_keys_it_needs(project: Path, site: Path) -> None:
    (project / "ssot-lint.toml").write_text(SETTINGS.replace('canonical = "app.old.Old"\n', ""))
    done = lint(project, site, "check")
    assert done.returncode == 2
    assert "contracts.old: needs `canonical`: the path of the symbol" in done.stderr


def test_a_plugin_judges_only_where_it_is_named(project: Path, site: Path) -> None:
    """Also where another project of the same command names it."""
    rule = 'Rule("SOT801", "frozen-import", kind="frozen", module="toy")'
    (site / "toy.py").write_text(TOY.replace(rule, rule.replace('frozen", module', 'class", module')))
    other = project.parent / "other"
    shutil.copytree(project, other)
    plain = SETTINGS.partition("[contracts.old]")[0]
    (project / "ssot-lint.toml").write_text(plain)
    (other / "ssot-lint.toml").write_text(plain.replace('plugins = ["toy-rules"]\n', ""))
    done = lint(project.parent, site, "check", "--format", "concise", "project", "other")
    flagged = [line.partition(":")[0] for line in done.stdout.splitlines() if "SOT801" in line]
    assert flagged == ["project/app/user.py"], done.stdout + done.stderr
    assert "other/app/user.py" in done.stdout
