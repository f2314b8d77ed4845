"""A contract without findings → what is written so that it stays so: its retired names, and a baseline without it.

Nothing is written here, and nothing is to be written while a finding is left.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ssot_lint.discovery.declared.editing import with_retired
from ssot_lint.discovery.declared.variants import with_contract
from ssot_lint.engine import run
from ssot_lint.findings import baseline_file
from ssot_lint.findings.baseline_file import NONE, Baseline, Recorded
from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.wording import relative
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import writing
from ssot_lint.sources.writing import FileEdit

_OF_NAMES = "SOT1"


class Guarded(NamedTuple):
    """``left`` are the findings of the contract: while there is one, nothing else is here. ``removed`` are the entries
    that leave the baseline, ``retired`` the names that settings now retire, ``kept`` further former names that cannot
    be retired as something else bears them."""

    left: tuple[Finding, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    removed: tuple[Recorded, ...] = ()
    retired: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def guard(settings: Settings, contract: Contract, note: str, how: RunOptions) -> Guarded:
    """``note`` is the comment on each retired name: a date and a reason. Unusable where a file cannot be edited."""
    report = run.check(settings, how=how, baseline=NONE)
    left = tuple(one for one in report.findings if one.contract == contract.name)
    if left:
        return Guarded(left)
    file = baseline_file.place(settings)
    found = baseline_file.read(file) if file else NONE
    removed = tuple(one for one in found.entries if one.contract == contract.name)
    edits, retired, kept = [], [], []
    if isinstance(contract, ClassContract):
        names = former_names(contract, removed)
        retired = _retirable(settings, contract, names, how)
        kept = [one for one in names if one not in retired]
        if retired or contract.retired:
            edits.append(_settings(settings, contract, retired, note))
    if removed:
        edits.append(_baseline(settings, found, removed))
    return Guarded((), tuple(edits), removed, tuple(retired), tuple(kept))


def former_names(contract: ClassContract, entries: Sequence[Recorded]) -> list[str]:
    """The names that recorded findings speak of and that are not the symbol's own: bare where the name is another,
    dotted where it had the symbol's name in another module."""
    own = {contract.canonical, contract.implementation or "", *contract.also_at}
    bare = {one.rpartition(".")[2] for one in own}
    found: dict[str, None] = {}
    for one in entries:
        if one.code.startswith(_OF_NAMES) and one.spelled and one.spelled not in own:
            name = one.spelled.rpartition(".")[2]
            word = name if name not in bare else one.spelled
            if "." in word or word not in bare:
                found.setdefault(word)
    return [one for one in found if one not in contract.retired]


def _retirable(
    settings: Settings, contract: ClassContract, names: Sequence[str], how: RunOptions
) -> list[str]:
    """Those of some names that nothing in the project bears any more."""

    def is_clean(further: Sequence[str]) -> bool:
        changed = replace(contract, retired=(*contract.retired, *further))
        found = run.check(with_contract(settings, changed), how=replace(how, cache=False), baseline=NONE)
        return not any(one.contract == contract.name for one in found.findings)

    if not names or is_clean(names):
        return [*names]
    return [one for one in names if is_clean([one])]


def _settings(settings: Settings, contract: Contract, retired: Sequence[str], note: str) -> FileEdit:
    """The file that declares the contract, with its retired names."""
    label = settings.sources.get(f"contracts.{contract.name}", settings.label)
    file = Path(os.path.normpath(settings.root / label))
    rows = [(one, note) for one in (*contract.named("retired"), *retired)]
    return writing.planned(
        file,
        relative(file, os.getcwd()),
        lambda old: with_retired(old or b"", file.name, contract.name, rows),
    )


def _baseline(settings: Settings, found: Baseline, removed: Sequence[Recorded]) -> FileEdit:
    gone = set(removed)
    left = [one for one in found.entries if one not in gone]
    told = {
        name: found.found_by.get(name, frozenset()) for name in sorted({"", *(one.contract for one in left)})
    }
    text = baseline_file.render(left, found.body, told)
    file = Path(found.file)
    return writing.planned(file, relative(file, os.getcwd()), lambda _: text.encode())


__all__ = ["Guarded", "former_names", "guard"]
