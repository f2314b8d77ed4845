"""A tree and the names asked for → the part of it that matters, and all names that may hold one of these. Pure.

Each statement is walked when a name that matters is found on one of its lines, and looked at again when more is known
of such a name. So the work, beyond the parse and a table of all statements, is that of those which speak of the names.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ssot_lint.facts.flow import CLASS, NOTHING, Flow, Kinds, flows_of
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.quoted import unquote
from ssot_lint.facts.roots import getters_roots, roots_of
from ssot_lint.facts.scopes import Site, Sites, Walked
from ssot_lint.facts.statements import Statements, statements_of
from ssot_lint.facts.syntax import below
from ssot_lint.facts.walk import module_site, reach

_GETATTR = "__getattr__"


class Followed(NamedTuple):
    """The part of a tree that matters, all names that may hold what was asked for, or tell what does; and the names
    asked for, with those of the file's own classes that may derive from them."""

    walked: Walked
    names: dict[str, Kinds]
    asked: frozenset[str]


def taken_from(tree: ast.Module, modules: frozenset[str], lines: Lines) -> frozenset[str]:
    """The names that imports bind to what they take from modules with one of these names in their paths."""
    if not any(lines.of(one) for one in modules):
        return frozenset()
    return frozenset(
        alias.asname or alias.name
        for node in below(tree)
        if isinstance(node, ast.ImportFrom) and not modules.isdisjoint((node.module or "").split("."))
        for alias in node.names
        if alias.name != "*"
    )


def followed(
    tree: ast.Module, lines: Lines, asked: frozenset[str], taken: frozenset[str] = frozenset()
) -> Followed:
    """What is found when everything is followed to its end. ``taken``: names that hold a part of what was asked for."""
    names: dict[str, Kinds] = dict.fromkeys(sorted(asked | taken), CLASS)
    while True:
        following = _Following(tree, lines, asked, names)
        following.follow()
        if not following.unquoted():
            return Followed(following.walked(), names, following.asked)
        asked = following.asked
        following.walked().release()


class _Following:
    """What is known of a file so far. Statements go by their places in the table."""

    def __init__(
        self, tree: ast.Module, lines: Lines, asked: frozenset[str], names: dict[str, Kinds]
    ) -> None:
        self.lines = lines
        self.asked = asked
        self.names = names
        self.table: Statements = statements_of(tree, lines.lines)
        self.sites: dict[int, Sites] = {}
        self.flows: dict[int, list[Flow]] = {}
        self.speaking: dict[str, set[int]] = {}
        """By name the statements on whose lines it stands."""
        self.due: set[int] = set()
        """What must be looked at, as more is known of a name in it."""
        self.module = module_site(tree)
        self.placed: dict[int, Site] = {id(tree): self.module}
        """The places of statements that are not walked yet, by the identity of their nodes."""
        self._walk(0)

    def follow(self) -> None:
        """Goes on until nothing more is found."""
        for line in (*self.lines.stars, *self.lines.of("__all__"), *self.lines.of(_GETATTR)):
            self._walk_all(self.table.on(line))
        for name in list(self.names):
            self._look_for(name)
        while self.due:
            looked_at = set[int]()
            while self.due:
                batch, self.due = sorted(self.due), set()
                looked_at.update(batch)
                for number in batch:
                    self._flow(number)
            for name in self._roots(looked_at) - self.names.keys():
                self._learn(name, NOTHING)
            if not self.due:
                self._ask_for(self._derived())

    def _derived(self) -> set[str]:
        """The classes of the module that may derive from what was asked for. Links will ask for them, if they do."""
        bounds = self.module.scope.bounds
        return {
            name
            for name, kinds in self.names.items()
            if "c" in kinds
            and name not in self.asked
            and any(bound.how == "class" for bound in bounds.get(name, ()))
        }

    def _ask_for(self, names: set[str]) -> None:
        self.asked |= names
        for name in sorted(names):
            self._look_for(name)

    def unquoted(self) -> bool:
        """Whether types were in quotes that matter. They are not any more."""
        found = False
        for sites in self.sites.values():
            for site in sites.get(ast.Constant, ()):
                found = unquote(site, self.names.keys(), self.lines) or found
        return found

    def walked(self) -> Walked:
        found: Sites = defaultdict(list)
        for _, sites in sorted(self.sites.items()):
            for kind, some in sites.items():
                found[kind] += some
        return Walked(found, self.module.scope)

    # -- names

    def _flow(self, number: int) -> None:
        for flow in self.flows[number]:
            for name, more in flow(self.names, self.asked):
                known = self.names.get(name)
                if name and (known is None or not more <= known):
                    self._learn(name, more if known is None else known | more)

    def _learn(self, name: str, kinds: Kinds) -> None:
        self.names[name] = kinds
        self._look_for(name)

    def _look_for(self, name: str) -> None:
        """Has everything looked at that speaks of a name."""
        if name not in self.speaking:
            found = {number for line in self.lines.of(name) for number in self.table.on(line)}
            self.speaking[name] = found
            for number in self.table.named.get(name, ()):
                # Every line matters of a class that may be meant, and of a function that was asked for.
                if name in self.asked or isinstance(self.table.nodes[number], ast.ClassDef):
                    found.update(range(number, self.table.ends[number]))
        self._walk_all(self.speaking[name])
        self.due |= self.speaking[name]

    def _roots(self, numbers: Iterable[int]) -> set[str]:
        found = set[str]()
        for number in numbers:
            found |= roots_of(self.sites[number], self.names, self.asked)
        if self.lines.of(_GETATTR):
            kinds = (ast.FunctionDef, ast.Assign, ast.AnnAssign)
            sites = (site for some in self.sites.values() for kind in kinds for site in some.get(kind, ()))
            found |= getters_roots(site for site in sites if site.scope is self.module.scope)
            found -= {"self", "cls"}
        return found

    # -- statements

    def _walk_all(self, numbers: Iterable[int]) -> None:
        for number in sorted(numbers):
            self._walk(number)

    def _walk(self, number: int) -> None:
        """Walks a statement, and first those that it stands in."""
        table, way = self.table, []
        while number not in self.sites:
            way.append(number)
            if not number:
                break
            number = table.parents[number]
        for one in reversed(way):
            sites: Sites = defaultdict(list)
            inside = reach(self.placed.pop(id(table.nodes[one])), sites)
            self.placed.update((id(site.node), site) for site in inside)
            self.sites[one], self.flows[one] = sites, flows_of(sites)
            self.due.add(one)
            for node in table.declared.get(one, ()) if inside else ():
                # Before anything inside is walked: it tells in which scope names are bound.
                declared = (
                    inside[0].scope.globals if isinstance(node, ast.Global) else inside[0].scope.nonlocals
                )
                declared.update(node.names)
