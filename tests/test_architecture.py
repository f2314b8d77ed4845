"""What holds the project to its own design: layers, pages, the README's table of rules.

``python tests/test_architecture.py`` writes the README's table anew.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ssot_lint import pages
from ssot_lint.rule import Rule
from ssot_lint.rules import ALL

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ssot_lint"
README = ROOT / "README.md"
MARKS = ("<!-- rules: begin -->\n", "<!-- rules: end -->\n")

HEAVY = ("astroid", "flake8", "libcst", "pygls", "pylint", "pytest", "rich", "sqlite3")
"""What the command must not import before it is needed. Each costs as much as the rest together."""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False)


def rules_table() -> str:
    rows = ["| code | name | what is found |", "| --- | --- | --- |"]
    for rule in ALL:
        page = f"rules/{rule.name}.md"
        summary = pages.summary((ROOT / page).read_text(encoding="utf-8"))
        rows.append(f"| [{rule.code}]({page}) | {rule.name} | {summary} |")
    return "".join(f"{row}\n" for row in rows)


def test_layers_and_fences() -> None:
    if importlib.util.find_spec("importlinter") is None:
        pytest.skip("import-linter is not installed for this Python")
    result = python(
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
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
    assert sorted(page.stem for page in (ROOT / "rules").glob("*.md")) == sorted(rule.name for rule in ALL)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_page_is_titled_by_code_and_name(rule: Rule) -> None:
    page = ROOT / "rules" / f"{rule.name}.md"
    title = page.read_text(encoding="utf-8").splitlines()[0]
    assert title == f"# {rule.code} {rule.name}"


def test_command_starts_without_heavy_imports() -> None:
    result = python(
        "import sys, ssot_lint.cli, ssot_lint.engine\n"
        f"print(sorted(set({HEAVY!r}) & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    assert result.stdout == "[]\n", result.stdout + result.stderr


def test_readme_has_the_table_of_rules() -> None:
    text = README.read_text(encoding="utf-8")
    begin, end = MARKS
    assert text.count(begin) == text.count(end) == 1
    table = text.split(begin)[1].split(end)[0]
    assert table == rules_table(), "run: python tests/test_architecture.py"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert missing == []


def test_changelog_knows_the_version() -> None:
    from ssot_lint import __version__

    assert __version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    before, rest = README.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    README.write_text(before + MARKS[0] + rules_table() + MARKS[1] + after, encoding="utf-8")
