"""The patterns of modules that a contract declares → those that cover no module, and what to say of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts.modules import covers


def uncovered(key: str, patterns: Iterable[str], everywhere: Sequence[Links]) -> Iterator[tuple[int, str]]:
    """The patterns below a key that cover no module: the place of each, and a sentence."""
    for number, pattern in enumerate(patterns):
        if not any(covers(pattern, name) for view in everywhere for name in view.project.known):
            yield number, covers_nothing(key, pattern, everywhere)


def covers_nothing(key: str, pattern: str, everywhere: Sequence[Links]) -> str:
    """The sentence, with the nearest module."""
    known = {name for view in everywhere for name in view.project.known}
    near = get_close_matches(pattern.rstrip(".*"), sorted(known), 1)
    more = f"; did you mean `{near[0]}`?" if near else ""
    return f"`{key}` names `{pattern}`, and no module is covered by that{more}"
