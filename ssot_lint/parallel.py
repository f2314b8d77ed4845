"""A function over the parts of a work, in processes of their own. Reads no files.

The standard library's own modules for that are imported only where there is enough to do.
"""

from __future__ import annotations

import gc
import os
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from ssot_lint.parse import deep

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection

P = TypeVar("P")
T = TypeVar("T")


def processes(workers: int | None, size: int, enough: int) -> int:
    """How many processes a work of some size is worth; one where this process may have no children."""
    if workers is not None:
        count = max(1, min(workers, size))
    else:
        count = min(os.cpu_count() or 1, 8) if size >= enough else 1
    if count > 1:
        import multiprocessing

        count = 1 if multiprocessing.current_process().daemon else count
    return count


class Crew:
    """Processes of our own: ``workers`` of them, or as many as a work is worth. They are started for the first work,
    and then wait for more, until the crew is left: who starts later holds more of what this process has gathered."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._count = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave(wait=True)

    def worth(self, size: int, enough: int) -> int:
        """How many processes a work of some size is worth."""
        return processes(self._workers, size, enough)

    def results(
        self, function: Callable[[P], T], parts: Iterable[P], count: int
    ) -> Iterator[tuple[P, T | None]]:
        """Each part with its result from one of ``count`` processes, in order; None where the process that was at it
        has died, or had no memory. Only a few parts and results are there at once."""
        from concurrent.futures.process import BrokenProcessPool

        pool = self._joined(count)
        waiting: deque[tuple[P, Future[T] | None]] = deque()
        rest = iter(parts)
        is_whole = True

        def send(number: int) -> None:
            for part in islice(rest, number):
                with suppress(BrokenProcessPool), quiet_fork():
                    waiting.append((part, pool.submit(function, part)))
                    continue
                waiting.append((part, None))

        try:
            send(_AHEAD * count)
            while waiting:
                part, future = waiting.popleft()
                result: T | None = None
                try:
                    result = future.result() if future is not None else None
                except BrokenProcessPool:
                    is_whole = False
                except MemoryError:
                    pass
                del future
                send(1)
                yield part, result
        except BaseException:
            is_whole = False
            raise
        finally:
            if not is_whole:
                self._leave(wait=False)

    def _joined(self, count: int) -> ProcessPoolExecutor:
        if self._pool is None or self._count < count:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            self._leave(wait=True)
            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
            context = multiprocessing.get_context(method)
            self._pool, self._count = ProcessPoolExecutor(count, context, initializer=begin), count
        return self._pool

    def _leave(self, *, wait: bool) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=True)
            self._pool = None


_AHEAD = 4
"""So many parts for each process wait to be done: none is ever idle."""


def forked(function: Callable[[Sequence[P]], list[T]], work: Sequence[P], count: int) -> list[T]:
    """The results of the function over ``count`` interleaved parts of the work, joined.

    Only where processes can be forked: then nothing has to be sent to them. The first part is done here: each
    process holds all that this one does. So is a part whose process dies, and every part elsewhere.
    """
    if count <= 1:
        return function(work)
    import multiprocessing

    if "fork" not in multiprocessing.get_all_start_methods():
        return function(work)
    context = multiprocessing.get_context("fork")
    started = []
    for number in range(1, count):
        part = work[number::count]
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(function, part, there), daemon=True)
        with quiet_fork():
            process.start()
        there.close()
        started.append((process, here, part))
    try:
        with _seldom_collected():
            results = function(work[::count])
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
    gc.freeze()
    gc.set_threshold(*_SELDOM)


_SELDOM = 100_000, 20, 20
"""When there is garbage to collect: trees come and go in large numbers, and the collector would look at each."""


@contextmanager
def _seldom_collected() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _follow() -> None:
    import multiprocessing

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
