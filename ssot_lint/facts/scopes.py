"""The places of one file's tree, and its scopes: what each name is bound by, and the circumstances of each place. Pure.

Scoping follows the language reference (4.2 Naming and binding), PEP 572 for the walrus in comprehensions and
PEP 695 for type parameters.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from ssot_lint.facts.replaced import Replacement
from ssot_lint.model.facts import Level, Where

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(eq=False, slots=True)
class Site:
    """A node in its place: the parent's site, the parent's field that holds it, its scope and circumstances.

    ``guards`` are the compound statements around it, outermost first: ``if``, ``typing``, ``main``, ``case``,
    ``loop``, ``with``, ``try``, ``handler`` …. ``attempts`` are the ``try`` statements that catch a failing import:
    ``12:body``, ``12:import`` or ``12:any`` (the handler) with the line of the ``try``.
    """

    node: ast.AST
    parent: Site | None
    field: str
    scope: Scope
    guards: tuple[str, ...]
    attempts: tuple[str, ...]

    @property
    def where(self) -> Where:
        scope = self.scope
        return Where(scope.qualname, scope.innermost, scope.deferred, self.guards, self.attempts)

    def ancestors(self) -> Iterator[Site]:
        site = self.parent
        while site is not None:
            yield site
            site = site.parent


BoundBy = Literal[
    "assign",  # ``=``, ``:=``, or an annotation with a value; ``value`` is exactly what the name gets
    "unpack",  # the same, where the name gets a part of ``value``
    "declare",  # an annotation without a value
    "alias",  # ``type A = …`` (PEP 695)
    "import",  # ``target`` is the module, or the name in it
    "class",  # a class statement
    "def",  # a function statement
    "param",  # a parameter; ``value`` is its annotation
    "loop",  # ``for``, also in a comprehension; ``value`` is what the loop goes through
    "with",  # ``value`` is what is entered
    "delete",  # ``del``
    "other",  # ``+=``, ``except … as``, a pattern, or a type parameter
]
"""How a name is bound in a scope."""


@dataclass(eq=False, slots=True)
class Bound:
    """One binding of a name in a scope: how, at which site, and the expression or import target it is given."""

    how: BoundBy
    site: Site
    value: ast.expr | None = None
    target: str = ""

    @property
    def line(self) -> int:
        return getattr(self.site.node, "lineno", 0)


Space = Literal[
    Level,
    "comprehension",
    "types",  # the type parameters of a class, function or alias (PEP 695)
]
"""What a namespace belongs to."""


@dataclass(eq=False, slots=True)
class Scope:
    """A namespace."""

    kind: Space
    qualname: str
    parent: Scope | None
    deferred: bool
    node: ast.AST | None = None
    bounds: dict[str, list[Bound]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    replacements: dict[str, tuple[Replacement, ...]] = field(default_factory=dict)
    """By name where statements have replaced what it stood for, once that is known."""

    @property
    def innermost(self) -> Level:
        scope = self
        while scope.kind == "comprehension" or scope.kind == "types":
            assert scope.parent is not None
            scope = scope.parent
        return scope.kind

    @property
    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def inside(self, name: str) -> str:
        return f"{self.qualname}.{name}" if self.qualname else name

    def bind(self, name: str, bound: Bound) -> None:
        self.owner(name).bounds.setdefault(name, []).append(bound)

    def owner(self, name: str) -> Scope:
        """The scope in which a binding of the name here takes effect."""
        if name in self.globals:
            return self.module
        if name in self.nonlocals:
            functions = [scope for scope in self.enclosing() if scope.kind == "function"]
            bound = [scope for scope in functions if name in scope.bounds]
            return (bound or functions or [self])[0]
        return self

    def enclosing(self) -> Iterator[Scope]:
        scope = self.parent
        while scope is not None:
            yield scope
            scope = scope.parent

    def lookup(self, name: str) -> tuple[Scope, list[Bound]] | None:
        """The scope whose binding a load of the name sees, with all bindings there; None if nothing binds it."""
        scope: Scope | None = self
        class_visible = True
        while scope is not None:
            if name in scope.globals:
                module = scope.module
                return (module, module.bounds[name]) if name in module.bounds else None
            if name in scope.bounds and (scope.kind != "class" or class_visible):
                return scope, scope.bounds[name]
            # A class body's names are seen by what stands in it directly, not from within its functions.
            class_visible = class_visible and scope.kind == "types"
            scope = scope.parent
        return None


Sites = dict[type[ast.AST], list[Site]]
"""Sites by the type of their node, in source order."""


@dataclass(frozen=True, slots=True)
class Walked:
    """The sites of all that was walked, and the module's scope. ``speaking`` are those of the statements that have one
    of the names which matter, and ``silent`` the others."""

    sites: Sites
    speaking: Sites
    silent: Sites
    module: Scope

    def of(self, *kinds: type[ast.AST]) -> Iterator[Site]:
        return _of(self.sites, kinds)

    def spoken(self, *kinds: type[ast.AST]) -> Iterator[Site]:
        return _of(self.speaking, kinds)

    def unspoken(self, *kinds: type[ast.AST]) -> Iterator[Site]:
        return _of(self.silent, kinds)

    def release(self) -> None:
        """Lets go of the tree: scopes know sites, which know their scopes, and the garbage collector would have to find
        such circles."""
        for sites in self.sites.values():
            for site in sites:
                if site.scope.bounds:
                    site.scope.bounds.clear()


def _of(sites: Sites, kinds: Iterable[type[ast.AST]]) -> Iterator[Site]:
    for kind in kinds:
        yield from sites.get(kind, ())


BLOCKS = frozenset(["body", "orelse", "finalbody"])
"""The fields that hold statements which run one after the other."""
