"""What a terminal shows, as wide as it is, and what a pipe gets: whole lines without colours."""

from __future__ import annotations

import os
import re
import struct
import subprocess
from pathlib import Path

import pytest

from ssot_lint.model.rules import ALL
from ssot_lint.report import COLOURED, FORMATS
from tests.test_cli import COLOUR, POSIX, START, command, environment, project, run

pytestmark = POSIX

ESCAPE = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return project(tmp_path / "room")


def screen(*words: str, cwd: Path, columns: int = 80, code: str = START, **variables: str) -> str:
    """What a command writes to a terminal of so many columns, its standard error left out."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    left = {
        name: value for name, value in environment(TERM="xterm").items() if name not in ("COLUMNS", "LINES")
    }
    process = subprocess.Popen(
        command(*words, code=code),
        cwd=cwd,
        env={**left, **variables},
        stdout=theirs,
        stderr=subprocess.PIPE,
        stdin=theirs,
    )
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:
        # How a pseudo-terminal says that its other end is closed.
        pass
    os.close(ours)
    process.communicate(timeout=600)
    return text.decode("utf-8").replace("\r\n", "\n")


def longest(text: str) -> int:
    return max(map(len, ESCAPE.sub("", text).splitlines()))


def words(text: str) -> list[str]:
    return ESCAPE.sub("", text).split()


@pytest.mark.parametrize("columns", [50, 60, 80])
def test_check_keeps_to_the_width_of_a_terminal(columns: int, room: Path) -> None:
    shown = screen("check", cwd=room, columns=columns)
    assert longest(shown) <= columns
    assert COLOUR in shown
    plain = run("check", cwd=room, COLUMNS=str(columns)).stdout
    assert words(shown) == words(plain)
    assert longest(plain) > columns


@pytest.mark.parametrize("format", sorted({*FORMATS} - COLOURED))
def test_what_programs_read_is_the_same_in_a_terminal(format: str, room: Path) -> None:
    piped = run("check", "--format", format, cwd=room).stdout
    assert screen("check", "--format", format, cwd=room, columns=40, FORCE_COLOR="1") == piped


def test_one_line_for_each_finding_is_never_two(room: Path) -> None:
    shown = screen("check", "--format", "concise", "-q", cwd=room, columns=40)
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize(
    ("variables", "wrapped", "coloured"),
    [
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
    ],
)
def test_width_and_colours_are_two_things(
    variables: dict[str, str], wrapped: bool, coloured: bool, room: Path
) -> None:
    shown = screen("check", cwd=room, columns=60, **variables)
    assert (longest(shown) <= 60, COLOUR in shown) == (wrapped, coloured)


def test_a_pipe_in_colours_has_whole_lines(room: Path) -> None:
    forced = run("check", "--color", "always", cwd=room, COLUMNS="40").stdout
    assert ESCAPE.sub("", forced) == run("check", cwd=room).stdout != forced


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_rules_keep_their_columns(columns: int, tmp_path: Path) -> None:
    lines = ESCAPE.sub("", screen("rules", cwd=tmp_path, columns=columns)).splitlines()
    assert max(map(len, lines)) <= columns
    first = [line for line in lines if not line.startswith(" ")]
    column = len(first[0]) - len(first[0].split(maxsplit=2)[2])
    assert [line.split()[:2] for line in first] == [[rule.code, rule.name] for rule in ALL]
    assert all(line[column - 1] == " " != line[column] for line in lines)
    assert " ".join(" ".join(lines).split()) == " ".join(run("rules", cwd=tmp_path).stdout.split())


WITHOUT_RICH = f"import sys; sys.modules['rich'] = None; {START}"


def test_explain_lays_the_page_out_in_a_terminal(tmp_path: Path) -> None:
    pytest.importorskip("rich")
    shown = screen("explain", "SOT301", cwd=tmp_path, columns=70)
    assert longest(shown) <= 70
    assert COLOUR in shown
    assert "```" not in shown
    assert "## Why" not in shown


def test_explain_without_rich_keeps_prose_in_the_width(tmp_path: Path) -> None:
    shown = ESCAPE.sub("", screen("explain", "SOT301", cwd=tmp_path, columns=70, code=WITHOUT_RICH))
    page = run("explain", "SOT301", cwd=tmp_path, FORCE_COLOR="").stdout
    assert shown.split() == page.split()
    code = False
    for line in shown.splitlines():
        code ^= line.startswith("```")
        assert len(line) <= 70 or code


def test_explain_in_a_pipe_is_markdown_with_rich_and_without(tmp_path: Path) -> None:
    page = run("explain", "SOT301", cwd=tmp_path).stdout
    assert page.startswith("# SOT301 module-instance\n")
    assert run("explain", "SOT301", cwd=tmp_path, code=WITHOUT_RICH).stdout == page


def test_what_is_not_coloured_is_not_coloured_by_rich(tmp_path: Path) -> None:
    assert COLOUR not in screen("explain", "SOT301", cwd=tmp_path, NO_COLOR="1")
