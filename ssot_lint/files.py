"""Settings and the folder they stand in → the project's Python files, with module names, and their bytes; the
only reader of sources.

The project has those regular ``.py`` and ``.pyi`` files below its root that git tracks or does not ignore.
Where no repository is around, or git gives no answer, the folders are walked instead, past those that hold no
source by custom: hidden ones, ``build``, ``dist``. Either way

- what others wrote is left out: environments of Python, ``site-packages``, ``node_modules``, submodules, and
  other repositories within the project's own;
- each file is there once: links to folders are not followed, and a link to a file is listed only where it
  leads to one below the root that is not listed by its own name (hard links are files like any other);
- ``Settings.exclude`` has the last word.

Nothing on disk is changed. What was listed may be gone, or something else, when it is read.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import posixpath
import re
import stat
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from keyword import iskeyword
from pathlib import Path
from typing import Final, Protocol

from ssot_lint import git
from ssot_lint.config import FILE, MAX_BYTES, PYPROJECT, ConfigError, Settings, is_ours
from ssot_lint.globs import matches
from ssot_lint.keys import printable, shown
from ssot_lint.members import ROOT, Parts
from ssot_lint.model import File

_SUFFIXES: Final = (".py", ".pyi")

_FOREIGN: Final = frozenset(
    ("__pycache__", "__pypackages__", "node_modules", "site-packages", ".eggs", ".nox", ".tox")
)
"""Folders that hold nothing of the project's own, whatever git says."""

_BUILT: Final = frozenset(("_build", "buck-out", "build", "dist"))
"""Folders that hold no source, unless git says so."""

_ENVIRONMENT: Final = frozenset(("pyvenv.cfg", "conda-meta"))
"""What tells an environment of Python from other folders, whatever its name."""

_MARKERS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "manage.py": re.compile(rb"\bdjango\b"),
    "pyproject.toml": re.compile(rb"^[ \t]*\[(build-system|project|tool\.poetry)\]", re.MULTILINE),
    "setup.cfg": re.compile(rb"^\[(metadata|options)\]", re.MULTILINE),
    "setup.py": re.compile(rb"\b(distutils|setuptools)\b"),
}
"""Files that make a folder a project in itself, and what they hold if they do: others of the same names are
scripts, or hold only settings of tools."""

_MARKER_SIZE: Final = 1024 * 1024

_TEST_DATA: Final = frozenset(("fixtures", "test", "testdata", "tests"))
"""Projects below a folder of such a name are what tests work on."""

_LIKELY: Final = ("", "src")
"""Roots of import paths that need no marker."""

_SHOWN: Final = 3
"""How many places a note tells."""

_CHUNK: Final = 1024 * 1024
"""How many bytes are asked for at once where the size is not what was expected."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a listing was made from: as long as all that is as it was, so is the listing.

    ``git`` is what git said, in short, or nothing where none was asked; ``folders`` were looked into, ``markers``
    were read. Paths are relative to the root.
    """

    git: str
    folders: tuple[str, ...]
    markers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a project, sorted by path.

    ``roots`` are the roots of import paths in force, relative to the project's root, "." for itself.
    ``notes`` are sentences for a person. Files may share a module: a stub and its source, a module beside a
    package of its name, files of two roots. ``basis`` is None where nothing tells whether it is still true.
    """

    files: tuple[File, ...]
    roots: tuple[str, ...]
    notes: tuple[str, ...]
    basis: Basis | None = field(default=None, compare=False)


class Unreadable(Exception):
    """A file that cannot be read. Its text completes the sentence "PATH …"."""


class Tree(Protocol):
    """One state of a project: which files there are, and their bytes. Paths are relative to the project's root.

    ``key`` tells kinds of states apart: the disk has an empty one."""

    @property
    def key(self) -> str: ...

    def found(self) -> Found:
        """What is there."""

    def said(self) -> str | None:
        """What ``found`` was made from, in short, without the look at it; None where that cannot be told."""

    def resolve(self, given: str) -> str | None:
        """The folder that is meant by a path from the settings, "." for the root; None where it leads out."""

    def is_folder(self, path: str) -> bool: ...

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file, or Unreadable. A file of more than ``limit`` bytes is not read."""

    def stamp(self, path: str) -> tuple[str, int]:
        """What tells one state of a file or folder from others, empty where nothing does; and when it has changed,
        in nanoseconds since the epoch, 0 where a stamp cannot stand for two states."""

    def below(self, folder: str) -> Tree:
        """The state of what is in a folder."""

    def only(self, paths: Collection[str]) -> Tree:
        """The same with no more than is needed to read some files, to be sent to another process."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a state has. ``folders`` were looked into; ``markers`` may make a folder a project; ``settings``
    are files of ours; ``notes`` are sentences for a person. ``said`` is as in ``Tree``. ``loose``: links are among
    it, or not all was seen."""

    folders: tuple[str, ...]
    files: tuple[str, ...]
    markers: tuple[str, ...]
    settings: tuple[str, ...]
    notes: tuple[str, ...] = ()
    said: str | None = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Disk:
    """The files as they are on the disk, below ``root``."""

    root: str

    @property
    def key(self) -> str:
        return ""

    def found(self) -> Found:
        root = os.path.realpath(self.root)
        found, notes, said = _on_disk(root)
        return Found(
            folders=tuple(found.folders),
            files=(*found.files, *_linked(root, found)),
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
        except git.Unusable:
            return None

    def resolve(self, given: str) -> str | None:
        root = os.path.realpath(self.root)
        return _below(root, os.path.realpath(os.path.join(root, given)))

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(os.path.join(self.root, path))

    def read(self, path: str, limit: int) -> bytes:
        return read(Path(self.root), path, limit)

    def stamp(self, path: str) -> tuple[str, int]:
        try:
            status = os.stat(f"{self.root}/{path}")
        except (OSError, ValueError):
            return "", 0
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}", changed

    def below(self, folder: str) -> Disk:
        return Disk(os.path.join(self.root, folder))

    def only(self, paths: Collection[str]) -> Disk:
        return self


def listing(settings: Settings, extra: Collection[str] = (), tree: Tree | None = None) -> Listing:
    """The files that the project has in a state, or has on the disk now.

    ``extra`` are paths of unsaved buffers, as ``relative`` gives them: listed whether or not they are there,
    and whatever their suffix, unless the settings exclude them.
    """
    tree = tree or Disk(os.path.realpath(settings.root))
    found = tree.found()
    paths = {*found.files, *filter(None, map(_normal, extra))}
    if settings.exclude:
        paths = {path for path in paths if not _any_matches(settings.exclude, path)}
    roots: Iterable[str]
    if settings.workspace:
        files, roots, doubts = _of_members(settings, tree, found, paths)
    else:
        files, roots, doubts = _named(settings, tree, found.markers, paths)
    # A link changes with what it leads to, wherever that is, and a buffer without a trace on the disk.
    known = found.said is not None and not (found.loose or extra)
    basis = Basis(found.said or "", found.folders, found.markers) if known else None
    return Listing(tuple(files), tuple(one or "." for one in roots), (*found.notes, *doubts), basis)


def _named(
    settings: Settings, tree: Tree, markers: Iterable[str], paths: Collection[str]
) -> tuple[list[File], _Roots, list[str]]:
    """The files of one project with their names, the roots of these, and what is doubtful about them."""
    folders = _folders(paths)
    if settings.src is None:
        roots, doubts = _found_roots(settings, tree, markers, paths, folders)
    else:
        roots, doubts = _declared_roots(tree, settings.src, folders)
    # Which names a file has depends on its folder alone, but for the last part.
    prefixes = {folder: _prefixes(folder, roots) for folder in folders}
    return [_file(path, prefixes, settings) for path in sorted(paths)], roots, doubts


def _folders(paths: Iterable[str]) -> set[str]:
    return {above for folder in {posixpath.dirname(path) for path in paths} for above in _upward(folder)}


def _of_members(
    settings: Settings, tree: Tree, found: Found, paths: Iterable[str]
) -> tuple[list[File], list[str], list[str]]:
    """The same of a root with members. The roots of import paths of each are its own, and come first."""
    parts = Parts(settings)
    owned: dict[str, list[str]] = {ROOT: [], **{folder: [] for folder in parts.by_folder}}
    markers: dict[str, list[str]] = {folder: [] for folder in owned}
    for all_of, by_folder in ((paths, owned), (found.markers, markers)):
        for path in all_of:
            by_folder[parts.folder(path)].append(path)
    files, from_top, notes = _named(settings, tree, markers[ROOT], owned[ROOT])
    roots = list(from_top)
    for folder in sorted(parts.by_folder):
        part = parts.by_folder[folder]
        own = part.settings
        if part.base == ROOT:
            # The root's settings decide about it; where they do not say where imports begin, its own layout tells.
            src = None if own.src is None else ()
            own = dataclasses.replace(own, src=src, tests=(), exclude=())
        inside = [path[len(folder) + 1 :] for path in owned[folder]]
        if own.exclude:
            inside = [path for path in inside if not _any_matches(own.exclude, path)]
        marked = [path[len(folder) + 1 :] for path in markers[folder]]
        if own.src is None and not {"__init__.py", "__init__.pyi"}.isdisjoint(inside):
            # What is a package is no root of import paths.
            own = dataclasses.replace(own, src=())
        named, of_member, doubts = _named(own, tree.below(folder), marked, inside)
        roots += (posixpath.join(folder, one) if one else folder for one in of_member)
        notes += (f"{printable(folder)}: {doubt}" for doubt in doubts)
        whole = [f"{folder}/{one.path}" for one in named]
        prefixes = {one: _prefixes(one, from_top) for one in _folders(whole)}
        for path, one in zip(whole, named, strict=True):
            seen = _file(path, prefixes, settings)
            tests = one.tests if part.base != ROOT else seen.tests
            names = [name for name in (one.module, *one.also) if name]
            above = [name for name in (seen.module, *seen.also) if name and name not in names]
            if not names:
                names, above = above[:1], above[1:]
            module, *also = names or [""]
            files.append(File(path, module, one.package, tests, tuple(also), tuple(above)))
    return sorted(files, key=lambda one: one.path), roots, [*notes, *_strays(settings, tree, found)]


def _strays(settings: Settings, tree: Tree, found: Found) -> Iterator[str]:
    """What is said of settings files that count for nothing: those below a root that does not name their folder."""
    folders = {"", *(one.folder for one in settings.workspace if one.settings is not None)}
    strays = []
    for path in sorted({*found.settings, *found.markers}):
        folder, _, name = path.rpartition("/")
        if (
            folder in folders
            or name not in (FILE, PYPROJECT)
            or _any_matches(settings.exclude, f"{folder}/\0")
        ):
            continue
        if name == FILE or (_has_table(tree, path) and f"{folder}/{FILE}" not in found.settings):
            strays.append(path)
    if strays:
        more = f" and {len(strays) - _SHOWN} more" if len(strays) > _SHOWN else ""
        is_ = "is" if len(strays) == 1 else "are"
        its = "its folder" if len(strays) == 1 else "their folders"
        yield (
            f"{', '.join(map(printable, strays[:_SHOWN]))}{more} {is_} ignored: `members` in "
            f"{printable(settings.file.name)} does not name {its}"
        )


def _has_table(tree: Tree, path: str) -> bool:
    try:
        return is_ours(tree.read(path, MAX_BYTES), path)
    except Unreadable:
        return False
    except ConfigError:
        return True


def _in_short(paths: Sequence[str], warning: str) -> str:
    text = "\0".join((*paths, warning)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def is_source(path: str) -> bool:
    """Whether a file is one of Python, by its name."""
    return path.endswith(_SUFFIXES)


def is_foreign(folder: str) -> bool:
    """Whether a folder holds nothing of the project's own, by its name."""
    return posixpath.basename(folder) in _FOREIGN


def tells_environment(path: str) -> bool:
    """Whether the folder around a file or folder is an environment of Python, by the name of the latter."""
    return posixpath.basename(path) in _ENVIRONMENT


def may_mark(path: str) -> bool:
    """Whether a file may make the folder around it a project in itself, by its name."""
    return posixpath.basename(path) in _MARKERS


def role_is_tests(path: str, settings: Settings) -> bool:
    """Whether a file, by its path relative to the root, has the role of tests."""
    return _any_matches(settings.tests, path)


def relative(settings_root: Path, given: str, cwd: Path) -> str | None:
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
        return _below(os.path.realpath(settings_root), real)
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


@dataclass(frozen=True, slots=True)
class _Found:
    """What is on disk, by path relative to the root. ``folders`` were looked into; ``unread`` has those that could
    not be listed, each with the reason."""

    folders: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


_Tree = Mapping[str, Set[str]]
"""The names of the files and folders to look at, by folder."""


def _on_disk(root: str) -> tuple[_Found, list[str], str | None]:
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
        except git.Unusable as error:
            notes.append(f"git cannot be used ({error}): files that it ignores are checked too")
    found = _walk(root, tree, others=repository is None)
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


def _walk(root: str, tree: _Tree | None, *, others: bool) -> _Found:
    """What is below ``root``: what the tree names or, when it is None, all that custom does not leave out.

    ``others``: also what is in other repositories.
    """
    found = _Found()
    pending = [""]
    while pending:
        folder = pending.pop()
        found.folders.append(folder)
        wanted = tree[folder] if tree is not None else frozenset()
        modes = _modes(root, folder, wanted, found.unread)
        is_other = ".git" in modes and tree is None and not others
        if folder and (is_other or not _ENVIRONMENT.isdisjoint(modes)):
            continue
        for name, mode in modes.items():
            path = f"{folder}/{name}" if folder else name
            if mode == stat.S_IFDIR:
                passed = path not in tree if tree is not None else name in _BUILT or name.startswith(".")
                if not passed and name not in _FOREIGN:
                    pending.append(path)
                continue
            if name in _MARKERS:
                found.markers.append(path)
            elif name == FILE:
                found.settings.append(path)
            if name.endswith(_SUFFIXES) and (tree is None or name in wanted):
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


def _linked(root: str, found: _Found) -> Iterator[str]:
    """The links that stand for a file of the project that has no other name in the listing."""
    listed = set(found.files)
    for path in sorted(found.links):
        real = os.path.realpath(os.path.join(root, path))
        target = _below(root, real)
        if target is not None and target not in listed and os.path.isfile(real):
            listed.add(target)
            yield path


def _below(root: str, place: str) -> str | None:
    """The path from a root to a place, both absolute and free of links; None when it leads out."""
    if os.path.normcase(place) == os.path.normcase(root):
        return "."
    top = os.path.join(root, "")
    if os.path.normcase(place).startswith(os.path.normcase(top)):
        return place[len(top) :].replace(os.sep, "/")
    return None


def _normal(path: str) -> str:
    """A path of a buffer in the spelling that listings use; empty when it is not below the root."""
    path = posixpath.normpath(path)
    return "" if path.startswith(("/", "../")) or path in (".", "..") else path


def _any_matches(globs: Iterable[str], path: str) -> bool:
    return any(matches(glob, path) for glob in globs)


# Where import paths begin, and which modules the files are. Here the project's root is the empty path.

_Roots = Mapping[str, Collection[str]]
"""The roots of import paths, each with those of its packages of which an import may mean another."""


def _declared_roots(tree: Tree, src: Iterable[str], folders: Collection[str]) -> tuple[_Roots, list[str]]:
    """The roots that the settings name, and what is wrong with them."""
    roots: dict[str, Collection[str]] = {}
    doubts = []
    for given in src:
        folder = tree.resolve(given)
        if folder is None:
            doubts.append(f"`src` names {shown(given)}, which leads out of the project")
        elif folder == "." or folder in folders or tree.is_folder(folder):
            roots["" if folder == "." else folder] = ()
        else:
            doubts.append(f"`src` names {shown(given)}, and there is no such folder{_near(given, folders)}")
    return roots, doubts


def _near(word: str, folders: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(posixpath.normpath(word), sorted(folders), 1)
    return f"; did you mean {shown(near[0])}?" if near else ""


def _found_roots(
    settings: Settings, tree: Tree, markers: Iterable[str], paths: Iterable[str], folders: Collection[str]
) -> tuple[_Roots, list[str]]:
    """The roots that the layout shows, and what is doubtful about them.

    They are the project's root; ``src``; and of each folder with a project of its own its ``src`` and, if it
    holds packages, the folder itself. What is a package, or in one, is no root, and no project is found among
    test data.
    """
    packages: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder and name in ("__init__.py", "__init__.pyi"):
            above, _, package = folder.rpartition("/")
            packages.setdefault(above, set()).add(package)

    def is_plain(folder: str) -> bool:
        above, _, name = folder.rpartition("/")
        return name not in packages.get(above, ())

    def is_project(folder: str) -> bool:
        return (
            all(map(is_plain, _upward(folder)))
            and _TEST_DATA.isdisjoint(folder.split("/"))
            and not role_is_tests(f"{folder}/__init__.py", settings)
            and any(_is_marker(tree, marker) for marker in marked[folder])
        )

    marked: dict[str, list[str]] = {}
    for marker in markers:
        marked.setdefault(posixpath.dirname(marker), []).append(marker)
    projects = ["", *(folder for folder in marked if folder and is_project(folder))]
    sources = [posixpath.join(project, "src") for project in projects]
    roots = {"", *(folder for folder in projects if folder in packages)}
    roots |= {folder for folder in sources if folder in folders and is_plain(folder)}
    return _told_apart(sorted(roots), packages)


def _is_marker(tree: Tree, path: str) -> bool:
    try:
        return _MARKERS[posixpath.basename(path)].search(tree.read(path, _MARKER_SIZE)) is not None
    except Unreadable:
        return False


def _told_apart(roots: Iterable[str], packages: Mapping[str, Collection[str]]) -> tuple[_Roots, list[str]]:
    """The roots with the packages that each must not name, because another root has one of the same name.

    The project's root and its ``src`` come first; projects below them are equals.
    """
    holders: dict[str, list[str]] = {}
    for root in roots:
        for package in packages.get(root, ()):
            holders.setdefault(package, []).append(root)
    hidden: dict[str, set[str]] = {root: set() for root in roots}
    doubts = []
    for package, rivals in sorted(holders.items()):
        lost = [root for root in rivals if root not in _LIKELY]
        if len(rivals) > 1 and lost:
            for root in lost:
                hidden[root].add(package)
            if package not in _TEST_DATA:
                places = " or ".join(shown(posixpath.join(root, package)) for root in rivals[:_SHOWN])
                more = f" or {len(rivals) - _SHOWN} more" if len(rivals) > _SHOWN else ""
                taken = "none of them" if len(lost) == len(rivals) else "the first"
                doubts.append(
                    f"an import of {shown(package)} could mean {places}{more} and is taken for {taken}: "
                    "name the roots of import paths in `src`"
                )
    return hidden, doubts


def _upward(folder: str) -> Iterator[str]:
    """The folder and those above it, without the project's root unless it is the folder."""
    yield folder
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _prefixes(folder: str, roots: _Roots) -> tuple[str, ...]:
    """What stands before the names of the modules in a folder: "" or a package and a dot; deepest root first.

    A root from which the folder cannot be imported gives none.
    """
    found = []
    for root in sorted(roots, key=len, reverse=True):
        if not root or folder == root or folder.startswith(f"{root}/"):
            names = [name for name in folder[len(root) :].split("/") if name]
            parts = [_identifier(name) for name in names]
            if all(parts) and not (names and names[0] in roots[root]):
                found.append("".join(f"{part}." for part in parts))
    return tuple(found)


def _file(path: str, prefixes: Mapping[str, tuple[str, ...]], settings: Settings) -> File:
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    part = _identifier(stem) if dot + suffix in _SUFFIXES else ""
    package = part == "__init__"
    names = [prefix[:-1] if package else prefix + part for prefix in prefixes[folder] if part]
    # The __init__ of a root itself has no name there.
    module, *also = list(filter(None, names)) or [""]
    return File(path, module, package, role_is_tests(path, settings), tuple(also))


def _identifier(name: str) -> str:
    """The name as Python reads it in an import; empty when it can stand in none."""
    if not name.isidentifier() or iskeyword(name):
        return ""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)
