"""SOT305: instances write to a container that they all share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssot_lint.links.definitions import lineage, path_of
from ssot_lint.links.module import Module
from ssot_lint.model.facts import Class, Where, Write
from ssot_lint.model.finding import Hop
from ssot_lint.model.sharing import Slot
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, classes, kept, meaning
from ssot_lint.rules.evidence.meaning import Meaning

ABOUT_CLASSES = ("__init_subclass__", "__set_name__", "__class_getitem__")
"""Methods that run when a class is made or named."""

Writer = tuple[Module, Write]


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated or not evidence.facts.slots:
        return
    family = classes.family(evidence)
    for slot in evidence.facts.slots:
        writers = sorted(_writers(evidence, slot, family), key=lambda one: (one[0].file.path, one[1].span))
        stored = [kept.stored(evidence, write) for module, write in writers if module is evidence.module]
        # Where instances are kept SOT306 judges the container, or SOT303 the class.
        if writers and all(one is None for one in stored):
            yield _match(evidence, slot, writers)


def _match(evidence: Evidence, slot: Slot, writers: Sequence[Writer]) -> Match:
    owner = slot.owner.rpartition(".")[2]
    shown = f"{owner}.{slot.name}" if slot.owner else slot.name
    module, first = writers[0]
    line = first.span.line
    place = f"line {line}" if module is evidence.module else f"{module.file.path}:{line}"
    by_default = slot.form == "default"
    keeps = first.how == "rebind"
    verb = ("may keep" if keeps else "may write to") if by_default else "write to"
    message = f"all instances of {_whose(evidence, slot, writers)} {verb} `{shown}`, as at {place}"
    chain = tuple(
        Hop(one.file.path, write.span.line, f"{write.where.scope} writes to {_put_in(write, shown)}")
        for one, write in writers[:5]
    )
    where = Where(slot.owner, "function" if by_default else "class" if slot.owner else "module")
    advice = "make it in `__init__`, one for each instance"
    chain += chains.descent(evidence, slot.owner)
    return chains.match(
        evidence, Flagged(slot.span, slot.name, where), message, advice, chain, may=by_default
    )


def _whose(evidence: Evidence, slot: Slot, writers: Sequence[Writer]) -> str:
    """The class whose instances write: the symbol; where only subclasses of this file do, the first one."""
    if not slot.owner and any(module is not evidence.module for module, _ in writers):
        return evidence.canonical
    subclasses = [klass.qualname for klass, base in classes.own(evidence) if base is not None]
    scopes = [slot.owner] if slot.owner else [write.where.scope for _, write in writers]
    around = [
        max((one for one in subclasses if f"{scope}.".startswith(f"{one}.")), key=len, default="")
        for scope in scopes
    ]
    first = Meaning("subclass" if all(around) else "symbol")
    return meaning.name_of(evidence, first, around[0])


def _put_in(write: Write, shown: str) -> str:
    """What a place writes to: the attribute that a default becomes, or what is flagged."""
    return write.target.spelled if write.how == "rebind" and write.target is not None else shown


def _writers(evidence: Evidence, slot: Slot, family: dict[str, Class]) -> Iterator[Writer]:
    """The places, in the whole project, where an instance changes what a slot holds."""
    if slot.form == "default":
        yield from _of_default(evidence, slot, family)
    elif slot.form == "container" and slot.owner in family:
        yield from _of_attribute(evidence, slot, family[slot.owner])
    elif slot.form == "container" and not slot.owner:
        yield from _of_global(evidence, slot, family)


def _of_attribute(evidence: Evidence, slot: Slot, klass: Class) -> Iterator[Writer]:
    own = evidence.module
    for module in evidence.links.project.writing(slot.name):
        for write in module.facts.writes:
            if write.name != slot.name or not _is_change(write):
                continue
            if write.owner in ("self", "class"):
                writer = next((one for one in module.facts.classes if one.qualname == write.klass), None)
                lines = lineage(evidence.links.project, module, writer) if writer is not None else []
                if (own, klass) not in lines or kept.is_copied(evidence, slot, lines):
                    continue
                if write.owner == "class" or not any(slot.name in one.fresh for _, one in lines):
                    yield module, write
            elif write.owner == "attribute" and _is_attribute(evidence, module, write, klass):
                yield module, write


def _is_attribute(evidence: Evidence, module: Module, write: Write, klass: Class) -> bool:
    """Whether a path from outside (``Hub.users``, ``hub.users``) is the class's own attribute."""
    path = f"{evidence.module.name}.{klass.qualname}.{write.name}"
    for target in write.target.targets if write.target is not None else ():
        link = evidence.links.resolve(target, module)
        of_symbol = link is not None and link.kind == "symbol" and link.rest == write.name
        managed = (evidence.module, klass) in evidence.links.roles.managed
        if (of_symbol and managed) or path == target:
            return True
    if module is not evidence.module or write.name in klass.fresh:
        return False
    return meaning.instance(evidence, write.holder) is not None


def _of_global(evidence: Evidence, slot: Slot, family: dict[str, Class]) -> Iterator[Writer]:
    path = f"{evidence.module.name}.{slot.name}"
    inside = [(evidence.module, name) for name in family]
    inside += [
        (module, klass.qualname)
        for module, klass in evidence.links.roles.managed
        if module is not evidence.module
    ]
    for module, name in inside:
        for write in module.facts.writes:
            if write.owner not in ("name", "attribute") or not _is_change(write):
                continue
            if not f"{write.where.scope}.".startswith(f"{name}."):
                continue
            targets = write.target.targets if write.target is not None else ()
            if any(path_of(evidence.links.project, target, module) == path for target in targets):
                yield module, write


def _of_default(evidence: Evidence, slot: Slot, family: dict[str, Class]) -> Iterator[Writer]:
    """The places that change the default of a parameter, by its name or by the attribute that holds it.

    If there are none: the places that make it an attribute, for a change of the attribute changes all instances."""
    owner = slot.owner.rpartition(".")[0]
    if owner not in family:
        return
    inside = [one for one in evidence.facts.writes if f"{one.where.scope}.".startswith(f"{slot.owner}.")]
    keeping = [
        one
        for one in inside
        if one.how == "rebind" and one.owner == "self"
        if one.value is not None and one.value.ref is not None and one.value.ref.spelled == slot.name
    ]
    names = {one.name for one in keeping}
    changing = [
        one
        for one in evidence.facts.writes
        if one.how != "rebind"
        and (
            (one.owner == "default" and one.name == slot.name and one in inside)
            or (one.owner == "self" and one.name in names and one.klass == owner)
        )
    ]
    for write in changing or keeping:
        yield evidence.module, write


def _is_change(write: Write) -> bool:
    where = write.where
    return (
        write.how not in ("rebind", "fill")
        and where.deferred
        and where.scope.rpartition(".")[2] not in ABOUT_CLASSES
    )
