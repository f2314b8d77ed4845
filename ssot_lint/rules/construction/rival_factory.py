"""SOT206: a callable outside the factories hands out a fresh instance."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Function, Value
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning, names, trail

CACHES = frozenset("lru_cache cache cached_property cached alru_cache cache_resource".split())


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.constructs or evidence.links.roles.is_builder(evidence.module):
        return
    for function in evidence.facts.functions:
        if _is_excused(evidence, function):
            continue
        fresh = [(one, sure) for one in function.returns for sure in _fresh(evidence, function, one)]
        if not fresh:
            continue
        # The finding is as sure as the construction that the function hands out, where it makes one each time.
        value, sure = next((one for one in fresh if one[1]), fresh[0])
        sure = sure and not function.keeps
        verb = "hands" if sure else "may hand"
        message = f"`{function.name}` {verb} out a fresh {evidence.canonical} {evidence.outside}"
        flagged = Flagged(function.span, function.name, function.where)
        chain = trail.trail(evidence, value, function.qualname)
        yield chains.match(evidence, flagged, message, evidence.remedy, chain, may=not sure)


def _is_excused(evidence: Evidence, function: Function) -> bool:
    """Whether a function is a factory or a part of one, a method of the class, private at home, or cached (which
    SOT304 reports)."""
    path = f"{evidence.module.name}.{function.qualname}"
    if path in evidence.links.roles.factories or evidence.in_factory(function.where):
        return True
    here = evidence.module.file.path
    managed = {klass.qualname for module, klass in evidence.links.roles.managed if module.file.path == here}
    if function.owner in managed or (evidence.home and _is_private(evidence, function)):
        return True
    return any(ref.spelled.rpartition(".")[2] in CACHES for ref in function.decorators)


def _is_private(evidence: Evidence, function: Function) -> bool:
    """Whether only its own module can call a function: its name says so, or it never leaves the function around it."""
    if any(part.startswith("_") for part in function.qualname.split(".")):
        return True
    around = [one for one in evidence.facts.functions if one.qualname == function.where.scope]
    handed_out = [part for one in around for value in one.returns for part in (value, *value.parts)]
    return function.where.kind == "function" and not any(
        one.form == "path" and one.ref is not None and one.ref.spelled == function.name for one in handed_out
    )


def _fresh(evidence: Evidence, function: Function, value: Value, depth: int = 0) -> Iterator[bool]:
    """For each thing that a function may return and has just built: whether that is certain."""
    if value.form == "either":
        for part in value.parts:
            yield from _fresh(evidence, function, part, depth)
        return
    made = [one.sure for one in meaning.fresh(evidence, value) if not meaning.is_declared(evidence, one)]
    yield from made
    if _bare(evidence, value):
        yield True
    if not made and value.form == "call":
        yield from _given_back(evidence, function, value)
    if made or depth == 5 or value.form != "path" or value.ref is None:
        return
    if value.ref.targets or "." in value.ref.spelled:
        return
    for binding in names.bound_by(evidence, value.ref.spelled, function.qualname, value.span):
        if binding.how in ("assign", "with") and binding.value is not None:
            yield from _fresh(evidence, function, binding.value, depth + 1)


def _given_back(evidence: Evidence, function: Function, value: Value) -> Iterator[bool]:
    """The same, of what a method gives that is called on a variable of the function: ``plot.sown()``."""
    name, _, method = value.ref.spelled.partition(".") if value.ref is not None else ("", "", "")
    if not method or "." in method or value.ref is None or value.ref.targets:
        return
    for binding in names.bound_by(evidence, name, function.qualname, value.span):
        made_by = binding.value if binding.how in ("assign", "with") else None
        for one in meaning.fresh(evidence, made_by) if made_by is not None else ():
            if not meaning.is_declared(evidence, one) and meaning.gives_back(evidence, one, method):
                yield one.sure


def _bare(evidence: Evidence, value: Value) -> bool:
    """Whether a value is what ``N.__new__(N)`` gives."""
    if value.form != "call" or value.ref is None or not value.ref.spelled.endswith(".__new__"):
        return False
    link = evidence.links.ref(value.ref, evidence.module)
    return link is not None and link.rest == "__new__"
