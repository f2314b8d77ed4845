"""What the judgements of a run depended on → the form that is remembered. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.links.project import TEXT, USERS
from ssot_lint.model.finding import Hop


class KnownFacts(NamedTuple):
    """The facts of a file: their key, and the digest of what they say. Other bytes may hold the same facts."""

    key: str
    said: str


class Trace(NamedTuple):
    """The key that a file's facts had when it was judged, and the places in ``Traces.table`` of what was touched."""

    path: str
    key: str
    touched: tuple[int, ...]


class Traces(NamedTuple):
    """``facts`` has the facts of all files by path, also of those that were not judged. ``basis`` is what all
    judgements depend on. ``users`` has the known users of a path. Numbers are places in ``table``."""

    table: tuple[str, ...] = ()
    basis: tuple[int, ...] = ()
    facts: tuple[tuple[str, KnownFacts], ...] = ()
    rows: tuple[Trace, ...] = ()
    users: tuple[tuple[int, tuple[Hop, ...]], ...] = ()

    @property
    def is_whole(self) -> bool:
        places = {*self.basis, *(place for place, _ in self.users)}.union(*(row.touched for row in self.rows))
        return all(0 <= place < len(self.table) for place in places)

    def infers(self, row: Trace) -> bool:
        """Whether a judgement depends on all modules that the text of the file mentions."""
        return any(self.table[place] == TEXT for place in row.touched)


Rows = dict[str, tuple[str, tuple[str, ...]]]
"""By path: the key of the facts that a judgement was made from, and what was touched for it."""


def traces(
    basis: Iterable[str],
    facts: Mapping[str, KnownFacts],
    judged: Mapping[str, tuple[str, Iterable[str]]],
    users: Callable[[str], Sequence[Hop] | None] | None,
) -> Traces:
    """The traces of ``judged``, which has by path the key of the facts and what was touched. ``facts`` are those of all
    files; ``users`` gives those of a path, as far as they are known, where they are the same for all files."""
    table: dict[str, int] = {}

    def places(touched: Iterable[str]) -> tuple[int, ...]:
        return tuple([table.setdefault(one, len(table)) for one in sorted(touched)])

    common = places(basis)
    rows = tuple(Trace(path, key, places(touched)) for path, (key, touched) in judged.items())
    of_users = [name for name in table if name.startswith(USERS)] if users is not None else ()
    hops = ((table[name], users(name.removeprefix(USERS))) for name in of_users if users is not None)
    known = tuple([(place, tuple(some)) for place, some in hops if some is not None])
    return Traces(tuple(table), common, tuple(facts.items()), rows, known)
