"""``ssot-lint track --history``: samples of a range, and the births of aliases, compared with what git says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.sources.ancestry import CommitEntry
from ssot_lint.tracking.history import spread
from tests.migration import HUB, SETTINGS, Repository, git, put, track
from tests.test_cli import run

LEGACY = "from app.hub import Hub as LegacyHub\n"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Aliases that are born, die, come back, move to another file, and come by a merge. There are settings only in the
    end."""
    made = Repository(tmp_path_factory.mktemp("history") / "r")
    made.commit("hub", {"app/__init__.py": "", "app/hub.py": HUB})
    made.commit("old", {"app/old.py": "from app.hub import Hub\n\nOldHub = Hub\n"})
    made.commit("user", {"app/user.py": "from app.old import OldHub\n\nx = OldHub\n"})
    made.commit("legacy", {"app/legacy.py": LEGACY})
    made.commit("gone", {"app/legacy.py": None})
    made.commit("again", {"app/legacy.py": f'"""Kept."""\n\n{LEGACY}'})
    git(made.root, "mv", "app/old.py", "app/compat.py")
    made.commit("move", {"app/user.py": "from app.compat import OldHub\n\nx = OldHub\n"})
    git(made.root, "checkout", "-qb", "side")
    made.commit("side", {"app/side.py": "from app.hub import Hub\n\nSideHub = Hub\n"})
    made.commit("side two", {"app/side.py": "# more\nfrom app.hub import Hub\n\nSideHub = Hub\n"})
    git(made.root, "checkout", "-q", "main")
    made.commit("main", {"app/user.py": "from app.compat import OldHub\n\ny = OldHub\n"})
    made.merge("merge", "side")
    made.commit("late", {"app/late.py": "from app import hub\n\n\nclass Late:\n    Inner = hub.Hub\n"})
    made.commit(
        "settings",
        {"ssot-lint.toml": SETTINGS, "app/compat.py": "# moved\nfrom app.hub import Hub\n\nOldHub = Hub\n"},
    )
    return made


@pytest.fixture(scope="module")
def told(repository: Repository) -> dict[str, Any]:
    return track(repository.root, "--history", f"{repository.ids['hub']}..HEAD")


def alias(told: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in told["aliases"] if one["name"] == name]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("name", "path", "line", "commit"),
    [
        ("OldHub", "app/old.py", 3, "old"),
        ("LegacyHub", "app/legacy.py", 3, "again"),
        ("Inner", "app/late.py", 5, "late"),
    ],
)
def test_a_birth_is_exact(
    name: str, path: str, line: int, commit: str, told: dict[str, Any], repository: Repository
) -> None:
    assert alias(told, name) == {
        "name": name,
        "path": path,
        "line": line,
        "commit": repository.ids[commit],
        "date": repository.date(commit),
    }


def test_git_says_the_same(told: dict[str, Any], repository: Repository) -> None:
    for name, text in (
        ("OldHub", "OldHub = Hub"),
        ("LegacyHub", "as LegacyHub"),
        ("Inner", "Inner = hub.Hub"),
    ):
        found = git(repository.root, "log", "--first-parent", "--format=%H %aI", f"-S{text}").splitlines()
        # The newest commit that has brought it, and not the one that moved its file.
        brought = [one for one in found if name in git(repository.root, "show", "--format=", one[:40])]
        assert f"{alias(told, name)['commit']} {alias(told, name)['date']}" in brought


def test_a_merge_is_the_birth_and_the_original_stands_beside_it(
    told: dict[str, Any], repository: Repository
) -> None:
    assert alias(told, "SideHub") == {
        "name": "SideHub",
        "path": "app/side.py",
        "line": 4,
        "commit": repository.ids["merge"],
        "date": repository.date("merge"),
        "original": repository.ids["side"],
    }


def test_samples_are_the_first_parents_of_the_range(told: dict[str, Any], repository: Repository) -> None:
    words = ("rev-list", "--first-parent", "--reverse", f"{repository.ids['hub']}..HEAD")
    assert [one["commit"] for one in told["history"]] == git(repository.root, *words).splitlines()
    assert all(set(one) == {"commit", "findings"} for one in told["history"])


def test_todays_settings_judge_the_past(told: dict[str, Any], repository: Repository) -> None:
    found = {one["commit"]: one["findings"] for one in told["history"]}
    (now,) = told["contracts"]
    assert found[repository.ids["settings"]] == sum(step["findings"] for step in now["steps"])
    # The alias, then who imports it and names it anew, then another one that comes and goes.
    numbers = [found[repository.ids[name]] for name in ("old", "user", "legacy", "gone", "again", "move")]
    assert numbers == [1, 3, 4, 3, 4, 4]


@pytest.mark.parametrize(("most", "places"), [(1, [9]), (2, [0, 9]), (4, [0, 3, 6, 9]), (20, [*range(10)])])
def test_samples_are_spread_over_the_range(most: int, places: list[int]) -> None:
    commits = [CommitEntry(str(number), (), "") for number in range(10)]
    assert [int(one.id) for one in spread(commits, most)] == places


def test_at_most_so_many_samples_and_each_is_remembered(repository: Repository) -> None:
    words = ("track", "--history", f"{repository.ids['hub']}..HEAD", "--samples", "3", "--format", "json")
    first = run(*words, cwd=repository.root)
    again = run(*words, cwd=repository.root)
    assert first.stdout == again.stdout
    assert len(json.loads(first.stdout)["history"]) == 3


def test_people_see_bars_and_births(repository: Repository) -> None:
    words = ("track", "--history", f"{repository.ids['hub']}..HEAD", "--samples", "2", "--no-cache")
    text = run(*words, cwd=repository.root).stdout
    assert f"    {repository.ids['old'][:10]} 2024-01-02      1 #" in text
    assert (
        f"    OldHub in app/old.py:3: 2024-01-02, {repository.ids['old'][:10]}, today in app/compat.py"
        in text
    )
    assert f"first in {repository.ids['side'][:10]} on a side branch" in text


@pytest.mark.parametrize(
    ("range", "said"),
    [
        ("HEAD..HEAD", "no commit lies in `HEAD..HEAD`"),
        ("HEAD..HEAD~2", "no commit lies in `HEAD..HEAD~2`; did you mean `HEAD~2..HEAD`?"),
        ("HEAD...main", "is no range: write OLD..NEW"),
        ("mian..HEAD", "there is no commit `mian`; did you mean `main`?"),
        ("HEAD..--output=x", "cannot name a commit"),
    ],
)
def test_a_range_that_is_none(range: str, said: str, repository: Repository) -> None:
    done = run("track", "--history", range, cwd=repository.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ssot-lint: --history: ")
    assert said in done.stderr


def test_a_shallow_clone_does_not_claim_what_it_cannot_know(repository: Repository, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "3", f"file://{repository.root}", "shallow")
    root = tmp_path / "shallow"
    done = run("track", "--history", "HEAD~1..HEAD", "--format", "json", "--no-cache", cwd=root)
    found = json.loads(done.stdout)
    assert alias(found, "OldHub")["commit"] is None
    assert alias(found, "Inner")["commit"] == repository.ids["late"]
    assert "this clone is shallow" in done.stderr


def test_a_project_below_the_top_and_a_copy_that_is_no_rename(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    made.commit("first", {"sub/ssot-lint.toml": SETTINGS, "sub/app/__init__.py": "", "sub/app/hub.py": HUB})
    made.commit("one", {"sub/app/a.py": LEGACY})
    made.commit("two", {"sub/app/b.py": LEGACY})
    found = track(made.root / "sub", "--history", "HEAD~1..HEAD")
    assert [(one["path"], one["commit"]) for one in found["aliases"]] == [
        ("app/a.py", made.ids["one"]),
        ("app/b.py", made.ids["two"]),
    ]


def test_a_version_that_does_not_parse_ends_no_life(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    start = {"ssot-lint.toml": SETTINGS, "app/__init__.py": "", "app/hub.py": HUB}
    made.commit("first", {**start, "app/a.py": LEGACY})
    made.commit("broken", {"app/a.py": f"{LEGACY}def f(:\n"})
    made.commit("mended", {"app/a.py": f"{LEGACY}\n\ndef f():\n    pass\n"})
    made.commit("born broken", {"app/b.py": f"{LEGACY}def f(:\n"})
    made.commit("born", {"app/b.py": LEGACY})
    found = track(made.root, "--history", "HEAD~1..HEAD")["aliases"]
    assert [(one["path"], one["commit"]) for one in found] == [
        ("app/a.py", made.ids["first"]),
        ("app/b.py", made.ids["born"]),
    ]


def test_what_had_the_name_before_was_no_alias(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    made.commit(
        "class",
        {"ssot-lint.toml": SETTINGS, "app/__init__.py": "", "app/old.py": "class OldHub:\n    pass\n"},
    )
    made.commit("other", {"app/hub.py": HUB, "app/old.py": "class Other:\n    pass\n\n\nOldHub = Other\n"})
    made.commit("none", {"app/old.py": "OldHub = None\n"})
    made.commit("alias", {"app/old.py": "from app.hub import Hub\n\nOldHub = Hub\n"})
    made.commit("way", {"app/old.py": "import app.hub\n\nOldHub = app.hub.Hub\n"})
    found = track(made.root, "--history", "HEAD~2..HEAD")
    assert alias(found, "OldHub")["commit"] == made.ids["alias"]


def test_aliases_in_functions_are_told_apart_and_followed_when_these_are_renamed(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    one = "from app.hub import Hub\n\n\ndef f():\n    H = Hub\n    return H\n"
    start = {"ssot-lint.toml": SETTINGS, "app/__init__.py": "", "app/hub.py": HUB}
    made.commit("first", {**start, "app/a.py": one, "app/b.py": one})
    made.commit("second", {"app/a.py": f"{one}\n\ndef g():\n    H = Hub\n    return H\n"})
    made.commit("rename", {"app/b.py": one.replace("def f", "def h")})
    found = track(made.root, "--history", "HEAD~1..HEAD")["aliases"]
    assert [(one["path"], one["commit"]) for one in found] == [
        ("app/a.py", made.ids["first"]),
        ("app/a.py", made.ids["second"]),
        ("app/b.py", made.ids["first"]),
    ]


def test_a_name_of_the_module_that_a_function_binds(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    made.commit("first", {"ssot-lint.toml": SETTINGS, "app/__init__.py": "", "app/hub.py": HUB})
    text = "from app.hub import Hub\n\n\ndef install():\n    global Late\n    Late = Hub\n    globals()['Key'] = Hub\n"
    made.commit("born", {"app/late.py": text})
    made.commit("later", {"app/late.py": text.replace("def install", "def set_up")})
    found = track(made.root, "--history", "HEAD~1..HEAD")["aliases"]
    assert {(one["name"], one["commit"]) for one in found} == {
        ("Late", made.ids["born"]),
        ("Key", made.ids["born"]),
    }


def test_names_are_those_that_python_reads(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    made.commit("first", {"ssot-lint.toml": SETTINGS, "app/__init__.py": "", "app/hub.py": HUB})
    latin = "# -*- coding: latin-1 -*-\nfrom app.hub import Hub as Caf\u00e9\n".encode("latin-1")
    (made.root / "app/latin.py").write_bytes(latin)
    made.commit("born", {"app/wide.py": "from app.hub import Hub as \ufb01sh\n"})
    made.commit("later", {"app/wide.py": "# more\nfrom app.hub import Hub as \ufb01sh\n"})
    found = track(made.root, "--history", "HEAD~1..HEAD")["aliases"]
    assert [(one["name"], one["commit"]) for one in found] == [
        ("Caf\u00e9", made.ids["born"]),
        ("fish", made.ids["born"]),
    ]


def test_a_clone_without_old_contents_claims_no_birth(repository: Repository, tmp_path: Path) -> None:
    git(repository.root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{repository.root}", "partial")
    found = track(tmp_path / "partial", "--history", "HEAD~1..HEAD")
    assert alias(found, "OldHub")["commit"] is None
    assert alias(found, "LegacyHub")["commit"] == repository.ids["again"]


def test_a_plot_has_the_names_of_the_contracts() -> None:
    pytest.importorskip("plotext", reason="plotext is not installed: extra `track`")
    from ssot_lint.report.tracks import plot
    from ssot_lint.tracking.progress import History, Sample

    samples = tuple(Sample(str(day), f"2024-01-0{day}T", (("hub", day),)) for day in range(1, 5))
    text = plot.render(History(samples, ()), ["hub"], 80, colour=False)
    assert text is not None
    assert "hub" in text
    assert "2024-01-04" in text
    assert "\x1b" not in text
    assert plot.render(History(samples[:1], ()), ["hub"], 80, colour=False) is None


def test_what_is_not_committed_is_in_no_history(repository: Repository, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", f"file://{repository.root}", "copy")
    root = tmp_path / "copy"
    put(root, {"app/fresh.py": "from app.hub import Hub as FreshHub\n"})
    found = track(root, "--history", "HEAD~1..HEAD")
    assert "FreshHub" not in [one["name"] for one in found["aliases"]]
    assert {"path": "app/fresh.py", "name": "FreshHub", "importers": 0} in found["contracts"][0]["shims"]
