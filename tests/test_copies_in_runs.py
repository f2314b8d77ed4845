"""SOT402 in whole runs: what is remembered, what comments and baselines excuse, contracts and members."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli import project, run
from test_copies import RATES, STORE, TABLE, changed
from test_memory import Desk, fine_clock

from ssot_lint.engine import copies
from ssot_lint.engine.report import Report
from ssot_lint.engine.run import check as run_check
from ssot_lint.gather import sketches
from ssot_lint.model.rules import CODES
from ssot_lint.settings import workspace

__all__ = ["fine_clock"]

AMONG_ALL = 'duplicates = "all"\n'
HUB = '[contracts.store]\ncanonical = "app.store.Store"\n'
USE = "from app.store import Store\n\n\ndef make() -> Store:\n    return Store(1)\n"
OTHER = changed(STORE, "a fifth changed", 3).replace("class Store", "class Vault")
FILES = {
    "ssot-lint.toml": AMONG_ALL,
    "app/__init__.py": "",
    "app/store.py": STORE,
    "app/use.py": USE,
    "lib/rates.py": RATES,
}


def pairs(report: Report) -> list[tuple[str, str]]:
    return [(f"{one.module}.{one.spelled}", one.symbol) for one in report.findings if one.code == "SOT402"]


@pytest.mark.parametrize("settings", [AMONG_ALL, AMONG_ALL + HUB, HUB + 'duplicates = "similar"\n'])
def test_after_each_edit_the_warm_run_says_what_the_cold_one_does(
    settings: str, tmp_path: Path, fine_clock: None
) -> None:
    desk = Desk(tmp_path, {**FILES, "ssot-lint.toml": settings})
    assert pairs(desk.agrees()) == []
    desk.write("lib/vault.py", OTHER)
    found = pairs(desk.agrees())
    assert ("lib.vault.Vault", "app.store.Store") in found
    assert found == pairs(desk.agrees(jobs=2))
    desk.write("lib/rates.py", RATES + "\n\n" + changed(RATES, "renamed"))
    assert len(pairs(desk.agrees())) == len(found) + 2 * settings.startswith(AMONG_ALL)
    desk.write("lib/rates.py", "")
    assert pairs(desk.agrees()) == found
    desk.write("lib/vault.py", OTHER.replace("class Vault", "class Safe"))
    assert ("lib.vault.Safe", "app.store.Store") in pairs(desk.agrees())
    assert pairs(desk.agrees(buffers={"lib/vault.py": b""})) == []
    desk.write("lib/vault.py", "class Vault(")
    assert pairs(desk.agrees()) == []
    desk.write("lib/vault.py", OTHER)
    (tmp_path / "app" / "store.py").rename(tmp_path / "app" / "shop.py")
    assert pairs(desk.agrees()) == (
        [("app.shop.Store", "lib.vault.Vault"), ("lib.vault.Vault", "app.shop.Store")]
        if settings.startswith(AMONG_ALL)
        else []
    )
    (tmp_path / "lib" / "vault.py").unlink()
    assert pairs(desk.agrees()) == []


def test_a_setting_that_comes_later_parses_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, {**FILES, "lib/vault.py": OTHER})
    desk.check()
    made: list[bytes] = []
    monkeypatch.setattr(sketches, "sketches_of", made.append)
    desk.write("ssot-lint.toml", AMONG_ALL + "similarity = 0.7\n" + HUB)
    assert len(pairs(desk.check())) == 1
    assert made == []


def test_two_that_have_not_changed_are_not_compared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, {**FILES, "lib/vault.py": OTHER})
    found = pairs(desk.check())
    monkeypatch.setattr(copies, "score", lambda one, other: pytest.fail("a comparison"))
    desk.write("lib/more.py", TABLE)
    assert pairs(desk.check()) == found


def test_what_nobody_asks_for_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketches, "sketches_of", lambda data: pytest.fail("a sketch"))
    assert pairs(Desk(tmp_path, {**FILES, "ssot-lint.toml": HUB}).check()) == []


def test_a_part_of_the_project_is_compared_with_the_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {**FILES, "lib/vault.py": OTHER})
    assert pairs(desk.agrees(paths=["lib/vault.py"])) == [("lib.vault.Vault", "app.store.Store")]


COMMENT = "  # ssot: allow[SOT402] another team"


@pytest.mark.parametrize("path", ["app/store.py", "lib/vault.py"])
@pytest.mark.parametrize("settings", [AMONG_ALL, HUB + 'duplicates = "similar"\n'])
def test_a_comment_at_either_end_excuses_a_pair(settings: str, path: str, tmp_path: Path) -> None:
    files = {**FILES, "ssot-lint.toml": settings, "lib/vault.py": OTHER}
    head = "class Store:" if path == "app/store.py" else "class Vault:"
    files[path] = files[path].replace(head, f"{head}{COMMENT}")
    desk = Desk(tmp_path, files)
    assert [one.code for one in desk.agrees().findings] == []
    desk.write("lib/third.py", OTHER.replace("Vault", "Third"))
    found = pairs(desk.agrees())
    if settings == AMONG_ALL:
        other = "app.store.Store" if path == "lib/vault.py" else "lib.vault.Vault"
        assert ("lib.third.Third", other) in found
        assert not {one for pair in found for one in pair} & {
            "lib.vault.Vault" if "vault" in path else "app.store.Store"
        }
    else:
        assert found == ([("lib.third.Third", "app.store.Store")] if path == "lib/vault.py" else [])


def test_one_more_copy_of_what_a_baseline_holds_is_new(tmp_path: Path) -> None:
    settings = 'duplicates = "all"\nbaseline = "ssot-baseline.txt"\n'
    root = project(tmp_path, {**FILES, "ssot-lint.toml": settings, "lib/vault.py": OTHER})
    assert run("baseline", "create", cwd=root).stdout == "ssot-baseline.txt: 2 findings\n"
    assert run("check", cwd=root).returncode == 0
    (root / "lib" / "zero.py").write_text(
        changed(STORE, "a fifth changed", 9).replace("class Store", "class Zero")
    )
    done = run("check", "--format", "concise", cwd=root)
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if "SOT402" in line] == [
        "lib/zero.py"
    ]


def test_what_a_contract_forbids_is_told_once(tmp_path: Path) -> None:
    settings = AMONG_ALL + HUB + 'duplicates = "similar"\n'
    desk = Desk(tmp_path, {**FILES, "ssot-lint.toml": settings, "lib/vault.py": OTHER})
    (one,) = [one for one in desk.agrees().findings if one.path == "lib/vault.py"]
    assert (one.code, one.contract, one.severity) == ("SOT402", "store", "error")
    assert one.message.startswith("`Vault` is a near copy of app.store.Store (8")
    assert [(hop.path, hop.line, hop.text) for hop in one.chain] == [
        ("app/store.py", 4, "app.store.Store is canonical")
    ]
    assert not [one for one in desk.agrees().findings if one.path == "app/store.py"]


def test_why_says_it(tmp_path: Path) -> None:
    root = project(tmp_path, {**FILES, "lib/vault.py": OTHER})
    line = OTHER.splitlines().index("class Vault:") + 1
    told = run("why", f"lib/vault.py:{line}", cwd=root).stdout
    assert "SOT402 near-copy: `Vault` is a near copy of app.store.Store" in told
    assert "app/store.py:4 class Store" in told


def test_members_are_compared_each_by_itself(tmp_path: Path) -> None:
    texts = {
        "ssot-lint.toml": 'members = ["one", "two"]\n',
        "one/ssot-lint.toml": AMONG_ALL,
        "one/a.py": STORE,
        "one/b.py": OTHER,
        "two/a.py": STORE,
        "two/b.py": OTHER,
    }
    Desk(tmp_path, texts)
    settings = workspace.load(tmp_path / "ssot-lint.toml", codes=CODES)
    assert {one.path for one in run_check(settings).findings} == {"one/a.py", "one/b.py"}


def test_a_contract_holds_in_all_members(tmp_path: Path) -> None:
    texts = {
        "ssot-lint.toml": 'members = ["one", "two"]\n',
        "one/ssot-lint.toml": '[contracts.store]\ncanonical = "depot.store.Store"\nduplicates = "similar"\n',
        "one/depot/__init__.py": "",
        "one/depot/store.py": STORE,
        "two/shop/__init__.py": "",
        "two/shop/vault.py": OTHER,
        "two/shop/use.py": USE.replace("app.store", "depot.store"),
    }
    Desk(tmp_path, texts)
    settings = workspace.load(tmp_path / "ssot-lint.toml", codes=CODES)
    found = [(one.path, one.code, one.contract) for one in run_check(settings).findings]
    assert found == [("two/shop/vault.py", "SOT402", "store")]
