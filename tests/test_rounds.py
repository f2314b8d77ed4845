"""Chains of renames are followed to their end, however long."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from ssot_lint.cache.memory import FOLDER, Memory
from ssot_lint.cache.store import Store
from ssot_lint.engine import run
from ssot_lint.links import rounds
from ssot_lint.model.options import Profile, RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import workspace
from ssot_lint.sources.disk import Disk

SETTINGS = '[contracts.hub]\ncanonical = "app.hub.Hub"\n'
LENGTH = 40


def write(folder: Path, **files: str) -> None:
    """The settings, the class, and further modules of the package."""
    (folder / "app").mkdir()
    (folder / "ssot-lint.toml").write_text(SETTINGS)
    for name, text in {"hub": "class Hub:\n    pass\n", **files}.items():
        (folder / f"app/{name}.py").write_text(text)


def codes(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in run.check(workspace.load(folder / "ssot-lint.toml", codes=CODES)).findings:
        found.setdefault(one.path, []).append(one.code)
    return found


@pytest.mark.parametrize(
    "link",
    [
        "from app.m{0} import N{0} as N{1}\n",
        "from app.m{0} import N{0}\n\nN{1} = N{0}\n",
        "import app.m{0}\n\nN{1} = app.m{0}.N{0}\n",
        "from .m{0} import N{0} as N{1}\n",
    ],
)
def test_each_link_of_a_long_chain_is_found(tmp_path: Path, link: str) -> None:
    links = {f"m{number}": link.format(number - 1, number) for number in range(1, LENGTH)}
    write(tmp_path, m0="from app.hub import Hub as N0\n", **links)
    found = codes(tmp_path)
    assert found.keys() == {f"app/m{number}.py" for number in range(LENGTH)}


def test_circles_come_to_an_end(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="from app.b import B as A\nfrom app.hub import Hub as H\n",
        b="from app.a import A as B, H as I\nfrom app.c import J\n",
        c="from app.b import I as J\nfrom app.c import J as J\n",
    )
    assert codes(tmp_path).keys() == {"app/a.py", "app/b.py", "app/c.py"}


def test_a_run_that_begins_anew_asks_all_files(tmp_path: Path) -> None:
    """Where less is told than in the last run, nothing that was learned then is taken for granted."""
    write(
        tmp_path,
        shim="from app.hub import Hub as Old\n",
        a="from app.shim import Old\n\nHUB = Old()\n",
        b="from app.hub import Hub as Hall\n",
    )
    (tmp_path / "ssot-lint.toml").write_text('singletons = "all"\n' + SETTINGS)
    settings = workspace.load(tmp_path / "ssot-lint.toml", codes=CODES)
    run.check(settings, how=RunOptions(1, cache=True))
    (tmp_path / "app/b.py").write_text("Hall = 1\n")
    warm = run.check(settings, how=RunOptions(1, cache=True)).findings
    assert warm
    assert warm == run.check(settings, how=RunOptions(1)).findings


def test_only_files_that_may_reach_a_learned_name_are_looked_through_for_it(tmp_path: Path) -> None:
    far = {f"far{number}": "import elsewhere\n" for number in range(4)}
    write(tmp_path, shim="from app.hub import Hub as Hall\n", user="from app.shim import Hall\n", **far)
    told: list[tuple[str, int, int]] = []
    how = RunOptions(1, progress=lambda stage, done, of: told.append((stage, done, of)))
    found = run.check(workspace.load(tmp_path / "ssot-lint.toml", codes=CODES), how=how).findings
    assert {one.path for one in found} == {"app/shim.py", "app/user.py"}
    # All seven for the contract's names, of which its own home is parsed at once. Then what may hand the class on, and
    # for `Hall` those that mention `shim`.
    assert told == [("index", 0, 6), ("index", 0, 1), ("index", 0, 1), ("index", 0, 1), ("check", 0, 3)]


@pytest.mark.parametrize("folder", ["app", "tests"])
def test_files_from_which_nobody_takes_anything_are_parsed_once(folder: str, tmp_path: Path) -> None:
    users = {
        f"{folder}/part_{number}": f"from {folder}.base import Hall\nfrom app.hub import Hub\n\nPAIR = Hall, Hub\n"
        for number in range(5)
    }
    base = "from app.hub import Hub as Hall\n"
    (tmp_path / "app").mkdir()
    (tmp_path / "tests").mkdir(exist_ok=True)
    (tmp_path / "ssot-lint.toml").write_text(SETTINGS)
    for name, text in {"app/hub": "class Hub:\n    pass\n", f"{folder}/base": base, **users}.items():
        (tmp_path / f"{name}.py").write_text(text)
    profile = Profile()
    settings = workspace.load(tmp_path / "ssot-lint.toml", codes=CODES)
    found = run.check(settings, how=RunOptions(1, profile=profile)).findings
    assert {one.path for one in found} >= {f"{folder}/base.py"}
    assert profile.counts["parsed"] == len(users) + 2


def test_of_which_modules_an_edited_file_speaks_is_asked_once(tmp_path: Path) -> None:
    far = {f"far{number}": "import elsewhere\n" for number in range(4)}
    write(tmp_path, shim="from app.hub import Hub\n", user="from app.shim import Hub\n", **far)
    told: list[tuple[str, int, int]] = []
    how = RunOptions(1, cache=True, progress=lambda stage, done, of: told.append((stage, done, of)))
    settings = workspace.load(tmp_path / "ssot-lint.toml", codes=CODES)
    run.check(settings, how=how)
    (tmp_path / "app/far0.py").write_text("import elsewhere as other\n")
    (tmp_path / "app/shim.py").write_text("from app.hub import Hub as Hall\n")
    (tmp_path / "app/user.py").write_text("from app.shim import Hall as Room\n")
    told.clear()
    run.check(settings, how=how)
    # Once these three have said of which modules they speak, they are not looked through for every further name.
    assert told == [("index", 0, 3), ("index", 0, 1), ("check", 0, 2)]


@pytest.mark.parametrize("edit", ["# typed\n", "from app.old import Deep\n"])
def test_which_files_others_need_is_known_after_an_edit(edit: str, tmp_path: Path) -> None:
    """Also where links read what they have read before, so that nobody asks the facts of all files again."""
    write(
        tmp_path,
        kin="from app.hub import Hub as Kin\n",
        old="from app.kin import Kin as Deep\n",
        user="from app.old import Deep\n\nhub = Deep()\n",
        other="Hub = 1\n",
    )
    settings = workspace.load(tmp_path / "ssot-lint.toml", codes=CODES)
    run.check(settings, how=RunOptions(workers=1, cache=True))
    with (tmp_path / "app/user.py").open("a") as file:
        file.write(edit)

    def plain(store: Store) -> set[str]:
        memory = Memory(settings, Disk(str(tmp_path)), store)
        memory.look(lambda questions, data: False)
        with contextlib.closing(store):
            return rounds.build(settings, memory, {}, RunOptions(workers=1)).plain

    anew = plain(Store(None))
    assert "app/other.py" in anew
    assert "app/hub.py" not in anew, "a shim needs to know what it holds"
    assert plain(Store(str(tmp_path / FOLDER))) == anew
