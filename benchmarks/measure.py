"""A command → how long it took, how much processor time and how much memory, with all processes that it started."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_INTERVAL: Final = 0.025
"""Seconds between two looks at the memory."""

_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. ``processor`` is user and system time, of all processes. What a system cannot tell is None."""

    seconds: float
    processor: float | None
    memory: int | None
    """The highest sum of the resident memory of all processes, in bytes; pages that processes share count for
    each. Where that cannot be seen it is the largest process alone."""


class Failed(Exception):
    """A command did not start, or ended with a code that means no answer. Its text says so in one line."""


def measure(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    accepted: Collection[int],
    given: bytes = b"",
) -> Measured:
    """Runs a command and throws its output away. ``environment`` is what differs from our own; ``given`` is there at
    standard input."""
    with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as text:
        text.write(given)
        text.seek(0)
        start = time.perf_counter()
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **environment},
                stdin=text,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        except OSError as error:
            raise Failed(f"{command[0]} does not start: {error.strerror}") from error
        sampler = _Sampler(process.pid)
        sampler.start()
        try:
            processor, largest = _wait(process)
            seconds = time.perf_counter() - start
        except BaseException:
            process.kill()
            raise
        finally:
            sampler.stop()
        if process.returncode not in accepted:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
            why = f": {said[-1]}" if said else ""
            raise Failed(f"{Path(command[0]).name} ended with status {process.returncode}{why}")
    return Measured(seconds, processor, max(sampler.peak, largest) or None)


def _wait(process: subprocess.Popen[bytes]) -> tuple[float | None, int]:
    """Waits for the end; processor time, and the memory of the largest process (0: unknown).

    The usage of a process holds that of its children that it has waited for. Its memory begins with ours, from
    which it was split: what is not larger than that says nothing.
    """
    if sys.platform == "win32":
        process.wait()
        return None, 0
    import resource

    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = usage.ru_maxrss * unit if usage.ru_maxrss > own else 0
    return usage.ru_utime + usage.ru_stime, largest


class _Sampler(threading.Thread):
    """Looks at the memory of a process and its descendants until it is stopped."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.peak = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        self.peak = resident(self.process)
        while not self.stopped.wait(_INTERVAL):
            self.peak = max(self.peak, resident(self.process))

    def stop(self) -> None:
        self.stopped.set()
        self.join()


def resident(process: int) -> int:
    """The resident memory of a process and all its descendants, in bytes; 0 where that cannot be seen."""
    if sys.platform != "win32" and (_PROC / "self" / "statm").exists():
        page = os.sysconf("SC_PAGE_SIZE")
        return page * sum(map(_pages, _descendants([process])))
    try:
        psutil = importlib.import_module("psutil")
    except ImportError:
        return 0
    try:
        first = psutil.Process(process)
        return sum(int(each.memory_info().rss) for each in (first, *first.children(recursive=True)))
    except psutil.Error:
        return 0


def _descendants(processes: Iterable[int]) -> Iterable[int]:
    """The processes and all below them. One that ends meanwhile has no more children."""
    for process in processes:
        yield process
        yield from _descendants(_children(process))


def _children(process: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(_PROC / str(process) / "task"):
            text = (_PROC / str(process) / "task" / thread / "children").read_text()
            found += map(int, text.split())
    except OSError:
        pass
    return found


def _pages(process: int) -> int:
    try:
        return int((_PROC / str(process) / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
