"""A place in a function that looks a name up → each way to come there: what the name and the local names are. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ssot_lint.facts.syntax import bound_name, import_target, module_of, pairs

Code = ast.expr | ast.FunctionDef
"""What a name may be given: an expression, or a function."""


Names = frozenset[str] | None
"""What the looked-up name may be; None: anything."""


class Result(NamedTuple):
    """What an expression gives: an object by its path, a text, or a tuple of results. ``key`` is the looked-up name for
    which it gives that, None for any. ``module``: the object is a module, and no attribute of its package."""

    key: str | None
    path: str | None = None
    module: bool = False
    text: str | None = None
    parts: tuple[Result | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a place: what the looked-up name can be there, what was imported, and what local names were given,
    each with the way to that statement. ``others``: what the name is not, where it may be anything else."""

    names: Names = None
    others: frozenset[str] = frozenset()
    imported: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Sequence[tuple[Code, Way]]] = field(default_factory=dict)

    def only(self, names: frozenset[str]) -> Way:
        return replace(self, names=names - self.others if self.names is None else self.names & names)

    def without(self, names: frozenset[str]) -> Way:
        if self.names is None:
            return replace(self, others=self.others | names)
        return replace(self, names=self.names - names)

    def may_be(self, name: str) -> bool:
        return name not in self.others if self.names is None else name in self.names

    def giving(self, target: ast.expr, value: ast.expr) -> Way:
        """The way on, behind an assignment."""
        if isinstance(target, (ast.Tuple, ast.List)) and not isinstance(value, (ast.Tuple, ast.List)):
            singles: Iterable[tuple[ast.expr, ast.expr | None]] = (
                (one, ast.Subscript(value, ast.Constant(place), ast.Load()))
                for place, one in enumerate(target.elts)
            )
        else:
            singles = pairs(target, value)
        behind = self
        for single, part in singles:
            if isinstance(single, ast.Name):
                behind = behind._bound(single.id, [(part, self)] if part is not None else [])
        return behind

    def giving_each(self, target: ast.expr, values: Sequence[ast.expr]) -> Way:
        """The way on, in a loop over some values."""
        return (
            self._bound(target.id, [(one, self) for one in values]) if isinstance(target, ast.Name) else self
        )

    def hiding(self, name: str) -> Way:
        """The way on, behind a statement that binds a name to something unknown."""
        return self._bound(name, [])

    def defining(self, node: ast.FunctionDef) -> Way:
        """The way on, behind the statement of a function."""
        return self._bound(node.name, [(node, self)])

    def _bound(self, name: str, given: Sequence[tuple[Code, Way]]) -> Way:
        imported = {key: one for key, one in self.imported.items() if key != name}
        return replace(self, imported=imported, given={**self.given, name: given})

    def importing(self, node: ast.Import | ast.ImportFrom) -> Way:
        """The way on, behind an import."""
        found: dict[str, str] = {}
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                target = import_target(module_of(node), alias.name)
            else:
                target = alias.name if alias.asname else alias.name.partition(".")[0]
            found[bound_name(alias)] = target
        given = {name: values for name, values in self.given.items() if name not in found}
        return replace(self, imported={**self.imported, **found}, given=given)
