"""A function over the parts of a work, each part in a process of its own that inherits what is there. No files."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TypeVar

from ssot_lint.parse import deep

P = TypeVar("P")
T = TypeVar("T")


def processes(workers: int | None, size: int, enough: int) -> int:
    """How many processes a work of some size is worth; one where this process may have no children."""
    if multiprocessing.current_process().daemon:
        return 1
    if workers is not None:
        return max(1, min(workers, size))
    return min(os.cpu_count() or 1, 8) if size >= enough else 1


def forked(function: Callable[[Sequence[P]], list[T]], work: Sequence[P], count: int) -> list[T]:
    """The results of the function over ``count`` interleaved parts of the work, joined.

    Only where processes can be forked: then nothing has to be sent to them. A part whose process dies, and
    every part elsewhere, is done here.
    """
    if count <= 1 or "fork" not in multiprocessing.get_all_start_methods():
        return function(work)
    context = multiprocessing.get_context("fork")
    started = []
    for number in range(count):
        part = work[number::count]
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(function, part, there), daemon=True)
        with quiet_fork():
            process.start()
        there.close()
        started.append((process, here, part))
    results: list[T] = []
    try:
        for process, here, part in started:
            try:
                results.extend(here.recv())
            except EOFError:
                results.extend(function(part))
            process.join()
    except BaseException:
        for process, _, _ in started:
            process.kill()
        raise
    return results


def begin() -> None:
    """What a process of our own does first: it will end with the one that started it, however that ends."""
    threading.Thread(target=_follow, name="ssot-lint-parent", daemon=True).start()
    # Trees come and go in large numbers, and the collector would look at each.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def quiet_fork() -> Iterator[None]:
    """Without the warning of Python 3.12 about forking beside threads: ours wait, and hold no lock."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
        yield


def _send(function: Callable[[Sequence[P]], list[T]], part: Sequence[P], there: Connection) -> None:
    begin()
    there.send(deep(lambda: function(part)))
    there.close()
