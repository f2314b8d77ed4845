"""Findings → JSON for programs, as ``docs/json.md`` explains and ``findings.schema.json`` defines it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import ssot_lint
from ssot_lint.model.finding import Finding, Fix
from ssot_lint.report.json_text import dumps
from ssot_lint.report.view import View, rows

VERSION = 1
"""Grows when a program that reads the output could break: a key goes, or changes its meaning."""


def render(view: View) -> str:
    """The document, with each finding on a line of its own."""
    tool = {"name": "ssot-lint", "version": ssot_lint.__version__}
    findings = ",".join(f"\n    {dumps(data(finding, view))}" for finding in view.findings)
    end = "\n  " if findings else ""
    return (
        "{\n"
        f'  "version": {VERSION},\n'
        f'  "tool": {dumps(tool)},\n'
        f'  "root": {dumps(view.base)},\n'
        f'  "findings": [{findings}{end}],\n'
        f'  "summary": {dumps(_summary(view))}\n'
        "}\n"
    )


def lines(view: View) -> str:
    """``jsonl``: an object for each finding, on a line of its own, with the same keys."""
    return "".join(f"{dumps(data(finding, view))}\n" for finding in view.findings)


def data(finding: Finding, view: View) -> dict[str, object]:
    """A finding as JSON has it."""
    span = finding.span
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "path": finding.path,
        "line": max(span.line, 1),
        "column": span.column + 1,
        "end_line": max(span.end_line, 1),
        "end_column": span.end_column + 1,
        "severity": finding.severity,
        "contract": finding.contract,
        "symbol": finding.symbol,
        "spelled": finding.spelled,
        "resolved": finding.resolved,
        "module": finding.module,
        "scope": finding.scope,
        "chain": [{"path": hop.path, "line": max(hop.line, 1), "text": hop.text} for hop in finding.chain],
        "advice": finding.advice,
        "reason": finding.reason,
        "fingerprint": finding.fingerprint,
        "suppressible": finding.suppressible,
        "owners": list(view.owners.get(finding.path, ())),
        "followers": [
            {
                "code": one.code,
                "path": one.path,
                "line": max(one.span.line, 1),
                "fingerprint": one.fingerprint,
            }
            for one in view.followers.get(finding.fingerprint, ())
        ],
        "fix": _fix(finding.fix),
    }


def _fix(fix: Fix | None) -> dict[str, object] | None:
    """A fix in the shape that ruff gives it, with the path of each edit."""
    if fix is None:
        return None
    return {
        "applicability": fix.tier,
        "message": fix.message,
        "edits": [
            {
                "path": edit.path,
                "content": edit.text,
                "location": {"row": edit.span.line, "column": edit.span.column + 1},
                "end_location": {"row": edit.span.end_line, "column": edit.span.end_column + 1},
            }
            for edit in fix.edits
        ],
        "removes": list(fix.removes),
        "retires": list(fix.retires),
    }


def _summary(view: View) -> dict[str, object]:
    levels = [finding.severity for finding in view.findings]
    return {
        "findings": len(levels),
        "errors": levels.count("error"),
        "warnings": levels.count("warning"),
        "infos": levels.count("info"),
        "files": view.files,
        "indexed": view.indexed,
        "by_code": _by_code(view.findings),
        "group_by": view.group_by,
        "groups": _groups(view) if view.group_by else [],
        "change": {"since": view.since, **asdict(view.change)} if view.change is not None else None,
    }


def _by_code(findings: Iterable[Finding]) -> dict[str, int]:
    return {row.code: row.times for row in sorted(rows(findings), key=lambda row: row.code)}


def _groups(view: View) -> list[dict[str, object]]:
    from ssot_lint.report.groups import grouped

    return [
        {"name": group.name, "findings": len(group.findings), "by_code": _by_code(group.findings)}
        for group in grouped(view)
    ]
