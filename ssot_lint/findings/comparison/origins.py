"""Two states of a project → what the symbols of its contracts were called in the older one.

A contract names its symbols as they are called now. Where the change that is judged has moved or renamed one, the older
state has it under another path, and would be judged by a contract that says nothing about it: all that was there
before would count as new. What a path was called then is told, in this order, by:

1. the older state itself, where it has the path;
2. its file, under the name that this had before it was renamed (see ``_origin``);
3. the older settings, where what they name is there, and is no longer now;
4. its content: the only definition that is the same but for its name and place, or the only one that the file has lost
   where this is the only one that it has got.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import NamedTuple

from ssot_lint.findings.comparison.difference import NOTHING, Hints, common_end, renamed_modules, translated
from ssot_lint.findings.comparison.surroundings import Sources
from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.model.finding import File
from ssot_lint.model.rules import CODES
from ssot_lint.settings import settings as config
from ssot_lint.settings.members import ROOT, Parts
from ssot_lint.settings.settings import FILE, PYPROJECT, ConfigError, Member, Settings
from ssot_lint.sources import listing
from ssot_lint.sources.tree import Tree, Unreadable

_SIMILAR = 0.5
"""So much of a file must be in another for that to be it under another name; as git has it."""


class Former(NamedTuple):
    """``settings`` name the symbols as they were called in the older state; ``hints`` say what became of these names,
    and of files."""

    settings: Settings
    hints: Hints


def former(settings: Settings, old: Tree, new: Tree) -> Former:
    """What the settings would have been in the older state."""
    older = _older(settings, old)
    then = _fitting(settings, older, old)
    both = _Both(_State(then, old), _State(settings, new))
    names: dict[str, dict[str, str]] = {}
    contracts = _contracts(both, ROOT, settings, older, names)
    members = []
    for member in then.workspace:
        own = member.settings
        if own is not None:
            its_older = _older(own, old.below(member.folder))
            its_own = _contracts(both, member.folder, own, its_older, names)
            own = replace(own, contracts=its_own)
        members.append(Member(member.folder, own))
    then = replace(then, contracts=contracts, workspace=tuple(members))
    return Former(then, Hints(names, both.renamed()) if names else NOTHING)


def redeclared(settings: Settings, old: Tree) -> set[str]:
    """The names of the contracts that the older settings do not have as they are now."""
    found = _declared_anew(settings, _older(settings, old))
    for member in settings.workspace:
        if member.settings is not None:
            found |= _declared_anew(member.settings, _older(member.settings, old.below(member.folder)))
    return found


def _declared_anew(settings: Settings, older: Settings | None) -> set[str]:
    before = older.contracts if older is not None else ()
    return {one.name for one in settings.contracts if one not in before}


def _older(settings: Settings, old: Tree) -> Settings | None:
    """The settings that the older state has in the same place, if they can be read."""

    def read(path: str) -> bytes | str:
        try:
            return old.read(path, config.MAX_BYTES)
        except Unreadable as problem:
            return str(problem)

    def extended(file: object) -> bytes | str:
        path = old.resolve(str(file)[len(str(settings.root)) + 1 :])
        return read(path) if path is not None else "lies elsewhere"

    for name in (settings.file.name, FILE, PYPROJECT):
        text = read(name)
        if isinstance(text, bytes):
            try:
                return config.parse(text, settings.root / name, codes=CODES, read=extended)
            except ConfigError:
                continue
    return None


def _fitting(settings: Settings, older: Settings | None, old: Tree) -> Settings:
    """The settings with roots of imports that the older state has."""
    if settings.src is None or all(old.is_folder(one) or one in ("", ".") for one in settings.src):
        return settings
    return replace(settings, src=older.src if older is not None else None)


class _State:
    """One state: its modules, and what their files bind."""

    def __init__(self, settings: Settings, tree: Tree) -> None:
        self.parts = Parts(settings)
        self.files = {file.path: file for file in listing.listing(settings, tree=tree).files}
        self._tree = tree
        self.read = lru_cache(maxsize=None)(self._read)
        self.code = Sources(self.read)

    def _read(self, path: str) -> bytes | None:
        try:
            return self._tree.read(path, self.parts.limit(path)) if path in self.files else None
        except Unreadable:
            return None

    @cached_property
    def _modules(self) -> dict[str, list[File]]:
        found: dict[str, list[File]] = {}
        for file in self.files.values():
            for name in _names(file):
                found.setdefault(name, []).append(file)
        return found

    def split(self, dotted: str, folder: str) -> tuple[File | None, str, str]:
        """The file of the longest beginning of a path that is a module, that beginning, and the rest. Of several files
        the one in the folder of a member is meant."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            module = ".".join(parts[:end])
            found = self._modules.get(module)
            if found:
                own = [one for one in found if self.parts.folder(one.path) == folder]
                return (own or found)[0], module, ".".join(parts[end:])
        return None, "", dotted

    def has(self, dotted: str, folder: str) -> bool:
        file, _, rest = self.split(dotted, folder)
        return file is not None and self.binds(file.path, rest)

    def binds(self, path: str, name: str) -> bool:
        """Whether a file has a name, or may have it."""
        if not name:
            return True
        bound = self.code.bound(path)
        if bound is None:
            return True
        first = name.partition(".")[0]
        if first in bound:
            return name == first or not bound[first] or name in (self.code.names(path) or ())
        return "*" in bound or "__getattr__" in bound

    def keeps(self, dotted: str, folder: str, now: str) -> bool:
        """Whether a path is still something of its own, though there is another one now."""
        file, _, rest = self.split(dotted, folder)
        return file is not None and self.defines(file.path, rest, _tail(now))

    def defines(self, path: str, name: str, now: str) -> bool:
        """Whether a file defines a name, and not by what has another name now, as a forwarder does."""
        return name in (self.code.names(path) or ()) and (
            name == now or now not in self.code.uses(path, name)
        )

    def kind(self, path: str, name: str) -> str:
        """``class`` or ``def``; empty where a file has no such definition at its level."""
        return (self.code.bound(path) or {}).get(name, "")

    def body(self, path: str, name: str) -> set[str]:
        return {body for one, body in self.code.contents(path) or () if one == name}


class _Both:
    """Two states, and what was found of the older one."""

    def __init__(self, old: _State, new: _State) -> None:
        self.old, self.new = old, new
        self._origins: dict[str, str | None] = {}

    def renamed(self) -> dict[str, str]:
        """The files that are gone, with those that they are likely to be now."""
        fresh = [path for path in self.new.files if path not in self.old.files]
        return {old: path for path in fresh if (old := self.origin(path)) is not None}

    def origin(self, path: str) -> str | None:
        """The path that a file of the newer state had in the older one."""
        if path in self.old.files:
            return path
        if path not in self._origins:
            self._origins[path] = self._origin(path)
        return self._origins[path]

    def _origin(self, path: str) -> str | None:
        """The file that is gone and most like it, line by line: half of it at least, as git has it."""
        own = _lines(self.new.read(path))
        total = sum(own.values())
        best: tuple[float, int, str] | None = None
        for other, lines in self._gone.items():
            common = sum((own & lines).values())
            share = common / max(total, sum(lines.values()), 1)
            if share >= _SIMILAR or (not total and not lines):
                best = max(filter(None, (best, (share, common_end(path, other), other))))
        return best[2] if best else None

    @cached_property
    def _gone(self) -> dict[str, Counter[bytes]]:
        gone = sorted(self.old.files.keys() - self.new.files.keys())
        return {path: _lines(self.old.read(path)) for path in gone}

    def then(self, dotted: str, folder: str, hints: Sequence[str] = ()) -> str | None:
        """What a path was called; None where the older state has no such thing."""
        if self.old.has(dotted, folder):
            return dotted
        file, module, rest = self.new.split(dotted, folder)
        was = self.origin(file.path) if file is not None else None
        name_then = self._module(was, module) if was is not None else ""
        if was is not None and name_then and self.old.binds(was, rest):
            return _joined(name_then, rest)
        for hint in hints:
            if self.old.has(hint, folder) and not self.new.keeps(hint, folder, dotted):
                return hint
        if file is None or not rest:
            return self._by_folders(dotted, folder)
        if was is not None and name_then:
            found = self._in_file(was, file.path, rest)
            if found:
                return _joined(name_then, found)
        return self._anywhere(file.path, rest)

    def _module(self, path: str, module: str) -> str:
        """The name of the module that an old file was, most like the one that it is now."""
        return max(
            _names(self.old.files[path]),
            key=lambda one: common_end(one.replace(".", "/"), module.replace(".", "/")),
            default="",
        )

    def _by_folders(self, dotted: str, folder: str) -> str | None:
        """What a path would have been called where nothing is left of it but that its package was renamed."""
        back = {new: old for old, new in self.renamed().items()}
        found = translated(dotted, renamed_modules(back))
        return found if found != dotted else None

    def _in_file(self, was: str, path: str, name: str) -> str:
        """The definition of an old file that is another's by another name now; empty where that is not certain."""
        names = self.new.code.names(path) or ()
        bodies = self.new.body(path, name)
        same = {
            one
            for one, body in self.old.code.contents(was) or ()
            if body in bodies and one and one not in names
        }
        if len(same) == 1:
            return min(same)
        kind = self.new.kind(path, name)
        before, after = self.old.code.bound(was) or {}, self.new.code.bound(path) or {}
        lost = [one for one, what in before.items() if what == kind and not self.new.defines(path, one, name)]
        got = [one for one, what in after.items() if what == kind and one not in before]
        return lost[0] if kind and len(lost) == 1 and got == [name] else ""

    def _anywhere(self, path: str, name: str) -> str | None:
        """The only definition of that name and content that an old file had and has no more."""
        bodies = self.new.body(path, name)
        word = name.rpartition(".")[2].encode()
        found = []
        for other, file in self.old.files.items():
            is_candidate = word in (self.old.read(other) or b"") and bodies & self.old.body(other, name)
            if is_candidate and name not in (self.new.code.names(other) or ()) and file.module:
                found.append(_joined(file.module, name))
        return found[0] if len(found) == 1 else None


def _names(file: File) -> Iterator[str]:
    return (name for name in (file.module, *file.also) if name)


def _lines(data: bytes | None) -> Counter[bytes]:
    return Counter(line for line in (data or b"").split(b"\n") if line.strip())


def _joined(module: str, rest: str) -> str:
    return f"{module}.{rest}" if rest else module


def _tail(dotted: str) -> str:
    return dotted.rpartition(".")[2]


# Contracts.


def _contracts(
    both: _Both, folder: str, settings: Settings, older: Settings | None, names: dict[str, dict[str, str]]
) -> tuple[Contract, ...]:
    """The contracts of one settings file as they would have been; ``names`` grows by what was called otherwise."""
    before = {one.name: one for one in older.contracts} if older is not None else {}
    known = {one.name for one in settings.contracts}
    renamed = [one for name, one in before.items() if name not in known]
    new = [one.name for one in settings.contracts if one.name not in before]
    found = []
    for contract in settings.contracts:
        was = before.get(contract.name)
        if was is None and len(renamed) == len(new) == 1:
            was = renamed[0]
        then, changed = _then(both, folder, contract, was)
        found.append(then)
        if changed:
            names.setdefault(contract.name, {}).update(_renamed_names(changed))
    return tuple(found)


def _then(
    both: _Both, folder: str, contract: Contract, was: Contract | None
) -> tuple[Contract, dict[str, str]]:
    """A contract with what its symbols were called, and these names: now to then. One whose canonical symbol was not
    there is left as it is."""
    if not isinstance(contract, ClassContract):
        return contract, {}
    was = was if isinstance(was, ClassContract) else None
    canonical = both.then(contract.canonical, folder, [was.canonical] if was is not None else [])
    if canonical is None:
        return contract, {}
    then = {contract.canonical: canonical}

    def one(path: str, hints: Sequence[str] = ()) -> str | None:
        if path.startswith(f"{contract.canonical}.") and not both.old.has(path, folder):
            path_then = canonical + path[len(contract.canonical) :]
            return path_then if both.old.has(path_then, folder) else both.then(path, folder, hints)
        return both.then(path, folder, hints)

    factories = _each(contract.factories, was.factories if was is not None else (), one)
    then.update(factories)
    implementation = None
    if contract.implementation:
        own = [was.implementation or was.canonical] if was is not None else []
        implementation = one(contract.implementation, own)
        then[contract.implementation] = implementation or canonical
    changed = {now: path for now, path in then.items() if now != path}
    if not changed:
        return replace(contract, factories=tuple(factories.values())), {}
    return (
        replace(
            contract,
            canonical=canonical,
            implementation=implementation,
            factories=tuple(factories.values()),
            also_at=tuple(both.then(path, folder) or path for path in contract.also_at),
            build_in=tuple(both.then(path, folder) or path for path in contract.build_in),
            references=tuple(both.then(path, folder) or path for path in contract.references),
            retired=tuple(_retired(both, folder, contract.retired, changed)),
        ),
        changed,
    )


def _each(
    paths: Sequence[str], older: Sequence[str], then: Callable[[str, Sequence[str]], str | None]
) -> dict[str, str]:
    """What some factories were called. Those that only the newer and only the older settings name belong together where
    they are as many."""
    lost = [one for one in older if one not in paths]
    got = [one for one in paths if one not in older]
    pairs = dict(zip(got, lost, strict=True)) if len(lost) == len(got) else {}
    found = {}
    for path in paths:
        hints = [pairs[path]] if path in pairs else [one for one in lost if _tail(one) == _tail(path)]
        was = then(path, hints)
        if was is not None:
            found[path] = was
    return found


def _retired(both: _Both, folder: str, retired: Iterable[str], changed: Mapping[str, str]) -> Iterator[str]:
    """The retired names without those that were the right ones then."""
    were = set(changed.values())
    names = {_tail(path) for now, path in changed.items() if _tail(path) != _tail(now)}
    for pattern in retired:
        if "." not in pattern:
            if not any(fnmatchcase(name, pattern) for name in names):
                yield pattern
        elif not any(_is_retired(path, pattern) for path in were):
            plain = pattern.removesuffix(".*")
            was = both.then(plain, folder) if "*" not in plain else None
            yield (was or plain) + pattern[len(plain) :]


def _is_retired(path: str, pattern: str) -> bool:
    """Whether a path, or the module that it is in, is retired by a dotted pattern."""
    parts = path.split(".")
    return any(fnmatchcase(".".join(parts[:end]), pattern) for end in range(1, len(parts) + 1))


def _renamed_names(changed: Mapping[str, str]) -> dict[str, str]:
    """What became of names: then to now, whole paths and their last parts."""
    found = {path: now for now, path in changed.items()}
    found.update((_tail(path), _tail(now)) for now, path in changed.items() if _tail(path) != _tail(now))
    return found
