"""A path → where it leads through imports and plain assignments: a module, a statement, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ssot_lint.links.names import MOST_PARTS, is_conditional, is_exported, targets_of
from ssot_lint.links.project import Module, Project, absolute
from ssot_lint.model.facts import Binding

PLAIN_BASES = frozenset(["object", "ABC", "Generic", "Protocol"])
"""Bases that do nothing to the attributes of a class."""


STATEMENTS = frozenset(("class", "def", "value"))


class Goal(NamedTuple):
    """Where a path leads through imports and plain assignments.

    ``kind``: ``module``; ``class``, ``def`` or ``value`` (another assignment, which is ``binding``); ``nothing``, where
    the project certainly binds nothing there; ``unknown`` where a run decides, or a library. ``given`` is the path that
    was asked for, also by the name that its module has from the nearest root; ``way`` has all paths from there to the
    last. ``body``: that of a function which a class inherits."""

    kind: str
    given: tuple[str, ...]
    way: tuple[str, ...]
    module: Module | None = None
    binding: Binding | None = None
    inherited: str = ""

    @property
    def path(self) -> str:
        return self.way[-1]

    @property
    def body(self) -> str:
        return self.inherited or self.path


NO_CALLABLES = frozenset("none string empty container tuple".split())
"""The forms of values that cannot be called."""


def may_be_called(goal: Goal) -> bool:
    """Whether there may be a callable: no module, and no plain data."""
    value = goal.binding.value if goal.binding is not None else None
    return goal.kind != "module" and (value is None or value.form not in NO_CALLABLES)


def follow(project: Project, path: str, seen: Sequence[str] = ()) -> Goal:
    """Where a path leads. One that begins outside of the project leads to ``nothing``. ``seen`` are paths that have led
    here."""
    way: list[str] = []
    given = 0
    while path not in (*seen, *way) and len(seen) + len(way) < MOST_PARTS and path.count(".") <= MOST_PARTS:
        way.append(path)
        file, prefix, rest = project.split(path)
        if file is not None and file.module and prefix != file.module:
            path = ".".join([file.module, *rest])
            given += len(way) == 1
            continue
        start = tuple(way[: given + 1])
        if file is None:
            kind = "module" if path in project.packages else "unknown" if len(way) > given + 1 else "nothing"
            return Goal(kind, start, tuple(way))
        module = project.at(file.path)
        if not rest:
            return Goal("module", start, tuple(way), module)
        if module is None or module.facts.problem:
            return Goal("unknown", start, tuple(way))
        step = _step(project, module, rest, (*seen, *way))
        if isinstance(step, Goal):
            return step._replace(given=start, way=tuple(way))
        path = step
    way = way or [path]
    return Goal("unknown", tuple(way[: given + 1]), tuple(way))


def _step(project: Project, module: Module, rest: Sequence[str], seen: Sequence[str]) -> str | Goal:
    """The next path on the way from a name of a module, or where the way ends."""
    name, tail = rest[0], list(rest[1:])
    bindings = module.live(name)
    statements = [one for one in bindings if isinstance(one, Binding) and one.how in ("class", "def")]
    unknown = Goal("unknown", (), (), module)
    if bindings and len(statements) == len(bindings):
        kinds = {_inside(project, module, one, tail, seen) for one in statements}
        return kinds.pop() if len(kinds) == 1 else unknown
    if len(bindings) > 1:
        return unknown
    if not bindings:
        return _served(project, module, rest, seen)
    targets = list(dict.fromkeys(targets_of(bindings[0])))
    if len(targets) == 1 and targets[0][1] and not targets[0][0].startswith("?"):
        path = absolute(targets[0][0], module)
        return ".".join([path, *tail]) if path else unknown
    if isinstance(bindings[0], Binding) and not targets and not tail and bindings[0].how == "assign":
        return Goal("value", (), (), module, bindings[0])
    return unknown


def _inside(
    project: Project, module: Module, binding: Binding, tail: Sequence[str], seen: Sequence[str]
) -> Goal:
    """What a class or function is, or an attribute of a class; inherited ones are looked for in its bases."""
    unknown = Goal("unknown", (), (), module)
    if not tail:
        return Goal(binding.how, (), (), module)
    name = ".".join([binding.name, *tail])
    if any(one.qualname == name for one in module.facts.functions):
        return Goal("def", (), (), module)
    if any(one.qualname == name for one in module.facts.classes):
        return Goal("class", (), (), module)
    klass = next((one for one in module.facts.classes if one.qualname == binding.name), None)
    own = [one for one in module.facts.bindings if one.where.scope == binding.name and one.name == tail[0]]
    if klass is None or own or len(tail) > 1 or klass.metaclass is not None or klass.decorators:
        return unknown
    for base in klass.bases:
        if base.ref is not None and base.ref.spelled.rpartition(".")[2] in PLAIN_BASES:
            continue
        targets = base.ref.targets if base.ref is not None else ()
        path = absolute(targets[0], module) if len(targets) == 1 else ""
        goal = follow(project, f"{path}.{tail[0]}", seen) if path else unknown
        if goal.kind == "def":
            return Goal("def", (), (), goal.module, inherited=goal.body)
        # What nothing binds, and no star brings, is one of the builtins.
        if goal.kind != "nothing" or targets[0][:1] == "?" or project.split(path)[0] is None:
            return unknown
    return Goal("nothing", (), (), module)


def _served(project: Project, module: Module, rest: Sequence[str], seen: Sequence[str]) -> str | Goal:
    """The next path by a name that a module does not bind: by its ``__getattr__``, or by a star import."""
    unknown = Goal("unknown", (), (), module)
    for served, target, _ in module.facts.forwards:
        if served in (rest[0], "*"):
            path = absolute(target, module)
            return ".".join([path, *rest[served != "*" :]]) if path else unknown
    if any(one.qualname == "__getattr__" for one in module.facts.functions):
        return unknown
    found: dict[str, Goal] = {}
    for star in module.stars:
        source = absolute(star.module, module)
        if not project.is_module(source):
            return unknown
        goal = follow(project, ".".join([source, *rest]), seen) if source != module.name else unknown
        if goal.kind != "nothing" and is_exported(project, source, rest[0]):
            found[".".join([source, *rest])] = goal
            if not is_conditional(star):
                break
    # A star of the module itself has led nowhere.
    ends = {goal.path if goal.way else path for path, goal in found.items()}
    return (
        next(iter(found)) if len(ends) == 1 else Goal("nothing" if not found else "unknown", (), (), module)
    )
