"""The benchmarks: the made repository, what must be found in it, the arithmetic, and the whole command once."""

from __future__ import annotations

import ast
import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import monorepo, report
from benchmarks.figures import Spread, ratios, spread
from benchmarks.growing import GROWING
from benchmarks.kinds import CLEAN, SICK
from benchmarks.measure import Failed, Measured, measure, resident
from benchmarks.project import Project, dotted_names, naming, not_naming, thinned
from benchmarks.scenarios import SCENARIOS, Result, Scenario, chosen, run
from benchmarks.tools import PEERS, REPOSITORY, Missing, Task, Tool, find, peer

SMALL = 0.01

CONDITIONS = report.Conditions("2026-01-01", "a machine", "a repository", 3, {"ruff": "1.0"}, ())


def python(*arguments: str, folder: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "GIT_"))}
    environment |= {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, text=True, capture_output=True, check=False
    )


def made(size: float, seed: int) -> dict[str, bytes]:
    return dict(monorepo.files(monorepo.plan(size, seed), seed))


# The made repository.


def test_same_seed_same_bytes() -> None:
    assert made(SMALL, 1) == made(SMALL, 1)
    assert made(SMALL, 1) != made(SMALL, 2)


def test_each_file_parses_and_no_path_is_made_twice() -> None:
    paths = []
    for path, data in monorepo.files(monorepo.plan(0.05, 3), 3):
        paths.append(path)
        ast.parse(data, path)
    assert len(paths) == len(set(paths)) == 500


def test_there_is_a_smallest_repository() -> None:
    with pytest.raises(ValueError, match="the smallest repository has 100"):
        monorepo.plan(SMALL / 2, 1)


def test_shape_is_that_of_a_large_repository() -> None:
    files = made(0.2, 1)
    mean = sum(map(len, files.values())) / len(files)
    assert 15_000 < mean < 21_000
    words = (b"SessionBroker", b"get_session_broker", b"SessionHub")
    assert 0.12 < sum(any(word in data for word in words) for data in files.values()) / len(files) < 0.15
    assert max(data.count(b"\n") for data in files.values()) > 2_900
    assert sum(not data.isascii() for data in files.values()) > len(files) / 2
    for popular, share in ((b"EnvironmentBroker", 0.45), (b"CaseBroker", 0.3), (b"ContextBroker", 0.26)):
        assert sum(popular in data for data in files.values()) / len(files) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(
    ("name", "files", "codes"), [("chain", 32, {"SOT102": 1, "SOT105": 29}), ("aliases", 3, {"SOT104": 30})]
)
def test_what_grows_is_found(name: str, files: int, codes: dict[str, int], tmp_path: Path) -> None:
    GROWING[name].make(tmp_path, 30, 1)
    result = python("-m", "ssot_lint", "check", "--format", "json", folder=tmp_path)
    summary = json.loads(result.stdout)["summary"]
    assert (summary["indexed"], summary["by_code"]) == (files, codes)


def test_each_rule_about_classes_is_planted() -> None:
    from ssot_lint.model.rules import ALL

    # Rivals are other classes.
    about_classes = {
        rule.code
        for rule in ALL
        if rule.kind == "class" and not rule.of_stage and rule.family != "duplication"
    }
    assert set(monorepo.plan(SMALL, 1).planted[monorepo.ONE]) == about_classes
    assert {kind.name for kind in CLEAN if kind.codes} == set()
    assert {kind.name for kind in SICK if not kind.codes} == set()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, monorepo.Plan]:
    folder = tmp_path_factory.mktemp("made") / "repository"
    return folder, monorepo.write(folder, SMALL, 1)


@pytest.mark.parametrize("settings", monorepo.SETTINGS)
def test_all_that_is_planted_is_found_and_nothing_else(
    repository: tuple[Path, monorepo.Plan], settings: str
) -> None:
    folder, planned = repository
    options = ("check", "--config", settings, "--format", "json")
    result = python("-m", "ssot_lint", *options, folder=folder)
    assert result.returncode == 1, result.stderr
    summary = json.loads(result.stdout)["summary"]
    assert summary["by_code"] == dict(planned.planted[settings])
    assert summary["indexed"] == 100


def test_other_classes_are_used_where_there_is_room() -> None:
    planted = monorepo.plan(0.1, 1).planted
    one, twenty = planted[monorepo.ONE], planted[monorepo.TWENTY]
    least = Counter({"SOT103": 19, "SOT105": 19, "SOT305": 19})
    assert all(twenty[code] >= one[code] + least[code] for code in twenty)
    assert sum(twenty.values()) > sum(one.values()) + least.total()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="not empty"):
        monorepo.write(tmp_path, SMALL, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# Figures.


def test_spread() -> None:
    assert spread([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0)
    assert spread([4.0, 1.0]) == Spread(2.5, 1.0, 4.0)


def test_ratios_are_paired_by_round() -> None:
    # The machine is ten times slower in the second round, for both.
    assert ratios([2.0, 20.0, 3.0], [1.0, 10.0, 1.0]) == Spread(2.0, 2.0, 3.0)
    with pytest.raises(ValueError, match="argument"):
        ratios([1.0, 2.0], [1.0])


# Tables and pages.


def a_result(files: int = 10, scenario: str = "cold") -> Result:
    def samples(*seconds: float) -> tuple[Measured, ...]:
        return tuple(Measured(each, each / 2, 40_000_000) for each in seconds)

    of_tools = {"ruff": samples(1.0, 2.0, 1.5), "ssot-lint": samples(2.0, 3.0, 3.0)}
    counts = dict.fromkeys(of_tools, files)
    return Result(scenario, "Cold: no cache", "ruff", counts, of_tools, ("a note",))


def test_tables_say_the_same() -> None:
    expected = ["ssot-lint", "10", "3.00 (2.00 to 3.00)", "1.50 (1.00 to 1.50)", "2.00 (1.50 to 2.00)", "40"]
    page = report.markdown(CONDITIONS, [a_result()])
    assert f"| {' | '.join(expected)} |" in page
    assert "A note." in page
    screen = report.text(CONDITIONS, [a_result()])
    (row,) = (line for line in screen.splitlines() if line.strip().startswith("ssot-lint"))
    assert [cell.strip() for cell in row.split("  ") if cell.strip()] == expected


def test_table_without_its_baseline() -> None:
    whole = a_result()
    alone = Result("cold", "Cold", "ruff", {"grep": 3}, {"grep": whole.samples["ruff"]}, ())
    assert "| grep | 3 | 1.50 (1.00 to 2.00) | 0.75 (0.50 to 1.00) | - | 40 |" in report.markdown(
        CONDITIONS, [alone]
    )
    nothing = Result("cold", "Cold", "ruff", {}, {}, ("all are left out",))
    assert "all are left out" in report.text(CONDITIONS, [nothing])


def test_what_each_further_unit_costs() -> None:
    small, large = (
        replace(a_result(), samples={"ruff": (Measured(seconds, None, size),)})
        for seconds, size in ((1.0, 40_000_000), (3.0, 41_000_000))
    )
    assert [*report.costs_of_more(small, large, 1000, "link")] == [
        "ruff: each further link takes 2.00 ms and 1.0 kB"
    ]


def test_document_has_each_measurement() -> None:
    document = json.loads(report.document(CONDITIONS, [a_result()]))
    assert document["conditions"]["rounds"] == 3
    (result,) = document["results"]
    assert [sample["seconds"] for sample in result["samples"]["ssot-lint"]] == [2.0, 3.0, 3.0]


def test_only_the_marked_part_of_a_page_is_replaced() -> None:
    page = "before\n<!-- x: begin -->\nold\n<!-- x: end -->\nafter\n"
    again = report.replaced(page, "x", "new\n")
    assert again == "before\n<!-- x: begin -->\nnew\n<!-- x: end -->\nafter\n"
    assert report.replaced(again, "x", "new\n") == again
    for wrong in ("", "<!-- x: end -->\n<!-- x: begin -->\n", page + page):
        with pytest.raises(ValueError, match="x: begin"):
            report.replaced(wrong, "x", "new\n")


def test_page_has_places_for_tables() -> None:
    page = (REPOSITORY / "docs" / "performance.md").read_text(encoding="utf-8")
    for name in ("monorepo", "corpus"):
        assert "new" in report.replaced(page, name, "new\n")


# Projects and tools.


def test_names_of_a_contract() -> None:
    contract = {
        "canonical": "shop.cart.Cart",
        "implementation": "shop._cart._Cart",
        "retired": ["Basket", "shop.old.Trolley", "shop.older.*"],
    }
    expected = ["shop.cart.Cart", "shop._cart._Cart", "shop.cart.Basket", "shop.old.Trolley"]
    assert list(dotted_names(contract)) == expected
    assert list(dotted_names({"canonical": "shop.cart.Cart"})) == ["shop.cart.Cart"]


def a_project(root: Path) -> Project:
    names = ("a.py", "b.py", "c.py", "d.py")
    for name, text in zip(names, ("", "Cart()\n", "", "Cart()\n"), strict=True):
        (root / name).write_text(text)
    return Project(root, "", names, "Cart", ("shop.cart.Cart",), ("Cart",))


def test_files_to_change_are_from_the_middle(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    assert (naming(project), not_naming(project)) == ("d.py", "c.py")
    (staged,) = (scenario for scenario in SCENARIOS if scenario.name == "staged")
    assert staged.given(project) == staged.changed(project) == ("d.py", "c.py", "b.py")


def test_thinned() -> None:
    files = [str(number) for number in range(10)]
    assert thinned(files, 100) == tuple(files)
    assert thinned(files, 5) == ("0", "2", "4", "6", "8")
    assert thinned(files, 3) == ("0", "4", "8")


def test_store_is_used_or_not_as_the_task_says(tmp_path: Path) -> None:
    cold = Task(a_project(tmp_path), tmp_path, workers=3)
    warm = Task(cold.project, tmp_path, warm=True, paths=("a.py",))
    old = Tool("ssot-lint", ("ssot-lint",), "0", {})
    new = Tool("ssot-lint", ("ssot-lint",), "1", {}, frozenset({"--no-cache", "--workers"}))
    command = peer("ssot-lint").command
    start = ["check", "--format", "concise", "--no-progress"]
    assert command(old, cold) == [*start, "--jobs", "3", "--"]
    assert command(new, cold) == [*start, "--no-cache", "--workers", "3", "--"]
    assert command(old, warm) == command(new, warm) == [*start, "--", "a.py"]


def test_a_tool_that_is_not_there_is_left_out_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(Missing, match="semgrep is left out: it is not installed; --install-peers gets it"):
        find("semgrep", sys.executable, None, tmp_path)


def test_the_two_flake8_differ_by_the_plugin_alone(tmp_path: Path) -> None:
    without, with_plugin = (
        find(name, sys.executable, None, tmp_path) for name in ("flake8", "flake8 + ssot-lint")
    )
    assert without.program == with_plugin.program
    assert without.version == with_plugin.version != "unknown"
    said = [
        subprocess.run(
            (*tool.program, "--version"),
            env={**os.environ, **tool.environment},
            text=True,
            capture_output=True,
        ).stdout
        for tool in (without, with_plugin)
    ]
    assert ["SOT" in text or "ssot" in text for text in said] == [False, True]


# Measuring.


def test_usage_is_measured(tmp_path: Path) -> None:
    measured = measure((sys.executable, "-c", "sum(range(2_000_000))"), tmp_path, {}, {0})
    assert measured.seconds > 0
    if sys.platform == "linux":
        assert measured.processor is not None
        assert measured.processor > 0
        assert measured.memory is not None
        assert measured.memory > 1_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="other systems need psutil for that")
def test_memory_of_children_counts() -> None:
    child = "data = b'x' * 80_000_000; print('there', flush=True); input()"
    parent = f"import subprocess, sys; {child.partition(';')[0]}; subprocess.run([sys.executable, '-c', {child!r}])"
    command = (sys.executable, "-c", parent)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        assert 160_000_000 < resident(process.pid) < 260_000_000
        process.communicate("go\n")
    assert resident(process.pid) == 0


def test_a_wrong_end_is_told_with_the_last_words(tmp_path: Path) -> None:
    broken = "import sys; print('first', file=sys.stderr); sys.exit('last')"
    with pytest.raises(Failed, match="status 1: last"):
        measure((sys.executable, "-c", broken), tmp_path, {}, {0})
    with pytest.raises(Failed, match="does not start"):
        measure((str(tmp_path / "nothing"),), tmp_path, {}, {0})


def test_rounds_take_turns_and_files_change_before_each(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    log = tmp_path / "log"
    note = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + open('b.py').read().splitlines()[-1][-2:])"
    tools = {
        name: Tool(name, (sys.executable, "-c", note, str(log), name), "1", {})
        for name in ("ruff", "ssot-lint")
    }
    scenario = Scenario("cold", "Cold", changed=lambda project: ("b.py",))
    result = run(scenario, Task(project, tmp_path), tools, 2, lambda sentence: None)
    turns = itertools.product(("0", "1", "2"), ("ruff", "ssot-lint"))
    assert log.read_text() == "".join(f"{name} {number}" for number, name in turns)
    assert {name: len(samples) for name, samples in result.samples.items()} == {"ruff": 2, "ssot-lint": 2}


def test_the_store_is_filled_with_other_settings_before_each_round(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    (tmp_path / "scratch").mkdir()
    fill = (
        "import os, sys; os.makedirs('.ssot_lint_cache', exist_ok=True)\n"
        "open('.ssot_lint_cache/said', 'a').write(sys.argv[sys.argv.index('--config') + 1] + ' ')\n"
        "open('log', 'a').write(open('.ssot_lint_cache/said').read() + '| ')"
    )
    tools = {"ssot-lint": Tool("ssot-lint", (sys.executable, "-c", fill), "1", {})}
    scenario = Scenario("added", "Added", ("ssot-lint",), warm=True, settings="all.toml", before="few.toml")
    task = Task(replace(project, settings="all.toml"), tmp_path / "scratch", warm=True)
    run(scenario, task, tools, 2, lambda sentence: None)
    assert (tmp_path / "log").read_text() == "few.toml | " + "few.toml all.toml | " * 3
    tools = {"ssot-lint": Tool("ssot-lint", (sys.executable, "-c", "import sys; sys.exit(7)"), "1", {})}
    result = run(scenario, task, tools, 1, lambda sentence: None)
    assert result.samples == {}
    assert any("status 7" in note for note in result.notes)


def test_a_tool_that_fails_is_left_out(tmp_path: Path) -> None:
    program = (sys.executable, "-c", "import sys; sys.exit(7)")
    tools = {"ruff": Tool("ruff", program, "1", {})}
    result = run(
        Scenario("cold", "Cold"), Task(a_project(tmp_path), tmp_path), tools, 1, lambda sentence: None
    )
    assert result.samples == {}
    assert any("ruff is left out" in note and "status 7" in note for note in result.notes)


def test_choice_of_scenarios() -> None:
    assert not any(scenario.takes_long for scenario in chosen([]))
    assert chosen(["all"]) == SCENARIOS
    assert [scenario.name for scenario in chosen(["size", "cold"])] == ["cold", "size"]


# The whole command.


def benchmarks(*arguments: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "benchmarks", *arguments)


@pytest.mark.slow
def test_whole_command(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- monorepo: begin -->\n<!-- monorepo: end -->\n", encoding="utf-8")
    written = ("--json", str(tmp_path / "all.json"), "--update", str(page), "--work", str(tmp_path / "work"))
    small = ("--size", "0.01", "--rounds", "1", "--tools", "ssot-lint,grep")
    result = benchmarks("peers", *small, *written)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    document = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    (measured,) = document["results"]
    assert measured["scenario"] == "peers"
    assert len(measured["samples"]["ssot-lint"]) == 1
    assert "| ssot-lint | 100 |" in page.read_text(encoding="utf-8")
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.slow
def test_whole_command_on_a_project_leaves_it_alone(
    tmp_path: Path, repository: tuple[Path, monorepo.Plan]
) -> None:
    folder, _ = repository
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    small = ("--corpus", str(folder), "--rounds", "1", "--tools", "ssot-lint", "--work", str(tmp_path))
    result = benchmarks("warm-1", *small)
    assert result.returncode == 0, result.stderr
    assert "a real repository: 100 Python files" in result.stdout
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("hot",), "no scenario is called hot"),
        (("cold", "--rounds", "0"), "invalid"),
        (("cold", "--tools", "lint"), "no tool is called lint"),
        (("cold", "--update", "README.md"), "monorepo: begin"),
        (("cold", "--size", "0.001", "--tools", "ssot-lint"), "the smallest repository has 100"),
    ],
)
def test_wrong_words_are_an_error(words: tuple[str, ...], sentence: str) -> None:
    result = benchmarks(*words)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_help_names_all_scenarios_and_tools() -> None:
    # Lines are broken at hyphens, too.
    text = "".join(benchmarks("--help").stdout.split())
    for name in (*(scenario.title for scenario in SCENARIOS), *(each.name for each in PEERS)):
        assert name.replace(" ", "") in text
