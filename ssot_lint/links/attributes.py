"""A class and the name of an attribute → the statement in a class body that gives the attribute its value. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ssot_lint.links.definitions import DEEPEST, bases_of
from ssot_lint.links.module import Bound, Module
from ssot_lint.links.names import is_conditional
from ssot_lint.links.project import Project
from ssot_lint.model.facts import Binding, Import


class ClassAttribute(NamedTuple):
    """The assignment in the body of a class of that module. ``sure``: no other one can be meant."""

    module: Module
    binding: Binding
    sure: bool


def attribute(
    project: Project, module: Module, qualname: str, name: str, depth: int = DEEPEST
) -> ClassAttribute | None:
    """What an attribute of a class was given in the body of the class, or of a base of it. None where that is not
    certain: a metaclass, a decorator or a base from a library may make something else of it."""
    classes = module.classes.get(qualname, ())
    if len(classes) != 1 or classes[0].metaclass is not None or classes[0].decorators or not depth:
        return None
    klass = classes[0]
    bases = [*bases_of(project, module, klass)]
    if None in bases or any(one.name == name for one in klass.methods):
        return None
    inside = sorted(_inside(module, qualname, name), key=lambda one: one.span)
    others = [one for one in module.attributes.get(qualname, ()) if one.name == name and one not in inside]
    if inside:
        last = next((one for one in inside[::-1] if isinstance(one, Binding) and one.how == "assign"), None)
        later = [one for one in inside if last is None or one.span > last.span]
        if last is None or not all(map(is_conditional, later)):
            return None
        # What is given to it elsewhere may have been given before it is read.
        return ClassAttribute(module, last, not later and not others and not is_conditional(last))
    if others or name in klass.names or len(bases) != 1 or bases[0] is None:
        return None
    where, base = bases[0]
    return attribute(project, where, base.qualname, name, depth - 1)


def _inside(module: Module, qualname: str, name: str) -> list[Bound]:
    """What the body of a class binds a name to."""
    return [
        one
        for one in module.by_name.get(name, ())
        if one.where.scope == qualname
        and one.where.kind == "class"
        and (isinstance(one, Import) or one.how not in ("attribute", "given", "decorated"))
    ]
