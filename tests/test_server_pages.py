"""Every case of the pages and of the specs, as an editor sees it: one server for all, each case is a folder of it, and
the cases of a page are there at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

from ssot_lint.server.documents import path_of
from tests.lsp_client import Client, Editor
from tests.spec import SETTINGS, Case
from tests.test_rules import PAGES, SPECS, cases, found_in, is_drawn

SEVERITIES = {1: "error", 2: "warning", 3: "info"}
DOCUMENTS = [*PAGES, *(pytest.param(one, marks=pytest.mark.slow) for one in SPECS if is_drawn(one.stem))]


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with Client() as client:
        client.start([], pulls=True, offered=["utf-32"])
        yield client


Said = tuple[str, tuple[int, int, int, int], str, str, str, tuple[tuple[str, int, str], ...]]
"""Path, place, code, severity, message, chain."""


def through_server(editor: Editor, projects: Mapping[Path, Case]) -> dict[Path, list[Said]]:
    """What the editor is told of some projects, its folders, when it opens their files one after the other."""
    places = [{"uri": folder.as_uri(), "name": case.title} for folder, case in projects.items()]

    def folders(added: list[dict[str, str]], removed: list[dict[str, str]]) -> None:
        event = {"event": {"added": added, "removed": removed}}
        editor.tell("workspace/didChangeWorkspaceFolders", event)

    files = [(folder / file.path, file.text) for folder, case in projects.items() for file in case.sources]
    folders(places, [])
    for path, text in files:
        editor.open(path, text)
    found = editor.ask("workspace/diagnostic", {"previousResultIds": []})["items"]
    for path, _ in files:
        editor.close(path)
    folders([], places)

    def place(uri: str) -> tuple[Path, str]:
        path = Path(path_of(uri) or "")
        folder = next(one for one in projects if path.is_relative_to(one))
        return folder, path.relative_to(folder).as_posix()

    def told(path: str, one: dict[str, Any]) -> Said:
        start, end = one["range"]["start"], one["range"]["end"]
        chain = tuple(
            (
                place(hop["location"]["uri"])[1],
                hop["location"]["range"]["start"]["line"] + 1,
                hop["message"],
            )
            for hop in one.get("relatedInformation") or ()
        )
        span = (start["line"] + 1, start["character"], end["line"] + 1, end["character"])
        return path, span, one["code"], SEVERITIES[one["severity"]], one["message"], chain

    said: dict[Path, list[Said]] = {folder: [] for folder in projects}
    for report in found:
        folder, path = place(report["uri"])
        said[folder] += (told(path, one) for one in report["items"])
    return {folder: sorted(some) for folder, some in said.items()}


def through_engine(folder: Path) -> list[Said]:
    return sorted(
        (
            one.path,
            (
                max(one.span.line, 1),
                one.span.column,
                max(one.span.end_line, one.span.line, 1),
                one.span.end_column,
            ),
            one.code,
            one.severity,
            one.message,
            tuple((hop.path, max(hop.line, 1), hop.text) for hop in one.chain),
        )
        for one in found_in(folder)
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.stem)
def test_as_check_says_it(document: Path, editor: Editor, tmp_path: Path) -> None:
    projects = {
        tmp_path / f"case-{case.line}": case
        for case in cases([document])
        if case.requires <= sys.version_info[:2]
    }
    for folder, case in projects.items():
        case.write(folder)
        assert (folder / SETTINGS).is_file()
    said = through_server(editor, projects)
    for folder, case in projects.items():
        assert said[folder] == through_engine(folder), f"{case.document}:{case.line}"
