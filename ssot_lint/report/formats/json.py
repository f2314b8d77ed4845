"""Findings → JSON for programs, as ``docs/json.md`` explains and ``findings.schema.json`` defines it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict

import ssot_lint
from ssot_lint.model.finding import Finding
from ssot_lint.report.view import View, rows
from ssot_lint.settings.fields import printable

VERSION = 1
"""Grows when a program that reads the output could break: a key goes, or changes its meaning."""

_SURROGATE = re.compile("[\ud800-\udfff]")


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


def dumps(value: object, indent: int | None = None) -> str:
    """JSON in ASCII, of which no terminal and no log makes anything else. Lone surrogates, which have no place in JSON
    that everyone can read, are escaped."""
    text = json.dumps(value, allow_nan=False, indent=indent)
    if "\\ud" in text:
        # Each surrogate is escaped by now, those too that are half of a character.
        text = json.dumps(_whole(value), allow_nan=False, indent=indent)
    # These stand in strings only. Where two number signs meet a service may look for a command.
    return text.replace("##", r"#\u0023").replace("\x7f", r"\u007f")


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
    return {row.code: row.count for row in sorted(rows(findings), key=lambda row: row.code)}


def _groups(view: View) -> list[dict[str, object]]:
    from ssot_lint.report.groups import grouped

    return [
        {"name": group.name, "findings": len(group.findings), "by_code": _by_code(group.findings)}
        for group in grouped(view)
    ]


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub(lambda found: printable(found[0]), value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole(item) for item in value]
    return value
