"""What `ssot-lint fix` makes of projects: the sections `Fix` of the pages, and what is written, shown and left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import spec
from test_cli import run

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "rules").glob("*/*.md"))

_MARKS = re.compile(rf"[ \t]*(?:{spec._MARK})+[ \t]*$")
_WITH = re.compile(r"^with: (.+)$", re.MULTILINE)


def pairs() -> Iterator[tuple[spec.Case, spec.Case, list[str]]]:
    """The cases before and after, with the options between them."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        cases = [case for case in spec.read(page) if case.section == "Fix"]
        for before, after in zip(cases[::2], cases[1::2], strict=True):
            assert before.title.startswith("Before"), f"{page}:{before.line}"
            assert after.title == before.title.replace("Before", "After"), f"{page}:{after.line}"
            rows = text.split("\n")[before.line : after.line]
            found = _WITH.search("\n".join(rows))
            yield before, after, found[1].split() if found else []


PAIRS = list(pairs())


def bare(case: spec.Case) -> dict[str, str]:
    """The files of a case without marks."""
    return {
        file.path: "\n".join(_MARKS.sub("", line) for line in file.text.split("\n")) for file in case.files
    }


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ssot_lint_cache" not in path.parts
    }


def write(folder: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8"))
    return folder


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].document.stem}:{pair[0].line}")
def test_pages_say_what_is_repaired(pair: tuple[spec.Case, spec.Case, list[str]], tmp_path: Path) -> None:
    before, after, options = pair
    write(tmp_path, bare(before))
    done = run("fix", *options, cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    expected = bare(after)
    shared = before.files and {file.path for file in before.files} - before.own
    # What stands before and not after is deleted.
    assert files(tmp_path) == {path: text for path, text in expected.items() if path in shared | after.own}
    again = run("fix", *options, "--dry-run", cwd=tmp_path)
    assert "would fix" not in again.stdout


def test_each_page_says_how_or_why_not() -> None:
    with_pairs = {before.document for before, _, _ in PAIRS}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        section = text.partition("\n## Fix\n")[2].partition("\n## ")[0]
        assert section.strip(), page
        assert (page in with_pairs) != section.strip().startswith("There is none."), page
