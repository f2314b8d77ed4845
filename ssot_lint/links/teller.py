"""The links of a project → the names that its files are to be asked for. It reads no files."""

from __future__ import annotations

from collections.abc import Collection

from ssot_lint.links.counted import add
from ssot_lint.links.index import Index
from ssot_lint.links.learned import learned, of_copies, spoken, spoken_of_copies
from ssot_lint.links.needed import Names, Needing, by_contracts, by_files, by_kin, by_primitives
from ssot_lint.model.asked import KIN


class Teller:
    """What the links of ``index`` tell. ``words`` are the contracts' own names. ``carrying``: links follow what
    functions hand out, too. What has been found stays until the facts change that it depends on."""

    def __init__(self, index: Index, words: Collection[str], *, carrying: bool) -> None:
        self._index = index
        self._words = words
        self._carrying = carrying
        self._needing: dict[str, tuple[Needing, Needing]] = {}
        """By member what paths need: of lists of values, and of the classes of things."""
        self._given: tuple[Names, Names] | None = None
        """What links have told of the symbols the last time."""

    def told(self, *, anew: bool) -> tuple[Names, Names]:
        """What links tell of the facts that there are: the names of the symbols besides the contracts' own, each with
        the last parts of the modules that bind it or hand it on; and by path the names that a file must be asked for.
        ``anew`` is false where no path leads anywhere else than the last time.
        """
        if anew or self._given is None:
            self._given = self._of_symbols()
        names, givers = self._given
        missing = dict(givers)
        add(missing, self.needed())
        return names, missing

    def _of_symbols(self) -> tuple[Names, Names]:
        """The names of the symbols, and by path those that a file gives them."""
        told: dict[str, frozenset[str]] = {}
        givers: dict[str, frozenset[str]] = {}
        for one in self._index.worlds:
            for names, binders in (
                learned(one, self._words, carrying=self._carrying),
                of_copies(one, self._words),
            ):
                add(told, names)
                add(givers, binders)
        return told, givers

    def needed(self) -> Names:
        """By path the names that other files and contracts need to know of."""
        found: dict[str, frozenset[str]] = {}
        for folder, one in self._index.by_folder.items():
            needing, kinship = self._needing_of(folder)
            add(found, needing.of_files(one, by_files(one)))
            add(found, needing.needed(one, by_contracts(one)))
            add(found, kinship.of_files(one, by_kin(one)))
            add(found, kinship.needed(one, by_primitives(one)))
        return found

    def needed_by_contracts(self) -> Names:
        """By path the names of it that contracts need to know of."""
        found: dict[str, frozenset[str]] = {}
        for folder, one in self._index.by_folder.items():
            add(found, self._needing_of(folder)[0].needed(one, by_contracts(one)))
        return found

    def _needing_of(self, folder: str) -> tuple[Needing, Needing]:
        return self._needing.setdefault(folder, (Needing(), Needing(KIN)))

    def spoken(self) -> Names:
        """By contract the names that may lead to its symbol."""
        found: dict[str, frozenset[str]] = {}
        for one in self._index.worlds:
            add(found, spoken(one, carrying=self._carrying))
            add(found, spoken_of_copies(one))
        return found
