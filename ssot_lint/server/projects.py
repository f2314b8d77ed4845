"""The folders and texts of an editor → what is shown of each file. Knows projects, and nothing of the protocol.

Each settings file that decides about a folder, or about an open file in one, is a project with a session of its own.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ssot_lint.engine.session import ProjectState, Session, documents
from ssot_lint.model.errors import ConfigError, Mistake
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import Progress
from ssot_lint.server.documents import OpenText
from ssot_lint.settings import workspace
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.tree import is_source


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown of one file: findings of the project at ``root``, or one mistake in settings, at a line from 1."""

    root: Path
    findings: tuple[Finding, ...] = ()
    mistake: tuple[int, str] | None = None


Pages = Mapping[str, Page]
"""By absolute path; files of which there is nothing to say are not among them."""


class News(NamedTuple):
    """What may have changed besides the texts: files on the disk; settings."""

    disk: bool = False
    settings: bool = False

    def also(self, other: News) -> News:
        return News(self.disk or other.disk, self.settings or other.settings)


class Desk(NamedTuple):
    """What an editor has: its folders, and the texts that are open by path. ``touched`` are those that were opened or
    changed since they were last shown."""

    folders: tuple[str, ...]
    documents: Mapping[str, OpenText]
    touched: frozenset[str] = frozenset()

    def holds(self, path: str) -> bool:
        """Whether a file lies in one of the folders."""
        return any(path == one or path.startswith(f"{one.rstrip(os.sep)}{os.sep}") for one in self.folders)


@dataclass(slots=True)
class Projects:
    """The sessions, by settings file. Calls of ``update`` do not overlap."""

    sessions: dict[Path, Session] = field(default_factory=dict)
    deciding: dict[str, Path] = field(default_factory=dict)
    """By folder the settings file that decides about it."""
    pages: Pages = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    """The files that are still to be judged: their pages are those from before the last change."""

    @property
    def is_begun(self) -> bool:
        """Whether each project has been looked at as a whole."""
        return all(one.is_begun for one in [*self.sessions.values()])

    @property
    def settings(self) -> list[Settings | None]:
        """The settings that count, of each project."""
        return [one.state.settings for one in [*self.sessions.values()]]

    def update(
        self,
        desk: Desk,
        changes: News,
        progress: Progress | None = None,
        first: Collection[str] | None = None,
    ) -> Pages:
        """What is shown now. ``progress`` may raise to give up; then nothing has happened, but that changes on the disk
        and in settings are taken note of. ``first``: these files are waited for (None: all); others may stay open."""
        for session in self.sessions.values():
            if changes.disk:
                session.disk_changed()
            if changes.settings:
                session.settings_changed()
        if changes.settings:
            self.deciding.clear()
        buffers = {path: document.data for path, document in desk.documents.items() if desk.holds(path)}
        files, strays = self._settings_files(desk, buffers)
        for gone in self.sessions.keys() - files:
            del self.sessions[gone]
        shown: dict[str, Page] = {}
        left: set[str] = set()
        for file in sorted(files, key=lambda file: len(file.parts)):
            session = self.sessions.setdefault(file, Session(file))
            state = session.update(buffers, progress, first)
            below = f"{session.root}{os.sep}"
            # What lies in a project within another is told by that alone.
            shown = {path: page for path, page in shown.items() if not path.startswith(below)}
            shown.update(_pages(session.root, state))
            left.update(_absolute(session.root, path) for path in state.open)
        shown.update(strays)
        # Wrong settings are told wherever they stand: without them nothing else is.
        self.pages = {path: page for path, page in shown.items() if desk.holds(path) or page.mistake}
        self.open = frozenset(left)
        return self.pages

    def prepare(self) -> bool:
        """Does beforehand a part of what the next update would begin with; false where nothing is left."""
        return any(session.prepare() for session in self.sessions.values())

    def session_of(self, path: str) -> tuple[Session, str] | None:
        """The project of a file, and its path there."""
        for session in sorted(self.sessions.values(), key=lambda one: -len(one.root.parts)):
            inside = session.path(path)
            if inside is not None:
                return session, inside
        return None

    def _settings_files(self, desk: Desk, buffers: Mapping[str, bytes]) -> tuple[set[Path], dict[str, Page]]:
        """The settings files that count, and what is shown of those of which that cannot be told."""
        found_in = documents(buffers)
        files: set[Path] = set()
        strays: dict[str, Page] = {}
        around = [os.path.dirname(path) for path in buffers if is_source(path) or path.endswith(".toml")]
        for folder in dict.fromkeys((*desk.folders, *around)):
            if folder in self.deciding:
                files.add(self.deciding[folder])
                continue
            try:
                found = workspace.find(Path(os.path.realpath(folder)), found_in)
            except ConfigError as error:
                known = self._known(error)
                strays.update(() if known else _mistakes(Path(folder), error.mistakes))
                found = known
            if found is not None:
                self.deciding[folder] = found
                files.add(found)
        return files, strays

    def _known(self, error: ConfigError) -> Path | None:
        """The settings file of a session that can no longer be read as one: it tells what is wrong with it."""
        named = {os.path.realpath(one.file) for one in error.mistakes}
        return next((file for file in self.sessions if os.path.realpath(file) in named), None)


def _pages(root: Path, state: ProjectState) -> Iterator[tuple[str, Page]]:
    by_path: dict[str, list[Finding]] = {}
    for finding in state.findings:
        by_path.setdefault(finding.path, []).append(finding)
    for path, own in by_path.items():
        yield _absolute(root, path), Page(root, tuple(own))
    yield from _mistakes(root, state.mistakes)


def _mistakes(root: Path, mistakes: Sequence[Mistake]) -> Iterator[tuple[str, Page]]:
    """One page for each file with mistakes, which are told all at once at the first one's line."""
    by_file: dict[str, list[Mistake]] = {}
    for one in mistakes:
        by_file.setdefault(one.file, []).append(one)
    for file, own in by_file.items():
        text = "\n".join(f"{one.key}: {one.message}" if one.key else one.message for one in own)
        yield _absolute(root, file), Page(root, (), (own[0].line, text))


def _absolute(root: Path, path: str) -> str:
    return os.path.normpath(os.path.join(root, path))


__all__ = ["Desk", "News", "Page", "Pages", "Projects"]
