"""The nodes below a node: the same as the standard library's walk has, but for those that have no place."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from ssot_lint.facts.syntax import below, children

PLACELESS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.alias)

EVERYTHING = """
import a.b as c
from . import d as e
@f(1)
async def g(h, /, i: int = 2, *j, k, l=3, **m) -> n:
    global o
    async with p as q, r: yield -s ** t
    async for u in v: await w
    else: del x[1:2, ...]
    return {**y, z: 1}, {aa}, [*bb], (cc for dd in ee if ff if gg)
class H(I, metaclass=J):
    def k(self):
        nonlocal l
        try: raise M from N
        except (O, P) as q: pass
        finally: assert R, S
    t: U = V if not W else X
    y += lambda z=1: (aa := bb)
match cc:
    case {"d": e, **f} | [g, *h] | I(j, k=None) if l < m < n: f"{o!r:>{p}}"
while q and r: continue
else: s @= "t"
"""

LATER = {(3, 11): "try: pass\nexcept* A as b: c\n", (3, 12): "type A[B: C, *D, **E] = F\ndef g[H](): pass\n"}


def walked(tree: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if not isinstance(node, PLACELESS)]


@pytest.mark.parametrize("version", [(3, 10), *LATER])
def test_below_is_a_walk_without_what_has_no_place(version: tuple[int, int]) -> None:
    if sys.version_info < version:
        pytest.skip("later syntax")
    tree = ast.parse(LATER.get(version, EVERYTHING))
    assert below(tree) == walked(tree)


def test_all_files_of_the_package() -> None:
    for path in (Path(__file__).parent.parent / "ssot_lint").rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        assert below(tree) == walked(tree), path


def test_children_are_in_the_order_of_the_fields() -> None:
    call = ast.parse("a(b, *c, d=e)", mode="eval").body
    assert isinstance(call, ast.Call)
    assert children(call) == [call.func, *call.args, *call.keywords]
