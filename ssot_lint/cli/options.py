"""A command's parser → its options. Imports no command: help costs next to nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Literal

from ssot_lint.cli.common_options import (
    add_codes,
    add_colour,
    add_config,
    add_dry_run,
    add_format,
    add_list,
    add_no_cache,
    add_no_progress,
    add_paths,
    add_workers,
)
from ssot_lint.cli.values import (
    BASELINE,
    CODE,
    CONTRACT,
    CONTRACTS,
    FILE,
    KINDS,
    Options,
    choice,
    completed,
    number,
    output,
    workers,
)
from ssot_lint.report import FORMATS, GROUPINGS

Action = Literal["create", "update", "prune", "status"]
"""What `baseline` does with its file: record all findings in a new file; follow what moved, drop what is fixed and add
what is new; only drop what is fixed; only count."""

ACTIONS: tuple[Action, ...] = ("create", "update", "prune", "status")
SHELLS = ("bash", "zsh", "fish", "tcsh")
WORDS = ("codes", "contracts", "kinds", "baselines")
"""What the scripts for these shells ask for when they are at work."""

TRACK_FORMATS = ("text", "json", "markdown")
SAMPLES = 20
"""So many commits of a history are looked at."""
KINDS_OF_PROPOSALS = ("class", "gateway", "vocabulary", "base", "duplicates")
PROPOSAL_FORMATS = ("text", "json", "html")
"""What `discover` proposes, and how it shows that."""

SETTINGS_FILES = ("pyproject.toml", "ssot-lint.toml")
CI_SERVICES = ("github", "gitlab")
"""What `init` writes to, and for."""


def check(parser: ArgumentParser) -> None:
    add_paths(
        parser, "files and folders to report on (default: the working directory); `-` is standard input"
    )
    _what_is_judged(parser.add_argument_group("what is judged"))
    _what_is_repaired(parser.add_argument_group("what is repaired first"))
    _what_is_reported(parser.add_argument_group("what is reported"))
    _how_it_is_shown(parser.add_argument_group("how it is shown"))
    _how_it_runs(parser.add_argument_group("how it runs"))


def _what_is_judged(group: Options) -> None:
    add_config(group)
    group.add_argument("--staged", action="store_true", help="what is staged, and not the working tree")
    group.add_argument("--at", metavar="REF", help="this commit, from git's objects; nothing is checked out")
    group.add_argument(
        "--stdin-filename",
        "--stdin-display-name",
        metavar="NAME",
        help="whose unsaved text standard input has",
    )


def _what_is_repaired(group: Options) -> None:
    group.add_argument("--fix", action="store_true", help="repair what is safe, as `fix` does")
    group.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix: also what has to be looked at"
    )
    group.add_argument(
        "--diff", action="store_true", help="write nothing, and print the patch of what --fix would do"
    )
    group.add_argument(
        "--exit-non-zero-on-fix", action="store_true", help="exit 1 also when all was repaired"
    )


def _what_is_reported(group: Options) -> None:
    add_codes(group, "--select", "report only these: codes, prefixes of codes, names of rules")
    add_codes(group, "--ignore", "do not report these")
    add_list(group, "--contract", "NAMES", "report only what departs from these contracts", by=CONTRACTS)
    add_list(
        group, "--owner", "OWNERS", "report only files of these owners, by CODEOWNERS; `none`: of nobody"
    )
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
    completed(group.add_argument("--baseline", metavar="FILE", help=help), BASELINE)
    group.add_argument("--no-baseline", action="store_true", help="report what is in the baseline, too")
    group.add_argument(
        "--locked", action="store_true", help="fail also when the baseline holds what is fixed"
    )
    group.add_argument("--fail-on", metavar="LEVEL", help="least severity of exit 1: error, warning, info")
    group.add_argument("--exit-zero", action="store_true", help="exit 0 in spite of findings")


def _how_it_is_shown(group: Options) -> None:
    choice(
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
        type=output,
        action="append",
        default=[],
        metavar="FORMAT:FILE",
        help="write this format to this file, too; may be repeated; the file `-` is standard output",
    )
    completed(
        group.add_argument(
            "--output-file", metavar="FILE", help="write there what would be on standard output"
        ),
        FILE,
    )
    help = "put findings together, or with --statistics count them so"
    choice(group, "--group-by", words=GROUPINGS, help=help)
    group.add_argument("--statistics", action="store_true", help="count instead of findings, as a table")
    group.add_argument("-q", "--quiet", action="store_true", help="findings only: no summary, no notes")
    group.add_argument(
        "-v", "--verbose", action="store_true", help="repeat help and reason with each finding of a file"
    )
    add_colour(group)
    add_no_progress(group)


def _how_it_runs(group: Options) -> None:
    group.add_argument(
        "-j",
        "--workers",
        type=workers,
        metavar="N",
        help="processes at once, `auto` (the default), or `dask:ADDRESS` of a cluster's scheduler",
    )
    add_no_cache(group)
    help = "where that is (default: .ssot_lint_cache)"
    completed(group.add_argument("--cache-dir", metavar="DIR", help=help), FILE)
    group.add_argument(
        "--no-prefilter",
        action="store_true",
        help="parse every file, whatever its bytes hold; slow, same findings",
    )
    group.add_argument("--profile", action="store_true", help="say on standard error where the time went")


def fix(parser: ArgumentParser) -> None:
    add_paths(
        parser, "files and folders to repair (default: the working directory); fixes may touch others, too"
    )
    what = parser.add_argument_group("what is repaired")
    add_config(what)
    add_codes(what, "--select", "repair only these: codes, prefixes of codes, names of rules")
    add_codes(what, "--ignore", "do not repair these")
    add_list(what, "--contract", "NAMES", "repair only what departs from these contracts", by=CONTRACTS)
    what.add_argument(
        "--since", metavar="REF", help="repair only what was added since this branch, tag or commit"
    )
    what.add_argument(
        "--unsafe-fixes", action="store_true", help="also what may change what the program does: look at it"
    )
    what.add_argument(
        "--remove-shims",
        action="store_true",
        help="take away what hands a symbol on when nobody here asks for it",
    )
    what.add_argument(
        "-y", "--yes", action="store_true", help="--remove-shims: also where others may install the project"
    )
    how = parser.add_argument_group("how it is done")
    how.add_argument("--diff", action="store_true", help="write nothing, and print a patch for `git apply`")
    how.add_argument("--dry-run", action="store_true", help="write nothing, and say what would be done")
    how.add_argument("-i", "--interactive", action="store_true", help="show each fix and ask")
    how.add_argument("--allow-dirty", action="store_true", help="also write to files that are not committed")
    add_workers(how)
    add_no_cache(how)
    how.add_argument("-q", "--quiet", action="store_true", help="no notes")
    add_colour(how)
    add_no_progress(how)


def track(parser: ArgumentParser) -> None:
    help = "the contract (default: all of them)"
    completed(parser.add_argument("contract", nargs="?", metavar="CONTRACT", help=help), CONTRACT)
    add_config(parser)
    _history(parser)
    parser.add_argument(
        "--since", metavar="REF", help="steps for what was added since this branch, tag or commit alone"
    )
    choice(parser, "--format", "--output-format", words=TRACK_FORMATS, default="text", help="(default: text)")
    help = "write the block of each contract into this Markdown file, and keep all else that is in it"
    completed(parser.add_argument("--update", metavar="FILE.md", help=help), FILE)
    _work(parser)
    add_colour(parser)


def report(parser: ArgumentParser) -> None:
    help = "the page, as one file that needs no network"
    completed(parser.add_argument("--html", metavar="FILE", required=True, help=help), FILE)
    parser.add_argument("--title", metavar="T", help="the title of the page (default: the project's folder)")
    add_config(parser)
    _history(parser)
    _work(parser)


def _history(parser: Options) -> None:
    parser.add_argument(
        "--history",
        metavar="OLD..NEW",
        help="also how the findings went from commit to commit, and when each alias was born; from git's objects",
    )
    parser.add_argument(
        "--samples",
        type=number,
        metavar="N",
        help=f"--history: at most so many commits, spread over the range (default: {SAMPLES})",
    )


def _work(parser: Options) -> None:
    add_workers(parser)
    add_no_cache(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="no notes")
    add_no_progress(parser)


def explain(parser: ArgumentParser) -> None:
    completed(
        parser.add_argument("rule", metavar="CODE|NAME", help="as in SOT201 or direct-construction"), CODE
    )
    add_colour(parser)


def why(parser: ArgumentParser) -> None:
    completed(parser.add_argument("place", metavar="PATH:LINE", help="a line, as reports name it"), FILE)
    add_config(parser)
    add_format(parser)
    add_colour(parser)


def rules(parser: ArgumentParser) -> None:
    add_format(parser)
    add_colour(parser)


def settings(parser: ArgumentParser) -> None:
    add_paths(parser, "files and folders whose settings are meant (default: the working directory)")
    add_config(parser)
    parser.add_argument("--check", action="store_true", help="only say what is wrong with the settings")
    add_format(parser)
    add_colour(parser)


def baseline(parser: ArgumentParser) -> None:
    choice(parser, "action", words=ACTIONS)
    add_config(parser)
    help = "the baseline (default: that of the settings, or ssot-baseline.txt)"
    completed(parser.add_argument("--file", metavar="FILE", help=help), BASELINE)
    parser.add_argument(
        "--tidy", action="store_true", help="take the numbers of what is gone out of the file, too"
    )
    parser.add_argument(
        "--force", action="store_true", help="drop what is not found again, though it may not be fixed, too"
    )
    add_no_cache(parser)
    add_format(parser)


def schema(parser: ArgumentParser) -> None:
    pass


def server(parser: ArgumentParser) -> None:
    help = "listen there for one editor, instead of standard input; for debugging"
    parser.add_argument("--tcp", metavar="HOST:PORT", help=help)
    # What several clients add to any server that they start.
    parser.add_argument(
        "--stdio", action="store_true", help="speak over standard input and output (the default)"
    )


def mcp(parser: ArgumentParser) -> None:
    add_config(parser, "the working directory")


def guide(parser: ArgumentParser) -> None:
    names = parser.add_argument(
        "contracts", nargs="*", metavar="CONTRACT", help="of these contracts (default: all)"
    )
    completed(names, CONTRACT)
    update = parser.add_argument(
        "--update",
        metavar="FILE",
        help="write it into this file, between its two marks; a missing file is made",
    )
    completed(update, FILE)
    add_config(parser, "the working directory")


def init(parser: ArgumentParser) -> None:
    where = "where settings go (default: pyproject.toml where there is one)"
    choice(parser, "--file", words=SETTINGS_FILES, help=where)
    parser.add_argument(
        "--contracts",
        type=number,
        default=1,
        metavar="N",
        help="write at most so many contracts (default: 1)",
    )
    parser.add_argument("--pre-commit", action="store_true", help="add the hooks to .pre-commit-config.yaml")
    choice(parser, "--ci", words=CI_SERVICES, help="write the file that runs ssot-lint there")
    parser.add_argument("--no-baseline", action="store_true", help="make no baseline of what is found now")
    add_dry_run(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="write without a question")
    add_no_progress(parser)
    add_colour(parser)


def discover(parser: ArgumentParser) -> None:
    add_paths(parser, "files and folders in which to look for symbols (default: the working directory)")
    what = parser.add_argument_group("what is proposed")
    add_config(what)
    add_list(
        what,
        "--kind",
        "KINDS",
        f"only these: {', '.join(KINDS_OF_PROPOSALS)}",
        none="names no kind",
        by=KINDS,
    )
    what.add_argument(
        "--top", type=number, default=20, metavar="N", help="at most so many, the most harmful (default: 20)"
    )
    what.add_argument("--explain", metavar="NAME", help="all that is known of one proposal")
    what.add_argument(
        "--write",
        nargs="?",
        const="",
        metavar="NAMES",
        help="add these contracts to the settings; without names a terminal is asked, or else the first is added",
    )
    how = parser.add_argument_group("how it is shown")
    choice(how, "--format", "--output-format", words=PROPOSAL_FORMATS, default="text", help="(default: text)")
    add_workers(how)
    add_no_progress(how)


def guard(parser: ArgumentParser) -> None:
    help = "the contract, as the settings name it"
    completed(parser.add_argument("contract", metavar="NAME", help=help), CONTRACT)
    add_config(parser)
    help = "why its former names are retired (default: the reason of the contract)"
    parser.add_argument("--reason", metavar="TEXT", help=help)
    add_dry_run(parser)
    add_no_cache(parser)
    add_no_progress(parser)
    add_colour(parser)


def completion(parser: ArgumentParser) -> None:
    help = f"the shell, or {', '.join(WORDS)}: the words that its script asks for"
    choice(parser, "shell", words=(*SHELLS, *WORDS), metavar="|".join(SHELLS), help=help)


def facts(parser: ArgumentParser) -> None:
    completed(parser.add_argument("path", metavar="PATH", help="the file"), FILE)
    add_list(
        parser, "--names", "NAMES", "about these names (default: those of the contracts)", none="has no name"
    )
    parser.add_argument("--sharing", action="store_true", help="also what the file shares, under any name")
    add_config(parser)
