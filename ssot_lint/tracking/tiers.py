"""Findings of a state → who takes each of them away: ``fix``, ``fix --unsafe-fixes``, or a person.

The repairs are done in memory, as ``fix`` would do them, with all its promises: what is said here is what happens. Of
very many findings the repairs are only planned: one that would break a promise, or collide with another, is not seen.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from ssot_lint.cache.resident import Resident
from ssot_lint.cache.store import Store
from ssot_lint.engine import run
from ssot_lint.engine.fix import FixOptions, fix
from ssot_lint.engine.run import own_folder
from ssot_lint.findings.baseline_file import NONE
from ssot_lint.model.finding import Finding, Fix
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.disk import Disk
from ssot_lint.sources.tree import Tree
from ssot_lint.tracking.progress import StepTier

MOST = 500
"""Of more findings than this the repairs are planned and not tried: each pass judges what they change."""

LARGE = 3000
"""So it is in a project of more files than this."""


def tiers(
    settings: Settings,
    findings: Sequence[Finding],
    how: RunOptions,
    tree: Tree | None = None,
    mentions: Callable[[str], str] = lambda path: "",
    *,
    is_large: bool = False,
) -> dict[Finding, StepTier]:
    """The tier of each finding; they are all that some contracts have."""
    contracts = {one.contract for one in findings}
    if is_large or len(findings) > MOST:
        return _planned(settings, findings, how, tree)
    wanted = FixOptions(
        frozenset(["safe", "unsafe"]), removes_shims=True, chosen=lambda one: one.contract in contracts
    )
    folder = (how.folder or own_folder(settings.root)) if how.cache else None
    with contextlib.closing(Store(folder)) as store:
        # Nothing of what would come of the repairs may be remembered as if it were there.
        done = fix(
            settings,
            tree or Disk(os.path.realpath(settings.root)),
            wanted,
            mentions=mentions,
            how=how,
            store=Resident(store),
        )
    gone = [(one, _tier(one)) for one in done.done]
    left = [(one, _once_free(one.fix)) for one in done.left]
    found: dict[Finding, StepTier] = {}
    # What one repair changes may give another finding another spelling: so what is alike goes before what is like it.
    for key in (_key, _roughly):
        for some in (gone, left):
            _assign(found, findings, some, key)
    # The rest has gone with what a repair of something else has changed.
    return {one: found.get(one, "unsafe") for one in findings}


def _planned(
    settings: Settings, findings: Sequence[Finding], how: RunOptions, tree: Tree | None
) -> dict[Finding, StepTier]:
    report = run.check(settings, how=replace(how, fixes=True), tree=tree, baseline=NONE)
    fixes = {one._replace(fix=None): one.fix for one in report.findings}
    return {one: _of_plan(fixes.get(one._replace(fix=None))) for one in findings}


def _of_plan(fix: Fix | None) -> StepTier:
    if fix is None:
        return "person"
    return _once_free(fix) if fix.tier == "display" else "safe" if fix.tier == "safe" else "unsafe"


def _once_free(fix: Fix | None) -> StepTier:
    """Who takes away what cannot be repaired now: a shim goes when nobody takes anything from it any more, and
    by then ``fix`` removes it."""
    return "unsafe" if fix is not None and fix.awaited else "person"


def _tier(done: Finding) -> StepTier:
    return "safe" if done.fix is not None and done.fix.tier == "safe" else "unsafe"


def _assign(
    found: dict[Finding, StepTier],
    findings: Sequence[Finding],
    some: list[tuple[Finding, StepTier]],
    key: Callable[[Finding], tuple[str, ...]],
) -> None:
    """Gives findings without a tier that of what became of them. Each of ``some`` is one of them, and is taken out."""
    by_key: defaultdict[tuple[str, ...], list[tuple[Finding, StepTier]]] = defaultdict(list)
    for one in some:
        by_key[key(one[0])].append(one)
    for finding in findings:
        own = by_key[key(finding)]
        if finding not in found and own:
            taken = own.pop(0)
            some.remove(taken)
            found[finding] = taken[1]


def _roughly(finding: Finding) -> tuple[str, ...]:
    return finding.path, finding.code, finding.contract


def _key(finding: Finding) -> tuple[str, ...]:
    return finding.path, finding.code, finding.contract, finding.scope, finding.spelled
