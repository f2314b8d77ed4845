"""`why`: what it says of a line, of whom it says nothing, and how it stands on the screen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.test_cli import project, run

TWO = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.get_hub"]
retired = ["OldHub"]

[contracts.mail]
canonical = "app.mail.Mail"
instances = "shared"

[contracts.room]
canonical = "app.room.Room"
"""
FILES = {
    "ssot-lint.toml": TWO,
    "app/__init__.py": "",
    "app/hub.py": "class Hub: ...\n\n\ndef get_hub():\n    return Hub()\n",
    "app/mail.py": "class Mail: ...\n",
    "app/room.py": "class Room: ...\n",
    "app/use.py": (
        "from app.hub import Hub as Alias\nfrom app.mail import Mail\n\nbox = Mail()\n"
        "mine = Alias()  # a line\nprint(Hub)\nboth = Mail, Alias\n"
    ),
    "app/plain.py": "x = 1\n",
    "app/empty.py": "",
    "app/broken.py": "from app.hub import Hub\n\nprint(Hub) $\n",
    "docs/readme.py": "from app.hub import Hub\n",
    "notes.txt": "Hub\n",
    "build/gen.py": "from app.hub import Hub\n",
}


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return project(tmp_path / "two", FILES)


def why(place: str, cwd: Path) -> str:
    result = run("why", place, cwd=cwd)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_the_line_its_finding_and_the_way_there(two: Path) -> None:
    assert why("app/use.py:5", two) == (
        "app/use.py:5\n"
        "  |\n"
        "5 | mine = Alias()  # a line\n"
        "  |\n"
        "  = SOT201 direct-construction: app.hub.Hub is built here as `Alias`, outside its factory\n"
        "        app/use.py:1 from app.hub import Hub as Alias\n"
        "        app/hub.py:1 app.hub.Hub is canonical\n"
        "  = SOT301 module-instance: an instance of app.hub.Hub is made at import and kept in `mine`\n"
        "        app/use.py:1 from app.hub import Hub as Alias\n"
        "        app/hub.py:1 app.hub.Hub is canonical\n"
        "  = `Alias` is app.hub.Hub itself by the path `app.hub.Hub`\n"
    )


@pytest.mark.parametrize(
    ("line", "told", "silent"),
    [
        (2, ["app.mail.Mail"], ["hub", "room", "Room"]),
        (4, ["app.mail.Mail", "contract mail"], ["hub", "room", "Room"]),
        (5, ["app.hub.Hub"], ["mail", "Mail", "room", "Room"]),
        (6, ["`Hub` is bound to", "app.hub.Hub"], ["mail", "Mail", "room", "Room"]),
        (7, ["app.hub.Hub", "app.mail.Mail"], ["room", "Room"]),
    ],
)
def test_only_contracts_that_the_line_has_to_do_with(
    line: int, told: list[str], silent: list[str], two: Path
) -> None:
    text = why(f"app/use.py:{line}", two)
    assert [word for word in told if word not in text] == []
    assert [word for word in silent if word in text] == []


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("app/plain.py:1", "the file holds none of the names"),
        ("notes.txt:1", "not part of the project: it is no Python file"),
        ("docs/readme.py:1", "not part of the project: `docs/**` in `exclude` covers it"),
        (
            "build/gen.py:1",
            "not part of the project: git ignores it, or it lies in a folder that is passed over",
        ),
        ("app/broken.py:1", "app/broken.py:3 this file cannot be parsed"),
        ("app/broken.py:3", "SOT900 unparsable-file: this file cannot be parsed"),
    ],
)
def test_what_is_not_judged_is_said_and_why(place: str, sentence: str, two: Path) -> None:
    (two / "ssot-lint.toml").write_text(f'exclude = ["docs/**"]\n{TWO}')
    assert sentence in why(place, two)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (
            "app/use.py:8",
            "the file has 7 lines; the nearest finding is SOT201 direct-construction and SOT301 module-instance, "
            "in line 5",
        ),
        ("app/hub.py:99", "the file has 5 lines"),
        ("app/plain.py:2", "the file has 1 line"),
        ("app/empty.py:2", "the file is empty"),
        ("docs/readme.py:2", "the file has 1 line"),
    ],
)
def test_a_line_that_is_not_there_is_a_mistake(place: str, sentence: str, two: Path) -> None:
    result = run("why", place, cwd=two)
    said = f"ssot-lint: {place}: there is no such line: {sentence}\n"
    assert (result.returncode, result.stdout, result.stderr) == (2, "", said)


def test_a_definition_is_said_to_be_the_symbol(two: Path) -> None:
    assert "  = `Hub` is app.hub.Hub itself by the path `app.hub.Hub`\n" in why("app/hub.py:1", two)
    assert "  = `get_hub` is a factory of app.hub.Hub by" in why("app/hub.py:4", two)


def test_where_nothing_is_found_the_nearest_finding_is_named(two: Path) -> None:
    assert why("app/use.py:3", two) == (
        "app/use.py:3\n"
        "  |\n"
        "3 |\n"
        "  |\n"
        "  = nothing is reported here: no name on this line leads to a contract's symbol\n"
        "  = app/use.py:1 the nearest finding is SOT101 alias-import\n"
    )
    assert "nearest" not in why("app/use.py:5", two) + why("app/plain.py:1", two)


def test_a_member_leaves_its_own_files_out(tmp_path: Path) -> None:
    files = {
        "ssot-lint.toml": 'members = ["a"]\n[contracts.x]\ncanonical = "a.B"\n',
        "a/ssot-lint.toml": 'exclude = ["gen/"]\n',
        "a/gen/b.py": "x = 1\n",
    }
    assert "`gen/` in `exclude` covers it" in why("a/gen/b.py:1", project(tmp_path, files))


def test_what_git_ignores_is_not_judged(two: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=two, check=True)
    (two / ".gitignore").write_text("plain.py\n")
    assert "not part of the project: git ignores it" in why("app/plain.py:1", two)


def test_a_file_that_no_import_gives_is_said(two: Path) -> None:
    project(two, {"lib/hub/__init__.py": "class Hub: ...\n", "lib/hub.py": "class Hub: ...\n"})
    hidden = [
        name
        for name in ("lib/hub.py", "lib/hub/__init__.py")
        if "nothing can import" in why(f"{name}:1", two)
    ]
    assert len(hidden) == 1


def test_a_primitive_is_named(tmp_path: Path) -> None:
    settings = '[contracts.clock]\nkind = "gateway"\nprimitives = ["time.time"]\nwithin = ["app.core"]\n'
    root = project(
        tmp_path,
        {"ssot-lint.toml": settings, "app/core.py": "", "app/use.py": "import time\n\ntime.time()\n"},
    )
    said = why("app/use.py:3", root)
    assert "`time.time` is the primitive `time.time` itself by the path `time.time`" in said


def test_a_base_that_is_to_be_replaced_is_named(tmp_path: Path) -> None:
    settings = (
        '[contracts.cases]\nkind = "base"\ncanonical = "app.case.Case"\ninstead-of = ["unittest.TestCase"]\n'
    )
    use = "import unittest\n\n\nclass Plain(unittest.TestCase):\n    pass\n"
    root = project(
        tmp_path, {"ssot-lint.toml": settings, "app/case.py": "class Case:\n    pass\n", "app/use.py": use}
    )
    said = why("app/use.py:4", root)
    assert "`unittest.TestCase` is a class to be replaced by app.case.Case by the path" in said


def test_a_finding_about_the_settings(two: Path) -> None:
    (two / "ssot-lint.toml").write_text('[contracts.hub]\ncanonical = "app.hub.Hob"\n')
    assert "SOT901" in why("ssot-lint.toml:1", two) + why("ssot-lint.toml:2", two)
