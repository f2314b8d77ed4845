"""One file's imports, uses and bindings → those that name the symbol, or give it another name. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.link import Link
from ssot_lint.links.module import Module
from ssot_lint.links.users import users_of
from ssot_lint.model.facts import Binding, Import, Ref, Use
from ssot_lint.model.finding import Hop, Span
from ssot_lint.rules.evidence import Evidence

NAMING = ("assign", "alias", "key", "attribute", "global", "nonlocal")
"""Bindings that give a name to something that already has a name."""

CONFIGURATIONS = ("Meta", "Config")
"""Nested classes that configure the class around them."""


def is_symbol(link: Link) -> bool:
    """Whether a link leads to what the contract names, and not to something made by it, or to a part of it that has a
    name of its own."""
    return not link.part and (link.kind == "symbol" or (link.kind == "maker" and bool(link.rest)))


def symbol(evidence: Evidence, ref: Ref) -> Link | None:
    """The link of a reference to the symbol itself."""
    link = evidence.links.ref(ref, evidence.module)
    return link if link is not None and is_symbol(link) else None


def imported(evidence: Evidence) -> Iterator[tuple[Import, Link]]:
    """The imports that bind the symbol."""
    for one in evidence.facts.imports:
        if one.name == "*":
            continue
        path = evidence.absolute(one.target)
        link = evidence.links.path(path) if path else None
        if link is not None and is_symbol(link) and not link.rest and (one.name or one.renamed):
            yield one, link


def reached(evidence: Evidence) -> Iterator[tuple[Use, Link]]:
    """The attribute paths (``mod.N``) that lead to the symbol. A name that an import binds is judged at the import."""
    for use in evidence.facts.uses:
        if "." not in use.ref.spelled:
            continue
        link = symbol(evidence, use.ref)
        if link is not None and not _begins_with_symbol(evidence, use.ref):
            yield use, link


def _begins_with_symbol(evidence: Evidence, ref: Ref) -> bool:
    """Whether the first name of a path already is the symbol, so that the binding of this name is judged."""
    if ref.spelled.startswith(("<", ".")):
        return False
    extra = ref.spelled.count(".")
    for target in ref.targets:
        parts = target.split(".")
        root = ".".join(parts[: len(parts) - extra]) if len(parts) > extra else target
        if root and root != target and evidence.links.resolve(root, evidence.module) is not None:
            return True
    return False


def users(evidence: Evidence, path: str) -> tuple[Hop, ...]:
    """The other files that import or reach a path."""
    found = users_of(evidence.links.project, path)
    return tuple(hop for hop in found if hop.path != evidence.module.file.path)


def is_used_in(module: Module, name: str) -> bool:
    """Whether a module uses a name that it binds, and does not merely hand it on."""
    return any(use.ref.spelled.partition(".")[0] == name for use in module.facts.uses)


def bound_by(evidence: Evidence, name: str, scope: str, read: Span) -> list[Binding]:
    """The bindings of a name in a scope that may be in force where it is read."""
    found = [one for one in evidence.facts.bindings if one.name == name and one.where.scope == scope]
    return [one for one in found if not any(_is_in(read, piece) for piece in one.gone)]


def _is_in(read: Span, piece: Span) -> bool:
    return piece[:2] <= read[:2] < piece[2:]


def is_of_module(evidence: Evidence, ref: Ref | None) -> bool:
    """Whether a reference leads to a module of the project."""
    targets = ref.targets if ref is not None else ()
    return any(evidence.links.project.is_module(evidence.absolute(target)) for target in targets)


def gives_a_name(evidence: Evidence, binding: Binding) -> bool:
    """Whether a binding can give the symbol another name.

    A parametrised type is another type; the configuration of a class hands the symbol over; and an attribute is a
    name of its own only if it is a module's."""
    if binding.how not in NAMING or (
        binding.how == "attribute" and not is_of_module(evidence, binding.owner)
    ):
        return False
    around, _, inner = binding.where.scope.rpartition(".")
    is_nested = bool(around) and binding.where.kind == "class" and inner in CONFIGURATIONS
    return not is_nested and (binding.value is None or binding.value.form != "generic")


def given(evidence: Evidence) -> dict[Span, str]:
    """The names that bindings give to values, by the place of the value."""
    return {
        one.value.span: one.name
        for one in evidence.facts.bindings
        if one.value is not None and gives_a_name(evidence, one)
    }


def is_another_name(evidence: Evidence, binding: Binding) -> bool:
    """Whether a binding makes an alias of the symbol, if its value is the symbol."""
    own = (evidence.links.roles.name, (evidence.links.roles.implementation or "").rpartition(".")[2])
    at_home = evidence.home and binding.where.kind == "function"
    inside = at_home or evidence.in_factory(binding.where)
    return binding.name not in own and gives_a_name(evidence, binding) and not inside
