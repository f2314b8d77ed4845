"""A statement → all words by which it can speak of a name. Pure.

What has none of the names neither gives a value to one of them nor refers to one, so that it need not be looked at. A
statement of many lines is looked at when a name stands on one of its lines, and most of these lines are text, comments,
and statements inside of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from ssot_lint.facts.scopes import Site, Sites
from ssot_lint.facts.syntax import FUNCTIONS, all_arguments, words_of


def words_in(sites: Sites) -> frozenset[str]:
    """The words of the places of a statement: its identifiers, and those in its strings, but for a string that stands
    alone."""
    found: set[str] = set()
    for kind, some in sites.items():
        if kind is ast.Name:
            found.update([site.node.id for site in some])  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            found.update([site.node.attr for site in some])  # type: ignore[attr-defined]
        elif kind in _WORDS:
            words = _WORDS[kind]
            for site in some:
                found.update(words(site))
    return frozenset(found)


def _of_constant(site: Site) -> list[str]:
    value = site.node.value  # type: ignore[attr-defined]
    if value.__class__ is not str or (site.parent is not None and site.parent.node.__class__ is ast.Expr):
        return []
    return words_of(value)


def _of_import(site: Site) -> Iterator[str]:
    for alias in site.node.names:  # type: ignore[attr-defined]
        yield from alias.name.split(".")
        if alias.asname:
            yield alias.asname
    module = getattr(site.node, "module", None)
    if module:
        yield from module.split(".")


def _of_function(site: Site) -> Iterator[str]:
    node: Any = site.node
    if not isinstance(node, ast.Lambda):
        yield node.name
    yield from [argument.arg for argument in all_arguments(node.args)]


def _of_walrus(site: Site) -> list[str]:
    # What it binds is no place of its own.
    return [site.node.target.id]  # type: ignore[attr-defined]


def _of_fields(*fields: str) -> Callable[[Site], Iterator[str]]:
    def of(site: Site) -> Iterator[str]:
        for field in fields:
            value = getattr(site.node, field)
            yield from value if isinstance(value, list) else [value] if value else ()

    return of


_WORDS: dict[type[ast.AST], Callable[[Site], Iterator[str] | list[str]]] = {
    ast.Constant: _of_constant,
    ast.NamedExpr: _of_walrus,
    ast.keyword: _of_fields("arg"),
    ast.ClassDef: _of_fields("name"),
    **dict.fromkeys((*FUNCTIONS, ast.Lambda), _of_function),
    **dict.fromkeys((ast.Import, ast.ImportFrom), _of_import),
    **dict.fromkeys((ast.Global, ast.Nonlocal), _of_fields("names")),
    **dict.fromkeys((ast.ExceptHandler, ast.MatchAs, ast.MatchStar), _of_fields("name")),
    ast.MatchMapping: _of_fields("rest"),
    ast.MatchClass: _of_fields("kwd_attrs"),
}
"""By the type of a node, the words that it holds itself, beside those of the nodes below it."""
