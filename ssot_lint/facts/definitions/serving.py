"""What a module-level ``__getattr__`` (PEP 562) serves under which names. Pure.

The function is followed from top to bottom, with the names that it can be at each place: ``if name == "A"``, ``if name
not in NAMES: raise …``, ``match``, and look-ups in tables narrow them down. What it returns there is served under
these, or under all names where nothing narrows them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ssot_lint.facts.definitions.getattr import ASKED, Lookups
from ssot_lint.facts.definitions.ways import Code, Names, Way
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.syntax import below, defaults, positional, targets_of

Given = Mapping[str, Sequence[tuple[Code, Way]]]
"""Parameters, with what they are given, and the way on which that is."""

_WAYS = 200
"""More ways to a place are not followed: no more is known of it, then, than of the function's beginning."""

_CALLS = 8
"""So deep are functions followed that call each other."""


def own_function(reading: Reading, node: ast.AST | None, way: Way) -> tuple[ast.FunctionDef, Way] | None:
    """The function of the file that has a name, if nothing else has it; with the way on which it was defined."""
    local = way.given.get(node.id, ()) if isinstance(node, ast.Name) else ()
    if local:
        inner = local[0][0]
        return (inner, way) if isinstance(inner, ast.FunctionDef) and len(local) == 1 else None
    bounds = reading.walked.module.bounds.get(node.id, []) if isinstance(node, ast.Name) else []
    found = bounds[0].site.node if len(bounds) == 1 and bounds[0].how == "def" else None
    return (found, Way()) if isinstance(found, ast.FunctionDef) else None


def bound_by(
    function: ast.FunctionDef, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword], way: Way
) -> Given:
    """The parameters that a call gives something to, and those that have a default."""
    plain = [one.arg for one in positional(function.args)]
    given: dict[str, list[tuple[Code, Way]]] = {
        one.arg: [(default, Way())] for one, default in defaults(function.args)
    }
    for name, value in zip(plain, arguments, strict=False):
        if isinstance(value, ast.Starred):
            break
        given[name] = [(value, way)]
    return {**given, **{one.arg: [(one.value, way)] for one in keywords if one.arg}}


class Serving:
    """A walk through one function, and what it has served so far."""

    def __init__(self, lookups: Lookups, depth: int = 0) -> None:
        self.lookups = lookups
        self.depth = depth
        self.served: list[tuple[str, str]] = []
        self.left: list[Way] = []
        """The ways out of the loop around a place."""

    def of(self, node: ast.FunctionDef | ast.Lambda, way: Way) -> None:
        """Walk through all of a function."""
        self.block([ast.Return(node.body)] if isinstance(node, ast.Lambda) else node.body, [way])

    # -- statements

    def block(self, body: Sequence[ast.stmt], ways: list[Way]) -> list[Way]:
        """The ways that lead behind some statements."""
        for statement in body:
            ways = self._behind(statement, ways)
            if len(ways) > _WAYS:
                ways = [Way()]
        return ways

    def _behind(self, node: ast.stmt, ways: list[Way]) -> list[Way]:
        of = _STATEMENTS.get(type(node))
        if of is not None:
            return of(self, node, ways)
        ways = _assigned(node, self._looked_up(node, ways))
        of = _SIMPLE.get(type(node))
        return of(self, node, ways) if of is not None else ways

    def _raise(self, node: ast.Raise, ways: list[Way]) -> list[Way]:
        return []

    def _leave(self, node: ast.Continue | ast.Break, ways: list[Way]) -> list[Way]:
        self.left += ways
        return []

    def _define(self, node: ast.FunctionDef, ways: list[Way]) -> list[Way]:
        return [way.defining(node) for way in ways]

    def _hide(self, node: ast.ClassDef | ast.AsyncFunctionDef, ways: list[Way]) -> list[Way]:
        return [way.hiding(node.name) for way in ways]

    def _if(self, node: ast.If, ways: list[Way]) -> list[Way]:
        parted = [self._parted(node.test, way) for way in _assigned(node.test, ways)]
        yes = self.block(node.body, [way for one, _ in parted for way in one])
        no = self.block(node.orelse, [way for _, other in parted for way in other])
        return _joined(yes, no)

    def _try(self, node: ast.Try, ways: list[Way]) -> list[Way]:
        done = self.block([*node.body, *node.orelse], ways)
        caught = [way for one in node.handlers for way in self.block(one.body, ways)]
        return self.block(node.finalbody, _joined(done, caught))

    def _with(self, node: ast.With | ast.AsyncWith, ways: list[Way]) -> list[Way]:
        return self.block(node.body, ways)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, ways: list[Way]) -> list[Way]:
        inside = ways
        if not isinstance(node, ast.While) and isinstance(node.iter, (ast.Tuple, ast.List)):
            inside = [way.giving_each(node.target, node.iter.elts) for way in ways]
        around, self.left = self.left, []
        through = self.block(node.body, inside)
        left, self.left = self.left, around
        return _joined(self.block(node.orelse, _joined(ways, through)), left)

    def _return(self, node: ast.Return, ways: list[Way]) -> list[Way]:
        for value, way in self._either(node.value, ways):
            self.serve(value, way)
        return []

    def _import(self, node: ast.Import | ast.ImportFrom, ways: list[Way]) -> list[Way]:
        return [way.importing(node) for way in ways]

    def _assign(self, node: ast.Assign | ast.AnnAssign, ways: list[Way]) -> list[Way]:
        behind = [] if node.value is not None else ways
        for value, way in self._either(node.value, ways):
            for target in targets_of(node):
                way = way.giving(target, value)
            behind.append(way)
        return behind

    def _either(self, node: ast.expr | None, ways: list[Way]) -> Iterator[tuple[ast.expr, Way]]:
        """An expression, or both of the expressions between which a test decides."""
        if isinstance(node, ast.IfExp):
            parted = [self._parted(node.test, way) for way in ways]
            yield from self._either(node.body, [way for one, _ in parted for way in one])
            yield from self._either(node.orelse, [way for _, other in parted for way in other])
        elif node is not None:
            yield from ((node, way) for way in ways)

    def _match(self, node: ast.Match, ways: list[Way]) -> list[Way]:
        behind: list[Way] = []
        for case in node.cases:
            literals = _literals(case.pattern) if self.lookups.is_name(node.subject) else None
            here = ways if literals is None else _reached(way.only(literals) for way in ways)
            behind = _joined(behind, self.block(case.body, here))
            if case.guard is None:
                if literals is not None:
                    ways = _reached(way.without(literals) for way in ways)
                elif isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                    ways = []
        return _joined(behind, ways)

    def _looked_up(self, node: ast.stmt, ways: list[Way]) -> list[Way]:
        """Behind ``TABLE[name]``, which raises for all names but those of the table."""
        for part in below(node):
            if isinstance(part, ast.Subscript) and self.lookups.is_name(part.slice):
                names = [self.lookups.names_of(part.value, way) for way in ways]
                ways = _reached(
                    way if some is None else way.only(some) for way, some in zip(ways, names, strict=True)
                )
        return ways

    # -- tests

    def _parted(self, test: ast.expr, way: Way) -> tuple[list[Way], list[Way]]:
        """The way where a test holds, and the way where it does not; none where that cannot be."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yes, no = self._parted(test.operand, way)
            return no, yes
        if isinstance(test, ast.BoolOp):
            is_and = isinstance(test.op, ast.And)
            left, out = [way], list[Way]()
            for part in test.values:
                both = [self._parted(part, one) for one in left]
                left = [one for pair in both for one in pair[0 if is_and else 1]]
                out += [one for pair in both for one in pair[1 if is_and else 0]]
            return (left, out) if is_and else (out, left)
        is_so, names = True, None
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            is_so = isinstance(test.ops[0], (ast.Eq, ast.In, ast.IsNot))
            names = self._compared(test.left, test.ops[0], test.comparators[0], way)
        elif not self.lookups.is_name(test):
            names = self.lookups.of_which(test, way, lambda value: value.text != "")
        if names is None:
            return [way], [way]
        yes, no = _reached([way.only(names)]), _reached([way.without(names)])
        return (yes, no) if is_so else (no, yes)

    def _compared(self, left: ast.expr, how: ast.cmpop, right: ast.expr, way: Way) -> Names:
        """The names for which the comparison holds, as if it were ``==``, ``in``, or ``is not None``."""
        is_name, of_which = self.lookups.is_name, self.lookups.of_which
        if isinstance(how, (ast.Eq, ast.NotEq)):
            one, other = (left, right) if isinstance(right, ast.Constant) else (right, left)
            text = other.value if isinstance(other, ast.Constant) else None
            if isinstance(text, str):
                return frozenset([text]) if is_name(one) else of_which(one, way, lambda it: it.text == text)
        elif isinstance(how, (ast.In, ast.NotIn)) and is_name(left):
            return self.lookups.names_of(right, way)
        elif isinstance(how, (ast.Is, ast.IsNot)) and isinstance(right, ast.Constant) and right.value is None:
            return of_which(left, way, lambda it: True)
        return None

    # -- what is returned

    def serve(self, node: ast.expr, way: Way) -> None:
        """Take in what is returned on some way."""
        if isinstance(node, ast.Call) and self._asked(node, way):
            return
        for value in self.lookups.values(node, way):
            path = value.path
            if path is None:
                continue
            if value.key is not None:
                if way.may_be(value.key):
                    self.served.append((value.key, path.replace(ASKED, value.key)))
            elif way.names is not None:
                self.served += [(name, path.replace(ASKED, name)) for name in sorted(way.names)]
            elif path.endswith(ASKED) and path.count(ASKED) == 1 and path[0] != ":" and not value.module:
                module = path.removesuffix(ASKED)
                self.served.append(("*", module[:-1] if module.strip(".") else module))

    def _asked(self, node: ast.Call, way: Way) -> bool:
        """Takes in what another function of the file serves if it is given the name. Whether there is one."""
        known = own_function(self.lookups.reading, node.func, way)
        if known is None or self.depth > _CALLS:
            return False
        function, around = known
        given = bound_by(function, node.args, node.keywords, way)
        names = [
            name
            for name, values in given.items()
            if isinstance(one := values[0][0], ast.expr) and self.lookups.is_name(one)
        ]
        if len(names) != 1:
            return False
        inner = Serving(Lookups(self.lookups.reading, names[0]), self.depth + 1)
        rest = {name: values for name, values in {**around.given, **given}.items() if name != names[0]}
        inner.of(function, Way(way.names, way.others, around.imported, rest))
        self.served += inner.served
        return bool(inner.served)


def _assigned(node: ast.AST, ways: list[Way]) -> list[Way]:
    """Behind each ``:=`` in an expression, or in a statement that has no others in it."""
    for part in below(node):
        if isinstance(part, ast.NamedExpr):
            ways = [way.giving(part.target, part.value) for way in ways]
    return ways


def _reached(ways: Iterable[Way]) -> list[Way]:
    return [way for way in ways if way.names is None or way.names]


def _joined(ways: list[Way], others: list[Way]) -> list[Way]:
    return list({id(way): way for way in (*ways, *others)}.values())


def _literals(pattern: ast.pattern) -> Names:
    """The strings that a pattern stands for; None where it stands for anything else."""
    if isinstance(pattern, ast.MatchOr):
        parts = [_literals(one) for one in pattern.patterns]
        return None if None in parts else frozenset[str]().union(*(one for one in parts if one is not None))
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        return _literals(pattern.pattern)
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
        return frozenset([pattern.value.value]) if isinstance(pattern.value.value, str) else None
    return None


_STATEMENTS: Mapping[type[ast.AST], Callable[[Serving, Any, list[Way]], list[Way]]] = {
    ast.Raise: Serving._raise,
    ast.Continue: Serving._leave,
    ast.Break: Serving._leave,
    ast.FunctionDef: Serving._define,
    ast.ClassDef: Serving._hide,
    ast.AsyncFunctionDef: Serving._hide,
    ast.If: Serving._if,
    ast.Match: Serving._match,
    ast.Try: Serving._try,
    getattr(ast, "TryStar", ast.Try): Serving._try,
    ast.With: Serving._with,
    ast.AsyncWith: Serving._with,
    ast.For: Serving._loop,
    ast.AsyncFor: Serving._loop,
    ast.While: Serving._loop,
}
_SIMPLE: Mapping[type[ast.AST], Callable[[Serving, Any, list[Way]], list[Way]]] = {
    ast.Return: Serving._return,
    ast.Import: Serving._import,
    ast.ImportFrom: Serving._import,
    ast.Assign: Serving._assign,
    ast.AnnAssign: Serving._assign,
}
"""Statements that have no others in them; what their expressions look up and assign comes first."""
