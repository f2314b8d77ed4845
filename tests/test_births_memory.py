"""What is remembered of commits: births are the same with it and without it, and only new commits are looked at."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.facts.extract import extract
from ssot_lint.model.facts import Facts
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.settings.settings import Settings
from ssot_lint.tracking import births as looking
from ssot_lint.tracking import history
from ssot_lint.tracking.progress import History
from tests.migration import HUB, SETTINGS, Repository, git

Told = Callable[[str], History]


def settings_of(made: Repository) -> Settings:
    return loading.parse(SETTINGS.encode(), made.root / "ssot-lint.toml", codes=CODES)


def teller(made: Repository, folder: Path | None) -> Told:
    """What is told of a commit: with a folder what is remembered there helps."""

    def told(commit: str) -> History:
        how = RunOptions(1, cache=folder is not None, folder=str(folder) if folder is not None else None)
        asked = history.commits_of(made.root, f"{made.ids['first']}..{commit}")
        return history.history(settings_of(made), ["hub"], asked, 1, how)

    return told


ALIASES = [
    "OldHub = Hub",
    "OldHub = make(Hub)",
    "def f():\n    OldHub = Hub\n    return OldHub",
    "def (:",
    "",
]
"""What a version of a file may have in it."""


@pytest.fixture(params=range(6))
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    """A history in which an alias comes and goes, moves with its file, and comes by merges."""
    drawn = random.Random(request.param)
    found = Repository(tmp_path / "r")
    found.commit("first", {"app/__init__.py": "", "app/hub.py": HUB})
    names = ["app/one.py", "app/two.py"]
    for number in range(7):
        what = drawn.choice(["change", "change", "change", "move", "merge", "other"])
        path = drawn.choice(names)
        there = [one for one in names if (found.root / one).exists()]
        if what == "merge":
            git(found.root, "checkout", "-qb", f"side{number}")
            found.commit(f"side{number}", {path: version(drawn)})
            git(found.root, "checkout", "-q", "main")
            found.commit(f"main{number}", {"app/other.py": f"x = {number}\n"})
            found.merge(f"c{number}", f"side{number}")
        elif what == "move" and there:
            git(found.root, "mv", there[0], f"app/moved{number}.py")
            names.append(f"app/moved{number}.py")
            found.commit(f"c{number}", {"app/other.py": f"x = {number}\n"})
        elif what == "other":
            found.commit(f"c{number}", {"app/other.py": f"x = {number}\n"})
        else:
            found.commit(f"c{number}", {path: f"# {number}\n{version(drawn)}"})
    return found


def version(drawn: random.Random) -> str:
    return "from app.hub import Hub\n\n\n" + f"{drawn.choice(ALIASES)}\n" * drawn.choice([1, 1, 2])


def test_births_are_the_same_with_and_without_memory(made: Repository, tmp_path: Path) -> None:
    anew, again = teller(made, None), teller(made, tmp_path / "cache")
    for number in (1, 3, 4, 6, 2, 6):
        commit = made.ids[f"c{number}"]
        assert again(commit).births == anew(commit).births


@pytest.fixture
def grown(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "r")
    found.commit("first", {"app/__init__.py": "", "app/hub.py": HUB})
    for name in ("one", "two"):
        for number in range(3):
            found.commit(
                f"{name}{number}",
                {f"app/{name}.py": f"# {number}\nfrom app.hub import Hub\n\nOldHub = Hub\n"},
            )
    return found


def test_a_second_run_looks_at_nothing_again(
    grown: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = teller(grown, tmp_path / "cache")
    first = again("HEAD")
    assert [one.commit for one in first.of("hub")] == [grown.ids["one0"], grown.ids["two0"]]

    def never(*given: object, **named: object) -> None:
        raise AssertionError("it is looked at again")

    monkeypatch.setattr(looking, "extract", never)
    monkeypatch.setattr(history, "surveyed", never)
    assert again("HEAD") == first


def test_new_commits_alone_are_looked_at(
    grown: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = teller(grown, tmp_path / "cache")
    again("HEAD")
    grown.commit("late", {"app/two.py": "# late\nfrom app.hub import Hub\n\nOldHub = Hub\n"})
    looked: list[bytes] = []

    def noted(data: bytes, asked: frozenset[str]) -> Facts:
        looked.append(data)
        return extract(data, asked)

    monkeypatch.setattr(looking, "extract", noted)
    assert [one.commit for one in again("HEAD").of("hub")] == [grown.ids["one0"], grown.ids["two0"]]
    assert [data[:6] for data in looked] == [b"# late"]


def test_damage_is_made_good(grown: Repository, tmp_path: Path) -> None:
    again = teller(grown, tmp_path / "cache")
    first = again("HEAD")
    for file in (tmp_path / "cache").iterdir():
        data = bytearray(file.read_bytes())
        for place in range(0, len(data), 7):
            data[place] ^= 0x5A
        file.write_bytes(bytes(data))
    assert again("HEAD") == first


def test_other_settings_are_another_matter(grown: Repository, tmp_path: Path) -> None:
    again = teller(grown, tmp_path / "cache")
    assert again("HEAD").of("hub")
    asked = history.commits_of(grown.root, f"{grown.ids['first']}..HEAD")
    other = SETTINGS.replace("app.hub.Hub", "app.hub.Other")
    assert other != SETTINGS
    found = loading.parse(other.encode(), grown.root / "ssot-lint.toml", codes=CODES)
    how = RunOptions(1, cache=True, folder=str(tmp_path / "cache"))
    assert history.history(found, ["hub"], asked, 1, how).of("hub") == ()
