"""A command and its options → what it says, and the exit code: a module per command, with a function ``run``.

They ask ``engine``, ``config`` and ``pages``, judge nothing, and let ``report`` put the answer into words.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from importlib import import_module

from ssot_lint.cli.answer import Answer


def run(options: Namespace) -> Answer:
    """Does what ``arguments.parse`` has understood. WrongInput when the user must change something first."""
    # Only the module of this command is loaded: each imports what it needs and no more.
    asked_for: Callable[[Namespace], Answer] = import_module(f"{__name__}.{options.command}").run
    return asked_for(options)
