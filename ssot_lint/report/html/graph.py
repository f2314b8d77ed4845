"""The names of a symbol → a graph of who hands it to whom, and which files take it, with a place for each. Pure.

The layout is our own: a tree that grows to the right. What comes from a name stands right of it, the files that take it
first and then the names that it is handed on under, so that no two lines cross.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from ssot_lint.tracking.progress import ContractProgress

_MOST = 40
"""So many names are drawn: those that most files go by."""
_MOST_FILES = 8
"""So many boxes for files are drawn beside a name; what is more is drawn by folder."""
_FEWEST = 3
"""Fewer folders tell nothing; then those that have most files are drawn, and the rest as one."""
_COLUMN, _ROW, _FILE_ROW = 300, 58, 36
WIDTH, HEIGHT, FILE_HEIGHT = 252, 44, 26
"""The size of a box for a name, and the height of one for files, in the units of the drawing."""
_MARGIN = 8

FileKind = Literal["file", "folder", "rest"]


class Node(NamedTuple):
    """A path by which the symbol is reached. ``x`` and ``y`` are those of its upper left corner; ``uses`` counts the
    references that go by it, ``findings`` what was found there."""

    target: str
    kind: str
    x: int
    y: int
    uses: int
    place: str
    importers: int


class FileNode(NamedTuple):
    """Files that take the symbol by a name: one, those of a folder, or the rest. ``owner`` is the place of the name in
    ``nodes``; ``prefix`` is what the paths of the files begin with, and theirs alone; of the rest there is none."""

    owner: int
    prefix: str
    kind: FileKind
    x: int
    y: int
    files: int
    uses: int


class NameGraph(NamedTuple):
    """``edges`` lead from a name to one that takes the symbol from it, as places in ``nodes``. ``hidden`` counts the
    names that are not drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]
    width: int
    height: int
    hidden: int = 0
    files: tuple[FileNode, ...] = ()


class FileGroup(NamedTuple):
    """A box for files before it has a place."""

    prefix: str
    kind: FileKind
    files: int
    uses: int


class _TreeLayout:
    """Gives each name and each box of files its corner: a box gets the next free row, and a name stands in the row of
    the first thing that comes from it."""

    def __init__(self, groups: Mapping[str, Sequence[FileGroup]], below: Mapping[str, Sequence[str]]) -> None:
        self._groups, self._below = groups, below
        self.of_name: dict[str, tuple[int, int]] = {}
        self.of_file: list[tuple[str, FileGroup, int, int]] = []
        self.bottom = _MARGIN
        self.columns = 1

    def put(self, path: str, column: int) -> None:
        top = self.bottom
        self.of_name[path] = _MARGIN + column * _COLUMN, top
        self.columns = max(self.columns, column + 1)
        for group in self._groups.get(path, ()):
            self.of_file.append((path, group, _MARGIN + (column + 1) * _COLUMN, self.bottom))
            self.bottom += _FILE_ROW
            self.columns = max(self.columns, column + 2)
        for name in self._below.get(path, ()):
            self.put(name, column + 1)
        self.bottom = max(self.bottom, top + _ROW)


def graph_of(progress: ContractProgress) -> NameGraph:
    uses = Counter(one.target for one in progress.references)
    sources = _sources(progress)
    ranked = sorted(sources, key=lambda path: (path != progress.symbol, -uses[path], path))
    kept = _with_sources(ranked[:_MOST], sources)
    shims = {one.target: one for one in progress.shims}
    places = _placed(progress, kept, sources)
    order = sorted(kept, key=lambda path: places.of_name[path])
    nodes = tuple(
        Node(
            path,
            "canonical" if path == progress.symbol else "shim" if path in shims else "path",
            *places.of_name[path],
            uses[path],
            f"{shims[path].path}:{shims[path].line}" if path in shims else "",
            len(shims[path].importers) if path in shims else 0,
        )
        for path in order
    )
    numbers = {path: number for number, path in enumerate(order)}
    edges = tuple((numbers[sources[path]], numbers[path]) for path in order if sources[path] in numbers)
    files = tuple(
        FileNode(numbers[path], group.prefix, group.kind, x, y, group.files, group.uses)
        for path, group, x, y in places.of_file
    )
    width = (places.columns - 1) * _COLUMN + WIDTH + 2 * _MARGIN
    height = max(places.bottom - _ROW + HEIGHT, *(one.y + HEIGHT for one in nodes)) + _MARGIN
    return NameGraph(nodes, edges, width, height, len(sources) - len(kept), files)


def _sources(progress: ContractProgress) -> dict[str, str]:
    """By path the one that the symbol is taken from there."""
    sources = {one.target: one.source for one in progress.shims}
    for one in progress.references:
        # A path that nothing here hands on leads to the symbol by itself.
        sources.setdefault(one.target, progress.symbol if one.target != progress.symbol else "")
    sources.setdefault(progress.symbol, "")
    for source in list(sources.values()):
        if source and source not in sources:
            sources[source] = progress.symbol
    sources[progress.symbol] = ""
    return sources


def _placed(progress: ContractProgress, kept: Sequence[str], sources: Mapping[str, str]) -> _TreeLayout:
    below: dict[str, list[str]] = {}
    for path in sorted(kept):
        below.setdefault("" if _begins_a_ring(path, sources) else sources[path], []).append(path)
    places = _TreeLayout({path: [*_groups(progress, path)] for path in kept}, below)
    for path in below.get("", ()):
        places.put(path, 0)
    return places


def _begins_a_ring(path: str, sources: Mapping[str, str]) -> bool:
    """Whether a path is the first of some that come from each other alone: somewhere they must begin."""
    ring = [path]
    while (above := sources.get(ring[-1], "")) and above not in ring:
        ring.append(above)
    return above == path and path == min(ring)


def _with_sources(paths: Sequence[str], sources: Mapping[str, str]) -> list[str]:
    """Some paths with all those that they come from."""
    found = dict.fromkeys(paths)
    todo = list(paths)
    while todo:
        source = sources.get(todo.pop(), "")
        if source and source not in found:
            found[source] = None
            todo.append(source)
    return list(found)


# -- the files


def _groups(progress: ContractProgress, target: str) -> Iterator[FileGroup]:
    """The boxes for the files that go by a path. A file that hands on what it takes is there as a name."""
    handing = {one.path for one in progress.shims if one.source == target}
    uses = Counter(
        one.path for one in progress.references if one.target == target and one.path not in handing
    )
    grouped = _grouped(sorted(uses))
    shown = sorted(grouped, key=lambda prefix: (-len(grouped[prefix]), prefix))
    if len(shown) > _MOST_FILES:
        shown = shown[: _MOST_FILES - 1]
    for prefix in sorted(shown):
        own = grouped[prefix]
        number = sum(uses[path] for path in own)
        yield FileGroup(prefix, "folder" if prefix.endswith("/") else "file", len(own), number)
    rest = [path for prefix, own in grouped.items() if prefix not in shown for path in own]
    if rest:
        yield FileGroup("", "rest", len(rest), sum(uses[path] for path in rest))


def _grouped(paths: Sequence[str]) -> dict[str, list[str]]:
    """Files by what their paths begin with: each by itself, or by as many folders as give few enough groups, if these
    tell anything."""
    found = {path: [path] for path in paths}
    for depth in range(max((path.count("/") for path in paths), default=0), 0, -1):
        if len(found) <= _MOST_FILES:
            break
        coarser: dict[str, list[str]] = {}
        for path in paths:
            folders = path.split("/")[:-1][:depth]
            coarser.setdefault("/".join([*folders, ""]) if folders else path, []).append(path)
        if len(coarser) < _FEWEST < len(found) < len(paths):
            break
        found = coarser
    # One file of a folder is shown by its own name.
    return {own[0] if len(own) == 1 else prefix: own for prefix, own in found.items()}
