"""Findings → a JUnit report: a suite for each file, a case for each finding; without findings one case that passes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from ssot_lint.model.finding import Finding
from ssot_lint.report.lines import notes
from ssot_lint.report.view import View
from ssot_lint.report.xml_text import add, document

_PASSES = "info"
"""The severity that is no failure. A warning is a failure, as in other linters' reports."""


def render(view: View) -> str:
    """The report. It has no times: it is the same for the same findings."""
    failures = _failures(view.findings)
    root = add(
        None, "testsuites", name="ssot-lint", tests=max(len(view.findings), 1), failures=failures, errors=0
    )
    for path, grouped in groupby(view.findings, key=lambda finding: finding.path):
        found = list(grouped)
        suite = _suite(root, path, len(found), _failures(found))
        for finding in found:
            _case(suite, finding)
    if not view.findings:
        add(_suite(root, "ssot-lint", 1, 0), "testcase", name="no findings", classname="ssot-lint")
    return document(root)


def _failures(findings: Sequence[Finding]) -> int:
    return sum(finding.severity != _PASSES for finding in findings)


def _suite(root: Element, name: str, tests: int, failures: int) -> Element:
    return add(root, "testsuite", name=name, tests=tests, failures=failures, errors=0, skipped=0)


def _case(suite: Element, finding: Finding) -> None:
    line, column = max(finding.span.line, 1), finding.span.column + 1
    case = add(
        suite,
        "testcase",
        name=f"{finding.code} {finding.name} {line}:{column}",
        classname=finding.path,
        file=finding.path,
        line=line,
    )
    said = "\n".join([f"{finding.path}:{line}:{column}: {finding.message}", *notes(finding)])
    if finding.severity == _PASSES:
        add(case, "system-out", said)
    else:
        add(case, "failure", said, message=finding.message, type_=f"{finding.severity} {finding.code}")
