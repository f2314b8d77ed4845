"""Every exception that one package raises and another catches. Their texts are for people, without a full stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ssot_lint.model.wording import named


class WrongInput(Exception):
    """What the user gave on the command line cannot be used. Its text says why, one mistake a line."""


class Unusable(Exception):
    """A file or a helper that the run needs cannot be used until the user changes something. Its text says what, one
    sentence a line."""


class GitUnusable(Unusable):
    """Git gives no answer. Its text is a fragment of a sentence, fit for a terminal, that says why."""


class GitRefused(GitUnusable):
    """Git ran, and ended with an error."""


class Unreadable(Exception):
    """A file cannot be read. Its text completes the sentence "PATH …"."""


class Unparsable(Exception):
    """The bytes are no Python that this interpreter reads. ``line`` counts from 1, ``column`` from 0, in letters."""

    def __init__(self, message: str, line: int = 1, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class Damaged(Exception):
    """Data from a store is not what was put there."""


class Mistake(NamedTuple):
    """``file`` is relative to the root, or ``command line``; ``line`` counts from 1, 0 is none; ``key`` is
    relative to the table of ssot-lint, and empty where the file as a whole is at fault."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{named(self.file)}:{self.line}" if self.line else named(self.file)
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class ConfigError(Exception):
    """The settings are wrong. Its text has all mistakes, one a line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[Mistake, ...]]]:
        return type(self), (self.mistakes,)
