"""``ssot_events``: what is wrong with the events that users received is told, by event and user, and nothing else."""

from __future__ import annotations

import asyncio
import enum
import json
import random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.plugins.events import Events, Recorder
from ssot_lint.plugins.failure import CheckFailed
from ssot_lint.plugins.rounds import problems_of

WORDS = ["started", "thinking", "completed"]


class AgentEvent(enum.Enum):
    STARTED = "started"
    THINKING = "thinking"
    COMPLETED = "completed"


class Code(enum.Enum):
    OPEN = 1
    CLOSE = 2


def event(type: Any, user: str = "ann") -> SimpleNamespace:
    return SimpleNamespace(type=type, user_id=user)


def recorder(vocabulary: Any = WORDS, **more: Any) -> Recorder:
    return Events()(vocabulary, **more)


def problems(one: Recorder) -> list[str]:
    """What its check says, a line each; nothing where it passes."""
    try:
        one.check()
    except CheckFailed as error:
        return [line.removeprefix("ssot_events: ") for line in str(error).split("\n")]
    return []


def after(*types: Any, **more: Any) -> list[str]:
    """What is said of events of one user."""
    one = recorder(**more)
    receive = one.user("ann")
    for each in types:
        receive(event(each))
    return problems(one)


def test_each_event_once_in_order_passes() -> None:
    assert after(*WORDS) == []
    assert after(*AgentEvent, vocabulary=AgentEvent) == after(*WORDS, vocabulary=AgentEvent) == []
    assert after("STARTED", AgentEvent.THINKING, "completed", vocabulary=AgentEvent) == []
    assert after("OPEN", 2, vocabulary=Code) == []
    assert after(*WORDS, vocabulary=list(AgentEvent)) == []
    assert after(*WORDS, *WORDS, rounds=2) == []
    assert after(rounds=0) == []


def test_what_is_wrong_is_named_with_event_and_user() -> None:
    assert after("started", "completed") == ["ann: `thinking` is missing"]
    assert after() == [f"ann: `{word}` is missing" for word in WORDS]
    assert after("started", "thinking", "thinking", "completed") == [
        "ann: `thinking` is repeated: it came twice, and should have come once"
    ]
    assert after("thinking", "started", "completed") == [
        "ann: `thinking` came before `started`: they are out of order"
    ]
    assert after("started", "thinking", "complete", "completed") == [
        "ann received `complete`, which is not in the vocabulary; did you mean `completed`?"
    ]
    assert after(*WORDS, "quit") == ["ann received `quit`, which is not in the vocabulary"]


def test_an_event_of_another_user() -> None:
    one = recorder()
    ann, bob = one.user("ann"), one.user("bob")
    for word in WORDS:
        ann(event(word))
        (ann if word == "thinking" else bob)(event(word, "bob"))
    assert problems(one) == ["ann received `thinking`, which is meant for bob", "bob: `thinking` is missing"]


def test_order_counts_within_one_user() -> None:
    one = recorder()
    for word in WORDS:
        for user in ("ann", "bob"):
            one.user(user)(event(word, user))
    assert problems(one) == []
    assert [each.type for each in one.received("bob")] == WORDS


def test_rounds() -> None:
    assert after(*WORDS, *WORDS, rounds=None) == after(rounds=None) == after(*WORDS, rounds=None) == []
    assert after(*WORDS, "started", "completed", rounds=None) == [
        "ann: `thinking` is missing in round 2 of 2"
    ]
    assert after(*WORDS, rounds=2)[0] == "ann: `started` is missing: it came once, and should have come twice"
    assert after("started", *WORDS, rounds=None) == [
        "ann: `started` is repeated: it came twice, and should have come once"
    ]
    assert after(*WORDS, "thinking", "started", "completed", rounds=2) == [
        "ann: `thinking` came before `started`: they are out of order in round 2 of 2"
    ]
    assert after(*WORDS, *WORDS) == [
        f"ann: `{word}` is repeated: it came twice, and should have come once" for word in WORDS
    ]


@pytest.mark.parametrize("rounds", [-1, 1.5, "1", True])
def test_rounds_are_a_number_or_none(rounds: Any) -> None:
    with pytest.raises(CheckFailed, match="`rounds` is a number from 0, or None for any"):
        recorder(rounds=rounds)


@pytest.mark.parametrize(
    ("vocabulary", "says"),
    [
        ([], "has no event"),
        ("started", "is an Enum, or the names"),
        (7, "is an Enum, or the names"),
        (["a", "b", "a"], "has `a` twice"),
    ],
)
def test_a_vocabulary_that_is_none(vocabulary: Any, says: str) -> None:
    with pytest.raises(CheckFailed, match=says):
        recorder(vocabulary)


def test_where_events_have_their_names_and_users() -> None:
    def said(one: Recorder, *events: Any) -> list[str]:
        for each in events:
            one.user("ann")(each)
        return problems(one)

    keyed = [{"type": word, "user_id": "ann"} for word in WORDS]
    assert said(recorder(), *keyed) == said(recorder(), *map(json.dumps, keyed)) == []
    assert said(recorder(), *(json.dumps(each).encode() for each in keyed)) == []
    nested = [{"head": SimpleNamespace(kind=word), "to": "ann"} for word in WORDS]
    assert said(recorder(name="head.kind", user="to"), *nested) == []
    assert (
        said(recorder(name=lambda each: each[0], user=lambda each: each[1]), *((one, "ann") for one in WORDS))
        == []
    )
    assert said(recorder(user=None), *({"type": word} for word in WORDS)) == []
    assert said(recorder(["a"]), {"user_id": "ann"}, "a") == [
        "ann received an event without `type`: {'user_id': 'ann'}; `name=` tells where it stands",
        "ann received an event without `type`: 'a'; `name=` tells where it stands",
        "ann: `a` is missing",
    ]
    assert said(recorder(["a"]), {"type": "a"}) == [
        "ann received `a`, which does not say for whom: it has no `user_id`; `user=` tells where it stands",
        "ann: `a` is missing",
    ]


def test_a_key_may_be_what_holds_the_user() -> None:
    one = recorder(["a"])
    one.user(SimpleNamespace(user_id="ann"))(event("a", "ann"))
    assert problems(one) == []


def test_a_receiver_may_be_awaited_and_called_as_connections_are() -> None:
    async def send(receive: Any) -> None:
        assert await receive(event("a")) is None
        await receive.send_json({"type": "b", "user_id": "ann"})
        await receive.send_text('{"type": "c", "user_id": "ann"}')

    one = recorder(["a", "b", "c", "d"])
    asyncio.run(send(one.user("ann")))
    one.user("ann").put(event("d"))
    assert problems(one) == []


def test_what_a_test_has_not_checked_is_checked_at_the_end() -> None:
    events = Events()
    one = events(["a"])
    one.user("ann")
    with pytest.raises(CheckFailed, match="ann: `a` is missing"):
        events.finish()
    events.finish()
    assert one.is_checked


@given(st.integers(1, 4), st.integers(0, 3), st.randoms(use_true_random=False))
def test_nothing_is_said_of_exactly_the_right_sequences(
    size: int, rounds: int, random: random.Random
) -> None:
    words = [f"e{index}" for index in range(size)]
    right = words * rounds
    assert list(problems_of(right, words, rounds)) == list(problems_of(right, words, None)) == []
    wrong = [*right]
    match random.randrange(3):
        case 0:
            wrong.insert(random.randrange(len(wrong) + 1), random.choice(words))
        case 1 if wrong:
            wrong.pop(random.randrange(len(wrong)))
        case _:
            random.shuffle(wrong)
    assert bool(list(problems_of(wrong, words, rounds))) == (wrong != right)
    for problem in problems_of(wrong, words, None):
        assert problem.startswith("`e")
