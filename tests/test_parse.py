"""Where bytes that are no Python are wrong: the place that a person is led to."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from ssot_lint.engine import run
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.parse import deep, parse
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading

BROKEN = {
    "a statement of another Python": (b"x = 1\nif x:\n    print 'y'\n", (3, 4)),
    "in the middle of a line": (b"x = 1\ndef f(:\n", (2, 6)),
    "behind letters of two bytes": ("é = 'ü' $\n".encode(), (1, 8)),
    "behind a mark": (b"\xef\xbb\xbfx y\n", (1, 2)),
    "with Windows line ends": (b"x = 1\r\nx y\r\n", (2, 2)),
    "a bracket that is never closed": (b"x = 1\ny = (\n\n", (2, 4)),
    "an indent": (b"x = 1\n\n  y\n", (3, 1)),
    "a NUL": ("x = 1\r\ny = 'é\0'\n".encode(), (2, 6)),
    "a byte that the cookie does not know": (b"# coding: ascii\n\nx = '\xff'\n", (3, 5)),
    "a cookie that is none": (b"#!/bin/python\n# coding: foo\nx = 1\n", (2, 10)),
    "a mark and another cookie": (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", (1, 10)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_place_is_that_of_the_error(name: str) -> None:
    data, place = BROKEN[name]
    with pytest.raises(Unparsable) as caught:
        parse(data)
    assert (caught.value.line, caught.value.column) == place


@pytest.mark.parametrize("name", BROKEN)
def test_where_names_stand_can_be_asked_all_the_same(name: str) -> None:
    """A file may have been changed since it was parsed."""
    data, _ = BROKEN[name]
    assert Lines(data + b"Hub\n").of("Hub")[-1] == len((data + b"Hub").splitlines())


def test_the_finding_stands_there(tmp_path: Path) -> None:
    (tmp_path / "hub.py").write_text("class Hub: ...\n")
    (tmp_path / "bad.py").write_text("from hub import Hub\n\nprint(Hub) $\n")
    settings = loading.parse(
        b'[contracts.hub]\ncanonical = "hub.Hub"\n', tmp_path / "ssot-lint.toml", codes=CODES
    )
    found = next(one for one in run.check(settings).findings if one.path == "bad.py")
    assert (found.code, found.path, found.span.line, found.span.column) == ("SOT900", "bad.py", 3, 11)


def test_calls_that_overlap_leave_the_limits_as_they_were() -> None:
    before = sys.getrecursionlimit(), threading.stack_size()
    first, second = threading.Event(), threading.Event()

    def begin_first() -> None:
        first.set()
        second.wait(10)

    def end_last() -> None:
        second.set()
        one.join(10)

    one = threading.Thread(target=lambda: deep(begin_first))
    one.start()
    first.wait(10)
    deep(end_last)
    assert (sys.getrecursionlimit(), threading.stack_size()) == before
