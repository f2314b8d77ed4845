"""The names of one module → what they are bound to once it is imported, and which of them it hands on. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.module import Bound, Module, absolute
from ssot_lint.links.project import Project
from ssot_lint.model.facts import OTHERS, Binding, Import, Value

GETATTR = "__getattr__"
MOST_PARTS = 40
"""Paths with more parts than this lead nowhere."""


PARTS = ("loop", "with")
"""How a binding binds a name to something that its value gives."""


def targets_of(bound: Bound, *, items: bool = True) -> Iterator[tuple[str, bool]]:
    """What a binding binds its name to, as targets, with whether that is certain. ``items``: a subscript may be the
    class itself, as ``Box[int]`` is."""
    if isinstance(bound, Import):
        yield (bound.target if bound.name or bound.renamed else bound.bound), True
    elif bound.value is not None and bound.how not in PARTS:
        yield from _value_targets(bound.value, items)


def _value_targets(value: Value, items: bool) -> Iterator[tuple[str, bool]]:
    if (value.form == "path" or (items and value.form == "generic")) and value.ref is not None:
        for target in value.ref.targets:
            yield target, value.ref.sure
    elif value.form in ("same", "await"):
        yield from _value_targets(value.parts[0], items)
    elif value.form == "either":
        for part in value.parts:
            for target, _ in _value_targets(part, items):
                yield target, False


def name_of(bound: Bound) -> str:
    return bound.bound if isinstance(bound, Import) else bound.name


def is_placeholder(bound: Bound) -> bool:
    """``N = None``, which something else fills or replaces."""
    return isinstance(bound, Binding) and bound.value is not None and bound.value.form == "none"


def is_late(bound: Bound) -> bool:
    """Whether a function binds a name of its module, when it is called."""
    return bound.where.deferred


def is_conditional(bound: Bound) -> bool:
    """Whether a run decides if a statement binds anything."""
    return bool(bound.where.guards or bound.where.attempts)


def forwards(project: Project, module: Module) -> Iterator[tuple[str, str, int]]:
    """What a module's ``__getattr__`` serves, as names, absolute paths and lines: its own, or another module's."""
    done = {module.file.path}
    # Of each module on the way what is left to look at, and the line of the first module.
    way = [(module, iter(module.facts.forwards), 0)]
    while way:
        here, left, first = way[-1]
        served, target, line = next(left, ("", "", 0))
        if not line:
            way.pop()
            continue
        path = absolute(target, here)
        if served != GETATTR:
            yield served, path, first or line
            continue
        other, rest = project.find(path) if path else (None, [])
        # Modules may serve from each other; each is looked at once.
        if other is not None and rest == [GETATTR] and other.file.path not in done:
            done.add(other.file.path)
            way.append((other, iter(other.facts.forwards), first or line))


def is_exported(project: Project, path: str, name: str) -> bool:
    """Whether ``from path import *`` brings the name."""
    module = project.module(path)
    exports = exports_of(project, module) if module is not None else None
    if exports is not None and (name in exports or OTHERS not in exports):
        return name in exports
    return not name.startswith("_")


def exports_of(project: Project, module: Module) -> frozenset[str] | None:
    """The names in a module's ``__all__``, with those that it takes from others; ``OTHERS`` where some are not
    known, and None where it has no such list."""
    if module.facts.exports is None:
        return None
    found: set[str] = set()
    done, todo = {module.file.path}, [module]
    for one in todo:
        for name in one.facts.exports or ():
            if name[:1] != OTHERS or name == OTHERS:
                found.add(name)
                continue
            path = absolute(name[1:], one)
            other = project.module(path)
            if other is not None and other.facts.exports is not None:
                # Lists may be parts of each other; each is looked at once.
                if other.file.path not in done:
                    done.add(other.file.path)
                    todo.append(other)
            elif other is not None or path not in project.known:
                # Of a file that nothing is known of, nothing that matters is in the list.
                found.add(OTHERS)
    return frozenset(found)


def names_in(project: Project, path: str) -> list[str]:
    """The names that a module binds, as far as they matter."""
    module = project.module(path)
    if module is None:
        return []
    names = {one.bound for one in module.facts.imports if not one.where.scope and one.name != "*"}
    names |= {one.name for one in module.facts.outer}
    return sorted(names)


def exists(project: Project, path: str) -> bool:
    """Whether the project binds something at a path."""
    file, _, rest = project.split(path)
    if file is None:
        return path in project.packages
    module = project.at(file.path)
    if not rest:
        return True
    if module is None:
        return False
    if module.facts.problem:
        return True
    name = rest[0]
    if module.live(name) or any(served in (name, "*", GETATTR) for served, _, _ in module.facts.forwards):
        if len(rest) == 1:
            return True
        inner = ".".join(rest)
        nested = [one.qualname for one in module.facts.classes]
        nested += [one.qualname for one in module.facts.functions]
        statement = any(isinstance(b, Binding) and b.how == "class" for b in module.live(name))
        return inner in nested or not statement
    for star in module.facts.imports:
        if star.name == "*" and not star.where.scope:
            source = absolute(star.module, module)
            known = project.is_module(source)
            if not known or (
                source != module.name
                and is_exported(project, source, name)
                and exists(project, f"{source}.{name}")
            ):
                return True
    return False
