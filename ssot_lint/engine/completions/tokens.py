"""A text that need not be Python yet → its tokens, and its statements with the blocks around them. Pure, never raises.

Python's own tokenizer ends at the first mistake, and what is typed at the moment is full of them. Here a string that is
not closed ends with its line, and a bracket that is not closed ends where a line begins with a word that no expression
goes on with.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

Kind = Literal["name", "number", "string", "comment", "mark", "end of line"]

_TOKEN = re.compile(
    r"""
    (?P<blank> [ \t\f\ufeff]+ | \\(?:\r\n|\r|\n) )
  | (?P<line> \r\n|\r|\n )
  | (?P<comment> \#[^\r\n]* )
  | (?P<string> (?:[bfrtuBFRTU]{1,2})?(?:\"{3}|'{3}|"|') )
  | (?P<name> [^\W\d]\w* )
  | (?P<number> \d[\w.]* )
  | (?P<mark> -> | := | == | != | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_REST = {
    '"""': re.compile(r'(?:\\.|[^\\])*?("{3})', re.DOTALL),
    "'''": re.compile(r"(?:\\.|[^\\])*?('{3})", re.DOTALL),
    '"': re.compile(r'(?:\\(?:\r\n|.)|[^\\"\r\n])*("?)', re.DOTALL),
    "'": re.compile(r"(?:\\(?:\r\n|.)|[^\\'\r\n])*('?)", re.DOTALL),
}
"""By the quotes that begin a string the rest of it, with the quotes that end it."""

_ONLY_STATEMENTS = frozenset(
    "assert break class continue def del from global import nonlocal pass raise return try while with".split()
)
"""Words that no line within brackets begins with."""

_BEGINS = re.compile(rf"^[ \t]*(?:{'|'.join(sorted(_ONLY_STATEMENTS))})\b", re.MULTILINE)
_TEXT_OPENS = re.compile(r"#|\"{3}|'{3}|\"|'")
_COMMENT = re.compile(r"[^\r\n]*")
_F_STRING = re.compile(r"(?<!\w)(?:[ftFT][rR]?|[rR][ftFT])\Z")
_BRACES = re.compile(r"\{\{?")

_BLOCKS = frozenset("class def elif else except finally for if try while with".split())
_MAYBE_BLOCKS = frozenset(["case", "match"])
"""Words that begin a statement with a block, and those that are names, too."""


class Token(NamedTuple):
    """``start`` and ``end`` are offsets in the text; ``depth`` is the number of brackets around it."""

    kind: Kind
    text: str
    start: int
    end: int
    depth: int = 0


class Block(NamedTuple):
    """A statement with a block: the word that begins it, the tokens behind that, and the offset at which it begins."""

    word: str
    header: tuple[Token, ...]
    start: int


class Statement(NamedTuple):
    """The tokens of a simple statement, or of the head of one with a block, without comments. ``around`` are the blocks
    that it stands in, the outermost first. ``end`` is the offset at which it ends: where the next one may begin."""

    tokens: tuple[Token, ...]
    around: tuple[Block, ...]
    end: int


def begin_of(text: str, at: int) -> int | None:
    """The offset of a line from which the statement at an offset is read as it would be from the beginning of the text;
    None where the offset is in a comment or a string. It is much quicker than all tokens."""
    long = [*_strings_and_comments(text, at)]
    if long and long[-1].end is None:
        return None
    for found in reversed([*_BEGINS.finditer(text, 0, at)]):
        start = found.start()
        near = bisect_right(long, start, key=lambda one: one.start) - 1
        is_code = near < 0 or (long[near].end or 0) <= start
        if is_code and not text[:start].rstrip("\r\n").endswith("\\"):
            return start
    return 0


def field_at(text: str, at: int) -> int | None:
    """The offset at which the expression in the braces of an f-string begins that another offset is in; None elsewhere.
    The format behind an expression counts as a part of it."""
    *_, last = [None, *_strings_and_comments(text, at)]
    if (
        last is None
        or last.end is not None
        or not _F_STRING.search(text[max(0, last.start - 3) : last.start])
    ):
        return None
    end = last.start
    while (opened := _BRACES.search(text, end, at)) is not None:
        end = opened.end()
        if opened[0] == "{":
            behind = _behind_field(text[end:at])
            if behind is None:
                return end
            end += behind
    return None


def _behind_field(text: str) -> int | None:
    """The offset behind the brace that closes an expression in an f-string."""
    depth = 0
    for token in tokens_of(text):
        if token.text in ("}", ")", "]"):
            depth -= 1
            if depth < 0:
                return token.end
        depth += token.text in ("{", "(", "[")
    return None


class _Long(NamedTuple):
    """A string or a comment; ``end`` is None where a text ends in it."""

    start: int
    end: int | None


def _strings_and_comments(text: str, at: int) -> Iterator[_Long]:
    """Those before an offset, in their order."""
    end = 0
    while (opened := _TEXT_OPENS.search(text, end, at)) is not None:
        rest = (_REST.get(opened[0]) or _COMMENT).match(text, opened.end(), at)
        is_closed = rest is not None and bool(rest.lastindex and rest[1])
        end = rest.end() if rest is not None else at
        yield _Long(opened.start(), end if end < at or is_closed else None)


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens of a text, without blanks."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found is not None
        kind, end = found.lastgroup or "", found.end()
        if kind == "string":
            rest = _REST[found[0].lstrip("bfrtuBFRTU")].match(text, end)
            end = rest.end() if rest is not None else len(text)
            yield Token("string", text[at:end], at, end)
        elif kind != "blank":
            yield Token(_KINDS[kind], found[0], at, end)
        at = end


_KINDS: dict[str, Kind] = {
    "line": "end of line",
    "comment": "comment",
    "name": "name",
    "number": "number",
    "mark": "mark",
}


def statements_of(text: str, tokens: Iterable[Token]) -> Iterator[Statement]:
    """The statements of a text, by all its tokens."""
    around: list[tuple[int, Block]] = []
    for line in _logical_lines(tokens, len(text)):
        column = _column(text, line[0].start)
        while around and around[-1][0] >= column:
            around.pop()
        outer = tuple(block for _, block in around)
        (head, end), *others = _pieces(line)
        block = _block(head)
        inner = (*outer, block) if block is not None else outer
        yield Statement(head, outer, end)
        yield from (Statement(piece, inner, end) for piece, end in others)
        if block is not None:
            around.append((column, block))


def _logical_lines(tokens: Iterable[Token], length: int) -> Iterator[list[Token]]:
    """The tokens up to each end of line that ends a statement, with that; comments left out."""
    line: list[Token] = []
    depth = 0
    is_new = True
    for token in tokens:
        if token.kind == "comment":
            continue
        if token.kind == "end of line":
            is_new = True
            if not depth and line:
                yield [*line, token]
                line = []
            continue
        if is_new and depth and token.text in _ONLY_STATEMENTS:
            yield [*line, token._replace(kind="end of line", end=token.start)]
            line, depth = [], 0
        is_new = False
        depth -= token.kind == "mark" and token.text in ")]}" and depth > 0
        line.append(token._replace(depth=depth))
        depth += token.kind == "mark" and token.text in "([{"
    if line:
        yield [*line, Token("end of line", "", length, length)]


def _pieces(line: Sequence[Token]) -> list[tuple[tuple[Token, ...], int]]:
    """The statements on a logical line, each with the offset of what ends it."""
    found: list[tuple[tuple[Token, ...], int]] = []
    piece: list[Token] = []
    for token in line:
        is_end = token.kind == "end of line" or (token.text == ";" and not token.depth)
        is_head = not found and token.text == ":" and not token.depth and _is_head(piece)
        if is_end or is_head:
            if piece or not found:
                found.append((tuple(piece), token.start))
            piece = []
        else:
            piece.append(token)
    return found


def _is_head(piece: Sequence[Token]) -> bool:
    """Whether a colon behind some tokens ends the head of a statement with a block."""
    words = [one.text for one in piece if not one.depth]
    if words[:1] == ["async"]:
        words = words[1:]
    is_open = words.count("lambda") > words.count(":")
    if not words or is_open:
        return False
    if words[0] in _MAYBE_BLOCKS:
        return len(words) > 1 and words[1] not in ("=", ".", ",")
    return words[0] in _BLOCKS


def _block(head: Sequence[Token]) -> Block | None:
    """The block that a statement begins, if it is the head of one. A head that is half typed has one, too."""
    rest = head[1:] if head and head[0].text == "async" else head
    word = rest[0].text if rest else ""
    if word in _BLOCKS or (word in _MAYBE_BLOCKS and _is_head(head)):
        return Block(word, tuple(rest[1:]), head[0].start)
    return None


def _column(text: str, start: int) -> int:
    """How far the line of an offset is indented before it."""
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    return len(text[line:start].replace("\ufeff", "").expandtabs(8))


__all__ = ["Block", "Statement", "Token", "begin_of", "field_at", "statements_of", "tokens_of"]
