"""SOT202: the class is handed over to something that will build it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.facts.callers import BUILTINS, BY_NAME, BY_PATH, INHERITED, WIRED, WIRING
from ssot_lint.model.facts import Binding, Call, Value, Where
from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning, trail
from ssot_lint.rules.evidence.meaning import Meaning


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for call in evidence.facts.calls:
        if evidence.in_factory(call.where):
            continue
        for callee in meaning.of(evidence, call.callee):
            if callee.kind == "taken" and callee.at is not None:
                yield from _contained(evidence, callee.at, call.where)
        called = _called(evidence, call.callee, call.method)
        for argument in call.arguments:
            if argument.slot in _slots(called, call) or argument.slot == "default_factory":
                name = called.rpartition(".")[2] or "default_factory"
                yield from _handed(evidence, argument.value, f"to `{name}`", call.where)


def _slots(called: str, call: Call) -> tuple[str, ...]:
    """The arguments that the called function calls itself. ``called``: its path or name, as in ``_called``."""
    holder, _, name = called.rpartition(".")
    if name in BUILTINS and holder not in ("", "builtins"):
        return ()
    owner = call.callee.ref.spelled.rpartition(".")[0].lower() if call.callee.ref is not None else ""
    if name in WIRED and owner.endswith(WIRING):
        return WIRED[name]
    if called == "iter" and len(call.arguments) == 2:
        # With one argument it asks for an iterator, with two it calls the first.
        return ("0",)
    if called == "property":
        return ("0", "1", "2", "fget", "fset", "fdel")
    return BY_PATH.get(called, ()) + BY_NAME.get(name, ())


def _called(evidence: Evidence, callee: Value, method: str) -> str:
    """The path or name of a callee, as in the tables of ``facts.callers``; empty for the project's own functions."""
    ref = callee.ref
    if ref is None:
        inner = callee.parts[0].ref if callee.parts else None
        maker = _called(evidence, callee.parts[0], "") if inner is not None else ""
        return f"{maker}().{method}" if maker and method else method
    if any(_is_own(evidence, target) for target in ref.targets):
        return ""
    owner, _, name = ref.spelled.rpartition(".")
    if owner in ("self", "cls") and not ref.targets and name not in INHERITED:
        return ""
    foreign = [target for target in ref.targets if not target.startswith((":", "?"))]
    return foreign[0] if foreign else ref.spelled


def _is_own(evidence: Evidence, target: str) -> bool:
    """Whether a target is a function or class of the project."""
    if target.startswith("?"):
        return False
    file, _, rest = evidence.links.project.split(evidence.absolute(target))
    if target.startswith(":"):
        rest = target[1:].split(".")
    elif file is None:
        return False
    if len(rest) == 1 and not target.startswith(":"):
        return True
    module = evidence.module if target.startswith(":") else None
    if module is None and file is not None:
        module = evidence.links.project.at(file.path)
    # A method of an object is taken to be that of a library's class, unless the object is a function or class here.
    bound = module.live(rest[0]) if module is not None and rest else []
    return any(isinstance(one, Binding) and one.how in ("def", "class") for one in bound)


def _handed(evidence: Evidence, value: Value, to: str, where: Where) -> Iterator[Match]:
    for one in meaning.of(evidence, value):
        if one.kind in ("symbol", "subclass", "constructor") and not meaning.is_declared(evidence, one):
            yield _match(evidence, value, f"handed {to}, which builds it", where, one)
            break


def _contained(evidence: Evidence, at: Span, where: Where) -> Iterator[Match]:
    """The class in a container. Only a run can tell whether it is the class that is taken out and called."""
    for binding in evidence.facts.bindings:
        for value, name in _kept(binding):
            if value.span == at:
                for one in meaning.of(evidence, value)[:1] if binding.how != "loop" else ():
                    what = f"kept in `{name}`, from which something is taken and called"
                    yield _match(evidence, value, what, binding.where, one)
                    return
    message = f"{evidence.canonical} is kept where something is taken and called"
    proof = Meaning("symbol", value=Value(at, "other"))
    yield chains.match(evidence, Flagged(at, "", where), message, evidence.remedy, proof)


def _kept(binding: Binding) -> Iterator[tuple[Value, str]]:
    """What a binding puts into a container, with the name of this: ``KINDS = {"a": N}``, ``KINDS["a"] = N``."""
    if binding.value is not None:
        yield from ((value, binding.name) for value in binding.value.parts)
        if binding.how == "attribute" and binding.owner is not None:
            yield binding.value, binding.owner.spelled


def _match(evidence: Evidence, value: Value, what: str, where: Where, one: Meaning) -> Match:
    spelled = trail.name(evidence, value, where)
    verb = "is" if one.sure else "may be"
    advice = meaning.advice(evidence, one, "hand over")
    message = f"{meaning.name_of(evidence, one, spelled)} {verb} {what} {evidence.outside}"
    return chains.match(evidence, Flagged(value.span, spelled, where), message, advice, one, may=not one.sure)
