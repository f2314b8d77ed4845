"""A judged project, with everything that reports need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ssot_lint.cli.check.owned import OwnersOf
from ssot_lint.engine.report import Report
from ssot_lint.model.finding import Counts, Finding
from ssot_lint.sources.projects import Selection
from ssot_lint.sources.tree import Tree


class Run(NamedTuple):
    """A project, the judged state of it, the engine's report, the findings of it that are shown, the owners of files.
    ``change`` and ``followers`` are as in ``since.Since``, where two states were compared."""

    project: Selection
    tree: Tree
    report: Report
    findings: Sequence[Finding]
    owners_of: OwnersOf
    change: Counts | None = None
    followers: Mapping[str, tuple[Finding, ...]] = MappingProxyType({})
