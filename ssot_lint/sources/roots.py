"""The files of a project → the roots of import paths, and the names that the files have as modules; pure but for what
the state is asked. Here the project's root is the empty path.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from keyword import iskeyword
from typing import Final

from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import File
from ssot_lint.model.wording import shown
from ssot_lint.settings import patterns
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.tree import MARKERS, SUFFIXES, Tree

TEST_DATA: Final = frozenset(("fixtures", "test", "testdata", "tests"))
"""Projects below a folder of such a name are what tests work on."""

SHOWN: Final = 3
"""How many places a note tells."""

_LOADED: Final = re.compile(r"[\w-]+")

_MARKER_SIZE: Final = 1024 * 1024

_LIKELY: Final = ("", "src")
"""Roots of import paths that need no marker."""

Roots = Mapping[str, Collection[str]]
"""The roots of import paths, each with those of its packages of which an import may mean another."""


def find_roots(
    settings: Settings, tree: Tree, markers: Iterable[str], paths: Collection[str]
) -> tuple[Roots, list[str]]:
    """The roots in force for the files of these paths, and what is doubtful about them. ``markers`` may make a folder a
    project in itself."""
    folders = _folders(paths)
    if settings.src is None:
        return _found(settings, tree, markers, paths, folders)
    return _declared(tree, settings.src, folders)


def files_of(paths: Collection[str], roots: Roots, settings: Settings) -> list[File]:
    """The files of these paths with their names and roles."""
    # Which names a file has depends on its folder alone, but for the last part.
    prefixes = {folder: _prefixes(folder, roots) for folder in _folders(paths)}
    return [_file(path, prefixes, settings) for path in paths]


def _declared(tree: Tree, src: Iterable[str], folders: Collection[str]) -> tuple[Roots, list[str]]:
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


def _found(
    settings: Settings, tree: Tree, markers: Iterable[str], paths: Iterable[str], folders: Collection[str]
) -> tuple[Roots, list[str]]:
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
            and TEST_DATA.isdisjoint(folder.split("/"))
            and not patterns.role_is_tests(f"{folder}/__init__.py", settings)
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


def _told_apart(roots: Iterable[str], packages: Mapping[str, Collection[str]]) -> tuple[Roots, list[str]]:
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
            if package not in TEST_DATA:
                places = " or ".join(shown(posixpath.join(root, package)) for root in rivals[:SHOWN])
                more = f" or {len(rivals) - SHOWN} more" if len(rivals) > SHOWN else ""
                taken = "none of them" if len(lost) == len(rivals) else "the first"
                doubts.append(
                    f"an import of {shown(package)} could mean {places}{more} and is taken for {taken}: "
                    "name the roots of import paths in `src`"
                )
    return hidden, doubts


def _prefixes(folder: str, roots: Roots) -> tuple[str, ...]:
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
    part = _identifier(stem) or _loaded(stem) if dot + suffix in SUFFIXES else ""
    package = part == "__init__"
    names = [prefix[:-1] if package else prefix + part for prefix in prefixes[folder] if part]
    # The __init__ of a root itself has no name there.
    module, *also = list(filter(None, names)) or [""]
    return File(path, module, package, patterns.role_is_tests(path, settings), tuple(also))


def _identifier(name: str) -> str:
    """The name as Python reads it in an import; empty when it can stand in none."""
    if not name.isidentifier() or iskeyword(name):
        return ""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def _loaded(name: str) -> str:
    """The name as ``import_module`` takes it, where no statement can name the file; empty where that cannot either."""
    return name if _LOADED.fullmatch(name) else ""


def _folders(paths: Iterable[str]) -> set[str]:
    return {above for folder in {posixpath.dirname(path) for path in paths} for above in _upward(folder)}


def _upward(folder: str) -> Iterator[str]:
    """The folder and those above it, without the project's root unless it is the folder."""
    yield folder
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        yield folder
