"""Small projects that can be run: a class, what hands it on, and files that use it in all ways that Python has.

``projects`` makes them, ``Runner`` says what a run of one shows. They are ours, so they may be imported: in a process
of its own, which says in JSON what each module holds and what each ``check`` returns.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

TIME = 60
"""Seconds after which a project is given up."""


class Project(NamedTuple):
    """``files`` are texts by their paths, with ``\\n`` at the ends of lines; ``forms`` say how each is written down."""

    files: dict[str, str]
    forms: dict[str, Form]

    def bytes_of(self, path: str) -> bytes:
        return self.forms.get(path, PLAIN).of(self.files[path])


class Form(NamedTuple):
    """How a text is written: its encoding, its ends of lines one after the other, whether it has a mark and a last
    end."""

    encoding: str
    ends: tuple[str, ...]
    mark: bool
    last: bool

    def of(self, text: str) -> bytes:
        cookie = "" if self.encoding == "utf-8" else f"# -*- coding: {self.encoding} -*-\n"
        rows = (cookie + text).split("\n")
        ends = [self.ends[number % len(self.ends)] for number in range(len(rows) - 1)]
        whole = "".join(row + end for row, end in zip(rows, [*ends, ""], strict=True))
        if not self.last:
            whole = whole.rstrip("\r\n")
        mark = b"\xef\xbb\xbf" if self.mark and self.encoding == "utf-8" else b""
        return mark + whole.encode(self.encoding)


PLAIN = Form("utf-8", ("\n",), mark=False, last=True)

FORMS = st.one_of(
    st.just(PLAIN),
    st.builds(
        Form,
        st.sampled_from(["utf-8", "utf-8", "latin-1", "cp1252"]),
        st.sampled_from([("\n",), ("\r\n",), ("\r",), ("\n", "\r\n"), ("\r\n", "\n", "\n")]),
        st.booleans(),
        st.booleans(),
    ),
)


# -- the class, and what hands it on

CONTRACT = """\
[tool.ssot-lint.contracts.hub]
canonical = "app.hub.Hub"
retired = ["OldHub", "LegacyHub"]
factories = ["app.hub.get_hub", "app.hub.aget_hub"]
instances = "shared"
"""

CLASS = """\
class {name}:
    VERSION = 3

    def __init__(self, user_id=None):
        self.user_id = user_id

    def join(self):
        return "joined"

    @classmethod
    def kind(cls):
        return cls.__name__


"""

FACTORY = """\
def get_hub(user_id=None):
    return Hub(user_id)


async def aget_hub(user_id=None):
    return Hub(user_id)
"""

HOMES: list[dict[str, str]] = [
    {"app/hub.py": CLASS.format(name="Hub") + FACTORY},
    {"app/hub.py": '__all__ = ["Hub", "get_hub"]\n\n\n' + CLASS.format(name="Hub") + FACTORY},
    {
        "app/_impl.py": CLASS.format(name="Hub"),
        "app/hub.py": "from app._impl import Hub\n\n\n" + FACTORY,
    },
    {
        "app/_impl.py": CLASS.format(name="_Hub"),
        "app/hub.py": "from app._impl import _Hub\n\nHub = _Hub\n\n\n" + FACTORY,
    },
    {
        "app/_impl.py": CLASS.format(name="_Hub"),
        "app/hub.py": "from app._impl import _Hub as Hub\n\n\n" + FACTORY,
    },
]

TOPS = [
    "",
    "from app.hub import Hub\n",
    "from .hub import Hub as OldHub\n",
    'from .hub import Hub, get_hub\n\n__all__ = ["Hub", "get_hub"]\n',
    "from app.hub import *\n",
    'def __getattr__(name):\n    if name in ("Hub", "OldHub"):\n        from app.hub import Hub\n\n        return Hub\n'
    "    raise AttributeError(name)\n",
]

SHIMS = [
    "from app.hub import Hub\n",
    "from app.hub import Hub as OldHub\n",
    "from .hub import Hub\n\nOldHub = Hub\n",
    'from app.hub import Hub\n\nOldHub = Hub\n__all__ = ["OldHub"]\n',
    "from app.hub import *\nfrom app.hub import Hub as OldHub\n",
    "import app.hub\n\nOldHub = app.hub.Hub\nOther = OldHub\n",
    'from app.hub import Hub as OldHub\nfrom app.hub import Hub\n\n__all__ = ["OldHub", "Hub"]\n',
    "def __getattr__(name):\n    import app.hub\n\n"
    '    if name == "OldHub":\n        return app.hub.Hub\n    raise AttributeError(name)\n',
    "try:\n    from app.hub import Hub\nexcept ImportError:\n    Hub = None\nOldHub = Hub\n",
    "import warnings\n\nfrom app.hub import Hub as OldHub, get_hub\n\nLIMIT = 3\n",
    "from app.hub import Hub\n\n\nclass OldHub(Hub):\n    pass\n",
    "from app.hub import Hub as _Hub\n\n_Kept = _Hub\nOldHub = _Kept\n",
]


# -- how a file gets at it: lines at the top, lines in each function, and how it is spelled then


class Way(NamedTuple):
    head: str
    inner: str
    spelled: str


NAMES = ["Hub", "OldHub", "LegacyHub", "H", "_H", "Größe"]


@st.composite
def ways(draw: st.DrawFn, dots: str) -> Way:
    """``dots`` leads from the file's package to ``app``."""
    module = draw(st.sampled_from(["app.hub", "app.old", "app.old", "app", "app._impl"]))
    taken = draw(st.sampled_from(["Hub", "OldHub", "OldHub", "_Hub"] if module != "app.hub" else ["Hub"]))
    local = draw(st.one_of(st.just(taken), st.sampled_from(NAMES)))
    leaf = module.partition(".")[2]
    relative = f"{dots}{leaf}"
    as_ = "" if local == taken else f" as {local}"
    note = draw(st.sampled_from(["", "  # a note", "  # noqa: F401"]))
    plain = f"from {module} import {taken}{as_}{note}\n"
    dotted = f"from {relative} import {taken}{as_}{note}\n"
    both = f"from {module} import (\n    {taken}{as_},{note}\n    Hub as Second,\n)\n"
    heads = [plain, plain, dotted, both]
    heads += [
        f"from app.hub import get_hub\n{plain}",
        f"{plain}from app.hub import get_hub\n",
        f"from app.hub import Hub\n{plain}",
        f"{plain}from app.hub import Hub\n",
        f"import os, sys; {plain}",
        f"if True:\n    {plain}",
        f"try:\n    {plain}except ImportError:\n    {local} = None\n",
        f"try:\n    from app.nowhere import {local}\nexcept ImportError:\n    {plain}",
        f"import os\nimport sys\n\nfrom app.hub import Hub as Zed\n{plain}from app.hub import aget_hub\n",
        f"from {module} import \\\n    {taken}{as_}\n",
    ]
    if module != "app":
        heads.append(f"from {module} import *\n")
    kind = draw(st.sampled_from(["name", "name", "name", "inner", "path", "module", "typing"]))
    if kind == "name":
        return Way(draw(st.sampled_from(heads)), "", local)
    if kind == "inner":
        return Way("", draw(st.sampled_from([plain, dotted, both])), local)
    if kind == "typing":
        return Way(f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {plain}", plain, local)
    if kind == "path":
        return Way(f"import {module}{note}\n", "", f"{module}.{taken}")
    as_ = draw(st.sampled_from(["old", "Hub", "m"]))
    spelled = draw(
        st.sampled_from([f"import {module} as {as_}\n", f"from app import {leaf or 'hub'} as {as_}\n"])
    )
    return Way(spelled, "", f"{as_}.{taken}")


# -- what a file does with it. ``N`` is how it is spelled; each has a function ``fK`` that ``check`` calls

USES = '''\
def fK():
    return isinstance(N(), N), N.VERSION
===
def fK():
    return f"{N.__name__}" + f"{N.VERSION + 1:>4}" + f'{N.kind()!r}'
===
def fK():
    return [N for _ in range(2)] == [N] * 2, {N: 1 for Hub in (1,)}[N]
===
def fK():
    return [Hub for Hub in (1, 2)], N.VERSION
===
def fK():
    return (lambda: N)().VERSION, (lambda Hub: (Hub, N.VERSION))(4)
===
def fK():
    Hub = 5
    return Hub, N.VERSION
===
def fK(Hub=7):
    def inner():
        return Hub, N.VERSION

    return inner()
===
def fK():
    def inner(OldHub=2):
        return OldHub

    return inner(), N.VERSION
===
def fK():
    kept = N
    return kept().join(), kept.VERSION
===
def fK():
    Hub = N
    return Hub.VERSION, N.VERSION
===
def fK():
    total = 0

    def add():
        nonlocal total
        total += N.VERSION

    add()
    return total
===
class SubK(N):
    pass


def fK():
    return SubK.kind(), issubclass(SubK, N), SubK().join()
===
class HolderK:
    made = N
    Hub = "mine"

    def get(self):
        return self.made.VERSION, self.Hub, getattr(self, "Hub"), N.VERSION


def fK():
    return HolderK().get()
===
def fK(hub: "N | None" = None, kind: "type[N]" = None) -> "N":
    return hub, kind, N.VERSION
===
def fK(hub: N = None, *rest: "N", other: 'list["N"]' = ()):
    return hub, rest, other
===
AliasK = N


def fK():
    return AliasK.VERSION, AliasK is N
===
_aliasK = N


def fK():
    return _aliasK.VERSION, [_aliasK.kind() for _ in range(1)]
===
_aliasK = N  # the old one


def fK():
    global _aliasK
    _aliasK = 3
    return _aliasK
===
def fK():
    return eval("N.VERSION")
===
def fK():
    return "N" in globals(), "Nothing" in globals()
===
def fK():
    return globals().get("N", None) is None
===
def fK():
    return f"{N.VERSION=}"
===
def fK():
    return "the N and the OldHub", N.VERSION  # N
===
def fK():
    """Doc.

    >>> N.VERSION
    3
    """
    return N.VERSION
===
def fK():
    match N():
        case N():
            return "yes"
    return "no"
===
def fK():
    with contextlib.suppress(ValueError):
        if (kept := N) is not None:
            return kept.VERSION
===
def fK():
    try:
        return N.VERSION, N.nothing
    except AttributeError:
        return "none"
===
def fK(hub=N):
    return hub.VERSION
===
TABLE_K = {"N": N, "other": [N, N]}


def fK():
    return TABLE_K["N"].VERSION, len(TABLE_K["other"])
===
def fK():
    from app.hub import Hub

    return Hub is N
===
def fK():
    from app.old import Hub as OldHub

    return OldHub.VERSION, N.VERSION
===
def fK():
    hub: N = N()
    values: "dict[str, N]" = {"a": hub}
    return values["a"].join()
===
def fK(user_id=4):
    return N(user_id).user_id
===
def fK():
    global Hub
    return N.VERSION
===
def fK():
    return (
        N
        .VERSION,  # the version
        N . VERSION,
    )
===
def fK():
    x = []
    for OldHub in (1, 2):
        x.append((OldHub, N.VERSION))
    return x
===
async def gK(user_id):
    return N(user_id).user_id


def fK():
    return asyncio.run(gK(3))
===
class DerivedK(N):
    def __init__(self):
        super().__init__("me")
        self.__N = 4

    def own(self) -> N:
        Hub = self.user_id
        return Hub


def fK():
    return DerivedK().own()
===
def fK():
    return typing.cast("N", 3), typing.cast(N, 4)
===
import typing as tK

VarK = tK.TypeVar("VarK", bound="N")


def fK():
    return VarK.__bound__ is not None
===
def fK():
    return sys.modules[__name__].__dict__.get("N") is None
===
class HolderK:
    Hub = "mine"
    made = N

    def get(self):
        return self.made


def fK():
    return HolderK().get() is N
===
class HolderK:
    OldHub = LegacyHub = 1
    kinds = [N for _ in range(1)]
    low = lambda self: N


def fK():
    return HolderK.kinds[0].VERSION, HolderK().low().VERSION
===
def fK():
    return f'é{N.VERSION:{N.VERSION}}', f"""
    {N.VERSION} {
        N.kind()
    }""" f"{N.VERSION!r:>3}" "N"
===
def fK(hub: "typing."
       "Optional[N]" = None, other: """typing.Union[
           N, int]""" = None):
    return hub, N.VERSION
===
def fK():
    return [(Hub := one, N.VERSION) for one in (1, 2)]
===
def fK():
    try:
        raise ValueError
    except ValueError as Hub:
        return N.VERSION
===
def fK():
    match 3:
        case Hub:
            return Hub, N.VERSION
===
def fK():
    class Hub:
        pass

    def OldHub():
        return N.VERSION

    return OldHub(), Hub.__qualname__
===
def fK():
    return dict(N=N, Hub=1)["Hub"], N.VERSION
===
def fK():
    class Box:
        def __init__(self, kind=N):
            self.Hub = self.kind = kind

    return Box().Hub.VERSION
===
def fK():
    from app.old import OldHub as Inner

    def put():
        nonlocal Inner
        Inner = 4

    put()
    return Inner, N.VERSION
===
def loadK():
    global LoadedK
    from app.old import OldHub as LoadedK


def fK():
    loadK()
    return LoadedK.VERSION, N.VERSION
===
def fK():
    exec("value = N.VERSION", globals(), place := {})
    return place["value"]
===
def fK():
    return "{N.VERSION}".format(**globals())
===
def fK():
    return "%(N)s" % globals() != "", len(dir()), sorted(vars())
===
def fK():
    return getattr(sys.modules[__name__], "N").VERSION
===
def fK():
    import operator

    return operator.attrgetter("N.VERSION")(sys.modules[__name__])
===
def fK():
    return sys.modules[__name__].N.VERSION
===
def fK():
    return __import__("app.old", fromlist=["OldHub"]).OldHub.VERSION
===
def fK():
    import importlib

    return importlib.import_module("app.old").OldHub.VERSION, N.VERSION
===
if sys.version_info > (3,):
    from app.old import OldHub as Newer
else:
    Newer = None


def fK():
    return Newer.VERSION
===
with contextlib.suppress(ImportError):
    from app.old import OldHub


def fK():
    return OldHub.VERSION
===
class InnerK:
    from app.old import OldHub

    def get(self):
        return self.OldHub.VERSION


def fK():
    return InnerK().get()
===
class InnerK:
    from app.old import OldHub as Own

    both = [Own, N]


def fK():
    return InnerK.both[0].VERSION
===
def fK():
    if N:
        Hub = N
    else:
        Hub = None
    return Hub.VERSION
===
def fK():
    kept = N
    del kept
    return N.VERSION
===
def fK():
    kept = N; other = kept
    return other.VERSION
===
def fK():
    kept: "type[N]" = N  # kept is N

    def inner():
        return kept.VERSION

    return inner(), [kept for N2 in (1,)][0].VERSION
===
def fK():
    kept = N
    Hub = 3
    return kept.VERSION, Hub
===
def fK():
    first = second = N
    return first.VERSION, second.VERSION
===
def fK():
    first, second = N, 3
    return first.VERSION, second
===
def fK():
    # type: () -> N
    value = None  # type: N
    return N.VERSION
===
@typing.no_type_check
class MarkedK:
    hub: "N" = N
    OldHub: "N"


def fK():
    return MarkedK.hub.VERSION, sorted(MarkedK.__annotations__)
===
T_K = typing.Union[N, None, "N"]
S_K: "typing.TypeAlias" = "N"


def fK():
    return T_K is not None, N.VERSION
===
def fK(Hub, /, OldHub=1, *LegacyHub, **H):
    return Hub, N.VERSION


fK = (lambda run: lambda: run(1))(fK)
===
def fK():
    return (yield_K := [*(N.VERSION for N2 in range(2))]), max([N], key=lambda OldHub: OldHub.VERSION).VERSION
===
class RegisterK(type):
    pass


def fK():
    return type("X", (N,), {})().join(), isinstance(N, type), N.__mro__[0] is N
===
def fK():
    import pickle

    return pickle.loads(pickle.dumps(N)) is N
===
import contextlib as OldHubK
from app.old import (  # why
    # first
    OldHub as BK,  # one
    OldHub as CK,
    # last
)


def fK():
    return BK.VERSION, CK.VERSION
===
from app.old import OldHub as DK, Hub as EK; gK = DK


def fK():
    return gK.VERSION, EK.VERSION
===
import app.old, app.hub


def fK():
    return app.old.OldHub.VERSION, app.hub.Hub.VERSION
===
import app.old as pathK


def fK():
    return pathK.OldHub.VERSION, pathK.__name__, isinstance(pathK.OldHub(), pathK.OldHub)
===
from app import old as modK


def fK(kind: "modK.OldHub" = modK.OldHub) -> "typing.Optional[modK.OldHub]":
    return kind.VERSION
===
try:
    from app.hub import Hub as TriedK
except Exception:
    TriedK = None


def fK():
    return TriedK.VERSION
===
try:
    from app.hub import Hub
except (ImportError, AttributeError):
    class Hub:
        VERSION = 0


def fK():
    return Hub.VERSION
===
if True:
    def fK():
        return N.VERSION
else:
    N = None
'''.split("===\n")

TAILS = [
    "",
    "",
    "",
    "del N\n",
    '__all__ = ["N"]\n',
    '__all__ = ["check", "N"]\n',
    "Hub = 3\n",
    "N = 4\n",
    "OldHub = N\n",
]

HEADS = [
    "",
    "",
    '"""About OldHub, Hub and N."""\n',
    "from __future__ import annotations\n",
    "# café OldHub\n",
    "#!/usr/bin/env python\n",
]

COMMON = "import asyncio\nimport contextlib\nimport sys\nimport typing\n"


@st.composite
def users(draw: st.DrawFn, dots: str) -> tuple[str, str]:
    """The text of a file that uses the class, and the name by which it knows it."""
    way = draw(ways(dots))
    uses = draw(st.lists(st.sampled_from(USES), min_size=1, max_size=4))
    parts = [_named(_imported(one, way.inner), number, way.spelled) for number, one in enumerate(uses)]
    calls = ", ".join(f"f{number}" for number in range(len(uses)))
    heads = draw(st.permutations([COMMON, way.head]))
    name = way.spelled if "." not in way.spelled else ""
    tail = draw(st.sampled_from(TAILS))
    text = draw(st.sampled_from(HEADS)) + "".join(heads) + "\n\n" + "\n\n".join(parts)
    text += f"\n\ndef check():\n    return [run() for run in ({calls},)]\n"
    if tail and (name or "N" not in tail):
        text += "\n\n" + _named(tail, 0, way.spelled)
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("    ", "\t")
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("\n\n\ndef", "\n\f\ndef", 1)
    return text, name


def _imported(use: str, inner: str) -> str:
    """A use whose function begins with the lines of an import."""
    head, _, body = use.partition("\n")
    if not inner or not head.startswith("def") or not head.endswith(":"):
        return use
    return f"{head}\n" + "".join(f"    {row}\n" for row in inner.splitlines()) + body


def _named(text: str, number: int, spelled: str) -> str:
    text = re.sub(r"\bN\b", lambda _: spelled, text)
    text = re.sub(r"__N\b", "__" + spelled.rpartition(".")[2], text)
    return re.sub(r"(?<=[A-Za-z_])K\b|\bK\b", str(number), text)


# -- files that use the users


def takers(module: str, name: str) -> list[str]:
    """Texts of files that take a name from a module, or put something in its place."""
    leaf = module.rpartition(".")[2]
    head = "from unittest import mock\n\n"
    patched = "def check():\n    with mock.patch({0}, {1}):\n        return repr({2}.check())\n"
    texts = [
        f"import {module} as m\n\n\ndef check():\n    return repr(m.check())\n",
        f"{head}import {module} as m\n\n\n" + patched.format("'app.old.OldHub'", "'fake'", "m"),
        f"{head}import {module} as m\n\n\n"
        + patched.format("'app.old.OldHub.join'", "lambda self: 'patched'", "m"),
        f"{head}import {module} as m\n\n\n" + patched.format("'app.hub.Hub'", "'fake'", "m"),
        "import importlib\n\nold = importlib.import_module('app.old')\n\n\n"
        "def check():\n    return getattr(old, 'OldHub').VERSION\n",
        "import app.old as old\n\n\ndef check():\n    return getattr(old, 'OldHub').VERSION, hasattr(old, 'Hub')\n",
    ]
    texts += [
        f"{head}import {module} as m\n\n\n"
        "@mock.patch('app.old.OldHub', 'fake')\ndef check():\n    return repr(m.check())\n",
        f"import {module} as m\nimport app.old\n\n\ndef check():\n    keep = app.old.OldHub\n"
        "    app.old.OldHub = 'fake'\n    try:\n        return repr(m.check())\n"
        "    finally:\n        app.old.OldHub = keep\n",
        f"{head}import sys\nimport types\nimport {module} as m\n\n\ndef check():\n"
        "    fake = types.ModuleType('app.old')\n    fake.OldHub = fake.Hub = types.SimpleNamespace(VERSION=7)\n"
        "    with mock.patch.dict(sys.modules, {'app.old': fake}):\n        return repr(m.check())\n",
    ]
    if name:
        texts += [
            f"{head}import {module} as m\n\n\ndef check():\n    with mock.patch.object(m, '{name}', 'fake'):\n"
            "        return repr(m.check())\n",
            f"{head}import {module} as m\n\n\ndef check():\n    with mock.patch.multiple(m, {name}='fake'):\n"
            "        return repr(m.check())\n",
            f"{head}import {module} as m\n\n\ndef check():\n    with mock.patch(f'{{m.__name__}}.{name}', 'fake'):\n"
            "        return repr(m.check())\n",
            f"{head}import {module} as m\n\n\ndef check():\n    m.{name} = 'fake'\n    return repr(m.check())\n",
            f"from {module.rpartition('.')[0]} import {leaf}\n\n\ndef check():\n    return {leaf}.{name}.VERSION\n",
            f"from {module} import {name}\n\n__all__ = ['{name}']\n\n\n"
            f"def check():\n    return vars(__import__('{module}', fromlist=['x']))['{name}'].VERSION\n",
            f"import {module} as m\n\n\ndef check():\n    return [getattr(m, one).VERSION for one in ['{name}']]\n",
            f"from {module} import {name}\n\n\ndef check():\n    return {name}.VERSION\n",
            f"from {module} import {name} as Hub\n\n\ndef check():\n    return Hub.VERSION\n",
            f"from {module} import *\n\n\ndef check():\n    return {name}.VERSION\n",
            f"import {module}\n\n\ndef check():\n    return {module}.{name}.VERSION\n",
            f"{head}import {module} as m\n\n\n" + patched.format(f"'{module}.{name}'", "'fake'", "m"),
            f"{head}import {module} as m\n\n\n"
            + patched.format(f"'{module}.{name}.join'", "lambda self: 'patched'", "m"),
            f"import {module} as m\n\n\ndef test_it(monkeypatch):\n    monkeypatch.setattr(m, '{name}', 4)\n"
            f"\n\ndef check():\n    keep = m.{name}\n    try:\n        setattr(m, '{name}', 4)\n"
            f"        return repr(m.check())\n    finally:\n        m.{name} = keep\n",
            f"def check():\n    from {module} import {name} as it, check as {leaf}\n\n    return it.VERSION\n",
        ]
    return texts


@st.composite
def projects(draw: st.DrawFn) -> Project:
    files = {
        "pyproject.toml": CONTRACT,
        "app/__init__.py": draw(st.sampled_from(TOPS)),
        **draw(st.sampled_from(HOMES)),
    }
    files["app/old.py"] = draw(st.sampled_from(SHIMS))
    files["app/hub.py"] = draw(st.sampled_from(["", "", "", "import app.sub.two\n"])) + files["app/hub.py"]
    files["app/hub.py"] += draw(
        st.sampled_from(["", "", "", "\n\nimport app.one\n", "\n\nfrom app.sub import two\n"])
    )
    if "app/_impl.py" in files:
        name = "Hub" if "class Hub" in files["app/_impl.py"] else "_Hub"
        files["pyproject.toml"] += f'implementation = "app._impl.{name}"\n'
    files["app/sub/__init__.py"] = draw(
        st.sampled_from(["", "", "from ..old import *\n", "from app.hub import Hub as OldHub\n"])
    )
    forms = {}
    for place, dots in (("app/one.py", "."), ("app/sub/two.py", "..")):
        files[place], name = draw(users(dots))
        forms[place] = draw(FORMS)
        module = place.removesuffix(".py").replace("/", ".")
        if draw(st.booleans()):
            leaf = place.rpartition("/")[2].removesuffix(".py")
            files[f"tests/test_{leaf}.py"] = draw(st.sampled_from(takers(module, name)))
    for place, form in forms.items():
        try:
            form.of(files[place])
        except UnicodeEncodeError:
            forms[place] = form._replace(encoding="utf-8")
    return Project(files, forms)


def put(project: Project, folder: Path) -> Path:
    for path in project.files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(project.bytes_of(path))
    return folder


# -- what a run shows

_LOOK = r"""
import doctest, importlib, io, json, os, sys, types, typing, warnings
warnings.simplefilter("ignore")
sys.dont_write_bytecode = True


def shown(value, depth=0):
    if isinstance(value, types.ModuleType):
        return "module " + value.__name__
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, classmethod, staticmethod)):
        return "%s %s.%s" % (type(value).__name__, getattr(value, "__module__", ""), getattr(value, "__qualname__", ""))
    if isinstance(value, (int, str, bytes, float, type(None))):
        return repr(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value).__name__ + repr([shown(one) for one in value])
    if isinstance(value, dict):
        return repr([(shown(key), shown(one)) for key, one in value.items()])
    return type(value).__name__


def hints(value):
    try:
        found = typing.get_type_hints(value)
        return {name: shown(one) if isinstance(one, type) else repr(one) for name, one in found.items()}
    except Exception as problem:
        return "%s" % type(problem).__name__


def attributes(module):
    found = {}
    for name, value in sorted(vars(module).items()):
        if name.startswith("_") or getattr(value, "__name__", "") == module.__name__ + "." + name:
            # That a package has what it is asked for is for those who ask.
            continue
        found[name] = shown(value)
        if isinstance(value, (type, types.FunctionType)) and value.__module__ == module.__name__:
            found[name + ":"] = hints(value)
        if isinstance(value, type) and value.__module__ == module.__name__:
            for inner, one in sorted(vars(value).items()):
                if not inner.startswith("__"):
                    found[name + "." + inner] = shown(one)
    return found


def attempt(work):
    try:
        return work()
    except Exception as problem:
        return type(problem).__name__


def forget():
    for name in list(sys.modules):
        if name.partition(".")[0] in ("app", "tests", "other"):
            del sys.modules[name]


def docs(module):
    out = io.StringIO()
    runner = doctest.DocTestRunner(verbose=False)
    for one in doctest.DocTestFinder().find(module):
        runner.run(one, out=out.write)
    return [runner.failures, runner.tries]


def look(folder):
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    modules = []
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                whole = os.path.relpath(os.path.join(path, name), folder)[:-3].replace(os.sep, ".")
                modules.append(whole.removesuffix(".__init__"))
    modules.sort()
    found = {}
    for name in modules:
        forget()
        one = attempt(lambda: attributes(importlib.import_module(name)))
        found[name] = {"has": one}
        if isinstance(one, dict):
            module = sys.modules[name]
            if "check" in vars(module):
                found[name]["check"] = attempt(lambda: shown(module.check()))
            found[name]["docs"] = attempt(lambda: docs(module))
            if "check" in vars(module):
                found[name]["again"] = attempt(lambda: shown(module.check()))
    forget()
    sys.path.remove(folder)
    return found


import asyncio, unittest.mock  # what the projects import, once for all of them

for line in sys.stdin:
    print(json.dumps([look(folder) for folder in json.loads(line)]), flush=True)
"""


class Runner:
    """A process that runs projects, one after the other. It ends when its work takes too long."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _LOOK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def seen(self, *folders: Path) -> list[dict[str, dict[str, Any]]]:
        """What each module of each folder shows when it is the first to be imported: what it has, or the error that it
        raises, and what its ``check`` returns."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        limit = threading.Timer(TIME, self.process.kill)
        limit.start()
        try:
            self.process.stdin.write(json.dumps([*map(str, folders)]) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        finally:
            limit.cancel()
        assert answer, "the project takes too long, or ends the process"
        found: list[dict[str, dict[str, Any]]] = json.loads(answer)
        return found

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(TIME)
