"""Serves a coding agent by the Model Context Protocol, until its input ends."""

from __future__ import annotations

import os
import signal
from argparse import Namespace
from pathlib import Path

from ssot_lint.cli.commands import Answer
from ssot_lint.model.errors import WrongInput
from ssot_lint.model.wording import printable


def run(options: Namespace) -> Answer:
    if options.config is not None and not os.path.isfile(options.config):
        raise WrongInput(f"{printable(options.config)}: there is no such file")
    try:
        from ssot_lint.mcp.wire import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "ssot_lint":
            raise
        raise WrongInput(
            "mcp needs the package mcp, version 2: `pip install 'ssot-lint[mcp]'`, then try again"
        ) from None
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
