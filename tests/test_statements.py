"""The table of a file's statements: whatever stands in a statement is found by its line."""

from __future__ import annotations

import ast
import sysconfig
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import ssot_lint
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.scopes import Sites
from ssot_lint.facts.statements import STATEMENTS, Statements, statements_of
from ssot_lint.facts.walk import module_site, reach, walk

AWKWARD = """
a; b; c = (1,
  2); d
if (e and
    f): g(); h
elif i: j
else: k
@l(m,
   n)
def o(p=q, *,
      r=s): return t
class U(V,
        W): x = y; z: A = B
try: C
except D: E; F
except (G,
        H) as I: J
else: K
finally: L
with M(
    N) as O: P
while Q: R; break
for S in T: U
'''X
''' ; Y = 1
lambda: (Z, lambda Z: Z)
match a:
    case b if c: d; e
    case (f,
          g): h
def i():
    global j, k
    def l():
        nonlocal m
        class N:
            global O
"""


def _inside(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every node with a place, with the statement that it stands in."""
    todo: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while todo:
        node, around = todo.pop()
        around = node if type(node) in STATEMENTS else around
        if isinstance(node, ast.expr):
            yield node, around
        todo += [(child, around) for child in ast.iter_child_nodes(node)]


def _ways_up(table: Statements, number: int) -> Iterator[int]:
    while number:
        yield number
        number = table.parents[number]


def _check(data: bytes) -> None:
    lines = Lines(data)
    tree = ast.parse(data)
    table = statements_of(tree, lines.lines)
    numbers = {id(node): number for number, node in enumerate(table.nodes)}
    for node, around in _inside(tree):
        # So it is looked at again when more is known of the name.
        if isinstance(node, ast.Name):
            assert numbers[id(around)] in {*table.on(node.lineno)}, (node.lineno, node.id)
    for number, node in enumerate(table.nodes):
        own = {id(one) for one in ast.walk(node) if type(one) in STATEMENTS or one is tree}
        assert {id(one) for one in table.nodes[number : table.ends[number]]} == own


def _files() -> Iterator[Path]:
    yield from sorted(Path(ssot_lint.__file__).parent.rglob("*.py"))
    yield from sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[::4]


def test_awkward_lines() -> None:
    _check(AWKWARD.encode())


@pytest.mark.parametrize("path", [*_files()], ids=lambda path: path.name)
def test_a_file(path: Path) -> None:
    _check(path.read_bytes())


def test_a_name_in_the_head_of_a_statement_leads_to_it_though_its_block_begins_there() -> None:
    data = b"if (a and\n    Hub): go()\n"
    table = statements_of(ast.parse(data), Lines(data).lines)
    assert {type(table.nodes[number]) for number in table.on(2)} == {ast.If, ast.Expr}


def test_declarations_belong_to_the_function_around() -> None:
    table = statements_of(ast.parse(AWKWARD), AWKWARD.split("\n"))
    names = {
        getattr(table.nodes[number], "name", ""): [one.names for one in own]
        for number, own in table.declared.items()
    }
    assert names == {"i": [["j", "k"]], "l": [["m"]], "N": [["O"]]}


@pytest.mark.parametrize("path", [*_files()], ids=lambda path: path.name)
def test_statement_by_statement_is_the_whole_walk(path: Path) -> None:
    """In whatever order statements are walked, each has its sites, and the scopes know the same names, if what is
    global is told before the statements inside are walked."""
    data = path.read_bytes()
    tree = ast.parse(data)
    whole = walk(tree)
    table = statements_of(tree, Lines(data).lines)
    numbers = {id(node): number for number, node in enumerate(table.nodes)}
    sites: Sites = {}
    root = module_site(tree)
    todo = [root]
    while todo:
        of: Sites = defaultdict(list)
        # The last first.
        statement = todo.pop()
        inside = reach(statement, of)
        for node in table.declared.get(numbers[id(statement.node)], ()) if inside else ():
            scope = inside[0].scope
            (scope.globals if isinstance(node, ast.Global) else scope.nonlocals).update(node.names)
        todo += inside
        for kind, some in of.items():
            sites.setdefault(kind, []).extend(some)
    found, expected = (
        {kind: {id(one.node) for one in some} for kind, some in each.items()} for each in (sites, whole.sites)
    )
    # The sets themselves are far too large to be shown.
    assert [kind for kind in found.keys() | expected.keys() if found.get(kind) != expected.get(kind)] == []
    assert root.scope.bounds.keys() == whole.module.bounds.keys()
