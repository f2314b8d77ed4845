"""A file's tree, cut down to what the questions about it can depend on. Standard library ``ast``, pure.

astroid rebuilds every node that it is given, and most of a file has nothing to do with the few expressions that
are asked about. What these depend on is followed backwards: from the names in an expression to the statements that
bind them, to the names in these, and so on. Where it is not plain what a name can mean, all its meanings are kept.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ssot_lint.facts.syntax import children
from ssot_lint.inference.pieces import Outline, any_between, lines_of

_Place = tuple[int, int, int, int]

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = ("body", "orelse", "finalbody")
_WORD = re.compile(r"[^\W\d]\w*")
_STAYS = (ast.Pass, ast.Raise, ast.Global, ast.Nonlocal)
"""Statements that say something about the function around them, or about all of its names."""


@dataclass(slots=True, eq=False)
class _Binder:
    """A statement that gives a name its value, the expressions that this is made from, and their scope."""

    statement: ast.AST
    sources: tuple[ast.AST | None, ...]
    scope: _Scope
    is_function: bool = False


@dataclass(slots=True, eq=False)
class _Scope:
    """What a module, class or function binds, and what a function hands out."""

    outer: _Scope | None = None
    names: dict[str, list[_Binder]] = field(default_factory=dict)
    given: list[_Binder] = field(default_factory=list)
    globals: set[str] = field(default_factory=set)


def pruned(text: str, places: Collection[_Place], passing: Collection[str]) -> ast.Module:
    """The tree of a text without what the expressions at the places do not depend on.

    ``passing`` are the functions of libraries that hand on what they are given."""
    lines = sorted({place[0] for place in places})
    try:
        return _Pruning(Outline(text, lines), lines, places, passing).left()
    except SyntaxError:
        return _Pruning(Outline(text, lines, whole=True), lines, places, passing).left()


class _Pruning:
    def __init__(
        self, outline: Outline, lines: Sequence[int], places: Collection[_Place], passing: Collection[str]
    ) -> None:
        self.outline = outline
        self.places = places
        self.passing = passing
        self.top = _Scope()
        self.attributes: dict[str, list[_Binder]] = {}
        self.inside: dict[ast.AST, _Scope] = {}
        self.around: dict[ast.AST, tuple[ast.AST | None, _Scope]] = {}
        self.stubs: dict[int, ast.AST] = {}
        self.own: set[str] = set()
        self.asked: list[tuple[ast.AST, list[ast.AST], _Scope]] = []
        self.kept: set[ast.AST] = set()
        self.followed: set[Any] = set()
        self.todo: list[tuple[ast.AST, _Scope]] = []
        self.marks = sorted({*lines, *lines_of(outline.text, "yield"), *lines_of(outline.text, ":=")})
        self._read(outline.tree.body, None, self.top)
        if self.stubs.keys() != outline.closed.keys():
            raise SyntaxError("what looks like a function is none")

    # -- what binds which name

    def _read(self, body: Iterable[ast.AST], parent: ast.AST | None, scope: _Scope) -> None:
        for statement in body:
            self.around[statement] = parent, scope
            reader = _READERS.get(type(statement))
            if reader is not None:
                reader(self, statement, scope)
            if self._is_marked(statement):
                self._look_at(statement, scope)

    def _bind(self, name: str, statement: ast.AST, scope: _Scope, *sources: ast.AST | None) -> None:
        binder = _Binder(statement, sources, scope)
        owner = self.top if name in scope.globals else scope
        owner.names.setdefault(name, []).append(binder)

    def _bind_target(
        self, target: ast.AST, statement: ast.AST, scope: _Scope, *sources: ast.AST | None
    ) -> None:
        if isinstance(target, ast.Name):
            self.own.add(target.id)
            self._bind(target.id, statement, scope, *sources)
        elif isinstance(target, ast.Attribute):
            self.own.add(target.attr)
            binder = _Binder(statement, (target.value, *sources), scope)
            self.attributes.setdefault(target.attr, []).append(binder)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self._bind_target(part, statement, scope, *sources)
        elif isinstance(target, ast.Starred):
            self._bind_target(target.value, statement, scope, *sources)

    def _assign(self, node: ast.Assign, scope: _Scope) -> None:
        for target in node.targets:
            self._bind_target(target, node, scope, node.value)

    def _declare(self, node: ast.AnnAssign, scope: _Scope) -> None:
        self._bind_target(node.target, node, scope, node.value, node.annotation)

    def _augment(self, node: ast.AugAssign, scope: _Scope) -> None:
        self._bind_target(node.target, node, scope, node.value)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: _Scope) -> None:
        for alias in node.names:
            if alias.asname:
                self.own.add(alias.asname)
            if alias.name == "*" or getattr(node, "module", None) == "__future__":
                self.keep(node)
            self._bind(alias.asname or alias.name.partition(".")[0], node, scope)

    def _delete(self, node: ast.Delete, scope: _Scope) -> None:
        for target in node.targets:
            self._bind_target(target, node, scope)

    def _global(self, node: ast.Global, scope: _Scope) -> None:
        scope.globals.update(node.names)

    def _return(self, node: ast.Return, scope: _Scope) -> None:
        scope.given.append(_Binder(node, (node.value,), scope))

    def _loop(self, node: ast.For | ast.AsyncFor, scope: _Scope) -> None:
        self._bind_target(node.target, node, scope, node.iter)
        self._blocks(node, scope)

    def _with(self, node: ast.With | ast.AsyncWith, scope: _Scope) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._bind_target(item.optional_vars, node, scope, item.context_expr)
        self._blocks(node, scope)

    def _blocks(self, node: ast.AST, scope: _Scope) -> None:
        for block in _BLOCKS:
            self._read(getattr(node, block, ()), node, scope)

    def _try(self, node: ast.Try, scope: _Scope) -> None:
        self._blocks(node, scope)
        for handler in node.handlers:
            if handler.name:
                self.own.add(handler.name)
                self._bind(handler.name, node, scope, handler.type)
            self._read(handler.body, node, scope)

    def _match(self, node: ast.Match, scope: _Scope) -> None:
        for case in node.cases:
            for part in ast.walk(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if name:
                    self.own.add(name)
                    self._bind(name, node, scope, node.subject, case.pattern)
            self._read(case.body, node, scope)

    def _alias(self, node: Any, scope: _Scope) -> None:
        self._bind_target(node.name, node, scope, node.value)

    def _class(self, node: ast.ClassDef, scope: _Scope) -> None:
        self.own.add(node.name)
        self._bind(node.name, node, scope)
        inner = self.inside[node] = _Scope(scope)
        self._parameters_of_type(node, inner)
        self._read(node.body, node, inner)
        for name, binders in inner.names.items():
            self.attributes.setdefault(name, []).extend(binders)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: _Scope) -> None:
        self.own.add(node.name)
        owner = self.top if node.name in scope.globals else scope
        owner.names.setdefault(node.name, []).append(_Binder(node, (), scope, is_function=True))
        if node.lineno in self.outline.closed:
            self.stubs[node.lineno] = node
        else:
            self._enter(node)

    def _open(self, line: int) -> None:
        """Looks into a function, if nobody has yet."""
        stub = self.stubs.pop(line, None)
        if stub is not None:
            self.outline.closed[line].fill(stub)
            self._enter(stub)

    def _enter(self, node: Any) -> None:
        _, scope = self.around[node]
        inner = self.inside[node] = _Scope(scope)
        inner.given.append(_Binder(node, (node.returns,), inner))
        self._parameters_of_type(node, inner)
        given = node.args
        plain = [*given.posonlyargs, *given.args]
        defaults = [*[None] * (len(plain) - len(given.defaults)), *given.defaults, *given.kw_defaults]
        for argument, default in zip([*plain, *given.kwonlyargs], defaults, strict=True):
            inner.names[argument.arg] = [_Binder(node, (argument.annotation, default), inner)]
        for rest in (given.vararg, given.kwarg):
            if rest is not None:
                inner.names[rest.arg] = [_Binder(node, (rest.annotation,), inner)]
        self.own.update(inner.names)
        self._read(node.body, node, inner)

    def _parameters_of_type(self, node: Any, scope: _Scope) -> None:
        for one in getattr(node, "type_params", ()):
            self._bind(one.name, node, scope, one)

    # -- what is asked, and what stands inside of expressions

    def _is_marked(self, statement: ast.AST) -> bool:
        first, last = statement.lineno, statement.end_lineno  # type: ignore[attr-defined]
        for decorator in getattr(statement, "decorator_list", ()):
            first = min(first, decorator.lineno)
        return any_between(self.marks, first, last)

    def _look_at(self, statement: ast.AST, scope: _Scope) -> None:
        """The expressions of a statement itself, without the statements in it."""
        asked, guards = [], []
        for node in _expressions(statement):
            if isinstance(node, ast.NamedExpr):
                self._bind_target(node.target, statement, scope, node.value)
            elif isinstance(node, (ast.Yield, ast.YieldFrom)):
                scope.given.append(_Binder(statement, (node.value,), scope))
            elif isinstance(node, ast.IfExp):
                guards.append(node.test)
            elif isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
                guards.append(node)
            if _place_of(node) in self.places:
                asked.append(node)
        if asked:
            # What stands around an expression binds its names, or says when it is evaluated.
            self.asked.append((statement, [*asked, *guards], self.inside.get(statement, scope)))

    # -- what that depends on

    def left(self) -> ast.Module:
        for statement, expressions, scope in self.asked:
            self.keep(statement)
            for expression in expressions:
                self.todo.append((expression, scope))
        while self.todo:
            expression, scope = self.todo.pop()
            self._follow(expression, scope)
        self.outline.tree.body = self._left(self.outline.tree.body)
        for scope in (self.top, *self.inside.values()):
            # No circle is left that only the collector could take apart.
            scope.names.clear()
            scope.given.clear()
        return self.outline.tree

    def keep(self, statement: ast.AST | None) -> None:
        """Keeps a statement and those around it, with what they say about what is in them."""
        while statement is not None and statement not in self.kept:
            self.kept.add(statement)
            self._open(statement.lineno)  # type: ignore[attr-defined]
            parent, scope = self.around[statement]
            for name in ("decorator_list", "bases", "keywords"):
                for part in getattr(statement, name, ()):
                    self.todo.append((part, scope))
            if isinstance(statement, ast.If):
                self.todo.append((statement.test, scope))
            if isinstance(statement, ast.ClassDef):
                # Nobody has to spell `__init__` or `__slots__` to have them looked at.
                inner = self.inside[statement]
                for name, binders in inner.names.items():
                    if name.startswith("__"):
                        self._use(binders)
            statement = parent

    def _use(self, binders: Iterable[_Binder]) -> None:
        for binder in binders:
            if binder in self.followed:
                continue
            self.followed.add(binder)
            self.keep(binder.statement)
            for source in binder.sources:
                if source is not None:
                    self.todo.append((source, binder.scope))
            if binder.is_function:
                self._use(self.inside[binder.statement].given)

    def _follow(self, expression: ast.AST, scope: _Scope) -> None:
        todo = [expression]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Name):
                self._name(node.id, scope)
            elif isinstance(node, ast.Attribute):
                self._attribute(node.attr)
                todo.append(node.value)
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    # An annotation in quotes, or the name of an attribute.
                    for word in _WORD.findall(node.value):
                        self._name(word, scope)
                        self._attribute(word)
            elif isinstance(node, ast.Call):
                # First what is called: looking into functions tells of more names.
                self._follow(node.func, scope)
                if self._takes(node.func):
                    todo.extend(node.args)
                    todo.extend(keyword.value for keyword in node.keywords)
            elif not isinstance(node, ast.JoinedStr):
                todo.extend(children(node))

    def _takes(self, function: ast.AST) -> bool:
        """Whether it matters what a function is called with: not if it is one of which nothing is known."""
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        return name in self.own or name in self.passing or not name or name.startswith("__")

    def _name(self, name: str, scope: _Scope) -> None:
        inner: _Scope | None = scope
        while inner is not None:
            key = name, inner
            if key in self.followed:
                return
            self.followed.add(key)
            self._use(inner.names.get(name, ()))
            inner = inner.outer

    def _attribute(self, name: str) -> None:
        if name not in self.followed:
            self.followed.add(name)
            for line in self.outline.storing(name):
                self._open(line)
            self._use(self.attributes.get(name, ()))

    # -- what is left

    def _left(self, body: list[Any]) -> list[Any]:
        """The statements of a block that are kept; a run of others becomes one that says nothing."""
        left: list[Any] = []
        run = False
        for statement in body:
            stays = statement in self.kept or isinstance(statement, _STAYS) or _is_literal(statement)
            if stays:
                self._shrink(statement)
                left.append(statement)
            elif not run:
                # Not `pass`: a function of nothing else counts as abstract.
                left.append(_nothing(statement))
            run = not stays
        return left

    def _shrink(self, statement: Any) -> None:
        for block in _BLOCKS:
            if getattr(statement, block, None):
                setattr(statement, block, self._left(getattr(statement, block)))
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            part.body = self._left(part.body)


_READERS: dict[type[ast.AST], Callable[[_Pruning, Any, _Scope], None]] = {
    ast.Assign: _Pruning._assign,
    ast.AnnAssign: _Pruning._declare,
    ast.AugAssign: _Pruning._augment,
    ast.Import: _Pruning._import,
    ast.ImportFrom: _Pruning._import,
    ast.Delete: _Pruning._delete,
    ast.Global: _Pruning._global,
    ast.Return: _Pruning._return,
    ast.For: _Pruning._loop,
    ast.AsyncFor: _Pruning._loop,
    ast.With: _Pruning._with,
    ast.AsyncWith: _Pruning._with,
    ast.If: _Pruning._blocks,
    ast.While: _Pruning._blocks,
    ast.Try: _Pruning._try,
    ast.Match: _Pruning._match,
    ast.ClassDef: _Pruning._class,
    ast.FunctionDef: _Pruning._function,
    ast.AsyncFunctionDef: _Pruning._function,
}
for _later, _reader in (("TryStar", _Pruning._try), ("TypeAlias", _Pruning._alias)):
    if hasattr(ast, _later):
        _READERS[getattr(ast, _later)] = _reader


def _place_of(node: Any) -> _Place | None:
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


def _is_literal(statement: ast.AST) -> bool:
    """A docstring, or ``...``."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _nothing(statement: Any) -> ast.Expr:
    place = {
        name: getattr(statement, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
    }
    return ast.Expr(ast.Constant(0, **place), **place)
