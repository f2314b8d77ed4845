"""The events that one user received, by name → what is wrong with their number and order. Pure.

A round is each event of the vocabulary once, in its order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence


def problems_of(received: Sequence[str], words: Sequence[str], rounds: int | None) -> Iterator[str]:
    """A sentence for each problem. All of ``received`` are among ``words``; ``rounds`` None: as many as fit best."""
    place = {word: index for index, word in enumerate(words)}
    parts = _rounds(received, place)
    counts = Counter(received)
    wanted = _likely([counts[word] for word in words]) if rounds is None else rounds
    if len(parts) == wanted:
        # Each event stands where it may: what a round lacks is missing there.
        for number, part in enumerate(parts, 1):
            for word in words:
                if word not in part:
                    yield f"`{word}` is missing{_in_round(number, wanted)}"
        return
    for word in words:
        came = counts[word]
        if came < wanted:
            yield f"`{word}` is missing{_times(came, wanted)}"
        elif came > wanted:
            yield f"`{word}` is repeated: it came {_count(came)}, and should have come {_count(wanted)}"
    yield from _disorder(received, words, place, wanted)


def _likely(counts: Sequence[int]) -> int:
    """The number of rounds by which the fewest events are missing or too many; of equal ones the greatest."""
    return min(range(max(counts), -1, -1), key=lambda rounds: sum(abs(one - rounds) for one in counts))


def _rounds(received: Sequence[str], place: dict[str, int]) -> list[list[str]]:
    """The events cut where one comes that cannot follow in the same round."""
    parts: list[list[str]] = []
    for word in received:
        if parts and place[word] > place[parts[-1][-1]]:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _disorder(
    received: Sequence[str], words: Sequence[str], place: dict[str, int], wanted: int
) -> Iterator[str]:
    """Where an event came before one that should have come first; of each its first so many occurrences count."""
    seen: Counter[str] = Counter()
    latest: tuple[int, int] = (0, -1)
    told = set()
    for word in received:
        at = seen[word], place[word]
        seen[word] += 1
        if at[0] >= wanted:
            continue
        if at < latest:
            before = words[latest[1]]
            if (before, word) not in told:
                told.add((before, word))
                yield f"`{before}` came before `{word}`: they are out of order{_in_round(at[0] + 1, wanted)}"
        else:
            latest = at


def _in_round(number: int, of: int) -> str:
    return f" in round {number} of {of}" if of > 1 else ""


def _times(came: int, wanted: int) -> str:
    return f": it came {_count(came)}, and should have come {_count(wanted)}" if wanted > 1 else ""


def _count(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
