"""Serves an editor by the Language Server Protocol, until the editor ends it."""

from __future__ import annotations

import signal
from argparse import Namespace

from ssot_lint.cli.answer import Answer
from ssot_lint.model.errors import WrongInput
from ssot_lint.model.wording import shown


def run(options: Namespace) -> Answer:
    tcp = _address(options.tcp) if options.tcp is not None else None
    try:
        from ssot_lint.server.wire import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs", "attr"):
            raise
        raise WrongInput(
            "server needs the package pygls: `pip install 'ssot-lint[server]'`, then try again"
        ) from None
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in before:
        # There is nothing to clean up, and a thread that waits for input would hold up an orderly end.
        signal.signal(each, signal.SIG_DFL)
    try:
        return Answer("", serve(tcp))
    except OSError as error:
        reason = error.strerror or error
        raise WrongInput(f"the server cannot listen on {shown(options.tcp or '')}: {reason}") from None
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise WrongInput(f"--tcp: {shown(text)} is no address: write HOST:PORT, as in `127.0.0.1:8765`")
    return host.strip("[]"), int(port)
