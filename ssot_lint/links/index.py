"""What is known of a project: its files, the facts of those that can matter, and the links of each contract."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from ssot_lint.facts.parse import EXHAUSTED
from ssot_lint.links.module import Module
from ssot_lint.links.project import Project
from ssot_lint.links.reached import Routes
from ssot_lint.links.resolve import Links
from ssot_lint.links.worlds import World
from ssot_lint.model.contracts import Contract
from ssot_lint.model.finding import Comment
from ssot_lint.model.sketches import FileSketch
from ssot_lint.settings.members import ROOT
from ssot_lint.sources import listing as files


@dataclass(slots=True)
class Index:
    """What is known of a project: all files, the facts of those that matter, comments, unreadable files.

    Of a root with members there is an index for each member, too (``members``, by folder), whose ``project`` and
    ``links`` are those of its world. ``own`` are the files that are judged there. They share all the rest.

    By path: ``asked`` are the names that the facts are about, ``derived`` those among them that nobody else asked for
    (see ``Facts``), ``keys`` are those of the facts in the store, and ``contents`` the digests of the bytes that they
    were taken from. ``dialect``: see ``gather``."""

    listing: files.Listing
    project: Project
    links: list[Links]
    dialect: str
    asked: dict[str, frozenset[str]] = field(default_factory=dict)
    derived: dict[str, frozenset[str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    comments: dict[str, tuple[Comment, ...]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    learned: dict[str, frozenset[str]] = field(default_factory=dict)
    """The names that links have told, each with the last parts of the modules that have it."""
    spoken: dict[str, frozenset[str]] = field(default_factory=dict)
    """By contract: the names by which files can speak of it."""
    plain: set[str] = field(default_factory=set)
    """The files that were asked about nothing but what they hold, and of which others need to know nothing."""
    speaking: set[str] = field(default_factory=set)
    """The files that matter for what they hold, or for what a contract says. The others matter for what these need to
    know of them."""
    rounds: int = 0
    """How often files were asked for further names: at least as often as if nothing had been known before."""
    is_whole: bool = False
    """Whether nothing is left to ask."""
    is_more: bool = False
    """Whether files were asked for names that are told no more."""
    routes: Routes = field(default_factory=Routes)
    """Those of the modules in ``project``: they grow with it."""
    sketches: dict[str, FileSketch] = field(default_factory=dict)
    """Those of all files that can be read, where copies are looked for."""
    world: World | None = None
    members: Mapping[str, Index] = field(default_factory=dict)

    @property
    def by_folder(self) -> Mapping[str, Index]:
        """The index of the root and of each member."""
        return {ROOT: self, **self.members}

    @property
    def worlds(self) -> Collection[Index]:
        return self.by_folder.values()

    @property
    def own(self) -> dict[str, Module]:
        """The modules that are judged here, by path."""
        if self.world is None:
            return self.project.by_path
        return {path: module for path, module in self.project.by_path.items() if path in self.world.files}

    def concerns(self, links: Links, path: str) -> bool:
        """Whether a contract can have any bearing on a file: if not, there is no finding, as nobody would have looked
        into the file for this contract alone."""
        asked, spoken = self.asked[path], self.spoken.get(links.contract.name)
        if spoken is None or path not in self.plain or not asked.isdisjoint(spoken):
            return True
        facts = self.project.by_path[path].facts
        return (
            any(pattern.fullmatch(name) for pattern in links.roles.patterns for name in asked)
            or bool(facts.forwards)
            or any(one.name == "*" for one in facts.imports)
        )

    def untold(self, told: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """Those of some names that are new, each with the parts of modules that are new for it."""
        return {
            name: parts - self.learned.get(name, frozenset())
            for name, parts in told.items()
            if name not in self.learned or not parts <= self.learned[name]
        }

    def unasked(
        self, wanted: Mapping[str, frozenset[str]], put_off: Mapping[str, frozenset[str]]
    ) -> dict[str, frozenset[str]]:
        """By file the names that it was not asked for yet. ``put_off`` are those that it will be asked for later."""
        none = frozenset[str]()
        return {
            path: left
            for path, some in wanted.items()
            if path not in self.unreadable
            and (left := some - self.asked.get(path, none) - put_off.get(path, none))
        }

    def learn(self, new: Mapping[str, frozenset[str]]) -> None:
        """Takes in names with the parts of modules that have them."""
        for name, parts in new.items():
            self.learned[name] = self.learned.get(name, frozenset()) | parts

    def take_sketches(self, found: Mapping[str, FileSketch]) -> None:
        """Takes in sketches of files, with what their comments say."""
        self.sketches.update(found)
        for path, one in found.items():
            if one.comments:
                self.comments.setdefault(path, one.comments)

    def having(self, modules: Mapping[str, Module], contracts: Sequence[Contract]) -> None:
        """Takes in all facts that there are by now, and links them. What was linked before and depends on no facts that
        are new stays."""
        before = self.project.by_path
        # Sorted, for whatever comes first must not depend on who was asked first.
        if self.world is None:
            now = {path: modules[path] for path in sorted(modules)}
        else:
            now = self.world.modules({path: modules[path].facts for path in sorted(modules)}, before)
            contracts = [held.contract for held in self.world.contracts]
        changed = {path for path, module in now.items() if before.get(path) is not module}
        changed |= before.keys() - now.keys()
        if self.links and not changed and not any(one.lost for one in self.links):
            return
        if self.links:
            self.project.take(now.values())
        else:
            self.project = self.project.having(now.values())
        self.project.protected = frozenset(
            path for one in contracts for path in one.named("canonical", "implementation")
        )
        old: Sequence[Links | None] = self.links or [None] * len(contracts)
        self.links = [
            _links(contract, self.project, before, changed)
            for contract, before in zip(contracts, old, strict=True)
        ]


def _links(contract: Contract, project: Project, before: Links | None, changed: Collection[str]) -> Links:
    """The links of a contract, which may be those from before some files changed; of one that asks too much those in a
    project of which nothing is known."""
    try:
        if before is not None and before.project is project and before.forget(changed):
            return before
        return Links(contract, project)
    except EXHAUSTED:
        links = Links(contract, project.having(()))
        links.lost += 1
        return links


class Rounds(NamedTuple):
    """What a run has asked of each file in the end, where nothing was left to ask; and the names that it has learned,
    each with the last parts of the modules that have it. ``sets`` are of places in ``table``; ``rows`` lead from paths
    to places in ``sets`` (of all names, and of the derived ones) and to the keys of facts of this ``dialect``.
    ``spoken``, ``rounds`` and ``is_more`` are as in an index. ``told_in`` is the state in which files have told links
    what they still tell, see ``Tellings``. ``further`` are the files that were asked for more than they hold; those in
    ``broken`` do not parse."""

    dialect: str
    table: tuple[str, ...]
    sets: tuple[tuple[int, ...], ...]
    rows: tuple[tuple[str, int, int, str], ...]
    learned: tuple[tuple[str, tuple[str, ...]], ...]
    spoken: tuple[tuple[str, tuple[str, ...]], ...]
    rounds: int
    is_more: bool = False
    told_in: str = ""
    further: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    def by_path(self) -> dict[str, tuple[frozenset[str], frozenset[str], str]]:
        """All names, those that are derived, and the key of the facts about them."""
        sets = [frozenset([self.table[place] for place in places]) for places in self.sets]
        return {path: (sets[all_], sets[derived], key) for path, all_, derived, key in self.rows}

    def names(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(parts) for name, parts in self.learned}

    def concerning(self, index: Index) -> Callable[[str], bool]:
        """Whether other contracts may matter to a file now, though its facts are the same: see ``Index.concerns``."""
        before = {contract: frozenset(names) for contract, names in self.spoken}
        contracts = before.keys() | index.spoken.keys()
        if before.keys() != contracts or index.spoken.keys() != contracts:
            return lambda path: True
        new = frozenset[str]().union(*(before[one] ^ index.spoken[one] for one in contracts))
        others = frozenset(self.further) ^ (index.asked.keys() - index.plain)
        return lambda path: path in others or not new.isdisjoint(index.asked[path])


def asked(index: Index, told_in: str, broken: Iterable[str]) -> Rounds | None:
    """What an index has asked in the end; None where something was left to ask. ``told_in``, ``broken``: see
    ``Rounds``."""
    if not index.is_whole:
        return None
    table: dict[str, int] = {}
    sets: dict[frozenset[str], int] = {}
    for names in chain(index.asked.values(), index.derived.values()):
        if names not in sets:
            sets[names] = len(sets)
            for name in sorted(names):
                table.setdefault(name, len(table))
    return Rounds(
        index.dialect,
        tuple(table),
        tuple(tuple([table[name] for name in sorted(names)]) for names in sets),
        tuple(
            [
                (path, sets[names], sets[index.derived[path]], index.keys[path])
                for path, names in sorted(index.asked.items())
            ]
        ),
        _in_order(index.learned),
        _in_order(index.spoken),
        index.rounds,
        index.is_more,
        told_in,
        tuple(sorted(index.asked.keys() - index.plain)),
        tuple(sorted(broken)),
    )


def _in_order(learned: Mapping[str, Collection[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(sorted(parts))) for name, parts in sorted(learned.items()))
