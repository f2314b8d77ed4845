"""What inference says of expressions, and what it never does: read, import, execute, calculate, or leave traces."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import astroid
import astroid.context
import astroid.protocols
import pytest
from astroid.context import InferenceContext
from astroid.manager import AstroidManager

from ssot_lint.facts.parse import deep
from ssot_lint.inference import infer
from ssot_lint.inference.infer import BUDGET, Inference
from ssot_lint.inference.inferred import Inferred, StubTarget
from ssot_lint.inference.world import StubWorld
from ssot_lint.model.finding import Span

PATHS = {
    "app.hub.Hub": StubTarget(0, "symbol"),
    "app.hub.SmallHub": StubTarget(0, "subclass"),
    "app.hub.hub_for": StubTarget(0, "factory", "app.hub.hub_for"),
    "app.hub.spare_hub": StubTarget(0, "maker"),
    "app.hub.current": StubTarget(0, "instance"),
    "app.mail.Mail": StubTarget(1, "symbol"),
    "app.mail.MailStub": StubTarget(1, "double"),
}
MEMBERS: list[Mapping[str, StubTarget]] = [
    {"of": StubTarget(0, "constructor"), "make": StubTarget(0, "factory", "app.hub.Hub.make")},
    {},
]
IMPORT = "from app.hub import Hub, SmallHub, hub_for, spare_hub, current\nfrom app.desk import Desk\n"
OPEN = StubTarget(0, "factory", "app.desk.Desk.open")


def world() -> StubWorld:
    def resolve(path: str) -> StubTarget | None:
        return OPEN if path == OPEN.path else PATHS.get(path)

    def methods(path: str) -> Mapping[str, StubTarget]:
        return {"open": OPEN} if path == "app.desk.Desk" else {}

    def exists(path: str) -> bool:
        return path in ("app", "app.hub", "app.mail", "app.desk")

    def foreign(path: str) -> bool:
        return not path.startswith(("app.", "."))

    names = sorted({path.rpartition(".")[2] for path in PATHS} | {"Desk", "hub", "app"})
    return StubWorld(resolve, methods, exists, foreign, names, MEMBERS)


def inferred(text: str, module: str = "app.user") -> Inference:
    return Inference(text, module, False, world())


def spans(text: str) -> list[tuple[ast.expr, Span]]:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.expr):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            found.append((node, Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)))
    return found


def place_of(text: str, expression: str) -> Span:
    """The place of the last expression that is spelled so."""
    wanted = ast.dump(ast.parse(expression, mode="eval").body)
    return max(span for node, span in spans(text) if ast.dump(node) == wanted)


def kinds(text: str, expression: str, module: str = "app.user") -> set[str]:
    """What an expression may be: the kinds, with the number of the contract if it is not the first."""
    text = IMPORT + textwrap.dedent(text)
    answers = deep(lambda: inferred(text, module).answers(place_of(text, expression)))
    return {one.kind if one.contract < 1 else f"{one.kind}{one.contract}" for one in answers}


@pytest.mark.parametrize(
    ("text", "expression", "expected"),
    [
        ("", "Hub", {"symbol"}),
        ("", "SmallHub", {"subclass"}),
        ("", "Hub()", {"instance"}),
        ("", "hub_for", {"factory"}),
        ("", "hub_for(1)", {"instance"}),
        ("", "spare_hub", {"maker"}),
        ("", "current", {"instance"}),
        ("import app.hub", "app.hub.Hub", {"symbol"}),
        ("import app.hub as h", "h.hub_for(1)", {"instance"}),
        ("from app.mail import Mail", "Mail", {"symbol1"}),
        ("from app.mail import MailStub", "MailStub", {"other"}),
        ("from . import hub", "hub.Hub", {"symbol"}),
        ("from .hub import Hub as H", "H", {"symbol"}),
        ("from elsewhere import Hub", "Hub", {"other"}),
        # Classes of the file.
        ("class Mine(Hub): pass", "Mine", {"outside"}),
        ("class Mine(Hub): pass", "Mine()", {"instance"}),
        ("class Mine: pass", "Mine", {"other"}),
        ("class Mine(Hub): pass", "Mine.of", {"other"}),
        # Methods.
        ("", "Hub.of", {"constructor"}),
        ("", "SmallHub.of()", {"instance"}),
        ("", "Hub().of", {"constructor"}),
        ("", "Hub.make", {"factory"}),
        ("", "Desk.open", {"factory"}),
        ("", "Desk().open()", {"instance"}),
        ("class Side(Desk): pass", "Side.open", {"factory"}),
        # One of several.
        ("from e import e\nx = Hub if e else 3", "x", {"symbol", "other"}),
        ("from app import e\nx = Hub if e else 3", "x", {"symbol", "other"}),
        ("from app import hub\nx = Hub if hub else 3", "x", {"symbol"}),
        ("from e import e\nx = None\nif e:\n    x = Hub", "x", {"symbol", "nothing"}),
        # The class of an instance.
        ("", "type(Hub())", {"symbol"}),
        ("", "Hub().__class__", {"symbol"}),
        ("def type(x): return 3", "type(Hub())", {"other"}),
        # By name.
        ("import app.hub", "getattr(app.hub, 'Hub')", {"symbol"}),
        ("import app.hub", "vars(app.hub)['Hub']", {"symbol"}),
        ("import app.hub", "app.hub.__dict__['Hub']", {"symbol"}),
        ("", "globals()['Hub']", {"symbol"}),
        ("import importlib", "importlib.import_module('app.hub').Hub", {"symbol"}),
        ("from importlib import import_module as load", "load('.hub', __package__).Hub", {"symbol"}),
        ("from importlib import import_module as load", "load('.hub', 'app').Hub", {"symbol"}),
        ("from importlib import import_module as load", "load('.hub', 'vendor').Hub", {"other"}),
        ("from importlib import import_module as load", "load('.hub').Hub", {"other"}),
        ("", "__import__('app.hub').hub.Hub", {"symbol"}),
        ("import sys", "sys.modules['app.hub'].Hub", {"symbol"}),
        # Handed on.
        ("from functools import partial", "partial(Hub, 1)", {"symbol"}),
        ("from functools import partial", "partial(hub_for, 1)", {"other"}),
        ("from functools import partial", "partial(hub_for, 1)()", {"instance"}),
        ("from functools import partial\ndef f(a, b): return b", "partial(f, 1)(Hub)", {"symbol"}),
        ("from functools import partial\ndef f(a, b): return b", "partial(f, b=Hub)(1)", {"symbol"}),
        ("from app.tools import partial", "partial(Hub, 1)", {"other"}),
        ("def partial(x): return 3", "partial(Hub)", {"other"}),
        ("import copy", "copy.copy(Hub())", {"instance"}),
        ("from typing import cast", "cast(Hub, 3)", {"instance"}),
        ("from typing import cast", "cast('type[Hub]', 3)", {"symbol"}),
        ("import asyncio", "asyncio.run(hub_for(1))", {"instance"}),
        ("", "object.__new__(Hub)", {"instance"}),
        # Containers.
        ("", "[Hub][0]", {"symbol"}),
        ("", "{'a': Hub}['a']", {"symbol"}),
        ("", "{'a': Hub}.get('a')", {"symbol"}),
        ("", "dict(a=Hub)['a']", {"symbol"}),
        ("", "[*[Hub], 3][0]", {"symbol"}),
    ],
)
def test_answers(text: str, expression: str, expected: set[str]) -> None:
    assert kinds(f"{text}\n{expression}\n", expression) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(x=Hub):\n    x", {"symbol", "other"}),
        ("async def f():\n    x = await hub_for(1)\n    x", {"instance"}),
        ("with Hub() as x:\n    x", {"instance"}),
        (
            "from contextlib import contextmanager as cm\n@cm\ndef f():\n    yield Hub()\nwith f() as x:\n    x",
            {"instance"},
        ),
        ("def f(k):\n    x = {'a': Hub}[k]\n    x", {"taken"}),
        ("def f(k):\n    x = [Hub, 3][k]\n    x", {"taken", "other"}),
        ("KINDS = [Hub, 3]\ndef f(k):\n    x = KINDS[k]\n    x", {"taken", "other"}),
        ("[x for x in (Hub,)]", {"symbol"}),
        ("def f(k):\n    x = {'a': Hub, 'b': int}.get(k, hub_for)\n    x", {"taken", "other", "factory"}),
        ("for x in {'a': Hub}.values():\n    x", {"symbol"}),
        ("for k, x in {'a': Hub}.items():\n    x", {"symbol"}),
        ("class A:\n    def __init__(self):\n        self.x = Hub\nx = A().x\nx", {"symbol"}),
        ("class A:\n    def f(self): return Hub\nx = A().f()\nx", {"symbol"}),
    ],
)
def test_answers_about_a_name(text: str, expected: set[str]) -> None:
    assert kinds(text, "x") == expected


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Hub", {"instance"}),
        ("'Hub'", {"instance"}),
        ("Hub | None", {"instance"}),
        ("Optional['Hub']", {"instance"}),
        ("'Optional[Hub]'", {"instance"}),
        ("Union[Hub, None]", {"instance"}),
        ("Annotated[Hub, 'x']", {"instance"}),
        ("Hub | int", {"instance", "other"}),
        ("Hub | Unknown", {"instance", "other"}),
        ("type[Hub]", {"symbol"}),
        ("Type['Hub']", {"symbol"}),
        ("type[Hub | int]", {"symbol", "other"}),
        ("type[SmallHub]", {"subclass"}),
        ("'Later'", {"instance"}),
        ("list[Hub]", {"other"}),
        ("Callable[[], Hub]", {"other"}),
        ("'not a type ['", {"other"}),
    ],
)
def test_annotations(annotation: str, expected: set[str]) -> None:
    later = "class Later(Hub): pass\n"
    assert kinds(f"def f(x: {annotation}):\n    x\n{later}", "x") == expected
    field = f"class A:\n    x: {annotation}\n    def f(self):\n        self.x\n{later}"
    assert kinds(field, "self.x") == expected
    read = f"from e import e\nclass A:\n    @property\n    def x(self) -> {annotation}:\n        return e()\nA().x\n"
    assert kinds(read + later, "A().x") == expected
    assert (
        kinds(f"from e import e\ndef g() -> {annotation}:\n    return e()\ng()\n{later}", "g()") == expected
    )


def test_an_answer_names_the_factory_and_the_element() -> None:
    text = IMPORT + "KINDS = {'é': Hub}\ndef f(k):\n    Desk.open\n    KINDS[k]\n"
    one = inferred(text)
    assert one.answers(place_of(text, "Desk.open")) == (Inferred("factory", 0, OPEN.path),)
    # Columns are in bytes, as in syntax trees.
    assert one.answers(place_of(text, "KINDS[k]")) == (Inferred("taken", 0, at=Span(3, 15, 3, 18)),)


def test_home_itself() -> None:
    text = "class Hub:\n    @classmethod\n    def of(cls):\n        cls\n        return cls()\nHub.of()\n"
    one = inferred(text, "app.hub")
    assert one.answers(Span(4, 8, 4, 11)) == (Inferred("symbol", 0),)
    assert one.answers(place_of(text, "Hub.of()")) == (Inferred("instance", 0),)


# Nothing is executed, read or looked for.

PLANTED = ("gi", "numpy", "app", "elsewhere", "nose", "scipy")


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Modules, first on ``sys.path``, that leave a mark when they are imported."""
    for name in PLANTED:
        package = tmp_path / name
        package.mkdir()
        mark = tmp_path / f"{name}.mark"
        (package / "__init__.py").write_text(f"open({str(mark)!r}, 'w').close()\nHub = int\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return lambda: sorted(path.stem for path in tmp_path.glob("*.mark"))


def test_planted_modules_are_not_imported(marks: Callable[[], list[str]]) -> None:
    text = IMPORT + textwrap.dedent(
        """\
        import gi, numpy, elsewhere, scipy.signal
        gi.require_version("Gtk", "3.0")
        from gi.repository import Gtk
        import numpy as np
        import dataclasses

        @dataclasses.dataclass
        class A:
            x: "gi.require_version('Gtk', '3.0')" = gi.require_version("Gtk", "3.0")

        def f(x: "gi.require_version('a', 'b')"):
            x
        [np.array([1]), Gtk, A().x, elsewhere.Hub, f(gi), numpy.sum(1)]
        np.array([Hub])
        """
    )
    one = inferred(text)
    assert any(one.answers(span) for _, span in spans(text))
    assert marks() == []
    assert not {"gi", "elsewhere"} & sys.modules.keys()


def test_nothing_is_read_or_imported(marks: Callable[[], list[str]]) -> None:
    text = IMPORT + "import elsewhere, os.path, email.mime.text\nfrom .tmp import x\n"
    text += "[elsewhere.Hub, os.path.join, email.mime.text.MIMEText, x]\n"
    inferred(text).answers(place_of(text, "x"))
    seen: list[str] = []
    watching = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event in ("open", "import", "exec", "os.listdir", "os.scandir", "marshal.loads"):
            seen.append(f"{event} {arguments[:1]}")

    sys.addaudithook(hook)
    try:
        one = inferred(text)
        for _, span in spans(text):
            one.answers(span)
    finally:
        watching.clear()
    assert seen == []
    assert marks() == []


def state() -> dict[str, Any]:
    manager: Any = AstroidManager()
    tips: Any = sys.modules["astroid.inference_tip"]
    contexts: Any = astroid.context
    held = {
        (index, kind): {name: list(found) for name, found in getattr(node, kind, {}).items()}
        for index, node in enumerate((manager.builtins_module, *manager.builtins_module.body))
        for kind in ("locals", "instance_attrs")
    }
    return {
        "modules": dict(manager.astroid_cache),
        "load": AstroidManager.ast_from_module_name,
        "limits": (manager.max_inferable_values, InferenceContext.max_inferred),
        "caches": (id(contexts._INFERENCE_CACHE), id(tips._cache)),
        "transforms": {kind: list(them) for kind, them in manager._transform.transforms.items() if them},
        "builtins": held,
    }


@pytest.mark.parametrize(
    "text",
    [
        "Hub",
        "import builtins\nbuiltins.Hub = Hub\nprint.hub = Hub\ndict.hub = Hub\nValueError().hub = Hub\nHub",
        "import app.hub\napp.hub.more = Hub\napp.hub.more",
        "def (",
        "x = " + "(" * 120 + ")" * 120 + "\nHub",
    ],
)
def test_state_of_astroid_is_left_alone(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = astroid.parse("import os\nHub = os", "app.hub")
    monkeypatch.setitem(AstroidManager().astroid_cache, "app.hub", other)
    brain: Any = AstroidManager.brain
    monkeypatch.setitem(brain, "max_inferable_values", 7)
    before = state()
    one = inferred(IMPORT + text)
    for place in list(one.by_place):
        one.answers(Span(*place))
    assert state() == before
    assert AstroidManager().astroid_cache["app.hub"] is other


def test_one_file_says_nothing_of_another() -> None:
    kinds("class Error(Exception): pass\nValueError().hub = Hub\nValueError.kind = Hub\nHub\n", "Hub")
    assert kinds("ValueError().hub", "ValueError().hub") == {"other"}
    assert kinds("ValueError.kind", "ValueError.kind") == {"other"}


# Limits.


def grown(first: str, step: str, times: int = 60) -> str:
    """Statements each of which speaks of the one before: ``{0}`` is that one's number, ``{1}`` its own."""
    return first + "".join(step.format(number, number + 1) for number in range(times))


HOSTILE = {
    "repetition": "x = [Hub] * 9 * 10**7",
    "power": "x = 9 ** 9 ** 9 ** 9",
    "shift": "x = 1 << 10**10",
    "formatting": "x = f'{1:1000000000}' + '%1000000000d' % 1 + '{:1000000000}'.format(1)",
    "augmented": "x = [Hub]\nx *= 10**8",
    "spread": grown("x0 = (1,)\n", "x{1} = (*x{0}, *x{0})\n") + "x = x60",
    "unpacked": grown("x0 = {1: 2}\n", "x{1} = {{**x{0}, **x{0}}}\n") + "x = x60",
    "sums": grown("x0 = (1,)\n", "x{1} = x{0} + x{0}\n") + "x = x60",
    "branches": grown("x0 = Hub\n", "x{1} = x{0} if a else x{0}\n") + "x = x60",
    "declared": grown("x0: object = Hub\n", "x{1}: object = x{0} if a else x{0}\n") + "x = x60",
    "calls": grown("def f0(): return Hub\n", "def f{1}(): return f{0}() or f{0}()\n") + "x = f60()",
    "told": grown("def f0() -> int: ...\n", "def f{1}(a=1) -> int: return f{0}(f{0}())\n") + "x = f60()",
    "lookups": grown("x0 = {{}}\n".format(), "x{1} = {{1: x{0}}}.get(k, x{0})\n") + "x = x60",
    "cycle": "x = y\ny = x",
    "cycle of bases": "class A(B): pass\nclass B(A): pass\nx = A()",
    "cycle of functions": "def f(): return g()\ndef g(): return f()\nx = f()",
    "cycle of containers": "x = []\nx = [*x, *x]",
    "generations": grown("class C0(Hub): pass\n", "class C{1}(C{0}): pass\n", 2000) + "x = C2000().hub",
    "generations that write": grown(
        "class C0(Hub): pass\n",
        "class C{1}(C{0}):\n    def f(self):\n        super().f()\n        self.x{0} = Hub\n",
        500,
    )
    + "x = C500().x3",
    "chain": grown("x0 = Hub\n", "x{1} = x{0}\n", 2000) + "x = x2000",
    "long types": "def f(y: " + "Optional[" * 80 + "Hub" + "]" * 80 + "):\n    x = y",
    "many results": grown("x = 0\n", "if a:\n    x = {0}\n", 300),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_ends(name: str) -> None:
    """Each of these takes minutes or gigabytes where nothing bounds it."""
    text = HOSTILE[name]
    indent = "    " if text.startswith("def f(y") else ""
    assert kinds(f"{text}\n{indent}x\n", "x") <= {"symbol", "outside", "instance", "other", "nothing"}


def test_large_constants_are_not_calculated(monkeypatch: pytest.MonkeyPatch) -> None:
    text = IMPORT + "x = 2 + 3\nx\n"
    one = inferred(text)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(astroid.nodes.BinOp, "_infer", fail)
    assert one.answers(place_of(text, "x")) == (Inferred("other"),)
    assert one.teacher.known


def test_a_file_has_a_budget() -> None:
    text = IMPORT + "Hub\n"
    one = inferred(text)
    span = place_of(text, "Hub")
    assert all(one.answers(span) for _ in range(BUDGET))
    assert one.answers(span) == ()


def test_faults_of_astroid_cost_the_answer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = IMPORT + "x = Hub if Hub else Desk\nx\n"
    one = inferred(text)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a fault of astroid")

    with monkeypatch.context() as patched:
        patched.setattr(astroid.nodes.IfExp, "_infer", fail)
        assert one.answers(place_of(text, "x")) == (Inferred("other"),)
    monkeypatch.setattr(infer, "rebuild", fail)
    assert inferred(text).answers(place_of(text, "x")) == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "def other(self):\n        self.hub = Hub()\n", "instance", id="stored in another method"
        ),
        pytest.param("def other(self):\n        self . hub = Hub()\n", "instance", id="stored with spaces"),
        pytest.param("def other(self):\n        for self.hub in [Hub()]: pass\n", "instance", id="in a loop"),
        pytest.param("def other(self):\n        self.hub()\n", "other", id="only called"),
        pytest.param("@property\n    def hub(self):\n        return Hub()\n", "instance", id="a property"),
        pytest.param(
            'def other(self):\n        text = """\ndef f():\n    """\n        self.hub = Hub()\n',
            "instance",
            id="behind a function in a string",
        ),
        pytest.param(
            "def other(self, a=(\n1,\n)):\n        x = [\n2]\n        self.hub = Hub()\n",
            "instance",
            id="behind brackets that end further left",
        ),
        pytest.param(
            "def other(self):\n        global fill\n        def fill():\n            pass\n    hub = Hub()\n",
            "instance",
            id="beside a global",
        ),
    ],
)
def test_what_an_expression_depends_on_is_found_wherever_it_is(body: str, expected: str) -> None:
    text = f"{IMPORT}class Shop:\n    {body}    def own(self):\n        return self.hub\n"
    assert {one.kind for one in inferred(text).answers(place_of(text, "self.hub"))} == {expected}
