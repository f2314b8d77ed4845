"""What files are asked for besides names: strings, fields, callables, methods, each behind a sign. Pure.

No name has such a sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

VALUE = "="
"""Before the text of a string literal."""
FIELD = "["
"""Before the name of what holds a value: a dict key, a keyword argument, an attribute; see ``FieldAsked``."""
EMITTER = "("
"""Before the name of a callable that is given a value."""
LIST = "#"
"""Before the name of what lists values; alone it asks for all constants of the module."""
METHOD = "."
"""Before the name of a method that is taken of objects."""
KIN = ":"
"""Before the name of what tells of which class an object is: a class, a function, a value."""
KEYED = "&"
"""Before the name of what is asked for its items, or for something else, by literals."""
IMPORTED = "!"
"""Before the first name of a module of which it must be known whether anybody imports it."""
MEMBERS = "@"
"""Before the name of what may be a module from which all names matter that are imported."""

ANYWHERE = ""
"""Stands for the modules from which a word can be taken that stands in a file by itself."""

_OF_LITERALS = (VALUE, FIELD, EMITTER, LIST)
_SIGNS = (*_OF_LITERALS, METHOD, KIN, KEYED, IMPORTED, MEMBERS)


def is_name(asked: str) -> bool:
    return not asked.startswith(_SIGNS)


def names_of(asked: Iterable[str]) -> frozenset[str]:
    """The plain names."""
    return frozenset(filter(is_name, asked))


def of_literals(asked: Iterable[str]) -> frozenset[str]:
    """What is asked of literals, and the plain names."""
    return frozenset(one for one in asked if is_name(one) or one.startswith(_OF_LITERALS))


def behind(sign: str, asked: Iterable[str]) -> frozenset[str]:
    """The words behind a sign."""
    return frozenset(one[1:] for one in asked if one.startswith(sign))


class FieldAsked(NamedTuple):
    """A question about a field: a file matters to it that can spell out one of ``values``, or nearly one, or that names
    ``constant``."""

    name: str
    values: frozenset[str] = frozenset()
    constant: str = ""

    @property
    def word(self) -> str:
        """The question as a word."""
        return "\n".join([f"{FIELD}{self.name}", self.constant, *sorted(self.values)])

    @classmethod
    def of(cls, word: str) -> FieldAsked:
        return _field_of(word)


@lru_cache(maxsize=1024)
def _field_of(word: str) -> FieldAsked:
    name, constant, *values = word[len(FIELD) :].split("\n")
    return FieldAsked(name, frozenset(values), constant)
