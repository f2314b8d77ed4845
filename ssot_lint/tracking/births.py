"""An alias in a commit → the commit along first parents in which it was born: exact, by the versions of its file.

A file that was renamed is followed to its old name. An alias that died and came back was born when it came back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ssot_lint.facts.extract import extract
from ssot_lint.facts.prefilter import Words, present
from ssot_lint.model.errors import GitUnusable
from ssot_lint.model.facts import Binding, Facts, Value
from ssot_lint.sources import ancestry, git
from ssot_lint.tracking.progress import AliasPlace, Birth

_NAMING = ("assign", "alias", "key", "attribute", "global", "nonlocal")
_MOST = 4 << 20
"""Bytes of a file that is looked into."""
_MERGES = 50
"""So many merges in each other are followed to the commit behind them."""


class NameBinding(NamedTuple):
    """A binding of a name in a version of a file, and the last names of all that it may stand for. ``scope`` is where
    the statement is: empty at the level of the file."""

    line: int
    scope: str
    goals: frozenset[str]


class MissingContent(Exception):
    """The clone lacks the content of a file."""


class _Version(NamedTuple):
    """What a commit has made of a file. ``path`` is relative to the top."""

    commit: str
    path: str
    line: int


@dataclass(slots=True)
class Births:
    """``top`` is the repository, ``prefix`` the way to the project in it; ``tip`` the commit that is looked back from.
    ``words`` are the names by which the symbol was ever known. ``was_one``: whether a state of the project, judged as a
    whole, has an alias of this name in this file; it is asked where the names do not tell."""

    top: str
    prefix: str
    tip: str
    words: frozenset[str]
    was_one: Callable[[str, str, str], bool] = lambda commit, path, name: False
    versions: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    facts: dict[str, Facts | None] = field(default_factory=dict)
    entries: dict[str, ancestry.CommitEntry] = field(default_factory=dict)

    def of(self, alias: AliasPlace) -> Birth:
        """When an alias of the tip was born."""
        try:
            found = self._born(self.tip, f"{self.prefix}{alias.path}", alias, _MERGES)
        except (MissingContent, GitUnusable):
            # Old versions of git end where a content is missing.
            found = None
        if found is None:
            return Birth(alias, alias.path, alias.line)
        version, original = found
        path = version.path.removeprefix(self.prefix)
        if ancestry.is_cut_off(self.top, version.commit):
            return Birth(alias, path, version.line)
        date = self._entry(version.commit).date
        return Birth(alias, path, version.line, version.commit, date, original)

    def _born(self, tip: str, path: str, alias: AliasPlace, merges: int) -> tuple[_Version, str] | None:
        """The version that brought an alias into the line of first parents that ends in a commit, and the commit of a
        side branch that first had it. None where that line does not have it in the end."""
        last: _Version | None = None
        while True:
            oldest = ""
            for commit, blob in self._versions(tip, path):
                # What cannot be parsed for a while has not lost its names by that.
                if not self._is_broken(blob, alias):
                    found = self._in(blob, commit, path, alias)
                    if found is None:
                        return self._with_original(last, alias, merges)
                    last = _Version(commit, path, found.line)
                oldest = commit
            # The file began here: perhaps under another name.
            parents = self._entry(oldest).parents if oldest else ()
            was = ancestry.renamed_from(self.top, parents[0], oldest, path) if parents else ""
            blob = ancestry.blob_at(self.top, parents[0], was) if was else ""
            if not (
                self._is_broken(blob, alias) or self._in(blob, parents[0] if parents else "", was, alias)
            ):
                return self._with_original(last, alias, merges)
            tip, path = parents[0], was

    def _with_original(
        self, version: _Version | None, alias: AliasPlace, merges: int
    ) -> tuple[_Version, str] | None:
        """The same, with the commit of the side branch that a merge took it from."""
        if version is None:
            return None
        for parent in self._entry(version.commit).parents[1:] if merges else ():
            path = version.path
            blob = ancestry.blob_at(self.top, parent, path)
            if not blob:
                path = ancestry.renamed_from(self.top, parent, version.commit, version.path)
                blob = ancestry.blob_at(self.top, parent, path) if path else ""
            if self._is_broken(blob, alias) or self._in(blob, parent, path, alias) is not None:
                found = self._born(parent, path, alias, merges - 1)
                if found is not None:
                    return version, found[1] or found[0].commit
        return version, ""

    def _versions(self, tip: str, path: str) -> list[tuple[str, str]]:
        if (tip, path) not in self.versions:
            self.versions[tip, path] = ancestry.versions(self.top, tip, path)
        return self.versions[tip, path]

    def _entry(self, commit: str) -> ancestry.CommitEntry:
        if commit not in self.entries:
            self.entries[commit] = ancestry.entry(self.top, commit)
        return self.entries[commit]

    def _in(self, blob: str, commit: str, path: str, alias: AliasPlace) -> NameBinding | None:
        """The alias in a version of the file; none where the file is not there."""
        facts = self._facts(blob, alias.name) if blob else None
        if facts is None:
            return None
        for found in _of_scope(bindings_of(facts, alias.name), alias, self.is_single(alias)):
            known = found.goals & self.words
            if known or self.was_one(commit, path.removeprefix(self.prefix), alias.name):
                return found
        return None

    def _is_broken(self, blob: str, alias: AliasPlace) -> bool:
        """Whether a version names the alias, and cannot be parsed."""
        facts = self._facts(blob, alias.name) if blob else None
        return facts is not None and bool(facts.problem)

    def has(self, alias: AliasPlace, commit: str, blob: str) -> bool:
        """Whether a version of the file that the alias is in has it. What cannot be parsed has lost nothing by that.
        MissingContent where the clone lacks it."""
        path = f"{self.prefix}{alias.path}"
        return self._is_broken(blob, alias) or self._in(blob, commit, path, alias) is not None

    def is_single(self, alias: AliasPlace) -> bool:
        """Whether the name is bound so in one function or class of the file alone, at the tip: then that is meant, by
        whatever name it went."""
        path = f"{self.prefix}{alias.path}"
        facts = self._facts(ancestry.blob_at(self.top, self.tip, path), alias.name)
        own = [one for one in bindings_of(facts, alias.name) if one.scope] if facts is not None else []
        return len(own) == 1

    def _facts(self, blob: str, name: str) -> Facts | None:
        if blob not in self.facts:
            data = git.content(self.top, blob, _MOST)
            if data is None:
                raise MissingContent(blob)
            if len(data) > _MOST or not present(data, Words.of([name])):
                return None
            self.facts[blob] = extract(data, self.words | {name})
        return self.facts[blob]


def bindings_of(facts: Facts, name: str) -> list[NameBinding]:
    """The bindings that give a name to something that has a name already."""
    found = [
        NameBinding(one.span.line, one.where.scope, frozenset([(one.name or one.module).rpartition(".")[2]]))
        for one in facts.imports
        if one.bound == name and one.renamed
    ]
    found += [
        NameBinding(one.span.line, one.where.scope, _goals(one.value))
        for one in facts.bindings
        if one.name == name and _names(one)
    ]
    found += [
        NameBinding(line, "", frozenset([target.rpartition(".")[2].lstrip(":?")]))
        for served, target, line in facts.forwards
        if served == name
    ]
    return found


def _of_scope(found: list[NameBinding], alias: AliasPlace, is_single: bool) -> list[NameBinding]:
    """Those of the bindings that are the alias, by their scope."""
    own = [one for one in found if one.scope == alias.scope]
    inner = [one for one in found if one.scope]
    return own or (inner if alias.scope and is_single and len(inner) == 1 else [])


_NEW = ("NewType", "TypeAliasType", "getattr")
_OTHERS = ("none", "string", "empty", "container", "tuple", "lazy", "lambda", "own", "typed", "await")
"""Values that are no other name of anything."""


def _names(binding: Binding) -> bool:
    value = binding.value
    if binding.how not in _NAMING or value is None or value.form in _OTHERS:
        return False
    called = value.ref.spelled.rpartition(".")[2] if value.ref is not None else ""
    return value.form != "call" or called in _NEW


def _goals(value: Value | None) -> frozenset[str]:
    """The last names of what a value may be; of a call, of what makes a type of it."""
    if value is None:
        return frozenset()
    if value.form in ("path", "generic", "member") and value.ref is not None:
        return frozenset(
            [
                value.ref.spelled.rpartition(".")[2],
                *(one.rpartition(".")[2].lstrip(":?") for one in value.ref.targets),
            ]
        )
    if value.form in ("either", "same"):
        return frozenset[str]().union(*map(_goals, value.parts))
    return frozenset()


def words_of(
    words: Collection[str], aliases: Collection[AliasPlace], paths: Mapping[str, object]
) -> frozenset[str]:
    """The names by which a symbol was ever known, as far as the present tells."""
    known = {one for one in words if one.isidentifier()} | {one.name for one in aliases}
    return frozenset(known | {path.rpartition(".")[2] for path in paths})
