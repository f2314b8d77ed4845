"""A tree and the names asked for → the part of it that matters, and all names that may hold one of these. Pure.

Each statement is walked when a name that matters is found on one of its lines, and looked at again when more is known
of such a name. So the work, beyond the parse and a table of all statements, is that of those which speak of the names.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from ssot_lint.facts.definitions.changing import CHANGING, CHANGING_WORDS
from ssot_lint.facts.flow import CLASS, NOTHING, Flow, Kinds, flows_of
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.quoted import unquote
from ssot_lint.facts.roots import (
    bases_of,
    callees_of,
    changed_in_classes,
    filled_by,
    getters_roots,
    holders_of,
    roots_of,
)
from ssot_lint.facts.scopes import BoundBy, Site, Sites, Walked
from ssot_lint.facts.statements import Statements, binds, head_of, statements_of
from ssot_lint.facts.syntax import CLASSES, FUNCTIONS, below, words_of
from ssot_lint.facts.walk import module_site, opened, spread
from ssot_lint.facts.words import words_in

_GETATTR = "__getattr__"

_AS_SYMBOL: frozenset[BoundBy] = frozenset(["class", "import", "assign", "alias"])
"""How a name is bound that links may find to be the symbol."""

_IMPORTS = (ast.Import, ast.ImportFrom)
"""These may bind a name to what hands on what it is given, see ``flow``."""


class Followed(NamedTuple):
    """The part of a tree that matters, all names that may hold what was asked for, or tell what does; and the names
    asked for, with those of the module that may be the same, or derive from it."""

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
    following = _Following(tree, lines, asked, dict.fromkeys(sorted(asked | taken), CLASS))
    following.begin()
    following.follow()
    while following.unquoted():
        following.follow()
    return Followed(following.walked(), following.names, following.asked)


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
        self.folded: dict[int, list[Site]] = {}
        """The expressions of statements that are walked without them: no name stands in these."""
        self.binds_inside = ":=" in lines.search
        """Whether expressions of the file may bind names."""
        self.words: dict[int, frozenset[str]] = {}
        self.flows: dict[int, list[Flow]] = {}
        self.speaking: dict[str, set[int]] = {}
        """By name the statements on whose lines it stands."""
        self.filled: dict[str, set[str]] = {}
        """By their names what functions of the file put something into."""
        self.declared = {name for some in self.table.declared.values() for one in some for name in one.names}
        """The names that classes and functions bind elsewhere."""
        self.seen: set[tuple[str, int]] = set()
        """Names of which nothing but the bindings is looked at, each with the class or function from which these are
        seen."""
        self.binding: set[int] = set()
        """The statements with these bindings."""
        self.due: set[int] = set()
        """What must be looked at, as more is known of a name in it."""
        self.module = module_site(tree)
        self.placed: dict[int, Site] = {id(tree): self.module}
        """The places of statements that are not walked yet, by the identity of their nodes."""
        self._walk(0)

    def begin(self) -> None:
        """Has all looked at that speaks of the names which are known at first."""
        for line in (*self.lines.stars, *self.lines.of("__all__"), *self.lines.of(_GETATTR)):
            self._walk_all(self.table.on(line))
        for name in list(self.names):
            self._look_for(name)

    def follow(self) -> None:
        """Goes on until nothing more is found."""
        while self.due:
            looked_at = set[int]()
            while self.due:
                batch, self.due = sorted(self.due), set()
                looked_at.update(batch)
                for number in batch:
                    self._flow(number)
            for name in self._roots(looked_at) - self.speaking.keys():
                self._learn(name, self.names.get(name, NOTHING))
            if not self.due:
                self._ask_for(self._derived())

    def _derived(self) -> set[str]:
        """The names of the module that may be what was asked for, or derive from it. Links will ask for them, if they
        are."""
        bounds = self.module.scope.bounds
        return {
            name
            for name, kinds in self.names.items()
            if "c" in kinds
            and name not in self.asked
            and any(bound.how in _AS_SYMBOL for bound in bounds.get(name, ()))
        }

    def _ask_for(self, names: set[str]) -> None:
        self.asked |= names
        for name in sorted(names):
            self._look_for(name)

    def unquoted(self) -> bool:
        """Takes types out of their quotes that matter, and has what they stand in looked at again. Whether there were
        any."""
        for number, sites in self.sites.items():
            for site in [*sites.get(ast.Constant, ())] if self._speaks(number) else ():
                new = unquote(site, self.names.keys(), self.lines)
                if new is not None:
                    sites[ast.Constant].remove(site)
                    self._bind_anew(number, site, new)
                    self._spread(number, replace(site, node=new))
        return bool(self.due)

    def _bind_anew(self, number: int, old: Site, new: ast.expr) -> None:
        """Puts another node in the place of a type that a statement binds a name to: that of a parameter, or of an
        alias."""
        if isinstance(self.table.nodes[number], FUNCTIONS):
            # A parameter is bound in the scope of what is right inside of the function.
            scope = self._place(number + 1).scope
        elif old.field == "value":
            scope = old.scope
        else:
            return
        for bounds in scope.bounds.values():
            for bound in bounds:
                if bound.value is old.node:
                    bound.value = new

    def _place(self, number: int) -> Site:
        """Where a statement stands, walked or not."""
        node = self.table.nodes[number]
        return self.sites[number][type(node)][0] if number in self.sites else self.placed[id(node)]

    def walked(self) -> Walked:
        found: Sites = defaultdict(list)
        speaking: Sites = defaultdict(list)
        silent: Sites = defaultdict(list)
        for number, sites in sorted(self.sites.items()):
            part = speaking if self._speaks(number) else silent
            for kind, some in sites.items():
                found[kind] += some
                part[kind] += some
        return Walked(found, speaking, silent, self.module.scope)

    def _speaks(self, number: int) -> bool:
        """Whether a statement that was walked has one of the names of which all is looked at, or binds another."""
        return number in self.binding or not self.words[number].isdisjoint(self.speaking.keys())

    # -- names

    def _flow(self, number: int) -> None:
        if not (self._speaks(number) or isinstance(self.table.nodes[number], _IMPORTS)):
            return
        if number not in self.flows:
            self.flows[number] = flows_of(self.sites[number])
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
            self.speaking[name] = {number for line in self.lines.of(name) for number in self.table.on(line)}
            for number in self.table.named.get(name, ()):
                self._walk_class(number)
        if name in self.asked:
            # All matters that a class or function changes which was asked for.
            for number in self.table.named.get(name, ()):
                for inner in range(number, self.table.ends[number]):
                    self._walk(inner)
                    self.due.add(inner)
                    if self._may_change(inner):
                        self.speaking[name].add(inner)
        self._walk_all(self.speaking[name])
        self.due |= self.speaking[name]

    def _may_change(self, number: int) -> bool:
        """Whether a statement that was walked may change something, or stands in the body of a class."""
        node = self.table.nodes[number]
        return (
            isinstance(node, CHANGING)
            or self._place(number).scope.kind == "class"
            or not CHANGING_WORDS.isdisjoint(words_of(self.lines.text(*head_of(node))))
        )

    def _roots(self, numbers: Iterable[int]) -> set[str]:
        """The names of which all is to be looked at. Of others only the bindings are, which is done."""
        found = set[str]()
        seen = set[tuple[str, int]]()
        has_classes = any(
            isinstance(self.table.nodes[number], ast.ClassDef)
            for name in self.asked
            for number in self.table.named.get(name, ())
        )
        for number in numbers:
            if has_classes:
                found |= changed_in_classes(self.sites[number], self.asked)
            if self._speaks(number) or CLASSES in self.names:
                found |= holders_of(self.sites[number], self.names, self.asked)
                found |= bases_of(self.sites[number], self.names, self.table.named)
                roots = roots_of(self.sites[number], self.names, self.asked)
                seen.update((name, number) for name in roots)
                for name in callees_of(self.sites[number], self.names, self.table.named):
                    found |= self._filled_by(name)
        if self.lines.of(_GETATTR):
            kinds = (ast.FunctionDef, ast.Assign, ast.AnnAssign)
            sites = (site for some in self.sites.values() for kind in kinds for site in some.get(kind, ()))
            found |= getters_roots(site for site in sites if site.scope is self.module.scope)
            found -= {"self", "cls"}
        for name, number in sorted(seen):
            self._look_for_bindings(name, number)
        return found

    def _look_for_bindings(self, name: str, number: int) -> None:
        """Has those statements looked at that bind a name as a statement sees it."""
        table, scopes = self.table, self.table.around(number)
        if name in self.speaking or (name, scopes[0]) in self.seen:
            return
        self.seen.add((name, scopes[0]))
        self.names.setdefault(name, NOTHING)
        if name in self.declared:
            # It may be bound anywhere.
            self._look_for(name)
            return
        found = {
            one
            for line in self.lines.of(name)
            for one in table.on(line)
            if table.scopes[one] in scopes and (self.binds_inside or binds(table.nodes[one], name))
        }
        self.binding |= found
        self.due |= found
        self._walk_all(found)
        for one in table.named.get(name, ()):
            if one in found:
                self._walk_class(one)

    def _walk_class(self, number: int) -> None:
        """Walks all of a statement, if it is a class. What binds a name in a class that may be meant matters, whatever
        it binds it to."""
        if isinstance(self.table.nodes[number], ast.ClassDef):
            for inner in range(number, self.table.ends[number]):
                self._walk(inner)

    def _filled_by(self, name: str) -> set[str]:
        if name not in self.filled:
            self.filled[name] = filled_by(self.table.nodes[number] for number in self.table.named[name])
        return self.filled[name]

    # -- statements

    def _walk_all(self, numbers: Iterable[int]) -> None:
        for number in sorted(numbers):
            self._walk(number)
            if number in self.folded:
                self._spread(number, *self.folded.pop(number))

    def _walk(self, number: int) -> None:
        """Walks a statement, and first those that it stands in: what they bind, and not yet their expressions."""
        table, way = self.table, []
        while number not in self.sites:
            way.append(number)
            if not number:
                break
            number = table.parents[number]
        for one in reversed(way):
            sites: Sites = defaultdict(list)
            inside, folded = opened(self.placed.pop(id(table.nodes[one])), sites)
            if folded:
                self.folded[one] = folded
            self.placed.update((id(site.node), site) for site in inside)
            self.sites[one], self.words[one] = sites, words_in(sites)
            self.due.add(one)
            for node in table.declared.get(one, ()) if inside else ():
                # Before anything inside is walked: it tells in which scope names are bound.
                declared = (
                    inside[0].scope.globals if isinstance(node, ast.Global) else inside[0].scope.nonlocals
                )
                declared.update(node.names)
            if folded and (self.binds_inside or isinstance(table.nodes[one], ast.match_case)):
                self._spread(one, *self.folded.pop(one))

    def _spread(self, number: int, *parts: Site) -> None:
        """Walks expressions of a statement that was walked."""
        sites = self.sites[number]
        spread(parts, sites)
        self.words[number] = words_in(sites)
        self.flows.pop(number, None)
        self.due.add(number)
