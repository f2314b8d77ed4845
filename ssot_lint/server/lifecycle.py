"""When the server may answer, and when it ends: the rules of the protocol that pygls leaves to others."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

NOT_INITIALIZED = -32002
PARSE_ERROR = -32700
INVALID_REQUEST = -32600

LOOK = 2.0
"""Seconds between two looks at whether the editor is still there."""


@dataclass(slots=True)
class Life:
    """How far the conversation is."""

    is_initialized: bool = False
    is_shut_down: bool = False

    def refusal(self, method: str) -> tuple[int, str] | None:
        """Why a request is not answered: the code and the text of the error."""
        if self.is_shut_down:
            return INVALID_REQUEST, f"{method}: the server has been shut down"
        if not self.is_initialized and method != "initialize":
            return NOT_INITIALIZED, f"{method}: the server has not been initialized"
        if self.is_initialized and method == "initialize":
            return INVALID_REQUEST, "initialize: the server has been initialized already"
        return None

    def is_heard(self, method: str) -> bool:
        """Whether a notification counts."""
        return method == "exit" or (self.is_initialized and not self.is_shut_down)


def end_with(process: int, end: Callable[[], None]) -> None:
    """Calls ``end`` when a process is gone, though it may have left the pipe open to others."""

    def watch() -> None:
        while is_alive(process):
            time.sleep(LOOK)
        end()

    threading.Thread(target=watch, name="ssot-lint-parent", daemon=True).start()


def is_alive(process: int) -> bool:
    """Whether there is a process of this number that has not ended."""
    if os.name == "nt":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    try:
        with open(f"/proc/{process}/stat", "rb") as stream:
            # One that has ended and was not asked for its exit code.
            return stream.read().rpartition(b")")[2].split()[:1] not in ([b"Z"], [b"X"])
    except (OSError, IndexError):
        return True


def _is_alive_on_windows(process: int) -> bool:
    import ctypes

    synchronize, still_there = 0x100000, 0x102
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - other systems have no such name
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == still_there)
    finally:
        kernel.CloseHandle(handle)
