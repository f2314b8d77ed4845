"""Serves a coding agent by the Model Context Protocol, until its input ends."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from argparse import Namespace
from pathlib import Path

from ssot_lint.cli.answer import Answer
from ssot_lint.model.errors import WrongInput
from ssot_lint.model.wording import printable

PATIENCE = 2.5
"""Seconds that the server may take to start though its input has been closed."""


def run(options: Namespace) -> Answer:
    if options.config is not None and not os.path.isfile(options.config):
        raise WrongInput(f"{printable(options.config)}: there is no such file")
    started = threading.Event()
    threading.Thread(target=_end_with_input, args=[started], daemon=True).start()
    try:
        from ssot_lint.mcp.wire import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "ssot_lint":
            raise
        raise WrongInput(
            "mcp needs the package mcp, version 2: `pip install 'ssot-lint[mcp]'`, then try again"
        ) from None
    finally:
        started.set()
    from ssot_lint.mcp.resident import AgentProject

    file = Path(os.path.abspath(options.config)) if options.config is not None else None
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in before:
        # There is nothing to clean up, and a thread that waits for input would hold up an orderly end.
        signal.signal(each, signal.SIG_DFL)
    try:
        return Answer("", serve(AgentProject(Path.cwd(), file)))
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _end_with_input(started: threading.Event) -> None:
    """Ends the process when its input is a pipe that has been closed, and the server has not started after a while: to
    import the SDK takes seconds, and there is nobody who waits for that. What is wrong is told sooner."""
    poll, stdin = getattr(select, "poll", None), sys.stdin
    try:
        if poll is None or stdin is None or stdin.isatty():
            return
        asked = poll()
        asked.register(stdin.fileno(), select.POLLIN | select.POLLHUP)
        if started.wait(PATIENCE):
            return
        while not started.wait(0.1):
            if any(event == select.POLLHUP for _, event in asked.poll(0)):
                os._exit(0)
    except (OSError, ValueError):
        # No input that can be watched.
        return
