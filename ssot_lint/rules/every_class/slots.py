"""SOT302 without a contract: a function fills a slot that outlives the call with an object, for all callers."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.definitions import Key
from ssot_lint.links.module import Module
from ssot_lint.model.facts import Where
from ssot_lint.model.sharing import Fill, Sharing
from ssot_lint.rules.every_class.survey import ADVICE, Shared, Survey
from ssot_lint.rules.evidence import Match


def found(survey: Survey, module: Module, state: Sharing) -> Iterator[Shared]:
    for fill in state.fills:
        klass = survey.classes.made(fill.paths, module) if fill.form == "call" else None
        if klass is None or not survey.is_judged(klass):
            continue
        slot = _slot(survey, module, fill, klass) if fill.lazy or _is_bound(survey, module, fill) else ""
        if not slot or not survey.timing.late(module, fill.outer, fill.depth, fill.scope):
            continue
        symbol = survey.classes.dotted(klass)
        message = f"`{slot}` keeps an instance of {symbol} for all callers"
        where = Where(fill.scope, "function", deferred=True)
        match = Match(fill.span, message, slot, where, survey.changed(klass), advice=ADVICE)
        yield Shared("SOT302", symbol, match)


def _is_bound(survey: Survey, module: Module, fill: Fill) -> bool:
    """Whether the slot has a value at import, which the function replaces."""
    owner, _, name = fill.target.rpartition(".")
    place = survey.definitions.of(fill.target, module)
    if place is None or (place.kind == "class" and place.rest):
        holder = survey.definitions.of(owner, module) if owner else None
        is_class = holder is not None and holder.kind == "class"
        place = survey.classes.attribute(holder.key, (name,)) if holder and is_class else None
    return place is not None and place.kind == "held" and not place.rest


def _slot(survey: Survey, module: Module, fill: Fill, klass: Key) -> str:
    """The name of the slot that a function fills, if it outlives the call and all callers share it."""
    if fill.how in ("global", "key"):
        return fill.target[1:]
    if fill.how == "nonlocal":
        references = survey.doings.references.get((module.file.path, fill.outer), ())
        bound = any(not one.touch.outer and one.touch.how == "call" for one in references)
        return fill.target.rpartition(".")[2] if bound and fill.depth else ""
    owner, _, name = fill.target.rpartition(".")
    place = survey.definitions.of(owner, module)
    if place is None or (place.rest and place.kind != "module"):
        return ""
    if place.kind == "class":
        # SOT303 judges a class that keeps its own object.
        same = place.key in survey.classes.lineage(klass)[0] or klass in survey.classes.lineage(place.key)[0]
        return "" if same or survey.classes.is_metaclass(place.key) else f"{place.key[1]}.{name}"
    if place.kind in ("function", "module"):
        return f"{owner.lstrip(':')}.{name}"
    return ""
