"""TOML text → the line of every key and array element. Pure; TOML parsers give no positions.

It does not judge: the text is known to be TOML. On anything else it returns some lines, and never raises.
Keys with escapes are taken as they are written, and so are not found: ``nearest`` then finds what is around
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ssot_lint.model.wording import printable

Keys = tuple[str | int, ...]
"""A way through tables (by key) and arrays (by index)."""

_DEPTH = 8
"""Nobody asks for anything deeper; so a hostile file can cost neither stack nor memory."""

_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
  | (?P<long> \"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} )
  | (?P<short> "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
  | (?P<mark> [\[\]{},=\n] )
  | (?P<bare> [^\s\[\]{},=.\#"']+ )
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    """``kind`` is a mark, or ``word`` for a bare word or a string, whose quotes are gone."""

    kind: str
    word: str
    line: int


_END = _Token("\n", "", 0)


def locate(text: str) -> Mapping[Keys, int]:
    """The 1-based line of each key and each array element, to a depth of eight.

    The line of a table is that of its header, or of the first key that implies it.
    """
    lines: dict[Keys, int] = {}
    for keys, line in _document(_tokens(text)):
        for depth in range(1, len(keys) + 1):
            lines.setdefault(keys[:depth], line)
    return lines


def nearest(lines: Mapping[Keys, int], keys: Keys) -> int:
    """The line of ``keys``, or of the nearest thing around it that has one; 0 when nothing has."""
    return next((lines[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in lines), 0)


def spelled(keys: Keys) -> str:
    """A key as the user would write it, an array's element with its index: ``exemptions[0].until``."""
    text = ""
    for part in keys:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = part.replace("-", "").replace("_", "").isalnum()
            text += ("." if text else "") + (printable(part[:80]) if bare else f'"{printable(part[:80])}"')
    return text


def _tokens(text: str) -> Iterator[_Token]:
    line, end = 1, 0
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        line, end = line + text.count("\n", end, start), start
        if match.lastgroup == "mark":
            yield _Token(word, word, line)
        elif match.lastgroup != "comment":
            quotes = {"long": 3, "short": 1}.get(match.lastgroup or "", 0)
            yield _Token("word", word[quotes : len(word) - quotes], line)


def _document(tokens: Iterator[_Token]) -> Iterator[tuple[Keys, int]]:
    tables: dict[Keys, int] = {}
    table: Keys = ()
    words: list[str] = []
    for token in tokens:
        if token.kind == "word":
            words.append(token.word)
        elif token.kind == "=":
            yield from _entry(tokens, table, words, token.line)
            words = []
        elif token.kind == "[" and not words:
            table = _header(tokens, tables)
            yield table, token.line
        else:
            words = []


def _header(tokens: Iterator[_Token], tables: dict[Keys, int]) -> Keys:
    """The table that a header opens. ``tables`` counts the elements of each array of tables so far."""
    words: list[str] = []
    array = False
    for token in tokens:
        if token.kind == "word":
            words.append(token.word)
        elif token.kind == "[":
            array = True
        else:
            break
    keys: Keys = ()
    for at, word in enumerate(words[:_DEPTH], 1):
        keys = (*keys, word)
        if array and at == len(words):
            tables[keys] = tables.get(keys, 0) + 1
        if keys in tables:
            keys = (*keys, tables[keys] - 1)
    return keys


def _entry(tokens: Iterator[_Token], table: Keys, words: list[str], line: int) -> Iterator[tuple[Keys, int]]:
    keys = (*table, *words[:_DEPTH])[:_DEPTH]
    yield keys, line
    yield from _value(next(tokens, _END), tokens, keys)


def _value(first: _Token, tokens: Iterator[_Token], keys: Keys) -> Iterator[tuple[Keys, int]]:
    if first.kind not in ("[", "{"):
        return
    if len(keys) >= _DEPTH:
        _skip(tokens)
    elif first.kind == "[":
        yield from _array(tokens, keys)
    else:
        yield from _inline_table(tokens, keys)


def _array(tokens: Iterator[_Token], keys: Keys) -> Iterator[tuple[Keys, int]]:
    index, fresh = 0, True
    for token in tokens:
        if token.kind == "]":
            return
        if token.kind == ",":
            index, fresh = index + 1, True
        elif token.kind != "\n" and fresh:
            fresh = False
            yield (*keys, index), token.line
            yield from _value(token, tokens, (*keys, index))


def _inline_table(tokens: Iterator[_Token], keys: Keys) -> Iterator[tuple[Keys, int]]:
    words: list[str] = []
    for token in tokens:
        if token.kind == "}":
            return
        if token.kind == "word":
            words.append(token.word)
        elif token.kind == "=":
            yield from _entry(tokens, keys, words, token.line)
            words = []
        elif token.kind == ",":
            words = []


def _skip(tokens: Iterator[_Token]) -> None:
    """Consume a value whose opening bracket is gone already."""
    depth = 1
    for token in tokens:
        depth += (token.kind in ("[", "{")) - (token.kind in ("]", "}"))
        if depth == 0:
            return
