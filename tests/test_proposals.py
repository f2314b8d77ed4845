"""``ssot-lint discover``: what it proposes, that it counts as ``check`` does, what it writes, what it leaves alone."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.discovery.discover import MOST, likeliest, propose
from ssot_lint.discovery.kinds.drafts import Draft
from ssot_lint.discovery.naming import is_set_aside
from ssot_lint.discovery.proposals.proposal import expected
from ssot_lint.engine import run as engine
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from tests.fragmented import CASES, ENVIRONMENT, EVENTS, FILES, HUB, STORES
from tests.terminal import dialogue
from tests.test_cli import POSIX, project, run, wrong

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fragmented project, which no test changes."""
    return project(tmp_path_factory.mktemp("shop"), FILES)


@pytest.fixture(scope="module")
def proposed(shop: Path) -> list[dict[str, Any]]:
    return document(shop)


def document(folder: Path, *words: str) -> list[dict[str, Any]]:
    result = run("discover", "--format", "json", *words, cwd=folder)
    assert result.returncode == 0, result.stderr
    whole = json.loads(result.stdout)
    assert whole.keys() == {"proposals"}
    found: list[dict[str, Any]] = whole["proposals"]
    return found


def names(proposals: list[dict[str, Any]]) -> list[str]:
    return [next(iter(contracts(one["contract"]))) for one in proposals]


def contracts(text: str) -> dict[str, Any]:
    found: dict[str, Any] = tomli.loads(text)["tool"]["ssot-lint"]["contracts"]
    return found


def held(folder: Path, text: str) -> list[str]:
    """The codes that a run finds when the settings have this contract and no other."""
    (name,) = contracts(text)
    parsed = loading.parse(text.encode(), folder / "pyproject.toml", codes=CODES)
    return [one.code for one in engine.check(parsed).findings if one.contract == name]


# What is proposed.


def test_a_symbol_of_each_kind(proposed: list[dict[str, Any]]) -> None:
    assert {(one["kind"], one["symbol"]) for one in proposed} == {
        ("class", "app.hub.Hub"),
        ("gateway", "os.environ"),
        ("base", "testing.base.BaseCase"),
        ("vocabulary", "app.events.EventType"),
        ("duplicates", "app.store.SessionStore"),
    }


def test_what_is_counted_is_what_a_run_finds(shop: Path, proposed: list[dict[str, Any]]) -> None:
    for one in proposed:
        codes = held(shop, one["contract"])
        assert len(codes) == one["findings"] > 0
        assert {code: codes.count(code) for code in sorted(set(codes))} == one["evidence"]["codes"]
        assert f"# {len(codes)} finding" in one["contract"]


def test_the_shape_and_the_order(proposed: list[dict[str, Any]]) -> None:
    for one in proposed:
        assert list(one) == ["kind", "symbol", "harm", "contract", "findings", "evidence"]
        parts = one["evidence"]["harm"]
        assert list(parts) == ["spread", "sharing", "divergence"]
        assert all(0 <= part <= 1 for part in (one["harm"], *parts.values()))
        assert one["harm"] == pytest.approx(
            parts["spread"] * parts["sharing"] * parts["divergence"], abs=1e-4
        )
    order = [(-one["harm"], one["symbol"]) for one in proposed]
    assert order == sorted(order)


def test_evidence_of_a_class(proposed: list[dict[str, Any]]) -> None:
    (hub,) = (one for one in proposed if one["kind"] == "class")
    evidence = hub["evidence"]
    assert evidence["paths"] == [
        {"path": "app.hub.Hub", "importers": 2},
        {"path": "app.legacy.Hub", "importers": 1},
    ]
    assert {one["name"] for one in evidence["names"]} == {"OldHub", "MessageHub"}
    assert evidence["constructors"]["count"] == 3
    assert [(one["path"], one["line"]) for one in evidence["shared"]] == [("app/jobs.py", 3)]
    (contract,) = contracts(hub["contract"]).values()
    assert (contract["retired"], contract["factories"], contract["isolated-by"]) == (
        ["OldHub"],
        ["app.hub.get_hub"],
        ["user"],
    )


def test_evidence_of_the_others(proposed: list[dict[str, Any]]) -> None:
    by_kind = {one["kind"]: one for one in proposed}
    gateway = by_kind["gateway"]["evidence"]
    assert (gateway["home"], gateway["use"]) == ("app.env", {"symbol": "app.env.get_env", "importers": 2})
    vocabulary = by_kind["vocabulary"]["evidence"]
    assert (vocabulary["fields"], vocabulary["emitters"]) == (["event"], ["emit"])
    assert vocabulary["rivals"] == ["app.wire.WireEvents"]
    assert by_kind["base"]["evidence"]["derived"] == 4
    (copy,) = by_kind["duplicates"]["evidence"]["copies"]
    assert (copy["symbol"], copy["score"], copy["importers"]) == (
        "app.cache.session.SessionStoreV2",
        "100 %",
        1,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_most_harmful_alone(count: int, shop: Path, proposed: list[dict[str, Any]]) -> None:
    assert document(shop, "--top", str(count)) == proposed[:count]


@pytest.mark.parametrize("kind", ["class", "gateway", "base", "vocabulary", "duplicates"])
def test_one_kind_alone(kind: str, shop: Path, proposed: list[dict[str, Any]]) -> None:
    assert document(shop, "--kind", kind) == [one for one in proposed if one["kind"] == kind]


def test_the_number_of_processes_is_all_the_same(shop: Path, proposed: list[dict[str, Any]]) -> None:
    assert document(shop, "-j", "2") == proposed


def test_paths_narrow_what_is_proposed_and_not_what_is_counted(
    shop: Path, proposed: list[dict[str, Any]]
) -> None:
    assert document(shop, "testing") == [one for one in proposed if one["kind"] == "base"]
    kinds = [one["kind"] for one in document(shop, "app/hub.py", "app/store.py")]
    assert sorted(kinds) == ["class", "duplicates"]


def test_a_project_from_elsewhere(shop: Path, proposed: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    assert document(tmp_path / "here", str(shop)) == proposed


def test_a_healthy_project(tmp_path: Path) -> None:
    example = ROOT / "examples" / "chat-healed"
    files = {str(one.relative_to(example)): one.read_text(encoding="utf-8") for one in example.rglob("*.py")}
    result = run("discover", cwd=project(tmp_path, files))
    assert (result.returncode, result.stdout) == (0, "")
    assert "nothing calls for a contract" in result.stderr


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vendor/a.py", True),
        ("app/backup_2024/a.py", True),
        ("app_backup/a.py", True),
        ("app/a_pb2.py", True),
        ("app/a.bak.py", True),
        ("app/backups.py", False),
        ("app/oldest/a.py", False),
        ("app/vendors/a.py", False),
    ],
)
def test_what_nobody_works_on(path: str, expected: bool) -> None:
    assert is_set_aside(path) is expected


def test_what_bears_anothers_name_is_counted_as_a_rival_all_the_same(tmp_path: Path) -> None:
    body = "class {0}:\n    def send(self):\n        return 1\n\n\n# the old name, for compatibility\n{1} = {0}\n"
    files = {"app/__init__.py": ""}
    for place, own, other in (("chat", "ChatHub", "OldChatHub"), ("mail", "MailHub", "ChatHub")):
        files[f"app/{place}.py"] = body.format(own, other)
        for n in range(3):
            files[f"app/{place}_{n}.py"] = (
                f"from app.{place} import {own}, {other}\n\nx = {own}(), {other}()\n"
            )
    files["app/facade.py"] = "from app.mail import MailHub\n"
    files["app/user.py"] = "from app.facade import MailHub\n\ny = MailHub()\n"
    folder = project(tmp_path, files)
    found = propose(loading.parse(b"", folder / "ssot-lint.toml", codes=CODES)).proposals
    assert {one.symbol for one in found if one.kind == "class"} == {"app.chat.ChatHub", "app.mail.MailHub"}
    for one in found:
        assert len(held(folder, one.contract("tool.ssot-lint."))) == len(one.findings)


# The law, for projects that are put together from pieces.


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_mixture_is_counted_as_a_run_counts(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pieces = data.draw(
        st.lists(st.sampled_from([HUB, ENVIRONMENT, EVENTS, CASES, STORES]), min_size=1, unique_by=id)
    )
    files = {path: text for piece in pieces for path, text in piece.items()}
    # A second thing of the same name, an exemption in the code, and a change of names.
    if data.draw(st.booleans()):
        files["app/other.py"] = HUB["app/hub.py"]
        files["app/other_user.py"] = "from app.other import OldHub, Hub\n\nother = OldHub()\n"
    if data.draw(st.booleans()):
        files = {
            path: text.replace("= Hub()", "= Hub()  # ssot: allow[SOT2] known")
            for path, text in files.items()
        }
    if data.draw(st.booleans()):
        files = {path: text.replace("Hub", "HTTPPool") for path, text in files.items()}
    folder = project(tmp_path_factory.mktemp("mixture"), {"app/__init__.py": "", **files})
    found = propose(loading.parse(b"", folder / "ssot-lint.toml", codes=CODES)).proposals
    for one in found:
        assert len(held(folder, one.contract("tool.ssot-lint."))) == len(one.findings)


def test_most_drafts_that_are_judged_are_those_that_harm() -> None:
    drafts = [
        Draft("class", f"app.hub.Hub{n}", f"Hub{n}", (), users=n, ways=2, apart=n % 7) for n in range(200)
    ]
    chosen = likeliest(drafts)
    assert len(chosen) == MOST
    assert [drafts.index(one) for one in chosen] == sorted(drafts.index(one) for one in chosen)
    left = [one for one in drafts if one not in chosen]
    assert min(map(expected, chosen)) >= max(map(expected, left))
    assert likeliest(drafts[:5]) == drafts[:5]
    gateway = Draft("gateway", "os.environ", "environment", (), users=2, ways=1, apart=2)
    assert gateway in likeliest([*drafts, gateway])


# What is written.


@pytest.fixture
def mine(shop: Path, tmp_path: Path) -> Path:
    return project(tmp_path / "mine", FILES)


def declared(folder: Path, name: str) -> list[str]:
    return [one.name for one in loading.load(folder / name, codes=CODES).contracts]


PYPROJECT = """\
# ours
[project]
name = "shop"  # kept

[tool.ssot-lint]
exclude = ["none/**"]  # why

[tool.other]
a = 1
"""


def test_chosen_contracts_are_added_and_not_proposed_again(
    mine: Path, proposed: list[dict[str, Any]]
) -> None:
    (mine / "pyproject.toml").write_text(PYPROJECT)
    result = run("discover", "--write", "hub,environment", cwd=mine)
    assert (result.returncode, "baseline create" in result.stdout) == (0, True)
    text = (mine / "pyproject.toml").read_text()
    assert text.startswith(PYPROJECT)
    assert "finding" in text[len(PYPROJECT) :]
    assert declared(mine, "pyproject.toml") == ["hub", "environment"]
    left = document(mine)
    assert {one["symbol"] for one in left} == {one["symbol"] for one in proposed} - {
        "app.hub.Hub",
        "os.environ",
    }
    refused = wrong("discover", "--write", "hub", cwd=mine)
    assert "the settings have a contract `hub` already" in refused[0]


def test_without_names_and_without_a_terminal_the_first_is_written(
    mine: Path, proposed: list[dict[str, Any]]
) -> None:
    run("discover", "--write", cwd=mine)
    assert declared(mine, "ssot-lint.toml") == names(proposed)[:1]
    found = run("check", "--format", "json", cwd=mine)
    findings = [one for one in json.loads(found.stdout)["findings"] if one["contract"] == "hub"]
    assert len(findings) == proposed[0]["findings"]


@pytest.mark.parametrize(
    "text",
    [
        "tool = {}\n",
        '[tool]\nssot-lint = {select = ["SOT"]}\n',
        "[tool.ssot-lint]\ncontracts = {}\n",
        '[tool.ssot-lint.contracts]\na = {canonical = "app.env.get_env"}\n\n[other]\nb = 1\n',
    ],
)
def test_settings_in_any_form_take_a_contract(text: str, mine: Path) -> None:
    (mine / "pyproject.toml").write_text(text)
    result = run("discover", "--write", "hub", cwd=mine)
    assert result.returncode == 0, result.stderr
    assert "hub" in declared(mine, "pyproject.toml")
    before, after = tomli.loads(text), tomli.loads((mine / "pyproject.toml").read_text())
    assert before.get("other") == after.get("other")


@POSIX
def test_a_terminal_is_asked(mine: Path) -> None:
    asked = dialogue("discover", "--write", question=b"write which?", answer=b"2\n", cwd=mine)
    assert asked.returncode == 0, asked.stderr
    assert b"  2  environment" in asked.shown
    assert declared(mine, "ssot-lint.toml") == ["environment"]


# What is shown.


def test_all_that_is_known_of_one(shop: Path, proposed: list[dict[str, Any]]) -> None:
    for word in ("hub", "app.hub.Hub"):
        text = run("discover", "--explain", word, cwd=shop).stdout
        assert "= spread x sharing x divergence" in text
        assert f"findings that it would give now: {proposed[0]['findings']}" in text
        assert "app/jobs.py:3:7 SOT301" in text


def test_the_text_has_contracts_that_can_be_copied(shop: Path, proposed: list[dict[str, Any]]) -> None:
    result = run("discover", cwd=shop)
    text = "\n".join(line[4:] for line in result.stdout.splitlines() if line.startswith("    ") or not line)
    for one in proposed:
        assert one["contract"].rstrip() in text
    assert "5 contracts proposed" in result.stderr


def test_the_page_needs_nothing_else(shop: Path, tmp_path: Path) -> None:
    text = run("discover", "--format", "html", cwd=shop).stdout
    opened: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            opened.append(tag)
            assert tag not in ("script", "link", "img", "iframe")
            assert not any(name.startswith("on") or name == "src" for name, _ in attrs)
            assert all((value or "").startswith("#") for name, value in attrs if name == "href")

    Reader().feed(text)
    assert opened.count("section") == 5
    assert "retired = [" in text
    assert "&quot;app.hub.Hub&quot;" in text


# What bad input gets.


def test_wrong_words_get_the_nearest(shop: Path) -> None:
    assert "did you mean `gateway`?" in wrong("discover", "--kind", "gatway", cwd=shop)[0]
    assert "did you mean `hub`?" in wrong("discover", "--write", "hubb", cwd=shop)[0]
    assert "did you mean `environment`?" in wrong("discover", "--explain", "enviroment", cwd=shop)[0]
    assert "there is no such file or folder" in wrong("discover", "nowhere", cwd=shop)[0]
    assert "expected an integer" in wrong("discover", "--top", "0", cwd=shop)[0]
    assert not (shop / "ssot-lint.toml").exists()


def test_nothing_to_look_at(tmp_path: Path) -> None:
    assert "there are no Python files" in wrong("discover", cwd=tmp_path)[0]


def test_broken_settings(mine: Path) -> None:
    (mine / "pyproject.toml").write_text("[tool.ssot-lint]\nslect = []\n")
    assert "pyproject.toml:2: slect: unknown key" in wrong("discover", cwd=mine)[0]


def test_nothing_is_left_behind(shop: Path, proposed: list[dict[str, Any]]) -> None:
    assert proposed
    assert {path.name for path in shop.iterdir()} == {path.partition("/")[0] for path in FILES}
