"""A path → the settings file that decides about it, and that file's settings with those of its members.

A root is a settings file with ``members``. It decides about all that is below its folder, in its repository, but for
what its ``exclude`` covers: a settings file there counts only where the globs name its folder, and of several roots
one above the other the outermost alone is one. Without a root the nearest settings file decides.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from ssot_lint.model.errors import ConfigError, Mistake, Unreadable
from ssot_lint.model.wording import nearest, relative, shown
from ssot_lint.settings import loading
from ssot_lint.settings.documents import Documents
from ssot_lint.settings.fields import text_problem
from ssot_lint.settings.globs import matches
from ssot_lint.settings.layers import Layer, layer, peek
from ssot_lint.settings.members import ROOT, contracts
from ssot_lint.settings.positions import spelled
from ssot_lint.settings.settings import COMMAND_LINE, FILE, PYPROJECT, Member, Settings

_WILD = frozenset("*?[")

_FOREIGN = frozenset(("__pycache__", "node_modules", "site-packages"))
"""Folders that no glob means."""


def passed_over(file: Path, documents: Documents) -> tuple[Path | None, Path | None]:
    """The settings files that this one overrules: the one beside it, and the nearest above it in its repository.
    ConfigError as ``Documents.find`` has it."""
    beside = file.parent / PYPROJECT
    is_hidden = file.name == FILE and documents.is_ours(beside)
    return beside if is_hidden else None, next(_above(file.parent, documents), None)


def find(start: Path, documents: Documents) -> Path | None:
    """The settings file that decides about a file or folder. ConfigError as ``Documents.find`` has it."""
    lowest = documents.find(start)
    if lowest is None:
        return None
    outermost = lowest
    for file in _above(lowest.parent, documents):
        members, exclude = peek(file, documents, "members", "exclude")
        inside = lowest.parent.relative_to(file.parent).as_posix()
        if members and not _is_covered(exclude, inside):
            outermost = file
    return outermost


def is_left_out(file: Path, folder: str, documents: Documents) -> bool:
    """Whether a settings file says itself that a folder below it is not its own."""
    return _is_covered(peek(file, documents, "exclude")[0], folder)


def _above(folder: Path, documents: Documents) -> Iterator[Path]:
    """The settings files above a folder, as far as its repository reaches."""
    while not os.path.lexists(folder / ".git") and folder != folder.parent:
        folder = folder.parent
        file = documents.in_folder(folder)
        if file is not None:
            yield file


def _is_covered(globs: Sequence[str], folder: str) -> bool:
    """Whether all that is in a folder is covered, whatever its name."""
    return any(matches(glob, f"{folder}/\0") or matches(glob, f"{folder}/\0/\0") for glob in globs)


def load(
    file: Path,
    overrides: Mapping[str, object] | None = None,
    *,
    codes: Mapping[str, str],
    documents: Documents | None = None,
    root: Path | None = None,
) -> Settings:
    """The settings of a file, with those of its members; ``root`` stands for its folder. ConfigError has every mistake
    in any of them."""
    documents = documents or Documents()
    if not peek(file, documents, "members")[0]:
        return loading.load(file, overrides, codes=codes, documents=documents, root=root)
    return _Loading(file, overrides, codes, documents, root or Path(os.path.abspath(file)).parent).settings()


class _Loading:
    """What is loaded of one root, and the mistakes in it so far."""

    def __init__(
        self,
        file: Path,
        overrides: Mapping[str, object] | None,
        codes: Mapping[str, str],
        documents: Documents,
        root: Path,
    ) -> None:
        self.root = root
        self.file = file
        self.overrides = overrides
        self.codes = codes
        self.documents = documents
        self.mistakes: list[Mistake] = []

    def settings(self) -> Settings:
        globs, exclude = peek(self.file, self.documents, "members", "exclude")
        root = self._loaded(self.file, ROOT, None)
        members = []
        for folder in self._folders(globs, exclude):
            file = self._in_folder(folder)
            if file is not None and peek(file, self.documents, "members")[0]:
                message = (
                    f"{self.file.name} of the root names this folder as a member, and a member has no members: "
                    "name them there"
                )
                self.mistakes.append(self._at(file, "members", message))
            own = self._loaded(file, folder, None) if file is not None else None
            if file is not None and own is not None and own.sources.get("baseline") == own.label:
                message = f"a member has no baseline of its own: name one in {self.file.name} of the root"
                self.mistakes.append(self._at(file, "baseline", message))
            members.append(Member(folder, own))
        if root is not None and not self.mistakes:
            root = dataclasses.replace(root, workspace=tuple(members))
            self._check_exemptions(root)
        if root is None or self.mistakes:
            raise self._error()
        return root

    def _error(self) -> ConfigError:
        """All mistakes: those of the root first, and those of a file by their lines."""
        found = dict.fromkeys(self.mistakes)
        files = list(dict.fromkeys(one.file for one in found))
        return ConfigError(sorted(found, key=lambda one: (files.index(one.file), one.line)))

    def _loaded(self, file: Path, folder: str, foreign: Collection[str] | None) -> Settings | None:
        try:
            root = self.root if folder == ROOT else None
            return loading.load(
                file,
                self.overrides,
                codes=self.codes,
                documents=self.documents,
                foreign=foreign,
                root=root,
            )
        except ConfigError as error:
            self.mistakes += (self._moved(one, folder) for one in error.mistakes)
            return None

    def _moved(self, mistake: Mistake, folder: str) -> Mistake:
        """A mistake with the way to its file from the root."""
        if mistake.file == COMMAND_LINE or not folder:
            return mistake
        return mistake._replace(file=os.path.normpath(f"{folder}/{mistake.file}").replace(os.sep, "/"))

    def _in_folder(self, folder: str) -> Path | None:
        try:
            return self.documents.in_folder(self.root / folder)
        except ConfigError as error:
            at = self.root.as_posix().rstrip("/") + "/"
            self.mistakes += (
                one._replace(file=one.file.replace(os.sep, "/").removeprefix(at)) for one in error.mistakes
            )
            return None

    def _at(self, file: Path, key: str, message: str, index: int | None = None) -> Mistake:
        label = relative(file, self.root)
        keys = (key,) if index is None else (key, index)
        try:
            found = layer(self.documents.at(file), file, label)
        except Unreadable:
            found = None
        return (
            found.mistake(keys, message)
            if isinstance(found, Layer)
            else Mistake(label, 0, spelled(keys), message)
        )

    # -- folders

    def _folders(self, globs: Sequence[str], exclude: Sequence[str]) -> list[str]:
        """The folders that the globs name, sorted."""
        named: dict[str, int] = {}
        for index, glob in enumerate(globs):
            if text_problem(glob, "member", {}):
                # That is told with all that is wrong with the values.
                continue
            found = list(self._named(glob))
            kept = [one for one in found if not _is_covered(exclude, one)]
            if not kept:
                problem = (
                    f"{shown(glob)} names only what `exclude` leaves out" if found else self._nothing(glob)
                )
                self.mistakes.append(self._at(self.file, "members", problem, index))
            for one in kept:
                named.setdefault(one, index)
        for one in sorted(named):
            above = [one[:end] for end in range(len(one)) if one[end] == "/" and one[:end] in named]
            if above:
                message = (
                    f"{shown(globs[named[one]])} names {shown(one)}, which lies inside of the member "
                    f"{shown(above[-1])}: members do not hold each other"
                )
                self.mistakes.append(self._at(self.file, "members", message, named[one]))
        return sorted(named)

    def _named(self, glob: str) -> Iterator[str]:
        """The folders that one glob names. Links to folders are none, as in a listing. ``**`` is any number of
        folders, and then those that hold settings are meant."""
        parts = [part for part in glob.split("/") if part]
        deep = "**" in parts
        for folder in dict.fromkeys(self._below("", parts)):
            # What is in another repository is no file of this project.
            is_other = os.path.lexists(self.root / folder / ".git")
            if not is_other and (not deep or self._holds_settings(folder)):
                yield folder

    def _below(self, folder: str, parts: Sequence[str]) -> Iterator[str]:
        if not parts:
            if folder:
                yield folder
            return
        part, rest = parts[0], parts[1:]
        if part == "**":
            yield from self._below(folder, rest)
            for name in self._folders_in(folder):
                yield from self._below(_join(folder, name), parts)
        elif not _WILD & set(part):
            if self._is_folder(_join(folder, part)):
                yield from self._below(_join(folder, part), rest)
        else:
            for name in self._folders_in(folder):
                if fnmatchcase(name, part):
                    yield from self._below(_join(folder, name), rest)

    def _is_folder(self, folder: str) -> bool:
        place = self.root / folder
        return place.is_dir() and not place.is_symlink()

    def _folders_in(self, folder: str) -> list[str]:
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(
                    one.name
                    for one in entries
                    if one.is_dir(follow_symlinks=False)
                    and not one.name.startswith(".")
                    and one.name not in _FOREIGN
                )
        except OSError:
            return []

    def _holds_settings(self, folder: str) -> bool:
        try:
            return self.documents.in_folder(self.root / folder) is not None
        except ConfigError:
            return True

    def _nothing(self, glob: str) -> str:
        """Why a glob names no folder, and the nearest one that does."""
        parts = [part for part in glob.split("/") if part]
        for number, part in enumerate(parts):
            above = "/".join(parts[:number])
            if _WILD & set(above):
                break
            place = _join(above, part)
            if _WILD & set(part):
                break
            if (self.root / place).is_symlink():
                return f"{shown(glob)} goes through the link {shown(place)}: name the folder that it leads to"
            if not self._is_folder(place):
                # The right word for one part is that for the whole.
                right = nearest(part, self._folders_in(above))
                better = "/".join([*parts[:number], right, *parts[number + 1 :]])
                is_there = (self.root / place).exists()
                what = f"{shown(place)} is a file" if is_there else f"there is no folder {shown(place)}"
                hint = f"; did you mean {shown(better)}?" if right else ""
                return f"{shown(glob)} names no folder: {what}{hint}"
        found = next(self._below("", parts), None)
        if found is not None and os.path.lexists(self.root / found / ".git"):
            return f"{shown(glob)} names {shown(found)}, which is a repository of its own, and judged alone"
        return f"{shown(glob)} names no folder" + (" that holds settings" if "**" in parts else "")

    # -- exemptions

    def _check_exemptions(self, whole: Settings) -> None:
        """An exemption may be about any contract that can hold for its files."""
        held = contracts(whole)
        for folder, settings in ((ROOT, whole), *((one.folder, one.settings) for one in whole.workspace)):
            if settings is None:
                continue
            names = {one.contract.name for one in held[folder]} | {one.name for one in settings.contracts}
            if any(one.contract and one.contract not in names for one in settings.exemptions):
                # Once more, for the place of the mistake.
                self._loaded(settings.file, folder, names)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
