"""The GitHub Action, the hooks and the pages on CI: valid by the schemas and linters of those who run them, safe with
whatever comes in by their inputs, and with command lines that our parser knows."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from test_cli import POSIX, environment, project

from ssot_lint.cli.arguments import parse
from ssot_lint.discovery.pipelines import pipeline

ROOT = Path(__file__).parent.parent
ACTION = ROOT / "action.yml"
PAGE = ROOT / "docs" / "ci.md"

SCHEMAS = {
    "action.yml": "github-actions",
    ".github/workflows/ssot-lint.yml": "github-workflows",
    ".gitlab-ci.yml": "gitlab-ci",
    "azure-pipelines.yml": "azure-pipelines",
    "bitbucket-pipelines.yml": "bitbucket-pipelines",
}
"""What check-jsonschema calls the schema, by the path of the file. It ships those of SchemaStore."""


@dataclass(frozen=True)
class Snippet:
    """A fence of the page, and the file that it is said to be, or nothing."""

    path: str
    language: str
    text: str


def snippets() -> list[Snippet]:
    fence = re.compile(r"(?:^`(?P<path>[^`]+)`:\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
    return [
        Snippet(one["path"] or "", one["language"], one["text"])
        for one in fence.finditer(PAGE.read_text(encoding="utf-8"))
    ]


FILES = [one for one in snippets() if one.path]
YAML = [one for one in FILES if one.language == "yaml"]


def named(snippet: Snippet) -> str:
    return snippet.path


def program(name: str) -> str:
    """Where the tool is: beside this Python, or on the PATH."""
    found = shutil.which(name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def passes(*words: str, cwd: Path) -> None:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def loaded(text: str) -> Any:
    return pytest.importorskip(
        "yaml", reason="PyYAML, which comes with pre-commit, is not installed"
    ).safe_load(text)


# What the services say.


def test_the_page_has_a_file_for_each_service() -> None:
    kinds = {*SCHEMAS, ".pre-commit-config.yaml", "Jenkinsfile"} - {"action.yml"}
    assert {one.path for one in FILES} == kinds


@pytest.mark.parametrize("snippet", [one for one in YAML if one.path in SCHEMAS], ids=named)
def test_files_of_services_fit_their_schemas(snippet: Snippet, tmp_path: Path) -> None:
    (tmp_path / "file.yml").write_text(snippet.text, encoding="utf-8")
    (tmp_path / "wrong.yml").write_text("- 1\n- {}\n", encoding="utf-8")
    words = [program("check-jsonschema"), "--builtin-schema", f"vendor.{SCHEMAS[snippet.path]}"]
    # The patterns of some schemas are written for engines that overlook needless backslashes.
    words += ["--regex-variant", "nonunicode"]
    passes(*words, "file.yml", cwd=tmp_path)
    with pytest.raises(AssertionError):
        passes(*words, "wrong.yml", cwd=tmp_path)


def test_the_action_fits_its_schema() -> None:
    passes(program("check-jsonschema"), "--builtin-schema", "vendor.github-actions", str(ACTION), cwd=ROOT)


def test_hooks_are_what_pre_commit_expects(tmp_path: Path) -> None:
    tool = program("pre-commit")
    passes(tool, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), cwd=tmp_path)
    (snippet,) = (one for one in YAML if one.path == ".pre-commit-config.yaml")
    (tmp_path / snippet.path).write_text(snippet.text, encoding="utf-8")
    passes(tool, "validate-config", snippet.path, cwd=tmp_path)
    known = {hook["id"] for hook in loaded((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert {hook["id"] for repo in loaded(snippet.text)["repos"] for hook in repo["hooks"]} <= known


def test_the_jenkinsfile_is_groovy() -> None:
    tree_sitter = pytest.importorskip("tree_sitter", reason="tree-sitter is not installed")
    groovy = pytest.importorskip("tree_sitter_groovy", reason="its grammar of Groovy is not installed")
    parser = tree_sitter.Parser(tree_sitter.Language(groovy.language()))
    (snippet,) = (one for one in FILES if one.path == "Jenkinsfile")
    assert not parser.parse(snippet.text.encode()).root_node.has_error
    assert parser.parse(snippet.text.replace("}", "", 1).encode()).root_node.has_error


WORKFLOWS = [one for one in YAML if one.path.startswith(".github/workflows/")]


GENERATED = pipeline("github", ".").text
"""The workflow that ``init`` writes."""


def workflows(folder: Path) -> Path:
    """A repository with the workflows of the page and that of ``init``, and the action where the first says that it
    is."""
    for number, text in enumerate([*(one.text for one in WORKFLOWS), GENERATED]):
        project(folder, {f".github/workflows/{number}.yml": text})
    shutil.copy(ACTION, folder / "action.yml")
    return folder


def test_the_workflows_of_this_repository_are_sound() -> None:
    workflows = ROOT / ".github" / "workflows"
    for workflow in sorted(workflows.glob("*.yml")):
        passes(
            program("check-jsonschema"),
            "--builtin-schema",
            "vendor.github-workflows",
            str(workflow),
            cwd=ROOT,
        )
    passes(program("zizmor"), "--offline", "--persona", "pedantic", "--no-config", str(workflows), cwd=ROOT)


def test_zizmor_finds_nothing_in_the_action_and_the_workflows(tmp_path: Path) -> None:
    folder = workflows(tmp_path)
    passes(program("zizmor"), "--offline", "--persona", "pedantic", "--no-config", str(folder), cwd=folder)


def test_actionlint_finds_nothing_in_the_workflows_and_the_use_of_the_action(tmp_path: Path) -> None:
    folder = workflows(tmp_path)
    (folder / ".git").mkdir()
    for path in (folder / ".github/workflows").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"OWNER/ssot-lint@\w+", "./", text), encoding="utf-8")
    passes(program("actionlint"), cwd=folder)


def test_actions_of_others_are_pinned_by_hash_with_their_version() -> None:
    texts = [ACTION.read_text(encoding="utf-8"), GENERATED, *(one.text for one in WORKFLOWS)]
    used = [line.strip() for text in texts for line in text.splitlines() if re.match(r"\s*(- )?uses:", line)]
    assert len(used) >= 8
    assert [
        line for line in used if not re.search(r"@[0-9a-f]{40} # (v\d+\.\d+\.\d+|the commit of)", line)
    ] == []
    # One version of each, on the page as in the action.
    pins = {tuple(re.findall(r"uses: (\w+/[\w-]+)[\w/-]*@(\w+)", line)[0]) for line in used}
    assert len(pins) == len({name for name, _ in pins})


# The action's scripts.


def steps() -> dict[str, dict[str, Any]]:
    return {
        step.get("id", step["name"]): step
        for step in loaded(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
    }


def test_nothing_is_put_into_the_text_of_a_script() -> None:
    scripts = [step["run"] for step in steps().values() if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []


def test_the_page_tells_each_input_and_its_default() -> None:
    inputs = loaded(ACTION.read_text(encoding="utf-8"))["inputs"]
    rows = dict(re.findall(r"^\| `([\w-]+)` \|([^|]*)\|", PAGE.read_text(encoding="utf-8"), re.M))
    assert rows.keys() == inputs.keys()
    for name, one in inputs.items():
        plain = one["default"] and "${{" not in one["default"]
        assert not plain or rows[name] == f" `{one['default']}` ", name


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A project with two findings, and the programs that the action would have installed."""
    programs = tmp_path / "programs"
    programs.mkdir()
    start = "from ssot_lint.cli import entry; entry()"
    for name, words in {"python": [sys.executable], "ssot-lint": [sys.executable, "-c", start]}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        (programs / name).chmod(0o755)
    return project(tmp_path / "room")


def script(step: str, cwd: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Runs a step as GitHub does: the same shell and options, inputs by the environment."""
    temp = cwd.parent / "temp"
    temp.mkdir(exist_ok=True)
    (temp / "script.sh").write_text(steps()[step]["run"])
    (temp / "output").write_text("")
    variables = {name: "" for name, value in steps()[step]["env"].items() if "inputs." in value}
    return subprocess.run(
        [program("bash"), "--noprofile", "--norc", "-eo", "pipefail", str(temp / "script.sh")],
        cwd=cwd,
        env={
            **environment(**variables),
            "RUNNER_TEMP": str(temp),
            "GITHUB_OUTPUT": str(temp / "output"),
            "PROGRAMS": str(cwd.parent / "programs"),
            **inputs,
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@POSIX
def test_the_action_checks_and_ends_as_the_command_does(room: Path) -> None:
    sick = script("check", room, ARGS="--format concise -q")
    assert sick.returncode == 1, sick.stderr
    assert [line.split(" ")[1] for line in sick.stdout.splitlines()] == ["SOT101", "SOT201"]
    assert script("check", room, PATHS="app/clean.py\napp/rooms.py").returncode == 0
    wrong = script("check", room, ARGS="--formt text")
    assert wrong.returncode == 2
    assert "unknown option `--formt`" in wrong.stderr
    narrowed = script(
        "check", room, ARGS="--select 'SOT2' --format=concise", PATHS="'app/sick.py' app/clean.py"
    )
    assert narrowed.stdout.count("SOT") == 1
    assert (room.parent / "temp/output").read_text() == ""


@POSIX
def test_the_action_reports_what_was_added_and_where_the_sarif_file_is(room: Path) -> None:
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "old"]):
        identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        subprocess.run([program("git"), *identity, *words], cwd=room, check=True)
    old = script("check", room, SINCE="HEAD", SARIF="true")
    assert old.returncode == 0, old.stderr
    (room / "app/new.py").write_text("from app.rooms import Room\n\nRoom(None)\n")
    new = script("check", room, SINCE="HEAD", SARIF="true")
    assert new.returncode == 1, new.stderr
    output = (room.parent / "temp/output").read_text()
    assert output == f"sarif={room.parent / 'temp/ssot-lint.sarif'}\n"
    assert "app/new.py" in Path(output.strip().partition("=")[2]).read_text()


@POSIX
@pytest.mark.parametrize("name", ["ARGS", "PATHS"])
@pytest.mark.parametrize(
    "value",
    [
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned",
        '"; touch pwned; "',
        "' && touch pwned '",
        "a\ntouch pwned\n",
        "$RUNNER_TEMP/*",
        "-- ; touch pwned",
        "'",
    ],
)
def test_nothing_in_an_input_is_run_or_expanded(name: str, value: str, room: Path) -> None:
    result = script("check", room, **{name: value})
    assert result.returncode != 0
    assert [path.name for path in room.rglob("pwned")] == []
    if "RUNNER" in value:
        assert "$RUNNER_TEMP/*" in result.stderr


@POSIX
@pytest.mark.parametrize("value", ["; touch pwned", "$(touch pwned)", " @ https://example.org/x.whl", "[x]"])
def test_only_a_version_is_taken_for_one(value: str, room: Path) -> None:
    result = script("install", room, VERSION=value, PYTHON="false", GITHUB_ACTION_PATH=str(ROOT))
    assert result.returncode == 2
    assert result.stdout.startswith("::error::the input version is no version of PyPI")
    assert not (room / "pwned").exists()


NO_REGISTRY = re.compile(
    r"No matching distribution|Could not find a version|Temporary failure in name resolution|"
    r"Failed to establish a new connection|Connection refused|Network is unreachable|timed out"
)


@POSIX
@pytest.mark.slow
def test_the_action_installs_itself_and_nothing_from_the_folder_that_it_checks(room: Path) -> None:
    for name in ("venv.py", "pip.py", "ensurepip.py", "sitecustomize.py"):
        (room / name).write_text("open('pwned', 'w')\n")
    result = script("install", room, PYTHON=sys.executable, GITHUB_ACTION_PATH=str(ROOT), PYTHONPATH="")
    if result.returncode and NO_REGISTRY.search(result.stderr):
        pytest.skip("the dependencies cannot be installed here")
    assert result.returncode == 0, result.stderr
    assert not (room / "pwned").exists()
    output = (room.parent / "temp/output").read_text()
    checked = script("check", room, ARGS="--format concise -q", PROGRAMS=output.strip().partition("=")[2])
    assert checked.returncode == 1, checked.stderr
    assert checked.stdout.count("SOT") == 2


# Command lines.


def lines_of(value: object) -> Iterator[str]:
    """All lines of text in a document."""
    if isinstance(value, str):
        yield from value.splitlines()
    elif isinstance(value, dict):
        for item in value.values():
            yield from lines_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from lines_of(item)


def commands() -> Iterator[str]:
    """Each command line of ours on the page."""
    page = PAGE.read_text(encoding="utf-8")
    for one in snippets():
        if one.language == "yaml":
            lines = list(lines_of(loaded(one.text)))
        elif one.language == "groovy":
            lines = re.findall(r"sh '(.*)'", one.text)
        else:
            lines = one.text.splitlines()
        for line in lines:
            words = shlex.split(line, comments=True)
            if words and re.fullmatch(r"(.*/)?ssot-lint", words[0]) and words[1:] and "|" not in words:
                yield shlex.join(words[1:])
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S)
    yield from re.findall(r"`ssot-lint ([^`]+)`", prose)
    # What the page says of the action's input `args` is said of `check`.
    yield from (f"check {words}" for words in re.findall(r"as in a shell: `([^`]+)`", prose))


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_command_lines_are_understood(command: str) -> None:
    parse(shlex.split(command))


def test_no_command_line_is_overlooked() -> None:
    found = list(commands())
    assert len(found) >= 15
    assert {command.split()[0] for command in found} == {"check", "baseline", "init"}


def test_links_of_the_page_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", PAGE.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []
