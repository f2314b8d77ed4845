"""What a command answers."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """What a command says on standard output, its exit code, and sentences for standard error."""

    text: str
    code: int = 0
    notes: tuple[str, ...] = ()
