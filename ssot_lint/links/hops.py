"""The bindings of one file → hops of a chain: by which of its names something is reached, in the code's words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssot_lint.links.module import Bound, Module
from ssot_lint.model.facts import Binding, Facts, Import, Ref, Value
from ssot_lint.model.finding import Hop, Span

MOST_NAMES = 20
"""A chain of more names than this within one file is cut off."""

_EMPTY = frozenset(["none", "string", "empty"])
"""Forms of values that stand for nothing yet: such a name gets its meaning elsewhere."""


def hop_of(bound: Bound, module: Module) -> Hop:
    return Hop(module.file.path, bound.span.line, text_of(bound))


def hops_of(ref: Ref, target: str, module: Module, scope: str) -> tuple[Hop, ...]:
    """By which bindings of its file a reference leads to one of its targets. ``scope`` is where it stands.

    Nothing for a name of the module itself, or of a star: from there on links know the way.
    """
    found: list[Hop] = []
    done: set[Span] = set()
    while len(found) < MOST_NAMES:
        root, _, rest = ref.spelled.partition(".")
        head = target.removesuffix(f".{rest}") if rest else target
        if head[:1] == "?" or (head[:1] == ":" and head[1:].rpartition(".")[2] == root):
            break
        bound = next(iter(_seen(module.by_name.get(root, ()), ref, scope, head)), None)
        if bound is None or bound.span in done:
            break
        done.add(bound.span)
        found.append(hop_of(bound, module))
        further = _holder(bound, head)
        if further is None:
            break
        ref, target, scope = further, head, bound.where.scope
    return tuple(found)


def nearest(facts: Facts, ref: Ref, scope: str, head: str = "") -> Bound | None:
    """The binding that gives a path's first name its meaning in a scope. ``head``: what that name stands for."""
    return next(iter(seen(facts, ref, scope, head)), None)


def seen(facts: Facts, ref: Ref, scope: str, head: str = "") -> list[Bound]:
    """All bindings that may do so, the likeliest first."""
    root = ref.spelled.partition(".")[0]
    named: list[Bound] = [one for one in facts.imports if one.bound == root]
    named += [one for one in facts.bindings if one.name == root]
    return _seen(named, ref, scope, head)


def _seen(named: Sequence[Bound], ref: Ref, scope: str, head: str) -> list[Bound]:
    """Those of the bindings of a path's first name that give it its meaning in a scope, the likeliest first."""
    found = [
        one
        for one in named
        if _is_seen(one, scope, ref.span)
        and (one.name != "*" if isinstance(one, Import) else _names(one) and not _is_within(ref.span, one))
    ]
    if not found:
        # `global N` and an import in some function.
        found = [one for one in named if isinstance(one, Import) and (not head or head in _heads(one))]

    def rank(one: Bound) -> tuple[bool, int, bool, Span]:
        leads = head in _heads(one) if head else not _is_empty(one)
        return leads, _depth(one), _is_prefix(one, ref.spelled), one.span

    return sorted(found, key=rank, reverse=True)


def refs_of(value: Value) -> Iterator[Ref]:
    """The references that a value is, or may be: not those that it is made from."""
    if value.form in ("path", "generic") and value.ref is not None:
        yield value.ref
    elif value.form in ("same", "await", "either"):
        for part in value.parts:
            yield from refs_of(part)


def _holder(bound: Bound, head: str) -> Ref | None:
    """The reference in a binding's value that leads to a target."""
    value = bound.value if isinstance(bound, Binding) else None
    return next((ref for ref in refs_of(value) if head in ref.targets), None) if value is not None else None


def _heads(bound: Bound) -> tuple[str, ...]:
    """What a binding makes its name stand for, as targets."""
    if isinstance(bound, Import):
        return (bound.target if bound.name or bound.renamed else bound.bound,)
    return (
        tuple(target for ref in refs_of(bound.value) for target in ref.targets)
        if bound.value is not None
        else ()
    )


def _is_within(place: Span, bound: Binding) -> bool:
    """Whether a place is in what is bound, as in ``N = N``."""
    value = bound.value.span if bound.value is not None else bound.span
    return value[:2] <= place[:2] and place[2:] <= value[2:]


def _names(bound: Binding) -> bool:
    return bound.how not in ("attribute", "module", "key", "given", "decorated", "caught", "delete")


def _is_empty(bound: Bound) -> bool:
    return isinstance(bound, Binding) and (bound.value is None or bound.value.form in _EMPTY)


def _is_prefix(bound: Bound, spelled: str) -> bool:
    """Of ``import a.b`` and ``import a.c`` that one which ``a.c.N`` goes by."""
    if isinstance(bound, Binding) or bound.name or bound.renamed:
        return True
    return f"{spelled}.".startswith(f"{bound.module}.")


def _is_default(bound: Bound) -> bool:
    """Whether a name is a parameter's, by its default: that is written outside of the function, and known inside."""
    return isinstance(bound, Binding) and bound.how == "default"


def _depth(bound: Bound) -> int:
    scope = bound.where.scope
    return scope.count(".") + bool(scope) + _is_default(bound)


def _is_seen(bound: Bound, scope: str, place: Span) -> bool:
    """Whether a place in a scope sees a binding: one above it, or in a scope around it."""
    where, is_default = bound.where, _is_default(bound)
    if where.scope == scope and not is_default:
        return bound.span < place
    around = not where.scope or f"{scope}.".startswith(f"{where.scope}.")
    return around and (bound.span < place if is_default else where.kind != "class")


def text_of(bound: Bound) -> str:
    """A binding in a few words, as code would say it."""
    if isinstance(bound, Import):
        renamed = f" as {bound.bound}" if bound.renamed else ""
        if bound.name:
            return f"from {bound.module} import {bound.name}{renamed}"
        return f"import {bound.module}{renamed}"
    if bound.how in ("class", "def"):
        return f"{bound.how} {bound.name}"
    value = spelled(bound.value)
    if bound.how == "loop":
        return f"for {bound.name} in {value}"
    if bound.how == "with":
        return f"with {value} as {bound.name}"
    if bound.how == "default":
        return f"{bound.name}={value}"
    owner = f"{bound.owner.spelled}." if bound.how == "attribute" and bound.owner is not None else ""
    return f"{owner}{bound.name} = {value}"


def spelled(value: Value | None) -> str:
    """A value in a few words."""
    if value is not None and value.form == "call" and value.parts[0].form == "member":
        value = value.parts[0]
        return f"{spelled(value.parts[0])}.{value.ref.spelled if value.ref is not None else '…'}(…)"
    if value is None or value.ref is None:
        return "…"
    behind = {"call": "(…)", "entry": "[…]", "item": "[…]", "generic": "[…]"}
    return f"{value.ref.spelled}{behind.get(value.form, '')}"
