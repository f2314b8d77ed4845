"""What `ssot-lint fix` makes of projects: the sections `Fix` of the pages, and what is written, shown and left."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import spec
from test_cli import run

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "rules").glob("*/*.md"))

_MARKS = re.compile(rf"[ \t]*(?:{spec._MARK})+[ \t]*$")
_WITH = re.compile(r"^with: (.+)$", re.MULTILINE)


def pairs() -> Iterator[tuple[spec.Case, spec.Case, list[str]]]:
    """The cases before and after, with the options between them."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        cases = [case for case in spec.read(page) if case.section == "Fix"]
        for before, after in zip(cases[::2], cases[1::2], strict=True):
            assert before.title.startswith("Before"), f"{page}:{before.line}"
            assert after.title == before.title.replace("Before", "After"), f"{page}:{after.line}"
            rows = text.split("\n")[before.line : after.line]
            found = _WITH.search("\n".join(rows))
            yield before, after, found[1].split() if found else []


PAIRS = list(pairs())


def bare(case: spec.Case) -> dict[str, str]:
    """The files of a case without marks."""
    return {
        file.path: "\n".join(_MARKS.sub("", line) for line in file.text.split("\n")) for file in case.files
    }


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ssot_lint_cache" not in path.parts
    }


def write(folder: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8"))
    return folder


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].document.stem}:{pair[0].line}")
def test_pages_say_what_is_repaired(pair: tuple[spec.Case, spec.Case, list[str]], tmp_path: Path) -> None:
    before, after, options = pair
    write(tmp_path, bare(before))
    done = run("fix", *options, cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    expected = bare(after)
    shared = before.files and {file.path for file in before.files} - before.own
    # What stands before and not after is deleted.
    assert files(tmp_path) == {path: text for path, text in expected.items() if path in shared | after.own}
    again = run("fix", *options, "--dry-run", cwd=tmp_path)
    assert "would fix" not in again.stdout


def test_each_page_says_how_or_why_not() -> None:
    with_pairs = {before.document for before, _, _ in PAIRS}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        section = text.partition("\n## Fix\n")[2].partition("\n## ")[0]
        assert section.strip(), page
        assert (page in with_pairs) != section.strip().startswith("There is none."), page


# The command.

HUB = "class Hub:\n    def join(self):\n        return 1\n"
PROJECT = {
    "ssot-lint.toml": '[contracts.hub]\ncanonical = "app.hub.Hub"\nretired = ["OldHub"]\n',
    "app/__init__.py": "",
    "app/hub.py": HUB,
    "app/old.py": "from app.hub import Hub\n\nOldHub = Hub\n",
    "app/user.py": "from app.old import OldHub\n\n\ndef join():\n    return OldHub().join()\n",
    "app/other.py": "from app.hub import Hub as H\n\nKINDS = [H]\n",
}
USER = "from app.hub import Hub\n\n\ndef join():\n    return Hub().join()\n"
OTHER = "from app.hub import Hub\n\nKINDS = [Hub]\n"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return write(tmp_path / "room", PROJECT)


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "core.autocrlf=false"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def committed(folder: Path) -> Path:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "as it was")
    return folder


def test_what_is_safe_is_written_and_the_rest_is_said(room: Path) -> None:
    done = run("fix", cwd=room)
    assert done.returncode == 1
    assert files(room) == {**PROJECT, "app/user.py": USER, "app/other.py": OTHER}
    assert done.stdout.startswith("fixed 2 findings in 2 files\n")
    assert "--unsafe-fixes would use Hub itself" in done.stdout
    assert run("check", "--select", "SOT101", cwd=room).returncode == 0


def test_all_can_go(room: Path) -> None:
    done = run("fix", "--unsafe-fixes", "--remove-shims", cwd=room)
    assert done.returncode == 0, done.stdout
    assert files(room) == {
        **PROJECT,
        "app/user.py": USER,
        "app/other.py": OTHER,
        "app/old.py": "from app.hub import Hub\n",
    }
    again = run("fix", "--unsafe-fixes", "--remove-shims", cwd=room)
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize("words", [["--diff"], ["--dry-run"]])
def test_nothing_is_written_where_it_is_only_shown(words: list[str], room: Path) -> None:
    assert run("fix", *words, cwd=room).returncode == 1
    assert files(room) == PROJECT
    run("fix", cwd=room)
    assert run("fix", *words, cwd=room).returncode == 0


@pytest.mark.parametrize("folder", [".", "app"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("word", ["Größe", "plain"])
def test_git_takes_the_patch(folder: str, newline: str, word: str, room: Path) -> None:
    own = f"# -*- coding: latin-1 -*-{newline}" + PROJECT["app/user.py"].replace("\n", newline) + f"# {word}"
    (room / "app/user.py").write_bytes(own.encode("latin-1"))
    committed(room)
    command = [sys.executable, "-m", "ssot_lint", "fix", "--diff"]
    patch = subprocess.run(command, cwd=room / folder, capture_output=True, check=False).stdout
    subprocess.run(["git", "apply", "-"], input=patch, cwd=room / folder, check=True)
    expected = f"# -*- coding: latin-1 -*-{newline}" + USER.replace("\n", newline) + f"# {word}"
    assert (room / "app/user.py").read_bytes() == expected.encode("latin-1")
    assert (room / "app/other.py").read_text() == OTHER
    assert run("fix", "--diff", cwd=room / folder).returncode == 0


def test_what_is_not_committed_is_not_written_to(room: Path) -> None:
    committed(room)
    (room / "app/user.py").write_text(PROJECT["app/user.py"] + "# mine\n")
    refused = run("fix", cwd=room)
    assert refused.returncode == 2
    assert "not committed yet: app/user.py" in refused.stderr
    assert (room / "app/other.py").read_text() == PROJECT["app/other.py"]
    git(room, "add", ".")
    assert run("fix", cwd=room).returncode == 2
    # What is not touched may be dirty.
    assert run("fix", "app/other.py", cwd=room).returncode == 0
    assert run("fix", "--allow-dirty", cwd=room).returncode == 1
    assert (room / "app/user.py").read_text() == USER + "# mine\n"


def test_only_what_was_asked_for_is_repaired(room: Path) -> None:
    run("fix", "--select", "alias-import", cwd=room)
    assert files(room) == {**PROJECT, "app/other.py": OTHER}
    committed(room)
    (room / "app/new.py").write_text("from app.hub import Hub as N\n\nNEW = [N]\n")
    assert "fixed 1 finding in 1 file" in run("fix", "--since", "HEAD", cwd=room).stdout
    assert (room / "app/new.py").read_text() == "from app.hub import Hub\n\nNEW = [Hub]\n"
    assert (room / "app/user.py").read_text() == PROJECT["app/user.py"]


def test_what_follows_from_a_change_is_added_by_it(room: Path) -> None:
    door = "class Door:\n    pass\n"
    user = "from app.door import Door\n\nKIND = [Door]\n"
    write(room, {"app/door.py": door, "app/guest.py": user})
    committed(room)
    (room / "app/door.py").write_text("from app.hub import Hub\n\nDoor = Hub\n")
    done = run("fix", "--since", "HEAD", "--allow-dirty", cwd=room)
    assert "fixed 1 finding in 1 file" in done.stdout
    assert (room / "app/guest.py").read_text() == "from app.hub import Hub\n\nKIND = [Hub]\n"
    assert (room / "app/user.py").read_text() == PROJECT["app/user.py"]


def test_what_is_excused_generated_or_vendored_stays(room: Path) -> None:
    text = "from app.hub import Hub as H{}\n\nKINDS = [H]\n"
    own = {
        "app/other.py": text.format("  # ssot: allow[SOT101] it is short"),
        "app/made.py": "# @generated by a tool\n" + text.format(""),
        "app/vendor/thing.py": text.format(""),
    }
    write(room, own)
    done = run("fix", cwd=room)
    assert files(room) == {**PROJECT, **own, "app/user.py": USER}
    assert "2 files left alone: generated or vendored" in done.stderr


def test_the_baseline_is_not_touched_and_what_is_in_it_is_repaired(room: Path) -> None:
    settings = 'baseline = "base.txt"\n' + PROJECT["ssot-lint.toml"]
    (room / "ssot-lint.toml").write_text(settings)
    run("baseline", "create", cwd=room)
    recorded = (room / "base.txt").read_bytes()
    done = run("fix", cwd=room)
    assert (done.returncode, (room / "base.txt").read_bytes()) == (0, recorded)
    assert "baseline prune" in done.stderr
    assert (room / "app/user.py").read_text() == USER


def test_a_shim_that_another_file_names_stays(room: Path) -> None:
    shim = "from app.hub import Hub\n\n__all__ = ['Hub']\n"
    write(room, {"app/shim.py": shim, "docs/how.md": "Take `app.shim.Hub`.\n"})
    done = run("fix", "--remove-shims", cwd=room)
    assert "docs/how.md:1 names `app.shim.Hub`" in done.stdout
    (room / "docs/how.md").unlink()
    (room / "pyproject.toml").write_text('[project]\nname = "app"\n')
    refused = run("fix", "--remove-shims", cwd=room)
    assert refused.returncode == 2
    assert "Private :: Do Not Upload" in refused.stderr
    run("fix", "--remove-shims", "--yes", cwd=room)
    assert not (room / "app/shim.py").exists()


def test_check_repairs_first(room: Path) -> None:
    done = run("check", "--fix", "--select", "SOT101", "--format", "concise", cwd=room)
    assert (done.returncode, done.stderr) == (0, "ssot-lint: fixed 1 finding\n")
    assert (room / "app/other.py").read_text() == OTHER
    (room / "app/other.py").write_text(PROJECT["app/other.py"])
    assert run("check", "--fix", "--exit-non-zero-on-fix", "--select", "SOT101", cwd=room).returncode == 1
    assert run("check", "--fix", "--exit-non-zero-on-fix", "--select", "SOT101", cwd=room).returncode == 0


@pytest.mark.parametrize("words", [["--staged"], ["--at", "HEAD"], ["-"]])
def test_only_the_disk_is_repaired(words: list[str], room: Path) -> None:
    committed(room)
    done = run("check", "--fix", *words, cwd=room)
    assert done.returncode == 2
    assert "--fix repairs the files on the disk" in done.stderr


def test_formats_carry_what_is_repaired(room: Path) -> None:
    def found(format: str) -> str:
        return run("check", "--format", format, "--select", "SOT101", cwd=room).stdout

    (finding,) = json.loads(found("json"))["findings"]
    assert finding["fix"] == {
        "applicability": "safe",
        "message": "import Hub from app.hub and use it by its name",
        "edits": [
            {
                "path": "app/other.py",
                "content": "Hub",
                "location": {"row": 1, "column": 21},
                "end_location": {"row": 1, "column": 29},
            },
            {
                "path": "app/other.py",
                "content": "Hub",
                "location": {"row": 3, "column": 10},
                "end_location": {"row": 3, "column": 11},
            },
        ],
        "removes": [],
        "retires": ["app.other.H"],
    }
    # Twice: what was remembered says the same.
    assert json.loads(found("json"))["findings"] == [finding]
    (result,) = json.loads(found("code-scanning"))["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "app/other.py"
    assert [one["insertedContent"]["text"] for one in change["replacements"]] == ["Hub", "Hub"]
    (diagnostic,) = json.loads(found("rdjson"))["diagnostics"]
    assert [one["text"] for one in diagnostic["suggestions"]] == ["Hub", "Hub"]
    (room / "app/other.py").write_text("from app.hub import Hub as H\n")
    assert "```suggestion\n  from app.hub import Hub\n" in found("markdown")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(
    ("answers", "fixed"),
    [
        (["n", "y"], ["app/user.py"]),
        (["y", "q"], ["app/other.py"]),
        (["a"], ["app/other.py", "app/user.py"]),
        (["y", "u", "n", "?", "n"], []),
    ],
)
def test_a_person_is_asked(answers: list[str], fixed: list[str], room: Path) -> None:
    import pty

    command = [sys.executable, "-m", "ssot_lint", "fix", "--interactive", "--color", "never"]
    child, terminal = pty.fork()
    if not child:
        os.chdir(room)
        os.execv(sys.executable, command)
    said, left = b"", list(answers)
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
        if said.endswith(b"[y,n,a,q,u,?] ") and left:
            os.write(terminal, f"{left.pop(0)}\n".encode())
            said += b"\n"
    os.waitpid(child, 0)
    changed = {path for path, text in files(room).items() if text != PROJECT[path]}
    assert sorted(changed) == fixed, said.decode()
    assert not left
