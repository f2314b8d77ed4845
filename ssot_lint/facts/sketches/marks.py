"""The rows of a body → a mark for each: a hash that is the same in every process and version, and its weight. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from hashlib import blake2b
from typing import NamedTuple

from ssot_lint.facts.sketches.expressions import CALL, LITERAL, OWN
from ssot_lint.facts.sketches.statements import Row, SketchedBody

SIZE = 8
"""Bytes of a mark."""
_LIGHT = 2
"""The weight of a statement that says nothing but what a definition calls its own. A note weighs the half."""
_FEW = 6
"""Bodies of fewer statements have no shape that most of them share."""
_SIGNS = frozenset((LITERAL, OWN, CALL, "+"))
_NOTES = frozenset(
    "print .print .debug .info .warning .warn .error .exception .critical .log .echo .secho .write_line".split()
)
"""What is called to tell somebody something: that two bodies do it says little of them."""


class Marks(NamedTuple):
    """The hashes of some rows one after the other, and one byte for the weight of each."""

    hashes: bytes = b""
    weights: bytes = b""

    @property
    def number(self) -> int:
        return len(self.weights)


def marks_of(body: SketchedBody, own: Collection[str] = ()) -> Marks:
    """The marks of a body. ``own`` are further names that do not count. A body that is mostly one shape of statement
    counts with its literals: nothing else tells one table, or one list of options, from another."""
    owned = ({*body.owned} - body.shared).union(own)
    spelled = [_spelled(row, owned) for row in body.rows]
    if len(spelled) >= _FEW and _is_of_one_shape(spelled):
        spelled = [_spelled(row, owned, literals=True) for row in body.rows]
    return marked(spelled)


def marked(rows: Sequence[Row]) -> Marks:
    """The marks of rows that are spelled as they count."""
    hashes = [
        blake2b("\0".join(row).encode("utf-8", "surrogatepass"), digest_size=SIZE).digest() for row in rows
    ]
    return Marks(b"".join(hashes), bytes(map(_weight, rows)))


def _spelled(row: Row, owned: Collection[str], *, literals: bool = False) -> Row:
    if literals:
        return [OWN if word in owned else word for word in row]
    return [OWN if word in owned else LITERAL if word[0] == LITERAL else word for word in row]


def _weight(row: Row) -> int:
    """What is foreign in a statement tells it from others: the more there is of it, the more it weighs, but never so
    much that a few statements outweigh all others."""
    words = row[1:]
    if row[0] == "Expr" and CALL in words and words[words.index(CALL) - 1] in _NOTES:
        return 1
    foreign = sum([word[0] not in _SIGNS for word in words])
    return _LIGHT * (1 + foreign.bit_length())


def _is_of_one_shape(rows: Sequence[Row]) -> bool:
    """Whether most rows are calls of one function, or are equal."""
    shapes = Counter(" ".join(row[: row.index(CALL)] if CALL in row else row) for row in rows)
    return 2 * max(shapes.values()) > len(rows)
