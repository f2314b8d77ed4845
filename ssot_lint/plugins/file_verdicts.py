"""Files, as pylint comes to them → what the engine finds in each. A project is judged whole, when its first file comes.

Settings are the nearest from each file's folder upwards, or those of a root above them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ssot_lint.model.errors import ConfigError, Unusable, WrongInput
from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import bug, printable
from ssot_lint.plugins.turns import in_turn


class FileRow(NamedTuple):
    """A finding in a file. Lines and columns count from 1, columns in code points, as the command line prints them; the
    end is exclusive."""

    file: str
    code: str
    text: str
    line: int
    column: int
    end_line: int
    end_column: int


BROKEN = "settings"
"""Stands for the code where settings are wrong, or the engine could not judge by them."""


class Verdicts:
    """What is found in the files of a run. ``elsewhere`` is what is about settings files, which no linter of Python
    comes to; ``jobs`` is how many processes may be used."""

    def __init__(self, jobs: int) -> None:
        self.elsewhere: dict[FileRow, None] = {}
        self._jobs = jobs
        self._folders: dict[str, _JudgedProject | None] = {}
        self._projects: dict[str, _JudgedProject] = {}

    def of(self, file: str, unsaved: bytes | None = None) -> list[FileRow]:
        """The findings in a file; ``unsaved`` are its bytes where they are not those on the disk."""
        path = os.path.abspath(file)
        judged = self._project(path, unsaved)
        return judged.rows(path) if judged is not None else []

    def _project(self, path: str, unsaved: bytes | None) -> _JudgedProject | None:
        folder = os.path.dirname(path)
        if folder not in self._folders:
            self._folders[folder] = self._found(path, folder, unsaved)
        return self._folders[folder]

    def _found(self, path: str, folder: str, unsaved: bytes | None) -> _JudgedProject | None:
        from ssot_lint.sources.projects import projects

        try:
            selections, _ = projects([path], unsaved=True)
        except WrongInput:
            # No settings apply, so nothing is to be said.
            return None
        except ConfigError as error:
            for one in error.mistakes:
                place = (
                    os.path.abspath(one.file),
                    BROKEN,
                    printable(f"{one.key}: {one.message}".removeprefix(": ")),
                )
                self._add([FileRow(*place, max(one.line, 1), 1, max(one.line, 1), 1)])
            return None
        settings = selections[0].settings
        key = str(settings.file)
        if key not in self._projects:
            judged = _JudgedProject(os.path.realpath(settings.root))
            with in_turn(key):
                self._add(judged.judge(settings, self._jobs, path, unsaved))
            self._projects[key] = judged
        return self._projects[key]

    def _add(self, rows: Iterable[FileRow]) -> None:
        self.elsewhere.update(dict.fromkeys(rows))


class _JudgedProject:
    """A project, and what is found in its Python files."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._rows: dict[str, list[FileRow]] = {}

    def judge(self, settings: object, jobs: int, path: str, unsaved: bytes | None) -> list[FileRow]:
        """What is found in other files."""
        from ssot_lint.engine import run as engine
        from ssot_lint.model.options import RunOptions
        from ssot_lint.settings.settings import Settings

        assert isinstance(settings, Settings)
        name = self._inside(path)
        buffers = {name: unsaved} if name is not None and unsaved is not None else {}
        about = os.path.abspath(settings.file)
        try:
            report = engine.check(settings, buffers=buffers, how=RunOptions(jobs, cache=True))
        except Unusable as error:
            return [FileRow(about, BROKEN, printable(line), 1, 1, 1, 1) for line in str(error).split("\n")]
        except Exception as error:
            text = f"{bug(error)}; run `ssot-lint check --traceback` and report what it prints"
            return [FileRow(about, BROKEN, text, 1, 1, 1, 1)]
        others = []
        for finding in report.findings:
            if finding.path.endswith((".py", ".pyi")):
                self._rows.setdefault(finding.path, []).append(self._row(finding))
            else:
                others.append(self._row(finding))
        return others

    def rows(self, path: str) -> list[FileRow]:
        name = self._inside(path)
        return self._rows.get(name, []) if name is not None else []

    def _inside(self, path: str) -> str | None:
        from ssot_lint.sources import disk

        return disk.path_in(Path(self.root), path, Path.cwd())

    def _row(self, finding: Finding) -> FileRow:
        span = finding.span
        return FileRow(
            os.path.normpath(os.path.join(self.root, finding.path)),
            finding.code,
            printable(finding.message),
            max(span.line, 1),
            span.column + 1,
            max(span.end_line, 1),
            span.end_column + 1,
        )


def as_saved(data: bytes) -> bytes:
    """The bytes that an editor would write, of a text that was handed over as UTF-8."""
    from ssot_lint.facts.parse import encoded

    try:
        return encoded(data.decode("utf-8"))
    except UnicodeError:
        return data
