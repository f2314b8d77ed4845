"""Two states of a project → what the symbols of its contracts were called in the older one.

A contract names its symbols as they are called now. Where a change has moved or renamed a symbol, the older state has
it under another path, and the contract says nothing about that path: all that was there before would count as new.
These say, in this order, what a path was called then:

1. the older state itself, where it has the path;
2. its file, under the name that this had before it was renamed (see ``ancestry``);
3. the older settings, where the older state has what they name, and the newer one has not;
4. its content: the only definition that is the same but for its name and place, or the only definition that the file
   has lost, where this is the only one that it has gained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import NamedTuple

from ssot_lint.findings.comparison.ancestry import Ancestry, Codebase
from ssot_lint.findings.comparison.difference import NOTHING, Hints
from ssot_lint.findings.comparison.renames import tail
from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.errors import ConfigError, Unreadable
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.settings.documents import MAX_BYTES
from ssot_lint.settings.members import ROOT
from ssot_lint.settings.settings import FILE, PYPROJECT, Member, Settings
from ssot_lint.sources.tree import Tree


class Former(NamedTuple):
    """``settings`` name the symbols as the older state calls them; ``hints`` say what became of these names, and of
    files."""

    settings: Settings
    hints: Hints


def former(settings: Settings, old: Tree, new: Tree) -> Former:
    """The settings with the names that symbols and folders have in the older state."""
    older = _older(settings, old)
    then = _fitting(settings, older, old)
    ancestry = Ancestry(Codebase(then, old), Codebase(settings, new))
    names: dict[str, dict[str, str]] = {}
    contracts = _contracts(ancestry, ROOT, settings, older, names)
    members = []
    for member in then.workspace:
        own = member.settings
        if own is not None:
            its_older = _older(own, old.below(member.folder))
            its_own = _contracts(ancestry, member.folder, own, its_older, names)
            own = replace(own, contracts=its_own)
        members.append(Member(member.folder, own))
    then = replace(then, contracts=contracts, workspace=tuple(members))
    return Former(then, Hints(names, ancestry.renamed()) if names else NOTHING)


def redeclared(settings: Settings, old: Tree) -> set[str]:
    """The names of the contracts that the older settings declare otherwise, or not at all."""
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

    def extended(file: object) -> bytes:
        path = old.resolve(str(file)[len(str(settings.root)) + 1 :])
        if path is None:
            raise Unreadable("lies elsewhere")
        return old.read(path, MAX_BYTES)

    for name in (settings.file.name, FILE, PYPROJECT):
        with suppress(ConfigError, Unreadable):
            text = old.read(name, MAX_BYTES)
            return loading.parse(text, settings.root / name, codes=CODES, read=extended)
    return None


def _fitting(settings: Settings, older: Settings | None, old: Tree) -> Settings:
    """The settings with roots of imports that the older state has."""
    if settings.src is None or all(old.is_folder(one) or one in ("", ".") for one in settings.src):
        return settings
    return replace(settings, src=older.src if older is not None else None)


# Contracts.


def _contracts(
    ancestry: Ancestry,
    folder: str,
    settings: Settings,
    older: Settings | None,
    names: dict[str, dict[str, str]],
) -> tuple[Contract, ...]:
    """The contracts of one settings file, with the names that symbols had. ``names`` takes up what was called
    otherwise."""
    before = {one.name: one for one in older.contracts} if older is not None else {}
    known = {one.name for one in settings.contracts}
    renamed = [one for name, one in before.items() if name not in known]
    new = [one.name for one in settings.contracts if one.name not in before]
    found = []
    for contract in settings.contracts:
        was = before.get(contract.name)
        if was is None and len(renamed) == len(new) == 1:
            was = renamed[0]
        then, changed = _then(ancestry, folder, contract, was)
        found.append(then)
        if changed:
            names.setdefault(contract.name, {}).update(_renamed_names(changed))
    return tuple(found)


def _then(
    ancestry: Ancestry, folder: str, contract: Contract, was: Contract | None
) -> tuple[Contract, dict[str, str]]:
    """A contract with the names that its symbols had, and these names: now to then. It stays as it is where its
    canonical symbol was not there."""
    if not isinstance(contract, ClassContract):
        return contract, {}
    was = was if isinstance(was, ClassContract) else None
    canonical = ancestry.then(contract.canonical, folder, [was.canonical] if was is not None else [])
    if canonical is None:
        return contract, {}
    then = {contract.canonical: canonical}

    def one(path: str, hints: Sequence[str] = ()) -> str | None:
        if path.startswith(f"{contract.canonical}.") and not ancestry.old.has(path, folder):
            path_then = canonical + path[len(contract.canonical) :]
            return path_then if ancestry.old.has(path_then, folder) else ancestry.then(path, folder, hints)
        return ancestry.then(path, folder, hints)

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
            also_at=tuple(ancestry.then(path, folder) or path for path in contract.also_at),
            build_in=tuple(ancestry.then(path, folder) or path for path in contract.build_in),
            references=tuple(ancestry.then(path, folder) or path for path in contract.references),
            retired=tuple(_retired(ancestry, folder, contract.retired, changed)),
        ),
        changed,
    )


def _each(
    paths: Sequence[str], older: Sequence[str], then: Callable[[str, Sequence[str]], str | None]
) -> dict[str, str]:
    """What some factories were called. Where the newer settings name as many other factories as the older ones, these
    are taken for the same, in their order."""
    lost = [one for one in older if one not in paths]
    got = [one for one in paths if one not in older]
    pairs = dict(zip(got, lost, strict=True)) if len(lost) == len(got) else {}
    found = {}
    for path in paths:
        hints = [pairs[path]] if path in pairs else [one for one in lost if tail(one) == tail(path)]
        was = then(path, hints)
        if was is not None:
            found[path] = was
    return found


def _retired(
    ancestry: Ancestry, folder: str, retired: Iterable[str], changed: Mapping[str, str]
) -> Iterator[str]:
    """The retired names without those that were right then."""
    were = set(changed.values())
    names = {tail(path) for now, path in changed.items() if tail(path) != tail(now)}
    for pattern in retired:
        if "." not in pattern:
            if not any(fnmatchcase(name, pattern) for name in names):
                yield pattern
        elif not any(_is_retired(path, pattern) for path in were):
            plain = pattern.removesuffix(".*")
            was = ancestry.then(plain, folder) if "*" not in plain else None
            yield (was or plain) + pattern[len(plain) :]


def _is_retired(path: str, pattern: str) -> bool:
    """Whether a path, or the module that it is in, is retired by a dotted pattern."""
    return any(fnmatchcase(one, pattern) for one in beginnings(path))


def _renamed_names(changed: Mapping[str, str]) -> dict[str, str]:
    """What became of names: then to now, whole paths and their last parts."""
    found = {path: now for now, path in changed.items()}
    found.update((tail(path), tail(now)) for now, path in changed.items() if tail(path) != tail(now))
    return found
