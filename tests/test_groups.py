"""Findings put into groups, and the table of groups and codes in terminals of any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import CODES
from ssot_lint.report import GROUPINGS, renderer
from ssot_lint.report.groups import grouped
from ssot_lint.report.lines import table
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import View

NOTHING = Paint(False)


def finding(path: str, code: str = "SOT101", contract: str = "room") -> Finding:
    return Finding(code, CODES[code], "message", path, Span(1, 0, 1, 1), contract=contract)


def view(
    *findings: Finding, by: str, width: int = 120, owners: Mapping[str, tuple[str, ...]] | None = None
) -> View:
    return View(
        findings=findings,
        files=1,
        indexed=1,
        source=lambda path: None,
        group_by=by,
        width=width,
        owners=owners or {},
    )


FOUND = (
    finding("a/x.py"),
    finding("a/y.py", "SOT201"),
    finding("b.py", "SOT201", "hall"),
    finding("pyproject.toml", "SOT904", ""),
)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("owner", {"@a": [0, 1], "@b": [1], "": [2, 3]}),
        ("contract", {"room": [0, 1], "hall": [2], "": [3]}),
        ("code", {"SOT201": [1, 2], "SOT101": [0], "SOT904": [3]}),
        ("directory", {"a": [0, 1], ".": [2, 3]}),
        ("file", {"a/x.py": [0], "a/y.py": [1], "b.py": [2], "pyproject.toml": [3]}),
    ],
)
def test_groups(by: str, expected: dict[str, list[int]]) -> None:
    shown = view(*FOUND, by=by, owners={"a/x.py": ("@a",), "a/y.py": ("@a", "@b")})
    found = {group.name: [FOUND.index(one) for one in group.findings] for group in grouped(shown)}
    assert found == expected
    sizes = [len(group.findings) for group in grouped(shown)]
    assert sizes == sorted(sizes, reverse=True)


def test_every_grouping_is_known() -> None:
    assert all(grouped(view(FOUND[0], by=by)) for by in GROUPINGS)


def test_a_table_is_never_wider_than_the_terminal_if_it_can_be_helped() -> None:
    every = [finding(f"src/{'x' * 30}.py", code) for code in CODES]
    for width in (40, 60, 80, 120, 200, 300, 500):
        lines = table(view(*every, by="file", width=width), NOTHING)
        assert max(map(len, lines)) <= max(width, len("total  ") + 37)
        assert lines[0].startswith("total")
        assert lines[-1].startswith(f"{len(CODES):>5}")
    assert "SOT101" in lines[0]


def test_a_table_of_many_codes_counts_families() -> None:
    every = [finding("a.py", code) for code in CODES]
    lines = table(view(*every, by="file", width=80), NOTHING)
    families = Counter(code[:4] for code in sorted(CODES))
    row = f"{len(CODES):>5}  " + "  ".join(f"{number:>4}" for number in families.values())
    assert lines == [f"total  {'  '.join(families)}  file", f"{row}  a.py", f"{row}  total"]


def test_names_and_numbers_of_any_length_keep_the_columns() -> None:
    many = [finding("a.py") for _ in range(123456)] + [finding("b\x1b.py", "SOT102")]
    assert table(view(*many, by="file"), NOTHING) == [
        " total  SOT101  SOT102  file",
        "123456  123456       -  a.py",
        "     1       -       1  b\\x1b.py",
        "123457  123456       1  total",
    ]


def test_nothing_found_is_no_table() -> None:
    assert table(view(by="file"), NOTHING) == []
    for by in ("", *GROUPINGS):
        assert renderer("text")(view(by=by)) == "no findings; 1 file checked\n"


def test_statistics_by_code_are_the_table_of_codes() -> None:
    plain = View(files=1, indexed=1, findings=FOUND, source=lambda path: None, statistics=True, quiet=True)
    by_code = View(
        files=1,
        indexed=1,
        findings=FOUND,
        source=lambda path: None,
        statistics=True,
        quiet=True,
        group_by="code",
    )
    assert renderer("text")(by_code) == renderer("text")(plain)
