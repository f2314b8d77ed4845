"""What holds the project to its own design: layers, pages, and the generated parts of the README.

``python tests/test_architecture.py`` writes these parts anew.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from ssot_lint.model.rules import ALL, Rule
from ssot_lint.rules import check_of, pages

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ssot_lint"
README = ROOT / "README.md"

HEAVY = (
    "astroid",
    "concurrent",
    "dask",
    "distributed",
    "flake8",
    "jinja2",
    "libcst",
    "plotext",
    "mcp",
    "pydantic",
    "pygls",
    "pylint",
    "pytest",
    "rich",
    "sqlite3",
)
"""What the command must not import before it is needed. Each costs as much as the rest together."""


def python(*arguments: str, folder: Path = ROOT, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, text=True, capture_output=True, check=False
    )


def rules_table() -> str:
    rows = ["| code | name | what is found |", "| --- | --- | --- |"]
    for rule in ALL:
        page = f"rules/{rule.page}"
        summary = pages.summary((ROOT / page).read_text(encoding="utf-8"))
        rows.append(f"| [{rule.code}]({page}) | {rule.name} | {summary} |")
    return "".join(f"{row}\n" for row in rows)


def sample() -> str:
    """A file of the sick example, and what a run says of it."""
    example = ROOT / "examples" / "chat"
    source = (example / "chat" / "notifier.py").read_text(encoding="utf-8")
    command = "check --select SOT201,SOT301 chat/notifier.py"
    result = python("-m", "ssot_lint", *command.split(), folder=example)
    assert result.returncode == 1, result.stderr
    return (
        f"`examples/chat/chat/notifier.py`:\n\n```python\n{source}```\n\n"
        f"In `examples/chat`, `ssot-lint {command}` says:\n\n```text\n{result.stdout}```\n"
    )


def order() -> list[str]:
    """The packages as the import contract has them, from the first of the pipeline to the last."""
    found: list[str] = []
    contracts = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["ssot_lint"])
    for layer in reversed(layers):
        found += (name for name in layer.split(" | ") if (PACKAGE / name).is_dir())
    return found


def packages_table() -> str:
    """What goes in and what comes out of each package, in its own words."""
    rows = ["| package | |", "| --- | --- |"]
    for name in order():
        docstring = ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_bytes())) or ""
        said = " ".join(docstring.split("\n\n")[0].split()).replace("``", "`")
        rows.append(f"| [{name}](../ssot_lint/{name}) | {said} |")
    return "".join(f"{row}\n" for row in rows)


GENERATED = {
    "rules": (README, rules_table),
    "sample": (README, sample),
    "packages": (ROOT / "docs/design.md", packages_table),
}
"""What stands in a page between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``, by NAME."""


def split(readme: str, name: str) -> tuple[str, str, str]:
    """What stands before, in and after the generated part of this name; the marks are in the outer two."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    assert readme.count(begin) == readme.count(end) == 1, f"the README needs one {begin}and one {end}"
    before, rest = readme.split(begin)
    part, after = rest.split(end)
    return before + begin, part, end + after


LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"

needs_import_linter = pytest.mark.skipif(
    importlib.util.find_spec("importlinter") is None, reason="import-linter is not installed for this Python"
)


@needs_import_linter
def test_layers_and_fences() -> None:
    result = python("-c", LINT_IMPORTS)
    assert result.returncode == 0, result.stdout + result.stderr


@needs_import_linter
@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("model/finding.py", "ssot_lint.engine.run"),
        ("facts/scopes.py", "ssot_lint.facts.extract"),
        ("links/project.py", "ssot_lint.links.index"),
        ("cache/codec.py", "ssot_lint.cache.memory"),
        ("findings/selection.py", "ssot_lint.findings.baseline"),
        ("rules/identity/alias_import.py", "ssot_lint.rules.sharing.lazy_global"),
        ("report/formats/sarif.py", "ssot_lint.report.formats.junit"),
        ("rules/evidence/meaning.py", "astroid"),
        ("tracking/steps.py", "ssot_lint.report.view"),
        ("report/tracks/text.py", "plotext"),
        ("report/html/data.py", "jinja2"),
        ("engine/run.py", "flake8"),
        ("sources/disk.py", "tomli"),
        ("gather/processes.py", "distributed"),
        ("report/terminal/paint.py", "rich"),
    ],
)
def test_each_wall_holds(module: str, imported: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "ssot_lint", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "ssot_lint" / module).open("a", encoding="utf-8") as stream:
        stream.write(f"\n\nimport {imported}\n")
    result = python("-c", LINT_IMPORTS, folder=tmp_path, path=tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"ssot_lint.{module.removesuffix('.py').replace('/', '.')} -> {imported}" in result.stdout


@pytest.mark.parametrize(
    "module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_module_says_what_it_is_for(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_bytes()))
    assert docstring, "no docstring"
    assert docstring.split("\n\n")[0].endswith((".", ":")), "the first paragraph is no sentence"


def test_each_rule_has_a_page_and_each_page_a_rule() -> None:
    assert sorted(str(page.relative_to(ROOT / "rules")) for page in (ROOT / "rules").rglob("*.md")) == sorted(
        rule.page for rule in ALL
    )


def test_each_rule_has_a_module_and_each_module_a_rule() -> None:
    judging = {rule.name.replace("-", "_"): rule for rule in ALL if not rule.of_stage}
    folders = [PACKAGE / "rules" / rule.family for rule in judging.values()]
    modules = {path.stem for folder in folders for path in folder.glob("*.py")} - {"__init__"}
    assert judging.keys() == modules
    assert all(callable(check_of(rule)) for rule in judging.values())


def test_whatever_judges_looks_other_files_up_where_note_is_taken() -> None:
    judging = [
        *(path for path in (PACKAGE / "rules").glob("*/*.py") if path.parent.name != "every_class"),
        *(
            PACKAGE / f"{name}.py"
            for name in ("links/resolve", "links/roles", "inference/ask", "inference/targets")
        ),
    ]
    assert [path.name for path in judging if "by_path" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_page_is_titled_by_code_and_name(rule: Rule) -> None:
    page = ROOT / "rules" / rule.page
    title = page.read_text(encoding="utf-8").splitlines()[0]
    assert title == f"# {rule.code} {rule.name}"


def test_command_starts_without_heavy_imports() -> None:
    result = python(
        "-c",
        "import sys, ssot_lint.cli, ssot_lint.engine.run\n"
        f"print(sorted(set({HEAVY!r}) & {{name.partition('.')[0] for name in sys.modules}}))",
    )
    assert result.stdout == "[]\n", result.stdout + result.stderr


@pytest.mark.parametrize("name", GENERATED)
def test_readme_is_up_to_date(name: str) -> None:
    page, generate = GENERATED[name]
    _, part, _ = split(page.read_text(encoding="utf-8"), name)
    assert part == generate(), "run: python tests/test_architecture.py"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert missing == []


WALK = """\
import sys, threading
from pathlib import Path
from ssot_lint.cli import main

called = {}


def note(frame, event, argument):
    if event == "call":
        called.setdefault((frame.f_code.co_filename, frame.f_code.co_name))


threading.setprofile(note)
sys.setprofile(note)
main(["check", "--no-cache", "-j1", "--select", "SOT201", "chat/notifier.py"])
sys.setprofile(None)
for file, function in called:
    if Path(sys.argv[1]) in Path(file).parents:
        print("called", Path(file).relative_to(sys.argv[1]).as_posix(), function)
"""
"""Checks a file of the example, and prints each function in the order of the first calls."""


def test_contributing_tells_the_way_of_one_finding() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    way = text.partition("## The way of one finding\n")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d+)\. ", way, re.MULTILINE) == [str(number) for number in range(1, 11)]
    told = re.findall(r"`(\w+)`\s+in\s+\[([^\]]*)\]\(ssot_lint/([^)]*)\)", way)
    assert len(told) == way.count("](ssot_lint/"), (
        "each link to a module needs the name of a function before it"
    )
    assert all(module in (label, f"{label}/__init__.py") for _, label, module in told)
    lines = python("-c", WALK, str(PACKAGE), folder=ROOT / "examples" / "chat").stdout.splitlines()
    assert any(line.startswith("chat/notifier.py:10:11: SOT201 ") for line in lines)
    called = [line for line in lines if line.startswith("called ")]
    named = [f"called {module} {function}" for function, _, module in told]
    assert [each for each in named if each not in called] == []
    assert sorted(named, key=called.index) == named, "they are called in another order"


def test_owner_and_address_are_those_of_the_metadata() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = project["urls"]["Repository"]
    assert all(url.startswith(address) for url in project["urls"].values())
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/**/*.*"), ROOT / "action.yml"]
    for page in [*pages, *PACKAGE.rglob("*.py")]:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"https?://(?!pypi\.org/)[^\s\"`)]*/ssot-lint\b", text)) <= {address}, page
        assert set(re.findall(r"[\w.-]+/ssot-lint(?=@)", text)) <= {address.split("/", 3)[3]}, page
    (author,) = project["authors"]
    for file in ("LICENSE", "action.yml"):
        assert author["name"] in (ROOT / file).read_text(encoding="utf-8")


def test_changelog_knows_the_version() -> None:
    from ssot_lint import __version__

    assert __version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    for name, (page, generate) in GENERATED.items():
        before, _, after = split(page.read_text(encoding="utf-8"), name)
        page.write_text(before + generate() + after, encoding="utf-8")


def test_no_two_classes_have_one_name() -> None:
    names = [
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"^ *class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted({name for name in names if names.count(name) > 1}) == []
