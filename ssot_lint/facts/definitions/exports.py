"""What one file says that it exports: ``__all__``, also by way of other names. Pure.

The statements of the module are followed in their order, with the lists that names hold.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ssot_lint.facts.syntax import bound_name, import_target, module_of, pairs, path_of, targets_of
from ssot_lint.model.facts import OTHERS

DUNDER_ALL = "__all__"

_COPIES = frozenset("list tuple set sorted frozenset reversed copy dict keys fromkeys".split())
_ADDS = frozenset("append add insert extend update __iadd__ appendleft".split())
_WHOLE = frozenset("extend update __iadd__".split())
_DEPTH = 50

Names = list[str]
"""Names, in their order; ``OTHERS`` where some are computed, with a target behind it for the ``__all__`` of that
module. What two names of the file hold is one list, as in Python."""


def exported(tree: ast.Module) -> tuple[tuple[str, ...] | None, int]:
    """The names in ``__all__``, as far as the file tells them, and the line of its first binding. ``OTHERS`` is among
    them where some are computed, or where it is not certain that there is such a list."""
    module = _Module()
    module.block(tree.body, True)
    names = module.lists.get(DUNDER_ALL)
    return (tuple(dict.fromkeys(names)) if names is not None else None), module.line


class _Module:
    """A module so far. ``lists``: the names in each list; ``modules`` and ``given``: names that stand for a module, or
    for an expression."""

    def __init__(self) -> None:
        self.lists: dict[str, Names] = {}
        self.modules: dict[str, str] = {}
        self.given: dict[str, ast.expr] = {}
        self.line = 0

    # -- statements

    def block(self, body: Sequence[ast.stmt], is_certain: bool) -> None:
        """Follows statements that certainly run, or may run."""
        for node in body:
            of = _STATEMENTS.get(type(node))
            if of is not None:
                of(self, node, is_certain)
            elif isinstance(node, (ast.If, ast.Try, ast.With, ast.While)):
                for block in (
                    getattr(node, "body", []),
                    *(one.body for one in getattr(node, "handlers", [])),
                ):
                    self.block(block, is_certain and isinstance(node, ast.With))
                for name in ("orelse", "finalbody"):
                    self.block(getattr(node, name, []), False)

    def _import(self, node: ast.Import, is_certain: bool) -> None:
        for alias in node.names:
            bound = bound_name(alias)
            self.modules[bound] = alias.name if alias.asname else bound

    def _import_from(self, node: ast.ImportFrom, is_certain: bool) -> None:
        module = module_of(node)
        for alias in node.names:
            bound = alias.asname or alias.name
            self.modules[bound] = import_target(module, alias.name)
            self.given.pop(bound, None)
            if alias.name == DUNDER_ALL:
                self._bind(bound, [f"{OTHERS}{module}"], node.lineno, is_certain)
            else:
                self.lists.pop(bound, None)

    def _assign(self, node: ast.Assign | ast.AnnAssign, is_certain: bool) -> None:
        made: dict[int, Names] = {}
        for target in targets_of(node):
            for single, value in pairs(target, node.value) if node.value is not None else ():
                if not isinstance(single, ast.Name):
                    continue
                name = single.id
                if isinstance(value, ast.Name) and value.id in self.lists:
                    self._bind(name, self.lists[value.id], node.lineno, is_certain)
                elif value is None or name == DUNDER_ALL or isinstance(value, _LISTS):
                    names = made.setdefault(id(value), self.names(value))
                    self._bind(name, names, node.lineno, is_certain)
                else:
                    self.lists.pop(name, None)
                if value is not None:
                    self.given[name] = value
                self.modules.pop(name, None)

    def _bind(self, name: str, names: Names, line: int, is_certain: bool) -> None:
        if name == DUNDER_ALL:
            self.line = self.line or line
        if is_certain:
            self.lists[name] = names
        else:
            # What was there before may be there still; if nothing was, nothing is known of it.
            _add(self.lists.setdefault(name, [OTHERS]), names)

    def _augment(self, node: ast.AugAssign, is_certain: bool) -> None:
        if isinstance(node.target, ast.Name):
            self._added(node.target.id, self.names(node.value), node.lineno)

    def _added(self, name: str, names: Names, line: int) -> None:
        if name == DUNDER_ALL:
            self.line = self.line or line
            self.lists.setdefault(DUNDER_ALL, [])
        if name in self.lists:
            _add(self.lists[name], names)

    def _expression(self, node: ast.Expr, is_certain: bool) -> None:
        call = node.value
        path = path_of(call.func) if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or path is None or len(path) != 2:
            return
        name, method = path
        if method in _ADDS:
            values = call.args[1:] if method == "insert" else call.args
            for value in values:
                self._added(
                    name, self.names(value) if method in _WHOLE else self._element(value), node.lineno
                )
        elif name in self.lists and method == "remove" and is_certain and call.args:
            gone = self._element(call.args[0])
            self.lists[name][:] = [one for one in self.lists[name] if one not in gone or one[:1] == OTHERS]
        elif name in self.lists and method not in ("sort", "reverse", "remove"):
            _add(self.lists[name], [OTHERS])

    def _delete(self, node: ast.Delete, is_certain: bool) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name) and is_certain:
                self.lists.pop(target.id, None)

    def _for(self, node: ast.For, is_certain: bool) -> None:
        literal = self._literal(node.iter)
        if isinstance(node.target, ast.Name) and literal is not None:
            for one in literal:
                self.given[node.target.id] = one
                self.block(node.body, False)
            self.given.pop(node.target.id, None)
        else:
            self.block(node.body, False)
        self.block(node.orelse, False)

    # -- expressions

    def names(self, node: ast.expr | None, depth: int = 0) -> Names:
        """The names in what an expression gives, which is a new list unless a name holds it."""
        if node is None or depth > _DEPTH:
            return [OTHERS]
        if isinstance(node, ast.Name) and node.id in self.lists:
            return list(self.lists[node.id])
        if isinstance(node, ast.Attribute) and node.attr == DUNDER_ALL:
            target = self._module(node.value, depth)
            return [f"{OTHERS}{target}"] if target else [OTHERS]
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return [name for one in node.elts for name in self._element(one, depth + 1)]
        if isinstance(node, ast.Dict):
            return [name for one in node.keys for name in self._element(one, depth + 1)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)):
            return [*self.names(node.left, depth + 1), *self.names(node.right, depth + 1)]
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
            return [OTHERS, *(name for one in parts for name in self.names(one, depth + 1))]
        if isinstance(node, ast.NamedExpr):
            return self.names(node.value, depth + 1)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self._comprehended(node, depth + 1)
        if isinstance(node, ast.Call):
            return self._called(node, depth + 1)
        given = self._given(node)
        return self.names(given, depth + 1) if given is not None else [OTHERS]

    def _given(self, node: ast.AST | None) -> ast.expr | None:
        """What a name stands for."""
        return self.given.get(node.id) if isinstance(node, ast.Name) else None

    def _called(self, node: ast.Call, depth: int) -> Names:
        holder = node.func.value if isinstance(node.func, ast.Attribute) else None
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "split" and isinstance(holder, ast.Constant) and isinstance(holder.value, str):
            plain = [one.value for one in node.args if isinstance(one, ast.Constant)]
            by = plain[0] if plain else None
            if len(plain) == len(node.args) <= 1 and (by is None or (isinstance(by, str) and by)):
                return holder.value.split(by)
        elif called in ("sum", "from_iterable") and node.args:
            literal = self._literal(node.args[0])
            parts = [*(literal if literal is not None else [None]), *node.args[1:]]
            return [name for one in parts for name in self.names(one, depth)]
        elif called in ("chain", "union"):
            parts = [*([holder] if called == "union" else []), *node.args]
            return [name for one in parts for name in self.names(one, depth)]
        elif called in _COPIES:
            inner = node.args[0] if node.args else holder
            return self.names(inner, depth) if inner is not None else []
        return [OTHERS]

    def _comprehended(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, depth: int) -> Names:
        one = node.generators[0]
        if len(node.generators) == 1 and not one.ifs and isinstance(one.target, ast.Name):
            if isinstance(node.elt, ast.Name) and node.elt.id == one.target.id:
                return self.names(one.iter, depth)
        values = self._literal(one.iter) if len(node.generators) == 1 and not one.ifs else None
        if values is None or not isinstance(one.target, ast.Name):
            return [OTHERS]
        outer, found = self.given, Names()
        for value in values:
            self.given = {**outer, one.target.id: value}
            found += self._element(node.elt, depth)
        self.given = outer
        return found

    def _element(self, node: ast.expr | None, depth: int = 0) -> Names:
        """The name that an element is, or the names of a starred one."""
        if isinstance(node, ast.Starred):
            return self.names(node.value, depth + 1)
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else [OTHERS]
        if isinstance(node, ast.Attribute) and node.attr == "__name__":
            # A class or function says its own name, if it goes by no other here.
            inner = (
                self.given.get(node.value.id, node.value) if isinstance(node.value, ast.Name) else node.value
            )
            path = path_of(inner)
            return [path[-1]] if path else [OTHERS]
        given = self._given(node) if depth < _DEPTH else None
        return self._element(given, depth + 1) if given is not None else [OTHERS]

    def _literal(self, node: ast.expr, depth: int = 0) -> list[ast.expr] | None:
        """The parts of a literal, or of the literal that a name stands for; None where not all of them can be seen."""
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return None if any(isinstance(one, ast.Starred) for one in node.elts) else node.elts
        if (
            isinstance(node, ast.Name)
            and node.id in self.lists
            and OTHERS not in "".join(self.lists[node.id])
        ):
            return [ast.Constant(name) for name in self.lists[node.id]]
        given = self._given(node) if depth < _DEPTH else None
        return self._literal(given, depth + 1) if given is not None else None

    def _module(self, node: ast.expr, depth: int) -> str:
        """The module that a path stands for."""
        path = path_of(node)
        if path is None or depth > _DEPTH:
            return ""
        given = self._given(node)
        if given is not None:
            return self._module(given, depth + 1)
        target = self.modules.get(path[0], "")
        return import_target(target, ".".join(path[1:])) if target else ""


_LISTS = (ast.List, ast.Tuple, ast.Set, ast.BinOp, ast.Call, ast.ListComp, ast.SetComp, ast.Attribute)
"""Expressions that may give a list of names."""


def _add(names: Names, more: Names) -> None:
    names.extend([name for name in more if name not in names])


_STATEMENTS: Mapping[type[ast.stmt], Callable[[_Module, Any, bool], None]] = {
    ast.Import: _Module._import,
    ast.ImportFrom: _Module._import_from,
    ast.Assign: _Module._assign,
    ast.AnnAssign: _Module._assign,
    ast.AugAssign: _Module._augment,
    ast.Expr: _Module._expression,
    ast.Delete: _Module._delete,
    ast.For: _Module._for,
}
