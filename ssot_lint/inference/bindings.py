"""The outline of a file → what binds each name and attribute, scope by scope, and where its functions hand out what.

Functions are read when they are opened. Standard library ``ast``, pure.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ssot_lint.facts.syntax import children
from ssot_lint.inference.pieces import Outline, any_between, lines_of

Place = tuple[int, int, int, int]

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BLOCKS = ("body", "orelse", "finalbody")


@dataclass(slots=True, eq=False)
class Binder:
    """A statement that gives a name its value, the expressions that this is made from, and their scope."""

    statement: ast.AST
    sources: tuple[ast.AST | None, ...]
    scope: NameScope
    is_function: bool = False


@dataclass(slots=True, eq=False)
class NameScope:
    """What a module, class or function binds, and what a function hands out."""

    outer: NameScope | None = None
    names: dict[str, list[Binder]] = field(default_factory=dict)
    given: list[Binder] = field(default_factory=list)
    globals: set[str] = field(default_factory=set)


class Bindings:
    """What a file binds. ``places`` are the expressions that are asked about, on ``lines``.

    ``attributes`` has the binders of attributes by name; ``inside`` the scope of a class or function; ``around`` the
    statement and the scope around a statement. ``stays`` are statements that may bind any name, ``own`` all names that
    the file binds, and ``asked`` has the expressions that are asked about, with their statements and scopes.
    """

    def __init__(self, outline: Outline, lines: Sequence[int], places: Collection[Place]) -> None:
        self.outline = outline
        self.places = places
        self.top = NameScope()
        self.attributes: dict[str, list[Binder]] = {}
        self.inside: dict[ast.AST, NameScope] = {}
        self.around: dict[ast.AST, tuple[ast.AST | None, NameScope]] = {}
        self.stays: list[ast.AST] = []
        self.own: set[str] = set()
        self.asked: list[tuple[ast.AST, list[ast.AST], NameScope]] = []
        self._stubs: dict[int, ast.AST] = {}
        self._marks = sorted({*lines, *lines_of(outline.text, "yield"), *lines_of(outline.text, ":=")})
        self._read(outline.tree.body, None, self.top)
        if self._stubs.keys() != outline.closed.keys():
            raise SyntaxError("what looks like a function is none")

    def _read(self, body: Iterable[ast.AST], parent: ast.AST | None, scope: NameScope) -> None:
        for statement in body:
            self.around[statement] = parent, scope
            reader = _READERS.get(type(statement))
            if reader is not None:
                reader(self, statement, scope)
            if self._is_marked(statement):
                self._look_at(statement, scope)

    def _bind(self, name: str, statement: ast.AST, scope: NameScope, *sources: ast.AST | None) -> None:
        binder = Binder(statement, sources, scope)
        owner = self.top if name in scope.globals else scope
        owner.names.setdefault(name, []).append(binder)

    def _bind_target(
        self, target: ast.AST, statement: ast.AST, scope: NameScope, *sources: ast.AST | None
    ) -> None:
        if isinstance(target, ast.Name):
            self.own.add(target.id)
            self._bind(target.id, statement, scope, *sources)
        elif isinstance(target, ast.Attribute):
            self.own.add(target.attr)
            binder = Binder(statement, (target.value, *sources), scope)
            self.attributes.setdefault(target.attr, []).append(binder)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            # What is stored in a container is a part of what its name stands for.
            self._bind(target.value.id, statement, scope, target.slice, *sources)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self._bind_target(part, statement, scope, *sources)
        elif isinstance(target, ast.Starred):
            self._bind_target(target.value, statement, scope, *sources)

    def _assign(self, node: ast.Assign, scope: NameScope) -> None:
        for target in node.targets:
            self._bind_target(target, node, scope, node.value)

    def _declare(self, node: ast.AnnAssign, scope: NameScope) -> None:
        self._bind_target(node.target, node, scope, node.value, node.annotation)

    def _augment(self, node: ast.AugAssign, scope: NameScope) -> None:
        self._bind_target(node.target, node, scope, node.value)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: NameScope) -> None:
        for alias in node.names:
            if alias.asname:
                self.own.add(alias.asname)
            if alias.name == "*" or getattr(node, "module", None) == "__future__":
                self.stays.append(node)
            self._bind(alias.asname or alias.name.partition(".")[0], node, scope)

    def _delete(self, node: ast.Delete, scope: NameScope) -> None:
        for target in node.targets:
            self._bind_target(target, node, scope)

    def _global(self, node: ast.Global, scope: NameScope) -> None:
        scope.globals.update(node.names)

    def _return(self, node: ast.Return, scope: NameScope) -> None:
        scope.given.append(Binder(node, (node.value,), scope))

    def _loop(self, node: ast.For | ast.AsyncFor, scope: NameScope) -> None:
        self._bind_target(node.target, node, scope, node.iter)
        self._blocks(node, scope)

    def _with(self, node: ast.With | ast.AsyncWith, scope: NameScope) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._bind_target(item.optional_vars, node, scope, item.context_expr)
        self._blocks(node, scope)

    def _blocks(self, node: ast.AST, scope: NameScope) -> None:
        for block in BLOCKS:
            self._read(getattr(node, block, ()), node, scope)

    def _try(self, node: ast.Try, scope: NameScope) -> None:
        self._blocks(node, scope)
        for handler in node.handlers:
            if handler.name:
                self.own.add(handler.name)
                self._bind(handler.name, node, scope, handler.type)
            self._read(handler.body, node, scope)

    def _match(self, node: ast.Match, scope: NameScope) -> None:
        for case in node.cases:
            for part in ast.walk(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if name:
                    self.own.add(name)
                    self._bind(name, node, scope, node.subject, case.pattern)
            self._read(case.body, node, scope)

    def _alias(self, node: Any, scope: NameScope) -> None:
        self._bind_target(node.name, node, scope, node.value)

    def _class(self, node: ast.ClassDef, scope: NameScope) -> None:
        self.own.add(node.name)
        self._bind(node.name, node, scope)
        inner = self.inside[node] = NameScope(scope)
        self._parameters_of_type(node, inner)
        self._read(node.body, node, inner)
        for name, binders in inner.names.items():
            self.attributes.setdefault(name, []).extend(binders)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: NameScope) -> None:
        self.own.add(node.name)
        owner = self.top if node.name in scope.globals else scope
        owner.names.setdefault(node.name, []).append(Binder(node, (), scope, is_function=True))
        if node.lineno in self.outline.closed:
            self._stubs[node.lineno] = node
        else:
            self._enter(node)

    def open(self, line: int) -> None:
        """Looks into the function on a line, if that is still closed."""
        stub = self._stubs.pop(line, None)
        if stub is not None:
            self.outline.closed[line].fill(stub)
            self._enter(stub)

    def _enter(self, node: Any) -> None:
        _, scope = self.around[node]
        inner = self.inside[node] = NameScope(scope)
        inner.given.append(Binder(node, (node.returns,), inner))
        self._parameters_of_type(node, inner)
        given = node.args
        plain = [*given.posonlyargs, *given.args]
        defaults = [*[None] * (len(plain) - len(given.defaults)), *given.defaults, *given.kw_defaults]
        for argument, default in zip([*plain, *given.kwonlyargs], defaults, strict=True):
            inner.names[argument.arg] = [Binder(node, (argument.annotation, default), inner)]
        for rest in (given.vararg, given.kwarg):
            if rest is not None:
                inner.names[rest.arg] = [Binder(node, (rest.annotation,), inner)]
        self.own.update(inner.names)
        self._read(node.body, node, inner)

    def _parameters_of_type(self, node: Any, scope: NameScope) -> None:
        for one in getattr(node, "type_params", ()):
            self._bind(one.name, node, scope, one)

    def _is_marked(self, statement: ast.AST) -> bool:
        first, last = statement.lineno, statement.end_lineno  # type: ignore[attr-defined]
        for decorator in getattr(statement, "decorator_list", ()):
            first = min(first, decorator.lineno)
        return any_between(self._marks, first, last)

    def _look_at(self, statement: ast.AST, scope: NameScope) -> None:
        """The expressions of a statement itself, without the statements in it."""
        asked, guards = [], []
        for node in _expressions(statement):
            if isinstance(node, ast.NamedExpr):
                self._bind_target(node.target, statement, scope, node.value)
            elif isinstance(node, (ast.Yield, ast.YieldFrom)):
                scope.given.append(Binder(statement, (node.value,), scope))
            elif isinstance(node, ast.IfExp):
                guards.append(node.test)
            elif isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
                guards.append(node)
            if _place_of(node) in self.places:
                asked.append(node)
        if asked:
            # What stands around an expression binds its names, or says when it is evaluated.
            self.asked.append((statement, [*asked, *guards], self.inside.get(statement, scope)))


_READERS: dict[type[ast.AST], Callable[[Bindings, Any, NameScope], None]] = {
    ast.Assign: Bindings._assign,
    ast.AnnAssign: Bindings._declare,
    ast.AugAssign: Bindings._augment,
    ast.Import: Bindings._import,
    ast.ImportFrom: Bindings._import,
    ast.Delete: Bindings._delete,
    ast.Global: Bindings._global,
    ast.Return: Bindings._return,
    ast.For: Bindings._loop,
    ast.AsyncFor: Bindings._loop,
    ast.With: Bindings._with,
    ast.AsyncWith: Bindings._with,
    ast.If: Bindings._blocks,
    ast.While: Bindings._blocks,
    ast.Try: Bindings._try,
    ast.Match: Bindings._match,
    ast.ClassDef: Bindings._class,
    ast.FunctionDef: Bindings._function,
    ast.AsyncFunctionDef: Bindings._function,
}
for _later, _reader in (("TryStar", Bindings._try), ("TypeAlias", Bindings._alias)):
    if hasattr(ast, _later):
        _READERS[getattr(ast, _later)] = _reader


def _place_of(node: Any) -> Place | None:
    if getattr(node, "end_lineno", None) is None:
        return None
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _expressions(statement: ast.AST) -> Iterator[ast.AST]:
    """The expressions of a statement, without those of the statements in it."""
    todo = children(statement)
    while todo:
        node = todo.pop()
        if not isinstance(node, ast.stmt):
            if not isinstance(node, (ast.excepthandler, ast.match_case)):
                yield node
            todo.extend(children(node))
