"""What a command says."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """What a command says on standard output, its exit code, and sentences for standard error. ``exact``: surrogates in
    the text stand for bytes, as ``os.fsdecode`` makes them."""

    text: str
    code: int = 0
    notes: tuple[str, ...] = ()
    exact: bool = False
