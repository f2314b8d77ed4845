"""SOT206: a callable outside the factories hands out a fresh instance."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.record import Function, Value

CACHES = frozenset("lru_cache cache cached_property cached alru_cache cache_resource".split())


def check(evidence: Evidence) -> Iterator[Match]:
    links = evidence.links
    if not evidence.constructs:
        return
    if links.is_builder(evidence.module):
        return
    managed = {
        klass.qualname for module, klass in links.managed if module.file.path == evidence.module.file.path
    }
    for function in evidence.facts.functions:
        path = f"{evidence.module.name}.{function.qualname}"
        if path in links.factories or evidence.in_factory(function.where) or function.owner in managed:
            continue
        if evidence.home and any(part.startswith("_") for part in function.qualname.split(".")):
            continue
        if any(ref.spelled.rpartition(".")[2] in CACHES for ref in function.decorators):
            continue
        fresh = next((value for value in function.returns if _fresh(evidence, function, value)), None)
        if fresh is None:
            continue
        message = f"`{function.name}` hands out a fresh {evidence.canonical} beside its factory"
        chain = evidence.trail(fresh, function.qualname)
        yield evidence.match(
            function.span, message, function.name, function.where, chain=chain, advice=evidence.remedy
        )


def _fresh(evidence: Evidence, function: Function, value: Value, depth: int = 0) -> bool:
    """Whether a function returns what it has just built, plainly or by a local name."""
    if any(one.kind == "instance" and one.fresh for one in evidence.of(value)) or _bare(evidence, value):
        return True
    if value.form != "path" or value.ref is None or value.ref.targets or "." in value.ref.spelled:
        return False
    return depth < 5 and any(
        binding.value is not None and _fresh(evidence, function, binding.value, depth + 1)
        for binding in evidence.bound_by(value.ref.spelled, function.qualname)
        if binding.how in ("assign", "with")
    )


def _bare(evidence: Evidence, value: Value) -> bool:
    """Whether a value is what ``N.__new__(N)`` gives."""
    if value.form != "call" or value.ref is None or not value.ref.spelled.endswith(".__new__"):
        return False
    link = evidence.links.ref(value.ref, evidence.module)
    return link is not None and link.rest == "__new__"
