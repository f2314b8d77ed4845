"""Processes of our own: what they answer, and what happens when one dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from contextlib import closing

import pytest

from ssot_lint.gather.processes import Crew, forked

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
    # Nobody who was at the first work is at work still.
    assert not is_there(got[1])
    assert not multiprocessing.active_children()


def test_a_work_in_which_somebody_died_leaves_nobody_behind() -> None:
    with Crew(2) as crew:
        got = [who for _, answer in crew.results(doubled, range(40), 2) if answer for who in [answer[1]]]
        list(crew.results(doubled, range(10, 40), 2))
    assert not any(map(is_there, got))
    assert not multiprocessing.active_children()


def test_a_crew_that_is_left_by_an_error_leaves_nobody_behind() -> None:
    who: list[int] = []

    def fail() -> None:
        with Crew(2) as crew:
            who.extend(got[1] for _, got in crew.results(doubled, range(10, 200), 2) if got)
            raise ValueError("of somebody else")

    with pytest.raises(ValueError, match="of somebody else"):
        fail()
    assert not any(map(is_there, who))
    assert not multiprocessing.active_children()


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def exhausting(number: int) -> int:
    """Twice the number; two of them ask too much of whoever looks at them, unless that is this process."""
    if multiprocessing.parent_process() is not None:
        if number == LETHAL:
            raise MemoryError
        if number == 2 * LETHAL:
            raise RecursionError
    return 2 * number


def all_exhausting(part: Sequence[int]) -> list[int]:
    return list(map(exhausting, part))


def test_what_asks_too_much_of_a_process_is_a_part_without_a_result() -> None:
    with Crew(2) as crew:
        answers = dict(crew.results(exhausting, range(20), 2))
        again = dict(crew.results(exhausting, range(20), 2))
    expected = {number: 2 * number for number in range(20)}
    assert answers == again == {**expected, LETHAL: None, 2 * LETHAL: None}


def test_forked_work_that_asks_too_much_of_a_process_is_done_here(capfd: pytest.CaptureFixture[str]) -> None:
    assert sorted(forked(all_exhausting, range(20), 3)) == [2 * number for number in range(20)]
    assert not multiprocessing.active_children()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("possible", [0, 1])
def test_work_is_whole_though_no_more_processes_can_be(
    possible: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork, started = os.fork, list[int]()

    def seldom() -> int:
        if len(started) == possible:
            raise BlockingIOError("Resource temporarily unavailable")
        started.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", seldom)
    assert sorted(forked(all_doubled, range(20), 3)) == [2 * number for number in range(20)]
    assert len(started) == possible
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_forked_work_is_whole_though_a_process_dies(count: int) -> None:
    assert sorted(forked(all_doubled, range(20), count)) == [2 * number for number in range(20)]
    assert not multiprocessing.active_children()
