"""How the fixtures fail: pytest shows the failure without a traceback, and to whoever catches it it is an assertion."""

from __future__ import annotations

from _pytest.outcomes import Failed


class CheckFailed(Failed, AssertionError):
    """A check of a fixture has failed. Its text is for people; where an exception is the cause, pytest shows both."""

    def __init__(self, text: str, *, pytrace: bool = False) -> None:
        super().__init__(text, pytrace)
