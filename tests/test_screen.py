"""What a terminal shows, as wide as it is, and what a pipe gets: whole lines without colours."""

from __future__ import annotations

import os
import re
import struct
import subprocess
from pathlib import Path

import pytest

from ssot_lint.report import COLOURED, FORMATS
from tests.test_cli import COLOUR, POSIX, command, environment, project, run

pytestmark = POSIX

ESCAPE = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return project(tmp_path / "room")


def screen(*words: str, cwd: Path, columns: int = 80, **variables: str) -> str:
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
        command(*words),
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
    process.communicate(timeout=60)
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
