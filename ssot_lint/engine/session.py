"""A settings file and the texts that editors hold → what is found in its project, after each change.

Settings are read here, too: while they are wrong, the last good ones count. A text that does not parse says nothing
about others: these are judged by the last one that did.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

from ssot_lint.engine.fix import FixOptions, Repaired
from ssot_lint.engine.half_typed import Moves, moved, moves, with_moved_chains
from ssot_lint.engine.judgements import unparsable
from ssot_lint.engine.warm import Unsaved, Warm, WarmVerdict
from ssot_lint.engine.why import Step
from ssot_lint.facts.parse import ParsedBytes, deep, parse, undisturbed
from ssot_lint.findings.selection import place
from ssot_lint.links.index import Index
from ssot_lint.model.contracts import Contract
from ssot_lint.model.errors import ConfigError, Mistake, Unparsable, Unreadable, Unusable
from ssot_lint.model.finding import File, Finding, Span
from ssot_lint.model.options import Progress
from ssot_lint.model.rules import CODES, RETIRED, UNPARSABLE
from ssot_lint.settings import loading, workspace
from ssot_lint.settings.documents import Documents, read_file
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import FILE, Settings
from ssot_lint.sources import disk, walking
from ssot_lint.sources.listing import listing
from ssot_lint.sources.tree import is_source


@dataclass(frozen=True, slots=True)
class ProjectState:
    """What is known of a project. ``findings`` are sorted as in a report, with paths relative to the root.
    ``mistakes`` are in settings that count for nothing; ``settings`` are those that count, if there are any. ``open``
    are the files that are still to be judged: what is known of them was found before the last change."""

    settings: Settings | None = None
    findings: tuple[Finding, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    open: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Parsed:
    """A text, and why it does not parse. ``good`` is the last one that did."""

    data: ParsedBytes
    problem: Unparsable | None
    good: ParsedBytes | None

    @cached_property
    def moves(self) -> Moves | None:
        """Where the lines of what is judged are in the text; None where they are what they are."""
        if self.problem is None or self.good is None:
            return None
        return moves(self.good, self.data)

    def release(self) -> None:
        """Drops the trees that were not needed, as large as they are."""
        for text in (self.data, self.good):
            if text is not None:
                text.tree = None


class _Admitted(NamedTuple):
    """Of files that are not on the disk, whether they would be files of the project, as of one look at it."""

    looks: int
    by_path: dict[str, bool]


_Place = tuple[str, str, Span]
"""Code and contract of a finding, and its place in the last text that parsed."""


class Session:
    """A project that stays in memory. Buffers are given by absolute path. Calls do not overlap. ``half_typed``: texts
    come as people type them, and one that does not parse is judged by the last one that did."""

    def __init__(self, file: Path, *, half_typed: bool = True) -> None:
        self.file = file
        self._half_typed = half_typed
        self.root = Path(os.path.realpath(file.parent))
        self.state = ProjectState()
        self._warm = Warm(str(self.root))
        self._texts = Unsaved({})
        self._parsed: dict[str, _Parsed] = {}
        self._judged: WarmVerdict | None = None
        self._known: dict[str, frozenset[_Place]] = {}
        self._admitted = _Admitted(0, {})
        self._is_read = False

    @property
    def is_begun(self) -> bool:
        """Whether the project has been judged once, or never can be, so that the next judgement is quick."""
        return self._warm.is_begun or (self._is_read and self.state.settings is None)

    @property
    def looks(self) -> int:
        """Counts how often the disk was looked at anew: until the next time, files are what they were."""
        return self._warm.disk.looks

    def disk_changed(self) -> None:
        """Files may have been made, changed or removed."""
        self._warm.disk.look_again()

    def settings_changed(self) -> None:
        """What settings files hold may be something else now."""
        self._is_read = False

    def path(self, file: str) -> str | None:
        """The path of a file relative to the root; None where it lies elsewhere."""
        found = disk.path_in(self.root, file, self.root)
        return found if found != "." else None

    def update(
        self,
        buffers: Mapping[str, bytes],
        progress: Progress | None = None,
        first: Collection[str] | None = None,
    ) -> ProjectState:
        """What is found in the project with these buffers. ``progress`` may raise to give up. ``first``: these
        files are waited for, by absolute path (None: all); others may stay ``open`` until an update asks for them."""
        settings, mistakes = self.state.settings, self.state.mistakes
        if not self._is_read:
            settings, mistakes = self._read(buffers)
        texts, broken = self._sorted(buffers, settings)
        self._known = self._of_good(broken)
        findings = self.state.findings
        later: tuple[str, ...] = ()
        if settings is not None:
            wanted = None if first is None else {path for path in map(self.path, first) if path is not None}
            try:
                self._judged = self._warm.judged(settings, texts, progress, wanted)
                later = self._judged.verdict.open
                if wanted is not None and later:
                    others = [one for one in findings if one.path not in wanted]
                    findings = tuple(
                        sorted([*others, *_shown(self._judged, broken, self._known, wanted)], key=place)
                    )
                else:
                    findings = _shown(self._judged, broken, self._known)
            except Unusable as error:
                mistakes, findings = (*mistakes, _at_fault(settings, error)), ()
                self._judged = None
        for one in self._parsed.values():
            one.release()
        self.state = ProjectState(settings, findings, mistakes, frozenset(later))
        self._texts, self._is_read = texts, True
        return self.state

    def prepare(self) -> bool:
        """Does beforehand a part of what the next update would begin with; false where nothing is left."""
        settings = self.state.settings
        if settings is None or self._judged is None:
            return False
        return self._warm.prepare(settings, self._texts)

    def index(self) -> Index | None:
        """The index of the project as it was last judged."""
        settings = self.state.settings
        return self._warm.index(settings, self._texts) if settings is not None else None

    def retired(self) -> Sequence[Finding]:
        """All places with retired names, those too that are excused."""
        found = self._judged.verdict.found if self._judged is not None else ()
        return [one for one in found if one.code == RETIRED]

    def text(self, path: str) -> bytes | None:
        """The bytes of a file that were judged."""
        if path in self._texts.new:
            return self._texts.new[path]
        limit = Parts(self._settings()).limit(path)
        try:
            return self._warm.disk.read(path, limit)
        except Unreadable:
            return None

    def why(self, path: str, line: int) -> tuple[Step, ...] | None:
        """Each step of the reasoning about one line of the project as it was last judged."""
        settings = self.state.settings
        return self._warm.why(settings, self._texts, path, line) if settings is not None else None

    def fixed(self, wanted: FixOptions) -> Repaired | None:
        """The project as it was last judged, repaired as far as it is wanted; nothing is written. A text that does not
        parse now has other places than the one that was judged: no repair reaches into it."""
        settings = self.state.settings
        if settings is None:
            return None
        broken = {path: one.problem.message for path, one in self._parsed.items() if one.problem is not None}
        return self._warm.fixed(settings, self._texts, replace(wanted, closed={**broken, **wanted.closed}))

    def files(self) -> Sequence[File]:
        """The Python files of the project, also while its settings are wrong."""
        index = self.index()
        return (
            index.listing.files if index is not None else listing(self._settings(), (), self._warm.disk).files
        )

    def _settings(self) -> Settings:
        """The settings that count, or those of a file that says nothing."""
        return self.state.settings or loading.parse(b"", self.root / FILE, codes=CODES)

    def contracts(self) -> list[Contract]:
        """The contracts of the root and of its members."""
        settings = self.state.settings
        parts = [one.settings for one in settings.workspace] if settings is not None else []
        return [one for part in (settings, *parts) if part is not None for one in part.contracts]

    def is_broken(self, path: str) -> bool:
        """Whether the text of a file does not parse."""
        return path in self._parsed and self._parsed[path].problem is not None

    def span_now(self, path: str, span: Span) -> Span | None:
        """Where a piece of what was judged is in the text of a file as it is now; None where it is not there any
        more."""
        moves = self._moves(path)
        return moves.span(span) if moves is not None else span

    def line_now(self, path: str, line: int) -> int:
        """The line of the text of a file as it is now in which a line of what was judged is, or would be."""
        moves = self._moves(path)
        return moves.line(line) if moves is not None else line

    def line_judged(self, path: str, line: int) -> int | None:
        """The line of what was judged that is now in a line of the text of a file; None where none is."""
        moves = self._moves(path)
        return moves.before.get(line) if moves is not None else line

    def _moves(self, path: str) -> Moves | None:
        return self._parsed[path].moves if path in self._parsed else None

    def _read(self, buffers: Mapping[str, bytes]) -> tuple[Settings | None, tuple[Mistake, ...]]:
        """The settings that count, and what is wrong with those that do not."""
        try:
            return workspace.load(self.file, codes=CODES, documents=documents(buffers)), ()
        except ConfigError as error:
            return self.state.settings, error.mistakes

    def _sorted(
        self, buffers: Mapping[str, bytes], settings: Settings | None
    ) -> tuple[Unsaved, dict[str, _Parsed]]:
        """The texts to judge, and those in whose place they are judged."""
        paths = ((self.path(file), data) for file, data in buffers.items())
        held = {path: data for path, data in paths if path is not None}
        sources = {path: data for path, data in held.items() if is_source(path)}
        added = [path for path in sources if not self._warm.disk.has(path) and self._is_admitted(path)]
        if not self._half_typed:
            return Unsaved(held, added), {}
        limit = Parts(settings or self._settings()).limit
        self._parsed = {path: self._parse(path, data, limit(path)) for path, data in sources.items()}
        broken = {path: one for path, one in self._parsed.items() if one.problem is not None}
        instead = {path: one.good for path, one in broken.items() if one.good is not None}
        parsed = {path: one.data for path, one in self._parsed.items()}
        return Unsaved({**held, **parsed, **instead}, added), broken

    def _is_admitted(self, path: str) -> bool:
        """Whether a file that is not on the disk would be one of the project."""
        if self._admitted.looks != self.looks:
            self._admitted = _Admitted(self.looks, {})
        known = self._admitted.by_path
        if path not in known:
            known[path] = walking.admits(str(self.root), path)
        return known[path]

    def _of_good(self, broken: Mapping[str, _Parsed]) -> dict[str, frozenset[_Place]]:
        """By path, what was shown of the texts that do not parse when they last did: nothing is added meanwhile."""
        if self.state.settings is None:
            return {}
        fresh = [path for path in broken if path not in self._known]
        found: dict[str, set[_Place]] = {path: set() for path in fresh}
        for one in self.state.findings if fresh else ():
            if one.path in found:
                found[one.path].add(_place(one))
        before = {path: self._known[path] for path in broken if path in self._known}
        return before | {path: frozenset(places) for path, places in found.items()}

    def _parse(self, path: str, data: bytes, limit: int) -> _Parsed:
        before = self._parsed.get(path)
        if before is not None and before.data == data:
            return before
        text = ParsedBytes(data)
        if len(data) > limit:
            # Nobody reads it: that it is too large is what is found in it.
            return _Parsed(text, None, None)
        problem = _problem(text)
        if problem is None:
            return _Parsed(text, None, text)
        if before is not None:
            return _Parsed(text, problem, before.good)
        # What is opened like that may have been better when it was saved.
        saved = self.text(path)
        good = ParsedBytes(saved) if saved is not None else None
        return _Parsed(text, problem, good if good is not None and _problem(good) is None else None)


def _problem(text: ParsedBytes) -> Unparsable | None:
    """Why a text does not parse; if it does, its tree goes with it."""
    try:
        with undisturbed():
            text.tree = deep(partial(parse, text))
    except Unparsable as problem:
        return problem
    return None


def documents(buffers: Mapping[str, bytes]) -> Documents:
    """The settings files as buffers have them, and the disk where there are none. What a buffer holds is there, saved
    or not."""
    held = {os.path.realpath(file): data for file, data in buffers.items()}

    def read(file: Path) -> bytes:
        data = held.get(os.path.realpath(file)) if "\0" not in str(file) else None
        return data if data is not None else read_file(file)

    return Documents(read, held.keys())


def _place(finding: Finding) -> _Place:
    return finding.code, finding.contract, finding.span


def _shown(
    judged: WarmVerdict,
    broken: Mapping[str, _Parsed],
    known: Mapping[str, frozenset[_Place]],
    only: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """What is reported of some files, or of all, with what is left of that in texts that do not parse: of them nothing
    but what is ``known``."""
    also = []
    for path, one in broken.items():
        if one.good is not None and one.problem is not None and judged.matters(path, one.data):
            also.append(unparsable(path, one.problem.message, one.problem.line, one.problem.column))
    found: list[Finding] = []
    by_path: dict[str, list[Finding]] = {}
    for finding in judged.report(tuple(also), only).findings:
        is_apart = finding.path in broken and finding.code != UNPARSABLE
        (by_path.setdefault(finding.path, []) if is_apart else found).append(finding)
    for path, own in by_path.items():
        there = broken[path].moves
        if path in known:
            own = [one for one in own if _place(one) in known[path]]
        found += moved(own, there) if there is not None else own
    by_broken = {path: one.moves for path, one in broken.items() if one.moves is not None}
    return tuple(sorted(with_moved_chains(found, by_broken), key=place))


def _at_fault(settings: Settings, error: Unusable) -> Mistake:
    return Mistake(settings.label, 0, "", str(error))


__all__ = ["ProjectState", "Session", "documents"]
