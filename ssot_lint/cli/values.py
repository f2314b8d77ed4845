"""The kinds of words that options take: how each is read, what is said where it is wrong, how a shell completes it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence

from ssot_lint.report import FORMATS

PROGRAM = "ssot-lint"

Options = argparse.ArgumentParser | argparse._ArgumentGroup
"""Where options are added: a command, or one of the groups that its help shows."""

Completion = Mapping[str, str]
"""How each shell completes a word, as shtab writes it."""

FILE: Completion = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "fish": "(__fish_complete_path (commandline -ct))",
    "tcsh": "f",
}


def _asked(kind: str, *, several: bool = False) -> Completion:
    """The shell asks ``ssot-lint completion KIND``, by the functions of ``commands.completion``. ``several`` words have
    commas between them."""
    function = f"_ssot_lint_{kind}"
    fish = f"(__fish_complete_list , {function})" if several else f"({function})"
    return {"bash": function, "zsh": function, "fish": fish, "tcsh": f"`{PROGRAM} completion {kind}`"}


CODE = _asked("codes")
CODES = _asked("codes", several=True)
CONTRACT = _asked("contracts")
CONTRACTS = _asked("contracts", several=True)
KINDS = _asked("kinds", several=True)
BASELINE = {**_asked("baselines"), "tcsh": "f"}


def completed(action: argparse.Action, by: Completion) -> None:
    # The attribute is shtab's, which is not there unless completion is asked for.
    action.complete = by  # type: ignore[attr-defined]


def choice(
    parser: Options,
    *names: str,
    words: Sequence[str],
    help: str | None = None,
    metavar: str = "",
    default: str | None = None,
) -> None:
    """Adds an option or an argument whose value must be one of ``words``."""
    metavar = metavar or "|".join(words)
    parser.add_argument(
        *names, type=_one_of(words), choices=words, metavar=metavar, default=default, help=help
    )


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in words:
            from ssot_lint.model.wording import shown, suggestion

            known = ", ".join(f"`{word}`" for word in words)
            raise argparse.ArgumentTypeError(f"{shown(text)} is not one of {known}{suggestion(text, words)}")
        return text

    return check


def output(text: str) -> tuple[str, str]:
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


def comma_list(problem: str) -> Callable[[str], list[str]]:
    """Reads words with commas between them. ``problem`` is the error where there is no word."""

    def read(text: str) -> list[str]:
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words:
            raise argparse.ArgumentTypeError(problem)
        return words

    return read


def number(text: str) -> int:
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if count < 1:
        raise argparse.ArgumentTypeError("expected an integer of at least 1")
    return count


_ADDRESS = re.compile(r"([a-z]+://)?(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}")
"""Where a scheduler listens, with the protocol or, if that is TCP, without."""


def workers(text: str) -> int | str | None:
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
