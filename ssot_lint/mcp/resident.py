"""A folder and the texts that an agent has not saved → the project there, judged as it is now; and the paths in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ssot_lint.engine.session import Session, documents
from ssot_lint.facts.parse import encoded
from ssot_lint.links.index import Index
from ssot_lint.model.errors import ConfigError, WrongInput
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import nearest, shown
from ssot_lint.settings import workspace
from ssot_lint.settings.settings import FILE, PYPROJECT, Settings
from ssot_lint.sources import disk


@dataclass(slots=True)
class AgentProject:
    """The project that an agent works on: that of ``folder``, or the one of a settings file that was named. Calls do
    not overlap; each looks at the disk again."""

    folder: Path
    file: Path | None = None
    session: Session | None = None

    def now(self, buffers: Mapping[str, str] | None = None) -> Session:
        """The project with the buffers, by path, judged. ConfigError where its settings are wrong, and WrongInput where
        there are none, or where a path leads out of it."""
        root = self.session.root if self.session is not None else self.folder
        texts = {path: encoded(text) for path, text in (buffers or {}).items()}
        # Where the settings themselves are among the buffers, these say whether they are settings.
        given = {str(root / path): data for path, data in texts.items() if path.endswith(".toml")}
        file = self.file or self._settings({path: data for path, data in given.items() if "\0" not in path})
        if self.session is None or self.session.file != file:
            self.session = Session(file, half_typed=False)
        session = self.session
        session.disk_changed()
        session.settings_changed()
        held = {os.path.normpath(session.root / inside(session, path)): data for path, data in texts.items()}
        state = session.update(held)
        if state.mistakes:
            raise ConfigError(state.mistakes)
        return session

    def _settings(self, buffers: Mapping[str, bytes]) -> Path:
        found = workspace.find(Path(os.path.realpath(self.folder)), documents(buffers))
        if found is None:
            raise WrongInput(
                f"no settings apply to {shown(str(self.folder))}: add a table `[tool.ssot-lint]` to the project's "
                f"{PYPROJECT}, or write a file {FILE}"
            )
        return found

    def settings(self) -> Settings:
        """The settings as they are on the disk. ConfigError and WrongInput as above."""
        return workspace.load(self.file or self._settings({}), codes=CODES)


def inside(session: Session, given: str) -> str:
    """A path relative to the root; "." is the root. WrongInput where it lies outside."""
    path = disk.path_in(session.root, given, session.root)
    if path is None:
        what = "lies outside of the project's root, and is refused" if given else "names no file"
        raise WrongInput(f"{shown(given)} {what}: paths are relative to the root")
    return path


def there(session: Session, given: str, also: Mapping[str, str] | None = None) -> str:
    """The path of a file or folder that is there, or among the buffers. WrongInput where it is neither."""
    path = inside(session, given)
    if path == "." or os.path.lexists(session.root / path):
        return path
    held = [inside(session, one) for one in also or {}]
    if any(one == path or one.startswith(f"{path}/") for one in held):
        return path
    known = [file.path for file in session.files()]
    near = nearest(path, known) or next((one for one in known if one.endswith(f"/{path}")), "")
    hint = f"; did you mean `{near}`?" if near else ""
    raise WrongInput(f"{shown(given)}: there is no such file or folder below the project's root{hint}")


def index_of(session: Session) -> Index:
    """The index of a project whose settings are good."""
    index = session.index()
    assert index is not None, "settings that count have an index"
    return index


__all__ = ["AgentProject", "index_of", "inside", "there"]
