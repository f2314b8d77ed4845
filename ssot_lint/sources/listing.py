"""Settings and a state of the project → its Python files, each with the role and the module names that it has; pure
but for what the state is asked.

``Settings.exclude`` has the last word on what is a file of the project. Which modules files are is told by the roots
of import paths: those that the settings name, or those that the layout shows.
"""

from __future__ import annotations

import dataclasses
import os
import posixpath
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Final, NamedTuple

from ssot_lint.model.errors import ConfigError, Unreadable
from ssot_lint.model.finding import File
from ssot_lint.model.wording import printable, shown
from ssot_lint.settings import patterns
from ssot_lint.settings.documents import MAX_BYTES, Document
from ssot_lint.settings.globs import matches
from ssot_lint.settings.members import ROOT, Parts
from ssot_lint.settings.settings import FILE, PYPROJECT, Settings
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.tree import MARKERS, SUFFIXES, Found, Tree

_MARKER_SIZE: Final = 1024 * 1024

_TEST_DATA: Final = frozenset(("fixtures", "test", "testdata", "tests"))
"""Projects below a folder of such a name are what tests work on."""

_LIKELY: Final = ("", "src")
"""Roots of import paths that need no marker."""

_SHOWN: Final = 3
"""How many places a note tells."""


class Basis(NamedTuple):
    """What a listing was made from: as long as all that is as it was, so is the listing.

    ``git`` is what git said, in short, or nothing where none was asked; ``folders`` were looked into, ``markers``
    were read. Paths are relative to the root.
    """

    git: str
    folders: tuple[str, ...]
    markers: tuple[str, ...]


class Shadowed(NamedTuple):
    """A file that is not imported by a name which its place would give it, since Python finds the file ``by`` first."""

    path: str
    module: str
    by: str

    def __str__(self) -> str:
        folder, _, name = self.by.rpartition("/")
        same = name.startswith("__init__.") and posixpath.dirname(self.path) == posixpath.dirname(folder)
        why = "a package goes before a module" if same else "an earlier root goes before a later one"
        names = printable(self.path), printable(self.by)
        return (
            f"{names[0]} is not the module {shown(self.module)}, which is {names[1]}: {why}, and nothing can import it "
            "by that name"
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a project, sorted by path.

    ``roots`` are the roots of import paths in force, relative to the project's root, "." for itself.
    ``notes`` are sentences for a person. Files may share a module: a stub and its source, a module beside a
    package of its name, files of two roots. ``basis`` is None where nothing tells whether it is still true.
    ``shadowed`` have lost a name to another file.
    """

    files: tuple[File, ...]
    roots: tuple[str, ...]
    notes: tuple[str, ...]
    basis: Basis | None = field(default=None, compare=False)
    shadowed: tuple[Shadowed, ...] = ()


def listing(settings: Settings, extra: Collection[str] = (), tree: Tree | None = None) -> Listing:
    """The files that the project has in a state, or has on the disk now.

    ``extra`` are paths of unsaved buffers, as ``relative`` gives them: listed whether or not they are there,
    and whatever their suffix, unless the settings exclude them.
    """
    tree = tree or Disk(os.path.realpath(settings.root))
    found = tree.found()
    paths = {*found.files, *filter(None, map(_normal, extra))}
    idle = [
        sentence
        for part in Parts(settings).each()
        for sentence in patterns.idle(part, ("exclude", "tests"), paths, tree.is_folder)
    ]
    if settings.exclude:
        paths = {path for path in paths if not _any_matches(settings.exclude, path)}
    roots: Iterable[str]
    shadowed: list[Shadowed] = []
    if settings.workspace:
        files, roots, doubts = _of_members(settings, tree, found, paths, shadowed)
    else:
        files, roots, doubts = _named(settings, tree, found.markers, paths, shadowed)
        doubts += _strays(settings, tree, found)
    # A link changes with what it leads to, wherever that is, and a buffer without a trace on the disk.
    known = found.said is not None and not (found.loose or extra)
    basis = Basis(found.said or "", found.folders, found.markers) if known else None
    return Listing(
        tuple(files),
        tuple(one or "." for one in roots),
        (*found.notes, *doubts, *idle),
        basis,
        tuple(shadowed),
    )


def _named(
    settings: Settings,
    tree: Tree,
    markers: Iterable[str],
    paths: Collection[str],
    shadowed: list[Shadowed],
) -> tuple[list[File], _Roots, list[str]]:
    """The files of one project with their names, the roots of these, and what is doubtful about them. ``shadowed``
    grows by those that have lost a name."""
    folders = _folders(paths)
    if settings.src is None:
        roots, doubts = _found_roots(settings, tree, markers, paths, folders)
    else:
        roots, doubts = _declared_roots(tree, settings.src, folders)
    # Which names a file has depends on its folder alone, but for the last part.
    prefixes = {folder: _prefixes(folder, roots) for folder in folders}
    named = [_file(path, prefixes, settings) for path in sorted(paths)]
    return _decided(named, list(roots), shadowed), roots, doubts


def _decided(files: Sequence[File], roots: Sequence[str], shadowed: list[Shadowed]) -> list[File]:
    """The files with the names by which Python finds them: an earlier root goes before a later one, and in one root a
    package before a module. A stub stands beside its source."""
    holders: dict[str, list[File]] = {}
    for one in files:
        for name in filter(None, (one.module, *one.also)):
            if one.path.endswith(".py"):
                holders.setdefault(name, []).append(one)
    places = {root: place for place, root in enumerate(roots)}
    lost: dict[str, dict[str, str]] = {}
    for name, rivals in holders.items():
        first, *others = sorted(
            rivals, key=lambda one: (places.get(_root_of(one, name), len(places)), not one.package, one.path)
        )
        for one in others:
            lost.setdefault(one.path, {})[name] = first.path
    # Each is said once, by the name that it would have first of all.
    shadowed += (Shadowed(path, *next(iter(gone.items()))) for path, gone in sorted(lost.items()))
    return [_without(one, lost[one.path]) if one.path in lost else one for one in files]


def _root_of(file: File, name: str) -> str:
    """The root from which a file has a name."""
    place = posixpath.dirname(file.path) if file.package else file.path.rpartition(".")[0]
    return posixpath.normpath(place)[: -len(name)].rstrip("/")


def _without(file: File, names: Collection[str]) -> File:
    module, *also = [one for one in (file.module, *file.also) if one not in names] or [""]
    return file._replace(module=module, also=tuple(also))


def _folders(paths: Iterable[str]) -> set[str]:
    return {above for folder in {posixpath.dirname(path) for path in paths} for above in _upward(folder)}


def _of_members(
    settings: Settings, tree: Tree, found: Found, paths: Iterable[str], shadowed: list[Shadowed]
) -> tuple[list[File], list[str], list[str]]:
    """The same of a root with members. The roots of import paths of each are its own, and come first."""
    parts = Parts(settings)
    owned: dict[str, list[str]] = {ROOT: [], **{folder: [] for folder in parts.by_folder}}
    markers: dict[str, list[str]] = {folder: [] for folder in owned}
    for all_of, by_folder in ((paths, owned), (found.markers, markers)):
        for path in all_of:
            by_folder[parts.folder(path)].append(path)
    files, from_top, notes = _named(settings, tree, markers[ROOT], owned[ROOT], shadowed)
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
        theirs: list[Shadowed] = []
        named, of_member, doubts = _named(own, tree.below(folder), marked, inside, theirs)
        shadowed += (Shadowed(f"{folder}/{one.path}", one.module, f"{folder}/{one.by}") for one in theirs)
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
    """What is said of settings files that count for nothing: those below a root that does not name their folder. Among
    test data there may be any."""
    folders = {"", *(one.folder for one in settings.workspace if one.settings is not None)}
    strays = []
    for path in sorted({*found.settings, *found.markers}):
        folder, _, name = path.rpartition("/")
        if (
            folder in folders
            or name not in (FILE, PYPROJECT)
            or not _TEST_DATA.isdisjoint(folder.split("/"))
            or _any_matches(settings.exclude, f"{folder}/\0")
        ):
            continue
        if name == FILE or (_has_table(tree, path) and f"{folder}/{FILE}" not in found.settings):
            strays.append(path)
    if strays:
        more = f" and {len(strays) - _SHOWN} more" if len(strays) > _SHOWN else ""
        is_ = "is" if len(strays) == 1 else "are"
        its = "its folder" if len(strays) == 1 else "their folders"
        file = printable(settings.label)
        why = f"ignored: `members` in {file} does not name {its}"
        if not settings.members:
            why = f"passed over: {file} decides about all below it; name {its} in its `members` or `exclude`"
        yield f"{', '.join(map(printable, strays[:_SHOWN]))}{more} {is_} {why}"


def _has_table(tree: Tree, path: str) -> bool:
    try:
        return Document(tree.read(path, MAX_BYTES)).is_ours(path)
    except Unreadable:
        return False
    except ConfigError:
        return True


def role_is_tests(path: str, settings: Settings) -> bool:
    """Whether a file, by its path relative to the root, has the role of tests."""
    return _any_matches(settings.tests, path)


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
        return MARKERS[posixpath.basename(path)].search(tree.read(path, _MARKER_SIZE)) is not None
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
    part = _identifier(stem) if dot + suffix in SUFFIXES else ""
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
