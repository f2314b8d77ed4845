"""The path of a parameter → the function that takes it. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ssot_lint.links.follow import follow
from ssot_lint.links.module import Module
from ssot_lint.links.project import Project
from ssot_lint.model.facts import Annotation, Class


class ParameterTaker(NamedTuple):
    """The module of the function. ``found``: the parameters of that name there. ``is_known``: the whole function is
    known, so if ``found`` is empty, it has no such parameter. ``others`` are the names of those that it has."""

    module: Module
    found: tuple[Annotation, ...]
    is_known: bool
    others: tuple[str, ...]


def taker_of(project: Project, path: str) -> ParameterTaker | None:
    """The function that takes the parameter at a path; None where the project has no such function."""
    _, prefix, rest = project.split(path)
    goal = follow(project, f"{prefix}.{rest[0]}") if len(rest) > 1 else None
    if goal is None or goal.module is None or goal.kind not in ("class", "def"):
        return None
    inner = ".".join([goal.path.rpartition(".")[2], *rest[1:-1]])
    classes = goal.module.classes
    of_class = classes.get(inner, ())
    named = [one for one in goal.module.facts.annotations if one.name == rest[-1]]
    found = [
        one
        for one in named
        if one.function == f"{inner}.__init__" or (one.function == inner and not of_class)
    ]
    if not found and any(one.decorators or one.bases for one in of_class):
        # What makes a dataclass of it, or a model, writes the function that takes its fields.
        found = [one for one in named if one.function == inner]
    own = [one.parameters for one in goal.module.functions.get(inner, ())]
    own += [one.parameters or () for one in of_class]
    others = tuple(one for parameters in own for one in parameters if not one.startswith("*"))
    return ParameterTaker(goal.module, tuple(found), goal.kind == "def" or _is_known(classes, inner), others)


def _is_known(classes: dict[str, list[Class]], inner: str) -> bool:
    """Whether the method that takes the parameter is certainly that of the class, or there certainly is none."""
    for owner, method in ((inner, "__init__"), (inner.rpartition(".")[0], inner.rpartition(".")[2])):
        for klass in classes.get(owner, ()):
            has = any(one.name == method for one in klass.methods)
            lacks = not klass.bases and klass.metaclass is None and method not in klass.names
            return not klass.decorators and (has or lacks)
    return False
