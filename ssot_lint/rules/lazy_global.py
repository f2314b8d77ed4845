"""SOT302: a slot that outlives the call is filled with an instance on first use."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.model import Binding


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    managed = {klass.qualname for klass, _ in evidence.own_classes()}
    for binding in evidence.facts.bindings:
        if not binding.where.deferred or not _outlives(evidence, binding):
            continue
        outcome = evidence.instance(binding.value)
        if outcome is None:
            continue
        owner = f"{binding.owner.spelled}." if binding.owner is not None else ""
        message = f"`{owner}{binding.name}` keeps an instance of {evidence.canonical} for all callers"
        yield evidence.match(
            binding.span,
            message,
            binding.name,
            binding.where,
            outcome.link,
            may=not outcome.sure,
            advice=ADVICE,
        )
    for write in evidence.facts.writes:
        if write.owner != "class" or write.how != "rebind" or write.klass in managed:
            continue
        if not write.where.deferred:
            continue
        outcome = evidence.instance(write.value)
        if outcome is not None:
            message = (
                f"`{write.klass}.{write.name}` keeps an instance of {evidence.canonical} for all callers"
            )
            yield evidence.match(
                write.span,
                message,
                write.name,
                write.where,
                outcome.link,
                may=not outcome.sure,
                advice=ADVICE,
            )


ADVICE = "make one for each user, or keep it in a ContextVar"


def _outlives(evidence: Evidence, binding: Binding) -> bool:
    if binding.how in ("global", "key"):
        return True
    if binding.how == "nonlocal":
        return binding.where.scope.count(".") >= 1
    if binding.how != "attribute" or binding.owner is None:
        return False
    # A path that starts at a parameter, a local name or `self` has no target: its owner may be one user's.
    return any(not target.startswith("?") for target in binding.owner.targets) and not _is_local_class(
        binding
    )


def _is_local_class(binding: Binding) -> bool:
    return binding.owner is not None and binding.owner.spelled in ("cls", "self")
