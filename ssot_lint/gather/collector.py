"""How often the garbage collector looks at all objects: ours come in large numbers, and most stay to the end."""

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


def pass_over() -> None:
    """Lets the collector pass over all that there is by now: to look at it whenever a few things are new would hold up
    a key in an editor for a second."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def sweep() -> None:
    """Collects what has come since. Trees that are looked at are full of circles, and by itself the collector would
    come to them after thousands of keys: meanwhile the memory would grow."""
    gc.collect()
