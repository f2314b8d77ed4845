"""Facts → their leads: the targets through which names of a module may lead to a symbol, or to what hands one out.

Rather too many than too few: whether a name does lead there, links say. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ssot_lint.model.facts import Binding, Facts, Function, Lead, Ref, Value


def leads(facts: Facts) -> Iterator[Lead]:
    """All leads of a file, some of them several times."""
    for one in facts.imports:
        if not one.where.scope:
            yield (
                Lead("", "", "all", one.module)
                if one.name == "*"
                else Lead(one.bound, "", "path", one.target)
            )
    for served, target, _ in facts.forwards:
        yield Lead("", "", "all", target) if served == "*" else Lead(served, "", "path", target)
    for klass in facts.classes:
        name, member = _place(klass.qualname)
        yield from (Lead(name, member, "path", target) for base in klass.bases for target in _of(base.ref))
    returned: dict[str, set[str]] = {}
    for function in facts.functions:
        if function.returns:
            yield from _of_function(function)
            refs = (one.ref for one in function.returns if one.form == "path" and one.ref is not None)
            returned.setdefault(function.qualname, set()).update(ref.spelled for ref in refs)
    for binding in facts.bindings:
        yield from _of_binding(facts, binding, returned.get(binding.where.scope, ()))


def _place(qualname: str) -> tuple[str, str]:
    """The first two names of a qualified name."""
    name, _, rest = qualname.partition(".")
    return name, rest.partition(".")[0]


def _of_function(function: Function) -> Iterator[Lead]:
    name, member = _place(function.qualname)
    for value in function.returns:
        targets = value.ref.targets if value.form == "path" and value.ref is not None else _made(value)
        yield from (Lead(name, member, "given", target) for target in targets)


def _of_binding(facts: Facts, binding: Binding, returned: Collection[str]) -> Iterator[Lead]:
    """The leads of a binding. ``returned`` are the variables that the function around it returns."""
    value = binding.value
    if value is None:
        return
    if binding.of_module:
        plain = {*_plain(value)}
        yield from (Lead(binding.name, "", "path", target) for target in plain)
        yield from (Lead(binding.name, "", "held", target) for target in {*_within(facts, value)} - plain)
    name, member = _place(binding.where.scope)
    if binding.name in returned:
        # The variable may also be a global one that the function declares.
        yield from (Lead(name, member, "given", target) for target in _made(value))
    if binding.where.kind == "class":
        if value.form == "path":
            yield from (Lead(name, "", "held", target) for target in _of(value.ref))
        # A name may be bound to the attribute.
        targets = _of(value.ref) if value.form == "path" else _made(value)
        yield from (Lead(name, member or binding.name, "path", target) for target in targets)


def _of(ref: Ref | None) -> Iterable[str]:
    return ref.targets if ref is not None else ()


def _plain(value: Value) -> Iterator[str]:
    """The targets that a value may be."""
    if value.form in ("path", "generic"):
        yield from _of(value.ref)
    elif value.form in ("same", "await", "either"):
        for part in value.parts:
            yield from _plain(part)


def _made(value: Value) -> Iterator[str]:
    """The targets that a value may be made by."""
    if value.form in ("await", "same"):
        yield from _made(value.parts[0])
    elif value.form == "call" and value.parts[0].form == "member":
        method, made = value.parts[0].ref, value.parts[0].parts[0]
        yield from (f"{target}.{method.spelled}" for target in _of(made.ref) if method is not None)
        # The method may give back its object.
        yield from _made(made)
    elif value.form in ("typed", "call"):
        yield from _of(value.ref)


def _within(facts: Facts, value: Value) -> Iterator[str]:
    """All targets in a value, also those of what ``functools.partial`` is given."""
    yield from _of(value.ref)
    for part in value.parts:
        yield from _within(facts, part)
    if value.form == "call" and value.ref is not None and value.ref.targets == ("functools.partial",):
        call = next((one for one in facts.calls if one.span == value.span), None)
        for argument in call.arguments[:1] if call is not None else ():
            yield from _within(facts, argument.value)
