"""A project that was judged, with all that reports need to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ssot_lint.cli.check.owned import OwnersOf
from ssot_lint.engine.report import Report
from ssot_lint.model.finding import Counts, Finding
from ssot_lint.sources.projects import Selection
from ssot_lint.sources.tree import Tree


@dataclass(frozen=True, slots=True)
class Run:
    """A project, the state of it that was judged, what the engine says of it, which findings of that are reported, and
    who owns what. ``change`` and ``followers`` are as in ``since.Since``, where two states were compared."""

    project: Selection
    tree: Tree
    report: Report
    findings: Sequence[Finding]
    owners_of: OwnersOf
    change: Counts | None = None
    followers: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
