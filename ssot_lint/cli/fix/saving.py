"""What is to be repaired → files on the disk. What belongs together is written together, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ssot_lint.engine.fix import Repaired
from ssot_lint.model.errors import GitUnusable, Unusable, WrongInput
from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import printable, relative
from ssot_lint.sources import commits, writing
from ssot_lint.sources.writing import FileEdit

_NAMED = 5
"""So many files are named where there are many."""


def edits(repaired: Repaired, root: Path, base: str) -> list[FileEdit]:
    """The files that change, sorted; shown relative to ``base``."""
    return [
        FileEdit(
            root / path,
            relative(root / path, base),
            repaired.old[path],
            None if path in repaired.removed else repaired.new[path],
        )
        for path in sorted(repaired.new)
    ]


def must_be_committed(folder: Path, paths: Sequence[str]) -> None:
    """WrongInput, where a file that would be written has changes that no commit holds."""
    try:
        dirty = commits.changed(os.path.realpath(folder), paths)
    except GitUnusable as problem:
        raise WrongInput(
            f"git cannot tell what is committed ({problem}): commit, or give --allow-dirty"
        ) from None
    if dirty:
        shown = ", ".join(map(printable, dirty[:_NAMED]))
        more = f" and {len(dirty) - _NAMED} more" if len(dirty) > _NAMED else ""
        raise WrongInput(
            f"not committed yet: {shown}{more}; commit or stash, so that you can go back, or give --allow-dirty"
        )


def saved(repaired: Repaired, todo: Sequence[FileEdit], root: Path) -> tuple[set[str], list[str]]:
    """Writes; the paths of the files that could not be written, and why. A group of files that one fix changes stays as
    it was when one of them cannot be written."""
    by_path = {relative(one.file, root): one for one in todo}
    failed: set[str] = set()
    problems = []
    needed = _needed(repaired)
    for group in _in_order(_groups(by_path, repaired.done), needed):
        missing = sorted(failed & {other for path in group for other in needed.get(path, ())})
        try:
            if missing:
                shown, other = (printable(by_path[path].shown) for path in (group[0], missing[0]))
                raise Unusable(f"{shown} is left: {other} still has what it had")
            writing.write_edits([by_path[path] for path in group])
        except Unusable as problem:
            failed.update(group)
            problems.append(str(problem))
    return failed, problems


def _needed(repaired: Repaired) -> dict[str, set[str]]:
    """For files that names are taken away from, those others that did without these names before that."""
    found: dict[str, set[str]] = {}
    before: set[str] = set()
    for one in repaired.done:
        made = one.fix
        if made is None:
            continue
        touched = {edit.path for edit in made.edits} | set(made.removes)
        for name in made.retires:
            module, _, word = name.rpartition(".")
            # From within a package its own name need not be said.
            words = [word] if one.path.endswith("__init__.py") else [word, module.rpartition(".")[2]]
            users = {path for path in before - touched if _holds(repaired.old.get(path, b""), words)}
            for path in touched:
                found.setdefault(path, set()).update(users)
        before |= touched
    return found


def _holds(data: bytes, words: Iterable[str]) -> bool:
    """Whether a text may hold all of some words, whatever its encoding."""
    return all(not word.isascii() or word.encode() in data for word in words)


def _in_order(groups: list[list[str]], needed: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The groups, each behind those that it needs, as far as these do not need each other."""
    group_of = {path: group for group in groups for path in group}
    found: list[list[str]] = []
    begun: set[str] = set()

    def visit(group: list[str]) -> None:
        if group[0] in begun:
            return
        begun.add(group[0])
        for path in group:
            for other in sorted(needed.get(path, ())):
                if other in group_of:
                    visit(group_of[other])
        found.append(group)

    for group in groups:
        visit(group)
    return found


def _groups(paths: Iterable[str], done: Iterable[Finding]) -> list[list[str]]:
    """The files that fixes hold together."""
    leader = {path: path for path in paths}

    def first(path: str) -> str:
        while leader[path] != path:
            path = leader[path]
        return path

    for one in done:
        if one.fix is None:
            continue
        touched = [edit.path for edit in one.fix.edits] + list(one.fix.removes)
        known = [path for path in touched if path in leader]
        for path in known[1:]:
            leader[first(path)] = first(known[0])
    groups: dict[str, list[str]] = {}
    for path in sorted(leader):
        groups.setdefault(first(path), []).append(path)
    return [groups[key] for key in sorted(groups)]
