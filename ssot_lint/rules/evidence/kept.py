"""What one file writes, and to what → whether that outlives the call, and whether it is an instance."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.links.definitions import class_at, lineage
from ssot_lint.links.follow import is_plain
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module
from ssot_lint.model.facts import Class, Ref, Write
from ssot_lint.model.sharing import Slot
from ssot_lint.rules.evidence import Evidence, chains, classes, meaning
from ssot_lint.rules.evidence.meaning import Meaning


def stored(evidence: Evidence, write: Write) -> Meaning | None:
    """The instance that a write puts somewhere. A method of the class may put its own object there."""
    value = write.value
    if value is None or (value.form != "own" and value.suspect):
        return meaning.instance(evidence, value)
    scope = f"{write.where.scope}."
    inside = [name for name in classes.family(evidence) if scope.startswith(f"{name}.")]
    if not inside:
        # What holds no such thing here is known only because of the class around it: of another contract.
        return None
    if value.form != "own":
        return meaning.instance(evidence, value)
    link = Link("instance", "", chain=chains.descent(evidence, max(inside, key=len)))
    return Meaning("instance", link, fresh=True)


def slot(evidence: Evidence, target: str) -> Slot | None:
    """The module-level name that a target begins with, if it is made to keep things in."""
    module, rest = evidence.links.project.find(evidence.absolute(target))
    if target.startswith(":"):
        module, rest = evidence.module, target[1:].split(".")
    if module is None or not rest:
        return None
    return next((one for one in module.facts.slots if not one.owner and one.name == rest[0]), None)


def is_copied(evidence: Evidence, one: Slot, lines: Sequence[tuple[Module, Class]]) -> bool:
    """Whether a base from a library may copy a class attribute for each instance, as models of data do.

    ``lines``: the class and its bases in the project."""
    return one.declared and any(
        base.ref is None
        or (not is_plain(base) and class_at(evidence.links.project, base.ref, module) is None)
        for module, klass in lines
        for base in klass.bases
    )


def outlives(evidence: Evidence, write: Write) -> bool:
    """Whether all later callers certainly find what is written, and not only one thread, task or object."""
    match write.owner:
        case "default" | "kept":
            return True
        case "self" | "class":
            klass = next((one for one in evidence.facts.classes if one.qualname == write.klass), None)
            if klass is None or klass.where.deferred:
                return False
            lines = lineage(evidence.links.project, evidence.module, klass)
            slots = _slots(lines, write.name)
            if write.owner == "class":
                return write.how == "rebind" or all(one.form != "context" for one in slots)
            return _is_of_class(evidence, write.name, slots, lines) or _is_in_kept(evidence, klass, write)
    return write.target is not None and lasts(evidence, write.target)


def _slots(lines: Sequence[tuple[Module, Class]], name: str) -> list[Slot]:
    """The class attributes of a name in a class and its bases, the nearest first."""
    return [
        one
        for module, klass in lines
        for one in module.facts.slots
        if (one.owner, one.name) == (klass.qualname, name)
    ]


def _is_of_class(
    evidence: Evidence, name: str, slots: Sequence[Slot], lines: Sequence[tuple[Module, Class]]
) -> bool:
    """Whether a container that a method reaches by its object is the class's own, and one for all objects."""
    if not slots or slots[0].form not in ("container", "weak") or is_copied(evidence, slots[0], lines):
        return False
    return not any(name in klass.fresh for _, klass in lines)


def _is_in_kept(evidence: Evidence, klass: Class, write: Write) -> bool:
    """Whether a method writes to its own object, and importing the module makes an object of its class."""
    if write.how == "rebind" or not f"{write.where.scope}.".startswith(f"{write.klass}."):
        return False
    found = [one for one in evidence.facts.classes if one.kept and not one.where.deferred]
    project, module = evidence.links.project, evidence.module
    return any((module, klass) in lineage(project, module, one) for one in found)


def lasts(evidence: Evidence, ref: Ref) -> bool:
    """Whether a path certainly leads to something of the project that all users of the process share."""
    found = False
    for target in ref.targets:
        path = evidence.absolute(target) if target[:1] != "?" else ""
        project = target[:1] == ":" or evidence.links.project.split(path)[0] is not None
        held = slot(evidence, target) if project else None
        if held is not None and held.form == "context":
            return False
        found = found or project or path.startswith("builtins.")
    return found
