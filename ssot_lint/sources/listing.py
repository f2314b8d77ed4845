"""Settings and a state of the project → its Python files, each with the role and the module names that it has; pure
but for what the state is asked.

``Settings.exclude`` has the last word on what is a file of the project. Which modules files are is told by the roots
of import paths: those that the settings name, or those that the layout shows.
"""

from __future__ import annotations

import dataclasses
import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ssot_lint.model.errors import ConfigError, Unreadable
from ssot_lint.model.finding import File
from ssot_lint.model.wording import printable, shown
from ssot_lint.settings import patterns
from ssot_lint.settings.documents import MAX_BYTES, Document
from ssot_lint.settings.globs import any_matches
from ssot_lint.settings.members import ROOT, Part, Parts
from ssot_lint.settings.settings import FILE, PYPROJECT, Settings
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.roots import SHOWN, TEST_DATA, files_of, find_roots
from ssot_lint.sources.tree import Contents, Tree


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

    ``extra`` are paths of unsaved buffers, as ``disk.path_in`` gives them: listed whether or not they are there,
    and whatever their suffix, unless the settings exclude them.
    """
    tree = tree or Disk(os.path.realpath(settings.root))
    found = tree.contents()
    paths = {*found.files, *filter(None, map(_normal, extra))}
    is_more = len(paths) > len({*found.files})
    idle = [
        sentence
        for part in Parts(settings).each()
        for sentence in patterns.idle(part, ("exclude", "tests"), paths, tree.is_folder)
    ]
    if settings.exclude:
        paths = {path for path in paths if not any_matches(settings.exclude, path)}
    if settings.workspace:
        named = _of_members(settings, tree, found, paths)
    else:
        named = _named(settings, tree, found.markers, paths)
    doubts = (*named.doubts, *_strays(settings, tree, found))
    # A link changes with what it leads to, wherever that is, and a buffer that is no file without a trace on the disk.
    known = found.said is not None and not (found.loose or is_more)
    basis = Basis(found.said or "", found.folders, found.markers) if known else None
    return Listing(
        tuple(named.files),
        tuple(one or "." for one in named.roots),
        (*found.notes, *doubts, *idle),
        basis,
        tuple(named.shadowed),
    )


class _Named(NamedTuple):
    """Files with their names, the roots of import paths, what is doubtful about these, and which files lost a name."""

    files: list[File]
    roots: Collection[str]
    doubts: list[str]
    shadowed: list[Shadowed]


def _named(settings: Settings, tree: Tree, markers: Iterable[str], paths: Collection[str]) -> _Named:
    """The files of one project."""
    roots, doubts = find_roots(settings, tree, markers, paths)
    files, shadowed = _decided(files_of(sorted(paths), roots, settings), list(roots))
    return _Named(files, roots, doubts, shadowed)


def _decided(files: Sequence[File], roots: Sequence[str]) -> tuple[list[File], list[Shadowed]]:
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
    shadowed = [Shadowed(path, *next(iter(gone.items()))) for path, gone in sorted(lost.items())]
    return [_without(one, lost[one.path]) if one.path in lost else one for one in files], shadowed


def _root_of(file: File, name: str) -> str:
    """The root from which a file has a name."""
    place = posixpath.dirname(file.path) if file.package else file.path.rpartition(".")[0]
    return posixpath.normpath(place)[: -len(name)].rstrip("/")


def _without(file: File, names: Collection[str]) -> File:
    module, *also = [one for one in (file.module, *file.also) if one not in names] or [""]
    return file._replace(module=module, also=tuple(also))


def _of_members(settings: Settings, tree: Tree, found: Contents, paths: Iterable[str]) -> _Named:
    """The files of a root with members. The roots of import paths of each member are its own, and come first."""
    parts = Parts(settings)
    owned: dict[str, list[str]] = {ROOT: [], **{folder: [] for folder in parts.by_folder}}
    markers: dict[str, list[str]] = {folder: [] for folder in owned}
    for all_of, by_folder in ((paths, owned), (found.markers, markers)):
        for path in all_of:
            by_folder[parts.folder(path)].append(path)
    from_top, doubts = find_roots(settings, tree, markers[ROOT], owned[ROOT])
    files, shadowed = _decided(files_of(sorted(owned[ROOT]), from_top, settings), list(from_top))
    roots = list(from_top)
    for folder in sorted(parts.by_folder):
        part = parts.by_folder[folder]
        own, inside = _of_member(part, [path[len(folder) + 1 :] for path in owned[folder]])
        marked = [path[len(folder) + 1 :] for path in markers[folder]]
        theirs = _named(own, tree.below(folder), marked, inside)
        shadowed += (
            Shadowed(f"{folder}/{one.path}", one.module, f"{folder}/{one.by}") for one in theirs.shadowed
        )
        roots += (posixpath.join(folder, one) if one else folder for one in theirs.roots)
        doubts += (f"{printable(folder)}: {doubt}" for doubt in theirs.doubts)
        whole = [f"{folder}/{one.path}" for one in theirs.files]
        for one, seen in zip(theirs.files, files_of(whole, from_top, settings), strict=True):
            files.append(_seen_from_both(one, seen, seen.tests if part.base == ROOT else one.tests))
    return _Named(sorted(files, key=lambda one: one.path), roots, doubts, shadowed)


def _of_member(part: Part, inside: Sequence[str]) -> tuple[Settings, Sequence[str]]:
    """The settings by which the files of a member are named, and those of its files that they do not exclude. Paths are
    relative to the member."""
    own = part.settings
    if part.base == ROOT:
        # The root's settings decide about it; where they do not say where imports begin, its own layout tells.
        own = dataclasses.replace(own, src=None if own.src is None else (), tests=(), exclude=())
    if own.exclude:
        inside = [path for path in inside if not any_matches(own.exclude, path)]
    if own.src is None and not {"__init__.py", "__init__.pyi"}.isdisjoint(inside):
        # What is a package is no root of import paths.
        own = dataclasses.replace(own, src=())
    return own, inside


def _seen_from_both(own: File, seen: File, tests: bool) -> File:
    """A file of a member, with the names that it has there, and those that it has from the roots above."""
    names = [name for name in (own.module, *own.also) if name]
    above = [name for name in (seen.module, *seen.also) if name and name not in names]
    if not names:
        names, above = above[:1], above[1:]
    module, *also = names or [""]
    return File(seen.path, module, own.package, tests, tuple(also), tuple(above))


def _strays(settings: Settings, tree: Tree, found: Contents) -> Iterator[str]:
    """What is said of settings files that count for nothing: those below a root that does not name their folder. Among
    test data there may be any."""
    folders = {"", *(one.folder for one in settings.workspace if one.settings is not None)}
    strays = []
    for path in sorted({*found.settings, *found.markers}):
        folder, _, name = path.rpartition("/")
        if (
            folder in folders
            or name not in (FILE, PYPROJECT)
            or not TEST_DATA.isdisjoint(folder.split("/"))
            or any_matches(settings.exclude, f"{folder}/\0")
        ):
            continue
        if name == FILE or (_has_table(tree, path) and f"{folder}/{FILE}" not in found.settings):
            strays.append(path)
    if strays:
        more = f" and {len(strays) - SHOWN} more" if len(strays) > SHOWN else ""
        is_ = "is" if len(strays) == 1 else "are"
        its = "its folder" if len(strays) == 1 else "their folders"
        file = printable(settings.label)
        why = f"ignored: `members` in {file} does not name {its}"
        if not settings.members:
            why = f"passed over: {file} decides about all below it; name {its} in its `members` or `exclude`"
        yield f"{', '.join(map(printable, strays[:SHOWN]))}{more} {is_} {why}"


def _has_table(tree: Tree, path: str) -> bool:
    try:
        return Document(tree.read(path, MAX_BYTES)).is_ours(path)
    except Unreadable:
        return False
    except ConfigError:
        return True


def _normal(path: str) -> str:
    """A path of a buffer in the spelling that listings use; empty when it is not below the root."""
    path = posixpath.normpath(path)
    return "" if path.startswith(("/", "../")) or path in (".", "..") else path
