"""SOT106: an import of the symbol has a fallback that binds its name to something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.model.facts import Binding, Import, Value, Where
from ssot_lint.model.finding import Fix, Span
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning, names
from ssot_lint.rules.evidence.meaning import Meaning

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair

BINDS = ("assign", "class", "def", "alias", "global")


class _Bound(NamedTuple):
    """A statement in a ``try`` that binds a name."""

    statement: Import | Binding
    name: str
    where: Where


def check(evidence: Evidence) -> Iterator[Match]:
    places = list(_bound(evidence)) if evidence.led else []
    if not places:
        return
    imported = {(one.span, one.bound) for one, _ in names.imported(evidence)}
    own = {
        path.rpartition(".")[2] for path in (evidence.canonical, evidence.links.roles.implementation) if path
    }
    for one in places:
        if evidence.home and one.name in own:
            continue
        for number, attempt in enumerate(one.where.attempts, 1):
            line, _, part = attempt.partition(":")
            if part == "body":
                continue
            tried = [other for other in places if _is_tried(other, one, line)]
            classes = meaning.named if part == "any" else meaning.klass
            symbols = [other for other in (one, *tried) if _is_symbol(evidence, other, imported, classes)]
            # A handler for any error is one for a failing import where the `try` takes the name from somewhere. What
            # else may fail there is no import, whatever it gives, and the handler takes what it needs where it does.
            is_import = part != "any" or any(
                isinstance(other.statement, Import) or other in symbols for other in tried
            )
            if not symbols or not is_import:
                continue
            verb = "may be" if part == "any" else "is"
            # A handler in the handler: what stands there has another attempt before it.
            is_next = any(not later.endswith(":body") for later in one.where.attempts[number:])
            fails = "and the next one fail" if is_next else "fails"
            if symbols == [one]:
                message = f"`{one.name}` {verb} {evidence.canonical} only when another import fails"
            elif isinstance(one.statement, Import) and one.statement.target == evidence.canonical:
                message = f"`{one.name}` {verb} {evidence.canonical} also when the import of it {fails}"
            else:
                message = f"`{one.name}` {verb} {_what(one.statement)} when the import of {evidence.canonical} {fails}"
            advice = "import it without a fallback: a failing import must be seen"
            chain = chains.bound(evidence, symbols[0].statement, is_place=symbols[0] is one)
            flagged = Flagged(one.statement.span, one.name, one.where)
            yield chains.match(evidence, flagged, message, advice, chain, may=part == "any")
            break


def fix(repair: Repair) -> Fix:
    from ssot_lint.fixes import fallbacks

    return fallbacks.fixed(repair)


def _bound(evidence: Evidence) -> Iterator[_Bound]:
    for one in evidence.facts.imports:
        if one.where.attempts and one.name != "*":
            yield _Bound(one, one.bound, one.where)
    for binding in evidence.facts.bindings:
        if binding.where.attempts and binding.how in BINDS:
            yield _Bound(binding, binding.name, binding.where)


_Classes = Callable[[Evidence, Value | None], Meaning | None]
"""Tells the class that a value is."""


def _is_symbol(evidence: Evidence, bound: _Bound, imported: set[tuple[Span, str]], classes: _Classes) -> bool:
    one = bound.statement
    if isinstance(one, Import):
        return (one.span, one.bound) in imported
    return one.how in ("assign", "alias") and classes(evidence, one.value) is not None


def _is_tried(other: _Bound, fallback: _Bound, line: str) -> bool:
    """Whether the body of the ``try`` on a line binds the same name."""
    is_same = (other.name, other.where.scope) == (fallback.name, fallback.where.scope)
    return is_same and f"{line}:body" in other.where.attempts


def _what(statement: Import | Binding) -> str:
    if isinstance(statement, Import):
        return f"`{statement.target}`"
    if statement.how in ("class", "def"):
        return f"another {'class' if statement.how == 'class' else 'function'}"
    if statement.value is not None and statement.value.form == "none":
        return "None"
    return "something else"
