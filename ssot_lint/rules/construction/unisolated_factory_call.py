"""SOT205: the factory is called without its isolation key, or with a literal ``None`` for it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Argument, Call, Function
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning, trail


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.contract.isolated_by or not evidence.constructs:
        return
    for call in evidence.facts.calls:
        if call.open or evidence.in_factory(call.where):
            continue
        factory = meaning.factory(evidence, call.callee)
        if factory is None:
            continue
        function = _function(evidence, factory.link.origin if factory.link else "")
        for key in evidence.links.roles.keys_of(function):
            given = _given(call, key, function)
            called = f"the factory of {evidence.canonical} {'is' if factory.sure else 'may be'} called"
            if given is None:
                message = f"{called} without `{key}`"
            elif given.value.form == "none":
                message = f"{called} with `{key}` None"
            else:
                continue
            flagged = Flagged(call.span, trail.name(evidence, call.callee, call.where), call.where)
            advice = f"pass `{key}`: it keeps users apart"
            yield chains.match(evidence, flagged, message, advice, factory, may=not factory.sure)
            break


def _function(evidence: Evidence, path: str) -> Function | None:
    """The statement of the factory at a path, or of the one that a subclass has under the same name."""
    if path in evidence.links.roles.factories:
        return evidence.links.roles.function(path)
    factories = evidence.contract.factories
    for one in factories:
        if path and path.rpartition(".")[2] == one.rpartition(".")[2]:
            return evidence.links.roles.function(one)
    return evidence.links.roles.function(factories[0]) if len(factories) == 1 else None


def _given(call: Call, key: str, function: Function | None) -> Argument | None:
    """The argument for a parameter, by keyword or by the position that the signature tells."""
    for argument in call.arguments:
        if argument.slot == key:
            return argument
    if function is None or key not in function.parameters:
        positional = [argument for argument in call.arguments if argument.slot.isdigit()]
        return positional[0] if positional and function is None else None
    offset = 1 if function.owner and not _static(function) else 0
    place = str(function.parameters.index(key) - offset)
    return next((argument for argument in call.arguments if argument.slot == place), None)


def _static(function: Function) -> bool:
    return any(ref.spelled.rpartition(".")[2] == "staticmethod" for ref in function.decorators)
