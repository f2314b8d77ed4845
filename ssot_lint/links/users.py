"""A path → who imports or reaches it, in the whole project. Pure, and the same for all contracts.

Nearly every file with a contract's name asks for users, so all those of paths with one last name are found at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.links.hops import text_of
from ssot_lint.links.names import targets_of
from ssot_lint.links.project import USERS, Project, absolute
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import Hop


def users_of(project: Project, path: str) -> tuple[Hop, ...]:
    """Who imports or reaches a path. For all contracts the same."""
    project.touched.add(USERS + path)
    if path not in project.users:
        name = path.rpartition(".")[2]
        if name not in project.mentions:
            look_for_users(project, [name])
        project.users[path] = tuple(project.mentions[name].get(path, ()))
    return project.users[path]


def look_for_users(project: Project, names: Iterable[str]) -> None:
    """Finds the users of all paths that end in one of these names."""
    found: dict[str, dict[str, list[Hop]]] = {name: {} for name in names if name not in project.mentions}

    def work() -> None:
        for module in project.every():
            if not any(map(module.facts.may_mention, found)):
                continue
            for target, line, text in mentions(module.facts):
                users = found.get(target.rpartition(".")[2])
                path = normal(project, absolute(target, module)) if users is not None else ""
                if users is not None and path:
                    users.setdefault(path, []).append(Hop(module.file.path, line, text))
            module.facts.forget()

    # Nobody depends on all that is looked at, but on the users of one path.
    project.traced(work, apart=True)
    project.mentions.update(found)


def normal(project: Project, path: str) -> str:
    """A path with the names that hold modules replaced by these modules."""
    for _ in range(10):
        file, _prefix, rest = project.split(path)
        module = project.at(file.path) if file is not None else None
        if file is None or not file.module or len(rest) < 1:
            return path
        path = ".".join([file.module, *rest])
        if module is None or len(rest) < 2:
            return path
        targets = [
            absolute(target, module)
            for binding in module.live(rest[0])
            for target, _sure in targets_of(binding)
        ]
        modules = [target for target in targets if project.is_module(target)]
        if not modules:
            return path
        path = ".".join([modules[0], *rest[1:]])
    return path


Mention = tuple[str, int, str]
"""A target, its line, and how it is written there."""


def mentions(facts: Facts) -> Iterator[Mention]:
    """The paths that a file imports or reaches."""
    for one in facts.imports:
        # Of the package around it a file reaches no name, if it takes them all.
        if one.name and one.target.strip("."):
            yield one.target, one.span.line, text_of(one)
    for use in facts.uses:
        if "." in use.ref.spelled:
            for target in use.ref.targets:
                if target[:1] not in ":?":
                    yield target, use.ref.span.line, use.ref.spelled
