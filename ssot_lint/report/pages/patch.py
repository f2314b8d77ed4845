"""Files as they are and as they shall be → a patch, byte for byte as ``git apply`` takes it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ssot_lint.model.wording import printable
from ssot_lint.report.pages.diff import render
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.sources.writing import FileEdit


def patch(edits: Sequence[FileEdit]) -> str:
    """The unified diff. Bytes that are no UTF-8 are surrogates, as ``os.fsdecode`` makes them."""
    return "".join(f"{line}\n" for line in _lines(edits))


def shown(edits: Sequence[FileEdit], paint: Paint) -> str:
    """The same for a terminal, with colours, and with everything escaped that would not show."""
    return render((printable(line.rstrip("\r")).replace("\\t", "\t") for line in _lines(edits)), paint)


def _lines(edits: Sequence[FileEdit]) -> list[str]:
    lines: list[str] = []
    for one in edits:
        if one.old == one.new:
            continue
        before = _named("a", one.shown) if one.old is not None else "/dev/null"
        after = _named("b", one.shown) if one.new is not None else "/dev/null"
        rows = difflib.unified_diff(_rows(one.old), _rows(one.new), before, after, lineterm="")
        for row in rows:
            lines.append(row.removesuffix("\n"))
            if row[:1] in "+- " and row[:3] not in ("+++", "---") and not row.endswith("\n"):
                lines.append("\\ No newline at end of file")
    return lines


def _named(prefix: str, path: str) -> str:
    # With a blank in it a name ends at a tab.
    return f"{prefix}/{path}" + ("\t" if " " in path else "")


def _rows(data: bytes | None) -> list[str]:
    # Only this ends a line in a patch.
    rows = (data or b"").decode("utf-8", "surrogateescape").split("\n")
    return [f"{row}\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])
