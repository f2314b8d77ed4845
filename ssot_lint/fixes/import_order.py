"""A run of import statements → the order in which they are sorted, and where a new one belongs. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ssot_lint.facts.syntax import module_of

AnyImport = ast.Import | ast.ImportFrom

Key = tuple[object, ...]


def _letters(name: str) -> Key:
    return name.lower(), name


def _by_kind(module: str, plain: bool) -> Key:
    """isort's own order: plain imports first; relative from-imports last, and of these the farther before the
    nearer."""
    dots = len(module) - len(module.lstrip("."))
    return not plain, dots > 0, -dots, _letters(module)


def _by_module(module: str, plain: bool) -> Key:
    """The order of ``force-sort-within-sections``."""
    return False, module.startswith("."), 0, _letters(module.lstrip("."))


ORDERS: tuple[Callable[[str, bool], Key], ...] = (_by_kind, _by_module)


def _rank(name: str) -> Key:
    """isort's order of names: constants, classes, others; each by their letters."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, _letters(name)


NAME_ORDERS: tuple[Callable[[str], Key], ...] = (_rank, _letters)


def _first(node: AnyImport) -> tuple[str, str]:
    """The module of an import, and the first name that it takes from there; no name for a plain import."""
    name = node.names[0].name
    return (module_of(node), name) if isinstance(node, ast.ImportFrom) else (name, "")


class Order(NamedTuple):
    """An order by modules, and by the names that are taken from one module."""

    by_module: Callable[[str, bool], Key]
    by_name: Callable[[str], Key]

    def key(self, module: str, name: str) -> Key:
        """The place of an import; a plain one takes no name. In each order what is said to the compiler comes first."""
        return module != "__future__", self.by_module(module, not name), self.by_name(name)


def _any_name(name: str) -> Key:
    return ()


def order_of(run: Sequence[AnyImport]) -> Order | None:
    """The order in which the imports of a run are sorted, if they are."""
    by_names = (*NAME_ORDERS, _any_name)
    for order in [Order(by_module, by_name) for by_name in by_names for by_module in ORDERS]:
        keys = [order.key(*_first(one)) for one in run]
        if keys == sorted(keys):
            return order
    return None


def position(run: Sequence[AnyImport], module: str, name: str) -> int | None:
    """The import before which a new one belongs; None where the imports are not sorted."""
    order = order_of(run)
    if order is None:
        return None
    key = order.key(module, name)
    return next((place for place, one in enumerate(run) if order.key(*_first(one)) > key), len(run))
