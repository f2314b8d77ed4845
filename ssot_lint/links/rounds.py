"""Settings → the index of a project, in as many rounds of questions to its files as links have new names to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ssot_lint.cache.memory import Memory
from ssot_lint.cache.packed import Outlines, with_outline
from ssot_lint.cache.store import digest
from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH
from ssot_lint.gather.answers import Gathered, KnownFile, Source, Task, bytes_of, dialect, taken
from ssot_lint.gather.cluster import joined
from ssot_lint.gather.gather import Workers, gather
from ssot_lint.gather.questions import Question, held
from ssot_lint.gather.replay import replay
from ssot_lint.links.index import Index, Rounds, asked
from ssot_lint.links.mentioned import Mentioning, Mentions
from ssot_lint.links.module import NOBODY, Module
from ssot_lint.links.needed import Names
from ssot_lint.links.neighbours import neighbours
from ssot_lint.links.project import Project
from ssot_lint.links.reached import Routes
from ssot_lint.links.roles import patterns_of, words_of
from ssot_lint.links.speech import WordsOfFacts
from ssot_lint.links.teller import Teller
from ssot_lint.links.tellings import Tellings, recall, tellings
from ssot_lint.links.waves import homes, telling
from ssot_lint.links.worlds import worlds
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.members import ROOT, Parts, declared, looks_for_copies
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import listing as files

ASKED, TOLD, OUTLINES, MENTIONS = "asked", "told", "outlines", "mentions"
"""What ``Memory`` calls these pieces."""

MOST_MORE = 1000
"""So many names, and one a file, may be asked for in vain before all is asked anew."""


def build(
    settings: Settings,
    memory: Memory,
    buffers: Mapping[str, bytes],
    how: RunOptions,
) -> Index:
    """The index of a project; ``buffers`` stand for files on disk."""
    return begun(settings, memory, buffers, how).index


def begun(settings: Settings, memory: Memory, buffers: Mapping[str, bytes], how: RunOptions) -> Building:
    """The work that has made this index, and can go on with it."""
    with joined(how.workers) as workers:
        with how.profile.stage("list"):
            building = Building(settings, memory, buffers, how, workers)
        index = building.again() or building.in_rounds()
        if looks_for_copies(settings):
            building.sketch(index)
        return building


class Building:
    """The work on one index."""

    def __init__(
        self,
        settings: Settings,
        memory: Memory,
        buffers: Mapping[str, bytes],
        how: RunOptions,
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
            sharing=any(part.settings.singletons == "all" for part in parts.each()),
            filtered=how.prefilter,
        )
        self.source = Source(memory.tree, settings.max_file_size, parts if settings.workspace else None)
        self.by_path = {file.path: file for file in memory.listing.files}
        self.beside = neighbours(memory.listing.files)
        self.begin()
        self.homes = homes(contracts, self.by_path.values())
        self.later = frozenset[str]()
        """The files whose facts are taken later, once for all names that the others have told."""
        self.put_off: dict[str, frozenset[str]] = {}
        """The names that these must be asked for whatever they hold."""
        self.mentioning = Mentioning(self.by_path)
        self._is_recalled = False
        """Whether what files have told there has been taken over."""
        self._told_in = ""
        """The state in which files have told what is remembered of it; nothing where it is new."""

    def begin(self) -> None:
        """Nothing is known of any file."""
        self.index = _empty(self.settings, self.memory.listing, dialect(self.question))
        self.teller = Teller(self.index, self.words, carrying=self.how.inferring)
        self.modules: dict[str, Module] = {}
        self.held: dict[str, frozenset[str]] = {}
        self._before: Rounds | None = None
        """What the last run has asked, where this one asks it again."""

    def again(self) -> Index | None:
        """The last run's index with the facts of what has changed, and with the further names that these tell. Where
        less is told than then, files stay asked for more than is needed, which changes nothing that is found: as if
        nothing were filtered. None where the last run is not known, or far too much would be asked in vain."""
        last = self.memory.recalled(Rounds, ASKED) if self.question.filtered else None
        if last is None or last.dialect != self.index.dialect:
            return None
        with self.how.profile.stage("gather facts"):
            found = replay(self.memory, self.source, self.question, last.by_path(), self.buffers)
        if found is None:
            return None
        outlines = None if found.is_linked else self.memory.recalled(Outlines, OUTLINES)
        known = dict(outlines.rows) if outlines is not None else {}
        for one in found.taken:
            outline = known.get(one.key)
            self.take(one if outline is None else one._replace(facts=with_outline(one.facts, outline)))
        found.keep()
        index, self.held, self._before = self.index, found.held, last
        index.unreadable.update(found.unreadable)
        index.comments.update(found.comments)
        index.learned.update(last.names())
        index.rounds = last.rounds
        if found.is_linked:
            self.link()
            self._told_in = last.told_in
            index.is_whole, index.is_more = True, last.is_more
            index.spoken.update((name, frozenset(names)) for name, names in last.spoken)
        else:
            names, wanted = self.further()
            more = self._more(found.whole(wanted))
            if more > MOST_MORE + len(index.asked):
                self.memory.forget()
                self.begin()
                return None
            index.is_more = more > 0 or names != index.learned
            index.learned.clear()
            index.learned.update(names)
        if index.is_more:
            self.be_deaf(index.learned)
        # Where links read what they have read before, they need to know the same of the same files.
        return self.done(frozenset(last.further) if found.is_linked else self.teller.needed().keys())

    def _more(self, names: Names) -> int:
        """How many names files were asked for besides these, and besides those that follow from them."""
        none, derived = frozenset[str](), self.index.derived
        asked = self.index.asked.items()
        return sum(len(some - derived[path] - names.get(path, none)) for path, some in asked)

    def be_deaf(self, told: Names) -> None:
        """Forgets of files that do not parse what they hold of names that are ``told`` no more: of all that was asked
        in vain, these alone would say something of it."""
        now = replace(self.question, learned=dict(told))
        for path in self.broken():
            if path in self.held:
                data = bytes_of(self.source, Task(path, data=self.buffers.get(path)))
                if isinstance(data, bytes) and not any(
                    (what := held(one, data)).names or what.special for one in (self.question, now)
                ):
                    del self.held[path]

    def broken(self) -> list[str]:
        """The files that do not parse. Of those with the facts of the last run it is known."""
        before = {path: key for path, _, _, key in self._before.rows} if self._before is not None else {}
        known = frozenset(self._before.broken) if self._before is not None else frozenset[str]()
        return [
            path
            for path, module in self.modules.items()
            if (path in known if before.get(path) == self.index.keys[path] else module.facts.problem)
        ]

    def in_rounds(self) -> Index:
        """As many rounds of questions as links have something new to tell, in three waves: first the files in which the
        contracts' own symbols are, then the files from which others import something, and last all others, such as most
        tests. So most files are parsed once, for all the names there are."""
        if self.question.filtered:
            self.mentioning.begin()
            self.later = frozenset(self.by_path.keys() - self.homes)
        first = replace(self.question, parts=self.mentioning.parts)
        self.ask(first, self.memory.candidates(self.question.text, self.by_path), {})
        self.further()
        self.catch_up(self.later & telling(self.by_path.values(), self.mentioning, self.held.keys()))
        self.further()
        self.catch_up(self.later)
        self.further()
        return self.done(self.teller.needed().keys())

    def catch_up(self, paths: frozenset[str]) -> None:
        """Takes the facts of files that were put off."""
        self.later -= paths
        none, now = frozenset[str](), sorted(paths)
        wanted = {path: self.held.get(path, none) | self.put_off.get(path, none) for path in now}
        names = dict(self.index.learned)
        reaching = self._reaching(names)
        reached = [path for path in now if path in reaching or wanted[path]]
        self.ask(replace(self.question, learned=names), reached, wanted)
        # A file may matter that holds no name, and is asked for none.
        left = self.held.keys() - self.modules.keys()
        self.ask(self.question, [path for path in now if path in left], wanted)

    def further(self) -> tuple[Names, Names]:
        """All rounds but the first; what links tell in the end."""
        index, memory = self.index, self.memory
        names, missing = self.told()
        while True:
            new, wanted = index.untold(names), index.unasked(missing, self.put_off)
            index.is_whole = not new and not wanted
            # Each round learns a name or asks a file for one more, and there are as many as the project has.
            if index.is_whole:
                return names, missing
            index.rounds += 1
            index.learn(new)
            reaching = self._reaching(new)
            parts = self.mentioning.parts if self.mentioning.silent else frozenset[str]()
            question = replace(self.question, learned=new, parts=parts)
            candidates = memory.candidates(question.text, reaching)
            paths = {path for path in candidates if path not in self.later}
            self.ask(question, sorted(paths | wanted.keys()), wanted)
            names, missing = self.told()

    def _reaching(self, learned: Names) -> set[str]:
        """The files that may reach one of some learned names."""
        return self.mentions().reaching(learned) if learned else set()

    def mentions(self) -> Mentioning:
        """Of which modules files speak, as far as that is known: also by the last run."""
        if not self.mentioning.parts:
            self.mentioning.recall(self.memory.recalled(Mentions, MENTIONS), self.memory.contents)
        return self.mentioning

    def done(self, needed: Collection[str]) -> Index:
        """The index, with what is said about all of it at the end. ``needed``: the files of which others need to know
        more."""
        index, none = self.index, frozenset[str]()
        index.speaking.update(self.held)
        index.speaking.update(self.teller.needed_by_contracts())
        # What others need to know of a file, it may hold by chance: another contract may have asked for it.
        index.plain.update(
            path
            for path, asked in index.asked.items()
            if path not in needed and asked <= self.held.get(path, none)
        )
        if not index.spoken:
            index.spoken.update(self.spoken())
        for one in index.worlds:
            for links in one.links:
                links.spoken = index.spoken.get(links.contract.name)
        return index

    def ask(self, question: Question, paths: Iterable[str], wanted: Names) -> None:
        """Takes in what the files answer. ``wanted`` are names that a file is asked for whatever it holds."""
        index = self.index
        # An empty set is made anew wherever it is written, and there are as many tasks as files.
        none = frozenset[str]()
        now: list[Task] = []
        later: list[Task] = []
        for path in paths:
            if path in self.later:
                self.put_off[path] = self.put_off.get(path, none) | wanted.get(path, none)
            if path not in index.unreadable:
                # Derived names are left out: extraction derives them again from the names that were asked.
                before = index.asked.get(path, none) - index.derived.get(path, none)
                task = Task(path, before, wanted.get(path, none), self.buffers.get(path))
                (later if path in self.later else now).append(task)
        self.how.profile.count("looked through for names", len(now) + len(later))
        with self.how.profile.stage("gather facts"):
            looking = replace(self.source, looking=True)
            for source, tasks in ((looking, later), (self.source, now)):
                for got in gather(self.memory, source, question, tasks, self.workers, self._progress):
                    self._hear(question, got)

    def _hear(self, question: Question, got: Gathered) -> None:
        """Takes in what one file answers."""
        index = self.index
        if got.mentioned is not None:
            self.mentioning.hear(got.path, got.mentioned)
        if got.problem:
            index.unreadable[got.path] = got.problem
        if got.held.comments:
            index.comments[got.path] = got.held.comments
        try:
            known = taken(got)
        except EXHAUSTED:
            index.unreadable[got.path] = TOO_MUCH
            return
        if got.held.names or got.held.special:
            self.held[got.path] = self.held.get(got.path, frozenset()) | {*got.held.names}
        if known is not None:
            self.take(known)
            if known.facts.comments:
                index.comments[got.path] = known.facts.comments

    def take(self, known: KnownFile) -> None:
        index, path = self.index, known.path
        self.how.profile.count("parsed" if known.seconds else "facts from the store")
        self.how.profile.spent(path, known.seconds)
        self.modules[path] = Module(self.by_path[path], known.facts, beside=self.beside.get(path, NOBODY))
        index.asked[path], index.derived[path] = known.asked | known.derived, known.derived
        index.contents[path] = known.content
        index.keys[path] = known.key

    def sketch(self, index: Index) -> None:
        """Takes in the sketches of all files that can be read."""
        from ssot_lint.gather.sketches import gather_sketches

        paths = [path for path in self.by_path if path not in index.unreadable and path.endswith(".py")]
        tasks = [Task(path, data=self.buffers.get(path)) for path in paths]
        workers = self.how.workers if isinstance(self.how.workers, int) else None
        with self.how.profile.stage("gather sketches"):
            found = gather_sketches(self.memory, self.source, tasks, workers, self._progress)
        index.take_sketches(found)

    def _progress(self, number: int, of: int) -> None:
        if self.how.progress is not None:
            self.how.progress("index", number, of)

    def link(self) -> None:
        with self.how.profile.stage("link"):
            for one in self.index.worlds:
                one.having(self.modules, self.settings.contracts)

    def told(self, *, anew: bool = True) -> tuple[Names, Names]:
        """What links tell of the facts that there are, see ``Teller``."""
        self.link()
        with self.how.profile.stage("link"):
            self._recall()
            return self.teller.told(anew=anew)

    def spoken(self) -> Names:
        """By contract the names that may lead to its symbol."""
        with self.how.profile.stage("link"):
            return self.teller.spoken()

    def _recall(self) -> None:
        """Has links know what they were told in the last run, but for what depends on files that have changed since."""
        last, is_recalled, self._is_recalled = self._before, self._is_recalled, True
        if is_recalled or last is None or not last.told_in or not self.how.inferring:
            return
        known = self.memory.recalled(Tellings, TOLD)
        if known is not None and known.state == last.told_in:
            before = {path: key for path, _, _, key in last.rows}
            keys = self.index.keys
            changed = {path for path in before.keys() | keys.keys() if before.get(path) != keys.get(path)}
            elsewhere = WordsOfFacts(self.memory, keys).elsewhere(self.settings, ())
            if elsewhere is not None:
                changed.update(elsewhere, self.memory.moved or ())
                recall(known, self.index, self.words, changed)

    def pieces(self) -> dict[str, object]:
        """What the next run is to know of the questions of this one."""
        index, state = self.index, self._told_in
        spoken_of = self.mentioning.news(self.memory.contents)
        found = {} if spoken_of is None else {MENTIONS: spoken_of}
        if state or not self.how.inferring:
            return {ASKED: asked(index, state, self.broken()), **found}
        state = digest(repr(sorted(index.keys.items())).encode())
        outlines = Outlines(
            tuple((index.keys[path], one.facts.outline) for path, one in self.modules.items())
        )
        told = tellings(state, index, self.words)
        return {ASKED: asked(index, state, self.broken()), TOLD: told, OUTLINES: outlines, **found}


def _empty(settings: Settings, listing: files.Listing, dialect: str) -> Index:
    """What is known before any file is looked at."""
    if not settings.workspace:
        return Index(listing, Project(listing.files, ()), [], dialect)
    found = worlds(settings, listing.files)
    index = Index(listing, found[ROOT].seen, [], dialect, world=found[ROOT])
    index.members = {
        folder: replace(index, project=world.seen, links=[], routes=Routes(), world=world)
        for folder, world in found.items()
        if folder != ROOT
    }
    return index
