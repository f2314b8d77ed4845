"""A function and the parts of a work → the results, from processes of our own. Reads no files.

The modules of the standard library for that are imported only where there is enough to do.
"""

from __future__ import annotations

import gc
import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from ssot_lint.facts.parse import EXHAUSTED, deep
from ssot_lint.gather.collector import SELDOM, seldom_collected
from ssot_lint.gather.parent import end_after

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

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
    """Processes of our own: ``workers`` of them, or as many as a work is worth. They start with the first work and then
    wait for more, until the crew is left. The later they start, the more they hold of what this process has
    gathered."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._count = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # Who is interrupted does not wait for what the others are at: they end when this process does.
        self._leave(wait=kind is None or issubclass(kind, Exception))

    def worth(self, size: int, enough: int) -> int:
        """How many processes a work of some size is worth. Those that wait for work cost no start."""
        return processes(
            self._workers, size, enough if self._pool is None else min(enough, _ENOUGH_FOR_WAITING)
        )

    def results(
        self, function: Callable[[P], T], parts: Iterable[P], count: int
    ) -> Iterator[tuple[P, T | None]]:
        """Each part with its result from one of ``count`` processes, in order; None where the process has died, or had
        no room for the part. Only a few parts and results are there at once. If the caller leaves before the end, parts
        that no process has begun are taken back; the processes stay for the next work."""
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
                except EXHAUSTED:
                    pass
                del future
                send(1)
                yield part, result
        finally:
            for _, future in waiting:
                if future is not None:
                    future.cancel()
            if not is_whole:
                # All of its processes are dead, or about to be.
                self._leave(wait=True)

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


_ENOUGH_FOR_WAITING = 16
"""So many files are worth sending to processes that are there already."""

_AHEAD = 4
"""So many parts wait for each process: none is ever idle."""


def forked(function: Callable[[Sequence[P]], list[T]], work: Sequence[P], count: int) -> list[T]:
    """The results of the function over ``count`` interleaved parts of the work, joined.

    Other processes only help where they can be forked: then nothing has to be sent to them. The first part is done
    here: each process holds all that this one does. So is a part whose process dies, cannot be started or has no room
    for it.
    """
    if count <= 1:
        return function(work)
    import multiprocessing

    if "fork" not in multiprocessing.get_all_start_methods():
        return function(work)
    context = multiprocessing.get_context("fork")
    started: list[tuple[ForkProcess, Connection]] = []
    try:
        for number in range(1, count):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_send, args=(function, work[number::count], there), daemon=True)
            try:
                with quiet_fork():
                    process.start()
            except OSError:
                # No more processes, or no room for them: what is left is done here.
                break
            finally:
                there.close()
            started.append((process, here))
        with seldom_collected():
            results = function(work[::count])
        for number in range(1, count):
            got: list[T] | None = _received(started[number - 1][1]) if number <= len(started) else None
            results.extend(function(work[number::count]) if got is None else got)
    except BaseException:
        for process, _ in started:
            process.kill()
        raise
    finally:
        for process, _ in started:
            process.join()
    return results


def _received(here: Connection) -> list[T] | None:
    """What a process has sent; None where it could not."""
    try:
        got: list[T] = here.recv()
    except (EOFError, OSError, *EXHAUSTED):
        return None
    return got


def begin() -> None:
    """What a process of our own does first: it will end with the process that started it, however that ends."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        end_after(parent.join)
    gc.freeze()
    gc.set_threshold(*SELDOM)


@contextmanager
def quiet_fork() -> Iterator[None]:
    """Hides the warning of Python 3.12 about forking beside threads: our threads wait, and hold no lock."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
        yield


def _send(function: Callable[[Sequence[P]], list[T]], part: Sequence[P], there: Connection) -> None:
    begin()
    # What goes wrong here goes wrong again, and is told, where the part is done once more.
    with suppress(Exception):
        there.send(deep(lambda: function(part)))
    there.close()
