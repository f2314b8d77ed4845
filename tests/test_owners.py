"""CODEOWNERS: who owns a path by GitHub's and by GitLab's rules, which file counts, what the command makes of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import FILES, POSIX, findings, project, run, wrong

from ssot_lint.model.errors import Unusable
from ssot_lint.sources import codeowners, codeowners_text

GITHUB = """\
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment by @nobody.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
/apps/gitlab/ @doctocat
with\\ space/ @spacey
"""
"""The manual's own example, nearly, with a name that has a space."""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", "@global-owner1 @global-owner2"),
        ("src/x.js", "@js-owner"),
        ("x.go", "docs@example.com"),
        ("a/b/c.txt", "@octo-org/octocats"),
        ("build/logs.py", "@global-owner1 @global-owner2"),
        ("docs/getting-started.md", "@doctocat"),
        ("x/docs/getting-started.md", "@global-owner1 @global-owner2"),
        ("x/apps/y/z.py", "@octocat"),
        ("scripts/x/y", "@doctocat @octocat"),
        ("deeply/nested/logs/x", "@octocat"),
        ("apps/x.py", "@octocat"),
        ("apps/github/x.py", ""),
        ("apps/github", ""),
        ("apps/githubs", "@octocat"),
        ("apps/gitlab/x", "@doctocat"),
        ("x/with space/y", "@spacey"),
    ],
)
def test_github_by_its_manual(path: str, expected: str) -> None:
    assert codeowners_text.parse(GITHUB, gitlab=False).of(path) == tuple(expected.split())


@pytest.mark.parametrize(
    ("pattern", "fitting", "not_fitting"),
    [
        ("docs/*", ["docs/a.md"], ["docs/b/a.md", "x/docs/a.md"]),
        ("/docs/*.md", ["docs/a.md"], ["docs/b/a.md", "docs/a.rst"]),
        ("docs/**", ["docs/a.md", "docs/b/a.md"], ["docs", "x/docs/a.md"]),
        ("/*", ["a"], ["a/b"]),
        ("*", ["a", "a/b", ".a/.b"], []),
        ("a/**/z", ["a/z", "a/b/c/z", "a/z/below"], ["z", "x/a/z"]),
        ("dir/", ["dir/a", "x/dir/a"], ["dir", "x/dir"]),
        ("?.py", ["a.py", "x/b.py"], ["ab.py"]),
        ("\\*.py", ["*.py"], ["a.py"]),
        ("Makefile", ["Makefile", "x/Makefile"], ["makefile"]),
        ("caf\udce9/", ["caf\udce9/x"], ["cafe/x"]),
    ],
)
def test_patterns_of_github(pattern: str, fitting: list[str], not_fitting: list[str]) -> None:
    known = codeowners_text.parse(f"{pattern} @me\n", gitlab=False)
    assert [path for path in fitting if not known.of(path)] == []
    assert [path for path in not_fitting if known.of(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "[ab].py @me",
        "!a.py @me",
        "\\#a.py @me",
        "***/a.py @me",
        "/ @me",
        "a.py me",
        "a.py @me you",
        "a.py @org/team/more",
    ],
)
def test_lines_that_github_skips_count_for_nothing_and_are_told(line: str) -> None:
    known = codeowners_text.parse(f"*.py @all\n{line}\n", gitlab=False)
    assert known.of("a.py") == ("@all",)
    assert [number for number, _ in known.skipped] == [2]


NAMES = ("a", "b", "ab", "a.py", ".a", "c")
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)
WORDS = st.sampled_from(("a", "b", "ab", "a.py", "c", "*", "**", "?", "*.py", "a*", ".*", "*b"))


@st.composite
def patterns(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS, min_size=1, max_size=4))
    return draw(st.sampled_from(("", "/"))) + "/".join(words) + draw(st.sampled_from(("", "/")))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ignoring")
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    return folder


@settings(deadline=None, max_examples=60)
@given(pattern=patterns(), paths=st.lists(PATHS, min_size=1, max_size=12))
def test_github_agrees_with_git_on_what_a_pattern_covers(
    repository: Path, pattern: str, paths: list[str]
) -> None:
    """But for a last ``/*``: to git it covers folders, to GitHub only files."""
    if pattern.endswith("/*"):
        pattern += "*/x"
    (repository / ".git/info/exclude").write_text(f"{pattern}\n")
    # Each path stands for a file: a made-up name below it would make it a folder.
    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=repository,
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
    )
    assert asked.returncode in (0, 1), asked.stderr
    ignored = {path for path in asked.stdout.decode().split("\0") if path}
    known = codeowners_text.parse(f"{pattern} @me", gitlab=False)
    assert {path for path in paths if known.of(path)} == ignored


GITLAB = """\
* @admin
*.rb @ruby

[README Owners]
README.md @user1 @user2
internal/README.md @user4

[README other owners]
README.md @user3

^[Documentation][2] @docs-team
docs/
/doc/*
/doc/**/*.md @writers not-an-owner
/notes.txt jane@example.com. @@maintainers

[readme owners] @late
CHANGELOG
!/vendor/
/\\#odd\\ name @odd
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x/y.py", "@admin"),
        ("x/y.rb", "@ruby"),
        ("README.md", "@admin @user1 @user2 @user3"),
        ("internal/README.md", "@admin @user4 @user3"),
        ("a/internal/README.md", "@admin @user4 @user3"),
        ("a/docs/b/c", "@admin @docs-team"),
        ("docs", "@admin"),
        ("doc/a.md", "@admin @writers"),
        ("doc/a.txt", "@admin @docs-team"),
        ("doc/b/a.txt", "@admin"),
        ("doc/b/a.md", "@admin @writers"),
        ("notes.txt", "@admin jane@example.com @@maintainers"),
        ("CHANGELOG", "@admin @late"),
        ("CHANGELOG/x", "@admin"),
        ("vendor/README.md", "@admin @user3"),
        ("#odd name", "@admin @odd"),
    ],
)
def test_gitlab_by_its_manual(path: str, expected: str) -> None:
    assert codeowners_text.parse(GITLAB, gitlab=True).of(path) == tuple(expected.split())


def test_gitlab_has_ranges_and_no_folders_without_a_slash() -> None:
    known = codeowners_text.parse(
        "/[a-c]x.py @range\n/d[^e].py @not\n/src/app @file\nlib/* @lib\n", gitlab=True
    )
    asked = ("bx.py", "dx.py", "dx.py", "df.py", "de.py", "src/app", "src/app/x", "x/lib/y", "lib/y/z")
    assert {path: known.of(path) for path in asked} == {
        "bx.py": ("@range",),
        "dx.py": ("@not",),
        "df.py": ("@not",),
        "de.py": (),
        "src/app": ("@file",),
        "src/app/x": (),
        "x/lib/y": ("@lib",),
        "lib/y/z": (),
    }


@settings(deadline=None)
@given(some=st.lists(patterns(), min_size=1, max_size=8), path=PATHS, gitlab=st.booleans())
def test_the_last_pattern_that_fits_decides(some: list[str], path: str, gitlab: bool) -> None:
    """Each pattern alone says whether it fits; together the last of those decides."""
    lines = [f"{pattern} @{number}" for number, pattern in enumerate(dict.fromkeys(some))]
    fitting = [owner for line in lines for owner in codeowners_text.parse(line, gitlab=gitlab).of(path)]
    assert codeowners_text.parse("\n".join(lines), gitlab=gitlab).of(path) == tuple(fitting[-1:])


def test_no_number_of_stars_makes_it_slow() -> None:
    text = "".join(f"{'*a' * 40}{number} @me\n{'**/a/' * 30}{number} @me\n" for number in range(50))
    known = codeowners_text.parse(text, gitlab=False)
    # What goes back at each star would not come to an end.
    assert known.of("/".join(["a" * 200, *["a"] * 200, "b"])) == ()


# Which file counts, and how it is read.


def test_the_first_place_counts(tmp_path: Path) -> None:
    for number, place in enumerate(reversed(codeowners.PLACES)):
        project(tmp_path, {place: f"* @team{number}\n"})
        (found,) = codeowners.of_projects([tmp_path])
        assert found is not None
        assert (found.place, found.of("x")) == (place, (f"@team{number}",))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"CODEOWNERS": "docs/* @me"}, ()),
        ({"CODEOWNERS": "docs/* @me", ".gitlab-ci.yml": ""}, ("@me",)),
        ({"CODEOWNERS": "docs/* @me", ".gitlab-ci.yml": "", ".github/x": ""}, ()),
        ({"CODEOWNERS": "[Docs]\ndocs/* @me"}, ("@me",)),
        ({".gitlab/CODEOWNERS": "docs/* @me"}, ("@me",)),
        ({".github/CODEOWNERS": "docs/* @me", ".gitlab-ci.yml": ""}, ()),
    ],
)
def test_whose_rules_hold(files: Mapping[str, str], expected: tuple[str, ...], tmp_path: Path) -> None:
    (found,) = codeowners.of_projects([project(tmp_path, files)])
    assert found is not None
    assert found.of("x/docs/y") == expected


def test_the_repository_may_begin_above_the_project(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    project(tmp_path, {"CODEOWNERS": "/services/api/ @api\n* @all\n", "services/api/CODEOWNERS": "* @wrong"})
    project(tmp_path, {"CODEOWNERS": "* @all\n/services/api/ @api\n"})
    api, top = codeowners.of_projects([tmp_path / "services/api", tmp_path])
    assert api is not None
    assert top is not None
    assert (api.of("x.py"), top.of("x.py")) == (("@api",), ("@all",))


@POSIX
def test_what_is_no_file_of_the_repository_is_refused(tmp_path: Path) -> None:
    outside = project(tmp_path / "outside", {"CODEOWNERS": "* @evil\n"})
    root = project(tmp_path / "root", {"x": ""})
    place = root / "CODEOWNERS"
    os.mkfifo(place)
    with pytest.raises(Unusable, match="`CODEOWNERS` is not a regular file"):
        codeowners.of_projects([root])
    place.unlink()
    place.symlink_to(outside / "CODEOWNERS")
    with pytest.raises(Unusable, match="`CODEOWNERS` is a link that leads out of the project"):
        codeowners.of_projects([root])
    place.unlink()
    (root / ".github").symlink_to(outside)
    with pytest.raises(Unusable, match="lies behind a link that leads out of the repository"):
        codeowners.of_projects([root])
    (root / ".github").unlink()
    place.write_text("x" * 3_000_001)
    with pytest.raises(Unusable, match="is larger than 3000000 bytes"):
        codeowners.of_projects([root])
    place.write_text("x\n" * 30_000)
    with pytest.raises(Unusable, match="has more than 20000 lines"):
        codeowners.of_projects([root])


# The command.

TEAMS = "* @org/all\n/app/sick.py @org/sick @Ann\n/app/rooms.py\n"
ROOM_AND_HALL = {
    **FILES,
    ".github/CODEOWNERS": TEAMS,
    "pyproject.toml": FILES["pyproject.toml"]
    + '\n[[tool.ssot-lint.exemptions]]\npath = "app/gone.py"\ncode = "SOT101"\nreason = "stale"\n',
    "app/rooms.py": FILES["app/rooms.py"] + "\n\nHall = Room\n",
}
SICK = [("app/sick.py", 1, "SOT101"), ("app/sick.py", 5, "SOT201")]
STALE = ("pyproject.toml", 8, "SOT904")
REBOUND = ("app/rooms.py", 10, "SOT103")


@pytest.fixture
def owned(tmp_path: Path) -> Path:
    """A project whose findings have several owners, one, and none."""
    return project(tmp_path / "owned", ROOM_AND_HALL)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), [REBOUND, *SICK, STALE]),
        (("--owner", "@org/sick"), SICK),
        (("--owner", "@ann"), SICK),
        (("--owner", "none"), [REBOUND]),
        (("--owner", "@org/all,none"), [REBOUND, STALE]),
        (("--owner", "@ANN", "--owner", "none"), [REBOUND, *SICK]),
        (("--contract", "room"), [REBOUND, *SICK]),
        (("--contract", "room", "--owner", "none"), [REBOUND]),
        (("--owner", "@org/all", "app"), []),
        (("app/sick.py", "--owner", "@ann", "--select", "SOT2"), SICK[1:]),
    ],
)
def test_what_is_reported_is_narrowed(
    words: tuple[str, ...], expected: list[tuple[str, int, str]], owned: Path
) -> None:
    for cache in (["--no-cache"], [], []):
        result = run("check", "--format", "json", *words, *cache, cwd=owned)
        assert findings(result) == expected
        assert result.returncode == (1 if expected else 0)


def test_narrowing_leaves_what_is_said_of_each_finding_as_it_is(owned: Path) -> None:
    def document(*words: str) -> dict[str, dict[str, object]]:
        found = json.loads(run("check", "--format", "json", *words, cwd=owned).stdout)["findings"]
        return {one["fingerprint"]: one for one in found}

    every = document()
    for words in (("--owner", "@ann"), ("--owner", "@org/all"), ("--contract", "room")):
        some = document(*words)
        assert some
        assert some.items() <= every.items()
    assert {tuple(one["owners"]) for one in every.values()} == {("@org/sick", "@Ann"), ("@org/all",), ()}  # type: ignore[arg-type]


def test_grouped_findings_stand_below_their_group(owned: Path) -> None:
    result = run("check", "--format", "concise", "--group-by", "owner", cwd=owned)
    assert [line for line in result.stdout.splitlines() if line.startswith("== ")] == [
        "== @Ann: 2 findings (2 errors)",
        "== @org/sick: 2 findings (2 errors)",
        "== @org/all: 1 finding (1 error)",
        "== no owner: 1 finding (1 error)",
    ]
    assert result.stdout.count("\napp/sick.py:1:23: SOT101 ") == 2
    assert result.stdout.splitlines()[-1].startswith("4 findings (4 errors) in 3 files; ")
    text = run("check", "--group-by", "contract", cwd=owned).stdout
    assert text.startswith("== room: 3 findings (3 errors)\n\napp/rooms.py:10:1: SOT103 ")
    assert "\n\n== no contract: 1 finding (1 error)\n\npyproject.toml:8:1: SOT904 " in text


def test_statistics_of_groups_are_a_table(owned: Path) -> None:
    assert run("check", "--statistics", "--group-by", "owner", "-q", cwd=owned).stdout == (
        "total  SOT101  SOT103  SOT201  SOT904  owner\n"
        "    2       1       -       1       -  @Ann\n"
        "    2       1       -       1       -  @org/sick\n"
        "    1       -       -       -       1  @org/all\n"
        "    1       -       1       -       -  no owner\n"
        "    4       1       1       1       1  total, each finding once\n"
    )
    assert run("check", "--statistics", "--group-by", "directory", "-q", cwd=owned).stdout == (
        "total  SOT101  SOT103  SOT201  SOT904  directory\n"
        "    3       1       1       1       -  app\n"
        "    1       -       -       -       1  .\n"
        "    4       1       1       1       1  total\n"
    )
    coloured = run("check", "--statistics", "--group-by", "file", "--color", "always", cwd=owned).stdout
    assert "\x1b[1m    4       1       1       1       1  total\x1b[0m\n" in coloured


def test_json_has_the_groups(owned: Path) -> None:
    summary = json.loads(run("check", "--format", "json", "--group-by", "owner", cwd=owned).stdout)["summary"]
    assert summary["group_by"] == "owner"
    assert summary["groups"] == [
        {"name": "@Ann", "findings": 2, "by_code": {"SOT101": 1, "SOT201": 1}},
        {"name": "@org/sick", "findings": 2, "by_code": {"SOT101": 1, "SOT201": 1}},
        {"name": "@org/all", "findings": 1, "by_code": {"SOT904": 1}},
        {"name": "", "findings": 1, "by_code": {"SOT103": 1}},
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--owner", "@org/sik"),
            "`@org/sik` owns nothing, by `.github/CODEOWNERS`; did you mean `@org/sick`?",
        ),
        (("--contract", "rooms"), "no contract is called `rooms`; did you mean `room`?"),
        (("--contract", "hall"), "no contract is called `hall`; known: `room`"),
        (("--owner", "a\x1b[31m"), "`a\\x1b[31m` owns nothing, by `.github/CODEOWNERS`; known: `@Ann`"),
    ],
)
def test_unknown_names_get_the_nearest(words: tuple[str, ...], sentence: str, owned: Path) -> None:
    assert wrong("check", *words, cwd=owned)[0].startswith(f"ssot-lint: {sentence}")


def test_wrong_groupings_get_the_nearest(owned: Path) -> None:
    assert "`ownr` is not one of `owner`, `contract`" in wrong("check", "--group-by", "ownr", cwd=owned)[0]
    assert "argument --owner: is empty" in wrong("check", "--owner", ",", cwd=owned)[0]


def test_who_asks_for_owners_needs_a_file_that_names_them(owned: Path) -> None:
    (owned / ".github/CODEOWNERS").unlink()
    for words in (("--owner", "none"), ("--group-by", "owner")):
        (line,) = wrong("check", *words, cwd=owned)
        assert line.startswith(
            "ssot-lint: nothing says who owns what: there is no CODEOWNERS file; write one"
        )
    assert findings(run("check", "--format", "json", "--group-by", "directory", cwd=owned))


@POSIX
def test_a_file_of_owners_that_cannot_be_read_stops_only_who_asks_for_owners(owned: Path) -> None:
    (owned / ".github/CODEOWNERS").unlink()
    os.mkfifo(owned / ".github/CODEOWNERS")
    (line,) = wrong("check", "--group-by", "owner", cwd=owned)
    assert line == "ssot-lint: `.github/CODEOWNERS` is not a regular file"
    result = run("check", "--format", "json", cwd=owned)
    assert len(findings(result)) == 4
    assert result.stderr == "ssot-lint: no owners are known: `.github/CODEOWNERS` is not a regular file\n"
    assert run("check", cwd=owned).stderr == ""


def test_lines_without_effect_are_noted(owned: Path) -> None:
    (owned / ".github/CODEOWNERS").write_text("* @all\n[x] @y\n!z @y\n")
    assert run("check", "--owner", "@all", cwd=owned).stderr == (
        "ssot-lint: line 2 of `.github/CODEOWNERS` counts for nothing, "
        "as it has a `[`, which GitHub does not know here (1 more)\n"
    )


def test_who_does_not_ask_reads_nothing(owned: Path) -> None:
    code = (
        "import sys; from ssot_lint.cli import main\n"
        "main(['check'])\n"
        "print(sorted({'ssot_lint.sources.codeowners_text', 'ssot_lint.sources.codeowners',"
        " 'ssot_lint.findings.narrow', 'ssot_lint.report.groups'} & set(sys.modules)), file=sys.stderr)"
    )
    assert run(cwd=owned, code=code).stderr == "[]\n"
