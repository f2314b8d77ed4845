"""``ssot-lint track``: adoption, tests, shims, steps, the tracker in Markdown; the history has a file of its own."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.tracking.progress import Shim
from ssot_lint.tracking.steps import by_importers
from tests.migration import FILES, Repository, put, track
from tests.test_cli import run


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    put(root, FILES)
    return root


@pytest.fixture(scope="module")
def told(project: Path) -> dict[str, Any]:
    (found,) = track(project)["contracts"]
    assert isinstance(found, dict)
    return found


@pytest.fixture
def room(tmp_path: Path) -> Path:
    put(tmp_path, FILES)
    return tmp_path


def findings(root: Path) -> list[dict[str, Any]]:
    done = run("check", "--format", "json", "--no-cache", "--exit-zero", cwd=root)
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


# -- what is counted


def test_adoption_counts_imports_paths_and_strings_outside_of_home(told: dict[str, Any]) -> None:
    # Canonical: the imports of old, facade, four, five and test_direct, the path in two, the string in test_text.
    # Others: the imports of one, three and conftest, the path in two. Assignments and the home do not count.
    assert told["adoption"] == {"canonical": 7, "total": 11}


@pytest.mark.parametrize(
    ("text", "canonical", "total"),
    [
        ("from app.hub import Hub\n", 1, 1),
        ("from app.hub import Hub as H\n\nx = [H, H, H]\n", 1, 1),
        ("from app.old import OldHub\n", 0, 1),
        ("import app.hub\n\nx = [app.hub.Hub, app.hub.Hub]\n", 2, 2),
        ("import app.old as old\n\n\ndef f():\n    return old.OldHub, old.OldHub.x\n", 0, 2),
        ("import app.old\n\nName = app.old.OldHub\n", 0, 0),
        ("from app.hub import *\n", 0, 1),
        ('import importlib\n\nx = importlib.import_module("app.hub")\n', 0, 0),
        (
            'from unittest.mock import patch\n\np = patch("app.old.OldHub")\nq = patch("app.hub.Hub.x")\n',
            1,
            2,
        ),
        ('from unittest.mock import patch\n\np = patch("app.four.Hub")\n', 0, 0),
        ("# from app.old import OldHub\n", 0, 0),
    ],
)
def test_what_a_reference_is(text: str, canonical: int, total: int, tmp_path: Path) -> None:
    kept = {name: FILES[name] for name in ("ssot-lint.toml", "app/__init__.py", "app/hub.py")}
    # One reference through the canonical path each, which the numbers leave out.
    kept |= {"app/old.py": FILES["app/old.py"], "app/four.py": FILES["app/four.py"], "app/new.py": text}
    put(tmp_path, kept)
    (found,) = track(tmp_path)["contracts"]
    assert found["adoption"] == {"canonical": canonical + 2, "total": total + 2}


def test_a_facade_that_is_allowed_counts_as_canonical(tmp_path: Path) -> None:
    settings = FILES["ssot-lint.toml"] + 'also-at = ["app.facade.Hub"]\n'
    names = ("app/__init__.py", "app/hub.py", "app/facade.py", "app/three.py")
    put(tmp_path, {"ssot-lint.toml": settings, **{name: FILES[name] for name in names}})
    (found,) = track(tmp_path)["contracts"]
    assert found["adoption"] == {"canonical": 2, "total": 2}
    assert found["shims"] == []


def test_tests_touch_by_import_string_fixture_and_conftest(told: dict[str, Any]) -> None:
    # What overrides the fixture, and what asks for none, touches nothing.
    assert told["tests"] == [
        {"path": "tests/conftest.py", "retired": True},
        {"path": "tests/test_by_fixture.py", "retired": True},
        {"path": "tests/test_direct.py", "retired": False},
        {"path": "tests/test_text.py", "retired": False},
    ]


CONFTEST = "import pytest\n\nfrom app.hub import Hub\n\n\n@pytest.fixture{}\ndef hub():\n    return Hub\n"


@pytest.mark.parametrize(
    ("conftest", "test", "touches"),
    [
        ("", "def test_it(hub):\n    pass\n", True),
        ("", "class TestIt:\n    def test_it(self, hub):\n        pass\n", True),
        ("", 'import pytest\n\n\n@pytest.mark.usefixtures("hub")\ndef test_it():\n    pass\n', True),
        (
            "",
            'import pytest\n\npytestmark = pytest.mark.usefixtures("hub")\n\n\ndef test_it():\n    pass\n',
            True,
        ),
        ("", 'def test_it(request):\n    request.getfixturevalue("hub")\n', True),
        ("", "def helper(hub):\n    pass\n", False),
        ("", 'def test_it():\n    assert "hub"\n', False),
        ("(autouse=True)", "def test_it():\n    pass\n", True),
        ("(autouse=False)", "def test_it():\n    pass\n", False),
        ('(name="other")', "def test_it(other):\n    pass\n", True),
        ('(name="other")', "def test_it(hub):\n    pass\n", False),
        (
            "",
            "import pytest\n\n\n@pytest.fixture\ndef hub(hub):\n    return hub\n\n\ndef test_it(hub):\n    pass\n",
            True,
        ),
    ],
)
def test_how_a_fixture_is_asked_for(conftest: str, test: str, touches: bool, tmp_path: Path) -> None:
    names = ("ssot-lint.toml", "app/__init__.py", "app/hub.py")
    put(tmp_path, {name: FILES[name] for name in names})
    put(tmp_path, {"tests/conftest.py": CONFTEST.format(conftest), "tests/test_one.py": test})
    (found,) = track(tmp_path)["contracts"]
    assert ("tests/test_one.py" in [one["path"] for one in found["tests"]]) is touches


def test_a_fixture_between_need_not_hand_anything_on(tmp_path: Path) -> None:
    put(tmp_path, {name: FILES[name] for name in ("ssot-lint.toml", "app/__init__.py", "app/hub.py")})
    between = "\n\n@pytest.fixture\ndef room(\n    hub,\n):\n    hub.open()\n    yield 1\n"
    put(tmp_path, {"tests/conftest.py": CONFTEST.format("") + between})
    put(tmp_path, {"tests/test_one.py": "def test_it(\n    room,\n):\n    hub = 1\n    assert (hub, room)\n"})
    put(tmp_path, {"tests/test_two.py": "def test_it():\n    hub = print\n    hub(1, hub)\n"})
    (found,) = track(tmp_path)["contracts"]
    assert [one["path"] for one in found["tests"]] == ["tests/conftest.py", "tests/test_one.py"]


def test_fixtures_of_a_plugin_and_of_the_folder_beside(tmp_path: Path) -> None:
    names = ("ssot-lint.toml", "app/__init__.py", "app/hub.py")
    put(tmp_path, {name: FILES[name] for name in names})
    asks = "def test_it(hub):\n    pass\n"
    put(
        tmp_path,
        {"tests/__init__.py": "", "tests/parts.py": CONFTEST.format(""), "tests/a/test_one.py": asks},
    )
    put(tmp_path, {"tests/a/conftest.py": "from tests.parts import *\n", "tests/b/test_two.py": asks})
    (found,) = track(tmp_path)["contracts"]
    assert [one["path"] for one in found["tests"]] == [
        "tests/a/conftest.py",
        "tests/a/test_one.py",
        "tests/parts.py",
    ]


def test_shims_have_their_importers_and_the_fewest_come_first(told: dict[str, Any]) -> None:
    assert told["shims"] == [
        {"path": "app/facade.py", "name": "Hub", "importers": 1},
        {"path": "app/old.py", "name": "OldHub", "importers": 3},
    ]
    some = [
        Shim("b.py", 1, "B", "b.B", ()),
        Shim("a.py", 1, "A", "a.A", ("x",)),
        Shim("a.py", 2, "C", "a.C", ()),
    ]
    assert [one.name for one in by_importers(some)] == ["C", "B", "A"]


def test_a_shim_stays_listed_when_its_last_importer_is_gone(room: Path) -> None:
    put(room, dict.fromkeys(("app/one.py", "app/two.py", "tests/conftest.py")))
    (found,) = track(room)["contracts"]
    assert {"path": "app/old.py", "name": "OldHub", "importers": 0} in found["shims"]


# -- steps


def test_each_finding_belongs_to_one_step(project: Path, told: dict[str, Any]) -> None:
    steps = told["steps"]
    assert sum(step["findings"] for step in steps) == len(findings(project))
    assert {path for step in steps for path in step["files"]} == {one["path"] for one in findings(project)}
    assert len({step["id"] for step in steps}) == len(steps)
    assert all(set(step) == {"id", "files", "findings", "tier"} for step in steps)


def test_what_fix_does_is_what_the_tier_says(room: Path) -> None:
    (before,) = track(room)["contracts"]
    tiers = {step["id"]: step for step in before["steps"]}
    assert {step["tier"] for step in tiers.values()} == {"safe", "unsafe"}
    run("fix", "--no-cache", cwd=room)
    (after,) = track(room)["contracts"]
    left = {step["id"] for step in after["steps"]}
    assert not left & {one for one, step in tiers.items() if step["tier"] == "safe"}
    run("fix", "--no-cache", "--unsafe-fixes", "--remove-shims", cwd=room)
    (end,) = track(room)["contracts"]
    assert end["steps"] == []
    assert end["adoption"]["canonical"] == end["adoption"]["total"]


def test_many_findings_are_planned_and_not_tried(
    project: Path, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssot_lint.tracking.tiers.MOST", 0)
    (planned,) = track(project)["contracts"]
    # What goes along with another finding is in no plan: `make` builds no more once the factory is called.
    others = [step for step in planned["steps"] if step not in told["steps"]]
    assert [(step["files"], step["tier"]) for step in others] == [(["app/five.py"], "person")]


def test_importers_move_before_a_shim_goes(told: dict[str, Any]) -> None:
    files = [step["files"] for step in told["steps"]]
    assert files.index(["app/three.py"]) + 1 == files.index(["app/facade.py"])
    users = ["app/one.py", "app/two.py", "tests/conftest.py"]
    assert files.index(users) + 1 == files.index(["app/old.py"])
    assert files.index(["app/facade.py"]) < files.index(users)


def test_a_tracker_that_names_a_shim_does_not_keep_it_alive(room: Path) -> None:
    before = track(room)
    run("track", "--update", "T.md", "--no-cache", cwd=room)
    assert "app.facade.Hub" in (room / "T.md").read_text()
    assert track(room) == before


@pytest.mark.parametrize(
    "edit",
    [
        lambda files: {"app/one.py": "\n\n# moved\n" + files["app/one.py"]},
        lambda files: {"app/new.py": "from app.old import OldHub as Another\n\nx = Another\n"},
        lambda files: {"app/three.py": "x = 1\n", "app/facade.py": "from app.hub import Hub\n\nx = Hub\n"},
        lambda files: {"docs.py": "y = 2\n"},
    ],
)
def test_ids_survive_what_does_not_concern_them(
    edit: Callable[[dict[str, str]], dict[str, str]], room: Path, told: dict[str, Any]
) -> None:
    put(room, edit(FILES))
    (after,) = track(room)["contracts"]
    before = {step["id"]: step for step in told["steps"]}
    now = {step["id"] for step in after["steps"]}
    gone = [step for one, step in before.items() if one not in now]
    assert all({"app/three.py", "app/facade.py"} & {*step["files"]} for step in gone)


def test_person_decides_what_fix_does_not(tmp_path: Path) -> None:
    put(tmp_path, {name: FILES[name] for name in ("ssot-lint.toml", "app/__init__.py", "app/hub.py")})
    put(tmp_path, {"app/shared.py": "from app.hub import Hub\n\nSHARED = Hub()\n"})
    (found,) = track(tmp_path)["contracts"]
    assert {(tuple(step["files"]), step["tier"]) for step in found["steps"]} == {
        (("app/shared.py",), "person")
    }


def test_a_star_import_that_stays_leaves_the_step_to_a_person(room: Path) -> None:
    # A new import would be handed on by the star, however much else is repaired.
    text = "from app import old\n\n\ndef kind(thing):\n    return isinstance(thing, old.OldHub)\n"
    put(
        room,
        {"app/more.py": text, "app/alone.py": text, "app/star.py": "from app.more import *\n\nprint(kind)\n"},
    )
    (found,) = track(room)["contracts"]
    tiers = {path: step["tier"] for step in found["steps"] for path in step["files"]}
    assert (tiers["app/more.py"], tiers["app/alone.py"]) == ("person", "safe")


# -- texts


def test_people_read_uses_by_all_that_they_ask_for(project: Path) -> None:
    text = run("track", "hub", "--no-cache", cwd=project).stdout
    assert "adoption: 7 of 11 references go through the canonical path (63 %)" in text
    for heading in ("spelling", "path", "code", "directory", "role"):
        assert f"  by {heading}\n" in text
    assert "    app.old.OldHub: 3 references\n" in text
    assert "then app.facade.Hub can go" in text
    assert "tests/test_by_fixture.py: by fixture `room`; a retired name" in text


def test_owners_are_told_where_codeowners_says_who(room: Path) -> None:
    put(room, {"CODEOWNERS": "/app/ @org/app\n"})
    text = run("track", "--no-cache", cwd=room).stdout
    assert "  by owner\n    @org/app: 8 references" in text


def test_the_shape_of_the_json_is_what_is_promised(project: Path) -> None:
    found = track(project, "hub")
    assert list(found) == ["contracts"]
    assert list(found["contracts"][0]) == ["contract", "adoption", "tests", "shims", "steps"]


def test_a_gateway_is_adopted_by_what_it_recommends(tmp_path: Path) -> None:
    settings = '[contracts.clock]\nkind = "gateway"\nprimitives = ["time.time"]\n'
    settings += 'home = ["app.clock"]\nuse = "app.clock.now"\n'
    put(tmp_path, {"ssot-lint.toml": settings, "app/__init__.py": ""})
    put(tmp_path, {"app/clock.py": "import time\n\n\ndef now():\n    return time.time()\n"})
    put(
        tmp_path,
        {
            "app/good.py": "from app.clock import now\n\nx = now\n",
            "app/bad.py": "import time\n\nx = time.time()\n",
        },
    )
    (found,) = track(tmp_path)["contracts"]
    assert found["adoption"] == {"canonical": 1, "total": 2}
    assert [step["findings"] for step in found["steps"]] == [1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hup"], "no contract is called `hup`; did you mean `hub`?"),
        (["--samples", "3"], "--samples says how --history is meant: give that, too"),
        (["--samples", "0", "--history", "a..b"], "expected an integer of at least 1"),
        (["--history", "HEAD~1..HEAD"], "--history: `.` is in no git repository"),
        (["--history", "HEAD"], "`HEAD` is no range: write OLD..NEW"),
        (["--format", "jsn"], "did you mean `json`?"),
        (["--since", "HEAD"], "is in no git repository"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(words: list[str], said: str, project: Path) -> None:
    done = run("track", *words, "--no-cache", cwd=project)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


# -- since


def test_since_has_the_steps_of_what_a_change_adds(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("first", FILES)
    put(repository.root, {"app/six.py": FILES["app/one.py"]})
    (found,) = track(repository.root, "--since", "HEAD")["contracts"]
    assert [(step["files"], step["findings"]) for step in found["steps"]] == [(["app/six.py"], 1)]
    assert found["adoption"] == {"canonical": 7, "total": 12}
    text = run("track", "--since", "HEAD", "--no-cache", cwd=repository.root).stdout
    assert "; it was 7 of 11 (63 %)" in text


def test_since_leaves_out_what_stood_beside_it_before(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("first", FILES)
    with (repository.root / "app/one.py").open("a") as stream:
        stream.write("\n" + FILES["app/one.py"])
    (found,) = track(repository.root, "--since", "HEAD")["contracts"]
    assert [(step["files"], step["findings"]) for step in found["steps"]] == [(["app/one.py"], 1)]


# -- the tracker


def test_a_block_is_appended_and_then_kept_up_to_date(room: Path) -> None:
    page = room / "TRACKER.md"
    page.write_bytes(b"# Ours\n\nWritten by hand.\n")
    page.chmod(0o640)
    done = run("track", "hub", "--update", "TRACKER.md", "--no-cache", cwd=room)
    assert (done.returncode, "brought up to date" in done.stderr) == (0, True)
    first = page.read_text()
    assert first.startswith("# Ours\n\nWritten by hand.\n\n<!-- ssot-lint track hub: begin -->\n")
    assert first.endswith("<!-- ssot-lint track hub: end -->\n")
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    run("track", "hub", "--update", "TRACKER.md", "--no-cache", cwd=room)
    assert page.read_text() == first
    page.write_text(f"above\n{first}below\n")
    put(room, {"app/five.py": "x = 1\n"})
    run("track", "hub", "--update", "TRACKER.md", "--no-cache", cwd=room)
    after = page.read_text()
    assert after.startswith("above\n# Ours\n\nWritten by hand.\n\n<!--")
    assert after.endswith("<!-- ssot-lint track hub: end -->\nbelow\n")
    assert first not in after


def test_ticks_and_notes_stay_while_their_step_does(room: Path) -> None:
    page = room / "T.md"
    run("track", "--update", "T.md", "--no-cache", cwd=room)
    lines = page.read_text().splitlines()
    boxes = [number for number, line in enumerate(lines) if line.startswith("- [ ] ")]
    five = next(number for number in boxes if "app/five.py" in lines[number + 1])
    other = next(number for number in boxes if "app/three.py" in lines[number + 1])
    for number in (other, five):
        lines[number] = lines[number].replace("[ ]", "[x]")
    lines[other] += " (Ben)"
    lines.insert(other + 1, "  Ask Ann first.")
    lines.insert(2, "Our goal: May.")
    page.write_text("\n".join(lines) + "\n")
    put(room, {"app/five.py": "x = 1\n", "app/one.py": "# new line\n" + FILES["app/one.py"]})
    run("track", "--update", "T.md", "--no-cache", cwd=room)
    after = page.read_text()
    assert [line[:5] for line in after.splitlines() if line.startswith("- [x]")] == ["- [x]"]
    assert "  - then: app.facade.Hub can go\n  Ask Ann first.\n" in after
    assert [line[-6:] for line in after.splitlines() if line.startswith("- [x]")] == [" (Ben)"]
    assert after.count("Our goal: May.\n") == 1
    again = page.read_bytes()
    run("track", "--update", "T.md", "--no-cache", cwd=room)
    assert page.read_bytes() == again


def test_paragraphs_of_a_note_stay_apart(room: Path) -> None:
    page = room / "T.md"
    run("track", "--update", "T.md", "--no-cache", cwd=room)
    lines = page.read_text().splitlines()
    step = next(number for number, line in enumerate(lines) if line.startswith("- [ ] "))
    note = "  Ask Ann first,\n  or Ben.\n\n  Then\x0c\u2028Cas.\n"
    lines.insert(step + 2, note)
    page.write_text("\n".join(lines) + "\n")
    for _ in range(2):
        put(room, {"app/five.py": "x = 1\n"})
        run("track", "--update", "T.md", "--no-cache", cwd=room)
        assert note in page.read_text()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_text_of_another_encoding_is_left_alone(encoding: str, room: Path) -> None:
    text = "\ufeff# A\n".encode(encoding)
    (room / "T.md").write_bytes(text)
    done = run("track", "--update", "T.md", "--no-cache", cwd=room)
    assert (done.returncode, done.stdout) == (2, "")
    assert "T.md: is no text in UTF-8" in done.stderr
    assert (room / "T.md").read_bytes() == text


def test_line_ends_and_bytes_outside_of_the_block_stay(room: Path) -> None:
    page = room / "T.md"
    page.write_bytes(b"\xef\xbb\xbf# A\r\n\r\nna\xefve\r\n")
    run("track", "--update", "T.md", "--no-cache", cwd=room)
    data = page.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# A\r\n\r\nna\xefve\r\n\r\n<!-- ssot-lint track hub: begin -->\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_each_contract_has_a_block_of_its_own(room: Path) -> None:
    put(
        room,
        {"ssot-lint.toml": FILES["ssot-lint.toml"] + '[contracts.make]\ncanonical = "app.hub.get_hub"\n'},
    )
    run("track", "--update", "T.md", "--no-cache", cwd=room)
    before = (room / "T.md").read_text()
    assert [line for line in before.splitlines() if "begin" in line] == [
        "<!-- ssot-lint track hub: begin -->",
        "<!-- ssot-lint track make: begin -->",
    ]
    put(room, {"app/five.py": "x = 1\n"})
    run("track", "make", "--update", "T.md", "--no-cache", cwd=room)
    after = (room / "T.md").read_text()
    assert after.partition("<!-- ssot-lint track make")[0] == before.partition("<!-- ssot-lint track make")[0]


BEGIN, END = "<!-- ssot-lint track hub: begin -->\n", "<!-- ssot-lint track hub: end -->\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"x\n{BEGIN}y\n", "T.md:2: the mark has no partner: add `<!-- ssot-lint track hub: end -->`"),
        (f"{END}y\n", "T.md:1: the mark has no partner: add `<!-- ssot-lint track hub: begin -->`"),
        (f"{BEGIN}{END}{BEGIN}{END}", "stands here once more"),
        (f"{END}{BEGIN}", "the end of the block stands before its beginning"),
    ],
)
def test_marks_that_do_not_fit_leave_the_file_alone(text: str, said: str, room: Path) -> None:
    (room / "T.md").write_text(text)
    done = run("track", "--update", "T.md", "--no-cache", cwd=room)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert (room / "T.md").read_text() == text


def test_what_is_no_file_is_not_written_to(room: Path) -> None:
    (room / "T.md").symlink_to(room / "elsewhere.md")
    (room / "folder").mkdir()
    for name, said in (("T.md", "is a link"), ("folder", "is a folder")):
        done = run("track", "--update", name, "--no-cache", cwd=room)
        assert (done.returncode, said in done.stderr) == (2, True)
    assert not os.path.exists(room / "elsewhere.md")


def test_markdown_is_the_block(project: Path) -> None:
    text = run("track", "hub", "--format", "markdown", "--no-cache", cwd=project).stdout
    assert text.startswith(BEGIN)
    assert text.endswith(END)
    assert "Adoption: 7 of 11 references" in text
