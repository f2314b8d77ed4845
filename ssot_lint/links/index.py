"""Settings → the files that can matter, with their facts, in as many rounds as linking learns new names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from ssot_lint.cache.memory import Memory
from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH
from ssot_lint.facts.words import PACKAGE
from ssot_lint.gather.cluster import joined
from ssot_lint.gather.gather import Source, Taken, Task, Workers, again, dialect, gather, taken
from ssot_lint.gather.questions import Question
from ssot_lint.links.carried import carried
from ssot_lint.links.link import Link
from ssot_lint.links.names import GETATTR, targets_of
from ssot_lint.links.project import NOBODY, Module, Project, absolute, neighbours, stem_of
from ssot_lint.links.resolve import Links
from ssot_lint.links.roles import patterns_of, words_of
from ssot_lint.links.worlds import World, worlds
from ssot_lint.model.contracts import Contract, Role
from ssot_lint.model.finding import Comment, File
from ssot_lint.model.options import How
from ssot_lint.settings.members import ROOT, Parts, declared
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import listing as files

Names = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Index:
    """What is known of a project: all files, the facts of those that matter, comments, unreadable files.

    Of a root with members there is one for each (``by_member``), whose ``project`` and ``links`` are those of its
    world. ``own`` are the files that are judged there. They share all the rest.

    By path: ``asked`` are the names that the facts are about, ``keys`` are those of the facts in the store, and
    ``contents`` the digests of the bytes that they were taken from. ``dialect``: see ``gather``."""

    listing: files.Listing
    project: Project
    links: list[Links]
    dialect: str
    asked: dict[str, frozenset[str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    comments: dict[str, tuple[Comment, ...]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    learned: dict[str, frozenset[str]] = field(default_factory=dict)
    """The names that links have told, each with the last parts of the modules that have it."""
    spoken: dict[str, frozenset[str]] = field(default_factory=dict)
    """By contract: the names by which files can speak of it."""
    plain: set[str] = field(default_factory=set)
    """The files that were asked about nothing but what they hold."""
    speaking: set[str] = field(default_factory=set)
    """The files that matter for what they hold, or for what a contract says. The others matter for what these need to
    know of them."""
    rounds: int = 0
    """How often files were asked for further names: at least as often as if nothing had been known before."""
    is_whole: bool = False
    """Whether nothing is left to ask."""
    world: World | None = None
    by_member: dict[str, Index] = field(default_factory=dict)

    @property
    def worlds(self) -> Collection[Index]:
        """One for each member, or itself."""
        return self.by_member.values() or (self,)

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
            any(pattern.fullmatch(name) for pattern in patterns_of(links.contract) for name in asked)
            or bool(facts.forwards)
            or any(one.name == "*" for one in facts.imports)
        )

    def having(self, modules: Mapping[str, Module], contracts: Sequence[Contract]) -> None:
        """Takes in all facts that there are by now, and links them."""
        # Sorted, for whatever comes first must not depend on who was asked first.
        if self.world is None:
            self.project = self.project.having([modules[path] for path in sorted(modules)])
        else:
            self.project = self.world.project({path: module.facts for path, module in modules.items()})
            contracts = [held.contract for held in self.world.contracts]
        self.links = [_links(contract, self.project) for contract in contracts]


def _links(contract: Contract, project: Project) -> Links:
    """The links of a contract; of one that asks too much those in a project of which nothing is known."""
    try:
        return Links(contract, project)
    except EXHAUSTED:
        links = Links(contract, project.having(()))
        links.lost += 1
        return links


def build(
    settings: Settings,
    memory: Memory,
    buffers: Mapping[str, bytes],
    how: How,
) -> Index:
    """The index of a project; ``buffers`` stand for files on disk."""
    with joined(how.workers) as workers:
        with how.profile.stage("list"):
            building = _Building(settings, memory, buffers, how, workers)
        return building.again() or building.in_rounds()


class _Building:
    """The work on one index."""

    def __init__(
        self,
        settings: Settings,
        memory: Memory,
        buffers: Mapping[str, bytes],
        how: How,
        workers: Workers,
    ) -> None:
        parts = Parts(settings)
        contracts = [one for own in declared(settings).values() for one in own]
        self.settings, self.memory, self.buffers, self.how, self.workers = (
            settings,
            memory,
            buffers,
            how,
            workers,
        )
        self.words = frozenset(word for contract in contracts for word in words_of(contract))
        # Whether a reference is anybody's name is asked of all files.
        self.words |= {
            path.rpartition(".")[2] for contract in contracts for path in contract.named("reference")
        }
        self.question = Question(
            self.words,
            tuple(dict.fromkeys(pattern for contract in contracts for pattern in patterns_of(contract))),
            state=any(part.settings.singletons == "all" for part in parts.each()),
            filtered=how.prefilter,
        )
        self.source = Source(memory.tree, settings.max_file_size, parts if settings.workspace else None)
        self.by_path = {file.path: file for file in memory.listing.files}
        self.beside = neighbours(memory.listing.files)
        self.index = self.empty()
        self.modules: dict[str, Module] = {}
        self.held: dict[str, frozenset[str]] = {}

    def empty(self) -> Index:
        return _empty(self.settings, self.memory.listing, dialect(self.question))

    def again(self) -> Index | None:
        """The last run's index with the facts of what has changed, and with the further names that these tell. None
        where less is told than then: what is not learned any more may have been asked for."""
        last = self.memory.recalled(Asked, "asked") if self.question.filtered else None
        if last is None or last.dialect != self.index.dialect:
            return None
        with self.how.profile.stage("gather facts"):
            found = again(self.memory, self.source, self.question, last.by_path(), self.buffers)
        if found is None:
            return None
        for one in found.taken:
            self.take(one)
        found.keep()
        index, self.held = self.index, found.held
        index.unreadable.update(found.unreadable)
        index.comments.update(found.comments)
        index.learned.update(last.names())
        index.rounds = last.rounds
        if found.is_linked:
            self.link()
            index.is_whole = True
            index.spoken.update((name, frozenset(names)) for name, names in last.spoken)
            return self.done()
        learned, needed = self.further()
        if index.is_whole and learned == index.learned and index.asked == found.whole(needed):
            return self.done()
        self.memory.forget()
        self.index, self.modules, self.held = self.empty(), {}, {}
        return None

    def in_rounds(self) -> Index:
        """As many rounds of questions as links have something new to tell."""
        self.ask(self.question, self.memory.candidates(self.question.text, self.by_path), {})
        self.further()
        return self.done()

    def further(self) -> tuple[Names, Names]:
        """All rounds but the first; what links tell in the end."""
        index, memory = self.index, self.memory
        names, needed = self.told()
        while True:
            learned = {
                name: parts - index.learned.get(name, frozenset())
                for name, parts in names.items()
                if name not in index.learned or not parts <= index.learned[name]
            }
            wanted = {
                path: missing
                for path, some in needed.items()
                if path not in index.unreadable and (missing := some - index.asked.get(path, frozenset()))
            }
            index.is_whole = not learned and not wanted
            # Each round learns a name or asks a file for one more, and there are as many as the project has.
            if index.is_whole:
                return names, needed
            index.rounds += 1
            for name, parts in learned.items():
                index.learned[name] = index.learned.get(name, frozenset()) | parts
            question = replace(self.question, learned=learned)
            paths = {*memory.candidates(question.text, self.by_path)} if learned else set[str]()
            self.ask(question, sorted(paths | wanted.keys()), wanted)
            names, needed = self.told()

    def done(self) -> Index:
        index, none = self.index, frozenset[str]()
        index.speaking.update(self.held)
        for one in index.worlds:
            index.speaking.update(_needed(one, _by_contracts(one)))
        index.plain.update(path for path, asked in index.asked.items() if asked <= self.held.get(path, none))
        if not index.spoken:
            with self.how.profile.stage("link"):
                for one in index.worlds:
                    for name, names in _spoken(one).items():
                        index.spoken[name] = index.spoken.get(name, none) | names
        return index

    def ask(self, question: Question, paths: Iterable[str], wanted: Names) -> None:
        """Takes in what the files answer. ``wanted`` are names that a file is asked for whatever it holds."""
        index = self.index

        def done(number: int, of: int) -> None:
            if self.how.progress is not None:
                self.how.progress("index", number, of)

        # An empty set is made anew wherever it is written, and there are as many tasks as files.
        none = frozenset[str]()
        tasks = [
            Task(path, index.asked.get(path, none), wanted.get(path, none), self.buffers.get(path))
            for path in paths
            if path not in index.unreadable
        ]
        self.how.profile.count("looked through for names", len(tasks))
        with self.how.profile.stage("gather facts"):
            for got in gather(self.memory, self.source, question, tasks, self.workers, done):
                if got.problem:
                    index.unreadable[got.path] = got.problem
                if got.held.comments:
                    index.comments[got.path] = got.held.comments
                try:
                    known = taken(got)
                except EXHAUSTED:
                    index.unreadable[got.path] = TOO_MUCH
                    continue
                if got.held.names or got.held.special:
                    self.held[got.path] = self.held.get(got.path, frozenset()) | {*got.held.names}
                if known is not None:
                    self.take(known)
                    if known.facts.comments:
                        index.comments[got.path] = known.facts.comments

    def take(self, known: Taken) -> None:
        index, path = self.index, known.path
        self.how.profile.count("parsed" if known.seconds else "facts from the store")
        self.how.profile.spent(path, known.seconds)
        self.modules[path] = Module(self.by_path[path], known.facts, beside=self.beside.get(path, NOBODY))
        index.asked[path] = known.asked
        index.contents[path] = known.content
        index.keys[path] = known.key

    def link(self) -> None:
        with self.how.profile.stage("link"):
            for one in self.index.worlds:
                one.having(self.modules, self.settings.contracts)

    def told(self) -> tuple[Names, Names]:
        """What links tell of the facts that there are: the names of the symbols besides the contracts' own, each with
        the last parts of the modules that bind it or hand it on; and by path the names that a file must be asked for.
        """
        learned: dict[str, frozenset[str]] = {}
        needed: dict[str, frozenset[str]] = {}
        self.link()
        with self.how.profile.stage("link"):
            for one in self.index.worlds:
                names, binders = _learned(one, self.words)
                wanted = _needed(one, chain(_by_files(one), _by_contracts(one)))
                for so_far, more in ((learned, names), (needed, binders), (needed, wanted)):
                    for key, values in more.items():
                        so_far[key] = so_far.get(key, frozenset()) | values
        return learned, needed


def _empty(settings: Settings, listing: files.Listing, dialect: str) -> Index:
    """What is known before any file is looked at."""
    if not settings.workspace:
        return Index(listing, Project(listing.files, ()), [], dialect)
    found = worlds(settings, listing.files)
    index = Index(listing, found[ROOT].seen, [], dialect, world=found[ROOT])
    index.by_member = {
        folder: index if folder == ROOT else replace(index, project=world.seen, links=[], world=world)
        for folder, world in found.items()
    }
    return index


class Asked(NamedTuple):
    """What a run has asked of each file in the end, where nothing was left to ask; and the names that it has learned,
    each with the last parts of the modules that have it. ``sets`` are of places in ``table``; ``rows`` lead from paths
    to places in ``sets`` and to the keys of facts of this ``dialect``. ``spoken`` and ``rounds`` are as in an index."""

    dialect: str
    table: tuple[str, ...]
    sets: tuple[tuple[int, ...], ...]
    rows: tuple[tuple[str, int, str], ...]
    learned: tuple[tuple[str, tuple[str, ...]], ...]
    spoken: tuple[tuple[str, tuple[str, ...]], ...]
    rounds: int

    def by_path(self) -> dict[str, tuple[frozenset[str], str]]:
        """The names, and the key of the facts about them."""
        sets = [frozenset([self.table[place] for place in places]) for places in self.sets]
        return {path: (sets[place], key) for path, place, key in self.rows}

    def names(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(parts) for name, parts in self.learned}


def asked(index: Index) -> Asked | None:
    """What an index has asked in the end; None where something was left to ask."""
    if not index.is_whole:
        return None
    table: dict[str, int] = {}
    sets: dict[frozenset[str], int] = {}
    for names in index.asked.values():
        if names not in sets:
            sets[names] = len(sets)
            for name in sorted(names):
                table.setdefault(name, len(table))
    return Asked(
        index.dialect,
        tuple(table),
        tuple(tuple([table[name] for name in sorted(names)]) for names in sets),
        tuple([(path, sets[names], index.keys[path]) for path, names in sorted(index.asked.items())]),
        _in_order(index.learned),
        _in_order(index.spoken),
        index.rounds,
    )


def _in_order(learned: Mapping[str, Collection[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(sorted(parts))) for name, parts in sorted(learned.items()))


def _learned(index: Index, words: Collection[str]) -> tuple[Names, Names]:
    """The names of the symbols: with the last parts of the modules that bind each or hand it on, and by the files
    that do."""
    found: dict[str, set[str]] = {}
    binders: dict[str, set[str]] = {}

    def look(one: Links, name: str, module: Module, parts: Collection[str], bound: Link | None) -> None:
        # A name that is bound twice may be given away between.
        if _is_name(bound) or _is_name(one.path(f"{module.name}.{name}")):
            found.setdefault(name, set()).update(parts)
            binders.setdefault(module.file.path, set()).add(name)
            return
        brought = carried(one, module, name, str)
        if brought is not None:
            binders.setdefault(module.file.path, set()).add(name)
            for word in (name, *brought.words):
                found.setdefault(word, set()).update(parts)

    def learn(one: Links) -> None:
        for path in one.roles.entities:
            # Where a contract goes by a facade, the statement may have another name.
            name = path.rpartition(".")[2]
            file, _, rest = one.project.split(path)
            if name not in words and file is not None and len(rest) == 1:
                found.setdefault(name, set()).update(_parts(file))
                binders.setdefault(file.path, set()).add(name)
        modules = [(module, _parts(module.file)) for module in index.own.values()]
        for module, parts in modules:
            for name, target in module.facts.bound:
                if name not in words:
                    bound = one.resolve(target, module) if target else None
                    if not target or bound is not None:
                        look(one, name, module, parts, bound)
        for module, parts in modules:
            # What hands on whatever it is asked for need not hold the name.
            sources = [source for source in _sources(module) if one.project.is_module(source)]
            for name in sorted(found) if sources else ():
                if any(one.path(f"{at}.{name}") for at in sources):
                    look(one, name, module, parts, None)

    _of_each(index.links, learn)
    return (
        {name: frozenset(parts) for name, parts in found.items()},
        {path: frozenset(bound) for path, bound in binders.items()},
    )


def _spoken(index: Index) -> Names:
    """By contract the names that may lead to its symbol: its own, and all that modules bind to it."""
    bound = {
        (name, absolute(target, module) if target else f"{module.name}.{name}")
        for module in index.own.values()
        for name, target in module.facts.bound
        if target[:1] != "?"
    }
    anything = {
        name for module in index.own.values() for name, target in module.facts.bound if target[:1] == "?"
    }
    found: dict[str, frozenset[str]] = {}

    def look(one: Links) -> None:
        own = {name for name, path in bound if path and _is_name(one.path(path))}
        found[one.contract.name] = frozenset(anything | one.roles.words | own | _brought(index, one))

    _of_each(index.links, look)
    return found


def _of_each(links: Iterable[Links], work: Callable[[Links], None]) -> None:
    """Does some work for each contract. Those of which it asks too much take note of that."""
    for one in links:
        try:
            work(one)
        except EXHAUSTED:
            one.lost += 1


def _brought(index: Index, links: Links) -> set[str]:
    """The names that bring something of a contract to other files, and those by which these get at it."""
    found: set[str] = set()
    for module in index.own.values():
        for name in {name for name, _ in module.facts.bound}:
            brought = carried(links, module, name, str)
            if brought is not None:
                found |= {name, *brought.words}
    return found


def _parts(file: File) -> set[str]:
    """The last parts of the paths by which a module is imported, and whether it is a package."""
    # What has no name is imported by that of its file, from beside it.
    own = file.module or stem_of(file.path)
    parts = {part.rpartition(".")[2] for part in (own, *file.also) if part}
    return {*parts, PACKAGE} if file.package else parts


def _is_name(link: Link | None) -> bool:
    return link is not None and not link.rest and link.kind in ("symbol", "subclass", "maker", "factory")


def _sources(module: Module) -> Iterator[str]:
    """The modules all of whose names a module hands on."""
    for one in module.facts.imports:
        if one.name == "*" and not one.where.scope:
            yield absolute(one.module, module)
    for served, target, _ in module.facts.forwards:
        if served == "*":
            yield absolute(target, module)
        elif served == GETATTR:
            yield absolute(target, module).rpartition(".")[0]


def _target(module: Module, name: str) -> str:
    """What a module imports under a name, or assigns to it."""
    imported = [one for one in module.facts.imports if one.bound == name and not one.where.scope]
    if imported:
        return imported[-1].target
    assigned = [target for one in module.live(name) for target, _ in targets_of(one)]
    return assigned[-1] if assigned and assigned[-1][:1] not in "?" else ""


def _by_files(index: Index) -> Iterator[tuple[str, int]]:
    """The paths that files need to know more of, with how many names behind its module make one of it."""
    for module in index.own.values():
        yield from ((absolute(target, module), least) for target, least in module.facts.needs)


def _by_contracts(index: Index) -> Iterator[tuple[str, int]]:
    """The same, of contracts."""
    for links in index.links:
        roles: tuple[Role, ...] = ("canonical", "implementation", "factory", "also", "builder", "reference")
        yield from ((path, 1) for path in links.contract.named(*roles))


def _needed(index: Index, paths: Iterable[tuple[str, int]]) -> Names:
    """Names that some paths need from a file."""
    found: dict[str, set[str]] = {}
    modules = index.project.by_path

    def want(path: str, least: int) -> None:
        # A name that is met again is made from itself, unless less of the path is left to find by now.
        left: dict[tuple[str, str], int] = {}
        while True:
            file, _, rest = index.project.split(path)
            if file is None or len(rest) < least or file.path in index.unreadable:
                return
            if len(rest) >= left.get((file.path, rest[0]), len(rest) + 1):
                return
            left[file.path, rest[0]] = len(rest)
            if rest[0].isidentifier():
                found.setdefault(file.path, set()).add(rest[0])
            if rest[0] not in index.asked.get(file.path, frozenset()):
                return
            module = modules.get(file.path)
            target = _target(module, rest[0]) if module is not None else ""
            if module is None or not target:
                if module is not None and not module.live(rest[0]):
                    # Perhaps a run makes it.
                    found[file.path].add("__getattr__")
                return
            path = ".".join([absolute(target, module), *rest[1:]])

    for path, least in paths:
        want(path, least)
    return {path: frozenset(names) for path, names in found.items()}
