"""The statements of a text, and a place in it → what names are bound to there, as far as tokens tell. Pure."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ssot_lint.engine.completions.tokens import Block, Statement, Token


class VisibleName(NamedTuple):
    """A name, and the path that an import takes it from; empty where something else binds it. Relative paths keep their
    dots. A star is a name, too."""

    name: str
    target: str


def visible(statements: Sequence[Statement], at: int, *, is_type: bool) -> list[VisibleName]:
    """What is bound at an offset, by whatever statement that is seen there: also in ``if`` and ``try``.

    An import for types alone (``if TYPE_CHECKING:``) counts where a type is written (``is_type``), and nowhere else: an
    annotation that is evaluated all the same is a mistake in that import, and a second one at run time may close the
    cycle that it avoids.
    """
    here = next((one for one in statements if one.end >= at), None)
    # Behind the last statement is where that is, as far as anybody knows.
    around = here.around if here is not None else (statements[-1].around if statements else ())
    scopes = _scopes(around)
    return [
        bound
        for one in statements
        if one is not here
        and _is_seen(_scopes(one.around), scopes, is_above=one.end < at)
        and (is_type or not any(map(_is_for_types, one.around)))
        for bound in _bound(one.tokens)
    ]


def _scopes(around: Iterable[Block]) -> list[Block]:
    return [one for one in around if one.word in ("class", "def")]


def _is_seen(there: Sequence[Block], here: Sequence[Block], *, is_above: bool) -> bool:
    """Whether what a statement in some scopes binds is seen in others. A function runs later than what is around it;
    what a class binds is seen in the class alone."""
    inner = here[len(there) :]
    if here[: len(there)] != there or (inner and there and there[-1].word == "class"):
        return False
    return is_above or any(one.word == "def" for one in inner)


def _is_for_types(block: Block) -> bool:
    """Whether a block is one that only checkers of types read."""
    words = [one.text for one in block.header]
    is_name = len(words) == 1 or (len(words) == 3 and words[1] == ".")
    return block.word in ("if", "elif") and is_name and words[-1] == "TYPE_CHECKING"


def _bound(tokens: Sequence[Token]) -> Iterator[VisibleName]:
    words = [one.text for one in tokens]
    if words[:1] == ["async"]:
        tokens, words = tokens[1:], words[1:]
    first, rest = words[0] if words else "", words[1:]
    if first == "from" and "import" in words:
        at = words.index("import")
        module = "".join(words[1:at])
        for path, name in _imported(words[at + 1 :]):
            yield VisibleName(name, f"{module}{path}" if module.endswith(".") else f"{module}.{path}")
    elif first == "import":
        for path, name in _imported(rest):
            top = path.partition(".")[0]
            yield VisibleName(name, path) if name != path else VisibleName(top, top)
    elif first in ("class", "def"):
        yield from (VisibleName(name, "") for name in rest[:1])
    else:
        targets = [name for part in _targets(first, tokens) for name in _names(part)]
        targets += [
            left.text for left, right in pairwise(tokens) if left.kind == "name" and right.text == ":="
        ]
        yield from (VisibleName(name, "") for name in targets)


def _targets(first: str, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The parts of a statement that it binds names in."""
    words = [one.text for one in tokens]
    if first == "for":
        yield tokens[1 : words.index("in")] if "in" in words else ()
    elif first in ("with", "except"):
        for at, word in enumerate(words):
            if word == "as":
                yield from _as_target(tokens[at + 1 :])
    elif not keyword.iskeyword(first):
        begin = 0
        for at, one in enumerate(tokens):
            if one.text == "=" and not one.depth:
                # What is annotated has one target.
                yield tokens[begin : words.index(":", begin, at) if ":" in words[begin:at] else at]
                begin = at + 1


def _as_target(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """What begins behind ``as``: a name, or all in a pair of brackets."""
    end = 1
    if tokens and tokens[0].text in ("(", "["):
        depth = tokens[0].depth
        end = next((at for at, one in enumerate(tokens) if at and one.depth == depth), len(tokens))
    elif len(tokens) > 1 and tokens[1].text in (".", "["):
        end = 0
    yield tokens[:end]


def _names(target: Sequence[Token]) -> Iterator[str]:
    """The names that are bound by what stands left of ``=``: not those in ``hub.name`` and ``hubs[name]``."""
    inside = -1
    for before, one, after in zip([None, *target], target, [*target[1:], None], strict=False):
        if inside >= 0:
            inside = -1 if one.text == "]" and one.depth == inside else inside
            continue
        left, right = before.text if before else "", after.text if after else ""
        if one.text == "[" and before is not None and (before.kind == "name" or left in (")", "]")):
            inside = one.depth
        elif one.kind == "name" and left != "." and right not in (".", "[", "("):
            yield one.text


def _imported(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What the words behind ``import`` name, and the names that it gets."""
    piece: list[str] = []
    for word in [*words, ","]:
        if word in ("(", ")"):
            continue
        if word != ",":
            piece.append(word)
            continue
        path = "".join(piece[: piece.index("as")] if "as" in piece else piece)
        if path:
            yield path, piece[-1] if "as" in piece else path
        piece = []


__all__ = ["VisibleName", "visible"]
