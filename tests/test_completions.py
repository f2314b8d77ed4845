"""What is proposed at a place in a text, which mostly does not parse: the cursor is where the text has `|`."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from ssot_lint.engine.completions import place as completions_place
from ssot_lint.engine.completions import tokens as completions_tokens
from ssot_lint.engine.completions.in_python import NamesKnown, in_python
from ssot_lint.engine.completions.place import ImportedName, ModulePath, UsedName, place
from ssot_lint.engine.completions.proposal import Proposal
from ssot_lint.engine.completions.tokens import begin_of, statements_of, tokens_of
from ssot_lint.model.contracts import BaseContract, ClassContract, Contract, GatewayContract
from ssot_lint.model.finding import File
from tests.lsp_client import edited

HUB = ClassContract(
    name="hub",
    canonical="app.hub.Hub",
    also_at=("app.api.Hub",),
    implementation="app._hub._Hub",
    retired=("Relay", "app.old.*", "Old*"),
    factories=("app.hub.make",),
)
BASE = BaseContract(name="base", canonical=("app.sub.base.Base", "app.sub.base.AsyncBase"))
SETTINGS = ClassContract(name="settings", canonical="app.settings")
TOP = ClassContract(name="top", canonical="config")
INNER = ClassContract(name="inner", canonical="app.sub.base.Base.Inner")
GATE = GatewayContract(name="gate", primitives=("os.environ",))
MODULES = (
    "app app.hub app.api app._hub app.plain app.settings app.sub app.sub.base app.sub.one config old tests"
).split()

PLAIN = File("app/plain.py", "app.plain", package=False, tests=False)
ONE = File("app/sub/one.py", "app.sub.one", package=False, tests=False)


def members(module: str) -> list[tuple[str, Contract]]:
    return [("LIMIT", SETTINGS)] if module == "app.settings" else []


def handed_on(module: str) -> list[tuple[str, Contract]]:
    return {
        "app": [("Hub", HUB)],
        "app.hub": [("Alias", HUB), ("Relay", HUB)],
        "app._hub": [("_Hub", HUB)],
    }.get(module, [])


def leads(contract: Contract, path: str) -> bool:
    return contract is HUB and path in ("app.Hub", "app._hub._Hub", "app.plain.Hub")


def proposed(text: str, file: File = PLAIN) -> list[Proposal]:
    above, _, behind = text.partition("|")
    row = above.count("\n")
    known = NamesKnown([HUB, BASE, SETTINGS, TOP, GATE], MODULES, file, members, handed_on, leads)
    lines = f"{above}{behind}".split("\n")
    return in_python(known, lines, row, len(above) - above.rfind("\n") - 1)


def labels(text: str, file: File = PLAIN) -> list[str]:
    return [f"-{one.label}" if one.is_retired else one.label for one in proposed(text, file)]


def after(text: str, label: str, file: File = PLAIN) -> str:
    """The text once a proposal is accepted, without the cursor."""
    (one,) = (one for one in proposed(text, file) if one.label == label)
    above, _, behind = text.partition("|")
    row, column = above.count("\n"), len(above) - above.rfind("\n") - 1

    def at(line: int, column: int) -> dict[str, int]:
        return {"line": line - 1, "character": column}

    own = {
        "range": {"start": at(row + 1, column - one.typed), "end": at(row + 1, column)},
        "newText": one.text,
    }
    others = [
        {"range": {"start": at(*edit.span[:2]), "end": at(*edit.span[2:])}, "newText": edit.text}
        for edit in one.edits
    ]
    # At one place the import comes first.
    return edited(above + behind, [own, *others])


@pytest.mark.parametrize(
    ("above", "found"),
    [
        ("from app.h", ModulePath("app.h")),
        ("from ", ModulePath("")),
        ("import ", ModulePath("")),
        ("import a.b.", ModulePath("a.b.")),
        ("import os, a.", ModulePath("a.")),
        ("from .", ModulePath(".")),
        ("x = (\nfrom a", ModulePath("a")),
        ("x = 'it\nfrom a", ModulePath("a")),
        ("if x: from a", ModulePath("a")),
        ("x = 1; from a", ModulePath("a")),
        ("def f(\n    import a", ModulePath("a")),
        ("from a import ", ImportedName("a", 5, 6, "", ())),
        ("from a import b", ImportedName("a", 5, 6, "b", ())),
        ("from a import b, ", ImportedName("a", 5, 6, "", ("b",))),
        ("from a import (b as c,\n  # why\n  d,\n  e", ImportedName("a", 5, 6, "e", ("b", "d"))),
        ("from a import \\\n    b", ImportedName("a", 5, 6, "b", ())),
        ("from . import ", ImportedName(".", 5, 6, "", ())),
        ("from ..a.b import x", ImportedName("..a.b", 5, 10, "x", ())),
        ("try:\n    from a import (", ImportedName("a", 14, 15, "", ())),
        ("def f(x) -> int:\n    return 1\n\n\nfrom a import ", ImportedName("a", 37, 38, "", ())),
        ("x", UsedName("x", False)),
        ("", UsedName("", False)),
        ("from a import b\n", UsedName("", False)),
        ("from", UsedName("from", False)),
        ("x = ", UsedName("", False)),
        ("f(a, b=H", UsedName("H", False)),
        ("yield from H", UsedName("H", False)),
        ("raise X from H", UsedName("H", False)),
        ("print('a', H", UsedName("H", False)),
        ("x = 'unclosed\ny = H", UsedName("H", False)),
        ("class A(H", UsedName("H", False)),
        ("@H", UsedName("H", False)),
        ("match H", UsedName("H", False)),
        ("case H", UsedName("H", False)),
        ("x[H", UsedName("H", False)),
        ("lambda: H", UsedName("H", False)),
        ("def f(a=H", UsedName("H", False)),
        ("x: H", UsedName("H", True)),
        ("x: list[H", UsedName("H", True)),
        ("x: int = H", UsedName("H", False)),
        ("def f(a: H", UsedName("H", True)),
        ("def f(a: int, b: dict[int, H", UsedName("H", True)),
        ("def f(a: int = H", UsedName("H", False)),
        ("def f() -> H", UsedName("H", True)),
        ("async def f(a, *, b: H", UsedName("H", True)),
        ("def f(): H", UsedName("H", False)),
        ("if x: H", UsedName("H", False)),
        ("f(lambda a: H", UsedName("H", False)),
        ("x = f'{H", UsedName("H", False)),
        ('x = Rf"""{a}\n{b + H', UsedName("H", False)),
        ("x = t'{{{H", UsedName("H", False)),
        ('x = f\'{a} and {dict(a="}", b=H', UsedName("H", False)),
        ("x = f'{ {1: H", UsedName("H", False)),
        ("x = f'{(lambda: H", UsedName("H", False)),
        ("from a import b as ", None),
        ("from a import b as c", None),
        ("from a import b ", None),
        ("from a import (b)", None),
        ("from a import *", None),
        ("from a ", None),
        ("from  import ", None),
        ("import a as ", None),
        ("import a as b", None),
        ("import a ", None),
        ("import .a", None),
        ("# H", None),
        ("x = 1 # it's H", None),
        ("x = 'H", None),
        ("x = f'H", None),
        ("x = '{H", None),
        ("x = hf'{H", None),
        ("x = f'{{H", None),
        ("x = f'{a}H", None),
        ("x = f'{a.H", None),
        ("x = f'{a:H", None),
        ("x = f'{a!H", None),
        ("x = f'{a[\"H", None),
        ("# f'{H", None),
        ("'''\nH", None),
        ("x = '\\\nH", None),
        ("a.H", None),
        ("x.\\\n  H", None),
        ("def H", None),
        ("class H", None),
        ("for H", None),
        ("global H", None),
        ("with x as H", None),
        ("def f(H", None),
        ("def f(a, *H", None),
        ("async def f(a, H", None),
        ("x H", None),
        ("x() H", None),
        ("1H", None),
    ],
)
def test_what_stands_at_a_place(above: str, found: object) -> None:
    assert place(above) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # After another module nothing of ours is offered, whatever it is called.
        ("from os import H|", []),
        ("from os import |", []),
        ("from app.hub import |", ["Hub", "-Alias", "-Relay"]),
        ("from app.hub import h|", ["Hub"]),
        ("from app.hub import Re|", ["-Relay"]),
        ("from app.hub import Hub, |", []),
        ("from app.hub import x, |", ["Hub", "-Alias", "-Relay"]),
        ("from app.hub import |, Hub", []),
        ("from app.hub import (\n    x,\n    H|\n\ndef f():\n    Hub = 1", ["Hub"]),
        # A retired name is offered only if the module has it.
        ("from app.api import |", ["Hub"]),
        ("from app.settings import |", ["LIMIT"]),
        ("from app import |", ["settings", "-Hub"]),
        # What would be taken from another module is no name beside others.
        ("from app import x, |", ["settings"]),
        ("from app import |, x", ["settings"]),
        ("from app._hub import |", ["-_Hub"]),
        ("from . import s|", ["settings"]),
        ("from .hub import |", ["Hub", "-Alias", "-Relay"]),
        ("from .sub.base import |", ["Base", "AsyncBase"]),
        ("from .nothing import |", []),
        ("from .... import |", []),
        ("from app.hub import Hub as |", []),
        ("from |", ["app.hub", "app.settings", "app.sub.base", "config"]),
        ("from app.|", ["app.hub", "app.settings", "app.sub.base"]),
        ("import |", ["app.hub", "app.settings", "app.sub.base", "config"]),
        ("import app.s|", ["app.settings", "app.sub.base"]),
        ("import os, con|", ["config"]),
        ("from .|", [".hub", ".settings", ".sub.base"]),
        ("from .sub.|", [".sub.base"]),
        ("from ..|", []),
        ("x = |", ["Hub", "-Relay", "Base", "AsyncBase", "settings", "config"]),
        ("x = h|", ["Hub"]),
        ("# H|", []),
        ("'H|'", []),
    ],
)
def test_words_in_python(text: str, found: list[str]) -> None:
    assert labels(text) == found


def test_words_in_a_package_below() -> None:
    assert labels("from ..|", ONE) == ["..hub", "..settings", "..sub.base"]
    assert labels("from .|", ONE) == [".base"]
    assert labels("from ..hub import |", ONE) == ["Hub", "-Alias", "-Relay"]
    # A module imports nothing from itself.
    own = File("app/hub.py", "app.hub", package=False, tests=False)
    assert labels("from |", own) == ["app.settings", "app.sub.base", "config"]


@pytest.mark.parametrize(
    ("text", "label", "new"),
    [
        ("from app.hub import Re|", "Relay", "from app.hub import Hub"),
        ("from app.hub import Al|, x", "Alias", "from app.hub import Hub, x"),
        # What is taken from another module changes both.
        ("from app import H|", "Hub", "from app.hub import Hub"),
        ("from app._hub import |\nx = 1", "_Hub", "from app.hub import Hub\nx = 1"),
        ("import os\nfrom ._hub import (\n    |", "_Hub", "import os\nfrom .hub import (\n    Hub"),
        ("from .h|", ".hub", "from .hub"),
        ("import a, app.|", "app.hub", "import a, app.hub"),
        # The import goes where a repair would put it.
        ("x = H|", "Hub", "from app.hub import Hub\nx = Hub"),
        ("import os\n\nx = H|", "Hub", "import os\nfrom app.hub import Hub\n\nx = Hub"),
        ("'''a'''\n\nx = H|", "Hub", "'''a'''\nfrom app.hub import Hub\n\nx = Hub"),
        (
            "from __future__ import annotations\n\nx = H|",
            "Hub",
            "from __future__ import annotations\nfrom app.hub import Hub\n\nx = Hub",
        ),
        (
            "import os\n\nfrom app.a import a\nfrom app.z import z\n\nx = H|",
            "Hub",
            "import os\n\nfrom app.a import a\nfrom app.hub import Hub\nfrom app.z import z\n\nx = Hub",
        ),
        ("from app.hub import make\nx = H|", "Hub", "from app.hub import Hub, make\nx = Hub"),
        (
            "from app.hub import (\n    make,\n)\n\nx = (H|",
            "Hub",
            "from app.hub import (\n    Hub,\n    make,\n)\n\nx = (Hub",
        ),
        ("from .a import a\nx = H|", "Hub", "from .a import a\nfrom .hub import Hub\nx = Hub"),
        (
            "from dataclasses import dataclass\n\n\n@dataclass\nclass A(Ba|",
            "Base",
            "from dataclasses import dataclass\nfrom app.sub.base import Base\n\n\n@dataclass\nclass A(Base",
        ),
        # Nothing comes before what is said to the compiler.
        (
            "from __future__ import annotations\nfrom config.a import a\nx = conf|",
            "config",
            "from __future__ import annotations\nimport config\nfrom config.a import a\nx = config",
        ),
        ("import os\nx = con|", "config", "import os\nimport config\nx = config"),
        ("x = set|", "settings", "from app import settings\nx = settings"),
        ("x = Rel|", "Relay", "from app.hub import Hub\nx = Hub"),
        # What is bound already is not imported again, wherever it is.
        ("from app.hub import Hub\nx = H|", "Hub", "from app.hub import Hub\nx = Hub"),
        ("from .hub import Hub\nx = H|", "Hub", "from .hub import Hub\nx = Hub"),
        ("from app.api import Hub\nx = H|", "Hub", "from app.api import Hub\nx = Hub"),
        ("from app import Hub\nx = H|", "Hub", "from app import Hub\nx = Hub"),
        ("from app.hub import (  # a\n    a, b as c,\n    Hub)\nx = H|", "Hub", None),
        ("try:\n    from app.hub import Hub\nexcept ImportError:\n    Hub = None\nx = H|", "Hub", None),
        ("if x:\n    from app.hub import Hub\nx = H|", "Hub", None),
        ("if x: from app.hub import Hub\nx = H|", "Hub", None),
        ("import os; from app.hub import Hub\nx = H|", "Hub", None),
        ("def f():\n    from app.hub import Hub\n    return H|", "Hub", None),
        ("def f():\n    from app.hub import Hub\n    def g():\n        return H|", "Hub", None),
        ("def f():\n    return H|\n\nfrom app.hub import Hub\n", "Hub", None),
        ("from app.hub import *\nx = H|", "Hub", None),
        ("Hub = app.hub.Hub\nx = H|", "Hub", None),
        ("if TYPE_CHECKING:\n    from app.hub import Hub\ndef f(x: H|", "Hub", None),
        ("if not TYPE_CHECKING:\n    from app.hub import Hub\nx = H|", "Hub", None),
        ("if not x:\n    pass\nelse:\n    from app.hub import Hub\nx = H|", "Hub", None),
        # Also behind what is half typed.
        ("from app.hub import Hub\nx = (\n\ndef f(\n    y = 'it's\n\nclass A:\n    x = H|", "Hub", None),
        # What is bound elsewhere, later or for types alone is not bound here.
        (
            "def g():\n    from app.hub import Hub\ndef f():\n    return H|",
            "Hub",
            "from app.hub import Hub\ndef g():\n    from app.hub import Hub\ndef f():\n    return Hub",
        ),
        (
            "class A:\n    from app.hub import Hub\n    def f():\n        return H|",
            "Hub",
            "from app.hub import Hub\nclass A:\n    from app.hub import Hub\n    def f():\n        return Hub",
        ),
        (
            "x = H|\nfrom app.hub import Hub\n",
            "Hub",
            "from app.hub import Hub\nx = Hub\nfrom app.hub import Hub\n",
        ),
        (
            "import typing as tp\nif tp.TYPE_CHECKING:\n    from app.hub import Hub\nx = H|",
            "Hub",
            "import typing as tp\nfrom app.hub import Hub\nif tp.TYPE_CHECKING:\n    from app.hub import Hub\nx = Hub",
        ),
        (
            "from app.hub import Hub as H1\nx = H|",
            "Hub",
            "from app.hub import Hub as H1, Hub\nx = Hub",
        ),
    ],
)
def test_a_word_and_what_it_needs(text: str, label: str, new: str | None) -> None:
    assert after(text, label) == (new if new is not None else text.replace("H|", "Hub"))


@pytest.mark.parametrize(
    "text",
    [
        "class Hub: ...\nx = H|",
        "from app.other import Hub\nx = H|",
        "def f():\n    Hub = 1\n    return H|",
        "one, Hub = 1, 2\nx = H|",
        "one = (two, *Hub) = 1, 2\nx = H|",
        "Hub: int = 1\nx = H|",
        "for one, (two, Hub) in (): pass\nx = H|",
        "async def f():\n    async for Hub in x: H|",
        "async def f():\n    async with a() as b, c() as Hub: H|",
        "with a() as (b, Hub): H|",
        "with (a() as b, c() as Hub): H|",
        "try: ...\nexcept E as Hub: H|",
        "if (Hub := 1): H|",
        "f(1, two=(Hub := 1))\nx = H|",
    ],
)
def test_what_is_something_else_here_is_no_word(text: str) -> None:
    file = File("app/sub/one.py", "app.sub.one", package=False, tests=False)
    assert "Hub" not in labels(text, file)


@pytest.mark.parametrize(
    "text",
    [
        "one.Hub = 1\nx = H|",
        "one[Hub] = 1\nx = H|",
        "one[0][Hub], Hub.two = 1, 2\nx = H|",
        "Hub[1] = 2\nx = H|",
        "one: Hub = 1\nx = H|",
        "f(Hub=1)\nx = H|",
        "f(x == Hub)\nx = H|",
        "for one[Hub] in Hub: H|",
        "with Hub as one: H|",
        "with one as Hub.two: H|",
        "assert Hub == Hub\nx = H|",
    ],
)
def test_what_binds_nothing(text: str) -> None:
    assert "Hub" in labels(text)


@pytest.mark.parametrize(
    ("text", "own", "also", "edits"),
    [
        ("class Hub: ...\nx: H|", "app.hub", ("hub",), [0]),
        ("class Hub: ...\nx: H|", "src.app.hub", ("app.hub",), [0]),
        ("from app._hub import Hub\nx: H|", "app.hub", (), [0]),
        ("x: H|", "app.hub", (), []),
        ("class Hubs: ...\nx: H|", "app.other", (), [1]),
    ],
)
def test_a_module_imports_nothing_from_itself(
    text: str, own: str, also: tuple[str, ...], edits: list[int]
) -> None:
    file = File("app/hub.py", own, package=False, tests=False, also=also)
    known = NamesKnown([ClassContract(name="hub", canonical="app.hub.Hub")], ["app.hub"], file)
    lines = text.rstrip("|").split("\n")
    assert [len(one.edits) for one in in_python(known, lines, len(lines) - 1, len(lines[-1]))] == edits


def test_a_name_in_a_class() -> None:
    known = NamesKnown([INNER], MODULES, PLAIN)
    (found,) = in_python(known, ["x = B"], 0, 5)
    assert (found.label, found.text) == ("Base.Inner", "Base.Inner")
    assert [one.text for one in found.edits] == ["from app.sub.base import Base\n"]
    assert [one.label for one in in_python(known, ["from app.sub.base import "], 0, 25)] == ["Base"]


def last_of(text: str) -> list[str]:
    """The tokens of the statement that a text ends in."""
    found = [*statements_of(text, tokens_of(text))]
    return [one.text for one in found[-1].tokens] if found and found[-1].end == len(text) else []


@pytest.mark.parametrize("module", [completions_tokens, completions_place])
def test_the_statement_at_a_place_is_that_of_the_whole_text(module: ModuleType) -> None:
    text = f"x = [\n'''\nimport a\n'''\nimport b\n{inspect.getsource(module)}"
    for at in range(0, len(text), 7):
        begin = begin_of(text, at)
        tokens = [*tokens_of(text[:at])]
        last = tokens[-1] if tokens else None
        if begin is not None:
            assert last_of(text[begin:at]) == last_of(text[:at])
        else:
            assert last is not None
            assert last.end == at
            assert last.kind in ("comment", "string")
