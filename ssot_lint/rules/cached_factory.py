"""SOT304: what hands out an instance is cached, with no isolation key among its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.model import Function

CACHES = frozenset(
    "lru_cache cache cached alru_cache async_lru_cache cache_resource cache_data memoize cachedmethod ttl_cache"
    " cached_property once run_once".split()
)


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    keys = set(evidence.contract.isolated_by)
    advice = "cache by the isolation key, or not at all"
    for function in evidence.facts.functions:
        cache = next((ref for ref in function.decorators if ref.spelled.rpartition(".")[2] in CACHES), None)
        if cache is None:
            continue
        if _keyed(function, keys) or (
            cache.spelled.endswith("cached_property") and _holds(evidence, function, keys)
        ):
            continue
        outcome = next((one for one in map(evidence.instance, function.returns) if one is not None), None)
        if outcome is None:
            continue
        message = f"`{function.name}` is cached and hands one {evidence.canonical} to all callers"
        yield evidence.match(
            function.span,
            message,
            function.name,
            function.where,
            outcome.link,
            may=not outcome.sure,
            advice=advice,
        )
    for call in evidence.facts.calls:
        ref = call.callee.ref
        wrapped = call.callee.form == "call" and call.callee.ref is not None
        if ref is None or not call.arguments or ref.spelled.rpartition(".")[2] not in CACHES:
            continue
        if not wrapped and call.arguments[0].slot != "0":
            continue
        value = call.arguments[0].value
        for outcome in evidence.of(value):
            if outcome.kind not in ("factory", "maker", "symbol", "constructor"):
                continue
            made_by = evidence.links.function(outcome.link.path) if outcome.link is not None else None
            if made_by is not None and _keyed(made_by, keys):
                continue
            message = f"`{ref.spelled}` caches what makes {evidence.canonical}, without its isolation key"
            spelled = value.ref.spelled if value.ref is not None else ""
            yield evidence.match(call.span, message, spelled, call.where, outcome.link, advice=advice)
            break


def _keyed(function: Function, keys: set[str]) -> bool:
    return bool(keys & set(function.parameters))


def _holds(evidence: Evidence, function: Function, keys: set[str]) -> bool:
    """Whether a cached property passes its object's own key on: ``self.user``."""
    return any(
        argument.value.ref is not None and argument.value.ref.spelled.startswith("self.")
        for call in evidence.facts.calls
        if call.where.scope == function.qualname
        for argument in call.arguments
        if argument.slot in keys or argument.slot.isdigit()
    )
