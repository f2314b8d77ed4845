"""A contract and a module → the definitions in it that rival the symbol, and where a path leads to one. Pure.

A rival has the bare name of the symbol, or of its statement, or is a copy that the contract names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from ssot_lint.links.definitions import lineage
from ssot_lint.links.follow import Goal, follow
from ssot_lint.links.hops import hop_of, hops_of
from ssot_lint.links.module import Bound, Module, absolute
from ssot_lint.links.names import name_of
from ssot_lint.links.resolve import Links
from ssot_lint.links.roles import CALLS_THAT_MAKE_CLASSES
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import Binding, Class, Import
from ssot_lint.model.finding import Hop

_DEFINITIONS = frozenset(["class", "def"])
_OF_MODULES = frozenset(["assign", "global", "key", "alias"])
"""Bindings that give a module a name for something else."""

_MAY_BE_ANYTHING = frozenset(["either", "same", "await", "entry", "item", "member", "generic"])
"""Forms of values that may hand out the symbol itself."""


class Rival(NamedTuple):
    """A definition beside the symbol's; without a ``binding`` it is the module itself, which has no ``name``. ``other``
    is what it binds its name to, where that is defined elsewhere; ``named`` the contract's pattern that it goes by.
    ``may``: it is not certain that this is another object."""

    module: Module
    binding: Bound | None
    name: str
    other: str = ""
    named: str = ""
    may: bool = False

    @property
    def path(self) -> str:
        return f"{self.module.name}.{self.name}" if self.name else self.module.name

    @property
    def line(self) -> int:
        return self.binding.span.line if self.binding is not None else 1

    @property
    def what(self) -> str:
        """The kind of thing that it is."""
        how = self.binding.how if isinstance(self.binding, Binding) else "import"
        return {"class": "class", "def": "function"}.get(how, "object")


def defined(links: Links, module: Module) -> Iterator[Rival]:
    """The rivals that a module defines, in the order of their places."""
    if module.name in modules(links):
        yield Rival(module, None, "", named=module.name)
        return
    named = {name for name in module.by_name if goes_by(links, f"{module.name}.{name}")}
    found = (rival for name in named for rival in _named(links, module, name))
    yield from sorted(found, key=lambda one: one.line)


def _named(links: Links, module: Module, name: str) -> Iterator[Rival]:
    """The rivals of a name that a module defines, in the order of their places."""
    if links.roles.is_home(module) or not _exists(links):
        return
    for one in sorted(module.by_name.get(name, ()), key=lambda one: one.span):
        rival = _rival(links, module, one)
        if rival is not None:
            yield rival


def at(links: Links, path: str) -> tuple[Rival, tuple[Hop, ...]] | None:
    """The rival to which a path leads, and the hops from there to its definition."""
    hops: list[Hop] = []
    for step in follow(links.project, path).way:
        whole = next((one for one in beginnings(step) if one in modules(links)), "")
        module, rest = links.project.find(whole or step)
        if whole and module is not None:
            copy = Rival(module, None, "", named=whole)
            # No statement makes a module.
            return copy, tuple(hops)
        if module is None or len(rest) != 1:
            continue
        rival = next(_named(links, module, rest[0]), None)
        if rival is not None:
            assert rival.binding is not None
            return rival, (*hops, hop_of(rival.binding, module))
        for bound in module.live(rest[0])[:1]:
            hops += [hop_of(bound, module), *_behind(bound, module)]
    return None


def _behind(bound: Bound, module: Module) -> tuple[Hop, ...]:
    """The bindings of the module by which an assignment gets what it hands on."""
    value = bound.value if isinstance(bound, Binding) else None
    if value is None or value.ref is None or len(value.ref.targets) != 1:
        return ()
    return hops_of(value.ref, value.ref.targets[0], module, bound.where.scope)


def modules(links: Links) -> frozenset[str]:
    """The modules that the contract names as copies."""
    known = links.project.known
    return frozenset(
        one for one in links.contract.named("rival") if one in known and known[one].module == one
    )


def may_lead(links: Links, path: str) -> bool:
    """Whether a path, or what another module makes of it, goes by a name of a rival."""
    if goes_by(links, path):
        return True
    own = modules(links)
    if own and any(one in own for one in beginnings(path)):
        return True
    # What else rivals are called is among the names by which files speak of the contract.
    is_spoken = links.spoken is None or path.rpartition(".")[2] in links.spoken
    return is_spoken and any(goes_by(links, step) for step in follow(links.project, path).way[1:])


def goes_by(links: Links, path: str) -> bool:
    """Whether the last part of a path is a name of a rival."""
    name = path.rpartition(".")[2]
    return name in names(links) or bool(_pattern(links, path))


def names(links: Links) -> frozenset[str]:
    """The bare names of the symbol and of its statement."""
    if _symbol(links).kind == "module":
        # Many modules have one name, and mean nothing by it.
        return frozenset()
    paths = (links.contract.symbol, links.roles.implementation)
    return frozenset(path.rpartition(".")[2] for path in paths if path)


def is_fallback(one: Bound, imported: Iterable[Import]) -> bool:
    """Whether a binding takes the place of an import of the symbol that fails: SOT106 reports that."""
    tried = {attempt.partition(":")[0] for attempt in one.where.attempts if not attempt.endswith(":body")}
    return any(
        other.bound == name_of(one) and any(f"{line}:body" in other.where.attempts for line in tried)
        for other in imported
    )


def _rival(links: Links, module: Module, one: Bound) -> Rival | None:
    name = name_of(one)
    path = f"{module.name}.{name}"
    if one.where.scope and not isinstance(one, Import):
        return None
    pattern = _pattern(links, path)
    if (name not in names(links) and not pattern) or links.roles.is_double(name):
        return None
    if links.roles.is_builder(module) or links.roles.in_factory(module, one.where.scope):
        return None
    rival = Rival(module, one, name, named="" if name in names(links) else pattern)
    rival = rival._replace(may=not rival.named and _is_served_unseen(links))
    if isinstance(one, Import):
        return _imported(links, rival, one)
    if one.how in _DEFINITIONS or _makes_class(one):
        return rival if not _is_the_symbols(links, path) else None
    return _assigned(links, rival, one)


def _imported(links: Links, rival: Rival, one: Import) -> Rival | None:
    """An import that gives another object the name."""
    path = absolute(one.target, rival.module)
    if rival.named or not one.renamed or one.name in ("*", one.bound) or links.roles.is_double(one.name):
        return None
    return rival._replace(other=path) if path and _is_another(links, path) else None


def _assigned(links: Links, rival: Rival, one: Binding) -> Rival | None:
    """An assignment that gives another object the name, or makes one where the symbol is an object."""
    value = one.value
    is_meant = not rival.named or rival.named == rival.path or _symbol(links).kind == "value"
    if not is_meant or one.how not in _OF_MODULES or value is None or value.form in ("none", "empty"):
        return None
    if value.form == "path":
        paths = [absolute(target, rival.module) for target in value.ref.targets] if value.ref else []
        is_other = len(paths) == 1 and paths[0] and value.ref and value.ref.sure
        return rival._replace(other=paths[0]) if is_other and _is_another(links, paths[0]) else None
    if value.form == "lambda":
        return rival
    is_object = _symbol(links).kind == "value" or rival.named == rival.path
    if not is_object or value.form in _MAY_BE_ANYTHING:
        return None
    made = follow(links.project, _called(rival.module, one)) if value.form == "call" else None
    is_unsure = made is not None and made.kind != "class" and rival.named != rival.path
    return rival._replace(may=rival.may or is_unsure)


def _makes_class(one: Binding) -> bool:
    """Whether an assignment makes a class, as ``namedtuple`` does."""
    ref = (
        one.value.ref if one.how == "assign" and one.value is not None and one.value.form == "call" else None
    )
    return ref is not None and ref.spelled.rpartition(".")[2] in CALLS_THAT_MAKE_CLASSES


def _called(module: Module, one: Binding) -> str:
    targets = one.value.ref.targets if one.value is not None and one.value.ref is not None else ()
    return absolute(targets[0], module) if len(targets) == 1 and targets[0][:1] != "?" else ""


def _is_another(links: Links, path: str) -> bool:
    """Whether a path certainly leads to something else than the symbol: a statement, or what a library has."""
    project = links.project
    link = links.path(path)
    if link is not None:
        return link.kind in ("subclass", "factory")
    goal = follow(project, path)
    if goal.kind in ("class", "def"):
        return not _is_the_symbols(links, goal.path)
    is_ours = project.split(path)[0] is not None or path.partition(".")[0] in project.packages
    return goal.kind == "module" or not is_ours


def _is_the_symbols(links: Links, path: str) -> bool:
    """Whether a statement is the symbol's own, one of its subclasses or bases, or what another contract protects."""
    link = links.path(path)
    if link is not None and link.kind in ("symbol", "subclass", "double", "factory"):
        return True
    own = {f"{where.name}.{klass.qualname}" for where, klass in _family(links)}
    others = links.project.protected
    return path in own or path in others or any(follow(links.project, one).path == path for one in others)


def _exists(links: Links) -> bool:
    """Whether the symbol is there, or may be in a library: SOT901 reports one that is not."""
    top = links.contract.symbol.partition(".")[0]
    return _symbol(links).kind != "nothing" or not links.project.is_module(top)


def _symbol(links: Links) -> Goal:
    return links.roles.goals[links.contract.symbol]


def _is_served_unseen(links: Links) -> bool:
    """Whether a run decides what the symbol is, since no statement of its module binds it: a definition with its name
    may be the symbol's own."""
    goal = _symbol(links)
    name = goal.path.rpartition(".")[2]
    is_bound = goal.module is None or goal.module.facts.problem or goal.module.live(name)
    return goal.kind == "unknown" and not is_bound and not links.roles.declared


def _family(links: Links) -> Iterator[tuple[Module, Class]]:
    for where, klass in links.roles.managed:
        yield from lineage(links.project, where, klass)


def _pattern(links: Links, path: str) -> str:
    """The pattern for copies that a path goes by, or nothing."""
    name = path.rpartition(".")[2]
    patterns = links.contract.named("rival")
    return next((one for one in patterns if fnmatchcase(path if "." in one else name, one)), "")
