"""What a module-level ``__getattr__`` (PEP 562) serves under which names. Pure.

The function is followed from top to bottom, with the names that it can be at each place: ``if name == "A"``, ``if name
not in NAMES: raise …``, ``match``, and look-ups in tables narrow them down. What it returns there is served under
these, or under all names where nothing narrows them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from ssot_lint.nodes import below
from ssot_lint.reading import Reading, path_of
from ssot_lint.scopes import import_target, pairs
from ssot_lint.stores import changes

Names = frozenset[str] | None
"""What ``name`` may be; None: anything."""

Served = tuple[str, str, int]
"""A name or ``*``, the target, and the line of the function."""

_OWN = "@"
"""The last part of a target that has the name that was asked for."""

_Targets = Iterator[tuple[str | None, str]]
_Of = Callable[..., _Targets]

_TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))

_STATES = 200
"""In more ways nobody comes to a place: then no more is known of it than of the function's beginning."""

_DEPTH = 8
_COPIES = frozenset("set frozenset tuple list dict sorted keys MappingProxyType".split())
_SPACES = frozenset("globals locals vars".split())


@dataclass(frozen=True, slots=True)
class _State:
    """One way to come to a place: what the name can be then, what was imported, and what local names were given."""

    names: Names = None
    imported: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Sequence[ast.expr]] = field(default_factory=dict)

    def only(self, names: frozenset[str]) -> _State:
        return replace(self, names=names if self.names is None else self.names & names)

    def without(self, names: frozenset[str]) -> _State:
        return self if self.names is None else replace(self, names=self.names - names)


def served(reading: Reading) -> Iterator[Served]:
    """What all such functions of a file serve, each once."""
    found: dict[Served, None] = {}
    for site in reading.walked.of(ast.FunctionDef):
        node = site.node
        assert isinstance(node, ast.FunctionDef)
        if node.name == "__getattr__" and site.scope.kind == "module" and node.args.args:
            serving = _Serving(reading, node)
            found.update(dict.fromkeys(chain(serving.found(), serving.tables())))
    yield from found


class _Serving:
    """One function."""

    def __init__(self, reading: Reading, node: ast.FunctionDef) -> None:
        self.reading = reading
        self.node = node
        self.name = node.args.args[0].arg
        self.served: list[tuple[str, str]] = []

    def found(self) -> Iterator[Served]:
        self._block(self.node.body, [_State()])
        for name, target in self.served:
            yield name, target, self.node.lineno

    # -- statements

    def _block(self, body: Sequence[ast.stmt], states: list[_State]) -> list[_State]:
        """The ways to come behind some statements."""
        for statement in body:
            states = self._behind(statement, states)
            if len(states) > _STATES:
                states = [_State()]
        return states

    def _behind(self, node: ast.stmt, states: list[_State]) -> list[_State]:
        if isinstance(node, ast.Return):
            states = self._looked_up(node, states)
            for state in states if node.value is not None else ():
                assert node.value is not None
                self._serve(node.value, state)
            return []
        if isinstance(node, (ast.Raise, ast.Continue, ast.Break)):
            return []
        if isinstance(node, ast.If):
            parted = [self._parted(node.test, state) for state in states]
            yes = self._block(node.body, [state for one, _ in parted for state in one])
            no = self._block(node.orelse, [state for _, other in parted for state in other])
            return _joined(yes, no)
        if isinstance(node, ast.Match):
            return self._match(node, states)
        if isinstance(node, _TRIES):
            assert isinstance(node, ast.Try)
            done = self._block([*node.body, *node.orelse], states)
            caught = [state for one in node.handlers for state in self._block(one.body, states)]
            return self._block(node.finalbody, _joined(done, caught))
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self._block(node.body, states)
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            inside = states
            if isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.iter, (ast.Tuple, ast.List)):
                inside = [_given(state, node.target, node.iter.elts) for state in states]
            self._block(node.body, inside)
            return self._block(node.orelse, states)
        states = self._looked_up(node, states)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return [_import(state, node) for state in states]
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for single, part in pairs(target, node.value):
                    states = [_given(state, single, [part] if part is not None else []) for state in states]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            states = [_given(state, node.target, [node.value]) for state in states]
        return states

    def _match(self, node: ast.Match, states: list[_State]) -> list[_State]:
        behind: list[_State] = []
        for case in node.cases:
            literals = _literals(case.pattern) if self._is_name(node.subject) else None
            here = states if literals is None else _reached(state.only(literals) for state in states)
            behind = _joined(behind, self._block(case.body, here))
            if case.guard is None:
                if literals is not None:
                    states = _reached(state.without(literals) for state in states)
                elif isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                    states = []
        return _joined(behind, states)

    def _looked_up(self, node: ast.stmt, states: list[_State]) -> list[_State]:
        """``TABLE[name]`` raises for all names but the table's own."""
        for part in below(node):
            if isinstance(part, ast.Subscript) and self._is_name(part.slice):
                states = _reached(
                    self._narrowed(state, self._names_of(part.value, state)) for state in states
                )
        return states

    @staticmethod
    def _narrowed(state: _State, names: Names) -> _State:
        return state if names is None else state.only(names)

    # -- tests

    def _parted(self, test: ast.expr, state: _State) -> tuple[list[_State], list[_State]]:
        """The state where the test holds, and where it does not; one that cannot be says nothing."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yes, no = self._parted(test.operand, state)
            return no, yes
        if isinstance(test, ast.BoolOp):
            is_and = isinstance(test.op, ast.And)
            left, out = [state], list[_State]()
            for part in test.values:
                both = [self._parted(part, one) for one in left]
                left = [one for pair in both for one in pair[0 if is_and else 1]]
                out += [one for pair in both for one in pair[1 if is_and else 0]]
            return (left, out) if is_and else (out, left)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            names = self._compared(test.left, test.ops[0], test.comparators[0], state)
            if names is not None:
                yes, no = _reached([state.only(names)]), _reached([state.without(names)])
                return (yes, no) if isinstance(test.ops[0], (ast.Eq, ast.In)) else (no, yes)
        return [state], [state]

    def _compared(self, left: ast.expr, how: ast.cmpop, right: ast.expr, state: _State) -> Names:
        if isinstance(how, (ast.Eq, ast.NotEq)):
            other = right if self._is_name(left) else left if self._is_name(right) else None
            if isinstance(other, ast.Constant) and isinstance(other.value, str):
                return frozenset([other.value])
        elif isinstance(how, (ast.In, ast.NotIn)) and self._is_name(left):
            return self._names_of(right, state)
        return None

    def _is_name(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self.name

    def _names_of(self, node: ast.expr, state: _State, depth: int = 0) -> Names:
        """The strings in a container, or the keys of a dict, where all of them are certain."""
        if depth > _DEPTH:
            return None
        if isinstance(node, (ast.Set, ast.List, ast.Tuple, ast.Dict)):
            return self._all_of(node.keys if isinstance(node, ast.Dict) else node.elts, state, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitOr, ast.Add)):
            left, right = (self._names_of(one, state, depth + 1) for one in (node.left, node.right))
            return None if left is None or right is None else left | right
        if isinstance(node, ast.Call) and not node.keywords:
            called = _last(node.func)
            inner = node.args[0] if len(node.args) == 1 else None
            if isinstance(node.func, ast.Attribute) and called == "keys":
                inner = node.func.value
            return (
                self._names_of(inner, state, depth + 1) if inner is not None and called in _COPIES else None
            )
        values = self._values_of(node, state)
        return self._names_of(values[0], state, depth + 1) if len(values) == 1 else None

    def _all_of(self, parts: Sequence[ast.expr | None], state: _State, depth: int) -> Names:
        found = frozenset[str]()
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found |= {part.value}
                continue
            more = self._names_of(part.value, state, depth + 1) if isinstance(part, ast.Starred) else None
            if more is None:
                return None
            found |= more
        return found

    def _values_of(self, node: ast.expr, state: _State) -> Sequence[ast.expr]:
        """What a name was given: a local one, or one of the module that is bound once, and never changed."""
        if not isinstance(node, ast.Name):
            return ()
        if node.id in state.given:
            return state.given[node.id]
        bounds = self.reading.walked.module.bounds.get(node.id, [])
        if len(bounds) != 1 or bounds[0].value is None or self._is_changed(node.id):
            return ()
        return [bounds[0].value]

    def _is_changed(self, name: str) -> bool:
        sites = self.reading.walked.of(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Call, ast.Delete)
        return any(path_of(change.base) == [name] for site in sites for change in changes(site.node))

    # -- what is returned

    def _serve(self, value: ast.expr, state: _State) -> None:
        for key, target in self._targets(value, state):
            if key is not None:
                if state.names is None or key in state.names:
                    self.served.append((key, _named(target, key)))
            elif state.names is not None:
                self.served += [(name, _named(target, name)) for name in sorted(state.names)]
            elif target.endswith(f".{_OWN}"):
                module = target.removesuffix(_OWN)
                self.served.append(("*", module[:-1] if module.strip(".") else module))

    def _targets(self, node: ast.expr, state: _State, depth: int = 0) -> _Targets:
        """What an expression may be: each with the name for which it is that, or None for any."""
        if depth > _DEPTH:
            return

        def of(*nodes: ast.expr) -> _Targets:
            return chain.from_iterable(self._targets(one, state, depth + 1) for one in nodes)

        module = self.reading.dynamic_module(node, self.reading.walked.module)
        if module is not None:
            yield None, module
        elif isinstance(node, ast.Name):
            yield from self._of_name(node, state, of)
        elif isinstance(node, ast.Attribute):
            yield from ((key, import_target(target, node.attr)) for key, target in of(node.value))
        elif isinstance(node, ast.Call):
            yield from self._of_call(node, of)
        elif isinstance(node, ast.Subscript) and self._is_name(node.slice):
            yield from self._of_item(node.value, state, of)
        elif isinstance(node, (ast.IfExp, ast.BoolOp)):
            yield from of(*([node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values))
        elif isinstance(node, ast.NamedExpr):
            yield from of(node.value)

    def _of_name(self, node: ast.Name, state: _State, of: _Of) -> _Targets:
        if node.id in state.given:
            yield from of(*state.given[node.id])
        elif node.id in state.imported:
            yield None, state.imported[node.id]
        else:
            targets, _ = self.reading.targets(node.id, self.reading.walked.module, 0)
            yield from ((None, target) for target in targets[:1] if not target.startswith("?"))

    def _of_call(self, node: ast.Call, of: _Of) -> _Targets:
        called = _last(node.func)
        if called == "getattr" and len(node.args) > 1:
            wanted = node.args[1]
            if self._is_name(wanted):
                yield from ((key, import_target(target, _OWN)) for key, target in of(node.args[0]))
            elif isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
                last = wanted.value
                yield from ((key, import_target(target, last)) for key, target in of(node.args[0]))
        elif called == "cast" and len(node.args) == 2:
            yield from of(node.args[1])
        elif isinstance(node.func, ast.Attribute) and called == "get" and node.args:
            if self._is_name(node.args[0]):
                yield from of(ast.Subscript(node.func.value, node.args[0], ast.Load()), *node.args[1:2])

    def _of_item(self, holder: ast.expr, state: _State, of: _Of) -> _Targets:
        """``globals()[name]``, ``vars(module)[name]``, ``module.__dict__[name]``, and an item of a table."""
        inner = holder.value if isinstance(holder, ast.Attribute) and holder.attr == "__dict__" else None
        if isinstance(holder, ast.Call) and _last(holder.func) in _SPACES:
            inner = holder.args[0] if holder.args else None
            if inner is None:
                yield from state.imported.items()
        if inner is not None:
            yield from ((key, import_target(target, _OWN)) for key, target in of(inner))
            return
        for table in [holder, *self._values_of(holder, state)]:
            for key, value in (
                zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ()
            ):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from ((key.value, target) for _, target in of(value))

    def tables(self) -> Iterator[Served]:
        """A literal table of ``name: (module, attribute)`` or ``name: "module.attribute"`` that it looks into."""
        for inner in below(self.node):
            if not isinstance(inner, ast.Name):
                continue
            for bound in self.reading.walked.module.bounds.get(inner.id, []):
                if not isinstance(bound.value, ast.Dict):
                    continue
                for key, value in zip(bound.value.keys, bound.value.values, strict=True):
                    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                        continue
                    parts = [
                        part.value
                        for part in (
                            [value] if isinstance(value, ast.Constant) else getattr(value, "elts", [])
                        )
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    ]
                    if len(parts) == 2:
                        yield key.value, import_target(parts[0], parts[1].lstrip(".")), self.node.lineno
                    elif len(parts) == 1:
                        target = parts[0].replace(":", ".")
                        yield key.value, target, self.node.lineno
                        yield key.value, import_target(target, key.value), self.node.lineno


def _reached(states: Iterator[_State] | list[_State]) -> list[_State]:
    return [state for state in states if state.names is None or state.names]


def _joined(states: list[_State], others: list[_State]) -> list[_State]:
    return list({id(state): state for state in (*states, *others)}.values())


def _given(state: _State, target: ast.expr, values: Sequence[ast.expr]) -> _State:
    if not isinstance(target, ast.Name):
        return state
    imported = {name: one for name, one in state.imported.items() if name != target.id}
    return replace(state, imported=imported, given={**state.given, target.id: values})


def _import(state: _State, node: ast.Import | ast.ImportFrom) -> _State:
    found: dict[str, str] = {}
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            target = import_target("." * node.level + (node.module or ""), alias.name)
        else:
            target = alias.name if alias.asname else alias.name.partition(".")[0]
        found[alias.asname or alias.name.partition(".")[0]] = target
    given = {name: values for name, values in state.given.items() if name not in found}
    return replace(state, imported={**state.imported, **found}, given=given)


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


def _last(function: ast.expr) -> str:
    """The last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _named(target: str, name: str) -> str:
    return f"{target.removesuffix(_OWN)}{name}" if target.endswith(f".{_OWN}") else target
