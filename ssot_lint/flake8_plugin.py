"""flake8's options and files → findings as flake8 reports them. ``Checker`` is the class that flake8 loads.

``flake8_handover`` asks ``engine`` for all files of the run, once; here each file gets its rows. flake8 knows no
severities: a warning is printed, and fails the run, like an error. Of a file with a syntax error flake8 itself reports
E999 and asks no plugin.

**Findings that no comment can silence** (``suppressible = false``, and SOT9xx). flake8 filters ``# noqa``
after us and has no hook for that. A finding that it would drop is put on the nearest line that no ``# noqa``
covers, and names its own line.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flake8 import violation  # type: ignore[import-untyped]

from ssot_lint import __version__
from ssot_lint.flake8_handover import (
    HandedOver,
    Rows,
    hand_over,
    is_repeated_by_workers,
    judge,
    judge_late,
    stamp,
    taken_over,
)


class Table:
    """The rows of a run so far. It lives on flake8's options, which reach every ``Checker`` of the run,
    and not on a module or class, where two runs in one process would share it."""

    def __init__(self) -> None:
        self.known: Rows = {}

    def __deepcopy__(self, memo: Mapping[int, object]) -> Table:
        # flake8 copies its options for each entry of per-file-ignores, and asks none of the copies.
        return self

    def rows(self, options: argparse.Namespace, filename: str) -> list[HandedOver]:
        """The rows of a file. They are there already, but where a worker found no result to take over, or
        where the file is named only after ``parse_options``, by a user of flake8's API."""
        path = os.path.abspath(filename)
        for filenames in (options.filenames, [filename]):
            if path not in self.known:
                self.known.update(judge_late(options, filenames, path))
        return self.known.get(path, [])


class Checker:
    """The findings of one file. flake8 gives the arguments by their names; it is ``tree`` that makes it call
    this class once for each file."""

    name = "ssot-lint"
    version = __version__

    @classmethod
    def add_options(cls, manager: Any) -> None:
        manager.add_option(
            "--ssot-config",
            metavar="FILE",
            parse_from_config=True,
            normalize_paths=True,
            help="The settings of ssot-lint, for all files; a bare name is looked for from the working "
            "directory upwards. (Default: for each file the nearest ssot-lint.toml or pyproject.toml with "
            "[tool.ssot-lint])",
        )

    @classmethod
    def parse_options(cls, manager: Any, options: argparse.Namespace, args: Sequence[str]) -> None:
        """Judges all files of the run. Raises flake8's ExecutionError, which ends the run with its text and
        exit code 1, when the settings are wrong; never in a worker: flake8 would start another, for ever."""
        options.ssot_table = table = Table()
        if options.bug_report:
            return
        parent = multiprocessing.parent_process()
        if parent is not None:
            table.known.update(taken_over(stamp(options, parent.pid)) or {})
            return
        table.known.update(judge(options, options.filenames))
        if len(table.known) > 1 and is_repeated_by_workers(options):
            hand_over(table.known, stamp(options, os.getpid()), options)

    def __init__(
        self,
        tree: object,
        filename: str,
        lines: Sequence[str],
        options: argparse.Namespace,
        noqa_line_for: Callable[[int], str | None],
    ) -> None:
        self.filename = filename
        self.lines = lines
        self.options = options
        self.noqa_line_for = noqa_line_for

    def run(self) -> Iterator[tuple[int, int, str, type[Checker]]]:
        for row in self.options.ssot_table.rows(self.options, self.filename):
            line, column, message = self._placed(row)
            yield line, column, f"{row.code} {message}", type(self)

    def _placed(self, row: HandedOver) -> tuple[int, int, str]:
        """Line, column and message, out of the reach of ``# noqa`` where that shall not silence."""
        own = max(row.line, 1)
        if row.suppressible or not self._is_silenced(row.code, own):
            return own, row.column, row.message
        # A line of the file, since some editors fail at line 0; that is for a file that is nothing but noqa.
        around = (line for far in range(1, len(self.lines)) for line in (own - far, own + far))
        inside = (line for line in around if 1 <= line <= len(self.lines))
        free = next((line for line in inside if not self._is_silenced(row.code, line)), 0)
        return free, 0, f"line {row.line}: {row.message}" if row.line else row.message

    def _is_silenced(self, code: str, line: int) -> bool:
        """Whether flake8 drops a finding on this line, in flake8's own words."""
        reported = violation.Violation(code, self.filename, line, 1, "", self.noqa_line_for(line))
        return bool(reported.is_inline_ignored(self.options.disable_noqa))
