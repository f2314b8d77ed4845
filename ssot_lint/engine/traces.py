"""What the judgements of a run depended on, in the form in which it is remembered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ssot_lint.links.project import TEXT, USERS
from ssot_lint.model.finding import Hop


class KnownFacts(NamedTuple):
    """The facts of a file: their key, and the digest of what they say. Other bytes may say the same."""

    key: str
    said: str


class Trace(NamedTuple):
    """The key of a file's facts when it was judged, and what was touched meanwhile, by its place in a table."""

    path: str
    key: str
    touched: tuple[int, ...]


class Traces(NamedTuple):
    """``facts`` has all facts that there were, by path: also of files that nobody had judged. ``basis`` is what all
    judgements depend on. Places are those in ``table``. ``users`` has who uses a path, as far as that is known."""

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
        """Whether a judgement depends on all that a file's text says of modules."""
        return any(self.table[place] == TEXT for place in row.touched)


Rows = dict[str, tuple[str, tuple[str, ...]]]
"""By path: the key of the facts that a judgement was made from, and what was touched for it."""

Users = Mapping[str, tuple[Hop, ...]]
"""Who uses a path, as far as that is known."""


def traces(
    basis: Iterable[str],
    facts: Mapping[str, KnownFacts],
    judged: Mapping[str, tuple[str, Iterable[str]]],
    users: Users,
) -> Traces:
    """The traces of judged files: by path the key of the facts, and what was touched. ``facts`` are all; ``users`` has
    who uses a path, as far as that is known and the same for all files."""
    table: dict[str, int] = {}

    def places(touched: Iterable[str]) -> tuple[int, ...]:
        return tuple([table.setdefault(one, len(table)) for one in sorted(touched)])

    common = places(basis)
    rows = tuple(Trace(path, key, places(touched)) for path, (key, touched) in judged.items())
    known = tuple((table[USERS + path], hops) for path, hops in users.items() if USERS + path in table)
    return Traces(tuple(table), common, tuple(facts.items()), rows, known)
