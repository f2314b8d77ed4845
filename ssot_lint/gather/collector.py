"""A run whose garbage collector seldom looks at all objects: they come in large numbers, and most stay to its end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 100_000, 20, 20
"""When there is garbage to collect."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """What is done meanwhile is disturbed seldom; afterwards all is as it was."""
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
