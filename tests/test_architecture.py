"""What holds the project to its own design: layers, pages, and the generated parts of the README.

``python tests/test_architecture.py`` writes these parts anew.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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
    "libcst",
    "pygls",
    "pylint",
    "pytest",
    "rich",
    "sqlite3",
)
"""What the command must not import before it is needed. Each costs as much as the rest together."""


def python(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
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


GENERATED = {"rules": rules_table, "sample": sample}
"""What stands in the README between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``, by NAME."""


def split(readme: str, name: str) -> tuple[str, str, str]:
    """What stands before, in and after the generated part of this name; the marks are in the outer two."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    assert readme.count(begin) == readme.count(end) == 1, f"the README needs one {begin}and one {end}"
    before, rest = readme.split(begin)
    part, after = rest.split(end)
    return before + begin, part, end + after


def test_layers_and_fences() -> None:
    if importlib.util.find_spec("importlinter") is None:
        pytest.skip("import-linter is not installed for this Python")
    result = python(
        "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    )
    assert result.returncode == 0, result.stdout + result.stderr


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
    modules = {path.stem for path in (PACKAGE / "rules").glob("[!h]*/*.py")} - {"__init__"}
    assert judging.keys() == modules
    assert all(callable(check_of(rule)) for rule in judging.values())


def test_whatever_judges_looks_other_files_up_where_note_is_taken() -> None:
    judging = [
        *(PACKAGE / "rules").glob("*/*.py"),
        *(PACKAGE / f"{name}.py" for name in ("rules/evidence", "links/link", "inference/ask")),
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
    _, part, _ = split(README.read_text(encoding="utf-8"), name)
    assert part == GENERATED[name](), "run: python tests/test_architecture.py"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert missing == []


def test_changelog_knows_the_version() -> None:
    from ssot_lint import __version__

    assert __version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    for name, generate in GENERATED.items():
        before, _, after = split(text, name)
        text = before + generate() + after
    README.write_text(text, encoding="utf-8")
