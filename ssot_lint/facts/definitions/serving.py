"""What a module-level ``__getattr__`` (PEP 562) serves under which names. Pure.

The function is followed from top to bottom, with the names that it can be at each place: ``if name == "A"``, ``if name
not in NAMES: raise …``, ``match``, and look-ups in tables narrow them down. What it returns there is served under
these, or under all names where nothing narrows them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ssot_lint.facts.definitions.getattr import ASKED, Code, Lookups, Names, State
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.syntax import below, defaults, positional, targets_of

Given = Mapping[str, Sequence[tuple[Code, State]]]
"""Parameters, with what they are given and in which state."""

_STATES = 200
"""In more ways nobody comes to a place: then no more is known of it than of the function's beginning."""

_CALLS = 8
"""Deeper no function is followed that another one asks."""


def own_function(
    reading: Reading, node: ast.AST | None, state: State
) -> tuple[ast.FunctionDef, State] | None:
    """The function of the file that goes by a name, if nothing else does; with what it knows of the functions around
    it."""
    local = state.given.get(node.id, ()) if isinstance(node, ast.Name) else ()
    if local:
        inner = local[0][0]
        return (inner, state) if isinstance(inner, ast.FunctionDef) and len(local) == 1 else None
    bounds = reading.walked.module.bounds.get(node.id, []) if isinstance(node, ast.Name) else []
    found = bounds[0].site.node if len(bounds) == 1 and bounds[0].how == "def" else None
    return (found, State()) if isinstance(found, ast.FunctionDef) else None


def bound_by(
    function: ast.FunctionDef, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword], state: State
) -> Given:
    """The parameters that a call gives something to, and those that have a default."""
    plain = [one.arg for one in positional(function.args)]
    given: dict[str, list[tuple[Code, State]]] = {
        one.arg: [(default, State())] for one, default in defaults(function.args)
    }
    for name, value in zip(plain, arguments, strict=False):
        if isinstance(value, ast.Starred):
            break
        given[name] = [(value, state)]
    return {**given, **{one.arg: [(one.value, state)] for one in keywords if one.arg}}


class Serving:
    """The way through one function, and what it has served so far."""

    def __init__(self, lookups: Lookups, depth: int = 0) -> None:
        self.lookups = lookups
        self.depth = depth
        self.served: list[tuple[str, str]] = []
        self.left: list[State] = []
        """The ways out of the loop around a place."""

    def of(self, node: ast.FunctionDef | ast.Lambda, state: State) -> None:
        """The way through all of a function."""
        self.block([ast.Return(node.body)] if isinstance(node, ast.Lambda) else node.body, [state])

    # -- statements

    def block(self, body: Sequence[ast.stmt], states: list[State]) -> list[State]:
        """The ways to come behind some statements."""
        for statement in body:
            states = self._behind(statement, states)
            if len(states) > _STATES:
                states = [State()]
        return states

    def _behind(self, node: ast.stmt, states: list[State]) -> list[State]:
        of = _STATEMENTS.get(type(node))
        if of is not None:
            return of(self, node, states)
        states = _assigned(node, self._looked_up(node, states))
        of = _SIMPLE.get(type(node))
        return of(self, node, states) if of is not None else states

    def _raise(self, node: ast.Raise, states: list[State]) -> list[State]:
        return []

    def _leave(self, node: ast.Continue | ast.Break, states: list[State]) -> list[State]:
        self.left += states
        return []

    def _define(self, node: ast.FunctionDef, states: list[State]) -> list[State]:
        return [state.defining(node) for state in states]

    def _hide(self, node: ast.ClassDef | ast.AsyncFunctionDef, states: list[State]) -> list[State]:
        return [state.hiding(node.name) for state in states]

    def _if(self, node: ast.If, states: list[State]) -> list[State]:
        parted = [self._parted(node.test, state) for state in _assigned(node.test, states)]
        yes = self.block(node.body, [state for one, _ in parted for state in one])
        no = self.block(node.orelse, [state for _, other in parted for state in other])
        return _joined(yes, no)

    def _try(self, node: ast.Try, states: list[State]) -> list[State]:
        done = self.block([*node.body, *node.orelse], states)
        caught = [state for one in node.handlers for state in self.block(one.body, states)]
        return self.block(node.finalbody, _joined(done, caught))

    def _with(self, node: ast.With | ast.AsyncWith, states: list[State]) -> list[State]:
        return self.block(node.body, states)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, states: list[State]) -> list[State]:
        inside = states
        if not isinstance(node, ast.While) and isinstance(node.iter, (ast.Tuple, ast.List)):
            inside = [state.giving_each(node.target, node.iter.elts) for state in states]
        around, self.left = self.left, []
        through = self.block(node.body, inside)
        left, self.left = self.left, around
        return _joined(self.block(node.orelse, _joined(states, through)), left)

    def _return(self, node: ast.Return, states: list[State]) -> list[State]:
        for value, state in self._either(node.value, states):
            self.serve(value, state)
        return []

    def _import(self, node: ast.Import | ast.ImportFrom, states: list[State]) -> list[State]:
        return [state.importing(node) for state in states]

    def _assign(self, node: ast.Assign | ast.AnnAssign, states: list[State]) -> list[State]:
        behind = [] if node.value is not None else states
        for value, state in self._either(node.value, states):
            for target in targets_of(node):
                state = state.giving(target, value)
            behind.append(state)
        return behind

    def _either(self, node: ast.expr | None, states: list[State]) -> Iterator[tuple[ast.expr, State]]:
        """An expression, or both of those between which a test decides."""
        if isinstance(node, ast.IfExp):
            parted = [self._parted(node.test, state) for state in states]
            yield from self._either(node.body, [state for one, _ in parted for state in one])
            yield from self._either(node.orelse, [state for _, other in parted for state in other])
        elif node is not None:
            yield from ((node, state) for state in states)

    def _match(self, node: ast.Match, states: list[State]) -> list[State]:
        behind: list[State] = []
        for case in node.cases:
            literals = _literals(case.pattern) if self.lookups.is_name(node.subject) else None
            here = states if literals is None else _reached(state.only(literals) for state in states)
            behind = _joined(behind, self.block(case.body, here))
            if case.guard is None:
                if literals is not None:
                    states = _reached(state.without(literals) for state in states)
                elif isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                    states = []
        return _joined(behind, states)

    def _looked_up(self, node: ast.stmt, states: list[State]) -> list[State]:
        """``TABLE[name]`` raises for all names but the table's own."""
        for part in below(node):
            if isinstance(part, ast.Subscript) and self.lookups.is_name(part.slice):
                names = [self.lookups.names_of(part.value, state) for state in states]
                states = _reached(
                    state if some is None else state.only(some)
                    for state, some in zip(states, names, strict=True)
                )
        return states

    # -- tests

    def _parted(self, test: ast.expr, state: State) -> tuple[list[State], list[State]]:
        """The state where the test holds, and where it does not; one that cannot be says nothing."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yes, no = self._parted(test.operand, state)
            return no, yes
        if isinstance(test, ast.BoolOp):
            is_and = isinstance(test.op, ast.And)
            left, out = [state], list[State]()
            for part in test.values:
                both = [self._parted(part, one) for one in left]
                left = [one for pair in both for one in pair[0 if is_and else 1]]
                out += [one for pair in both for one in pair[1 if is_and else 0]]
            return (left, out) if is_and else (out, left)
        is_so, names = True, None
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            is_so = isinstance(test.ops[0], (ast.Eq, ast.In, ast.IsNot))
            names = self._compared(test.left, test.ops[0], test.comparators[0], state)
        elif not self.lookups.is_name(test):
            names = self.lookups.of_which(test, state, lambda value: value.text != "")
        if names is None:
            return [state], [state]
        yes, no = _reached([state.only(names)]), _reached([state.without(names)])
        return (yes, no) if is_so else (no, yes)

    def _compared(self, left: ast.expr, how: ast.cmpop, right: ast.expr, state: State) -> Names:
        """The names for which one thing is the other, is in it, or, after ``is``, is not None."""
        is_name, of_which = self.lookups.is_name, self.lookups.of_which
        if isinstance(how, (ast.Eq, ast.NotEq)):
            one, other = (left, right) if isinstance(right, ast.Constant) else (right, left)
            text = other.value if isinstance(other, ast.Constant) else None
            if isinstance(text, str):
                return frozenset([text]) if is_name(one) else of_which(one, state, lambda it: it.text == text)
        elif isinstance(how, (ast.In, ast.NotIn)) and is_name(left):
            return self.lookups.names_of(right, state)
        elif isinstance(how, (ast.Is, ast.IsNot)) and isinstance(right, ast.Constant) and right.value is None:
            return of_which(left, state, lambda it: True)
        return None

    # -- what is returned

    def serve(self, node: ast.expr, state: State) -> None:
        """Take in what is returned in some state."""
        if isinstance(node, ast.Call) and self._asked(node, state):
            return
        for value in self.lookups.values(node, state):
            path = value.path
            if path is None:
                continue
            if value.key is not None:
                if state.may_be(value.key):
                    self.served.append((value.key, path.replace(ASKED, value.key)))
            elif state.names is not None:
                self.served += [(name, path.replace(ASKED, name)) for name in sorted(state.names)]
            elif path.endswith(ASKED) and path.count(ASKED) == 1 and path[0] != ":" and not value.module:
                module = path.removesuffix(ASKED)
                self.served.append(("*", module[:-1] if module.strip(".") else module))

    def _asked(self, node: ast.Call, state: State) -> bool:
        """Take in what another function of the file serves that is asked for the name; whether there is one."""
        known = own_function(self.lookups.reading, node.func, state)
        if known is None or self.depth > _CALLS:
            return False
        function, around = known
        given = bound_by(function, node.args, node.keywords, state)
        names = [
            name
            for name, values in given.items()
            if isinstance(one := values[0][0], ast.expr) and self.lookups.is_name(one)
        ]
        if len(names) != 1:
            return False
        inner = Serving(Lookups(self.lookups.reading, names[0]), self.depth + 1)
        rest = {name: values for name, values in {**around.given, **given}.items() if name != names[0]}
        inner.of(function, State(state.names, state.others, around.imported, rest))
        self.served += inner.served
        return bool(inner.served)


def _assigned(node: ast.AST, states: list[State]) -> list[State]:
    """Behind what ``:=`` does in an expression or in a statement without others in it."""
    for part in below(node):
        if isinstance(part, ast.NamedExpr):
            states = [state.giving(part.target, part.value) for state in states]
    return states


def _reached(states: Iterable[State]) -> list[State]:
    return [state for state in states if state.names is None or state.names]


def _joined(states: list[State], others: list[State]) -> list[State]:
    return list({id(state): state for state in (*states, *others)}.values())


def _literals(pattern: ast.pattern) -> Names:
    """The strings that a pattern stands for; None where it is none of strings alone."""
    if isinstance(pattern, ast.MatchOr):
        parts = [_literals(one) for one in pattern.patterns]
        return None if None in parts else frozenset[str]().union(*(one for one in parts if one is not None))
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        return _literals(pattern.pattern)
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
        return frozenset([pattern.value.value]) if isinstance(pattern.value.value, str) else None
    return None


_STATEMENTS: Mapping[type[ast.AST], Callable[[Serving, Any, list[State]], list[State]]] = {
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
_SIMPLE: Mapping[type[ast.AST], Callable[[Serving, Any, list[State]], list[State]]] = {
    ast.Return: Serving._return,
    ast.Import: Serving._import,
    ast.ImportFrom: Serving._import,
    ast.Assign: Serving._assign,
    ast.AnnAssign: Serving._assign,
}
"""Statements without others in them: first comes what their expressions look up and assign."""
