"""SOT202: the class is handed over to something that will build it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ssot_lint.evidence import Evidence, Match, Outcome
from ssot_lint.model import Span
from ssot_lint.record import Binding, Ref, Value, Where


def _table(**taken: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(slots.split()) for name, slots in taken.items()}


_FUNCTION = ("0", "func", "function", "fn")
_KEY = ("key",)

TAKES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        "partial partialmethod map starmap filter takewhile dropwhile cache lru_cache".split(), _FUNCTION
    ),
    **dict.fromkeys(
        "imap imap_unordered map_async starmap_async apply apply_async submit".split(), _FUNCTION
    ),
    **dict.fromkeys("to_thread run_in_threadpool run_sync LazyObject SimpleLazyObject".split(), _FUNCTION),
    **dict.fromkeys("sorted sort min max groupby nsmallest nlargest".split(), _KEY),
    **dict.fromkeys(
        "Factory Singleton ThreadSafeSingleton ThreadLocalSingleton".split(), ("0", "provides", "factory")
    ),
    **dict.fromkeys("ContextLocalSingleton Resource Callable".split(), ("0", "provides")),
    **dict.fromkeys("field attrib ib".split(), ("default_factory", "factory")),
    **dict.fromkeys("Column mapped_column".split(), ("default", "insert_default")),
    **dict.fromkeys("Depends Security".split(), ("0", "dependency", "annotated")),
    **dict.fromkeys("Thread Process".split(), ("1", "target")),
    **dict.fromkeys("call_soon call_soon_threadsafe".split(), ("0", "callback")),
    **dict.fromkeys("call_later call_at".split(), ("1", "callback")),
    **dict.fromkeys("ThreadPoolExecutor ProcessPoolExecutor Pool ThreadPool".split(), ("initializer",)),
    **_table(Timer="1 function", run_in_executor="1 func", defaultdict="0", patch="new_callable"),
}
"""Callables that call what they are given, by their last name: by which parameters."""

BUILTINS = ("filter", "sorted", "min", "max")
"""Those of them that are no others: what a library calls so is something else."""

WIRED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys("register add_singleton add_transient add_scoped".split(), ("0", "1", "factory")),
    **dict.fromkeys("bind provide to_self".split(), ("1", "to")),
}
"""Methods of what is called a container, an injector or the like."""

WIRING = ("container", "injector", "binder", "services", "wiring")


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for call in evidence.facts.calls:
        if evidence.in_factory(call.where):
            continue
        for outcome in evidence.of(call.callee):
            if outcome.kind == "taken" and outcome.at is not None:
                yield from _contained(evidence, outcome.at, call.where)
        called = _called(evidence, call.callee.ref, call.method)
        for argument in call.arguments:
            if argument.slot in _slots(called, call.callee.ref) or argument.slot == "default_factory":
                yield from _handed(
                    evidence, argument.value, f"to `{called or 'default_factory'}`", call.where
                )


def _slots(called: str, ref: Ref | None) -> tuple[str, ...]:
    owner = ref.spelled.rpartition(".")[0].lower() if ref is not None else ""
    if called in WIRED and owner.endswith(WIRING):
        return WIRED[called]
    return TAKES.get(called, ())


def _called(evidence: Evidence, ref: Ref | None, method: str) -> str:
    """The last name of a callee by which the tables know it; none where it is the project's own function."""
    if ref is None:
        return method
    if any(_is_own(evidence, target) for target in ref.targets):
        return ""
    foreign = [target for target in ref.targets if not target.startswith((":", "?"))]
    holder, _, name = (foreign[0] if foreign else ref.spelled).rpartition(".")
    return "" if name in BUILTINS and holder not in ("", "builtins") else name


def _is_own(evidence: Evidence, target: str) -> bool:
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
    bound = evidence.links.live(module, rest[0]) if module is not None and rest else []
    return any(isinstance(one, Binding) and one.how in ("def", "class") for one in bound)


def _handed(evidence: Evidence, value: Value, to: str, where: Where) -> Iterator[Match]:
    for outcome in evidence.of(value):
        if outcome.kind in ("symbol", "subclass", "constructor"):
            yield _match(evidence, value.span, value, f"handed {to}, which builds it", where, outcome)
            break


def _contained(evidence: Evidence, at: Span, where: Where) -> Iterator[Match]:
    """The class in a container, where only a run can tell whether it is what is taken from it and called."""
    for binding in evidence.facts.bindings:
        for value in binding.value.parts if binding.value is not None else ():
            if value.span == at:
                for outcome in evidence.of(value)[:1] if binding.how != "loop" else ():
                    what = f"kept in `{binding.name}`, from which something is taken and called"
                    yield _match(evidence, at, value, what, binding.where, outcome)
                    return
    message = f"{evidence.canonical} is kept where something is taken and called"
    proof = Outcome("symbol", value=Value(at, "other"))
    yield evidence.match(at, message, "", where, proof, advice=evidence.remedy)


def _match(evidence: Evidence, span: Span, value: Value, what: str, where: Where, outcome: Outcome) -> Match:
    spelled = evidence.name(value, where)
    verb = "is" if outcome.sure else "may be"
    factories = evidence.contract.factories
    advice = f"hand over {factories[0]}" if factories else evidence.remedy
    message = f"{evidence.canonical} {verb} {what} outside its factory"
    return evidence.match(span, message, spelled, where, outcome, may=not outcome.sure, advice=advice)
