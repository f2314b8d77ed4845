"""SOT304: what hands out an instance is cached, with no isolation key among its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Call, Function, Ref, Value
from ssot_lint.model.finding import Hop
from ssot_lint.rules.evidence import Evidence, Match, Outcome
from ssot_lint.rules.isolation import key_given, key_parameters, roots

CACHES = frozenset(
    "lru_cache cache cached alru_cache async_lru_cache cache_resource cache_data memoize cachedmethod ttl_cache"
    " lfu_cache cached_property once run_once".split()
)
KEEPERS = frozenset(["Singleton", "ThreadSafeSingleton"])
"""Providers of libraries for dependency injection that keep the one instance that they make, whatever they pass."""

ADVICE = "cache by the isolation key, or not at all"


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    for function in evidence.facts.functions:
        if not any(_is_foreign(evidence, ref, CACHES) for ref in function.decorators):
            continue
        if _is_keyed(evidence, function.parameters) or _takes_key(evidence, function):
            continue
        outcome = next((one for one in map(evidence.instance, function.returns) if one is not None), None)
        if outcome is not None:
            what = f"`{function.name}` is cached and"
            inside = function.where._replace(scope=function.qualname)
            yield from _match(
                evidence, what, function.name, function, outcome, evidence.chain(outcome, inside)
            )
    for call in evidence.facts.calls:
        ref = call.callee.ref
        if ref is None or not call.arguments or call.arguments[0].slot != "0":
            continue
        value = call.arguments[0].value
        if _is_foreign(evidence, ref, KEEPERS):
            kinds = ("symbol", "constructor", "factory", "maker")
            found = next((one for one in evidence.of(value) if one.kind in kinds), None)
        else:
            found = _cached(evidence, value) if _is_foreign(evidence, ref, CACHES) else None
        if found is not None:
            spelled = evidence.name(value, call.where)
            chain = evidence.chain(found, call.where)
            yield from _match(evidence, f"`{ref.spelled}`", spelled, call, found, chain)


def _match(
    evidence: Evidence,
    what: str,
    spelled: str,
    place: Function | Call,
    outcome: Outcome,
    chain: tuple[Hop, ...],
) -> Iterator[Match]:
    may = not outcome.sure
    message = f"{what} {'may hand' if may else 'hands'} one {evidence.canonical} to all callers"
    yield evidence.match(place.span, message, spelled, place.where, chain=chain, may=may, advice=ADVICE)


def _is_foreign(evidence: Evidence, ref: Ref, names: frozenset[str]) -> bool:
    """Whether a callable has one of the names in its library, and is not one of the project."""
    return any(
        target[:1] not in ":?"
        and target.rpartition(".")[2] in names
        and evidence.links.project.split(evidence.absolute(target))[0] is None
        for target in ref.targets
    )


def _is_keyed(evidence: Evidence, parameters: tuple[str, ...]) -> bool:
    return any(evidence.is_key(name) or name.startswith("*") for name in parameters)


def _cached(evidence: Evidence, value: Value) -> Outcome | None:
    """What a callable that is handed to a cache hands out, where its parameters keep no users apart."""
    if value.form == "lambda":
        names = tuple(one.ref.spelled for one in value.parts[1:] if one.ref is not None)
        made = [call for call in evidence.facts.calls if call.span == value.parts[0].span]
        own = [call for call in made if evidence.factory(call.callee) is not None]
        keyed = _is_keyed(evidence, names) or any(_is_from(evidence, call, {*names}) for call in own)
        return None if keyed else evidence.instance(value.parts[0])
    if value.form != "path":
        return None
    for outcome in evidence.of(value):
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
    """Whether what a cached function makes is each user's own, whatever its parameters are called.

    One of them, or a part of one (``self.user``), is what the factory is given for the key; or a variable of the
    function around it is. The class itself knows of no key: it is only told what the method's own object holds."""
    made = [
        (call, {one.kind for one in evidence.of(call.callee)})
        for call in evidence.facts.calls
        if call.where.scope == function.qualname
    ]
    made = [(call, kinds) for call, kinds in made if kinds & {"symbol", "subclass", "factory", "maker"}]
    of_class = any(ref.spelled.rpartition(".")[2] == "classmethod" for ref in function.decorators)
    own = {*function.parameters[1 if of_class else 0 :]}
    nested = function.where.kind == "function"
    held = f"{function.parameters[0]}." if function.owner and own and not of_class else "\0"

    def is_keyed(call: Call, kinds: set[str]) -> bool:
        names = [name for argument in call.arguments for name in argument.names]
        if call.open or (nested and names) or any(name.startswith(held) for name in names):
            return True
        return not kinds & {"symbol", "subclass"} and _is_from(evidence, call, own)

    return bool(made) and all(is_keyed(call, kinds) for call, kinds in made)


def _is_from(evidence: Evidence, call: Call, names: set[str]) -> bool:
    """Whether the isolation key that a call gives comes from one of some names."""
    return not names.isdisjoint(roots(key_given(evidence, call)))
