"""A path → the list of values there, through imports: a class, a collection, a constant or a module. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import MOST_PARTS, is_exported, targets_of
from ssot_lint.links.project import Project
from ssot_lint.model.literals import WordList


class ListedAt(NamedTuple):
    """A list of values in its module. ``rest`` are the names of the path after the list."""

    module: Module
    words: WordList
    rest: tuple[str, ...] = ()

    def is_same(self, other: ListedAt | None) -> bool:
        """Whether another list is this one; ``rest`` may differ."""
        own = (self.module.file, self.words.name)
        return other is not None and own == (other.module.file, other.words.name)


def listed(project: Project, path: str) -> ListedAt | None:
    """The list of values at a path, or the list that holds what is there."""
    done: set[str] = set()
    todo = [path]
    while todo and len(done) < MOST_PARTS:
        path = todo.pop()
        if path in done or path.count(".") > MOST_PARTS:
            continue
        done.add(path)
        module, rest = project.find(path)
        if module is None:
            return None
        lists = {one.name: one for one in lists_of(module)}
        for end in range(len(rest), -1, -1):
            found = lists.get(".".join(rest[:end]))
            if found is not None and (end or not rest):
                return ListedAt(module, found, tuple(rest[end:]))
        todo += [*_onwards(project, module, rest)][::-1]
    return None


def lists_of(module: Module) -> Iterator[WordList]:
    yield from module.facts.literals.lists if module.facts.literals is not None else ()


def _onwards(project: Project, module: Module, rest: list[str]) -> Iterator[str]:
    """The paths at which the first name of a path may be defined, that of its binding or those of stars; the first at
    which anything is defined counts."""
    if not rest or module.live(rest[0]):
        path = further(module, rest)
        if path:
            yield path
        return
    for star in module.stars:
        source = absolute(star.module, module)
        if is_exported(project, source, rest[0]):
            yield ".".join([source, *rest])


def further(module: Module, rest: list[str]) -> str:
    """The path from which the first name of a path is taken; empty where that is not certain."""
    bindings = module.live(rest[0]) if rest else []
    targets = {target for one in bindings for target, sure in targets_of(one) if sure}
    if len(bindings) != 1 or len(targets) != 1:
        return ""
    path = absolute(targets.pop(), module)
    return ".".join([path, *rest[1:]]) if path else ""
