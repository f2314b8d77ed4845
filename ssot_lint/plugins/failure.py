"""How the fixtures fail: a failure of pytest that is shown without a traceback, and an assertion to whoever catches one."""

from __future__ import annotations

import pytest


class CheckFailed(pytest.fail.Exception, AssertionError):  # type: ignore[misc, unused-ignore]
    """A check of a fixture has failed. Its text is for people; where an exception is the cause, pytest shows both."""

    def __init__(self, text: str, *, pytrace: bool = False) -> None:
        super().__init__(text, pytrace)
