"""What each judgement depended on → which of them still hold. Pure.

A judgement of a file is made from its own facts and bytes, the files there are, the settings, and what was looked
up in other files (``links.Project.touched``). It holds as long as none of these has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ssot_lint.codec import Damaged
from ssot_lint.links import Links, mentions
from ssot_lint.model import File, Hop
from ssot_lint.modules import EVERYTHING, USERS, Module
from ssot_lint.record import Facts


class Known(NamedTuple):
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
    facts: tuple[tuple[str, Known], ...] = ()
    rows: tuple[Trace, ...] = ()
    users: tuple[tuple[int, tuple[Hop, ...]], ...] = ()


Rows = dict[str, tuple[str, tuple[str, ...]]]
"""By path: the key of the facts that a judgement was made from, and what was touched for it."""

Users = Mapping[str, tuple[Hop, ...]]
"""Who uses a path, as far as that is known."""


def traces(
    basis: Iterable[str],
    facts: Mapping[str, Known],
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


def holding(
    last: Traces, now: Mapping[str, Known], facts_of: Callable[[str], Facts | None]
) -> tuple[Rows, Users]:
    """The judgements that still hold, and what is still known of users. ``now`` are the facts that files have by now;
    ``facts_of`` gives those of a key. The files that there are must be the same. Raises Damaged."""
    size = len(last.table)
    places = {*last.basis, *(place for place, _ in last.users)}.union(*(row.touched for row in last.rows))
    if not all(0 <= place < size for place in places):
        raise Damaged("traces of something else")
    before = dict(last.facts)
    changed = {path for path in before.keys() | now.keys() if _said(before, path) != _said(now, path)}
    doubtful = changed | {EVERYTHING} if changed else changed
    names = _users(changed, before, now, facts_of)

    def is_other(name: str) -> bool:
        """Whether something that was touched may not be as it was."""
        of_users = name.startswith(USERS) and (names is None or name.rpartition(".")[2] in names)
        return name in doubtful or of_users

    bad = {place for place, name in enumerate(last.table) if is_other(name)}
    users = {last.table[place].removeprefix(USERS): hops for place, hops in last.users if place not in bad}
    if not doubtful.isdisjoint(_names(last, last.basis)):
        return {}, users
    rows = {
        row.path: (row.key, _names(last, row.touched))
        for row in last.rows
        if row.path in now and row.key == now[row.path].key and bad.isdisjoint(row.touched)
    }
    return rows, users


def _said(facts: Mapping[str, Known], path: str) -> str | None:
    return facts[path].said if path in facts else None


def _names(found: Traces, places: Iterable[int]) -> tuple[str, ...]:
    return tuple([found.table[place] for place in places])


def _users(
    changed: Iterable[str],
    before: Mapping[str, Known],
    now: Mapping[str, Known],
    facts_of: Callable[[str], Facts | None],
) -> set[str] | None:
    """The last names of the paths whose users may have changed; None is all of them."""
    names: set[str] = set()
    for path in changed:
        old, new = (facts_of(known[path].key) if path in known else Facts() for known in (before, now))
        if old is None or new is None or _aliases(old) != _aliases(new):
            return None
        was, now_is = _mentioned(old), _mentioned(new)
        names |= {name for name in was.keys() | now_is.keys() if was.get(name) != now_is.get(name)}
    return names


def _mentioned(facts: Facts) -> dict[str, list[tuple[str, int, str]]]:
    """The paths that a file imports or reaches, by their last names: how often and in what order counts."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for mention in mentions(facts):
        found.setdefault(mention[0].rpartition(".")[2], []).append(mention)
    return found


def _aliases(facts: Facts) -> dict[str, list[str]]:
    """What the names of a module stand for: a path that goes by one of them may be another one."""
    module = Module(File("", "", package=False, tests=False), facts)
    names = {one.bound for one in facts.imports} | {one.name for one in facts.bindings}
    found = {
        name: [target for one in Links.live(module, name) for target, _ in Links.targets(one, module)]
        for name in names
    }
    return {name: targets for name, targets in found.items() if targets}
