"""What each judgement depended on → which of them still hold. Pure.

A judgement of a file is made from its own facts and bytes, the files there are, the settings, and what was looked
up in other files (``links.Project.touched``). It holds as long as none of these has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ssot_lint.links import EVERYTHING, USERS, mentions
from ssot_lint.record import Facts


class Trace(NamedTuple):
    """The key of a file's facts when it was judged, and what was touched meanwhile, by its place in a table."""

    path: str
    key: str
    touched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Traces:
    """``basis`` is what all judgements depend on. Places are those in ``table``."""

    table: tuple[str, ...] = ()
    basis: tuple[int, ...] = ()
    rows: tuple[Trace, ...] = ()


def traces(basis: Iterable[str], judged: Mapping[str, tuple[str, Iterable[str]]]) -> Traces:
    """The traces of judged files: by path the key of the facts, and what was touched."""
    table: dict[str, int] = {}

    def places(touched: Iterable[str]) -> tuple[int, ...]:
        return tuple([table.setdefault(one, len(table)) for one in sorted(touched)])

    common = places(basis)
    rows = tuple(Trace(path, key, places(touched)) for path, (key, touched) in judged.items())
    return Traces(tuple(table), common, rows)


def holding(
    last: Traces, keys: Mapping[str, str], facts_of: Callable[[str], Facts | None]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The rows of the files whose judgement still holds. ``keys`` are those of the facts that files have now;
    ``facts_of`` gives the facts of a key. The files that there are must be the same."""
    before = {row.path: row.key for row in last.rows}
    changed = {path for path in before.keys() | keys.keys() if before.get(path) != keys.get(path)}
    doubtful = changed | {EVERYTHING} if changed else changed
    if not doubtful.isdisjoint(_names(last, last.basis)):
        return {}
    users = _users(changed, before, keys, facts_of)
    bad = {
        place
        for place, name in enumerate(last.table)
        if name in doubtful
        or (name.startswith(USERS) and (users is None or name.rpartition(".")[2] in users))
    }
    return {
        row.path: (row.key, _names(last, row.touched))
        for row in last.rows
        if row.path not in changed and bad.isdisjoint(row.touched)
    }


def _names(found: Traces, places: Iterable[int]) -> tuple[str, ...]:
    return tuple([found.table[place] for place in places])


def _users(
    changed: Iterable[str],
    before: Mapping[str, str],
    now: Mapping[str, str],
    facts_of: Callable[[str], Facts | None],
) -> set[str] | None:
    """The last names of the paths whose users may have changed; None is all of them."""
    names: set[str] = set()
    for path in changed:
        old, new = (facts_of(keys[path]) if path in keys else Facts() for keys in (before, now))
        if old is None or new is None or _aliases(old) != _aliases(new):
            return None
        for target, _, _ in {*mentions(old)} ^ {*mentions(new)}:
            names.add(target.rpartition(".")[2])
    return names


def _aliases(facts: Facts) -> list[tuple[str, object]]:
    """What a module binds, wherever that is: a path that goes by it may be another one."""
    found: list[tuple[str, object]] = [
        (one.bound, one.target) for one in facts.imports if not one.where.scope
    ]
    found += [
        (one.name, one.value.ref.targets if one.value is not None and one.value.ref is not None else ())
        for one in facts.bindings
        if not one.where.scope or one.how == "global"
    ]
    return found
