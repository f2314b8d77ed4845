"""What files are asked for besides names: strings, fields, callables, each behind a sign that no name has. Pure."""

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

ANYWHERE = ""
"""Stands for the modules from which a word can be taken that stands in a file by itself."""

_SIGNS = (VALUE, FIELD, EMITTER, LIST)


def is_name(asked: str) -> bool:
    return not asked.startswith(_SIGNS)


def names_of(asked: Iterable[str]) -> frozenset[str]:
    """The plain names."""
    return frozenset(filter(is_name, asked))


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
