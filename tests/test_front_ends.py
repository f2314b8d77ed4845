"""Pages and specs through pylint and pytest: what the engine says of each case, in one run of each for many cases.

A run draws some of the cases; a thorough one tries all.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from spec import Case
from test_rules import PAGES, SPECS, cases, found_in, name

from ssot_lint.model.rules import ALL
from ssot_lint.model.wording import printable

ROOT = Path(__file__).parent.parent

Row = tuple[str, int, int, str, str]
"""Path, line and column from 1, code, message."""


def is_tried(case: Case) -> bool:
    thorough = settings.get_current_profile_name() == "thorough"
    return case.requires <= sys.version_info[:2] and (thorough or zlib.crc32(name(case).encode()) % 16 == 1)


TRIED = [case for case in cases([*PAGES, *SPECS]) if is_tried(case)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each case is a project of its own in here, by its number."""
    root = tmp_path_factory.mktemp("cases")
    for number, case in enumerate(TRIED):
        case.write(root / f"case{number}")
    return root


@pytest.fixture(scope="module")
def expected(folder: Path) -> set[Row]:
    return {
        (
            f"case{number}/{one.path}",
            max(one.span.line, 1),
            one.span.column + 1,
            one.code,
            printable(one.message),
        )
        for number in range(len(TRIED))
        for one in found_in(folder / f"case{number}")
    }


def test_pylint_says_the_same(folder: Path, expected: set[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pylint", reason="pylint is not installed for this Python")
    from pylint.lint import Run
    from pylint.reporters import CollectingReporter

    from ssot_lint.plugins.pylint import id_of

    monkeypatch.chdir(folder)
    reporter = CollectingReporter()
    codes = {id_of(rule.code): rule.code for rule in ALL}
    files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py"))]
    only = ["--disable=all", f"--enable={','.join(codes)},syntax-error"]
    Run(
        ["--load-plugins=ssot_lint.plugins.pylint", "--persistent=n", *only, *files],
        reporter=reporter,
        exit=False,
    )
    unparsed = {Path(one.path).as_posix() for one in reporter.messages if one.symbol == "syntax-error"}
    got = {
        (Path(one.path).as_posix(), one.line, one.column, codes[one.msg_id], one.msg)
        for one in reporter.messages
        if one.msg_id in codes
    }
    # pylint does not look at what is no Python file to it.
    seen = {row for row in expected if row[0] in {*files} - unparsed or not row[0].endswith((".py", ".pyi"))}
    assert got == seen


def rows(text: str) -> Iterator[Row]:
    for line in text.splitlines():
        found = re.match(r"(case\d+/\S.*?):(\d+):(\d+): (SOT\d{3}) (.*?)(?: \[(?:warning|info)\])?$", line)
        if found:
            yield found[1], int(found[2]), int(found[3]), found[4], found[5]


def test_pytest_says_the_same(folder: Path, expected: set[Row]) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    plugin = ["-p", "ssot_lint.plugins.pytest", "-p", "no:cacheprovider", "--ssot", "-rP", "--rootdir=."]
    numbers = map(str, range(len(TRIED)))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *(f"case{number}/ssot-lint.toml" for number in numbers)],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert set(rows(done.stdout)) == expected, done.stderr
