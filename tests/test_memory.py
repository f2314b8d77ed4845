"""The law of memory: whatever is remembered, the findings are those of a run that remembers nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hub import KEYED_CONTRACT
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ssot_lint import __version__
from ssot_lint.cache import key, memory
from ssot_lint.cache.store import Store
from ssot_lint.engine import judgements, run
from ssot_lint.engine.report import Report
from ssot_lint.gather import gather
from ssot_lint.gather.questions import holds_nothing
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from ssot_lint.sources import disk

HUB = """\
[contracts.hub]
canonical = "app.hub.Hub"
implementation = "app.impl.RealHub"
retired = ["OldHub", "app.legacy.*"]
factories = ["app.hub.make_hub"]
isolated-by = ["user"]
"""
BUS = """\
[contracts.bus]
canonical = "app.hub.Bus"
factories = ["app.hub.make_bus"]
isolated-by = ["user"]
"""
FILES = {
    "ssot-lint.toml": HUB + BUS,
    "app/__init__.py": "",
    "app/hub.py": """\
from app.impl import RealHub as Hub
from lib.deco import once


def make_hub(user=None):
    return Hub(user)


class Bus:
    lines = []

    def __init__(self, user):
        self.lines.append(user)


def make_bus(user=None):
    return Bus(user)
""",
    "app/impl.py": """\
class RealHub:
    users = {}

    def __init__(self, user):
        self.user = user

    @classmethod
    def create(cls):
        return cls(None)
""",
    "app/legacy.py": "from app.hub import Hub\n",
    "lib/__init__.py": "",
    "lib/a.py": "from app.legacy import Hub as Alias\n",
    "lib/deco.py": "def once(cls):\n    kept = {}\n\n    def get():\n        if cls not in kept:\n"
    "            kept[cls] = cls()\n        return kept[cls]\n\n    return get\n",
    "use.py": "from app.hub import Hub, make_hub\nimport lib.a as m\n\n\ndef f():\n    return m.Alias(1)\n",
}


class Desk:
    """A project on the disk, with what may be asked of it."""

    def __init__(self, root: Path, texts: dict[str, str] = FILES) -> None:
        self.root = root
        for path, text in texts.items():
            self.write(path, text)

    def write(self, path: str, text: str | bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def git(self, *arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@e", *arguments],
            cwd=self.root,
            check=True,
            capture_output=True,
        )

    def check(
        self,
        *,
        cache: bool = True,
        jobs: int | None = 1,
        paths: list[str] | None = None,
        buffers: dict[str, bytes] | None = None,
        **overrides: object,
    ) -> Report:
        read = loading.load(self.root / "ssot-lint.toml", codes=CODES, overrides=overrides)
        return run.check(read, paths=paths, buffers=buffers, how=RunOptions(jobs, cache))

    def agrees(self, **options: object) -> Report:
        """The report, which is the same with what is remembered and without."""
        warm = self.check(**options)  # type: ignore[arg-type]
        cold = self.check(cache=False, **options)  # type: ignore[arg-type]
        assert warm == cold
        return warm


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# Any edits, in any order.

MODULES = st.sampled_from("app app.hub app.impl app.legacy lib lib.a lib.b lib.deco use . .a .hub".split())
NAMES = st.sampled_from("Hub Hub Hub OldHub RealHub Alias Other make_hub Bus once m".split())
LINES = (
    "from {m} import {n}",
    "from {m} import {n}",
    "from {m} import {n} as {a}",
    "from {m} import *",
    "import {m}",
    "import {m} as {a}",
    "import {m} as m",
    "from {m} import m",
    "{a} = {n}",
    "{a} = m.{n}",
    "{a} = {m}.{n} if c else {n}",
    "one = {n}(1)",
    "one = m.{n}()",
    "x = m.{n}, m.{n}",
    "one = {n}.create()",
    "class {a}({n}): pass",
    "class Sub(m.{n}): pass",
    "@once\nclass {a}({n}): pass",
    "def f(): return {n}(1)",
    "def f(x={n}(2)): return m.{n}",
    "def f():\n    global one\n    one = {n}(3)",
    "def f():\n    {n}.users.append(1)",
    "class {a}({n}):\n    def f(self):\n        self.lines.append(self)",
    "from functools import lru_cache\n@lru_cache\ndef g(): return {n}(1)",
    "try:\n    from {m} import {n}\nexcept ImportError:\n    from {m} import {a} as {n}",
    "try:\n    from {m} import {n}\nexcept ImportError:\n    {n} = None",
    "if c:\n    import {m} as m",
    "def __getattr__(name):\n    if name == '{a}':\n        from {m} import {n}\n        return {n}",
    "__all__ = ['{n}', '{a}']",
    "del {n}",
    "from unittest.mock import patch\npatch('{m}.{n}')",
    "from {m} import {n}  # ssot: allow[SOT102] because",
    "# ssot: allow[SOT201]",
    "x = [{n}, {a}][0](1)",
    "kept = {{}}\ndef put(): kept[1] = 2\ndef get():\n    global one\n    one = one or dict()\n    return one",
)


def _line(template: str, m: str, n: str, a: str) -> str:
    dotted = "import {m}" in template or "{m}." in template
    return template.format(m=m.lstrip(".") or "lib" if dotted else m, n=n, a=a)


LINE = st.builds(_line, st.sampled_from(LINES), MODULES, NAMES, NAMES)
PATHS = st.sampled_from(
    "app/__init__.py app/hub.py app/impl.py app/legacy.py lib/__init__.py lib/a.py lib/b.py lib/deco.py"
    " use.py sub/u.py".split()
)
DRAWN = st.randoms(use_true_random=False)


class Edits(RuleBasedStateMachine):
    """After each of any edits the warm run and the cold one say the same."""

    in_git = False

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(Path(tempfile.mkdtemp(prefix="ssot")))
        self.settings = FILES["ssot-lint.toml"]

    def teardown(self) -> None:
        shutil.rmtree(self.desk.root)

    @initialize()
    def begin(self) -> None:
        if self.in_git:
            self.desk.git("init", "-q")
            self.desk.git("add", ".")
            self.desk.git("commit", "-qm", "0")
        self.desk.check()

    def _lines(self, path: str) -> list[bytes]:
        place = self.desk.root / path
        return place.read_bytes().splitlines(keepends=True) if place.is_file() else []

    @rule(path=PATHS, line=LINE)
    def append(self, path: str, line: str) -> None:
        self.desk.write(path, b"".join(self._lines(path)) + line.encode() + b"\n")

    @rule(path=PATHS, line=LINE)
    def put_first(self, path: str, line: str) -> None:
        self.desk.write(path, line.encode() + b"\n" + b"".join(self._lines(path)))

    @rule(path=PATHS, lines=st.lists(LINE, max_size=3))
    def replace(self, path: str, lines: list[str]) -> None:
        self.desk.write(path, "".join(f"{line}\n" for line in lines))

    @rule(path=PATHS, number=st.integers(0, 20))
    def drop_line(self, path: str, number: int) -> None:
        lines = self._lines(path)
        if lines:
            del lines[number % len(lines)]
            self.desk.write(path, b"".join(lines))

    @rule(path=PATHS, number=st.integers(0, 20))
    def move_line(self, path: str, number: int) -> None:
        lines = self._lines(path)
        if lines:
            lines.append(lines.pop(number % len(lines)))
            self.desk.write(path, b"".join(lines))

    @rule(path=PATHS, old=NAMES, new=NAMES)
    def rename(self, path: str, old: str, new: str) -> None:
        if self._lines(path):
            self.desk.write(path, self.desk.read(path).replace(old.encode(), new.encode()))

    @rule(path=PATHS, data=st.sampled_from([b"def f(:\n", b"x = '\xff'\n", b"\0", b"\n", b""]))
    def spoil(self, path: str, data: bytes) -> None:
        self.desk.write(path, b"".join(self._lines(path)) + data)

    @rule(path=PATHS)
    def restore(self, path: str) -> None:
        if path in FILES:
            self.desk.write(path, FILES[path])

    @rule(path=PATHS)
    def delete(self, path: str) -> None:
        (self.desk.root / path).unlink(missing_ok=True)

    @rule(old=PATHS, new=PATHS)
    def move(self, old: str, new: str) -> None:
        if self._lines(old):
            (self.desk.root / new).parent.mkdir(exist_ok=True)
            (self.desk.root / old).replace(self.desk.root / new)

    @rule()
    def move_folder(self) -> None:
        one, other = self.desk.root / "lib", self.desk.root / "moved"
        if one.is_dir() != other.is_dir():
            one.rename(other) if one.is_dir() else other.rename(one)

    @rule(path=PATHS)
    def touch(self, path: str) -> None:
        if self._lines(path):
            os.utime(self.desk.root / path)

    @rule(path=PATHS, old=st.sampled_from([b"Hub", b"Bus"]))
    def change_in_secret(self, path: str, old: bytes) -> None:
        """Size and time of modification stay."""
        if self._lines(path):
            place = self.desk.root / path
            times = place.stat()
            place.write_bytes(place.read_bytes().replace(old, b"Abc" if old == b"Hub" else b"Hub"))
            os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))

    @rule(
        text=st.sampled_from(
            [
                HUB + BUS,
                HUB,
                BUS,
                'exclude = ["lib/b.py"]\n' + HUB,
                'src = [".", "lib"]\n' + HUB + BUS,
                'singletons = "all"\n' + HUB,
                HUB.replace('"OldHub"', '"Ali*"'),
                HUB.replace("implementation", 'also-at = ["lib.a.Hub"]\nimplementation') + BUS,
                HUB + '[[exemptions]]\npath = "lib/**"\ncode = "SOT1"\nreason = "r"\n',
            ]
        )
    )
    def settle(self, text: str) -> None:
        self.desk.write("ssot-lint.toml", text)

    @rule(path=PATHS, line=LINE)
    def have_it_unsaved(self, path: str, line: str) -> None:
        data = b"".join(self._lines(path)) + line.encode() + b"\n"
        self.desk.agrees(buffers={path: data}, paths=[path])
        self.desk.agrees(buffers={path: data})

    @rule(paths=st.lists(st.one_of(PATHS, st.sampled_from(["lib", "app"])), min_size=1, max_size=3))
    def ask_for_some(self, paths: list[str]) -> None:
        self.desk.agrees(paths=paths)

    @rule(select=st.sampled_from([["SOT2"], ["SOT105"], ["SOT"]]))
    def select(self, select: list[str]) -> None:
        self.desk.agrees(select=select)

    @invariant()
    def warm_is_cold(self) -> None:
        self.desk.agrees()


class PartialEdits(Edits):
    """All that is remembered is what some of the files were asked for."""

    @rule(path=PATHS, paths=st.lists(PATHS, min_size=1, max_size=4, unique=True), line=LINE)
    def edit_unasked(self, path: str, paths: list[str], line: str) -> None:
        self.desk.agrees(paths=paths)
        self.append(path, line)

    @invariant()
    def warm_is_cold(self) -> None:
        self.desk.agrees(paths=["use.py", "app"])
        self.desk.agrees(paths=["lib"])


class GitEdits(Edits):
    in_git = True

    @rule(text=st.sampled_from(["", "lib/\n", "b.py\n", "use.py\n*.pyi\n"]))
    def ignore(self, text: str) -> None:
        self.desk.write(".gitignore", text)

    @rule()
    def add(self) -> None:
        self.desk.git("add", "-A", ":!.ssot_lint_cache")

    @rule()
    def commit(self) -> None:
        self.desk.git("commit", "-qam", "1", "--allow-empty")

    @rule(back=st.integers(0, 2))
    def check_out(self, back: int) -> None:
        count = len(
            subprocess.run(
                ["git", "rev-list", "HEAD"], cwd=self.desk.root, capture_output=True, check=True
            ).stdout.split()
        )
        self.desk.git("checkout", "-qf", "--detach", f"HEAD~{min(back, count - 1)}")


def _run(machine: type[Edits], examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def fine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stamps are trusted as soon as they are older than a tick of this machine's clock, and not only after the
    seconds of the worst: else everything in a test would be too young."""
    monkeypatch.setattr(memory, "_RACY", 25_000_000)


MACHINES = {"walked": Edits, "partial": PartialEdits, "git": GitEdits}


@pytest.mark.parametrize("name", MACHINES)
def test_after_any_edits_the_warm_run_says_what_the_cold_one_does(name: str) -> None:
    _run(MACHINES[name], 5, 15)


def test_stamps_of_files_hide_no_edit(fine_clock: None) -> None:
    _run(Edits, 6, 15)


@pytest.mark.slow
@pytest.mark.parametrize("name", MACHINES)
def test_after_very_many_edits_the_warm_run_says_what_the_cold_one_does(name: str, fine_clock: None) -> None:
    _run(MACHINES[name], int(os.environ.get("SSOT_LINT_EDITS", "5")), 30)


# What the search has found, or could hardly find.

SMALL = {
    "ssot-lint.toml": KEYED_CONTRACT,
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    users = {}\n\n    def __init__(self, user):\n        self.user = user\n\n\n"
    "def make_hub(user=None):\n    return Hub(user)\n",
    "r.py": "from app.hub import Hub\n",
}

IN = {
    "pkg/__init__.py": "",
    "pkg/r.py": SMALL["r.py"],
    "pkg/q.py": "Hub = 1\n",
    "u.py": "from x import m\nm.Hub\n",
}
"""``u`` speaks of ``m.Hub``; which module ``m`` is only ``x`` knows."""

BAG = {"bag/__init__.py": "from app.hub import Hub as late\n", "u.py": "from bag import late\nlate(1)\n"}
"""``late`` is the class as long as the package has no module of that name."""

KNOWN = {"u.py": "import pkg.late\nfrom app.hub import Hub\nhub = pkg.late.kinds['a'] or Hub\nhub(1)\n"}
"""Only inference follows a path through what no fact tells of."""

RETIRED = {"u.py": "import far\nfar.OldHub(1)\n"}
"""A retired name is one of the project's only in a module or a package of the project."""

ELSEWHERE: dict[str, tuple[dict[str, str], dict[str, str | None]]] = {
    "a module that was not there": ({"u.py": "from late import Hub\nHub(1)\n"}, {"late.py": SMALL["r.py"]}),
    "a module that is there no more": (
        {"late.py": SMALL["r.py"], "u.py": "from late import Hub\nHub(1)\n"},
        {"late.py": None},
    ),
    "a module that hides another name": (BAG, {"bag/late.py": "x = 1\n"}),
    "a module that hides a name no more": ({**BAG, "bag/late.py": "x = 1\n"}, {"bag/late.py": None}),
    "a folder that comes to hold a module": (RETIRED, {"far/x.py": "y = 1\n"}),
    "a folder that holds no module any more": ({**RETIRED, "far/x.py": "y = 1\n"}, {"far/x.py": None}),
    "a module that moves": (
        {"late.py": SMALL["r.py"], "u.py": "from late import Hub\nHub(1)\n"},
        {"late.py": None, "other/late.py": SMALL["r.py"]},
    ),
    "a module in place of a package": (
        {"late/__init__.py": SMALL["r.py"], "u.py": "from late import Hub\nHub(1)\n"},
        {"late/__init__.py": None, "late.py": "Hub = 1\n"},
    ),
    "a folder that becomes a package": (
        {"p/r.py": SMALL["r.py"], "p/u.py": "from .r import Hub\nHub(1)\n"},
        {"p/__init__.py": ""},
    ),
    "a module that no fact tells of": (KNOWN, {"pkg/late.py": "kinds = {}\n"}),
    "the only user goes": (
        {"r.py": "", "u.py": "from app.hub import make_hub\n"},
        {"u.py": None},
    ),
    "a user that comes": ({}, {"u.py": "from r import Hub\nHub(1)\n"}),
    "a user that goes": ({"u.py": "from r import Hub\nHub(1)\n"}, {"u.py": None}),
    "a user that moves": (
        {"u.py": "from r import Hub\nHub(1)\n"},
        {"u.py": None, "v.py": "from r import Hub\nHub(1)\n"},
    ),
    "a copy of the module": ({"u.py": "from r import Hub\nHub(1)\n"}, {"src/r.py": "Hub = 1\n"}),
    "a mention twice on a line": ({"u.py": "import r\nr.Hub, r.Hub\n"}, {"u.py": "import r\nr.Hub\n"}),
    "mentions in another order": (
        {"x.py": "import r\nHub = 1\n", "u.py": "import r, x\nr.Hub, x.r.Hub\n"},
        {"u.py": "import r, x\nx.r.Hub, r.Hub\n"},
    ),
    "an importer that moves": ({"u.py": "from r import Hub\n"}, {"u.py": "\nfrom r import Hub\n"}),
    "a package by dots": (
        {"p/__init__.py": "", "p/r.py": SMALL["r.py"], "p/u.py": "Hub = 1\n"},
        {"p/u.py": "from .r import Hub\n"},
    ),
    "an alias of a module": (
        {**IN, "x.py": "Hub = 1\nimport pkg.q as m\n"},
        {"x.py": "Hub = 1\nimport pkg.r as m\n"},
    ),
    "a module by its root and then by itself": (
        {
            **IN,
            "pkg/__init__.py": "r = 1\n",
            "x.py": "import pkg.r\nHub = 1\n",
            "u.py": "import x\nx.pkg.Hub\nx.pkg.r.Hub\n",
        },
        {"x.py": "import pkg.r as pkg\nHub = 1\n"},
    ),
    "an import and an assignment that change places": (
        {**IN, "x.py": "Hub = 1\nimport pkg.q as n\nimport pkg.r as m\nm = n\n"},
        {"x.py": "Hub = 1\nimport pkg.q as n\nm = n\nimport pkg.r as m\n"},
    ),
    "an import that becomes conditional": (
        {**IN, "x.py": "Hub = 1\nimport pkg.q as m\nimport pkg.r as m\n"},
        {"x.py": "Hub = 1\nimport pkg.q as m\nif c:\n    import pkg.r as m\n"},
    ),
    "a conditional value": (
        {**IN, "x.py": "Hub = 1\nimport pkg.q as n\nimport pkg.r as k\nm = n if c else n\n"},
        {"x.py": "Hub = 1\nimport pkg.q as n\nimport pkg.r as k\nm = k if c else n\n"},
    ),
    "an alias that is deleted": (
        {**IN, "x.py": "Hub = 1\nimport pkg.r as m\n"},
        {"x.py": "Hub = 1\nimport pkg.r as m\ndel m\n"},
    ),
    "a star export that ends": (
        {"s.py": "from r import *\n", "u.py": "from s import Hub\n"},
        {"r.py": "from app.hub import Hub\n__all__ = []\n"},
    ),
    "a writer elsewhere": (
        {"w.py": "from app.hub import Hub\n"},
        {"w.py": "from app.hub import Hub\n\n\ndef f():\n    Hub.users.append(1)\n"},
    ),
    "a subclass elsewhere that writes": (
        {"w.py": "from app.hub import Hub\n"},
        {
            "w.py": "from app.hub import Hub\n\n\nclass W(Hub):\n    def f(self):\n        self.users.append(1)\n"
        },
    ),
    "a decorator elsewhere": (
        {
            "d.py": "def once(f): return f\n",
            "u.py": "from app.hub import Hub\nfrom d import once\n\n\n@once\nclass Sub(Hub):\n    pass\n",
        },
        {
            "d.py": "def once(f):\n    kept = {}\n    def get():\n        if f not in kept:\n"
            "            kept[f] = f()\n        return kept[f]\n    return get\n"
        },
    ),
    "a factory that becomes asynchronous": (
        {"u.py": "from app.hub import make_hub\nhub = make_hub()\n"},
        {"app/hub.py": SMALL["app/hub.py"].replace("def make_hub", "async def make_hub")},
    ),
    "an alternate constructor": (
        {"u.py": "from app.hub import Hub\nhub = Hub.create()\n"},
        {
            "app/hub.py": SMALL["app/hub.py"]
            + "\n\nclass Hub:\n    @classmethod\n    def create(cls):\n        return cls(1)\n"
        },
    ),
    "a file that ceases to matter": ({"u.py": "from r import Hub\n"}, {"r.py": "x = 1\n"}),
    "a file that comes to matter": (
        {"r.py": "x = 1\n", "u.py": "from r import Hub\n"},
        {"r.py": SMALL["r.py"]},
    ),
    "a file that cannot be parsed": (
        {"u.py": "from r import Hub\n"},
        {"r.py": "from app.hub import Hub\ndef f(:\n"},
    ),
    "the only user": (
        {"r.py": "", "u.py": "from app.hub import make_hub\n"},
        {"u.py": "from app import hub\n"},
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("asked", [None, ["r.py", "u.py", "app", "pkg"], ["u.py", "app"]])
def test_an_edit_changes_what_is_said_of_other_files(
    name: str, asked: list[str] | None, tmp_path: Path
) -> None:
    before, after = ELSEWHERE[name]
    desk = Desk(tmp_path, {**SMALL, **before})
    desk.check(paths=asked)
    for path, text in after.items():
        if text is None:
            (desk.root / path).unlink()
        else:
            desk.write(path, text)
    desk.agrees(paths=asked)
    desk.agrees()


AGAIN = {
    "a comment": ("u.py", "from r import Hub\nHub(1)  # so\n", True),
    "one more use": ("u.py", "from r import Hub\nHub(1)\nHub(2)\n", True),
    "a second name, which others could import": (
        "r.py",
        "from app.hub import Hub as Kin\nHub = Kin\n",
        False,
    ),
    "another thing by that name": ("r.py", "Hub = 1\n", True),
    "a name that it did not hold": ("u.py", "from r import Hub\nOldHub = Hub\n", True),
    "a file that did not matter": ("app/plain.py", "from r import Hub\nHub(2)\n", True),
    "a file that matters no more": ("u.py", "", True),
    "a new file": ("fresh.py", "from r import Hub\nHub(3)\n", True),
    "a new file that speaks of nothing": ("fresh.py", "x = 1\n", True),
    "a new name for it": ("u.py", "from r import Hub as Fresh\nFresh(1)\n", False),
    "a new file with a new name for it": ("fresh.py", "from r import Hub as Fresh\n", False),
}
"""Edits of files, and whether they leave alone what all files are asked."""


@pytest.mark.parametrize("name", AGAIN)
def test_other_files_are_not_looked_through_where_nothing_new_can_be_learned(
    name: str, tmp_path: Path
) -> None:
    path, text, is_quick = AGAIN[name]
    desk = Desk(tmp_path, {**SMALL, "u.py": "from r import Hub\nHub(1)\n", "app/plain.py": "x = 1\n"})
    desk.check()
    # What that run was told is remembered for the next one, however it came to know it.
    for content, quick in ((text, is_quick), (f"{text}# so\n", True)):
        desk.write(path, content)
        how = RunOptions(1, cache=True)
        run.check(loading.load(desk.root / "ssot-lint.toml", codes=CODES), how=how)
        assert ("looked through for names" not in how.profile.counts) == quick
    desk.agrees()


def test_a_new_name_is_looked_for_where_it_can_be(tmp_path: Path) -> None:
    many = {f"plain{number}.py": f"x = {number}\n" for number in range(20)}
    files = {
        **SMALL,
        **many,
        "u.py": "from r import Hub\nHub(1)\n",
        "w.py": "import u\n",
        "v.py": "import r\n",
    }
    desk = Desk(tmp_path, files)
    desk.check()
    for text, name in (("from u import Fresh\nFresh(1)\n", "Fresh"), ("import u\nu.Newer(1)\n", "Newer")):
        desk.write("u.py", f"from r import Hub as {name}\n")
        desk.write("w.py", text)
        how = RunOptions(1, cache=True)
        found = run.check(loading.load(desk.root / "ssot-lint.toml", codes=CODES), how=how).findings
        assert "w.py" in {one.path for one in found}
        assert 0 < how.profile.counts["looked through for names"] < len(many)
    desk.agrees()


GONE: dict[str, tuple[str, dict[str, str], bool]] = {
    "a name that nobody took": ("from r import Hub as Fresh\n", {}, True),
    "a name that others took": (
        "from r import Hub as Fresh\n",
        {"w.py": "from u import Fresh\nFresh(1)\n"},
        True,
    ),
    # Whether a run makes that name is asked of the file that had it.
    "a class that others derive from": (
        "from r import Hub\nclass Fresh(Hub): ...\n",
        {"w.py": "import u\nclass Other(u.Fresh): ...\nOther(1)\n"},
        False,
    ),
    "what does not parse": (
        "from r import Hub as Fresh\n",
        {"w.py": "from u import Fresh\nFresh(\n"},
        True,
    ),
}
"""What a file said that brought a further name, others that speak of that, and whether no file is asked more without
it."""


@pytest.mark.parametrize("name", GONE)
def test_a_name_that_is_told_no_more_is_forgotten_without_asking_anew(name: str, tmp_path: Path) -> None:
    text, others, is_quick = GONE[name]
    desk = Desk(tmp_path, {**SMALL, "u.py": text, "v.py": "from r import Hub\nHub(1)\n", **others})
    desk.check()
    for content in ("from r import Hub\nHub(1)\n", "from r import Hub\nHub(2)\n", text, "x = 1\n"):
        desk.write("u.py", content)
        how = RunOptions(1, cache=True)
        warm = run.check(loading.load(desk.root / "ssot-lint.toml", codes=CODES), how=how).findings
        assert warm == desk.check(cache=False).findings
        assert not is_quick or "looked through for names" not in how.profile.counts or content == text


JUDGED: dict[str, tuple[dict[str, str | None], int]] = {
    "a comment": ({"v.py": "from r import Hub\nHub(2)  # so\n"}, 1),
    "a line above": ({"v.py": "\nfrom r import Hub\nHub(2)\n"}, 2),
    "a new file": ({"fresh.py": "import app.hub\napp.hub.Hub(3)\n"}, 1),
    "a new file that speaks of nothing": ({"fresh.py": "x = 1\n"}, 0),
    "a new package": ({"fresh/__init__.py": "", "fresh/n.py": "import app.hub\napp.hub.Hub(3)\n"}, 1),
    "a file that moves": ({"v.py": None, "w.py": "from r import Hub\nHub(2)\n"}, 2),
    "a module that is imported": ({"r.py": "\nfrom app.hub import Hub\n"}, 3),
    "a write to what instances share": (
        {"v.py": "from r import Hub\nHub(2)\nHub.users[1] = 2\n"},
        2,
    ),
}
"""What is written, and how many of the five files that matter are judged then. ``r`` is kept alive by those who import
from it, and is judged where these say so on another line. The home is judged where others come to write to an attribute
of a name that the class has."""


@pytest.mark.parametrize("name", JUDGED)
def test_only_what_depends_on_it_is_judged_anew(name: str, tmp_path: Path) -> None:
    after, number = JUDGED[name]
    users = {f"{one}.py": f"from r import Hub\nHub({place})\n" for place, one in enumerate("uv")}
    desk = Desk(tmp_path, {**SMALL, **users, "other.py": "from app.hub import Hub\n\nHub(1)\n"})
    desk.check()
    for path, text in after.items():
        if text is None:
            (desk.root / path).unlink()
        else:
            desk.write(path, text)
    how = RunOptions(1, cache=True)
    run.check(loading.load(desk.root / "ssot-lint.toml", codes=CODES), how=how)
    assert how.profile.counts.get("judged", 0) == number
    desk.agrees()


UNSAVED: dict[str, tuple[str, str, bool]] = {
    "what is on the disk": ("u.py", "from r import Hub\nHub(1)\n", True),
    "what still speaks of nothing": ("app/plain.py", "y = 2\n", True),
    "one more line": ("u.py", "from r import Hub\nHub(1)\nHub(2)\n", False),
    "what begins to speak of it": ("app/plain.py", "from r import Hub\nHub(2)\n", False),
    "a file that is not on the disk": ("fresh.py", "from r import Hub\nHub(3)\n", False),
}
"""What an editor has not saved, and whether what was found before holds with it."""


@pytest.mark.parametrize("name", UNSAVED)
def test_a_text_that_says_nothing_new_is_not_judged(name: str, tmp_path: Path) -> None:
    path, text, is_quick = UNSAVED[name]
    desk = Desk(tmp_path, {**SMALL, "u.py": "from r import Hub\nHub(1)\n", "app/plain.py": "x = 1\n"})
    desk.check()
    read, buffers = loading.load(desk.root / "ssot-lint.toml", codes=CODES), {path: text.encode()}
    for paths in (None, [path]):
        how = RunOptions(1, cache=True)
        found = run.check(read, paths=paths, buffers=buffers, how=how).findings
        assert ("judged" not in how.profile.counts) == is_quick
        assert found == desk.check(cache=False, paths=paths, buffers=buffers).findings
    # The disk has changed, and the text is what it was.
    desk.write(path, f"{text}Hub(4)\n")
    desk.agrees(paths=[path], buffers=buffers)
    desk.agrees()


@pytest.mark.parametrize("text", ["x = 1\n", "from app.hub import Hub\nHub(1)\n"])
def test_a_run_with_an_unsaved_text_remembers_that_the_disk_is_as_it_was(text: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, {**SMALL, "app/plain.py": "x = 1\n"})
    desk.check()
    read = loading.load(desk.root / "ssot-lint.toml", codes=CODES)
    for path in (desk.root, *desk.root.rglob("*")):
        if path.is_dir() and memory.FOLDER not in path.parts:
            (path / "notes").write_text("no source\n")
    # What is hardly older than a run is not remembered.
    time.sleep(2.1)
    tree = disk.Disk(str(desk.root))

    def is_known() -> bool:
        store = Store(str(desk.root / memory.FOLDER))
        return memory.Memory(read, tree, store)._has_same_basis

    assert not is_known()
    run.check(read, buffers={"app/plain.py": text.encode()}, how=RunOptions(1, cache=True))
    assert is_known()
    desk.agrees()


def test_what_is_shared_of_classes_without_a_contract_is_not_forgotten(tmp_path: Path) -> None:
    desk = Desk(
        tmp_path,
        {"ssot-lint.toml": 'singletons = "all"\n' + KEYED_CONTRACT, "app/hub.py": SMALL["app/hub.py"]},
    )
    desk.write(
        "one.py", "class One:\n    pass\n\n\none = One()\nseen = {}\n\n\ndef f():\n    seen[1] = one\n"
    )
    whole = desk.agrees()
    assert [one for one in whole.findings if one.path == "one.py"]
    desk.write("app/hub.py", SMALL["app/hub.py"] + "\n")
    assert len(desk.agrees().findings) == len(whole.findings)


def test_what_was_probably_meant_does_not_depend_on_what_was_asked_before(tmp_path: Path) -> None:
    settings = SMALL["ssot-lint.toml"] + '\n[contracts.maker]\ncanonical = "app.pools.get_producer"\n'
    others = {
        "app/use.py": "from app.hub import Hub\nproducers = Hub\n",
        "app/pools.py": "from app.use import producers\n\n\ndef make(): ...\n\n\nget_produce = make()\n",
    }
    desk = Desk(tmp_path, {**SMALL, "ssot-lint.toml": settings, **others})
    for text in (others["app/use.py"], "from app.hub import Hub\nprint(Hub)\n", "x = 1\n"):
        desk.write("app/use.py", text)
        (found,) = [one for one in desk.agrees().findings if one.code == "SOT901"]
        assert found.message.endswith("did you mean `app.pools.get_produce`?")


CYCLE = "try:\n    from {0} import Hub\nexcept ImportError:\n    from app.hub import Hub\n"


def test_a_cycle_says_the_same_wherever_it_is_entered(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {**SMALL, "a.py": CYCLE.format("b"), "b.py": CYCLE.format("a")})
    desk.write("c.py", "from a import Hub\n")
    desk.write("d.py", "from b import Hub\n")
    whole = desk.check(cache=False).findings
    for path in ("a.py", "b.py", "c.py", "d.py"):
        found = desk.check(cache=False, paths=[path]).findings
        assert found == tuple(one for one in whole if one.path == path)
    assert desk.check(cache=False, jobs=3).findings == whole


ENDLESS = {
    "contracts": SMALL,
    "all": {**SMALL, "ssot-lint.toml": 'singletons = "all"\n' + KEYED_CONTRACT},
}
"""What is looked at in a project, in which questions could lead to further ones for ever."""


@pytest.mark.parametrize("singletons", ENDLESS)
def test_cycles_of_star_imports_end(singletons: str, tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(12)]
    desk = Desk(tmp_path, ENDLESS[singletons])
    for name in names:
        stars = "".join(f"from {other} import *\n" for other in names if other != name)
        desk.write(f"{name}.py", f"{stars}x = OldHub\n")
    desk.write("m3.py", desk.read("m3.py") + b"from r import *\n")
    assert desk.agrees().findings


@pytest.mark.parametrize("singletons", ENDLESS)
def test_a_star_of_a_module_that_is_not_there_ends(singletons: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, ENDLESS[singletons])
    desk.write("pkg/__init__.py", "from .gone import *\nfrom pkg.lost import *\nfrom app.hub import Hub\n")
    desk.write("u.py", "import pkg\n\nkept = pkg.once(pkg.Hub(1))\n\n\ndef f():\n    kept.add(pkg.twice)\n")
    assert desk.agrees().findings


@pytest.mark.parametrize("singletons", ENDLESS)
def test_a_name_bound_to_a_part_of_itself_ends(singletons: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, ENDLESS[singletons])
    desk.write("pkg/__init__.py", "from pkg.x import a as x\nfrom pkg.y import b as y\nx.y.add(y.x)\n")
    desk.write(
        "m.py",
        "import m\nm = m.m\nif c:\n    a = a.a\nelse:\n    a = a.b\nif c:\n    b = b.a\nelse:\n    b = b.b\n"
        "x = m.Hub, a.Hub\n",
    )
    desk.write("u.py", "import m\nm.a.Hub, m.m.Hub\n")
    desk.agrees()


@pytest.mark.parametrize("count", [300, 500, 700])
def test_a_value_too_deep_to_be_kept_stops_nothing(count: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path, SMALL)
    desk.write("deep.py", "from app.hub import Hub as OldHub\nx = " + "OldHub if a else " * count + "None\n")
    desk.write("u.py", "from r import Hub\n")
    assert "u.py" in {one.path for one in desk.agrees().findings}


def test_a_root_of_imports_that_comes_into_being(tmp_path: Path, fine_clock: None) -> None:
    desk = Desk(
        tmp_path, {**SMALL, "ssot-lint.toml": 'src = [".", "data/lib"]\n' + KEYED_CONTRACT, "data/x.txt": ""}
    )
    desk.git("init", "-q")
    _settle(desk)
    (tmp_path / "data/lib").mkdir()
    assert desk.agrees().notes == ()


def test_a_root_of_imports_that_is_a_link(tmp_path: Path, fine_clock: None) -> None:
    desk = Desk(tmp_path, {**SMALL, "ssot-lint.toml": 'src = [".", "data/lib"]\n' + KEYED_CONTRACT})
    desk.write("one/r.py", "from app.hub import Hub\n")
    desk.write("two/r.py", "x = 1\n")
    desk.write("u.py", "from r import Hub\n")
    desk.write("data/x.txt", "")
    desk.git("init", "-q")
    (tmp_path / "data/lib").symlink_to(tmp_path / "one")
    _settle(desk)
    (tmp_path / "data/lib").unlink()
    (tmp_path / "data/lib").symlink_to(tmp_path / "two")
    desk.agrees()


def _settle(desk: Desk) -> None:
    """Runs until stamps are old enough to be trusted."""
    desk.check()
    time.sleep(0.06)
    desk.check()
    time.sleep(0.06)
    desk.check()


@pytest.mark.parametrize("number", range(4))
def test_edits_within_one_tick_of_the_clock_are_seen(number: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path, SMALL)
    for name, code in (("OldHub", "SOT103"), ("NewHub", "SOT101")) * 10:
        desk.write("u.py", f"from app.hub import Hub as {name}\n")
        assert [one.code for one in desk.check().findings if one.path == "u.py"] == [code]


def _while_it_runs(desk: Desk, monkeypatch: pytest.MonkeyPatch, *states: str) -> None:
    """A run, at the begin of which ``u.py`` is as it is, and is changed after each time that it is read."""
    real, todo = disk.read, [*states]

    def read(root: Path, path: str, limit: int) -> bytes:
        data = real(root, path, limit)
        if path == "u.py" and todo:
            desk.write(path, todo.pop(0))
        return data

    with monkeypatch.context() as patch:
        patch.setattr(disk, "read", read)
        desk.check()
    assert not todo


def test_a_file_that_changes_between_two_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(
        tmp_path, {**SMALL, "m.py": "from app.hub import Hub as Alias\n", "u.py": "from m import Alias\n"}
    )
    _while_it_runs(desk, monkeypatch, "from m import Alias\nfrom app.hub import Hub as OldHub\n")
    assert "OldHub" in desk.agrees().findings[-1].message


def test_a_file_that_changes_and_changes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = "from app.hub import Hub\nx = [Hub][0](1)\n"
    desk = Desk(tmp_path, {**SMALL, "u.py": first})
    _while_it_runs(desk, monkeypatch, first.replace("[Hub]", "[int]"), first)
    assert {one.code for one in desk.agrees().findings if one.path == "u.py"} >= {"SOT201"}


def test_a_file_that_goes_during_a_run_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, {**SMALL, "u.py": "from app.hub import Hub\nHub(2), [Hub][0](1)\n"})
    real = disk.read

    def read(root: Path, path: str, limit: int) -> bytes:
        data = real(root, path, limit)
        if path == "u.py":
            (tmp_path / path).unlink()
        return data

    with monkeypatch.context() as patch:
        patch.setattr(disk, "read", read)
        desk.check()
    desk.agrees()


def test_a_file_that_matters_does_so_after_its_folder_has_been_looked_into_anew(
    tmp_path: Path, fine_clock: None
) -> None:
    desk = Desk(tmp_path, {**SMALL, "app/__init__.py": "def f(:\n"})
    # Of the canonical path nothing is left but the package, which therefore is asked for the rest.
    (tmp_path / "app/hub.py").unlink()
    _settle(desk)
    # The same files, in a folder that seems to be another.
    (tmp_path / "app/x.txt").write_text("")
    _settle(desk)
    desk.write("app/__init__.py", b"def f(:\n\0")
    report = desk.agrees()
    assert any("NUL" in one.message for one in report.findings)


def test_another_astroid_is_another_judge(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert b"version" in key._inference()
    desk.check()
    monkeypatch.setattr(key, "_inference", lambda: b"another")
    read = loading.load(desk.root / "ssot-lint.toml", codes=CODES)
    assert not memory.Memory(read, disk.Disk(str(desk.root)), Store(str(desk.root / memory.FOLDER))).look(
        holds_nothing
    )
    monkeypatch.undo()
    assert memory.Memory(read, disk.Disk(str(desk.root)), Store(str(desk.root / memory.FOLDER))).look(
        holds_nothing
    )


def test_another_build_of_a_version_is_another_judge(tmp_path: Path) -> None:
    """But not another machine, where the command lies elsewhere and other files have been compiled."""

    def build(*lines: str) -> bytes:
        folder = tmp_path / f"ssot_lint-{__version__}.dist-info"
        folder.mkdir(exist_ok=True)
        (folder / "RECORD").write_text("".join(f"{line}\n" for line in lines))
        return key._build(str(tmp_path / "ssot_lint"))

    assert key._build(str(tmp_path / "ssot_lint")) == b""
    first = build(
        "../bin/ssot-lint,sha256=a,9", "ssot_lint/links/link.py,sha256=b,9", "ssot_lint/rules/x.py,sha256=c,9"
    )
    again = build(
        "ssot_lint/rules/x.py,sha256=c,9",
        "ssot_lint/links/link.py,sha256=b,9",
        "ssot_lint/links.cpython-312.pyc,,",
    )
    other = build(
        "../bin/ssot-lint,sha256=a,9", "ssot_lint/links/link.py,sha256=d,9", "ssot_lint/rules/x.py,sha256=c,9"
    )
    assert first == again != b""
    assert other not in (first, b"")


def test_sources_that_have_changed_are_another_judge(tmp_path: Path) -> None:
    """Where they are used as they are, as in a checkout that is brought up to date, no installer has listed them."""
    folder = tmp_path / "ssot_lint" / "links"
    folder.mkdir(parents=True)
    (tmp_path / f"ssot_lint-{__version__}.dist-info").mkdir()
    (tmp_path / f"ssot_lint-{__version__}.dist-info" / "RECORD").write_text("ssot_lint.pth,sha256=a,9\n")
    (folder / "link.py").write_text("a = 1\n")
    first = key._build(str(tmp_path / "ssot_lint"))
    assert key._build(str(tmp_path / "ssot_lint")) == first
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "link.py").write_text("")
    assert key._build(str(tmp_path / "ssot_lint")) == first
    (folder / "link.py").write_text("a = 12\n")
    assert key._build(str(tmp_path / "ssot_lint")) != first


# Whatever the number of processes, and whoever comes first.


def test_any_number_of_processes_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgements, "ENOUGH", 2)
    monkeypatch.setattr(gather, "ENOUGH", 2)
    for singletons in ("contracts", "all"):
        desk = Desk(tmp_path, {**FILES, "ssot-lint.toml": f'singletons = "{singletons}"\n' + HUB + BUS})
        for number in range(12):
            desk.write(
                f"m{number}.py",
                f"from lib.a import Alias\nfrom m{(number + 1) % 12} import *\nh = Alias({number})\n",
            )
        one = desk.check(cache=False, jobs=1)
        for jobs in (2, 8, None):
            shutil.rmtree(tmp_path / memory.FOLDER, ignore_errors=True)
            assert desk.check(jobs=jobs) == one
            desk.write("use.py", desk.read("use.py") + b"\n")
            assert desk.check(jobs=jobs) == one


# What a run imports that has nothing to do.

HEAVY = (
    "astroid flake8 multiprocessing concurrent.futures ssot_lint.facts.extract ssot_lint.links.resolve "
    "ssot_lint.engine.judge ssot_lint.gather.gather ssot_lint.links.index ssot_lint.inference.infer "
    "ssot_lint.cache.packed ssot_lint.engine.since ssot_lint.findings.comparison.difference "
    "ssot_lint.findings.comparison.surroundings ssot_lint.findings.baseline_file ssot_lint.sources.snapshot "
    "ssot_lint.facts.parse tempfile"
).split()


@pytest.mark.parametrize("git", [False, True])
def test_a_run_that_finds_nothing_changed_imports_nothing_that_judges(git: bool, desk: Desk) -> None:
    if git:
        desk.git("init", "-q")
    # What stands in a list only inference can tell.
    desk.write("kinds.py", "from app.hub import Hub\nkinds = [Hub]\nhub = kinds[0]()\n")
    code = (
        "import sys\nfrom ssot_lint.cli import main\ncode = main(sys.argv[1:])\n"
        "print('\\n' + ' '.join([str(code), *sys.modules]))"
    )
    seen = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, "check", "--format", "concise"],
            cwd=desk.root,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        status, *names = done.stdout.splitlines()[-1].split()
        assert status == "1"
        seen.append({*names})
    rules = {name for name in seen[1] if name.startswith("ssot_lint.rules.") and name.count(".") > 2}
    assert {"ssot_lint.engine.judge", "astroid"} <= seen[0]
    assert (seen[1] & {*HEAVY}, rules) == (set(), set())
