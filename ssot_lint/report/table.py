"""Grouped findings → a table of groups and codes with totals, as wide as the terminal allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ssot_lint.model.finding import Finding
from ssot_lint.report.groups import grouped
from ssot_lint.report.lines import title
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import View

_FAMILY = len("SOT1")

_GAP = "  "


def table(view: View, paint: Paint) -> list[str]:
    """A line for each group: how many, how many of each code or, if there are too many codes for ``view.width``,
    of each family of codes, or neither; the group's name. Then the totals, where each finding counts once."""
    groups = grouped(view)
    if not groups:
        return []
    names = [title(view, group.name) for group in groups]
    overlap = sum(len(group.findings) for group in groups) > len(view.findings)
    # Names stand last: however long one is, all numbers stay in their columns.
    room = view.width - max(map(len, (*names, view.group_by)))
    columns = next((each for each in _choices(view) if sum(map(len, _cells(view, each))) <= room), ())
    total = "total, each finding once" if overlap else "total"
    widths = [len(cell) for cell in _cells(view, columns)]

    def line(numbers: Sequence[str], name: str) -> str:
        cells = (f"{number:>{width}}" for number, width in zip(numbers, widths, strict=True))
        return f"{''.join(cells).removeprefix(_GAP)}{_GAP}{name}"

    return [
        paint.aside(line(("total", *columns), view.group_by)),
        *(line(_numbers(group.findings, columns), name) for group, name in zip(groups, names, strict=True)),
        paint.title(line(_numbers(view.findings, columns), total)),
    ]


def _choices(view: View) -> list[tuple[str, ...]]:
    codes = {finding.code for finding in view.findings}
    return [tuple(sorted(codes)), tuple(sorted({code[:_FAMILY] for code in codes}))]


def _cells(view: View, columns: Sequence[str]) -> list[str]:
    """The widest cell of each column, with the gap before it: no number is larger than its total."""
    totals = _numbers(view.findings, columns)
    return [_GAP + max(pair, key=len) for pair in zip(("total", *columns), totals, strict=True)]


def _numbers(findings: Sequence[Finding], columns: Sequence[str]) -> tuple[str, ...]:
    size = len(columns[0]) if columns else 0
    counts = Counter(finding.code[:size] for finding in findings)
    return (str(len(findings)), *(str(counts[column] or "-") for column in columns))
