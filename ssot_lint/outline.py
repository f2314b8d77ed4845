"""Facts → what linking asks of every file, whether it is judged or not: the few things that are always read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ssot_lint.model import Facts, Ref


def outlined(facts: Facts, asked: frozenset[str]) -> Facts:
    """The facts about some names, with their outline."""
    return replace(facts, bound=tuple(sorted(_bound(facts))), needs=tuple(sorted(_needs(facts, asked))))


def _bound(facts: Facts) -> set[str]:
    """The names that the module binds or serves."""
    found = {one.bound for one in facts.imports if not one.where.scope and one.name != "*"}
    found |= {
        one.name
        for one in facts.bindings
        if not one.where.scope and one.how in ("assign", "alias", "class", "def", "key")
    }
    return found | {served for served, _, _ in facts.forwards if served != "*"}


def _needs(facts: Facts, asked: frozenset[str]) -> set[tuple[str, int]]:
    """The targets of which another file may tell more, with how many names behind its module make one of it."""
    found: set[tuple[str, int]] = set()
    # The symbol, its subclasses and what else goes by such a name: what decorates it may keep its instance.
    for klass in facts.classes:
        if klass.name in asked or any(base.suspect for base in klass.bases):
            refs = [*klass.decorators, *([klass.metaclass] if klass.metaclass else [])]
            refs += [base.ref for base in klass.bases if base.ref is not None]
            found |= {(target, 1) for target in _targets(refs) if target[:1] != "?"}
    # Whether a thing of another module is a container, and whose, is told there.
    kept = [*(one.target for one in facts.writes), *(one.subject for one in facts.texts)]
    found |= {(target, 1) for target in _targets(kept) if target[:1] not in ":?"}
    found |= {(target, 2) for target in _targets(one.ref for one in facts.uses) if target[:1] not in ":?"}
    return found


def _targets(refs: Iterable[Ref | None]) -> Iterator[str]:
    return (target for ref in refs if ref is not None for target in ref.targets)
