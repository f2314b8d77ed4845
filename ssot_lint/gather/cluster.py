"""The parts of a work → their answers, from the workers of a Dask cluster. Reads no files; the only importer of Dask.

No answer depends on the cluster: what it does not answer is left to the caller. A worker is believed only if it signs
its answer with the same versions as ours.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

from ssot_lint import __version__
from ssot_lint.cache.packed import SHAPE
from ssot_lint.cache.store import digest
from ssot_lint.facts.extract import VERSION
from ssot_lint.facts.parse import deep
from ssot_lint.gather.processes import Crew
from ssot_lint.model.errors import Unusable
from ssot_lint.model.wording import printable

K = TypeVar("K")
T = TypeVar("T")

PATIENCE = 10.0
"""Seconds to wait: for the scheduler to answer, for a first worker, and between two looks at a silent cluster."""

EACH: Final = 2
"""So many parts are sent for each worker, so that the next is there while it works on the first."""

MOST: Final = 100
"""At most so many parts are on their way: the scheduler keeps their bytes until they are answered."""

Signature = tuple[str, int, str, str]
"""The version of ssot-lint, the version of the facts, their shape, and the version of Python: plain values, which
every version can read."""

_ONE: Final = threading.Lock()
"""Most workers have several threads. What ``deep`` sets for its thread is set for the whole process, and a second
thread would take it from the first."""


def who() -> Signature:
    """What the answers of this process depend on, besides the question."""
    python = "{}.{}".format(*sys.version_info[:2])
    return __version__, VERSION, digest(SHAPE), python


def signed(work: Callable[[], object]) -> tuple[Signature, object]:
    """The answer to one part, in a worker, with the worker's signature."""
    with _ONE:
        return who(), deep(work)


@contextmanager
def joined(workers: int | str | None) -> Iterator[Crew | Cluster]:
    """The cluster at an address, or processes of our own; left at the end."""
    if not isinstance(workers, str):
        with Crew(workers) as crew:
            yield crew
        return
    cluster = Cluster(workers)
    with warnings.catch_warnings():
        # Dask's advice is for those who program with it.
        warnings.simplefilter("ignore")
        try:
            yield cluster
        finally:
            cluster.close()


class Cluster:
    """A connection to the scheduler at an address, made for the first part that is sent."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None
        self._is_lost = False

    def answers(self, parts: Iterable[tuple[K, Callable[[], object]]]) -> Iterator[tuple[K, object]]:
        """The answer to each part, by its key and in no certain order; None where there is no answer. ``parts`` are
        taken as fast as they are answered. Raises Unusable."""
        waiting: dict[str, tuple[Any, K]] = {}
        for key, work in parts:
            future = self._sent(work)
            if future is None:
                yield key, None
                continue
            waiting[future.key] = future, key
            while len(waiting) >= self._room():
                yield from self._answered(waiting)
        while waiting:
            yield from self._answered(waiting)

    def close(self) -> None:
        """Leaves the cluster, which then forgets what it was asked."""
        if self._client is not None:
            with suppress(Exception):
                self._client.close()

    def _sent(self, work: Callable[[], object]) -> Any:
        """The future of an answer; None where the cluster is lost."""
        if self._client is None:
            self._join()
        if self._is_lost:
            return None
        try:
            # Not pure in Dask's sense: else it would read all the bytes once more, to give the task a name.
            return self._client.submit(signed, work, pure=False)
        except Exception:
            self._is_lost = True
            return None

    def _room(self) -> int:
        # Asked each time: workers come and go.
        return min(MOST, EACH * max(1, self._workers()))

    def _workers(self) -> int:
        try:
            return len(self._client.nthreads()) if self._client.status == "running" else 0
        except Exception:
            return 0

    def _answered(self, waiting: dict[str, tuple[Any, K]]) -> Iterator[tuple[K, object]]:
        """Waits, and takes out what is done: nothing if that takes long, all of it if the cluster is lost."""
        from distributed import TimeoutError, wait

        try:
            futures = [future for future, _ in waiting.values()]
            # It looks for a client by itself, and ours is not everybody's.
            with self._client.as_current():
                done = wait(futures, timeout=PATIENCE, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            if self._workers():
                return
            self._is_lost = True
        except Exception:
            # So it ends for all when the scheduler is gone, or has been told to begin anew.
            self._is_lost = True
        if self._is_lost:
            left = [key for _, key in waiting.values()]
            waiting.clear()
            yield from ((key, None) for key in left)
            return
        for future in done:
            _, key = waiting.pop(future.key)
            yield key, self._answer(future)

    def _answer(self, future: Any) -> object:
        try:
            by, answer = future.result(timeout=PATIENCE)
        except Exception:
            # Above all KilledWorker: the part ends every process that takes it up.
            return None
        self._believe(by)
        return answer

    def _join(self) -> None:
        at = printable(self._address)
        try:
            from distributed import Client, TimeoutError
        except ImportError:
            raise Unusable(
                "a Dask cluster needs the package distributed: `pip install 'ssot-lint[distributed]'`, "
                "then try again"
            ) from None
        _hush()
        try:
            self._client = _within(
                2 * PATIENCE,
                lambda: Client(self._address, timeout=PATIENCE, set_as_default=False, name="ssot-lint"),
            )
        except Exception as error:
            raise Unusable(f"no Dask scheduler answers at {at}: {_reason(error)}") from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise Unusable(
                f"the Dask cluster at {at} has no workers: start some with `dask worker {at}`"
            ) from None
        try:
            signatures = _within(2 * PATIENCE, self._signatures)
        except Exception as error:
            raise Unusable(f"the Dask cluster at {at} cannot be used: {_reason(error)}") from None
        for one in signatures:
            self._believe(one)

    def _signatures(self) -> list[object]:
        """The signatures of all, before anything is sent: a worker with other code could not even read it. The
        scheduler reads it, too."""
        try:
            scheduler: object = self._client.run_on_scheduler(who)
        except OSError:
            raise
        except Exception as error:
            scheduler = error
        workers = self._client.run(who, on_error="return")
        # A worker that has just gone is no trouble.
        return [scheduler, *(one for one in workers.values() if not isinstance(one, OSError))]

    def _believe(self, them: object) -> None:
        """Raises Unusable unless the signature equals ours."""
        us = who()
        if them == us:
            return
        place = f"the Dask cluster at {printable(self._address)}"
        here = f"ssot-lint {us[0]} on Python {us[3]}"
        if not isinstance(them, tuple) or len(them) != len(us):
            raise Unusable(f"{place} has no ssot-lint, or another: install {here} there, as it is here")
        there = printable(f"ssot-lint {them[0]} on Python {them[3]}")
        other = ", with other code" if there == here else ""
        raise Unusable(f"{place} has {there}{other}, and here is {here}: install the same on both sides")


def _within(seconds: float, work: Callable[[], T]) -> T:
    """The result of a work that may take so many seconds. Dask waits for ever if something listens that is not Dask."""
    results: list[T] = []
    errors: list[Exception] = []

    def attempt() -> None:
        try:
            results.append(work())
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=attempt, name="ssot-lint-dask", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise Unusable(f"silent for {seconds:g} seconds")
    return results[0]


def _reason(error: Exception) -> str:
    lines = str(error).splitlines() or [""]
    return printable(lines[0].rstrip(".") or type(error).__name__)


def _hush() -> None:
    """Keeps Dask's loggers from standard error, for good: some speak only when the process ends."""
    import logging

    for name in ("distributed", "distributed.client", "bokeh", "tornado", "tornado.application", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
