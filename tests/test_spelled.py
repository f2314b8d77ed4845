"""Whether a text can spell out a value: rather too often than too seldom, and seldom where nothing is like it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.facts.spelled import holds, may_spell
from ssot_lint.model.asked import VALUE, FieldAsked
from ssot_lint.model.nearness import near

VALUES = frozenset(["agent_started", "tool_completed", "ping", "user joined"])
OTHERS = 'def run(agent, tool):\n    """Starts the agent."""\n    return {"name": agent.name, "kind": f"{tool}-1"}\n'

WRONG = st.builds(
    lambda value, place, letter: value[: place % len(value)] + letter + value[place % len(value) + 1 :],
    st.sampled_from(sorted(VALUES)),
    st.integers(0, 20),
    st.sampled_from(["", "x", "_", "ee", "E"]),
)


@pytest.mark.parametrize(
    "text",
    [
        'send("agent_started")',
        "send('AGENT_STARTED'.lower())",
        'send("agent_" + "started")',
        'STATE = "started"\nsend(f"agent_{STATE}")',
        'send("agent_" "started")',
        'send("agent_\\\nstarted")',
        'send("agent\\x5fstarted")',
        'send("agent\\U0000005fstarted")',
        'send("tool\\N{LOW LINE}completed")',
        'send("pin" + "g")',
        '"""ping"""',
        'send("tool_complete")',
        'send("tool_completing")',
        'send("Ping")',
    ],
)
def test_a_value_is_seen_in_all_its_forms(text: str) -> None:
    assert may_spell(OTHERS + text, VALUES)


def test_what_is_like_no_value_is_not_seen() -> None:
    long = VALUES - {"ping"}
    assert not may_spell(OTHERS, long)
    assert not may_spell('agent_started = tool_completed\nx["agent"] = "tool"', long)


def test_a_value_with_a_quote_in_it_may_stand_anywhere() -> None:
    assert may_spell("", frozenset(['a "b"']))
    assert holds(f'{VALUE}a "b"', "")


@given(text=WRONG)
def test_whatever_is_near_is_seen(text: str) -> None:
    if near(text, VALUES):
        assert may_spell(f"{OTHERS}x = '{text}'\n", VALUES)


@given(value=st.sampled_from(sorted(VALUES)), cuts=st.sets(st.integers(1, 12), max_size=3))
def test_a_value_in_pieces_is_seen(value: str, cuts: set[int]) -> None:
    ends = [0, *sorted(cut for cut in cuts if cut < len(value)), len(value)]
    pieces = [value[start:end] for start, end in pairwise(ends)]
    text = OTHERS + "x = " + " + ".join(f'"{one}"' for one in pieces)
    assert holds(f"{VALUE}{value}", text)
    assert holds(FieldAsked("kind", VALUES).word, text)


def test_a_constant_is_seen_by_its_whole_name() -> None:
    word = FieldAsked("kind", constant="STARTED").word
    assert holds(word, "x.kind = events.STARTED")
    assert not holds(word, "x.kind = events.RESTARTED or STARTED_AT")
    assert FieldAsked.of(word) == FieldAsked("kind", constant="STARTED")
    assert FieldAsked.of(FieldAsked("kind", VALUES).word) == FieldAsked("kind", VALUES)
