"""SOT202: the class is handed over to something that will build it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.model import Ref, Span, Value, Where

FIRST = frozenset(
    "partial partialmethod Depends Security defaultdict map starmap Factory Singleton ThreadSafeSingleton"
    " Resource Callable submit to_thread run_in_threadpool run_sync call_soon imap imap_unordered apply_async"
    " apply LazyObject SimpleLazyObject provide Provide Object".split()
)
"""Callables that call their first argument, by their last name."""

SLOTS = frozenset(
    "dependency default_factory factory target func fn callback initializer creator maker default function".split()
)
"""Keywords whose argument is called."""

SECOND = frozenset(
    "Thread Timer Process run_in_executor call_later call_at register bind".split()
    + "add_singleton add_transient add_scoped".split()
)
"""Callables that call their second argument."""

KEYWORD_HOLDERS = frozenset(
    "field Field Factory attrib ib Column mapped_column Thread Process Timer ThreadPoolExecutor partial submit"
    " defaultdict dependency Depends setdefault register_factory".split()
)


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for call in evidence.facts.calls:
        if evidence.in_factory(call.where):
            continue
        called = call.callee.ref.spelled.rpartition(".")[2] if call.callee.ref is not None else call.method
        known = [
            t for t in (call.callee.ref.targets if call.callee.ref else ()) if not t.startswith((":", "?"))
        ]
        if known:
            called = known[0].rpartition(".")[2]
        if call.callee.ref is not None and _is_own(evidence, call.callee.ref):
            continue
        for argument in call.arguments:
            taken = (
                (argument.slot == "0" and called in FIRST)
                or (argument.slot == "1" and called in SECOND)
                or (argument.slot in SLOTS and called in KEYWORD_HOLDERS)
                or argument.slot in ("default_factory",)
            )
            if not taken:
                continue
            for value in (argument.value,):
                yield from _handed(evidence, value, f"to `{called}`", call.where)
        if called in ("Depends", "Security") and not any(
            a.slot in ("0", "dependency") for a in call.arguments
        ):
            yield from _annotated(evidence, call.span)
    proven = {
        call.callee.span.line for call in evidence.facts.calls if evidence.klass(call.callee) is not None
    }
    for binding in evidence.facts.bindings:
        held = binding.value
        if held is None or held.form not in ("container", "tuple") or evidence.in_factory(binding.where):
            continue
        called_from = [call for call in evidence.facts.calls if _takes(call.callee, binding.name)]
        if not called_from or any(call.callee.span.line in proven for call in called_from):
            continue
        for part in held.parts:
            if part.form in ("path", "generic"):
                yield from _handed(
                    evidence, part, f"over by `{binding.name}`, which is called", binding.where
                )


def _is_own(evidence: Evidence, ref: Ref) -> bool:
    """Whether a callee is the project's own, and so only by chance named like one of the tables."""
    return any(
        target.startswith(":") or evidence.links.project.split(evidence.absolute(target))[0] is not None
        for target in ref.targets
        if not target.startswith("?")
    )


def _takes(callee: Value, name: str) -> bool:
    """Whether a callee is something taken from the container of that name: ``REG[key]``, ``REG.get(key)``."""
    taken = callee.parts[0] if callee.form == "call" else callee
    if taken.ref is None or taken.form not in ("item", "path"):
        return False
    parts = taken.ref.spelled.split(".")
    return (
        parts[-1] == name
        if taken.form == "item"
        else len(parts) > 1 and parts[-2] == name and taken is not callee
    )


def _handed(evidence: Evidence, value: Value, to: str, where: Where) -> Iterator[Match]:
    for outcome in evidence.of(value):
        if outcome.kind in ("symbol", "subclass", "constructor"):
            spelled = value.ref.spelled if value.ref is not None else ""
            factories = evidence.contract.factories
            advice = f"hand over {factories[0]}" if factories else ""
            verb = "is" if outcome.sure else "may be"
            message = f"{evidence.canonical} {verb} handed {to}, which builds it outside its factory"
            yield evidence.match(
                value.span, message, spelled, where, outcome.link, may=not outcome.sure, advice=advice
            )
            break


def _annotated(evidence: Evidence, depends: Span) -> Iterator[Match]:
    """``Annotated[N, Depends()]``: the framework builds what the annotation names."""
    for use in evidence.facts.uses:
        if use.ref.span.line != depends.line or use.ref.span.column >= depends.column:
            continue
        link = evidence.symbol(use.ref)
        if link is not None and use.relation in ("element", "mention", "annotation"):
            message = f"{evidence.canonical} is handed to `Depends()`, which builds it outside its factory"
            yield evidence.match(use.ref.span, message, use.ref.spelled, use.where, link)
