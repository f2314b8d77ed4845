"""The files of a pylint run → the findings in each, as messages of pylint: ``load-plugins = ssot_lint.plugins.pylint``.

The symbol of a message is ``ssot-`` and the name of the rule, its id ends in the first and the last digit of the code:
``SOT101`` is ``W6611``. Text, line and column are those of the command line. What pylint's own options and comments
disable is not shown. Of a file that does not parse pylint itself tells that, and asks no plugin.

**Findings about settings** (SOT901 and others) are told once, at the end, and only where a run has more than one file:
an editor that asks about one does not want to hear of another. That settings are wrong is told in any case.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pylint.checkers import BaseRawFileChecker
from pylint.utils import FileState

from ssot_lint.model.errors import ConfigError, WrongInput
from ssot_lint.model.rules import ALL, Rule
from ssot_lint.plugins.file_verdicts import BROKEN, FileRow, Verdicts, as_saved

if TYPE_CHECKING:
    from pylint.lint import PyLinter

_BROKEN_ID = "W6600"


def id_of(code: str) -> str:
    """The id of a rule's message. Rules of plugins have 99 numbers: there a letter stands for the tens."""
    family, tens, last = tuple(code[3:])
    return f"W66{family}{last}" if tens == "0" else f"W66{'ABCDEFGHIJ'[int(tens)]}{last}"


def _message(rule: Rule) -> tuple[str, str, str]:
    return (
        "%s",
        f"ssot-{rule.name}",
        f"{rule.code}, a finding of ssot-lint: `ssot-lint explain {rule.code}` has its page.",
    )


class ContractsChecker(BaseRawFileChecker):  # type: ignore[misc, unused-ignore]
    """The findings of all files of a run. Under ``-j`` each worker has a checker of its own, and so has the main
    process, which lints no file then."""

    name = "ssot-lint"

    def __init__(self, linter: PyLinter) -> None:
        self.msgs = {
            _BROKEN_ID: (
                "%s",
                "ssot-settings",
                "The settings of ssot-lint are wrong: nothing is judged by them.",
            ),
            **{id_of(rule.code): _message(rule) for rule in ALL},
        }
        super().__init__(linter)
        self._verdicts: Verdicts | None = None
        self._files = 0
        self._told: set[FileRow] = set()

    def process_module(self, node: Any) -> None:
        if self._verdicts is None:
            self._verdicts = Verdicts(max(self.linter.config.jobs, 1))
        unsaved = None
        if self.linter.config.from_stdin:
            with node.stream() as stream:
                unsaved = as_saved(stream.read())
        self._files += 1
        for row in self._verdicts.of(str(node.file), unsaved):
            self._add(row)

    def close(self) -> None:
        """In a run without workers all files have been seen."""
        if not self._has_workers() and self._verdicts is not None:
            self._tell(_worth_telling(self._verdicts.elsewhere, self._files))
        if not self._has_workers():
            self._verdicts, self._files = None, 0

    def get_map_data(self) -> list[FileRow]:
        """What a worker knows of settings files and has not handed over yet, after each file."""
        new = (
            [row for row in self._verdicts.elsewhere if row not in self._told]
            if self._verdicts is not None
            else []
        )
        self._told.update(new)
        return new

    def reduce_map_data(self, linter: PyLinter, data: list[list[FileRow]]) -> None:
        """``data`` has an entry for each file."""
        rows = dict.fromkeys(row for rows in data for row in rows)
        self._tell(_worth_telling(rows, len(data)))

    def _has_workers(self) -> bool:
        return self.linter.config.jobs > 1 and not self.linter.config.from_stdin

    def _tell(self, rows: Iterable[FileRow]) -> None:
        """Reports findings in files that pylint has not been given. No comment of another file is about them."""
        linter = self.linter
        before = linter.current_name, linter.current_file, linter.file_state
        for row in rows:
            linter.file_state = FileState("", linter.msgs_store, is_base_filestate=True)
            linter.set_current_module(os.path.relpath(row.file), os.path.relpath(row.file))
            self._add(row)
        linter.set_current_module(before[0], before[1])
        linter.file_state = before[2]

    def _add(self, row: FileRow) -> None:
        self.add_message(
            _BROKEN_ID if row.code == BROKEN else id_of(row.code),
            line=row.line,
            args=(row.text,),
            col_offset=row.column,
            end_lineno=row.end_line,
            end_col_offset=row.end_column,
        )


def _worth_telling(rows: Iterable[FileRow], files: int) -> list[FileRow]:
    """What a run over so many files tells of settings files: in any case that they are wrong."""
    return [row for row in rows if files > 1 or row.code == BROKEN]


def register(linter: PyLinter) -> None:
    """Called by pylint, in each of its processes."""
    from ssot_lint.sources.projects import projects

    # Where settings name plugins, their rules have messages, too. What is wrong with settings is told later.
    with contextlib.suppress(ConfigError, WrongInput):
        projects([os.curdir])
    # Workers of pylint 4.0 load plugins once more, and keep the checkers that they have.
    if all(one.name != ContractsChecker.name for one in linter.get_checkers()):
        linter.register_checker(ContractsChecker(linter))
