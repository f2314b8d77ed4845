"""SOT305 without a contract: code that runs after import writes to a container that exists once."""

from __future__ import annotations

from ssot_lint.facts.definitions.bodies import CHANGERS
from ssot_lint.links.definitions import Key
from ssot_lint.links.module import Module
from ssot_lint.model.sharing import Slot
from ssot_lint.rules.every_class.doings import Doing
from ssot_lint.rules.every_class.survey import Shared, Survey, is_cached, where_bound, writers, written
from ssot_lint.rules.every_class.timing import is_of_none
from ssot_lint.rules.evidence import Match


def found(survey: Survey, module: Module, name: str) -> Shared | None:
    key = (module.file.path, name)
    bound = survey.definitions.held(key)
    held = next((one for one in bound if one.form == "container"), None)
    if held is None or survey.spoken_for(survey.classes.dotted(key)):
        return None
    if held.owner and _is_of_each(survey, module, held, key):
        return None
    writing = [one for one in survey.doings.to.get(key, ()) if _writes_to(survey, held, one)]
    late = [one for one in writing if survey.timing.runs_late(one) and not _completes(survey, one, key)]
    if not late:
        return None
    default = held.owner in survey.definitions.names[module.file.path].functions
    if default:
        message = f"the default of `{held.name}` is one for all calls, and {written(late[0], module)}"
        advice = f"make it in the function where `{held.name}` is None"
    else:
        message = f"`{name}` is shared by the whole process, and {written(late[0], module)}"
        advice = "hand it to those who need it, or keep it in a ContextVar"
    where = where_bound(held.owner, of_function=default)
    match = Match(held.span, message, name, where, writers(late), may=default, advice=advice)
    return Shared("SOT305", survey.classes.dotted(key), match)


def _completes(survey: Survey, doing: Doing, key: Key) -> bool:
    """Whether a function without parameters fills a container once: it is cached, or called where that is empty."""
    path, outer = doing.module.file.path, doing.touch.outer
    function = survey.definitions.names[path].functions.get(outer)
    if function is None or function.keyed or doing.touch.depth or not is_of_none(function):
        return False
    if is_cached(function):
        return True
    callers = survey.timing.references_to((path, outer), function.owner, outer.rpartition(".")[2])
    return bool(callers) and all(
        one.touch.how == "call" and (_finds_empty(survey, one, key) or not survey.timing.runs_late(one))
        for one in callers or ()
    )


def _finds_empty(survey: Survey, doing: Doing, key: Key) -> bool:
    places = (survey.definitions.of(target, doing.module) for target in doing.touch.unset)
    return any(place is not None and (place.kind, place.key) == ("held", key) for place in places)


def _is_of_each(survey: Survey, module: Module, held: Slot, key: Key) -> bool:
    """Whether a container in a class is no attribute that its objects share."""
    klass = (module.file.path, held.owner)
    if held.owner not in survey.definitions.names[module.file.path].classes:
        return False
    if survey.classes.is_enum(klass):
        return True
    state = survey.definitions.klass(klass)
    if state.shape in ("call", "borg", "new", "getter"):
        lines = {one.touch.line for one in survey.doings.to.get(key, ()) if one.module is module}
        if state.shape_line in lines:
            return True
    # A base or a decorator of a library may make a copy for each object, as models of data do.
    return held.declared and (bool(survey.classes.lineage(klass)[1]) or bool(state.decorators))


def _writes_to(survey: Survey, held: Slot, doing: Doing) -> bool:
    touch, rest = doing.touch, doing.rest
    if touch.via == "self" and survey.changes.has_own(doing, held.name):
        return False
    if not rest:
        return touch.how in ("item", "augment") or (touch.how == "set" and _replaces(survey, held, doing))
    return len(rest) == 1 and touch.how == "call" and rest[0] in CHANGERS


def _replaces(survey: Survey, held: Slot, doing: Doing) -> bool:
    """Whether a container gets another in its place: of the module, or of the class itself and no subclass."""
    touch = doing.touch
    state = doing.module.facts.sharing
    if state is None or not any(
        (fill.target, fill.scope, fill.form) == (touch.target, touch.scope, "container")
        for fill in state.fills
    ):
        return False
    holder = survey.definitions.of(touch.target.rpartition(".")[0], doing.module) if held.owner else None
    return holder is None or holder.kind != "class" or holder.key[1] == held.owner
