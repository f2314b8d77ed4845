"""SOT206: a callable outside the factories hands out a fresh instance."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Function, Value
from ssot_lint.rules.evidence import Evidence, Match

CACHES = frozenset("lru_cache cache cached_property cached alru_cache cache_resource".split())


def check(evidence: Evidence) -> Iterator[Match]:
    links = evidence.links
    if not evidence.constructs:
        return
    if links.roles.is_builder(evidence.module):
        return
    managed = {
        klass.qualname
        for module, klass in links.roles.managed
        if module.file.path == evidence.module.file.path
    }
    for function in evidence.facts.functions:
        path = f"{evidence.module.name}.{function.qualname}"
        if path in links.roles.factories or evidence.in_factory(function.where) or function.owner in managed:
            continue
        if evidence.home and _is_private(evidence, function):
            continue
        if any(ref.spelled.rpartition(".")[2] in CACHES for ref in function.decorators):
            continue
        fresh = [(one, sure) for one in function.returns for sure in _fresh(evidence, function, one)]
        if not fresh:
            continue
        # As sure as the construction that it hands out.
        value, sure = next((one for one in fresh if one[1]), fresh[0])
        verb = "hands" if sure else "may hand"
        message = f"`{function.name}` {verb} out a fresh {evidence.canonical} beside its factory"
        chain, advice = evidence.trail(value, function.qualname), evidence.remedy
        yield evidence.match(
            function.span, message, function.name, function.where, chain=chain, may=not sure, advice=advice
        )


def _is_private(evidence: Evidence, function: Function) -> bool:
    """Whether only its own module can call a function: by its name, or as it never leaves the function around it."""
    if any(part.startswith("_") for part in function.qualname.split(".")):
        return True
    around = [one for one in evidence.facts.functions if one.qualname == function.where.scope]
    handed_out = [part for one in around for value in one.returns for part in (value, *value.parts)]
    return function.where.kind == "function" and not any(
        one.form == "path" and one.ref is not None and one.ref.spelled == function.name for one in handed_out
    )


def _fresh(evidence: Evidence, function: Function, value: Value, depth: int = 0) -> Iterator[bool]:
    """What a function returns that it has just built, plainly or by a local name: whether that is certain, each."""
    if value.form == "either":
        for part in value.parts:
            yield from _fresh(evidence, function, part, depth)
        return
    found = [one for one in evidence.of(value) if one.kind == "instance" and one.fresh]
    made = [one.sure for one in found if not evidence.is_declared(one)]
    yield from made
    if _bare(evidence, value):
        yield True
    if made or depth == 5 or value.form != "path" or value.ref is None:
        return
    if value.ref.targets or "." in value.ref.spelled:
        return
    for binding in evidence.bound_by(value.ref.spelled, function.qualname):
        if binding.how in ("assign", "with") and binding.value is not None:
            yield from _fresh(evidence, function, binding.value, depth + 1)


def _bare(evidence: Evidence, value: Value) -> bool:
    """Whether a value is what ``N.__new__(N)`` gives."""
    if value.form != "call" or value.ref is None or not value.ref.spelled.endswith(".__new__"):
        return False
    link = evidence.links.ref(value.ref, evidence.module)
    return link is not None and link.rest == "__new__"
