"""How a run works, and where its time goes. None of this changes what is found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Is called with the name of a stage, how many files are through it, and how many there are."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of a run goes; it fills while the run goes on. ``stages`` has seconds by stage, in the order of
    the stages; ``counts`` how many files were parsed, remembered and so on; ``files`` seconds of processor time by
    path, for the files that were parsed or judged."""

    stages: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - began

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    def spent(self, path: str, seconds: float) -> None:
        self.files[path] = self.files.get(path, 0.0) + seconds


@dataclass(frozen=True, slots=True)
class RunOptions:
    """``workers`` is the number of processes, None as many as it is worth, or the address of a Dask cluster's
    scheduler. ``cache``: earlier runs are remembered, in ``folder`` or in the project's own. ``prefilter`` is
    false where every file is parsed, whatever its bytes hold. ``fixes``: each finding has its fix, or the reason why it
    has none, where its rule repairs anything. ``inferring`` is false where only paths are asked about, and no rule is:
    then nobody looks for what hands out objects of the symbols."""

    workers: int | str | None = None
    cache: bool = False
    folder: str | None = None
    prefilter: bool = True
    fixes: bool = False
    inferring: bool = True
    progress: Progress | None = None
    profile: Profile = field(default_factory=Profile, compare=False)
