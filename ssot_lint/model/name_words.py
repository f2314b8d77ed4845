"""A name → the words of which it is made. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def name_words(name: str) -> list[str]:
    """In their order: ``AgentEvent``, ``agent_event`` and ``AGENT_EVENTS`` have the same."""
    return [one.lower().removesuffix("s") for one in _WORD.findall(name)]
