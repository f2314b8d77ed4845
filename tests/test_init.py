"""``ssot-lint init``: what it proposes, what it writes, and what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.cli.arguments import parse
from ssot_lint.discovery import hooks
from ssot_lint.discovery.origin import Origin, origin
from ssot_lint.discovery.origin import read as read_origin
from ssot_lint.discovery.pipelines import pipeline
from ssot_lint.model.errors import Unusable
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.settings.settings import Settings
from tests.terminal import dialogue
from tests.test_cli import POSIX, project, run, wrong

ROOT = Path(__file__).parent.parent
PYPROJECT = '[project]\nname = "rooms"  # kept\nversion = "1"\n'
HUB = """\
class Hub:
    pass


# The name up to 1.x, deprecated.
OldHub = Hub


def get_hub(user):
    return Hub()
"""
FILES = {
    "pyproject.toml": PYPROJECT,
    "app/__init__.py": "from app.hub import Hub\n",
    "app/hub.py": HUB,
    "app/a.py": "from app.hub import OldHub\n\nhub = OldHub()\n",
    "app/b.py": "from app import Hub\n\n\ndef main():\n    return Hub().join()\n",
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return project(tmp_path / "app", FILES)


def tree(folder: Path) -> dict[str, bytes]:
    """The bytes of all files, without what runs remember and git's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".ssot_lint_cache", ".git"} & {*path.parts}
    }


def init(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    result = run("init", *words, cwd=cwd)
    assert result.returncode == 0, result.stderr
    return result


def written(folder: Path, name: str = "pyproject.toml") -> Settings:
    return loading.load(folder / name, codes=CODES)


def test_the_command_has_help_with_examples(tmp_path: Path) -> None:
    assert "\nexamples:\n  ssot-lint init --dry-run\n" in run("init", "--help", cwd=tmp_path).stdout
    assert "  init " in run("--help", cwd=tmp_path).stdout


# What is proposed.


def test_the_sick_example_gets_the_contract_that_it_has(tmp_path: Path) -> None:
    example = tmp_path / "chat"
    shutil.copytree(ROOT / "examples" / "chat", example, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    before = (example / "pyproject.toml").read_text(encoding="utf-8")
    bare = before[: before.index("[tool.ssot-lint")]
    by_hand = loading.parse(before.encode(), example / "pyproject.toml", codes=CODES).contracts[0]
    (example / "pyproject.toml").write_text(bare, encoding="utf-8")
    init("--no-baseline", cwd=example)
    (contract,) = written(example).contracts
    assert contract.name == by_hand.name
    assert contract.canonical == by_hand.canonical
    assert contract.implementation == by_hand.implementation
    assert contract.factories == by_hand.factories
    assert contract.isolated_by == by_hand.isolated_by
    assert {*contract.retired} == {*by_hand.retired}
    assert (example / "pyproject.toml").read_text(encoding="utf-8").startswith(bare)
    assert run("check", cwd=example).returncode == 1


def test_the_healed_example_calls_for_no_contract(tmp_path: Path) -> None:
    example = tmp_path / "chat"
    shutil.copytree(ROOT / "examples" / "chat-healed", example, ignore=shutil.ignore_patterns("*.toml"))
    result = init(cwd=example)
    assert "no class calls for a contract" in result.stderr
    assert written(example, "ssot-lint.toml").contracts == ()
    assert "# [contracts.hub]" in (example / "ssot-lint.toml").read_text(encoding="utf-8")
    assert run("check", cwd=example).returncode == 0


def test_each_line_of_a_contract_has_its_place(app: Path) -> None:
    init(cwd=app)
    text = (app / "pyproject.toml").read_text(encoding="utf-8")
    assert '# app/hub.py:1: imported from here by 1 file\ncanonical = "app.hub.Hub"\n' in text
    assert '    "OldHub",  # app/hub.py:6: a comment there says “The name up to 1.x, deprecated.”\n' in text
    assert '    "app.hub.get_hub",  # app/hub.py:9: returns a new one\n' in text
    assert '# app/hub.py:9: a parameter of get_hub\nisolated-by = ["user"]\n' in text
    assert "#   app.Hub  app/b.py:1: once\n" in text
    assert "#   hub  app/a.py:3\n" in text


def test_more_contracts_on_demand(app: Path) -> None:
    def other(text: str) -> str:
        return text.replace("app", "more").replace("Hub", "Pool").replace("hub", "pool")

    project(app, {other(name): other(text) for name, text in FILES.items() if name != "pyproject.toml"})
    assert "a contract for Hub; --contracts N would write more: Pool\n" in init("--dry-run", cwd=app).stderr
    init("--contracts", "3", cwd=app)
    assert [one.canonical for one in written(app).contracts] == ["app.hub.Hub", "more.pool.Pool"]


def test_a_retired_name_that_another_class_bears_is_not_retired(app: Path) -> None:
    project(app, {"app/other.py": "class OldHub:\n    pass\n"})
    init(cwd=app)
    (contract,) = written(app).contracts
    assert contract.retired == ()
    assert "#   OldHub  app/hub.py:6" in (app / "pyproject.toml").read_text(encoding="utf-8")


def test_the_code_is_not_run(app: Path) -> None:
    (app / "app" / "hub.py").write_text(f"{HUB}\nopen('ran', 'w')\n", encoding="utf-8")
    (app / "sitecustomize.py").write_text("open('ran', 'w')\n", encoding="utf-8")
    init(cwd=app)
    assert not (app / "ran").exists()


def test_files_that_cannot_be_parsed_are_passed(app: Path) -> None:
    project(app, {"app/broken.py": "from app.hub import Hub\ndef (:\n", "app/nul.py": "Hub()\0"})
    init(cwd=app)
    assert [one.canonical for one in written(app).contracts] == ["app.hub.Hub"]


# What is written.


@pytest.mark.parametrize(
    "words", [(), ("--pre-commit", "--ci", "github"), ("--file", "ssot-lint.toml", "--ci", "gitlab")]
)
def test_twice_changes_nothing(words: tuple[str, ...], app: Path) -> None:
    init(*words, cwd=app)
    once = tree(app)
    result = init(*words, cwd=app)
    assert tree(app) == once
    assert result.stdout == ""
    assert "has settings already: they are left alone" in result.stderr
    assert "nothing is to be written" in result.stderr


def test_dry_run_writes_nothing_and_shows_the_same_diff(app: Path) -> None:
    before = tree(app)
    words = ("--pre-commit", "--ci", "github", "--no-baseline")
    dry = init("--dry-run", *words, cwd=app)
    assert tree(app) == before
    assert {path.name for path in app.iterdir()} == {"app", "pyproject.toml"}
    assert init(*words, cwd=app).stdout == dry.stdout
    assert dry.stdout.startswith("--- a/pyproject.toml\n+++ b/pyproject.toml\n@@ -1,3 +1,")
    assert "\n--- /dev/null\n+++ b/.github/workflows/ssot-lint.yml\n" in dry.stdout


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n"])
def test_what_was_there_stays_byte_for_byte(end: str, mark: bytes, last: str, app: Path) -> None:
    before = mark + (PYPROJECT.rstrip() + last).replace("\n", end).encode()
    (app / "pyproject.toml").write_bytes(before)
    os.chmod(app / "pyproject.toml", 0o640)
    init("--no-baseline", cwd=app)
    after = (app / "pyproject.toml").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(end.encode())
    assert b"\r" in after or end == "\n"
    assert len(written(app).contracts) == 1
    if os.name == "posix":
        assert os.stat(app / "pyproject.toml").st_mode & 0o777 == 0o640


def test_without_a_pyproject_the_settings_have_a_file_of_their_own(app: Path) -> None:
    (app / "pyproject.toml").unlink()
    init(cwd=app)
    assert len(written(app, "ssot-lint.toml").contracts) == 1


def test_settings_further_up_are_left_alone(app: Path) -> None:
    init("--no-baseline", cwd=app)
    result = init("--file", "ssot-lint.toml", cwd=app / "app")
    assert "../pyproject.toml has settings already: they are left alone" in result.stderr
    assert not (app / "app" / "ssot-lint.toml").exists()


def test_hooks_and_ci_belong_to_the_repository(app: Path) -> None:
    (app.parent / ".git").mkdir()
    init("--pre-commit", "--ci", "github", "--no-baseline", cwd=app)
    assert (app.parent / hooks.FILE).exists()
    text = (app.parent / ".github" / "workflows" / "ssot-lint.yml").read_text(encoding="utf-8")
    assert 'ssot-lint check "app"\n' in text
    assert (app / "pyproject.toml").read_text(encoding="utf-8") != PYPROJECT


def test_pipelines_are_yaml_that_runs_check(app: Path) -> None:
    init("--ci", "github", "--no-baseline", cwd=app)
    result = init("--ci", "gitlab", cwd=app)
    assert "add `include: [{local: .gitlab/ssot-lint.yml}]` to .gitlab-ci.yml" in result.stderr
    github = yaml.safe_load((app / ".github/workflows/ssot-lint.yml").read_text(encoding="utf-8"))
    runs = [step["run"] for step in github["jobs"]["ssot-lint"]["steps"] if "run" in step]
    assert runs[1:] == ['ssot-lint check --since "origin/$GITHUB_BASE_REF"', "ssot-lint check"]
    assert [parse(shlex.split(one)[1:]).since for one in runs[1:]] == ["origin/$GITHUB_BASE_REF", None]
    # What others choose, such as the name of a branch, is never put into a command.
    assert not any("${{" in one for one in runs)
    gitlab = yaml.safe_load((app / ".gitlab/ssot-lint.yml").read_text(encoding="utf-8"))
    assert "ssot-lint check --since" in gitlab["ssot-lint"]["script"][1]


def test_what_is_found_now_is_recorded(app: Path) -> None:
    assert "in the baseline" in init(cwd=app).stderr
    assert run("check", cwd=app).returncode == 0
    project(app, {"app/new.py": "from app.hub import Hub\n\n\ndef new():\n    return Hub()\n"})
    assert run("check", cwd=app).returncode == 1


# What is asked.


@POSIX
@pytest.mark.parametrize(
    ("answer", "is_written"), [(b"y\n", True), (b"n\n", False), (b"\n", False), (b"\x04", False)]
)
def test_a_terminal_is_asked_once(answer: bytes, is_written: bool, app: Path) -> None:
    asked = dialogue("init", "--no-baseline", question=b"write? [y/N]", answer=answer, cwd=app)
    assert asked.returncode == 0
    assert b"\x1b[32m+" in asked.shown
    assert b"+++" not in asked.rest
    assert (b"[tool.ssot-lint" in (app / "pyproject.toml").read_bytes()) is is_written
    assert ("wrote pyproject.toml" if is_written else "nothing was written") in asked.stderr


# What bad input gets.


def refused(*words: str, cwd: Path) -> str:
    """The sentence that a run gets which then changes nothing."""
    before = tree(cwd)
    (line,) = wrong("init", *words, cwd=cwd)
    assert tree(cwd) == before
    return line


def test_no_python_files(tmp_path: Path) -> None:
    assert "there are no Python files below this folder" in refused(cwd=tmp_path)


@pytest.mark.parametrize(
    ("files", "words", "sentence"),
    [
        ({"pyproject.toml": "[project\n"}, (), "pyproject.toml:1: is not TOML"),
        ({"pyproject.toml": "[tool.ssot-lint]\nslect = []\n"}, (), "pyproject.toml:2: slect: unknown key"),
        ({"pyproject.toml": "tool = {}\n"}, (), "no table can be added to pyproject.toml"),
        ({"ssot-lint.toml": "contracts = 1\n"}, (), "ssot-lint.toml:1: contracts"),
        (
            {".github/workflows/ssot-lint.yml": "on: push\n"},
            ("--ci", "github"),
            "says something else: it is left alone",
        ),
        ({".github": "a file\n"}, ("--ci", "github"), "cannot be read: not a directory"),
        (
            {".pre-commit-config.yaml": "repos: []\n"},
            ("--pre-commit",),
            "`repos` is not a list with a line for each item",
        ),
        ({}, ("--ci", "jenkins"), "`jenkins` is not one of"),
        ({}, ("--contracts", "0"), "expected an integer of at least 1"),
        ({}, ("--file", "setup.cfg"), "`setup.cfg` is not one of"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    files: Mapping[str, str], words: tuple[str, ...], sentence: str, app: Path
) -> None:
    project(app, files)
    before = tree(app)
    assert sentence in wrong("init", *words, cwd=app)[0]
    assert tree(app) == before


@POSIX
@pytest.mark.parametrize("name", ["pyproject.toml", hooks.FILE, ".github/workflows/ssot-lint.yml"])
def test_links_and_folders_are_left_alone(name: str, app: Path) -> None:
    place = app / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    target = app.parent / "elsewhere"
    target.write_text("# mine\n", encoding="utf-8")
    place.symlink_to(target)
    words = ("--pre-commit", "--ci", "github")
    assert f"{name} is a link" in refused(*words, cwd=app)
    place.unlink()
    place.mkdir()
    assert f"{name} is a folder" in refused(*words, cwd=app)
    assert target.read_text(encoding="utf-8") == "# mine\n"


@POSIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only(app: Path) -> None:
    app.chmod(0o555)
    try:
        assert "cannot be written: permission denied; nothing has been changed" in refused(cwd=app)
    finally:
        app.chmod(0o755)


# The text of .pre-commit-config.yaml.

ENTRY = {
    "repo": hooks.REPOSITORY,
    "rev": f"v{hooks.__version__}",
    "hooks": [{"id": each} for each in hooks.HOOKS],
}

USUAL = """\
# Ours.
default_language_version: {python: python3}
repos:
  # The usual ones.
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v4.5.0  # held
    hooks:
      - id: trailing-whitespace
        args: [--markdown-linebreak-ext=md]
  # Goes with the next key.

ci:
  autofix_prs: false
"""
OLD_STYLE = """\
repos:
-   repo: https://github.com/psf/black
    rev: 23.1.0
    hooks:
    -   id: black
        exclude: |
            (?x)^(
                # generated
                a/
            )$
"""
SHAPES = {
    "usual": USUAL,
    "old style": OLD_STYLE,
    "no newline at the end": OLD_STYLE.replace("|\n", "a").partition("(?x)")[0].rstrip(),
    "windows": USUAL.replace("\n", "\r\n"),
    "mark": "\ufeff" + USUAL,
    "start of document": "---\n" + USUAL,
    "quoted": USUAL.replace("repos:", '"repos":'),
    "nothing in the list": "repos:\nfail_fast: true\n",
    "nothing in the list, at the end": "fail_fast: true\nrepos:",
    "nothing": "",
    "a hook in a comment": USUAL + "# - id: ssot-lint\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_the_hook_is_one_more_entry_and_all_else_stays(text: str) -> None:
    before = text.encode()
    after = hooks.with_hooks(before)
    old, new = (yaml.safe_load(data.decode("utf-8-sig")) or {} for data in (before, after))
    assert new.pop("repos") == [*(old.pop("repos", None) or []), ENTRY]
    assert new == old
    # Nothing is gone: without the lines that came the text is what it was.
    kept = iter(after.decode().splitlines())
    assert all(line in kept for line in text.splitlines())
    assert (b"\r\n" in after) == (b"\r\n" in before)
    assert after.count(b"\n") == after.count(b"\r\n") or b"\r\n" not in before
    assert after.endswith(b"\n") == (before.endswith(b"\n") or not before)
    assert hooks.with_hooks(after) == after


def test_the_hook_is_written_as_its_neighbours_are() -> None:
    assert (
        hooks.with_hooks(OLD_STYLE.encode())
        .decode()
        .endswith(
            f"            )$\n-   repo: {hooks.REPOSITORY}\n    rev: v{hooks.__version__}\n    hooks:\n"
            "    -   id: ssot-lint\n    -   id: ssot-lint-contracts\n"
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "repos: []\n",
        "repos: [{repo: local, hooks: []}]\n",
        "repos: &all\n  - repo: local\n",
        "repos: *all\n",
        "{repos: []}\n",
        "- repo: local\n",
        "repos:\n  - repo: local\n---\nrepos:\n  - repo: local\n",
        "repos:\n\t- repo: local\n",
        "repos:\n    - repo: local\n  # no\n  x: 1\n",
        "repos:\n  repo: local\n",
        "\xff".encode("latin-1").decode("latin-1") + ": x\n",
    ],
)
def test_what_cannot_be_edited_safely_is_refused(text: str) -> None:
    with pytest.raises(Unusable, match="cannot be edited safely"):
        hooks.with_hooks(text.encode())


@pytest.mark.parametrize(
    "text", ["- id: ssot-lint\n", "- {id: 'ssot-lint'}\n", '      -   id: "ssot-lint" # here\n']
)
def test_a_hook_that_is_there_is_enough(text: str) -> None:
    data = f"repos:\n  - repo: x\n    hooks:\n    {text}".encode()
    assert hooks.with_hooks(data) == data


@given(
    outer=st.sampled_from(["", "  ", "    "]),
    gap=st.sampled_from([" ", "   "]),
    nested=st.sampled_from([0, 2, 4]),
    repos=st.integers(1, 3),
    after=st.sampled_from(["", "fail_fast: true\n", "\n# end\n", "\n\nci:\n    skip: [a]\n"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_style_of_lists_is_followed(
    outer: str, gap: str, nested: int, repos: int, after: str, end: str
) -> None:
    keys = outer + " " * (1 + len(gap))
    lines = ["repos:"]
    for number in range(repos):
        lines += [f"{outer}-{gap}repo: r{number}", f"{keys}rev: '1'", f"{keys}hooks:"]
        lines += [f"{keys}{' ' * nested}-{gap}id: h{number}"]
    text = "".join(f"{line}\n" for line in lines) + after
    result = hooks.with_hooks(text.replace("\n", end).encode()).decode()
    assert yaml.safe_load(result)["repos"] == [*yaml.safe_load(text)["repos"], ENTRY]
    assert f"{end}{keys}{' ' * nested}-{gap}id: ssot-lint{end}" in result


def test_the_address_is_that_of_the_readme() -> None:
    assert f"  - repo: {hooks.REPOSITORY}\n    rev: v{hooks.__version__}\n" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )


# Where what is written gets ssot-lint from.

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = {"url": "https://example.org/team/lint.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
WHEEL = {"url": "https://example.org/l-1.whl", "archive_info": {"hashes": {"sha256": "ab12"}}}
FOLDER = {"url": "file:///home/me/lint", "dir_info": {"editable": True}}


@pytest.mark.parametrize(
    ("said", "version", "expected"),
    [
        (None, "0.1.0", Origin("ssot-lint==0.1.0")),
        (None, "0.2rc1", Origin("ssot-lint==0.2rc1")),
        (None, "0.2.dev3+g1234", Origin()),
        (GIT, "1", Origin(f"ssot-lint @ git+{GIT['url']}@{COMMIT}", str(GIT["url"]), COMMIT)),
        (
            {**GIT, "url": "https://me:secret@example.org/l.git"},
            "1",
            Origin(
                f"ssot-lint @ git+https://example.org/l.git@{COMMIT}", "https://example.org/l.git", COMMIT
            ),
        ),
        (
            {**GIT, "url": "ssh://git@example.org/l.git"},
            "1",
            Origin(
                f"ssot-lint @ git+ssh://git@example.org/l.git@{COMMIT}", "ssh://git@example.org/l.git", COMMIT
            ),
        ),
        (
            {**GIT, "subdirectory": "tools/lint"},
            "1",
            Origin(f"ssot-lint @ git+{GIT['url']}@{COMMIT}#subdirectory=tools/lint"),
        ),
        (
            {**GIT, "url": "file:///srv/lint.git"},
            "1",
            Origin(
                f"ssot-lint @ git+file:///srv/lint.git@{COMMIT}", "file:///srv/lint.git", COMMIT, here=True
            ),
        ),
        (WHEEL, "1", Origin("ssot-lint @ https://example.org/l-1.whl#sha256=ab12")),
        ({**WHEEL, "archive_info": {}}, "1", Origin("ssot-lint @ https://example.org/l-1.whl")),
        (FOLDER, "1", Origin("ssot-lint @ file:///home/me/lint", here=True)),
        ({"url": "file:///home/me/$(rm)", "dir_info": {}}, "1", Origin()),
        ({"url": 'https://x/"; rm', "archive_info": {}}, "1", Origin()),
        ({}, "1", Origin()),
        ([], "1", Origin()),
    ],
)
def test_where_an_installation_came_from(said: object, version: str, expected: Origin) -> None:
    assert read_origin(None if said is None else json.dumps(said), version) == expected


@pytest.mark.parametrize("said", [None, GIT, WHEEL, FOLDER], ids=["index", "git", "wheel", "folder"])
def test_hooks_and_pipelines_install_the_same(said: object) -> None:
    known = read_origin(None if said is None else json.dumps(said), "0.1.0")
    (entry,) = yaml.safe_load(hooks.with_hooks(None, known))["repos"]
    assert [hook["id"] for hook in entry["hooks"]] == [*hooks.HOOKS]
    if known.repository:
        assert (entry["repo"], entry["rev"]) == (known.repository, known.commit)
    else:
        assert entry["repo"] == "local"
        assert all(hook["additional_dependencies"] == [known.requirement] for hook in entry["hooks"])
    github = yaml.safe_load(pipeline("github", ".", known).text)
    installing = next(
        step["run"] for step in github["jobs"]["ssot-lint"]["steps"] if step.get("name") == "Install"
    )
    assert shlex.split(installing)[-1] == known.requirement
    gitlab = yaml.safe_load(pipeline("gitlab", ".", known).text)
    assert shlex.split(gitlab["ssot-lint"]["script"][0])[-1] == known.requirement
    remark = "put here what" in pipeline("github", ".", known).text.lower()
    assert remark == known.here == (b"# Put here what" in hooks.with_hooks(None, known))


def test_what_is_not_known_is_for_somebody_to_fill_in() -> None:
    for text in (hooks.with_hooks(None, Origin()).decode(), pipeline("gitlab", ".", Origin()).text):
        yaml.safe_load(text)
        assert "put here what" in text.lower()
    assert hooks.REPOSITORY in hooks.with_hooks(None, Origin()).decode()


def test_hooks_without_a_repository_are_those_of_it() -> None:
    shipped = {
        one["id"]: one
        for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    }
    (entry,) = yaml.safe_load(hooks.with_hooks(None, Origin("ssot-lint==1")))["repos"]
    for hook in entry["hooks"]:
        del hook["additional_dependencies"]
        assert hook == {key: value for key, value in shipped[hook["id"]].items() if key in hook}
        # What is left out is what pre-commit does anyway.
        assert {*shipped[hook["id"]]} - {*hook} <= {"description", "pass_filenames", "always_run"}


def test_what_was_found_names_what_it_counts(app: Path) -> None:
    assert re.search(r"ssot-lint: \d+ findings by 1 contract, recorded in the baseline", init(cwd=app).stderr)


def test_the_written_files_say_where_this_installation_came_from(app: Path) -> None:
    result = init("--pre-commit", "--ci", "github", "--no-baseline", cwd=app)
    known = origin()
    text = (app / hooks.FILE).read_text(encoding="utf-8")
    assert (known.repository or known.requirement or hooks.REPOSITORY) in text
    assert ("names what only this machine has" in result.stderr) == known.here
