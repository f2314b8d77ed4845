"""The difference of two sets of findings: what moves adds nothing, a copy is one more, a swap is one and one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint import config, engine
from ssot_lint.difference import Code, Difference, difference
from ssot_lint.model import Finding, Span
from ssot_lint.rules import CODES
from ssot_lint.surroundings import Sources, context

CONTRACT = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make_hub"]
instances = "shared"
"""
HUB = "class Hub:\n    pass\n\n\ndef make_hub():\n    return Hub()\n"
START = {"ssot-lint.toml": CONTRACT, "app/__init__.py": "", "app/hub.py": HUB}

Found = Difference[Finding, Finding]


def found(files: Mapping[str, str]) -> tuple[Finding, ...]:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**START, **files}.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        loaded = config.load(Path(folder, "ssot-lint.toml"), {"select": ["SOT1", "SOT2"]}, codes=CODES)
        return engine.check(loaded).findings


def code(files: Mapping[str, str]) -> Code:
    sources = {path: text.encode() for path, text in {**START, **files}.items()}
    return Code(sources.get)


def compared(
    old: Mapping[str, str], new: Mapping[str, str], renamed: Mapping[str, str] | None = None
) -> Found:
    """The difference of two projects. The files of ``START`` are in both."""
    before, after = found(old), found(new)
    result = difference(before, after, code(old), code(new), renamed)
    assert len(after) == len(result.added) + len(result.kept)
    assert len(before) == len(result.removed) + len(result.kept)
    return result


def counts(result: Found) -> tuple[int, int, int]:
    return len(result.added), len(result.removed), len(result.kept)


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int]]:
    return [(one.path, one.span.line) for one in findings]


def file(*parts: str) -> str:
    return "\n\n".join(["from app.hub import Hub, make_hub\n", *map(textwrap.dedent, parts)])


FIRST = """\
def first(user):
    hub = Hub()
    return hub, user
"""
SECOND = """\
def second(user):
    for _ in user:
        Hub()
"""
FIXED = FIRST.replace("Hub()", "make_hub()")
OTHER = """\
def other(names):
    if names:
        print(Hub())
    return None
"""
CLASS = """\
class Room:
    def enter(self, user):
        return Hub().enter(user)

    def leave(self, user):
        '''Says good-bye.'''
        return Hub().leave(user)
"""


def test_equal_states_add_nothing() -> None:
    state = {"app/a.py": file(FIRST, SECOND), "app/b.py": file(CLASS)}
    assert counts(compared(state, state)) == (0, 0, 4)


MOVES: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "lines": ({"app/a.py": file(FIRST)}, {"app/a.py": "# One.\n\n\n" + file("x = 1\n", FIRST)}),
    "the order of functions": ({"app/a.py": file(FIRST, SECOND)}, {"app/a.py": file(SECOND, FIRST)}),
    "a function with another name and other parameters": (
        {"app/a.py": file(FIRST)},
        {"app/a.py": file(FIRST.replace("first(user)", "start(self, user=None) -> None"))},
    ),
    "to another file": (
        {"app/a.py": file(FIRST, SECOND), "app/b.py": file("x = 1\n")},
        {"app/a.py": file(FIRST), "app/b.py": file("x = 1\n", SECOND)},
    ),
    "two functions from one file to two": (
        {"app/a.py": file(FIRST, SECOND, OTHER)},
        {"app/a.py": file(OTHER), "app/b.py": file(FIRST), "app/c.py": file(SECOND)},
    ),
    "to another class": (
        {"app/a.py": file(CLASS)},
        {"app/a.py": file(CLASS.replace("    def leave", "class Hall:\n    def leave"))},
    ),
    "a function into a class": (
        {"app/a.py": file(FIRST)},
        {"app/a.py": file("class Room:\n" + textwrap.indent(FIRST, "    "))},
    ),
    "the file": ({"app/a.py": file(FIRST, CLASS)}, {"app/z.py": file(FIRST, CLASS)}),
    "the folder": (
        {"app/old/__init__.py": "", "app/old/a.py": file(FIRST), "app/old/b.py": file(FIRST)},
        {"app/new/__init__.py": "", "app/new/a.py": file(FIRST), "app/new/b.py": file(FIRST)},
    ),
    "the root of imports": ({"lib/a.py": file(FIRST)}, {"src/lib/a.py": file(FIRST)}),
    "the file, with an edit": (
        {"app/a.py": file(FIRST, SECOND)},
        {"app/z.py": file(FIRST, SECOND.replace("Hub()", "user = Hub()"))},
    ),
    "the name of a function": (
        {"app/a.py": file(FIRST)}, {"app/a.py": file(FIRST.replace("first", "one"))}
    ),
    "the name of a function that calls itself": (
        {"app/a.py": file("def f(n):\n    return f(n - 1) or Hub()\n")},
        {"app/a.py": file("def g(n):\n    return g(n - 1) or Hub()\n")},
    ),
    "the name of a class": (
        {"app/a.py": file(CLASS)}, {"app/a.py": file(CLASS.replace("Room", "Hall"))}
    ),
    "the name of a class that is at fault": (
        {"app/a.py": file("class Sub(Hub):\n    x = 1\n")}, {"app/a.py": file("class Below(Hub):\n    x = 1\n")}
    ),
    "the name of a function that is at fault": (
        {"app/a.py": file("def make():\n    return Hub()\n")},
        {"app/b.py": file("def build():\n    return Hub()\n")},
    ),
    "to another file, edited": (
        {"app/a.py": file(FIRST, OTHER), "app/b.py": file()},
        {"app/a.py": file(OTHER), "app/b.py": file(FIRST.replace("return hub", "print()\n    return hub"))},
    ),
    "an import along with a function": (
        {"app/a.py": "from app.hub import Hub as H\n\n" + SECOND.replace("Hub", "H") + OTHER.replace("Hub()", "1"),
         "app/b.py": "import os\n"},
        {"app/a.py": OTHER.replace("Hub()", "1"),
         "app/b.py": "import os\nfrom app.hub import Hub as H\n\n" + SECOND.replace("Hub", "H")},
    ),
    "an import along with a function that is innocent": (
        {"app/a.py": "from app.hub import Hub as H\n\ndef f(x: H): return x\n\ndef g(): pass\n", "app/b.py": "x = 1\n"},
        {"app/a.py": "def g(): pass\n", "app/b.py": "from app.hub import Hub as H\n\nx = 1\n\ndef f(x: H): return x\n"},
    ),
    "into a block": (
        {"app/a.py": file(FIRST)}, {"app/a.py": file("if True:\n" + textwrap.indent(FIRST, "  "))}
    ),
    "the folder, and an import follows": (
        {"lib/one/a.py": file(FIRST), "lib/one/b.py": "from lib.one.c import Hub\n",
         "lib/one/c.py": "from app.hub import Hub\n"},
        {"lib/two/a.py": file(FIRST), "lib/two/b.py": "from lib.two.c import Hub\n",
         "lib/two/c.py": "from app.hub import Hub\n"},
    ),
    "what leads through a module without findings": (
        {"lib/one/a.py": file(FIRST), "lib/one/b.py": file("def f():\n    from lib.one.c import Hub\n    return 1\n"),
         "lib/one/c.py": "from app.hub import *\n"},
        {"lib/two/a.py": file(FIRST), "lib/two/b.py": file("def f():\n    from lib.two.c import Hub\n    return 1\n"),
         "lib/two/c.py": "from app.hub import *\n"},
    ),
    "what leads through a module": (
        {"app/lib/__init__.py": "", "app/lib/hall.py": "from app.hub import Hub\n",
         "app/a.py": "from app.lib.hall import Hub\n"},
        {"app/lib2/__init__.py": "", "app/lib2/hall.py": "from app.hub import Hub\n",
         "app/a.py": "from app.lib2.hall import Hub\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MOVES)
def test_what_moves_adds_nothing(what: str) -> None:
    old, new = MOVES[what]
    assert found(old), "nothing is found that could move"
    assert counts(compared(old, new)) == (0, 0, len(found(old)))
    assert counts(compared(new, old)) == (0, 0, len(found(old)))


def test_formatters_add_nothing() -> None:
    rough = {
        "app/a.py": (
            "from app.hub import Hub as H, Hub\n"
            "class A ( ) :\n   '''  One.\n     Two.  '''\n   def f(self,x = u'a'):\n"
            "      if (x) : return (Hub ( )) , { 'a':0XFF, 'b' : (1) }\n      del (x)\n      return  Hub(\n)\n"
        )
    }
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "-"], input=rough["app/a.py"], text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    smooth = {"app/a.py": done.stdout}
    assert rough != smooth
    assert counts(compared(rough, smooth)) == (0, 0, 4)
    # Also where the file is renamed at once, so that nothing but the content tells that.
    assert counts(compared(rough, {"app/b.py": done.stdout})) == (0, 0, 4)


def test_a_copy_is_one_more() -> None:
    old = {"app/a.py": file(FIRST)}
    copied = compared(old, {"app/a.py": file(FIRST), "app/b.py": file("x = 1\n", FIRST)})
    assert places(copied.added) == [("app/b.py", 8)]
    assert counts(copied) == (1, 0, 1)
    renamed = compared(old, {"app/a.py": file(FIRST.replace("first", "one"), FIRST)})
    assert places(renamed.added) == [("app/a.py", 5)]


def test_of_two_copies_of_what_moved_one_is_more() -> None:
    new = {"app/b.py": file(OTHER, FIRST), "app/c.py": file("x = 1\n", FIRST)}
    assert counts(compared({"app/a.py": file(FIRST)}, new)) == (2, 0, 1)


SWAPS: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "in one file": ({"app/a.py": file(FIRST)}, {"app/a.py": file(FIXED, OTHER)}),
    "in two files": ({"app/a.py": file(FIRST)}, {"app/a.py": file(FIXED), "app/b.py": file(OTHER)}),
    "by what looks the same": (
        {"app/a.py": file(FIRST)}, {"app/a.py": file(FIXED), "app/b.py": file(FIRST)}
    ),
    "by what looks the same in the file": (
        {"app/a.py": file(FIRST)}, {"app/a.py": file(FIXED, FIRST.replace("first", "one"))}
    ),
    "when the file is gone": ({"app/a.py": file(FIRST)}, {"app/b.py": file(OTHER)}),
    "of imports when the file is gone": (
        {"app/a.py": "from app.hub import Hub as H\n\ndef f(x: H): pass\n"},
        {"app/b.py": "from app.hub import Hub as H\n\ndef g(x: H, y): pass\n"},
    ),
    "of imports": (
        {"app/a.py": "from app.hub import Hub as H\n", "app/b.py": "x = 1\n"},
        {"app/a.py": "x = 1\n", "app/b.py": "from app.hub import Hub as H\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SWAPS)
def test_a_swap_is_one_removed_and_one_added(what: str) -> None:
    old, new = SWAPS[what]
    assert counts(compared(old, new)) == (1, 1, 0)


def test_what_was_innocent_at_the_same_place_has_not_moved() -> None:
    """The same function was in both files. One is gone, and the other is no longer innocent."""
    old = {"app/a.py": file(FIRST), "app/b.py": FIRST}
    assert counts(compared(old, {"app/b.py": file(FIRST)})) == (1, 1, 0)


def test_of_equals_in_one_scope_the_right_line_is_added() -> None:
    old = {"app/a.py": file("one = Hub()\n", "two = Hub()\n")}
    new = {"app/a.py": file("one = Hub()\n", "three = Hub()\n", "two = Hub()\n")}
    assert places(compared(old, new).added) == [("app/a.py", 7)]
    assert places(compared(new, old).removed) == [("app/a.py", 7)]


def test_git_has_the_last_word_on_renames() -> None:
    old, new = {"app/a.py": file(FIRST)}, {"app/b.py": file(OTHER.replace("other", "first"))}
    assert counts(compared(old, new, {"app/a.py": "app/b.py"})) == (0, 0, 1)
    imports = "from app.hub import Hub as H\n"
    assert counts(compared({"app/a.py": imports}, {"app/b.py": imports})) == (0, 0, 1)
    assert counts(compared({"app/a.py": imports}, {"app/b.py": imports}, {})) == (1, 1, 0)


def test_a_contract_whose_canonical_moves_keeps_its_findings() -> None:
    old = found({"app/a.py": file(FIRST)})
    new = tuple(one._replace(symbol="app.core.Hub", resolved="app.core.Hub") for one in old)
    state = code({"app/a.py": file(FIRST)})
    assert counts(difference(old, new, state, state)) == (0, 0, 1)


def test_files_that_cannot_be_parsed_are_compared_by_lines() -> None:
    one = Finding("SOT900", "unparsable-file", "", "app/a.py", Span(2, 0, 2, 1))
    two = one._replace(span=Span(3, 0, 3, 1))
    old, new = Code({"app/a.py": b"x =\n  y y\nz z\n"}.get), Code({"app/a.py": b"x =\n(\nz z\n"}.get)
    result = difference((one, two), (two,), old, new)
    assert (result.added, result.removed) == ((), (one,))


# Surroundings.


def test_the_digests_are_the_same_on_each_python() -> None:
    text = """\
@a.b(1, *c, **d)
class Room(Base, metaclass=Meta):
    x: int = 3
    async def enter(self, user=None, /, *, key: str = "a" 'b', **rest) -> "R":
        with open(f"{user!r:>{key}}") as one, two:
            for x, *y in (yield one), 1.5, 2j, b"z", ..., True, -1, 0xffffffffffffffffffffff:
                z = [i async for i in y if (j := i)][1:2, ::3]
        match z:
            case {"a": [1, *_], **k} | Room(x=None) if k:
                return Hub(lambda q=1: q if q else not q)
"""
    place = Span(10, 23, 10, 26)
    assert context(text.encode(), place) == (
        "8b5e1fdadc9d",
        "4ece9c277594",
        "Room.enter",
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_columns_count_letters(end: str) -> None:
    lines = ["def f():", "    'äöü'; x = Hub(); y = 2", ""]
    text = end.join(lines)
    at = lines[1].index("Hub")
    assert (
        context(text.encode(), Span(2, at, 2, at + 3)).statement
        == context(b"x = Hub()", Span(1, 4, 1, 7)).statement
    )


def test_a_comment_is_told_by_its_text() -> None:
    one, two = (context(f"x = 1  # {word}\n".encode(), Span(1, 7, 1, 9)) for word in ("one", "two"))
    assert one.statement != two.statement


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"x = (", b"\xff", b"(" * 300 + b"1" + b")" * 300, b"x=" + b"-" * 20000 + b"1"]
)
@pytest.mark.parametrize("span", [Span(0, 0, 0, 0), Span(1, 0, 1, 1), Span(9, 9, 9, 9)])
def test_every_place_of_every_file_has_surroundings(data: bytes, span: Span) -> None:
    assert context(data, span).definition == ""


def test_what_is_asked_of_files_that_are_none() -> None:
    sources = Sources({"a.py": b"x = (", "b.toml": b"a = 1\n"}.get)
    assert (sources.has("a.py"), sources.has("z.py")) == (True, False)
    assert (sources.names("a.py"), sources.names("b.toml"), sources.names("z.py")) == (
        None,
        None,
        frozenset(),
    )


# Laws.


@dataclass(frozen=True)
class Unit:
    """A function or class with one offence, or none."""

    name: str
    body: int
    kind: str
    sick: bool = True

    def text(self, loose: bool) -> str:
        call = ("Hub( )" if loose else "Hub()") if self.sick else "make_hub()"
        head, tail = ("( user , )", " # ?") if loose else ("(user)", "")
        body = [
            f"hub = {call}{tail}",
            f"use({call}, user + {self.body})",
            f"for x in user:{tail}\n        {call}",
            f"return [{call} for _ in user]",
        ][self.body % 4]
        function = f"def {{}}{head}:\n    {body}\n    go({self.body})\n"
        if self.kind == "function":
            return function.format(self.name)
        text = f"class {self.name}:\n" + textwrap.indent(function.format("run"), "  " if loose else "    ")
        return f"if 1:\n{textwrap.indent(text, '   ')}" if loose else text


State = dict[str, tuple[Unit, ...]]
"""The units of each file."""

UNITS = st.builds(Unit, st.just(""), st.integers(0, 5), st.sampled_from(["function", "class"]))


@st.composite
def states(draw: st.DrawFn) -> State:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    number = 0
    state: State = {}
    for index, size in enumerate(sizes):
        units = []
        for _ in range(size):
            units.append(replace(draw(UNITS), name=f"Name{number}"))
            number += 1
        folder = draw(st.sampled_from(["app", "app/one", "app/two"]))
        state[f"{folder}/file{index}.py"] = tuple(units)
    return state


def written(state: State, loose: bool) -> dict[str, str]:
    files = {
        path: file(*(("", "x = 1\n") if loose else ()), *(one.text(loose) for one in units))
        for path, units in state.items()
    }
    return {**files, "app/one/__init__.py": "", "app/two/__init__.py": ""}


Edit = Callable[[st.DrawFn, State, int], State]


def _some(draw: st.DrawFn, state: State) -> tuple[str, int]:
    path = draw(st.sampled_from(sorted(path for path in state if state[path])))
    return path, draw(st.integers(0, len(state[path]) - 1))


def reorder(draw: st.DrawFn, state: State, number: int) -> State:
    path, _ = _some(draw, state)
    return {**state, path: tuple(draw(st.permutations(state[path])))}


def move(draw: st.DrawFn, state: State, number: int) -> State:
    path, at = _some(draw, state)
    other = draw(st.sampled_from(sorted({*state, f"app/fresh{number}.py"} - {path})))
    unit = state[path][at]
    return {
        **state,
        path: tuple(one for one in state[path] if one is not unit),
        other: (*state.get(other, ()), unit),
    }


def rename(draw: st.DrawFn, state: State, number: int) -> State:
    path, at = _some(draw, state)
    units = list(state[path])
    units[at] = replace(units[at], name=f"Fresh{number}")
    return {**state, path: tuple(units)}


def rename_file(draw: st.DrawFn, state: State, number: int) -> State:
    path, _ = _some(draw, state)
    other = draw(st.sampled_from([f"app/new{number}.py", path.replace("/file", f"/new{number}file")]))
    return {other if one == path else one: units for one, units in state.items()}


MOVING: tuple[Edit, ...] = (reorder, move, rename, rename_file)
LAWS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def total(state: State) -> int:
    return sum(one.sick for units in state.values() for one in units)


@LAWS
@given(st.data(), states(), st.booleans())
def test_law_moves_add_nothing(data: st.DataObject, old: State, loose: bool) -> None:
    new = old
    # One move of each thing at a time: a function that is renamed in a file that is renamed is still itself.
    for number, edit in enumerate(data.draw(st.lists(st.sampled_from(MOVING), min_size=1, max_size=4))):
        new = edit(data.draw, new, number)
    result = compared(written(old, False), written(new, loose))
    assert counts(result) == (0, 0, total(old))


@LAWS
@given(st.data(), states(), st.booleans())
def test_law_copies_are_added(data: st.DataObject, old: State, loose: bool) -> None:
    new, copies = old, []
    for number in range(data.draw(st.integers(1, 3))):
        path, at = _some(data.draw, old)
        other = data.draw(st.sampled_from(sorted({*old, "app/fresh.py"})))
        copy = replace(old[path][at], name=f"Copy{number}")
        new = {**new, other: (copy, *new.get(other, ()))}
        copies.append((other, copy.name))
    result = compared(written(old, False), written(new, loose))
    told = sorted((one.path, one.scope.partition(".")[0]) for one in result.added)
    assert (told, len(result.removed)) == (sorted(copies), 0)


@LAWS
@given(st.data(), states(), st.booleans())
def test_law_swaps_are_counted(data: st.DataObject, old: State, loose: bool) -> None:
    """Some are fixed where they are, as many are written elsewhere, and some of these look like what was fixed."""
    new, fixed = dict(old), 0
    for number in range(data.draw(st.integers(1, 3))):
        path, at = _some(data.draw, old)
        unit = old[path][at]
        if unit not in new[path]:
            continue
        healed = tuple(replace(one, sick=False) if one is unit else one for one in new[path])
        written_anew = replace(
            data.draw(st.sampled_from([unit, Unit("", 7, "function")])), name=f"New{number}"
        )
        other = data.draw(st.sampled_from(sorted({*old, "app/fresh.py"})))
        new[path] = healed
        new[other] = (*new.get(other, ()), written_anew)
        fixed += 1
    result = compared(written(old, False), written(new, loose))
    assert counts(result) == (fixed, fixed, total(old) - fixed)
