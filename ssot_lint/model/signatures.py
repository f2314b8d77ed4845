"""The parameters of a function, as its statement has them; and a signature that is written without a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import ast

ParameterKind = Literal[
    "bare",  # by its position alone
    "plain",  # by position or by name
    "rest",  # ``*args``
    "named",  # by its name alone
    "others",  # ``**kwargs``
]
"""How a parameter is given."""


class Parameter(NamedTuple):
    """One parameter; ``optional``: it has a default."""

    name: str
    kind: ParameterKind
    optional: bool = False


class Signature(NamedTuple):
    """What a function takes."""

    parameters: tuple[Parameter, ...]
    asynchronous: bool = False


def differences(declared: Signature, own: Signature) -> Iterator[str]:
    """What a method has otherwise than it is declared, in words. The first parameter, whatever its name, is no part of
    this; what a caller need not give may be there besides."""
    if own.asynchronous != declared.asynchronous:
        yield "is async" if own.asynchronous else "is not async"
    wanted, given = declared.parameters[1:], own.parameters
    if given and given[0].kind in ("bare", "plain"):
        given = given[1:]
    if [one.kind for one in given] == ["rest", "others"]:
        return
    known = {one.name: (at, one) for at, one in enumerate(given) if one.kind not in _STARS}
    for at, one in enumerate(wanted):
        if one.kind in _STARS:
            if all(other.kind != one.kind for other in given):
                yield f"has no `{_STARS[one.kind]}{one.name}`"
        elif one.name not in known:
            yield f"has no `{one.name}`"
        else:
            yield from _otherwise(at, one, *known[one.name])
    names = {one.name for one in wanted}
    for name, (_, one) in known.items():
        if name not in names and not one.optional:
            yield f"asks for `{name}`"


def _otherwise(place: int, wanted: Parameter, at: int, given: Parameter) -> Iterator[str]:
    """What is otherwise with one parameter."""
    if given.kind != wanted.kind:
        yield f"has `{given.name}` {_KINDS[given.kind]}"
    elif given.kind != "named" and at != place:
        yield f"has `{given.name}` at another place"
    elif given.optional != wanted.optional:
        yield f"has `{given.name}` {'without' if wanted.optional else 'with'} a default"


_STARS: dict[ParameterKind, str] = {"rest": "*", "others": "**"}
_KINDS: dict[ParameterKind, str] = {
    "bare": "by position only",
    "plain": "by position, too",
    "named": "by name only",
}


def signature_of(text: str) -> Signature:
    """The signature that a text such as ``async def(self, context)`` stands for. Raises ValueError where it is none."""
    # Most settings have no signature.
    import ast

    found = re.fullmatch(r"\s*(async\s+)?def\s*(\(.*\)(\s*->[^:]+)?)\s*:?\s*(\.\.\.)?\s*", text, re.DOTALL)
    if found is None:
        raise ValueError("no signature")
    try:
        (node,) = ast.parse(f"def f{found[2]}: pass").body
    except (SyntaxError, MemoryError, RecursionError):
        raise ValueError("no signature") from None
    if not isinstance(node, ast.FunctionDef):
        raise ValueError("no signature")
    return Signature(tuple(parameters_of(node.args)), bool(found[1]))


def parameters_of(arguments: ast.arguments) -> Iterator[Parameter]:
    """The parameters of a function, in the order in which they stand."""
    required = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    for number, one in enumerate((*arguments.posonlyargs, *arguments.args)):
        kind: ParameterKind = "bare" if number < len(arguments.posonlyargs) else "plain"
        yield Parameter(one.arg, kind, number >= required)
    if arguments.vararg is not None:
        yield Parameter(arguments.vararg.arg, "rest")
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Parameter(one.arg, "named", default is not None)
    if arguments.kwarg is not None:
        yield Parameter(arguments.kwarg.arg, "others")
