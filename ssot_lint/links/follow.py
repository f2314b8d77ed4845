"""A path → where it leads through imports and plain assignments: a module, a statement, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import GETATTR, MOST_PARTS, forwards, is_conditional, is_exported, targets_of
from ssot_lint.links.project import Project
from ssot_lint.model.facts import Binding, Value
from ssot_lint.model.finding import File

_PLAIN_BASES = frozenset(["object", "ABC", "Generic", "Protocol"])


STATEMENTS = frozenset(("class", "def", "value"))


def is_plain(base: Value) -> bool:
    """Whether a base does nothing to the attributes of a class."""
    return base.ref is not None and base.ref.spelled.rpartition(".")[2] in _PLAIN_BASES


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


def follow(project: Project, path: str) -> Goal:
    """Where a path leads. One that begins outside of the project leads to ``nothing``."""
    return _Search(project).goal(path)


class _Search:
    """The work on one question. What was found on the way is not looked for again: between modules that take all names
    from each other there are far more ways than modules."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.begun: set[str] = set()
        """The paths that have led here: who comes to one of them again goes in a circle."""
        self.found: dict[str, Goal] = {}

    def goal(self, path: str) -> Goal:
        if path in self.begun:
            return Goal("unknown", (path,), (path,))
        if path not in self.found:
            self.found[path] = self._goal(path)
        return self.found[path]

    def _goal(self, path: str) -> Goal:
        way: list[str] = []
        given = 0
        end: Goal | None = None
        while end is None and self._may_go_on(path):
            known = self.found.get(path)
            if known is not None and known.kind != "nothing":
                end = known._replace(way=(*way, *known.way))
                break
            way.append(path)
            self.begun.add(path)
            file, prefix, rest = self.project.split(path)
            if file is not None and file.module and prefix != file.module:
                path = ".".join([file.module, *rest])
                given += len(way) == 1
                continue
            step = self._step(path, file, rest, is_asked=len(way) == given + 1)
            if isinstance(step, Goal):
                end = step._replace(way=tuple(way))
            else:
                path = step
        self.begun.difference_update(way)
        way = way or [path]
        end = end or Goal("unknown", (), tuple(way))
        return end._replace(given=tuple(way[: given + 1]))

    def _may_go_on(self, path: str) -> bool:
        return path not in self.begun and len(self.begun) < MOST_PARTS and path.count(".") <= MOST_PARTS

    def _step(self, path: str, file: File | None, rest: Sequence[str], *, is_asked: bool) -> str | Goal:
        """The next path behind one, or where the way ends. ``is_asked``: the path is the one of the question."""
        if file is None:
            return Goal(
                "module" if path in self.project.packages else "nothing" if is_asked else "unknown", (), ()
            )
        module = self.project.at(file.path)
        if not rest:
            return Goal("module", (), (), module)
        if module is None or module.facts.problem:
            return Goal("unknown", (), ())
        return self._of_name(module, rest)

    def _of_name(self, module: Module, rest: Sequence[str]) -> str | Goal:
        """The next path on the way from a name of a module, or where the way ends."""
        name, tail = rest[0], list(rest[1:])
        bindings = module.live(name)
        statements = [one for one in bindings if isinstance(one, Binding) and one.how in ("class", "def")]
        unknown = Goal("unknown", (), (), module)
        if bindings and len(statements) == len(bindings):
            goals = [self._inside(module, one, tail) for one in statements]
            return goals[0] if all(goal == goals[0] for goal in goals) else unknown
        if len(bindings) > 1:
            return unknown
        if not bindings:
            return self._unbound(module, rest)
        targets = list(dict.fromkeys(targets_of(bindings[0])))
        if len(targets) == 1 and targets[0][1] and not targets[0][0].startswith("?"):
            path = absolute(targets[0][0], module)
            return ".".join([path, *tail]) if path else unknown
        if isinstance(bindings[0], Binding) and not targets and not tail and bindings[0].how == "assign":
            return Goal("value", (), (), module, bindings[0])
        return unknown

    def _inside(self, module: Module, binding: Binding, tail: Sequence[str]) -> Goal:
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
        own = [
            one for one in module.facts.bindings if one.where.scope == binding.name and one.name == tail[0]
        ]
        if klass is None or own or len(tail) > 1 or klass.metaclass is not None or klass.decorators:
            return unknown
        for base in klass.bases:
            if is_plain(base):
                continue
            targets = base.ref.targets if base.ref is not None else ()
            path = absolute(targets[0], module) if len(targets) == 1 else ""
            goal = self.goal(f"{path}.{tail[0]}") if path else unknown
            if goal.kind == "def":
                return Goal("def", (), (), goal.module, inherited=goal.body)
            # What nothing binds, and no star brings, is one of the builtins.
            if goal.kind != "nothing" or targets[0][:1] == "?" or self.project.split(path)[0] is None:
                return unknown
        return Goal("nothing", (), (), module)

    def _unbound(self, module: Module, rest: Sequence[str]) -> str | Goal:
        """The next path by a name that no statement of a module binds by itself. A star import may bring it; only what
        none brings is its ``__getattr__`` asked for."""
        unknown = Goal("unknown", (), (), module)
        found: dict[str, Goal] = {}
        is_settled = False
        for star in module.stars:
            source = absolute(star.module, module)
            if not self.project.is_module(source):
                if found:
                    return unknown
                return self._served(module, rest) or unknown
            # A file without facts holds none of the names that are asked about.
            if self.project.module(source) is None or not is_exported(self.project, source, rest[0]):
                continue
            goal = self.goal(".".join([source, *rest])) if source != module.name else unknown
            if goal.kind != "nothing":
                found[".".join([source, *rest])] = goal
                is_settled = not is_conditional(star)
                if is_settled:
                    break
        served = self._served(module, rest) if not is_settled else ""
        if not found:
            return served or (unknown if self._is_asked(module) else Goal("nothing", (), (), module))
        if served:
            found[served] = self.goal(served)
        # A star of the module itself has led nowhere.
        ends = {goal.path if goal.way else path for path, goal in found.items()}
        return next(iter(found)) if len(ends) == 1 else unknown

    def _served(self, module: Module, rest: Sequence[str]) -> str:
        """The path by which a module's ``__getattr__`` serves a name, if it tells."""
        for served, path, _ in forwards(self.project, module):
            if served in (rest[0], "*") and path:
                return ".".join([path, *rest[served != "*" :]])
        return ""

    def _is_asked(self, module: Module) -> bool:
        """Whether a module has a function that is asked for the names that it does not bind."""
        return bool(module.live(GETATTR))
