"""An unknown word and the known words → the known word that was probably meant. Pure."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 3
"""At most so many letters may be wrong, however long the word is."""


def nearest(word: str, words: Iterable[str]) -> str:
    """The known word that ``word`` is misspelled or cut off from; empty where none is that near.

    A third of the letters may be wrong, missing, too many or swapped. Dashes in front do not count.
    """
    bare = word.lstrip("-").lower().replace("_", "-")[:80]
    room = min(max(len(bare) // 3, 1), _MOST) if len(bare) > 2 else 0
    ranked = sorted(
        (_distance(bare, known.lstrip("-").lower(), room), known)
        for known in dict.fromkeys(words)
        if known.strip("-")
    )
    if ranked and ranked[0][0] <= room:
        return ranked[0][1]
    begun = [known for _, known in ranked if len(bare) > 2 and known.lstrip("-").lower().startswith(bare)]
    return min(begun, key=len, default="")


def meant(word: str, words: Iterable[str]) -> str:
    """The same as the end of a message, or nothing."""
    near = nearest(word, words)
    return f"; did you mean `{near}`?" if near else ""


def _distance(one: str, other: str, most: int) -> int:
    """How many letters must be changed, added, dropped, or swapped with the next.

    A number above ``most`` need not be exact.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
