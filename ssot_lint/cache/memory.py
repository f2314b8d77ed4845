"""What earlier runs saw of a project's files and found in them, where it still holds.

Two things are kept. Facts, by content, under keys that say all that they depend on. And the *last run* with the
same settings: what it saw on the disk, what the bytes of each file held, and its verdict. A file whose stamp is
the same is not read again, as git does it (racy-git.txt): a stamp that is hardly older than the run that took it
could hide a later change, and is not kept.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from ssot_lint.cache import key
from ssot_lint.cache.codec import encode, shape
from ssot_lint.cache.store import Store, digest
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import Comment, File, Finding
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import listing as files
from ssot_lint.sources import tree as trees

T = TypeVar("T")

FOLDER: Final = ".ssot_lint_cache"


class NamesHeld(NamedTuple):
    """What the bytes of one file hold of a question. ``special``: the file matters though it may hold no name.
    ``comments``: the excuses in a file that does not matter, and that then are unused."""

    names: tuple[str, ...] = ()
    special: bool = False
    comments: tuple[Comment, ...] = ()


NOTHING: Final = NamesHeld()

UNREADABLE: Final = "!"
"""Begins what stands for the content of a file that cannot be read; the reason follows."""

_RACY: Final = 2_000_000_000
"""Nanoseconds: the coarsest clock of a file system that is in use (FAT)."""


class Verdict(NamedTuple):
    """All that was found, before anything is excused, selected or counted.

    ``found`` has the findings in files, ``about`` those about the settings. ``open`` are the files that were not
    judged, since they were not asked for. ``paths`` are all files, sorted; they are kept with what was seen of the
    disk, and not once more. ``comments`` are by path. ``is_planned``: all that was found has its fix, if it has one.
    """

    found: tuple[Finding, ...]
    about: tuple[Finding, ...]
    open: tuple[str, ...]
    paths: tuple[str, ...]
    comments: tuple[tuple[str, tuple[Comment, ...]], ...]
    notes: tuple[str, ...]
    is_planned: bool = False


class _Disk(NamedTuple):
    """What a run saw: stamps of folders and files, and of files the digests of their bytes. In columns: there are
    thousands. ``listing`` is the digest of the listing, ``git`` as in ``files.Basis``."""

    listing: str
    git: str
    folders: tuple[str, ...]
    folder_stamps: tuple[str, ...]
    paths: tuple[str, ...]
    stamps: tuple[str, ...]
    contents: tuple[str, ...]
    relevant: tuple[str, ...] = ()
    """The files that have facts."""


class _Round(NamedTuple):
    """One question of a run, as text, and the files that held anything."""

    question: str
    held: tuple[tuple[str, NamesHeld], ...]


class _Rounds(NamedTuple):
    rounds: tuple[_Round, ...]


HoldsNothing = Callable[[Collection[str], bytes], bool]


class Memory:
    """The memory of one run over one project. ``unsaved`` has by path the bytes that stand for those on the disk."""

    def __init__(
        self, settings: Settings, tree: trees.Tree, store: Store, unsaved: Mapping[str, bytes] | None = None
    ) -> None:
        self.tree = tree
        self.store = store
        self.contents: dict[str, str] = {}
        """By path: the digest of the bytes, or why there are none, as far as that is known."""
        self._settings = settings
        self._parts = Parts(settings)
        self._unsaved = unsaved or {}
        self._began = time.time_ns()
        self._key = key.of_run(settings, tree.key, shapes=_shapes())
        self._recalled: dict[str, object] = {}
        """What is in the store of the last run, as far as it was asked for."""
        self._last = self._recalled_disk()
        self._held: dict[str, dict[str, NamesHeld]] = {}
        self._same: set[str] = set()
        self._doubted: set[str] = set()
        self._stamps: dict[str, str] = {}
        self._is_known = False
        """Whether the last run has taken note of all that this one sees on the disk."""

    @property
    def is_empty(self) -> bool:
        """Whether no run before has left anything."""
        return self._last is None

    # -- the project as it is now

    @cached_property
    def listing(self) -> files.Listing:
        """The files that the project has now."""
        recalled = self.recalled(files.Listing, "listing") if self._has_same_basis else None
        if recalled is not None:
            return recalled
        listing = files.listing(self._settings, self._unsaved, self.tree)
        # What is still there may be no file of the project any more.
        self._same &= {file.path for file in listing.files}
        return listing

    @cached_property
    def moved(self) -> dict[str, tuple[File | None, File | None]] | None:
        """The files that have come or gone since the last run, or have other names: by path, as they were and as they
        are. None where that is not known."""
        if self.has_same_files:
            return {}
        old = self.recalled(files.Listing, "listing")
        if old is None or self._last is None or _in_short(old) != self._last.listing:
            return None
        was, now = ({file.path: file for file in listing.files} for listing in (old, self.listing))
        changed = {*was.values()} ^ {*now.values()}
        return {path: (was.get(path), now.get(path)) for path in sorted({file.path for file in changed})}

    @cached_property
    def has_same_files(self) -> bool:
        """Whether there are the files that there were, by the names that they had."""
        return self._has_same_basis or (
            self._last is not None and _in_short(self.listing) == self._last.listing
        )

    @cached_property
    def _has_same_basis(self) -> bool:
        last = self._last
        if last is None or not last.folders or not {*self._unsaved} <= {*last.paths}:
            return False
        if self.tree.said() != last.git:
            return False
        return all(last.folder_stamps) and self._stamped(last.folders) == last.folder_stamps

    def look(self, holds_nothing: HoldsNothing) -> bool:
        """Finds the files that are as they were, and reads those that may be; whether nothing has changed that
        could matter. ``holds_nothing``: the bytes hold nothing of some questions."""
        last = self._last
        if last is None:
            return False
        rows = zip(last.paths, last.contents, last.stamps, self._stamped(last.paths), strict=True)
        self.contents = {path: content for path, content, was, now in rows if was and now == was}
        for path in self._unsaved:
            self.contents.pop(path, None)
        self._same = {*self.contents}
        changed = []
        if len(self._same) < len(last.paths):
            known = zip(last.paths, last.contents, strict=True)
            changed = [one for one in known if one[0] not in self._same]
        self._is_known = {path for path, _ in changed} <= self._unsaved.keys() and self._has_same_basis
        relevant = frozenset(last.relevant) if changed else ()
        for path, content in changed if len(changed) <= _FEW else ():
            data, now = self._read(path)
            if now == content:
                self._keep(path, content)
            elif data is not None and content and content[0] != UNREADABLE and path not in relevant:
                # Neither before nor now does any contract care what is in it.
                if self._holds_nothing(path) and holds_nothing(list(self.answers), data):
                    self._keep(path, now)
        return len(self._same) == len(last.paths) and self.has_same_files

    def _keep(self, path: str, content: str) -> None:
        self.contents[path] = content
        self._same.add(path)

    def _holds_nothing(self, path: str) -> bool:
        return bool(self.answers) and not any(path in held for held in self.answers.values())

    def _read(self, path: str) -> tuple[bytes | None, str]:
        """The bytes, and what stands for them among the contents."""
        if path in self._unsaved:
            return self._unsaved[path], digest(self._unsaved[path])
        self._stamped([path])
        try:
            data = self.tree.read(path, self._parts.limit(path))
        except Unreadable as problem:
            return None, f"{UNREADABLE}{problem}"
        return data, digest(data)

    def _stamped(self, paths: Sequence[str]) -> tuple[str, ...]:
        """What tells one state of each file or folder from others; empty where that is not certain. The first look
        counts: what changes later in this run is seen by the next."""
        new = [path for path in paths if path not in self._stamps]
        self._stamps.update(zip(new, self.tree.stamps(new, self._began - _RACY), strict=True))
        return tuple(map(self._stamps.__getitem__, paths))

    # -- what was found

    @cached_property
    def last(self) -> Verdict | None:
        """What the last run found."""
        found, seen = self.recalled(Verdict, "verdict"), self._last
        return found._replace(paths=seen.paths) if found is not None and seen is not None else None

    def verdict(self, wanted: Callable[[str], bool] | None) -> Verdict | None:
        """What the last run found, if it has judged the files that are wanted (None: all). It holds as a whole
        where ``look`` saw no change."""
        found = self.last
        if found is None or not found.open:
            return found
        return None if wanted is None or any(map(wanted, found.open)) else found

    def candidates(self, question: str, paths: Iterable[str]) -> list[str]:
        """The paths without those of which it is known that they hold nothing."""
        known = self.answers.get(question)
        if known is None:
            return list(paths)
        return [path for path in paths if path in known or path not in self._same]

    def held(self, question: str, path: str) -> NamesHeld | None:
        """What a file holds, if that is known."""
        known = self.answers.get(question) if path in self._same else None
        return known.get(path, NOTHING) if known is not None else None

    @cached_property
    def answers(self) -> dict[str, dict[str, NamesHeld]]:
        """By question and path: what was held in the last run."""
        recalled = self.recalled(_Rounds, "rounds")
        return {one.question: dict(one.held) for one in recalled.rounds} if recalled else {}

    @property
    def questions(self) -> tuple[str, ...]:
        """All that was asked in this run or, where nothing had to be asked, in the last one."""
        return tuple(self._held or self.answers)

    @property
    def changed(self) -> list[str] | None:
        """The files that are not certain to be as they were; None where it is not certain which there were, or where so
        many have changed that it is not worth while to look at each."""
        last = self._last
        if last is None or self.moved is None:
            return None
        paths = last.paths if self.has_same_files else [file.path for file in self.listing.files]
        found = [path for path in paths if path not in self._same]
        return found if len(found) <= _FEW else None

    def learn(self, question: str, path: str, content: str, what: NamesHeld) -> None:
        """Takes note of what a file with these bytes holds."""
        if not content or content.startswith(UNREADABLE):
            # It may be readable tomorrow: the next run has to look again.
            self._stamps[path] = ""
        if self.contents.get(path, content) != content:
            self.doubt(path)
        self.contents[path] = content
        if what != NOTHING:
            self._held[question][path] = what

    def doubt(self, path: str) -> None:
        """Takes note that a file has changed while we worked: what this run says of it holds for none of its states."""
        self._doubted.add(path)

    def begin(self, question: str) -> None:
        """A round begins: what is known of it already stays known, also from this run."""
        if question not in self._held:
            known = self.answers.get(question, {})
            self._held[question] = {path: what for path, what in known.items() if path in self._same}

    def forget(self) -> None:
        """Nothing that was learned in this run is to be remembered, for it begins anew."""
        self._held.clear()

    @property
    def keeps(self) -> bool:
        """Whether what this run finds is there for the next one."""
        return not self._unsaved and self.store.keeps

    def remember(
        self,
        relevant: Collection[str] | None = None,
        *,
        verdict: Verdict | None = None,
        **pieces: object,
    ) -> None:
        """Puts this run in the place of the last one, with what others want to recall. ``relevant``: the files that
        have facts, where these are others than in the last run. ``verdict``: the one of this run, where that is
        another."""
        if self._unsaved:
            # Of texts nothing is remembered; but that the disk is as it was may have taken a new listing to see.
            relevant, verdict, pieces = None, None, {}
        if not self.store.keeps or (self._is_known and verdict is None):
            return
        if self._unsaved and not self._is_same_besides:
            return
        disk = last = self._last
        known = disk.relevant if disk is not None else ()
        listing = {}
        if disk is None or not self._has_same_basis:
            disk, listing = _seen(self.listing, self._settings), {"listing": self.listing}
        disk = disk._replace(
            folder_stamps=self._stamped(disk.folders),
            stamps=tuple(
                "" if path in self._doubted else stamp
                for path, stamp in zip(disk.paths, self._stamped(disk.paths), strict=True)
            ),
            contents=tuple(
                "" if path in self._doubted else self.contents.get(path, "") for path in disk.paths
            ),
            relevant=tuple(sorted(known if relevant is None else relevant)),
        )
        if last is not None and self._unsaved:
            disk = _with_old(disk, last, self._unsaved)
        elif self._held:
            rounds = tuple(_Round(key, tuple(held.items())) for key, held in self._held.items())
            pieces = {**pieces, "rounds": _Rounds(rounds)}
        if verdict is not None:
            pieces = {**pieces, "verdict": verdict._replace(paths=())}
        # What says the same as before stays; of two listings that are equal the basis may differ.
        changed = {what: value for what, value in pieces.items() if value != self._recalled.get(what)}
        new = {"disk": disk, **listing, **changed}
        self.store.keep({self._key + what: value for what, value in new.items()})

    @property
    def _is_same_besides(self) -> bool:
        """Whether the disk has the files that there were, and all but the unsaved ones are as they were."""
        last = self._last
        if last is None or not self.has_same_files or not {*last.paths} - self._same <= self._unsaved.keys():
            return False
        return self._has_same_basis or self.listing.basis is not None

    def _recalled_disk(self) -> _Disk | None:
        disk = self.recalled(_Disk, "disk")
        if disk is None or len(disk.folders) != len(disk.folder_stamps):
            return None
        return disk if len(disk.paths) == len(disk.stamps) == len(disk.contents) else None

    def recalled(self, cls: type[T], what: str) -> T | None:
        found = self.store.recall(cls, self._key + what)
        if found is not None:
            self._recalled[what] = found
        return found


_FEW: Final = 200
"""So many changed files are read here, one by one; more are left to as many processes as are worth it."""


def _shapes() -> tuple[str, ...]:
    """The fields of all that is remembered."""
    return tuple(shape(sys.modules[one.__module__]) for one in (Memory, Finding))


def _seen(listing: files.Listing, settings: Settings) -> _Disk:
    basis = listing.basis or files.Basis("", (), ())
    sources = [part.outside(one) for part in Parts(settings).each() for one in part.settings.src or ()]
    return _Disk(
        listing=_in_short(listing),
        git=basis.git,
        # The roots that the settings name may be links, or lie where no source is.
        folders=(*basis.folders, *basis.markers, *sources) if listing.basis is not None else (),
        folder_stamps=(),
        paths=tuple(file.path for file in listing.files),
        stamps=(),
        contents=(),
    )


def _with_old(disk: _Disk, last: _Disk, paths: Collection[str]) -> _Disk:
    """What was seen of the disk, but of some of the same files what was seen before."""
    rows = zip(disk.paths, disk.stamps, disk.contents, last.stamps, last.contents, strict=True)
    kept = [(was, old) if path in paths else (now, new) for path, now, new, was, old in rows]
    stamps, contents = zip(*kept, strict=True) if kept else ((), ())
    return disk._replace(stamps=stamps, contents=contents)


def _in_short(listing: files.Listing) -> str:
    return digest(encode(listing.files), encode(listing.roots), encode(listing.notes))
