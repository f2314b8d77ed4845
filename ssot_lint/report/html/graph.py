"""The names of a symbol → a graph of who hands it to whom, with a place for each name. Pure.

The layout is our own: a column for each step away from the canonical path, and in it the names in the order of what
they come from, so that few lines cross.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ssot_lint.tracking.progress import ContractProgress

_MOST = 40
"""So many names are drawn: those that most files go by."""
_COLUMN, _ROW = 300, 58
WIDTH, HEIGHT = 252, 44
"""The size of a name's box, in the units of the drawing."""
_MARGIN = 8


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


class NameGraph(NamedTuple):
    """``edges`` lead from a name to one that takes the symbol from it, as places in ``nodes``. ``hidden`` counts the
    names that are not drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]
    width: int
    height: int
    hidden: int = 0


def graph_of(progress: ContractProgress) -> NameGraph:
    uses = Counter(one.target for one in progress.references)
    sources = {one.target: one.source for one in progress.shims}
    for one in progress.references:
        # A path that nothing here hands on leads to the symbol by itself.
        sources.setdefault(one.target, progress.symbol if one.target != progress.symbol else "")
    sources.setdefault(progress.symbol, "")
    for source in list(sources.values()):
        if source and source not in sources:
            sources[source] = progress.symbol
    sources[progress.symbol] = ""
    ranked = sorted(sources, key=lambda path: (path != progress.symbol, -uses[path], path))
    kept = _with_sources(ranked[:_MOST], sources)
    depths = {path: _depth(path, sources) for path in kept}
    places = _places(kept, depths, sources)
    shims = {one.target: one for one in progress.shims}
    order = sorted(kept, key=lambda path: places[path])
    nodes = tuple(
        Node(
            path,
            "canonical" if path == progress.symbol else "shim" if path in shims else "path",
            *_corner(places[path]),
            uses[path],
            f"{shims[path].path}:{shims[path].line}" if path in shims else "",
            len(shims[path].importers) if path in shims else 0,
        )
        for path in order
    )
    numbers = {path: number for number, path in enumerate(order)}
    edges = tuple((numbers[sources[path]], numbers[path]) for path in order if sources[path] in numbers)
    columns = max((column for column, _ in places.values()), default=0) + 1
    rows = max((row for _, row in places.values()), default=0) + 1
    width = (columns - 1) * _COLUMN + WIDTH + 2 * _MARGIN
    height = (rows - 1) * _ROW + HEIGHT + 2 * _MARGIN
    return NameGraph(nodes, edges, width, height, len(sources) - len(kept))


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


def _depth(path: str, sources: Mapping[str, str]) -> int:
    """The steps from the canonical path. Names that come from each other end somewhere."""
    seen = {path}
    while sources.get(path, "") and sources[path] not in seen:
        path = sources[path]
        seen.add(path)
    return len(seen) - 1


def _places(
    paths: Sequence[str], depths: Mapping[str, int], sources: Mapping[str, str]
) -> dict[str, tuple[int, int]]:
    """The column and the row of each path."""
    found: dict[str, tuple[int, int]] = {}
    for depth in sorted({*depths.values()}):
        own = [path for path in paths if depths[path] == depth]
        own.sort(key=lambda path: (found.get(sources.get(path, ""), (0, 0))[1], path))
        found.update((path, (depth, row)) for row, path in enumerate(own))
    return found


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return _MARGIN + place[0] * _COLUMN, _MARGIN + place[1] * _ROW
