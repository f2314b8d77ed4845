"""Findings → a JUnit report: a suite for each file, a case for each finding, and one that passes when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ssot_lint.model.finding import Finding
from ssot_lint.report.formats.xml import HEADER, tag, text
from ssot_lint.report.lines import notes
from ssot_lint.report.view import View

_PASSES = "info"
"""The severity that is no failure. What is a warning fails, as in other linters."""


def render(view: View) -> str:
    """The report. It has no times: it is the same for the same findings."""
    suites = [
        _suite(path, list(found)) for path, found in groupby(view.findings, key=lambda finding: finding.path)
    ] or [_clean()]
    head = tag(
        "testsuites",
        name="ssot-lint",
        tests=max(len(view.findings), 1),
        failures=_failures(view.findings),
        errors=0,
    )
    return f"{HEADER}<{head}>\n{''.join(suites)}</testsuites>\n"


def _failures(findings: Sequence[Finding]) -> int:
    return sum(finding.severity != _PASSES for finding in findings)


def _suite(path: str, findings: Sequence[Finding]) -> str:
    head = tag("testsuite", name=path, tests=len(findings), failures=_failures(findings), errors=0, skipped=0)
    return f"  <{head}>\n{''.join(map(_case, findings))}  </testsuite>\n"


def _clean() -> str:
    head = tag("testsuite", name="ssot-lint", tests=1, failures=0, errors=0, skipped=0)
    case = tag("testcase", name="no findings", classname="ssot-lint")
    return f"  <{head}>\n    <{case}/>\n  </testsuite>\n"


def _case(finding: Finding) -> str:
    line, column = max(finding.span.line, 1), finding.span.column + 1
    head = tag(
        "testcase",
        name=f"{finding.code} {finding.name} {line}:{column}",
        classname=finding.path,
        file=finding.path,
        line=line,
    )
    said = "\n".join([f"{finding.path}:{line}:{column}: {finding.message}", *notes(finding)])
    if finding.severity == _PASSES:
        body = f"<system-out>{text(said)}</system-out>"
    else:
        outcome = tag("failure", message=finding.message, type_=f"{finding.severity} {finding.code}")
        body = f"<{outcome}>{text(said)}</failure>"
    return f"    <{head}>\n      {body}\n    </testcase>\n"
