"""The difference of two sets of findings: what moves adds nothing, a copy is one more, a swap is one and one."""

from __future__ import annotations

import ast
import contextlib
import re
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

from ssot_lint.engine import run
from ssot_lint.findings.comparison.difference import NOTHING, Difference, Hints, difference
from ssot_lint.findings.comparison.surroundings import Sources, context
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading

CONTRACT = """\
[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make_hub"]
instances = "shared"
"""
HUB = "class Hub:\n    pass\n\n\ndef make_hub():\n    return Hub()\n"
START = {"ssot-lint.toml": CONTRACT, "app/__init__.py": "", "app/hub.py": HUB}

Told = Difference[Finding, Finding]


def found(files: Mapping[str, str]) -> tuple[Finding, ...]:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**START, **files}.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        loaded = loading.load(Path(folder, "ssot-lint.toml"), {"select": ["SOT1", "SOT2"]}, codes=CODES)
        return run.check(loaded).findings


def code(files: Mapping[str, str]) -> Sources:
    sources = {path: text.encode() for path, text in {**START, **files}.items()}
    return Sources(sources.get)


def compared(
    old: Mapping[str, str], new: Mapping[str, str], renamed: Mapping[str, str] | None = None
) -> Told:
    """The difference of two projects. The files of ``START`` are in both."""
    before, after = found(old), found(new)
    result = difference(before, after, code(old), code(new), renamed)
    assert len(after) == len(result.added) + len(result.kept)
    assert len(before) == len(result.removed) + len(result.kept)
    return result


def counts(result: Told) -> tuple[int, int, int]:
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


# Data in, data out: findings are where a comment says so, as `# SOT201 Hub`, `# SOT201 Hub door` (the contract) or
# `# SOT201 Hub - app.hub.Hub` (no contract, and a symbol). What pairs are made is told by lines: `a.py:1 > b.py:2`.

MARK = re.compile(r"# (SOT\d+) (\S+)(?: (\S+))?(?: (\S+))?$")


def marked(files: Mapping[str, str]) -> tuple[Finding, ...]:
    findings = []
    for path, text in files.items():
        scopes = scopes_of(text)
        for number, line in enumerate(text.splitlines(), 1):
            mark = MARK.search(line)
            if mark:
                code, spelled, contract, symbol = mark.groups()
                start = len(line) - len(line.lstrip())
                findings.append(
                    Finding(
                        code,
                        "",
                        "",
                        path,
                        Span(number, start, number, start + 1),
                        contract="" if contract == "-" else contract or "hub",
                        symbol=symbol or "app.hub.Hub",
                        spelled=spelled,
                        module=path.removesuffix(".py").replace("/", ".").removeprefix("src."),
                        scope=scopes.get(number, ""),
                    )
                )
    return tuple(findings)


def scopes_of(text: str) -> dict[int, str]:
    """The qualified name of the innermost function or class, by line."""
    found: dict[int, str] = {}

    def look(body: list[ast.stmt], name: str) -> None:
        for one in body:
            if isinstance(one, (ast.FunctionDef, ast.ClassDef)):
                inner = f"{name}.{one.name}".lstrip(".")
                found.update(dict.fromkeys(range(one.lineno, (one.end_lineno or 0) + 1), inner))
                look(one.body, inner)

    with contextlib.suppress(SyntaxError):
        look(ast.parse(text).body, "")
    return found


class Memory:
    """A state of which nothing is known but the surroundings of its findings, as a baseline has them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.context = Sources({path: text.encode() for path, text in files.items()}.get).context

    def has(self, path: str) -> bool | None:
        return None

    def names(self, path: str) -> None:
        return None

    def contents(self, path: str) -> None:
        return None


def told(
    old: Mapping[str, str],
    new: Mapping[str, str],
    renamed: Mapping[str, str] | None = None,
    hints: Hints = NOTHING,
    *,
    recorded: bool = False,
) -> tuple[list[str], list[str], list[str]]:
    """What was added, what was removed, and the pairs that are kept."""
    before, after = marked(old), marked(new)
    state = Memory(old) if recorded else Sources({path: text.encode() for path, text in old.items()}.get)
    code = Sources({path: text.encode() for path, text in new.items()}.get)
    result = difference(before, after, state, code, renamed, hints)
    assert {*result.added} | {now for _, now in result.kept} == {*after}
    assert {*result.removed} | {was for was, _ in result.kept} == {*before}

    def at(one: Finding) -> str:
        return f"{one.path}:{one.span.line}"

    pairs = [f"{at(was)} > {at(now)}" for was, now in result.kept]
    return [*map(at, result.added)], [*map(at, result.removed)], pairs


F = "def f(x):\n    go(x)\n    return Hub(x)  # SOT201 Hub\n"
F_EDITED = "def f(x):\n    go(x, 1)\n    return Hub(x)  # SOT201 Hub\n"
F_OTHER = "def f(x):\n    go(x, 1)\n    return Hub(x, 1)  # SOT201 Hub\n"
G = F.replace("def f", "def g")
PLAIN = "def h():\n    pass\n"
TOP = "from app.hub import Hub as H  # SOT101 Hub\n"

SINGLE = (["b.py:3"], ["a.py:3"], [])
KEPT = ([], [], ["a.py:3 > b.py:3"])

DATA: dict[str, tuple[Mapping[str, str], Mapping[str, str], tuple[list[str], list[str], list[str]]]] = {
    "nothing and nothing": ({}, {}, ([], [], [])),
    "all of it is new": ({}, {"a.py": F}, (["a.py:3"], [], [])),
    "all of it is gone": ({"a.py": F}, {}, ([], ["a.py:3"], [])),
    "another code": ({"a.py": F}, {"a.py": F.replace("201", "202")}, (["a.py:3"], ["a.py:3"], [])),
    "another name": ({"a.py": F}, {"a.py": F.replace("# SOT201 Hub", "# SOT201 H")}, (["a.py:3"], ["a.py:3"], [])),
    "another contract": (
        {"a.py": F}, {"a.py": F.replace("# SOT201 Hub", "# SOT201 Hub door")}, (["a.py:3"], ["a.py:3"], [])
    ),
    "the contract has another canonical": (
        {"a.py": F}, {"a.py": F.replace("# SOT201 Hub", "# SOT201 Hub hub app.core.Hub")}, ([], [], ["a.py:3 > a.py:3"])
    ),
    "no contract and another symbol": (
        {"a.py": F.replace("SOT201 Hub", "SOT301 Hub - a.Hub")},
        {"a.py": F.replace("SOT201 Hub", "SOT301 Hub - a.Hall")},
        (["a.py:3"], ["a.py:3"], []),
    ),
    "an offence of the same kind in one scope": ({"a.py": F}, {"a.py": F_OTHER}, ([], [], ["a.py:3 > a.py:3"])),
    "one of two in a scope is gone: that whose statement is": (
        {"a.py": "x = Hub(1)  # SOT201 Hub\ny = Hub(2)  # SOT201 Hub\n"},
        {"a.py": "y = Hub(2)  # SOT201 Hub\n"},
        ([], ["a.py:1"], ["a.py:2 > a.py:1"]),
    ),
    "one of two in a scope is new: that whose statement is": (
        {"a.py": "y = Hub(2)  # SOT201 Hub\n"},
        {"a.py": "x = Hub(1)  # SOT201 Hub\ny = Hub(2)  # SOT201 Hub\n"},
        (["a.py:1"], [], ["a.py:1 > a.py:2"]),
    ),
    "one of two is gone, and the scope was edited": (
        {"a.py": "def f():\n    go(Hub(1))  # SOT201 Hub\n    go(Hub(2))  # SOT201 Hub\n"},
        {"a.py": "def f():\n    go(1)\n    go(Hub(2))  # SOT201 Hub\n"},
        ([], ["a.py:2"], ["a.py:3 > a.py:3"]),
    ),
    "of equals the first stay": (
        {"a.py": "Hub()  # SOT201 Hub\n"},
        {"a.py": "Hub()  # SOT201 Hub\nHub()  # SOT201 Hub\n"},
        (["a.py:2"], [], ["a.py:1 > a.py:1"]),
    ),
    # Files.
    "a file": ({"a.py": F}, {"b.py": F}, KEPT),
    "a file, where another of its findings stays": (
        {"a.py": TOP + F}, {"a.py": TOP, "b.py": F}, ([], [], ["a.py:1 > a.py:1", "a.py:4 > b.py:3"])
    ),
    "a file that is still there": ({"a.py": F}, {"a.py": F.replace("Hub(x)  # SOT201 Hub", "1"), "b.py": F}, SINGLE),
    "a file of nothing but an import": ({"a.py": TOP}, {"b.py": TOP}, ([], [], ["a.py:1 > b.py:1"])),
    "a file of an import that binds other names, too": (
        {"a.py": TOP}, {"b.py": f"{TOP}import os\n"}, (["b.py:1"], ["a.py:1"], [])
    ),
    "a file, to the one that is most like it": (
        {"a.py": F + "\n" + PLAIN.replace("pass", "return Hub()  # SOT201 Hub")},
        {"b.py": F, "c.py": F + "\n" + PLAIN.replace("pass", "return Hub()  # SOT201 Hub")},
        (["b.py:3"], [], ["a.py:3 > c.py:3", "a.py:6 > c.py:6"]),
    ),
    "a file, to the nearest of equals": (
        {"x/a.py": F}, {"x/b.py": F, "y/a.py": F}, (["x/b.py:3"], [], ["x/a.py:3 > y/a.py:3"])
    ),
    "a file, to the first of equals": ({"a.py": F}, {"b.py": F, "c.py": F}, (["c.py:3"], [], ["a.py:3 > b.py:3"])),
    "two files to one": (
        {"a.py": TOP, "b.py": TOP}, {"c.py": TOP}, ([], ["b.py:1"], ["a.py:1 > c.py:1"])
    ),
    "a module to another root, all of it edited": (
        {"lib/a.py": F}, {"src/lib/a.py": F_OTHER}, ([], [], ["lib/a.py:3 > src/lib/a.py:3"])
    ),
    "a file, all of it edited": ({"a.py": F}, {"b.py": F_OTHER}, KEPT),
    "a file, and all of a function but its name": (
        {"a.py": TOP + F}, {"b.py": TOP + F_OTHER}, ([], [], ["a.py:1 > b.py:1", "a.py:4 > b.py:4"])
    ),
    "a file that was edited, in a folder": (
        {"x/a.py": F, "x/b.py": "Hub(1)  # SOT201 Hub\n"},
        {"y/a.py": F, "y/b.py": "a = Hub(2)  # SOT201 Hub\n"},
        ([], [], ["x/a.py:3 > y/a.py:3", "x/b.py:1 > y/b.py:1"]),
    ),
    "a relative name": (
        {"x/a.py": f"from . import c  # SOT102 .c.Hub\n{F}"},
        {"y/a.py": f"from .. import c  # SOT102 ..c.Hub\n{F}"},
        ([], [], ["x/a.py:1 > y/a.py:1", "x/a.py:4 > y/a.py:4"]),
    ),
    "what leads through the file": (
        {"x/a.py": F, "b.py": "import x.a  # SOT102 x.a.Hub\n"},
        {"y/a.py": F, "b.py": "import y.a  # SOT102 y.a.Hub\n"},
        ([], [], ["x/a.py:3 > y/a.py:3", "b.py:1 > b.py:1"]),
    ),
    "what leads through the file still": (
        {"x/a.py": F, "x/b.py": "import x.a  # SOT102 x.a.Hub\n"},
        {"y/a.py": F, "y/b.py": "import x.a  # SOT102 x.a.Hub\n"},
        ([], [], ["x/a.py:3 > y/a.py:3", "x/b.py:1 > y/b.py:1"]),
    ),
    "what leads through its package": (
        {"x/__init__.py": F, "b.py": "import x  # SOT102 x.Hub\n"},
        {"y/__init__.py": F, "b.py": "import y  # SOT102 y.Hub\n"},
        ([], [], ["x/__init__.py:3 > y/__init__.py:3", "b.py:1 > b.py:1"]),
    ),
    "what leads through another file": (
        {"x/a.py": F, "b.py": "import x.a  # SOT102 x.a.Hub\n"},
        {"y/a.py": F, "b.py": "import y.c  # SOT102 y.c.Hub\n"},
        (["b.py:1"], ["b.py:1"], ["x/a.py:3 > y/a.py:3"]),
    ),
    "what leads through a package that is a module now": (
        {"x/__init__.py": F, "b.py": "import x  # SOT102 x.Hub\n"},
        {"y.py": F, "b.py": "import y  # SOT102 y.Hub\n"},
        ([], [], ["x/__init__.py:3 > y.py:3", "b.py:1 > b.py:1"]),
    ),
    "what leads through a file of another name in its folder": (
        {"x/a.py": F, "b.py": "import x.a  # SOT102 x.a.Hub\n"},
        {"x/c.py": F, "b.py": "import x.c  # SOT102 x.c.Hub\n"},
        ([], [], ["x/a.py:3 > x/c.py:3", "b.py:1 > b.py:1"]),
    ),
    "what leads through a file from a root of imports below": (
        {"p/x/a.py": F, "b.py": "import a  # SOT102 a.Hub\n"},
        {"p/x/c.py": F, "b.py": "import c  # SOT102 c.Hub\n"},
        ([], [], ["p/x/a.py:3 > p/x/c.py:3", "b.py:1 > b.py:1"]),
    ),
    "a function that was innocent in a file that was renamed": (
        {"a.py": TOP + F.replace("# SOT201 Hub", ""), "c.py": F},
        {"b.py": TOP + F, "c.py": PLAIN},
        (["b.py:4"], ["c.py:3"], ["a.py:1 > b.py:1"]),
    ),
    # Definitions.
    "equals, in their order": (
        {"a.py": F.replace("go(x)", "return Hub(x)  # SOT201 Hub"), "b.py": PLAIN},
        {"a.py": PLAIN, "b.py": F.replace("go(x)", "return Hub(x)  # SOT201 Hub")},
        ([], [], ["a.py:2 > b.py:2", "a.py:3 > b.py:3"]),
    ),
    "an import that says another name, along with a function": (
        {"a.py": TOP + F + PLAIN, "b.py": "import os\n"},
        {"a.py": PLAIN, "b.py": TOP.replace("# SOT101 Hub", "# SOT101 Core") + F},
        (["b.py:1"], ["a.py:1"], ["a.py:4 > b.py:4"]),
    ),
    "a function, to another file": ({"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": F}, KEPT),
    "a function of another name": ({"a.py": F}, {"a.py": G}, ([], [], ["a.py:3 > a.py:3"])),
    "a function of another name, to another file": ({"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": G}, KEPT),
    "a function that is there still": (
        {"a.py": F, "b.py": PLAIN}, {"a.py": F.replace("Hub(x)  # SOT201 Hub", "1"), "b.py": G}, SINGLE
    ),
    "a function that was there already": (
        {"a.py": F, "b.py": F.replace("# SOT201 Hub", "")}, {"a.py": PLAIN, "b.py": F}, SINGLE
    ),
    "a function that was there already, and edited": (
        {"a.py": F, "b.py": F_EDITED.replace("# SOT201 Hub", "")}, {"a.py": PLAIN, "b.py": F_OTHER}, SINGLE
    ),
    "a function, edited, to another file": ({"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": F_EDITED}, KEPT),
    "a function, edited also where it is at fault": (
        {"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": F_OTHER}, KEPT
    ),
    "a function, edited and renamed": (
        {"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": F_EDITED.replace("def f", "def g")}, SINGLE
    ),
    "a function, to the nearest of its kind": (
        {"a.py": F, "b.py": PLAIN},
        {"a.py": PLAIN + "\n" + G, "b.py": PLAIN + "\n" + F},
        (["b.py:6"], [], ["a.py:3 > a.py:6"]),
    ),
    "a function into a class, and a copy of another name": (
        {"a.py": F, "b.py": PLAIN},
        {"a.py": PLAIN, "b.py": f"{PLAIN}\n{G}\nclass C:\n{textwrap.indent(F, '    ')}"},
        (["b.py:6"], [], ["a.py:3 > b.py:11"]),
    ),
    "a class at fault of another name": (
        {"a.py": "class A(Hub):  # SOT203 A\n    x = 1\n"},
        {"a.py": "class B(Hub):  # SOT203 B\n    x = 1\n"},
        ([], [], ["a.py:1 > a.py:1"]),
    ),
    "a class without a contract, to another file": (
        {"a.py": "class A:  # SOT303 A - a.A\n    x = 1\n", "b.py": PLAIN},
        {"a.py": PLAIN, "b.py": "class A:  # SOT303 A - b.A\n    x = 1\n"},
        ([], [], ["a.py:1 > b.py:1"]),
    ),
    "what is at a level below": (
        {"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": "Hub(x)  # SOT201 Hub\n"}, (["b.py:1"], ["a.py:3"], [])
    ),
    # What stands in no definition.
    "an import along with a function": (
        {"a.py": TOP + F + PLAIN, "b.py": "import os\n"},
        {"a.py": PLAIN, "b.py": TOP + F},
        ([], [], ["a.py:1 > b.py:1", "a.py:4 > b.py:4"]),
    ),
    "an import along with an innocent function": (
        {"a.py": TOP + PLAIN.replace("h", "i") + PLAIN, "b.py": "import os\n"},
        {"a.py": PLAIN, "b.py": TOP + PLAIN.replace("h", "i")},
        ([], [], ["a.py:1 > b.py:1"]),
    ),
    "an import without a function": (
        {"a.py": TOP + PLAIN, "b.py": "import os\n"}, {"a.py": PLAIN, "b.py": TOP}, (["b.py:1"], ["a.py:1"], [])
    ),
    "an import that is there still": (
        {"a.py": TOP + F + PLAIN, "b.py": "import os\n"},
        {"a.py": TOP.replace("# SOT101 Hub", "") + PLAIN, "b.py": TOP + F},
        (["b.py:1"], ["a.py:1"], ["a.py:4 > b.py:4"]),
    ),
    "another import along with a function": (
        {"a.py": TOP + F + PLAIN, "b.py": "import os\n"},
        {"a.py": PLAIN, "b.py": TOP.replace("as H", "as K") + F},
        (["b.py:1"], ["a.py:1"], ["a.py:4 > b.py:4"]),
    ),
    "an import, and a function to a third file": (
        {"a.py": TOP + F + PLAIN, "b.py": "import os\n", "c.py": "import os\n"},
        {"a.py": PLAIN, "b.py": TOP, "c.py": F},
        (["b.py:1"], ["a.py:1"], ["a.py:4 > c.py:3"]),
    ),
    "an import of a file that cannot be parsed": (
        {"a.py": f"{TOP}{F}", "b.py": "import os\n"},
        {"a.py": "(", "b.py": TOP + F},
        (["b.py:1", "b.py:4"], ["a.py:1", "a.py:4"], []),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DATA)
def test_what_is_the_same_finding(what: str) -> None:
    old, new, expected = DATA[what]
    assert told(old, new) == expected


@pytest.mark.parametrize("what", DATA)
def test_what_is_the_same_finding_whatever_the_order(what: str) -> None:
    old, new, expected = DATA[what]
    result = told(dict(reversed(old.items())), dict(reversed(new.items())))
    assert [sorted(one) for one in result] == [sorted(one) for one in expected]


RECORDED: dict[str, tuple[Mapping[str, str], Mapping[str, str], tuple[list[str], list[str], list[str]]]] = {
    "a file": ({"a.py": F}, {"b.py": F}, KEPT),
    "a file to one that has findings": (
        {"a.py": F, "b.py": G.replace("201", "202")},
        {"b.py": f"{F}\n{G.replace('201', '202')}"},
        ([], [], ["a.py:3 > b.py:3", "b.py:3 > b.py:7"]),
    ),
    "a function, to another file": ({"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": F}, KEPT),
    "a function, edited, to another file": ({"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": F_EDITED}, KEPT),
    "a function, edited also where it is at fault": (
        {"a.py": F, "b.py": PLAIN}, {"a.py": PLAIN, "b.py": F_OTHER}, SINGLE
    ),
    "an import along with a function": (
        {"a.py": TOP + F + PLAIN, "b.py": "import os\n"},
        {"a.py": PLAIN, "b.py": TOP + F},
        ([], [], ["a.py:1 > b.py:1", "a.py:4 > b.py:4"]),
    ),
    "an import along with an innocent function": (
        {"a.py": TOP + PLAIN.replace("h", "i") + PLAIN, "b.py": "import os\n"},
        {"a.py": PLAIN, "b.py": TOP + PLAIN.replace("h", "i")},
        (["b.py:1"], ["a.py:1"], []),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", RECORDED)
def test_what_is_the_same_finding_where_only_findings_are_known(what: str) -> None:
    old, new, expected = RECORDED[what]
    assert told(old, new, recorded=True) == expected


def test_files_that_git_calls_renamed_are() -> None:
    old, new = {"a.py": "Hub(1)  # SOT201 Hub\n"}, {"b.py": "x = Hub(2)  # SOT201 Hub\n"}
    assert told(old, new, {"a.py": "b.py"}) == ([], [], ["a.py:1 > b.py:1"])
    assert told(old, new, {"a.py": "c.py"}) == told(old, new) == (["b.py:1"], ["a.py:1"], [])
    # git has said all: no other file is looked for.
    assert told({"a.py": TOP}, {"b.py": TOP}, {}) == (["b.py:1"], ["a.py:1"], [])
    # What has come to stand where a renamed file was is new.
    assert told({"a.py": TOP}, {"a.py": TOP, "b.py": TOP}, {"a.py": "b.py"}) == (
        ["a.py:1"],
        [],
        ["a.py:1 > b.py:1"],
    )
    moved = (
        {"x/a.py": F, "b.py": "import x.a  # SOT102 x.a.Hub\n"},
        {"y/a.py": F, "b.py": "import y.a  # SOT102 y.a.Hub\n"},
    )
    assert told(*moved, {"x/a.py": "y/a.py"})[0] == []
    result = difference(
        marked(moved[0]), marked(moved[1]), Memory(moved[0]), Memory(moved[1]), {"x/a.py": "y/a.py"}
    )
    assert result.renamed == {"x/a.py": "y/a.py"}


def test_files_that_were_renamed_are_told() -> None:
    def renamed(old: Mapping[str, str], new: Mapping[str, str]) -> Mapping[str, str]:
        states = [Sources({path: text.encode() for path, text in files.items()}.get) for files in (old, new)]
        return difference(marked(old), marked(new), *states).renamed

    assert renamed({"a.py": F}, {"b.py": F}) == {"a.py": "b.py"}
    assert renamed({"a.py": F}, {"a.py": F, "b.py": F}) == {}
    folder = {"x/a.py": F, "x/b.py": "Hub(1)  # SOT201 Hub\n", "z.py": "Hub(4)  # SOT201 Hub\n"}
    new = {"y/a.py": F, "y/b.py": "a = Hub(2)  # SOT201 Hub\n", "v.py": "b = Hub(3)  # SOT201 Hub\n"}
    assert renamed(folder, new) == {"x/a.py": "y/a.py", "x/b.py": "y/b.py"}


def hints(names: Mapping[str, str], files: Mapping[str, str] | None = None, contract: str = "hub") -> Hints:
    return Hints({contract: names}, files or {})


ROOM = F.replace("Hub", "Room")


def test_what_a_symbol_was_called_is_translated() -> None:
    old, new = {"a.py": F}, {"a.py": ROOM}
    apart = (["a.py:3"], ["a.py:3"], [])
    assert told(old, new) == apart
    assert told(old, new, hints=hints({"Hub": "Room"})) == ([], [], ["a.py:3 > a.py:3"])
    assert told(old, new, hints=hints({"Hub": "Room"}, contract="door")) == apart
    assert told(old, new, hints=hints({"Room": "Hub"})) == apart
    # The last part of a path, and a whole path.
    path, now = ({"a.py": F.replace("# SOT201 Hub", f"# SOT201 {name}")} for name in ("hub.Hub", "hub.Room"))
    assert told(path, now, hints=hints({"Hub": "Room"}))[0] == []
    assert (
        told(path, {"a.py": F.replace("# SOT201 Hub", "# SOT201 Hub.hub")}, hints=hints({"Hub": "Room"}))
        == apart
    )
    other = {"a.py": F.replace("# SOT201 Hub", "# SOT201 core.Room")}
    assert told(path, other, hints=hints({"hub.Hub": "core.Room"}))[0] == []
    # What is still called so is the same all the more.
    assert told(old, old, hints=hints({"Hub": "Room"})) == ([], [], ["a.py:3 > a.py:3"])


def test_what_a_symbol_was_called_is_translated_in_scopes() -> None:
    old = {"a.py": "class Hub:\n    def f(self):\n        self.x = Hub(1)  # SOT305 x\n"}
    new = {"a.py": old["a.py"].replace("Hub(1)", "Hub(2)").replace("Hub", "Room")}
    assert told(old, new) == (["a.py:3"], ["a.py:3"], [])
    assert told(old, new, hints=hints({"Hub": "Room"})) == ([], [], ["a.py:3 > a.py:3"])
    assert told(old, new, hints=hints({"Hub": "Room"}, contract="door")) == (["a.py:3"], ["a.py:3"], [])


def test_a_symbol_and_the_file_that_it_is_in_are_translated_together() -> None:
    old = {"x/a.py": "import x.hub  # SOT102 x.hub.Hub\n"}
    new = {"y/a.py": "import y.hub  # SOT102 y.hub.Room\n"}
    both = hints({"Hub": "Room"}, {"x/a.py": "y/a.py", "x/hub.py": "y/hub.py"})
    assert told(old, new, hints=both) == ([], [], ["x/a.py:1 > y/a.py:1"])
    assert told(old, new, hints=hints({}, both.files)) == (["y/a.py:1"], ["x/a.py:1"], [])
    # A whole path is translated once, though what it leads to lies where files have moved.
    deep = {"x/y/a.py": "import x.y.hub  # SOT102 x.y.hub.Hub\n"}
    once = hints({"x.hub.Hub": "x.y.hub.Hub"}, {"x/hub.py": "x/y/hub.py", "x/a.py": "x/y/a.py"})
    assert told({"x/a.py": "import x.hub  # SOT102 x.hub.Hub\n"}, deep, hints=once)[0] == []


def test_files_that_hints_name_leave_others_to_be_found() -> None:
    old, new = (
        {"x/a.py": F, "x/b.py": "Hub(1)  # SOT201 Hub\n"},
        {"y/a.py": F_OTHER, "y/b.py": "a = Hub(2)  # SOT201 Hub\n"},
    )
    assert told(old, new, hints=hints({}, {"x/a.py": "y/a.py"})) == (
        [],
        [],
        ["x/a.py:3 > y/a.py:3", "x/b.py:1 > y/b.py:1"],
    )
    # None of those that they name is given to another.
    old, new = {"a.py": TOP, "b.py": TOP}, {"c.py": TOP, "d.py": TOP}
    assert told(old, new, hints=hints({}, {"a.py": "d.py"}))[2] == ["b.py:1 > c.py:1", "a.py:1 > d.py:1"]


def test_files_that_cannot_be_parsed_are_compared_by_lines() -> None:
    one = Finding("SOT900", "unparsable-file", "", "app/a.py", Span(2, 0, 2, 1))
    two = one._replace(span=Span(3, 0, 3, 1))
    old, new = Sources({"app/a.py": b"x =\n  y y\nz z\n"}.get), Sources({"app/a.py": b"x =\n(\nz z\n"}.get)
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


Units = dict[str, tuple[Unit, ...]]
"""The units of each file."""

UNITS = st.builds(Unit, st.just(""), st.integers(0, 5), st.sampled_from(["function", "class"]))


@st.composite
def states(draw: st.DrawFn) -> Units:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    number = 0
    state: Units = {}
    for index, size in enumerate(sizes):
        units = []
        for _ in range(size):
            units.append(replace(draw(UNITS), name=f"Name{number}"))
            number += 1
        folder = draw(st.sampled_from(["app", "app/one", "app/two"]))
        state[f"{folder}/file{index}.py"] = tuple(units)
    return state


def written(state: Units, loose: bool) -> dict[str, str]:
    files = {
        path: file(*(("", "x = 1\n") if loose else ()), *(one.text(loose) for one in units))
        for path, units in state.items()
    }
    return {**files, "app/one/__init__.py": "", "app/two/__init__.py": ""}


Edit = Callable[[st.DrawFn, Units, int], Units]


def _some(draw: st.DrawFn, state: Units) -> tuple[str, int]:
    path = draw(st.sampled_from(sorted(path for path in state if state[path])))
    return path, draw(st.integers(0, len(state[path]) - 1))


def reorder(draw: st.DrawFn, state: Units, number: int) -> Units:
    path, _ = _some(draw, state)
    return {**state, path: tuple(draw(st.permutations(state[path])))}


def move(draw: st.DrawFn, state: Units, number: int) -> Units:
    path, at = _some(draw, state)
    other = draw(st.sampled_from(sorted({*state, f"app/fresh{number}.py"} - {path})))
    unit = state[path][at]
    return {
        **state,
        path: tuple(one for one in state[path] if one is not unit),
        other: (*state.get(other, ()), unit),
    }


def rename(draw: st.DrawFn, state: Units, number: int) -> Units:
    path, at = _some(draw, state)
    units = list(state[path])
    units[at] = replace(units[at], name=f"Fresh{number}")
    return {**state, path: tuple(units)}


def rename_file(draw: st.DrawFn, state: Units, number: int) -> Units:
    path, _ = _some(draw, state)
    other = draw(st.sampled_from([f"app/new{number}.py", path.replace("/file", f"/new{number}file")]))
    return {other if one == path else one: units for one, units in state.items()}


MOVING: tuple[Edit, ...] = (reorder, move, rename, rename_file)
LAWS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def total(state: Units) -> int:
    return sum(one.sick for units in state.values() for one in units)


@LAWS
@given(st.data(), states(), st.booleans())
def test_law_moves_add_nothing(data: st.DataObject, old: Units, loose: bool) -> None:
    new = old
    # One move of each thing at a time: a function that is renamed in a file that is renamed is still itself.
    for number, edit in enumerate(data.draw(st.lists(st.sampled_from(MOVING), min_size=1, max_size=4))):
        new = edit(data.draw, new, number)
    result = compared(written(old, False), written(new, loose))
    assert counts(result) == (0, 0, total(old))


@LAWS
@given(st.data(), states(), st.booleans())
def test_law_copies_are_added(data: st.DataObject, old: Units, loose: bool) -> None:
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
def test_law_swaps_are_counted(data: st.DataObject, old: Units, loose: bool) -> None:
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
