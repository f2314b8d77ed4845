"""The bytes of a file and a text → the same file with the text between two marks. Pure; all else stays as it is."""

from __future__ import annotations

from ssot_lint.model.errors import Unusable
from ssot_lint.model.wording import printable
from ssot_lint.sources.writing import newline_of

BEGIN = "<!-- ssot-lint guide: begin -->"
END = "<!-- ssot-lint guide: end -->"

OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00")
"""How texts begin in which the marks are written in other bytes."""


def between_marks(data: bytes | None, text: str, shown: str) -> bytes:
    """The file with the text, which ends in a newline, between the marks; a new file where there is none. Unusable
    where a mark is missing, stands more than once, or behind the other. ``shown``: the file as people see it."""
    if data is None:
        return f"{BEGIN}\n{text}{END}\n".encode()
    begin, end = (_place(data, mark, shown) for mark in (BEGIN, END))
    if end < begin:
        raise Unusable(
            f"{printable(shown)}: the mark {END} stands before {BEGIN}: put them in the right order"
        )
    first = begin + len(BEGIN)
    # What stood between them before has no say: the same file comes out the second time.
    around = data[:first] + data[end:]
    newline = _newline(around if b"\n" in around or b"\r" in around else data)
    body = f"\n{text}".replace("\n", newline).encode()
    return data[:first] + body + data[end:]


def _place(data: bytes, mark: str, shown: str) -> int:
    bare = mark.encode()
    times = data.count(bare)
    if times == 1:
        return data.index(bare)
    name = printable(shown)
    if times:
        lines = [str(number) for number, line in enumerate(data.splitlines(), 1) if bare in line]
        raise Unusable(
            f"{name}: the mark {mark} stands there {times} times (line {', '.join(lines)}): leave one"
        )
    if data.startswith(OTHER_ENCODINGS):
        raise Unusable(f"{name}: is no text in UTF-8, so that the mark {mark} cannot be found there")
    raise Unusable(
        f"{name}: the mark {mark} is missing: write {BEGIN} and, on a line below, {END} where the guide shall stand"
    )


def _newline(data: bytes) -> str:
    return "\r" if b"\n" not in data and b"\r" in data else newline_of(data)


__all__ = ["BEGIN", "END", "OTHER_ENCODINGS", "between_marks"]
