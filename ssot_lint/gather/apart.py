"""The name of a module → its ``main``, run by an interpreter of its own. For processes with threads, which cannot be
forked: what is started here has one, and may have processes of its own.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence

from ssot_lint.gather.parent import end_after

_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main(sys.argv[3:])"
)
"""It imports what we import, from where we import it, and nothing from the working directory."""


def apart(module: str, words: Sequence[str], hear: Callable[[str], None]) -> bool:
    """Calls ``main`` of a module there with some words, and hears each line that it prints, until it has ended; whether
    it has ended well. It is ended when ``hear`` raises, and by ``end_with_parent`` when this process ends."""
    if not sys.executable:
        return False
    import subprocess

    flags = [*(("-X", "utf8") if sys.flags.utf8_mode else ()), *(("-B",) if sys.dont_write_bytecode else ())]
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", *flags, "-c", _START, json.dumps(sys.path), module, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            encoding="utf-8",
        )
    except OSError:
        return False
    with process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                hear(line.rstrip("\n"))
            # Its input is open until it has ended: it takes the end of that for ours.
            return process.wait() == 0
        except BaseException:
            process.kill()
            raise


def end_with_parent() -> None:
    """Lets a process that was started so end when the one that has started it is gone, however that ends."""

    def wait() -> None:
        # No stream of Python's: its lock would be held when processes are forked, and at the end.
        while os.read(0, 1):
            pass

    end_after(wait)
