"""What has changed → what is shown, in a thread beside the event loop: what is typed at once, the rest in idle moments.

All work on projects is done in that one thread, one thing after the other. The texts that were changed come first, then
the others that are open, then the files that nobody looks at: these in slices, between which questions are answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from ssot_lint.facts.parse import deep
from ssot_lint.gather.collector import pass_over, sweep
from ssot_lint.server.indexing import Indexing
from ssot_lint.server.projects import Desk, News, Pages, Projects

T = TypeVar("T")

PAUSE = 0.01
"""Seconds after a key in which what belongs to it may come: an editor may tell of one thing in several messages."""

PATIENCE = 3
"""So often a judgement is given up because more has been typed; the next one is made to the end."""

SWEPT_AFTER = 16
"""After so many judgements garbage is collected once nobody waits: 16 of the largest files leave some 30 MB."""

SWEPT_BY = 48
"""After so many it is collected even though somebody types."""

SLICE = 0.05
"""Seconds for which files that nobody looks at are judged at a time."""


class GivenUp(Exception):
    """The texts have changed while they were judged."""


class SliceOver(Exception):
    """Others want something, too."""


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
    """The count whose state is shown of the texts that were changed."""
    settled: int = 0
    """The count whose state is shown of all files."""
    given_up: int = 0
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    step: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever more is known."""
    task: asyncio.Task[None] | None = None
    indexing: Indexing = field(default_factory=Indexing)
    is_frozen: bool = False
    """Whether the garbage collector passes over what is known of the projects."""
    unswept: int = 0
    """How often texts were judged since garbage was last collected."""

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

    async def current(self, path: str | None = None) -> None:
        """Waits until what is known is about the texts as they are now: of the file at a path, or else of those that
        were changed."""
        await self._until(lambda: self.done == self.wanted and path not in self.projects.open)

    async def rest(self) -> None:
        """Waits until what is known of all files is about the texts as they are now."""
        await self._until(lambda: self.settled == self.wanted)

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so() and self.task is not None and not self.task.done():
            self.hurry.set()
            self.step.clear()
            await self.step.wait()

    async def ask(
        self, question: Callable[[Projects], T], path: str | None = None, *, whole: bool = False
    ) -> T:
        """The answer to a question about the projects as they are now: about the file at a path, or about the ``whole``
        of them."""
        await (self.rest() if whole else self.current(path))
        return await self.worker.do(partial(deep, partial(question, self.projects)))

    async def _work(self) -> None:
        try:
            while self.settled != self.wanted:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self.hurry.wait(), PAUSE)
                self.hurry.clear()
                await self._judge()
        finally:
            self.step.set()

    async def _judge(self) -> None:
        await self._sweep(SWEPT_BY)
        number, desk = self.wanted, self.desk()
        try:
            is_whole = self.indexing.is_stopped or (
                await self._judge_touched(number, desk) and await self._judge_others(number, desk)
            )
        except Stopped:
            is_whole = True
        except Exception:
            # What is wrong with one state must not end the server: the next one may be judged.
            logging.getLogger("ssot_lint").exception("a bug of ssot-lint, not of your code")
            is_whole = True
        if is_whole:
            self.done = self.settled = number
            self.step.set()
            await self._prepare()

    async def _judge_touched(self, number: int, desk: Desk) -> bool:
        """Judges the texts that were changed. False where that was given up."""
        loop, indexing = asyncio.get_running_loop(), self.indexing
        changes, self.pending = self.pending, News()
        before = self.projects.settings

        def progress(stage: str, through: int, of: int) -> None:
            if not self.projects.is_begun:
                # To the end, whatever is typed meanwhile: what it leaves makes all that follows quick.
                if indexing.is_stopped:
                    raise Stopped
                loop.call_soon_threadsafe(indexing.tell, stage, through, of)
            elif self.wanted != number and self.given_up < PATIENCE:
                raise GivenUp

        update = partial(self.projects.update, desk, changes, progress, desk.touched)
        try:
            pages = await self.worker.do(update)
        except GivenUp:
            self.given_up += 1
            return False
        finally:
            indexing.done()
        self.given_up, self.done, self.unswept = 0, number, self.unswept + 1
        # Other settings may mean that all was looked at anew.
        self.is_frozen &= self.projects.settings == before
        self._show(desk, pages)
        return True

    async def _judge_others(self, number: int, desk: Desk) -> bool:
        """Judges what may have changed with these texts: first in the others that are open, then in all files. False
        where that was given up; what is judged by then stays so."""
        stages: list[Collection[str] | None] = [desk.documents.keys(), None]
        while stages and self.projects.open:
            end = time.monotonic() + SLICE

            def progress(stage: str, through: int, of: int, end: float = end) -> None:
                if self.wanted != number:
                    raise GivenUp
                # One file at least, whatever it took to come to it.
                if through and time.monotonic() > end:
                    raise SliceOver

            try:
                pages = await self.worker.do(partial(self.projects.update, desk, News(), progress, stages[0]))
            except SliceOver:
                continue
            except GivenUp:
                return False
            del stages[0]
            self._show(desk, pages)
        return self.wanted == number

    def _show(self, desk: Desk, pages: Pages) -> None:
        self.shown(desk, pages)
        self.step.set()

    async def _prepare(self) -> None:
        """Uses the time until the next key for what would have to be done then, in parts."""
        try:
            while self.settled == self.wanted and await self.worker.do(self.projects.prepare):
                pass
        except Exception:
            # What cannot be prepared is told where it is needed.
            logging.getLogger("ssot_lint").debug("not prepared", exc_info=True)
        if not self.is_frozen and self.settled == self.wanted:
            self.is_frozen, self.unswept = True, 0
            await self.worker.do(pass_over)
        elif self.settled == self.wanted:
            await self._sweep(SWEPT_AFTER)

    async def _sweep(self, after: int) -> None:
        """Collects garbage, where so many judgements have left some."""
        if self.unswept >= after:
            self.unswept = 0
            await self.worker.do(sweep)
