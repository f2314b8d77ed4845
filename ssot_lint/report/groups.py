"""Findings → groups of them, by owner, contract, code, folder or file. Pure; the only place that groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ssot_lint.model.finding import Finding
from ssot_lint.report import Grouping
from ssot_lint.report.view import View


@dataclass(frozen=True, slots=True)
class Group:
    """The findings that share a ``name``, at least one, in the order of the report. The name is empty for findings
    without an owner or a contract."""

    name: str
    findings: tuple[Finding, ...]


def grouped(view: View) -> tuple[Group, ...]:
    """The groups that ``view.group_by`` asks for, the largest first, then by name, the group without a name last.

    The findings of a file with several owners are in the group of each owner. So groups of owners may overlap; other
    groups never do.
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


_BY: Mapping[Grouping, Callable[[View, Finding], tuple[str, ...]]] = MappingProxyType(
    {
        "owner": _owners,
        "contract": lambda _, finding: (finding.contract,),
        "code": lambda _, finding: (finding.code,),
        "directory": lambda _, finding: (finding.path.rpartition("/")[0] or ".",),
        "file": lambda _, finding: (finding.path,),
    }
)
