"""A path → who imports or reaches it, in the whole project. Pure, and the same for all contracts.

Nearly every file with a contract's name asks for users, so all those of paths with one last name are found at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from ssot_lint.links.hops import text_of
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import targets_of
from ssot_lint.links.project import USERS, Project
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import Hop

ByPath = Mapping[str, Sequence[Hop]]
"""The users of paths, in the order of their files."""


def users_of(project: Project, path: str) -> Sequence[Hop]:
    """Who imports or reaches a path. For all contracts the same."""
    project.touched.add(USERS + path)
    name = path.rpartition(".")[2]
    if path not in project.users and name not in project.mentions:
        look_for_users(project, [name])
    found = known_users(project, path)
    assert found is not None
    return found


def known_users(project: Project, path: str) -> Sequence[Hop] | None:
    """The users of a path, if they are known."""
    mentions = project.mentions.get(path.rpartition(".")[2])
    return project.users.get(path) if mentions is None else mentions.get(path, ())


def look_for_users(project: Project, names: Iterable[str]) -> None:
    """Finds the users of all paths that end in one of these names."""
    new = [name for name in names if name not in project.mentions]
    # Nobody depends on all that is looked at, but on the users of one path.
    found, _ = project.traced(lambda: _mentioned(project, project.every(), new), apart=True)
    project.mentions.update(found)


def renew(project: Project, users: ByPath, mentions: Mapping[str, ByPath], changed: Collection[str]) -> None:
    """Has a project know of users what was known before some files have ``changed``. All others mean what they have
    meant."""
    last = {path: path.rpartition(".")[2] for path in users}
    modules = [project.by_path[path] for path in sorted(changed) if path in project.by_path]
    new, _ = project.traced(
        lambda: _mentioned(project, modules, mentions.keys() | set(last.values())), apart=True
    )
    project.users.update(users)
    for path in _touched(users, changed) | {path for path in users if path in new[last[path]]}:
        project.users[path] = _joined(users[path], new[last[path]].get(path, ()), changed)
    for name, known in mentions.items():
        now = dict(known)
        for path in _touched(known, changed) | new[name].keys():
            now[path] = _joined(known.get(path, ()), new[name].get(path, ()), changed)
        project.mentions[name] = now


def _touched(known: ByPath, changed: Collection[str]) -> set[str]:
    """The paths with a user among some files."""
    return {path for path, hops in known.items() for hop in hops if hop.path in changed}


def _joined(known: Sequence[Hop], new: Sequence[Hop], changed: Collection[str]) -> Sequence[Hop]:
    others = [hop for hop in known if hop.path not in changed]
    return sorted([*others, *new], key=lambda hop: hop.path)


def _mentioned(
    project: Project, modules: Iterable[Module], names: Iterable[str]
) -> dict[str, dict[str, list[Hop]]]:
    """By each of some names the users of the paths that end in it, as far as some modules are these."""
    found: dict[str, dict[str, list[Hop]]] = {name: {} for name in names}
    for module in modules:
        if not any(map(module.facts.may_mention, found)):
            continue
        for target, line, text in mentions(module.facts):
            users = found.get(target.rpartition(".")[2])
            path = normal(project, absolute(target, module)) if users is not None else ""
            if users is not None and path:
                users.setdefault(path, []).append(Hop(module.file.path, line, text))
        module.facts.forget()
    return found


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
    """The paths that a file imports or reaches; who reaches ``mod.N.create`` reaches ``mod.N``."""
    for one in facts.imports:
        # Of the package around it a file reaches no name, if it takes them all.
        if one.name and one.target.strip("."):
            yield one.target, one.span.line, text_of(one)
    for use in facts.uses:
        if "." in use.ref.spelled:
            for target in use.ref.targets:
                if target[:1] not in ":?":
                    # What its first name is, the binding of that reaches.
                    for path in islice(beginnings(target), use.ref.spelled.count(".")):
                        if path.strip("."):
                            yield path, use.ref.span.line, use.ref.spelled
