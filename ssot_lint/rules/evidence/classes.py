"""The classes of one file → those that are the contract's: the managed class, its subclasses and its bases."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.definitions import lineage
from ssot_lint.model.facts import Call, Class, Where
from ssot_lint.rules.evidence import Evidence, meaning
from ssot_lint.rules.evidence.meaning import Meaning

MAKERS = ("type", "builtins.type", "types.new_class")
"""Calls that make a class."""


def makes_class(call: Call) -> bool:
    ref = call.callee.ref
    return ref is not None and ref.spelled in MAKERS and len(call.arguments) > 1


def own(evidence: Evidence) -> Iterator[tuple[Class, Meaning | None]]:
    """The managed class where this file defines it, and its subclasses here, each with the base that is the symbol's.

    The managed class has no such base, and test doubles are left out."""
    managed = [
        klass
        for module, klass in evidence.links.roles.managed
        if module.file.path == evidence.module.file.path
    ]
    for klass in evidence.facts.classes:
        if klass in managed:
            yield klass, None
            continue
        if evidence.links.roles.is_double(klass.name):
            continue
        for base in klass.bases:
            found = [
                one for one in meaning.of(evidence, base) if one.kind in ("symbol", "subclass", "outside")
            ]
            if found:
                yield klass, found[0]
                break


def family(evidence: Evidence) -> dict[str, Class]:
    """The classes of this file that make up instances, by name: the managed class, its subclasses and its bases."""
    found = {klass.qualname: klass for klass, _ in own(evidence)}
    if evidence.facts.classes:
        for where, klass in evidence.links.roles.managed:
            for module, one in lineage(evidence.links.project, where, klass):
                if module.file.path == evidence.module.file.path:
                    found[one.qualname] = one
    return found


def in_singleton(evidence: Evidence, where: Where) -> bool:
    """Whether a place is in a class of the contract that keeps its one instance: SOT303 reports the class."""
    scope = f"{where.scope}."
    return any(
        klass.shape not in ("", "call") and scope.startswith(f"{name}.")
        for name, klass in family(evidence).items()
    )
