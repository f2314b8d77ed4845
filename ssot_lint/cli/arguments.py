"""The words of a command line → a command and its options, or help, or an error with the nearest right word.

Only argparse is imported here: help and version cost next to nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from ssot_lint import __version__
from ssot_lint.cli.overview import ALIASES, COMMANDS
from ssot_lint.cli.values import PROGRAM

_HELP = ("-h", "--help")
_VERSION = ("-V", "--version")
_COLUMNS = 80
"""The width of a terminal that does not tell."""


class HelpAsked(Exception):
    """Help or the version was asked for: ``text``."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Misspelled(Exception):
    """The words make no command. The text says why, and where to read more."""


def _formatter(prog: str) -> argparse.HelpFormatter:
    # Each option makes one, and the width that it asks for if none is given takes an import longer than the parsing.
    return argparse.RawDescriptionHelpFormatter(prog, width=_columns() - 2)


def _columns() -> int:
    """Cells of a line, as ``shutil.get_terminal_size`` has them."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _COLUMNS  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return _COLUMNS


class Parser(argparse.ArgumentParser):
    """argparse that neither prints nor exits, but raises."""

    def print_help(self, file: object = None) -> NoReturn:
        raise HelpAsked(self.format_help())

    def error(self, message: str) -> NoReturn:
        from ssot_lint.model.wording import printable

        raise Misspelled(f"{PROGRAM}: {printable(message)}\ntry `{self.prog} --help`")


class Top(Parser):
    """The command as a whole: its help is a list of the commands, each with an example."""

    def format_help(self) -> str:
        from textwrap import wrap

        formatter = self._get_formatter()
        formatter.add_usage(self.usage, (), ())
        formatter.add_text(self.description)
        head, room = formatter.format_help(), max(_columns() - 2, 40)
        lines = ["commands:"]
        shown = [command for command in COMMANDS if not command.hidden]
        column = max(len(command.name) for command in shown) + 4
        for name, help, examples, *_ in shown:
            also = "".join(f" (also: {alias})" for alias, of in ALIASES.items() if of == name)
            lines += wrap(
                f"{help}{also}",
                room,
                initial_indent=f"  {name:<{column - 2}}",
                subsequent_indent=" " * column,
            )
            lines.append(f"{' ' * column}$ {PROGRAM} {examples[0]}")
        lines += ["", "options:", "  -h, --help     show this help", "  -V, --version  show the version"]
        return "\n".join([head, *lines, "", self.epilog or "", ""])


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of the command ``command``. Raises HelpAsked or Misspelled."""
    word, rest = (argv[0], argv[1:]) if argv else ("", ())
    name = ALIASES.get(word, word)
    top, commands = build(only=name)
    if not argv:
        raise Misspelled(top.format_help().rstrip("\n"))
    if name not in commands:
        if word in _HELP:
            top.print_help()
        if word in _VERSION:
            raise HelpAsked(f"{PROGRAM} {__version__}\n")
        top.error(_no_command(word, commands))
    # Options may stand before, between and after the paths.
    options, unknown = commands[name].parse_known_intermixed_args(_without_separator(rest))
    if unknown:
        commands[name].error(_no_option(unknown[0], commands[name].format_help()))
    options.command = name
    return options


def _without_separator(words: Sequence[str]) -> Sequence[str]:
    """Words behind ``--`` are paths, even with a dash in front. argparse forgets that when it mixes both."""
    if "--" not in words:
        return words
    at = words.index("--")
    paths = (os.path.join(os.curdir, word) if word.startswith("-") else word for word in words[at + 1 :])
    return [*words[:at], *paths]


def _no_command(word: str, commands: Iterable[str]) -> str:
    from ssot_lint.cli import dialects
    from ssot_lint.model.wording import shown, suggestion

    if word.startswith("-"):
        instead = dialects.OPTIONS.get(word)
        if instead:
            return f"unknown option {shown(word)}: {instead}"
        return f"unknown option {shown(word)} before the command; write `{PROGRAM} COMMAND {shown(word)[1:]}"
    near = suggestion(word, (*commands, *ALIASES))
    if word in dialects.COMMANDS:
        near = f": {dialects.COMMANDS[word]}"
    elif not near and os.path.lexists(word):
        near = f"; to judge a path write `{PROGRAM} check PATH`"
    return f"unknown command {shown(word)}{near}"


def _no_option(word: str, help: str) -> str:
    from ssot_lint.cli.dialects import OPTIONS
    from ssot_lint.model.wording import shown, suggestion

    if not word.startswith("-"):
        return f"{shown(word)} is one argument too many"
    option = word.partition("=")[0]
    instead = OPTIONS.get(option)
    near = f": {instead}" if instead else suggestion(option, sorted(set(re.findall(r"--[a-z-]+", help))))
    return f"unknown option {shown(option)}{near}"


def build(*, only: str | None = None) -> tuple[Parser, dict[str, Parser]]:
    """The parser of the whole, and those of the commands by name. ``only``: no other command needs its options."""
    top = Top(
        prog=PROGRAM,
        usage=f"{PROGRAM} COMMAND ...",
        description="Prove where Python code departs from its declared single source of truth.",
        epilog=f"`{PROGRAM} COMMAND --help` says more about each command.",
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    top.add_argument(*_VERSION, action="store_true", help="show the version and exit")
    group = top.add_subparsers(prog=PROGRAM, metavar="COMMAND", title="commands", parser_class=Parser)
    commands: dict[str, Parser] = {}
    for name, help, examples, add_options, _ in COMMANDS:
        parser = group.add_parser(
            name,
            help=help,
            description=f"{help[:1].upper()}{help[1:]}.",
            epilog="examples:\n" + "".join(f"  {PROGRAM} {example}\n" for example in examples),
            formatter_class=_formatter,
            allow_abbrev=False,
            aliases=[alias for alias, of in ALIASES.items() if of == name],
        )
        commands[name] = parser
        if only not in (None, name):
            continue
        add_options(parser)
        parser.add_argument("--traceback", action="store_true", help="show where a bug of ours happened")
    return top, commands
