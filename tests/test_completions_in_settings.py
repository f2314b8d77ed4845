"""What is proposed in settings that are no TOML yet: the cursor is where the text has `|`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.engine.completions.in_settings import in_settings
from ssot_lint.engine.completions.proposal import Proposal
from ssot_lint.engine.completions.toml_place import TomlPlace, read, toml_place
from ssot_lint.model.contracts import KINDS
from ssot_lint.model.finding import File

SOURCES = {
    "app/__init__.py": b"from app.hub import Hub as Facade\n",
    "app/hub.py": b"class Hub:\n    limit: int = 1\n    def create(cls): ...\ndef make(): ...\nX: int = 1\n",
    "app/web/views.py": b"def broken(",
}
FILES = [
    File("app/__init__.py", "app", package=True, tests=False),
    File("app/hub.py", "app.hub", package=False, tests=False),
    File("app/web/views.py", "app.web.views", package=False, tests=False),
]
X = "[contracts.x]\n"


def proposed(text: str, *, is_pyproject: bool = False) -> list[Proposal]:
    above, _, behind = text.partition("|")
    return in_settings(
        f"{above}{behind}".split("\n"),
        above.count("\n"),
        len(above) - above.rfind("\n") - 1,
        is_pyproject=is_pyproject,
        files=lambda: FILES,
        source=SOURCES.get,
    )


@pytest.mark.parametrize(
    ("above", "found"),
    [
        ("", TomlPlace("key", (), "")),
        ("se", TomlPlace("key", (), "se")),
        ("a = 1\nse", TomlPlace("key", (), "se")),
        ("[a.'b.c']\nd.e", TomlPlace("key", ("a", "b.c", "d"), "e")),
        ('[a]\n"se', TomlPlace("key", ("a",), "se", '"')),
        ("[a]\nx = {b", TomlPlace("key", ("a", "x"), "b")),
        ("[a]\nx = {b = 1, ", TomlPlace("key", ("a", "x"), "")),
        ("[[a]]\nx", TomlPlace("key", ("a",), "x")),
        ("a = [{b = 1}, {", TomlPlace("key", ("a",), "")),
        ("[a.b", TomlPlace("header", (), "a.b")),
        ("[[a.", TomlPlace("header", (), "a.")),
        ("x =", TomlPlace("value", ("x",), "")),
        ("x = t", TomlPlace("value", ("x",), "t")),
        ("x = 'a # b", TomlPlace("value", ("x",), "a # b", "'")),
        ('x.y = "a', TomlPlace("value", ("x", "y"), "a", '"')),
        ('x = ["a", "b', TomlPlace("value", ("x",), "b", '"')),
        ('x = [ # "\n  "a",\n  "b', TomlPlace("value", ("x",), "b", '"')),
        ('x = {y = ["a', TomlPlace("value", ("x", "y"), "a", '"')),
        ("x = {a = 1, b = [], c = ", TomlPlace("value", ("x", "c"), "")),
        # What is not closed ends with its line, or where the next key or table begins.
        ("x = \"it's\ny", TomlPlace("key", (), "y")),
        ("x = {a = 1\ny", TomlPlace("key", (), "y")),
        ('x = ["a\ny = "b', TomlPlace("value", ("y",), "b", '"')),
        ('x = ["a",\n[b]\ny', TomlPlace("key", ("b",), "y")),
        ('x = """\na = "\n"""\ny', TomlPlace("key", (), "y")),
        ("x = 1 y", None),
        ("x y", None),
        ("x = 'a'", None),
        ("x = [] ", None),
        ("[a] b", None),
        ("# x", None),
        ('x = """\na', None),
        ("x = '''a'''", None),
    ],
)
def test_where_a_text_ends(above: str, found: TomlPlace | None) -> None:
    assert toml_place(above) == found


@given(st.text(alphabet="ab.=[]{},\"'# \n\\", max_size=40))
def test_any_text_has_a_place_or_none(text: str) -> None:
    found = toml_place(text)
    assert found is None or text.endswith(found.typed) or found.what == "header"
    read(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fail|", {"fail-on"}),
        ("reason = \"it's half\nfail|", {"fail-on"}),
        ("fail-on = |", {"error", "warning", "info"}),
        ('fail-on = "w|', {"warning"}),
        ('select = ["SOT106", "SOT107|', {"SOT107"}),
        ("select = [SOT107|", {"SOT107"}),
        ("similarity = |", set()),
        ("severity = {SOT107|", {"SOT107"}),
        ("severity = {SOT107 = w|", {"warning"}),
        ("tests-severity.SOT107 = 'w|", {"warning"}),
        ("[severity]\nSOT107|", {"SOT107"}),
        ("[severity]\nSOT107 = |", {"error", "warning", "info"}),
        ("per-path-ignores = {'a/**' = ['SOT107|", {"SOT107"}),
        ("per-path-ignores = {|", set()),
        (f"{X}can|", {"canonical"}),
        (f"{X}# can|", set()),
        (f"{X}reason = '''\ncan|", set()),
        (f"{X}ki|", {"kind"}),
        (f"{X}kind = |", set(KINDS)),
        (f"{X}kind = 'ga|", {"gateway"}),
        # Which kind a contract is of may be said below.
        (f"{X}prim|\nkind = 'gateway'\n[contracts.y]\nkind = 'base'", {"primitives"}),
        (f"{X}prim|\n[contracts.y]\nkind = 'gateway'", set()),
        ("contracts.x = {kind = 'gateway', prim|", {"primitives"}),
        ("contracts.x.can|", {"canonical"}),
        # What is set is not set again.
        (f"{X}re|\nretired = []\nreason = ''\nreferences = []", set()),
        (f"{X}suppressible = |", {"true", "false"}),
        (f"{X}canonical = 'app.|", {"app.hub", "app.web.views", "app.Facade"}),
        (f"{X}canonical = 'app.hub.|", {"app.hub.Hub", "app.hub.make", "app.hub.X"}),
        (f"{X}factories = ['app.hub.Hub.|", {"app.hub.Hub.create", "app.hub.Hub.limit"}),
        (f"{X}factories = [\n  'app.hub.make',\n  'app.hub.m|", {"app.hub.make"}),
        (f"{X}build-in = ['app.w|", {"app.web.views"}),
        (f"{X}kind = 'gateway'\nhome = ['app.h|", {"app.hub"}),
        (f"{X}kind = 'gateway'\nuse = 'app.hub.m|", {"app.hub.make"}),
        (f"{X}kind = 'gateway'\nprimitives = ['pack:cl|", {"pack:clock"}),
        (f"{X}doubles = ['|", set()),
        (f"{X}[[exemptions]]\ncontract = '|", {"x"}),
        ("[[exemptions]]\ncode = 'SOT1'\n[[exemptions]]\nco|", {"code", "contract"}),
        ("[[exemptions]]\ncode = 'SOT107|", {"SOT107"}),
        ("[[exemptions]]\nsymbol = 'app.hub.m|", {"app.hub.make"}),
        ("[con|", {"contracts."}),
        ("[other]\nfail|", set()),
    ],
)
def test_words_in_settings(text: str, found: set[str]) -> None:
    assert {one.label for one in proposed(text)} == found
    # In a pyproject.toml the same stands below the tool's table.
    below = "\n".join(
        f"{line[: line.rindex('[') + 1]}tool.ssot-lint.{line[line.rindex('[') + 1 :]}"
        if line.startswith("[")
        else line
        for line in f"\n{text}".split("\n")
    ).replace("\n", "[tool.ssot-lint]\n", 1)
    labels = {one.label.removeprefix("tool.ssot-lint.") for one in proposed(below, is_pyproject=True)}
    assert labels == found


def test_words_in_the_settings_of_others() -> None:
    assert proposed("[tool.other]\nfail|", is_pyproject=True) == []
    assert proposed("fail|", is_pyproject=True) == []
    assert {one.label for one in proposed("[tool.ss|", is_pyproject=True)} >= {
        "tool.ssot-lint",
        "tool.ssot-lint.exemptions",
    }


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("fail|", "fail-on = "),
        ('"fail|', "fail-on"),
        ("contr|", "contracts."),
        ("fail-on = w|", '"warning"'),
        ('fail-on = "w|', "warning"),
        ("select = [SOT107|", '"SOT107"'),
        ("severity = {SOT107|", "SOT107 = "),
        (f"{X}suppressible = t|", "true"),
    ],
)
def test_what_a_word_brings_along(text: str, written: str) -> None:
    assert [one.text for one in proposed(text)] == [written]
