"""A string and the agreed values → the value that it is meant as, perhaps. Pure."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 2
"""So many letters may be wrong."""
_ENDINGS = ("ing", "ed", "s", "e")


def near(text: str, values: Iterable[str]) -> str:
    """The nearest value, if one is near: it differs in two letters at most, and in no more than half of them; in case
    alone; or in its ending."""
    known = list(dict.fromkeys(values))
    ranked = sorted((distance(text, one), place) for place, one in enumerate(known))
    if ranked and ranked[0][0] <= min(_MOST, min(len(text), len(known[ranked[0][1]])) // 2):
        return known[ranked[0][1]]
    stem = _stem(text.casefold())
    return next((one for one in known if _stem(one.casefold()) == stem and len(stem) > _MOST), "")


def _stem(text: str) -> str:
    return next((text.removesuffix(one) for one in _ENDINGS if text.endswith(one)), text)


def distance(one: str, other: str) -> int:
    """How many letters must be changed, added or dropped; more than two is all one."""
    if abs(len(one) - len(other)) > _MOST:
        return _MOST + 1
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, its in enumerate(other, 1):
            line.append(min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != its)))
        last = line
    return min(last[-1], _MOST + 1)
