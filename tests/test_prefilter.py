"""Files that are not parsed hold nothing that anybody would have reported, however they are written."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hub import KEYED_CONTRACT, KEYED_HUB
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.engine import run
from ssot_lint.engine.report import Report
from ssot_lint.facts import prefilter
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading

CONTRACT = KEYED_CONTRACT.replace('["OldHub"]', '["OldHub", "*Manager"]')

TWO = f"""{CONTRACT}
[contracts.bus]
canonical = "app.bus.Bus"
also-at = ["pkg.Bus"]
retired = ["OldBus", "Big*"]
factories = ["app.bus.Bus.create"]
"""
BUS = b"class Bus:\n    @classmethod\n    def create(cls): return cls()\n"
"""Names that are of one contract, of the other, or of both, as it comes."""


def check(root: Path, *, prefilter: bool) -> Report:
    read = loading.load(root / "ssot-lint.toml", codes=CODES)
    return run.check(read, how=RunOptions(1, prefilter=prefilter))


def agrees(root: Path, texts: dict[str, bytes], contracts: str = CONTRACT) -> Report:
    """The report, which is the same when every file is asked everything."""
    base = {"ssot-lint.toml": contracts, "app/__init__.py": "", "app/hub.py": KEYED_HUB}
    for path, text in {**{path: text.encode() for path, text in base.items()}, **texts}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text)
    filtered = check(root, prefilter=True)
    assert filtered == check(root, prefilter=False)
    return filtered


USES = (
    "from {m} import {n}",
    "from {m} import {n} as {a}",
    "from {m} import {n}; {a} = {n}",
    "from {m} import *",
    "import {m} as {a}",
    "import {m}; {a} = {m}.{n}",
    "import {m}; x = {m}.{n}(1)",
    "from {m} import {n}; x = {n}(1)",
    "from {m} import {n}\nclass {a}({n}): pass",
    "from {m} import {n}\ndef {a}(): return {n}(1)",
    "def __getattr__(name):\n    if name == '{a}':\n        from {m} import {n}\n        return {n}",
    "def __getattr__(name):\n    import {m}\n    return getattr({m}, name)",
    "from unittest.mock import patch; patch('{m}.{n}')",
    "from .{m} import {n}",
    "from \\\n .{m} import {n}",
    "from . import {n}",
    "from \\\n . import {n} as {a}",
    "from\\\n.{m}import\\\n*",
    "x = {n}(1)",
    "x = {n}.create(1)",
    "import pkg.five; x = pkg.{n}(1)",
    "import pkg . four; x = pkg . four . \\\n {n}(1)",
    "import pkg; x = pkg.five; y = pkg.four; z = y.{n}(1)",
    "from importlib import import_module as i; x = i('.', 'pkg.five').{n}(1)",
    "from importlib import import_module as i; x = i('..four', 'pkg.five').{n}(1)",
    "from pkg import (four, five); x = four.{n}(1)",
)
NAMES = st.sampled_from("Hub OldHub Alias Kin Other BigManager".split())
OF_BOTH = st.sampled_from("Hub OldHub Alias Kin Other BigManager Bus Bus OldBus Line".split())


def _plain(text: str) -> bytes:
    return text.encode()


def _wide(text: str) -> bytes:
    """Letters for which Python reads those of ASCII (PEP 3131)."""
    for name in ("Hub", "Alias", "Kin", "__getattr__"):
        text = text.replace(name, "".join(chr(ord(one) + 0xFEE0) if one.isalpha() else one for one in name))
    return text.encode()


def _hidden(text: str) -> bytes:
    """An encoding in which a letter is no letter."""
    return b"# coding: utf-7\n" + text.replace("u", "+AHU-").replace("i", "+AGk-").encode("ascii")


def _foreign(text: str) -> bytes:
    return f"# -*- coding: cp1251 -*-\nx = '\u0416'\n{text}".encode("cp1251")


def _carriage(text: str) -> bytes:
    return b"#\r# coding: utf-7\r" + text.replace("\n", "\r").replace("u", "+AHU-").encode("ascii")


def _far(text: str) -> bytes:
    return b"#" + b"-" * 3000 + b"\n# coding: utf-7\n" + text.replace("u", "+AHU-").encode("ascii")


def _marked(text: str) -> bytes:
    return b"\xef\xbb\xbf" + text.encode()


def _late(text: str) -> bytes:
    """What looks like a cookie, but comes after code, and is none."""
    return b"x = 1\n# coding: cp037\n" + text.encode()


WAYS = (_plain, _plain, _plain, _plain, _wide, _hidden, _foreign, _carriage, _far, _marked, _late)
MODULES = ("app.hub", "seed", "one", "two", "three", "pkg", "pkg.four", "pkg.five")


def _use(use: str, m: str, n: str, a: str) -> str:
    return use.format(m=m.rpartition(".")[2] if ".{m}" in use else m, n=n, a=a)


USE = st.builds(_use, st.sampled_from(USES), st.sampled_from(MODULES), NAMES, NAMES)
USE_OF_BOTH = st.builds(
    _use, st.sampled_from(USES), st.sampled_from([*MODULES, "app.bus", "lines"]), OF_BOTH, OF_BOTH
)
TEXTS, TEXTS_OF_BOTH = (
    st.builds(lambda way, uses: way("\n".join([*uses, ""])), st.sampled_from(WAYS), st.lists(use, max_size=3))
    for use in (USE, USE_OF_BOTH)
)
SEED = (
    b"from app.hub import Hub as Kin\n\n\nclass Alias(Kin):\n    pass\n\n\ndef Other():\n    return Kin(1)\n"
)
"""A name, a subclass and a maker, which no contract knows of."""
PATHS = ("one.py", "two.py", "three.py", "pkg/__init__.py", "pkg/four.py", "pkg/five.py")


@settings(
    max_examples=int(os.environ.get("SSOT_LINT_EDITS", "60")),
    derandomize="SSOT_LINT_EDITS" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(texts=st.fixed_dictionaries(dict.fromkeys(PATHS, TEXTS)))
def test_the_filter_loses_nothing(texts: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as root:
        agrees(Path(root), {"seed.py": SEED, **texts})


@settings(
    max_examples=int(os.environ.get("SSOT_LINT_EDITS", "60")),
    derandomize="SSOT_LINT_EDITS" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(texts=st.fixed_dictionaries(dict.fromkeys(PATHS, TEXTS_OF_BOTH)))
def test_a_contract_is_left_out_only_where_it_has_nothing_to_say(texts: dict[str, bytes]) -> None:
    """Where every file is asked for every name all contracts are judged in all files."""
    with tempfile.TemporaryDirectory() as root:
        lines = b"from app.bus import Bus as Line\nfrom app.hub import Hub as Bus\n"
        agrees(Path(root), {"app/bus.py": BUS, "seed.py": SEED, "lines.py": lines, **texts}, TWO)


HIDDEN = {
    "what a retired name was made of": {
        "helper.py": b"def other(): pass\n",
        "one.py": b"from helper import other as OldHub\n",
    },
    "a chain": {
        "seed.py": SEED,
        "two.py": b"from seed import Kin\n",
        "three.py": b"from two import Kin\n",
        "four.py": b"from three import Kin\nKin(1)\n",
    },
    "a chain of stars": {
        "seed.py": SEED,
        "two.py": b"from seed import *\n",
        "three.py": b"from two import *\n",
        "four.py": b"from three import Kin\nKin(1)\n",
    },
    "a package that hands on a subclass": {
        "pkg/__init__.py": b"from .seed import Alias\n",
        "pkg/seed.py": SEED,
        "four.py": b"from pkg import Alias\nclass More(Alias): pass\n",
    },
    "letters that Python normalises": {"one.py": _wide("from app.hub import Hub as Kin\n")},
    "a cookie": {"one.py": _hidden("from app.hub import Hub as OldHub\n")},
    "a cookie behind a carriage return": {"one.py": _carriage("from app.hub import Hub as OldHub\n")},
    "a cookie behind a long comment": {"one.py": _far("from app.hub import Hub as OldHub\n")},
    "a cookie that is none": {"one.py": _late("from app.hub import Hub as OldHub\n")},
    "a continued line": {
        "pkg/__init__.py": b"from app.hub import Hub as Kin\n",
        "pkg/five.py": b"from \\\n . import Kin\nx = Kin(1)\n",
    },
    "a star behind a cookie": {
        "one.py": b"from app.hub import Hub as Kin\n",
        "two.py": _hidden("from one import *\nx = Kin(1)\n").replace(b"*", b"+ACo-"),
    },
    "a name that is given away and bound anew": {
        "seed.py": SEED,
        "pkg/__init__.py": b"from pkg.four import Kin\n",
        "pkg/four.py": b"from seed import Kin\nclass Kin(Kin): pass\n",
    },
    "a package that is no module of itself": {
        "seed.py": SEED,
        "pkg/__init__.py": b"import pkg.five; x = pkg.Alias(1)\n",
        "pkg/five.py": b"from .pkg import OldHub\n",
    },
    "a text, and a name of the file that it has nothing to do with": {
        "seed.py": SEED,
        "pkg/__init__.py": b"",
        "pkg/five.py": b"import pkg.five; x = pkg.Alias(1)\nfrom unittest.mock import patch; patch('pkg.Hub')\n",
    },
    "a server of names behind letters": {
        "one.py": b"from app.hub import Hub as Kin\n",
        "two.py": _wide("def __getattr__(name):\n    import one\n    return getattr(one, name)\n"),
        "three.py": b"from two import Kin\n",
    },
}


def test_what_cannot_be_parsed_is_told_of_files_that_matter_alone(tmp_path: Path) -> None:
    """Whoever believes in the bytes never asks what the third file is: the second means another thing by the name."""
    files = {
        "one.py": b"from app.hub import Hub as Kin\n",
        "two.py": b"from three import Base as Kin\n",
        "three.py": b"imp ort os\n",
    }
    assert not [one for one in agrees(tmp_path, files).findings if one.code == "SOT900"]


@pytest.mark.parametrize("name", HIDDEN)
def test_no_way_of_writing_hides_a_file(name: str, tmp_path: Path) -> None:
    report = agrees(tmp_path, HIDDEN[name])
    assert {one.path for one in report.findings} >= {[*HIDDEN[name]][-1]}


def test_no_character_that_normalising_changes_is_taken_for_plain() -> None:
    """Of all characters that Unicode has: those with another form, and those that become one with what is before."""
    for place in range(0x80, sys.maxunicode + 1):
        character = chr(place)
        if f"a{character}".isidentifier() and unicodedata.normalize("NFKC", character) != character:
            assert prefilter._may_change(character)
        decomposed = unicodedata.decomposition(character)
        parts = [] if decomposed.startswith("<") else [chr(int(part, 16)) for part in decomposed.split()]
        if len(parts) == 2 and f"a{parts[1]}".isidentifier():
            joined = unicodedata.normalize("NFKC", "".join(parts))
            assert prefilter._may_change(parts[1]) or joined == "".join(parts)


@pytest.mark.parametrize("text", ["# it grows … ™ ² ½ ⚠️ — “x”\n", "caf\u00e9 = 1\n", "名 = 1\n"])
def test_text_in_which_no_name_changes_is_searched_as_it_is(text: str) -> None:
    assert prefilter._searchable(text.encode()) is None


@pytest.mark.parametrize("text", ["\uff28ub = 1\n", "Hu\uff42 = 1\n", "cafe\u0301 = 1\n", "Hub\uff3fx = 1\n"])
def test_text_in_which_a_name_changes_is_normalised(text: str) -> None:
    assert prefilter._searchable(text.encode()) == unicodedata.normalize("NFKC", text)


PIECES = st.sampled_from(
    [
        "Hub",
        "ub",
        "b",
        "nHub",
        "x1Hub",
        "\\n",
        "\\x41",
        "\\",
        "é",
        "_",
        "0",
        ".",
        " ",
        "\n",
        "import",
        "Größe",
        "# ",
        "u0048ub",
    ]
)
MANY = frozenset(
    ["Hub", "ub", "b", "H", "nHub", "u0048ub", "Größe", "0", "_", *(f"Word{number}" for number in range(40))]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_many_words_are_found_as_each_is_alone(text: str) -> None:
    data = text.encode()
    alone = (prefilter.present(data, prefilter.Words.of([word])) for word in MANY)
    assert prefilter.present(data, prefilter.Words.of(MANY)) == frozenset[str]().union(*alone)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_part_leads_to_a_name_unless_another_stands_behind_it(text: str) -> None:
    def leads(part: str, name: str) -> bool:
        pattern = rf"{part}(?![a-zA-Z0-9_]|[\s\\]*\.[\s\\]*(?!{name}(?![a-zA-Z0-9_]))[a-zA-Z_])"
        return any(prefilter._begins(one.start(), data) for one in re.finditer(pattern.encode(), data))

    data = text.encode()
    for part, name in (("Hub", "ub"), ("b", "Hub"), ("ub", "b")):
        assert prefilter._leads(part, name, data) == leads(part, name)


LEARNED = {
    "Hub": frozenset(["ub", "b"]),
    "b": frozenset(["nHub", prefilter.PACKAGE]),
    "ub": frozenset(["Größe", "0"]),
    "Größe": frozenset(["Hub"]),
}


@given(st.lists(PIECES | st.sampled_from(["from . import ", "'.'"]), max_size=12).map("".join))
def test_what_is_reachable_is_mentioned(text: str) -> None:
    data = text.encode()
    parts = frozenset[str]().union(*LEARNED.values())
    found = prefilter.mentioned(data, prefilter.Words.of(parts - {prefilter.PACKAGE}))
    for name in prefilter.reachable(data, prefilter.Learned.of(LEARNED)):
        assert not found.isdisjoint(LEARNED[name])


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("from tests import test_hub\ntest_hub.Kin()\n", True),
        ("importlib.import_module('test_hub').Kin()\n", True),
        ("async def test_hub(): Kin()\n", False),
        ("x = 1\nclass test_hub: one = Kin()\n", False),
        ("x = 'the class test_hub.Kin'\n", True),
        ("def test_hub(): Kin()\nimport test_hub\n", True),
    ],
)
def test_the_name_of_a_statement_is_no_mention_of_a_module(text: str, leads: bool) -> None:
    assert prefilter._leads("test_hub", "Kin", text.encode()) is leads
