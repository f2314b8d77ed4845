"""A text → the names in it; a name → the words of which it is made. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"[^\W\d]\w*")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


# Of one file several patterns are asked, and many names, one after the other.
@lru_cache(maxsize=1)
def identifiers(text: str) -> frozenset[str]:
    """All that stands in a text as a name may."""
    return frozenset(_NAME.findall(text))


def name_words(name: str) -> list[str]:
    """In their order: ``AgentEvent``, ``agent_event`` and ``AGENT_EVENTS`` have the same."""
    return [one.lower().removesuffix("s") for one in _WORD.findall(name)]
