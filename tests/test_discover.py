"""What is seen of classes: by their bytes, by their trees, and all files together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.discovery.candidates import Candidate
from ssot_lint.discovery.discover import discover
from ssot_lint.discovery.draft import contract_name, contracts
from ssot_lint.discovery.sketch import sketch
from ssot_lint.engine import run
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from tests.test_cli import project


def found(folder: Path, files: Mapping[str, str], **how: int) -> tuple[Candidate, ...]:
    project(folder, files)
    return discover(loading.parse(b"", folder / "ssot-lint.toml", codes=CODES), **how)[0]


def one(folder: Path, files: Mapping[str, str], name: str) -> Candidate:
    return next(each for each in found(folder, files) if each.name == name)


# One file.


def test_a_sketch_has_what_lines_begin_with() -> None:
    seen = sketch(
        b"from .a import (  # x, y\n    B as C,\n    D,\n)\nfrom e import F, \\\n  G\n"
        b"@dataclass(frozen=True)\nclass V:\n    pass\nclass H(X):\n    pass\n\n\nI: T = x.H  # same\n"
        b"def get_h():\n    return mod.H(1)\n"
    )
    assert {("a", "B", "C"), ("a", "D", "D")} <= {(m.lstrip("."), n, b) for m, n, b in seen.imported}
    assert ("e", "F", "F") in seen.imported
    assert (seen.classes, seen.values, seen.renamed) == (("H", "V"), ("V",), (("I", "H"),))
    assert (seen.functions, "Hub" in seen.called) == (("get_h",), False)
    assert sketch(b"Hub()\n_HubImpl()\nclass Hub2(Base):\n").called == ("Hub", "_HubImpl")


@given(st.binary(max_size=300))
def test_any_bytes_have_a_sketch(data: bytes) -> None:
    sketch(data)


@given(st.text(alphabet="abHu =.()\n:#@\\'\"", max_size=200))
def test_any_text_has_a_sketch(text: str) -> None:
    sketch(f"from b import Hub\n{text}".encode())


@given(
    st.lists(
        st.sampled_from(["os.environ", "def a():", "import jwt", " ", "\n", "class B(C):", "("]), max_size=12
    )
)
def test_any_text_that_touches_primitives_has_a_sketch(pieces: list[str]) -> None:
    sketch("".join(pieces).encode())


@pytest.mark.parametrize(
    ("text", "makes"),
    [
        ("def get():\n    return Hub()\n", True),
        ("async def get():\n    return await Hub()\n", True),
        ("def get():\n    hub = Hub()\n    return hub\n", True),
        ("def get() -> Hub:\n    one = two = Hub()\n    return (one)\n", True),
        ("def get() -> 'Hub':\n    for _ in ():\n        Hub()\n    return x[0]\n", True),
        ("def get(Hub):\n    return Hub()\n", False),
        ("def get():\n    def inner():\n        return Hub()\n    return inner\n", False),
        ("def get() -> Hub:\n    return None\n", False),
    ],
)
def test_a_function_that_hands_one_out(text: str, makes: bool, tmp_path: Path) -> None:
    files = {
        "b.py": "class Hub:\n    pass\n",
        "a.py": f"from b import Hub\n{text}",
        "c.py": "from a import Hub\n",
    }
    seen = one(tmp_path, files, "Hub")
    handed = [*seen.factories, *seen.rivals]
    assert [each.what for each in handed] == ["a.get"] * makes


# All files.

LIBRARY = {
    "lib/__init__.py": "from lib.core import Hub\n",
    "lib/core.py": "class Hub:\n    pass\n",
    "use.py": "import lib.core\nfrom lib import Hub\nfrom lib.core import Hub as CoreHub\n\na = lib.core.Hub()\n",
}


def test_paths_names_and_instances_have_places(tmp_path: Path) -> None:
    seen = one(tmp_path, LIBRARY, "Hub")
    assert seen.canonical.what == "lib.core.Hub"
    assert [(each.what, str(each.at)) for each in seen.paths] == [("lib.Hub", "use.py:2")]
    assert [(each.what, str(each.at)) for each in seen.names] == [("CoreHub", "use.py:3")]
    assert [(each.what, str(each.at)) for each in seen.shared] == [("a", "use.py:5")]


def test_a_script_of_a_module_is_no_evidence(tmp_path: Path) -> None:
    files = {**LIBRARY, "use.py": "from lib.core import Hub\n\nif __name__ == '__main__':\n    a = Hub()\n"}
    assert one(tmp_path, files, "Hub").shared == ()


def test_relative_imports_star_imports_and_cycles_are_followed(tmp_path: Path) -> None:
    files = {
        "p/__init__.py": "from .a import *\nfrom .b import Loop\n",
        "p/a.py": "class Hub:\n    pass\n",
        "p/b.py": "from . import Loop\nfrom .a import Hub\n\nOther = Hub\n",
        "q.py": "from p import Hub\nfrom p.b import Other, Loop\n\nOther()\n",
    }
    seen = one(tmp_path, files, "Hub")
    assert [each.what for each in seen.paths] == ["p.Hub"]
    assert [each.what for each in seen.names] == ["Other"]
    assert [(each.what, str(each.at)) for each in seen.builds] == [("p.b.Other", "q.py:4")]


@pytest.mark.parametrize(
    "statement",
    [
        "class Hub(Exception):",
        "class Hub(enum.Enum):",
        "@dataclass\nclass Hub:",
        "class Hub(pydantic.BaseModel):",
    ],
)
def test_values_are_no_candidates(statement: str, tmp_path: Path) -> None:
    files = {**LIBRARY, "lib/core.py": f"{statement}\n    pass\n"}
    assert found(tmp_path, files) == ()


def test_a_class_of_tests_is_no_candidate(tmp_path: Path) -> None:
    files = {f"tests/{name}": text for name, text in LIBRARY.items()}
    assert found(tmp_path, files) == ()


def test_the_number_of_processes_is_all_the_same(tmp_path: Path) -> None:
    assert found(tmp_path, LIBRARY, workers=2) == found(tmp_path, LIBRARY, workers=1) != ()


# The text.


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hub", "hub"),
        ("ChannelManager", "channel-manager"),
        ("HTTPPool", "http-pool"),
        ("_A1Impl", "a1-impl"),
        ("Ä", "contract"),
    ],
)
def test_names_of_contracts(name: str, expected: str) -> None:
    assert contract_name(name) == expected
    assert contract_name(name, {expected, f"{expected}-2"}) == f"{expected}-3"


@pytest.mark.parametrize("table", ["tool.ssot-lint.", ""])
@pytest.mark.parametrize("baseline", ["", "base.txt"])
def test_every_text_is_valid(table: str, baseline: str, tmp_path: Path) -> None:
    file = tmp_path / ("pyproject.toml" if table else "ssot-lint.toml")
    seen = found(tmp_path, LIBRARY)
    text = contracts([*seen, *seen], table=table, baseline="")
    parsed = loading.parse(text.replace("lib.core.Hub", "lib.core.Two", 1).encode(), file, codes=CODES)
    assert [each.name for each in parsed.contracts] == ["hub", "hub-2"]
    assert loading.parse(contracts([], table=table).encode(), file, codes=CODES).contracts == ()
    assert f'baseline = "{baseline}"' in contracts(seen, table=table, baseline=baseline) or not baseline


@given(name=st.from_regex(r"_{0,2}[A-Z][A-Za-z0-9]{0,12}[a-z]", fullmatch=True))
def test_any_name_of_a_class_makes_a_name_of_a_contract(name: str) -> None:
    text = f"[contracts.{contract_name(name)}]\ncanonical = 'a.B'\n"
    assert len(loading.parse(text.encode(), Path("/x/ssot-lint.toml"), codes=CODES).contracts) == 1


# Settings of a process.

SETTINGS = """\
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False
"""


@pytest.mark.parametrize("base", ["BaseSettings", "pydantic.BaseSettings", "pydantic_settings.BaseSettings"])
def test_settings_that_others_build_are_proposed(base: str, tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/config.py": SETTINGS.replace("(BaseSettings)", f"({base})")
        + "\n\ndef get_settings():\n    return Settings()\n",
        "app/jobs.py": "from app.config import Settings\n\n\ndef run():\n    return Settings().debug\n",
    }
    (seen,) = (each for each in found(tmp_path, files) if each.is_convincing)
    assert (seen.canonical.what, seen.is_settings) == ("app.config.Settings", True)
    text = contracts([seen], table="")
    (contract,) = loading.parse(text.encode(), tmp_path / "ssot-lint.toml", codes=CODES).contracts
    assert contract.factories == ("app.config.get_settings",)
    assert contract.instances == "shared"
    assert "#   app.config.Settings  app/jobs.py:5" in text


def test_settings_that_a_module_keeps_are_built_there(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/config.py": f"{SETTINGS}\n\nsettings = Settings()\n",
        "app/jobs.py": "from app.config import settings\n\nprint(settings.debug)\n",
    }
    (seen,) = (each for each in found(tmp_path, files) if each.is_convincing)
    parsed = loading.parse(contracts([seen], table="").encode(), tmp_path / "ssot-lint.toml", codes=CODES)
    (contract,) = parsed.contracts
    assert (contract.factories, contract.build_in) == ((), ("app.config",))
    assert run.check(parsed).findings == ()
    project(
        tmp_path, {"app/late.py": "from app.config import Settings\n\n\ndef late():\n    return Settings()\n"}
    )
    assert "SOT201" in [one.code for one in run.check(parsed).findings]


def test_settings_that_nothing_makes_are_not_proposed(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/config.py": SETTINGS,
        "app/jobs.py": "from app.config import Settings\n",
    }
    assert [each for each in found(tmp_path, files) if each.is_convincing] == []
