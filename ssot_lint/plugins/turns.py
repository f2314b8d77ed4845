"""The settings file of a project → one process at a time: of several that need the same answer the first works it out,
and the others find what it has remembered.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def in_turn(file: str) -> Iterator[None]:
    """Waits until no other process has its turn, where the system can do that. A turn ends when its process does."""
    descriptor = None
    try:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)
