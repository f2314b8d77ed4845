"""A place in a function → what holds whenever it is reached: what was unset, what was bound, what came in. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.definitions.singletons import always
from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.syntax import FUNCTIONS, below, last_name, path_of

_LACKS = frozenset("AttributeError NameError KeyError LookupError IndexError".split())
_PURE = frozenset(
    "ord chr len str repr int float bool tuple list dict set frozenset sorted reversed enumerate zip range"
    " items keys values lower upper title strip lstrip rstrip replace split join format encode decode".split()
)
"""Functions and methods that give the same for the same."""
_LEAVES = (ast.Return, ast.Raise, ast.Continue)


def found_unset(site: Site) -> Iterator[ast.expr]:
    """What the conditions around a place, or the conditions before it that leave, have found to be unset or empty.

    An assignment that keeps what is there (``a = a or b``, ``a = [x for x in a if x]``) finds the same of what it
    keeps.
    """
    inner = site
    for around in site.ancestors():
        node = around.node
        if isinstance(node, (ast.If, ast.IfExp)) and inner.field in ("body", "orelse"):
            yield from _unset(node.test, inner.field == "body")
        elif isinstance(node, ast.Assign):
            yield from _kept(node.value)
        elif isinstance(node, ast.Try) and isinstance(inner.node, ast.ExceptHandler):
            yield from _tried(node, inner.node)
        for earlier in _earlier(inner, around):
            if isinstance(earlier, ast.If) and isinstance(earlier.body[-1], _LEAVES):
                yield from _unset(earlier.test, False)
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            return
        inner = around


def _earlier(inner: Site, around: Site) -> list[ast.stmt]:
    """The statements before one in its block."""
    block = getattr(around.node, inner.field, None)
    if not isinstance(block, list) or not isinstance(inner.node, ast.stmt):
        return []
    return block[: block.index(inner.node)]


def _unset(test: ast.expr, truth: bool) -> Iterator[ast.expr]:
    """What is unset where a test is true, or where it is not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _unset(test.operand, not truth)
    elif isinstance(test, ast.BoolOp):
        # One part of several need not be the one that decides.
        if isinstance(test.op, ast.And) == truth:
            for part in test.values:
                yield from _unset(part, truth)
    elif isinstance(test, ast.Compare):
        if len(test.ops) == 1:
            yield from _compared(test.left, test.ops[0], test.comparators[0], truth)
    elif not truth:
        yield test


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, truth: bool) -> Iterator[ast.expr]:
    if isinstance(op, (ast.In, ast.NotIn)):
        # One key of many is unset again and again.
        if isinstance(op, ast.NotIn) == truth and isinstance(left, ast.Constant):
            yield ast.Subscript(right, left, ast.Load())
            yield right
    elif isinstance(op, (ast.Is, ast.Eq)) == truth and isinstance(op, (ast.Is, ast.Eq, ast.IsNot, ast.NotEq)):
        # `is None`, `== 0`, `is MISSING`; `is True` and `== "done"` say the contrary.
        if not isinstance(right, ast.Constant) or not right.value:
            yield left


def _kept(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        yield from value.values[:-1]
    elif isinstance(value, ast.IfExp):
        yield from _unset(value.test, True)
        yield from _unset(value.test, False)
    elif isinstance(value, (ast.ListComp, ast.SetComp, ast.DictComp)):
        yield from (one.iter for one in value.generators)


def _tried(node: ast.Try, handler: ast.ExceptHandler) -> Iterator[ast.expr]:
    """What a ``try`` has looked for in vain."""
    names = {one.id for one in below(handler.type) if isinstance(one, ast.Name)} if handler.type else set()
    last = node.body[-1]
    if names & _LACKS and isinstance(last, (ast.Return, ast.Expr, ast.Assign)) and last.value is not None:
        yield last.value


def bound_before(site: Site, receiver: str, owner: str) -> frozenset[str]:
    """The attributes of a method's object that are bound anew, whatever happens, before a place is reached."""
    found: set[str] = set()
    inner = site
    for around in site.ancestors():
        earlier = _earlier(inner, around)
        if earlier:
            found |= always(earlier, {receiver}, owner)[0]
        if isinstance(around.node, ast.ClassDef):
            break
        inner = around
    return frozenset(found)


def is_of_constants(site: Site) -> bool:
    """Whether the assignment at a place is made only of literals and of what its module has: its outcome is always the
    same."""
    statement = _statement(site)
    todo: list[ast.AST] = [statement] if isinstance(statement, ast.Assign) else []
    seen: set[str] = set()
    for one in todo:
        for part in below(one):
            if isinstance(part, ast.Call) and last_name(part.func) not in _PURE:
                return False
            if not isinstance(part, ast.Name) or part.id in seen:
                continue
            seen.add(part.id)
            found = site.scope.lookup(part.id)
            if found is None or found[0].kind == "module":
                continue
            values = [bound.value for bound in found[1] if bound.how in ("assign", "unpack", "loop")]
            if len(values) < len(found[1]):
                return False
            todo += [value for value in values if value is not None]
    return bool(todo)


def comes_in(site: Site, free: str) -> bool:
    """Whether a parameter other than ``free`` is in the statement of a place, or in what its variables are made of."""
    statement = _statement(site)
    return statement is None or _has_parameter(statement, site.scope, free)


def _statement(site: Site) -> ast.stmt | None:
    around: Site | None = site
    while around is not None and not isinstance(around.node, ast.stmt):
        around = around.parent
    return around.node if around is not None and isinstance(around.node, ast.stmt) else None


def _has_parameter(node: ast.AST, scope: Scope, free: str) -> bool:
    seen = {free}
    todo = [node]
    for one in todo:
        for part in below(one):
            if not isinstance(part, ast.Name) or part.id in seen:
                continue
            seen.add(part.id)
            found = scope.lookup(part.id)
            if found is None or found[0].kind == "module":
                continue
            if any(bound.how == "param" for bound in found[1]):
                return True
            todo += [bound.value for bound in found[1] if bound.value is not None]
            todo += _put_into(part.id, found[0])
    return False


def _put_into(name: str, scope: Scope) -> Iterator[ast.expr]:
    """What a function gives to the methods of a local variable, or stores into its items."""
    for part in below(scope.node) if scope.kind == "function" and scope.node is not None else ():
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            if isinstance(part.func.value, ast.Name) and part.func.value.id == name:
                yield from (*part.args, *(one.value for one in part.keywords))
        elif isinstance(part, ast.Assign):
            for target in part.targets:
                if isinstance(target, ast.Subscript) and path_of(target.value) == [name]:
                    yield from (target.slice, part.value)
