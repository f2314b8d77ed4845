"""Facts of files that are awkward to follow."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

import ssot_lint
from ssot_lint.facts import scopes
from ssot_lint.facts.extract import extract
from ssot_lint.facts.outline import linking
from ssot_lint.facts.syntax import NAMES
from ssot_lint.links import lineage
from ssot_lint.model import facts as record
from ssot_lint.model import literals, methods, sharing
from ssot_lint.model.asked import VALUE, FieldAsked
from ssot_lint.report.pages.facts import render


@pytest.mark.parametrize(
    "source",
    [
        "make = make(Hub)\nmake(Hub)\n",
        "def f():\n    load = load.one('a.b')\n    load(Hub)\n",
        "one = two('a.b')\ntwo = one('a.b')\none(Hub)\n",
        "make = Hub\nmake = attrgetter('make')\nmake(Hub)\n",
    ],
)
def test_a_name_that_is_made_by_itself_is_followed_to_an_end(source: str) -> None:
    facts = extract(source.encode(), frozenset({"Hub"}))
    assert [use.ref.spelled for use in facts.uses][-1] == "Hub"
    assert not facts.problem


@pytest.mark.parametrize("sharing", [False, True])
def test_what_was_walked_is_given_back_at_once(sharing: bool) -> None:
    """Nothing is left that only the garbage collector would find."""
    source = b"class Door:\n    def hub(self):\n        def make():\n            return Hub()\n        return make\n"
    extract(source, frozenset({"Hub"}), sharing=sharing)
    gc.collect()
    gc.disable()
    try:
        facts = extract(source, frozenset({"Hub"}), sharing=sharing)
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert facts.functions


WRITES = "item augment rebind fill update".split()
"""``Write.how`` is one of these, or any method."""


def _members() -> dict[str, set[str]]:
    """The words that fields of each name may be, whichever record has the field."""
    found = {"how": {*WRITES}}
    for module in (record, sharing, literals, methods, scopes, lineage):
        for one in vars(module).values():
            for name, kind in get_type_hints(one).items() if isinstance(one, type) else ():
                if get_origin(kind) is Literal:
                    found.setdefault(name, set()).update(get_args(kind))
    return {name: found[name] for name in ("form", "how", "owner", "shape", "via")}


def _sought(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The fields that are looked for among words, with each word."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            name = getattr(node.left, "attr", "")
            for one in getattr(node.comparators[0], "elts", ()):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield name, one.value


def test_no_word_is_misspelled_that_a_field_is_looked_for_among() -> None:
    """mypy sees that behind ``==`` only, not behind ``in``."""
    known = _members()
    wrong = [
        f"{path}: {name} is never {word}"
        for package in ("facts", "links", "inference", "rules")
        for path in sorted((Path(ssot_lint.__file__).parent / package).rglob("*.py"))
        for name, word in _sought(ast.parse(path.read_bytes()))
        if name in known and word not in known[name]
    ]
    assert not wrong


def test_what_a_file_says_is_shown_for_people_who_work_on_facts(tmp_path: Path) -> None:
    (tmp_path / "hall.py").write_text("from app.hub import Hub\n\nhub = Hub()\n")
    done = subprocess.run(
        [sys.executable, "-m", "ssot_lint", "facts", "hall.py", "--names", "Hub"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[0] == (
        "imports  Import(span=1:20-1:23, module='app.hub', name=Hub, bound=Hub, renamed=False, where=Where())"
    )
    assert [line.split()[0] for line in done.stdout.splitlines()[1:4]] == ["bindings", "uses", "calls"]


NAMED = """\
import os.path, json as data
from app import *

LIMIT: int = 1
first, (second, *rest) = values = make(lambda inner: [each for each in inner])
with open("x") as file:
    for line in file:
        found = [word := line]


class Hub:
    size = 1

    class Kind:
        name = ""

    def make(self):
        own = 1
        return own


async def run(value):
    local = value
"""


def test_all_that_a_module_and_its_classes_bind() -> None:
    paths = "LIMIT os data first second rest values file line found word run"
    paths += " Hub Hub.size Hub.Kind Hub.Kind.name Hub.make"
    assert set(extract(NAMED.encode(), frozenset({NAMES})).named) == set(paths.split())
    assert extract(NAMED.encode(), frozenset({"Hub"})).named == ()


def test_the_page_about_facts_is_true() -> None:
    page = (Path(__file__).parent.parent / "docs/facts.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
    assert len(examples) > 8
    for source, lines in examples:
        shown = render(extract(source.encode(), frozenset({"Hub"}))).splitlines()
        assert [line for line in lines.splitlines() if line not in shown] == []
    told = {line.split()[0] for _, lines in examples for line in lines.splitlines()}
    assert told == {*record.Facts.__dataclass_fields__, *record.FileOutline._fields} - {
        "outline",
        "kin",
        "exports_line",
        "sharing",
        "literals",
        "methods",
        "keys",
        "named",
        "problem",
        "problem_line",
        "problem_column",
    }


@pytest.mark.parametrize(
    ("source", "is_same"),
    [
        ("{}try:\n    import app.hub as Hub\nexcept ImportError:\n    Hub = None\n", True),
        (
            "def f():\n    pass{}\ntry:\n    from app import Hub\nexcept ImportError:\n    from old import Hub\n",
            True,
        ),
        ("try:\n    from app import Hub{}except ImportError:\n    Hub = None\n", False),
    ],
)
def test_lines_that_move_lead_nowhere_else(source: str, is_same: bool) -> None:
    between = "\nexcept ImportError:\n    Hub = 1\ntry:\n    import os\n" if not is_same else "\n\n"
    one, other = (extract(source.format(some).encode(), frozenset({"Hub"})) for some in ("\n", between))
    assert (linking(one) == linking(other)) == is_same


@pytest.mark.parametrize(
    ("source", "is_same"),
    [
        ("def make():\n    one = {}()\n    return one\n", False),
        ("def make():\n    one = {}()\n", True),
        ("one = {}()\n", False),
    ],
)
def test_what_a_function_returns_leads_on_by_its_variables(source: str, is_same: bool) -> None:
    head = "from app import Hub, Old\n"
    one, other = (
        extract((head + source.format(some)).encode(), frozenset({"Hub", "Old"})) for some in ("Hub", "Old")
    )
    assert (linking(one)[0] == linking(other)[0]) == is_same


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("Other = Hub\n", {("Other", "")}),
        ("globals()['Other'] = Hub\n", {("Other", "")}),
        ("def f():\n    global Other\n    Other = Hub\n", {("Other", "")}),
        ("def f():\n    Other = Hub\n", set()),
        ("Other = [1]\n", set()),
    ],
)
def test_names_of_the_module_that_may_lead_to_what_was_asked_for(
    source: str, bound: set[tuple[str, str]]
) -> None:
    assert {*extract(source.encode(), frozenset({"Hub"})).outline.bound} == bound


@pytest.mark.parametrize(
    ("source", "derived"),
    [
        ("class Sub(Hub): pass\n", ("Sub",)),
        ("from app.hub import Hub as Other\n", ("Other",)),
        ("Other = Hub\n", ("Other",)),
        ("if any((Other := Hub) for x in y): pass\n", ("Other",)),
        ("one = Hub()\n", ()),
        ("def make(): return Hub()\n", ()),
        ("def f():\n    Other = Hub\n", ()),
    ],
)
def test_a_name_of_the_module_that_may_be_what_was_asked_for_is_asked_for_too(
    source: str, derived: tuple[str, ...]
) -> None:
    """Links would ask for it, and the file be read again."""
    facts = extract(source.encode(), frozenset({"Hub"}))
    assert facts.derived == derived
    again = extract(source.encode(), frozenset({"Hub", *derived}))
    assert replace(again, derived=derived) == facts


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("[Hub() for one in some]", "container"),
        ("{Hub() for one in some}", "container"),
        ("{one: Hub() for one in some}", "container"),
        ("(Hub() for one in some)", "lazy"),
    ],
)
def test_a_comprehension_of_any_kind_is_told_with_what_it_is_made_of(value: str, form: str) -> None:
    (binding,) = extract(f"kept = {value}\n".encode(), frozenset({"Hub"})).bindings
    assert binding.value is not None
    assert (binding.value.form, binding.value.parts[0].form) == (form, "call")


@pytest.mark.parametrize("made", ["list", "set", "tuple", "frozenset", "deque", "OrderedDict"])
def test_what_a_container_is_made_of_is_told(made: str) -> None:
    source = f"from collections import deque, OrderedDict\nkept = {made}([Hub()])\n"
    (binding,) = extract(source.encode(), frozenset({"Hub"})).bindings
    assert binding.value is not None
    assert binding.value.form == "container"


def test_what_an_object_holds_is_told_wherever_it_stands() -> None:
    source = (
        "import weakref\nfirst = 1\n\ndef f():\n    second = 2\n    return second\n\nclass Desk:\n    third = 3\n"
        "    def __init__(self):\n        fourth = 4\n        self.kept = {}\n        self.weak = weakref.WeakSet()\n"
    )
    facts = extract(source.encode(), frozenset(), sharing=True)
    assert facts.sharing is not None
    (klass,) = facts.sharing.classes
    assert (klass.containers, klass.contextual) == (("kept",), ("weak",))


def test_an_object_gets_its_own_by_what_its_constructor_calls() -> None:
    source = (
        "class Desk:\n    def __init__(self):\n        self.first = 1\n        self._open()\n"
        "    def _open(self):\n        self.kept = {}\n        self._more()\n"
        "    def _more(self):\n        self.last = 1\n        self._open()\n"
        "    def other(self):\n        self.never = 1\n"
    )
    facts = extract(source.encode(), frozenset(), sharing=True)
    assert facts.sharing is not None
    assert [one.fresh for one in facts.sharing.classes] == [("first", "kept", "last")]


def test_what_is_declared_for_objects_is_no_variable_of_the_class() -> None:
    source = (
        "class Hub:\n    one: ClassVar[dict] = {}\n    two: typing.ClassVar[dict] = {}\n"
        "    three: 'typing.ClassVar[dict]' = {}\n    four: dict = {}\n    five = {}\n"
    )
    facts = extract(source.encode(), frozenset({"Hub"}))
    assert [one.name for one in facts.slots if one.declared] == ["four"]


@pytest.mark.parametrize(
    "source",
    [
        "if {0}:\n    {0}\nelif {0}:\n    {0}\nelse:\n    {0}\n",
        "while {0}:\n    {0}\nelse:\n    {0}\n",
        "for _ in {0}:\n    {0}\nelse:\n    {0}\n",
        "try:\n    {0}\nexcept {0}:\n    {0}\nelse:\n    {0}\nfinally:\n    {0}\n",
        "with {0} as _:\n    {0}\n",
        "match {0}:\n    case 1 if {0}:\n        {0}\n",
    ],
)
def test_each_part_of_a_statement_is_looked_at(source: str) -> None:
    facts = extract(source.format("Hub").encode(), frozenset({"Hub"}))
    assert len(facts.uses) == source.count("{0}")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def Hub(): pass\ndef other(): pass\nHub()\n", ["Hub"]),
        ("def other(): return Hub()\n", ["other"]),
        ("def other():\n    Hub()\n", []),
    ],
)
def test_functions_are_told_that_are_asked_for_or_may_hand_something_out(
    source: str, names: list[str]
) -> None:
    assert [one.name for one in extract(source.encode(), frozenset({"Hub"})).functions] == names


@pytest.mark.parametrize("value", ["Hub", "(\n        Hub\n    )", "[\n        1,\n        Hub,\n    ]"])
def test_a_class_body_takes_the_name_of_the_module_until_it_has_bound_its_own(value: str) -> None:
    source = f"from app import Hub\nclass Desk:\n    Hub = {value}\n    other = Hub\n"
    facts = extract(source.encode(), frozenset({"Hub"}))
    assert [use.ref.targets for use in facts.uses] == [("app.Hub",), ()]


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("from tools import register\nregister(Hub)\n", {"tools.register"}),
        ("from tools import Hub as Other\nOther()\n", set()),
        ("from tools import other as Hub\nHub()\n", {"tools.other"}),
        ("try:\n    from tools import fast\nexcept ImportError:\n    fast = Hub\nfast()\n", {"tools.fast"}),
    ],
)
def test_what_an_import_brings_is_asked_where_no_other_file_is_asked_for_the_name(
    source: str, needs: set[str]
) -> None:
    facts = extract(source.encode(), frozenset({"Hub"}))
    assert {path for path, least in facts.outline.needs if least == 1} == needs


@pytest.mark.parametrize(
    ("value", "is_told"),
    [
        ("'agent_started'", True),
        ("'STARTED'", False),
        ("kinds.STARTED", True),
        ("kinds.STARTED.value", True),
        ("kinds.started", False),
        ("other['STARTED']", False),
        ("1", False),
    ],
)
def test_what_a_field_gets_is_told_if_it_is_a_value_asked_for_or_may_be_a_constant(
    value: str, is_told: bool
) -> None:
    source = f"from app import kinds\nmessage['type'] = {value}\nprint('agent_started')\n"
    asked = frozenset({FieldAsked("type", frozenset({"agent_started"})).word, f"{VALUE}agent_started"})
    told = extract(source.encode(), asked).literals
    assert told is not None
    assert ("given" in [spot.place for spot in told.spots]) == is_told


@pytest.mark.parametrize("inner", ["def inner(): pass", "class inner: pass"])
def test_what_is_kept_at_a_function_or_class_inside_of_a_function_is_told(inner: str) -> None:
    source = f"def outer():\n    {inner}\n    inner.kept = {{}}\n    inner.kept['a'] = 1\n    return inner\n"
    told = extract(source.encode(), frozenset(), sharing=True).sharing
    assert told is not None
    assert [fill.target for fill in told.fills] == [":outer.inner.kept"]
    assert {(touch.target, touch.how) for touch in told.touches} == {
        (":outer.inner", "read"),
        (":outer.inner.kept", "set"),
        (":outer.inner.kept", "item"),
    }


BESIDE = """\
from app.hub import Hub
import tools

def make(kind):
    data = tools.load(kind)
    return tools.keep(Hub(), data)

"""


@pytest.mark.parametrize(
    "more",
    [
        "def other():\n    data = tools.load(1)\n    kind = tools.open(data)\n    return tools.keep(kind, data)\n",
        "class Other:\n    data = 1\n    def kind(self, tools):\n        data = tools(self)\n        return data\n",
        "def other(data):\n    for kind in data:\n        print(kind)\n    with open(kind) as data:\n        pass\n",
    ],
)
def test_what_a_name_is_elsewhere_tells_nothing_of_it(more: str) -> None:
    """A name that holds nothing of what was asked for matters where the statement sees it that speaks of it."""
    asked = frozenset({"Hub"})
    assert extract(f"{BESIDE}{more}".encode(), asked) == extract(BESIDE.encode(), asked)


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        ("def set_up():\n    global data\n    data = tools.one()\n", True),
        ("if tools:\n    data = tools.one()\n", True),
        ("try:\n    import data\nexcept ImportError:\n    pass\n", True),
        ("def set_up():\n    data = tools.one()\n", False),
        ("def set_up(data):\n    print(data)\n", False),
    ],
)
def test_a_name_is_looked_for_where_a_statement_sees_it(binding: str, expected: bool) -> None:
    source = f"from app.hub import Hub\nimport tools\n\n{binding}\ndef make():\n    return data(Hub())\n"
    facts = extract(source.encode(), frozenset({"Hub"}))
    bound = {one.name for one in facts.bindings} | {one.bound for one in facts.imports}
    assert ("data" in bound) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("wrap(Hub())", True),
        ("max([Hub()])", True),
        ("len(Hub())", False),
        ("isinstance(Hub(), list)", False),
        ("str(Hub())", False),
    ],
)
def test_a_call_may_hand_on_what_it_is_given(call: str, expected: bool) -> None:
    facts = extract(f"from app.hub import Hub\nx = {call}\n".encode(), frozenset({"Hub"}))
    held = [one.value for one in facts.bindings if one.name == "x"]
    assert any(one is not None and one.suspect for one in held) == expected
