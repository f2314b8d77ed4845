"""How far the first look at projects is → what the editor shows of it. The editor may stop it.

The first look is at all files; those that follow are at what has changed, and are too quick to be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Value = dict[str, object]
"""What is said of some work: it begins, goes on, or ends; in the words of the protocol."""

_WORDS = {"index": "reading", "check": "judging"}
"""What is done, by the stage of a run."""

EACH = 5
"""Percent after which the editor is told again."""


@dataclass(slots=True)
class Indexing:
    """``create`` asks the editor to show something under a token, and calls back when it will; ``say`` tells what.
    Without them nothing is shown. All but ``is_stopped`` is of the event loop."""

    create: Callable[[str, Callable[[], None]], None] | None = None
    say: Callable[[str, Value], None] | None = None
    is_stopped: bool = False
    """People want no more of it, until something has changed on the disk."""
    token: str = ""
    _number: int = 0
    _is_open: bool = False
    _told: tuple[str, int] = field(default=("", 0))

    def tell(self, stage: str, through: int, of: int) -> None:
        """So many files are through, of so many."""
        if self.create is None or self.say is None:
            return
        if not self.token:
            self._number += 1
            self.token = token = f"ssot-lint-index-{self._number}"
            self.create(token, lambda: self._begin(token))
        percent = 100 * through // max(of, 1)
        if self._is_open and (stage != self._told[0] or percent >= self._told[1] + EACH):
            self._told = stage, percent
            text = f"{_WORDS.get(stage, stage)} {through} of {of} files"
            self.say(self.token, {"kind": "report", "message": text, "percentage": percent})

    def done(self) -> None:
        """Nothing is looked at any more."""
        if self._is_open and self.say is not None:
            self.say(self.token, {"kind": "end"})
        self.token, self._is_open, self._told = "", False, ("", 0)

    def stop(self, token: object) -> None:
        """The editor wants no more of what goes by a token."""
        if self.token and token == self.token:
            self.is_stopped = True

    def _begin(self, token: str) -> None:
        if token == self.token and self.say is not None:
            self._is_open = True
            self.say(token, {"kind": "begin", "title": "ssot-lint", "cancellable": True, "percentage": 0})
