"""Sketches of definitions, how two are compared, and which of many are copies."""

from __future__ import annotations

import ast
import copy
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.changes import CHANGES, elsewhere
from benchmarks.copies import check
from benchmarks.lookalikes import LOOK_ALIKES
from ssot_lint.cache import codec
from ssot_lint.facts.sketches.sketches import sketches_of
from ssot_lint.links.module import Module
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import File
from ssot_lint.model.sketches import FileSketch
from ssot_lint.rules.copies.compared import ComparedDefinition
from ssot_lint.rules.copies.exclusions import BasesInCommon, is_compared, is_foreign
from ssot_lint.rules.copies.likeness import matches, score
from ssot_lint.rules.copies.nearest import copies

RATES = """\
from app.shop import price, rate


def total(orders, currency, *, taxed=True):
    found = {}
    for order in orders:
        if order.is_open() and order.currency == currency:
            continue
        amount = price(order.lines, day=order.day)
        if taxed:
            amount += rate(order.country).of(amount)
        else:
            amount -= order.rebate
        found[order.number] = amount
    if not found:
        raise LookupError("no orders")
    result = sum(found.values())
    return round(result, 2)
"""

STORE = """\
import json


class Store:
    kind = "json"

    def __init__(self, folder, limit=3):
        self.folder = folder
        self.limit = limit
        self.kept = {}

    def load(self, name):
        if name not in self.kept:
            text = self.folder.joinpath(name).read_text()
            self.kept[name] = json.loads(text)
        return self.kept[name]

    def save(self, name, value):
        self.kept[name] = value
        self.folder.joinpath(name).write_text(json.dumps(value, indent=2))
        self.trim()

    def trim(self):
        while len(self.kept) > self.limit:
            oldest = min(self.kept)
            self.folder.joinpath(oldest).unlink(missing_ok=True)
            del self.kept[oldest]
"""


def compared(text: str, path: str = "app/a.py") -> list[ComparedDefinition]:
    module = path.removesuffix(".py").replace("/", ".")
    file = File(path, module, False, path.startswith("tests/"))
    return [ComparedDefinition(file, module, one) for one in sketches_of(text.encode()).definitions]


def likeness(first: str, second: str) -> float:
    (one,), (other,) = compared(first), compared(second, "app/b.py")
    assert score(one, other) == score(other, one)
    return score(one, other)


def changed(text: str, kind: str, seed: int = 1) -> str:
    """The text with its one definition changed."""
    tree = ast.parse(text)
    place = next(
        place for place, one in enumerate(tree.body) if isinstance(one, (ast.ClassDef, ast.FunctionDef))
    )
    node = copy.deepcopy(tree.body[place])
    assert isinstance(node, (ast.ClassDef, ast.FunctionDef))
    change = elsewhere if kind == "other calls" else CHANGES[kind]
    change(node, copy.deepcopy(node), Random(seed))
    tree.body[place] = node
    return ast.unparse(ast.fix_missing_locations(tree))


@pytest.mark.parametrize("text", [RATES, STORE], ids=["function", "class"])
@pytest.mark.parametrize(
    "kind",
    ["reformatted", "async", "decorated", "other hints", "other docstrings", "other literals", "other order"],
)
def test_what_does_not_count(text: str, kind: str) -> None:
    assert changed(text, kind) != text
    assert likeness(text, changed(text, kind)) == 1


@given(st.randoms(use_true_random=False))
def test_the_names_that_a_function_owns_do_not_count(chance: Random) -> None:
    own = ["total", "orders", "currency", "taxed", "found", "order", "amount", "result"]
    names = [f"name_{chance.randrange(10**6)}_{place}" for place in range(len(own))]
    new = dict(zip(own, names, strict=True))
    tree = ast.parse(RATES)
    for one in ast.walk(tree):
        for field in ("id", "arg", "name"):
            if not isinstance(one, ast.keyword) and getattr(one, field, None) in new:
                setattr(one, field, new[getattr(one, field)])
    assert likeness(RATES, ast.unparse(tree)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("price(", "cost("),
        (".is_open()", ".is_shut()"),
        ("day=", "date="),
        ("round(", "floor("),
        ("LookupError", "ValueError"),
        ("amount += rate", "amount *= rate"),
    ],
)
def test_what_is_foreign_counts(old: str, new: str) -> None:
    assert old in RATES
    assert 0.7 < likeness(RATES, RATES.replace(old, new)) < 1


def test_what_follows_a_missing_part_counts() -> None:
    text = "def f(a, b):\n    a.c(b[: a.{0}])\n    a.d()\n    a.e()\n    a.g()\n    return a.h(b)\n"
    assert likeness(text.format("size"), text.format("room")) < 1


def test_two_bodies_of_one_shape_that_call_other_things_are_not_alike() -> None:
    assert likeness(STORE, changed(STORE, "other calls")) < 0.5
    assert likeness(RATES, changed(RATES, "other calls")) < 0.5


def test_a_global_is_not_the_functions_own() -> None:
    text = "def f(a):\n    global {0}\n    {0} = a.b\n    a.c({0})\n    a.d()\n    a.e()\n    a.g()\n"
    assert likeness(text.format("seen"), text.format("known")) < 1
    local = text.replace("    global {0}\n", "")
    assert likeness(local.format("seen"), local.format("known")) == 1


def test_notes_weigh_less_than_anything_else() -> None:
    noted = RATES.replace("    result =", "    logger.info('done', count=1)\n    result =")
    called = RATES.replace("    result =", "    orders.close('done', count=1)\n    result =")
    assert 1 > likeness(RATES, noted) > likeness(RATES, called)


TABLE = "def build(parser):\n" + "".join(
    f"    parser.add_argument('--{n}', help='{n}')\n" for n in "abcdefghijklm"
)


def test_a_table_counts_with_its_literals() -> None:
    assert likeness(TABLE, TABLE.replace("parser", "tool")) == 1
    assert likeness(TABLE, TABLE.replace("--", "--no-")) == 0


FIELDS = "class Order:\n" + "".join(f"    {n}: int = {place}\n" for place, n in enumerate("abcdefghijklm"))


@pytest.mark.parametrize(("old", "new"), [("a: int", "z: int"), ("b: int", "b: str"), ("= 3", "= 33")])
def test_fields_count_by_name_type_and_value(old: str, new: str) -> None:
    assert 0.9 < likeness(FIELDS, FIELDS.replace(old, new)) < 1
    assert likeness(FIELDS, FIELDS.replace("Order", "Bill")) == 1


def test_a_class_may_be_a_part_of_another() -> None:
    more = STORE + "".join(
        f"    def step_{n}(self, x):\n        x.{n}a({n}=1)\n        x.{n}b.{n}c()\n        return x.{n}d\n"
        for n in "pqrstuvw"
    )
    (one,), (other,) = compared(STORE), compared(more)
    assert 2 * one.weight < other.weight
    assert 2 * one.weight / (one.weight + other.weight) < 0.65 < 0.9 < score(one, other) < 1
    found = matches(one, other)
    assert {(one.methods[m.first].name, other.methods[m.second].name) for m in found} == {
        (name, name) for name in ("__init__", "load", "save", "trim")
    }


def test_two_methods_of_many_are_no_part() -> None:
    head, tail = STORE.split("    def save")
    rest = "    def save" + tail
    more = "".join(
        f"    def step_{n}(self, x):\n        x.{n}a({n}=1)\n        x.{n}b.{n}c()\n        return x.{n}d\n"
        for n in "pqrstuvw"
    )
    assert rest.count("def ") == 2
    assert likeness(STORE, head + more) < 0.5


def test_methods_that_hand_on_and_stubs_say_nothing() -> None:
    text = """\
class A:
    x = 1
    y = 2

    def f(self, x):
        return self.b.f(x, y=self.c)

    def g(self):
        raise NotImplementedError

    async def h(self, *a):
        '''Do.'''
        await self.b.h(*a)

    def i(self): ...

    def j(self):
        return self.b.k() + self.c.k()
    z = 3
    u = 4
"""
    (one,) = compared(text)
    assert [part.name for part in one.parts] == ["", "j"]


def test_what_is_small_is_known_and_not_compared() -> None:
    (klass,) = compared("class A(Base):\n    def f(self):\n        return self.x.y\n")
    assert (klass.sketch.bases, klass.sketch.parts, klass.sketch.marks) == (("?Base",), ("", "f"), "")
    assert compared("def f():\n    return 1\n") == []
    assert not is_compared(klass)


@pytest.mark.parametrize(
    ("head", "count"),
    [
        ("# Generated by protoc. DO NOT EDIT!\n", 0),
        ("#!/usr/bin/env python\n\n# @generated\n", 0),
        ("# The generator of names.\n", 1),
        ("import generated\n# generated\n", 1),
    ],
)
def test_files_that_a_program_has_written_have_no_sketches(head: str, count: int) -> None:
    assert len(sketches_of((head + RATES).encode()).definitions) == count


@pytest.mark.parametrize(
    "data", [b"", b"def f(:\n", b"\xff\xfe def f(): pass", b"class A: pass\0", "def ä(): ö.ü".encode()]
)
def test_any_bytes_have_a_sketch(data: bytes) -> None:
    assert sketches_of(data).definitions == ()


def test_a_number_of_very_many_digits_is_a_literal() -> None:
    text = RATES.replace("    found = {}", f"    found = {{}}\n    most = 0x{'f' * 9000}")
    assert likeness(text, text.replace("ff", "ee")) == 1


def test_a_sketch_is_the_same_in_another_process_and_from_the_store() -> None:
    code = (
        "import sys; from ssot_lint.cache import codec; from ssot_lint.facts.sketches.sketches import sketches_of;"
        "sys.stdout.buffer.write(codec.encode(sketches_of(sys.stdin.buffer.read())))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=STORE.encode(), capture_output=True, check=True)
    assert done.stdout == codec.encode(sketches_of(STORE.encode()))
    assert codec.decode(FileSketch, done.stdout) == sketches_of(STORE.encode())


# Among many.


def found_in(
    files: dict[str, str], least: float = 0.65, excused: frozenset[str] = frozenset()
) -> dict[str, tuple[str, float]]:
    definitions = [one for path, text in files.items() for one in compared(text, path)]
    lineage = BasesInCommon(definitions, {one.file.path: Module(one.file, Facts()) for one in definitions})
    asked = [one for one in definitions if is_compared(one) and not is_foreign(one.file.path)]
    found = copies(asked, least, lineage.are_apart, lambda one: one.dotted in excused)
    return {one.definition.dotted: (one.other.dotted, one.score) for one in found}


BUNDLE = {
    "app/rates.py": RATES,
    "app/store.py": STORE,
    "app/other.py": changed(RATES, "all of these"),
    "tests/fake.py": changed(STORE, "a fifth changed", 3),
    "lib/alone.py": changed(STORE, "other calls"),
}


def test_each_copy_names_the_nearest_other() -> None:
    found = found_in(BUNDLE)
    assert {name: other for name, (other, _) in found.items()} == {
        "app.rates.total": next(one for one in found if one.startswith("app.other.")),
        next(one for one in found if one.startswith("app.other.")): "app.rates.total",
        "app.store.Store": "tests.fake.Store",
        "tests.fake.Store": "app.store.Store",
    }


@given(st.permutations([*BUNDLE]), st.sets(st.sampled_from(["app/more.py", "lib/alone.py", "app/table.py"])))
def test_neither_the_order_of_files_nor_other_files_change_anything(
    order: list[str], further: set[str]
) -> None:
    more = {"app/more.py": changed(RATES, "other calls", 7), "app/table.py": TABLE, "lib/alone.py": FIELDS}
    files = {path: BUNDLE[path] for path in order} | {path: more[path] for path in sorted(further)}
    assert found_in(files) == found_in(BUNDLE)


def test_an_excused_pair_counts_only_where_there_is_no_other() -> None:
    two = {"a.py": RATES, "b.py": RATES}
    assert found_in(two, excused=frozenset(["a.total"]))["b.total"] == ("a.total", 1.0)
    three = {**two, "c.py": RATES}
    found = found_in(three, excused=frozenset(["a.total"]))
    assert {name: other for name, (other, _) in found.items()} == {
        "a.total": "b.total",
        "b.total": "c.total",
        "c.total": "b.total",
    }


@pytest.mark.parametrize(
    "path",
    [
        "app/x_pb2.py",
        "vendor/a.py",
        "app/_vendor/a/b.py",
        "third_party/a.py",
        "db/migrations/a.py",
        "alembic/versions/a.py",
    ],
)
def test_files_on_which_nobody_works(path: str) -> None:
    assert found_in({"app/rates.py": RATES, path: RATES}) == {}


@pytest.mark.parametrize("name", ["main", "setup"])
def test_names_that_every_project_has(name: str) -> None:
    text = RATES.replace("def total", f"def {name}")
    assert found_in({"a.py": text, "b.py": text}) == {}


def test_the_ways_of_one_thing_in_one_module() -> None:
    twin = changed(STORE, "async").replace("class Store", "class AsyncStore").replace("import json\n", "")
    assert found_in({"a.py": STORE + twin}) == {}
    assert found_in({"a.py": STORE, "b.py": f"import json\n{twin}"}) != {}
    branches = "if fast:\n{0}else:\n{0}".format("".join(f"    {line}\n" for line in RATES.splitlines()))
    assert found_in({"a.py": branches}) == {}


def test_a_subclass_and_what_a_base_asks_for() -> None:
    below = STORE.replace("class Store:", "class Below(Store):").replace(
        "import json", "import json\nfrom a import Store"
    )
    assert found_in({"a.py": STORE, "b.py": below}) == {}
    methods = "".join(
        f"    def {name}: ...\n" for name in ("__init__(self, f)", "load(self, n)", "save(self, n, v)")
    )
    free = f"class Base:\n    kind = ''\n{methods}"
    base = f"{free}    def trim(self): ...\n"
    heir = STORE.replace("class Store:", "class Store(Base):").replace(
        "import json", "import json\nfrom base import Base"
    )
    assert found_in({"base.py": base, "a.py": heir, "b.py": heir}) == {}
    assert len(found_in({"base.py": free, "a.py": heir, "b.py": heir})) == 2


@pytest.mark.parametrize(
    "kind", ["more notes", "a fifth changed", "all of these", "methods added", "methods removed"]
)
@pytest.mark.parametrize("seed", range(3))
def test_what_people_change_in_a_copy(kind: str, seed: int) -> None:
    assert likeness(STORE, changed(STORE, kind, seed)) >= 0.65


def test_look_alikes_are_no_copies(tmp_path: Path) -> None:
    chance = Random(1)
    for kind, make in LOOK_ALIKES.items():
        for place in range(5):
            for letter, text in zip("ab", make(chance), strict=True):
                (tmp_path / f"{letter}_{kind}_{place}.py").write_text(text, encoding="utf-8")
    assert check(tmp_path) == []
