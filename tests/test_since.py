"""What a change adds: two states of a project, from git's objects, its index and the disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_cli import project, run, wrong
from test_files import only_root, posix

SETTINGS = """\
[tool.ssot-lint.contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make_hub"]
retired = ["OldHub"]
instances = "shared"
"""
HUB = "class Hub:\n    pass\n\n\ndef make_hub():\n    return Hub()\n"


def sick(name: str) -> str:
    return f"from app.hub import Hub\n\n\ndef {name}():\n    Hub().enter('{name}')\n"


def healed(name: str) -> str:
    return sick(name).replace("import Hub", "import make_hub").replace("Hub().", "make_hub().")


FILES = {
    "pyproject.toml": SETTINGS,
    ".gitignore": ".ssot_lint_cache/\n",
    "app/__init__.py": "",
    "app/hub.py": HUB,
    "app/ann.py": sick("ann"),
    "app/ben.py": healed("ben"),
}


def git(root: Path, *words: str) -> str:
    """Runs git as a person would. Its configuration is that of the test alone."""
    names = {"GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "n@x", "GIT_COMMITTER_NAME": "n"}
    nowhere = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_COMMITTER_EMAIL": "n@x"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *words],
        cwd=root,
        env={**kept, **names, **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or words[0] == "merge", done.stderr
    return done.stdout.strip()


def commit(root: Path, files: Mapping[str, str | None], message: str = "x") -> str:
    edit(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD")


def edit(root: Path, files: Mapping[str, str | None]) -> None:
    for path, text in files.items():
        if text is None:
            (root / path).unlink()
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with one finding in one commit, on the branch `main`."""
    root = project(tmp_path / "repo", FILES)
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root, {})
    return root


def check(*words: str, cwd: Path) -> tuple[int, list[str], str]:
    """The exit code, where findings are, with their codes, and the last line: what was found in all."""
    done = run("check", "--format", "concise", *words, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr
    rows = done.stdout.splitlines()
    found = [row.split(": ") for row in rows if ": SOT" in row]
    return done.returncode, [f"{place} {rest[0][:6]}" for place, *rest in found], rows[-1]


NEW = "app/cas.py:5:5 SOT201"


def test_only_what_is_new_counts(repo: Path) -> None:
    assert check(cwd=repo)[:2] == (1, ["app/ann.py:5:5 SOT201"])
    assert check("--since", "HEAD", cwd=repo) == (
        0,
        [],
        "no findings added; none removed since HEAD; 4 files checked",
    )
    edit(repo, {"app/cas.py": sick("cas"), "app/ann.py": healed("ann")})
    said = "1 finding added (1 error) in 1 file; 1 removed since HEAD; 5 files checked"
    assert check("--since", "HEAD", cwd=repo) == (1, [NEW], said)
    assert check("--since", "HEAD", "--exit-zero", cwd=repo)[0] == 0
    assert check("--since", "HEAD", "app/ann.py", cwd=repo)[:2] == (0, [])
    assert check("--since", "HEAD", "--no-cache", "-j1", cwd=repo) == (1, [NEW], said)


def test_what_moves_adds_nothing_and_a_copy_does(repo: Path) -> None:
    moved = "'''Anew.'''\n\n" + sick("ann").replace("Hub().enter(", "Hub(\n    ).enter(  # so\n")
    edit(repo, {"app/ann.py": None, "app/sub/__init__.py": "", "app/sub/ann.py": moved})
    assert check("--since", "HEAD", cwd=repo)[:2] == (0, [])
    edit(repo, {"app/copy.py": sick("ann")})
    assert check("--since", "HEAD", cwd=repo)[:2] == (1, ["app/copy.py:5:5 SOT201"])


def test_a_pull_request_is_blamed_for_its_own_findings_alone(repo: Path) -> None:
    text = "from app.hub import make_hub\n\nNAME = 1\n"
    commit(repo, {"app/shared.py": text, "app/old.py": sick("old")})
    git(repo, "checkout", "--quiet", "-b", "topic")
    # The branch renames a sick file, adds one finding, and edits a line that main edits, too.
    git(repo, "mv", "app/old.py", "app/new.py")
    commit(repo, {"app/cas.py": sick("cas"), "app/shared.py": text.replace("1", "2")})
    git(repo, "checkout", "--quiet", "main")
    commit(repo, {"app/theirs.py": sick("theirs"), "app/shared.py": text.replace("1", "3")})
    git(repo, "checkout", "--quiet", "topic")
    git(repo, "merge", "--quiet", "main")
    # The conflict is solved, and the solution adds the second finding.
    solved = text.replace("make_hub", "Hub").replace("1", "Hub()")
    commit(repo, {"app/shared.py": solved, "app/dan.py": healed("dan")})
    code, places, _ = check("--since", "main", cwd=repo)
    assert (code, places) == (1, [NEW, "app/shared.py:3:8 SOT201"])
    commit(repo, {"app/dan.py": healed("dan") + "\n"})
    git(repo, "checkout", "--quiet", "main")
    commit(repo, {"app/later.py": sick("later")})
    # Main has gone on: what it has since then is nobody's fault, and `--since-exact` sees that it is missing.
    topic = ("--at", "topic", "--since", "main")
    assert check(*topic, cwd=repo)[:2] == (1, [NEW, "app/shared.py:3:8 SOT201"])
    assert "; 1 removed since main" in check(*topic, "--since-exact", cwd=repo)[2]


def test_an_alias_makes_offenders_of_files_that_nobody_touches(repo: Path) -> None:
    names = [f"user{number}" for number in range(7)]
    users = {
        f"app/{name}.py": f"from app.door import Door\n\n\ndef {name}(): return Door\n" for name in names
    }
    commit(repo, {"app/door.py": "class Door:\n    pass\n", **users})
    edit(repo, {"app/door.py": "from app.hub import Hub\n\nDoor = Hub\n"})
    done = run("check", "--since", "HEAD", "--format", "json", cwd=repo)
    report = json.loads(done.stdout)
    (lead,) = report["findings"]
    assert (lead["path"], lead["line"], lead["code"]) == ("app/door.py", 3, "SOT104")
    assert lead["message"].endswith(
        "; 7 findings in 7 files that this change does not touch follow from here"
    )
    assert [(one["path"], one["line"], one["code"]) for one in lead["followers"]] == [
        (path, 1, "SOT102") for path in users
    ]
    assert report["summary"]["change"] == {"since": "HEAD", "before": 1, "after": 9, "added": 8, "removed": 0}
    text = run("check", "--since", "HEAD", cwd=repo).stdout
    assert "= followers: app/user0.py:1, " in text
    assert " and 2 more\n" in text
    assert text.endswith(
        "\n1 finding added (1 error) in 1 file, and 7 that follow; none removed since HEAD; 12 files checked\n"
    )
    # Where the cause itself is no finding, one stands there for those that follow.
    commit(repo, {"app/gate.py": "from app.door import Door\n", "app/door.py": "class Door:\n    pass\n"})
    commit(repo, {"app/__init__.py": "", "app/far.py": "from app.gate import Door\n\nDoor()\n"})
    gate = "if True:\n    from app.hub import Hub as Door  # ssot: allow[SOT1] for now\n"
    edit(repo, {"app/gate.py": gate})
    report = json.loads(run("check", "--since", "HEAD", "--format", "json", cwd=repo).stdout)
    (lead,) = report["findings"]
    assert (lead["path"], lead["line"], lead["column"]) == ("app/gate.py", 2, 5)
    assert [one["path"] for one in lead["followers"]] == ["app/far.py", "app/far.py"]
    # Who does not report a finding does not count those that follow from it.
    narrow = ("check", "--since", "HEAD", "--format", "concise", "app/far.py")
    assert run(*narrow, cwd=repo).stdout.startswith("no findings added; none removed since HEAD; ")


def test_a_checkout_with_other_line_ends_touches_no_file(repo: Path) -> None:
    commit(repo, {".gitattributes": "*.py text eol=crlf\n", "app/door.py": "class Door:\n    pass\n"})
    commit(repo, {"app/user.py": "from app.door import Door\n\n\ndef user(): return Door\n"})
    shutil.rmtree(repo / "app")
    git(repo, "checkout", "--quiet", "--", ".")
    assert b"\r\n" in (repo / "app/user.py").read_bytes()
    (repo / "app/door.py").write_bytes(b"from app.hub import Hub\r\n\r\nDoor = Hub\r\n")
    assert check("--since", "HEAD", cwd=repo)[:2] == (1, ["app/door.py:3:1 SOT104"])
    # A file is known by its lines when it goes elsewhere, too.
    git(repo, "checkout", "--quiet", "--", ".")
    commit(repo, {"pyproject.toml": ""})
    git(repo, "mv", "app/hub.py", "app/core.py")
    text = (repo / "app/core.py").read_bytes()
    (repo / "app/core.py").write_bytes(
        text.replace(b"class Hub:", b"class Core:").replace(b"Hub()", b"Core()")
    )
    edit(repo, {"pyproject.toml": SETTINGS.replace("hub.Hub", "core.Core").replace("app.hub", "app.core")})
    for name in ("ann", "ben"):
        user = (repo / f"app/{name}.py").read_bytes()
        (repo / f"app/{name}.py").write_bytes(user.replace(b"app.hub", b"app.core").replace(b"Hub", b"Core"))
    assert check("--since", "HEAD", cwd=repo)[:2] == (0, [])


def test_the_staged_state_is_told_from_the_disk(repo: Path) -> None:
    edit(repo, {"app/cas.py": sick("cas")})
    assert check("--staged", "--since", "HEAD", cwd=repo)[:2] == (0, [])
    git(repo, "add", "app/cas.py")
    edit(repo, {"app/cas.py": healed("cas"), "app/dan.py": sick("dan")})
    assert check("--staged", cwd=repo)[:2] == (1, ["app/ann.py:5:5 SOT201", NEW])
    assert check("--staged", "--since", "HEAD", cwd=repo)[:2] == (1, [NEW])
    assert check("--since", "HEAD", cwd=repo)[:2] == (1, ["app/dan.py:5:5 SOT201"])
    # The settings are those that are staged.
    edit(repo, {"pyproject.toml": SETTINGS.replace("make_hub", "build")})
    assert check("--staged", cwd=repo)[:2] == (1, ["app/ann.py:5:5 SOT201", NEW])
    git(repo, "add", "pyproject.toml")
    assert "pyproject.toml:1:1 SOT901" in check("--staged", cwd=repo)[1]


def test_a_commit_is_judged_from_objects_alone(repo: Path, tmp_path: Path) -> None:
    first = git(repo, "rev-parse", "HEAD")
    second = commit(repo, {"app/cas.py": sick("cas"), "app/ann.py": healed("ann")})
    edit(repo, {"app/hub.py": "broken(", "pyproject.toml": "broken"})
    old, new = ["app/ann.py:5:5 SOT201"], [NEW]
    assert check("--at", first, cwd=repo)[:2] == (1, old)
    assert check("--at", "HEAD", "app", cwd=repo)[:2] == (1, new)
    assert check("--at", second, "--since", first, cwd=repo)[:2] == (1, new)
    assert check("--at", first, "--since", second, "--since-exact", cwd=repo)[:2] == (1, old)
    bare = tmp_path / "bare"
    git(repo, "clone", "--quiet", "--bare", ".", str(bare))
    shutil.rmtree(repo)
    before = sorted(str(path) for path in bare.rglob("*"))
    assert check("--at", second, "--since", first, cwd=bare)[:2] == (1, new)
    assert check("--at", "main", "app/cas.py", cwd=bare)[:2] == (1, new)
    settings = tmp_path / "elsewhere.toml"
    settings.write_text(SETTINGS.replace("tool.ssot-lint.", ""), "utf-8")
    assert check("--at", "main", "--config", str(settings), cwd=bare)[:2] == (1, new)
    assert sorted(str(path) for path in bare.rglob("*")) == before


def test_a_project_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    root = project(tmp_path / "repo", {f"sub/{path}": text for path, text in FILES.items()})
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root, {})
    edit(root, {"sub/app/cas.py": sick("cas")})
    for words, cwd, place in (
        ((), root / "sub", NEW),
        (("sub",), root, f"sub/{NEW}"),
        (("cas.py",), root / "sub/app", NEW[4:]),
    ):
        assert check("--since", "HEAD", *words, cwd=cwd)[:2] == (1, [place])
    git(root, "add", "--all")
    for words, cwd, place in (
        ((), root / "sub", NEW),
        (("sub",), root, f"sub/{NEW}"),
        (("cas.py",), root / "sub/app", NEW[4:]),
    ):
        assert check("--staged", "--since", "HEAD", *words, cwd=cwd)[:2] == (1, [place])


def test_the_index_of_git_and_the_disk_have_the_same_files(repo: Path) -> None:
    edit(repo, {"env/pyvenv.cfg": "", "env/lib/a.py": sick("a"), "node_modules/b.py": sick("b")})
    edit(
        repo,
        {
            "stubs/c.pyi": "",
            "data/d.txt": sick("d"),
            "lib/setup.py": "import setuptools",
            "lib/src/e.py": sick("e"),
        },
    )
    (repo / "link.py").symlink_to("data/d.txt")
    (repo / "again.py").symlink_to("app/ann.py")
    (repo / "out.py").symlink_to("/etc/passwd")
    edit(repo, {"data/f.txt": sick("f"), "data/lib/g.py": sick("g")})
    (repo / "folder").symlink_to("data")
    (repo / "through.py").symlink_to("folder/f.txt")
    (repo / "round.py").symlink_to("round.py")
    (repo / "linked").symlink_to("folder/lib")
    edit(repo, {"pyproject.toml": f'[tool.ssot-lint]\nsrc = [".", "linked"]\n{SETTINGS}'})
    edit(repo, {"app/use.py": "from g import Hub\n"})
    other = project(repo.parent / "other", {"h.py": sick("h")})
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "x")):
        git(other, *words)
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "theirs")
    (repo / "theirs.py").symlink_to("theirs/h.py")
    commit(repo, {})
    disk, staged = (
        json.loads(run("check", "--format", "json", *words, cwd=repo).stdout) for words in ((), ("--staged",))
    )
    assert disk == staged
    assert {one["path"] for one in disk["findings"]} >= {
        "link.py",
        "lib/src/e.py",
        "through.py",
        "app/use.py",
    }
    assert check("--since", "HEAD", cwd=repo)[:2] == (0, [])


@posix
def test_a_folder_that_leaves_a_link_behind_takes_its_findings_along(repo: Path) -> None:
    commit(repo, {"lib/cas.py": sick("cas")})
    git(repo, "mv", "lib", "new")
    (repo / "lib").symlink_to("new")
    git(repo, "mv", "app/ann.py", "app/anna.py")
    (repo / "app/ann.py").symlink_to("anna.py")
    for words in (
        ("--since", "HEAD"),
        ("--staged", "--since", "HEAD"),
        ("--at", "HEAD", "--since", "HEAD~1"),
    ):
        if words[0] == "--at":
            commit(repo, {})
        else:
            git(repo, "add", "--all")
        assert check(*words, cwd=repo)[:2] == (0, []), words


def test_a_sparse_checkout_is_compared_with_as_much_of_the_older_state(repo: Path) -> None:
    commit(repo, {"lib/cas.py": sick("cas")})
    git(repo, "sparse-checkout", "set", "--no-cone", "/*", "!/lib/")
    assert not (repo / "lib").exists()
    done = run("check", "--since", "HEAD", cwd=repo)
    assert done.stdout.startswith("no findings added; none removed since HEAD")
    # A copy of what is not checked out is no move.
    edit(repo, {"app/cas.py": sick("cas")})
    assert check("--since", "HEAD", cwd=repo)[:2] == (1, ["app/cas.py:5:5 SOT201"])
    git(repo, "sparse-checkout", "set", "--no-cone", "/*", "!/app/hub.py")
    (repo / "app/cas.py").unlink()
    assert check("--since", "HEAD", cwd=repo)[:2] == (0, [])
    # By itself the contract leads nowhere, and the message says why.
    said = run("check", "--select", "SOT901", cwd=repo).stdout
    assert "`app.hub.Hub` does not exist: `app/hub.py` is in git and not checked out" in said
    assert "not checked out" in run("why", "pyproject.toml:1", cwd=repo).stdout


def test_what_git_no_longer_tracks_and_ignores_is_gone(repo: Path) -> None:
    edit(repo, {".gitignore": ".ssot_lint_cache/\napp/ann.py\n", "app/anna.py": sick("ann")})
    git(repo, "rm", "--cached", "--quiet", "app/ann.py")
    assert check("--since", "HEAD", cwd=repo)[:2] == (0, [])
    commit(repo, {})
    assert check("--at", "HEAD", "--since", "HEAD~1", cwd=repo)[:2] == (0, [])


UNUSABLE = {
    "an unknown name": (("--since", "mian"), "--since: there is no commit `mian`; did you mean `main`?"),
    "no name": (("--since", ""), "--since: `` cannot name a commit"),
    "an option": (("--since=--upload-pack=x",), "--since: `--upload-pack=x` cannot name a commit"),
    "a tree": (("--at", "HEAD^{tree}"), "--at: `HEAD^{tree}` names no commit, but something else"),
    "two states": (
        ("--at", "HEAD", "--staged"),
        "--at and --staged name two states to judge: give one of them",
    ),
    "an exact nothing": (("--since-exact",), "--since-exact says how --since is meant: give that, too"),
    "standard input": (
        ("--since", "HEAD", "-"),
        "standard input is a state of its own: it goes with none of --at, --staged, --since",
    ),
    "a lost file": (
        ("--at", "HEAD", "app/cas.py"),
        "app/cas.py: the commit `HEAD` has no such file or folder",
    ),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_git_cannot_tell_is_said(name: str, repo: Path) -> None:
    words, sentence = UNUSABLE[name]
    assert wrong("check", *words, cwd=repo) == [f"ssot-lint: {sentence}"]


def test_states_that_there_are_not(repo: Path, tmp_path: Path) -> None:
    plain = project(tmp_path / "plain", FILES)
    assert wrong("check", "--since", "HEAD", cwd=plain) == ["ssot-lint: --since: `.` is in no git repository"]
    assert wrong("check", "--staged", cwd=plain) == [
        "ssot-lint: --staged: the working directory is in no git repository"
    ]
    git(plain, "init", "--quiet")
    assert wrong("check", "--since", "HEAD", cwd=plain) == [
        "ssot-lint: --since: `HEAD` names no commit: there is none yet"
    ]
    git(plain, "add", ".")
    assert check("--staged", cwd=plain)[:2] == (1, ["app/ann.py:5:5 SOT201"])
    orphan = commit(repo, {"app/cas.py": sick("cas")})
    git(repo, "checkout", "--quiet", "--orphan", "other")
    commit(repo, {"app/dan.py": sick("dan")})
    (said,) = wrong("check", "--since", orphan, cwd=repo)
    sentence = "the two commits have no common ancestor here; --since-exact compares with the commit itself"
    assert said == f"ssot-lint: --since: {sentence}"
    assert check("--since", orphan, "--since-exact", cwd=repo)[0] == 1
    for command in ("track", "fix"):
        # These have no such option.
        assert wrong(command, "--since", orphan, cwd=repo) == [
            f"ssot-lint: --since: {sentence.partition(';')[0]}"
        ]
    git(repo, "checkout", "--quiet", "--detach")
    assert check("--since", "other", cwd=repo)[:2] == (0, [])
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=other", f"file://{repo}", str(shallow))
    (said,) = wrong("check", "--since", "origin/main", cwd=shallow)
    assert "this clone is shallow" in said
    assert "fetch-depth: 0" in said


# What a contract names was called otherwise.

USER = """\
from app.hub import Hub
from app.hub import Hub as Core


class Room:
    def enter(self, user):
        return Hub().enter(user)


def leave(user):
    hub: Hub = Core()
    return hub
"""
LONG = """\
class Hub:
    \"\"\"Keeps what is going on.\"\"\"

    def __init__(self, size=3):
        self.size = size
        self.items = []

    def enter(self, item):
        self.items.append(item)
        return len(self.items)

    def leave(self, item):
        self.items.remove(item)


def make_hub():
    return Hub()
"""
BEFORE = {"app/hub.py": LONG, "app/ann.py": USER, "app/ben.py": sick("ben"), "app/dan.py": healed("dan")}
"""What there is before a change: five findings."""


def told(files: Mapping[str, str | None], *names: tuple[str, str]) -> dict[str, str | None]:
    """Files in which names are replaced."""
    done: dict[str, str | None] = {}
    for path, text in files.items():
        for old, new in names:
            text = text and text.replace(old, new)
        done[path] = text
    return done


def moved(files: Mapping[str, str | None], old: str, new: str) -> dict[str, str | None]:
    """Files that have moved, and nothing where they were."""
    gone: dict[str, str | None] = {path: None for path in files if path.startswith(old)}
    return {**gone, **{path.replace(old, new, 1): text for path, text in files.items()}}


WHOLE: dict[str, str | None] = {**BEFORE, "app/__init__.py": "", "pyproject.toml": SETTINGS}
PARTS = LONG.partition("\n\ndef make_hub")
RENAMES: dict[str, dict[str, str | None]] = {
    "the module": {**told(WHOLE, ("app.hub", "app.core")), "app/hub.py": None, "app/core.py": LONG},
    "the module, into a package": {
        **told(WHOLE, ("app.hub", "app.core.hub")),
        "app/hub.py": None, "app/core/__init__.py": "", "app/core/hub.py": LONG,
    },
    "the module, to a package of its own": {
        **told(WHOLE, ("app.hub", "app.hubs")), "app/hub.py": None, "app/hubs/__init__.py": LONG
    },
    "the module, which is edited": {
        **told(WHOLE, ("app.hub", "app.core")),
        "app/hub.py": None, "app/core.py": LONG.replace("size=3", "size=4").replace("items", "things", 2),
    },
    "the package": told(moved(WHOLE, "app/", "lib/"), ("app.", "lib.")),
    "the package, to the layout of src": moved(WHOLE, "app/", "src/app/"),
    "the package, to a declared root": {
        **moved(WHOLE, "app/", "lib/app/"), "pyproject.toml": f'[tool.ssot-lint]\nsrc = ["lib"]\n\n{SETTINGS}'
    },
    "the package, below another": told(moved(WHOLE, "app/", "org/app/"), ("app.", "org.app.")),
    "the class": told(WHOLE, ("Hub", "Centre"), ("OldCentre", "OldHub")),
    "the class, whose old name is retired": told(
        WHOLE, ("Hub", "Centre"), ('"OldCentre"', '"Hub", "app.legacy.*"')
    ),
    "the class, which is edited": told(
        WHOLE, ("Hub", "Centre"), ("OldCentre", "OldHub"), ("size=3", "size=4"),
    ),
    "the class, to another module that is there": {
        **told(WHOLE, ("app.hub import Hub", "app.core import Hub"), ("app.hub.Hub", "app.core.Hub")),
        "app/hub.py": f"from app.core import Hub\n\n\ndef make_hub{PARTS[2]}",
        "app/core.py": f"LIMIT = 3\n\n\n{PARTS[0]}",
    },
    "the class, whose old name is a subclass for now": {
        **told(WHOLE, ("Hub", "Centre"), ("OldCentre", "OldHub"), ('"OldHub"]', '"OldHub"]\ndoubles = ["Hub"]')),
        "app/hub.py": LONG.replace("Hub", "Centre").replace("size=3", "size=4") + "\n\nclass Hub(Centre):\n    pass\n",
    },
    "the factory, whose old name forwards": {
        **told(WHOLE, ("make_hub", "open_hub")),
        "app/hub.py": LONG.replace("make_hub", "open_hub") + "\n\ndef make_hub():\n    return open_hub()\n",
    },
    "the factory": told(WHOLE, ("make_hub", "open_hub")),
    "the factory, to another module": {
        **told(
            WHOLE, ("app.hub.make_hub", "app.make.make_hub"), ("app.hub import make_hub", "app.make import make_hub")
        ),
        "app/hub.py": PARTS[0],
        "app/make.py": f"from app.hub import Hub\n\n\ndef make_hub{PARTS[2]}",
    },
    "class, module, package, factory and contract": told(
        moved(moved(WHOLE, "app/hub", "app/core/centre"), "app/", "lib/"),
        ("app.hub", "lib.core.centre"), ("app.", "lib."), ("Hub", "Centre"), ("make_hub", "open_centre"),
        ("OldCentre", "OldHub"), ("contracts.hub", "contracts.centre"),
    ),
}  # fmt: skip
NO_OLDER_SETTINGS = [*RENAMES][:-1]


def change(root: Path, files: Mapping[str, str | None]) -> None:
    for path, text in files.items():
        if text is None:
            (root / path).unlink(missing_ok=True)
    edit(root, {path: text for path, text in files.items() if text is not None})


@pytest.fixture
def old(repo: Path) -> Path:
    commit(repo, BEFORE)
    return repo


@pytest.mark.parametrize("what", RENAMES)
def test_what_a_contract_names_may_move(what: str, old: Path) -> None:
    first = git(old, "rev-parse", "HEAD")
    assert len(check(cwd=old)[1]) == 5
    change(old, RENAMES[what])
    said = "no findings added; none removed since HEAD; "
    code, places, last = check("--since", "HEAD", cwd=old)
    assert (code, places) == (0, []), last
    assert last.startswith(said)
    assert len(check(cwd=old)[1]) == 5
    change(old, {"lib/__init__.py" if (old / "lib/__init__.py").exists() else "app/__init__.py": ""})
    commit(old, {})
    assert check("--at", "HEAD", "--since", first, cwd=old)[2].startswith(
        "no findings added; none removed since "
    )


@pytest.mark.parametrize("what", NO_OLDER_SETTINGS)
def test_what_a_contract_names_may_move_before_there_are_settings(what: str, old: Path) -> None:
    commit(old, {"pyproject.toml": None})
    change(old, RENAMES[what])
    assert check("--since", "HEAD", cwd=old)[:2] == (0, [])


@pytest.mark.parametrize("what", RENAMES)
def test_what_is_new_is_new_beside_what_has_moved(what: str, old: Path) -> None:
    change(old, RENAMES[what])
    text = (old / "pyproject.toml").read_text("utf-8")
    path = text.partition('canonical = "')[2].partition('"')[0]
    home, _, symbol = path.rpartition(".")
    top = next(
        one for one in ("lib/app", "src/app", "org/app", "lib", "app") if (old / one / "ann.py").exists()
    )
    edit(old, {f"{top}/eva.py": sick("eva").replace("app.hub", home).replace("Hub", symbol)})
    assert check("--since", "HEAD", cwd=old)[:2] == (1, [f"{top}/eva.py:5:5 SOT201"])


def test_who_is_left_behind_by_a_rename_is_new(old: Path) -> None:
    files = told(WHOLE, ("Hub", "Centre"), ('"OldCentre"', '"Hub"'))
    del files["app/ben.py"]
    change(old, {**files, "app/hub.py": f"{files['app/hub.py']}\n\nHub = Centre\n"})
    code, places, _ = check("--since", "HEAD", cwd=old)
    assert code == 1
    assert {place.partition(":")[0] for place in places} == {"app/hub.py"}


def test_a_contract_of_what_is_new_removes_nothing(old: Path) -> None:
    text = f'{SETTINGS}\n[tool.ssot-lint.contracts.door]\ncanonical = "app.door.Door"\n'
    edit(
        old,
        {
            "pyproject.toml": text,
            "app/door.py": "class Door:\n    pass\n",
            "app/eva.py": "from app.door import Door\nDoor()\n",
        },
    )
    assert check("--since", "HEAD", cwd=old)[2].startswith("no findings added; none removed since HEAD")


def test_what_cannot_be_judged_is_not_removed(old: Path) -> None:
    edit(old, {"pyproject.toml": SETTINGS.replace("app.hub.Hub", "app.hub.Hubb")})
    code, places, last = check("--since", "HEAD", cwd=old)
    assert (code, places) == (1, ["pyproject.toml:1:1 SOT901"])
    assert "; none removed since HEAD" in last
    # What the contract finds all the same was there before.
    edit(
        old,
        {
            "pyproject.toml": SETTINGS,
            "app/far.py": "try:\n    from app.hub import Hub\nexcept ImportError:\n    Hub = None\n",
        },
    )
    commit(old, {})
    git(old, "mv", "app/hub.py", "app/core.py")
    code, places, last = check("--since", "HEAD", cwd=old)
    assert code == 1
    assert [place for place in places if place.startswith("app/far.py")] == []
    assert "; none removed since HEAD" in last
    git(old, "mv", "app/core.py", "app/hub.py")
    edit(old, {"pyproject.toml": SETTINGS, "app/ann.py": f"{USER}def ("})
    code, places, last = check("--since", "HEAD", cwd=old)
    assert (code, [place.rpartition(" ")[2] for place in places]) == (1, ["SOT900"])
    assert "; none removed since HEAD" in last


REFUSED = (
    ["--since", "HEAD"],
    ["--since", "nope"],
    ["--at", "HEAD"],
    ["--staged"],
    ["--at", "HEAD", "--since", "main"],
)


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
@only_root
def test_what_git_refuses_and_advises_is_said(words: list[str], repo: Path) -> None:
    os.chown(repo / ".git", 65534, 65534)
    options = ", ".join(word for word in words if word.startswith("--"))
    assert wrong("check", *words, cwd=repo) == [
        f"ssot-lint: {options}: git refuses: detected dubious ownership in repository at '{repo}'; git advises "
        f"`git config --global --add safe.directory {repo}`"
    ]
    assert "no commit" not in run("check", *words, cwd=repo).stderr


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_a_repository_that_is_broken_is_not_one_without_commits(words: list[str], repo: Path) -> None:
    with open(repo / ".git/config", "a", encoding="utf-8") as stream:
        stream.write("[x\n")
    (said,) = wrong("check", *words, cwd=repo)
    assert "git refuses: bad config line" in said


def test_an_index_with_conflicts_is_no_state(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "-b", "topic")
    commit(repo, {"app/ben.py": "x = 1\n"})
    git(repo, "checkout", "--quiet", "main")
    commit(repo, {"app/ben.py": "x = 2\n"})
    git(repo, "merge", "--quiet", "topic")
    assert wrong("check", "--staged", cwd=repo) == [
        "ssot-lint: --staged: `app/ben.py` is not merged: solve its conflict and stage it"
    ]


def test_settings_of_a_commit_are_wrong_there(repo: Path) -> None:
    commit(repo, {"pyproject.toml": SETTINGS.replace("retired", "retierd")})
    edit(repo, {"pyproject.toml": SETTINGS})
    (said,) = wrong("check", "--at", "HEAD", cwd=repo)
    assert said.startswith("HEAD:pyproject.toml:4: ")
    assert "did you mean `retired`?" in said
    commit(repo, {"pyproject.toml": "[project]\nname = 'x'\n"})
    (said,) = wrong("check", "--at", "HEAD", cwd=repo)
    assert "no settings apply to" in said
    assert str(repo) not in said
    assert "ssot-lint-" not in said


def test_a_blob_that_is_missing_costs_its_file_alone(repo: Path) -> None:
    commit(repo, {"app/cas.py": sick("cas")})
    blob = git(repo, "rev-parse", "HEAD:app/cas.py")
    (repo / ".git/objects" / blob[:2] / blob[2:]).unlink()
    code, places, _ = check("--at", "HEAD", cwd=repo)
    assert (code, places) == (1, ["app/ann.py:5:5 SOT201", "app/cas.py:1:1 SOT900"])


def test_a_partial_clone_says_which_files_it_lacks(repo: Path, tmp_path: Path) -> None:
    edit(repo, {"data.txt": sick("d")})
    (repo / "link.py").symlink_to("data.txt")
    commit(repo, {})
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{repo}", "partial")
    partial = tmp_path / "partial"
    git(partial, "cat-file", "blob", "HEAD:pyproject.toml")
    done = run("check", "--at", "HEAD", "--format", "concise", cwd=partial)
    said = (
        "SOT900 unparsable-file: this file cannot be read: its content is not in this clone of the repository"
    )
    files = ("app/__init__.py", "app/ann.py", "app/ben.py", "app/hub.py", "link.py")
    assert [line for line in done.stdout.splitlines() if "SOT900" in line] == [
        f"{path}:1:1: {said}" for path in files
    ]


def test_a_clone_without_trees_says_what_to_do(repo: Path, tmp_path: Path) -> None:
    commit(repo, {"lib/cas.py": sick("cas")})
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=tree:0", f"file://{repo}", "treeless")
    (said,) = wrong("check", "--since", "HEAD~1", cwd=tmp_path / "treeless")
    assert said.startswith("ssot-lint: --since: git refuses: could not fetch ")
    assert said.endswith("`git fetch --refetch --filter=blob:none` gets all trees")


def test_nothing_that_a_repository_configures_runs(repo: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {mark}\n", "utf-8")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "core.sshCommand",
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
    ):
        git(repo, "config", key, str(trap))
    commit(repo, {".gitattributes": "*.py filter=x diff=x\n", "app/cas.py": sick("cas")})
    hooks = repo / ".git/hooks"
    for name in ("post-index-change", "pre-commit", "post-checkout"):
        shutil.copy(trap, hooks / name)
    mark.unlink(missing_ok=True)
    (repo / "app/dan.py").write_text(sick("dan"), "utf-8")
    for words in (("--since", "HEAD~1"), ("--staged", "--since", "HEAD"), ("--at", "HEAD")):
        run("check", *words, cwd=repo)
        assert not mark.exists(), words


def test_a_tree_that_leads_out_writes_nothing_there(repo: Path, tmp_path: Path) -> None:
    """Names in a tree that nobody has checked are no way out of the folder for settings."""
    blob = git(repo, "hash-object", "-w", "pyproject.toml")
    inner = subprocess.run(
        ["git", "mktree"],
        cwd=repo,
        input=f"100644 blob {blob}\tevil.toml\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    listed = git(repo, "ls-tree", tree) + f"\n040000 tree {inner}\t..\n"
    made = (
        subprocess.run(
            ["git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
            cwd=repo,
            input=_raw_tree(listed),
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    id = git(repo, "commit-tree", made, "-m", "evil")
    place = tmp_path / "tmp/deep"
    place.mkdir(parents=True)
    done = run("check", "--at", id, cwd=repo, TMPDIR=str(place))
    assert done.returncode in (0, 1), done.stderr
    assert not list(place.parent.rglob("evil.toml"))


def _raw_tree(listed: str) -> bytes:
    rows = []
    for line in listed.splitlines():
        about, _, name = line.partition("\t")
        mode, _, id = about.split()
        rows.append((name, f"{mode.lstrip('0')} {name}".encode() + b"\0" + bytes.fromhex(id)))
    return b"".join(row for _, row in sorted(rows))
