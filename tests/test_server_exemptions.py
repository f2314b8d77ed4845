"""The comment that excuses a finding, where a comment is there already."""

from __future__ import annotations

import pytest

from ssot_lint.engine.repairs import exemption
from ssot_lint.fixes.source import FileText
from ssot_lint.model.finding import Finding, Span


@pytest.mark.parametrize(
    ("comment", "result"),
    [
        ("# ssot: allow[]", "# ssot: allow[SOT201] <reason>"),
        ("# ssot: allow[ ] why", "# ssot: allow[SOT201] why"),
        ("# ssot: allow[SOT301]", "# ssot: allow[SOT301, SOT201] <reason>"),
        ("# ssot: allow[SOT301,] -", "# ssot: allow[SOT301, SOT201] <reason> -"),
        ("# ssot: allow[SOT301] why", "# ssot: allow[SOT301, SOT201] why"),
    ],
)
def test_a_code_more_and_the_reason_that_is_missing(comment: str, result: str) -> None:
    data = f"x = Hub()  {comment}\n".encode()
    finding = Finding("SOT201", "direct-construction", "", "a.py", Span(1, 4, 1, 9))
    remedy = exemption(finding, data)
    assert remedy is not None
    assert FileText("a.py", data).edited(remedy.edits["a.py"]).decode() == f"x = Hub()  {result}\n"
