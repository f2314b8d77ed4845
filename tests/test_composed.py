"""Strings that are put together: bytes that say no must be right, for then the file is not parsed."""

from __future__ import annotations

import ast
import re
import sysconfig
from itertools import islice
from pathlib import Path

import pytest

from ssot_lint.fixes.composed import may_hold, may_name, pieces

NAMES = [
    'f"{pkg}.Hub"',
    'f"{pkg}:Hub"',
    'f"{pkg}.Hub.send"',
    'pkg + ".Hub"',
    '"shop.hub" + "." + "Hub"',
    "'%s.Hub' % pkg",
    "'{}.Hub'.format(pkg)",
    'f"{pkg}{DOT}Hub{end}"',
    'pkg + ".\\\nHub"',
    'pkg + """.Hub"""',
    "pkg + r'.Hub'",
]
OTHERS = [
    "from shop.hub import Hub",
    "import Hub",
    "hub = Hub()",
    "hub.Hub(1)",
    "f'a Hub for {name}'",
    "Hubs = '.Hubs'",
]


def named(text: str) -> bool:
    tree = ast.parse(text)
    return any(may_name(piece, "shop.hub", "Hub") for _, piece in pieces(tree))


@pytest.mark.parametrize("text", NAMES)
def test_a_string_that_may_name_it_is_seen_in_bytes(text: str) -> None:
    text = f"DOT = '.'\nx = {text}\n"
    assert named(text)
    assert may_hold(text.encode(), "Hub")


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_uses_the_name_is_not_parsed(text: str) -> None:
    assert not named(text)
    assert not may_hold(f"{text}\n".encode(), "Hub")


def test_what_the_trees_of_the_standard_library_say_their_bytes_say() -> None:
    folder = Path(sysconfig.get_paths()["stdlib"])
    seen = 0
    for path in islice(sorted(folder.glob("*/*.py")), 400):
        data = path.read_bytes()
        try:
            tree = ast.parse(data)
        except SyntaxError:
            continue
        for _, piece in pieces(tree):
            for found in re.finditer(r"[.:](\w+)", piece):
                if may_name(piece, piece[: found.start()], found[1]):
                    seen += 1
                    assert may_hold(data, found[1]), (path.name, piece)
    assert seen > 10
