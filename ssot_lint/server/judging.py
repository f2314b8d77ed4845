"""What has changed → what is shown, in a thread beside the event loop: after a pause, and anew when more has changed.

All work on projects is done in that one thread, one thing after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from ssot_lint.server.projects import Changes, Desk, Pages, Projects

T = TypeVar("T")

PAUSE = 0.05
"""Seconds without a key after which a text is judged."""

PATIENCE = 3
"""So often a judgement is given up because more has been typed; the next one is made to the end."""


class GivenUp(Exception):
    """The texts have changed while they were judged."""


@dataclass(slots=True)
class Judging:
    """``desk`` gives what the editor has now; ``shown`` takes what is to be shown of that state."""

    desk: Callable[[], Desk]
    shown: Callable[[Desk, Pages], None]
    projects: Projects = field(default_factory=Projects)
    worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    pending: Changes = field(default_factory=Changes)
    wanted: int = 0
    """Counts changes."""
    done: int = 0
    """The count whose state is shown."""
    given_up: int = 0
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def changed(self, changes: Changes, *, at_once: bool = False) -> None:
        """Something has changed, besides the texts or only these."""
        self.pending = self.pending.also(changes)
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
        return await asyncio.get_running_loop().run_in_executor(self.worker, question, self.projects)

    async def _work(self) -> None:
        while self.done != self.wanted:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.hurry.wait(), PAUSE)
            self.hurry.clear()
            await self._judge()

    async def _judge(self) -> None:
        number, desk = self.wanted, self.desk()
        changes, self.pending = self.pending, Changes()

        def progress(stage: str, through: int, of: int) -> None:
            if self.wanted != number and self.given_up < PATIENCE:
                raise GivenUp

        try:
            pages = await asyncio.get_running_loop().run_in_executor(
                self.worker, self.projects.update, desk, changes, progress
            )
        except GivenUp:
            self.given_up += 1
            return
        except Exception:
            # What is wrong with one state must not end the server: the next one may be judged.
            logging.getLogger("ssot_lint").exception("a bug of ssot-lint, not of your code")
            self.done = number
            return
        self.given_up, self.done = 0, number
        self.shown(desk, pages)
