"""The statements of a text, and a place in it → what names are bound to there, as far as tokens tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    if words[:1] == ["from"] and "import" in words:
        at = words.index("import")
        module = "".join(words[1:at])
        for path, name in _imported(words[at + 1 :]):
            yield VisibleName(name, f"{module}{path}" if module.endswith(".") else f"{module}.{path}")
    elif words[:1] == ["import"]:
        for path, name in _imported(words[1:]):
            first = path.partition(".")[0]
            yield VisibleName(name, path) if name != path else VisibleName(first, first)
    elif words[:1] == ["async"] and len(words) > 2:
        yield VisibleName(words[2], "")
    elif words[:1] in (["class"], ["def"]) and len(words) > 1:
        yield VisibleName(words[1], "")
    elif len(words) > 2 and tokens[0].kind == "name" and words[1] in ("=", ":"):
        if any(one.text == "=" and not one.depth for one in tokens):
            yield VisibleName(words[0], "")


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
