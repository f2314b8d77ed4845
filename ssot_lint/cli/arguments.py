"""The words of a command line → a command and its options, or help, or an error with the nearest right word.

Only argparse is imported here: help and version cost next to nothing.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from ssot_lint import __version__
from ssot_lint.report import FORMATS, GROUPINGS

PROGRAM = "ssot-lint"
COLOURS = ("auto", "always", "never")
ACTIONS = ("create", "update", "prune", "status")
SHELLS = ("bash", "zsh", "fish", "tcsh")
WORDS = ("codes", "contracts", "baselines")
"""What the scripts for these shells ask for when they are at work."""

ALIASES = {"rule": "explain"}
"""Commands that ruff's users know by another name."""

SETTINGS_FILES = ("pyproject.toml", "ssot-lint.toml")
CI_SERVICES = ("github", "gitlab")
"""What `init` writes to, and for."""

_HELP = ("-h", "--help")
_VERSION = ("-V", "--version")

_FILES = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "fish": "(__fish_complete_path (commandline -ct))",
    "tcsh": "f",
}
"""How each shell completes the name of a file, in shtab's words."""


def _asked(kind: str, *, several: bool) -> dict[str, str]:
    """How it completes words of a kind of ``WORDS``; several have commas between them. The functions are those of
    ``commands.completion``."""
    function = f"_ssot_lint_{kind}"
    fish = f"(__fish_complete_list , {function})" if several else f"({function})"
    return {"bash": function, "zsh": function, "fish": fish, "tcsh": f"`{PROGRAM} completion {kind}`"}


_COMPLETED = {
    "--select": _asked("codes", several=True),
    "--ignore": _asked("codes", several=True),
    "--contract": _asked("contracts", several=True),
    "rule": _asked("codes", several=False),
    "--baseline": {**_asked("baselines", several=False), "tcsh": "f"},
}
"""The same of what has words of its own."""


class Asked(Exception):
    """Help or the version was asked for: ``text``."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Misspelled(Exception):
    """The words make no command. The text says why, and where to read more."""


class Parser(argparse.ArgumentParser):
    """argparse that neither prints nor exits, but raises."""

    def print_help(self, file: object = None) -> NoReturn:
        raise Asked(self.format_help())

    def error(self, message: str) -> NoReturn:
        from ssot_lint.model.wording import printable

        raise Misspelled(f"{PROGRAM}: {printable(message)}\ntry `{self.prog} --help`")


class Top(Parser):
    """The command as a whole: its help is a list of the commands, each with an example."""

    def format_help(self) -> str:
        from shutil import get_terminal_size
        from textwrap import wrap

        formatter = self._get_formatter()
        formatter.add_usage(self.usage, (), ())
        formatter.add_text(self.description)
        head, room = formatter.format_help(), max(get_terminal_size().columns - 2, 40)
        lines = ["commands:"]
        column = max(len(name) for name, *_ in _COMMANDS) + 4
        for name, help, examples, _ in _COMMANDS:
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


Options = Parser | argparse._ArgumentGroup
"""Where options are added: a command, or one of the groups that its help shows."""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of the command ``command``. Raises Asked or Misspelled."""
    word, rest = (argv[0], argv[1:]) if argv else ("", ())
    name = ALIASES.get(word, word)
    top, commands = build(only=name)
    if not argv:
        raise Misspelled(top.format_help().rstrip("\n"))
    if name not in commands:
        if word in _HELP:
            top.print_help()
        if word in _VERSION:
            raise Asked(f"{PROGRAM} {__version__}\n")
        top.error(_no_command(word, commands))
    # Options may stand before, between and after the paths.
    options, unknown = commands[name].parse_known_intermixed_args(_without_separator(rest))
    if unknown:
        commands[name].error(_no_option(unknown[0], commands[name].format_help()))
    options.command = name
    return options


def _without_separator(words: Sequence[str]) -> Sequence[str]:
    """What stands behind ``--`` is a path, even with a dash in front. argparse forgets that when it mixes."""
    if "--" not in words:
        return words
    at = words.index("--")
    paths = (os.path.join(os.curdir, word) if word.startswith("-") else word for word in words[at + 1 :])
    return [*words[:at], *paths]


def _no_command(word: str, commands: Iterable[str]) -> str:
    from ssot_lint.cli.dialects import COMMANDS, OPTIONS
    from ssot_lint.cli.spelling import meant
    from ssot_lint.model.wording import shown

    if word.startswith("-"):
        instead = OPTIONS.get(word)
        if instead:
            return f"unknown option {shown(word)}: {instead}"
        return f"unknown option {shown(word)} before the command; write `{PROGRAM} COMMAND {shown(word)[1:]}"
    near = meant(word, (*commands, *ALIASES))
    if word in COMMANDS:
        near = f": {COMMANDS[word]}"
    elif not near and os.path.lexists(word):
        near = f"; to judge a path write `{PROGRAM} check PATH`"
    return f"unknown command {shown(word)}{near}"


def _no_option(word: str, help: str) -> str:
    from ssot_lint.cli.dialects import OPTIONS
    from ssot_lint.cli.spelling import meant
    from ssot_lint.model.wording import shown

    if not word.startswith("-"):
        return f"{shown(word)} is one argument too many"
    option = word.partition("=")[0]
    instead = OPTIONS.get(option)
    near = f": {instead}" if instead else meant(option, sorted(set(re.findall(r"--[a-z-]+", help))))
    return f"unknown option {shown(option)}{near}"


def build(*, only: str | None = None) -> tuple[Parser, dict[str, Parser]]:
    """The parser of the whole, and those of the commands by name. ``only``: no other command needs its options."""
    top = Top(
        prog=PROGRAM,
        usage=f"{PROGRAM} COMMAND ...",
        description="Prove where Python code departs from its declared single source of truth.",
        epilog=f"`{PROGRAM} COMMAND --help` says more about each command.",
        allow_abbrev=False,
    )
    top.add_argument(*_VERSION, action="store_true", help="show the version and exit")
    group = top.add_subparsers(prog=PROGRAM, metavar="COMMAND", title="commands", parser_class=Parser)
    commands = {}
    for name, help, examples, fill in _COMMANDS:
        parser = group.add_parser(
            name,
            help=help,
            description=f"{help[:1].upper()}{help[1:]}.",
            epilog="examples:\n" + "".join(f"  {PROGRAM} {example}\n" for example in examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            aliases=[alias for alias, of in ALIASES.items() if of == name],
        )
        commands[name] = parser
        if only not in (None, name):
            continue
        fill(parser)
        parser.add_argument("--traceback", action="store_true", help="show where a bug of ours happened")
    return top, commands


def _check(parser: Parser) -> None:
    _paths(parser, "files and folders to report on (default: the working directory); `-` is standard input")
    _what_is_judged(parser.add_argument_group("what is judged"))
    _what_is_reported(parser.add_argument_group("what is reported"))
    _how_it_is_shown(parser.add_argument_group("how it is shown"))
    _how_it_runs(parser.add_argument_group("how it runs"))


def _what_is_judged(group: Options) -> None:
    _config(group)
    group.add_argument("--staged", action="store_true", help="what is staged, and not the working tree")
    group.add_argument("--at", metavar="REF", help="this commit, from git's objects; nothing is checked out")
    group.add_argument(
        "--stdin-filename",
        "--stdin-display-name",
        metavar="NAME",
        help="whose unsaved text standard input has",
    )


def _what_is_reported(group: Options) -> None:
    _codes(group, "--select", "report only these: codes, prefixes of codes, names of rules")
    _codes(group, "--ignore", "do not report these")
    _names(group, "--contract", "NAMES", "report only what departs from these contracts")
    _names(group, "--owner", "OWNERS", "report only files of these owners, by CODEOWNERS; `none`: of nobody")
    group.add_argument(
        "--since",
        metavar="REF",
        help="report only what was added since this branch, tag or commit: since the state in which the judged one "
        "has parted from it",
    )
    group.add_argument(
        "--since-exact", action="store_true", help="compare with --since itself, not with that state"
    )
    help = "report only what is not in it (default: that of the settings)"
    _own_words(group.add_argument("--baseline", metavar="FILE", help=help))
    group.add_argument("--no-baseline", action="store_true", help="report what is in the baseline, too")
    group.add_argument(
        "--locked", action="store_true", help="fail also when the baseline holds what is fixed"
    )
    group.add_argument("--fail-on", metavar="LEVEL", help="least severity of exit 1: error, warning, info")
    group.add_argument("--exit-zero", action="store_true", help="exit 0 in spite of findings")


def _how_it_is_shown(group: Options) -> None:
    _choice(
        group,
        "--format",
        "--output-format",
        words=tuple(FORMATS),
        metavar="FORMAT",
        help=f"one of {', '.join(FORMATS)} (default: SSOT_LINT_FORMAT, else what the CI service reads in its log, "
        "else text)",
    )
    group.add_argument(
        "--output",
        type=_output,
        action="append",
        default=[],
        metavar="FORMAT:FILE",
        help="write this format to this file, too; may be repeated; the file `-` is standard output",
    )
    _files(
        group.add_argument(
            "--output-file", metavar="FILE", help="write there what would be on standard output"
        )
    )
    help = "put findings together, or with --statistics count them so"
    _choice(group, "--group-by", words=GROUPINGS, help=help)
    group.add_argument("--statistics", action="store_true", help="count instead of findings, as a table")
    group.add_argument("-q", "--quiet", action="store_true", help="findings only: no summary, no notes")
    group.add_argument(
        "-v", "--verbose", action="store_true", help="repeat help and reason with each finding of a file"
    )
    _colour(group)
    group.add_argument("--no-progress", action="store_true", help="show no progress in the terminal")


def _how_it_runs(group: Options) -> None:
    group.add_argument(
        "-j",
        "--workers",
        type=_workers,
        metavar="N",
        help="processes at once, `auto` (the default), or `dask:ADDRESS` of a cluster's scheduler",
    )
    group.add_argument("--no-cache", action="store_true", help="neither read nor write what runs remember")
    _files(group.add_argument("--cache-dir", metavar="DIR", help="where that is (default: .ssot_lint_cache)"))
    group.add_argument(
        "--no-prefilter",
        action="store_true",
        help="parse every file, whatever its bytes hold; slow, same findings",
    )
    group.add_argument("--profile", action="store_true", help="say on standard error where the time went")


def _explain(parser: Parser) -> None:
    _own_words(parser.add_argument("rule", metavar="CODE|NAME", help="as in SOT201 or direct-construction"))
    _colour(parser)


def _why(parser: Parser) -> None:
    _files(parser.add_argument("place", metavar="PATH:LINE", help="a line, as reports name it"))
    _config(parser)
    _format(parser, ("text", "json"), "text")
    _colour(parser)


def _rules(parser: Parser) -> None:
    _format(parser, ("text", "json"), "text")
    _colour(parser)


def _settings(parser: Parser) -> None:
    _paths(parser, "files and folders whose settings are meant (default: the working directory)")
    _config(parser)
    parser.add_argument("--check", action="store_true", help="only say what is wrong with the settings")
    _format(parser, ("text", "json"), "text")
    _colour(parser)


def _baseline(parser: Parser) -> None:
    _choice(parser, "action", words=ACTIONS)
    _config(parser)
    help = "the baseline (default: that of the settings, or ssot-baseline.txt)"
    _own_words(parser.add_argument("--file", metavar="FILE", help=help), "--baseline")
    parser.add_argument(
        "--tidy", action="store_true", help="take the numbers of what is gone out of the file, too"
    )
    parser.add_argument(
        "--force", action="store_true", help="drop what is not found again, though it may not be fixed, too"
    )
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write what runs remember")
    _format(parser, ("text", "json"), "text")


def _schema(parser: Parser) -> None:
    pass


def _init(parser: Parser) -> None:
    where = "where settings go (default: pyproject.toml where there is one)"
    _choice(parser, "--file", words=SETTINGS_FILES, help=where)
    parser.add_argument(
        "--contracts",
        type=_number,
        default=1,
        metavar="N",
        help="write at most so many contracts (default: 1)",
    )
    parser.add_argument("--pre-commit", action="store_true", help="add the hooks to .pre-commit-config.yaml")
    _choice(parser, "--ci", words=CI_SERVICES, help="write the file that runs ssot-lint there")
    parser.add_argument("--no-baseline", action="store_true", help="make no baseline of what is found now")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be written, and write nothing"
    )
    parser.add_argument("-y", "--yes", action="store_true", help="write without a question")
    parser.add_argument("--no-progress", action="store_true", help="show no progress in the terminal")
    _colour(parser)


def _completion(parser: Parser) -> None:
    help = f"the shell, or {', '.join(WORDS)}: the words that its script asks for"
    _choice(parser, "shell", words=(*SHELLS, *WORDS), metavar="|".join(SHELLS), help=help)


_COMMANDS: tuple[tuple[str, str, tuple[str, ...], Callable[[Parser], None]], ...] = (
    (
        "init",
        "write a first contract from what is seen in the code, and what runs it at commit and in CI",
        ("init --dry-run", "init --pre-commit --ci github", "init --contracts 3 --file ssot-lint.toml"),
        _init,
    ),
    (
        "check",
        "report where the code departs from its contracts",
        (
            "check",
            "check src tests/test_chat.py",
            "check --select SOT2,alias-import --statistics",
            "check --owner @org/backend --group-by contract",
            "check --since origin/main",
            "check --staged --since HEAD",
            "check --format json > findings.json",
            "check --output sarif:ssot-lint.sarif --output junit:ssot-lint.xml",
            "check - --stdin-filename src/chat.py < buffer",
        ),
        _check,
    ),
    ("explain", "show the page of a rule", ("explain SOT201", "explain direct-construction"), _explain),
    (
        "why",
        "show each step of the reasoning about one line, also why nothing is reported",
        ("why src/chat.py:12",),
        _why,
    ),
    ("rules", "list all rules", ("rules", "rules --format json"), _rules),
    (
        "baseline",
        "record what is there now, so that only new findings are reported",
        (
            "baseline create",
            "baseline prune    # drops what is fixed, and adds nothing",
            "baseline update   # also takes new findings in, follows moves, resolves a merge",
            "baseline status --format json",
        ),
        _baseline,
    ),
    (
        "config",
        "show the settings in force, and where each comes from",
        ("config", "config --check", "config --config shared/ssot-lint.toml --format json"),
        _settings,
    ),
    ("schema", "print the JSON Schema of the settings", ("schema > ssot-lint.schema.json",), _schema),
    (
        "completion",
        "print a script that completes commands, options and their words in a shell (needs shtab)",
        (
            "completion bash > ~/.local/share/bash-completion/completions/ssot-lint",
            "completion fish > ~/.config/fish/completions/ssot-lint.fish",
        ),
        _completion,
    ),
)


def _paths(parser: Options, help: str) -> None:
    _files(parser.add_argument("paths", nargs="*", metavar="PATH", help=help))


def _config(parser: Options) -> None:
    help = "the settings file (default: the nearest, upwards from each path)"
    _files(parser.add_argument("--config", metavar="FILE", help=help))


def _files(action: argparse.Action) -> None:
    # The attribute is shtab's, which is not there unless completion is asked for.
    action.complete = _FILES  # type: ignore[attr-defined]


def _own_words(action: argparse.Action, like: str = "") -> None:
    name = like or (action.option_strings or [action.dest])[0]
    if name in _COMPLETED:
        action.complete = _COMPLETED[name]  # type: ignore[attr-defined]


def _format(parser: Options, names: Iterable[str], default: str) -> None:
    help = f"(default: {default})"
    _choice(parser, "--format", "--output-format", words=tuple(names), default=default, help=help)


def _colour(parser: Options) -> None:
    help = "(default: auto, which obeys NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE)"
    _choice(parser, "--color", words=COLOURS, default="auto", help=help)


def _choice(
    parser: Options,
    *names: str,
    words: Sequence[str],
    help: str | None = None,
    metavar: str = "",
    default: str | None = None,
) -> None:
    """An option, or an argument, that is one of some words."""
    metavar = metavar or "|".join(words)
    parser.add_argument(
        *names, type=_one_of(words), choices=words, metavar=metavar, default=default, help=help
    )


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in words:
            from ssot_lint.cli.spelling import meant
            from ssot_lint.model.wording import shown

            known = ", ".join(f"`{word}`" for word in words)
            raise argparse.ArgumentTypeError(f"{shown(text)} is not one of {known}{meant(text, words)}")
        return text

    return check


def _output(text: str) -> tuple[str, str]:
    """A format, and the file that it goes to."""
    format, colon, file = text.partition(":")
    if not colon or not file:
        from ssot_lint.model.wording import shown

        known = format if format in FORMATS else next(iter(FORMATS))
        remedy = "the file" if colon else "a file"
        raise argparse.ArgumentTypeError(
            f"{shown(text)} lacks {remedy}: write FORMAT:FILE, as in `{known}:report`"
            if format in FORMATS
            else f"{shown(text)} lacks the format: write FORMAT:FILE, as in {shown('sarif:' + format)}"
        )
    return _one_of(tuple(FORMATS))(format), file


def _codes(parser: Options, option: str, help: str) -> None:
    _own_words(parser.add_argument(option, type=_comma_list, action="extend", metavar="CODES", help=help))


def _comma_list(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise argparse.ArgumentTypeError("names no code")
    return words


def _names(parser: Options, option: str, metavar: str, help: str) -> None:
    _own_words(parser.add_argument(option, type=_name_list, action="extend", metavar=metavar, help=help))


def _name_list(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise argparse.ArgumentTypeError("is empty")
    return words


def _number(text: str) -> int:
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if count < 1:
        raise argparse.ArgumentTypeError("expected an integer of at least 1")
    return count


_ADDRESS = re.compile(r"([a-z]+://)?(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}")
"""Where a scheduler listens, with the protocol or, if that is TCP, without."""


def _workers(text: str) -> int | str | None:
    """A number of processes, None for `auto`, or the address of a cluster's scheduler."""
    if text == "auto":
        return None
    word, colon, address = text.partition(":")
    if word == "dask":
        port = address.rpartition(":")[2]
        if not colon or not _ADDRESS.fullmatch(address) or not 0 < int(port) < 65536:
            from ssot_lint.model.wording import shown

            raise argparse.ArgumentTypeError(
                f"{shown(text)} has no address: write `dask:tcp://HOST:PORT`, as the scheduler says it"
            )
        return address
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError("expected `auto`, an integer of at least 1, or `dask:ADDRESS`")
    return count
