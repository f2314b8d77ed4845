"""Processes of our own: what they answer, and what happens when one dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from contextlib import closing

import pytest

from ssot_lint.parallel import Crew, forked

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")

LETHAL = 7


def doubled(number: int) -> tuple[int, int]:
    """Twice the number, and who says so; one of them kills whoever looks at it."""
    if number == LETHAL and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number, os.getpid()


def all_doubled(part: Sequence[int]) -> list[int]:
    return [doubled(number)[0] for number in part]


def test_a_crew_answers_in_order_and_stays_for_the_next_work() -> None:
    with Crew(2) as crew:
        works = [list(crew.results(doubled, range(start, start + 40), 2)) for start in (10, 60)]
        workers = {who for work in works for _, got in work if got is not None for who in [got[1]]}
    assert [[(part, got and got[0]) for part, got in work] for work in works] == [
        [(number, 2 * number) for number in range(start, start + 40)] for start in (10, 60)
    ]
    assert len(workers) <= 2
    assert os.getpid() not in workers
    assert not {child.pid for child in multiprocessing.active_children()} & workers


def test_who_dies_is_replaced_for_the_next_work() -> None:
    with Crew(2) as crew:
        answers = dict(crew.results(doubled, range(40), 2))
        after = dict(crew.results(doubled, range(10, 40), 2))
    assert answers.keys() == {*range(40)}
    assert answers[LETHAL] is None
    assert all(got is None or got[0] == 2 * part for part, got in answers.items())
    assert [got and got[0] for got in after.values()] == [2 * number for number in range(10, 40)]


def test_a_work_that_is_left_leaves_nobody_behind() -> None:
    with Crew(2) as crew:
        with closing(crew.results(doubled, range(10, 200), 2)) as given:
            _, got = next(given)
        after = dict(crew.results(doubled, range(10, 20), 2))
    assert got is not None
    assert [one and one[0] for one in after.values()] == [2 * number for number in range(10, 20)]
    assert got[1] not in {child.pid for child in multiprocessing.active_children()}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_forked_work_is_whole_though_a_process_dies(count: int) -> None:
    assert sorted(forked(all_doubled, range(20), count)) == [2 * number for number in range(20)]
    assert not multiprocessing.active_children()
