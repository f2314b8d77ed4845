"""A command and its options → what it says, and the exit code: a module per command, with a function ``run``.

They ask ``engine``, ``config`` and ``pages``, judge nothing, and let ``report`` put the answer into words.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ssot_lint.cli.overview import Name


class Answer(NamedTuple):
    """What a command says on standard output, its exit code, and sentences for standard error. ``exact``: surrogates in
    the text stand for bytes, as ``os.fsdecode`` makes them."""

    text: str
    code: int = 0
    notes: tuple[str, ...] = ()
    exact: bool = False


def run(options: Namespace) -> Answer:
    """Does what ``arguments.parse`` has understood. WrongInput when the user must change something first."""
    return _function(options.command)(options)


def _function(command: Name) -> Callable[[Namespace], Answer]:  # noqa: C901 - a table, not a decision
    """Only the module of the command that is asked for is loaded: each imports what it needs and no more."""
    match command:
        case "init":
            from ssot_lint.cli.commands import init

            return init.run
        case "discover":
            from ssot_lint.cli.commands import discover

            return discover.run
        case "guard":
            from ssot_lint.cli.commands import guard

            return guard.run
        case "check":
            from ssot_lint.cli.commands import check

            return check.run
        case "fix":
            from ssot_lint.cli.commands import fix

            return fix.run
        case "track":
            from ssot_lint.cli.commands import track

            return track.run
        case "report":
            from ssot_lint.cli.commands import report

            return report.run
        case "explain":
            from ssot_lint.cli.commands import explain

            return explain.run
        case "why":
            from ssot_lint.cli.commands import why

            return why.run
        case "rules":
            from ssot_lint.cli.commands import rules

            return rules.run
        case "packs":
            from ssot_lint.cli.commands import packs

            return packs.run
        case "baseline":
            from ssot_lint.cli.commands import baseline

            return baseline.run
        case "config":
            from ssot_lint.cli.commands import config

            return config.run
        case "schema":
            from ssot_lint.cli.commands import schema

            return schema.run
        case "server":
            from ssot_lint.cli.commands import server

            return server.run
        case "mcp":
            from ssot_lint.cli.commands import mcp

            return mcp.run
        case "guide":
            from ssot_lint.cli.commands import guide

            return guide.run
        case "completion":
            from ssot_lint.cli.commands import completion

            return completion.run
        case "facts":
            from ssot_lint.cli.commands import facts

            return facts.run


__all__ = ["Answer", "run"]
