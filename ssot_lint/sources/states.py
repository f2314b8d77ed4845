"""Options about git → which states of which projects are judged, and what each is compared with.

The settings of a commit, or of the index, are those that it holds. They are written to a folder of their own for as
long as they are read, so that one code finds and reads all settings.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.model.errors import ConfigError, GitRefused, GitUnusable, Mistake, Unreadable, WrongInput
from ssot_lint.model.wording import printable, shown
from ssot_lint.settings.documents import MAX_BYTES
from ssot_lint.settings.settings import COMMAND_LINE
from ssot_lint.sources import disk, git
from ssot_lint.sources.projects import Selection, projects
from ssot_lint.sources.tree import Tree

if TYPE_CHECKING:
    from ssot_lint.sources.snapshot import Snapshot


class Wanted(NamedTuple):
    """Which states the command line asks for. ``at`` is the commit to judge, ``staged`` means the index; without either
    the disk is judged. ``since`` is the commit to compare with: with the common ancestor or, if ``exact``, with itself.
    ``otherwise`` is what the command offers where there is no such ancestor."""

    at: str | None = None
    staged: bool = False
    since: str | None = None
    exact: bool = False
    otherwise: str = ""

    def __bool__(self) -> bool:
        return self.at is not None or self.staged or self.since is not None


class Judged(NamedTuple):
    """A project, the state that is judged (None is the disk), and the state that it is compared with, if any."""

    project: Selection
    new: Tree | None = None
    old: Tree | None = None


def states(
    wanted: Wanted,
    paths: Sequence[str],
    *,
    file: str | None = None,
    overrides: Mapping[str, object] | None = None,
    unsaved: bool = False,
) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """As ``projects``, with their states. WrongInput where git cannot tell them."""
    try:
        if wanted.at is None and not wanted.staged:
            asked, notes = projects(paths, file=file, overrides=overrides, unsaved=unsaved)
            return tuple(_on_disk(wanted, project) for project in asked), notes
        return _in_git(wanted, paths, file, overrides)
    except GitRefused as reason:
        raise WrongInput(f"{_option(wanted)}: git refuses: {reason}") from None
    except GitUnusable as problem:
        raise WrongInput(f"{_option(wanted)}: {problem}") from None


def _option(wanted: Wanted) -> str:
    words = (
        ("--at", wanted.at is not None),
        ("--staged", wanted.staged),
        ("--since", wanted.since is not None),
    )
    return ", ".join(word for word, is_given in words if is_given)


def _on_disk(wanted: Wanted, project: Selection) -> Judged:
    if wanted.since is None:
        return Judged(project)
    from ssot_lint.sources import snapshot

    root = os.path.realpath(project.settings.root)
    top = git.repository(root)
    if top is None:
        if git.is_bare(root):
            raise GitUnusable("a bare repository has no files; say which commit is meant with --at")
        raise GitUnusable(f"{shown(_from_here(root))} is in no git repository")
    new = disk.Disk(root)
    old = snapshot.of_commit(top, _base(top, wanted, "HEAD")).below(_below(top, root))
    # What a sparse checkout leaves out was not removed, and nothing can have come from there: it is in neither state.
    left_out = {path for path in new.unseen(old.entries) if not new.has(path)}
    return Judged(project, new, old.without(left_out))


def _base(top: str, wanted: Wanted, new: str) -> str:
    """The commit that a state is compared with."""
    assert wanted.since is not None
    id = git.commit(top, wanted.since)
    return id if wanted.exact else git.merge_base(top, id, git.commit(top, new), wanted.otherwise)


def _in_git(
    wanted: Wanted, paths: Sequence[str], file: str | None, overrides: Mapping[str, object] | None
) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    from ssot_lint.sources import snapshot

    # States are looked up in the whole repository, wherever in it we stand.
    top = _top(wanted)
    id = git.commit(top, wanted.at) if wanted.at is not None else None
    new = snapshot.of_commit(top, id) if id is not None else snapshot.of_index(top)
    old = snapshot.of_commit(top, _base(top, wanted, id or "HEAD")) if wanted.since is not None else None
    inside = [_inside(path, top) for path in dict.fromkeys(paths or (os.curdir,))]
    _complain_of_missing(new, inside, wanted)
    if file is not None:
        found, notes = _by_file(file, inside, top, overrides)
    else:
        found, notes = _by_its_own(new, inside, top, overrides, "index" if wanted.at is None else wanted.at)
    judged = (
        Judged(project, new.below(root), old.below(root) if old is not None else None)
        for project, root in found
    )
    return tuple(judged), notes


def _top(wanted: Wanted) -> str:
    """The folder of the repository that we stand in: the top of its working tree, or a bare one itself."""
    here = os.path.realpath(os.curdir)
    top = git.repository(here)
    if top is not None:
        return top
    if not git.is_bare(here):
        raise GitUnusable("the working directory is in no git repository")
    if wanted.staged:
        raise GitUnusable("a bare repository has nothing staged; say which commit is meant with --at")
    return here


Placed = tuple[Selection, str]
"""A project, and the way to its root from the top of the repository."""


def _by_file(
    file: str, inside: Sequence[str], top: str, overrides: Mapping[str, object] | None
) -> tuple[list[Placed], tuple[str, ...]]:
    """The one project of a settings file on the disk: its root is where we stand."""
    (asked,), notes = projects([os.curdir], file=file, overrides=overrides)
    root = disk.path_in(Path(top), os.curdir, Path.cwd()) or "."
    parts = [_from_root(path, root) for path in inside]
    settings = replace(asked.settings, root=Path(top, root))
    return [(Selection(settings, None if "." in parts else tuple(parts)), root)], notes


def _by_its_own(
    state: Snapshot, inside: Sequence[str], top: str, overrides: Mapping[str, object] | None, label: str
) -> tuple[list[Placed], tuple[str, ...]]:
    """The projects of some paths by the settings that the state holds; ``label`` names that state in mistakes."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ssot-lint-") as folder:
        place = os.path.realpath(folder)
        _write_settings(state, place)
        try:
            given = [os.path.join(place, path) for path in inside]
            asked, notes = projects(given, overrides=overrides, unsaved=True)
        except ConfigError as error:
            raise _named(error, place, label) from None
        except WrongInput as error:
            raise WrongInput(_without(str(error), place)) from None
        found = []
        for project in asked:
            root = _below(place, str(project.settings.root))
            file = Path(top, root, project.settings.label)
            settings = replace(project.settings, root=Path(top, root), file=file)
            found.append((Selection(settings, project.paths), root))
        return found, tuple(_without(note, place) for note in notes)


def _write_settings(state: Snapshot, place: str) -> None:
    """The settings that a state may hold, and its folders, in a place of their own."""
    for folder in sorted(state.folders):
        with contextlib.suppress(OSError):
            os.makedirs(os.path.join(place, folder), exist_ok=True)
    for path in state.entries:
        # What cannot be had, or has a name that the disk does not take, is missed where it is needed.
        if path.endswith(".toml"):
            with contextlib.suppress(OSError, Unreadable):
                data = state.read(path, MAX_BYTES)
                with open(os.path.join(place, path), "xb") as stream:
                    stream.write(data)


def _inside(path: str, top: str) -> str:
    """A path of the command line relative to the top of the repository."""
    found = disk.path_in(Path(top), path, Path.cwd())
    if found is None:
        raise WrongInput(f"{printable(path)}: lies outside of the repository {printable(_from_here(top))}")
    return found


def _complain_of_missing(state: Snapshot, paths: Sequence[str], wanted: Wanted) -> None:
    where = "the index" if wanted.at is None else f"the commit {shown(wanted.at)}"
    missing = [path for path in paths if path != "." and not (path in state.entries or state.is_folder(path))]
    if missing:
        raise WrongInput(
            "\n".join(f"{printable(path)}: {where} has no such file or folder" for path in missing)
        )


def _from_root(path: str, root: str) -> str:
    if root == ".":
        return path
    if path == root or path == ".":
        return "."
    if not path.startswith(f"{root}/"):
        raise WrongInput(f"{printable(path)}: lies outside the project in {printable(root)}")
    return path[len(root) + 1 :]


def _below(top: str, folder: str) -> str:
    return posixpath.join(*Path(os.path.relpath(folder, top)).parts) if folder != top else "."


def _from_here(folder: str) -> str:
    return os.path.relpath(folder, os.curdir)


def _named(error: ConfigError, place: str, label: str) -> ConfigError:
    """The mistakes, with files named as git names them: ``COMMIT:path``."""

    def named(mistake: Mistake) -> Mistake:
        if mistake.file == COMMAND_LINE:
            return mistake
        path = os.path.relpath(os.path.abspath(mistake.file), place)
        return mistake._replace(file=f"{label}:{Path(path).as_posix()}")

    return ConfigError(map(named, error.mistakes))


def _without(text: str, place: str) -> str:
    """A sentence about files in the place, with their paths relative to it."""
    for prefix in (os.path.relpath(place, os.curdir), place):
        text = text.replace(prefix + os.sep, "").replace(prefix, ".")
    return text
