"""What an expression may be in a function that looks a name up, as a module-level ``__getattr__`` does. Pure.

Paths and texts are followed through local names, literal tables, ``getattr``, ``import_module`` and the usual ways to
take a dotted path apart. Where a table decides by the name, each result comes with the name for which it is the result.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ssot_lint.facts.definitions.changing import CHANGING, changes
from ssot_lint.facts.definitions.ways import Code, Names, Result, Way
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.reflection import attribute_of
from ssot_lint.facts.syntax import from_package, import_target, path_of

ASKED = "@"
"""Stands for the looked-up name itself in a path or text."""

_DEPTH = 16
_STEPS = 200_000
"""So deep, and in so many steps, are the expressions of a function followed."""
_COPIES = frozenset("set frozenset tuple list dict sorted keys MappingProxyType".split())
_SPACES = frozenset("globals locals vars".split())

_OWN = ("__name__", "__package__")
_OWN_PATHS = (["__spec__", "parent"], ["__spec__", "name"])
"""These give the name of the package, or of the module where that is the package itself."""

_CUTS: Mapping[str, Callable[..., Any]] = {
    name: getattr(str, name)
    for name in "partition rpartition split rsplit strip lstrip rstrip removeprefix removesuffix".split()
}
"""Methods that take a text apart."""


class Lookups:
    """The expressions of one function. ``name`` is that of its parameter."""

    def __init__(self, reading: Reading, name: str) -> None:
        self.reading = reading
        self._name = name
        self._steps = 0

    def is_name(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == self._name

    # -- collections of names

    def names_of(self, node: Code, way: Way, depth: int = 0) -> Names:
        """The strings in a container, or the keys of a dict, where all of them are certain."""
        if depth > _DEPTH:
            return None
        if isinstance(node, (ast.Set, ast.List, ast.Tuple, ast.Dict)):
            return self._all_of(node.keys if isinstance(node, ast.Dict) else node.elts, way, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitOr, ast.Add)):
            left, right = (self.names_of(one, way, depth + 1) for one in (node.left, node.right))
            return None if left is None or right is None else left | right
        if isinstance(node, ast.Call) and not node.keywords:
            called = last(node.func)
            inner = node.args[0] if len(node.args) == 1 else None
            if isinstance(node.func, ast.Attribute) and called == "keys":
                inner = node.func.value
            return self.names_of(inner, way, depth + 1) if inner is not None and called in _COPIES else None
        given = self.given(node, way)
        return self.names_of(*given[0], depth + 1) if len(given) == 1 else None

    def _all_of(self, parts: Sequence[ast.expr | None], way: Way, depth: int) -> Names:
        found = frozenset[str]()
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found |= {part.value}
                continue
            more = self.names_of(part.value, way, depth + 1) if isinstance(part, ast.Starred) else None
            if more is None:
                return None
            found |= more
        return found

    def given(self, node: Code, way: Way) -> Sequence[tuple[Code, Way]]:
        """What a name was given: a local name, or a name of the module that is bound once and never changed."""
        if not isinstance(node, ast.Name) or node.id in way.imported:
            return ()
        if node.id in way.given:
            return way.given[node.id]
        bounds = self.reading.walked.module.bounds.get(node.id, [])
        if (
            len(bounds) != 1
            or bounds[0].how != "assign"
            or bounds[0].value is None
            or self._is_changed(node.id)
        ):
            return ()
        return [(_as_display(bounds[0].value), Way())]

    def tables(self, node: Code, way: Way, depth: int = 0) -> Iterator[tuple[Code, Way]]:
        """An expression, and the expressions that a name stands for, also by way of other names."""
        yield node, way
        for one, then in self.given(node, way) if depth < _DEPTH else ():
            yield from self.tables(one, then, depth + 1)

    def _is_changed(self, name: str) -> bool:
        sites = self.reading.walked.of(*CHANGING)
        return any(path_of(change.base) == [name] for site in sites for change in changes(site.node))

    def of_which(self, node: ast.expr, way: Way, is_so: Callable[[Result], bool]) -> Names:
        """The names for which an expression is so; None where no table tells."""
        values = [*self.values(node, way)]
        if not values or any(value.key is None for value in values):
            return None
        return frozenset(value.key for value in values if value.key is not None and is_so(value))

    # -- values

    def values(self, node: Code, way: Way, depth: int = 0) -> Iterator[Result]:
        """What an expression may be."""
        self._steps += 1
        if depth > _DEPTH or self._steps > _STEPS:
            return

        def of(one: ast.expr) -> list[Result]:
            return [*self.values(one, way, depth + 1)]

        module = self.reading.dynamic_module(node, self.reading.walked.module)
        if module is not None:
            yield Result(None, path=module, module=True)
        elif isinstance(node, ast.Name):
            yield from self._of_name(node, way, depth)
        elif isinstance(node, ast.Subscript):
            yield from self._of_item(node, way, of, depth)
        elif isinstance(node, ast.Call):
            yield from self._of_call(node, of)
        elif type(node) in _VALUES:
            yield from _VALUES[type(node)](node, of)

    def _of_name(self, node: ast.Name, way: Way, depth: int) -> Iterator[Result]:
        if node.id in way.given:
            yield from (value for one in way.given[node.id] for value in self.values(*one, depth + 1))
        elif node.id in way.imported:
            yield Result(None, path=way.imported[node.id])
        elif node.id == self._name:
            yield Result(None, text=ASKED)
        elif node.id in _OWN:
            # A path that begins with a dot leads from the package on.
            yield Result(None, text="")
        else:
            literals = [one for one in self.given(node, way) if isinstance(one[0], (ast.Constant, ast.Tuple))]
            if literals:
                yield from self.values(*literals[0], depth + 1)
                return
            targets, _ = self.reading.targets(node.id, self.reading.walked.module, None)
            yield from (Result(None, path=one) for one in targets[:1] if not one.startswith("?"))

    def _of_item(self, node: ast.Subscript, way: Way, of: _Of, depth: int) -> Iterator[Result]:
        """``globals()[name]``, ``vars(module)[name]``, ``module.__dict__[name]``, an item of a table or tuple."""
        holder, key = node.value, node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, int):
            for value in of(holder):
                if value.parts is not None and -len(value.parts) <= key.value < len(value.parts):
                    part = value.parts[key.value]
                    yield from [part._replace(key=value.key or part.key)] if part is not None else []
            return
        inner = holder.value if isinstance(holder, ast.Attribute) and holder.attr == "__dict__" else None
        if isinstance(holder, ast.Call) and last(holder.func) in _SPACES:
            inner = holder.args[0] if holder.args else None
            if inner is None:
                yield from self._of_space(of(key), way)
        if inner is not None:
            yield from _below(of(inner), of(key))
        for table, then in self.tables(holder, way):
            if isinstance(table, ast.Dict):
                found = [*self._rows(table, then, depth + 1)]
                for asked in of(key):
                    for row, one in found:
                        if asked.text in (row, ASKED):
                            yield one._replace(key=row if asked.text == ASKED else asked.key)

    def _of_space(self, keys: Iterable[Result], way: Way) -> Iterator[Result]:
        """What has a name in the function, or else in the module. Nothing there depends on the looked-up name."""
        for key in keys:
            if key.text == ASKED:
                yield from (Result(name, path=path) for name, path in way.imported.items())
            elif key.text is not None:
                if key.text in way.imported:
                    yield Result(key.key, path=way.imported[key.text])
                else:
                    targets, _ = self.reading.targets(key.text, self.reading.walked.module, None)
                    # That the table names it does not make it a name that is looked for in this file.
                    yield Result(
                        key.key, path=targets[0] if targets and targets[0][:1] != "?" else f":{key.text}"
                    )

    def _rows(self, table: ast.Dict, way: Way, depth: int) -> Iterator[tuple[str, Result]]:
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                for one in self.values(value, way, depth):
                    yield key.value, one

    def _of_call(self, node: ast.Call, of: _Of) -> Iterator[Result]:
        called, arguments = last(node.func), node.args
        holder = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called == "getattr" and len(arguments) > 1 and _is_own(arguments[0]):
            yield from self._of_space(of(arguments[1]), Way())
        elif called == "getattr" and len(arguments) > 1:
            yield from _below(of(arguments[0]), of(arguments[1]))
        elif called in ("import_module", "__import__") and arguments:
            given = [*arguments[1:2], *(one.value for one in node.keywords if one.arg == "package")]
            packages = [value for one in given for value in of(one)]
            yield from _modules(of(arguments[0]), packages if given else [Result(None, text="")])
        elif called == "cast" and len(arguments) == 2:
            yield from of(arguments[1])
        elif holder is not None and called in ("get", "pop") and arguments:
            yield from of(ast.Subscript(holder, arguments[0], ast.Load()))
            yield from (value for one in arguments[1:2] for value in of(one))
        elif holder is not None and called in _CUTS:
            plain = [one.value for one in arguments if isinstance(one, ast.Constant)]
            for value in of(holder):
                if value.text is not None and len(plain) == len(arguments):
                    yield from _cut(value, called, plain)
        else:
            # Another function that is given what a table has for the name may import that.
            inner = [one.value if isinstance(one, ast.Starred) else one for one in arguments]
            values = [value for one in inner for value in of(one)]
            with_name = any(value.text == ASKED for value in values)
            yield from (path for value in values if value.key for path in loaded(value, with_name))


def _as_display(node: ast.expr) -> ast.expr:
    """``dict(N="app.hub")`` as the display that it stands for; other expressions as they are."""
    if not isinstance(node, ast.Call) or last(node.func) != "dict" or node.args or not node.keywords:
        return node
    keys: list[ast.expr | None] = [
        ast.Constant(one.arg) if one.arg is not None else None for one in node.keywords
    ]
    return ast.copy_location(ast.Dict(keys, [one.value for one in node.keywords]), node)


_Of = Callable[[ast.expr], list[Result]]


def _of_constant(node: ast.Constant, of: _Of) -> Iterator[Result]:
    if isinstance(node.value, str):
        yield Result(None, text=node.value)


def _of_parts(node: ast.Tuple | ast.List, of: _Of) -> Iterator[Result]:
    parts = [of(one) for one in node.elts]
    yield Result(None, parts=tuple(one[0] if len(one) == 1 else None for one in parts))


def _of_attribute(node: ast.Attribute, of: _Of) -> Iterator[Result]:
    if path_of(node) in _OWN_PATHS:
        yield Result(None, text="")
    else:
        yield from _below(of(node.value), [Result(None, text=node.attr)])


def _of_sum(node: ast.BinOp, of: _Of) -> Iterator[Result]:
    if isinstance(node.op, ast.Add):
        yield from _texts([of(node.left), of(node.right)])


def _of_format(node: ast.JoinedStr, of: _Of) -> Iterator[Result]:
    plain = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
    yield from _texts([of(one) for one in plain])


def _of_either(node: ast.IfExp | ast.BoolOp, of: _Of) -> Iterator[Result]:
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
    yield from (value for one in parts for value in of(one))


_VALUES: Mapping[type[ast.AST], Callable[[Any, _Of], Iterator[Result]]] = {
    ast.Constant: _of_constant,
    ast.Tuple: _of_parts,
    ast.List: _of_parts,
    ast.Attribute: _of_attribute,
    ast.BinOp: _of_sum,
    ast.JoinedStr: _of_format,
    ast.IfExp: _of_either,
    ast.BoolOp: _of_either,
    ast.NamedExpr: lambda node, of: iter(of(node.value)),
}
"""What expressions may be by their parts alone."""


def _cut(value: Result, how: str, arguments: Sequence[object]) -> Iterator[Result]:
    try:
        found = _CUTS[how](value.text, *arguments)
    except (TypeError, ValueError):
        return
    if isinstance(found, str):
        yield Result(value.key, text=found)
    else:
        yield Result(value.key, parts=tuple(Result(value.key, text=one) for one in found))


def _is_own(node: ast.expr) -> bool:
    """Whether this is ``sys.modules[__name__]``."""
    return (
        isinstance(node, ast.Subscript)
        and path_of(node.value) == ["sys", "modules"]
        and path_of(node.slice) == ["__name__"]
    )


def _modules(names: Iterable[Result], packages: Sequence[Result]) -> Iterator[Result]:
    """Modules by their names; a name that begins with a dot counts from a package."""
    for key, name, package in _together(names, packages):
        path = from_package(name.text, package.text or "") if name.text else ""
        if path:
            yield Result(key, path=path, module=True)


def loaded(value: Result, with_name: bool) -> Iterator[Result]:
    """What a table means by ``"module.attribute"``, ``"module:attribute"`` or ``("module", "attribute")``; or by
    ``"module"``, which may count from the package, if the function gets it together with the name."""
    texts = [value.text] if value.parts is None else [part and part.text for part in value.parts]
    plain = [text.replace(":", ".") for text in texts if text]
    if not plain or len(plain) != len(texts) or len(plain) > 2:
        return
    if len(plain) == 2:
        yield Result(value.key, path=import_target(plain[0], plain[1].lstrip(".")))
    elif with_name:
        yield Result(value.key, path=import_target(plain[0], ASKED))
        yield Result(value.key, path=import_target(f".{plain[0]}", ASKED))
    elif not plain[0].isidentifier():
        yield Result(value.key, path=plain[0])


def _together(left: Iterable[Result], right: Sequence[Result]) -> Iterator[tuple[str | None, Result, Result]]:
    """Pairs of results that can be at once: for the same name, or for any."""
    by_key: dict[str | None, list[Result]] = {}
    for one in right:
        by_key.setdefault(one.key, []).append(one)
    for one in left:
        if one.key is None:
            yield from ((other.key, one, other) for other in right)
        else:
            yield from ((one.key, one, other) for key in (one.key, None) for other in by_key.get(key, ()))


def _below(holders: Iterable[Result], names: Sequence[Result]) -> Iterator[Result]:
    """Attributes of objects."""
    for key, holder, name in _together(holders, names):
        if holder.path is not None and name.text:
            yield Result(key, path=attribute_of(holder.path, name.text.lstrip(".")))


def _texts(parts: Sequence[Sequence[Result]]) -> Iterator[Result]:
    """Texts, one after the other."""
    found: list[Result] = [Result(None, text="")]
    for part in parts:
        found = [
            Result(key, text=f"{left.text}{right.text}")
            for key, left, right in _together(found, part)
            if left.text is not None and right.text is not None
        ]
    yield from found


def last(function: ast.expr) -> str:
    """The last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
