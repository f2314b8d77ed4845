"""What has changed → what is shown, in a thread beside the event loop: after a pause, and anew when more has changed.

All work on projects is done in that one thread, one thing after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from ssot_lint.facts.parse import deep
from ssot_lint.server.indexing import Indexing
from ssot_lint.server.projects import Desk, News, Pages, Projects

T = TypeVar("T")

PAUSE = 0.05
"""Seconds without a key after which a text is judged."""

PATIENCE = 3
"""So often a judgement is given up because more has been typed; the next one is made to the end."""

PARTS = 2
"""So many parts has what can be prepared: the index that stays, and what links tell of it."""


class GivenUp(Exception):
    """The texts have changed while they were judged."""


class Stopped(Exception):
    """People have stopped the first look at the projects."""


class Worker:
    """A thread that does one thing after the other. It holds up no end of the process, whatever it is about."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="ssot-lint-worker", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._work.get()()

    def do(self, function: Callable[[], T]) -> asyncio.Future[T]:
        """The result, to be awaited in an event loop."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

        self._work.put(work)
        return asyncio.wrap_future(future)


@dataclass(slots=True)
class Judging:
    """``desk`` gives what the editor has now; ``shown`` takes what is to be shown of that state."""

    desk: Callable[[], Desk]
    shown: Callable[[Desk, Pages], None]
    projects: Projects = field(default_factory=Projects)
    worker: Worker = field(default_factory=Worker)
    pending: News = field(default_factory=News)
    wanted: int = 0
    """Counts changes."""
    done: int = 0
    """The count whose state is shown."""
    given_up: int = 0
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    indexing: Indexing = field(default_factory=Indexing)

    def changed(self, changes: News, *, at_once: bool = False) -> None:
        """Something has changed, besides the texts or only these."""
        self.pending = self.pending.also(changes)
        if changes.disk or changes.settings:
            self.indexing.is_stopped = False
        self.wanted += 1
        if at_once:
            self.hurry.set()
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._work())

    async def current(self) -> None:
        """Waits until what is known is about the texts as they are now."""
        while self.done != self.wanted and self.task is not None:
            self.hurry.set()
            await asyncio.shield(self.task)

    async def ask(self, question: Callable[[Projects], T]) -> T:
        """The answer to a question about the projects as they are now."""
        await self.current()
        return await self.worker.do(partial(deep, partial(question, self.projects)))

    async def _work(self) -> None:
        while self.done != self.wanted:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.hurry.wait(), PAUSE)
            self.hurry.clear()
            await self._judge()

    async def _judge(self) -> None:
        number, desk = self.wanted, self.desk()
        loop, indexing = asyncio.get_running_loop(), self.indexing
        if indexing.is_stopped:
            self.done = number
            return
        changes, self.pending = self.pending, News()

        def progress(stage: str, through: int, of: int) -> None:
            if not self.projects.is_begun:
                # To the end, whatever is typed meanwhile: what it leaves makes all that follows quick.
                if indexing.is_stopped:
                    raise Stopped
                loop.call_soon_threadsafe(indexing.tell, stage, through, of)
            elif self.wanted != number and self.given_up < PATIENCE:
                raise GivenUp

        try:
            pages = await self.worker.do(partial(self.projects.update, desk, changes, progress))
        except GivenUp:
            self.given_up += 1
            return
        except Stopped:
            self.done = number
            return
        except Exception:
            # What is wrong with one state must not end the server: the next one may be judged.
            logging.getLogger("ssot_lint").exception("a bug of ssot-lint, not of your code")
            self.done = number
            return
        finally:
            indexing.done()
        self.given_up, self.done = 0, number
        self.shown(desk, pages)
        await self._prepare()

    async def _prepare(self) -> None:
        """Uses the time until the next key for what would have to be done then, in parts."""
        for _ in range(PARTS):
            if self.done != self.wanted:
                return
            try:
                await self.worker.do(self.projects.prepare)
            except Exception:
                # What cannot be prepared is told where it is needed.
                logging.getLogger("ssot_lint").debug("not prepared", exc_info=True)
