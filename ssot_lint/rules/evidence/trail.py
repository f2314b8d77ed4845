"""A value in a scope of one file → the names of this file by which it is what it is. Pure.

A value is followed to what is bound to the names in it, and from there on, until a name is reached that links know.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.inference.inferred import Kind
from ssot_lint.links.carried import carried
from ssot_lint.links.hops import hop_of, hops_of, seen
from ssot_lint.model.facts import Binding, Call, Class, Function, Import, Ref, Value, Where
from ssot_lint.model.finding import Hop, Span
from ssot_lint.rules.evidence import Evidence, names

LAST = Span(10**9, 0, 10**9, 0)
"""A place from which all of a file is seen."""

IMPORTERS = ("import_module", "__import__")
"""Ends of the paths of what imports a module by its name."""

MOST_STEPS = 200
"""So many values of a file are looked at for one chain."""


class TrailStep(NamedTuple):
    """A value on the way from a place to what it is. ``hops`` lead to it; ``first`` is the name that they begin at."""

    value: Value
    scope: str
    hops: tuple[Hop, ...] = ()
    first: Ref | None = None


def trail(evidence: Evidence, value: Value, scope: str, kind: Kind | None = None) -> tuple[Hop, ...]:
    """The hops by names of this file from a value in a scope to what it is. ``kind``: which of the things that it may
    be is meant."""
    return _shortest(evidence, value, scope, kind)[1]


def name(evidence: Evidence, value: Value, where: Where) -> str:
    """The name in an expression that makes it what it is: ``Hub`` in ``partial(Hub, 1)``."""
    ref = _shortest(evidence, value, where.scope)[0]
    if ref is None and value.form in ("path", "generic"):
        ref = value.ref
    return ref.spelled if ref is not None else ""


def _shortest(
    evidence: Evidence, value: Value, scope: str, kind: Kind | None = None
) -> tuple[Ref | None, tuple[Hop, ...]]:
    """The shortest way from a value in a scope to a name that links know, with the reference it begins at."""
    return (
        _search(evidence, TrailStep(value, scope), kind, every=False)
        or _search(evidence, TrailStep(value, scope), kind, every=True)
        or (None, _by_import(evidence, scope))
    )


def _search(
    evidence: Evidence, start: TrailStep, kind: Kind | None, *, every: bool
) -> tuple[Ref | None, tuple[Hop, ...]] | None:
    """``every``: by all bindings of a name in the file, and not only by the one that is in force."""
    todo = deque([start])
    done: set[Span] = set()
    while todo and len(done) < MOST_STEPS:
        step = todo.popleft()
        refs = _refs(evidence, step.value)
        known = [(ref, chain) for ref in refs if (chain := _known(evidence, ref, step.scope))]
        if not known and step.hops and _is_import(step.value):
            # Which module it is, a string tells that is put together or comes from elsewhere.
            return step.first, step.hops
        if known:
            ref, chain = next((one for one in known if _is_of(evidence, one[0], kind)), known[0])
            chain = _by_methods(evidence, step) or chain
            return step.first or ref, (*step.hops, *chain)
        for ref in refs:
            for value, scope, hop in _given(evidence, ref, step.scope, every=every):
                if value.span not in done and not _is_other(evidence, value):
                    done.add(value.span)
                    todo.append(TrailStep(value, scope, (*step.hops, hop), step.first or ref))
    return None


def _by_methods(evidence: Evidence, step: TrailStep) -> tuple[Hop, ...]:
    """The chain of an object that its own methods give back, with these methods."""
    call = step.value
    while call.form in ("await", "same"):
        call = call.parts[0]
    if call.form != "call" or call.parts[0].form != "member":
        return ()
    link = evidence.links.maker(call, evidence.module, step.scope)
    return link.chain if link is not None else ()


def _is_import(value: Value) -> bool:
    """Whether a value is a module that is imported by a call."""
    return value.form == "call" and value.ref is not None and value.ref.spelled.endswith(IMPORTERS)


def _is_of(evidence: Evidence, ref: Ref, kind: Kind | None) -> bool:
    """Whether what is meant can be what a reference names: of several things in a table, one is a factory."""
    link = evidence.links.ref(ref, evidence.module)
    is_factory = link is not None and link.kind == "factory"
    return kind is None or kind == "instance" or is_factory == (kind == "factory")


def _refs(evidence: Evidence, value: Value) -> list[Ref]:
    """The references in an expression: what it is or calls, what it is made from, and all other names in it."""
    found: list[Ref] = []
    todo = deque([value])
    while todo:
        one = todo.popleft()
        found += [one.ref] if one.ref is not None else []
        todo += one.parts
        for call in evidence.facts.calls if one.form == "call" else ():
            if call.span == one.span:
                found += _attribute(call)
                todo += [given.value for given in call.arguments]
        found += _got(evidence, one)
    found += [use.ref for use in evidence.facts.uses if _is_within(use.ref.span, value.span)]
    return list(dict.fromkeys(found))


def _got(evidence: Evidence, value: Value) -> list[Ref]:
    """The path that ``getattr(module, "N")`` is, of a module that scopes do not know."""
    return [
        Ref(value.span, f"{text.subject.spelled}.{text.value}")
        for text in (evidence.facts.texts if value.form == "call" else ())
        if text.holder.span == value.span and text.subject is not None and text.subject.spelled
    ]


def _is_other(evidence: Evidence, value: Value) -> bool:
    """Whether what such a path leads to is nothing of the contract's: of two modules one may have another ``N``."""
    found = evidence.ask(value) if _got(evidence, value) else None
    return found is not None and all(one.kind in ("nothing", "other") for one in found)


def _known(evidence: Evidence, ref: Ref, scope: str) -> tuple[Hop, ...]:
    """The chain of a reference that links know, or that a path of the contract begins with."""
    link = evidence.links.shown(ref, evidence.module, scope)
    if link is not None:
        return link.chain if link.kind != "double" else ()
    for target in ref.targets:
        if _is_above(evidence, target):
            return hops_of(ref, target, evidence.module, scope)
    return ()


def _is_above(evidence: Evidence, target: str) -> bool:
    """Whether a target is the module or the class of something that the contract names."""
    path = evidence.absolute(target)
    return bool(path) and any(one.startswith(f"{path}.") for one in evidence.links.roles.entities)


def _given(evidence: Evidence, ref: Ref, scope: str, *, every: bool) -> Iterator[tuple[Value, str, Hop]]:
    """What gives a path its value, with its scope: a binding of its first name or of an attribute, the bases of a
    class, or what a function returns."""
    facts, parts = evidence.facts, ref.spelled.split(".")
    bound = seen(facts, ref._replace(span=LAST), scope) if every else seen(facts, ref, scope)[:1]
    found = [one for one in bound if isinstance(one, Binding)]
    found += [
        one
        for one in facts.bindings
        if one.name in parts[1:] and (one.how == "attribute" or one.where.kind == "class")
    ]
    for one in found:
        if one.value is not None:
            yield one.value, one.where.scope, hop_of(one, evidence.module)
    for klass in facts.classes:
        for base in klass.bases if klass.name == parts[0] else ():
            yield base, klass.where.scope, statement_hop(evidence, klass, "class")
    for function in facts.functions:
        for value in function.returns if function.name == parts[-1] else ():
            yield value, function.qualname, statement_hop(evidence, function, "def")


def statement_hop(evidence: Evidence, statement: Class | Function, what: str) -> Hop:
    """A statement of this file as a hop. ``what``: ``class`` or ``def``."""
    return Hop(evidence.module.file.path, statement.span.line, f"{what} {statement.name}")


def brought(evidence: Evidence, value: Value, scope: str) -> tuple[Hop, ...]:
    """The import of something that is no name of the symbol, and that gives other files access to it; with the hops
    from there to what it hands out."""
    project = evidence.links.project
    roots = {ref.spelled.partition(".")[0] for ref in _refs(evidence, value)}
    found: list[tuple[Import, tuple[Hop, ...]]] = []
    for one in evidence.facts.imports:
        if not _is_around(one, scope):
            continue
        module, rest = project.find(evidence.absolute(one.target))
        given = carried(evidence.links, module, rest[0], str) if module is not None and rest else None
        if module is not None and (not rest or given is not None):
            found.append((one, given.hops if given is not None else ()))
    best = [one for one in found if one[0].bound in roots] or [one for one in found if one[0].name]
    return (hop_of(best[0][0], evidence.module), *best[0][1]) if best else ()


def _by_import(evidence: Evidence, scope: str) -> tuple[Hop, ...]:
    """The one import by which this file knows the symbol, or anything of the contract. Where inference tells of a
    parameter, or of an object from elsewhere, nothing else can be behind it, but for the class itself where that is
    defined."""
    if any(module.file == evidence.module.file for module, _ in evidence.links.roles.managed):
        return ()
    found: list[tuple[int, tuple[Hop, ...]]] = []
    for one in evidence.facts.imports:
        path = evidence.absolute(one.target) if one.name != "*" else ""
        if not path or not _is_around(one, scope):
            continue
        link = evidence.links.path(path)
        hop = hop_of(one, evidence.module)
        if link is not None:
            found.append((0 if names.is_symbol(link) else 1, (hop, *link.chain)))
        elif _is_above(evidence, one.target):
            found.append((2, (hop,)))
    best = [chain for rank, chain in found if rank == min(found)[0]]
    return best[0] if len(best) == 1 else ()


def _is_around(one: Import, scope: str) -> bool:
    """Whether an import stands in a scope, or around it."""
    return not one.where.scope or f"{scope}.".startswith(f"{one.where.scope}.")


def _attribute(call: Call) -> Iterator[Ref]:
    """The path that ``getattr(module, "N")`` is."""
    if len(call.arguments) > 1 and call.arguments[1].text.isidentifier():
        ref, attribute = call.arguments[0].value.ref, call.arguments[1].text
        if ref is not None:
            targets = tuple(f"{one}.{attribute}" for one in ref.targets)
            yield Ref(ref.span, f"{ref.spelled}.{attribute}", targets, ref.sure)


def _is_within(inner: Span, outer: Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]
