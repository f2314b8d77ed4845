"""Options that several commands have, in the same words."""

from __future__ import annotations

from ssot_lint.cli.values import (
    CODES,
    FILE,
    Completion,
    Options,
    choice,
    comma_list,
    completed,
    workers,
)

COLOURS = ("auto", "always", "never")


def add_paths(parser: Options, help: str) -> None:
    completed(parser.add_argument("paths", nargs="*", metavar="PATH", help=help), FILE)


def add_config(parser: Options, start: str = "each path") -> None:
    help = f"the settings file (default: the nearest, upwards from {start})"
    completed(parser.add_argument("--config", metavar="FILE", help=help), FILE)


def add_format(parser: Options) -> None:
    choice(
        parser, "--format", "--output-format", words=("text", "json"), default="text", help="(default: text)"
    )


def add_colour(parser: Options) -> None:
    help = "(default: auto, which obeys NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE)"
    choice(parser, "--color", words=COLOURS, default="auto", help=help)


def add_list(
    parser: Options,
    option: str,
    metavar: str,
    help: str,
    *,
    none: str = "is empty",
    by: Completion | None = None,
) -> None:
    """Adds an option that takes words with commas between them. ``none`` is the error where there is no word."""
    action = parser.add_argument(option, type=comma_list(none), action="extend", metavar=metavar, help=help)
    if by is not None:
        completed(action, by)


def add_codes(parser: Options, option: str, help: str) -> None:
    add_list(parser, option, "CODES", help, none="names no code", by=CODES)


def add_workers(parser: Options) -> None:
    help = "processes at once, `auto` (the default)"
    parser.add_argument("-j", "--workers", type=workers, metavar="N", help=help)


def add_no_cache(parser: Options) -> None:
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write what runs remember")


def add_no_progress(parser: Options) -> None:
    parser.add_argument("--no-progress", action="store_true", help="show no progress in the terminal")


def add_dry_run(parser: Options) -> None:
    help = "show what would be written, and write nothing"
    parser.add_argument("--dry-run", action="store_true", help=help)
