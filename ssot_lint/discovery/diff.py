"""Files as they shall be → what changes, as a diff that a terminal can show. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ssot_lint.model.wording import printable
from ssot_lint.sources.writing import FileEdit

LONG = 120
"""A new file of more lines is shown in part."""


def diff(edits: Sequence[FileEdit]) -> list[str]:
    """The lines of a unified diff of all that changes, fit for a terminal."""
    lines: list[str] = []
    for one in edits:
        if one.old == one.new:
            continue
        old, new = (_lines(data or b"") for data in (one.old, one.new))
        before = f"a/{one.shown}" if one.old is not None else "/dev/null"
        found = list(difflib.unified_diff(old, new, before, f"b/{one.shown}", lineterm=""))
        left = len(found) - LONG if one.old is None and len(found) > LONG else 0
        for line in found[: len(found) - left]:
            lines.append(printable(line.rstrip("\n")).replace("\\t", "\t"))
            if line[:1] in "+- " and line[:3] not in ("+++", "---") and not line.endswith("\n"):
                lines.append("\\ No newline at end of file")
        if left:
            lines.append(f"\\ and {left} more lines")
    return lines


def _lines(data: bytes) -> list[str]:
    # The end of a line is told from its absence, and one kind of it is not told from another.
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").splitlines(keepends=True)
