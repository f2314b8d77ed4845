"""Findings → groups of them, by owner, contract, code, folder or file. Pure; the only place that groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ssot_lint.model.finding import Finding
from ssot_lint.report.view import View


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that have ``name`` in common, in the order of the report; there is at least one. The name is empty
    for those that have no owner, or belong to no contract."""

    name: str
    findings: tuple[Finding, ...]


def grouped(view: View) -> tuple[Group, ...]:
    """The groups that ``view.group_by`` asks for, the one with most findings first, then by name, what has none last.

    A file with several owners is in the group of each, so that each sees all that is his: groups of owners may
    overlap, all others never do.
    """
    names_of = _BY[view.group_by]
    found: dict[str, list[Finding]] = {}
    for finding in view.findings:
        for name in names_of(view, finding):
            found.setdefault(name, []).append(finding)
    groups = (Group(name, tuple(findings)) for name, findings in found.items())
    return tuple(sorted(groups, key=lambda group: (-len(group.findings), not group.name, group.name)))


def _owners(view: View, finding: Finding) -> tuple[str, ...]:
    return view.owners.get(finding.path) or ("",)


_BY: Mapping[str, Callable[[View, Finding], tuple[str, ...]]] = MappingProxyType(
    {
        "owner": _owners,
        "contract": lambda _, finding: (finding.contract,),
        "code": lambda _, finding: (finding.code,),
        "directory": lambda _, finding: (finding.path.rpartition("/")[0] or ".",),
        "file": lambda _, finding: (finding.path,),
    }
)
