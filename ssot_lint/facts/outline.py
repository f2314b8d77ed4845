"""Facts → their outline: the little that links ask of every file, whether it is judged or not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from ssot_lint.facts.leads import leads
from ssot_lint.facts.syntax import CLASSES, import_target
from ssot_lint.model.facts import Binding, Facts, FileOutline, Import, Ref, Where
from ssot_lint.model.finding import Span
from ssot_lint.model.methods import targets_in


def outlined(facts: Facts, asked: frozenset[str]) -> Facts:
    """The facts about some names, with their outline."""
    outline = FileOutline(
        bound=tuple(sorted(_bound(facts))),
        needs=tuple(sorted(_needs(facts, asked))),
        leads=tuple(sorted({*leads(facts)})),
        kin=tuple(sorted(targets_in(facts.methods))) if facts.methods is not None else (),
    )
    return replace(facts, outline=outline)


_LEADS = frozenset("path generic same await either".split())
"""The forms of values that can be the symbol. What a call gives is an instance, and no further name for it."""


def _bound(facts: Facts) -> set[tuple[str, str]]:
    """The names of the module that may lead to a symbol, to a subclass, or to something that hands one out. Each comes
    with the target through which it must do so, or with nothing where that is not so simple."""
    found = {(one.bound, one.target) for one in facts.imports if not one.where.scope and one.name != "*"}
    found |= {(served, "") for served, _, _ in facts.forwards if served not in ("*", "__getattr__")}
    found |= {
        (one.name, "")
        for one in facts.bindings
        if one.of_module and one.how in _BINDS and one.value is not None and one.value.form in _LEADS
    }
    found |= {
        (one.name, target)
        for one in facts.classes
        if not one.where.scope
        for target in _targets(base.ref for base in one.bases)
    }
    found |= {(one.name, "") for one in facts.functions if not one.where.scope and one.returns}
    # A class whose method hands out an instance, or one that has the symbol as an attribute; below, a table of
    # instances or an object of such a class.
    found |= {(one.owner, "") for one in facts.functions if one.returns and "." not in one.owner} - {("", "")}
    found |= {(one.where.scope, "") for one in facts.bindings if _is_attribute(one)}
    return found | {
        (one.name, "")
        for one in facts.bindings
        if not one.where.scope and one.how == "assign" and one.value is not None and one.value.suspect
    }


def _is_attribute(one: Binding) -> bool:
    """Whether a binding gives a class of the module an attribute that may be the symbol."""
    at, value = one.where, one.value
    in_class = at.kind == "class" and "." not in at.scope and one.how == "assign"
    return in_class and value is not None and value.form == "path" and value.suspect


_BINDS = frozenset("assign alias key global".split())


def _needs(facts: Facts, asked: frozenset[str]) -> set[tuple[str, int]]:
    """The targets of which another file may tell more, each with the number of names behind its module that matter."""
    found: set[tuple[str, int]] = set()
    # The symbol, its subclasses and what else goes by such a name: what decorates it may keep its instance.
    for klass in facts.classes:
        if klass.name in asked or CLASSES in asked or any(base.suspect for base in klass.bases):
            refs = [*klass.decorators, *([klass.metaclass] if klass.metaclass else [])]
            refs += [base.ref for base in klass.bases if base.ref is not None]
            found |= {(target, 1) for target in _targets(refs) if target[:1] != "?"}
    held = (value.ref for one in facts.annotations for value in one.values)
    found |= {(target, 1) for target in _targets(held) if target[:1] != "?"}
    # Whether an import that speaks of something brings anything, and what, only the other file knows. What is derived
    # is asked of this file alone.
    told = {"", "*", *asked.difference(facts.derived)}
    found |= {(one.target, 1) for one in facts.imports if one.name not in told}
    # Whether a thing of another module is a container, and whose, is told there.
    kept = [*(one.target for one in facts.writes), *(one.subject for one in facts.texts)]
    found |= {(target, 1) for target in _targets(kept) if target[:1] not in ":?"}
    found |= {(target, 1) for target in _replacing(facts)}
    found |= {(target, 2) for target in _targets(one.ref for one in facts.uses) if target[:1] not in ":?"}
    # What a constant of another module is, is told there; and what another module emits.
    return found | {(target, least) for target, least in _told(facts) if target[:1] not in ":?"}


def _replacing(facts: Facts) -> Iterator[str]:
    """What a star may bring in the place of a name that may lead to a symbol."""
    stars = [one for one in facts.imports if one.name == "*" and not one.where.scope]
    if not stars:
        return
    told = {name for name, _ in _bound(facts)}
    bound = [(one.bound, one.span) for one in facts.imports if not one.where.scope and one.name != "*"]
    bound += [(one.name, one.span) for one in facts.outer]
    for star in stars:
        names = {name for name, span in bound if name in told and span < star.span}
        yield from (import_target(star.module, name) for name in names)


def _told(facts: Facts) -> Iterator[tuple[str, int]]:
    if facts.literals is None:
        return
    for leaves in (
        *(spot.leaves for spot in facts.literals.spots),
        *(fed.leaves for call in facts.literals.emissions for fed in call.arguments),
    ):
        for leaf in leaves:
            yield from ((target, 0) for target in leaf.targets)
    for call in facts.literals.emissions:
        # Of a method its class may have it from another one.
        yield from ((target, 0 if call.bound else 1) for target in call.targets)
    for heir in facts.literals.heirs:
        yield from ((target, 0) for target in heir.bases)


def _targets(refs: Iterable[Ref | None]) -> Iterator[str]:
    return (target for ref in refs if ref is not None for target in ref.targets)


def linking(facts: Facts) -> tuple[object, object]:
    """All that links read of a file, without the places: what it says, and of what it needs to know more. While the
    first is equal, no path leads anywhere else; while both are, no file is asked for anything else."""
    told = {one.qualname for one in facts.functions if one.returns}
    read: list[Import | Binding] = [one for one in facts.imports if not one.where.scope or one.name == "*"]
    read += [one for one in facts.bindings if one.of_module or one.where.scope in told]
    in_order = sorted(read, key=lambda one: one.span)
    forwards = [(served, target) for served, target, _ in facts.forwards]
    classes = [one._replace(shape_line=0) for one in facts.classes]
    values = facts.literals
    rest = (
        (values.emissions, values.takers, values.lists, values.heirs) if values is not None else (),
        facts.methods.kin if facts.methods is not None else (),
        facts.functions,
        classes,
        facts.exports,
        facts.outline.bound,
        facts.outline.leads,
        bool(facts.problem),
    )
    return _nowhere((in_order, forwards, rest), {}), (facts.outline.needs, facts.outline.kin)


def moved_from(old: Facts, new: Facts) -> float | None:
    """Where two files say the same in the same order, if only on other lines: the first line of the old one of which
    something stands on another line; infinite where nothing does. None where they say something else."""
    (was, lines), (now, others) = _apart(old), _apart(new)
    if was != now or len(lines) != len(others):
        return None
    return min((one for one, other in zip(lines, others, strict=True) if one != other), default=float("inf"))


def _apart(facts: Facts) -> tuple[object, list[int]]:
    """What a file says without the places, and the lines on which it says so."""
    lines = [facts.exports_line]
    said: list[object] = []
    for one in fields(facts):
        # What excuses something is the concern of the file alone.
        if one.name not in ("comments", "exports_line"):
            value = getattr(facts, one.name)
            _collect(value, lines)
            said.append(_nowhere(value, {}))
    return said, lines


def _collect(value: object, lines: list[int]) -> None:
    """Adds the lines on which something stands."""
    if isinstance(value, Span):
        lines.append(value.line)
    elif isinstance(value, (list, tuple)):
        for one in value:
            _collect(one, lines)


def _nowhere(value: object, attempts: dict[str, str]) -> object:
    """A value without the places in it. ``attempts`` takes the lines by which ``try`` statements are told apart, each
    with its number among these."""
    if isinstance(value, Span):
        return None
    if isinstance(value, Where):
        apart = [one.partition(":") for one in value.attempts]
        own = [(attempts.setdefault(line, str(len(attempts))), kind) for line, _, kind in apart]
        return value[:-1], own
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [_nowhere(one, attempts) for one in value]
    return value
