"""The text of a file → whether it can spell out one of some values, or nearly one. Pure; it does not parse."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from ssot_lint.model.asked import FIELD, VALUE, FieldAsked
from ssot_lint.model.name_words import identifiers
from ssot_lint.model.nearness import near

_ENDS = re.compile(r"[\"'{}\n]")
"""What ends a piece of a string, also of one that is formatted (PEP 498)."""
_ESCAPED = re.compile(r"\\(?:[xuUN0-7]|\n|\r)")
"""What may stand for a letter, or goes on in the next line."""
_FURTHER = 3
"""A text that is near a value is no more than so many letters longer or shorter."""


def holds(word: str, text: str) -> bool:
    """Whether a text matters to a word behind a sign, if it holds the name or the value in it."""
    if word.startswith(VALUE):
        return _may_spell_out(text, word[len(VALUE) :])
    return not word.startswith(FIELD) or holds_field(word, text)


def holds_field(word: str, text: str) -> bool:
    """Whether a text matters to a question about a field."""
    asked = FieldAsked.of(word)
    if asked.constant:
        # A project has hundreds of constants, and each is asked of all files: so nothing is searched for.
        return asked.constant in identifiers(text)
    return may_spell(text, asked.values)


def _may_spell_out(text: str, value: str) -> bool:
    if _ENDS.search(value):
        return True
    return _is_made_of(value.casefold(), _pieces(text)) or _has_escapes(text, (value.casefold(),))


@lru_cache(maxsize=2)
def _pieces(text: str) -> frozenset[str]:
    """What stands between quotes, braces and ends of lines, in small letters; and more."""
    return frozenset(_ENDS.split(text.casefold()))


@lru_cache(maxsize=2)
def _by_length(text: str) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {}
    for one in _pieces(text):
        found.setdefault(len(one), []).append(one)
    return found


def may_spell(text: str, values: frozenset[str]) -> bool:
    """Whether a string of the file, or several put together, may be a value or near to one."""
    if any(_ENDS.search(one) for one in values):
        return bool(values)
    pieces = _pieces(text)
    wanted = tuple(sorted({one.casefold() for one in values}))
    if any(_is_made_of(one, pieces) for one in wanted):
        return True
    lengths = {len(one) + more for one in wanted for more in range(-_FURTHER, _FURTHER + 1)}
    by_length = _by_length(text)
    if any(_is_near(one, wanted) for length in lengths for one in by_length.get(length, ())):
        return True
    return _has_escapes(text, wanted)


def _has_escapes(text: str, wanted: tuple[str, ...]) -> bool:
    return _ESCAPED.search(text) is not None and any(_has_escaped(one, wanted) for one in _pieces(text))


def _is_made_of(value: str, pieces: Collection[str]) -> bool:
    """Whether pieces can be put together to the value."""
    reached = {0}
    for start in range(len(value)):
        if start in reached:
            reached.update(end for end in range(start + 1, len(value) + 1) if value[start:end] in pieces)
    return bool(value) and len(value) in reached


# Many files have the same strings.
@lru_cache(maxsize=65536)
def _is_near(piece: str, wanted: tuple[str, ...]) -> bool:
    return bool(near(piece, [one for one in wanted if any(part in piece for part in _parts(one))]))


@lru_cache(maxsize=1024)
def _parts(value: str) -> tuple[str, ...]:
    """Three parts: where two letters are wrong, one of the parts is right. A short value has none to go by."""
    size = len(value) // 3
    return (value[:size], value[size : 2 * size], value[2 * size :]) if size > 1 else ("",)


def _has_escaped(piece: str, wanted: tuple[str, ...]) -> bool:
    """Whether a piece has an escape, and besides that nothing that the values have not."""
    # In small letters ``\U`` is ``\u``, and a piece ends within ``\N{…}``.
    left = re.sub(r"\\(?:x..|u[0-9a-f]{8}|u....|n\Z|[0-7]{1,3}|\r?)", "", piece)
    return left != piece and any(len(left) <= len(one) + _FURTHER and {*left} <= {*one} for one in wanted)
