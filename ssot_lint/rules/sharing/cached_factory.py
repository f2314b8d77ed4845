"""SOT304: what hands out an instance is cached, with no isolation key among its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.inference.inferred import Kind
from ssot_lint.model.facts import Call, Function, Ref, Value
from ssot_lint.model.finding import Hop
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, isolation, meaning, trail
from ssot_lint.rules.evidence.isolation import key_given, key_parameters, roots
from ssot_lint.rules.evidence.meaning import Meaning

CACHES = frozenset(
    "lru_cache cache cached alru_cache async_lru_cache cache_resource cache_data memoize cachedmethod ttl_cache"
    " lfu_cache cached_property once run_once".split()
)
KEEPERS = frozenset(["Singleton", "ThreadSafeSingleton"])
"""Providers of libraries for dependency injection that keep the one instance that they make."""


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.shares:
        yield from _decorated(evidence)
        yield from _handed(evidence)


def _decorated(evidence: Evidence) -> Iterator[Match]:
    """Functions that a decorator caches."""
    for function in evidence.facts.functions:
        if not any(_is_foreign(evidence, ref, CACHES) for ref in function.decorators):
            continue
        if _is_keyed(evidence, function.parameters) or _takes_key(evidence, function):
            continue
        made = (meaning.instance(evidence, value) for value in function.returns)
        found = next((one for one in made if one is not None), None)
        if found is not None:
            flagged = Flagged(function.span, function.name, function.where)
            chain = chains.way(evidence, found, function.qualname)
            yield _match(evidence, flagged, f"`{function.name}` is cached and", found, chain)


def _handed(evidence: Evidence) -> Iterator[Match]:
    """Calls that hand a callable to a cache, or to a provider that keeps what the callable makes."""
    for call in evidence.facts.calls:
        ref = call.callee.ref
        if ref is None or not call.arguments or call.arguments[0].slot != "0":
            continue
        value = call.arguments[0].value
        if _is_foreign(evidence, ref, KEEPERS):
            kinds = ("symbol", "constructor", "factory", "maker")
            found = next((one for one in meaning.of(evidence, value) if one.kind in kinds), None)
        else:
            found = _cached(evidence, value) if _is_foreign(evidence, ref, CACHES) else None
        if found is not None:
            flagged = Flagged(call.span, trail.name(evidence, value, call.where), call.where)
            chain = chains.way(evidence, found, call.where.scope)
            yield _match(evidence, flagged, f"`{ref.spelled}`", found, chain)


def _match(evidence: Evidence, flagged: Flagged, what: str, handed: Meaning, chain: tuple[Hop, ...]) -> Match:
    verb = "hands" if handed.sure else "may hand"
    message = f"{what} {verb} one {evidence.canonical} to all callers"
    advice = "cache by the isolation key, or not at all"
    return chains.match(evidence, flagged, message, advice, chain, may=not handed.sure)


def _is_foreign(evidence: Evidence, ref: Ref, names: frozenset[str]) -> bool:
    """Whether a callable has one of the names in its library, and is not one of the project."""
    return any(
        target[:1] not in ":?"
        and target.rpartition(".")[2] in names
        and evidence.links.project.split(evidence.absolute(target))[0] is None
        for target in ref.targets
    )


def _is_keyed(evidence: Evidence, parameters: tuple[str, ...]) -> bool:
    return any(isolation.is_key(evidence, name) or name.startswith("*") for name in parameters)


def _cached(evidence: Evidence, value: Value) -> Meaning | None:
    """What a callable hands out that is given to a cache, if its parameters keep no users apart."""
    if value.form == "lambda":
        names = tuple(one.ref.spelled for one in value.parts[1:] if one.ref is not None)
        made = [call for call in evidence.facts.calls if call.span == value.parts[0].span]
        own = [call for call in made if meaning.factory(evidence, call.callee) is not None]
        keyed = _is_keyed(evidence, names) or any(_is_from(evidence, call, {*names}) for call in own)
        return None if keyed else meaning.instance(evidence, value.parts[0])
    if value.form != "path":
        return None
    for outcome in meaning.of(evidence, value):
        if outcome.kind in ("symbol", "constructor"):
            takes = [klass.parameters for _, klass in evidence.links.roles.managed]
            if any(one is None or _is_keyed(evidence, one) for one in takes) or not takes:
                return None
            return outcome
        function = evidence.links.roles.function(outcome.link.path) if outcome.link is not None else None
        if outcome.link is not None and function is not None and outcome.kind in ("factory", "maker"):
            known = key_parameters(evidence, outcome.link)
            return None if known or _is_keyed(evidence, function.parameters) else outcome
    return None


def _takes_key(evidence: Evidence, function: Function) -> bool:
    """Whether a cached function makes an instance for each user, whatever its parameters are called.

    The factory gets its key from a parameter, or from a part of one (``self.user``), or from a variable of the function
    around it. The class itself knows no key: it counts only that it is given what the method's own object holds."""
    made = [
        (call, {one.kind for one in meaning.of(evidence, call.callee)})
        for call in evidence.facts.calls
        if call.where.scope == function.qualname
    ]
    made = [(call, kinds) for call, kinds in made if kinds & {"symbol", "subclass", "factory", "maker"}]
    of_class = any(ref.spelled.rpartition(".")[2] == "classmethod" for ref in function.decorators)
    own = {*function.parameters[1 if of_class else 0 :]}
    nested = function.where.kind == "function"
    held = f"{function.parameters[0]}." if function.owner and own and not of_class else "\0"

    def is_keyed(call: Call, kinds: set[Kind]) -> bool:
        names = [name for argument in call.arguments for name in argument.names]
        if call.open or (nested and names) or any(name.startswith(held) for name in names):
            return True
        return not kinds & {"symbol", "subclass"} and _is_from(evidence, call, own)

    return bool(made) and all(is_keyed(call, kinds) for call, kinds in made)


def _is_from(evidence: Evidence, call: Call, names: set[str]) -> bool:
    """Whether the isolation key that a call gives comes from one of some names."""
    return not names.isdisjoint(roots(key_given(evidence, call)))
