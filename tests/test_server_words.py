"""What an editor is told of names: all places that speak of a symbol, and the words that may stand somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `server` is not installed")

from ssot_lint.server.documents import path_of
from tests.lsp_client import Editor
from tests.test_server import SETTINGS, editor, folder, position, words

__all__ = ["editor", "folder"]

USES = """\
from unittest import mock
import app.hub as module
from app.hub import *
from app.hub import Hub as H
from app.gone import Relay
Alias = H
def job(one: "module.Hub") -> None:
    print(Alias, Hub, Relay)
    mock.patch("app.hub.Hub")
"""


def place_of(file: Path, word: str) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": position(USES, word)}


@pytest.mark.parametrize("word", ["H\nfrom", "Alias =", "Hub, Relay", "Relay\n", "Relay)", '.Hub")\n', "*"])
def test_references_from_any_spelling(word: str, folder: Path, editor: Editor) -> None:
    editor.start([folder], pulls=True)
    plain = folder / "app" / "plain.py"
    editor.open(plain, USES)
    place = place_of(plain, word)
    found = editor.ask("textDocument/references", {**place, "context": {"includeDeclaration": False}})
    lines = [one["range"]["start"]["line"] + 1 for one in found if one["uri"] == plain.as_uri()]
    assert lines == [3, 4, 5, 6, 7, 8, 8, 8, 9]
    (bound,) = editor.ask("textDocument/definition", place)
    assert (path_of(bound["uri"]), bound["range"]["start"]["line"]) == (str(folder / "app" / "hub.py"), 0)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#!/usr/bin/python\n# coding: utf-8\n'''A text.'''\nx = H", 3),
        ("from __future__ import annotations\nx = H", 1),
        ("from app.plain import (\n    a,\n)\nx = H", 3),
        ("r'A text.'\ndef f():\n    H", 1),
        ("# why\n\nx = H", 1),
    ],
)
def test_where_an_import_goes(text: str, line: int, folder: Path, editor: Editor) -> None:
    editor.start([folder])
    plain = folder / "app" / "plain.py"
    editor.open(plain, text)
    (added,) = words(editor, plain, text, text)["Hub"]["additionalTextEdits"]
    assert added["range"]["start"] == added["range"]["end"] == {"line": line, "character": 0}


@pytest.mark.parametrize(
    "text", ["# H", "x = 'H", "'''\nH", "app.hub.H", "x = 1 # it's H", "print('a', \"it's H"]
)
def test_where_no_name_is_proposed(text: str, folder: Path, editor: Editor) -> None:
    editor.start([folder])
    plain = folder / "app" / "plain.py"
    editor.open(plain, text)
    assert words(editor, plain, text, text) == {}


@pytest.mark.parametrize("text", ["from app.hub import H", "from app.hub import (\n    H", "x = '' + H"])
def test_where_names_are_proposed(text: str, folder: Path, editor: Editor) -> None:
    editor.start([folder])
    plain = folder / "app" / "plain.py"
    editor.open(plain, text)
    assert ("additionalTextEdits" in words(editor, plain, text, text)["Hub"]) == ("import" not in text)


def test_names_of_other_kinds(folder: Path, editor: Editor) -> None:
    base = '[contracts.base]\nkind = "base"\ncanonical = ["app.hub.Base", "app.hub.AsyncBase"]\n'
    (folder / "ssot-lint.toml").write_text(SETTINGS + base)
    editor.start([folder])
    plain, text = folder / "app" / "plain.py", "class One(Ba"
    editor.open(plain, text)
    (added,) = words(editor, plain, text, text)["Base"]["additionalTextEdits"]
    assert added["newText"] == "from app.hub import Base\n"


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ('[contracts.x]\nkind = "', "vocabulary"),
        ("[contracts.x]\nki", "kind"),
        ('[contracts.x]\nkind = "gateway"\npri', "primitives"),
        ("severity = {SOT2", "SOT201"),
        ("[severity]\nSOT2", "SOT201"),
        ('[severity]\nSOT2 = "', "warning"),
        ('[per-path-ignores]\n"a/**" = ["SOT1', "SOT101"),
        ('[contracts.x]\n[[exemptions]]\ncontract = "', "x"),
        ('[[exemptions]]\ncode = "SOT1', "SOT101"),
        ('[contracts.x]\nfactories = [\n  "app.hub.m', "app.hub.make"),
    ],
)
def test_values_in_settings(text: str, some: str, folder: Path, editor: Editor) -> None:
    editor.start([folder])
    file = folder / "ssot-lint.toml"
    editor.open(file, text)
    assert some in words(editor, file, text, text)
