"""One expression → the words that tell it from others, with the names that it binds. Pure, and quick.

A word is a name (``total``), an attribute (``.items``), a keyword of a call (``key=``), a literal (``#`` and its text),
an operator or a kind of expression (``+Add``, ``(`` for a call). What is an attribute of ``self`` is ``OWN`` alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

OWN = "$"
"""Stands for whatever a definition calls its own."""
LITERAL = "#"
CALL = "("

_LONGEST = 80
"""So many letters of a literal are looked at."""
_SELF = frozenset(("self", "cls"))

Say = Callable[[str], None]
Own = Callable[[str], None]
Speller = Callable[[Any, Say, Own], None]


def spell(node: ast.AST, say: Say, own: Own) -> None:
    """Says the words of an expression in their order, and which names it binds."""
    SPELLERS.get(node.__class__, _any)(node, say, own)


def _name(node: ast.Name, say: Say, own: Own) -> None:
    say(node.id)
    if node.ctx.__class__ is ast.Store:
        own(node.id)


def _attribute(node: ast.Attribute, say: Say, own: Own) -> None:
    value = node.value
    if value.__class__ is ast.Name and value.id in _SELF:
        say(OWN)
        return
    SPELLERS.get(value.__class__, _any)(value, say, own)
    say(f".{node.attr}")


def _call(node: ast.Call, say: Say, own: Own) -> None:
    function = node.func
    SPELLERS.get(function.__class__, _any)(function, say, own)
    say(CALL)
    for argument in node.args:
        SPELLERS.get(argument.__class__, _any)(argument, say, own)
    for keyword in node.keywords:
        say(f"{keyword.arg}=")
        value = keyword.value
        SPELLERS.get(value.__class__, _any)(value, say, own)


def _constant(node: ast.Constant, say: Say, own: Own) -> None:
    value = node.value
    if value.__class__ is str:
        say(f"#{value[:_LONGEST]}")
    elif value is None or value is True or value is False or value is ...:
        say(f"+{value}")
    elif value.__class__ is int:
        # Python writes no decimal number of very many digits.
        say(f"#{value:x}"[:_LONGEST])
    else:
        say(f"#{value!r:.{_LONGEST}}")


def _binary(node: ast.BinOp, say: Say, own: Own) -> None:
    say(_sign(node.op))
    for side in (node.left, node.right):
        SPELLERS.get(side.__class__, _any)(side, say, own)


def _unary(node: ast.UnaryOp, say: Say, own: Own) -> None:
    say(_sign(node.op))
    operand = node.operand
    SPELLERS.get(operand.__class__, _any)(operand, say, own)


def _boolean(node: ast.BoolOp, say: Say, own: Own) -> None:
    say(_sign(node.op))
    for value in node.values:
        SPELLERS.get(value.__class__, _any)(value, say, own)


def _compare(node: ast.Compare, say: Say, own: Own) -> None:
    left = node.left
    SPELLERS.get(left.__class__, _any)(left, say, own)
    for operator, other in zip(node.ops, node.comparators, strict=True):
        say(_sign(operator))
        SPELLERS.get(other.__class__, _any)(other, say, own)


_KINDS: Mapping[type, str] = {
    kind: f"+{name}"
    for name, kind in vars(ast).items()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


def _sign(node: ast.AST) -> str:
    """The word for an operator, or for a kind of expression."""
    return _KINDS[node.__class__]


def _elements(node: ast.List | ast.Tuple | ast.Set, say: Say, own: Own) -> None:
    say(_sign(node))
    for one in node.elts:
        SPELLERS.get(one.__class__, _any)(one, say, own)


def _dict(node: ast.Dict, say: Say, own: Own) -> None:
    say("+Dict")
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            SPELLERS.get(key.__class__, _any)(key, say, own)
        SPELLERS.get(value.__class__, _any)(value, say, own)


def _subscript(node: ast.Subscript, say: Say, own: Own) -> None:
    say("+[")
    for one in (node.value, node.slice):
        SPELLERS.get(one.__class__, _any)(one, say, own)


def _text(node: ast.AST, say: Say, own: Own) -> None:
    say("#f")


def _value(node: ast.Await | ast.Starred, say: Say, own: Own) -> None:
    spell(node.value, say, own)


def _lambda(node: ast.Lambda, say: Say, own: Own) -> None:
    say("+Lambda")
    parameters(node.args, own)
    spell(node.body, say, own)


def parameters(arguments: ast.arguments, own: Own) -> int:
    """Says which names a function takes, and gives their number."""
    taken = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    taken += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    for one in taken:
        own(one.arg)
    return len(taken)


def _alias(name: str) -> Speller:
    """Spells a pattern that may bind a name."""

    def spelled(node: Any, say: Say, own: Own) -> None:
        bound = getattr(node, name)
        if bound is not None:
            own(bound)
        _children(node, say, own, (name,))

    return spelled


def _any(node: ast.AST, say: Say, own: Own) -> None:
    _children(node, say, own, ())


def _children(node: ast.AST, say: Say, own: Own, without: tuple[str, ...]) -> None:
    say(_sign(node))
    for name in node._fields:
        value = getattr(node, name, None)
        if value is None or name in without:
            continue
        for one in value if value.__class__ is list else (value,):
            if isinstance(one, ast.AST):
                spell(one, say, own)
            elif one.__class__ is str:
                say(f".{one}")


def _nothing(node: ast.AST, say: Say, own: Own) -> None:
    pass


SPELLERS: Mapping[type, Speller] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Constant: _constant,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.List: _elements,
    ast.Tuple: _elements,
    ast.Set: _elements,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.JoinedStr: _text,
    getattr(ast, "TemplateStr", ast.JoinedStr): _text,
    ast.Await: _value,
    ast.Starred: _value,
    ast.Lambda: _lambda,
    ast.Load: _nothing,
    ast.Store: _nothing,
    ast.Del: _nothing,
    ast.MatchAs: _alias("name"),
    ast.MatchStar: _alias("name"),
    ast.MatchMapping: _alias("rest"),
}
