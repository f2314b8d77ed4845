"""A folder on the disk → the state of the project in it: which files there are, and their bytes; the only reader of
sources on the disk.

The project has those regular ``.py`` and ``.pyi`` files below its root that git tracks or does not ignore.
Where no repository is around, or git gives no answer, the folders are walked instead, past those that hold no
source by custom: hidden ones, ``build``, ``dist``. Either way

- what others wrote is left out: environments of Python, ``site-packages``, ``node_modules``, submodules, and
  other repositories within the project's own;
- each file is there once: links to folders are not followed, so nothing has a path through one, and a link to a
  file is listed only where it leads to one below the root that is not listed by its own name, and is not left out
  as another repository's (hard links are files like any other).

Nothing on disk is changed. What was listed may be gone, or something else, when it is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import posixpath
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Final, NamedTuple

from ssot_lint.model.errors import GitUnusable, Unreadable
from ssot_lint.model.wording import printable, shown
from ssot_lint.settings.settings import FILE
from ssot_lint.sources import git
from ssot_lint.sources.tree import ENVIRONMENT, FOREIGN, MARKERS, SUFFIXES, Contents

_BUILT: Final = frozenset(("_build", "buck-out", "build", "dist"))
"""Folders that hold no source, unless git says so."""

_CHUNK: Final = 1024 * 1024
"""How many bytes are asked for at once where the size is not what was expected."""


class Disk(NamedTuple):
    """The files as they are on the disk, below ``root``."""

    root: str

    @property
    def key(self) -> str:
        return ""

    def contents(self) -> Contents:
        root = os.path.realpath(self.root)
        found, notes, said = _on_disk(root)
        return Contents(
            folders=tuple(found.folders),
            files=tuple(found.files),
            markers=tuple(found.markers),
            settings=tuple(found.settings),
            notes=tuple(notes),
            said=said,
            loose=bool(found.links or found.unread),
        )

    def said(self) -> str | None:
        root = os.path.realpath(self.root)
        if git.repository(root) is None:
            return ""
        try:
            return _in_short(*git.python_files(root))
        except GitUnusable:
            return None

    def resolve(self, given: str) -> str | None:
        root = os.path.realpath(self.root)
        return _below(root, os.path.realpath(os.path.join(root, given)))

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(os.path.join(self.root, path))

    def has(self, path: str) -> bool:
        if _linked_folder(self.root, path):
            return False
        try:
            os.lstat(os.path.join(self.root, path))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError:
            return True
        return True

    def unseen(self, paths: Collection[str]) -> Collection[str]:
        root = os.path.realpath(self.root)
        if git.repository(root) is None:
            return ()
        try:
            return git.left_out(root).intersection(paths)
        except GitUnusable:
            return ()

    def read(self, path: str, limit: int) -> bytes:
        # Where a folder has become a link, what was in it has gone, and has another path if it is there at all.
        if folder := _linked_folder(self.root, path):
            raise Unreadable(f"lies behind the link {shown(folder)}")
        return read(Path(self.root), path, limit)

    def stamps(self, paths: Sequence[str], before: int) -> list[str]:
        # Of a run that finds nothing changed, this loop is the longest.
        found = []
        root = f"{self.root}/"
        for path in paths:
            try:
                status = os.stat(root + path)
            except (OSError, ValueError):
                found.append("")
                continue
            written, changed = status.st_mtime_ns, status.st_ctime_ns
            is_certain = written < before and changed < before
            found.append(f"{status.st_size} {written} {changed} {status.st_ino}" if is_certain else "")
        return found

    def below(self, folder: str) -> Disk:
        return Disk(os.path.join(self.root, folder))

    def only(self, paths: Collection[str]) -> Disk:
        return self


def _linked_folder(root: str, path: str) -> str:
    """The first folder on the way from the root to a path that is a link; empty where none is."""
    end = path.find("/")
    while end != -1:
        try:
            if stat.S_ISLNK(os.lstat(f"{root}/{path[:end]}").st_mode):
                return path[:end]
        except (OSError, ValueError):
            return ""
        end = path.find("/", end + 1)
    return ""


def _in_short(paths: Sequence[str], warning: str) -> str:
    text = "\0".join((*paths, warning)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def path_in(root: Path, given: str, cwd: Path) -> str | None:
    """The path that a user means by ``given``, relative to the root, with forward slashes; "." is the root.

    None when it lies outside of the root, or no file can have that name. Links in the way are resolved; a
    file keeps its own name, even if it is a link, as it does in a listing. Nothing need be there.
    """
    try:
        if not given or b"\0" in os.fsencode(given):
            return None
        place = os.path.join(cwd, given)
        folder, name = os.path.split(place)
        if name in ("", ".", "..") or os.path.isdir(place):
            real = os.path.realpath(place)
        else:
            real = os.path.join(os.path.realpath(folder), name)
        return _below(os.path.realpath(root), real)
    except UnicodeEncodeError:
        return None


def read(root: Path, path: str, limit: int) -> bytes:
    """The bytes of a regular file below ``root``, or Unreadable. Waits for nothing, and reads nothing else.

    A file of more than ``limit`` bytes is not read, and one that grows beyond them meanwhile is given up.
    """
    try:
        return _bytes(os.path.join(root, path), root, limit)
    except OSError as error:
        reason = str(error.strerror or error)
        raise Unreadable(f"cannot be read: {reason[:1].lower()}{reason[1:]}") from None
    except ValueError:
        raise Unreadable("cannot be read: no file can have this name") from None


_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


def _bytes(place: str, root: Path, limit: int) -> bytes:
    mode = os.lstat(place).st_mode
    if stat.S_ISLNK(mode):
        place = os.path.realpath(place)
        if _below(os.path.realpath(root), place) is None:
            raise Unreadable("is a link that leads out of the project")
        mode = os.lstat(place).st_mode
    # To open a device may already do something. Whatever is there once it is open is looked at again.
    if not stat.S_ISREG(mode):
        raise Unreadable("is not a regular file")
    descriptor = os.open(place, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("is not a regular file")
        too_large = Unreadable(f"is larger than {limit} bytes")
        if status.st_size > limit:
            raise too_large
        pieces = []
        left = limit + 1
        # One byte more than is expected, so that the file's end shows in the same call.
        piece = os.read(descriptor, min(status.st_size + 1, left))
        while piece:
            pieces.append(piece)
            left -= len(piece)
            if not left:
                raise too_large
            piece = os.read(descriptor, min(_CHUNK, left))
        return b"".join(pieces)
    finally:
        os.close(descriptor)


# Which files there are.


def admits(root: str, path: str) -> bool:
    """Whether a file that is not there would be listed if it were. ``root`` is free of links."""
    folders = [path[:at] for at, letter in enumerate(path) if letter == "/"]
    names = [posixpath.basename(folder) for folder in folders]
    if not FOREIGN.isdisjoint(names) or any(_has(root, folder, ENVIRONMENT) for folder in folders):
        return False
    is_elsewhere = ".git" in names or any(_has(root, folder, (".git",)) for folder in folders)
    is_git_asked = git.repository(root) is not None
    if is_git_asked:
        try:
            if not git.ignores_file(root, path):
                return not is_elsewhere
            if git.python_files(root)[0] or not git.ignores(root):
                return False
            is_git_asked = False
        except GitUnusable:
            # Then the folders are walked, past other repositories.
            pass
    return not any(map(_is_passed, names)) and not (is_git_asked and is_elsewhere)


def _has(root: str, folder: str, names: Iterable[str]) -> bool:
    return any(os.path.lexists(os.path.join(root, folder, name)) for name in names)


def _is_passed(folder: str) -> bool:
    """Whether a folder holds no source by custom, by its name."""
    return folder in _BUILT or folder.startswith(".")


class _Walked(NamedTuple):
    """What is on disk, by path relative to the root. ``folders`` were looked into; ``unread`` has those that could
    not be listed, each with the reason."""

    folders: list[str]
    files: list[str]
    links: list[str]
    markers: list[str]
    settings: list[str]
    unread: list[tuple[str, str]]


_Tree = Mapping[str, Set[str]]
"""The names of the files and folders to look at, by folder."""


def _on_disk(root: str) -> tuple[_Walked, list[str], str | None]:
    """What is there, notes, and what git said of it: see ``Basis``; None where it gave no answer."""
    tree, repository, notes = None, git.repository(root), []
    said: str | None = ""
    if repository is not None:
        said = None
        try:
            paths, warning = git.python_files(root)
            if warning:
                notes.append(f"git: {warning}")
            if paths:
                said = _in_short(paths, warning)
            if not paths and git.ignores(root):
                repository = None
                notes.append("git ignores the project as a whole: its folders are walked instead")
            else:
                tree = _tree(paths)
        except GitUnusable as error:
            notes.append(f"git cannot be used ({error}): files that it ignores are checked too")
    found = _walk(root, tree, others=repository is None)
    found.files.extend(_linked(root, found, others=repository is None))
    if found.unread:
        folder, reason = min(found.unread)
        more = f" ({len(found.unread) - 1} more)" if len(found.unread) > 1 else ""
        notes.append(f"the folder {shown(folder or '.')} cannot be read: {printable(reason)}{more}")
    return found, notes, said


def _tree(paths: Iterable[str]) -> _Tree:
    tree: dict[str, set[str]] = {"": set()}
    for path in paths:
        folder, _, name = path.rpartition("/")
        while folder not in tree:
            tree[folder] = {name}
            folder, _, name = folder.rpartition("/")
        tree[folder].add(name)
    return tree


def _walk(root: str, tree: _Tree | None, *, others: bool) -> _Walked:
    """What is below ``root``: what the tree names or, when it is None, all that custom does not leave out.

    ``others``: also what is in other repositories.
    """
    found = _Walked([], [], [], [], [], [])
    pending = [""]
    while pending:
        folder = pending.pop()
        found.folders.append(folder)
        wanted = tree[folder] if tree is not None else frozenset()
        modes = _modes(root, folder, wanted, found.unread)
        is_other = ".git" in modes and tree is None and not others
        if folder and (is_other or not ENVIRONMENT.isdisjoint(modes)):
            continue
        for name, mode in modes.items():
            path = f"{folder}/{name}" if folder else name
            if mode == stat.S_IFDIR:
                passed = path not in tree if tree is not None else _is_passed(name)
                if not passed and name not in FOREIGN:
                    pending.append(path)
                continue
            if name in MARKERS:
                found.markers.append(path)
            elif name == FILE:
                found.settings.append(path)
            if name.endswith(SUFFIXES) and (tree is None or name in wanted):
                if mode == stat.S_IFREG:
                    found.files.append(path)
                elif mode == stat.S_IFLNK:
                    found.links.append(path)
    return found


def _modes(root: str, folder: str, wanted: Set[str], unread: list[tuple[str, str]]) -> dict[str, int]:
    """What kind of thing each name in a folder is: a regular file, a folder, a link, or 0."""
    modes: dict[str, int] = {}
    place = os.path.join(root, folder)
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                modes[entry.name] = _kind(entry)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        unread.append((folder, str(error.strerror or error)))
    # A disk may spell a name in another way than git does, and a folder that may not be listed may still let
    # in those who know what is there.
    for name in wanted - modes.keys() - {"", ".", ".."}:
        with contextlib.suppress(OSError):
            modes[name] = stat.S_IFMT(os.lstat(os.path.join(place, name)).st_mode)
    return modes


def _kind(entry: os.DirEntry[str]) -> int:
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    if entry.is_file(follow_symlinks=False):
        return stat.S_IFREG
    return stat.S_IFLNK if entry.is_symlink() else 0


def _linked(root: str, found: _Walked, *, others: bool) -> Iterator[str]:
    """The links that stand for a file of the project that has no other name in the listing. ``others`` is as in
    ``_walk``."""
    listed = set(found.files)
    for path in sorted(found.links):
        real = os.path.realpath(os.path.join(root, path))
        target = _below(root, real)
        if target is None or target in listed or not os.path.isfile(real):
            continue
        if others or not _is_of_another(root, target):
            listed.add(target)
            yield path


def _is_of_another(root: str, path: str) -> bool:
    """Whether a file below the root is one of another repository within."""
    folder = os.path.dirname(path)
    while folder and not os.path.lexists(os.path.join(root, folder, ".git")):
        folder = os.path.dirname(folder)
    return bool(folder)


def _below(root: str, place: str) -> str | None:
    """The path from a root to a place, both absolute and free of links; None when it leads out."""
    if os.path.normcase(place) == os.path.normcase(root):
        return "."
    top = os.path.join(root, "")
    if os.path.normcase(place).startswith(os.path.normcase(top)):
        return place[len(top) :].replace(os.sep, "/")
    return None
