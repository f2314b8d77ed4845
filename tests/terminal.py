"""The other end of a terminal that a command asks a question on."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.test_cli import command, environment


class Dialogue(NamedTuple):
    """``shown`` is what stood on the terminal until it asked, ``rest`` what came after the answer."""

    returncode: int
    shown: bytes
    rest: bytes
    stderr: str


def dialogue(*words: str, question: bytes, answer: bytes, cwd: Path) -> Dialogue:
    """Runs a command with a terminal as its standard input and output, and answers its question."""
    import pty

    leader, follower = pty.openpty()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command(*words),
            cwd=cwd,
            env=environment(TERM="xterm"),
            stdin=follower,
            stdout=follower,
            stderr=errors,
        )
        os.close(follower)
        shown = rest = b""
        while question not in shown:
            shown += os.read(leader, 65536)
        os.write(leader, answer)
        try:
            while piece := os.read(leader, 65536):
                rest += piece
        except OSError:  # The other end has gone.
            pass
        code = process.wait(600)
        os.close(leader)
        errors.seek(0)
        return Dialogue(code, shown, rest, errors.read().decode())
