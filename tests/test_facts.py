"""Facts of files that are awkward to follow."""

from __future__ import annotations

import pytest

from ssot_lint.facts.extract import extract


@pytest.mark.parametrize(
    "source",
    [
        "make = make(Hub)\nmake(Hub)\n",
        "def f():\n    load = load.one('a.b')\n    load(Hub)\n",
        "one = two('a.b')\ntwo = one('a.b')\none(Hub)\n",
        "make = Hub\nmake = attrgetter('make')\nmake(Hub)\n",
    ],
)
def test_a_name_that_is_made_by_itself_is_followed_to_an_end(source: str) -> None:
    facts = extract(source.encode(), frozenset({"Hub"}))
    assert [use.ref.spelled for use in facts.uses][-1] == "Hub"
    assert not facts.problem
