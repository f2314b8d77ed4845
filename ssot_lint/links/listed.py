"""A path → the list of values there, through imports: a class, a collection, a constant or a module. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.links.names import MOST_PARTS, targets_of
from ssot_lint.links.project import Module, Project, absolute
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
    while path not in done and len(done) < MOST_PARTS and path.count(".") <= MOST_PARTS:
        done.add(path)
        module, rest = project.find(path)
        if module is None:
            return None
        lists = {one.name: one for one in lists_of(module)}
        for end in range(len(rest), -1, -1):
            found = lists.get(".".join(rest[:end]))
            if found is not None and (end or not rest):
                return ListedAt(module, found, tuple(rest[end:]))
        path = further(module, rest)
        if not path:
            return None
    return None


def lists_of(module: Module) -> Iterator[WordList]:
    yield from module.facts.literals.lists if module.facts.literals is not None else ()


def further(module: Module, rest: list[str]) -> str:
    """The path from which the first name of a path is taken; empty where that is not certain."""
    bindings = module.live(rest[0]) if rest else []
    targets = {target for one in bindings for target, sure in targets_of(one) if sure}
    if len(bindings) != 1 or len(targets) != 1:
        return ""
    path = absolute(targets.pop(), module)
    return ".".join([path, *rest[1:]]) if path else ""
