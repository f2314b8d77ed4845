"""Settings and what a run has seen → which recorded findings are fixed, and why that is not known of others.

A finding that is not found again is fixed only where the code has changed. It may be missing for other reasons: its
contract is no longer declared, does not hold or asks for less; its file cannot be read, or is left out; the run looked
at a part of the project. Nothing is known of such findings: a baseline that drops them as fixed would lose them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from typing import NamedTuple

from ssot_lint.findings.baseline_file import Recorded
from ssot_lint.model.contracts import Contract
from ssot_lint.model.rules import NEAR_COPY
from ssot_lint.model.wording import shown, suggestion
from ssot_lint.settings.members import DeclaredContract, Parts, contracts
from ssot_lint.settings.settings import Settings

_LENGTH = 8
"""Hexadecimal digits that tell one state of a contract from another."""

_ALL_FILES = ("src", "members", "exclude", "tests", "singletons", "duplicates", "similarity")
_SAID_ONLY = frozenset(("name", "reason", "suppressible"))


class Gap(NamedTuple):
    """Why nothing is known of a finding: a clause, with ``{}`` where the name of the file at fault goes, if there is
    one."""

    why: str
    file: str = ""


class Files(NamedTuple):
    """Functions that answer questions about files, by path. ``has``: whether the file is there, even if it is no part
    of the project. ``statements`` is as in ``Sources``. ``read`` gives the bytes, or None. ``unseen`` gives those of
    some missing files that git has never checked out."""

    has: Callable[[str], bool]
    statements: Callable[[str], Collection[tuple[str, str]] | None]
    read: Callable[[str], bytes | None]
    unseen: Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True)
class Reach:
    """How far a run over a whole project reaches. ``paths`` are the files that were judged, ``broken`` those that could
    not be parsed. ``faults`` are as in ``suppress.at_fault``; ``found_by`` has digests of the settings that recorded
    findings were found by, as in ``declared``."""

    settings: Settings
    paths: Collection[str]
    broken: Collection[str]
    faults: Mapping[tuple[str, str], str]
    files: Files
    found_by: Mapping[str, Collection[str]]

    def gaps(self, missing: Iterable[Recorded]) -> list[Gap | None]:
        """For each recorded finding that was not found again, why nothing is known of it; None where it is fixed."""
        missing = list(missing)
        gone = {one.path for one in missing if one.path not in self.paths and not self.files.has(one.path)}
        unseen = self.files.unseen(gone) if gone else ()
        return [self._gap(one, unseen) for one in missing]

    def _gap(self, one: Recorded, unseen: Collection[str]) -> Gap | None:
        if not self.paths:
            return Gap("there are no Python files")
        return self._of_contract(one) or self._of_file(one, unseen) or self._elsewhere(one)

    def _of_contract(self, one: Recorded) -> Gap | None:
        if not one.contract:
            settings = self._parts.of(one.path).settings
            key = "duplicates" if one.code == NEAR_COPY else "singletons"
            return None if getattr(settings, key) == "all" else Gap(f'`{key}` is not "all"')
        held = self._held[self._parts.folder(one.path)]
        found = held.get(one.contract)
        if found is None:
            near = suggestion(one.contract, held)
            return _of(one.contract, f"is not declared{near}")
        fault = self.faults.get(self._declaration(found))
        if fault:
            return _of(one.contract, f"does not hold: see {fault}")
        off = _off(found.contract, one.code)
        return _of(one.contract, off) if off else None

    def _of_file(self, one: Recorded, unseen: Collection[str]) -> Gap | None:
        if one.path in self.broken:
            return Gap(_BROKEN, one.path)
        if one.path in unseen:
            return Gap("git has not checked out {}", one.path)
        if one.path not in self.paths and self.files.has(one.path):
            return Gap("the project leaves out {}", one.path)
        return None

    def _elsewhere(self, one: Recorded) -> Gap | None:
        """Why a finding may be missing though its file and its contract are judged: its code may have gone to a file
        that cannot be parsed; or the code is the same, and the settings or a broken file make the difference."""
        if not self._is_still_there(one):
            moved = next((path for path in sorted(self.broken) if self._may_hold(path, one)), "")
            return Gap(_BROKEN, moved) if moved else None
        for name, gap in (
            (one.contract, _of(one.contract, "is declared otherwise since")),
            ("", _OTHER_FILES),
        ):
            now = {self._declared.get(name, "")}
            if self.found_by.get(name, now) != now:
                return gap
        return Gap(_BROKEN, min(self.broken)) if self.broken else None

    def _is_still_there(self, one: Recorded) -> bool:
        if one.path not in self.paths:
            return False
        statements = self.files.statements(one.path)
        return statements is None or (one.around.definition, one.around.statement) in statements

    def _may_hold(self, path: str, one: Recorded) -> bool:
        """Whether the code of a finding may have gone to a file that cannot be parsed."""
        text = (self.files.read(path) or b"").decode("utf-8", "replace")
        names = [one.spelled.rpartition(".")[2], one.around.definition.rpartition(".")[2]]
        return all(re.search(rf"\b{re.escape(name)}\b", text) for name in names if name)

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self.settings)

    @cached_property
    def _held(self) -> dict[str, dict[str, DeclaredContract]]:
        return {
            folder: {one.contract.name: one for one in held}
            for folder, held in contracts(self.settings).items()
        }

    @cached_property
    def _declared(self) -> dict[str, str]:
        return declared(self.settings)

    def _declaration(self, held: DeclaredContract) -> tuple[str, str]:
        name = held.contract.name.partition("@")[0]
        part = self._parts.by_folder.get(held.owner, self._parts.root)
        return part.outside(part.settings.sources.get(f"contracts.{name}", part.settings.file.name)), name


_BROKEN = "{} cannot be parsed"
_OTHER_FILES = Gap(f"{', '.join(f'`{name}`' for name in _ALL_FILES)} are not what they were")


def _of(contract: str, what: str) -> Gap:
    return Gap(f"the contract {shown(contract)} {what}".replace("{", "{{").replace("}", "}}"))


def _off(contract: Contract, code: str) -> str:
    """Why a contract does not ask for a code; empty where it does."""
    return next((why for prefix, why in contract.left_off.items() if code.startswith(prefix)), "")


def renamed(settings: Settings, recorded: Iterable[Recorded]) -> dict[str, str]:
    """The contracts that have another name now, old names to new. An old name is that of recorded findings, and is not
    declared; the new name is the only one that is declared about the same symbol and has no recorded findings."""
    symbols: dict[str, set[str]] = {}
    for entry in recorded:
        symbols.setdefault(entry.contract, set()).add(entry.symbol)
    names: dict[str, set[str]] = {}
    for one in {one.contract for held in contracts(settings).values() for one in held}:
        names.setdefault(one.symbol, set()).add(one.name)
    known = set().union(*names.values())
    found = {}
    for name in sorted(symbols.keys() - known - {""}):
        now = set().union(*(names.get(symbol, ()) for symbol in symbols[name]))
        if len(now) == 1 and not now & symbols.keys():
            found[name] = min(now)
    return {old: new for old, new in found.items() if [*found.values()].count(new) == 1}


def declared(settings: Settings) -> dict[str, str]:
    """A digest of the declaration of each contract, by its name; under the empty name, of the settings that say which
    files are judged, and by which names. Keys with their default do not count, so a new key changes no digest."""
    parts = Parts(settings)
    said: dict[str, set[str]] = {}
    for folder, held in contracts(settings).items():
        for one in held:
            said.setdefault(one.contract.name, set()).add(_in_short(_given(one.contract)))
        own = parts.by_folder.get(folder, parts.root).settings
        files = [(name, value) for name, value in _given(own) if name in _ALL_FILES]
        said.setdefault("", set()).add(_in_short((folder, files)))
    return {name: _in_short(sorted(all_of)) for name, all_of in said.items()}


def _given(one: object) -> list[tuple[str, object]]:
    """The fields of a contract, or of settings, that decide what is found and are not at their default."""
    found = []
    for field in fields(one):  # type: ignore[arg-type]
        value = getattr(one, field.name)
        if field.name not in _SAID_ONLY and (field.default is MISSING or value != field.default):
            found.append((field.name, value))
    return found


def _in_short(said: object) -> str:
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
