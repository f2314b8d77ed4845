"""The part of a text above a place → what stands there: a module of an import, a name that is imported, or a name in an
expression. Pure.
"""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import NamedTuple

from ssot_lint.engine.completions.tokens import Token, begin_of, field_at, statements_of, tokens_of


class ModulePath(NamedTuple):
    """A module in an import, as far as it is ``typed``."""

    typed: str


class ImportedName(NamedTuple):
    """A name that is imported from a module, which is spelled between two offsets. ``others`` are imported, too, before
    it."""

    module: str
    start: int
    end: int
    typed: str
    others: tuple[str, ...]


class UsedName(NamedTuple):
    """A name in an expression. ``is_type``: in an annotation."""

    typed: str
    is_type: bool


Place = ModulePath | ImportedName | UsedName

_BEFORE_VALUES = frozenset(
    "and assert await del elif else except from if in is not or raise return while with yield".split()
)
"""The keywords behind which an expression can begin."""


def place(text: str) -> Place | None:
    """What stands at the end of a text; None where nothing does that may be one of our names: in comments, in strings
    but for the expressions in f-strings, behind a dot, and where a name is given to something else."""
    begin = begin_of(text, len(text))
    if begin is None:
        begin = field_at(text, len(text))
        return _in_field(text[begin:]) if begin is not None else None
    found = _at_end(text[begin:])
    if isinstance(found, ImportedName):
        return found._replace(start=found.start + begin, end=found.end + begin)
    return found


def _in_field(above: str) -> UsedName | None:
    """What an expression in the braces of an f-string ends in; None in the format behind it."""
    own = [one for statement in statements_of(above, tokens_of(above)) for one in statement.tokens]
    is_format = any(one.text in (":", "!") and not one.depth for one in own)
    return None if is_format else _in_expression(own, len(above))


def _at_end(above: str) -> Place | None:
    statements = [*statements_of(above, tokens_of(above))]
    own = statements[-1].tokens if statements and statements[-1].end == len(above) else ()
    # What is touched is still typed: `from` may go on, and so may `import`.
    words = [one.text for one in own if one.end < len(above)]
    if words[:1] == ["from"]:
        return _of_from(own, len(above))
    if words[:1] == ["import"]:
        return _of_import(own, len(above))
    return _in_expression(own, len(above))


def _of_import(own: Sequence[Token], end: int) -> Place | None:
    path = _behind_comma(own[1:])
    typed = _path(path, end)
    return ModulePath(typed) if typed is not None and not typed.startswith(".") else None


def _of_from(own: Sequence[Token], end: int) -> Place | None:
    at = next((at for at, one in enumerate(own) if one.text == "import" and one.end < end), None)
    if at is None:
        typed = _path(own[1:], end)
        return ModulePath(typed) if typed is not None else None
    module, names = own[1:at], own[at + 1 :]
    if not module or any(one.text == ")" for one in names):
        return None
    if names and names[0].text == "(":
        names = names[1:]
    typed = _name(_behind_comma(names), end)
    if typed is None:
        return None
    path = "".join(one.text for one in module)
    return ImportedName(path, module[0].start, module[-1].end, typed, _taken(names))


def _behind_comma(names: Sequence[Token]) -> Sequence[Token]:
    """The tokens behind the last comma."""
    commas = [at for at, one in enumerate(names) if one.text == ","]
    return names[commas[-1] + 1 :] if commas else names


def _taken(names: Sequence[Token]) -> tuple[str, ...]:
    """The names in front of commas."""
    before = zip([None, *names], names, names[1:], strict=False)
    return tuple(
        one.text
        for left, one, right in before
        if one.kind == "name" and right.text in (",", "as") and (left is None or left.text != "as")
    )


def _path(tokens: Sequence[Token], end: int) -> str | None:
    """A dotted path that the text ends in; None where it ends in something else. It may be empty."""
    typed = "".join(one.text for one in tokens)
    is_path = all(one.kind == "name" or one.text == "." for one in tokens)
    is_touched = not tokens or (tokens[-1].end == end and end - tokens[0].start == len(typed))
    return typed if is_path and is_touched else None


def _name(tokens: Sequence[Token], end: int) -> str | None:
    """A name that the text ends in; None where it ends in something else. It may be empty."""
    if not tokens:
        return ""
    (one, *more) = tokens
    return one.text if one.kind == "name" and one.end == end and not more else None


def _in_expression(own: Sequence[Token], end: int) -> UsedName | None:
    typed, before = "", own
    if own and own[-1].end == end and own[-1].kind in ("name", "number"):
        if own[-1].kind == "number":
            return None
        typed, before = own[-1].text, own[:-1]
    if before and not _may_begin(before):
        return None
    return UsedName(typed, _is_type(before))


def _may_begin(before: Sequence[Token]) -> bool:
    """Whether a value may begin behind some tokens of a statement."""
    last = before[-1]
    if last.kind == "name":
        is_soft = len(before) == 1 and last.text in ("match", "case")
        return last.text in _BEFORE_VALUES or is_soft
    if last.kind != "mark" or last.text in (".", ")", "]", "}"):
        return False
    return not _is_parameter(before)


def _is_parameter(before: Sequence[Token]) -> bool:
    """Whether a name behind some tokens is that of a parameter."""
    inside = _in_parameters(before)
    return inside is not None and (not inside or inside[-1].text in (",", "*", "/"))


def _in_parameters(before: Sequence[Token]) -> Sequence[Token] | None:
    """The tokens behind the bracket that opens the parameters of a function; None where it is closed, or there is no
    function."""
    words = [one.text for one in before[:2]]
    if words[:1] != ["def"] and words != ["async", "def"]:
        return None
    at = next((at for at, one in enumerate(before) if one.text == "(" and not one.depth), None)
    if at is None or any(one.text == ")" and not one.depth for one in before[at:]):
        return None
    inside = before[at + 1 :]
    return inside if _depth(inside) == 1 else None


def _depth(tokens: Sequence[Token]) -> int:
    """The number of brackets around what follows some tokens in the brackets of parameters."""
    if not tokens:
        return 1
    return tokens[-1].depth + (tokens[-1].text in ("(", "[", "{"))


def _is_type(before: Sequence[Token]) -> bool:
    """Whether what follows some tokens of a statement is in an annotation."""
    if not before:
        return False
    if before[0].text in ("def", "async"):
        own = [one.text for one in before if one.depth == 1]
        here = own[len(own) - own[::-1].index(",") :] if "," in own else own
        is_given = any(one.text == "->" and not one.depth for one in before)
        is_inside = not any(one.text == ")" and not one.depth for one in before)
        return is_given or (is_inside and ":" in here and "=" not in here)
    outer = [one.text for one in before if not one.depth]
    is_plain = not keyword.iskeyword(before[0].text)
    return is_plain and ":" in outer and "=" not in outer and "lambda" not in outer


__all__ = ["ImportedName", "ModulePath", "Place", "UsedName", "place"]
