"""SOT301 without a contract: code that runs after import changes an object that a module made at import."""

from __future__ import annotations

import sys

from ssot_lint.facts.definitions.bodies import CHANGERS
from ssot_lint.links.definitions import Key
from ssot_lint.links.module import Module
from ssot_lint.model.sharing import Slot
from ssot_lint.rules.every_class.classes import OF_CLASSES
from ssot_lint.rules.every_class.doings import Doing
from ssot_lint.rules.every_class.survey import ADVICE, Shared, Survey, where_bound, writers, written
from ssot_lint.rules.evidence import Match

DESCRIBES = frozenset("__get__ __set__ __set_name__".split())
"""Methods by which an object in a class's body decides what the class, or its objects, have there."""


def found(survey: Survey, module: Module, name: str) -> Shared | None:
    classes = survey.classes
    key = (module.file.path, name)
    for held in survey.definitions.held(key):
        klass = classes.made(held.paths, module) if held.form == "call" else None
        if klass is None or classes.is_contextual(klass) or survey.spoken_for(classes.dotted(klass)):
            continue
        of_class = held.owner in survey.definitions.names[module.file.path].classes
        if of_class and _is_of_each(survey, module, held, klass):
            continue
        late = [
            one
            for one in survey.doings.to.get(key, ())
            if _is_changed(survey, klass, held, one) and survey.timing.runs_late(one)
        ]
        if late:
            symbol = classes.dotted(klass)
            shown = name or f"sys.modules[{module.name!r}]"
            message = f"`{shown}` is one {symbol} for the whole process, and {written(late[0], module)}"
            where = where_bound(held.owner, of_function=bool(held.owner) and not of_class)
            chain = (*writers(late), *survey.changed(klass, held.given))
            match = Match(held.span, message, shown, where, chain, advice=ADVICE)
            return Shared("SOT301", symbol, match)
    return None


def _is_of_each(survey: Survey, module: Module, held: Slot, klass: Key) -> bool:
    """Whether an instance in the body of a class may not be what the objects of that class find there."""
    holder = (module.file.path, held.owner)
    return held.declared or survey.classes.is_enum(holder) or _is_replaced(survey, holder, klass)


def _is_replaced(survey: Survey, holder: Key, klass: Key) -> bool:
    """Whether the instance may be a descriptor, which a base of a library can make it, or a metaclass replaces it."""
    if any(DESCRIBES & {*one.methods} for one in survey.classes.states_of(klass)):
        return True
    if not all(_is_known(base) for base in survey.classes.lineage(klass)[1]):
        return True
    for path, name in survey.classes.lineage(holder)[0]:
        for target in survey.definitions.klass((path, name)).metaclass:
            place = survey.definitions.of(target, survey.classes.project.by_path[path])
            if place is None or place.kind != "class":
                return target != "abc.ABCMeta"
            if any(OF_CLASSES & {*one.methods} for one in survey.classes.states_of(place.key)):
                return True
    return False


def _is_known(base: str) -> bool:
    """Whether a base outside the project is one of Python's that makes no descriptors."""
    if base.startswith("?"):
        return base not in ("?", "?property", "?classmethod", "?staticmethod")
    return base.partition(".")[0] in sys.stdlib_module_names and not base.startswith("functools.")


def _is_changed(survey: Survey, klass: Key, held: Slot, doing: Doing) -> bool:
    """Whether what is done to an object of a class changes it."""
    touch, rest = doing.touch, doing.rest
    classes = survey.classes
    if touch.via == "self" and held.owner and survey.changes.has_own(doing, held.name):
        return False
    if rest and (
        rest[0] in classes.contextual(klass) or (len(rest) > 1 and _is_computed(survey, klass, rest[0]))
    ):
        return False
    match touch.how:
        case "memo":
            # Only of its own attributes an object knows that they hold what it gives by itself.
            return not touch.via and bool(rest) and not classes.is_container(klass)
        case "call":
            return _is_changing_call(survey, klass, held, rest)
        case "item" if not rest:
            changing = survey.changes.given(klass, held.given)
            return "__setitem__" in changing or classes.is_container(klass)
        case "item":
            return len(rest) == 1
        case "set" | "augment":
            return bool(rest)
    return False


def _is_changing_call(survey: Survey, klass: Key, held: Slot, rest: tuple[str, ...]) -> bool:
    """Whether the call of an object, of its method or of a method of its attribute changes the object."""
    changing = survey.changes.given(klass, held.given)
    if not rest:
        return "__call__" in changing
    if len(rest) == 1:
        return rest[0] in changing or (survey.classes.is_container(klass) and rest[0] in CHANGERS)
    containers = {"__dict__", *(name for one in survey.classes.states_of(klass) for name in one.containers)}
    return len(rest) == 2 and rest[0] in containers and rest[1] in CHANGERS


def _is_computed(survey: Survey, klass: Key, name: str) -> bool:
    """Whether an attribute is a property or a method, which may give another object each time."""
    place = survey.classes.attribute(klass, (name,))
    return place is not None and place.kind == "function"
