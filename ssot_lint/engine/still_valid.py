"""The last run and the project as it is now → which judgements still hold. Pure.

A judgement of a file is made from its own facts and bytes, the files there are, the settings, and what was looked
up in other files (``links.Project.touched``). It holds as long as none of these has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ssot_lint.engine.traces import KnownFacts, Rows, Trace, Traces
from ssot_lint.links.conclusions import EVERYTHING
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import targets_of
from ssot_lint.links.project import CONTRACT, USERS, WRITERS, Project
from ssot_lint.links.users import ByPath, Mention, mentions, normal
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import File


class Now(NamedTuple):
    """The project as it is now.

    ``facts`` are those of all files, ``facts_of`` gives the facts of a key, ``projects`` are the worlds in which paths
    are looked up. ``moved`` are files that have come, have gone, or have other names; ``elsewhere`` are files from
    which a path may lead elsewhere for that reason. ``files`` gives a file with its old and its new name, where these
    are the same in all worlds. ``speaking`` gives the files whose facts hold a word, ``concerned`` the contracts that
    matter to a file, or None where these are the same as in the last run, if the file's facts are."""

    facts: Mapping[str, KnownFacts]
    facts_of: Callable[[str], Facts | None]
    projects: Sequence[Project]
    moved: Collection[str]
    files: Callable[[str], Collection[File]]
    elsewhere: Collection[str]
    speaking: Callable[[str], Collection[str]]
    concerned: Callable[[str], Collection[str] | None]


def holding(last: Traces, now: Now) -> tuple[Rows, ByPath, set[str]]:
    """The judgements that still hold; the users that were known, and are still, but for what files that have changed
    say of them; and these files."""
    before = dict(last.facts)
    changed = {
        path for path in before.keys() | now.facts.keys() if _said(before, path) != _said(now.facts, path)
    }
    changed |= {*now.moved} & (before.keys() | now.facts.keys())
    doubtful = {*changed, *now.moved, *now.elsewhere, *([EVERYTHING] if changed or now.elsewhere else ())}
    used = used_elsewhere(changed, before, now)
    written = written_elsewhere(changed, before, now)

    def is_other(name: str) -> bool:
        """Whether a thing that was touched may have changed."""
        for sign, others in ((USERS, used), (WRITERS, written)):
            if name.startswith(sign):
                return others is None or name.removeprefix(sign) in others
        return name in doubtful

    bad = {place for place, name in enumerate(last.table) if is_other(name)}
    users = (
        {last.table[place].removeprefix(USERS): hops for place, hops in last.users}
        if used is not None
        else {}
    )
    if not doubtful.isdisjoint(_names(last, last.basis)):
        return {}, users, changed
    rows = {
        row.path: (row.key, _names(last, row.touched))
        for row in last.rows
        if row.path in now.facts
        and row.path not in now.moved
        and row.path not in now.elsewhere
        and row.key == now.facts[row.path].key
        and bad.isdisjoint(row.touched)
        and _is_concerned_as_before(now.concerned(row.path), last, row)
    }
    return rows, users, changed


def _is_concerned_as_before(contracts: Collection[str] | None, last: Traces, row: Trace) -> bool:
    if contracts is None:
        return True
    before = (name for name in _names(last, row.touched) if name.startswith(CONTRACT))
    return {*contracts} == {name.removeprefix(CONTRACT) for name in before}


def _said(facts: Mapping[str, KnownFacts], path: str) -> str | None:
    return facts[path].said if path in facts else None


def _names(found: Traces, places: Iterable[int]) -> tuple[str, ...]:
    return tuple([found.table[place] for place in places])


def used_elsewhere(changed: Iterable[str], before: Mapping[str, KnownFacts], now: Now) -> set[str] | None:
    """The paths whose users may have changed; None means all paths."""
    if now.elsewhere:
        return None
    used: set[str] = set()
    for path in changed:
        old, new = _facts(path, before, now)
        if old is None or new is None:
            return None
        views = [(project, project.by_path[path]) for project in now.projects if path in project.by_path]
        views += ((project, Module(file, old)) for project in now.projects for file in now.files(path))
        if not views or any(_may_lead_elsewhere(old, new, project, module, now) for project, module in views):
            return None
        unlike = _unlike(old, new, whole=path in now.moved)
        used |= {normal(project, absolute(target, module)) for project, module in views for target in unlike}
    return used


def written_elsewhere(changed: Iterable[str], before: Mapping[str, KnownFacts], now: Now) -> set[str] | None:
    """The names of attributes that other files may change than before; None means all names."""
    found: set[str] = set()
    for path in changed:
        old, new = _facts(path, before, now)
        if old is None or new is None:
            return None
        found |= {one.name for one in old.writes} ^ {one.name for one in new.writes}
    return found


def _facts(path: str, before: Mapping[str, KnownFacts], now: Now) -> tuple[Facts | None, Facts | None]:
    """What a file said and says; None where that is not known."""
    old, new = (now.facts_of(known[path].key) if path in known else Facts() for known in (before, now.facts))
    return old, new


def _unlike(old: Facts, new: Facts, *, whole: bool) -> set[str]:
    """The targets whose last name the file mentions otherwise than before, also more often or in another order.
    ``whole``: all targets."""
    was, now = _by_name(old), _by_name(new)
    return {
        target
        for name in was.keys() | now.keys()
        if whole or was.get(name) != now.get(name)
        for target, _, _ in (*was.get(name, ()), *now.get(name, ()))
    }


def _by_name(facts: Facts) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for mention in mentions(facts):
        found.setdefault(mention[0].rpartition(".")[2], []).append(mention)
    return found


def _may_lead_elsewhere(old: Facts, new: Facts, project: Project, module: Module, now: Now) -> bool:
    """Whether a path in another file may lead through a name of this file that holds another module than before."""
    was, is_now = ({*_modules(facts, module, project)} for facts in (old, new))
    names = {one.rpartition(".")[2] for one in (module.file.module, *module.file.also, *module.file.above)}

    def is_spoken(words: Iterable[str]) -> bool:
        return any({*now.speaking(word)} - {module.file.path} for word in words if word)

    # A module of a package can import from it without its name.
    return (
        was != is_now
        and is_spoken(name for name, _ in was ^ is_now)
        and (module.file.package or is_spoken(names))
    )


def _modules(facts: Facts, module: Module, project: Project) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of a module that are bound to modules, and the paths of these modules."""
    here = replace(module, facts=facts)
    for name in {one.bound for one in facts.imports} | {one.name for one in facts.bindings}:
        targets = [absolute(target, here) for one in here.live(name) for target, _ in targets_of(one)]
        held = tuple(one for one in targets if project.is_module(one))
        if held:
            yield name, held
