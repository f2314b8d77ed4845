"""A list of values → what it has from elsewhere, too; and a path → the one value that it stands for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ssot_lint.links.listed import ListedAt, listed
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import MOST_PARTS, is_exported
from ssot_lint.links.project import Project
from ssot_lint.model.literals import Listed, ListedEntry, WordList

Place = tuple[str, str, str]
"""Where a value is spelled out: the path of the file, the qualified name of the list or constant, and the name there,
which is empty in a collection."""

_SEVERAL: frozenset[Listed] = frozenset(["collection", "literal", "enum"])
"""The forms of lists whose values a collection can take in."""

_INHERITED: frozenset[Listed] = frozenset(["class", "enum"])

_TAKEN: Mapping[Listed, frozenset[Listed]] = {"class": _INHERITED, "module": frozenset(["module"])}
"""By the form of a list whose values have names the forms of those from which it has them, names and all."""


class Spelled(NamedTuple):
    """The entry that spells a value out, and its place."""

    entry: ListedEntry
    place: Place


class WholeList(NamedTuple):
    """A list with all that it has from elsewhere among its entries. ``places`` are those of its values. ``wanted``: the
    paths that were followed, whether anything is known of them or not."""

    at: ListedAt | None
    places: frozenset[Place]
    wanted: tuple[str, ...]


NO_LIST = WholeList(None, frozenset(), ())


def gathered(project: Project, path: str) -> WholeList:
    """The list of values at a path, or the one value of a class that is there, as a list of its own."""
    taking, found = _Taking(project), listed(project, path)
    at, places = None, frozenset[Place]()
    if found is not None and not found.rest:
        at = found._replace(words=taking.whole(found))
        places = frozenset(taking.places)
    elif found is not None:
        one = taking.spelled(path)
        at = ListedAt(found.module, _alone(one, found)) if one is not None else None
        places = frozenset([one.place] if one is not None else ())
    return WholeList(at, places, tuple(taking.wanted))


def _alone(one: Spelled, at: ListedAt) -> WordList:
    """The constant that one value of a class is. What comes from another file has its place at the class."""
    span = one.entry.span if one.place[0] == at.module.file.path else at.words.span
    name = ".".join([at.words.name, *at.rest])
    return WordList(span, name, "constant", (one.entry._replace(span=span),))


def spelled_at(project: Project, path: str) -> Spelled | None:
    """What spells out the value that a path stands for; None where that is not certain."""
    return _Taking(project).spelled(path)


def place_of(path: str, words: WordList, entry: ListedEntry) -> Place:
    """The place of an entry. A constant of a module has one, by whatever list it is found."""
    return path, words.name or entry.name, entry.name


class _Filled(NamedTuple):
    """What an entry stands for. ``sure``: there is no more."""

    entries: Sequence[ListedEntry]
    sure: bool


class _Taking:
    """Follows what lists take from each other, and takes note of it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.places: set[Place] = set()
        self.wanted: dict[str, None] = {}
        self._known: dict[tuple[str, str], WordList] = {}

    def whole(self, at: ListedAt) -> WordList:
        """A list with what it takes from elsewhere. It is open where not all of that is known."""
        key, words = (at.module.file.path, at.words.name), at.words
        if key not in self._known:
            # Lists that take all from each other have nothing more by that.
            self._known[key] = words._replace(entries=(), taken=())
            self._known[key] = self._whole(at)
        return self._known[key]

    def _whole(self, at: ListedAt) -> WordList:
        own = [self._filled(at, one) for one in at.words.entries]
        entries = [entry for some in own for entry in some.entries]
        taken = [self._filled(at, one) for one in at.words.taken]
        for some in taken:
            # What a class has itself, or from its first base, hides what others have.
            hidden = {entry.name for entry in entries}
            entries += [one for one in some.entries if one.name not in hidden and _matters(one, at.words)]
        is_open = at.words.open or not all(some.sure for some in (*own, *taken))
        return at.words._replace(entries=tuple(entries), open=is_open, taken=())

    def _filled(self, at: ListedAt, one: ListedEntry) -> _Filled:
        if one.known or one.data:
            self.places.add(place_of(at.module.file.path, at.words, one))
            return _Filled([one], True)
        path = _path(one, at.module)
        found = listed(self.project, path) if path else None
        self.wanted.update({path: None} if path else {})
        if one.every or (at.words.form == "literal" and found is not None and found.words.form == "literal"):
            return self._of_all(path, found, at, one)
        spelled = self.spelled(path) if path else None
        if spelled is not None:
            self.places.update([place_of(at.module.file.path, at.words, one), spelled.place])
            entry = spelled.entry
            return _Filled([one._replace(text=entry.text, known=entry.known, data=entry.data)], True)
        # What lists values is certainly no string itself.
        is_list = found is not None and not found.rest and found.words.form != "constant"
        return _Filled([one._replace(data=is_list)], True)

    def _of_all(self, path: str, found: ListedAt | None, at: ListedAt, one: ListedEntry) -> _Filled:
        """The values of the list at a path as another list has them."""
        if found is None or found.rest or found.words.form not in _TAKEN.get(at.words.form, _SEVERAL):
            return _Filled((), False)
        words = self.whole(found)
        named = at.words.form in _TAKEN
        entries = [
            entry._replace(span=one.span, name=entry.name if named else "")
            for entry in words.entries
            if at.words.form != "module" or is_exported(self.project, path, entry.name)
        ]
        return _Filled(entries, not words.open)

    def spelled(self, path: str) -> Spelled | None:
        """What spells out the value of a path, also where a class has it from a base."""
        done: set[str] = set()
        todo = [path]
        while todo and len(done) < MOST_PARTS:
            path = todo.pop()
            if path in done:
                continue
            done.add(path)
            self.wanted[path] = None
            found = listed(self.project, path) if path else None
            if found is None:
                # A base of which nothing is known may have it.
                return None
            rest = _without_value(found.rest)
            own = _named(found.words, rest)
            if own is not None and (own.known or own.data):
                return Spelled(own, place_of(found.module.file.path, found.words, own))
            if own is not None:
                todo = [_path(own, found.module)]
            elif found.words.form in _INHERITED and len(rest) == 1:
                todo += [_of_base(_path(base, found.module), rest[0]) for base in found.words.taken][::-1]
            else:
                return None
        return None


def _path(one: ListedEntry, module: Module) -> str:
    """The path of what gives an entry its value; empty where that is not known."""
    return absolute(one.target, module) if one.target and not one.target.startswith("?") else ""


def _of_base(path: str, name: str) -> str:
    return f"{path}.{name}" if path else ""


def _without_value(rest: tuple[str, ...]) -> tuple[str, ...]:
    return rest[:-1] if rest[-1:] == ("value",) else rest


def _named(words: WordList, rest: tuple[str, ...]) -> ListedEntry | None:
    """The entry of a list by its name, or that of a constant, which has no other name."""
    if words.form == "constant" and (words.open or rest):
        return None
    name = ".".join(rest) or words.name.rpartition(".")[2]
    return next((one for one in words.entries if one.name and one.name == name), None)


def _matters(one: ListedEntry, words: WordList) -> bool:
    """Whether what a list takes is a value, or may be one: the constants of a module have names in capitals."""
    return one.known or not (one.data or (words.form == "module" and not one.name.isupper()))


__all__ = ["NO_LIST", "Place", "WholeList", "gathered", "place_of", "spelled_at"]
