"""A command and its options → what it says, and the exit code: a module per command, with a function ``run``.

They ask ``engine``, ``config`` and ``pages``, judge nothing, and let ``report`` put the answer into words.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from typing import cast

from ssot_lint.cli.commands.answer import Answer


def run(options: Namespace) -> Answer:
    """Does what ``arguments.parse`` has understood. WrongInput when the user must change something first."""
    # Each command imports what it needs and no more: only the module of the one that is asked for is loaded.
    module = import_module(f"ssot_lint.cli.commands.{options.command}")
    return cast("Callable[[Namespace], Answer]", module.run)(options)


__all__ = ["Answer", "run"]
