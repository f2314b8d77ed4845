"""Paths from a command line → the projects that they lie in, each with its settings. Reads settings only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ssot_lint.model.errors import ConfigError, Mistake, WrongInput
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable, relative, shown
from ssot_lint.settings import workspace
from ssot_lint.settings.documents import Documents
from ssot_lint.settings.settings import COMMAND_LINE, FILE, PYPROJECT, Settings
from ssot_lint.sources import disk


class Selection(NamedTuple):
    """The settings of a project, and the part of it that the user asked for: paths relative to its root, with forward
    slashes, or None for all of it."""

    settings: Settings
    paths: tuple[str, ...] | None


def projects(
    paths: Sequence[str],
    *,
    file: str | None = None,
    overrides: Mapping[str, object] | None = None,
    unsaved: bool = False,
) -> tuple[tuple[Selection, ...], tuple[str, ...]]:
    """The projects of ``paths``, by their roots, and notes for a person. No path is the working directory.

    ``file`` is the settings file of all of them, and they are judged from the working directory; without it each path
    has the nearest, upwards, or that of a root with members above it. Paths without any are left out and noted, as a
    repository may hold more than projects, unless that leaves none.
    ``unsaved``: the paths need not exist. WrongInput has everything that is wrong with the paths, ConfigError
    everything that is wrong with the settings.
    """
    here = Path.cwd()
    documents = Documents()
    paths = tuple(dict.fromkeys(paths or (os.curdir,)))
    if not unsaved:
        _complain(
            f"{printable(path)}: there is no such file or folder"
            for path in paths
            if not os.path.lexists(path)
        )
    if file is None:
        known: dict[str, Path | None] = {}
        nearest = {path: _nearest(os.path.abspath(path), known, documents) for path in paths}
    else:
        nearest = dict.fromkeys(paths, Path(os.path.abspath(file)))
    members = [(path, _at_home(found)) for path, found in nearest.items() if found is not None]
    strays = [path for path, found in nearest.items() if found is None]
    if not members:
        raise WrongInput(
            f"{_no_settings(strays)}; add a table `[tool.ssot-lint]` to the project's {PYPROJECT}, "
            f"or write a file {FILE}"
        )
    root = None if file is None else _root(members[0][1], paths, here)
    parts = [(path, found, disk.path_in(root or found.parent, path, here)) for path, found in members]
    _complain(
        f"{printable(path)}: lies outside the project{_place(found, root, here)}"
        for path, found, part in parts
        if part is None
    )
    asked: dict[Path, list[str]] = {found: [] for _, found in sorted(members, key=lambda member: member[1])}
    for path, found, part in parts:
        asked[found].append(part or os.curdir)
        if not unsaved:
            asked[found] += _linked(root or found.parent, path)
    loaded = _load(asked, overrides, root, documents)
    notes = [_no_settings(strays)] if strays else []
    for found, settings in loaded.items():
        notes += _passed_over(found, documents) if file is None else ()
        notes += [sentence for sentence in (nothing_to_judge(settings),) if sentence]
    return (
        tuple(
            Selection(settings, None if os.curdir in asked[found] else tuple(asked[found]))
            for found, settings in loaded.items()
        ),
        tuple(notes),
    )


def _at_home(file: Path) -> Path:
    """A settings file in its folder as it is: by whatever links that is reached, it is one project."""
    return Path(os.path.realpath(file.parent), file.name)


def _linked(root: Path, path: str) -> list[str]:
    """The file of a project that is meant by a link to a file: a listing has it under its own name, if it has that."""
    if not os.path.islink(path) or os.path.isdir(path):
        return []
    part = disk.path_in(root, os.path.realpath(path), root)
    return [part] if part is not None else []


def _root(file: Path, paths: Sequence[str], here: Path) -> Path:
    """Where a settings file that is named is judged from: the working directory, or its own folder where that alone has
    all the paths."""

    def holds(folder: Path) -> bool:
        return all(disk.path_in(folder, path, here) is not None for path in paths)

    return file.parent if not holds(here) and holds(file.parent) else here


def _place(file: Path, root: Path | None, here: Path) -> str:
    if root == here != file.parent:
        return ", which with --config is the working directory: change to a folder above it"
    return f" of {printable(relative(file, here))}"


def nothing_to_judge(settings: Settings) -> str:
    """Says that settings leave all rules off; nothing where they do not."""
    parts = [settings, *(one.settings for one in settings.workspace if one.settings is not None)]
    if any(one.contracts or "all" in (one.singletons, one.duplicates) for one in parts):
        return ""
    file = printable(relative(settings.file, os.curdir))
    return (
        f"{file}: there is nothing to judge: no contract is declared, and neither `singletons` nor `duplicates` is "
        '"all"; `ssot-lint init` proposes contracts'
    )


def _passed_over(file: Path, documents: Documents) -> Iterator[str]:
    """Which settings files do not count where this one does."""
    beside, above = workspace.passed_over(file, documents)
    shown_file = printable(relative(file, os.curdir))
    if beside is not None:
        yield f"{shown_file} decides, and `[tool.ssot-lint]` in {printable(relative(beside, os.curdir))} is passed over"
    if above is not None:
        folder = relative(file.parent, above.parent)
        if not workspace.is_left_out(above, folder, documents):
            yield (
                f"{shown_file} decides for its folder, and {printable(relative(above, os.curdir))} above it "
                f"is passed over; to judge both in one run, name {shown(folder)} in the `members` of that"
            )


def nearest(folder: Path) -> Path | None:
    """The settings file that applies to a folder, without mistakes; None where there is none. ConfigError as above."""
    documents = Documents()
    found = _nearest(os.path.abspath(folder), {}, documents)
    if found is not None:
        _load([found], None, None, documents)
    return found


def _complain(problems: Iterable[str]) -> None:
    text = "\n".join(problems)
    if text:
        raise WrongInput(text)


def _load(
    found: Iterable[Path], overrides: Mapping[str, object] | None, root: Path | None, documents: Documents
) -> dict[Path, Settings]:
    loaded: dict[Path, Settings] = {}
    mistakes: list[Mistake] = []
    for file in found:
        try:
            loaded[file] = workspace.load(file, overrides, codes=CODES, documents=documents, root=root)
        except ConfigError as error:
            mistakes += _from_here(error, root or file.parent).mistakes
    if mistakes:
        raise ConfigError(dict.fromkeys(mistakes))
    return loaded


def _nearest(place: str, known: dict[str, Path | None], documents: Documents) -> Path | None:
    """The settings file of an absolute path; ConfigError when it cannot be told whether one is meant.

    ``known`` grows by the folders on the way: a hook gives thousands of paths, and each is looked at once.
    """
    folder = place if os.path.isdir(place) else os.path.dirname(place)
    passed = []
    while folder not in known:
        parent = os.path.dirname(folder)
        names = (FILE, PYPROJECT)
        if parent == folder or any(os.path.lexists(os.path.join(folder, name)) for name in names):
            try:
                known[folder] = workspace.find(Path(folder), documents)
            except ConfigError as error:
                raise _from_here(error, Path(folder)) from error
        else:
            passed.append(folder)
            folder = parent
    known.update(dict.fromkeys(passed, known[folder]))
    return known[folder]


def _no_settings(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"no settings apply to {shown(paths[0])}{more}"


def _from_here(error: ConfigError, root: Path) -> ConfigError:
    """The mistakes with the way to each file from the working directory, where people and editors are."""

    def here(mistake: Mistake) -> Mistake:
        if mistake.file == COMMAND_LINE:
            return mistake
        return mistake._replace(file=relative(root / mistake.file, os.curdir))

    return ConfigError(map(here, error.mistakes))
