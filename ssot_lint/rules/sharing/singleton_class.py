"""SOT303: the managed class, or a subclass, keeps its one instance itself."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.definitions import class_at, lineage
from ssot_lint.links.module import Module, absolute
from ssot_lint.model.facts import Class, Ref
from ssot_lint.model.finding import Hop
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, classes, isolation

SHAPES = {
    "new": "`__new__` keeps the first instance",
    "getter": "a method keeps an instance for all",
    "self": "a method keeps `self` for all",
    "borg": "all instances share one `__dict__`",
}
NAMES = frozenset(["singleton", "singletonmeta", "singletontype", "singletonmetaclass"])
"""What libraries call it, without underscores and in lower case."""


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.shares:
        return
    for klass, base in classes.own(evidence):
        shown = next(_ways(evidence, klass), None)
        if shown is None:
            continue
        how, hop = shown
        # A method that keeps the last object may have made many before.
        what = "shares an instance" if how == SHAPES["self"] else "is a singleton"
        message = f"`{klass.name}` {what} of {evidence.canonical}: {how}"
        advice = "let the factory make one for each user"
        flagged = Flagged(klass.span, klass.name, klass.where)
        chain = (hop, *chains.way(evidence, base, klass.where.scope))
        may = base is not None and base.link is not None and not base.link.sure
        yield chains.match(evidence, flagged, message, advice, chain, may=may)


def _ways(evidence: Evidence, klass: Class) -> Iterator[tuple[str, Hop]]:
    """How a class keeps its one instance, by itself or by what it inherits, with the place that does it."""
    managed = [one for _, one in evidence.links.roles.managed]
    for module, one in lineage(evidence.links.project, evidence.module, klass):
        path = module.file.path
        if one is not klass and (one in managed or evidence.links.roles.is_double(one.name)):
            # That class is judged itself.
            continue
        if one.shape in SHAPES:
            yield SHAPES[one.shape], Hop(path, one.shape_line, f"class {one.name}: {SHAPES[one.shape]}")
        if one.metaclass is not None and _keeps(evidence, one.metaclass, module):
            how = f"the metaclass `{one.metaclass.spelled}` keeps the first instance"
            yield how, Hop(path, one.metaclass.span.line, how)
        for base in one.bases:
            if base.ref is not None and _is_called(evidence, base.ref, module):
                how = f"the base `{base.ref.spelled}` keeps the first instance"
                yield how, Hop(path, base.span.line, how)
    for decorator in klass.decorators:
        if _keeps(evidence, decorator, evidence.module) or _caches(evidence, klass, decorator):
            how = f"the decorator `{decorator.spelled}` keeps the first instance"
            yield how, Hop(evidence.module.file.path, decorator.span.line, how)


def _keeps(evidence: Evidence, ref: Ref, module: Module) -> bool:
    """Whether a metaclass or a decorator keeps an instance: as the project defines it, or by its name."""
    project = evidence.links.project
    found = class_at(project, ref, module)
    if found is not None:
        return any(one.shape == "call" for _, one in lineage(project, *found))
    paths = [absolute(target, module) for target in ref.targets if target[:1] != "?"]
    function = next((one for one in map(evidence.links.roles.function, paths) if one is not None), None)
    return function.wraps if function is not None else _is_called(evidence, ref, module)


def _is_called(evidence: Evidence, ref: Ref, module: Module) -> bool:
    """Whether something that the project does not define is called a singleton."""
    name = ref.spelled.rpartition(".")[2].replace("_", "").lower()
    return name in NAMES and class_at(evidence.links.project, ref, module) is None


def _caches(evidence: Evidence, klass: Class, ref: Ref) -> bool:
    """Whether ``@cache`` keeps one instance of a class for all: it keeps one for each key, if the class takes a key."""
    if not any(target in ("functools.cache", "functools.lru_cache") for target in ref.targets):
        return False
    return klass.parameters is not None and not any(
        isolation.is_key(evidence, name) or name.startswith("*") for name in klass.parameters
    )
