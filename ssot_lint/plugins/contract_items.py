"""A session of pytest with ``--ssot`` → its items: one for each contract, and what the engine finds about it.

All is judged once, when pytest collects. Under pytest-xdist each worker asks anew, and finds what is remembered: the
controller has asked before they start.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.model.errors import WrongInput
from ssot_lint.model.wording import relative
from ssot_lint.plugins.contract_verdicts import SETTINGS, ContractVerdict, ProjectVerdict, judged, read
from ssot_lint.sources.states import Judged


class ContractItem(pytest.Item):
    """The test of one contract."""

    verdict: ContractVerdict

    def runtest(self) -> None:
        if self.verdict.fails:
            raise pytest.fail.Exception(self.verdict.text, pytrace=False)
        if self.verdict.text:
            # Warnings are shown with -rP.
            self.add_report_section("call", "ssot-lint", self.verdict.text)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, pytest.fail.Exception):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.verdict.line, self.name


class BrokenItem(pytest.Item):
    """Says why nothing was judged: an error, and no failure, as no contract has been looked at."""

    reason: str

    def setup(self) -> None:
        raise pytest.fail.Exception(self.reason, pytrace=False)

    def runtest(self) -> None:
        """Never comes to this."""

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


class SettingsFile(pytest.File):
    """A settings file, whose items are the contracts that it declares."""

    verdicts: tuple[ProjectVerdict, ...]
    wanted: tuple[str, ...]
    """The items that somebody has asked for by name: where nothing could be judged, these are told why."""

    def collect(self) -> Iterator[pytest.Item]:
        file = os.path.realpath(self.path)
        for verdict in self.verdicts:
            for name in self.wanted or (SETTINGS,) if verdict.broken and verdict.file == file else ():
                broken = BrokenItem.from_parent(self, name=name)
                broken.reason = verdict.broken
                yield broken
            for one in verdict.contracts:
                if one.file == file:
                    item = ContractItem.from_parent(self, name=one.name)
                    item.verdict = one
                    yield item


class Contracts:
    """The plugin of one session."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._projects: tuple[Judged, ...] = ()
        self._verdicts: tuple[ProjectVerdict, ...] | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Reads the settings. Raises UsageError where there are none."""
        given = [str(path) for path in self._given() if path.exists()]
        try:
            self._projects, broken = read(
                given or [str(self.config.rootpath)], self.config.getoption("ssot_since")
            )
        except WrongInput as error:
            raise pytest.UsageError(*(f"--ssot: {line}" for line in str(error).split("\n"))) from None
        if broken is not None:
            self._verdicts = (broken,)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self) -> None:
        self.verdicts()

    def verdicts(self) -> tuple[ProjectVerdict, ...]:
        """What is found in each project."""
        if self._verdicts is None:
            workers = 1 if hasattr(self.config, "workerinput") else None
            self._verdicts = tuple(judged(one, workers=workers) for one in self._projects)
        return self._verdicts

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return self._file(parent, file_path) if os.path.realpath(file_path) in self._files() else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Appends the items of those settings that pytest has not come across: it looks only where it is told to."""
        files = self._files()
        if any(os.path.realpath(path) in files for path in self._given()):
            # These are asked for, and no others.
            return
        there = {os.path.realpath(item.path) for item in items}
        for file in files:
            if file not in there:
                items += self._file(session, Path(file)).collect()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        said = dict.fromkeys(note for verdict in self._verdicts or () for note in verdict.notes)
        if said:
            terminalreporter.section("ssot-lint")
            for note in said:
                terminalreporter.line(note)

    def _files(self) -> list[str]:
        """The settings files that have items."""
        found = (
            file for one in self.verdicts() for file in (one.file, *(each.file for each in one.contracts))
        )
        return list(dict.fromkeys(filter(None, found)))

    def _file(self, parent: Any, path: Path) -> SettingsFile:
        # Outside of pytest's root folder a node has no path of its own: then its name tells it from others.
        name = None if path.is_relative_to(self.config.rootpath) else relative(path, self.config.rootpath)
        file: SettingsFile = SettingsFile.from_parent(parent, path=path, name=name)
        file.verdicts = self.verdicts()
        named = (str(one).partition("::") for one in self.config.args)
        file.wanted = tuple(name for place, _, name in named if name and Path(self._at(place)) == path)
        return file

    def _given(self) -> list[Path]:
        """The paths that pytest was given, or those that stand for them."""
        return [Path(self._at(str(each).partition("::")[0])) for each in self.config.args]

    def _at(self, place: str) -> str:
        return os.path.abspath(Path(self.config.invocation_params.dir, place))
