"""A file's tree, cut down to what the questions about it can depend on. Standard library ``ast``, pure.

astroid rebuilds every node that it is given, and most of a file has nothing to do with the few expressions that
are asked about. What these depend on is followed backwards: from the names in an expression to the statements that
bind them, to the names in these, and so on. Where it is not plain what a name can mean, all its meanings are kept.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from typing import Any

from ssot_lint.facts.syntax import children
from ssot_lint.inference.bindings import BLOCKS, Binder, Bindings, NameScope, Place
from ssot_lint.inference.pieces import Outline

_WORD = re.compile(r"[^\W\d]\w*")
_STAYS = (ast.Pass, ast.Raise, ast.Global, ast.Nonlocal)
"""Statements that say something about the function around them, or about all of its names."""


def pruned(text: str, places: Collection[Place], passing: Collection[str]) -> ast.Module:
    """The tree of a text without what the expressions at the places do not depend on.

    ``passing`` are the functions of libraries that hand on what they are given."""
    lines = sorted({place[0] for place in places})
    try:
        return _Pruning(Bindings(Outline(text, lines), lines, places), passing).left()
    except SyntaxError:
        return _Pruning(Bindings(Outline(text, lines, whole=True), lines, places), passing).left()


class _Pruning:
    def __init__(self, bindings: Bindings, passing: Collection[str]) -> None:
        self.bindings = bindings
        self.passing = passing
        self.kept: set[ast.AST] = set()
        self.followed: set[Any] = set()
        self.todo: list[tuple[ast.AST, NameScope]] = []

    def left(self) -> ast.Module:
        for statement, expressions, scope in self.bindings.asked:
            self.keep(statement)
            for expression in expressions:
                self.todo.append((expression, scope))
        while self.todo or self.bindings.stays:
            while self.bindings.stays:
                self.keep(self.bindings.stays.pop())
            if self.todo:
                self._follow(*self.todo.pop())
        self.bindings.outline.tree.body = self._left(self.bindings.outline.tree.body)
        for scope in (self.bindings.top, *self.bindings.inside.values()):
            # No circle is left that only the collector could take apart.
            scope.names.clear()
            scope.given.clear()
        return self.bindings.outline.tree

    def keep(self, statement: ast.AST | None) -> None:
        """Keeps a statement and the statements around it, with their decorators, bases and tests."""
        while statement is not None and statement not in self.kept:
            self.kept.add(statement)
            self.bindings.open(statement.lineno)  # type: ignore[attr-defined]
            parent, scope = self.bindings.around[statement]
            for name in ("decorator_list", "bases", "keywords"):
                for part in getattr(statement, name, ()):
                    self.todo.append((part, scope))
            if isinstance(statement, ast.If):
                self.todo.append((statement.test, scope))
            if isinstance(statement, ast.ClassDef):
                # `__init__` or `__slots__` counts without being spelled in an expression.
                inner = self.bindings.inside[statement]
                for name, binders in inner.names.items():
                    if name.startswith("__"):
                        self._use(binders)
            statement = parent

    def _use(self, binders: Iterable[Binder]) -> None:
        for binder in binders:
            if binder in self.followed:
                continue
            self.followed.add(binder)
            self.keep(binder.statement)
            for source in binder.sources:
                if source is not None:
                    self.todo.append((source, binder.scope))
            if binder.is_function:
                self._use(self.bindings.inside[binder.statement].given)

    def _follow(self, expression: ast.AST, scope: NameScope) -> None:
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
        return name in self.bindings.own or name in self.passing or not name or name.startswith("__")

    def _name(self, name: str, scope: NameScope) -> None:
        inner: NameScope | None = scope
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
            for line in self.bindings.outline.storing(name):
                self.bindings.open(line)
            self._use(self.bindings.attributes.get(name, ()))

    # -- what is left

    def _left(self, body: list[Any]) -> list[Any]:
        """The statements of a block that are kept; a run of others becomes one statement that does nothing."""
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
        for block in BLOCKS:
            if getattr(statement, block, None):
                setattr(statement, block, self._left(getattr(statement, block)))
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            part.body = self._left(part.body)


def _is_literal(statement: ast.AST) -> bool:
    """A docstring, or ``...``."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _nothing(statement: Any) -> ast.Expr:
    place = {
        name: getattr(statement, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
    }
    return ast.Expr(ast.Constant(0, **place), **place)
