"""SOT303 without a contract: a class keeps its one instance itself, and its objects can change."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.module import Module
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Hop
from ssot_lint.model.sharing import ClassSharing, Sharing
from ssot_lint.rules.every_class.survey import ADVICE, Shared, Survey
from ssot_lint.rules.evidence import Match

SHAPES = {
    "new": "`__new__` keeps the first instance",
    "getter": "a method keeps the first instance on the class",
    "borg": "all instances share one `__dict__`",
}


def found(survey: Survey, module: Module, state: Sharing) -> Iterator[Shared]:
    for klass in state.classes:
        key = (module.file.path, klass.qualname)
        shown = _way(survey, module, klass)
        if shown is None or not survey.is_judged(key) or survey.classes.is_metaclass(key):
            continue
        how, hop = shown
        where = Where(klass.qualname.rpartition(".")[0])
        message = f"`{klass.qualname}` is a singleton: {how}"
        chain = (hop, *survey.changed(key))
        match = Match(klass.span, message, klass.qualname, where, chain, advice=ADVICE)
        yield Shared("SOT303", survey.classes.dotted(key), match)


def _way(survey: Survey, module: Module, klass: ClassSharing) -> tuple[str, Hop] | None:
    """How a class keeps its one instance, with the place that does it."""
    path = module.file.path
    if klass.shape in SHAPES and not _is_listed(module, klass):
        how = SHAPES[klass.shape]
        return how, Hop(path, klass.shape_line, how)
    for target in klass.metaclass:
        place = survey.definitions.of(target, module)
        for key in survey.classes.lineage(place.key)[0] if place and place.kind == "class" else ():
            meta = survey.definitions.klass(key)
            if meta.shape == "call":
                how = f"its metaclass `{meta.qualname}` keeps the first instance"
                return how, Hop(key[0], meta.shape_line, how)
    for target in klass.decorators:
        place = survey.definitions.of(target, module)
        if place is not None and place.kind == "function" and not place.rest:
            function = survey.definitions.function(place.key)
            if function.wraps:
                how = f"the decorator `{function.qualname}` keeps the first instance"
                return how, Hop(place.key[0], function.span.line, how)
        if target in ("functools.cache", "functools.lru_cache"):
            how = f"the decorator `{target}` keeps the first instance"
            return how, Hop(path, klass.span.line, how)
    return None


def _is_listed(module: Module, klass: ClassSharing) -> bool:
    """Whether each object enters itself into a table when it is made: then there are many instances."""
    touches = module.facts.sharing.touches if module.facts.sharing is not None else ()
    return any(
        touch.line == klass.shape_line and touch.how == "item" and touch.outer == f"{klass.qualname}.__init__"
        for touch in touches
    )
