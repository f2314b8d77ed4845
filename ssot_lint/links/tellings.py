"""What files have told of each symbol → the form that is remembered, and back. Pure.

To tell it, paths are followed through many files; and nearly all of it is the same after an edit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from ssot_lint.links.conclusions import EVERYTHING
from ssot_lint.links.index import Index
from ssot_lint.links.resolve import Links
from ssot_lint.links.told import LEARNED, SPOKEN
from ssot_lint.model.errors import Damaged


class FileTelling(NamedTuple):
    """What one file tells of a symbol, see ``links.learned``. ``asked`` are the names that it was asked of; ``told``
    has by such a name the names that this one tells; by those in ``spoken`` the file may speak of the symbol.
    ``touched`` is what all this depends on. The path and the names in ``told`` are places in ``Tellings.table``, the
    others are places in ``Tellings.sets``."""

    path: int
    asked: int
    told: tuple[tuple[int, int], ...]
    spoken: int
    touched: int


class Tellings(NamedTuple):
    """What the files of a project tell, by the folder of a member and the name of a contract. ``sets`` are of places in
    ``table``. ``state`` names the state of the project of which this is so."""

    state: str
    table: tuple[str, ...]
    sets: tuple[tuple[int, ...], ...]
    rows: tuple[tuple[str, str, tuple[FileTelling, ...]], ...]


def tellings(state: str, index: Index, words: Collection[str]) -> Tellings:
    """What the links of an index have been told. ``words`` are the contracts' own names: of those of one contract no
    file is asked what it makes of them."""
    noting = _Noting()
    rows = tuple(
        (folder, links.contract.name, tuple(noting.rows(links, words)))
        for folder, world in sorted(index.by_folder.items())
        for links in world.links
    )
    return Tellings(state, tuple(noting.table), tuple(noting.sets.values()), rows)


def recall(known: Tellings, index: Index, words: Collection[str], changed: Collection[str]) -> None:
    """Has the links of an index know what they were told then, as far as that is so still: nothing of it depends on a
    file that has ``changed``. Raises Damaged."""
    if not _is_whole(known):
        raise Damaged("tellings of something else")
    rows = {(folder, contract): own for folder, contract, own in known.rows}
    table = known.table
    sets = [frozenset([table[place] for place in places]) for places in known.sets]
    good = [EVERYTHING not in some and some.isdisjoint(changed) for some in sets]
    for folder, world in index.by_folder.items():
        for links in world.links:
            if EVERYTHING in links.basis or not links.basis.isdisjoint(changed):
                # Its roles may be others than they were.
                continue
            own = links.own_words(words)
            for one in rows.get((folder, links.contract.name), ()):
                if good[one.touched]:
                    path, names, touched = table[one.path], sets[one.asked], sets[one.touched]
                    told = {table[name]: sets[some] for name, some in one.told}
                    links.told.know(LEARNED, path, names.difference(own), told, touched)
                    links.told.know(SPOKEN, path, names, sets[one.spoken], touched)


class _Noting:
    """Gives numbers to what is remembered."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}
        self.sets: dict[frozenset[str], tuple[int, ...]] = {}
        self._numbers: dict[frozenset[str], int] = {}

    def rows(self, links: Links, words: Collection[str]) -> Iterator[FileTelling]:
        own = links.own_words(words)
        spoken = dict(links.told.known(SPOKEN))
        for path, (asked, told, touched) in sorted(links.told.known(LEARNED), key=lambda one: one[0]):
            names, by_these, also_touched = spoken.get(path, (None, None, frozenset[str]()))
            depends = touched | also_touched
            # Of another set of names it would be asked anew.
            if (
                isinstance(told, Mapping)
                and isinstance(names, frozenset)
                and isinstance(by_these, frozenset)
                and names.difference(own) == asked
                and EVERYTHING not in depends
            ):
                by_name = [(self._place(name), self._set(told[name])) for name in sorted(told)]
                yield FileTelling(
                    self._place(path),
                    self._set(names),
                    tuple(by_name),
                    self._set(by_these),
                    self._set(depends),
                )

    def _place(self, name: str) -> int:
        return self.table.setdefault(name, len(self.table))

    def _set(self, names: frozenset[str]) -> int:
        if names not in self._numbers:
            self._numbers[names] = len(self._numbers)
            self.sets[names] = tuple([self._place(name) for name in sorted(names)])
        return self._numbers[names]


def _is_whole(known: Tellings) -> bool:
    """Whether all numbers are places of what there is."""
    rows = [*chain.from_iterable(own for _, _, own in known.rows)]
    places = {*chain.from_iterable(known.sets), *(one.path for one in rows)}
    places.update(name for one in rows for name, _ in one.told)
    sets = {number for one in rows for number in (one.asked, one.spoken, one.touched)}
    sets.update(some for one in rows for _, some in one.told)
    return all(
        min(numbers, default=0) >= 0 and max(numbers, default=-1) < size
        for numbers, size in ((places, len(known.table)), (sets, len(known.sets)))
    )
