"""The pages of the site: what is gathered, where its links lead, and that a link that leads nowhere is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs import site

README = """\
# Tool

First. [Rules](rules), [CI](docs/ci.md), [above](#install).

## Install

`[code](nowhere.md)` and [a
source](src/one.py).

    [code](nowhere.md)

## Start in a minute

## A contract in ten lines

## From day to day

## Rules

[R](rules/identity/r.md)

## What it does not see

```text
[code](nowhere.md)
```
"""
FILES = {
    "README.md": README,
    "docs/ci.md": "# CI\n\n[rule](../rules/identity/r.md#why) [src](../src) [home](../README.md#rules) [pic](p.png)\n",
    "docs/p.png": "picture",
    "docs/later.md": "# Later\n",
    "rules/identity/r.md": "# SOT101 r\n\n## Why\n\n[src](../../src/one.py)\n",
    "src/one.py": '"""Says `one` | two."""\n\nTEXT = "```"\n',
    **dict.fromkeys(site.ALONE, "# Page\n"),
}


def built(folder: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    for path, text in {
        **FILES,
        **{path.replace("__", "/") + ".md": text for path, text in changed.items()},
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    shutil.copy(site.__file__, folder / "docs" / "site.py")
    words = [sys.executable, str(folder / "docs" / "site.py"), str(folder / "out")]
    return subprocess.run(words, text=True, capture_output=True, check=False)


def test_links_lead_to_the_same_on_the_site(tmp_path: Path) -> None:
    done = built(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    pages = tmp_path / "out" / "pages"
    texts = {path.relative_to(pages).as_posix(): path.read_text() for path in pages.rglob("*.*")}
    assert "[Rules](rules/index.md), [CI](docs/ci.md), [above](start.md#install)" in texts["index.md"]
    start = "# Start\n\n## Install\n\n`[code](nowhere.md)` and [a\nsource](source/src/one.py.md).\n"
    assert texts["start.md"].startswith(start)
    assert texts["rules/index.md"].startswith("# Rules\n\n\n[R](identity/r.md)\n\n## What it does not see\n")
    links = "[rule](../rules/identity/r.md#why) [src](../source/src/index.md) [home](../rules/index.md#rules)"
    assert texts["docs/ci.md"] == f"# CI\n\n{links} [pic](p.png)\n"
    assert texts["docs/p.png"] == "picture"
    assert texts["rules/identity/r.md"].endswith("[src](../../source/src/one.py.md)\n")
    code = '````python\n"""Says `one` | two."""\n\nTEXT = "```"\n````\n'
    assert texts["source/src/one.py.md"].endswith(f"# `src/one.py`\n\n{code}")
    assert "| `one.py` | Says `one` \\| two. |\n" in texts["source/src/index.md"]
    assert '"docs/later.md"]' in (tmp_path / "out" / "zensical.toml").read_text()


@pytest.mark.parametrize(
    ("page", "text", "said"),
    [
        ("docs__ci", "# CI\n\n[x](gone.md)\n", "docs/ci.md:3: gone.md leads nowhere\n"),
        ("docs__ci", "[x](../src/gone.py)\n", "docs/ci.md:1: ../src/gone.py leads nowhere\n"),
        ("docs__ci", "[x\ny](../../etc)\n", "docs/ci.md:2: ../../etc leads nowhere\n"),
        ("docs__ci", "![x](gone.png)\n", "docs/ci.md:1: gone.png leads nowhere\n"),
        ("docs__ci", "[x](../README.md#gone)\n", "docs/ci.md:1: README.md has no heading for #gone\n"),
        (
            "README",
            README.replace("## Install", "## Setup"),
            "README.md: has no section `Install`",
        ),
    ],
)
def test_what_leads_nowhere_ends_the_build(page: str, text: str, said: str, tmp_path: Path) -> None:
    done = built(tmp_path, **{page: text})
    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_each_page_of_the_repository_is_there_once() -> None:
    found = site.gathered()
    assert found.problems == []
    shown = str(site.navigation(found.pages))
    pages = [place for place in found.pages if not place.startswith(f"{site.SOURCES}/")]
    assert [place for place in pages if shown.count(f"'{place}'") != 1] == []
