"""What makes an object, and the name of a method → whether a call of that gives back the object. Pure.

``Hub().start()`` is the new ``Hub`` where ``start`` ends with ``return self``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from ssot_lint.links.definitions import DEEPEST, bases_of, lineage
from ssot_lint.links.follow import follow
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module
from ssot_lint.links.project import Project
from ssot_lint.links.roles import Roles
from ssot_lint.model.facts import Class
from ssot_lint.model.finding import Hop


class Fluent(NamedTuple):
    """A method that gives back its object. ``hop``: its statement."""

    hop: Hop
    asynchronous: bool


def of_made(project: Project, roles: Roles, made_by: Link, name: str) -> Fluent | None:
    """The method of an object that certainly gives back the object, by what makes that."""
    if made_by.kind == "factory":
        return _of_all(project, roles.managed, name)
    # What another function hands out may be a subclass with other methods.
    goal = follow(project, made_by.path) if made_by.path else None
    if goal is None or goal.module is None or goal.kind != "class":
        return None
    module, qualname = goal.module, goal.path.removeprefix(f"{goal.module.name}.")
    return _of_all(project, [(module, one) for one in module.classes.get(qualname, ())], name)


def names_of(project: Project, roles: Roles) -> list[str]:
    """The names of the methods of the symbol that certainly give back their object."""
    lines = (lineage(project, *one) for one in roles.managed)
    names = {name for line in lines for _, one in line for name in one.fluent}
    return sorted(name for name in names if _of_all(project, roles.managed, name) is not None)


def _of_all(project: Project, classes: Iterable[tuple[Module, Class]], name: str) -> Fluent | None:
    found = {_answer(project, module, klass, name, DEEPEST) for module, klass in classes}
    one = found.pop() if len(found) == 1 else None
    return one if isinstance(one, Fluent) else None


_Answer = Fluent | Literal["other", "nothing"]
"""``nothing``: the class certainly has no such attribute."""


def _answer(project: Project, module: Module, klass: Class, name: str, depth: int) -> _Answer:
    own = [one for one in klass.methods if one.name == name]
    if name in klass.fluent and name not in klass.names and name not in klass.fresh:
        last = own[-1]
        receiver = last.signature.parameters[0].name if last.signature.parameters else "self"
        text = f"def {name}: return {receiver}"
        return Fluent(Hop(module.file.path, last.span.line, text), last.signature.asynchronous)
    if own or name in klass.names or name in klass.fresh or not depth:
        return "other"
    found: _Answer = "nothing"
    for above in bases_of(project, module, klass):
        one = _answer(project, *above, name, depth - 1) if above is not None else "other"
        if one != "nothing":
            # Which of two bases comes first, only the order of all classes tells.
            if found != "nothing" and found != one:
                return "other"
            found = one
    return found
