"""A tree → its statements in a table: what each stands in, and which of them are on a line. Pure.

A handler and a case count as statements: they have a head and a block, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ssot_lint.facts.syntax import FIELDS, FUNCTIONS, below, imported

BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
"""The fields that hold statements, in the order in which these stand in a file."""

STATEMENTS: frozenset[type[ast.AST]] = frozenset(
    kind for kind in FIELDS if issubclass(kind, (ast.stmt, ast.ExceptHandler, ast.match_case))
)

_BLOCKS_OF: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(field for field in BLOCKS if field in kind._fields)
    for kind in FIELDS
    if kind in STATEMENTS or kind is ast.Module
}

_SCOPED = (ast.Module, ast.ClassDef, *FUNCTIONS)


class Statements(NamedTuple):
    """The statements of a file in the order in which they begin; the first is the module.

    ``parents`` are places in ``nodes``; a statement ends with all that is in it before the place in ``ends``. By line,
    ``innermost`` has the last and deepest statement there, and ``beside`` the others of a line that has several.
    ``named`` are the classes and functions of a name. ``declared`` are the ``global`` and ``nonlocal`` statements of a
    class or function, by the place of that. ``scopes`` are the places of the class or function that a statement stands
    in, of the module for others.
    """

    nodes: list[ast.AST]
    parents: list[int]
    scopes: list[int]
    ends: list[int]
    innermost: list[int]
    beside: dict[int, list[int]]
    named: dict[str, list[int]]
    declared: dict[int, list[ast.Global | ast.Nonlocal]]

    def on(self, line: int) -> Iterator[int]:
        """The statements on a line, but for those that others on the line stand in."""
        if line < len(self.innermost):
            yield self.innermost[line]
            yield from self.beside.get(line, ())

    def around(self, number: int) -> list[int]:
        """The classes and functions that a statement stands in, or is, from the inside out; the module is the last."""
        found = [number] if isinstance(self.nodes[number], _SCOPED) else []
        while number:
            number = self.scopes[number]
            found.append(number)
        return found


def statements_of(tree: ast.Module, lines: Sequence[str]) -> Statements:
    """The table of the tree of a text."""
    nodes: list[ast.AST] = []
    parents: list[int] = []
    scopes: list[int] = []
    named: dict[str, list[int]] = {}
    declared: dict[int, list[ast.Global | ast.Nonlocal]] = {}
    innermost = [0] * (len(lines) + 1)
    beside: dict[int, list[int]] = {}
    before, before_ends = 0, 0
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, parent = stack.pop()
        number = len(nodes)
        nodes.append(node)
        parents.append(parent)
        scopes.append(parent if type(nodes[parent]) in _SCOPED else scopes[parent])
        kind = type(node)
        blocks = [getattr(node, field) for field in _BLOCKS_OF[kind]]
        if number:
            first, last = _lines_of(node)
            if first == before_ends:
                beside.setdefault(first, []).append(before)
            if parent == number - 1 and parent and _is_behind(node, lines):
                beside.setdefault(first, []).append(parent)
            if first == last:
                innermost[first] = number
            else:
                innermost[first : last + 1] = [number] * (last + 1 - first)
            if not blocks:
                before, before_ends = number, last
                if isinstance(node, (ast.Global, ast.Nonlocal)):
                    while not isinstance(nodes[parent], _SCOPED):
                        parent = parents[parent]
                    declared.setdefault(parent, []).append(node)
            elif kind is ast.ClassDef or kind in FUNCTIONS:
                named.setdefault(node.name, []).append(number)  # type: ignore[attr-defined]
        for block in reversed(blocks):
            stack += [(inner, number) for inner in reversed(block)]
    ends = list(range(1, len(nodes) + 1))
    for number in range(len(nodes) - 1, 0, -1):
        parent = parents[number]
        ends[parent] = max(ends[parent], ends[number])
    return Statements(nodes, parents, scopes, ends, innermost, beside, named, declared)


def binds(node: ast.AST, name: str) -> bool:
    """Whether a statement binds a name, but for what an expression in it binds: a class or function in the scope around
    it."""
    if isinstance(node, (ast.ClassDef, *FUNCTIONS, ast.ExceptHandler)):
        return node.name == name
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return any(bound == name for bound, _ in imported(node))
    if isinstance(node, ast.match_case):
        return True
    targets: Iterable[ast.AST | None]
    if isinstance(node, (ast.Assign, ast.Delete)):
        targets = node.targets
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        targets = [item.optional_vars for item in node.items]
    elif type(node).__name__ == "TypeAlias":
        targets = [getattr(node, "name", None)]
    else:
        targets = [getattr(node, "target", None)]
    return any(
        isinstance(one, ast.Name) and one.id == name and not isinstance(one.ctx, ast.Load)
        for target in targets
        if target is not None
        for one in below(target)
    )


def _is_behind(node: ast.AST, lines: Sequence[str]) -> bool:
    """Whether a statement does not begin its line: what it stands in ends there, as in ``if hub: hub.close()``."""
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    return 0 < line <= len(lines) and bool(lines[line - 1][:column].strip())


def head_of(node: ast.AST) -> tuple[int, int]:
    """The first and the last line of a statement without the statements in it, but for one that stands behind it."""
    first, last = _lines_of(node)
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    return (first, max(first, _lines_of(body[0])[0])) if body else (first, last)


def _lines_of(node: ast.AST) -> tuple[int, int]:
    """The first and the last line of a statement, its decorators included."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, node.body[-1].end_lineno or node.body[-1].lineno
    assert isinstance(node, (ast.stmt, ast.ExceptHandler))
    first, last = node.lineno, node.end_lineno or node.lineno
    decorators = getattr(node, "decorator_list", None)
    return (min(first, decorators[0].lineno) if decorators else first), last
