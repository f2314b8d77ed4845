"""Roots with members: whose settings decide, what is told apart, what holds for all; parts of a run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_since import commit, git

from ssot_lint.engine import run as engine
from ssot_lint.engine.report import Report
from ssot_lint.model.errors import ConfigError
from ssot_lint.model.finding import File, Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.settings import Member
from ssot_lint.sources import listing as files
from ssot_lint.sources.projects import Selection, projects

ROOT = Path(__file__).parent.parent

EVENTS = """\
[tool.ssot-lint.contracts.bus]
canonical = "events.bus.Bus"
factories = ["events.bus.get_bus"]
retired = ["OldBus"]
"""
BUS = "class Bus:\n    pass\n\n\ndef get_bus():\n    return Bus()\n"
HUB = "class Hub:\n    pass\n\n\ndef make_hub():\n    return Hub()\n"
OWN = '[contracts.hub]\ncanonical = "app.hub.Hub"\nfactories = ["app.hub.make_hub"]\n'
USE = "from app.hub import make_hub\nfrom events.bus import get_bus\n\n\ndef go():\n    make_hub()\n    get_bus()\n"
ALIAS = "from events.bus import Bus as Channel\n"

TREE = {
    "pyproject.toml": '[tool.ssot-lint]\nmembers = ["services/*", "libs/*"]\n',
    "libs/events/pyproject.toml": EVENTS,
    "libs/events/src/events/__init__.py": "",
    "libs/events/src/events/bus.py": BUS,
    "services/a/ssot-lint.toml": OWN,
    "services/a/app/__init__.py": "",
    "services/a/app/hub.py": HUB,
    "services/a/app/use.py": USE,
    "services/b/app/__init__.py": "",
    "services/b/app/hub.py": HUB,
    "services/b/app/use.py": "from app.hub import Hub as H\n\n\ndef go():\n    return H()\n",
}
"""A library with a contract, and two services with a package of one name: one has settings, the other has none."""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write(tmp_path / "tree", TREE)


def one(folder: Path, *paths: str) -> Selection:
    """The one project that some paths lie in."""
    (found,), _ = projects([str(folder / path) for path in paths or ("",)])
    return found


def check(folder: Path, *paths: str, cache: bool = False) -> Report:
    project = one(folder, *paths)
    return engine.check(project.settings, paths=project.paths, how=RunOptions(workers=1, cache=cache))


def codes(report: Report) -> list[str]:
    return [f"{found.path}:{found.span.line} {found.code}" for found in report.findings]


def found(folder: Path, *paths: str) -> list[str]:
    return codes(check(folder, *paths))


def wrong(folder: Path, *paths: str) -> list[str]:
    """The mistakes in the settings, with the ways to their files from the folder."""
    with pytest.raises(ConfigError) as caught:
        one(folder, *paths)
    here = os.path.relpath(folder, os.curdir).replace(os.sep, "/")
    return [str(mistake).replace(f"{here}/", "") for mistake in caught.value.mistakes]


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


# What holds where.


def test_a_contract_of_a_library_holds_in_all_its_users(tree: Path) -> None:
    assert found(tree) == []
    write(tree, {"services/a/app/x.py": ALIAS, "services/b/app/x.py": ALIAS, "tools/x.py": ALIAS})
    assert found(tree) == [
        "services/a/app/x.py:1 SOT101",
        "services/b/app/x.py:1 SOT101",
        "tools/x.py:1 SOT101",
    ]


def test_two_services_with_a_package_of_one_name_are_told_apart(tree: Path) -> None:
    bad = "from app.hub import Hub as H\n\nhub = H()\n"
    write(tree, {"services/a/app/x.py": bad, "services/b/app/x.py": bad})
    assert found(tree) == [
        "services/a/app/x.py:1 SOT101",
        "services/a/app/x.py:3 SOT201",
        "services/a/app/x.py:3 SOT301",
    ]


def test_each_of_two_services_has_its_own_contract_of_one_name(tree: Path) -> None:
    bad = "from app.hub import Hub as H\n"
    write(
        tree,
        {
            "services/a/app/x.py": bad,
            "services/b/app/x.py": bad,
            "services/b/ssot-lint.toml": OWN + 'reason = "of b"\n',
        },
    )
    report = check(tree)
    assert codes(report) == [
        "services/a/app/x.py:1 SOT101",
        "services/b/app/use.py:1 SOT101",
        "services/b/app/use.py:4 SOT206",
        "services/b/app/use.py:5 SOT201",
        "services/b/app/x.py:1 SOT101",
    ]
    assert {one.reason for one in report.findings if one.path.startswith("services/b")} == {"of b"}
    # One module, one symbol, one name: but not one finding.
    prints = [one.fingerprint for one in report.findings]
    assert len(set(prints)) == len(prints)


def test_a_library_does_not_import_what_two_services_call_by_one_name(tree: Path) -> None:
    write(
        tree,
        {
            "libs/events/src/events/x.py": "from app.hub import Hub as H\n",
            "services/a/app/bus.py": "from events.bus import Bus as B\n",
        },
    )
    assert found(tree) == ["services/a/app/bus.py:1 SOT101"]


def test_a_name_that_one_service_hands_on_is_no_name_of_another(tree: Path) -> None:
    """Both import it from a module of one name: only in one service is it the symbol."""
    use = "from app.names import Channel\n\nchannel = Channel()\n"
    write(
        tree,
        {
            "services/a/app/names.py": "from events.bus import Bus\n\nChannel = Bus\n",
            "services/b/app/names.py": "class Channel:\n    pass\n",
            "services/a/app/x.py": use,
            "services/b/app/x.py": use,
        },
    )
    assert found(tree) == [
        "services/a/app/names.py:3 SOT104",
        "services/a/app/x.py:1 SOT102",
        "services/a/app/x.py:3 SOT201",
        "services/a/app/x.py:3 SOT301",
    ]


def test_who_imports_from_a_module_of_the_same_name_elsewhere_is_no_importer(tree: Path) -> None:
    """SOT105 depends on whether anybody imports the name from there."""
    write(
        tree,
        {
            "services/a/app/kept.py": "from events.bus import Bus\n\n\ndef name(bus: Bus):\n    pass\n",
            "services/b/app/kept.py": "Bus = None\n",
            "services/b/app/x.py": "from app.kept import Bus\nfrom .kept import Bus as B\n",
        },
    )
    assert found(tree) == []
    write(tree, {"services/a/app/x.py": "from .kept import Bus\n"})
    assert "services/a/app/kept.py:1 SOT105" in found(tree)


def test_an_importer_in_another_member_counts(tree: Path) -> None:
    write(
        tree,
        {
            "libs/events/src/events/old.py": "from events.bus import Bus\n\n\ndef name(bus: Bus):\n    pass\n",
            "services/a/app/x.py": "from events.old import Bus\n",
        },
    )
    assert found(tree) == ["libs/events/src/events/old.py:1 SOT105", "services/a/app/x.py:1 SOT102"]


def test_parts_of_one_namespace_may_be_of_several_members(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "ssot-lint.toml": 'members = ["libs/*"]\n',
            "libs/one/ssot-lint.toml": '[contracts.bus]\ncanonical = "acme.bus.Bus"\n',
            "libs/one/acme/bus/__init__.py": BUS,
            "libs/two/acme/hub/__init__.py": "from acme.bus import Bus as B\n",
        },
    )
    assert found(tmp_path) == ["libs/two/acme/hub/__init__.py:1 SOT101"]


def test_imports_from_the_root_of_the_repository(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "ssot-lint.toml": 'members = ["libs/*", "services/*"]\n',
            "libs/events/ssot-lint.toml": '[contracts.bus]\ncanonical = "libs.events.bus.Bus"\n',
            "libs/events/__init__.py": "",
            "libs/events/bus.py": BUS,
            "services/a/main.py": "from libs.events.bus import Bus as B\n",
            "services/b/main.py": "from libs.events.bus import Bus\n\nBus\n",
        },
    )
    assert found(tmp_path) == ["services/a/main.py:1 SOT101"]
    # Without an __init__ it may as well be what is in its folder; the contract names it by either path.
    (tmp_path / "libs" / "events" / "__init__.py").unlink()
    assert found(tmp_path) == ["services/a/main.py:1 SOT101"]
    for name, text in (("libs/events/ssot-lint.toml", "src = []\n"), ("ssot-lint.toml", 'src = ["."]\n')):
        write(tmp_path, {name: text + (tmp_path / name).read_text()})
        assert found(tmp_path) == ["services/a/main.py:1 SOT101"]


def test_a_contract_of_the_root_holds_for_what_each_member_calls_so(tree: Path) -> None:
    """The root has no package of that name itself, and yet its contract is about something."""
    root = TREE["pyproject.toml"] + '[tool.ssot-lint.contracts.hubs]\ncanonical = "app.hub.Hub"\n'
    write(tree, {"pyproject.toml": root, "services/a/ssot-lint.toml": ""})
    write(tree, {"services/a/app/x.py": "from app.hub import Hub as H\n"})
    assert found(tree) == ["services/a/app/x.py:1 SOT101", "services/b/app/use.py:1 SOT101"]


def test_what_root_and_member_both_have_is_the_members_own_inside(tree: Path) -> None:
    write(
        tree,
        {
            "pyproject.toml": TREE["pyproject.toml"]
            + '[tool.ssot-lint.contracts.top]\ncanonical = "app.top.Top"\n',
            "app/__init__.py": "",
            "app/top.py": "class Top:\n    pass\n",
            "tools/x.py": "from app.top import Top as T\n",
            "services/a/app/x.py": "from app.top import Top as T\n",
            "libs/events/src/events/x.py": "from app.top import Top as T\n",
        },
    )
    assert found(tree) == ["libs/events/src/events/x.py:1 SOT101", "tools/x.py:1 SOT101"]


def test_a_contract_about_a_symbol_of_somebody_else_holds_at_home_alone(tree: Path) -> None:
    write(
        tree,
        {
            "libs/events/pyproject.toml": "[tool.ssot-lint]\n",
            "services/a/ssot-lint.toml": '[contracts.bus]\ncanonical = "events.bus.Bus"\n',
            "services/a/app/x.py": ALIAS,
            "services/b/app/x.py": ALIAS,
        },
    )
    assert found(tree) == ["services/a/app/x.py:1 SOT101"]


# Whose settings decide.


def test_each_member_is_judged_by_its_own_settings(tree: Path) -> None:
    write(
        tree,
        {
            "pyproject.toml": TREE["pyproject.toml"] + 'ignore = ["SOT101"]\n',
            "services/a/ssot-lint.toml": 'severity = {SOT101 = "info"}\nper-path-ignores = {"app/y*" = ["SOT1"]}\n',
            "services/a/app/x.py": ALIAS,
            "services/a/app/y.py": ALIAS,
            "services/b/app/x.py": ALIAS,
        },
    )
    report = check(tree)
    # The service without settings goes by those of the root.
    assert codes(report) == ["services/a/app/x.py:1 SOT101"]
    assert [one.severity for one in report.findings] == ["info"]


def test_the_exit_code_is_each_members_own(tree: Path) -> None:
    write(tree, {"services/a/app/x.py": ALIAS})
    command = ("ssot_lint", "check", "-q", "--no-cache")
    assert run(*command, cwd=tree).returncode == 1
    write(tree, {"services/a/ssot-lint.toml": 'severity = {SOT101 = "info"}\n' + OWN})
    assert run(*command, cwd=tree).returncode == 0
    write(tree, {"services/a/ssot-lint.toml": 'severity = {SOT101 = "info"}\nfail-on = "info"\n' + OWN})
    assert run(*command, cwd=tree).returncode == 1
    assert run(*command, "services/b", cwd=tree).returncode == 0


def test_a_member_excludes_files_and_gives_them_roles_and_roots(tree: Path) -> None:
    write(
        tree,
        {
            "services/a/ssot-lint.toml": (
                'src = ["code"]\nexclude = ["gen/**"]\ntests = ["checks/**"]\nmax-file-size = 40\n'
            ),
            "services/a/code/kit/__init__.py": "from events.bus import Bus as B\n",
            "services/a/gen/x.py": ALIAS,
            "services/a/code/large.py": "#" * 50,
            "services/a/checks/x.py": "import kit\n",
            "services/b/gen/x.py": ALIAS,
        },
    )
    report = check(tree)
    assert "services/b/gen/x.py:1 SOT101" in codes(report)
    assert "services/a/code/large.py:1 SOT900" in codes(report)
    assert not any("services/a/gen" in one for one in codes(report))
    listed = {file.path: file for file in listed_in(tree)}
    assert listed["services/a/checks/x.py"].tests
    assert listed["services/a/code/kit/__init__.py"].module == "kit"


def listed_in(folder: Path) -> Sequence[File]:
    return files.listing(one(folder).settings).files


def test_only_an_exemption_of_its_own_shuts_a_contract_out(tree: Path) -> None:
    excuse = '[[exemptions]]\ncontract = "bus"\npath = "app/**"\nreason = "moves in spring"\n'
    write(tree, {"services/a/app/x.py": ALIAS, "services/b/app/x.py": ALIAS})
    write(tree, {"services/a/ssot-lint.toml": OWN + excuse})
    assert found(tree) == ["services/b/app/x.py:1 SOT101"]
    write(tree, {"services/a/app/x.py": ""})
    assert found(tree) == ["services/a/ssot-lint.toml:4 SOT904", "services/b/app/x.py:1 SOT101"]
    # Whether it excuses anything is judged where all of the member is, and nowhere else.
    assert found(tree, "services/a") == ["services/a/ssot-lint.toml:4 SOT904"]
    assert found(tree, "services/a/app") == []
    assert found(tree, "services/b") == ["services/b/app/x.py:1 SOT101"]


def test_comments_excuse_what_other_members_say(tree: Path) -> None:
    write(
        tree,
        {
            "services/a/app/x.py": ALIAS.rstrip() + "  # ssot: allow[SOT101] for now\n",
            "services/a/app/y.py": "x = 1  # ssot: allow[SOT101] for now\n",
        },
    )
    assert found(tree) == ["services/a/app/y.py:1 SOT904"]
    assert [one.by for one in check(tree).excused()] == ["comment services/a/app/x.py:1"]


def test_what_a_member_has_from_the_root_is_judged_once(tree: Path) -> None:
    """It extends the root: its contracts and exemptions are those of the root, and what is wrong is said once."""
    root = TREE["pyproject.toml"] + (
        '[tool.ssot-lint.contracts.gone]\ncanonical = "nowhere.Gone"\n'
        '[tool.ssot-lint.contracts.bus]\ncanonical = "events.bus.Bus"\n'
        '[[tool.ssot-lint.exemptions]]\npath = "app/x.py"\ncontract = "bus"\nreason = "used by one"\n'
        '[[tool.ssot-lint.exemptions]]\npath = "app/none.py"\ncontract = "bus"\nreason = "used by none"\n'
    )
    extends = 'extends = "../../pyproject.toml"\n'
    write(
        tree,
        {
            "pyproject.toml": root,
            "libs/events/pyproject.toml": "[project]\n",
            "services/a/ssot-lint.toml": extends,
            "services/b/ssot-lint.toml": extends + "[contracts.bus]\nreason = 'of b'\n",
            "services/a/app/x.py": ALIAS,
            "services/b/app/y.py": ALIAS,
        },
    )
    report = check(tree)
    assert codes(report) == [
        "pyproject.toml:3 SOT901",
        "pyproject.toml:11 SOT904",
        "services/b/app/y.py:1 SOT101",
    ]
    # What it says anew about a contract of the root is what holds there.
    assert report.findings[-1].reason == "of b"


def test_what_is_wrong_with_a_contract_is_said_once_and_to_its_owner(tree: Path) -> None:
    write(tree, {"services/a/app/use.py": "from app.hub import make_hub\n"})
    assert found(tree) == ["libs/events/pyproject.toml:1 SOT903"]
    assert found(tree, "services/a") == []
    assert found(tree, "libs") == ["libs/events/pyproject.toml:1 SOT903"]
    write(tree, {"libs/events/pyproject.toml": EVENTS.replace("bus.Bus", "bus.Buss")})
    assert found(tree) == ["libs/events/pyproject.toml:1 SOT901"]


def test_contracts_of_one_name_are_named_apart_where_they_meet(tree: Path) -> None:
    write(
        tree,
        {
            "libs/auth/ssot-lint.toml": '[contracts.bus]\ncanonical = "auth.Bus"\n',
            "libs/auth/auth.py": "class Bus:\n    pass\n",
            "services/a/app/x.py": "from events.bus import Bus as B\nfrom auth import Bus as C\n",
        },
    )
    assert [one.contract for one in check(tree).findings] == ["bus@libs/events", "bus@libs/auth"]
    excuse = '[[exemptions]]\ncontract = "bus@libs/auth"\nreason = "later"\n'
    write(tree, {"services/a/ssot-lint.toml": OWN + excuse})
    assert [one.contract for one in check(tree).findings] == ["bus@libs/events"]
    write(tree, {"services/a/ssot-lint.toml": OWN + excuse.replace("@libs/auth", "")})
    assert wrong(tree) == [
        "services/a/ssot-lint.toml:5: exemptions[0].contract: there is no contract `bus`; "
        "did you mean `bus@libs/auth`?"
    ]


def test_nobody_shuts_a_contract_out_by_one_of_his_own(tree: Path) -> None:
    own = '[contracts.mine]\ncanonical = "events.bus.Bus"\nlocal-rename = "allow"\n'
    write(tree, {"services/a/ssot-lint.toml": own, "services/a/app/x.py": ALIAS})
    report = check(tree)
    assert [one.contract for one in report.findings] == ["bus"]
    assert report.notes == (
        "services/a: the contract `mine` does not hold, for `events.bus.Bus` has the contract `bus` of libs/events "
        "already",
    )
    root = TREE["pyproject.toml"] + '[tool.ssot-lint.contracts.all]\ncanonical = "events.bus.Bus"\n'
    write(tree, {"pyproject.toml": root, "services/b/app/x.py": ALIAS, "tools/x.py": ALIAS})
    report = check(tree)
    assert [one.contract for one in report.findings] == ["all"] * 3
    assert [note.partition(":")[0] for note in report.notes] == ["libs/events", "services/a"]


def test_singletons_of_one_member_alone(tree: Path) -> None:
    state = "\n".join(
        [
            "class Box:",
            "    _instance = None",
            "",
            "    def __new__(cls):",
            "        if cls._instance is None:",
            "            cls._instance = super().__new__(cls)",
            "        return cls._instance",
            "",
            "    def set(self, value):",
            "        self.value = value",
            "",
        ]
    )
    write(tree, {"services/a/app/box.py": state, "services/b/app/box.py": state})
    assert found(tree) == []
    write(tree, {"services/a/ssot-lint.toml": 'singletons = "all"\n' + OWN})
    assert {one.path for one in check(tree).findings} == {"services/a/app/box.py"}


# Which settings are found.


def test_from_anywhere_in_a_member_the_root_is_found(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("", "services/a", "services/a/app", "services/b/app/use.py", "libs/events/src"):
        assert one(tree, place).settings.file == tree / "pyproject.toml"
    monkeypatch.chdir(tree / "services" / "a")
    (project,), _ = projects([])
    assert (project.settings.root, project.paths) == (tree, ("services/a",))


def test_settings_that_the_root_does_not_name_are_ignored_and_that_is_said(tree: Path) -> None:
    write(
        tree,
        {
            "tools/ssot-lint.toml": 'ignore = ["SOT1"]\n',
            "tools/x.py": ALIAS,
            "services/a/app/pyproject.toml": '[tool.ssot-lint]\nignore = ["SOT1"]\n',
            "services/a/app/x.py": ALIAS,
            "services/b/pyproject.toml": "[tool.other]\nssot-lint = 1\n",
        },
    )
    for paths in ((), ("tools",), ("services/a",)):
        report = check(tree, *paths)
        assert report.notes == (
            "services/a/app/pyproject.toml, tools/ssot-lint.toml are ignored: `members` in pyproject.toml "
            "does not name their folders",
        )
    assert found(tree) == ["services/a/app/x.py:1 SOT101", "tools/x.py:1 SOT101"]
    assert found(tree, "tools") == ["tools/x.py:1 SOT101"]


def test_what_the_root_excludes_stands_on_its_own(tree: Path) -> None:
    write(
        tree,
        {
            "pyproject.toml": TREE["pyproject.toml"] + 'exclude = ["services/b/**", "old/**"]\n',
            "services/b/ssot-lint.toml": OWN,
            "old/x.py": ALIAS,
        },
    )
    assert [member.folder for member in one(tree).settings.workspace] == ["libs/events", "services/a"]
    alone = one(tree, "services/b")
    assert alone.settings.file == tree / "services" / "b" / "ssot-lint.toml"
    assert "app/use.py:1 SOT101" in found(tree, "services/b")
    report = check(tree)
    assert (codes(report), report.notes) == ([], ())


def test_of_two_roots_the_outermost_is_one(tree: Path) -> None:
    inner = {"tools/ssot-lint.toml": 'members = ["x"]\n', "tools/x/ssot-lint.toml": "", "tools/x/y.py": ALIAS}
    write(tree, inner)
    assert one(tree, "tools/x").settings.file == tree / "pyproject.toml"
    assert "tools/x/ssot-lint.toml" in check(tree).notes[0]
    write(tree, {"pyproject.toml": TREE["pyproject.toml"].replace("services/*", "tools")})
    assert wrong(tree, "tools/x") == [
        "tools/ssot-lint.toml:1: members: pyproject.toml of the root names this folder as a member, and a member "
        "has no members: name them there"
    ]


def test_no_root_is_looked_for_beyond_the_repository(tree: Path) -> None:
    (tree / "services" / "a" / ".git").mkdir()
    assert one(tree, "services/a").settings.file == tree / "services" / "a" / "ssot-lint.toml"


def test_without_members_above_the_nearest_settings_decide(tmp_path: Path) -> None:
    write(tmp_path, {"ssot-lint.toml": "", "a/ssot-lint.toml": "", "a/b/x.py": ""})
    assert one(tmp_path, "a/b").settings.file == tmp_path / "a" / "ssot-lint.toml"


def test_a_repository_of_its_own_is_no_member(tree: Path) -> None:
    write(tree, {"services/a/.git": "gitdir: elsewhere"})
    assert [member.folder for member in one(tree).settings.workspace] == ["libs/events", "services/b"]
    write(tree, {"pyproject.toml": '[tool.ssot-lint]\nmembers = ["services/a"]\n'})
    assert wrong(tree) == [
        "pyproject.toml:2: members[0]: `services/a` names `services/a`, which is a repository of its own, and "
        "judged alone"
    ]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_links_are_no_members(tree: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside", {"ssot-lint.toml": "", "x.py": ALIAS})
    (tree / "services" / "c").symlink_to(tmp_path / "outside")
    (tree / "services" / "d").symlink_to(tree / "services" / "a")
    assert [member.folder for member in one(tree).settings.workspace] == [
        "libs/events",
        "services/a",
        "services/b",
    ]
    assert found(tree) == []
    write(tree, {"pyproject.toml": '[tool.ssot-lint]\nmembers = ["services/c"]\n'})
    assert wrong(tree) == [
        "pyproject.toml:2: members[0]: `services/c` goes through the link `services/c`: "
        "name the folder that it leads to"
    ]


# What is wrong with the globs.


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("/services/*", "`/services/*` is absolute: write it relative to the folder of the settings file"),
        ("C:/services", "`C:/services` is absolute: write it relative to the folder of the settings file"),
        ("../other", "`../other` leads out of the root with `..`"),
        ("services\\\\*", "`services\\*` has a backslash: write `services/*`"),
        (
            "!services/b",
            "`!services/b` begins with `!`: a glob cannot take back another; write `services/b` in `exclude`",
        ),
        (".", "`.` is the root itself: name folders below it"),
        ("", "is empty"),
        (
            "servcies/*",
            "`servcies/*` names no folder: there is no folder `servcies`; did you mean `services/*`?",
        ),
        (
            "libs/evnts",
            "`libs/evnts` names no folder: there is no folder `libs/evnts`; did you mean `libs/events`?",
        ),
        (
            "services/a/app/hub.py",
            "`services/a/app/hub.py` names no folder: `services/a/app/hub.py` is a file",
        ),
        ("services/x*", "`services/x*` names no folder"),
        ("services/b/**", "`services/b/**` names no folder that holds settings"),
        (
            "services/a/app",
            "`services/a/app` names `services/a/app`, which lies inside of the member `services/a`: "
            "members do not hold each other",
        ),
    ],
)
def test_a_mistake_in_a_glob(glob: str, expected: str, tree: Path) -> None:
    write(tree, {"pyproject.toml": f'[tool.ssot-lint]\nmembers = [\n    "services/a",\n    "{glob}",\n]\n'})
    assert wrong(tree) == [f"pyproject.toml:4: members[1]: {expected}"]


def test_all_mistakes_are_told_at_once_from_wherever_one_asks(tree: Path) -> None:
    write(
        tree,
        {
            "pyproject.toml": '[tool.ssot-lint]\nselct = []\nmembers = [1, "nope", "services/*"]\n',
            "services/a/ssot-lint.toml": 'fail-on = "eror"\nextends = "../b/ssot-lint.toml"\n',
            "services/b/ssot-lint.toml": 'extends = "../a/ssot-lint.toml"\n',
        },
    )
    cycle = "leads back to a file that extends this one: a cycle"
    expected = [
        "pyproject.toml:2: selct: unknown key; did you mean `select`?",
        "pyproject.toml:3: members[0]: expected a string, got the integer `1`",
        "pyproject.toml:3: members[1]: `nope` names no folder: there is no folder `nope`",
        "services/a/ssot-lint.toml:1: fail-on: `eror` is not one of `error`, `warning`, `info`; did you mean `error`?",
        f"services/b/ssot-lint.toml:1: extends: `../a/ssot-lint.toml` {cycle}",
        f"services/a/ssot-lint.toml:2: extends: `../b/ssot-lint.toml` {cycle}",
    ]
    assert sorted(wrong(tree)) == sorted(expected)
    assert sorted(wrong(tree, "services/b/app")) == sorted(expected)
    done = run("ssot_lint", "check", cwd=tree)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", len(expected))


def test_deep_globs_name_the_folders_that_hold_settings(tree: Path) -> None:
    write(tree, {"pyproject.toml": '[tool.ssot-lint]\nmembers = ["**"]\n'})
    assert [member.folder for member in one(tree).settings.workspace] == ["libs/events", "services/a"]


def test_members_are_not_inherited(tree: Path) -> None:
    write(tree, {"services/a/ssot-lint.toml": 'extends = "../../pyproject.toml"\n'})
    (member,) = (one for one in one_of(tree) if one.folder == "services/a")
    assert member.settings is not None
    assert member.settings.members == ()


def one_of(folder: Path) -> Sequence[Member]:
    return one(folder).settings.workspace


# One run and its parts.

MEMBERS = ("services/a", "services/b", "libs/events")

LINES = [
    "from events.bus import Bus as Channel",
    "from events.bus import Bus, get_bus",
    "from app.names import Channel",
    "from .names import Channel as C",
    "from app.names import *",
    "from events.names import Channel",
    "from app.hub import Hub as Channel",
    "import app.names",
    "Channel = Bus",
    "Channel()",
    "hub = app.names.Channel()",
    "class Sub(Channel): pass",
    "x = 1  # ssot: allow[SOT1] because",
    "OldBus = 1",
]
FILES = [
    f"{folder}/{name}.py"
    for folder in ("services/a/app", "services/b/app", "libs/events/src/events")
    for name in ("names", "x")
]
FILES.append("tools/x.py")
TEXTS = st.lists(st.sampled_from(LINES), max_size=4).map(lambda lines: "".join(f"{line}\n" for line in lines))
SETTINGS = {
    "services/a/ssot-lint.toml": [
        OWN,
        OWN + '[[exemptions]]\ncontract = "bus"\nreason = "x"\n',
        'extends = "../../pyproject.toml"\nseverity = {SOT1 = "info"}\n',
    ],
    "services/b/ssot-lint.toml": [OWN, "", 'select = ["SOT2", "SOT9"]\n'],
    "libs/events/pyproject.toml": [EVENTS, EVENTS.replace("Bus", "Hub"), "[tool.ssot-lint]\n"],
    "pyproject.toml": [
        TREE["pyproject.toml"],
        TREE["pyproject.toml"] + '[tool.ssot-lint.contracts.hubs]\ncanonical = "app.hub.Hub"\n',
        TREE["pyproject.toml"] + '[[tool.ssot-lint.exemptions]]\ncode = "SOT104"\nreason = "y"\n',
    ],
}
EDITS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(FILES), TEXTS),
        st.sampled_from([(file, text) for file, texts in SETTINGS.items() for text in texts]),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(rounds=st.lists(EDITS, min_size=1, max_size=3))
def test_a_part_says_what_the_whole_does_and_what_is_remembered_changes_nothing(
    rounds: list[list[tuple[str, str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    tree = write(tmp_path_factory.mktemp("law"), TREE)
    for edits in rounds:
        write(tree, dict(edits))
        try:
            whole = check(tree).findings
        except ConfigError:
            # An exemption names a contract that is not there at the moment.
            continue
        assert check(tree, cache=True).findings == whole
        for part in MEMBERS:
            expected = [one for one in whole if one.path.startswith(f"{part}/")]
            assert list(check(tree, part).findings) == expected
            assert list(check(tree, part, cache=True).findings) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_what_one_service_does_is_nothing_to_another(
    edits: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As long as no library imports from its users."""
    tree = write(tmp_path_factory.mktemp("law"), TREE)
    write(tree, {name: text for name, text in edits if "libs" not in name or "app" not in text})

    def of_a() -> list[Finding]:
        return [one for one in check(tree).findings if one.path.startswith("services/a/")]

    try:
        expected = of_a()
    except ConfigError:
        return
    shutil.rmtree(tree / "services" / "b")
    assert of_a() == expected


# Front ends.


def test_the_command_names_files_as_it_does_elsewhere(tree: Path) -> None:
    write(tree, {"services/a/app/x.py": ALIAS, "tools/x.py": ALIAS})

    def lines(cwd: str, *paths: str) -> list[str]:
        done = run("ssot_lint", "check", "--format", "concise", "-q", "--no-cache", *paths, cwd=tree / cwd)
        return [line.partition(" ")[0] for line in done.stdout.splitlines()]

    assert lines("") == ["services/a/app/x.py:1:24:", "tools/x.py:1:24:"]
    assert lines("services/a") == ["app/x.py:1:24:"]
    assert lines("services/b") == []
    assert lines("services/b", "../a", "../../tools") == ["../a/app/x.py:1:24:", "../../tools/x.py:1:24:"]
    assert not (tree / "services" / "a" / ".ssot_lint_cache").exists()


def test_an_unsaved_file_of_a_member(tree: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ssot_lint",
            "check",
            "-",
            "--stdin-filename",
            "app/use.py",
            "--format",
            "json",
        ],
        cwd=tree / "services" / "a",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=ALIAS,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert [(one["path"], one["code"]) for one in json.loads(done.stdout)["findings"]] == [
        ("services/a/app/use.py", "SOT101")
    ]


def test_flake8_says_the_same(tree: Path) -> None:
    write(
        tree,
        {
            "services/a/app/x.py": ALIAS,
            "services/b/app/x.py": ALIAS,
            "services/a/ssot-lint.toml": OWN + '[[exemptions]]\npath = "none.py"\nreason = "x"\n',
            "tools/x.py": ALIAS,
        },
    )

    def flake8(cwd: str, *paths: str) -> list[str]:
        done = run("flake8", "--select", "SOT", "-j1", *paths, cwd=tree / cwd)
        found = [line.split(" ")[:2] for line in done.stdout.splitlines()]
        return sorted(f"{place.removeprefix('./').split(':')[0]} {code}" for place, code in found)

    everything = [
        "services/a/app/x.py SOT101",
        "services/b/app/x.py SOT101",
        "tools/x.py SOT101",
    ]
    # What is about settings has no file of its own here, and is put into the first of those that flake8 checks.
    carried = ["libs/events/src/events/__init__.py SOT904"]
    assert flake8("") == sorted([*everything, *carried])
    assert flake8("", "services/a") == ["services/a/app/__init__.py SOT904", everything[0]]
    assert flake8("services/a") == ["app/__init__.py SOT904", "app/x.py SOT101"]
    assert flake8("", "services/b", "tools") == everything[1:]
    assert flake8("", "services/a/app/x.py") == everything[:1]


def test_why_looks_from_where_the_file_is(tree: Path) -> None:
    write(tree, {"services/a/app/x.py": "from app.hub import Hub as H\n"})
    done = run("ssot_lint", "why", "services/a/app/x.py:1", cwd=tree)
    assert "SOT101" in done.stdout
    done = run("ssot_lint", "why", "services/b/app/use.py:1", cwd=tree)
    assert "no name on this line leads to a contract's symbol" in done.stdout


def test_config_shows_the_members(tree: Path) -> None:
    shown = run("ssot_lint", "config", cwd=tree).stdout
    assert "# in force: pyproject.toml\n# member `libs/events`: by its own settings\n" in shown
    assert "# member `services/b`: by these settings\n" in shown
    assert (
        "# in force: services/a/ssot-lint.toml\n# member `services/a` of pyproject.toml\n"
        "# contract bus of member `libs/events` holds here too, where its symbol is used\n"
    ) in shown
    document = json.loads(run("ssot_lint", "config", "--format", "json", cwd=tree / "services" / "a").stdout)
    (only,) = document["projects"]
    assert only["file"] == "ssot-lint.toml"
    assert only["workspace"] == {
        "root": "../../pyproject.toml",
        "folder": "services/a",
        "members": [],
        "contracts-of-others": [{"name": "bus", "member": "libs/events"}],
    }
    lines = run("ssot_lint", "config", "--check", cwd=tree).stdout.splitlines()
    assert lines == [
        "pyproject.toml: 0 contracts, no mistakes",
        "libs/events/pyproject.toml: 1 contract, no mistakes",
        "services/a/ssot-lint.toml: 1 contract, no mistakes",
    ]


# With what the command line says.


def test_contracts_of_members_can_be_named(tree: Path) -> None:
    write(tree, {"services/b/app/x.py": ALIAS})
    done = run("ssot_lint", "check", "--contract", "bus", "--format", "concise", cwd=tree)
    assert [row.split(": ")[0] for row in done.stdout.splitlines() if ": SOT" in row] == [
        "services/b/app/x.py:1:24"
    ]
    assert "did you mean `bus`?" in run("ssot_lint", "check", "--contract", "buss", cwd=tree).stderr


def test_states_of_git_have_the_members_that_they_hold(tree: Path) -> None:
    git(tree, "init", "--quiet")
    write(tree, {"services/a/app/y.py": ALIAS})
    commit(tree, {})
    before = run("ssot_lint", "check", "--format", "json", cwd=tree).stdout
    assert run("ssot_lint", "check", "--at", "HEAD", "--format", "json", cwd=tree).stdout == before
    write(tree, {"services/b/app/x.py": ALIAS, "pyproject.toml": "[tool.ssot-lint]\nmembers = []\n"})
    assert run("ssot_lint", "check", "--at", "HEAD", "--format", "json", cwd=tree).stdout == before
    git(tree, "checkout", "--quiet", "pyproject.toml")
    assert len(json.loads(before)["findings"]) == 1
    for cwd, place in ((tree, "services/b/app/x.py:1:24"), (tree / "services/b", "app/x.py:1:24")):
        done = run("ssot_lint", "check", "--since", "HEAD", "--format", "concise", cwd=cwd)
        assert done.stdout.startswith(f"{place}: SOT101 "), done.stderr
        assert "1 finding added (1 error) in 1 file; none removed since HEAD;" in done.stdout


def test_a_member_has_no_baseline_of_its_own(tree: Path) -> None:
    write(tree, {"services/a/ssot-lint.toml": 'baseline = "old.txt"\n' + OWN})
    sentence = "a member has no baseline of its own: name one in pyproject.toml of the root"
    assert wrong(tree) == [f"services/a/ssot-lint.toml:1: baseline: {sentence}"]
    # One that is the root's is nobody's own.
    write(tree, {"pyproject.toml": TREE["pyproject.toml"] + 'baseline = "old.txt"\n'})
    write(tree, {"services/a/ssot-lint.toml": 'extends = "../../pyproject.toml"\n' + OWN})
    assert one(tree).settings.baseline == "old.txt"
