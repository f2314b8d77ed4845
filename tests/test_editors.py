"""What `docs/editors.md` has people write into their editors: commands that exist, data that can be read."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import tomli
import yaml

from ssot_lint.cli.arguments import parse
from tests.lsp_client import Client
from tests.test_cli import project, run

PAGE = (Path(__file__).parent.parent / "docs" / "editors.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_each_command_is_one() -> None:
    plain = re.sub(r'["\',{}()]+', " ", PAGE)
    found = {match.split("`")[0].strip() for match in re.findall(r"ssot-lint +(check [^\n]*)", plain)}
    assert len(found) > 4
    for words in found:
        options = []
        for word in words.split():
            if not re.fullmatch(r"-|--[a-z-]+|[\w.$%/-]+", word):
                break
            options.append(word)
        parse(["check" if word == "check" else word for word in options])


@pytest.mark.parametrize(("language", "text"), FENCES)
def test_data_can_be_read(language: str, text: str) -> None:
    read = {"json": json.loads, "toml": tomli.loads, "yaml": yaml.safe_load}.get(language)
    assert read is None or read(text)


def test_the_matcher_of_vs_code_matches(tmp_path: Path) -> None:
    tasks = next(json.loads(text) for language, text in FENCES if language == "json" and "tasks" in text)
    pattern = tasks["tasks"][0]["problemMatcher"]["pattern"]
    project(tmp_path)
    lines = run("check", "--format", "flake8", "--quiet", cwd=tmp_path).stdout.splitlines()
    found = [re.fullmatch(pattern["regexp"], line) for line in lines]
    assert [match and (match[1], int(match[2]), match[4]) for match in found] == [
        ("app/sick.py", 1, "SOT101"),
        ("app/sick.py", 5, "SOT201"),
    ]


EFM = shutil.which("efm-langserver")


@pytest.mark.skipif(
    EFM is None, reason="efm-langserver is not installed (Debian: apt install efm-langserver)"
)
def test_efm_shows_what_is_not_saved(tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "project"
    folder.mkdir()
    project(folder)
    (configured,) = (text for language, text in FENCES if language == "yaml")
    (tmp_path / "config.yaml").write_text(configured)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    file = folder / "app" / "sick.py"
    with Client(EFM or "", "-c", str(tmp_path / "config.yaml"), PATH=programs) as client:
        client.start([], rootUri=folder.as_uri())
        client.open(file)
        client.until(lambda one: lines(one, file) == [(1, "SOT101"), (5, "SOT201")])
        client.change(file, f"{file.read_text()}\n\nx = Parlour()\n")
        client.until(lambda one: len(lines(one, file)) > 2)
        assert lines(client, file)[2:] == [(8, "SOT201"), (8, "SOT301")]


def lines(client: Client, file: Path) -> list[tuple[int, str]]:
    """The lines, from 1, and the codes of texts as in `SOT101 …`."""
    shown = client.pushed.get(str(file), {"diagnostics": []})["diagnostics"]
    return sorted((one["range"]["start"]["line"] + 1, one["message"].split()[0]) for one in shown)
