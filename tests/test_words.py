"""The words of a statement: where none of the names is among them, it neither gives to a name nor refers to one."""

from __future__ import annotations

import ast
import keyword
import sysconfig
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import pytest

from ssot_lint.facts.flow import CLASS, INSTANCE, Kinds, flows_of
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.roots import roots_of
from ssot_lint.facts.scopes import Sites
from ssot_lint.facts.statements import head_of
from ssot_lint.facts.syntax import CLASSES, words_of
from ssot_lint.facts.walk import module_site, reach
from ssot_lint.facts.words import words_in

AWKWARD = """
from a.b import c as d, e
import f.g
class h(i, metaclass=j):
    k: "l[m]" = n
    def o(p, /, q: r = s, *t, u=v, **w) -> x: return y
@z(aa)
async def ab(): await ac.ad(ae=af)
match ag:
    case ah(ai=aj, ak=al) | {"am": an, **ao}: pass
    case [ap, *aq] as ar: pass
try: at
except au as av: global aw
setattr(ax, "ay", az)
ba = lambda bb: bc[bd] if be else [bf for bg in bh]
patch.multiple(bi, bj={})
with bk as bl, bm() as (bn, bo): bp += bq
bu = getattr(bv, "bw")
"""


def _statements(tree: ast.Module) -> Iterator[Sites]:
    stack = [module_site(tree)]
    while stack:
        sites: Sites = defaultdict(list)
        stack += reach(stack.pop(), sites)
        yield sites


def test_the_words_are_all_that_a_statement_names() -> None:
    found = {word for sites in _statements(ast.parse(AWKWARD)) for word in words_in(sites)}
    spelled = {word for word in words_of(AWKWARD) if not keyword.iskeyword(word)}
    assert spelled - found == {"match", "case"}


def test_a_string_that_stands_alone_says_nothing() -> None:
    (_, sites) = _statements(ast.parse('"Hub is gone"'))
    assert words_in(sites) == set()


def _library() -> list[Path]:
    folder = Path(sysconfig.get_path("stdlib"))
    return [folder / name for name in ("dataclasses.py", "unittest/mock.py", "argparse.py", "typing.py")]


@pytest.mark.parametrize("file", _library(), ids=lambda file: file.name)
def test_what_has_no_name_gives_nothing_and_needs_nothing(file: Path) -> None:
    tree = ast.parse(file.read_bytes())
    statements = [(sites, words_in(sites)) for sites in _statements(tree)]
    # The word by which all classes are asked for is no name.
    words = sorted({word for _, some in statements for word in some} - {CLASSES})
    chance = Random(file.name)
    silent = 0
    for _ in range(20):
        asked = frozenset(chance.sample(words, 12))
        names: Mapping[str, Kinds] = {
            name: chance.choice([CLASS, INSTANCE, CLASS | {"rc"}]) for name in asked
        }
        for sites, some in statements:
            if asked.isdisjoint(some):
                silent += 1
                assert roots_of(sites, names, asked) == set()
                if not sites.keys() & {ast.Import, ast.ImportFrom}:
                    assert [one for flow in flows_of(sites) for one in flow(names, asked)] == []
    assert silent > 1000


@pytest.mark.parametrize("file", _library(), ids=lambda file: file.name)
def test_an_identifier_stands_on_the_lines_of_its_statement(file: Path) -> None:
    """So a statement of which no line has a name need not be walked to know that it has none."""
    data = file.read_bytes()
    lines = Lines(data)
    for sites in _statements(ast.parse(data)):
        top = next(iter(sites.values()))[0].node
        if isinstance(top, ast.Module):
            continue
        sites.pop(ast.Constant, None)
        assert words_in(sites) <= {*words_of(lines.text(*head_of(top)))}
