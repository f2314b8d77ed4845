"""Whatever is bound to the ``__getattr__`` of a module → what it serves under which names. Pure.

It may be a function, a lambda, the result of a helper, or what another module has. A helper of this file is followed;
of a helper of another file only the tables are read that it is given, which say where names are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ssot_lint.facts.definitions.getattr import ASKED, Lookups, last, loaded
from ssot_lint.facts.definitions.serving import Given, Serving, bound_by, own_function
from ssot_lint.facts.definitions.ways import Code, Result, Way
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.reflection import attribute_of
from ssot_lint.facts.scopes import Site
from ssot_lint.facts.syntax import import_target, module_of, pairs, path_of, positional, targets_of

Served = tuple[str, str, int]
"""A name, its target, and the line of the binding. The name is ``*`` where all names of the target are served, and
``__getattr__`` where the target is the ``__getattr__`` of another module, or unknown."""

NAME = "__getattr__"

_DEPTH = 8
_TARGET = re.compile(r"[.:]*[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def served(reading: Reading) -> Iterator[Served]:
    """All that such bindings of a file serve, without repetition."""
    found: dict[Served, None] = {}
    for line, pairs_ in _all(reading):
        found.update(dict.fromkeys((name, target, line) for name, target in pairs_))
    yield from found


def _all(reading: Reading) -> Iterator[tuple[int, Iterator[tuple[str, str]]]]:
    for site in reading.walked.of(ast.FunctionDef, ast.Assign, ast.AnnAssign, ast.ImportFrom):
        node = site.node
        if site.scope.kind != "module":
            continue
        if isinstance(node, ast.FunctionDef) and node.name == NAME:
            yield node.lineno, _of_function(reading, node, Way(), {})
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, _imported(site)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in targets_of(node):
                yield node.lineno, _assigned(reading, target, node.value)


def _imported(site: Site) -> Iterator[tuple[str, str]]:
    assert isinstance(site.node, ast.ImportFrom)
    module = module_of(site.node)
    for alias in site.node.names:
        if (alias.asname or alias.name) == NAME:
            yield NAME, import_target(module, alias.name)


def _assigned(reading: Reading, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    singles = [*pairs(target, value)]
    for place, (single, part) in enumerate(singles):
        if isinstance(single, ast.Name) and single.id == NAME:
            # Of several names at once one may be a part of what a call gives.
            yield from _of(reading, part or value, Way(), place if part is None else None)


def _of(
    reading: Reading, node: Code | None, way: Way, place: int | None, depth: int = 0
) -> Iterator[tuple[str, str]]:
    """What is served by what an expression gives, or by a part of that."""
    if node is None or depth > _DEPTH:
        return
    if isinstance(node, (ast.FunctionDef, ast.Lambda)):
        yield from _of_function(reading, node, way, {})
    elif isinstance(node, ast.Tuple):
        if place is not None and place < len(node.elts):
            yield from _of(reading, node.elts[place], way, None, depth + 1)
    elif isinstance(node, ast.IfExp):
        for one in (node.body, node.orelse):
            yield from _of(reading, one, way, place, depth + 1)
    elif isinstance(node, ast.Call):
        yield from _of_call(reading, node, way, place, depth)
    elif (known := own_function(reading, node, way)) is not None:
        yield from _of_function(reading, *known, {})
    elif path_of(node) is not None:
        bounds = reading.walked.module.bounds.get(node.id, []) if isinstance(node, ast.Name) else []
        if len(bounds) == 1 and bounds[0].how == "assign":
            yield from _of(reading, bounds[0].value, Way(), place, depth + 1)
            return
        targets = reading.ref(node, reading.walked.module)
        yield from ((NAME, one) for one in (targets.targets if targets is not None else ()))


def _of_call(
    reading: Reading, node: ast.Call, way: Way, place: int | None, depth: int
) -> Iterator[tuple[str, str]]:
    known = own_function(reading, node.func, way)
    if known is not None:
        making = _Making(reading, known[0], bound_by(known[0], node.args, node.keywords, way))
        for returned, then in making.returned:
            yield from _of(reading, returned, then, place, depth + 1)
        return
    if last(node.func) == "partial" and node.args:
        known = own_function(reading, node.args[0], way)
        if known is not None:
            given = bound_by(known[0], node.args[1:], node.keywords, way)
            yield from _of_function(reading, *known, given)
            return
    told = [*_of_tables(reading, [*node.args, *(one.value for one in node.keywords)], way)]
    yield from told
    if not told:
        callee = reading.ref(node.func, reading.walked.module)
        yield from ((NAME, one) for one in (callee.targets if callee is not None else ())[:1])


def _of_function(
    reading: Reading, node: ast.FunctionDef | ast.Lambda, way: Way, given: Given
) -> Iterator[tuple[str, str]]:
    """What a function serves. Some of its arguments are given; the first of the others is the name."""
    parameters = [one.arg for one in positional(node.args)]
    name = next((one for one in parameters if one not in given), None)
    if name is not None:
        outer = {key: values for key, values in way.given.items() if key not in parameters}
        serving = Serving(Lookups(reading, name))
        serving.of(node, Way(imported=way.imported, given={**outer, **given}))
        yield from serving.served


class _Making(Serving):
    """A walk through a helper: what it returns."""

    def __init__(self, reading: Reading, node: ast.FunctionDef, given: Given) -> None:
        super().__init__(Lookups(reading, ""))
        self.returned: list[tuple[ast.expr, Way]] = []
        self.of(node, Way(given=given))

    def serve(self, node: ast.expr, way: Way) -> None:
        self.returned.append((node, way))


# -- tables


def _of_tables(reading: Reading, given: Sequence[ast.expr], way: Way) -> Iterator[tuple[str, str]]:
    """What the tables say that an unknown function is given."""
    lookups = Lookups(reading, "")
    is_told = any(value.text == "" for node in given for value in lookups.values(node, way))
    for node in given:
        for table, then in lookups.tables(node, way):
            for key, value in (
                zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ()
            ):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    if isinstance(value, ast.List):
                        rows = _of_list(key.value, [*lookups.values(value, then)], is_told)
                    else:
                        rows = _of_row(reading, key.value, [*lookups.values(value, then)])
                    yield from ((name, target) for name, target in rows if _TARGET.fullmatch(target))


def _of_list(key: str, values: Sequence[Result], is_told: bool) -> Iterator[tuple[str, str]]:
    """``"module": ["N"]``. ``is_told``: the function is told the package from which the module counts."""
    texts = [part.text for value in values for part in value.parts or () if part is not None]
    for name in texts:
        if name and name.isidentifier():
            yield name, f".{key.lstrip('.')}.{name}"
            if not is_told:
                yield name, f"{key}.{name}"


def _of_row(reading: Reading, key: str, values: Sequence[Result]) -> Iterator[tuple[str, str]]:
    """``"N": N``, ``"N": "module"``, ``"N": "module.N"``, ``"N": ("module", "N")`` and ``"Old": "N"``."""
    for value in values:
        if value.path is not None and not value.module:
            yield key, value.path
        for with_name in (False, True):
            for one in loaded(value._replace(key=key), with_name):
                yield key, (one.path or "").replace(ASKED, key)
        if value.text in reading.walked.module.bounds:
            yield key, attribute_of(":", value.text)
